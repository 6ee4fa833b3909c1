//! `GET` and `POST /cartes/{style}.{svg|pdf|png}`: printed maps.

pub mod asked;

use axum::body::{self, Body, Bytes};
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use asked::{Asked, File};

use super::conditions::is_known;
use super::negotiation::Accepted;
use super::params::Params;
use super::path::Segments;
use super::problem::{Problem, sentence};
use super::state::SharedApp;
use super::styles;
use super::words;
use crate::exports::print::{Form, PrintError, Style, compose};
use crate::tiles::compress::{Encoding, compress};

/// A request that works.
const EXAMPLE: &str = "/cartes/regions.pdf?papier=a3";

/// The same with a style.
const STYLE_EXAMPLE: &str = r##"POST /cartes/neutre.png {"version":8,"layers":[{"id":"fond","type":"background","paint":{"background-color":"#ffffff"}}]}"##;

/// The parameters there are.
pub const KNOWN: [&str; 11] = [
    "papier",
    "orientation",
    "largeur",
    "hauteur",
    "dpi",
    "phase",
    "region",
    "territoire",
    "titre",
    "nord",
    "graticule",
];

/// The codings of SVG.
const CODINGS: [Encoding; 2] = [Encoding::Identity, Encoding::Gzip];

/// How long a map may be kept: the data change with a new version of the service only.
const KEPT: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");

/// A style that is sent is no longer than this.
const MAX_STYLE: usize = 256 << 10;
/// And arrives within so many seconds.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

/// Changes where the same order would give other bytes.
const RENDERER: u32 = 3;

/// Maps made so far.
pub struct Prints(Cache<String, Bytes>);

impl Prints {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let weigh = |_: &String, map: &Bytes| u32::try_from(map.len()).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(max_bytes).weigher(weigh);
        Self(kept.build())
    }

    /// How many bytes are kept.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.weighted_size()
    }
}

/// Answers with a map in one of the styles of the service.
///
/// # Errors
/// A problem that names what is wrong; 503 where too many maps wait to be drawn.
#[utoipa::path(
    get,
    path = "/cartes/{fichier}",
    operation_id = "carte",
    tag = "Données",
    summary = "Une carte à imprimer",
    description = "La carte des territoires dans un style du service, en SVG (calques d’Inkscape, textes), PDF (vectoriel, polices incorporées) ou PNG. Chaque partie de la France est dans sa projection légale ; l’outre-mer et la petite couronne ont leurs cadres et leurs échelles. POST prend le même chemin et un style MapLibre dans le corps.",
    params(
        ("fichier" = String, Path, description = "Style (regions, evolution, neutre, rebond-industriel, et les mêmes en -sombre) et format.", example = "neutre.png"),
        ("papier" = Option<String>, Query, description = "Feuille : a4, a3 (par défaut), a2, a1 ou a0.", example = "a3"),
        ("orientation" = Option<String>, Query, description = "portrait ou paysage ; à défaut, ce qui convient à la carte.", example = "paysage"),
        ("largeur" = Option<u32>, Query, minimum = 100, maximum = 1500, description = "Largeur de la feuille en millimètres, avec hauteur, à la place de papier.", example = 420),
        ("hauteur" = Option<u32>, Query, minimum = 100, maximum = 1500, description = "Hauteur de la feuille en millimètres, avec largeur.", example = 297),
        ("dpi" = Option<u32>, Query, minimum = 36, maximum = 600, description = "Points par pouce d’un PNG ; 150 par défaut, 36 millions de points au plus.", example = 150),
        ("phase" = Option<String>, Query, description = "Phase ; la plus récente par défaut.", example = "temps-2"),
        ("region" = Option<String>, Query, min_length = 1, max_length = 100, description = "Une région seule, par son code ou son nom.", example = "Bretagne"),
        ("territoire" = Option<String>, Query, min_length = 1, max_length = 100, description = "Un territoire seul, avec ses membres, par son identifiant.", example = "ti-7510"),
        ("titre" = Option<String>, Query, min_length = 1, max_length = 120, description = "Le titre.", example = "L’industrie en France"),
        ("nord" = Option<String>, Query, description = "oui : une flèche du nord.", example = "oui"),
        ("graticule" = Option<String>, Query, description = "oui : méridiens et parallèles.", example = "oui"),
    ),
    responses(
        (status = 200, description = "La carte.", content((String = "image/svg+xml"), (String = "application/pdf"), (String = "image/png"))),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect, ou la feuille est trop petite.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Le style, le format, la région ou le territoire n’existe pas.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de cartes à dessiner à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/cartes/neutre.png?papier=a4&dpi=72&territoire=ti-7510")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    Segments(file): Segments<String>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let file = File::read(&file)?;
    let style = styles::named(&file.style)?;
    let asked = Asked::read(&params, file)?;
    send(app, &request, asked, &style.data).await
}

/// Answers with a map in the style that is sent.
///
/// # Errors
/// As [`get`]; 408 and 413 for a body that is late or too long.
#[utoipa::path(
    post,
    path = "/cartes/{fichier}",
    operation_id = "carteDeStyle",
    tag = "Données",
    summary = "Une carte à imprimer dans son propre style",
    description = "La carte dans le style du corps. Le nom du fichier ne dit que le format. Une partie du style qui n’est pas dessinée sur papier est refusée, avec le nom de sa couche et de sa propriété.",
    // Those of the map in a style of the service: `openapi` adds them.
    params(("fichier" = String, Path, description = "Nom et format.", example = "neutre.png")),
    request_body(content = inline(words::StyleMapLibre), content_type = "application/json", description = "Un style MapLibre de version 8, sur les niveaux du service. 256 Kio au plus."),
    responses(
        (status = 200, description = "La carte.", content((String = "image/svg+xml"), (String = "application/pdf"), (String = "image/png"))),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect, la feuille est trop petite, ou le style ne se lit pas.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Le format, la région ou le territoire n’existe pas.", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "Le style n’est pas arrivé à temps.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Le style est trop long.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de cartes à dessiner à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn post(
    State(app): State<SharedApp>,
    Segments(file): Segments<String>,
    query: RawQuery,
    request: Request,
) -> Result<Response, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let asked = Asked::read(&params, File::read(&file)?)?;
    let (parts, body) = request.into_parts();
    let style = read_style(body).await?;
    let mut response = send(app, &parts.headers, asked, &style).await?;
    // The answer to a POST is nobody else's.
    let headers = response.headers_mut();
    headers.remove(header::ETAG);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn read_style(body: Body) -> Result<Vec<u8>, Problem> {
    let read = tokio::time::timeout(PATIENCE, body::to_bytes(body, MAX_STYLE)).await;
    let late = || {
        Problem::body(
            408,
            format!(
                "Le style n’est pas arrivé en {} secondes.",
                PATIENCE.as_secs()
            ),
            STYLE_EXAMPLE,
        )
    };
    let long = || {
        Problem::body(
            413,
            format!(
                "Le style dépasse {} Kio ou s’est interrompu.",
                MAX_STYLE >> 10
            ),
            STYLE_EXAMPLE,
        )
    };
    Ok(read.map_err(|_| late())?.map_err(|_| long())?.to_vec())
}

/// Answers with what was kept, or draws the map.
async fn send(
    app: SharedApp,
    request: &HeaderMap,
    asked: Asked,
    style: &[u8],
) -> Result<Response, Problem> {
    // Of the three forms SVG alone is worth it, and most is made of digits.
    let encoding = if asked.form == Form::Svg {
        Accepted::of(request).preferred_of(&CODINGS)
    } else {
        Encoding::Identity
    };
    let key = Sha256::new()
        .chain_update(&app.version)
        .chain_update(RENDERER.to_be_bytes())
        .chain_update(asked.key())
        .chain_update(encoding.name())
        .chain_update(style)
        .finalize();
    let key = hex::encode(&key[..16]);
    let tag = HeaderValue::from_str(&format!("\"{key}\"")).map_err(|_| Problem::internal())?;
    let kind = asked.file.kind();
    let mut response = if is_known(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kept = app.prints.0.get(&key);
        let map = match kept {
            Some(map) => map,
            None => draw(&app, asked, style, key, encoding).await?,
        };
        let mut response = (
            [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
            map,
        )
            .into_response();
        if encoding != Encoding::Identity {
            response.headers_mut().insert(
                header::CONTENT_ENCODING,
                HeaderValue::from_static(encoding.name()),
            );
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, KEPT);
    Ok(response)
}

async fn draw(
    app: &SharedApp,
    asked: Asked,
    style: &[u8],
    key: String,
    encoding: Encoding,
) -> Result<Bytes, Problem> {
    // Read before it waits: what is wrong is said at once.
    let style = Style::read(style).map_err(|e| refused(PrintError::Style(e)))?;
    let shared = SharedApp::clone(app);
    let job = move || {
        // Drawn while this one waited.
        if let Some(map) = shared.prints.0.get(&key) {
            return Ok(map);
        }
        let form = asked.form;
        let page = compose(&shared.atlas, &asked.order(style))?;
        let mut map = page.write(form)?;
        if encoding != Encoding::Identity {
            // What is said to be compressed must be: hundreds of kilobytes of digits always can.
            let failed = || PrintError::Output("le SVG n’a pas pu être comprimé".to_owned());
            map = compress(encoding, &map).ok().flatten().ok_or_else(failed)?;
        }
        let map = Bytes::from(map);
        shared.prints.0.insert(key, map.clone());
        Ok(map)
    };
    app.service.prints.run(job).await?.map_err(refused)
}

/// An order that cannot be met, as a problem.
fn refused(error: PrintError) -> Problem {
    let detail = sentence(&error.to_string());
    match error {
        PrintError::Style(_) | PrintError::Level { .. } => {
            Problem::parameter("style", detail, STYLE_EXAMPLE)
        }
        PrintError::Unknown { .. } => Problem::not_found(detail, EXAMPLE),
        PrintError::Theme(_) => Problem::parameter("phase", detail, EXAMPLE),
        PrintError::Sheet(_) => Problem::parameter("papier", detail, EXAMPLE),
        error @ (PrintError::Projection(_) | PrintError::Typeface | PrintError::Output(_)) => {
            tracing::error!(%error, "a map was not drawn");
            Problem::internal()
        }
    }
}
