//! Errors as RFC 9457 problem details, in French.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A problem: what was wrong with a request, where, and an example that works.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(description = "Ce qui n’allait pas dans une demande (RFC 9457).")]
pub struct Problem {
    /// Toujours about:blank : le statut dit de quoi il s’agit (RFC 9457, 4.2.1).
    #[serde(rename = "type")]
    kind: &'static str,
    /// La sorte de problème, en mots.
    #[schema(example = "Paramètre incorrect")]
    title: &'static str,
    /// Le statut HTTP.
    #[schema(example = 400)]
    status: u16,
    /// Ce problème-ci, en une phrase.
    detail: String,
    /// Le paramètre en cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    parametre: Option<String>,
    /// Une demande qui fonctionne.
    #[serde(skip_serializing_if = "Option::is_none")]
    exemple: Option<&'static str>,
}

/// A fault in words as a sentence: a capital first, a full stop at the end.
#[must_use]
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(std::iter::once('.')).collect()
}

impl Problem {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem in a sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// A request that works.
    #[must_use]
    pub fn example(&self) -> Option<&'static str> {
        self.exemple
    }

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

    /// A method that the resource does not have; `allowed` says which it has.
    #[must_use]
    pub fn method(allowed: &str) -> Self {
        Self {
            kind: "about:blank",
            title: "Méthode non permise",
            status: 405,
            detail: format!("Cette adresse ne répond qu’à {allowed}."),
            parametre: None,
            exemple: None,
        }
    }

    /// A body that cannot be taken in: 408, 413 or 415.
    #[must_use]
    pub fn body(status: u16, detail: impl Into<String>, example: &'static str) -> Self {
        Self {
            kind: "about:blank",
            title: "Corps refusé",
            status,
            detail: detail.into(),
            parametre: None,
            exemple: Some(example),
        }
    }

    /// A part of a file that does not exist (RFC 9110 § 15.5.17).
    #[must_use]
    pub fn range(detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: "Partie introuvable",
            status: 416,
            detail: detail.into(),
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

    /// No room for a file that has to be made: others that wait for none are answered.
    #[must_use]
    pub fn no_room() -> Self {
        Self {
            detail: "Le service n’a plus de place pour préparer ce fichier : réessayez plus tard."
                .to_owned(),
            ..Self::busy()
        }
    }

    /// More than one client may ask.
    #[must_use]
    pub fn too_many() -> Self {
        Self {
            kind: "about:blank",
            title: "Trop de demandes",
            status: 429,
            detail: "Trop de demandes de votre part : réessayez dans quelques secondes.".to_owned(),
            parametre: None,
            exemple: None,
        }
    }

    /// An answer that did not begin in time.
    #[must_use]
    pub fn late(patience: Duration) -> Self {
        let seconds = patience.as_secs();
        Self {
            detail: format!(
                "La réponse n’a pas pu commencer en {seconds} secondes : réessayez dans quelques secondes."
            ),
            ..Self::busy()
        }
    }

    /// An address that is too long to be one of ours.
    #[must_use]
    pub fn long_address(length: usize, max: usize) -> Self {
        Self {
            kind: "about:blank",
            title: "Adresse trop longue",
            status: 414,
            detail: format!("L’adresse a {length} octets, il en faut {max} au plus."),
            parametre: None,
            exemple: Some("/api/v1/appartenance?commune=64445"),
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
        if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
