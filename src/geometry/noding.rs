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
/// reached in a bounded number of passes (never seen; the caller refuses the input).
pub fn node(walks: &mut Vec<Walk>) -> Option<NodingCount> {
    let mut count = NodingCount::default();
    for pass in 1..=MAX_PASSES {
        count.passes = pass;
        let edges = distinct_edges(walks);
        let mut splits = find_splits(&edges);
        if splits.is_empty() {
            return Some(count);
        }
        splits.sort_unstable();
        splits.dedup();
        count.edges_split += apply(walks, &edges, &splits);
    }
    None
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

/// All (edge, vertex) pairs where the edge must be routed through the vertex.
fn find_splits(edges: &[(Vertex, Vertex)]) -> Vec<(u32, Vertex)> {
    let entries = cells(edges);
    entries
        .par_chunk_by(|a, b| a.0 == b.0)
        .flat_map_iter(|cell| {
            let mut found = Vec::new();
            for (i, &(_, e)) in cell.iter().enumerate() {
                for &(_, f) in &cell[i + 1..] {
                    split_pair(edges, e, f, &mut found);
                }
            }
            found
        })
        .collect()
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
            EdgeCells::new(a, b, size).map(move |cell| (cell.key(), i))
        })
        .collect();
    entries.par_sort_unstable();
    entries
}

/// The cells that an edge, widened by one lattice step, passes through, row by row.
struct EdgeCells {
    a: Vertex,
    b: Vertex,
    size: i32,
    row: i32,
    last_row: i32,
    column: i32,
    last_column: i32,
}

impl EdgeCells {
    fn new(a: Vertex, b: Vertex, size: i32) -> Self {
        let (a, b) = if a.y <= b.y { (a, b) } else { (b, a) };
        let mut cells = Self {
            a,
            b,
            size,
            row: (a.y - 1).div_euclid(size),
            last_row: (b.y + 1).div_euclid(size),
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
        let low = f64::from(self.row) * f64::from(self.size) - 1.0;
        let high = low + f64::from(self.size) + 2.0;
        let (mut left, mut right) = (x_at(low), x_at(high));
        if dy == 0.0 {
            right = ax + dx;
        }
        if left > right {
            std::mem::swap(&mut left, &mut right);
        }
        // Within ±(2^29 + 2): fits. The margin of two covers rounding and the pixel.
        #[allow(clippy::cast_possible_truncation)]
        let column = |x: f64| (x as i32).div_euclid(self.size);
        (self.column, self.last_column) = (column(left - 2.0), column(right + 2.0));
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
