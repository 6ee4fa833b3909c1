//! Snap rounding: edges that cross, touch or nearly touch get a common vertex on the lattice.
//!
//! After [`node`] two edges meet only at common end vertices, so that a coverage can be read off them.
//! Method: every vertex is the centre of a unit pixel, and an edge that passes through a pixel is
//! routed through its centre; proper crossings are rounded to the lattice and become vertices
//! (Hobby, « Practical segment intersection with finite precision output », 1999). The pass is repeated
//! until nothing moves, so that the result is checked, not believed. It ends: pixels are half-open, so an
//! edge visits them in one monotone order, its chain has the same length in the L1 norm as the edge, and
//! every split shortens an edge.
//!
//! ```text
//!      \   .            \
//!   ----\--.-----   ->   *-------      * rounded crossing, * vertex a pixel away
//!        \ . p          /\___p
//! ```

use std::sync::atomic::{AtomicUsize, Ordering};

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

use super::lattice::{Vertex, orient};

/// A directed edge with a label on its left: one step of a face's boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Walk {
    /// Where it starts.
    pub from: Vertex,
    /// Where it ends; never `from`.
    pub to: Vertex,
    /// The face on its left.
    pub label: u32,
}

/// What [`node`] had to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodingCount {
    /// Distinct edges that were split or moved.
    pub edges_split: usize,
    /// Passes over all edges, the last of which found nothing.
    pub passes: usize,
}

/// More passes than any input has needed: real boundaries take two or three, the densest random ones
/// of the tests about ten.
const MAX_PASSES: usize = 64;

/// Splits the walks in place until edges meet only at common ends. Returns `None` where that was not
/// reached in a bounded number of passes and splits (the caller refuses the input).
pub fn node(walks: &mut Vec<Walk>) -> Option<NodingCount> {
    let mut count = NodingCount::default();
    for pass in 1..=MAX_PASSES {
        count.passes = pass;
        let edges = distinct_edges(walks);
        let mut splits = find_splits(&edges)?;
        if splits.is_empty() {
            return Some(count);
        }
        splits.sort_unstable();
        splits.dedup();
        count.edges_split += apply(walks, &edges, &splits);
    }
    None
}

/// Where edges meet otherwise than at common ends: proper crossings, and ends on another edge's interior. Exact,
/// nothing is snapped; for checks. Each place may be named more than once.
#[must_use]
pub fn contacts(walks: &[Walk]) -> Vec<Vertex> {
    let edges = distinct_edges(walks);
    cells(&edges)
        .par_chunk_by(|a, b| a.0 == b.0)
        .flat_map_iter(|cell| {
            let mut found = Vec::new();
            for (i, &(_, e)) in cell.iter().enumerate() {
                for &(_, f) in &cell[i + 1..] {
                    found.extend(contact(edges[e as usize], edges[f as usize]));
                }
            }
            found
        })
        .collect()
}

/// A vertex at or near which two edges meet otherwise than at a common end.
fn contact((a, b): (Vertex, Vertex), (c, d): (Vertex, Vertex)) -> Option<Vertex> {
    use super::ring::on_segment;
    if b.x < c.x || d.x < a.x {
        return None;
    }
    let inside = |a, b, v| v != a && v != b && on_segment(a, b, v);
    let touching = [c, d].into_iter().find(|&v| inside(a, b, v));
    let touched = || [a, b].into_iter().find(|&v| inside(c, d, v));
    let crossing = || {
        let crosses = orient(a, b, c).signum() * orient(a, b, d).signum() < 0
            && orient(c, d, a).signum() * orient(c, d, b).signum() < 0;
        crosses.then_some(a)
    };
    touching.or_else(touched).or_else(crossing)
}

/// The undirected edges, each once, ends in [`Ord`] order.
fn distinct_edges(walks: &[Walk]) -> Vec<(Vertex, Vertex)> {
    let mut edges: Vec<_> = walks.iter().map(|w| undirected(w.from, w.to)).collect();
    edges.par_sort_unstable();
    edges.dedup();
    edges
}

fn undirected(a: Vertex, b: Vertex) -> (Vertex, Vertex) {
    if a <= b { (a, b) } else { (b, a) }
}

/// Rewrites each split edge as the chain through its new vertices. Returns how many edges were split.
fn apply(walks: &mut Vec<Walk>, edges: &[(Vertex, Vertex)], splits: &[(u32, Vertex)]) -> usize {
    let mut chains: HashMap<(Vertex, Vertex), Vec<Vertex>> = HashMap::new();
    for group in splits.chunk_by(|s, t| s.0 == t.0) {
        let (a, b) = edges[group[0].0 as usize];
        let mut inner: Vec<Vertex> = group.iter().map(|s| s.1).collect();
        // Order along the edge; vertices a pixel off it are ordered by their foot.
        inner.sort_by_key(|v| {
            let (dx, dy) = (
                i64::from(b.x) - i64::from(a.x),
                i64::from(b.y) - i64::from(a.y),
            );
            dx * (i64::from(v.x) - i64::from(a.x)) + dy * (i64::from(v.y) - i64::from(a.y))
        });
        chains.insert((a, b), inner);
    }
    let mut rewritten = Vec::with_capacity(walks.len() + splits.len() * 2);
    for &walk in walks.iter() {
        let Some(inner) = chains.get(&undirected(walk.from, walk.to)) else {
            rewritten.push(walk);
            continue;
        };
        let mut at = walk.from;
        let mut step = |to: Vertex| {
            if to != at {
                rewritten.push(Walk {
                    from: at,
                    to,
                    label: walk.label,
                });
                at = to;
            }
        };
        if walk.from <= walk.to {
            inner.iter().copied().for_each(&mut step);
        } else {
            inner.iter().rev().copied().for_each(&mut step);
        }
        step(walk.to);
    }
    *walks = rewritten;
    chains.len()
}

/// All (edge, vertex) pairs where the edge must be routed through the vertex; `None` where there are more
/// than sound boundaries ever have: a hostile tangle would fill the memory.
fn find_splits(edges: &[(Vertex, Vertex)]) -> Option<Vec<(u32, Vertex)>> {
    let limit = 4 * edges.len() + 100_000;
    let count = AtomicUsize::new(0);
    let entries = cells(edges);
    let splits: Vec<_> = entries
        .par_chunk_by(|a, b| a.0 == b.0)
        .flat_map_iter(|cell| {
            let mut found = Vec::new();
            for (i, &(_, e)) in cell.iter().enumerate() {
                if count.load(Ordering::Relaxed) > limit {
                    break;
                }
                let before = found.len();
                for &(_, f) in &cell[i + 1..] {
                    split_pair(edges, e, f, &mut found);
                }
                count.fetch_add(found.len() - before, Ordering::Relaxed);
            }
            found
        })
        .collect();
    (splits.len() <= limit).then_some(splits)
}

/// Which cells of a uniform grid each edge passes through, sorted by cell.
///
/// A cell is about two mean edges wide: then a cell holds a handful of edges, an edge few cells.
fn cells(edges: &[(Vertex, Vertex)]) -> Vec<(u64, u32)> {
    let reach: f64 = edges
        .iter()
        .map(|(a, b)| f64::from(a.x.abs_diff(b.x).max(a.y.abs_diff(b.y))))
        .sum();
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    let size = (2.0 * reach / edges.len().max(1) as f64).clamp(4.0, 1e8) as i32;
    let mut entries: Vec<(u64, u32)> = edges
        .par_iter()
        .enumerate()
        .flat_map_iter(|(i, &(a, b))| {
            // Edge counts are bounded by the reader, far under 2^32.
            #[allow(clippy::cast_possible_truncation)]
            let i = i as u32;
            EdgeCells::new(a, b, size, 1).map(move |cell| (cell.key(), i))
        })
        .collect();
    entries.par_sort_unstable();
    entries
}

/// The cells that an edge, widened by a margin, passes through, row by row.
struct EdgeCells {
    a: Vertex,
    b: Vertex,
    size: i32,
    margin: i32,
    row: i32,
    last_row: i32,
    column: i32,
    last_column: i32,
}

impl EdgeCells {
    fn new(a: Vertex, b: Vertex, size: i32, margin: i32) -> Self {
        let (a, b) = if a.y <= b.y { (a, b) } else { (b, a) };
        let mut cells = Self {
            a,
            b,
            size,
            margin,
            row: (a.y - margin).div_euclid(size),
            last_row: (b.y + margin).div_euclid(size),
            column: 0,
            last_column: 0,
        };
        cells.enter_row();
        cells
    }

    /// Finds the columns that the edge touches in the current row.
    fn enter_row(&mut self) {
        let (ax, ay) = (f64::from(self.a.x), f64::from(self.a.y));
        let (dx, dy) = (f64::from(self.b.x) - ax, f64::from(self.b.y) - ay);
        let x_at = |y: f64| {
            if dy == 0.0 {
                ax
            } else {
                ax + dx * ((y - ay) / dy).clamp(0.0, 1.0)
            }
        };
        let margin = f64::from(self.margin);
        let low = f64::from(self.row) * f64::from(self.size) - margin;
        let high = low + f64::from(self.size) + 2.0 * margin;
        let (mut left, mut right) = (x_at(low), x_at(high));
        if dy == 0.0 {
            right = ax + dx;
        }
        if left > right {
            std::mem::swap(&mut left, &mut right);
        }
        // Within ±(2^29 + margin): fits. One step more covers rounding.
        #[allow(clippy::cast_possible_truncation)]
        let column = |x: f64| (x as i32).div_euclid(self.size);
        (self.column, self.last_column) =
            (column(left - margin - 1.0), column(right + margin + 1.0));
    }
}

impl Iterator for EdgeCells {
    type Item = Vertex;

    fn next(&mut self) -> Option<Vertex> {
        if self.column > self.last_column {
            if self.row >= self.last_row {
                return None;
            }
            self.row += 1;
            self.enter_row();
        }
        let cell = Vertex::new(self.column, self.row);
        self.column += 1;
        Some(cell)
    }
}

/// Adds what edges `e` and `f` do to each other.
fn split_pair(edges: &[(Vertex, Vertex)], e: u32, f: u32, found: &mut Vec<(u32, Vertex)>) {
    let ((a, b), (c, d)) = (edges[e as usize], edges[f as usize]);
    // x is ordered within an edge; most pairs end here.
    if b.x < c.x || d.x < a.x || a.y.max(b.y) < c.y.min(d.y) || c.y.max(d.y) < a.y.min(b.y) {
        return;
    }
    let before = found.len();
    for v in [c, d] {
        if passes_through(a, b, v) {
            found.push((e, v));
        }
    }
    for v in [a, b] {
        if passes_through(c, d, v) {
            found.push((f, v));
        }
    }
    if found.len() > before {
        return;
    }
    let (o1, o2) = (orient(a, b, c), orient(a, b, d));
    let (o3, o4) = (orient(c, d, a), orient(c, d, b));
    if o1.signum() * o2.signum() < 0 && o3.signum() * o4.signum() < 0 {
        let v = rounded_crossing(a, b, o3, o4);
        if v != a && v != b {
            found.push((e, v));
        }
        if v != c && v != d {
            found.push((f, v));
        }
    }
}

/// Whether the edge `a b` (`a.x ≤ b.x`) passes through the unit pixel around `v`, its own ends
/// excepted. The pixel holds its left and bottom sides, not its right and top ones.
fn passes_through(a: Vertex, b: Vertex, v: Vertex) -> bool {
    if v == a || v == b || v.x < a.x || v.x > b.x || v.y < a.y.min(b.y) || v.y > a.y.max(b.y) {
        return false;
    }
    // v lies in the edge's box, so the edge does not end short of the pixel. The pixel's corners are
    // (±½, ±½) from v: they lie on both sides of the line where twice the doubled area is less than
    // the extent |dx| + |dy|, and the line touches one corner where the two are equal. Of the corners
    // the pixel holds the lower left one only, which a falling edge touches from below.
    let extent = i64::from(a.x.abs_diff(b.x)) + i64::from(a.y.abs_diff(b.y));
    let turn = orient(a, b, v);
    2 * turn.abs() < extent || (2 * turn == extent && b.y < a.y)
}

/// The crossing of `a b` with a line from which `a` and `b` are `from_a` and `from_b` away (doubled
/// areas of opposite sign), rounded to the lattice, ties upwards.
fn rounded_crossing(a: Vertex, b: Vertex, from_a: i64, from_b: i64) -> Vertex {
    let (num, den) = (i128::from(from_a), i128::from(from_a) - i128::from(from_b));
    let (num, den) = if den < 0 { (-num, -den) } else { (num, den) };
    let along = |p: i32, q: i32| {
        let shift = (i128::from(q) - i128::from(p)) * num;
        let rounded = (2 * shift + den).div_euclid(2 * den);
        // Between p and q, so it fits.
        #[allow(clippy::cast_possible_truncation)]
        let step = rounded as i32;
        p + step
    };
    Vertex::new(along(a.x, b.x), along(a.y, b.y))
}

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
    let half = if bits == 0 { 0 } else { 1 << (bits - 1) };
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
        let half = if self.bits == 0 {
            0
        } else {
            1 << (self.bits - 1)
        };
        // A pixel reaches half its side beyond the cell of its centre.
        for cell in EdgeCells::new(a, b, self.cell, half + 1) {
            if let Some(&(start, end)) = self.cells.get(&cell.key()) {
                let here = &self.centres[start as usize..end as usize];
                found.extend(here.iter().filter(|c| self.is_passed(a, b, **c)));
            }
        }
        let along = |c: &Vertex| {
            let (dx, dy) = (
                i64::from(b.x) - i64::from(a.x),
                i64::from(b.y) - i64::from(a.y),
            );
            let (cx, cy) = (i64::from(c.x) << self.bits, i64::from(c.y) << self.bits);
            dx * (cx - i64::from(a.x)) + dy * (cy - i64::from(a.y))
        };
        found.sort_unstable_by_key(|c| (along(c), *c));
        found.dedup();
    }

    /// Whether the closed edge meets the pixel, which holds its left and bottom sides only.
    fn is_passed(&self, a: Vertex, b: Vertex, centre: Vertex) -> bool {
        let half = if self.bits == 0 {
            0
        } else {
            1 << (self.bits - 1)
        };
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
    use proptest::prelude::*;

    fn walk(a: (i32, i32), b: (i32, i32)) -> Walk {
        Walk {
            from: Vertex::new(a.0, a.1),
            to: Vertex::new(b.0, b.1),
            label: 0,
        }
    }

    /// The naive oracle: any two distinct edges meet only at common ends.
    fn is_noded(walks: &[Walk]) -> bool {
        let edges = distinct_edges(walks);
        edges.iter().enumerate().all(|(i, &(a, b))| {
            edges[i + 1..].iter().all(|&(c, d)| {
                let on = |a, b, v| v != a && v != b && crate::geometry::ring::on_segment(a, b, v);
                let crosses = orient(a, b, c).signum() * orient(a, b, d).signum() < 0
                    && orient(c, d, a).signum() * orient(c, d, b).signum() < 0;
                !crosses && !on(a, b, c) && !on(a, b, d) && !on(c, d, a) && !on(c, d, b)
            })
        })
    }

    #[test]
    fn two_diagonals_get_their_crossing() {
        let mut walks = vec![walk((0, 0), (10, 10)), walk((0, 10), (10, 0))];
        let count = node(&mut walks).unwrap();
        assert_eq!(count.edges_split, 2);
        assert_eq!(walks.len(), 4);
        assert!(
            walks
                .iter()
                .all(|w| w.from == Vertex::new(5, 5) || w.to == Vertex::new(5, 5))
        );
    }

    #[test]
    fn a_vertex_within_half_a_step_of_an_edge_joins_it() {
        let mut walks = vec![walk((0, 0), (1000, 1)), walk((400, 0), (400, -50))];
        node(&mut walks).unwrap();
        assert!(walks.contains(&walk((0, 0), (400, 0))));
        assert!(walks.contains(&walk((400, 0), (1000, 1))));
    }

    #[test]
    fn what_is_noded_already_stays_as_it_is() {
        let before = vec![
            walk((0, 0), (10, 0)),
            walk((10, 0), (10, 10)),
            walk((10, 10), (0, 0)),
        ];
        let mut walks = before.clone();
        assert_eq!(
            node(&mut walks),
            Some(NodingCount {
                edges_split: 0,
                passes: 1
            })
        );
        assert_eq!(walks, before);
    }

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
            prop_assert!(is_noded(&edges));
            let rounded = snap_round(&edges, bits);
            prop_assert!(is_noded(&rounded));
        }

        #[test]
        fn any_edges_end_up_noded(ends in prop::collection::vec((-40..40i32, -40..40i32, -40..40i32, -40..40i32), 1..40)) {
            let mut walks: Vec<Walk> = ends
                .iter()
                .map(|&(a, b, c, d)| walk((a, b), (c, d)))
                .filter(|w| w.from != w.to)
                .collect();
            let balance = |walks: &[Walk]| {
                let mut net: std::collections::BTreeMap<Vertex, i32> = std::collections::BTreeMap::new();
                for w in walks {
                    *net.entry(w.from).or_default() += 1;
                    *net.entry(w.to).or_default() -= 1;
                }
                net.retain(|_, n| *n != 0);
                net
            };
            let before = balance(&walks);
            prop_assert!(node(&mut walks).is_some());
            prop_assert!(is_noded(&walks));
            prop_assert_eq!(balance(&walks), before);
        }
    }
}
