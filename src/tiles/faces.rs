//! The faces of a small planar graph: from labelled lines to the polygons between them.
//!
//! Around every vertex the lines are sorted by angle; a face is walked by leaving each vertex by the next line
//! clockwise from the one arrived by. That gives rings that are simple but where a face touches itself at a
//! vertex: there they are cut (OGC 06-103r4 wants rings that do not touch themselves).

use crate::geometry::lattice::{Bounds, Vertex, compare_angle};
use crate::geometry::numbering::Numbering;
use crate::geometry::planar::NOBODY;
use crate::geometry::ring;

/// Lines with a label on their left and on their right.
#[derive(Default)]
pub struct Lines {
    vertices: Vec<Vertex>,
    /// Where each line ends in `vertices`, its left, its right label.
    lines: Vec<(usize, u32, u32)>,
}

impl Lines {
    /// Adds a line of at least two vertices.
    pub fn push(&mut self, vertices: impl Iterator<Item = Vertex>, left: u32, right: u32) {
        self.vertices.extend(vertices);
        self.lines.push((self.vertices.len(), left, right));
    }

    /// Takes the last line out again.
    pub fn pop(&mut self) {
        self.lines.pop();
        self.vertices.truncate(self.start(self.lines.len()));
    }

    /// The vertices of the last line.
    #[must_use]
    pub fn last(&self) -> &[Vertex] {
        &self.vertices[self.start(self.lines.len().saturating_sub(1))..]
    }

    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).map_or(0, |before| self.lines[before].0)
    }

    fn vertices(&self, line: usize) -> &[Vertex] {
        &self.vertices[self.start(line)..self.lines[line].0]
    }

    /// All lines, with their labels left and right.
    pub fn iter(&self) -> impl Iterator<Item = (&[Vertex], u32, u32)> {
        (0..self.lines.len()).map(|l| (self.vertices(l), self.lines[l].1, self.lines[l].2))
    }
}

/// Two labels on one side of a vertex, or a line that leads nowhere: the lines are the borders of no
/// coverage. Not known to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("les limites ne se referment pas en {}, {}", .0.x, .0.y)]
pub struct Inconsistent(pub Vertex);

/// The polygons of a tile, by label.
#[derive(Debug, Default)]
pub struct Cover {
    vertices: Vec<Vertex>,
    /// Rings by label, each exterior before its holes: end in `vertices`, label, whether it is an exterior.
    rings: Vec<Ring>,
}

#[derive(Clone, Copy, Debug)]
struct Ring {
    start: usize,
    end: usize,
    label: u32,
    /// Twice the area: positive for exteriors.
    area: i64,
}

impl Cover {
    /// The features with their label, ascending; each as its rings, exteriors with positive area (by the surveyor's
    /// formula) and after each its holes. Rings are open: the last vertex joins the first.
    pub fn features(
        &self,
    ) -> impl Iterator<Item = (u32, impl Iterator<Item = (bool, &[Vertex])> + Clone)> {
        self.rings.chunk_by(|a, b| a.label == b.label).map(|rings| {
            let rings = rings.iter();
            (
                rings.as_slice()[0].label,
                rings.map(|r| (r.area > 0, &self.vertices[r.start..r.end])),
            )
        })
    }

    /// Whether nothing is shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rings.is_empty()
    }
}

/// Walks the faces between lines.
///
/// # Errors
/// [`Inconsistent`], with a vertex.
#[allow(clippy::cast_possible_truncation)] // a tile's lines are counted in 32 bits
pub fn walk(lines: &Lines) -> Result<Cover, Inconsistent> {
    let graph = Graph::new(lines);
    let mut cover = Cover {
        vertices: Vec::with_capacity(lines.vertices.len() * 2),
        rings: Vec::with_capacity(lines.lines.len()),
    };
    let halves = lines.lines.len() * 2;
    let mut used = vec![false; halves];
    // The walk that last came to a vertex, to notice a face that touches itself.
    let mut seen = vec![u32::MAX; graph.count];
    let mut circuit: Vec<u32> = Vec::new();
    for start in 0..halves {
        let label = graph.left(start as u32);
        if used[start] || label == NOBODY {
            continue;
        }
        circuit.clear();
        let mut touches = false;
        let mut at = start as u32;
        loop {
            used[at as usize] = true;
            circuit.push(at);
            let from = graph.from(at) as usize;
            touches |= seen[from] == start as u32;
            seen[from] = start as u32;
            at = graph.next[at as usize];
            if at as usize == start {
                break;
            }
            if used[at as usize] || graph.left(at) != label {
                return Err(Inconsistent(graph.vertices[graph.from(at) as usize]));
            }
        }
        if touches {
            for part in graph.simple(&circuit) {
                cover.push(&graph, &part, label);
            }
        } else {
            cover.push(&graph, &circuit, label);
        }
    }
    cover.nest()?;
    Ok(cover)
}

impl Cover {
    fn push(&mut self, graph: &Graph, circuit: &[u32], label: u32) {
        let start = self.vertices.len();
        for &half in circuit {
            let vertices = graph.lines.vertices(half as usize / 2);
            let n = vertices.len();
            // Each without its last vertex, which the next one starts with.
            if half.is_multiple_of(2) {
                self.vertices.extend(&vertices[..n - 1]);
            } else {
                self.vertices.extend(vertices[1..].iter().rev());
            }
        }
        let ring = &self.vertices[start..];
        // A tile's coordinates are below 2^14: the sum of a ring fits 64 bits.
        let area = ring
            .iter()
            .zip(ring.iter().cycle().skip(1))
            .map(|(a, b)| i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y))
            .sum();
        let end = self.vertices.len();
        self.rings.push(Ring {
            start,
            end,
            label,
            area,
        });
    }

    /// Sorts rings by label, each hole after the exterior that it lies in.
    fn nest(&mut self) -> Result<(), Inconsistent> {
        self.rings.sort_by_key(|r| (r.label, r.area < 0));
        let span = |r: &Ring| &self.vertices[r.start..r.end];
        for rings in self.rings.chunk_by_mut(|a, b| a.label == b.label) {
            let shells = rings.partition_point(|r| r.area > 0);
            if shells == rings.len() || shells == 1 {
                continue;
            }
            let boxes: Vec<Bounds> = rings.iter().map(|r| Bounds::of(span(r))).collect();
            // For each ring the place of its exterior: the smallest around it.
            let mut homes: Vec<(usize, bool, Ring)> = Vec::with_capacity(rings.len());
            for (i, ring) in rings.iter().enumerate() {
                let around = |s: &usize| {
                    boxes[*s].contains(&boxes[i]) && ring::encloses(span(&rings[*s]), span(ring))
                };
                let home = if i < shells {
                    i
                } else {
                    let smallest = (0..shells).filter(around).min_by_key(|&s| rings[s].area);
                    smallest.ok_or(Inconsistent(span(ring)[0]))?
                };
                homes.push((home, i >= shells, *ring));
            }
            homes.sort_by_key(|h| (h.0, h.1));
            for (ring, home) in rings.iter_mut().zip(homes) {
                *ring = home.2;
            }
        }
        Ok(())
    }
}

/// Lines as half-edges: `2 l` along line `l`, `2 l + 1` back.
struct Graph<'a> {
    lines: &'a Lines,
    vertices: Vec<Vertex>,
    count: usize,
    /// First and last vertex of each line, by number.
    ends: Vec<(u32, u32)>,
    /// The half-edge that follows each around the face on its left.
    next: Vec<u32>,
}

#[allow(clippy::cast_possible_truncation)] // a tile's lines are counted in 32 bits
impl<'a> Graph<'a> {
    fn new(lines: &'a Lines) -> Self {
        let mut numbering = Numbering::new(lines.lines.len() * 2);
        let ends: Vec<(u32, u32)> = lines
            .iter()
            .map(|(v, _, _)| (numbering.number(v[0]), numbering.number(v[v.len() - 1])))
            .collect();
        let count = numbering.vertices.len();
        let mut graph = Self {
            lines,
            vertices: numbering.vertices,
            count,
            ends,
            next: vec![0; lines.lines.len() * 2],
        };
        graph.link();
        graph
    }

    fn link(&mut self) {
        // Half-edges by the vertex that they leave.
        let halves = self.next.len() as u32;
        let mut starts = vec![0_u32; self.count + 1];
        for half in 0..halves {
            starts[self.from(half) as usize + 1] += 1;
        }
        for v in 0..self.count {
            starts[v + 1] += starts[v];
        }
        let mut slots = starts.clone();
        let mut around = vec![0_u32; halves as usize];
        for half in 0..halves {
            let slot = &mut slots[self.from(half) as usize];
            around[*slot as usize] = half;
            *slot += 1;
        }
        for v in 0..self.count {
            let star = &mut around[starts[v] as usize..starts[v + 1] as usize];
            if star.len() > 2 {
                let o = self.vertices[v];
                star.sort_unstable_by(|&a, &b| {
                    compare_angle(o, self.second(a), self.second(b)).then(a.cmp(&b))
                });
            }
            // Arriving against star[k], the next one clockwise is the one before it.
            for k in 0..star.len() {
                let before = star[if k == 0 { star.len() - 1 } else { k - 1 }];
                self.next[(star[k] ^ 1) as usize] = before;
            }
        }
    }

    fn from(&self, half: u32) -> u32 {
        let ends = self.ends[half as usize / 2];
        if half.is_multiple_of(2) {
            ends.0
        } else {
            ends.1
        }
    }

    /// The vertex after the first.
    fn second(&self, half: u32) -> Vertex {
        let vertices = self.lines.vertices(half as usize / 2);
        if half.is_multiple_of(2) {
            vertices[1]
        } else {
            vertices[vertices.len() - 2]
        }
    }

    fn left(&self, half: u32) -> u32 {
        let (_, left, right) = self.lines.lines[half as usize / 2];
        if half.is_multiple_of(2) { left } else { right }
    }

    /// Cuts a circuit that comes to a vertex twice into circuits that do not.
    fn simple(&self, circuit: &[u32]) -> Vec<Vec<u32>> {
        let mut parts = Vec::new();
        let mut path: Vec<u32> = Vec::with_capacity(circuit.len());
        let mut at: foldhash::HashMap<u32, usize> = foldhash::HashMap::default();
        for &half in circuit {
            at.insert(self.from(half), path.len());
            path.push(half);
            if let Some(&start) = at.get(&self.from(half ^ 1)) {
                let part = path.split_off(start);
                for &p in &part {
                    at.remove(&self.from(p));
                }
                parts.push(part);
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Sided<'a> = (&'a [(i32, i32)], u32, u32);

    fn lines(all: &[Sided]) -> Lines {
        let mut lines = Lines::default();
        for (points, left, right) in all {
            lines.push(
                points.iter().map(|&(x, y)| Vertex::new(x, y)),
                *left,
                *right,
            );
        }
        lines
    }

    fn rings(cover: &Cover) -> Vec<(u32, Vec<(bool, usize)>)> {
        let features = cover.features();
        features
            .map(|(label, rings)| (label, rings.map(|(shell, r)| (shell, r.len())).collect()))
            .collect()
    }

    #[test]
    fn a_square_in_two_halves_is_two_rings() {
        let cover = walk(&lines(&[
            (&[(4, 0), (4, 8)], 1, 2),
            (&[(4, 8), (0, 8), (0, 0), (4, 0)], 1, NOBODY),
            (&[(4, 0), (8, 0), (8, 8), (4, 8)], 2, NOBODY),
        ]))
        .unwrap();
        assert_eq!(rings(&cover), [(1, vec![(true, 4)]), (2, vec![(true, 4)])]);
    }

    #[test]
    fn a_hole_that_touches_the_outer_ring_stays_a_hole() {
        let cover = walk(&lines(&[
            (&[(4, 0), (8, 0), (8, 8), (0, 8), (0, 0), (4, 0)], 1, NOBODY),
            (&[(4, 0), (3, 3), (5, 3), (4, 0)], 1, 2),
        ]))
        .unwrap();
        assert_eq!(
            rings(&cover),
            [(1, vec![(true, 5), (false, 3)]), (2, vec![(true, 3)])]
        );
    }

    #[test]
    fn an_enclave_of_two_islands_goes_to_the_one_around_it() {
        let square = |x: i32, side: i32| {
            [
                (x, x),
                (x + side, x),
                (x + side, x + side),
                (x, x + side),
                (x, x),
            ]
        };
        let cover = walk(&lines(&[
            (&square(20, 6), 1, NOBODY),
            (&square(0, 9), 1, NOBODY),
            (&square(3, 2), 2, 1),
        ]))
        .unwrap();
        assert_eq!(
            rings(&cover),
            [
                (1, vec![(true, 4), (true, 4), (false, 4)]),
                (2, vec![(true, 4)])
            ]
        );
    }

    #[test]
    fn a_line_that_leads_nowhere_is_reported() {
        let open = lines(&[(&[(0, 0), (5, 5)], 1, 2)]);
        assert!(walk(&open).is_err());
    }
}
