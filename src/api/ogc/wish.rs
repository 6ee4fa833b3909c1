//! What every request to `/ogc` says: where the service is, and whether a person reads the answer.

use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::link;
use crate::api::forwarded::Base;
use crate::api::params::Params;
use crate::api::problem::Problem;

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The address of the service, without a slash at the end.
    pub base: String,
    /// Whether that is the same for all clients.
    pub is_fixed: bool,
    /// Whether a page is wanted.
    pub is_html: bool,
}

impl Asked {
    /// Reads `f=` and the headers.
    ///
    /// # Errors
    /// A format that there is not.
    pub fn new(base: Base, request: &HeaderMap, params: &Params) -> Result<Self, Problem> {
        let is_html = match params.get("f") {
            Some("json") => false,
            Some("html") => true,
            Some(_) => return Err(params.problem("f", "f= vaut json ou html.")),
            None => prefers_html(request),
        };
        Ok(Self {
            base: base.url,
            is_fixed: base.is_fixed,
            is_html,
        })
    }

    /// Links to the answer itself and to its other form. `query` has no `f=`, and starts with `?` where it is not empty.
    #[must_use]
    pub fn selves(&self, path: &str, query: &str) -> Vec<Value> {
        self.selves_as(path, query, "application/json")
    }

    /// The same for an answer that is JSON of some kind.
    #[must_use]
    pub fn selves_as(&self, path: &str, query: &str, kind: &str) -> Vec<Value> {
        let with = |f: &str| {
            let mark = if query.is_empty() { '?' } else { '&' };
            format!("{}{path}{query}{mark}f={f}", self.base)
        };
        let rel = |is_this: bool| if is_this { "self" } else { "alternate" };
        vec![
            link(&with("json"), rel(!self.is_html), kind, "En JSON"),
            link(&with("html"), rel(self.is_html), "text/html", "En page"),
        ]
    }
}

/// Whether HTML is named in `Accept` before any JSON, as browsers do.
fn prefers_html(request: &HeaderMap) -> bool {
    let accept = request.get(header::ACCEPT);
    let accept = accept.and_then(|a| a.to_str().ok()).unwrap_or_default();
    match (accept.find("text/html"), accept.find("json")) {
        (Some(html), Some(json)) => html < json,
        (Some(_), None) => true,
        _ => false,
    }
}
