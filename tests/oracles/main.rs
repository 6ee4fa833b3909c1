//! The atlas of the embedded data against other engines, naive loops and published figures; the service counted
//! from inside.

// A broken expectation may stop a test there and then, also in its helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod archives;
mod coverage;
mod decoder;
mod figures;
mod fixtures;
mod fuzz;
mod lookup;
mod postcodes;
mod serving;
mod tiles;
mod topology;
mod union;
mod zooms;

use std::sync::LazyLock;

use territoires::api::state::{App, SharedApp};
use territoires::atlas::world::Atlas;
use territoires::cli::world;
use territoires::config::Config;

/// As in the binary; it counts what each thread allocates.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The atlas of the embedded data, built once for all tests that only read it.
static ATLAS: LazyLock<Atlas> = LazyLock::new(atlas);

/// The service over the same data, for the targets of the fuzzer.
static APP: LazyLock<SharedApp> = LazyLock::new(|| {
    let config = Config {
        mandataires: vec![fuzz::targets::PROXIES.parse().unwrap()],
        ..Config::default()
    };
    App::new(atlas(), None, config)
});

fn app() -> &'static SharedApp {
    &APP
}

/// The atlas of the embedded data.
fn atlas() -> Atlas {
    world::load(None).unwrap_or_else(|e| panic!("{e}"))
}

/// Boxes around France: the mainland with Corse, Guadeloupe, Martinique, Guyane, La Réunion, Mayotte; west,
/// south, east, north.
const BOXES: [[f64; 4]; 6] = [
    [-5.3, 41.3, 9.7, 51.2],
    [-61.9, 15.8, -60.9, 16.6],
    [-61.3, 14.3, -60.8, 14.9],
    [-54.7, 2.1, -51.6, 5.8],
    [55.2, -21.4, 55.9, -20.8],
    [44.9, -13.1, 45.4, -12.6],
];
