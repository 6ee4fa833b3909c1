//! `GET /api/v1/epci/{siren}`: an EPCI or EPT, of today or of an older list.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{self, Format};
use super::geojson::Feature;
use super::params::Params;
use super::parts::{Appartenance, CodeNom, Point, square_kilometres};
use super::path::Segments;
use super::problem::Problem;
use super::source::Source;
use super::state::{App, SharedApp};
use super::words;
use crate::atlas::world::Atlas;
use crate::domain::alphabet;
use crate::domain::codes::Siren;
use crate::exports::geojson::{self, Drawn};

/// A request that works.
const EXAMPLE: &str = "/api/v1/epci/200067254";

/// An EPCI or EPT.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Un EPCI à fiscalité propre ou un EPT.")]
pub struct Epci {
    /// SIREN.
    #[schema(example = "200067254")]
    code: String,
    /// Nom.
    #[schema(example = "CA Pau Béarn Pyrénées")]
    nom: String,
    /// CC, CA, CU, METRO, MET69 (métropole de Lyon) ou EPT.
    #[serde(rename = "type")]
    #[schema(example = "CA")]
    kind: String,
    /// Existe-t-il aujourd’hui ? Sinon, il est de la liste de l’année cog.
    actuel: bool,
    /// Millésime de la liste d’où viennent son nom et sa composition.
    #[schema(example = 2026)]
    cog: u16,
    /// Ses communes d’aujourd’hui, par nom.
    communes: Vec<CodeNom>,
    /// Population municipale.
    population: u64,
    /// Superficie en kilomètres carrés.
    superficie_km2: f64,
    /// Emprise en degrés WGS84 : ouest, sud, est, nord ; null sans contour.
    #[schema(value_type = Option<Vec<f64>>, required, min_items = 4, max_items = 4)]
    bbox: Option<[f64; 4]>,
    /// Point bien à l’intérieur ; null sans contour.
    #[schema(required)]
    centre: Option<Point>,
    /// Réponse, territoire et membre dans chaque phase, la dernière d’abord.
    appartenances: Vec<Appartenance>,
    /// D’où viennent les données.
    source: Source,
}

/// Answers.
///
/// # Errors
/// 400 for what is no SIREN, 404 for one that names no EPCI or EPT.
#[utoipa::path(
    get,
    path = "/api/v1/epci/{siren}",
    operation_id = "epci",
    tag = "Communes et intercommunalités",
    summary = "Un EPCI ou un EPT",
    description = "Une intercommunalité d’aujourd’hui, ou à défaut de l’année des listes du programme, avec ses communes d’aujourd’hui.",
    params(
        ("siren" = String, Path, pattern = "^[0-9]{9}$", description = "SIREN de l’EPCI ou de l’EPT.", example = "200067254"),
        ("format" = inline(Option<words::FormatFiche>), Query, description = "Format de la réponse ; geojson ajoute le contour exact.", example = "json"),
    ),
    responses(
        (status = 200, description = "L’intercommunalité.", content(
            (Epci = "application/json"),
            (Feature<Epci> = "application/geo+json"),
        )),
        (status = 400, description = "Le SIREN ou un paramètre est incorrect.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Aucun EPCI ni EPT n’a ce SIREN.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/epci/200067254")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    Segments(siren): Segments<String>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["format"], EXAMPLE)?;
    let format = Format::read(&params, &document::ONE)?;
    let siren: Siren = siren
        .parse()
        .map_err(|e| params.problem("siren", format!("{e}.")))?;
    let make = move |app: &App| write(&app.atlas, siren, format);
    document::send(app, request, format.kind(), make).await
}

fn write(atlas: &Atlas, siren: Siren, format: Format) -> Result<Vec<u8>, Problem> {
    let (epci, cog) = atlas.intercommunalite(siren).ok_or_else(|| {
        Problem::not_found(format!("Aucun EPCI ni EPT n’a le SIREN {siren}."), EXAMPLE)
    })?;
    let union = atlas
        .unite(atlas.communes_of(epci))
        .map_err(|e| super::perimetres::open(&e))?;
    let mut communes: Vec<CodeNom> = union
        .communes
        .iter()
        .map(|&p| CodeNom::commune(atlas, p))
        .collect();
    communes.sort_by(|a, b| alphabet::order(&a.nom, &b.nom).then_with(|| a.code.cmp(&b.code)));
    let code = siren.to_string();
    let body = Epci {
        code: code.clone(),
        nom: epci.nom.clone(),
        kind: epci.kind.clone(),
        actuel: cog == atlas.tables.cog,
        cog,
        communes,
        population: union.population,
        superficie_km2: square_kilometres(union.superficie),
        bbox: union.bbox,
        centre: atlas.centre_of(&union).map(Point::from),
        appartenances: Appartenance::of_each_phase(atlas, |question| question.of_epci(siren)),
        source: Source::of_places(atlas),
    };
    if format != Format::GeoJson {
        return document::json(&body);
    }
    let mut out = Vec::new();
    let drawn = Drawn {
        id: &code,
        bbox: union.bbox,
        properties: body,
        outline: union.perimeter.polygons(&atlas.france.arcs),
    };
    geojson::single(&mut out, &drawn).map_err(|_| Problem::internal())?;
    Ok(out)
}
