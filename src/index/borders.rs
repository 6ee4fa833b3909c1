//! How far a place is from the nearest border of a level, and between whom that border runs.
//!
//! Places are put into space (earth-centred, earth-fixed coordinates on GRS 80), where distances along straight lines
//! need no map projection and a plain R-tree in three dimensions finds the nearest edge; the straight line is then
//! bent onto a sphere. Against Karney's geodesics the distance is right to a metre and one part in ten thousand, as a
//! test holds; edges are straight in space, which for edges of 3 km is 20 cm off a straight line on a map.

use rstar::primitives::{CachedEnvelope, GeomWithData};
use rstar::{AABB, Envelope, PointDistance, RTree, RTreeObject};

use super::vicinity::{self, Cell, Vicinity};
use crate::geometry::arcs::Arcs;

/// A position in space, in metres.
type Space = [f64; 3];

/// Semi-major axis and first eccentricity squared of GRS 80 (and, to 0.1 mm, of WGS 84).
const A: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_380_022_9;
/// Mean radius of the earth: what distances are bent by.
const RADIUS: f64 = 6_371_008.8;

/// Edges in one run of a border: what one box of the tree holds.
const RUN: usize = 8;

/// Some consecutive edges of an arc that is a border, of which its last has fewer than others: then the last vertex is
/// repeated, so that all edges are looked at alike, several at once.
///
/// What is nearest is looked for in memory that no cache holds, so runs are small: a vertex is written as its way from
/// the run's middle, in single precision. At ten kilometres from there it is right to a millimetre, at the other end of
/// the earth to some metres.
#[derive(Clone, Copy, Debug)]
struct Run {
    middle: Space,
    /// By axis.
    vertices: [[f32; RUN + 1]; 3],
    sides: (u32, u32),
}

impl Run {
    /// A run through one to nine vertices.
    #[allow(clippy::cast_possible_truncation)] // to a millimetre
    fn new(vertices: &[Space], sides: (u32, u32)) -> Self {
        let middle = AABB::<Space>::from_points(vertices).center();
        let last = vertices.len().saturating_sub(1);
        let axes = [0, 1, 2].map(|axis| {
            std::array::from_fn(|i| {
                let vertex = vertices.get(i.min(last)).unwrap_or(&middle);
                (vertex[axis] - middle[axis]) as f32
            })
        });
        Self {
            middle,
            vertices: axes,
            sides,
        }
    }

    fn bounds(&self) -> AABB<Space> {
        let vertices: [Space; RUN + 1] = std::array::from_fn(|i| {
            [0, 1, 2].map(|axis| self.middle[axis] + f64::from(self.vertices[axis][i]))
        });
        AABB::from_points(&vertices)
    }

    /// Metres from its middle to its farthest vertex.
    fn radius(&self) -> f32 {
        let [x, y, z] = &self.vertices;
        let squared = (0..=RUN).map(|i| x[i] * x[i] + y[i] * y[i] + z[i] * z[i]);
        squared.fold(0.0, f32::max).sqrt()
    }
}

/// The border nearest to a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearby {
    /// How far it is, in metres along the ground.
    pub metres: f64,
    /// The labels on its two sides, [`NOBODY`](crate::geometry::planar::NOBODY) for none.
    pub sides: (u32, u32),
}

/// A run's box with its number.
type Numbered = GeomWithData<CachedEnvelope<Run>, u32>;

/// All borders between labels of a coverage.
#[derive(Debug)]
pub struct Borders {
    runs: Vec<Run>,
    tree: RTree<Numbered>,
    /// Which runs can be nearest, by place.
    near: Vicinity<Candidate>,
}

/// A run that can be nearest somewhere in a cell, and the ball around it: most are ruled out without a look at the run,
/// which lies elsewhere in memory.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Metres from the middle of the cell.
    away: f32,
    run: u32,
    middle: [f32; 3],
    radius: f32,
}

impl Candidate {
    #[allow(clippy::cast_possible_truncation)] // to half a metre, which the radius makes good
    fn new(number: u32, run: &Run, from: &Space) -> Self {
        Self {
            away: run.distance_2(from).sqrt() as f32,
            run: number,
            middle: run.middle.map(|c| c as f32),
            radius: run.radius() + 2.0,
        }
    }

    /// Whether nothing of it can be within the square root of `limit` of a place.
    fn is_beyond(&self, at: &Space, limit: f64) -> bool {
        let reach = limit.sqrt() + f64::from(self.radius);
        squared(at, &self.middle.map(f64::from)) > reach * reach
    }
}

/// Metres from a border beyond which no lists are kept: rarely asked about, and long.
const FAR: f64 = 60_000.0;
/// Metres in a degree, at most.
const DEGREE: f64 = 111_700.0;

impl RTreeObject for Run {
    type Envelope = AABB<Space>;

    fn envelope(&self) -> Self::Envelope {
        self.bounds()
    }
}

impl PointDistance for Run {
    #[allow(clippy::cast_possible_truncation)] // what it is for
    fn distance_2(&self, point: &Space) -> f64 {
        let [x, y, z] = &self.vertices;
        let [to_x, to_y, to_z] = [0, 1, 2].map(|axis| (point[axis] - self.middle[axis]) as f32);
        let squared: [f32; RUN] = std::array::from_fn(|i| {
            let edge = [x[i + 1] - x[i], y[i + 1] - y[i], z[i + 1] - z[i]];
            let to = [to_x - x[i], to_y - y[i], to_z - z[i]];
            // Of an edge that is a point the dividend is nought.
            let along = dot(&to, &edge) / dot(&edge, &edge).max(f32::MIN_POSITIVE);
            let along = along.clamp(0.0, 1.0);
            let off = [
                to[0] - along * edge[0],
                to[1] - along * edge[1],
                to[2] - along * edge[2],
            ];
            dot(&off, &off)
        });
        f64::from(squared.into_iter().fold(f32::INFINITY, f32::min))
    }
}

impl Borders {
    /// The borders of the level that gives each face this label.
    #[must_use]
    pub fn new(arcs: &Arcs, label: impl Fn(u32) -> u32) -> Self {
        let mut runs = Vec::new();
        for arc in 0..arcs.len() {
            let (left, right) = arcs.sides(arc);
            let sides = (label(left), label(right));
            if sides.0 == sides.1 {
                continue;
            }
            let all: Vec<Space> = arcs
                .vertices(arc)
                .iter()
                .map(|v| in_space(v.to_degrees()))
                .collect();
            // Runs share the vertex between them.
            for start in (0..all.len() - 1).step_by(RUN) {
                let some = &all[start..all.len().min(start + RUN + 1)];
                runs.push(Run::new(some, sides));
            }
        }
        let numbered = (0..).zip(&runs);
        let boxes = numbered.map(|(n, run)| Numbered::new(CachedEnvelope::new(*run), n));
        Self {
            tree: RTree::bulk_load(boxes.collect()),
            runs,
            near: Vicinity::default(),
        }
    }

    /// The border nearest to a place in WGS84 degrees; `None` where there is no border at all.
    #[must_use]
    pub fn nearest(&self, place: [f64; 2]) -> Option<Nearby> {
        let at = in_space(place);
        let is_near = |block: Cell| self.straight_to(block) < FAR + reach(block.half);
        let list = self.near.list(place, is_near, |cell| self.around(cell));
        let listed = list.and_then(|list| self.nearest_of(list, &at));
        let (squared, run) = listed.or_else(|| self.by_tree(&at))?;
        Some(Nearby {
            metres: 2.0 * RADIUS * (squared.sqrt() / (2.0 * RADIUS)).min(1.0).asin(),
            sides: run.sides,
        })
    }

    /// Makes the lists for places in a box, in degrees (west, south, east, north), that would else be made when the first of
    /// them is asked about: some 20 µs each, ten times what an answer costs from then on.
    pub fn prepare(&self, frame: [f64; 4]) {
        for place in vicinity::middles(frame) {
            // What it answers is of no use here, what it keeps is.
            let _ = self.nearest(place);
        }
    }

    /// The nearest of a cell's candidates, which come in the order of their distance from its middle, and the square of
    /// its distance.
    fn nearest_of(&self, list: &[Candidate], at: &Space) -> Option<(f64, &Run)> {
        let mut nearest: Option<(f64, &Run)> = None;
        for candidate in list {
            // The place is at most as far from the middle as a corner is: what is this much farther than the best so far
            // cannot be nearer, nor can those that follow.
            let least = f64::from(candidate.away) - REACH;
            if nearest.is_some_and(|(best, _)| least > 0.0 && least * least > best) {
                break;
            }
            if nearest.is_some_and(|(best, _)| candidate.is_beyond(at, best)) {
                continue;
            }
            let run = self.runs.get(candidate.run as usize)?;
            let distance = run.distance_2(at);
            if nearest.is_none_or(|(best, _)| distance < best) {
                nearest = Some((distance, run));
            }
        }
        nearest
    }

    /// The same of all runs.
    fn by_tree(&self, at: &Space) -> Option<(f64, &Run)> {
        let found = self.tree.nearest_neighbor(*at)?;
        let run = self.runs.get(found.data as usize)?;
        Some((run.distance_2(at), run))
    }

    /// Metres in a straight line from the middle of a cell to the nearest border.
    fn straight_to(&self, cell: Cell) -> f64 {
        let nearest = self.by_tree(&in_space(cell.middle));
        nearest.map_or(f64::INFINITY, |(squared, _)| squared.sqrt())
    }

    /// All runs that can be nearest somewhere in a cell, the nearest to its middle first; none where it is far from all.
    fn around(&self, cell: Cell) -> Box<[Candidate]> {
        let nearest = self.straight_to(cell);
        if nearest > FAR {
            return Box::default();
        }
        let middle = in_space(cell.middle);
        let most = nearest + 2.0 * REACH;
        let runs = self.tree.locate_within_distance(middle, most * most);
        let mut list: Box<[Candidate]> = runs
            .filter_map(|found| {
                let run = self.runs.get(found.data as usize)?;
                Some(Candidate::new(found.data, run, &middle))
            })
            .collect();
        list.sort_unstable_by(|a, b| a.away.total_cmp(&b.away));
        list
    }
}

/// The same of the cells of lists, and some more than rounding takes.
const REACH: f64 = reach(vicinity::HALF) + 10.0;

/// Metres from the middle of a square to its farthest corner, at most, from half its side in degrees.
const fn reach(half: f64) -> f64 {
    half * DEGREE * std::f64::consts::SQRT_2
}

/// Where a place in degrees is in space.
fn in_space([lon, lat]: [f64; 2]) -> Space {
    let (sin, cos) = lat.to_radians().sin_cos();
    let normal = A / (1.0 - E2 * sin * sin).sqrt();
    let (east, ahead) = lon.to_radians().sin_cos();
    [
        normal * cos * ahead,
        normal * cos * east,
        normal * (1.0 - E2) * sin,
    ]
}

/// The square of the distance between two places.
fn squared(a: &Space, b: &Space) -> f64 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    x * x + y * y + z * z
}

fn dot([x, y, z]: &[f32; 3], [u, v, w]: &[f32; 3]) -> f32 {
    x * u + y * v + z * w
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::lattice::Vertex;
    use crate::geometry::planar::NOBODY;
    use geo::{Distance, Geodesic, Point};
    use proptest::prelude::*;

    fn one_point_border(at: Vertex) -> Borders {
        let mut arcs = Arcs::with_capacity(2);
        // So short that it is a point.
        arcs.push([at, Vertex::new(at.x + 1, at.y)], 0, NOBODY);
        Borders::new(&arcs, |face| face)
    }

    proptest! {
        #[test]
        fn distances_agree_with_karney(
            lon in -62.0_f64..56.0, lat in -22.0_f64..52.0,
            east in -5.0_f64..5.0, north in -5.0_f64..5.0,
        ) {
            let at = Vertex::from_degrees(lon, lat).unwrap();
            let place = [lon + east, lat + north];
            let ours = one_point_border(at).nearest(place).unwrap();
            let [x, y] = at.to_degrees();
            let karney = Geodesic.distance(Point::from(place), Point::new(x, y));
            prop_assert!((ours.metres - karney).abs() < 1.0 + karney * 1e-4, "{} {karney}", ours.metres);
        }
    }

    proptest! {
        #[test]
        fn lists_by_place_find_what_the_tree_finds(
            borders in proptest::collection::vec((-500_000..500_000, -500_000..500_000), 2..60),
            places in proptest::collection::vec((-1.2_f64..1.2, -1.2_f64..1.2), 1..40),
        ) {
            let mut arcs = Arcs::with_capacity(64);
            let vertices = borders.iter().map(|&(x, y)| Vertex::new(x, y + 45_000_000));
            arcs.push(vertices, 0, NOBODY);
            let borders = Borders::new(&arcs, |face| face);
            for (x, y) in places {
                let place = [x, 45.0 + y];
                let found = borders.nearest(place).unwrap().metres;
                let at = in_space(place);
                let straight = borders.by_tree(&at).unwrap().0.sqrt();
                // One is bent to the ground, the other straight.
                prop_assert!((found - straight).abs() < 1e-3 + straight * 1e-4, "{found} {straight}");
            }
        }
    }

    #[test]
    fn a_border_between_equal_labels_is_none() {
        let mut arcs = Arcs::with_capacity(4);
        let v = |x, y| Vertex::new(x * 1_000_000, y * 1_000_000);
        arcs.push([v(0, 0), v(0, 1)], 0, 1);
        arcs.push([v(2, 0), v(2, 1)], 1, 2);
        let borders = Borders::new(&arcs, |face| if face == 2 { 7 } else { 5 });
        let near = borders.nearest([0.1, 0.5]).unwrap();
        assert_eq!(near.sides, (5, 7));
        assert!(Borders::new(&arcs, |_| 5).nearest([0.0, 0.0]).is_none());
    }
}
