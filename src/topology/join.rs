//! Lines that meet end to end, joined into arcs from junction to junction.

use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::{Vertex, along, orient};
use crate::geometry::numbering::Numbering;
use crate::geometry::tiling::Tiling;

/// A stretch of border with what lies left and right of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// At least two vertices; a closed line ends at its first.
    pub(super) vertices: &'a [Vertex],
    pub(super) left: u32,
    pub(super) right: u32,
}

/// Arcs as lines.
pub(super) fn lines(arcs: &Arcs) -> impl Iterator<Item = Line<'_>> {
    (0..arcs.len()).map(|a| {
        let (left, right) = arcs.sides(a);
        let vertices = arcs.vertices(a);
        Line {
            vertices,
            left,
            right,
        }
    })
}

/// Joins lines at vertices where exactly two ends meet. Of vertices in the middle of a straight run only
/// those on lines of the tiling are kept: tiles are cut there. Arcs with one face on their left come in the
/// order of their first line.
#[allow(clippy::cast_possible_truncation)] // lines are counted in 32 bits
pub(super) fn join(lines: &[Line], tiling: Tiling) -> Arcs {
    let mut numbering = Numbering::new(lines.len() * 2);
    let ends: Vec<(u32, u32)> = lines
        .iter()
        .map(|l| {
            let n = l.vertices.len();
            (
                numbering.number(l.vertices[0]),
                numbering.number(l.vertices[n - 1]),
            )
        })
        .collect();
    let ends_at = Stars::new(&ends, numbering.vertices.len());
    let mut used = vec![false; lines.len()];
    let mut arcs = Arcs::with_capacity(lines.iter().map(|l| l.vertices.len()).sum());
    let mut path: Vec<Vertex> = Vec::new();
    // From junctions first; what is left are rings without one.
    for rings in [false, true] {
        for first in 0..lines.len() {
            for forward in [true, false] {
                let start = if forward {
                    ends[first].0
                } else {
                    ends[first].1
                };
                if used[first] || !(rings || ends_at.at(start).len() != 2) {
                    continue;
                }
                path.clear();
                path.push(numbering.vertices[start as usize]);
                let (mut line, mut at) = (first, start);
                loop {
                    used[line] = true;
                    let vertices = lines[line].vertices;
                    let inner = &vertices[1..vertices.len() - 1];
                    if ends[line].0 == at {
                        at = ends[line].1;
                        path.extend(inner);
                    } else {
                        at = ends[line].0;
                        path.extend(inner.iter().rev());
                    }
                    path.push(numbering.vertices[at as usize]);
                    let star = ends_at.at(at);
                    if star.len() != 2 || at == start {
                        break;
                    }
                    line = (if star[0] as usize == line {
                        star[1]
                    } else {
                        star[0]
                    }) as usize;
                }
                if rings {
                    // Before straight runs are thinned: the least vertex is a corner.
                    from_least(&mut path);
                }
                straighten(&mut path, tiling);
                let Line { left, right, .. } = lines[first];
                let (left, right) = if forward {
                    (left, right)
                } else {
                    (right, left)
                };
                arcs.push(path.iter().copied(), left, right);
            }
        }
    }
    arcs.shrink();
    arcs
}

/// Which lines end at each vertex.
struct Stars {
    starts: Vec<u32>,
    lines: Vec<u32>,
}

#[allow(clippy::cast_possible_truncation)] // lines are counted in 32 bits
impl Stars {
    fn new(ends: &[(u32, u32)], vertices: usize) -> Self {
        let mut starts = vec![0_u32; vertices + 1];
        for &(a, b) in ends {
            starts[a as usize + 1] += 1;
            starts[b as usize + 1] += 1;
        }
        for i in 0..vertices {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut lines = vec![0_u32; ends.len() * 2];
        for (i, &(a, b)) in ends.iter().enumerate() {
            for v in [a, b] {
                lines[next[v as usize] as usize] = i as u32;
                next[v as usize] += 1;
            }
        }
        Self { starts, lines }
    }

    fn at(&self, vertex: u32) -> &[u32] {
        let v = vertex as usize;
        &self.lines[self.starts[v] as usize..self.starts[v + 1] as usize]
    }
}

/// Takes out the vertices on straight runs, but for those on lines of the tiling.
pub(super) fn straighten(path: &mut Vec<Vertex>, tiling: Tiling) {
    let mut kept = 0;
    for i in 0..path.len() {
        let v = path[i];
        if kept > 1 {
            let (a, b) = (path[kept - 2], path[kept - 1]);
            let straight = orient(a, b, v) == 0 && along(b, a, v) < 0;
            if straight && !tiling.is_on_line(b) {
                kept -= 1;
            }
        }
        path[kept] = v;
        kept += 1;
    }
    path.truncate(kept);
}

/// Turns a closed path so that it starts, and ends, at its least vertex: one ring, one path.
pub(super) fn from_least(path: &mut Vec<Vertex>) {
    path.pop();
    if let Some(least) = (0..path.len()).min_by_key(|&i| path[i]) {
        path.rotate_left(least);
    }
    path.extend(path.first().copied());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(i32, i32)]) -> Vec<Vertex> {
        points.iter().map(|&(x, y)| Vertex::new(x, y)).collect()
    }

    #[test]
    fn two_lines_become_one_arc_and_its_straight_vertex_goes() {
        let (a, b) = (line(&[(0, 0), (4, 1)]), line(&[(8, 2), (4, 1)]));
        let joined = join(
            &[
                Line {
                    vertices: &a,
                    left: 1,
                    right: 2,
                },
                Line {
                    vertices: &b,
                    left: 2,
                    right: 1,
                },
            ],
            Tiling::new(5),
        );
        assert_eq!(joined.len(), 1);
        assert_eq!(joined.vertices(0), line(&[(0, 0), (8, 2)]));
        assert_eq!(joined.sides(0), (1, 2));
    }

    #[test]
    fn a_ring_in_pieces_starts_at_its_least_vertex() {
        let (a, b) = (
            line(&[(9, 0), (9, 9), (0, 9)]),
            line(&[(0, 9), (0, 0), (9, 0)]),
        );
        let joined = join(
            &[
                Line {
                    vertices: &a,
                    left: 1,
                    right: 2,
                },
                Line {
                    vertices: &b,
                    left: 1,
                    right: 2,
                },
            ],
            Tiling::new(5),
        );
        assert_eq!(
            joined.vertices(0),
            line(&[(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)])
        );
    }

    #[test]
    fn vertices_on_lines_stay() {
        let tiling = Tiling::new(5);
        let mut path = line(&[(4000, 5), (4032, 5), (4100, 5), (4160, 5), (4200, 5)]);
        straighten(&mut path, tiling);
        assert_eq!(path, line(&[(4000, 5), (4032, 5), (4160, 5), (4200, 5)]));
    }
}
