//! `GET /api/v1/territoires`: the territories of a phase.

pub mod body;
pub mod one;
mod table;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use self::body::{ListeTerritoires, Territoire};
use super::document::{self, Format};
use super::geojson::Collection;
use super::params::Params;
use super::phase;
use super::problem::Problem;
use super::source::Source;
use super::state::{App, SharedApp};
use super::words;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::codes::{DepartementCode, RegionCode};
use crate::domain::fold::fold;
use crate::exports::geojson::{self, Drawn};

/// A request that works.
const EXAMPLE: &str = "/api/v1/territoires?region=Bretagne";

/// The parameters there are.
const KNOWN: [&str; 6] = ["phase", "region", "departement", "evolution", "q", "format"];

/// Characters of a text to look for.
const MAX_TEXT: usize = 100;

/// What is wanted of a list.
struct Criteria {
    phase: usize,
    region: Option<RegionCode>,
    departement: Option<DepartementCode>,
    evolution: Option<String>,
    /// Folded.
    text: Option<String>,
}

/// Answers.
///
/// # Errors
/// A problem that names the parameter at fault.
#[utoipa::path(
    get,
    path = "/api/v1/territoires",
    operation_id = "territoires",
    tag = "Territoires",
    summary = "Les territoires d’une phase",
    description = "La dernière liste d’une phase, par nom. Les critères se cumulent. En GeoJSON, avec les contours exacts (plusieurs mégaoctets pour la liste entière).",
    params(
        ("phase" = Option<String>, Query, description = "Phase ; la dernière si elle n’est pas donnée.", example = "temps-2"),
        ("region" = Option<String>, Query, min_length = 1, max_length = 100, description = "Code INSEE ou nom de région, sans égard aux accents : la région chef de file, ou l’une de celles d’un territoire interrégional.", example = "Bretagne"),
        ("departement" = Option<String>, Query, min_length = 1, max_length = 100, description = "Code ou nom de département : le territoire y a au moins une commune.", example = "29"),
        ("evolution" = inline(Option<words::Evolution>), Query, description = "Ce qu’est devenu le territoire depuis la phase précédente.", example = "nouveau"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Partie du nom, sans égard aux accents, ou identifiant.", example = "pau"),
        ("format" = inline(Option<words::FormatListe>), Query, description = "Format de la réponse.", example = "json"),
    ),
    responses(
        (status = 200, description = "Les territoires.", content(
            (ListeTerritoires = "application/json"),
            (Collection<Territoire> = "application/geo+json"),
            (String = "text/csv"),
        )),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "La région ou le département n’existe pas.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/territoires?q=lacq")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let criteria = Criteria::read(&app.atlas, &params)?;
    let format = Format::read(&params, &document::LIST)?;
    let make = move |app: &App| criteria.write(&app.atlas, format);
    document::send(app, request, format.kind(), make).await
}

impl Criteria {
    fn read(atlas: &Atlas, params: &Params) -> Result<Self, Problem> {
        let tables = &atlas.tables;
        let region = params.text("region", MAX_TEXT)?.map(|text| {
            let named = tables.regions.iter().map(|r| (r.code, r.nom.as_str()));
            named_or_coded(
                text,
                named,
                "d’une région",
                "/api/v1/territoires?region=Bretagne",
            )
        });
        let departement = params.text("departement", MAX_TEXT)?.map(|text| {
            let named = tables.departements.iter().map(|d| (d.code, d.nom.as_str()));
            named_or_coded(
                text,
                named,
                "d’un département",
                "/api/v1/territoires?departement=29",
            )
        });
        let evolution = params.get("evolution").map(|word| {
            if ["identique", "reconfigure", "nouveau"].contains(&word) {
                return Ok(word.to_owned());
            }
            let detail = "Cette évolution n’existe pas ; il y a : identique, reconfigure, nouveau.";
            Err(params.problem("evolution", detail))
        });
        Ok(Self {
            phase: phase::read(atlas, params)?,
            region: region.transpose()?,
            departement: departement.transpose()?,
            evolution: evolution.transpose()?,
            text: params.text("q", MAX_TEXT)?.map(fold),
        })
    }

    fn fits(&self, atlas: &Atlas, profile: &Profile) -> bool {
        let (territoire, facts) = (profile.territoire, profile.facts);
        let leads = |code: RegionCode| {
            let named = atlas.tables.regions.iter().find(|r| r.code == code);
            named.is_some_and(|r| fold(&r.nom) == fold(&territoire.region))
        };
        let in_region =
            |code| leads(code) || (facts.interregional && facts.regions.contains(&code));
        let in_departement = |code| facts.departements.contains(&code);
        let evolved = |word: &String| facts.evolution.is_some_and(|e| e.as_str() == word);
        let named = |text: &String| {
            let nom = fold(&territoire.nom);
            !text.is_empty() && (nom.contains(text) || fold(&territoire.id) == *text)
        };
        self.region.is_none_or(in_region)
            && self.departement.is_none_or(in_departement)
            && self.evolution.as_ref().is_none_or(evolved)
            && self.text.as_ref().is_none_or(named)
    }

    /// Writes the territories that fit, in the order of their names as French readers expect them.
    fn write(&self, atlas: &Atlas, format: Format) -> Result<Vec<u8>, Problem> {
        let mut profiles: Vec<Profile> = atlas
            .profiles(self.phase)
            .filter(|p| self.fits(atlas, p))
            .collect();
        profiles.sort_by_cached_key(|p| (fold(&p.territoire.nom), p.territoire.id.clone()));
        let phase = &atlas.tables.phases[self.phase];
        let edition = phase.editions.last().ok_or_else(Problem::internal)?;
        let source = Source::of_territories(atlas, phase, edition);
        let all = profiles.iter().map(|p| Territoire::new(atlas, p));
        match format {
            Format::Json => document::json(&ListeTerritoires {
                phase: phase.id.clone(),
                nombre: profiles.len(),
                territoires: all.collect(),
                source,
            }),
            Format::Csv => table::write(all, &source),
            Format::GeoJson => {
                let features = profiles.iter().map(|p| Drawn {
                    id: &p.territoire.id,
                    bbox: p.feature().bbox(),
                    properties: Territoire::new(atlas, p),
                    outline: p.level.perimeters[p.number].polygons(&p.chart.arcs),
                });
                let mut out = Vec::new();
                geojson::collection(&mut out, &source, features)
                    .map_err(|_| Problem::internal())?;
                Ok(out)
            }
        }
    }
}

/// The unit that a text names, by its code or its folded name.
fn named_or_coded<'a, C: Copy + std::fmt::Display>(
    text: &str,
    units: impl Iterator<Item = (C, &'a str)>,
    what: &str,
    example: &'static str,
) -> Result<C, Problem> {
    let wanted = fold(text);
    let mut units = units;
    units
        .find(|(code, nom)| fold(&code.to_string()) == wanted || fold(nom) == wanted)
        .map(|(code, _)| code)
        .ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Problem::not_found(
                format!("« {shown} » n’est le code ni le nom {what} : il faut l’un ou l’autre."),
                example,
            )
        })
}
