//! The coverage of one zoom: arcs simplified, snapped to the zoom's grid, and made a coverage again.
//!
//! Simplification keeps the coverage planar on the fine grid; snap rounding to the coarser grid of a zoom
//! keeps it planar but may lay edges on each other. Those become one, and what a face has lost to
//! rounding falls to its neighbours. The outcome
//! is a planar coverage on the integers that the tiles carry: every level dissolves from it without gap
//! or overlap.

use rayon::prelude::*;

use super::numbering::Numbering;
use super::simplify::Ranks;
use crate::geometry::arcs::Arcs;
use crate::geometry::coverage::Coverage;
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator;
use crate::geometry::noding::Walk;
use crate::geometry::planar::{self, NOBODY, Regions};
use crate::geometry::rounding;

/// Why a zoom has no coverage; never seen, and reported rather than believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("le réseau du zoom {zoom} ne forme pas une couverture")]
pub struct NoCoverage {
    /// The zoom.
    pub zoom: u8,
}

/// Builds the network of a zoom (at most [`super::simplify::MAX_ZOOM`]): arcs in tile units of that
/// zoom, origin at 0°, 0°, y northwards, with the faces of `arcs` on their sides.
///
/// # Errors
/// [`NoCoverage`] where some region cannot be settled.
pub fn build(arcs: &Arcs, ranks: &Ranks, zoom: u8) -> Result<Arcs, NoCoverage> {
    let mut walks = {
        let simplified = simplified(arcs, ranks, zoom);
        rounding::snap_round(&simplified, mercator::unit_bits(zoom))
    };
    let mut network = match edges(arcs, &mut walks) {
        Some(edges) => {
            drop(walks);
            chain(&edges)
        }
        None => settle(arcs, &walks).ok_or(NoCoverage { zoom })?,
    };
    network.shrink();
    Ok(network)
}

/// The edges left at a zoom, on the fine grid; an edge's label is its arc, which stands for the faces on its
/// two sides.
fn simplified(arcs: &Arcs, ranks: &Ranks, zoom: u8) -> Vec<Walk> {
    let mut walks = Vec::new();
    for arc in 0..arcs.len() {
        #[allow(clippy::cast_possible_truncation)] // arcs are numbered in 32 bits
        let label = arc as u32;
        let mut line = ranks.arc(arcs, arc, zoom);
        let Some(mut from) = line.next() else {
            continue;
        };
        for to in line {
            walks.push(Walk { from, to, label });
            from = to;
        }
    }
    walks
}

/// An undirected edge with the faces on its sides.
struct Edge {
    a: Vertex,
    b: Vertex,
    left: u32,
    right: u32,
}

/// One edge for all that lie on each other, with what remains on its two sides; `None` where some edge
/// does not have at most one face on each side. The label of a walk is its arc.
fn edges(arcs: &Arcs, walks: &mut [Walk]) -> Option<Vec<Edge>> {
    let ends = |w: &Walk| {
        if w.from <= w.to {
            (w.from, w.to)
        } else {
            (w.to, w.from)
        }
    };
    walks.par_sort_unstable_by_key(|w| (ends(w), w.label));
    let mut edges = Vec::with_capacity(walks.len());
    let mut net: Vec<(u32, i32)> = Vec::new();
    for group in walks.chunk_by(|v, w| ends(v) == ends(w)) {
        let (a, b) = ends(&group[0]);
        // Along a → b a face is on the left (+) or on the right (-) of each; what is on both sides of
        // the bundle's inner edges cancels, what is left is on its outer sides.
        net.clear();
        for walk in group {
            let sign = if walk.from == a { 1 } else { -1 };
            let (left, right) = arcs.sides(walk.label as usize);
            for (face, sign) in [(left, sign), (right, -sign)] {
                match net.iter_mut().find(|n| n.0 == face) {
                    _ if face == NOBODY => {}
                    Some(n) => n.1 += sign,
                    None => net.push((face, sign)),
                }
            }
        }
        net.retain(|n| n.1 != 0);
        let side = |sign: i32| {
            let mut faces = net.iter().filter(|n| n.1 == sign);
            (faces.next().map_or(NOBODY, |n| n.0), faces.next().is_none())
        };
        let ((left, one_left), (right, one_right)) = (side(1), side(-1));
        if !one_left || !one_right || net.iter().any(|n| n.1.abs() > 1) {
            return None;
        }
        if left != right {
            edges.push(Edge { a, b, left, right });
        }
    }
    Some(edges)
}

/// Joins edges into arcs at vertices where exactly two meet.
#[allow(clippy::cast_possible_truncation)] // edges are counted in 32 bits
fn chain(edges: &[Edge]) -> Arcs {
    let mut numbering = Numbering::new(edges.len() * 2);
    let ends: Vec<(u32, u32)> = edges
        .iter()
        .map(|e| (numbering.number(e.a), numbering.number(e.b)))
        .collect();
    let vertices = numbering.vertices;
    // Edges around each vertex, as one list.
    let mut starts = vec![0_u32; vertices.len() + 1];
    for &(a, b) in &ends {
        starts[a as usize + 1] += 1;
        starts[b as usize + 1] += 1;
    }
    for i in 0..vertices.len() {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut around = vec![0_u32; edges.len() * 2];
    for (i, &(a, b)) in ends.iter().enumerate() {
        for v in [a, b] {
            around[next[v as usize] as usize] = i as u32;
            next[v as usize] += 1;
        }
    }
    let star = |v: u32| &around[starts[v as usize] as usize..starts[v as usize + 1] as usize];

    let mut used = vec![false; edges.len()];
    let mut arcs = Arcs::with_capacity(vertices.len() + vertices.len() / 4);
    let mut line: Vec<Vertex> = Vec::new();
    let mut follow = |first: u32, start: u32, used: &mut Vec<bool>| {
        line.clear();
        line.push(vertices[start as usize]);
        let (mut edge, mut at) = (first, start);
        loop {
            used[edge as usize] = true;
            let (a, b) = ends[edge as usize];
            at = if at == a { b } else { a };
            line.push(vertices[at as usize]);
            let others = star(at);
            if others.len() != 2 || at == start {
                break;
            }
            edge = if others[0] == edge {
                others[1]
            } else {
                others[0]
            };
        }
        let e = &edges[first as usize];
        let (left, right) = if ends[first as usize].0 == start {
            (e.left, e.right)
        } else {
            (e.right, e.left)
        };
        arcs.push(line.iter().copied(), left, right);
    };
    // From junctions first; what is left are rings without one.
    for rings in [false, true] {
        for edge in 0..edges.len() {
            let (a, b) = ends[edge];
            for start in [a, b] {
                if !used[edge] && (rings || star(start).len() != 2) {
                    follow(edge as u32, start, &mut used);
                }
            }
        }
    }
    arcs
}

/// The slow and sure way, for folds that leave an edge with two faces on one side: decide each region.
fn settle(arcs: &Arcs, walks: &[Walk]) -> Option<Arcs> {
    let sides = walks.iter().flat_map(|w| {
        let (left, right) = arcs.sides(w.label as usize);
        [
            Walk { label: left, ..*w },
            Walk {
                from: w.to,
                to: w.from,
                label: right,
            },
        ]
    });
    let walks = sides.filter(|w| w.label != NOBODY).collect();
    let regions = Regions::of(walks, planar::not_zero, |_, _| 0.0);
    let faces = regions
        .settle(|r| r.claims.first().copied().unwrap_or(NOBODY))
        .ok()?;
    // `cut` numbers faces from zero without gaps: empty faces keep the numbers of the others.
    let mut coverage = Coverage::default();
    let mut next_face = 0;
    for (face, polygons) in faces {
        while next_face < face {
            coverage.end_face();
            next_face += 1;
        }
        for polygon in polygons {
            for ring in polygon.rings() {
                coverage.push_ring(ring.iter().copied());
            }
            coverage.end_polygon();
        }
        coverage.end_face();
        next_face += 1;
    }
    super::cut::cut(&coverage).ok().map(|(arcs, _)| arcs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::dissolve::dissolve;
    use crate::topology::simplify;
    use proptest::prelude::*;

    proptest! {
        /// Rounded to any zoom, a grid of squares stays a coverage: what dissolves from it as a
        /// whole is one outline with the area of its parts.
        #[test]
        fn a_snapped_coverage_is_a_coverage(zoom in 4..=simplify::MAX_ZOOM, jitter in prop::collection::vec(-900..900i32, 98)) {
            let side = 6;
            let at = |x: i32, y: i32| {
                let i = usize::try_from(y * 7 + x).unwrap() * 2;
                Vertex::new(2_000_000 + x * 3_000 + jitter[i], 47_000_000 + y * 3_000 + jitter[i + 1])
            };
            let mut coverage = Coverage::default();
            for y in 0..side {
                for x in 0..side {
                    coverage.push_ring([at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)]);
                    coverage.end_polygon();
                    coverage.end_face();
                }
            }
            let (arcs, _) = crate::topology::cut::cut(&coverage).unwrap();
            let ranks = simplify::rank(&arcs);
            let network = build(&arcs, &ranks, zoom).unwrap();
            let area = |perimeters: Vec<crate::topology::dissolve::Perimeter>| -> i128 {
                perimeters
                    .iter()
                    .flat_map(|p| p.polygons(&network))
                    .map(|p| p.doubled_area())
                    .sum()
            };
            let each: Vec<u32> = (0..36).collect();
            let apart = area(dissolve(&network, &each, 36).unwrap());
            let whole = area(dissolve(&network, &[0; 36], 1).unwrap());
            prop_assert_eq!(apart, whole);
        }
    }
}
