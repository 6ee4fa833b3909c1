//! `PMTiles` version 3, for object storage.

use std::fs::File;
use std::io;
use std::path::Path;

use pmtiles::{Compression, PmTilesStreamWriter, PmTilesWriter, TileCoord, TileType};
use serde_json::{Map, Value};

use super::{Archive, ArchiveError, Content};
use crate::tiles::id::TileId;
use crate::tiles::layers;

pub(super) struct PmTiles(PmTilesStreamWriter<File>);

pub(super) fn create(content: &Content, path: &Path) -> Result<PmTiles, ArchiveError> {
    let mut metadata: Map<String, Value> = content
        .description()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    metadata.insert("vector_layers".to_owned(), content.vector_layers());
    let [west, south, east, north] = layers::bounds(&content.layers);
    let (lon, lat, zoom) = content.centre();
    let writer = PmTilesWriter::new(TileType::Mvt)
        .precompressed(Compression::Gzip)
        .min_zoom(*content.zooms.start())
        .max_zoom(*content.zooms.end())
        .bounds(west, south, east, north)
        .center(lon, lat)
        .center_zoom(zoom)
        .metadata(Value::Object(metadata).to_string())
        .create(File::create(path)?)?;
    Ok(PmTiles(writer))
}

impl Archive for PmTiles {
    fn add(&mut self, tile: TileId, gzip: &[u8]) -> Result<(), ArchiveError> {
        let coord = TileCoord::new(tile.z(), tile.x(), tile.y())
            .map_err(|e| io::Error::other(e.to_string()))?;
        Ok(self.0.add_tile(coord, gzip)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ArchiveError> {
        self.0.finalize()?;
        Ok(())
    }
}
