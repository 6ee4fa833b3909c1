//! The styles of the web map and of printed maps, as they stand in `styles/`.

use rust_embed::{EmbeddedFile, RustEmbed};

/// The folder `styles/`.
#[derive(RustEmbed)]
#[folder = "styles/"]
#[include = "*.json"]
struct Styles;

/// A style by its name, without `.json`.
#[must_use]
pub fn named(name: &str) -> Option<EmbeddedFile> {
    Styles::get(&format!("{name}.json"))
}

/// The names of all styles.
#[must_use]
pub fn names() -> Vec<String> {
    Styles::iter()
        .map(|file| file.trim_end_matches(".json").to_owned())
        .collect()
}
