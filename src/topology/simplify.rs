//! From which zoom on each vertex of each arc is drawn: simplification done once, shared by all levels.
//!
//! Vertices go one by one, each time the one without which the line would lie least far from the full one, until
//! that would be farther than the tolerance: repeated elimination as Visvalingam & Whyatt have it (« Line
//! generalisation by repeated elimination of points », 1993), but by distance, not by area, so that the
//! tolerance bounds how far a border is drawn from its place. An area does not: a long
//! thin spit has little of it. A vertex only goes where its triangle with its two neighbours holds no other vertex
//! left, so that arcs never cross (as in GEOS's CoverageSimplifier): what is left at any moment is the same planar
//! coverage. And elimination goes zoom by zoom from the finest, so that one pass serves all zooms.
//!
//! ```text
//!        b                       b is near a c, and the triangle empty:
//!      /   \        ->  a───c    b goes; with another arc's vertex inside it stays
//!    a       c
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

use foldhash::{HashMap, HashMapExt};

use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::{Bounds, Vertex, orient};
use crate::geometry::mercator;
use crate::geometry::threads;

/// The finest zoom of tiles.
pub const MAX_ZOOM: u8 = 14;

/// How far a drawn border may lie from the true one for having lost vertices, in tile units of 1/4096 tile:
/// a seventh of a pixel where a tile is drawn 512 pixels wide.
pub const TOLERANCE: f64 = 1.125;

/// For each vertex of the arcs, the first zoom that draws it.
#[derive(Debug)]
pub struct Ranks {
    pub(super) first_zoom: Vec<u8>,
    /// Fine-grid positions of all vertices, arc after arc; projected when first asked for.
    positions: OnceLock<Vec<Vertex>>,
}

impl Ranks {
    pub(super) const fn new(first_zoom: Vec<u8>) -> Self {
        Self {
            first_zoom,
            positions: OnceLock::new(),
        }
    }

    /// The fine-grid positions of all vertices of the arcs that were ranked.
    pub(super) fn positions(&self, arcs: &Arcs) -> &[Vertex] {
        self.positions.get_or_init(|| positions(arcs))
    }

    /// The positions of one arc drawn at a zoom, ends included.
    pub fn arc<'a>(
        &'a self,
        arcs: &Arcs,
        arc: usize,
        zoom: u8,
    ) -> impl Iterator<Item = Vertex> + use<'a> {
        let positions = self.positions(arcs);
        arcs.range(arc)
            .filter(move |&i| self.first_zoom[i] <= zoom)
            .map(|i| positions[i])
    }
}

const DEAD: u32 = u32::MAX;

/// All vertices of the arcs on the fine grid.
fn positions(arcs: &Arcs) -> Vec<Vertex> {
    threads::map(arcs.all_vertices(), |&v| mercator::project(v))
}

/// Ranks all vertices of the arcs.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // vertices are counted in 32 bits
pub fn rank(arcs: &Arcs) -> Ranks {
    let positions = positions(arcs);
    let mut lines = Lines::new(arcs);
    let mut first_zoom = vec![0; positions.len()];
    for zoom in (0..=MAX_ZOOM).rev() {
        // On the fine grid.
        let tolerance = TOLERANCE * f64::from(1_u32 << mercator::unit_bits(zoom));
        let removed = eliminate(&positions, &mut lines, tolerance * tolerance, zoom);
        for v in removed {
            first_zoom[v as usize] = zoom + 1;
        }
    }
    Ranks::new(first_zoom)
}

/// The arcs as doubly linked lists of the vertices left.
struct Lines {
    before: Vec<u32>,
    after: Vec<u32>,
    /// How many vertices the arc of a vertex may still lose, by arc.
    spare: Vec<u32>,
    arc_of: Vec<u32>,
    /// Vertices left, interior ones and ends.
    left: Vec<u32>,
}

#[allow(clippy::cast_possible_truncation)]
impl Lines {
    fn new(arcs: &Arcs) -> Self {
        let count = arcs.vertex_count();
        let mut before: Vec<u32> = (0..count as u32).map(|v| v.wrapping_sub(1)).collect();
        let mut after: Vec<u32> = (1..=count as u32).collect();
        let mut arc_of = vec![0; count];
        let mut spare = Vec::with_capacity(arcs.len());
        for arc in 0..arcs.len() {
            let range = arcs.range(arc);
            arc_of[range.clone()].fill(arc as u32);
            before[range.start] = DEAD;
            after[range.end - 1] = DEAD;
            let vertices = arcs.vertices(arc);
            // A closed arc keeps a triangle.
            let keep = if vertices.first() == vertices.last() {
                4
            } else {
                2
            };
            spare.push((vertices.len() as u32).saturating_sub(keep));
        }
        Self {
            before,
            after,
            spare,
            arc_of,
            left: (0..count as u32).collect(),
        }
    }

    fn is_interior(&self, v: u32) -> bool {
        self.before[v as usize] != DEAD && self.after[v as usize] != DEAD
    }

    fn remove(&mut self, v: u32) -> (u32, u32) {
        let (a, c) = (self.before[v as usize], self.after[v as usize]);
        self.after[a as usize] = c;
        self.before[c as usize] = a;
        self.before[v as usize] = DEAD;
        self.after[v as usize] = DEAD;
        self.spare[self.arc_of[v as usize] as usize] -= 1;
        (a, c)
    }
}

/// Squared distance between a position and an edge.
fn squared_distance(a: Vertex, b: Vertex, p: Vertex) -> f64 {
    let (dx, dy) = (f64::from(b.x - a.x), f64::from(b.y - a.y));
    let (px, py) = (f64::from(p.x - a.x), f64::from(p.y - a.y));
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 {
        ((px * dx + py * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (px - t * dx, py - t * dy);
    ex * ex + ey * ey
}

/// Removes vertices as long as no position of the full arc lies farther than the tolerance (squared, fine
/// grid) from the edge drawn instead.
fn eliminate(positions: &[Vertex], lines: &mut Lines, tolerance: f64, zoom: u8) -> Vec<u32> {
    // The farthest that any vertex of the full arc would lie from the edge that stays when `v` goes.
    let deviation = |lines: &Lines, v: u32| {
        let (a, c) = (lines.before[v as usize], lines.after[v as usize]);
        let (from, to) = (positions[a as usize], positions[c as usize]);
        positions[a as usize + 1..c as usize]
            .iter()
            .map(|&p| squared_distance(from, to, p))
            .fold(0.0, f64::max)
    };
    let mut grid = Grid::new(positions, &lines.left, mercator::unit_bits(zoom) + 4);
    // Distances are not negative: their bits sort as they do.
    let mut heap: BinaryHeap<Reverse<(u64, u32)>> = lines
        .left
        .iter()
        .filter(|&&v| lines.is_interior(v))
        .map(|&v| (deviation(lines, v), v))
        .filter(|e| e.0 <= tolerance)
        .map(|(d, v)| Reverse((d.to_bits(), v)))
        .collect();
    let mut removed = Vec::new();
    while let Some(Reverse((distance, v))) = heap.pop() {
        // Gone already, or its neighbours changed since: then its current distance is in the heap too.
        if !lines.is_interior(v) || deviation(lines, v).to_bits() != distance {
            continue;
        }
        if lines.spare[lines.arc_of[v as usize] as usize] == 0 {
            continue;
        }
        let (a, c) = (lines.before[v as usize], lines.after[v as usize]);
        let corners = [a, v, c].map(|i| positions[i as usize]);
        if grid.holds_vertex(positions, corners) {
            continue;
        }
        lines.remove(v);
        grid.remove(positions, v);
        removed.push(v);
        for n in [a, c] {
            if lines.is_interior(n) {
                let distance = deviation(lines, n);
                if distance <= tolerance {
                    heap.push(Reverse((distance.to_bits(), n)));
                }
            }
        }
    }
    removed.sort_unstable();
    lines.left.retain(|v| removed.binary_search(v).is_err());
    removed
}

/// The vertices left, by square cell: sorted by cell, a cell's vertices side by side.
struct Grid {
    bits: u32,
    vertices: Vec<u32>,
    /// Start and number of vertices left of each cell.
    cells: HashMap<u64, (u32, u32)>,
}

#[allow(clippy::cast_possible_truncation)] // vertices are counted in 32 bits
impl Grid {
    fn new(positions: &[Vertex], left: &[u32], bits: u32) -> Self {
        use rayon::prelude::*;
        let cell = |v: u32| cell_of(positions[v as usize], bits);
        let mut vertices = left.to_vec();
        vertices.par_sort_unstable_by_key(|&v| (cell(v), v));
        let mut cells = HashMap::with_capacity(left.len() / 8);
        let mut start = 0;
        for same in vertices.chunk_by(|&v, &w| cell(v) == cell(w)) {
            cells.insert(cell(same[0]), (start, same.len() as u32));
            start += same.len() as u32;
        }
        Self {
            bits,
            vertices,
            cells,
        }
    }

    fn remove(&mut self, positions: &[Vertex], v: u32) {
        let Some((start, count)) = self
            .cells
            .get_mut(&cell_of(positions[v as usize], self.bits))
        else {
            return;
        };
        let cell = &mut self.vertices[*start as usize..(*start + *count) as usize];
        if let Some(at) = cell.iter().position(|&w| w == v) {
            cell.swap(at, cell.len() - 1);
            *count -= 1;
        }
    }

    /// Whether a vertex other than the corners lies in the closed triangle.
    fn holds_vertex(&self, positions: &[Vertex], corners: [Vertex; 3]) -> bool {
        let bounds = Bounds::of(&corners);
        let (low, high) = (bounds.min, bounds.max);
        (low.x >> self.bits..=high.x >> self.bits).any(|x| {
            (low.y >> self.bits..=high.y >> self.bits).any(|y| {
                self.cells
                    .get(&Vertex::new(x, y).key())
                    .is_some_and(|&(start, count)| {
                        self.vertices[start as usize..(start + count) as usize]
                            .iter()
                            .any(|&v| {
                                let p = positions[v as usize];
                                !corners.contains(&p) && in_triangle(corners, p)
                            })
                    })
            })
        })
    }
}

fn cell_of(v: Vertex, bits: u32) -> u64 {
    Vertex::new(v.x >> bits, v.y >> bits).key()
}

fn in_triangle([a, b, c]: [Vertex; 3], p: Vertex) -> bool {
    let turns = [orient(a, b, p), orient(b, c, p), orient(c, a, p)];
    !(turns.iter().any(|t| *t > 0) && turns.iter().any(|t| *t < 0))
        && Bounds::of(&[a, b, c]).contains(&Bounds::of(&[p]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::coverage::Coverage;
    use crate::topology::cut::cut;

    /// A square of two degrees with a finely jagged border between its two halves.
    fn jagged() -> Arcs {
        let border: Vec<Vertex> = (0..=400)
            .map(|i| Vertex::new(1_000_000 + (i % 2) * 300, i * 5_000))
            .collect();
        let mut coverage = Coverage::default();
        let corner = |x, y| Vertex::new(x, y);
        coverage.push_ring(
            [corner(0, 0)]
                .into_iter()
                .chain(border.clone())
                .chain([corner(0, 2_000_000)]),
        );
        coverage.end_polygon();
        coverage.end_face();
        coverage.push_ring(
            border
                .into_iter()
                .rev()
                .chain([corner(2_000_000, 0), corner(2_000_000, 2_000_000)]),
        );
        coverage.end_polygon();
        coverage.end_face();
        cut(&coverage).unwrap().0
    }

    #[test]
    fn small_jags_go_at_low_zooms_and_stay_at_high_ones() {
        let arcs = jagged();
        let ranks = rank(&arcs);
        let shared = (0..arcs.len())
            .max_by_key(|&a| arcs.vertices(a).len())
            .unwrap();
        assert_eq!(ranks.arc(&arcs, shared, 0).count(), 2);
        assert_eq!(ranks.arc(&arcs, shared, MAX_ZOOM).count(), 401);
        let counts: Vec<usize> = (0..=MAX_ZOOM)
            .map(|z| ranks.arc(&arcs, shared, z).count())
            .collect();
        assert!(counts.is_sorted(), "{counts:?}");
    }
}
