//! `/ogc`: OGC API Features, Part 1 (17-069r4) with Part 2 (18-058r1), for what connects by an address: QGIS, GDAL.

mod collections;
mod contract;
mod crs;
pub mod items;
mod page;
mod wish;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde_json::{Value, json};

use self::wish::Asked;
use super::document;
use super::forwarded::Base;
use super::headers;
use super::params::Params;
use super::path::Segments;
use super::problem::Problem;
use super::state::{App, SharedApp};
use crate::domain::attribution::LICENCE;

/// A request that works.
pub const EXAMPLE: &str = "/ogc/collections/temps-2/items?limit=10";

/// What is held to.
const CONFORMS: [&str; 5] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
];

const TITLE: &str = "Territoires d’industrie";
const ABOUT: &str = "Les périmètres des Territoires d’industrie et les découpages de France dont ils sont faits, en contours exacts.";

/// `GET /ogc`
///
/// # Errors
/// A problem that names the parameter at fault.
pub async fn landing(
    State(app): State<SharedApp>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["f"], "/ogc")?;
    let asked = Asked::new(base, &request, &params)?;
    let make = |_: &App, asked: &Asked| {
        let base = &asked.base;
        let mut links = asked.selves("/ogc", "");
        links.extend([
            link(
                &format!("{base}/ogc/api"),
                "service-desc",
                contract::KIND,
                "La description de l’API",
            ),
            link(
                &format!("{base}/docs"),
                "service-doc",
                "text/html",
                "L’autre API de ce site, pour les personnes",
            ),
            link(
                &format!("{base}/ogc/conformance"),
                "conformance",
                "application/json",
                "Les normes suivies",
            ),
            link(
                &format!("{base}/ogc/collections"),
                "data",
                "application/json",
                "Les collections",
            ),
            link(LICENCE_URL, "license", "text/html", LICENCE),
        ]);
        Ok(json!({ "title": TITLE, "description": ABOUT, "attribution": LICENCE, "links": links }))
    };
    send(app, request, asked, make, page::landing).await
}

/// `GET /ogc/conformance`
///
/// # Errors
/// A problem that names the parameter at fault.
pub async fn conformance(
    State(app): State<SharedApp>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["f"], "/ogc/conformance")?;
    let asked = Asked::new(base, &request, &params)?;
    let make = |_: &App, asked: &Asked| {
        let links = asked.selves("/ogc/conformance", "");
        Ok(json!({ "conformsTo": CONFORMS, "links": links }))
    };
    send(app, request, asked, make, page::conformance).await
}

/// `GET /ogc/api`: the description of `/ogc` in `OpenAPI` 3.0.
///
/// # Errors
/// A problem that names the parameter at fault.
pub async fn api(
    State(app): State<SharedApp>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["f"], "/ogc/api")?;
    let asked = Asked::new(base, &request, &params)?;
    let base = asked.base.clone();
    let make = move |app: &App| document::json(&contract::write(&app.atlas, &base));
    let mut response = document::send(app, request, contract::KIND, make).await?;
    settle(&asked, response.headers_mut());
    Ok(response)
}

/// `GET /ogc/collections`
///
/// # Errors
/// A problem that names the parameter at fault.
pub async fn collections(
    State(app): State<SharedApp>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["f"], "/ogc/collections")?;
    let asked = Asked::new(base, &request, &params)?;
    let make = |app: &App, asked: &Asked| Ok(collections::all(&app.atlas, asked));
    send(app, request, asked, make, page::collections).await
}

/// `GET /ogc/collections/{id}`
///
/// # Errors
/// 404 that names the collections there are.
pub async fn collection(
    State(app): State<SharedApp>,
    Segments(id): Segments<String>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["f"], "/ogc/collections/temps-2")?;
    let asked = Asked::new(base, &request, &params)?;
    collections::find(&app.atlas, &id)?;
    let make = move |app: &App, asked: &Asked| {
        let (chart, at) = collections::find(&app.atlas, &id)?;
        Ok(collections::one(&app.atlas, &chart.levels[at], asked))
    };
    send(app, request, asked, make, page::collection).await
}

/// The text of the licence.
const LICENCE_URL: &str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence";

/// A link as the OGC has it.
fn link(href: &str, rel: &str, kind: &str, title: &str) -> Value {
    json!({ "href": href, "rel": rel, "type": kind, "title": title })
}

/// Sends what `make` writes, as JSON or as the page that `show` makes of it.
async fn send(
    app: SharedApp,
    request: HeaderMap,
    asked: Asked,
    make: impl FnOnce(&App, &Asked) -> Result<Value, Problem> + Send + 'static,
    show: fn(&App, &Value) -> Vec<u8>,
) -> Result<Response, Problem> {
    let kind = if asked.is_html {
        super::pages::KIND
    } else {
        "application/json"
    };
    let kept = asked.clone();
    let job = move |app: &App| {
        let body = make(app, &asked)?;
        if asked.is_html {
            Ok(show(app, &body))
        } else {
            document::json(&body)
        }
    };
    let mut response = document::send(app, request, kind, job).await?;
    settle(&kept, response.headers_mut());
    Ok(response)
}

/// Says on what an answer depends.
fn settle(asked: &Asked, headers: &mut HeaderMap) {
    if !asked.is_fixed {
        headers::keep_private(headers);
    }
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept, accept-encoding"),
    );
}
