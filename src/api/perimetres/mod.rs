//! `POST /api/v1/perimetres`: any EPCI, EPT and communes united.

pub mod asked;
pub mod members;

use std::collections::BTreeSet;

use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use self::asked::{Asked, EXAMPLE};
use self::members::Member;
use super::document;
use super::geojson::Feature;
use super::params::Params;
use super::parts::{CodeNom, square_kilometres};
use super::problem::Problem;
use super::source::Source;
use super::state::{App, SharedApp};
use super::words;
use crate::atlas::error::AtlasError;
use crate::atlas::world::Atlas;
use crate::domain::codes::Siren;
use crate::exports::geojson::{self, Drawn};

/// What a union is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Un périmètre réuni, ses mesures et ce dont il est fait.")]
pub struct Perimetre {
    /// Superficie en kilomètres carrés.
    superficie_km2: f64,
    /// Population municipale.
    population: u64,
    /// Les communes se touchent-elles toutes, de proche en proche, par une limite commune ? Les îles d’une commune n’en font
    /// pas un périmètre séparé.
    connexe: bool,
    /// Nombre de polygones du contour, îles comprises.
    parties: usize,
    /// Nombre de communes, chacune une fois.
    communes: usize,
    /// Communes qui n’ont pas de contour propre dans les données : comptées avec le contour qui les contient, ou sans.
    communes_sans_contour: Vec<CodeNom>,
    /// Les membres, chacun une fois, dans l’ordre de la demande.
    membres: Vec<MembreReuni>,
    /// Nombre d’intercommunalités : EPCI et EPT demandés ; une commune seule compte par la sienne.
    intercommunalites: usize,
    /// Soutien annuel à l’animation qu’un tel territoire aurait dans la dernière phase, en euros.
    #[schema(required)]
    soutien_animation_euros: Option<u32>,
    /// Emprise en degrés WGS84 : ouest, sud, est, nord ; null sans contour.
    #[schema(value_type = Option<Vec<f64>>, required, min_items = 4, max_items = 4)]
    bbox: Option<[f64; 4]>,
    /// D’où viennent les données.
    source: Source,
}

/// A member as it was understood.
#[derive(Serialize, ToSchema)]
#[schema(description = "Un membre demandé, tel qu’il a été compris.")]
pub struct MembreReuni {
    /// EPCI, EPT ou commune.
    #[serde(rename = "type")]
    #[schema(value_type = words::TypeMembre, inline)]
    kind: &'static str,
    /// SIREN, ou code INSEE d’aujourd’hui.
    code: String,
    /// Nom.
    nom: String,
    /// Nombre de communes qu’il apporte.
    communes: usize,
    /// Le code demandé, quand c’est un ancien code.
    #[serde(skip_serializing_if = "Option::is_none")]
    demande: Option<String>,
}

/// Answers.
///
/// # Errors
/// 400 that names the members at fault, 408, 413 or 415 for a body that is late, too long or no JSON.
#[utoipa::path(
    post,
    path = "/api/v1/perimetres",
    operation_id = "perimetres",
    tag = "Périmètres",
    summary = "Réunir un périmètre",
    description = "Réunit de 1 à 2 000 EPCI, EPT et communes, par leurs codes : d’aujourd’hui, ou anciens. Doublons et chevauchements comptent une fois. La réponse est une entité GeoJSON au contour exact : les limites dont un seul côté est dans le périmètre.",
    request_body(content = Asked, content_type = "application/json", description = "Les membres : SIREN d’EPCI ou d’EPT, codes INSEE de communes. 64 Kio au plus."),
    responses(
        (status = 200, description = "Le périmètre.", body = Feature<Perimetre>, content_type = "application/geo+json"),
        (status = 400, description = "Le corps n’est pas ce qu’il faut, ou un membre est inconnu : il est nommé.", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "Le corps n’est pas arrivé à temps.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Le corps est trop long.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Le corps n’est pas annoncé comme du JSON.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!({"membres": ["200067254", "64445"]})))
)]
pub async fn post(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    Params::new(query, &[], EXAMPLE)?;
    let (parts, body) = request.into_parts();
    let asked = Asked::read(&parts.headers, body).await?;
    let make = move |app: &App| write(&app.atlas, &asked);
    let mut response = document::send(app, parts.headers, super::geojson::KIND, make).await?;
    // The answer to a POST is nobody else's, and has no address to be asked for again.
    let headers = response.headers_mut();
    headers.remove(header::ETAG);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Answers what is no POST.
pub async fn only_post() -> Response {
    Problem::method("POST").into_response()
}

/// A union that does not close: a fault of the data that `check` would have found.
pub(super) fn open(error: &AtlasError) -> Problem {
    tracing::error!(%error, "a union does not close");
    Problem::internal()
}

fn write(atlas: &Atlas, asked: &Asked) -> Result<Vec<u8>, Problem> {
    let members = members::resolve(atlas, &asked.membres)?;
    let places = members.iter().flat_map(|m| m.places.iter().copied());
    let union = atlas.unite(places).map_err(|e| open(&e))?;
    let homes: BTreeSet<Siren> = members.iter().filter_map(|m| m.home).collect();
    let alone = members.iter().filter(|m| m.home.is_none()).count();
    let intercommunalites = homes.len() + alone;
    let rule = atlas.tables.phases[atlas.current_phase()].soutien;
    let sans_contour = union.sans_contour.iter();
    let properties = Perimetre {
        superficie_km2: square_kilometres(union.superficie),
        population: union.population,
        connexe: union.is_connected(),
        parties: union.perimeter.polygons.len(),
        communes: union.communes.len(),
        communes_sans_contour: sans_contour.map(|&p| CodeNom::commune(atlas, p)).collect(),
        membres: members.into_iter().map(MembreReuni::from).collect(),
        intercommunalites,
        soutien_animation_euros: rule.map(|r| r.euros(intercommunalites)),
        bbox: union.bbox,
        source: Source::of_places(atlas),
    };
    let mut out = Vec::new();
    let drawn = Drawn {
        id: "perimetre",
        bbox: union.bbox,
        properties,
        outline: union.perimeter.polygons(&atlas.france.arcs),
    };
    geojson::single(&mut out, &drawn).map_err(|_| Problem::internal())?;
    Ok(out)
}

impl From<Member<'_>> for MembreReuni {
    fn from(member: Member) -> Self {
        Self {
            kind: member.code.kind(),
            code: member.code.to_string(),
            nom: member.nom.to_owned(),
            communes: member.places.len(),
            demande: member.asked,
        }
    }
}
