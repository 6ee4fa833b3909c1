//! What lies where in a frame, cell by cell: whose ground it is, and where words stand already.

use crate::exports::print::scene::Point;

/// The side of a cell in millimetres: a fifth of the height of the smallest type.
pub const CELL: f64 = 0.4;

/// Sea, and what is abroad.
pub const FREE: u16 = 0;
/// France outside all territories.
pub const LAND: u16 = 1;

/// A box on the page in millimetres: left, top, right, bottom.
pub type Box4 = [f64; 4];

/// The cells of a frame.
pub struct Ground {
    at: Point,
    columns: usize,
    rows: usize,
    owners: Vec<u16>,
    taken: Vec<bool>,
}

/// Cells from a column and a row to others, which do not belong to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cells {
    /// The first column.
    pub left: usize,
    /// The first row.
    pub top: usize,
    /// The column after the last.
    pub right: usize,
    /// The row after the last.
    pub bottom: usize,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // cells of a page
fn cell(mm: f64, most: usize) -> usize {
    ((mm / CELL).max(0.0) as usize).min(most)
}

#[allow(clippy::cast_precision_loss)] // cells of a page
fn mm(cells: usize) -> f64 {
    cells as f64 * CELL
}

impl Ground {
    /// A frame in which nothing is known yet.
    #[must_use]
    pub fn new(at: Point, size: [f64; 2]) -> Self {
        let [columns, rows] = size.map(|s| cell(s, usize::MAX).max(1));
        Self {
            at,
            columns,
            rows,
            owners: vec![FREE; columns * rows],
            taken: vec![false; columns * rows],
        }
    }

    /// Gives the cells whose middle is in these rings (even-odd) to an owner.
    pub fn give(&mut self, rings: &[Vec<Point>], owner: u16) {
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); self.rows];
        for ring in rings {
            let ends = ring.iter().zip(ring.iter().cycle().skip(1));
            for (a, b) in ends {
                let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
                let first = cell(low[1] - self.at[1] + CELL / 2.0, self.rows);
                let last = cell(high[1] - self.at[1] + CELL / 2.0, self.rows);
                for (row, across) in crossings.iter_mut().enumerate().take(last).skip(first) {
                    let y = self.at[1] + mm(row) + CELL / 2.0;
                    let part = (y - low[1]) / (high[1] - low[1]);
                    across.push(low[0] + part * (high[0] - low[0]) - self.at[0]);
                }
            }
        }
        for (row, mut across) in crossings.into_iter().enumerate() {
            across.sort_by(f64::total_cmp);
            for pair in across.as_chunks::<2>().0 {
                let [from, to] = pair.map(|x| cell(x + CELL / 2.0, self.columns));
                self.owners[row * self.columns + from..row * self.columns + to].fill(owner);
            }
        }
    }

    /// The cells that a box touches, as far as they are in the frame.
    #[must_use]
    pub fn cells(&self, [left, top, right, bottom]: Box4) -> Cells {
        let end = |mm: f64, most: usize| cell(mm + CELL * 0.999, most);
        Cells {
            left: cell(left - self.at[0], self.columns),
            top: cell(top - self.at[1], self.rows),
            right: end(right - self.at[0], self.columns),
            bottom: end(bottom - self.at[1], self.rows),
        }
    }

    /// The box of all cells on the page.
    #[must_use]
    pub fn bounds(&self) -> Box4 {
        let [left, top] = self.at;
        [left, top, left + mm(self.columns), top + mm(self.rows)]
    }

    /// The upper left corner of a cell on the page.
    #[must_use]
    pub fn corner(&self, column: usize, row: usize) -> Point {
        [self.at[0] + mm(column), self.at[1] + mm(row)]
    }

    /// Keeps others off a box.
    pub fn take(&mut self, taken: Box4) {
        let cells = self.cells(taken);
        for row in cells.top..cells.bottom {
            self.taken[row * self.columns + cells.left..row * self.columns + cells.right]
                .fill(true);
        }
    }

    /// Whether a box is within the frame and no words stand in it.
    #[must_use]
    pub fn is_free(&self, wanted: Box4) -> bool {
        let [left, top, right, bottom] = wanted;
        let all = self.bounds();
        let within = left >= all[0] && top >= all[1] && right <= all[2] && bottom <= all[3];
        within && self.all(wanted, |_, taken| !taken)
    }

    /// Whether all cells of a box, owner and whether taken, are as wanted.
    #[must_use]
    pub fn all(&self, wanted: Box4, is: impl Fn(u16, bool) -> bool) -> bool {
        let cells = self.cells(wanted);
        (cells.top..cells.bottom).all(|row| {
            (cells.left..cells.right).all(|column| {
                let at = row * self.columns + column;
                is(self.owners[at], self.taken[at])
            })
        })
    }

    /// How many cells of each part of an area a condition holds for.
    #[must_use]
    pub fn sums(&self, area: Cells, holds: impl Fn(u16, bool) -> bool) -> Sums {
        let columns = area.right.saturating_sub(area.left);
        let rows = area.bottom.saturating_sub(area.top);
        let mut table = vec![0_u32; (columns + 1) * (rows + 1)];
        for row in 0..rows {
            let mut along = 0;
            for column in 0..columns {
                let at = (area.top + row) * self.columns + area.left + column;
                along += u32::from(holds(self.owners[at], self.taken[at]));
                table[(row + 1) * (columns + 1) + column + 1] =
                    table[row * (columns + 1) + column + 1] + along;
            }
        }
        Sums {
            columns,
            rows,
            table,
        }
    }
}

/// Sums over all rectangles of an area (Crow, "Summed-area tables for texture mapping", 1984).
pub struct Sums {
    columns: usize,
    rows: usize,
    table: Vec<u32>,
}

impl Sums {
    /// How many cells of a rectangle, given by its first cell and its size, count; `None` beyond the area.
    #[must_use]
    pub fn of(&self, column: usize, row: usize, [across, down]: [usize; 2]) -> Option<u32> {
        let (right, bottom) = (column + across, row + down);
        if right > self.columns || bottom > self.rows {
            return None;
        }
        let at = |column: usize, row: usize| self.table[row * (self.columns + 1) + column];
        Some(at(right, bottom) + at(column, row) - at(column, bottom) - at(right, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ground_is_given_and_taken_cell_by_cell() {
        let mut ground = Ground::new([10.0, 10.0], [20.0, 20.0]);
        let square = vec![vec![[12.0, 12.0], [20.0, 12.0], [20.0, 20.0], [12.0, 20.0]]];
        ground.give(&square, 7);
        let all = ground.cells([10.0, 10.0, 30.0, 30.0]);
        let own = ground.sums(all, |owner, _| owner == 7);
        assert_eq!(own.of(0, 0, [50, 50]), Some(20 * 20));
        assert_eq!(own.of(5, 5, [20, 20]), Some(400));
        assert_eq!(own.of(0, 0, [51, 50]), None);
        assert!(ground.is_free([12.0, 12.0, 14.0, 14.0]));
        ground.take([13.0, 13.0, 15.0, 15.0]);
        assert!(!ground.is_free([12.0, 12.0, 14.0, 14.0]));
        assert!(!ground.is_free([9.0, 12.0, 11.0, 12.5]));
    }
}
