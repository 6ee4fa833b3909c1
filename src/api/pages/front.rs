//! `GET /`: the page of the map as `web/` builds it, with what the data say in the places left for it.

use std::fmt::Write;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::Site;
use crate::api::conditions::is_known;
use crate::api::headers::{self, etag};
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::domain::programme::Phase;

/// The page, made when it is first asked for.
pub struct Front {
    page: Bytes,
    etag: HeaderValue,
}

impl Front {
    fn new(app: &App) -> Result<Self, Problem> {
        let built = Site::get("index.html")
            .ok_or_else(|| Problem::not_found("Ce fichier ne fait pas partie du site.", "/"))?;
        let built = std::str::from_utf8(&built.data).map_err(|_| Problem::internal())?;
        let atlas = &app.atlas;
        let current = atlas.current_phase();
        let page = built
            .replace("[[apercus]]", &app.overviews.version)
            .replace("[[phases]]", &phases(&atlas.tables.phases))
            .replace("[[periode]]", &atlas.tables.phases[current].years())
            .replace("[[nombre]]", &atlas.profiles(current).count().to_string());
        Ok(Self {
            etag: etag(&Sha256::digest(&page).into())?,
            page: page.into(),
        })
    }
}

/// The choice of the phase, the latest first. The page's script reads from it which phases there are.
fn phases(phases: &[Phase]) -> String {
    let mut out = String::new();
    for (i, phase) in phases.iter().rev().enumerate() {
        let (id, nom, years) = (&phase.id, &phase.nom, phase.years());
        let checked = if i == 0 { " checked" } else { "" };
        let _ = write!(
            out,
            "<label><input type=\"radio\" name=\"phase\" value=\"{id}\" data-nom=\"{nom}\" data-periode=\"{years}\"{checked}>\
             <span>{nom} <small>{years}</small></span></label>"
        );
    }
    out
}

/// Answers.
///
/// # Errors
/// Where the binary was built without the page.
pub async fn get(State(app): State<SharedApp>, request: HeaderMap) -> Result<Response, Problem> {
    let front = if let Some(front) = app.front.get() {
        front
    } else {
        let made = Front::new(&app)?;
        app.front.get_or_init(|| made)
    };
    let cache = HeaderValue::from_static("public, max-age=0, must-revalidate");
    let headers = [
        (header::ETAG, front.etag.clone()),
        (header::CACHE_CONTROL, cache),
    ];
    if is_known(&request, &front.etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let kind = HeaderValue::from_static(super::KIND);
    Ok((headers, [(header::CONTENT_TYPE, kind)], front.page.clone()).into_response())
}

/// `GET /integration`: the map alone, for other sites to show in a frame.
///
/// # Errors
/// As [`get`].
pub async fn embedded(app: State<SharedApp>, request: HeaderMap) -> Result<Response, Problem> {
    let mut response = get(app, request).await?;
    headers::let_frame(response.headers_mut());
    Ok(response)
}
