//! Levels as files: true outlines, from the arcs that everything else is drawn from, with all that is known of them.

pub mod archive;
pub mod beside;
mod clip;
pub mod csv;
mod dbf;
pub mod extract;
mod fgb;
pub mod format;
pub mod geojson;
mod gpkg;
mod kml;
pub mod overview;
mod palette;
pub mod picture;
pub mod print;
pub mod shape;
mod shapefile;
pub mod size;
pub mod styles;
pub mod systems;
pub mod table;
mod topojson;
pub mod wanted;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use self::archive::{ArchiveError, Content, ContentError};
use self::extract::Extract;
use self::format::Format;
use self::systems::SystemError;
use self::wanted::{Refusal, Wanted};
use crate::atlas::world::Atlas;

/// The zooms of tiles in an archive: what a map shows of perimeters; MapLibre draws closer views from the last.
pub const ZOOMS: std::ops::RangeInclusive<u8> = 0..=12;

/// Names what decides the bytes of exports besides the data: to be raised whenever a writer changes.
pub const WRITERS: u32 = 3;

/// Why a level could not be exported: a sentence in French.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is no such export.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There are no coordinates in the system.
    #[error(transparent)]
    System(#[from] SystemError),
    /// There are no tiles to write.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The archive could not be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The database could not be written.
    #[error("impossible d’écrire le fichier : {0}")]
    Database(#[from] rusqlite::Error),
    /// The file could not be written.
    #[error("impossible d’écrire le fichier : {0}")]
    Io(#[from] io::Error),
    /// A file with a name could not be written.
    #[error("impossible d’écrire {} : {source}", .path.display())]
    Path {
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

/// Writes an export to a file. The file is written beside its place and renamed once it is whole: whoever reads it finds
/// the old one or the new one.
///
/// # Errors
/// See [`ExportError`]; the file in place is then as it was.
pub fn write(atlas: &Atlas, wanted: &Wanted, path: &Path) -> Result<Exported, ExportError> {
    let extract = Extract::new(atlas, wanted)?;
    extract.check()?;
    let exported = Exported {
        features: extract.chosen.len(),
        attribution: extract.credit.attribution.clone(),
    };
    if wanted.format.is_tiles() {
        let layers = format!("{0},{0}-etiquettes", wanted.layer);
        archive::write(&Content::new(atlas, &layers, ZOOMS)?, path, |_, _| {})?;
        return Ok(exported);
    }
    let written = beside::beside(path, |fresh| content(&extract, wanted.format, fresh));
    written.map_err(|e| match e {
        ExportError::Io(source) => ExportError::Path {
            path: path.to_owned(),
            source,
        },
        other => other,
    })?;
    Ok(exported)
}

fn content(extract: &Extract, format: Format, path: &Path) -> Result<(), ExportError> {
    match format {
        Format::GeoPackage => {
            if path.exists() {
                // Left by a run that was cut off: a database is opened, not overwritten.
                fs::remove_file(path)?;
            }
            // SQLite would not say what is wrong with the place.
            File::create(path)?;
            return gpkg::write(path, extract);
        }
        Format::Shapefile => return shapefile::write(path, extract),
        _ => {}
    }
    let mut out = BufWriter::new(File::create(path)?);
    match format {
        Format::GeoJsonLines => geojson::write(&mut out, extract, geojson::Layout::Lines)?,
        Format::FlatGeobuf => fgb::write(&mut out, extract)?,
        Format::Csv => csv::write(&mut out, extract)?,
        Format::Kml => kml::write(&mut out, extract)?,
        Format::TopoJson => topojson::write(&mut out, extract)?,
        // The others went their own ways above.
        _ => geojson::write(&mut out, extract, geojson::Layout::Collection)?,
    }
    out.flush()?;
    Ok(())
}
