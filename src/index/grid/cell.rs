//! How the earth is cut: sheets of blocks of cells.

use crate::index::points::Position;

/// Lattice steps across a cell, as powers of two: 4096 by 2048 micro-degrees, some 320 m by 230 m in France.
pub(super) const CELL_BITS: (u32, u32) = (12, 11);
/// Cells across a block, as a power of two.
pub(super) const BLOCK_BITS: u32 = 3;
/// Lattice steps across a sheet, as a power of two, both ways.
const SHEET_BITS: u32 = 20;
/// Blocks across a sheet, as powers of two.
const BLOCKS_BITS: (u32, u32) = (
    SHEET_BITS - BLOCK_BITS - CELL_BITS.0,
    SHEET_BITS - BLOCK_BITS - CELL_BITS.1,
);
/// Sheets around the earth, and from pole to pole.
const SHEETS: (u32, u32) = (
    (360_000_000 >> SHEET_BITS) + 1,
    (180_000_000 >> SHEET_BITS) + 1,
);

/// Cells in a block.
pub(super) const CELLS: usize = 1 << (2 * BLOCK_BITS);
/// Blocks in a word, one for each of its bits.
pub(super) const BLOCKS: u32 = u32::BITS;
/// Words in a sheet.
pub(super) const WORDS: usize = 1 << (BLOCKS_BITS.0 + BLOCKS_BITS.1 - BLOCKS.ilog2());
/// Sheets of the earth.
pub(super) const EARTH: usize = SHEETS.0 as usize * SHEETS.1 as usize;

/// Query steps in one lattice step.
pub(super) const FINER: i64 = Position::FINER;
/// Half a cell, in lattice steps: where its east border lies from its middle.
pub(super) const HALF: i16 = 1 << (CELL_BITS.0 - 1);

/// Columns from a cell to the first behind a border so many lattice steps east of the cell's middle.
pub(super) fn columns_to(border: i16) -> u32 {
    u32::from((border + HALF).unsigned_abs() >> CELL_BITS.0)
}

/// A cell's place on the earth.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    pub(super) column: u32,
    pub(super) row: u32,
}

impl Cell {
    pub(super) fn at(position: Position) -> Self {
        let (x, y) = position.steps_from_corner();
        Self {
            column: x >> CELL_BITS.0,
            row: y >> CELL_BITS.1,
        }
    }

    /// Its number among those of its block.
    pub(super) fn in_block(self) -> u32 {
        let mask = (1 << BLOCK_BITS) - 1;
        ((self.row & mask) << BLOCK_BITS) + (self.column & mask)
    }

    /// The number of its block's word among those of its sheet, and of its block among those of the word.
    pub(super) fn in_sheet(self) -> (usize, u32) {
        let x = (self.column >> BLOCK_BITS) & ((1 << BLOCKS_BITS.0) - 1);
        let y = (self.row >> BLOCK_BITS) & ((1 << BLOCKS_BITS.1) - 1);
        let block = (y << BLOCKS_BITS.0) + x;
        ((block / BLOCKS) as usize, block % BLOCKS)
    }

    /// The number of its sheet among those of the earth.
    pub(super) fn sheet(self) -> usize {
        let x = self.column >> (SHEET_BITS - CELL_BITS.0);
        let y = self.row >> (SHEET_BITS - CELL_BITS.1);
        (y * SHEETS.0 + x) as usize
    }

    /// Its middle, in lattice steps from the corner of the earth at 180° west, 90° south.
    pub(super) fn middle_from_corner(self) -> (i64, i64) {
        let middle = |number: u32, bits: u32| (i64::from(number) << bits) + (1 << (bits - 1));
        (
            middle(self.column, CELL_BITS.0),
            middle(self.row, CELL_BITS.1),
        )
    }

    /// A position seen from its middle, in query steps.
    pub(super) fn seen(self, position: Position) -> (i64, i64) {
        let (x, y) = self.middle_from_corner();
        (
            position.x() - (x - 180_000_000) * FINER,
            position.y() - (y - 90_000_000) * FINER,
        )
    }
}
