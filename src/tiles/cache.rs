//! Tiles kept once made, in each coding asked for; however many ask at once, each is made once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use moka::sync::Cache;

use super::compress::{self, CompressError, Encoding};
use super::id::TileId;
use super::layers::LayerSet;
use super::mlt;
use super::render::RenderError;

/// Which body: numbers only, so that looking it up allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// The layers.
    pub layers: LayerSet,
    /// The tile.
    pub tile: TileId,
    /// The format.
    pub format: Format,
    /// The coding asked for.
    pub encoding: Encoding,
}

/// How a tile is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Mapbox Vector Tile 2.1.
    Mvt,
    /// `MapLibre` Tile.
    Mlt,
}

impl Format {
    /// The format that an address ends with, and what is before that.
    #[must_use]
    pub fn strip(file: &str) -> Option<(&str, Self)> {
        let (name, extension) = file.rsplit_once('.')?;
        match extension {
            "mvt" => Some((name, Self::Mvt)),
            "mlt" => Some((name, Self::Mlt)),
            _ => None,
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Mvt => "application/vnd.mapbox-vector-tile",
            Self::Mlt => "application/vnd.maplibre-tile",
        }
    }
}

/// A body ready to send. A clone shares the bytes.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The coding it has: the one asked for, or none where that was not worth it.
    pub encoding: Encoding,
    /// The body. Empty where no layer has anything in the tile.
    pub bytes: Bytes,
}

/// Why a body could not be made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MakeError {
    /// The tile could not be drawn.
    #[error(transparent)]
    Render(Arc<RenderError>),
    /// The tile could not be written in the other format.
    #[error("encodage MLT : {0}")]
    Convert(Arc<mlt_core::MltError>),
    /// The tile could not be compressed.
    #[error(transparent)]
    Compress(Arc<CompressError>),
}

/// A bounded cache of bodies.
pub struct TileCache {
    bodies: Cache<TileKey, Stored, foldhash::fast::RandomState>,
    drawn: AtomicU64,
    compressed: AtomicU64,
}

/// What an entry costs besides its bytes: key, list nodes, counters.
const ENTRY_OVERHEAD: usize = 256;

impl TileCache {
    /// A cache of at most about so many bytes.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let bodies = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|_: &TileKey, body: &Stored| {
                u32::try_from(body.bytes.len() + ENTRY_OVERHEAD).unwrap_or(u32::MAX)
            })
            .build_with_hasher(foldhash::fast::RandomState::default());
        Self {
            bodies,
            drawn: AtomicU64::new(0),
            compressed: AtomicU64::new(0),
        }
    }

    /// How many bytes are kept, with what keeping them costs.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bodies.weighted_size()
    }

    /// The body, if it is kept. Does not wait.
    #[must_use]
    pub fn get(&self, key: &TileKey) -> Option<Stored> {
        self.bodies.get(key)
    }

    /// The body, made if it is not kept, from the tile kept or else drawn by `draw`; callers that ask
    /// meanwhile wait for the same work. Blocks: for threads that may.
    ///
    /// # Errors
    /// What `draw` or the encoder says; nothing is kept then.
    pub fn get_or_make(
        &self,
        key: TileKey,
        draw: impl FnOnce() -> Result<Vec<u8>, RenderError>,
    ) -> Result<Stored, MakeError> {
        let whole = TileKey {
            format: Format::Mvt,
            encoding: Encoding::Identity,
            ..key
        };
        let draw = || {
            self.drawn.fetch_add(1, Ordering::Relaxed);
            draw().map(|tile| Stored::new(Encoding::Identity, tile))
        };
        let mut tile = self
            .bodies
            .try_get_with(whole, draw)
            .map_err(MakeError::Render)?;
        if key.format == Format::Mlt {
            let convert =
                || mlt::from_mvt(&tile.bytes).map(|tile| Stored::new(Encoding::Identity, tile));
            let other = TileKey {
                format: key.format,
                ..whole
            };
            tile = self
                .bodies
                .try_get_with(other, convert)
                .map_err(MakeError::Convert)?;
        }
        if key.encoding == Encoding::Identity {
            return Ok(tile);
        }
        let compress = || {
            self.compressed.fetch_add(1, Ordering::Relaxed);
            let made = compress::compress(key.encoding, &tile.bytes)?;
            Ok(made.map_or_else(|| tile.clone(), |body| Stored::new(key.encoding, body)))
        };
        self.bodies
            .try_get_with(key, compress)
            .map_err(MakeError::Compress)
    }

    /// How many tiles were drawn since the start.
    #[must_use]
    pub fn drawn(&self) -> u64 {
        self.drawn.load(Ordering::Relaxed)
    }

    /// How many bodies were compressed, or tried to be, since the start.
    #[must_use]
    pub fn compressed(&self) -> u64 {
        self.compressed.load(Ordering::Relaxed)
    }
}

impl Stored {
    /// Keeps no more than the bytes: a vector may hold room for others.
    fn new(encoding: Encoding, body: Vec<u8>) -> Self {
        let bytes = Bytes::from(body.into_boxed_slice());
        Self { encoding, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_callers_draw_a_tile_once_and_compress_it_once_for_each_coding() {
        let cache = TileCache::new(1 << 20);
        std::thread::scope(|scope| {
            for caller in 0..100 {
                let cache = &cache;
                scope.spawn(move || {
                    let key = TileKey {
                        layers: LayerSet::default(),
                        tile: TileId::new(6, 32, 23).unwrap(),
                        format: Format::Mvt,
                        encoding: Encoding::ALL[caller % 4],
                    };
                    let body = cache.get_or_make(key, || {
                        std::thread::sleep(std::time::Duration::from_millis(20));
                        Ok(vec![7; 1000])
                    });
                    assert_eq!(body.unwrap().encoding, key.encoding);
                    assert!(cache.get(&key).is_some());
                });
            }
        });
        assert_eq!((cache.drawn(), cache.compressed()), (1, 3));
    }
}
