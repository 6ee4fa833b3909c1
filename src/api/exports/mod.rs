//! `GET /exports/{fichier}`: a level as a file.

pub mod datapackage;
pub mod kept;
pub mod sent;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::conditions::is_known;
use super::negotiation::Accepted;
use super::params::Params;
use super::path::Segments;
use super::problem::{Problem, sentence};
use super::state::{App, SharedApp};
use crate::exports::WRITERS;
use crate::exports::wanted::{self, Options, Refusal, Wanted};
use crate::tiles::compress::Encoding;

/// A request that works.
pub const EXAMPLE: &str = "/exports/temps-2.csv?geometrie=non";

/// The parameters there are.
const KNOWN: [&str; 4] = ["crs", "region", "territoire", "geometrie"];

/// The codings of texts.
const CODINGS: [Encoding; 3] = [Encoding::Identity, Encoding::Gzip, Encoding::Zstd];

/// How long a file may be kept, and shown while it is asked for again.
const KEPT: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");

/// Longer values than any name are refused unread.
const MAX_TEXT: usize = 100;

/// Answers with a file, or a part of it.
///
/// # Errors
/// A problem that names what is wrong; 503 where too many files wait to be made.
#[utoipa::path(
    get,
    path = "/exports/{fichier}",
    operation_id = "export",
    tag = "Données",
    summary = "Une couche en fichier",
    description = "Tous les contours exacts d’une couche et tous ses attributs, avec leur source. Le nom du fichier dit la couche (temps-2, temps-1, epci, ept, communes, departements, regions, pays) et le format : geojson, fgb (FlatGeobuf), gpkg (GeoPackage, avec ses styles pour QGIS), shp.zip (Shapefile), csv, kml, topojson, pmtiles ou mbtiles (tuiles, zooms 0 à 12). Une partie du fichier se demande avec Range. Tous les fichiers, leur taille et leur édition : /donnees ; leur description pour un programme : /exports/datapackage.json.",
    params(
        ("fichier" = String, Path, description = "Couche et format.", example = "temps-2.gpkg"),
        ("crs" = Option<String>, Query, description = "Code EPSG : 4326 (WGS84, par défaut), 2154 (Lambert-93), 5490 (Antilles), 2972 (Guyane), 2975 (La Réunion), 4471 (Mayotte) ; pour gpkg, shp.zip, fgb et csv.", example = "2154"),
        ("region" = Option<String>, Query, min_length = 1, max_length = 100, description = "Seulement cette région, par son code ou son nom.", example = "Bretagne"),
        ("territoire" = Option<String>, Query, min_length = 1, max_length = 100, description = "Seulement ce territoire, ou ce qui partage une commune avec lui : identifiant, avec la phase devant si ce n’est pas celle de la couche.", example = "ti-7510"),
        ("geometrie" = Option<String>, Query, description = "non : un CSV sans les contours.", example = "non"),
    ),
    responses(
        (status = 200, description = "Le fichier.", content((String = "text/csv"), (String = "application/geo+json"), (String = "application/topo+json"), (String = "application/vnd.google-earth.kml+xml"), (String = "application/geopackage+sqlite3"), (String = "application/vnd.flatgeobuf"), (String = "application/zip"), (String = "application/vnd.pmtiles"), (String = "application/vnd.sqlite3"))),
        (status = 206, description = "La partie demandée.", body = String, content_type = "application/octet-stream"),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect, ou le format ne peut pas le dire.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "La couche, le format, la région ou le territoire n’existe pas.", body = Problem, content_type = "application/problem+json"),
        (status = 416, description = "Le fichier n’a pas la partie demandée.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de fichiers à faire à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/exports/temps-2.csv?geometrie=non")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    Segments(file): Segments<String>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let (layer, format) = wanted::layer_and_format(&file).map_err(refused)?;
    let options = Options {
        crs: params.text("crs", MAX_TEXT)?,
        region: params.text("region", MAX_TEXT)?,
        territoire: params.text("territoire", MAX_TEXT)?,
        geometrie: params.text("geometrie", MAX_TEXT)?,
    };
    let wanted = Wanted::new(&app.atlas, layer, format, options).map_err(refused)?;
    // A part is a part of the file as it is.
    let accepted = Accepted::of(&request);
    let mut encoding = Encoding::Identity;
    let mut tag = tag_of(&app, &wanted, encoding)?;
    let mut has_it = is_known(&request, &tag);
    if format.is_text() && !request.contains_key(header::RANGE) && !has_it {
        // The coding that the client has, if it still accepts it, is the best of them.
        for coding in CODINGS.into_iter().filter(|c| accepted.allows(*c)) {
            let coded = tag_of(&app, &wanted, coding)?;
            if is_known(&request, &coded) {
                (encoding, tag, has_it) = (coding, coded, true);
            }
        }
        if !has_it {
            encoding = accepted.preferred_of(&CODINGS);
            tag = tag_of(&app, &wanted, encoding)?;
        }
    }
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let name = wanted.file_name(&app.atlas);
        let made = kept::file(&app, wanted, encoding, EXAMPLE).await?;
        let part = sent::Part::of(&request, &tag, made.length);
        let mut response = sent::response(made, part)?;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.kind()),
        );
        let disposition = format!("attachment; filename=\"{name}\"");
        let disposition = HeaderValue::from_str(&disposition).map_err(|_| Problem::internal())?;
        headers.insert(header::CONTENT_DISPOSITION, disposition);
        if encoding != Encoding::Identity {
            headers.insert(
                header::CONTENT_ENCODING,
                HeaderValue::from_static(encoding.name()),
            );
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, KEPT);
    Ok(response)
}

/// The strong tag of a file: data and writers, what is wanted and the coding decide every byte, so nothing has to be made
/// to write it.
fn tag_of(app: &App, wanted: &Wanted, encoding: Encoding) -> Result<HeaderValue, Problem> {
    let version = Sha256::new()
        .chain_update(&app.version)
        .chain_update(WRITERS.to_be_bytes())
        .finalize();
    let version = hex::encode(&version[..6]);
    let tag = format!("\"{version}-{}-{}\"", wanted.key(), encoding.name());
    HeaderValue::from_str(&tag).map_err(|_| Problem::internal())
}

/// A wish that cannot be met, as a problem.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn refused(refusal: Refusal) -> Problem {
    let detail = sentence(&refusal.sentence);
    if refusal.is_missing {
        Problem::not_found(detail, EXAMPLE)
    } else {
        Problem::parameter(refusal.option, detail, EXAMPLE)
    }
}
