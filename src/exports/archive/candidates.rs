//! Which tiles may hold something.

use std::ops::RangeInclusive;

use pmtiles::{TileCoord, TileId as Hilbert};

use crate::geometry::lattice::{Bounds, Vertex};
use crate::geometry::mercator::{self, EXTENT, EXTENT_BITS};
use crate::geometry::tiling::BUFFER;
use crate::tiles::id::TileId;
use crate::tiles::layers::Layer;

/// How far beyond its box an area may be drawn, in tile units: rounding, and the triangle that keeps a small one.
const ROUNDING: i32 = 4;

/// The tiles whose window meets the box of some polygon of the layers, in the order of `PMTiles` archives: zoom by zoom along
/// a Hilbert curve.
pub(super) fn candidates(layers: &[Layer], zooms: RangeInclusive<u8>) -> Vec<TileId> {
    let boxes: Vec<Bounds> = layers
        .iter()
        .flat_map(|l| {
            let polygons = l.level().perimeters.iter().flat_map(|p| &p.polygons);
            polygons.map(move |p| (l, p))
        })
        .filter_map(|(l, polygon)| {
            let arcs = polygon.rings.first()?.iter();
            let degrees = arcs.fold(Bounds::EMPTY, |b, a| b.union(l.chart.arcs.bounds(a.arc())));
            Some(Bounds {
                min: mercator::project(degrees.min),
                max: mercator::project(degrees.max),
            })
        })
        .collect();
    let mut tiles = Vec::new();
    for zoom in zooms {
        let first = tiles.len();
        tiles.extend(boxes.iter().flat_map(|b| around(*b, zoom)));
        tiles[first..].sort_unstable();
        tiles.dedup();
    }
    tiles.sort_by_cached_key(|&t| hilbert(t));
    tiles
}

/// The tiles of a zoom whose window meets a box of the fine grid.
fn around(fine: Bounds, zoom: u8) -> impl Iterator<Item = TileId> {
    let bits = mercator::unit_bits(zoom);
    let half = 1_i32 << (EXTENT_BITS - 1 + u32::from(zoom));
    let last = (1_i32 << zoom) - 1;
    let margin = BUFFER + ROUNDING;
    // Columns from the west and rows from the north, of units from the middle of the world.
    let index = |units: i32| {
        (units + half)
            .div_euclid(EXTENT)
            .clamp(0, last)
            .cast_unsigned()
    };
    let unit = |v: Vertex| Vertex::new(v.x >> bits, v.y >> bits);
    let (low, high) = (unit(fine.min), unit(fine.max));
    let columns = index(low.x - margin)..=index(high.x + margin);
    let rows = index(-high.y - 1 - margin)..=index(-low.y + margin);
    rows.flat_map(move |y| columns.clone().map(move |x| (x, y)))
        .filter_map(move |(x, y)| TileId::new(u32::from(zoom), x, y).ok())
}

fn hilbert(tile: TileId) -> u64 {
    // A tile's numbers lie in the world: the curve has a place for it.
    TileCoord::new(tile.z(), tile.x(), tile.y()).map_or(u64::MAX, |c| Hilbert::from(c).value())
}
