//! `MBTiles` 1.3, an `SQLite` database, for QGIS and tile servers.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::json;

use super::{Archive, ArchiveError, Content};
use crate::tiles::id::TileId;
use crate::tiles::layers;

pub(super) struct MbTiles(Connection);

pub(super) fn create(content: &Content, path: &Path) -> Result<MbTiles, ArchiveError> {
    if path.exists() {
        // Left by a run that was cut off: a database is opened, not overwritten.
        fs::remove_file(path)?;
    }
    let database = Connection::open(path)?;
    // Nobody reads it before it is whole, and what is cut off is thrown away.
    database.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = 0x4d504258;
         CREATE TABLE metadata (name TEXT NOT NULL, value TEXT);
         CREATE TABLE tiles (zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL,
                             tile_row INTEGER NOT NULL, tile_data BLOB NOT NULL);
         BEGIN;",
    )?;
    let [west, south, east, north] = layers::bounds(&content.layers);
    let (lon, lat, zoom) = content.centre();
    let mut rows = content.description();
    rows.extend([
        ("format", "pbf".to_owned()),
        ("minzoom", content.zooms.start().to_string()),
        ("maxzoom", content.zooms.end().to_string()),
        ("bounds", format!("{west},{south},{east},{north}")),
        ("center", format!("{lon},{lat},{zoom}")),
        (
            "json",
            json!({ "vector_layers": content.vector_layers() }).to_string(),
        ),
    ]);
    {
        let mut insert = database.prepare("INSERT INTO metadata VALUES (?1, ?2)")?;
        for row in rows {
            insert.execute(row)?;
        }
    }
    Ok(MbTiles(database))
}

impl Archive for MbTiles {
    fn add(&mut self, tile: TileId, gzip: &[u8]) -> Result<(), ArchiveError> {
        let mut insert = self
            .0
            .prepare_cached("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)")?;
        // Rows count from the south there.
        let row = (1_u32 << tile.z()) - 1 - tile.y();
        insert.execute((tile.z(), tile.x(), row, gzip))?;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), ArchiveError> {
        self.0.execute_batch(
            "COMMIT; CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);",
        )?;
        self.0.close().map_err(|(_, e)| e)?;
        Ok(())
    }
}
