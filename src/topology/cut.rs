//! Cuts the coverage into shared arcs.
//!
//! A vertex is a junction where the boundary forks: where its neighbours along the rings are not
//! always the same two. Between junctions a boundary is the same for the face on its left and the one on its
//! right: it is stored once, as an arc (the method of TopoJSON: extract, join, cut, dedup).
//!
//! ```text
//!        o───────o            o junction, also of three faces and the outside
//!      / A  │  B  \           faces A, B: 3 arcs, of which one is shared
//!      \    │     /
//!        o───────o
//! ```

use foldhash::{HashMap, HashMapExt};

use crate::geometry::arcs::{ArcRef, Arcs, Parts};
use crate::geometry::coverage::Coverage;
use crate::geometry::lattice::Vertex;
use crate::geometry::numbering::Numbering;
use crate::geometry::planar::NOBODY;

/// Two faces claim the same side of an edge: the input is no coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The face that came first.
    pub first: u32,
    /// The face that claims the same side.
    pub second: u32,
    /// Start of the edge, in lattice steps.
    pub at: Vertex,
}

const FREE: u32 = u32::MAX;

/// Cuts a coverage into arcs.
///
/// # Errors
/// [`Overlap`] where two faces lie on the same side of an edge.
pub fn cut(coverage: &Coverage) -> Result<(Arcs, Parts), Overlap> {
    let mut numbering = Numbering::new(coverage.vertex_count());
    let mut numbers: Vec<u32> = Vec::with_capacity(coverage.vertex_count());
    for ring in coverage.rings() {
        numbers.extend(ring.iter().map(|&v| numbering.number(v)));
    }
    let Numbering { vertices, .. } = numbering;
    let junctions = junctions(&numbers, vertices.len(), coverage);

    let mut cutter = Cutter {
        vertices: &vertices,
        junctions: &junctions,
        arcs: Arcs::with_capacity(vertices.len() + vertices.len() / 8),
        by_start: HashMap::with_capacity(coverage.face_count() * 8),
        chain: Vec::new(),
    };
    let mut parts = Parts::new();
    let mut at = 0;
    for face in 0..coverage.face_count() {
        #[allow(clippy::cast_possible_truncation)]
        let face_number = face as u32;
        for polygon in coverage.polygons(face) {
            for ring in polygon {
                cutter.ring(&numbers[at..at + ring.len()], face_number, parts.arcs_mut())?;
                at += ring.len();
            }
            parts.end_part(face_number);
        }
    }
    Ok((cutter.arcs, parts))
}

/// Which vertices are junctions.
fn junctions(numbers: &[u32], count: usize, coverage: &Coverage) -> Vec<bool> {
    let mut neighbours = vec![(FREE, FREE); count];
    let mut junction = vec![false; count];
    let mut rest = numbers;
    for ring in coverage.rings() {
        let (ring, after) = rest.split_at(ring.len());
        rest = after;
        let Some(&last) = ring.last() else { continue };
        let mut previous = last;
        for (i, &v) in ring.iter().enumerate() {
            let next = ring[if i + 1 == ring.len() { 0 } else { i + 1 }];
            let pair = (previous.min(next), previous.max(next));
            let known = &mut neighbours[v as usize];
            if known.0 == FREE {
                *known = pair;
            } else if *known != pair {
                junction[v as usize] = true;
            }
            previous = v;
        }
    }
    junction
}

struct Cutter<'a> {
    vertices: &'a [Vertex],
    junctions: &'a [bool],
    arcs: Arcs,
    /// (first vertex, second vertex) of each arc seen from either end.
    by_start: HashMap<(u32, u32), ArcRef>,
    chain: Vec<u32>,
}

impl Cutter<'_> {
    /// Cuts one ring and appends its arcs to `out`.
    fn ring(&mut self, ring: &[u32], face: u32, out: &mut Vec<ArcRef>) -> Result<(), Overlap> {
        if ring.is_empty() {
            return Ok(());
        }
        // Start at a junction, or for a ring without one at its smallest number, where the same ring
        // seen from the other side starts too.
        let start = ring
            .iter()
            .position(|&v| self.junctions[v as usize])
            .or_else(|| (0..ring.len()).min_by_key(|&i| ring[i]))
            .unwrap_or(0);
        self.chain.clear();
        for step in 0..=ring.len() {
            let v = ring[(start + step) % ring.len()];
            self.chain.push(v);
            if step > 0 && (step == ring.len() || self.junctions[v as usize]) {
                out.push(self.arc(face)?);
                self.chain.clear();
                self.chain.push(v);
            }
        }
        Ok(())
    }

    /// The arc along the current chain: the one known already, seen from the other side, or a new one.
    fn arc(&mut self, face: u32) -> Result<ArcRef, Overlap> {
        let chain = &self.chain;
        let n = chain.len();
        if let Some(&known) = self.by_start.get(&(chain[0], chain[1])) {
            let before = self.arcs.claim(known, face);
            if before != NOBODY {
                let at = self.vertices[chain[0] as usize];
                return Err(Overlap {
                    first: before,
                    second: face,
                    at,
                });
            }
            return Ok(known);
        }
        let arc = self.arcs.push(
            chain.iter().map(|&v| self.vertices[v as usize]),
            face,
            NOBODY,
        );
        self.by_start
            .insert((chain[0], chain[1]), ArcRef::forward(arc));
        self.by_start
            .insert((chain[n - 1], chain[n - 2]), ArcRef::backward(arc));
        Ok(ArcRef::forward(arc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(faces: &[&[&[(i32, i32)]]]) -> Coverage {
        let mut coverage = Coverage::default();
        for rings in faces {
            for ring in *rings {
                coverage.push_ring(ring.iter().map(|&(x, y)| Vertex::new(x, y)));
            }
            coverage.end_polygon();
            coverage.end_face();
        }
        coverage
    }

    #[test]
    fn two_neighbours_share_one_of_three_arcs() {
        let (arcs, parts) = cut(&coverage(&[
            &[&[(0, 0), (4, 0), (4, 2), (4, 4), (0, 4)]],
            &[&[(4, 0), (8, 0), (8, 4), (4, 4), (4, 2)]],
        ]))
        .unwrap();
        assert_eq!(arcs.len(), 3);
        let shared: Vec<_> = (0..3)
            .filter(|&a| !matches!(arcs.sides(a), (_, NOBODY)))
            .collect();
        assert_eq!(shared.len(), 1);
        assert_eq!(arcs.sides(shared[0]), (0, 1));
        assert_eq!(arcs.vertices(shared[0]).len(), 3);
        assert_eq!(parts.len(), 2);
    }

    #[test]
    fn an_enclave_without_junction_is_one_closed_arc_whatever_its_start() {
        let (arcs, _) = cut(&coverage(&[
            &[
                &[(0, 0), (9, 0), (9, 9), (0, 9)],
                &[(3, 3), (3, 6), (6, 6), (6, 3)],
            ],
            &[&[(6, 6), (3, 6), (3, 3), (6, 3)]],
        ]))
        .unwrap();
        assert_eq!(arcs.len(), 2);
        assert_eq!(arcs.sides(1), (0, 1));
        assert_eq!(arcs.vertices(1).first(), arcs.vertices(1).last());
    }

    #[test]
    fn rings_of_arcs_give_the_faces_back() {
        let faces: &[&[&[(i32, i32)]]] = &[
            &[&[(0, 0), (4, 0), (4, 4), (0, 4)]],
            &[&[(4, 0), (8, 0), (8, 4), (4, 4)]],
            &[&[(0, 4), (4, 4), (8, 4), (8, 8), (0, 8)]],
        ];
        let (arcs, parts) = cut(&coverage(faces)).unwrap();
        for (part, face) in faces.iter().enumerate() {
            let ring = arcs.ring(parts.arcs(part));
            let mut got: Vec<_> = ring.iter().map(|v| (v.x, v.y)).collect();
            let start = got.iter().position(|v| *v == face[0][0]).unwrap();
            got.rotate_left(start);
            assert_eq!(got, face[0]);
        }
    }

    #[test]
    fn two_faces_on_one_side_are_reported() {
        let error = cut(&coverage(&[
            &[&[(0, 0), (4, 0), (4, 4), (0, 4)]],
            &[&[(0, 0), (4, 0), (2, 3)]],
        ]))
        .unwrap_err();
        assert_eq!((error.first, error.second), (0, 1));
    }
}
