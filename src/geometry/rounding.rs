//! Snap rounding of a planar arrangement to a coarser grid.

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

use super::cells::EdgeCells;
use super::lattice::{Vertex, along, orient};
use super::noding::Walk;

/// Rounds planar edges to a grid 2^`bits` times coarser, as one more snap rounding: every rounded end is the
/// centre of a hot pixel, and an edge becomes the chain through the centres of all hot pixels that it
/// passes through before rounding. Edges that did not cross before do not cross after: they may come to
/// lie on each other, but no vertex changes sides (Hobby 1999; Guibas & Marimont, « Rounding
/// arrangements dynamically », 1998). Rounding the ends alone would not give that.
///
/// Edges that round to a point are gone. Ends round as [`super::mercator::snap`] does: to the nearest, ties
/// upwards.
#[must_use]
pub fn snap_round(edges: &[Walk], bits: u32) -> Vec<Walk> {
    let half = half_pixel(bits);
    let round = |v: Vertex| Vertex::new((v.x + half) >> bits, (v.y + half) >> bits);
    let mut hot: Vec<Vertex> = edges
        .iter()
        .flat_map(|e| [round(e.from), round(e.to)])
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
                let (first, last) = (round(edge.from), round(edge.to));
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
        let centre = |c: &Vertex| Vertex::new(c.x << self.bits, c.y << self.bits);
        found.sort_unstable_by_key(|c| (along(a, b, centre(c)), *c));
        found.dedup();
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
            let rounded = snap_round(&edges, bits);
            prop_assert!(contacts(&rounded).is_empty());
        }
    }
}
