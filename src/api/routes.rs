//! The route table.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};

use super::problem::Problem;
use super::state::SharedApp;
use super::{
    appartenance, cartes, communes, docs, epci, exports, headers, metrics, ogc, openapi, pages,
    perimetres, phases, recherche, sante, styles, tilejson, tiles,
};

/// How long a browser may keep the answer to « may I? » (Fetch standard; browsers cut it at two hours or a day).
const PREFLIGHT_KEPT: Duration = Duration::from_hours(24);

/// All resources. [`super::front::Front`] stands before them.
pub fn router(app: SharedApp) -> Router {
    // Open data, for any site.
    let open = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([header::IF_NONE_MATCH, header::CONTENT_TYPE])
        .expose_headers([header::ETAG])
        .max_age(PREFLIGHT_KEPT);
    let documents = Router::new()
        .route("/", get(pages::front::get))
        .route("/integration", get(pages::front::embedded))
        .route("/territoires", get(pages::liste::get))
        .route("/territoires/{phase}/{id}", get(pages::fiche::get))
        .route(
            "/territoires/{phase}/{id}/carte.svg",
            get(pages::carte::get),
        )
        .route(
            "/territoires/{phase}/{id}/apercu.png",
            get(pages::carte::preview),
        )
        .route("/apercu/{lieu}/{style}", get(pages::apercu::get))
        .route("/reponse", get(pages::reponse::get))
        .route("/programme", get(pages::texts::programme))
        .route("/accessibilite", get(pages::texts::accessibility))
        .route("/mentions", get(pages::texts::legal))
        .route("/sitemap.xml", get(pages::plan::sitemap))
        .route("/robots.txt", get(pages::plan::robots))
        .route("/assets/{file}", get(pages::asset))
        .route("/sante/vivant", get(sante::alive))
        .route("/sante/pret", get(sante::ready))
        .route("/metrics", get(metrics::get))
        .route("/api/v1/appartenance", get(appartenance::get))
        .route("/api/v1/recherche", get(recherche::get))
        .route("/api/v1/phases", get(phases::get))
        .route("/api/v1/territoires", get(super::territoires::get))
        .route(
            "/api/v1/territoires/{phase}/{id}",
            get(super::territoires::one::get),
        )
        .route("/api/v1/communes", get(communes::get))
        .route("/api/v1/communes/{code}", get(communes::one::get))
        .route("/api/v1/epci/{siren}", get(epci::get))
        .route(
            "/api/v1/perimetres",
            post(perimetres::post).fallback(perimetres::only_post),
        )
        .route("/api/v1/openapi.json", get(openapi::get))
        .route("/exports/datapackage.json", get(exports::datapackage::get))
        .route("/donnees", get(pages::donnees::get))
        .route("/ogc", get(ogc::landing))
        .route("/ogc/conformance", get(ogc::conformance))
        .route("/ogc/api", get(ogc::api))
        .route("/ogc/collections", get(ogc::collections))
        .route("/ogc/collections/{id}", get(ogc::collection))
        .route("/ogc/collections/{id}/items", get(ogc::items::get))
        .route(
            "/ogc/collections/{id}/items/{feature}",
            get(ogc::items::one),
        )
        .route("/docs", get(docs::get))
        .route("/tiles/{layers}", get(tilejson::get))
        .route("/styles/{name}", get(styles::get))
        .fallback(|| async { Problem::not_found("Cette adresse n’existe pas ici.", "/") })
        .method_not_allowed_fallback(|| async { Problem::method("GET et HEAD") })
        .layer(CompressionLayer::new())
        .layer(open.clone())
        .layer(middleware::from_fn(with_headers));
    // Neither bounded nor compressed as a whole: streamed.
    let files = Router::new()
        .route("/api/v1/appartenance/csv", post(appartenance::csv::post))
        .method_not_allowed_fallback(|| async { Problem::method("POST") })
        .layer(DefaultBodyLimit::disable())
        .layer(open.clone())
        .layer(middleware::from_fn(with_headers));
    // Compressed once, or in part; other sites may ask for parts and read what a file is called.
    let exports = Router::new()
        .route("/exports/{fichier}", get(exports::get))
        .method_not_allowed_fallback(|| async { Problem::method("GET et HEAD") })
        .route("/cartes/{fichier}", get(cartes::get).post(cartes::post))
        .layer(
            open.clone()
                .allow_headers([header::IF_NONE_MATCH, header::RANGE, header::IF_RANGE])
                .expose_headers([
                    header::ETAG,
                    header::ACCEPT_RANGES,
                    header::CONTENT_RANGE,
                    header::CONTENT_DISPOSITION,
                ]),
        )
        .layer(middleware::from_fn(with_headers));
    // Compressed and labelled by themselves, once.
    let tiles = Router::new()
        .route("/tiles/{layers}/{z}/{x}/{y}", get(tiles::get))
        .method_not_allowed_fallback(|| async { Problem::method("GET et HEAD") })
        .layer(open)
        .layer(middleware::from_fn(with_headers_but_for_tiles));
    documents
        .merge(files)
        .merge(exports)
        .merge(tiles)
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

/// The route that answered, on the response, for whoever counts.
#[derive(Clone)]
pub struct Route(MatchedPath);

impl Route {
    /// As it is written above.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.as_str()
    }
}

async fn with_headers(request: Request, next: Next) -> Response {
    with(request, next, |_| true).await
}

/// Problems and answers to preflights are labelled like documents. Tiles have an `ETag` of their own.
async fn with_headers_but_for_tiles(request: Request, next: Next) -> Response {
    with(request, next, |headers| !headers.contains_key(header::ETAG)).await
}

async fn with(request: Request, next: Next, is_labelled: fn(&HeaderMap) -> bool) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if is_labelled(response.headers()) {
        headers::label(response.headers_mut());
    }
    if let Some(route) = route {
        response.extensions_mut().insert(Route(route));
    }
    response
}

/// A handler that panicked: one answer is lost, nothing else. Where and why is in the log (see `cli::journal`).
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    let mut response = Problem::internal().into_response();
    headers::label(response.headers_mut());
    response
}
