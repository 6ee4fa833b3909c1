//! A block of cells in half a line of the processor's cache, and the records of its cells that edges cross.
//!
//! ```text
//! block    mixed   a bit a cell: whether it has a record
//!          digits  two bits a cell: which of the block's three faces it lies in; of a mixed one, for how many edges its
//!                  record has room
//!          faces   three, then where its records begin among those of its word
//!
//! record   east    the face of all points from which no edge is met before the border
//!          border  how far east of the cell's middle that border is, in lattice steps
//!          edges   five numbers each; or where they are among the crowded, in two, and how many
//! ```
//!
//! Where the record of a cell begins is counted from the digits of the mixed cells before it, so that a look-up waits for
//! memory twice: for its block, and where edges cross its cell, for the record. Counting what precedes in a line of bits
//! is the rank of succinct structures (Jacobson, "Space-efficient static trees and graphs", 1989).

use super::cell::CELLS;
use super::edge::{Edge, Packed};

/// What is no face: cells name faces below this.
pub(super) const FIRST_CODE: u16 = 0xFF00;
/// An edge meets the border: the next cell is to be looked at.
pub(super) const GO_ON: u16 = 0xFFFD;
/// Edges that do not fit a record: left to another index.
pub(super) const HARD: u16 = 0xFFFE;
/// No face.
pub(super) const NONE: u16 = 0xFFFF;

/// Faces that a block names.
const FACES: usize = 3;
/// For how many edges a record has room, by digit; the last has them elsewhere.
const ROOM: [usize; 3] = [1, 2, 4];
const CROWDED: u32 = 3;
/// Numbers in a record without its edges, and in an edge.
const HEAD: u32 = 2;
const EDGE: u32 = 5;
/// Numbers that say where edges are elsewhere.
const ELSEWHERE: u32 = 3;

/// What a cell holds, where its block is made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    /// A face, [`NONE`] or [`HARD`].
    Whole(u16),
    /// Edges, and what lies east of them.
    Mixed(&'a [Edge], East),
}

/// What lies east of the edges of a cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct East {
    /// The face of all points from which no edge is met before the border, or [`GO_ON`].
    pub(super) face: u16,
    /// How far east of the cell's middle the border is, in lattice steps.
    pub(super) border: i16,
}

/// A block of cells.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Block {
    mixed: u64,
    digits: [u64; 2],
    /// 16 bits each, the first lowest.
    faces: u64,
}

impl Block {
    /// One that holds nothing.
    pub(super) const EMPTY: Self = Self {
        mixed: 0,
        digits: [0; 2],
        faces: NONE as u64,
    };

    /// A block of these cells, whose records are added to those of its word, which begin with `first`. `None` where they
    /// are more than can be numbered.
    pub(super) fn new(
        cells: &[Content; CELLS],
        records: &mut Records,
        first: usize,
    ) -> Option<Self> {
        let mut block = Self { ..Self::EMPTY };
        let before = u16::try_from(records.len().checked_sub(first)?).ok()?;
        let mut named = Vec::with_capacity(FACES);
        for (number, &content) in cells.iter().enumerate() {
            let own = match content {
                Content::Whole(code) => place(code, &mut named),
                Content::Mixed(..) => None,
            };
            let digit = if let Some(digit) = own {
                digit
            } else {
                block.mixed |= 1 << number;
                records.push(content)?
            };
            for (weight, bits) in block.digits.iter_mut().enumerate() {
                *bits |= u64::from(digit >> weight & 1) << number;
            }
        }
        named.resize(FACES, NONE);
        let all = named.iter().chain([&before]);
        block.faces = all.rev().fold(0, |all, part| all << 16 | u64::from(*part));
        Some(block)
    }

    /// What the cell of this number holds; `first` is where the records of its word begin. No allocation, no lock.
    #[inline]
    pub(super) fn cell(&self, number: u32, first: u32) -> Held {
        let [ones, twos] = self.digits.map(|bits| (bits >> number & 1) as u32);
        let digit = ones + 2 * twos;
        if self.mixed >> number & 1 == 0 {
            Held::Face(half(self.faces >> (16 * digit)))
        } else {
            let own = u32::from(half(self.faces >> (16 * FACES)));
            Held::Record(first + own + self.before(number), digit)
        }
    }

    /// How many numbers the records of the mixed cells before this one have.
    fn before(&self, number: u32) -> u32 {
        let before = self.mixed & ((1 << number) - 1);
        let [ones, twos] = self.digits.map(|bits| bits & before);
        let [all, ones, twos, crowded] = [before, ones, twos, ones & twos].map(u64::count_ones);
        let edges = all + ones + 3 * twos;
        // A crowded cell was counted as one of five edges.
        HEAD * all + EDGE * edges - (5 * EDGE - ELSEWHERE) * crowded
    }
}

/// What a cell holds, where it is looked up.
#[derive(Clone, Copy)]
pub(super) enum Held {
    /// A face, [`NONE`] or [`HARD`].
    Face(u16),
    /// Where its record begins, and its digit.
    Record(u32, u32),
}

/// Which of the block's faces this is; `None` where there is no room for it among so many.
fn place(code: u16, named: &mut Vec<u16>) -> Option<u32> {
    let known = named.iter().position(|face| *face == code);
    let place = known.unwrap_or(named.len());
    if known.is_none() {
        if place == FACES {
            return None;
        }
        named.push(code);
    }
    u32::try_from(place).ok()
}

#[allow(clippy::cast_possible_truncation)] // what it is for
fn half(bits: u64) -> u16 {
    bits as u16
}

/// The records of all cells.
#[derive(Debug, Default)]
pub(super) struct Records {
    numbers: Vec<u16>,
    /// Edges of cells that many cross.
    crowded: Vec<Packed>,
}

impl Records {
    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Adds a record, and gives its digit; `None` where there are more edges than can be numbered.
    #[allow(clippy::cast_possible_truncation)] // two halves
    fn push(&mut self, content: Content) -> Option<u32> {
        let (edges, east) = match content {
            Content::Whole(face) => (&[][..], East { face, border: 0 }),
            Content::Mixed(edges, east) => (edges, east),
        };
        self.numbers
            .extend([east.face, east.border.cast_unsigned()]);
        let packed = edges.iter().map(|edge| edge.pack());
        if let Some(digit) = ROOM.iter().position(|room| edges.len() <= *room) {
            // Room that is left holds an edge again.
            let last = edges.last().copied();
            let all = packed.chain(std::iter::repeat(
                last.unwrap_or(Edge::flat(east.face)).pack(),
            ));
            self.numbers.extend(all.take(ROOM[digit]).flatten());
            return u32::try_from(digit).ok();
        }
        let start = u32::try_from(self.crowded.len()).ok()?;
        let count = u16::try_from(edges.len()).ok()?;
        self.crowded.extend(packed);
        self.numbers
            .extend([start as u16, (start >> 16) as u16, count]);
        Some(CROWDED)
    }

    /// Asks for a record, so that it is there when it is read.
    pub(super) fn touch(&self, start: u32) -> u16 {
        self.numbers.get(start as usize).map_or(0, |face| *face)
    }

    /// What lies east of the edges of a cell whose record begins here, and the edges.
    #[inline]
    pub(super) fn get(&self, start: u32, digit: u32) -> Option<(East, &[Packed])> {
        let (&[face, border], rest) = self.numbers.get(start as usize..)?.split_first_chunk()?;
        let border = border.cast_signed();
        let edges = match ROOM.get(digit as usize) {
            Some(&room) => rest.as_chunks().0.get(..room)?,
            None => self.elsewhere(rest)?,
        };
        Some((East { face, border }, edges))
    }

    /// The edges of a cell that many cross.
    fn elsewhere(&self, rest: &[u16]) -> Option<&[Packed]> {
        let &[low, high, count] = rest.first_chunk()?;
        let start = usize::from(high) << 16 | usize::from(low);
        self.crowded.get(start..start + usize::from(count))
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.numbers) + size_of_val(&*self.crowded)
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.numbers.shrink_to_fit();
        self.crowded.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::grid::edge::First;
    use proptest::prelude::*;

    /// A cell of a face, or of so many edges from its bottom to its top, and what lies east of them.
    fn cell() -> impl Strategy<Value = (Vec<Edge>, u16)> {
        let edges = (1_i16..12, 0_u16..9);
        prop_oneof![
            (0_u16..6).prop_map(|face| (Vec::new(), face)),
            edges.prop_map(|(count, east)| {
                let edge = |n: i16| Edge {
                    low: [n * 100, -1024],
                    high: [n * 100, 1024],
                    west: 1000 + n.cast_unsigned(),
                };
                ((1..=count).map(edge).collect(), east)
            }),
        ]
    }

    /// The face at so many query steps east of a cell's middle.
    fn seen(records: &Records, start: u32, digit: u32, x: i64) -> u16 {
        let (east, edges) = records.get(start, digit).unwrap();
        First::east_of(x, 0, edges, east.border, east.face)
    }

    proptest! {
        #[test]
        fn a_block_gives_back_what_its_cells_hold(
            blocks in proptest::collection::vec(proptest::collection::vec(cell(), CELLS), 1..4),
        ) {
            let mut records = Records::default();
            let first = records.len();
            let mut made = Vec::new();
            for cells in &blocks {
                let contents = std::array::from_fn(|n| match &cells[n] {
                    (edges, face) if edges.is_empty() => Content::Whole(*face),
                    (edges, face) => Content::Mixed(edges, East { face: *face, border: 2048 }),
                });
                made.push(Block::new(&contents, &mut records, first).unwrap());
            }
            for (block, cells) in made.iter().zip(&blocks) {
                for (number, (edges, east)) in (0..).zip(cells) {
                    let at = |x| match block.cell(number, u32::try_from(first).unwrap()) {
                        Held::Face(face) => face,
                        Held::Record(start, digit) => seen(&records, start, digit, x),
                    };
                    // West of each edge in turn, then east of all.
                    for (n, edge) in (1..).zip(edges) {
                        prop_assert_eq!(at(n * 100_000 - 1), edge.west);
                    }
                    prop_assert_eq!(at(1_500_000), *east);
                }
            }
        }
    }

    #[test]
    fn a_block_is_half_a_line_of_the_cache() {
        assert_eq!(size_of::<Block>(), 32);
    }
}
