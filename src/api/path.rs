//! The variable parts of an address, or a problem in French.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// The segments of an address.
pub struct Segments<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(segments)| Self(segments))
            .map_err(|_| not_utf8())
    }
}

/// What to say of an address whose percent-encoded bytes are no text.
#[must_use]
pub fn not_utf8() -> Problem {
    Problem::parameter(
        "adresse",
        "Cette adresse contient des octets qui ne sont pas du texte UTF-8.",
        "/tiles/temps-2/6/31/23.mvt",
    )
}
