//! The default data, built into the binary.

use std::borrow::Cow;

use rust_embed::RustEmbed;

use super::dataset::Files;
use super::error::{BoundaryError, Result};

/// The folder `boundaries/` of the project, without its fixtures and texts.
#[derive(RustEmbed)]
#[folder = "boundaries/"]
#[include = "*.fgb"]
#[include = "*.bin"]
#[include = "*.csv"]
#[include = "*.toml"]
#[include = "composition/*"]
#[exclude = "fixtures/*"]
pub struct Embedded;

impl Files for Embedded {
    fn get(&self, name: &str) -> Result<Cow<'static, [u8]>> {
        <Self as RustEmbed>::get(name)
            .map(|f| f.data)
            .ok_or_else(|| BoundaryError::content(name, "fichier absent des données embarquées"))
    }

    fn is_checked(&self) -> bool {
        false
    }
}
