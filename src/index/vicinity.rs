//! Which things can be nearest to a place, by where it is: for a cell of a kilometre or two a short list that is made when
//! the first place in it is asked about, and kept.
//!
//! A search through a tree costs ten times what looking through a list does. The list of a cell holds all that can be
//! nearest anywhere in it. Making one costs such a search and more, so those that will be asked for are better made
//! beforehand ([`middles`]).

use std::sync::OnceLock;

/// Cells in a degree, both ways: some 2 km by 1.5 km in France. So many are across a block, which is a square degree.
const ACROSS: usize = 50;
const PER_DEGREE: f64 = 50.0;
/// Blocks around the earth, and from pole to pole.
const BLOCKS: [usize; 2] = [360, 180];

/// The lists of one block's cells.
type Block<T> = Box<[OnceLock<T>]>;

/// Lists by cell.
#[derive(Debug)]
pub struct Vicinity<T> {
    blocks: Box<[OnceLock<Option<Block<T>>>]>,
}

/// A cell of the earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Its middle.
    pub middle: [f64; 2],
    /// Half its width and height.
    pub half: f64,
}

impl Cell {
    /// So many by so many cells that it is made of.
    #[allow(clippy::cast_precision_loss)] // a few
    pub(super) fn parts(self, across: usize) -> impl Iterator<Item = Self> {
        let half = self.half / across as f64;
        (0..across * across).map(move |n| {
            let place = [n % across, n / across].map(|n| (2 * n + 1) as f64 * half - self.half);
            Self {
                middle: [self.middle[0] + place[0], self.middle[1] + place[1]],
                half,
            }
        })
    }
}

impl<T> Vicinity<T> {
    /// The list for a place in degrees. `is_near` says of a block whether lists are kept for it at all, which bounds the
    /// memory whatever is asked; `list` makes the list of a cell. No allocation and no lock once it is made.
    pub fn list(
        &self,
        [lon, lat]: [f64; 2],
        is_near: impl Fn(Cell) -> bool,
        list: impl Fn(Cell) -> T,
    ) -> Option<&T> {
        let (x, y) = (step(lon, 180.0, BLOCKS[0]), step(lat, 90.0, BLOCKS[1]));
        let block = (y / ACROSS) * BLOCKS[0] + x / ACROSS;
        let cells = self.blocks[block].get_or_init(|| {
            let origin = [x / ACROSS * ACROSS, y / ACROSS * ACROSS];
            let cells = (0..ACROSS * ACROSS).map(|_| OnceLock::new());
            is_near(cell(origin, ACROSS)).then(|| cells.collect())
        });
        let cells = cells.as_ref()?;
        let own = &cells[(y % ACROSS) * ACROSS + x % ACROSS];
        Some(own.get_or_init(|| list(cell([x, y], 1))))
    }
}

/// The middles of the cells that a box meets, in degrees: west, south, east, north.
pub(super) fn middles([west, south, east, north]: [f64; 4]) -> impl Iterator<Item = [f64; 2]> {
    let columns = step(west, 180.0, BLOCKS[0])..=step(east, 180.0, BLOCKS[0]);
    let rows = step(south, 90.0, BLOCKS[1])..=step(north, 90.0, BLOCKS[1]);
    rows.flat_map(move |y| columns.clone().map(move |x| cell([x, y], 1).middle))
}

/// The number of the cell at so many degrees, along one axis that begins `origin` degrees before zero.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to the earth
fn step(degrees: f64, origin: f64, blocks: usize) -> usize {
    let at = ((degrees + origin) * PER_DEGREE).max(0.0) as usize;
    at.min(blocks * ACROSS - 1)
}

impl<T> Default for Vicinity<T> {
    /// No lists yet.
    fn default() -> Self {
        let blocks = (0..BLOCKS[0] * BLOCKS[1]).map(|_| OnceLock::new());
        Self {
            blocks: blocks.collect(),
        }
    }
}

/// The square of so many cells from one on.
#[allow(clippy::cast_precision_loss)] // a few thousand cells
fn cell([x, y]: [usize; 2], across: usize) -> Cell {
    let half = across as f64 / PER_DEGREE / 2.0;
    Cell {
        middle: [
            x as f64 / PER_DEGREE - 180.0 + half,
            y as f64 / PER_DEGREE - 90.0 + half,
        ],
        half,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_meets_the_cells_that_hold_its_corners() {
        let found: Vec<[f64; 2]> = middles([-0.005, 44.99, 0.025, 45.01]).collect();
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        for (x, y) in [
            (-0.01, 44.99),
            (0.01, 44.99),
            (0.03, 44.99),
            (-0.01, 45.01),
            (0.01, 45.01),
            (0.03, 45.01),
        ] {
            assert!(
                found.iter().any(|m| near(m[0], x) && near(m[1], y)),
                "{x} {y} {found:?}"
            );
        }
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn the_parts_of_a_cell_are_its_quarters_where_they_are_two_by_two() {
        let whole = Cell {
            middle: [2.0, 48.0],
            half: 0.5,
        };
        let parts: Vec<Cell> = whole.parts(2).collect();
        let quarter = |x, y| Cell {
            middle: [x, y],
            half: 0.25,
        };
        let expected = [(1.75, 47.75), (2.25, 47.75), (1.75, 48.25), (2.25, 48.25)];
        assert_eq!(parts, expected.map(|(x, y)| quarter(x, y)));
    }

    #[test]
    fn a_list_is_made_once_for_the_cell_that_holds_the_place() {
        let vicinity = Vicinity::default();
        for [lon, lat] in [[-0.37, 43.3], [180.0, 90.0], [-180.0, -90.0], [55.5, -21.1]] {
            let holds = |c: Cell| {
                assert!((lon - c.middle[0]).abs() <= c.half + 1e-9, "{lon} {c:?}");
                assert!((lat - c.middle[1]).abs() <= c.half + 1e-9, "{lat} {c:?}");
            };
            let made = vicinity.list(
                [lon, lat],
                |c| {
                    holds(c);
                    true
                },
                |c| {
                    holds(c);
                    7
                },
            );
            assert_eq!(made, Some(&7));
            let again = vicinity.list([lon, lat], |_| unreachable!(), |_| unreachable!());
            assert_eq!(again, Some(&7));
        }
        assert_eq!(
            vicinity.list([10.0, 10.0], |_| false, |_| unreachable!()),
            None
        );
    }
}
