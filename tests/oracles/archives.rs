//! Archives of tiles: complete, the same at every run, and holding what is served.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use rayon::prelude::*;
use territoires::exports::archive::{self, Content, ContentError};
use territoires::tiles::compress;
use territoires::tiles::id::TileId;
use territoires::tiles::layers;
use territoires::tiles::render::render;

use super::ATLAS;

const LAYERS: &str = "temps-2,communes,temps-2-etiquettes";
const LAST: u8 = 7;

fn write(folder: &Path, name: &str) -> (Vec<u8>, archive::Written) {
    let content = Content::new(&ATLAS, LAYERS, 0..=LAST).unwrap();
    let path = folder.join(name);
    let seen = Cell::new((0, 0));
    let written =
        archive::write(&content, &path, |seen_now, all| seen.set((seen_now, all))).unwrap();
    assert!(seen.get().0 > 0 && seen.get().0 == seen.get().1);
    (std::fs::read(path).unwrap(), written)
}

#[test]
fn an_archive_has_the_same_bytes_at_every_run_and_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["pmtiles", "mbtiles"] {
        let first = write(folder.path(), &format!("a.{kind}"));
        // Over an older one, and over what a run that was cut off has left.
        std::fs::write(folder.path().join(format!(".a.{kind}.nouveau")), "reste").unwrap();
        assert!(
            first == write(folder.path(), &format!("a.{kind}")),
            "{kind}"
        );
    }
    let mut names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a.mbtiles", "a.pmtiles"]);
}

/// Every tile of the world, drawn and compressed as it is served, against the archive.
#[test]
fn an_archive_holds_every_tile_that_is_not_empty_as_it_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let (_, written) = write(folder.path(), "a.mbtiles");
    let database = rusqlite::Connection::open(folder.path().join("a.mbtiles")).unwrap();
    let mut rows = database
        .prepare("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles")
        .unwrap();
    let kept: BTreeMap<TileId, Vec<u8>> = rows
        .query_map([], |row| {
            let (z, x, y): (u32, u32, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((TileId::new(z, x, (1 << z) - 1 - y).unwrap(), row.get(3)?))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let layers = layers::parse(&ATLAS, LAYERS).unwrap();
    let world: Vec<TileId> = (0..=u32::from(LAST))
        .flat_map(|z| (0..1_u32 << (2 * z)).map(move |i| (z, i)))
        .map(|(z, i)| TileId::new(z, i % (1 << z), i >> z).unwrap())
        .collect();
    let drawn: BTreeMap<TileId, Vec<u8>> = world
        .into_par_iter()
        .filter_map(|tile| {
            let bytes = render(&layers, tile).unwrap();
            (!bytes.is_empty()).then(|| (tile, compress::gzip(&bytes).unwrap()))
        })
        .collect();
    assert!(kept == drawn, "{} kept, {} drawn", kept.len(), drawn.len());
    assert_eq!(written.tiles, drawn.len() as u64);
    let text = |name: &str| -> String {
        database
            .query_row("SELECT value FROM metadata WHERE name = ?1", [name], |r| {
                r.get(0)
            })
            .unwrap()
    };
    assert_eq!(
        (text("format"), text("maxzoom")),
        ("pbf".to_owned(), "7".to_owned())
    );
    assert!(text("attribution").contains("IGN") && text("attribution").contains("Licence Ouverte"));
    let centre: Vec<f64> = text("center")
        .split(',')
        .map(|n| n.parse().unwrap())
        .collect();
    assert!(
        (-2.0..6.0).contains(&centre[0]) && (44.0..50.0).contains(&centre[1]),
        "{centre:?}"
    );
    let json: serde_json::Value = serde_json::from_str(&text("json")).unwrap();
    assert_eq!(json["vector_layers"].as_array().unwrap().len(), 3);
}

#[test]
fn what_cannot_be_written_is_refused_with_a_sentence() {
    let unknown = Content::new(&ATLAS, "temps-2,cantons", 0..=5)
        .err()
        .unwrap();
    assert!(unknown.to_string().contains("cantons"), "{unknown}");
    let none = Content::new(&ATLAS, "temps-2", RangeInclusive::new(6, 5)).err();
    assert_eq!(none, Some(ContentError::Zooms(6, 5)));
    let content = Content::new(&ATLAS, "temps-2", 0..=0).unwrap();
    let refused = archive::write(&content, Path::new("a.zip"), |_, _| ()).unwrap_err();
    assert!(refused.to_string().contains(".pmtiles"), "{refused}");
}
