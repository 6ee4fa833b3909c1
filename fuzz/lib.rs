//! The targets with the service that they ask. `cargo fuzz run TARGET` takes them one at a time, `make fuzz` all.

use std::sync::LazyLock;

use territoires::api::state::{App, SharedApp};
use territoires::cli::world;
use territoires::config::Config;

#[path = "targets/mod.rs"]
pub mod targets;

static APP: LazyLock<SharedApp> = LazyLock::new(|| {
    let config = Config {
        mandataires: vec![targets::PROXIES.parse().unwrap()],
        ..Config::default()
    };
    App::new(world::load(None).unwrap(), None, config)
});

/// The service over the embedded data.
pub fn app() -> &'static SharedApp {
    &APP
}
