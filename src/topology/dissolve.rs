//! Perimeters: where the label changes.

use rayon::prelude::*;

use crate::geometry::arcs::{ArcRef, Arcs};
use crate::geometry::lattice::{Bounds, Vertex};
use crate::geometry::planar::NOBODY;
use crate::geometry::polygon::Polygon;
use crate::geometry::ring;
use crate::geometry::rings::{self, OpenBoundary, Piece};

/// A polygon made of arcs: the exterior ring first, then the holes, each a cycle of arcs with the
/// interior on the left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArcPolygon {
    /// The rings.
    pub rings: Vec<Vec<ArcRef>>,
}

/// One perimeter: all polygons with one label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Perimeter {
    /// Its polygons, in no particular order; empty where no face has the label.
    pub polygons: Vec<ArcPolygon>,
}

impl Perimeter {
    /// The perimeter's polygons with their vertices.
    #[must_use]
    pub fn polygons(&self, arcs: &Arcs) -> Vec<Polygon> {
        self.polygons
            .iter()
            .map(|p| {
                let mut rings = p.rings.iter().map(|r| arcs.ring(r));
                Polygon {
                    exterior: rings.next().unwrap_or_default(),
                    holes: rings.collect(),
                }
            })
            .collect()
    }

    /// The box around the perimeter.
    #[must_use]
    pub fn bounds(&self, arcs: &Arcs) -> Bounds {
        self.polygons
            .iter()
            .filter_map(|p| p.rings.first())
            .flatten()
            .fold(Bounds::EMPTY, |b, a| b.union(arcs.bounds(a.arc())))
    }
}

/// Dissolves the coverage by label: `labels[face]` in `0..count`, or [`NOBODY`] for faces outside
/// every perimeter. Perimeter `i` of the result has label `i`.
///
/// # Errors
/// [`OpenBoundary`] where the arcs around a label do not close: the arcs are no coverage.
pub fn dissolve(arcs: &Arcs, labels: &[u32], count: usize) -> Result<Vec<Perimeter>, OpenBoundary> {
    let label = |face: u32| labels.get(face as usize).copied().unwrap_or(NOBODY);
    // Boundary arcs per label, by counting sort.
    let mut boundary: Vec<(u32, ArcRef)> = Vec::new();
    let mut starts = vec![0_u32; count + 1];
    for arc in 0..arcs.len() {
        let (left, right) = arcs.sides(arc);
        let (left, right) = (label(left), label(right));
        if left == right {
            continue;
        }
        #[allow(clippy::cast_possible_truncation)] // arcs are numbered in 32 bits
        let arc = arc as u32;
        for (side, arc) in [(left, ArcRef::forward(arc)), (right, ArcRef::backward(arc))] {
            if side != NOBODY {
                starts[side as usize + 1] += 1;
                boundary.push((side, arc));
            }
        }
    }
    for i in 0..count {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut sorted = vec![ArcRef::forward(0); boundary.len()];
    for (side, arc) in boundary {
        let slot = &mut next[side as usize];
        sorted[*slot as usize] = arc;
        *slot += 1;
    }
    (0..count)
        .into_par_iter()
        .with_min_len(16)
        .map(|i| perimeter(arcs, &sorted[starts[i] as usize..starts[i + 1] as usize]))
        .collect()
}

/// Joins the boundary arcs of one label.
fn perimeter(arcs: &Arcs, boundary: &[ArcRef]) -> Result<Perimeter, OpenBoundary> {
    let pieces: Vec<Piece> = boundary.iter().map(|&a| piece(arcs, a)).collect();
    let mut shells = Vec::new();
    let mut holes = Vec::new();
    for ring in rings::trace(&pieces)? {
        let ring: Vec<ArcRef> = ring.iter().map(|&i| boundary[i as usize]).collect();
        let area: i128 = ring.iter().map(|&a| arcs.doubled_area(a)).sum();
        let bounds = ring
            .iter()
            .fold(Bounds::EMPTY, |b, a| b.union(arcs.bounds(a.arc())));
        let ring = MeasuredRing { area, bounds, ring };
        if area > 0 {
            shells.push(ring);
        } else {
            holes.push(ring);
        }
    }
    let mut polygons: Vec<ArcPolygon> = shells
        .iter()
        .map(|s| ArcPolygon {
            rings: vec![s.ring.clone()],
        })
        .collect();
    for hole in holes {
        let home = home_of(arcs, &shells, &hole)
            .ok_or_else(|| OpenBoundary(first_vertex(arcs, hole.ring[0])))?;
        polygons[home].rings.push(hole.ring);
    }
    Ok(Perimeter { polygons })
}

struct MeasuredRing {
    area: i128,
    bounds: Bounds,
    ring: Vec<ArcRef>,
}

/// The smallest shell around a hole. The vertices are only looked at where boxes leave a doubt.
fn home_of(arcs: &Arcs, shells: &[MeasuredRing], hole: &MeasuredRing) -> Option<usize> {
    let mut candidates: Vec<usize> = (0..shells.len())
        .filter(|&i| shells[i].bounds.contains(&hole.bounds))
        .collect();
    if candidates.len() > 1 {
        let inner = arcs.ring(&hole.ring);
        candidates.retain(|&i| ring::encloses(&arcs.ring(&shells[i].ring), &inner));
    }
    candidates.into_iter().min_by_key(|&i| shells[i].area)
}

fn first_vertex(arcs: &Arcs, arc: ArcRef) -> Vertex {
    let vertices = arcs.vertices(arc.arc());
    if arc.is_backward() {
        vertices[vertices.len() - 1]
    } else {
        vertices[0]
    }
}

pub(super) fn piece(arcs: &Arcs, arc: ArcRef) -> Piece {
    let v = arcs.vertices(arc.arc());
    let n = v.len();
    if arc.is_backward() {
        Piece {
            from: v[n - 1],
            to: v[0],
            leaving: v[n - 2],
            arriving: v[1],
        }
    } else {
        Piece {
            from: v[0],
            to: v[n - 1],
            leaving: v[1],
            arriving: v[n - 2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::coverage::Coverage;
    use crate::topology::cut::cut;
    use proptest::prelude::*;

    /// A grid of unit squares, one face each.
    fn grid(side: i32) -> Arcs {
        let mut coverage = Coverage::default();
        for y in 0..side {
            for x in 0..side {
                coverage.push_ring(
                    [(0, 0), (1, 0), (1, 1), (0, 1)]
                        .map(|(dx, dy)| Vertex::new((x + dx) * 2, (y + dy) * 2)),
                );
                coverage.end_polygon();
                coverage.end_face();
            }
        }
        cut(&coverage).unwrap().0
    }

    #[test]
    fn a_ring_of_squares_has_one_hole() {
        let labels = [0, 0, 0, 0, NOBODY, 0, 0, 0, 0];
        let arcs = grid(3);
        let perimeters = dissolve(&arcs, &labels, 1).unwrap();
        assert_eq!(perimeters[0].polygons.len(), 1);
        assert_eq!(perimeters[0].polygons[0].rings.len(), 2);
        let polygons = perimeters[0].polygons(&arcs);
        assert_eq!(polygons[0].doubled_area(), 2 * 4 * 8);
    }

    proptest! {
        /// Any labelling: areas add up, and every ring is simple and on the right side.
        #[test]
        fn any_labelling_dissolves_into_the_area_of_its_faces(labels in prop::collection::vec(0..4u32, 36)) {
            let labels: Vec<u32> = labels.into_iter().map(|l| if l == 3 { NOBODY } else { l }).collect();
            let arcs = grid(6);
            let perimeters = dissolve(&arcs, &labels, 3).unwrap();
            for (label, perimeter) in perimeters.iter().enumerate() {
                let faces = labels.iter().filter(|l| **l as usize == label).count();
                let polygons = perimeter.polygons(&arcs);
                let area: i128 = polygons.iter().map(Polygon::doubled_area).sum();
                prop_assert_eq!(area, i128::try_from(faces).unwrap() * 8);
                for r in polygons.iter().flat_map(crate::geometry::polygon::Polygon::rings) {
                    let mut seen = r.clone();
                    seen.sort_unstable();
                    seen.dedup();
                    prop_assert_eq!(seen.len(), r.len(), "a ring meets itself");
                }
            }
        }
    }
}
