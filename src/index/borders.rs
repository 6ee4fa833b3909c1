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
use crate::geometry::planar::NOBODY;

/// A position in space, in metres.
type Space = [f64; 3];

/// Semi-major axis and first eccentricity squared of GRS 80 (and, to 0.1 mm, of WGS 84).
const A: f64 = 6_378_137.0;
const E2: f64 = 0.006_694_380_022_9;
/// Mean radius of the earth: what distances are bent by.
const RADIUS: f64 = 6_371_008.8;

/// Vertices of one run of a border: what one box of the tree holds.
const VERTICES: usize = 7;

/// So many edges are looked at alike.
const LANES: usize = 8;

/// Some consecutive edges of an arc that is a border, of which its last has fewer than others: then the last vertex is
/// repeated, so that all edges are looked at alike, several at once.
///
/// What is nearest is looked for in memory that no near cache holds, so a run is one line of it: a vertex is written
/// as its way from the run's middle in units of a 32,767th of the longest such way along an axis. Where that is a
/// kilometre a vertex is right to two centimetres.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Run {
    /// In centimetres.
    middle: [i32; 3],
    /// In metres.
    unit: f32,
    /// By axis, in units.
    vertices: [[i16; VERTICES]; 3],
    /// The labels on its two sides, [`NOBODY`] shortened to [`NONE`].
    sides: [u16; 2],
}

/// Neither label: also for those beyond 16 bits, of which no level of borders comes near.
const NONE: u16 = u16::MAX;

impl Run {
    /// A run through one to seven vertices.
    #[allow(clippy::cast_possible_truncation)] // no axis of the earth has 2^31 centimetres
    fn new(vertices: &[Space], sides: (u32, u32)) -> Self {
        let centre = AABB::<Space>::from_points(vertices).center();
        let middle = centre.map(|c| (c * 100.0).round() as i32);
        let from_middle =
            |vertex: &Space, axis: usize| vertex[axis] - f64::from(middle[axis]) / 100.0;
        let ways = vertices
            .iter()
            .flat_map(|vertex| [0, 1, 2].map(|axis| from_middle(vertex, axis).abs()));
        // A run that is a point has a unit as well.
        let unit = ways.fold(1.0, f64::max) / f64::from(i16::MAX);
        let last = vertices.len().saturating_sub(1);
        let axes = [0, 1, 2].map(|axis| {
            std::array::from_fn(|i| {
                let way = vertices
                    .get(i.min(last))
                    .map_or(0.0, |v| from_middle(v, axis));
                (way / unit).round() as i16
            })
        });
        Self {
            middle,
            unit: unit as f32,
            vertices: axes,
            sides: [sides.0, sides.1].map(|label| u16::try_from(label).unwrap_or(NONE)),
        }
    }

    /// The labels on its two sides.
    fn sides(&self) -> (u32, u32) {
        let [left, right] = self.sides.map(|label| match label {
            NONE => NOBODY,
            label => u32::from(label),
        });
        (left, right)
    }

    /// Its middle in metres.
    fn middle(&self) -> Space {
        self.middle.map(|c| f64::from(c) / 100.0)
    }

    fn bounds(&self) -> AABB<Space> {
        let middle = self.middle();
        let vertices: [Space; VERTICES] = std::array::from_fn(|i| {
            [0, 1, 2]
                .map(|axis| middle[axis] + f64::from(self.vertices[axis][i]) * f64::from(self.unit))
        });
        AABB::from_points(&vertices)
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
    near: Vicinity<List>,
}

/// The numbers of some runs: few of them within itself, so that no other memory is read.
#[derive(Debug)]
enum List {
    Few(u8, [u16; FEW]),
    Many(Box<[u32]>),
}

/// Most cells of France have no more.
const FEW: usize = 10;

impl List {
    fn new(numbers: &[u32]) -> Self {
        let many = || Self::Many(numbers.into());
        let mut few = [0; FEW];
        let Some(own) = few.get_mut(..numbers.len()) else {
            return many();
        };
        for (own, &number) in own.iter_mut().zip(numbers) {
            match u16::try_from(number) {
                Ok(number) => *own = number,
                Err(_) => return many(),
            }
        }
        u8::try_from(numbers.len()).map_or_else(|_| many(), |count| Self::Few(count, few))
    }

    fn numbers(&self) -> impl Iterator<Item = u32> + Clone {
        let (few, many): (&[u16], &[u32]) = match self {
            Self::Few(count, few) => (&few[..usize::from(*count).min(FEW)], &[]),
            Self::Many(many) => (&[], many),
        };
        few.iter()
            .copied()
            .map(u32::from)
            .chain(many.iter().copied())
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
        // In units, in single precision: a ten millionth of the distance.
        let middle = self.middle();
        let per_metre = self.unit.recip();
        let to = [0, 1, 2].map(|axis| ((point[axis] - middle[axis]) as f32) * per_metre);
        // One lane for each vertex and one more, which repeats the last.
        let [x, y, z] = self.vertices.map(|axis| {
            let lanes: [f32; LANES] = std::array::from_fn(|i| f32::from(axis[i.min(VERTICES - 1)]));
            lanes
        });
        let next = |axis: &[f32; LANES]| -> [f32; LANES] {
            std::array::from_fn(|i| axis[(i + 1).min(LANES - 1)])
        };
        let [next_x, next_y, next_z] = [next(&x), next(&y), next(&z)];
        let mut squared = [0.0; LANES];
        for i in 0..LANES {
            let edge = [next_x[i] - x[i], next_y[i] - y[i], next_z[i] - z[i]];
            let to = [to[0] - x[i], to[1] - y[i], to[2] - z[i]];
            // Of an edge that is a point the dividend is nought; others are a unit long at least.
            let along = dot(&to, &edge) / larger(dot(&edge, &edge), 1.0);
            let along = smaller(larger(along, 0.0), 1.0);
            let off = [
                to[0] - along * edge[0],
                to[1] - along * edge[1],
                to[2] - along * edge[2],
            ];
            squared[i] = dot(&off, &off);
        }
        let least = squared.into_iter().fold(f32::INFINITY, smaller);
        f64::from(least) * f64::from(self.unit) * f64::from(self.unit)
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
            for start in (0..all.len() - 1).step_by(VERTICES - 1) {
                let some = &all[start..all.len().min(start + VERTICES)];
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
        let listed = list.and_then(|list| self.nearest_of(list.numbers(), &at));
        let (squared, run) = listed.or_else(|| self.by_tree(&at))?;
        Some(Nearby {
            metres: 2.0 * RADIUS * (squared.sqrt() / (2.0 * RADIUS)).min(1.0).asin(),
            sides: run.sides(),
        })
    }

    /// Makes the lists for places in a box, in degrees (west, south, east, north), that would else be made when the first of
    /// them is asked about: some 30 µs each, a hundred times what looking through one costs.
    pub fn prepare(&self, frame: [f64; 4]) {
        for place in vicinity::middles(frame) {
            // What it answers is of no use here, what it keeps is.
            let _ = self.nearest(place);
        }
    }

    /// The nearest of some runs, and the square of its distance.
    fn nearest_of(
        &self,
        numbers: impl Iterator<Item = u32> + Clone,
        at: &Space,
    ) -> Option<(f64, &Run)> {
        let runs = numbers.filter_map(|number| self.runs.get(number as usize));
        // Asked for here, all are there when they are looked at: each lies elsewhere in memory.
        let asked = runs.clone().fold(0, |all, run| all ^ run.sides[0]);
        std::hint::black_box(asked);
        let away = runs.map(|run| (run.distance_2(at), run));
        away.min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// The same of all runs.
    fn by_tree(&self, at: &Space) -> Option<(f64, &Run)> {
        let found = self.tree.nearest_neighbor(*at)?;
        self.nearest_of([found.data].into_iter(), at)
    }

    /// Metres in a straight line from the middle of a cell to the nearest border.
    fn straight_to(&self, cell: Cell) -> f64 {
        let nearest = self.by_tree(&in_space(cell.middle));
        nearest.map_or(f64::INFINITY, |(squared, _)| squared.sqrt())
    }

    /// All runs that can be nearest somewhere in a cell; none where it is far from all.
    ///
    /// With the cell within `r` of its middle and the nearest run `d` from there, what is beyond `d + 2 r` cannot. The same
    /// holds for each of the parts of the cell, whose `r` is smaller: what is beyond that of all parts cannot either.
    fn around(&self, cell: Cell) -> List {
        let nearest = self.straight_to(cell);
        if nearest > FAR {
            return List::new(&[]);
        }
        let most = nearest + 2.0 * reach(cell.half);
        let middle = in_space(cell.middle);
        let found = self.tree.locate_within_distance(middle, most * most);
        let found: Vec<u32> = found.map(|run| run.data).collect();
        let mut needed = vec![false; found.len()];
        for part in cell.parts(PARTS) {
            let at = in_space(part.middle);
            let away = found.iter().map(|&number| {
                let run = self.runs.get(number as usize);
                run.map_or(f64::INFINITY, |run| run.distance_2(&at).sqrt())
            });
            let away: Vec<f64> = away.collect();
            let nearest = away.iter().copied().fold(f64::INFINITY, f64::min);
            let most = nearest + 2.0 * reach(part.half);
            for (needed, away) in needed.iter_mut().zip(away) {
                *needed |= away <= most;
            }
        }
        let needed = found.into_iter().zip(needed).filter(|(_, needed)| *needed);
        let needed: Vec<u32> = needed.map(|(number, _)| number).collect();
        List::new(&needed)
    }
}

/// Parts of a cell, both ways.
const PARTS: usize = 4;

/// Metres from the middle of a square to its farthest corner, at most, from half its side in degrees, and some more than
/// rounding takes.
const fn reach(half: f64) -> f64 {
    half * DEGREE * std::f64::consts::SQRT_2 + 1.0
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

/// As [`f32::max`] and [`f32::min`] of numbers, which are one instruction where nothing need be said of what is none.
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
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
    fn a_list_gives_back_its_numbers_few_and_many_small_and_large() {
        let small: Vec<u32> = (0..25).map(|n| n * 1000).collect();
        for numbers in [
            &small[..0],
            &small[..1],
            &small[..10],
            &small[..11],
            &small,
            &[7, 70_000],
        ] {
            let found: Vec<u32> = List::new(numbers).numbers().collect();
            assert_eq!(found, numbers);
        }
    }

    #[test]
    fn a_run_is_a_line_of_the_cache() {
        assert_eq!(size_of::<Run>(), 64);
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
