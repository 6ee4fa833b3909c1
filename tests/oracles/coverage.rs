//! The tiles themselves, decoded: valid polygons, one coverage, the same on both sides of a seam.

use std::collections::{BTreeMap, BTreeSet};

use fast_mvt::MvtGeometry;
use geo::{MapCoords, MultiPolygon, Validation};
use rayon::prelude::*;
use territoires::geometry::lattice::Vertex;
use territoires::geometry::noding::{self, Walk};
use territoires::geometry::planar::{self, Regions};
use territoires::geometry::tiling::BUFFER;
use territoires::tiles::id::TileId;
use territoires::tiles::layers;
use territoires::tiles::render::render;

use super::{ATLAS, decoder};

/// The areas of a layer in a tile, as a decoder that is not ours reads them, by feature id.
fn areas(names: &str, tile: TileId) -> BTreeMap<u64, MultiPolygon<i32>> {
    let layers = layers::parse(&ATLAS, names).unwrap();
    let bytes = render(&layers, tile).unwrap();
    let mut areas = BTreeMap::new();
    for layer in decoder::decode(&bytes).unwrap() {
        assert_eq!((layer.version, layer.extent), (2, 4096));
        for feature in layer.features {
            let shape = match feature.geometry.unwrap() {
                MvtGeometry::Polygon(one) => MultiPolygon::new(vec![one]),
                MvtGeometry::MultiPolygon(several) => several,
                other => panic!("{other:?} in {names}"),
            };
            let twice = areas.insert(feature.id.unwrap(), shape);
            assert!(twice.is_none(), "an id twice in {names} {tile:?}");
        }
    }
    areas
}

/// Every edge of a layer, with the place of its feature in the list on its left.
fn walks(areas: &BTreeMap<u64, MultiPolygon<i32>>) -> Vec<Walk> {
    let mut walks = Vec::new();
    for (label, shape) in (0..).zip(areas.values()) {
        for ring in shape
            .iter()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
        {
            for line in ring.lines() {
                let [from, to] = [line.start, line.end].map(|c| Vertex::new(c.x, c.y));
                assert_ne!(from, to, "an edge without length");
                walks.push(Walk { from, to, label });
            }
        }
    }
    walks
}

/// What is wrong with a layer of a tile.
fn faults(names: &str, tile: TileId) -> Vec<String> {
    let areas = areas(names, tile);
    let mut faults = Vec::new();
    for (id, shape) in &areas {
        let shape: MultiPolygon<f64> = shape.map_coords(|c| geo::Coord {
            x: f64::from(c.x),
            y: f64::from(c.y),
        });
        if let Err(e) = shape.check_validation() {
            faults.push(format!("{names} {tile:?} {id}: {e}"));
        }
    }
    let walks = walks(&areas);
    if let Some(at) = noding::contacts(&walks).first() {
        faults.push(format!(
            "{names} {tile:?}: edges meet outside vertices at {at:?}"
        ));
    }
    let regions = Regions::of(walks, planar::not_zero, |_, _| 0.0);
    for region in regions.regions() {
        if region.claims.len() > 1 {
            faults.push(format!("{names} {tile:?}: an overlap at {:?}", region.at));
        }
    }
    faults
}

/// All tiles of some zooms that may hold something of France.
fn tiles(zooms: std::ops::RangeInclusive<u32>) -> Vec<TileId> {
    let mut tiles = Vec::new();
    for z in zooms {
        let n = 1_u32 << z;
        let at = |lon: f64, lat: f64| {
            let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            [(lon + 180.0) / 360.0, y].map(|v| (v * f64::from(n)) as u32)
        };
        for [west, south, east, north] in super::BOXES {
            let ([x0, y0], [x1, y1]) = (at(west, north), at(east, south));
            for x in x0..=x1 {
                tiles.extend((y0..=y1).map(|y| TileId::new(z, x, y).unwrap()));
            }
        }
    }
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// `benches/juge.py` does it with GEOS for all zooms; this in seconds.
#[test]
fn neighbours_share_their_border_and_every_polygon_is_valid() {
    for (names, zooms) in [
        ("temps-2", 0..=9),
        ("epci", 3..=8),
        ("communes", 3..=6),
        ("pays", 0..=5),
    ] {
        let faults: Vec<String> = tiles(zooms)
            .into_par_iter()
            .flat_map_iter(|t| faults(names, t))
            .collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}

#[test]
fn every_territory_is_in_the_tiles_from_zoom_3_on() {
    for names in ["temps-2", "temps-1"] {
        for zoom in [3, 4, 6, 9] {
            let found: BTreeSet<u64> = tiles(zoom..=zoom)
                .into_par_iter()
                .flat_map_iter(|t| areas(names, t).into_keys())
                .collect();
            let layers = layers::parse(&ATLAS, names).unwrap();
            assert_eq!(
                found.len(),
                layers[0].level().features.len(),
                "{names} {zoom}"
            );
        }
    }
}

/// The edges of a layer strictly within a box, in order, with the ids of their features.
fn edges_within(
    names: &str,
    tile: TileId,
    shift: [i32; 2],
    within: [i32; 4],
) -> Vec<(u64, Vertex, Vertex)> {
    let areas = areas(names, tile);
    let ids: Vec<u64> = areas.keys().copied().collect();
    let moved = |v: Vertex| Vertex::new(v.x + shift[0], v.y + shift[1]);
    let [west, north, east, south] = within;
    let inside = |v: &Vertex| west < v.x && v.x < east && north < v.y && v.y < south;
    let mut edges: Vec<_> = walks(&areas)
        .into_iter()
        .map(|w| (ids[w.label as usize], moved(w.from), moved(w.to)))
        .filter(|(_, a, b)| inside(a) && inside(b))
        .collect();
    edges.sort_unstable();
    edges
}

#[test]
fn two_tiles_show_the_same_where_their_windows_overlap() {
    const LOW: i32 = -BUFFER;
    const HIGH: i32 = 4096 + BUFFER;
    let mut compared = 0;
    for (names, zooms) in [("temps-2", 5..=9), ("communes", 6..=7)] {
        for tile in tiles(zooms) {
            let (z, x, y) = (u32::from(tile.z()), tile.x(), tile.y());
            let east = TileId::new(z, x + 1, y).unwrap();
            let south = TileId::new(z, x, y + 1).unwrap();
            for (other, shift, overlap) in [
                (east, [4096, 0], [4096 - BUFFER, LOW, HIGH, HIGH]),
                (south, [0, 4096], [LOW, 4096 - BUFFER, HIGH, HIGH]),
            ] {
                let here = edges_within(names, tile, [0, 0], overlap);
                assert_eq!(
                    here,
                    edges_within(names, other, shift, overlap),
                    "{names} {tile:?}"
                );
                compared += here.len();
            }
        }
    }
    assert!(compared > 10_000, "{compared} edges compared");
}

/// Layers, fields and their types in `TileJSON` are those that tiles carry, of areas and of labels.
#[test]
fn what_tiles_carry_is_what_their_description_says() {
    let levels = ATLAS.levels().map(|l| l.level.name().to_owned());
    for name in levels.flat_map(|n| [format!("{n}-etiquettes"), n]) {
        let layers = layers::parse(&ATLAS, &name).unwrap();
        let described: BTreeSet<String> =
            layers[0].fields().iter().map(|f| f.0.to_owned()).collect();
        let mut carried = BTreeSet::new();
        for tile in tiles(6..=8) {
            let bytes = render(&layers, tile).unwrap();
            for layer in decoder::decode(&bytes).unwrap() {
                assert_eq!(layer.name, name);
                carried.extend(
                    layer
                        .features
                        .into_iter()
                        .flat_map(|f| f.properties.into_keys()),
                );
            }
        }
        assert_eq!(carried, described, "{name}");
    }
}
