//! `/sante/vivant` and `/sante/pret`, for whatever watches the process.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::state::SharedApp;

/// The process runs.
pub async fn alive() -> &'static str {
    "vivant\n"
}

/// The data are loaded and answers are given: the service listens only then. 503 once it is to end.
pub async fn ready(State(app): State<SharedApp>) -> (StatusCode, Json<Value>) {
    let editions: Vec<Value> = app
        .atlas
        .tables
        .phases
        .iter()
        .filter_map(|p| Some(json!({ "phase": p.id, "edition": p.editions.last()?.id })))
        .collect();
    let is_ready = !app.service.is_ending();
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "pret": is_ready, "donnees": app.atlas.digest, "editions": editions });
    (status, Json(body))
}
