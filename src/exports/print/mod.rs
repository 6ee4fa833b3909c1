//! Printed maps: a style of the web map on a sheet of paper, as SVG, PDF or PNG.
//!
//! ```text
//! order -> places -> layout -> frame -> mapping (outlines of the scale, in the style) -> labels
//!                                     -> compose -> scene -> svg | pdf | png
//! ```
//!
//! Outlines are those of the coverage, never of tiles, as coarse as the scale shows: neighbours share their lines. Each part of
//! France is drawn in its legal projection ([`super::systems`]). The same order gives the same bytes.

mod compose;
mod frame;
mod furniture;
mod key;
mod labels;
mod layout;
mod mapping;
mod order;
mod paper;
mod pdf;
mod places;
mod png;
mod projected;
mod scene;
mod style;
mod svg;
mod text;
mod typeface;
mod wording;

pub use compose::compose;
pub use order::{Order, Sheet};
pub use paper::{Orientation, Paper, SIDES};
pub use scene::Page;
pub use style::{Kind, Layer, Nothing, Property, Style, StyleError};

use super::systems::SystemError;

/// Why a map could not be drawn: a sentence in French.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The style.
    #[error("{0}")]
    Style(#[from] StyleError),
    /// A layer of a level that does not exist.
    #[error("couche « {layer} » : le niveau « {level} » n’existe pas ; il y a {known}")]
    Level {
        /// The layer's id.
        layer: String,
        /// The level asked for.
        level: String,
        /// The levels there are.
        known: String,
    },
    /// Something asked for that does not exist.
    #[error("{what} « {asked} » n’existe pas ; {known}")]
    Unknown {
        /// What it is, with its article.
        what: &'static str,
        /// What was asked for.
        asked: String,
        /// What there is.
        known: String,
    },
    /// A style of what the phase does not have: all would have the colour of the rest.
    #[error("{0}")]
    Theme(String),
    /// A sheet that nothing can be drawn on.
    #[error("{0}")]
    Sheet(String),
    /// A projection.
    #[error("{0}")]
    Projection(#[from] SystemError),
    /// The fonts that came with the service.
    #[error("les polices de caractères de la page sont abîmées")]
    Typeface,
    /// A file that could not be written.
    #[error("le fichier n’a pas pu être écrit : {0}")]
    Output(String),
}

/// The form of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Scalable Vector Graphics, with layers as Inkscape has them.
    Svg,
    /// Portable Document Format.
    Pdf,
    /// A picture of so many dots per inch.
    Png {
        /// Dots per inch.
        dpi: u32,
    },
}

impl Page {
    /// The page as a file.
    ///
    /// # Errors
    /// [`PrintError::Sheet`] for a picture with too many dots, [`PrintError::Output`] and [`PrintError::Typeface`] where a
    /// file cannot be made.
    pub fn write(&self, form: Form) -> Result<Vec<u8>, PrintError> {
        match form {
            Form::Svg => Ok(svg::write(self).into_bytes()),
            Form::Pdf => pdf::write(self),
            Form::Png { dpi } => png::write(self, dpi),
        }
    }
}
