//! `GET /sitemap.xml` and `/robots.txt`: what search engines may read (sitemaps.org 0.9, RFC 9309).

use std::fmt::Write;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::api::document;
use crate::api::forwarded::Base;
use crate::api::headers;
use crate::api::problem::Problem;
use crate::api::state::SharedApp;

/// The pages beside those of territories.
const PAGES: [&str; 6] = [
    "/",
    "/territoires",
    "/programme",
    "/donnees",
    "/docs",
    "/accessibilite",
];

/// All pages. Their addresses must be whole, so they begin as the site is known.
///
/// # Errors
/// 503 where too many wait.
pub async fn sitemap(
    State(app): State<SharedApp>,
    base: Base,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let is_fixed = base.is_fixed;
    let make = move |app: &crate::api::state::App| {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        let mut add = |path: &str| {
            let address = format!("{}{path}", base.url).replace('&', "&amp;");
            let _ = writeln!(out, "<url><loc>{address}</loc></url>");
        };
        for page in PAGES {
            add(page);
        }
        for phase in (0..app.atlas.tables.phases.len()).rev() {
            for profile in app.atlas.profiles(phase) {
                add(&super::path_of(&profile));
            }
        }
        out.push_str("</urlset>\n");
        Ok(out.into_bytes())
    };
    let mut response = document::send(app, request, "application/xml", make).await?;
    if !is_fixed {
        // Written for the host that this caller names.
        headers::keep_private(response.headers_mut());
    }
    Ok(response)
}

/// Pages yes, questions and data no: they have no end.
const ROBOTS: &str = "User-agent: *\nAllow: /\nDisallow: /api/\nDisallow: /tiles/\nDisallow: /exports/\nDisallow: /ogc/\nDisallow: /reponse\n";

/// What robots may read.
///
/// # Errors
/// 503 where too many wait.
pub async fn robots(State(app): State<SharedApp>, request: HeaderMap) -> Result<Response, Problem> {
    let make = |app: &crate::api::state::App| {
        let base = super::shell::public_base(app);
        let sitemap =
            base.map_or_else(String::new, |base| format!("Sitemap: {base}/sitemap.xml\n"));
        Ok(format!("{ROBOTS}{sitemap}").into_bytes())
    };
    document::send(app, request, "text/plain; charset=utf-8", make).await
}
