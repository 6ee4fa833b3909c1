//! The lines at which tiles are cut, and the cells between them.
//!
//! Every tile shows its square and a buffer around it. The borders of all those windows are lines of the
//! grid; between them lie cells, narrow ones where the buffers of two neighbours overlap and wide ones in
//! the middle of tiles. A coverage whose edges have a vertex wherever they cross a line falls into cells,
//! and a tile is the nine cells of its window: nothing is left to cut or to round when it is drawn, and two
//! tiles that show the same place show the same vertices.
//!
//! ```text
//!           2k-1   2k  2k+1  2k+2  2k+3       cells of a row
//!         ───────┼────┼──────┼────┼───────
//!                ╞═══ window ═════╡           tile k
//!              ══════╡    ╞══════════         tiles k-1 and k+1
//! ```

use super::lattice::{Bounds, Vertex};
use super::mercator::EXTENT;

/// How far a tile reaches beyond its square, in tile units: 1/64 of a tile, 8 pixels where it is drawn 512
/// pixels wide, more than half of any line drawn.
pub const BUFFER: i32 = 64;

/// The lines of one zoom's tiles on a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiling {
    origin: i32,
    span: i32,
    buffer: i32,
}

impl Tiling {
    /// The tiling of a zoom on its grid.
    #[must_use]
    pub const fn new(zoom: u8) -> Self {
        Self {
            // The world is centred on 0°, 0°: the only tile of zoom 0 is cut in its middle.
            origin: if zoom == 0 { EXTENT / 2 } else { 0 },
            span: EXTENT,
            buffer: BUFFER,
        }
    }

    /// A tiling with smaller tiles, for tests.
    #[cfg(test)]
    pub(super) const fn of(span: i32, buffer: i32) -> Self {
        Self {
            origin: 0,
            span,
            buffer,
        }
    }

    /// All lines from `low` to `high`, both included, in no order. The same on both axes.
    pub fn lines(self, low: i32, high: i32) -> impl Iterator<Item = i32> {
        [-self.buffer, self.buffer].into_iter().flat_map(move |b| {
            let first = low + (self.origin + b - low).rem_euclid(self.span);
            (first..=high).step_by(self.span.unsigned_abs() as usize)
        })
    }

    /// Whether a vertex lies on a line of either axis.
    #[must_use]
    pub fn is_on_line(self, v: Vertex) -> bool {
        [v.x, v.y].iter().any(|c| {
            let from = (c - self.origin + self.buffer).rem_euclid(self.span);
            from == 0 || from == 2 * self.buffer
        })
    }

    /// The cell that holds an edge, which has vertices wherever it crosses a line. An edge along a line
    /// belongs to the cell left of it or below.
    #[must_use]
    pub fn cell_of(self, a: Vertex, b: Vertex) -> Cell {
        // The middle of the edge, doubled, one less so that lines belong to the cell before them.
        let index = |doubled: i64| {
            let span = 2 * i64::from(self.span);
            let from = doubled - 1 + 2 * i64::from(self.buffer - self.origin);
            let inside = from.rem_euclid(span);
            let narrow = inside < 4 * i64::from(self.buffer);
            // Indices are below 2^16: zooms have at most 2^14 tiles in a row.
            #[allow(clippy::cast_possible_truncation)]
            let tile = from.div_euclid(span) as i32;
            2 * tile + i32::from(!narrow)
        };
        Cell {
            row: index(i64::from(a.y) + i64::from(b.y)),
            column: index(i64::from(a.x) + i64::from(b.x)),
        }
    }

    /// Half the height of a wide cell, rounded down.
    #[must_use]
    pub const fn half_height(self) -> i32 {
        self.span / 2 - self.buffer
    }

    /// The window of the tile in column `column` from the origin eastwards and row `row` from it northwards.
    #[must_use]
    pub const fn window(self, column: i32, row: i32) -> Bounds {
        let low = Vertex::new(
            self.origin + column * self.span - self.buffer,
            self.origin + row * self.span - self.buffer,
        );
        let side = self.span + 2 * self.buffer;
        Bounds {
            min: low,
            max: Vertex::new(low.x + side, low.y + side),
        }
    }

    /// The lower left corner of a cell.
    #[must_use]
    pub fn corner(self, cell: Cell) -> Vertex {
        let low = |index: i32| {
            let side = if index % 2 == 0 {
                -self.buffer
            } else {
                self.buffer
            };
            self.origin + index.div_euclid(2) * self.span + side
        };
        Vertex::new(low(cell.column), low(cell.row))
    }
}

/// A cell between lines, by row from the south and column from the west: even where windows overlap, odd
/// in the middle of tiles; cell 0 is the narrow one at the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Row, northwards.
    pub row: i32,
    /// Column, eastwards.
    pub column: i32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// An edge between two lines lies in the cell whose corners are around it.
        #[test]
        fn an_edge_lies_within_its_cell(zoom in 0..15_u8, x in -20_000..20_000i32, y in -20_000..20_000i32, dx in 0..9i32, dy in 0..9i32) {
            let tiling = Tiling::new(zoom);
            let (a, b) = (Vertex::new(x, y), Vertex::new(x + dx, y + dy));
            let crosses = tiling.lines(x + 1, x + dx - 1).next().is_some() || tiling.lines(y + 1, y + dy - 1).next().is_some();
            prop_assume!(!crosses && (dx, dy) != (0, 0));
            let cell = tiling.cell_of(a, b);
            let low = tiling.corner(cell);
            let high = tiling.corner(Cell { row: cell.row + 1, column: cell.column + 1 });
            prop_assert!(low.x <= a.x && b.x <= high.x && low.y <= a.y && b.y <= high.y, "{cell:?} {low:?} {high:?}");
            let on = tiling.lines(x, x).next().is_some() || tiling.lines(y, y).next().is_some();
            prop_assert_eq!(tiling.is_on_line(a), on);
        }
    }
}
