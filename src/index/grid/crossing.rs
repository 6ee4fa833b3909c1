//! The edges of a coverage, and the cells that they cross.

use super::block::NONE;
use super::cell::{CELL_BITS, Cell};
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Vertex;
use crate::geometry::planar::NOBODY;

/// An edge of the coverage, its lower end first, as steps from the corner of the earth at 180° west, 90° south.
#[derive(Clone, Copy)]
pub(super) struct Rising {
    pub(super) low: (u32, u32),
    pub(super) high: (u32, u32),
    pub(super) west: u16,
    pub(super) east: u16,
}

/// Where an edge crosses a cell, sorted by row, then by column.
///
/// Bits, the highest first: row (17), column (17), whether the edge goes on to the next column (1), edge (29).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossing(u64);

/// So many edges can be numbered in a [`Crossing`].
pub(super) const MAX_EDGES: usize = 1 << 29;

impl Crossing {
    fn new(cell: Cell, goes_on: bool, edge: usize) -> Self {
        Self(
            u64::from(cell.row) << 47
                | u64::from(cell.column) << 30
                | u64::from(goes_on) << 29
                | edge as u64,
        )
    }

    #[allow(clippy::cast_possible_truncation)] // 17 bits
    pub(super) fn cell(self) -> Cell {
        Cell {
            row: (self.0 >> 47) as u32,
            column: ((self.0 >> 30) & ((1 << 17) - 1)) as u32,
        }
    }

    pub(super) fn goes_on(self) -> bool {
        self.0 >> 29 & 1 == 1
    }

    #[allow(clippy::cast_possible_truncation)] // 29 bits
    pub(super) fn edge(self) -> usize {
        (self.0 & ((1 << 29) - 1)) as usize
    }
}

/// All edges of a coverage between faces of different labels.
#[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation)] // on the earth; faces are few, by the caller
pub(super) fn rising(arcs: &Arcs, label: impl Fn(u32) -> u32) -> Vec<Rising> {
    let corner = |v: Vertex| ((v.x + 180_000_000) as u32, (v.y + 90_000_000) as u32);
    let code = |face: u32| match face {
        NOBODY => NONE,
        face => match label(face) {
            NOBODY => NONE,
            label => label as u16,
        },
    };
    let mut edges = Vec::with_capacity(arcs.vertex_count());
    for arc in 0..arcs.len() {
        let (left, right) = arcs.sides(arc);
        let (left, right) = (code(left), code(right));
        if left == right {
            continue;
        }
        for pair in arcs.vertices(arc).windows(2) {
            let (a, b) = (corner(pair[0]), corner(pair[1]));
            // Left of an edge that rises is its west.
            edges.push(if a.1 <= b.1 {
                Rising {
                    low: a,
                    high: b,
                    west: left,
                    east: right,
                }
            } else {
                Rising {
                    low: b,
                    high: a,
                    west: right,
                    east: left,
                }
            });
        }
    }
    edges
}

/// The cells that an edge crosses; of cells it only touches, some too.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between the edge's ends
pub(super) fn crossed(edge: &Rising, number: usize) -> impl Iterator<Item = Crossing> + use<> {
    let (low, high) = (edge.low, edge.high);
    // Of a row the bottom belongs to it, the top does not.
    let last = high.1.max(low.1 + 1) - 1;
    let rows = low.1 >> CELL_BITS.1..=last >> CELL_BITS.1;
    rows.flat_map(move |row| {
        let x_at = |y: u32, up: bool| {
            let (run, rise) = (
                i64::from(high.0) - i64::from(low.0),
                i64::from(high.1 - low.1),
            );
            let climbed = run * i64::from(y - low.1);
            let x = if up {
                -(-climbed).div_euclid(rise)
            } else {
                climbed.div_euclid(rise)
            };
            (i64::from(low.0) + x) as u32
        };
        let bottom = low.1.max(row << CELL_BITS.1);
        let top = high.1.min((row + 1) << CELL_BITS.1);
        let (from, to) = if high.1 == low.1 {
            (low.0.min(high.0), low.0.max(high.0))
        } else if low.0 <= high.0 {
            (x_at(bottom, false), x_at(top, true))
        } else {
            (x_at(top, false), x_at(bottom, true))
        };
        let columns = from >> CELL_BITS.0..=to >> CELL_BITS.0;
        let end = *columns.end();
        columns.map(move |column| Crossing::new(Cell { column, row }, column < end, number))
    })
}
