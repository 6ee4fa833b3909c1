//! Errors as RFC 9457 problem details, in French.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A problem: what was wrong with a request, where, and an example that works.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// RFC 9457 § 4.2.1: the status says the kind.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The kind of problem in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// This problem in one sentence.
    detail: String,
    /// The parameter at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    parametre: Option<String>,
    /// A request that works.
    #[serde(skip_serializing_if = "Option::is_none")]
    exemple: Option<&'static str>,
}

impl Problem {
    /// A parameter that is missing, malformed or out of range.
    #[must_use]
    pub fn parameter(
        name: impl Into<String>,
        detail: impl Into<String>,
        example: &'static str,
    ) -> Self {
        Self {
            kind: "about:blank",
            title: "Paramètre incorrect",
            status: 400,
            detail: detail.into(),
            parametre: Some(name.into()),
            exemple: Some(example),
        }
    }

    /// Something that does not exist.
    #[must_use]
    pub fn not_found(detail: impl Into<String>, example: &'static str) -> Self {
        Self {
            kind: "about:blank",
            title: "Introuvable",
            status: 404,
            detail: detail.into(),
            parametre: None,
            exemple: Some(example),
        }
    }

    /// A method that the resource does not have.
    #[must_use]
    pub fn method() -> Self {
        Self {
            kind: "about:blank",
            title: "Méthode non permise",
            status: 405,
            detail: "Cette adresse ne répond qu’à GET et HEAD.".to_owned(),
            parametre: None,
            exemple: None,
        }
    }

    /// More work than the service takes on at once.
    #[must_use]
    pub fn busy() -> Self {
        Self {
            kind: "about:blank",
            title: "Service momentanément chargé",
            status: 503,
            detail: "Trop de demandes à la fois : réessayez dans quelques secondes.".to_owned(),
            parametre: None,
            exemple: None,
        }
    }

    /// A fault of ours; the cause goes to the log, not to the caller.
    #[must_use]
    pub fn internal() -> Self {
        Self {
            kind: "about:blank",
            title: "Défaut du service",
            status: 500,
            detail: "Le service n’a pas pu répondre ; le défaut est enregistré.".to_owned(),
            parametre: None,
            exemple: None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
