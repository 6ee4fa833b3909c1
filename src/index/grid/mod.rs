//! Faces by cell: most points lie in a cell that holds one face only, the others are decided by the few edges
//! that cross their cell.
//!
//! The idea is that of tzf-rs and of `westnordost/country-boundaries` (cells classified beforehand, exact tests
//! at borders only), on one planar coverage: instead of testing polygons, a point looks due east for the first
//! edge, and is in the face on its west side. Where its cell ends before an edge is met, the face just
//! west of the cell's border is known. Where edges meet that border, they are kept as far as the next border that none
//! meets; where those would be many, the next cell is looked at.
//!
//! ```text
//!     +--------+--------+      p meets the edge first: face A.
//!     |   A    |   /    |      q meets none in its cell, whose east border lies wholly in one face: face A.
//!     | q      |p / B   |      The cell of p is crossed by an edge, that of q is not: A for the whole cell.
//!     +--------+-/------+
//! ```
//!
//! A look-up waits for memory most of its time, and for branches that were guessed wrong before it came. So cells are
//! packed ([`block`]): half a line of the processor's cache holds what 64 cells lie in, another what edges cross the cell
//! at hand; and of the branches on the way one alone is as good as random, whether edges cross the cell.
//!
//! Ties, and points on edges, follow the rule of [`super::points`]: a ray due east that passes just above each
//! vertex. All is exact in 64 bits: edges are kept relative to the middle of their cell.

mod block;
mod build;
mod cell;
mod crossing;
mod edge;

use block::{Block, East, GO_ON, HARD, Held, NONE, Records};
use cell::Cell;
use edge::First;

use super::points::Position;
use crate::geometry::planar::NOBODY;

/// So many positions are looked up together.
const BATCH: usize = 64;

/// Faces by cell, or the labels of faces. The communes of France take 43 MiB (`benches/lookup.rs` prints it), of which the
/// look-ups of most points read 5.
#[derive(Debug)]
pub struct Grid {
    /// The number of each sheet of the earth: of those that hold nothing, of the first, which holds nothing.
    earth: Vec<u16>,
    /// The words of each sheet.
    words: Vec<Word>,
    /// The first is empty.
    blocks: Vec<Block>,
    records: Records,
}

/// Some blocks of a sheet, side by side. Of those that lie in one face as a whole, neighbours in the same face are one.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    /// Which of them are not the same as the one before.
    starts: u32,
    /// The number of the first.
    block: u32,
    /// Where their records begin.
    records: u32,
}

impl Grid {
    /// The face at a position, [`NOBODY`] for none; `None` where this index cannot tell. No allocation, no lock.
    #[must_use]
    pub fn face_at(&self, position: Position) -> Option<u32> {
        self.look_east(position, Cell::at(position))
    }

    /// The faces at so many positions, as [`Self::face_at`] finds them one by one.
    ///
    /// Here the same step is taken for all positions of a batch before the next, so that the processor fetches for many
    /// of them at once (as in the group prefetching of Chen et al., "Improving hash join performance through
    /// prefetching", 2004). No allocation, no lock. Positions beyond the shorter of the two slices are left.
    pub fn faces_at(&self, positions: &[Position], faces: &mut [Option<u32>]) {
        let batches = positions.chunks(BATCH).zip(faces.chunks_mut(BATCH));
        for (positions, faces) in batches {
            self.batch(positions, faces);
        }
    }

    /// The same for [`BATCH`] positions at most.
    fn batch(&self, positions: &[Position], faces: &mut [Option<u32>]) {
        let mut blocks = [(0, 0); BATCH];
        for (block, position) in blocks.iter_mut().zip(positions) {
            *block = self.block(Cell::at(*position));
        }
        // The places of those whose cells have records, and where.
        let mut mixed = [(0, 0, 0); BATCH];
        let mut count = 0;
        for (place, (position, face)) in positions.iter().zip(faces.iter_mut()).enumerate() {
            match self.held(blocks[place], Cell::at(*position)) {
                Held::Face(code) => *face = face_of(code),
                Held::Record(start, digit) => {
                    mixed[count] = (place, start, digit);
                    count += 1;
                }
            }
        }
        let mixed = &mixed[..count];
        // Asked for here, a record is there when it is used.
        let asked = mixed.iter().map(|m| self.records.touch(m.1));
        std::hint::black_box(asked.fold(0, |all, one| all ^ one));
        for &(place, start, digit) in mixed {
            let position = positions[place];
            faces[place] = self.by_edges(position, Cell::at(position), start, digit);
        }
    }

    /// The face at a position, looked for due east from a cell on.
    #[inline]
    fn look_east(&self, position: Position, cell: Cell) -> Option<u32> {
        match self.held(self.block(cell), cell) {
            Held::Face(code) => face_of(code),
            Held::Record(start, digit) => self.by_edges(position, cell, start, digit),
        }
    }

    /// The number of a cell's block, and where the records of its word begin.
    fn block(&self, cell: Cell) -> (u32, u32) {
        let sheet = usize::from(self.earth[cell.sheet()]);
        let (word, block) = cell.in_sheet();
        let word = &self.words[sheet * cell::WORDS + word];
        let starts = word.starts << (cell::BLOCKS - 1 - block);
        (word.block + starts.count_ones(), word.records)
    }

    /// What a cell holds, by its block.
    fn held(&self, (block, records): (u32, u32), cell: Cell) -> Held {
        self.blocks[block as usize].cell(cell.in_block(), records)
    }

    /// The face at a position in a cell whose record begins here.
    fn by_edges(&self, position: Position, cell: Cell, start: u32, digit: u32) -> Option<u32> {
        let (x, y) = cell.seen(position);
        let (East { face, border }, edges) = self.records.get(start, digit)?;
        match First::east_of(x, y, edges, border, face) {
            GO_ON => self.further(position, cell, border),
            code => face_of(code),
        }
    }

    /// The same from the cell behind the border on.
    #[cold]
    fn further(&self, position: Position, mut cell: Cell, border: i16) -> Option<u32> {
        cell.column += cell::columns_to(border);
        self.look_east(position, cell)
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.earth)
            + size_of_val(&*self.words)
            + size_of_val(&*self.blocks)
            + self.records.bytes()
    }
}

fn face_of(code: u16) -> Option<u32> {
    match code {
        NONE => Some(NOBODY),
        HARD => None,
        face => Some(u32::from(face)),
    }
}
