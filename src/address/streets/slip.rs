//! The texts a few slips from another, as an automaton that walks an index: letters left out, put in, changed, or two
//! neighbours swapped (optimal string alignment).
//!
//! Only the five cells around the diagonal of the table of distances are kept: two slips are the most. A step costs
//! some twenty additions whatever the text's length, and nothing is built before the walk.

use fst::Automaton;

/// Most slips that can be asked for.
const MOST: u8 = 2;
/// Cells kept of a row.
const BAND: usize = 2 * MOST as usize + 1;
/// More than any distance that counts.
const FAR: u8 = MOST + 1;

/// Accepts `before`, then a text near `text`, then with `open` anything.
#[derive(Debug)]
pub(super) struct Near<'a> {
    before: &'a [u8],
    text: &'a [u8],
    slips: u8,
    open: bool,
}

/// How far a walk has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    /// Bytes read, those of `before` included.
    read: u16,
    /// The byte read last.
    last: u8,
    /// Distances of what was read to the beginnings of the text around its length.
    row: [u8; BAND],
    /// The same one byte earlier.
    earlier: [u8; BAND],
    /// The least distance at which the whole text was met, [`FAR`] where it was not.
    met: u8,
}

impl Walk {
    /// The slips counted, in a walk that matches.
    pub fn slips(&self) -> u8 {
        self.met
    }
}

impl<'a> Near<'a> {
    /// Texts after `before` that are at most so many slips (two at most) from `text`.
    pub fn whole(before: &'a str, text: &'a str, slips: u8) -> Self {
        Self {
            before: before.as_bytes(),
            text: text.as_bytes(),
            slips: slips.min(MOST),
            open: false,
        }
    }

    /// Texts that begin with something at most so many slips from `text`.
    pub fn beginning(text: &'a str, slips: u8) -> Self {
        Self {
            open: true,
            ..Self::whole("", text, slips)
        }
    }

    /// The cell of a row for the whole text, after so many bytes of it.
    fn end(&self, length: usize) -> Option<usize> {
        (self.text.len() + MOST as usize)
            .checked_sub(length)
            .filter(|cell| *cell < BAND)
    }

    #[allow(clippy::cast_possible_truncation)] // a depth within the band is compared only while it is small
    fn next_row(&self, walk: &Walk, byte: u8) -> [u8; BAND] {
        let length = walk.read as usize - self.before.len() + 1;
        let mut row = [FAR; BAND];
        for cell in 0..BAND {
            let Some(at) = (length + cell).checked_sub(MOST as usize) else {
                continue;
            };
            if at > self.text.len() {
                break;
            }
            if at == 0 {
                row[cell] = length.min(FAR as usize) as u8;
                continue;
            }
            let mut best = walk.row[cell] + u8::from(self.text[at - 1] != byte);
            if cell + 1 < BAND {
                best = best.min(walk.row[cell + 1] + 1);
            }
            if cell > 0 {
                best = best.min(row[cell - 1] + 1);
            }
            if at > 1 && length > 1 && self.text[at - 1] == walk.last && self.text[at - 2] == byte {
                best = best.min(walk.earlier[cell] + 1);
            }
            row[cell] = best.min(FAR);
        }
        row
    }
}

impl Automaton for Near<'_> {
    type State = Walk;

    #[allow(clippy::cast_possible_truncation)] // five cells
    fn start(&self) -> Walk {
        let mut row = [FAR; BAND];
        for (cell, distance) in row.iter_mut().skip(MOST as usize).enumerate() {
            if cell <= self.text.len() {
                *distance = cell as u8;
            }
        }
        Walk {
            read: 0,
            last: 0,
            row,
            earlier: [FAR; BAND],
            met: FAR,
        }
    }

    fn is_match(&self, walk: &Walk) -> bool {
        walk.met <= self.slips
    }

    fn can_match(&self, walk: &Walk) -> bool {
        (self.open && walk.met <= self.slips) || walk.row.iter().any(|d| *d <= self.slips)
    }

    fn accept(&self, walk: &Walk, byte: u8) -> Walk {
        let mut next = *walk;
        next.read = walk.read.saturating_add(1);
        if (walk.read as usize) < self.before.len() {
            if self.before[walk.read as usize] != byte {
                next.row = [FAR; BAND];
                next.met = FAR;
            }
            return next;
        }
        next.row = self.next_row(walk, byte);
        next.earlier = walk.row;
        next.last = byte;
        let length = next.read as usize - self.before.len();
        let met = self.end(length).map_or(FAR, |cell| next.row[cell]);
        next.met = if self.open { met.min(walk.met) } else { met };
        next
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::edits::slips;
    use super::*;
    use proptest::prelude::*;

    fn distance(near: &Near, text: &str) -> Option<u8> {
        let mut walk = near.start();
        for byte in text.bytes() {
            walk = near.accept(&walk, byte);
        }
        near.is_match(&walk).then(|| walk.slips())
    }

    #[test]
    fn what_stands_before_must_be_the_same() {
        let near = Near::whole("75056", "ruepaix", 1);
        assert_eq!(distance(&near, "75056ruepaix"), Some(0));
        assert_eq!(distance(&near, "75056ruepiax"), Some(1));
        assert_eq!(distance(&near, "75057ruepaix"), None);
    }

    #[test]
    fn a_beginning_with_a_slip_is_followed_by_anything() {
        let near = Near::beginning("lemonier", 1);
        assert_eq!(distance(&near, "lemonnier et la suite"), Some(1));
        assert_eq!(distance(&near, "le monde"), None);
    }

    proptest! {
        #[test]
        fn the_walk_counts_as_the_table_does(a in "[a-c]{1,9}", b in "[a-c]{1,9}", most in 0..3_u8) {
            let near = Near::whole("", &a, most);
            let counted = slips(&a, &b, usize::from(most));
            prop_assert_eq!(distance(&near, &b).map(usize::from), counted);
        }

        /// A walk that cannot match any more never does.
        #[test]
        fn no_match_is_given_up_too_early(a in "[a-c]{1,9}", b in "[a-c]{1,9}") {
            let near = Near::whole("", &a, 2);
            let mut walk = near.start();
            let mut hopeless = false;
            for byte in b.bytes() {
                hopeless |= !near.can_match(&walk);
                walk = near.accept(&walk, byte);
            }
            prop_assert!(!(hopeless && near.is_match(&walk)));
        }
    }
}
