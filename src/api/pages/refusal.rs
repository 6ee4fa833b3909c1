//! What cannot be answered, as a page: the sentence of the problem, and where to go on.

use axum::http::HeaderMap;
use axum::response::Response;
use maud::html;

use super::shell::Page;
use crate::api::document;
use crate::api::problem::Problem;
use crate::api::state::SharedApp;
use crate::domain::typography::unbreakable;

/// Sends a problem as a page, with its status.
///
/// # Errors
/// 503 where too many wait.
pub async fn send(
    app: SharedApp,
    request: HeaderMap,
    problem: Problem,
) -> Result<Response, Problem> {
    let status = problem.status();
    let title = if status.as_u16() == 404 {
        "Page introuvable"
    } else {
        "Cette demande ne se lit pas"
    };
    let page = Page {
        title,
        description: problem.detail(),
        path: "",
        picture: None,
        facts: None,
        is_indexed: false,
        body: html! {
            h1 { (title) }
            p class="avis" { (unbreakable(problem.detail())) }
            ul class="puces" {
                @if let Some(example) = problem.example() { li { "Par exemple, ceci fonctionne : " a href=(example) { code { (example) } } } }
                li { a href="/territoires" { "La liste des territoires" } }
                li { a href="/" { "La carte" } }
            }
        },
    }
    .write(&app);
    let mut response = document::send(app, request, super::KIND, move |_| Ok(page)).await?;
    *response.status_mut() = status;
    response.headers_mut().insert(
        axum::http::header::CACHE_CONTROL,
        axum::http::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}
