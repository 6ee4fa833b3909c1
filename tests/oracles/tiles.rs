//! Golden tiles: one line each. `BENIR=1 cargo test --release --test oracles golden` writes them anew after
//! a change that was meant and `RENDERER` was raised for; look at the map before.

use std::fmt::Write;
use std::path::Path;

use sha2::{Digest, Sha256};
use territoires::tiles::RENDERER;
use territoires::tiles::compress::{Encoding, compress};
use territoires::tiles::id::TileId;
use territoires::tiles::layers;
use territoires::tiles::render::render;

use super::ATLAS;

const GOLDEN: &str = "tests/oracles/golden.txt";

const TILES: [(&str, u32, u32, u32); 18] = [
    ("temps-2", 0, 0, 0),
    ("temps-2", 4, 8, 5),
    ("temps-2,temps-2-etiquettes", 5, 15, 11),
    ("temps-2", 6, 31, 23),
    ("temps-2", 8, 127, 93),
    ("temps-2", 10, 511, 375),
    ("temps-2", 12, 2043, 1500),
    ("temps-2", 14, 8174, 6004),
    ("temps-1", 6, 32, 22),
    ("epci", 7, 63, 46),
    ("ept", 9, 259, 176),
    ("communes", 6, 32, 22),
    ("communes", 10, 518, 352),
    ("communes,communes-etiquettes", 12, 2043, 1500),
    ("departements,regions", 5, 16, 11),
    ("temps-2", 8, 84, 116),
    ("temps-2", 9, 334, 286),
    ("pays,pays-etiquettes", 4, 8, 5),
];

/// The first line is the renderer's version: tiles that change without it would be taken for the old ones by
/// every cache that has them.
#[test]
fn golden_tiles_are_as_they_were() {
    let mut lines = format!("rendu {RENDERER}\n");
    for (names, z, x, y) in TILES {
        let layers = layers::parse(&ATLAS, names).unwrap();
        let bytes = render(&layers, TileId::new(z, x, y).unwrap()).unwrap();
        for encoding in Encoding::ALL {
            let made = compress(encoding, &bytes).unwrap();
            if encoding == Encoding::Identity || (made.is_some() && names.ends_with("-etiquettes"))
            {
                let made = made.as_ref().unwrap_or(&bytes);
                let digest = hex::encode(&Sha256::digest(made)[..8]);
                let coding = encoding.name();
                writeln!(
                    lines,
                    "{names} {z}/{x}/{y} {coding} {} {digest}",
                    made.len()
                )
                .unwrap();
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    let golden = std::fs::read_to_string(&path).unwrap();
    let version = |text: &str| text.lines().next().map(str::to_owned);
    assert!(
        lines == golden || version(&lines) != version(&golden),
        "tiles changed and RENDERER (src/tiles/mod.rs) did not: raise it if that was meant\n{lines}"
    );
    if std::env::var_os("BENIR").is_some() {
        std::fs::write(&path, &lines).unwrap();
        return;
    }
    assert_eq!(
        lines, golden,
        "RENDERER was raised: BENIR=1, and look at the map"
    );
}

#[test]
fn every_label_point_is_in_exactly_one_tile_and_every_territory_in_the_overview() {
    let names = "temps-2,temps-2-etiquettes";
    let layers = layers::parse(&ATLAS, names).unwrap();
    let points = layers[1].level().label_points(&layers[1].chart.arcs);
    assert!(points.iter().all(Option::is_some));
    for z in [5_u32, 9] {
        for point in points.iter().flatten() {
            let [lon, lat] = point.to_degrees();
            let n = f64::from(1_u32 << z);
            let (x, y) = ((lon + 180.0) / 360.0 * n, lat.to_radians().tan().asinh());
            let y = (1.0 - y / std::f64::consts::PI) / 2.0 * n;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let (x, y) = (x as u32, y as u32);
            let mut found = 0;
            for (dx, dy) in [(-1, 0), (0, 0), (1, 0), (0, -1), (0, 1)] {
                let tile = TileId::new(z, x.saturating_add_signed(dx), y.saturating_add_signed(dy));
                let here = territoires::tiles::cover::locate(*point, tile.unwrap());
                found += usize::from(here.is_some());
            }
            assert_eq!(found, 1, "{lon} {lat} at {z}");
        }
    }
}
