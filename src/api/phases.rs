//! `GET /api/v1/phases`: the phases of the programme and their lists, the latest first.

use std::cmp::Reverse;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::document;
use super::params::Params;
use super::problem::Problem;
use super::state::{App, SharedApp};
use crate::domain::attribution::LICENCE;
use crate::domain::programme;

/// Where it is asked for.
const PATH: &str = "/api/v1/phases";

/// The phases.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Les phases du programme.")]
pub struct ListePhases {
    /// Combien de phases.
    #[schema(example = 2)]
    nombre: usize,
    /// La plus récente d’abord.
    phases: Vec<Phase>,
    /// Licence des listes.
    #[schema(example = "Licence Ouverte 2.0")]
    licence: &'static str,
}

/// A phase.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Une phase du programme.")]
pub struct Phase {
    /// Identifiant : la valeur de `phase=`, et le nom de sa couche de tuiles.
    #[schema(example = "temps-2")]
    id: String,
    /// Nom.
    #[schema(example = "Temps 2")]
    nom: String,
    /// Première et dernière année.
    #[schema(example = "2023-2027")]
    annees: String,
    /// Nombre de territoires de la dernière liste.
    #[schema(example = 183)]
    territoires: usize,
    /// Listes publiées, la plus récente d’abord ; la première est celle qui répond quand `edition=` n’est pas donné.
    editions: Vec<Edition>,
}

/// A published list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Une liste publiée des territoires d’une phase.")]
pub struct Edition {
    /// Identifiant : sa date (ISO 8601), et la valeur de `edition=`.
    #[schema(example = "2024-07-04")]
    id: String,
    /// Millésime du code officiel géographique dans lequel elle est écrite.
    #[schema(example = 2023)]
    cog: u16,
    /// Qui l’a publiée.
    #[schema(example = "ANCT")]
    producteur: String,
    /// Nombre de territoires.
    #[schema(example = 183)]
    territoires: usize,
    /// Comment la citer.
    attribution: String,
}

impl From<&programme::Edition> for Edition {
    fn from(edition: &programme::Edition) -> Self {
        Self {
            id: edition.id.clone(),
            cog: edition.cog,
            producteur: edition.producteur.clone(),
            territoires: edition.territoires.len(),
            attribution: edition.attribution.clone(),
        }
    }
}

impl From<&programme::Phase> for Phase {
    fn from(phase: &programme::Phase) -> Self {
        let editions: Vec<Edition> = phase.editions.iter().rev().map(Edition::from).collect();
        Self {
            id: phase.id.clone(),
            nom: phase.nom.clone(),
            annees: phase.years(),
            territoires: editions.first().map_or(0, |latest| latest.territoires),
            editions,
        }
    }
}

/// Answers.
///
/// # Errors
/// A parameter, since there is none; 503 where too many wait.
#[utoipa::path(
    get,
    path = "/api/v1/phases",
    operation_id = "phases",
    tag = "Territoires",
    summary = "Les phases du programme",
    description = "Chaque phase avec ses années, son nombre de territoires et ses listes publiées, la plus récente d’abord.",
    responses(
        (status = 200, description = "Les phases.", body = ListePhases),
        (status = 400, description = "Un paramètre est donné : il n’y en a pas.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/phases")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    Params::new(query, &[], PATH)?;
    let make = |app: &App| {
        let mut known: Vec<&programme::Phase> = app.atlas.tables.phases.iter().collect();
        known.sort_by_key(|phase| Reverse(phase.debut));
        document::json(&ListePhases {
            nombre: known.len(),
            phases: known.into_iter().map(Phase::from).collect(),
            licence: LICENCE,
        })
    };
    document::send_kept(app, request, "application/json", PATH.to_owned(), make).await
}
