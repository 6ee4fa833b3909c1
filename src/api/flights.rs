//! Work that many wait for and one does: while a tile is being made, those who ask for it too hold no place
//! on the CPU and none in the queue for it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::problem::Problem;
use super::state::SharedApp;
use crate::tiles::cache::{Stored, TileKey};
use crate::tiles::render;

type Outcome = Result<Stored, Problem>;

/// The bodies being made.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<TileKey, watch::Receiver<Option<Outcome>>>>);

impl Flights {
    fn under_way(&self) -> MutexGuard<'_, HashMap<TileKey, watch::Receiver<Option<Outcome>>>> {
        // Nothing that could panic happens while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body: kept, under way, or made now. It is made to the end and kept also where its caller goes away.
///
/// # Errors
/// [`Problem::busy`] where too many different bodies wait to be made; [`Problem::internal`] for a fault of ours.
pub async fn body(app: &SharedApp, key: TileKey) -> Outcome {
    let mut landing = match app.flights.under_way().entry(key) {
        Entry::Occupied(flight) => flight.get().clone(),
        Entry::Vacant(place) => {
            // What landed between the caller's look and this one: bodies are kept before they leave the list.
            if let Some(body) = app.tiles.get(&key) {
                return Ok(body);
            }
            let (land, landing) = watch::channel(None);
            place.insert(landing.clone());
            tokio::spawn(fly(SharedApp::clone(app), key, land));
            landing
        }
    };
    let landed = landing.wait_for(Option::is_some).await;
    let outcome = landed.ok().and_then(|outcome| outcome.clone());
    outcome.unwrap_or_else(|| Err(Problem::internal()))
}

async fn fly(app: SharedApp, key: TileKey, land: watch::Sender<Option<Outcome>>) {
    let maker = SharedApp::clone(&app);
    let outcome = app.service.pool.run(move || make(&maker, key)).await;
    app.flights.under_way().remove(&key);
    land.send_replace(Some(outcome.and_then(|made| made)));
}

fn make(app: &SharedApp, key: TileKey) -> Outcome {
    let draw = || render::render(&key.layers.layers(&app.atlas), key.tile);
    app.tiles.get_or_make(key, draw).map_err(|e| {
        tracing::error!(error = %e, ?key, "tile not made");
        Problem::internal()
    })
}
