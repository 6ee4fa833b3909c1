//! Snap rounding of a planar arrangement to a coarser grid.

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

use super::cells::EdgeCells;
use super::lattice::{Vertex, along, orient};
use super::noding::Walk;
use super::tiling::Tiling;

/// Rounds planar edges to a grid 2^`bits` times coarser, as one more snap rounding: every rounded end is the
/// centre of a hot pixel, and an edge becomes the chain through the centres of all hot pixels that it
/// passes through before rounding. Edges that did not cross before do not cross after: they may come to
/// lie on each other, but no vertex changes sides (Hobby 1999; Guibas & Marimont, « Rounding
/// arrangements dynamically », 1998). Rounding the ends alone would not give that.
///
/// Pixels in which an edge crosses a line of the tiling (given on the coarse grid) are hot as well: a
/// rounded edge has a vertex wherever it crosses one.
///
/// Edges that round to a point are gone. Ends round as [`round`] does.
#[must_use]
pub fn snap_round(edges: &[Walk], bits: u32, tiling: Tiling) -> Vec<Walk> {
    let mut hot: Vec<Vertex> = edges
        .par_iter()
        .flat_map_iter(|e| {
            let mut pixels = vec![round(e.from, bits), round(e.to, bits)];
            line_pixels(e.from, e.to, bits, tiling, &mut pixels);
            pixels
        })
        .collect();
    hot.par_sort_unstable();
    hot.dedup();
    let pixels = HotPixels::new(hot, bits, edges);
    edges
        .par_chunks(4096)
        .flat_map_iter(|chunk| {
            let mut chain = Vec::with_capacity(chunk.len() * 2);
            let mut centres = Vec::new();
            for edge in chunk {
                pixels.along(edge, &mut centres);
                let (first, last) = (round(edge.from, bits), round(edge.to, bits));
                let mut at = first;
                let through = centres
                    .iter()
                    .copied()
                    .filter(|c| *c != first && *c != last);
                for to in through.chain([last]) {
                    if to != at {
                        chain.push(Walk {
                            from: at,
                            to,
                            label: edge.label,
                        });
                        at = to;
                    }
                }
            }
            chain
        })
        .collect()
}

/// A vertex on a grid 2^`bits` times coarser: the nearest, ties upwards.
#[must_use]
pub const fn round(v: Vertex, bits: u32) -> Vertex {
    let half = half_pixel(bits);
    Vertex::new((v.x + half) >> bits, (v.y + half) >> bits)
}

/// An edge on a grid 2^`bits` times coarser where no hot pixel of others is in its way: the rounded vertices
/// after its start, those on lines included, in order; the last is its rounded end.
pub fn round_edge(a: Vertex, b: Vertex, bits: u32, tiling: Tiling, found: &mut Vec<Vertex>) {
    found.clear();
    line_pixels(a, b, bits, tiling, found);
    if !found.is_empty() {
        let (first, last) = (round(a, bits), round(b, bits));
        found.retain(|c| *c != first && *c != last);
        in_order(a, b, bits, found);
    }
    found.push(round(b, bits));
}

/// The pixels in which an edge crosses lines.
fn line_pixels(a: Vertex, b: Vertex, bits: u32, tiling: Tiling, found: &mut Vec<Vertex>) {
    for c in between(tiling, a.x, b.x, bits) {
        found.push(Vertex::new(c, crossing((a.x, a.y), (b.x, b.y), c, bits)));
    }
    for c in between(tiling, a.y, b.y, bits) {
        found.push(Vertex::new(crossing((a.y, a.x), (b.y, b.x), c, bits), c));
    }
}

/// The lines strictly between two fine positions.
fn between(tiling: Tiling, a: i32, b: i32, bits: u32) -> impl Iterator<Item = i32> {
    let (low, high) = (a.min(b), a.max(b));
    tiling.lines((low >> bits) + 1, (high - 1) >> bits)
}

/// The pixel along a line at coarse position `c` of the first axis, in which the edge crosses it.
fn crossing(a: (i32, i32), b: (i32, i32), c: i32, bits: u32) -> i32 {
    let a = (i64::from(a.0), i64::from(a.1));
    let b = (i64::from(b.0), i64::from(b.1));
    // Positions are below 2^29 and their differences below 2^30: products below 2^60.
    let (step, rise) = ((b.0 - a.0).abs(), b.1 - a.1);
    let gone = ((i64::from(c) << bits) - a.0).abs();
    let at = a.1 * step + gone * rise;
    // Between the ends, so it fits.
    #[allow(clippy::cast_possible_truncation)]
    let pixel = (at + i64::from(half_pixel(bits)) * step).div_euclid(step << bits) as i32;
    pixel
}

/// Pixels that an edge passes through, in order from its start, each once.
fn in_order(a: Vertex, b: Vertex, bits: u32, pixels: &mut Vec<Vertex>) {
    let centre = |c: &Vertex| Vertex::new(c.x << bits, c.y << bits);
    pixels.sort_unstable_by_key(|c| (along(a, b, centre(c)), *c));
    pixels.dedup();
}

/// Half a pixel of 2^`bits` steps, in steps.
const fn half_pixel(bits: u32) -> i32 {
    if bits == 0 { 0 } else { 1 << (bits - 1) }
}

/// Hot pixels by cell.
struct HotPixels {
    bits: u32,
    /// Cell size in steps of the fine grid, a multiple of the pixel.
    cell: i32,
    centres: Vec<Vertex>,
    /// Where the centres of each cell lie in `centres`.
    cells: HashMap<u64, (u32, u32)>,
}

impl HotPixels {
    fn new(mut centres: Vec<Vertex>, bits: u32, edges: &[Walk]) -> Self {
        let reach: f64 = edges
            .iter()
            .map(|e| f64::from(e.from.x.abs_diff(e.to.x).max(e.from.y.abs_diff(e.to.y))))
            .sum();
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
        let mean = (reach / edges.len().max(1) as f64).clamp(1.0, 1e8) as i32;
        let cell = mean.max(1 << bits).saturating_mul(2);
        let key = |c: &Vertex| {
            Vertex::new(
                (c.x << bits).div_euclid(cell),
                (c.y << bits).div_euclid(cell),
            )
            .key()
        };
        centres.par_sort_unstable_by_key(|c| (key(c), *c));
        let mut cells = HashMap::with_capacity(centres.len() / 2);
        let mut start = 0;
        for same in centres.chunk_by(|a, b| key(a) == key(b)) {
            #[allow(clippy::cast_possible_truncation)] // vertices are counted in 32 bits
            let end = start + same.len() as u32;
            cells.insert(key(&same[0]), (start, end));
            start = end;
        }
        Self {
            bits,
            cell,
            centres,
            cells,
        }
    }

    /// The centres of the hot pixels that an edge passes through, in order from its start.
    fn along(&self, edge: &Walk, found: &mut Vec<Vertex>) {
        found.clear();
        let (a, b) = (edge.from, edge.to);
        let half = half_pixel(self.bits);
        // A pixel reaches half its side beyond the cell of its centre.
        for cell in EdgeCells::new(a, b, self.cell, half + 1) {
            if let Some(&(start, end)) = self.cells.get(&cell.key()) {
                let here = &self.centres[start as usize..end as usize];
                found.extend(here.iter().filter(|c| self.is_passed(a, b, **c)));
            }
        }
        in_order(a, b, self.bits, found);
    }

    /// Whether the closed edge meets the pixel, which holds its left and bottom sides only.
    fn is_passed(&self, a: Vertex, b: Vertex, centre: Vertex) -> bool {
        let half = half_pixel(self.bits);
        let c = Vertex::new(centre.x << self.bits, centre.y << self.bits);
        if self.bits == 0 {
            return super::ring::on_segment(a, b, c);
        }
        let beside = a.x.max(b.x) < c.x - half
            || a.x.min(b.x) >= c.x + half
            || a.y.max(b.y) < c.y - half
            || a.y.min(b.y) >= c.y + half;
        if beside {
            return false;
        }
        let extent = i64::from(a.x.abs_diff(b.x)) + i64::from(a.y.abs_diff(b.y));
        let (low, high) = if a.x <= b.x { (a, b) } else { (b, a) };
        let turn = orient(low, high, c);
        let reach = i64::from(half) * extent;
        // Where the line only touches the pixel, it is at a corner, or along a side where it runs with
        // an axis: the lower left corner, the left and the bottom side belong to the pixel.
        match turn.abs().cmp(&reach) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Greater => false,
            std::cmp::Ordering::Equal => {
                turn > 0 && high.y <= low.y || low.x == high.x && low.x < c.x
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::noding::contacts;
    use proptest::prelude::*;

    proptest! {
        /// The edges of any planar triangulation of a jittered grid, rounded: noded, and nothing flipped.
        #[test]
        fn planar_edges_stay_planar_on_a_coarser_grid(
            bits in 1..7_u32,
            jitter in prop::collection::vec(-15..15i32, 128),
        ) {
            // Jitter below half the spacing keeps the grid's diagonal triangulation planar.
            let at = |x: usize, y: usize| {
                let i = (y * 8 + x) * 2;
                let place = |v: usize| i32::try_from(v).unwrap() * 60;
                Vertex::new(place(x) + jitter[i], place(y) + jitter[i + 1])
            };
            let mut edges = Vec::new();
            for y in 0..7 {
                for x in 0..7 {
                    for (to_x, to_y) in [(x + 1, y), (x, y + 1), (x + 1, y + 1)] {
                        edges.push(Walk { from: at(x, y), to: at(to_x, to_y), label: 0 });
                    }
                }
            }
            prop_assert!(contacts(&edges).is_empty());
            let tiling = Tiling::of(16, 3);
            let rounded = snap_round(&edges, bits, tiling);
            prop_assert!(contacts(&rounded).is_empty());
            // No edge crosses a line but at a vertex.
            for Walk { from, to, .. } in rounded {
                for (a, b) in [(from.x, to.x), (from.y, to.y)] {
                    prop_assert!(tiling.lines(a.min(b) + 1, a.max(b) - 1).next().is_none());
                }
            }
        }
    }
}
