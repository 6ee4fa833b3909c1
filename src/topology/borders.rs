//! The borders of one level at one zoom, by cell: what a tile is drawn from.

use std::ops::Range;

use super::generalisation::Generalisation;
use super::join::{self, Line};
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Vertex;
use crate::geometry::planar::NOBODY;
use crate::geometry::tiling::{Cell, Tiling};

/// Borders cut at the lines of a tiling and sorted by cell.
#[derive(Debug)]
pub struct Borders {
    tiling: Tiling,
    /// Cells that hold a border, by row and column, with the first of their pieces.
    cells: Vec<(Cell, u32)>,
    pieces: Vec<Piece>,
    /// Relative to the corner of their cell: cells are at most 2^12 wide.
    vertices: Vec<(i16, i16)>,
}

/// A stretch of border in one cell: first vertex, labels left and right. It ends where the next begins.
#[derive(Clone, Copy, Debug)]
struct Piece {
    first: u32,
    left: u32,
    right: u32,
}

/// A stretch of border within one cell.
pub struct Stretch<'a> {
    /// The label on its left, or [`NOBODY`].
    pub left: u32,
    /// The label on its right, or [`NOBODY`].
    pub right: u32,
    corner: Vertex,
    vertices: &'a [(i16, i16)],
}

impl<'a> Stretch<'a> {
    /// Its vertices, at least two, on the grid of the zoom.
    pub fn vertices(&self) -> impl Iterator<Item = Vertex> + use<'a> {
        let corner = self.corner;
        self.vertices
            .iter()
            .map(move |&(x, y)| Vertex::new(corner.x + i32::from(x), corner.y + i32::from(y)))
    }
}

/// The borders between different labels (`labels` by face) at a zoom, from junction to junction, with the labels on their
/// sides, in tile units.
#[must_use]
pub fn joined(from: &Generalisation, arcs: &Arcs, labels: &[u32], zoom: u8) -> Arcs {
    let label = |face: u32| labels.get(face as usize).copied().unwrap_or(NOBODY);
    let mut lines = Arcs::with_capacity(0);
    from.lines(
        arcs,
        zoom,
        |left, right| label(left) != label(right),
        |vertices, left, right| {
            lines.push(vertices.iter().copied(), label(left), label(right));
        },
    );
    let lines: Vec<Line> = join::lines(&lines).collect();
    join::join(&lines, Tiling::new(zoom))
}

impl Borders {
    /// The borders between different labels (`labels` by face) at a zoom.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // vertices are counted in 32 bits, cells are 2^12 wide
    pub fn new(from: &Generalisation, arcs: &Arcs, labels: &[u32], zoom: u8) -> Self {
        let tiling = Tiling::new(zoom);
        let joined = joined(from, arcs, labels, zoom);
        // Where each piece lies in the joined arcs.
        let mut cut: Vec<(Cell, u32, Range<u32>)> = Vec::new();
        for arc in 0..joined.len() {
            let range = joined.range(arc);
            let mut start = range.start;
            for end in range.start + 1..range.end {
                let v = joined.all_vertices()[end];
                if end + 1 == range.end || tiling.is_on_line(v) {
                    let first = &joined.all_vertices()[start..];
                    let cell = tiling.cell_of(first[0], first[1]);
                    cut.push((cell, arc as u32, start as u32..end as u32 + 1));
                    start = end;
                }
            }
        }
        cut.sort_by_key(|c| (c.0, c.2.start));
        let mut borders = Self {
            tiling,
            cells: Vec::new(),
            pieces: Vec::with_capacity(cut.len() + 1),
            vertices: Vec::with_capacity(joined.vertex_count() + cut.len()),
        };
        for (cell, arc, range) in cut {
            if borders.cells.last().is_none_or(|c| c.0 != cell) {
                borders.cells.push((cell, borders.pieces.len() as u32));
            }
            let (left, right) = joined.sides(arc as usize);
            let first = borders.vertices.len() as u32;
            borders.pieces.push(Piece { first, left, right });
            let corner = tiling.corner(cell);
            let vertices = &joined.all_vertices()[range.start as usize..range.end as usize];
            borders.vertices.extend(
                vertices
                    .iter()
                    .map(|v| ((v.x - corner.x) as i16, (v.y - corner.y) as i16)),
            );
        }
        borders.vertices.shrink_to_fit();
        borders
    }

    /// The stretches in the window of the tile in column `column` from 0° eastwards and row `row` from 0° northwards,
    /// in the same order at every call.
    pub fn in_window(&self, column: i32, row: i32) -> impl Iterator<Item = Stretch<'_>> {
        (2 * row..=2 * row + 2).flat_map(move |row| {
            let at = |column: i32| self.cells.partition_point(|c| c.0 < Cell { row, column });
            let cells = at(2 * column)..at(2 * column + 3);
            cells.flat_map(move |c| self.in_cell(c))
        })
    }

    /// The label at the middle of the left border of that tile's window, seen from inside: what the last border
    /// west of there has on its eastern side.
    #[must_use]
    pub fn label_west_of(&self, column: i32, row: i32) -> u32 {
        let wanted = Cell {
            row: 2 * row + 1,
            column: 2 * column,
        };
        let end = self.cells.partition_point(|c| c.0 < wanted);
        let cells = (0..end)
            .rev()
            .take_while(|&c| self.cells[c].0.row == wanted.row);
        let mut crossings = cells.filter_map(|c| self.last_crossing(c));
        crossings.next().unwrap_or(NOBODY)
    }

    /// What lies east of the easternmost border at half the height of a cell, half a step above a grid
    /// line: no vertex is there.
    fn last_crossing(&self, cell: usize) -> Option<u32> {
        let height = f64::from(self.tiling.half_height()) + 0.5;
        let mut last: Option<(f64, u32)> = None;
        for stretch in self.in_cell(cell) {
            for w in stretch.vertices.windows(2) {
                let [(x, y), (to_x, to_y)] =
                    [w[0], w[1]].map(|(x, y)| (f64::from(x), f64::from(y)));
                if (y < height) == (to_y < height) {
                    continue;
                }
                // Two borders that do not meet here are farther apart than doubles can err: both are fractions with
                // denominators below 2^13.
                let at = x + (height - y) * (to_x - x) / (to_y - y);
                if last.is_none_or(|l| l.0 < at) {
                    last = Some((
                        at,
                        if to_y > y {
                            stretch.right
                        } else {
                            stretch.left
                        },
                    ));
                }
            }
        }
        last.map(|l| l.1)
    }

    fn in_cell(&self, cell: usize) -> impl Iterator<Item = Stretch<'_>> {
        let (at, first) = self.cells[cell];
        let last = self
            .cells
            .get(cell + 1)
            .map_or(self.pieces.len(), |c| c.1 as usize);
        let corner = self.tiling.corner(at);
        (first as usize..last).map(move |p| {
            let Piece { first, left, right } = self.pieces[p];
            let end = self
                .pieces
                .get(p + 1)
                .map_or(self.vertices.len(), |p| p.first as usize);
            Stretch {
                left,
                right,
                corner,
                vertices: &self.vertices[first as usize..end],
            }
        })
    }
}
