//! `/sante/vivant` and `/sante/pret`, for whatever watches the process.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::state::SharedApp;

/// The process runs.
pub async fn alive() -> &'static str {
    "vivant\n"
}

/// The data are loaded and answers are given: the service listens only then.
pub async fn ready(State(app): State<SharedApp>) -> Json<Value> {
    let editions: Vec<Value> = app
        .atlas
        .tables
        .phases
        .iter()
        .filter_map(|p| Some(json!({ "phase": p.id, "edition": p.editions.last()?.id })))
        .collect();
    Json(json!({ "pret": true, "donnees": app.atlas.digest, "editions": editions }))
}
