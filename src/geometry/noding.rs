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

use super::cells;
use super::lattice::{Vertex, along, orient};

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
    cells::by_cell(&edges)
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
        inner.sort_by_key(|&v| along(a, b, v));
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
    let entries = cells::by_cell(edges);
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
