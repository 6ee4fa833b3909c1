//! `GET /api/v1/communes`: communes by a part of their name, a postcode, a point.

pub mod body;
pub mod one;
mod table;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use self::body::{Commune, ListeCommunes, feature};
use super::document::{self, Format};
use super::geojson::Collection;
use super::params::Params;
use super::problem::Problem;
use super::source::Source;
use super::state::{App, SharedApp};
use super::words;
use crate::atlas::features::Feature;
use crate::atlas::places::PlaceId;
use crate::atlas::world::Atlas;
use crate::domain::codes::CodePostal;
use crate::exports::geojson::{self, Drawn, Polygon};

/// A request that works.
const EXAMPLE: &str = "/api/v1/communes?q=pau&limite=5";

/// The parameters there are.
const KNOWN: [&str; 6] = ["q", "codePostal", "lon", "lat", "limite", "format"];

/// Characters of a text to look for; the longest name of a commune has 45.
const MAX_TEXT: usize = 100;

/// How many communes an answer has where nothing is said, and at most.
const USUAL: usize = 20;
const MOST: usize = 100;

/// What is wanted of a list; all must hold.
struct Criteria {
    text: Option<String>,
    postcode: Option<CodePostal>,
    point: Option<(f64, f64)>,
    limit: usize,
}

/// Answers.
///
/// # Errors
/// A problem that names the parameter at fault.
#[utoipa::path(
    get,
    path = "/api/v1/communes",
    operation_id = "communes",
    tag = "Communes et intercommunalités",
    summary = "Chercher des communes",
    description = "Les communes d’aujourd’hui qui répondent à tous les critères donnés : d’abord celles du nom exact, puis celles dont le nom commence par le texte, puis les autres ; à égalité, la plus peuplée d’abord. Sans critère, les plus peuplées. Un texte sans lettre ni chiffre ne trouve rien. lon et lat vont ensemble.",
    params(
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Partie du nom, sans égard aux accents.", example = "pau"),
        ("codePostal" = Option<String>, Query, pattern = "^[0-9]{5}$", description = "Code postal.", example = "64000"),
        ("lon" = Option<f64>, Query, minimum = -180, maximum = 180, description = "Longitude WGS84, en degrés décimaux ; avec lat.", example = -0.3708),
        ("lat" = Option<f64>, Query, minimum = -90, maximum = 90, description = "Latitude WGS84, en degrés décimaux ; avec lon.", example = 43.2951),
        ("limite" = Option<u16>, Query, minimum = 1, maximum = 100, description = "Nombre de communes au plus ; 20 s’il n’est pas donné.", example = 5),
        ("format" = inline(Option<words::FormatListe>), Query, description = "Format de la réponse.", example = "json"),
    ),
    responses(
        (status = 200, description = "Les communes ; aucune n’est pas une erreur.", content(
            (ListeCommunes = "application/json"),
            (Collection<Commune> = "application/geo+json"),
            (String = "text/csv"),
        )),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/communes?q=pau&limite=1")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let criteria = Criteria::read(&params)?;
    let format = Format::read(&params, &document::LIST)?;
    let make = move |app: &App| criteria.write(&app.atlas, format);
    document::send(app, request, format.kind(), make).await
}

impl Criteria {
    fn read(params: &Params) -> Result<Self, Problem> {
        let lon = params.number("lon", -180.0..=180.0)?;
        let lat = params.number("lat", -90.0..=90.0)?;
        let point = match (lon, lat) {
            (Some(lon), Some(lat)) => Some((lon, lat)),
            (None, None) => None,
            (Some(_), None) => return Err(params.problem("lat", "Il manque la latitude du point.")),
            (None, Some(_)) => {
                return Err(params.problem("lon", "Il manque la longitude du point."));
            }
        };
        let postcode = params.get("codePostal").map(|text| {
            let read = text.parse::<CodePostal>();
            read.map_err(|e| params.problem("codePostal", format!("{e}.")))
        });
        Ok(Self {
            text: params.text("q", MAX_TEXT)?.map(str::to_owned),
            postcode: postcode.transpose()?,
            point,
            limit: params.count("limite", 1..=MOST)?.unwrap_or(USUAL),
        })
    }

    /// The communes that fit, the likeliest first.
    fn find(&self, atlas: &Atlas) -> Vec<PlaceId> {
        let names = atlas.names();
        let mut found = match &self.text {
            Some(text) => names.search(text),
            None => names.by_population().to_vec(),
        };
        if let Some(code) = self.postcode {
            let served = atlas.places.with_postcode(code);
            found.retain(|place| served.contains(place));
        }
        if let Some((lon, lat)) = self.point {
            let there = atlas.commune_at(lon, lat);
            found.retain(|place| Some(*place) == there);
        }
        found
    }

    fn write(&self, atlas: &Atlas, format: Format) -> Result<Vec<u8>, Problem> {
        let mut places = self.find(atlas);
        let nombre = places.len();
        places.truncate(self.limit);
        let source = Source::of_places(atlas);
        let all = places.iter().map(|&p| Commune::current(atlas, p));
        match format {
            Format::Json => document::json(&ListeCommunes {
                nombre,
                communes: all.collect(),
                source,
            }),
            Format::Csv => table::write(all, &source),
            Format::GeoJson => {
                let features = places.iter().map(|&p| Drawn {
                    id: atlas.places.commune(p).code.as_str(),
                    bbox: feature(atlas, p).and_then(Feature::bbox),
                    properties: Commune::current(atlas, p),
                    outline: outline(atlas, p),
                });
                let mut out = Vec::new();
                geojson::collection(&mut out, &source, features)
                    .map_err(|_| Problem::internal())?;
                Ok(out)
            }
        }
    }
}

/// The outline of a commune; empty where it has none of its own.
fn outline(atlas: &Atlas, place: PlaceId) -> Vec<Polygon> {
    let level = atlas.level(crate::domain::level::Level::Communes.name());
    let perimeter =
        level.and_then(|(chart, at)| Some((chart, chart.levels[at].perimeters.get(place)?)));
    perimeter
        .map(|(chart, perimeter)| perimeter.polygons(&chart.arcs))
        .unwrap_or_default()
}
