//! The atlas of the embedded data against other engines, naive loops and published figures.

// A broken expectation may stop a test there and then, also in its helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod figures;
mod lookup;
mod tiles;
mod union;
mod zooms;

use std::sync::LazyLock;

use territoires::atlas::world::Atlas;
use territoires::boundaries::dataset::{self, Dataset};
use territoires::boundaries::embedded::Embedded;

/// The atlas of the embedded data, built once for all tests.
static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
    let Dataset {
        tables,
        coverage,
        countries,
        digest,
    } = dataset::load(&Embedded).unwrap_or_else(|e| panic!("{e}"));
    Atlas::build(tables, &coverage, &countries, digest).unwrap_or_else(|e| panic!("{e}"))
});
