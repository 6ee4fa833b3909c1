//! The body of a request for a union: bounded in bytes, in time and in members.

use std::time::Duration;

use axum::body::{self, Body};
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::problem::Problem;

/// A request that works.
pub const EXAMPLE: &str = "POST /api/v1/perimetres {\"membres\":[\"200067254\",\"64445\"]}";

/// Members at most.
pub const MOST: usize = 2_000;

/// Bytes of a body at most: 2,000 codes of nine digits with room around each.
const MAX_BYTES: usize = 64 << 10;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// What to unite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    description = "Ce qu’il faut réunir.",
    example = json!({"membres": ["200067254", "64445"]})
)]
pub struct Asked {
    /// SIREN d’EPCI ou d’EPT et codes INSEE de communes, de 1 à 2 000.
    #[schema(value_type = Vec<CodeDeMembre>, min_items = 1, max_items = 2000)]
    pub membres: Vec<String>,
}

/// The code of a member, for the description of the contract.
#[derive(ToSchema)]
#[schema(
    description = "SIREN d’un EPCI ou d’un EPT, ou code INSEE d’une commune, d’aujourd’hui ou ancien.",
    pattern = "^([0-9]{9}|([0-9]{2}|2[ABab])[0-9]{3})$",
    example = "200067254"
)]
pub struct CodeDeMembre(pub String);

impl Asked {
    /// Reads a body.
    ///
    /// # Errors
    /// A body that is not announced as JSON, is too long or late, or is not what is asked for.
    pub async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok());
        let kind = kind.and_then(|k| k.split(';').next()).unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("application/json") {
            let detail = "Le corps doit être annoncé par « Content-Type: application/json ».";
            return Err(Problem::body(415, detail, EXAMPLE));
        }
        let read = tokio::time::timeout(PATIENCE, body::to_bytes(body, MAX_BYTES)).await;
        let bytes = read
            .map_err(|_| {
                let detail = format!(
                    "Le corps n’est pas arrivé en {} secondes.",
                    PATIENCE.as_secs()
                );
                Problem::body(408, detail, EXAMPLE)
            })?
            .map_err(|_| {
                let detail = format!(
                    "Le corps dépasse {} Kio ou s’est interrompu.",
                    MAX_BYTES >> 10
                );
                Problem::body(413, detail, EXAMPLE)
            })?;
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let asked: Self = serde_json::from_slice(bytes).map_err(|e| {
            let detail = format!(
                "Le corps n’est pas ce qu’il faut, ligne {}, colonne {} : il faut un objet JSON avec le seul champ \
                 « membres », une liste de codes entre guillemets.",
                e.line(),
                e.column()
            );
            Problem::parameter("membres", detail, EXAMPLE)
        })?;
        match asked.membres.len() {
            0 => {
                let detail = "La liste des membres est vide : il en faut au moins un.";
                Err(Problem::parameter("membres", detail, EXAMPLE))
            }
            n if n > MOST => {
                let detail = format!("La liste a {n} membres : il en faut {MOST} au plus.");
                Err(Problem::parameter("membres", detail, EXAMPLE))
            }
            _ => Ok(asked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_list_of_one_to_two_thousand_texts_is_read() {
        let list = |n: usize| format!("{{\"membres\":[{}]}}", vec!["\"64445\""; n].join(","));
        for good in [1, MOST] {
            assert_eq!(
                Asked::parse(list(good).as_bytes()).unwrap().membres.len(),
                good
            );
        }
        for bad in [list(0), list(MOST + 1)] {
            assert!(Asked::parse(bad.as_bytes()).is_err());
        }
        for bad in [
            "",
            "[]",
            "{}",
            "{\"membres\":[64445]}",
            "{\"membres\":\"64445\"}",
            "{\"membres\":[\"64445\"],\"nom\":\"x\"}",
            "{\"membres\":[\"64445\"]} x",
        ] {
            assert!(Asked::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
