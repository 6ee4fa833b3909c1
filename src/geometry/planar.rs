//! The planar regions of noded boundaries, and which faces claim each: how overlaps, gaps and
//! self-crossings are found and settled.
//!
//! Every face contributes its rings as directed edges with the face on their left. Crossing an edge
//! changes the winding number of the faces written on it, so the winding numbers of every region
//! follow from those of the plane outside. A sound coverage has exactly one face with winding 1 in each
//! region; a region with two is an overlap, a bounded region with none a gap (or a lake), and both
//! are named to the caller, who decides ([`Regions::settle`]).

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

use super::lattice::{Vertex, compare_angle, orient};
use super::noding::Walk;
use super::polygon::{self, Polygon};
use super::rings::{self, Piece};

/// No face: the plane outside, or an unfilled gap.
pub const NOBODY: u32 = u32::MAX;

const UNSET: u32 = u32::MAX;

/// A half-edge: `from → to`, its twin at `index ^ 1`.
#[derive(Clone, Copy, Debug)]
struct HalfEdge {
    from: Vertex,
    to: Vertex,
}

/// One region of the plane and the faces that claim it.
#[derive(Clone, Debug)]
pub struct Region {
    /// Faces that claim it, in ascending order.
    pub claims: Vec<u32>,
    /// Twice the area in squared lattice steps, holes subtracted; zero for the plane outside.
    pub doubled_area: i128,
    /// Winding numbers that are not zero, by label.
    pub windings: Vec<(u32, i32)>,
    /// A vertex of its boundary.
    pub at: Vertex,
    /// Length of its boundary, holes included, in the caller's measure; for disputed regions only.
    pub perimeter: f64,
    /// Faces on the other side of its boundary with the length shared, the longest first.
    pub neighbours: Vec<(u32, f64)>,
    /// Whether this is the unbounded plane outside.
    pub unbounded: bool,
}

/// Claims of faces whose winding number is not zero: for rings that all bound faces, holes the other way
/// round.
#[must_use]
pub fn not_zero(windings: &[(u32, i32)]) -> Vec<u32> {
    windings.iter().map(|w| w.0).collect()
}

/// The arrangement: noded edges, the regions between them.
#[derive(Debug)]
pub struct Regions {
    half_edges: Vec<HalfEdge>,
    region_of: Vec<u32>,
    list: Vec<Region>,
}

/// The edges that matter: undirected, with the net contributions of the faces written on them.
fn net_edges(mut walks: Vec<Walk>) -> (Vec<HalfEdge>, Vec<Vec<(u32, i32)>>) {
    walks.par_sort_unstable_by_key(|w| {
        let (a, b) = if w.from <= w.to {
            (w.from, w.to)
        } else {
            (w.to, w.from)
        };
        (a, b, w.label)
    });
    let mut half_edges = Vec::with_capacity(walks.len());
    let mut contributions = Vec::with_capacity(walks.len() / 2);
    let ends = |w: &Walk| {
        if w.from <= w.to {
            (w.from, w.to)
        } else {
            (w.to, w.from)
        }
    };
    for group in walks.chunk_by(|v, w| ends(v) == ends(w)) {
        let (a, b) = ends(&group[0]);
        let mut net: Vec<(u32, i32)> = Vec::with_capacity(2);
        for w in group {
            let sign = if w.from == a { 1 } else { -1 };
            match net.iter_mut().find(|n| n.0 == w.label) {
                Some(n) => n.1 += sign,
                None => net.push((w.label, sign)),
            }
        }
        net.retain(|n| n.1 != 0);
        if !net.is_empty() {
            half_edges.push(HalfEdge { from: a, to: b });
            half_edges.push(HalfEdge { from: b, to: a });
            contributions.push(net);
        }
    }
    (half_edges, contributions)
}

/// For each half-edge the next one around the region on its left.
fn link(half_edges: &[HalfEdge]) -> Vec<u32> {
    #[allow(clippy::cast_possible_truncation)] // bounded by the reader, far under 2^32
    let mut around: Vec<u32> = (0..half_edges.len() as u32).collect();
    around.par_sort_unstable_by(|&i, &j| {
        let (e, f) = (half_edges[i as usize], half_edges[j as usize]);
        e.from
            .key()
            .cmp(&f.from.key())
            .then_with(|| compare_angle(e.from, e.to, f.to))
    });
    let mut next = vec![UNSET; half_edges.len()];
    for star in around.chunk_by(|&i, &j| half_edges[i as usize].from == half_edges[j as usize].from)
    {
        // Arriving by the twin of star[k], the first edge clockwise is the one before it.
        for (k, &out) in star.iter().enumerate() {
            let before = star[(k + star.len() - 1) % star.len()];
            next[(out ^ 1) as usize] = before;
        }
    }
    next
}

/// A closed walk along half-edges: the outer boundary of a region, or of a hole in one.
struct Cycle {
    doubled_area: i128,
    /// Its lowest, then leftmost vertex.
    lowest: Vertex,
}

fn walk_cycles(half_edges: &[HalfEdge], next: &[u32]) -> (Vec<u32>, Vec<Cycle>) {
    let mut cycle_of = vec![UNSET; half_edges.len()];
    let mut cycles = Vec::new();
    for start in 0..half_edges.len() {
        if cycle_of[start] != UNSET {
            continue;
        }
        #[allow(clippy::cast_possible_truncation)] // no more cycles than half-edges
        let id = cycles.len() as u32;
        let origin = half_edges[start].from;
        let mut cycle = Cycle {
            doubled_area: 0,
            lowest: origin,
        };
        let mut at = start;
        while cycle_of[at] == UNSET {
            cycle_of[at] = id;
            let HalfEdge { from, to } = half_edges[at];
            cycle.doubled_area += i128::from(orient(origin, from, to));
            if (from.y, from.x) < (cycle.lowest.y, cycle.lowest.x) {
                cycle.lowest = from;
            }
            at = next[at] as usize;
        }
        cycles.push(cycle);
    }
    (cycle_of, cycles)
}

/// Edges by horizontal band, to find what lies left of a vertex.
struct Bands {
    low: i32,
    height: i32,
    edges: Vec<Vec<u32>>,
}

impl Bands {
    fn new(half_edges: &[HalfEdge]) -> Self {
        let low = half_edges.iter().map(|h| h.from.y).min().unwrap_or(0);
        let high = half_edges.iter().map(|h| h.from.y).max().unwrap_or(0);
        let count = (half_edges.len() / 512).clamp(1, 8192);
        #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // ≤ 8192
        let height = (high - low) / count as i32 + 1;
        let mut bands = vec![Vec::new(); count];
        for (i, h) in half_edges.iter().enumerate().step_by(2) {
            let (a, b) = (h.from.y.min(h.to.y), h.from.y.max(h.to.y));
            for band in (a - low) / height..=(b - low) / height {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                bands[band as usize].push(i as u32);
            }
        }
        Self {
            low,
            height,
            edges: bands,
        }
    }

    /// The half-edge that sees `p` on its left, on the nearest edge to the left of `p` at its height
    /// (seen an infinitesimal above `p`), if there is one. `p` is the lowest vertex of its component,
    /// so no edge of its own component qualifies unless it starts at `p`.
    fn seen_from(&self, half_edges: &[HalfEdge], p: Vertex) -> Option<u32> {
        #[allow(clippy::cast_sign_loss)] // p is one of the vertices: p.y ≥ low
        let band = &self.edges[((p.y - self.low) / self.height) as usize];
        let mut best: Option<u32> = None;
        for &e in band {
            let h = half_edges[e as usize];
            // Upward half-edge that spans p's height, its upper end excluded... seen from just above.
            let up = if h.from.y < h.to.y { e } else { e ^ 1 };
            let u = half_edges[up as usize];
            if !(u.from.y <= p.y && p.y < u.to.y) || orient(u.from, u.to, p) >= 0 {
                continue; // not at this height, or p is on it or to its left
            }
            let nearer = best.is_none_or(|b| {
                let w = half_edges[b as usize];
                // Of two edges that span p's height and do not cross: whichever lies right of the
                // other there. Compare at the later of their starts.
                if u.from.y >= w.from.y {
                    let t = orient(w.from, w.to, u.from);
                    t < 0 || (t == 0 && orient(w.from, w.to, u.to) < 0)
                } else {
                    let t = orient(u.from, u.to, w.from);
                    t > 0 || (t == 0 && orient(u.from, u.to, w.to) > 0)
                }
            });
            if nearer {
                best = Some(up);
            }
        }
        // p lies to the right of the upward half-edge: to the left of its twin.
        best.map(|b| b ^ 1)
    }
}

impl Regions {
    /// Builds the arrangement of noded walks (see [`super::noding::node`]). `claims` reads the faces that
    /// claim a region, in ascending order, from its winding numbers (label, number not zero); `length`
    /// measures an edge.
    #[must_use]
    pub fn of(
        walks: Vec<Walk>,
        claims: impl Fn(&[(u32, i32)]) -> Vec<u32>,
        length: impl Fn(Vertex, Vertex) -> f64,
    ) -> Self {
        let (half_edges, contributions) = net_edges(walks);
        let next = link(&half_edges);
        let (cycle_of, cycles) = walk_cycles(&half_edges, &next);
        let region_of_cycle = Self::group(&half_edges, &cycle_of, &cycles);
        let region_of: Vec<u32> = cycle_of
            .iter()
            .map(|&c| region_of_cycle[c as usize])
            .collect();
        let windings = Self::windings(&contributions, &region_of, &region_of_cycle);
        let mut regions: Vec<Region> = windings
            .into_iter()
            .map(|w| Region {
                claims: claims(&w),
                windings: w,
                doubled_area: 0,
                at: Vertex::default(),
                perimeter: 0.0,
                neighbours: Vec::new(),
                unbounded: false,
            })
            .collect();
        if let Some(outside) = regions.first_mut() {
            outside.unbounded = true;
        }
        for (cycle, &region) in cycles.iter().zip(&region_of_cycle) {
            let region = &mut regions[region as usize];
            if !region.unbounded {
                // Holes are walked the other way round: their areas are negative.
                region.doubled_area += cycle.doubled_area;
            }
            if cycle.doubled_area > 0 {
                region.at = cycle.lowest;
            }
        }
        let mut built = Self {
            half_edges,
            region_of,
            list: regions,
        };
        built.measure_disputed(length);
        built
    }

    /// Joins the cycles that bound one region: its outer boundary and the holes in it. Region 0 is the
    /// plane outside.
    fn group(half_edges: &[HalfEdge], cycle_of: &[u32], cycles: &[Cycle]) -> Vec<u32> {
        let bands = Bands::new(half_edges);
        // The outer side of a component (a cycle with no positive area) belongs to the region that
        // surrounds it: seen from its lowest vertex, the cycle of the nearest edge to the left.
        let seen: Vec<Option<u32>> = cycles
            .par_iter()
            .map(|c| {
                (c.doubled_area <= 0)
                    .then(|| {
                        bands
                            .seen_from(half_edges, c.lowest)
                            .map(|h| cycle_of[h as usize])
                    })
                    .flatten()
            })
            .collect();
        let mut region = vec![UNSET; cycles.len()];
        let mut regions = 1;
        for (id, cycle) in cycles.iter().enumerate() {
            if cycle.doubled_area > 0 {
                region[id] = regions;
                regions += 1;
            }
        }
        for id in 0..cycles.len() {
            let mut trail = Vec::new();
            let mut at = id;
            let found = loop {
                if region[at] != UNSET {
                    break region[at];
                }
                trail.push(at);
                match seen[at] {
                    // Each step goes to an edge further left: no loop.
                    Some(outer) => at = outer as usize,
                    None => break 0,
                }
            };
            for c in trail {
                region[c] = found;
            }
        }
        region
    }

    /// Winding numbers per region, from the outside inwards.
    fn windings(
        contributions: &[Vec<(u32, i32)>],
        region_of: &[u32],
        region_of_cycle: &[u32],
    ) -> Vec<Vec<(u32, i32)>> {
        let count = region_of_cycle.iter().max().map_or(1, |m| *m as usize + 1);
        let mut by_region: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (h, &r) in region_of.iter().enumerate() {
            #[allow(clippy::cast_possible_truncation)]
            by_region[r as usize].push(h as u32);
        }
        let mut windings: Vec<Option<Vec<(u32, i32)>>> = vec![None; count];
        windings[0] = Some(Vec::new());
        let mut queue = vec![0_u32];
        while let Some(r) = queue.pop() {
            for &h in &by_region[r as usize] {
                let other = region_of[(h ^ 1) as usize] as usize;
                if windings[other].is_some() {
                    continue;
                }
                let mut there = windings[r as usize].clone().unwrap_or_default();
                // Contributions are written for the even half-edge: +1 means the face on its left.
                let sign = if h % 2 == 0 { -1 } else { 1 };
                for &(label, n) in &contributions[h as usize / 2] {
                    match there.iter_mut().find(|t| t.0 == label) {
                        Some(t) => t.1 += sign * n,
                        None => there.push((label, sign * n)),
                    }
                }
                there.retain(|t| t.1 != 0);
                there.sort_unstable();
                windings[other] = Some(there);
                #[allow(clippy::cast_possible_truncation)]
                queue.push(other as u32);
            }
        }
        windings
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect()
    }

    /// Lengths and neighbours of the regions that somebody must decide on.
    fn measure_disputed(&mut self, length: impl Fn(Vertex, Vertex) -> f64) {
        let disputed = |r: &Region| !r.unbounded && r.claims.len() != 1;
        let mut shared: HashMap<(u32, u32), f64> = HashMap::new();
        for (h, &r) in self.region_of.iter().enumerate() {
            if !disputed(&self.list[r as usize]) {
                continue;
            }
            let HalfEdge { from, to } = self.half_edges[h];
            let length = length(from, to);
            self.list[r as usize].perimeter += length;
            let other = &self.list[self.region_of[h ^ 1] as usize];
            if let [face] = other.claims[..] {
                *shared.entry((r, face)).or_default() += length;
            }
        }
        for ((r, face), length) in shared {
            self.list[r as usize].neighbours.push((face, length));
        }
        for region in &mut self.list {
            region
                .neighbours
                .sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
    }

    /// All regions; the first is the plane outside.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.list
    }

    /// The faces once every region has an owner: `owner` names the face of a region, or [`NOBODY`].
    /// Returns the polygons per face, in ascending order of face.
    ///
    /// # Errors
    /// The vertex at which a boundary does not close: cannot happen for noded closed rings, and is
    /// reported rather than believed.
    pub fn settle(
        &self,
        owner: impl Fn(&Region) -> u32,
    ) -> Result<Vec<(u32, Vec<Polygon>)>, rings::OpenBoundary> {
        let owners: Vec<u32> = self.list.iter().map(owner).collect();
        let mut pieces: Vec<(u32, Piece)> = Vec::new();
        for (h, edge) in self.half_edges.iter().enumerate() {
            let left = owners[self.region_of[h] as usize];
            let right = owners[self.region_of[h ^ 1] as usize];
            if left != right && left != NOBODY {
                let HalfEdge { from, to } = *edge;
                pieces.push((
                    left,
                    Piece {
                        from,
                        to,
                        leaving: to,
                        arriving: from,
                    },
                ));
            }
        }
        pieces.par_sort_by_key(|p| p.0);
        let faces: Vec<&[(u32, Piece)]> = pieces.chunk_by(|a, b| a.0 == b.0).collect();
        faces
            .par_iter()
            .map(|face| {
                let pieces: Vec<Piece> = face.iter().map(|p| p.1).collect();
                let rings = rings::trace(&pieces)?;
                let rings = rings.into_iter().map(|ring| {
                    ring.iter()
                        .map(|&i| pieces[i as usize].from)
                        .collect::<Vec<Vertex>>()
                });
                let (shells, holes) =
                    rings.partition(|r: &Vec<Vertex>| super::ring::doubled_area(r) > 0);
                let (polygons, orphans) = polygon::nest(shells, holes);
                match orphans.first() {
                    Some(hole) => Err(rings::OpenBoundary(hole[0])),
                    None => Ok((face[0].0, polygons)),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::noding;
    use proptest::prelude::*;

    fn face(label: u32, rings: &[&[(i32, i32)]]) -> Vec<Walk> {
        rings
            .iter()
            .flat_map(|ring| {
                (0..ring.len()).map(move |i| {
                    let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                    Walk {
                        from: Vertex::new(a.0, a.1),
                        to: Vertex::new(b.0, b.1),
                        label,
                    }
                })
            })
            .collect()
    }

    fn regions(mut walks: Vec<Walk>) -> Regions {
        noding::node(&mut walks).unwrap();
        Regions::of(walks, not_zero, |_, _| 0.0)
    }

    fn first_claim(r: &Region) -> u32 {
        r.claims.first().copied().unwrap_or(NOBODY)
    }

    #[test]
    fn neighbours_that_share_an_edge_have_one_region_each() {
        let mut walks = face(0, &[&[(0, 0), (4, 0), (4, 4), (0, 4)]]);
        walks.extend(face(1, &[&[(4, 0), (8, 0), (8, 4), (4, 4)]]));
        let regions = regions(walks);
        let claims: Vec<_> = regions.regions().iter().map(|r| r.claims.clone()).collect();
        assert_eq!(claims[0], Vec::<u32>::new());
        assert_eq!(claims.len(), 3);
        assert!(claims.contains(&vec![0]) && claims.contains(&vec![1]));
    }

    #[test]
    fn an_overlap_is_claimed_by_both_and_goes_to_the_first() {
        let mut walks = face(0, &[&[(0, 0), (6, 0), (6, 4), (0, 4)]]);
        walks.extend(face(1, &[&[(4, 0), (8, 0), (8, 4), (4, 4)]]));
        let regions = regions(walks);
        let overlap: Vec<_> = regions
            .regions()
            .iter()
            .filter(|r| r.claims == [0, 1])
            .collect();
        assert_eq!(overlap.len(), 1);
        assert_eq!(overlap[0].doubled_area, 16);
        let faces = regions.settle(first_claim).unwrap();
        let areas: Vec<_> = faces.iter().map(|(_, p)| p[0].doubled_area()).collect();
        assert_eq!(areas, [48, 16]);
    }

    #[test]
    fn an_island_in_a_lake_in_a_face_is_nested_right() {
        let mut walks = face(
            0,
            &[
                &[(0, 0), (20, 0), (20, 20), (0, 20)],
                &[(5, 5), (5, 15), (15, 15), (15, 5)],
            ],
        );
        walks.extend(face(1, &[&[(8, 8), (12, 8), (12, 12), (8, 12)]]));
        let regions = regions(walks);
        let faces = regions.settle(first_claim).unwrap();
        assert_eq!(faces.len(), 2);
        assert_eq!(faces[0].1[0].holes.len(), 1);
        assert_eq!(faces[1].1[0].holes.len(), 0);
        let lake = regions
            .regions()
            .iter()
            .find(|r| !r.unbounded && r.claims.is_empty())
            .unwrap();
        // The island in it is not part of it.
        assert_eq!(lake.doubled_area, 200 - 32);
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        let regions = regions(face(0, &[&[(0, 0), (4, 4), (4, 0), (0, 4)]]));
        let faces = regions.settle(first_claim).unwrap();
        assert_eq!(faces[0].1.len(), 2);
    }

    proptest! {
        /// Whatever rings go in, what comes out is a coverage: disjoint faces whose areas add up to
        /// the areas of the regions they own.
        #[test]
        fn any_rings_settle_into_a_coverage(
            shapes in prop::collection::vec(prop::collection::vec((-30..30i32, -30..30i32), 3..8), 1..7)
        ) {
            let walks: Vec<Walk> = shapes
                .iter()
                .enumerate()
                .flat_map(|(i, s)| face(u32::try_from(i).unwrap(), &[s]))
                .filter(|w| w.from != w.to)
                .collect();
            let regions = regions(walks);
            let faces = regions.settle(first_claim).unwrap();
            // Settled once, a coverage settles again into itself, without overlap.
            let again: Vec<Walk> = faces
                .iter()
                .flat_map(|(label, polygons)| {
                    polygons.iter().flat_map(super::super::polygon::Polygon::rings).flat_map(|r| {
                        (0..r.len()).map(|i| Walk { from: r[i], to: r[(i + 1) % r.len()], label: *label })
                    })
                })
                .collect();
            let second = Regions::of(again, not_zero, |_, _| 0.0);
            prop_assert!(second.regions().iter().all(|r| r.claims.len() <= 1));
            let mut twice = second.settle(first_claim).unwrap();
            let mut once = faces;
            let area = |f: &mut Vec<(u32, Vec<Polygon>)>| -> Vec<(u32, i128)> {
                f.iter().map(|(l, p)| (*l, p.iter().map(Polygon::doubled_area).sum())).collect()
            };
            prop_assert_eq!(area(&mut twice), area(&mut once));
        }
    }
}
