//! The coverage of one zoom: arcs simplified, snapped to the zoom's grid, and made a coverage again.
//!
//! Simplification keeps the coverage planar on the fine grid; snap rounding to the coarser grid of a zoom
//! keeps it planar but may lay edges on each other. Those become one, and what a face has lost to
//! rounding falls to its neighbours. The outcome
//! is a planar coverage on the integers that the tiles carry: every level dissolves from it without gap
//! or overlap.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::join::{Line, join, lines};
use super::simplify::Ranks;
use super::slivers;
use crate::geometry::arcs::Arcs;
use crate::geometry::coverage::Coverage;
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator;
use crate::geometry::noding::{self, Walk};
use crate::geometry::planar::{self, NOBODY, Regions};
use crate::geometry::rounding;
use crate::geometry::tiling::Tiling;

/// From this zoom on every face is drawn, however small.
pub const FIRST_COMPLETE_ZOOM: u8 = 3;

/// Why a zoom has no coverage; never seen, and reported rather than believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("le réseau du zoom {zoom} ne forme pas une couverture")]
pub struct NoCoverage {
    /// The zoom.
    pub zoom: u8,
}

/// Builds the network of a zoom (at most [`super::simplify::MAX_ZOOM`]): arcs in tile units of that zoom, origin at 0°, 0°, y
/// northwards, with the faces of `arcs` on their sides and a vertex wherever they cross a line of
/// its tiling. Of the faces that have an area, from [`FIRST_COMPLETE_ZOOM`] on none is missing.
///
/// # Errors
/// [`NoCoverage`] where some region cannot be settled.
pub fn build(arcs: &Arcs, ranks: &Ranks, zoom: u8) -> Result<Arcs, NoCoverage> {
    let failed = NoCoverage { zoom };
    let tiling = Tiling::new(zoom);
    let mut walks = {
        let simplified = simplified(arcs, ranks, zoom);
        rounding::snap_round(&simplified, mercator::unit_bits(zoom), tiling)
    };
    let network = match edges(arcs, &mut walks) {
        Some(edges) => {
            drop(walks);
            let lines: Vec<Line> = edges.iter().map(Edge::line).collect();
            join(&lines, tiling)
        }
        None => joined(&settle(sided(arcs, &walks), &[]).ok_or(failed)?, tiling),
    };
    if zoom < FIRST_COMPLETE_ZOOM {
        let filled = slivers::fill_pinched(&network, tiling).map_err(|_| failed)?;
        return Ok(slivers::absorb_least(filled, tiling));
    }
    restore(network, arcs, ranks, zoom, tiling).ok_or(failed)
}

/// Arcs as [`join`] leaves them.
fn joined(arcs: &Arcs, tiling: Tiling) -> Arcs {
    let lines: Vec<Line> = lines(arcs).collect();
    join(&lines, tiling)
}

/// Gives every face that rounding has left without an area the smallest triangle there is on the grid, at
/// its place: whoever looks for a commune finds it at every zoom.
fn restore(
    mut network: Arcs,
    arcs: &Arcs,
    ranks: &Ranks,
    zoom: u8,
    tiling: Tiling,
) -> Option<Arcs> {
    // A place taken by one may have been the last of another: a few rounds settle that, each with
    // another corner, then a step aside.
    const ASIDE: [(i32, i32); 5] = [(0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)];
    for ((x, y), (dx, dy)) in ASIDE
        .into_iter()
        .flat_map(|aside| [(1, 1), (-1, 1), (-1, -1), (1, -1)].map(|corner| (aside, corner)))
    {
        let missing = missing(&network, arcs, ranks, zoom);
        if missing.is_empty() {
            break;
        }
        let mut walks: Vec<Walk> = (0..network.len())
            .flat_map(|a| {
                let (left, right) = network.sides(a);
                let ends = network.vertices(a).windows(2).map(|w| (w[0], w[1]));
                ends.flat_map(move |(a, b)| both_sides(a, b, left, right))
            })
            .filter(|w| w.label != NOBODY)
            .collect();
        for &(face, at) in &missing {
            let at = Vertex::new(at.x + x, at.y + y);
            let corners = [
                at,
                Vertex::new(at.x + dx, at.y),
                Vertex::new(at.x, at.y + dy),
            ];
            let corners = if dx == dy {
                corners
            } else {
                [at, corners[2], corners[1]]
            };
            walks.extend((0..3).map(|i| Walk {
                from: corners[i],
                to: corners[(i + 1) % 3],
                label: face,
            }));
        }
        noding::node(&mut walks)?;
        let faces: Vec<u32> = missing.iter().map(|m| m.0).collect();
        network = joined(&settle(walks, &faces)?, tiling);
    }
    Some(network)
}

/// The faces without an edge in the network, ascending, and where they are: the vertex nearest to the
/// first of their positions.
fn missing(network: &Arcs, arcs: &Arcs, ranks: &Ranks, zoom: u8) -> Vec<(u32, Vertex)> {
    let bits = mercator::unit_bits(zoom);
    let mut places: BTreeMap<u32, Vertex> = BTreeMap::new();
    for arc in 0..arcs.len() {
        let (left, right) = arcs.sides(arc);
        for face in [left, right] {
            let at = ranks.positions(arcs)[arcs.range(arc).start];
            places
                .entry(face)
                .or_insert_with(|| rounding::round(at, bits));
        }
    }
    places.remove(&NOBODY);
    for arc in 0..network.len() {
        let (left, right) = network.sides(arc);
        places.remove(&left);
        places.remove(&right);
    }
    places.into_iter().collect()
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

/// An edge with the faces on its sides.
struct Edge {
    ends: [Vertex; 2],
    left: u32,
    right: u32,
}

impl Edge {
    fn line(&self) -> Line<'_> {
        Line {
            vertices: &self.ends,
            left: self.left,
            right: self.right,
        }
    }
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
            edges.push(Edge {
                ends: [a, b],
                left,
                right,
            });
        }
    }
    Some(edges)
}

/// An edge seen from its left and from its right.
fn both_sides(from: Vertex, to: Vertex, left: u32, right: u32) -> [Walk; 2] {
    [
        Walk {
            from,
            to,
            label: left,
        },
        Walk {
            from: to,
            to: from,
            label: right,
        },
    ]
}

/// Walks along arcs as walks with the faces on their sides.
fn sided(arcs: &Arcs, walks: &[Walk]) -> Vec<Walk> {
    let sides = walks.iter().flat_map(|w| {
        let (left, right) = arcs.sides(w.label as usize);
        both_sides(w.from, w.to, left, right)
    });
    sides.filter(|w| w.label != NOBODY).collect()
}

/// The slow and sure way, where edges may have two faces on one side: decide each region. One that several
/// faces claim goes to the first of `preferred` (ascending) among them, or else to the first.
fn settle(walks: Vec<Walk>, preferred: &[u32]) -> Option<Arcs> {
    let regions = Regions::of(walks, planar::not_zero, |_, _| 0.0);
    let owner = |claims: &[u32]| {
        let prefers = claims.iter().find(|c| preferred.binary_search(c).is_ok());
        prefers.or(claims.first()).copied().unwrap_or(NOBODY)
    };
    let faces = regions.settle(|r| owner(&r.claims)).ok()?;
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
