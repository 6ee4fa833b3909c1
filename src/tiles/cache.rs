//! Tiles kept once drawn; however many ask at once, each is drawn once.

use std::sync::Arc;

use moka::sync::Cache;

use super::id::TileId;
use super::render::RenderError;

/// The layers of a tile set, as asked for, and the tile.
pub type TileKey = (Arc<str>, TileId);

/// A bounded cache of encoded tiles.
#[derive(Clone)]
pub struct TileCache {
    tiles: Cache<TileKey, bytes::Bytes>,
}

/// What an entry costs besides its bytes: key, list nodes, counters.
const ENTRY_OVERHEAD: usize = 256;

impl TileCache {
    /// A cache of at most about so many bytes.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let tiles = Cache::builder()
            .max_capacity(max_bytes)
            .weigher(|key: &TileKey, tile: &bytes::Bytes| {
                u32::try_from(tile.len() + key.0.len() + ENTRY_OVERHEAD).unwrap_or(u32::MAX)
            })
            .build();
        Self { tiles }
    }

    /// The tile, if it is kept. Does not wait.
    #[must_use]
    pub fn get(&self, key: &TileKey) -> Option<bytes::Bytes> {
        self.tiles.get(key)
    }

    /// The tile, drawn by `draw` if it is not kept; callers that ask meanwhile wait for the same drawing.
    /// Blocks: for threads that may.
    ///
    /// # Errors
    /// What `draw` says; nothing is kept then.
    pub fn get_or_draw(
        &self,
        key: TileKey,
        draw: impl FnOnce() -> Result<Vec<u8>, RenderError>,
    ) -> Result<bytes::Bytes, Arc<RenderError>> {
        self.tiles
            .try_get_with(key, || draw().map(bytes::Bytes::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_hundred_callers_draw_a_tile_once() {
        let cache = TileCache::new(1 << 20);
        let drawn = AtomicUsize::new(0);
        let tile = TileId::new(6, 32, 23).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..100 {
                scope.spawn(|| {
                    let bytes = cache.get_or_draw(("temps-2".into(), tile), || {
                        drawn.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(std::time::Duration::from_millis(20));
                        Ok(vec![1, 2, 3])
                    });
                    assert_eq!(bytes.unwrap().as_ref(), [1, 2, 3]);
                });
            }
        });
        assert_eq!(drawn.load(Ordering::Relaxed), 1);
    }
}
