//! A `GeoPackage`: the first byte says whether the file is foreign, or only what stands in the rows of a sound one.

use std::cell::OnceCell;

use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::{framed, layer};

/// One commune and a column of no known name, as `seeds.py` writes it.
const SOUND: &[u8] = include_bytes!("../seeds/geopackage/triangle");

struct Rows {
    folder: TempDir,
    database: Connection,
}

thread_local! {
    static ROWS: OnceCell<Rows> = const { OnceCell::new() };
}

/// Reads it as import does.
pub fn run(data: &[u8]) {
    let Some((mode, data)) = data.split_first() else {
        return;
    };
    if mode % 2 == 0 {
        layer::check(&[("essai.gpkg", data)]);
        return;
    }
    let [organisation, wkt, text, geometry] = framed(data);
    ROWS.with(|rows| {
        let rows = rows.get_or_init(open);
        let database = &rows.database;
        let organisation = String::from_utf8_lossy(organisation);
        let wkt = String::from_utf8_lossy(wkt);
        // The first byte of a text says as what it is stored: its bytes may be none of UTF-8.
        let stored = match text.first() {
            Some(kind) if kind % 4 == 1 => "CAST(?1 AS TEXT)",
            Some(kind) if kind % 4 == 2 => "CAST(CAST(?1 AS TEXT) AS REAL)",
            Some(kind) if kind % 4 == 3 => "CAST(CAST(?1 AS TEXT) AS INTEGER)",
            _ => "?1",
        };
        let text = text.get(1..).unwrap_or_default();
        database
            .execute(
                "UPDATE gpkg_spatial_ref_sys SET organization = ?1, definition = ?2 WHERE srs_id = 9999",
                params![organisation, wkt],
            )
            .unwrap();
        let sql = format!("UPDATE commune SET code_insee = {stored}, geom = ?2");
        database.execute(&sql, params![text, geometry]).unwrap();
        let bytes = std::fs::read(rows.folder.path().join("lignes.gpkg")).unwrap();
        layer::check(&[("essai.gpkg", &bytes)]);
    });
}

fn open() -> Rows {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lignes.gpkg");
    std::fs::write(&path, &SOUND[1..]).unwrap();
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "synchronous", "OFF").unwrap();
    database
        .pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))
        .unwrap();
    Rows { folder, database }
}
