//! The rival of `benches/chaud.sh` and `benches/reponses.sh`: one bare axum route that returns the bytes of a
//! file, or writes what they hold as JSON, on a port the system chooses and prints. As many headers as a tile
//! needs to be read, and no more.

// A bench that cannot start has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// `chaud_rival PATH FILE [gzip|json]`
#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let body = Bytes::from(std::fs::read(&arguments[2]).unwrap());
    let written = body.clone();
    let kind = (CONTENT_TYPE, "application/vnd.mapbox-vector-tile");
    let gzip = arguments.get(3).is_some_and(|e| e == "gzip");
    let answer = move || {
        let body = body.clone();
        async move {
            let response: Response = if gzip {
                ([kind, (CONTENT_ENCODING, "gzip")], body).into_response()
            } else {
                ([kind], body).into_response()
            };
            response
        }
    };
    let json: Option<&'static Value> = arguments
        .get(3)
        .filter(|e| *e == "json")
        .map(|_| &*Box::leak(Box::new(serde_json::from_slice(&written).unwrap())));
    let routes = match json {
        Some(value) => Router::new().route(&arguments[1], get(async move || Json(value))),
        None => Router::new().route(&arguments[1], get(answer)),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    axum::serve(listener, routes).await.unwrap();
}
