//! All tiles of some layers in one file, as they are served with gzip.

pub use crate::tiles::id::MAX_ZOOM;

mod candidates;
mod mbtiles;
mod pmtiles;

use std::collections::hash_map::Entry;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::beside;
use crate::atlas::world::Atlas;
use crate::domain::attribution::LICENCE;
use crate::tiles::compress::{self, CompressError};
use crate::tiles::id::TileId;
use crate::tiles::layers::{self, Layer, LayerError};
use crate::tiles::render::{self, RenderError};

/// Why no archive was written: a sentence in French.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file whose name says no kind of archive.
    #[error("{} : une archive de tuiles s’écrit en .pmtiles ou en .mbtiles", .0.display())]
    Format(PathBuf),
    /// A tile could not be drawn.
    #[error("tuile {tile} : {source}")]
    Render {
        /// Zoom, column, row.
        tile: TileId,
        /// Why.
        source: RenderError,
    },
    /// A tile could not be compressed.
    #[error(transparent)]
    Compress(#[from] CompressError),
    /// The file could not be written.
    #[error("impossible d’écrire l’archive : {0}")]
    Io(#[from] io::Error),
    /// The database could not be written.
    #[error("impossible d’écrire l’archive : {0}")]
    Database(#[from] rusqlite::Error),
    /// The archive's writer refused.
    #[error("impossible d’écrire l’archive : {0}")]
    Writer(#[from] ::pmtiles::PmtError),
}

/// What an archive holds.
pub struct Content<'a> {
    atlas: &'a Atlas,
    layers: Vec<Layer<'a>>,
    zooms: RangeInclusive<u8>,
}

/// Why there is nothing to write: a sentence in French.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// The layers.
    #[error(transparent)]
    Layers(#[from] LayerError),
    /// The zooms.
    #[error(
        "du zoom {0} au zoom {1}, il n’y a rien : donnez par exemple de 0 à 12, au plus {MAX_ZOOM}"
    )]
    Zooms(u8, u8),
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Tiles that are not empty.
    pub tiles: u64,
    /// Bytes of all of them, compressed.
    pub bytes: u64,
}

/// A kind of archive.
trait Archive {
    /// Adds a tile; they come in the order of [`candidates`].
    fn add(&mut self, tile: TileId, gzip: &[u8]) -> Result<(), ArchiveError>;
    /// Writes what is left.
    fn finish(self: Box<Self>) -> Result<(), ArchiveError>;
}

/// Tiles drawn between two words of progress.
const BATCH: usize = 2048;

/// Larger tiles are not looked for among those compressed already: only whole squares of one area come often.
const REPEATED: usize = 1 << 10;

/// Writes the archive that the end of the path names, beside it and renamed once whole; the same bytes at every run.
/// `progress` hears how many tiles of how many were looked at.
///
/// # Errors
/// See [`ArchiveError`]; what was at the path then stays.
pub fn write(
    content: &Content,
    path: &Path,
    progress: impl Fn(u64, u64),
) -> Result<Written, ArchiveError> {
    let kind = path.extension().and_then(|e| e.to_str());
    let mut written = Written::default();
    beside::beside(path, |fresh| {
        let mut archive: Box<dyn Archive> = match kind {
            Some("pmtiles") => Box::new(pmtiles::create(content, fresh)?),
            Some("mbtiles") => Box::new(mbtiles::create(content, fresh)?),
            _ => return Err(ArchiveError::Format(path.to_owned())),
        };
        written = fill(content, archive.as_mut(), &progress)?;
        archive.finish()
    })?;
    Ok(written)
}

fn fill(
    content: &Content,
    archive: &mut dyn Archive,
    progress: &impl Fn(u64, u64),
) -> Result<Written, ArchiveError> {
    let candidates = candidates::candidates(&content.layers, content.zooms.clone());
    let mut known: HashMap<Vec<u8>, Vec<u8>> = HashMap::new();
    let mut written = Written::default();
    let mut seen = 0;
    for batch in candidates.chunks(BATCH) {
        let drawn: Vec<Vec<u8>> = batch
            .par_iter()
            .map(|&tile| {
                render::render(&content.layers, tile)
                    .map_err(|source| ArchiveError::Render { tile, source })
            })
            .collect::<Result<_, _>>()?;
        let compressed: Vec<Option<Vec<u8>>> = drawn
            .par_iter()
            .map(|tile| {
                let wanted = !tile.is_empty() && !known.contains_key(tile);
                wanted.then(|| compress::gzip(tile)).transpose()
            })
            .collect::<Result<_, _>>()?;
        for ((tile, raw), gzip) in batch.iter().zip(drawn).zip(compressed) {
            if raw.is_empty() {
                continue;
            }
            let size = match gzip {
                None => {
                    let gzip = &known[&raw];
                    archive.add(*tile, gzip)?;
                    gzip.len()
                }
                Some(gzip) => {
                    archive.add(*tile, &gzip)?;
                    let size = gzip.len();
                    if raw.len() <= REPEATED
                        && let Entry::Vacant(new) = known.entry(raw)
                    {
                        new.insert(gzip);
                    }
                    size
                }
            };
            written.tiles += 1;
            written.bytes += size as u64;
        }
        seen += batch.len() as u64;
        progress(seen, candidates.len() as u64);
    }
    Ok(written)
}

impl<'a> Content<'a> {
    /// The tiles of layers, named and joined by commas, at some zooms, up to [`MAX_ZOOM`].
    ///
    /// # Errors
    /// A layer that does not exist or comes twice, or no zoom.
    pub fn new(
        atlas: &'a Atlas,
        names: &str,
        zooms: RangeInclusive<u8>,
    ) -> Result<Self, ContentError> {
        if zooms.is_empty() || *zooms.end() > MAX_ZOOM {
            return Err(ContentError::Zooms(*zooms.start(), *zooms.end()));
        }
        let layers = layers::parse(atlas, names)?;
        Ok(Self {
            atlas,
            layers,
            zooms,
        })
    }

    /// What archives say of themselves, but for what each kind says in its own way.
    fn description(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name", self.name()),
            ("type", "overlay".to_owned()),
            ("version", self.atlas.digest.chars().take(12).collect()),
            ("attribution", self.attribution()),
            ("license", LICENCE.to_owned()),
            (
                "generator",
                concat!("territoires ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
        ]
    }

    fn name(&self) -> String {
        let names: Vec<String> = self.layers.iter().map(Layer::name).collect();
        names.join(",")
    }

    fn attribution(&self) -> String {
        layers::attribution(self.atlas, &self.layers)
    }

    fn vector_layers(&self) -> Value {
        let layers = self.layers.iter().map(|l| {
            let fields: Map<String, Value> = l
                .fields()
                .into_iter()
                .map(|(name, kind)| (name.to_owned(), kind.into()))
                .collect();
            json!({
                "id": l.name(), "fields": fields,
                "minzoom": self.zooms.start(), "maxzoom": self.zooms.end(),
            })
        });
        layers.collect()
    }

    /// Where a map of it opens: longitude, latitude, zoom. In the midst of the features, not of their box, which
    /// is the Atlantic where some are overseas.
    fn centre(&self) -> (f64, f64, u8) {
        let boxes = self.layers.iter().flat_map(|l| &l.level().features);
        let middles = boxes.map(|f| (f.bounds.min.to_degrees(), f.bounds.max.to_degrees()));
        let (mut lon, mut lat): (Vec<f64>, Vec<f64>) = middles
            .map(|(low, high)| {
                (
                    f64::midpoint(low[0], high[0]),
                    f64::midpoint(low[1], high[1]),
                )
            })
            .unzip();
        let median = |values: &mut Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        let zoom = (*self.zooms.start()).max(5).min(*self.zooms.end());
        (median(&mut lon), median(&mut lat), zoom)
    }
}
