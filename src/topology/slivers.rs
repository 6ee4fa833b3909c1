//! What rounding leaves that is too small to be seen and troubles those who read it.
//!
//! Where the banks of a narrow inlet round to the same vertex, what is behind becomes a hole that touches the
//! sea in a point; a small enclave may come to touch the border around it. Such holes are valid, but few
//! programs are sure of it: GEOS takes the border of a third area that ends there for one inside the hole's.
//! Only at zooms at which not every face is drawn anyway are they taken out: at others none of them is known to
//! trouble anybody, and inlets are kept as true as the grid allows.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt};

use super::dissolve::piece;
use super::join::{Line, join, lines};
use crate::geometry::arcs::{ArcRef, Arcs};
use crate::geometry::lattice::{Bounds, Vertex};
use crate::geometry::planar::NOBODY;
use crate::geometry::rings::{self, OpenBoundary};
use crate::geometry::tiling::Tiling;

/// Twice the area up to which a pinched bit is filled, in squared tile units (a pixel has 64).
const FILLED: i128 = 2 * 8;

/// Gives pinched bits of sea up to an eighth of a pixel to the face that they share most of their border with.
///
/// # Errors
/// [`OpenBoundary`] where the border of what is nobody's does not close: the arcs are no coverage.
pub(super) fn fill_pinched(arcs: &Arcs, tiling: Tiling) -> Result<Arcs, OpenBoundary> {
    let sides: Vec<ArcRef> = arcs
        .both_ways()
        .filter(|&a| arcs.left(a) == NOBODY)
        .collect();
    let pieces: Vec<_> = sides.iter().map(|&a| piece(arcs, a)).collect();
    let mut leaving: HashMap<Vertex, u32> = HashMap::with_capacity(pieces.len());
    for piece in &pieces {
        *leaving.entry(piece.from).or_default() += 1;
    }
    let rings: Vec<(i128, Bounds, Vec<u32>)> = rings::trace(&pieces)?
        .into_iter()
        .map(|ring| {
            let own = || ring.iter().map(|&i| sides[i as usize]);
            let area = own().map(|a| arcs.doubled_area(a)).sum();
            let bounds = own().fold(Bounds::EMPTY, |b, a| b.union(arcs.bounds(a.arc())));
            (area, bounds, ring)
        })
        .collect();
    let mut filled = arcs.clone();
    for (area, bounds, ring) in &rings {
        let pinched = ring.iter().any(|&i| leaving[&pieces[i as usize].from] > 1);
        // With an island in it, it is more than a pinched bit.
        let is_bare = || !rings.iter().any(|r| r.0 < 0 && bounds.contains(&r.1));
        if !(1..=FILLED).contains(area) || !pinched || !is_bare() {
            continue;
        }
        let ring = ring.iter().map(|&i| sides[i as usize]);
        let longest = ring.clone().max_by_key(|&a| (extent(arcs, a), a));
        let Some(face) = longest.map(|a| arcs.left(a.reversed())) else {
            continue;
        };
        for arc in ring {
            filled.claim(arc, face);
        }
    }
    Ok(rejoined(&filled, tiling))
}

/// Gives every face of half a squared tile unit, the least that a face can have, to the one that it shares most of its
/// border with: for zooms at which not every face is drawn.
pub(super) fn absorb_least(mut arcs: Arcs, tiling: Tiling) -> Arcs {
    let mut areas: BTreeMap<u32, i128> = BTreeMap::new();
    for side in arcs.both_ways() {
        *areas.entry(arcs.left(side)).or_default() += arcs.doubled_area(side);
    }
    let is_least = |face: u32| face != NOBODY && areas[&face] == 1;
    let mut shared: BTreeMap<u32, BTreeMap<u32, u64>> = BTreeMap::new();
    for side in arcs.both_ways() {
        let (face, other) = (arcs.left(side), arcs.left(side.reversed()));
        if is_least(face) && !is_least(other) {
            *shared.entry(face).or_default().entry(other).or_default() += extent(&arcs, side);
        }
    }
    for side in arcs.both_ways() {
        let neighbours = shared.get(&arcs.left(side));
        let longest = neighbours.and_then(|n| n.iter().max_by_key(|n| (n.1, n.0)));
        if let Some((&heir, _)) = longest {
            arcs.claim(side, heir);
        }
    }
    rejoined(&arcs, tiling)
}

/// Arcs without those that no longer part two faces.
fn rejoined(arcs: &Arcs, tiling: Tiling) -> Arcs {
    let lines: Vec<Line> = lines(arcs).filter(|l| l.left != l.right).collect();
    join(&lines, tiling)
}

/// How far an arc reaches, step by step along both axes.
fn extent(arcs: &Arcs, arc: ArcRef) -> u64 {
    let steps = arcs.vertices(arc.arc()).windows(2);
    steps
        .map(|w| u64::from(w[0].x.abs_diff(w[1].x)) + u64::from(w[0].y.abs_diff(w[1].y)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sided<'a> = (&'a [(i32, i32)], u32, u32);

    fn arcs(lines: &[Sided]) -> Arcs {
        let mut arcs = Arcs::with_capacity(8);
        for (points, left, right) in lines {
            arcs.push(
                points.iter().map(|&(x, y)| Vertex::new(x, y)),
                *left,
                *right,
            );
        }
        arcs
    }

    #[test]
    fn a_small_bit_of_sea_behind_a_pinch_is_filled_and_a_lake_is_not() {
        // Face 0 (its interior left) around a triangle of sea that touches the outside at (40, 0), and around a lake.
        let coast = arcs(&[
            (
                &[(40, 0), (80, 0), (80, 80), (0, 80), (0, 0), (40, 0)],
                0,
                NOBODY,
            ),
            (&[(40, 0), (39, 3), (41, 3), (40, 0)], 0, NOBODY),
            (&[(20, 20), (20, 22), (22, 22), (20, 20)], 0, NOBODY),
        ]);
        let filled = fill_pinched(&coast, Tiling::new(5)).unwrap();
        assert_eq!(filled.len(), 2);
        let vertices: Vec<usize> = (0..2).map(|a| filled.vertices(a).len()).collect();
        assert!(
            vertices.contains(&4) && filled.vertex_count() == 9,
            "{vertices:?}"
        );
    }
}
