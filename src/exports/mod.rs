//! Levels as files: true outlines, from the arcs that everything else is drawn from.

pub mod archive;
pub mod beside;
pub mod geojson;
pub mod picture;
pub mod print;
pub mod projection;
pub mod styles;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::atlas::world::Atlas;

/// Why a level could not be exported: a sentence in French.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A level that does not exist.
    #[error("la couche « {name} » n’existe pas ; il y a {known}")]
    Level {
        /// The name asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A file whose name says no format that is written.
    #[error("{} : les exports s’écrivent en GeoJSON ; donnez un fichier en .geojson, ou en .geojsonl pour une entité par ligne", .0.display())]
    Format(PathBuf),
    /// The file could not be written.
    #[error("impossible d’écrire {} : {source}", .path.display())]
    Io {
        /// The file asked for.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// How many features.
    pub features: usize,
    /// Who made the data, without the licence.
    pub attribution: String,
}

/// Writes a level to a file, in the format that the end of its name says. The file is written beside its place and renamed once it is whole: whoever reads it finds the old one or
/// the new one.
///
/// # Errors
/// See [`ExportError`]; the file in place is then as it was.
pub fn write(atlas: &Atlas, name: &str, path: &Path) -> Result<Exported, ExportError> {
    let (chart, at) = atlas.level(name).ok_or_else(|| ExportError::Level {
        name: name.to_owned(),
        known: atlas
            .levels()
            .map(|l| l.level.name())
            .collect::<Vec<_>>()
            .join(", "),
    })?;
    let level = &chart.levels[at];
    let layout = match path.extension().and_then(|e| e.to_str()) {
        Some("geojson" | "json") => geojson::Layout::Collection,
        Some("geojsonl") => geojson::Layout::Lines,
        _ => return Err(ExportError::Format(path.to_owned())),
    };
    let attribution = atlas.attribution(&[&level.level]);
    beside::beside(path, |fresh| {
        let mut out = BufWriter::new(File::create(fresh)?);
        geojson::write(&mut out, level, &chart.arcs, &attribution, layout)?;
        out.flush()
    })
    .map_err(|source| ExportError::Io {
        path: path.to_owned(),
        source,
    })?;
    Ok(Exported {
        features: level.features.len(),
        attribution,
    })
}
