//! The route table.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};

use super::problem::Problem;
use super::state::SharedApp;
use super::{appartenance, headers, pages, sante, styles, tiles};

/// All resources.
pub fn router(app: SharedApp) -> Router {
    // Open data, for any site.
    let open = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([axum::http::Method::GET, axum::http::Method::HEAD]);
    let data = Router::new()
        .route("/api/v1/appartenance", get(appartenance::get))
        .route("/tiles/{layers}", get(tiles::tilejson))
        .route("/tiles/{layers}/{z}/{x}/{y}", get(tiles::tile))
        .route("/styles/{name}", get(styles::get));
    Router::new()
        .route("/", get(pages::front))
        .route("/assets/{file}", get(pages::asset))
        .route("/sante/vivant", get(sante::alive))
        .route("/sante/pret", get(sante::ready))
        .merge(data)
        .fallback(|| async { Problem::not_found("Cette adresse n’existe pas ici.", "/") })
        .method_not_allowed_fallback(|| async { Problem::method() })
        .layer(CompressionLayer::new())
        .layer(open)
        .layer(middleware::from_fn(with_headers))
        .with_state(app)
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in headers::EVERYWHERE {
        headers.insert(name, value);
    }
    headers::vary_by_encoding(headers);
    response
}
