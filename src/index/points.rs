//! Which face holds a point: an R-tree over the parts of faces, then an exact test; cells before it ([`Grid`]) decide
//! most points at a tenth of the cost, with the same answers.
//!
//! **The boundary rule.** Every point belongs to exactly one face, or to none. A point on a boundary belongs
//! to what lies just east of it; on a boundary that runs due east and west, to what lies just north of it. That
//! is the rule of the crossing test with half-open edges: a point is in a face where a ray from it due east
//! crosses the face's boundary an odd number of times, an edge counting where it has one end strictly
//! north of the ray and the other not, and crosses strictly east of the point. Since each edge of a coverage is
//! shared by the faces on its two sides and the test is exact, moving across an edge leaves one face
//! as it enters the other.
//!
//! **Exactness.** A query is rounded once to the lattice of 1e-9° (0.1 mm); boundaries lie on the lattice of
//! 1e-6°. From there on all is integer arithmetic, in 128 bits where an edge's box holds the point.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

pub use super::grid::Grid;
use crate::geometry::arcs::{ArcRef, Arcs, Parts};
use crate::geometry::lattice::{Bounds, Vertex};
use crate::geometry::planar::NOBODY;

/// A position of a query, in steps of 1e-9°.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    x: i64,
    y: i64,
}

/// Query steps in one lattice step.
const FINER: i64 = Position::FINER;

/// Added and taken away again, it leaves the nearest whole number of what is far below 2^51: in doubles of this size
/// steps are one. `round` is a call on processors of before 2008, for which we are compiled too.
const TO_WHOLE: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52

impl Position {
    /// Query steps in one lattice step.
    pub(super) const FINER: i64 = 1000;

    /// A position from WGS84 degrees, or `None` outside ±180° / ±90° or where a value is not finite.
    #[must_use]
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Self> {
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)] // at most 180e9
        let step = |v: f64| ((v * 1e9 + TO_WHOLE) - TO_WHOLE) as i64;
        Some(Self {
            x: step(lon),
            y: step(lat),
        })
    }

    /// Steps eastwards of Greenwich.
    pub(super) fn x(self) -> i64 {
        self.x
    }

    /// Steps northwards of the equator.
    pub(super) fn y(self) -> i64 {
        self.y
    }

    /// Whole lattice steps from the corner of the earth at 180° west, 90° south.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // on the earth, by `from_degrees`
    pub(super) fn steps_from_corner(self) -> (u32, u32) {
        let steps = |v: i64, origin: i64| ((v + origin * FINER) as u64 / FINER as u64) as u32;
        (steps(self.x, 180_000_000), steps(self.y, 90_000_000))
    }

    /// In lattice steps, for boxes. Rounding is monotone: a point in a closed box stays in it.
    #[allow(clippy::cast_precision_loss)] // under 2^53
    fn in_steps(self) -> [f64; 2] {
        [self.x as f64 / 1e3, self.y as f64 / 1e3]
    }
}

/// (part, face) with its box.
type PartBox = GeomWithData<Rectangle<[f64; 2]>, (u32, u32)>;

/// The R-tree over the parts of all faces, and the cells before it.
#[derive(Debug)]
pub struct PointIndex {
    /// None where it was not asked for, or the coverage is not for it.
    grid: Option<Grid>,
    tree: RTree<PartBox>,
    /// The box around each arc: most arcs of a part are decided by it alone.
    boxes: Vec<Bounds>,
}

impl PointIndex {
    /// Indexes the parts of a coverage.
    #[must_use]
    pub fn new(arcs: &Arcs, parts: &Parts) -> Self {
        let boxes: Vec<Bounds> = (0..arcs.len()).map(|a| arcs.bounds(a)).collect();
        let part_boxes = (0..parts.len()).map(|part| {
            let bounds = parts
                .arcs(part)
                .iter()
                .map(|a| boxes[a.arc()])
                .fold(Bounds::EMPTY, Bounds::union);
            let corner = |v: Vertex| [f64::from(v.x), f64::from(v.y)];
            let rectangle = Rectangle::from_corners(corner(bounds.min), corner(bounds.max));
            #[allow(clippy::cast_possible_truncation)] // some 35,000 parts
            PartBox::new(rectangle, (part as u32, parts.face(part)))
        });
        let tree = RTree::bulk_load(part_boxes.collect());
        Self {
            grid: None,
            tree,
            boxes,
        }
    }

    /// The boxes around all parts, in degrees: west, south, east, north.
    pub fn boxes(&self) -> impl Iterator<Item = [f64; 4]> {
        self.corners()
            .map(|corners| corners.map(|steps| steps / 1e6))
    }

    /// The same in lattice steps.
    fn corners(&self) -> impl Iterator<Item = [f64; 4]> {
        self.tree.iter().map(|part| {
            let (min, max) = (part.geom().lower(), part.geom().upper());
            [min[0], min[1], max[0], max[1]]
        })
    }

    /// The same with cells before the tree, for a coverage of so many faces; without them where they would be too many.
    #[must_use]
    pub fn with_cells(self, arcs: &Arcs, faces: usize) -> Self {
        let grid = self.labels(arcs, faces, |face| face);
        Self { grid, ..self }
    }

    /// Cells for so many labels of faces, [`NOBODY`] for none, without borders between faces of one label: a look-up by
    /// them finds the label. `None` where they would be too many.
    #[must_use]
    pub fn labels(&self, arcs: &Arcs, count: usize, label: impl Fn(u32) -> u32) -> Option<Grid> {
        Grid::new(arcs, count, label, self.corners())
    }

    /// The face that holds the position, by the boundary rule. No allocation, no lock.
    #[must_use]
    pub fn face_at(&self, arcs: &Arcs, parts: &Parts, position: Position) -> Option<u32> {
        match self.grid.as_ref().and_then(|grid| grid.face_at(position)) {
            Some(NOBODY) => None,
            Some(face) => Some(face),
            None => self.face_by_tree(arcs, parts, position),
        }
    }

    /// The faces that hold so many positions, as [`Self::face_at`] finds them one by one, several times as fast
    /// where they lie far apart. No allocation, no lock. Positions beyond the shorter of the two slices are left.
    pub fn faces_at(
        &self,
        arcs: &Arcs,
        parts: &Parts,
        positions: &[Position],
        faces: &mut [Option<u32>],
    ) {
        faces.fill(None);
        if let Some(grid) = &self.grid {
            grid.faces_at(positions, faces);
        }
        for (face, position) in faces.iter_mut().zip(positions) {
            *face = match *face {
                Some(NOBODY) => None,
                Some(face) => Some(face),
                None => self.face_by_tree(arcs, parts, *position),
            };
        }
    }

    /// The same by the R-tree alone.
    #[must_use]
    pub fn face_by_tree(&self, arcs: &Arcs, parts: &Parts, position: Position) -> Option<u32> {
        let point = position.in_steps();
        self.tree
            .locate_in_envelope_intersecting(AABB::from_point(point))
            .find(|b| self.holds(arcs, parts.arcs(b.data.0 as usize), position))
            .map(|b| b.data.1)
    }

    /// Bytes that the cells hold.
    #[must_use]
    pub fn grid_bytes(&self) -> usize {
        self.grid.as_ref().map_or(0, Grid::bytes)
    }

    /// Whether a ray due east crosses the arcs an odd number of times.
    fn holds(&self, arcs: &Arcs, boundary: &[ArcRef], p: Position) -> bool {
        let mut inside = false;
        for arc in boundary {
            let arc = arc.arc();
            let bounds = self.boxes[arc];
            let (min, max) = (bounds.min, bounds.max);
            if p.y < i64::from(min.y) * FINER
                || p.y >= i64::from(max.y) * FINER
                || p.x >= i64::from(max.x) * FINER
            {
                continue; // no edge has an end on each side of the ray, or none crosses east of p
            }
            let vertices = arcs.vertices(arc);
            let north = |v: Vertex| i64::from(v.y) * FINER > p.y;
            if p.x < i64::from(min.x) * FINER {
                // The whole arc lies to the east: only its ends count.
                inside ^= north(vertices[0]) != north(vertices[vertices.len() - 1]);
            } else {
                for w in vertices.windows(2) {
                    inside ^= north(w[0]) != north(w[1]) && crosses_east(w[0], w[1], p);
                }
            }
        }
        inside
    }
}

/// Whether an edge with one end north of the ray crosses it strictly east of `p`.
fn crosses_east(a: Vertex, b: Vertex, p: Position) -> bool {
    let (ax, ay) = (i64::from(a.x) * FINER, i64::from(a.y) * FINER);
    let (bx, by) = (i64::from(b.x) * FINER, i64::from(b.y) * FINER);
    if p.x < ax.min(bx) {
        return true;
    }
    if p.x >= ax.max(bx) {
        return false;
    }
    let turn =
        i128::from(bx - ax) * i128::from(p.y - ay) - i128::from(by - ay) * i128::from(p.x - ax);
    // West of an edge is its left where it runs north, its right where it runs south.
    if by > ay { turn > 0 } else { turn < 0 }
}
