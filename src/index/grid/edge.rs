//! Edges of a cell, and which of them a ray due east meets first.

use std::hint::select_unpredictable;

use super::cell::FINER;

/// An edge that crosses a cell: its lower end, its upper end, in lattice steps from the cell's middle, and the face to
/// its west.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) low: [i16; 2],
    pub(super) high: [i16; 2],
    pub(super) west: u16,
}

/// An edge as a record holds it.
pub(super) type Packed = [u16; 5];

impl Edge {
    /// One of no height, which nobody meets.
    pub(super) fn flat(west: u16) -> Self {
        Self {
            low: [0; 2],
            high: [0; 2],
            west,
        }
    }

    pub(super) fn pack(self) -> Packed {
        let ([a, b], [c, d]) = (self.low, self.high);
        let [a, b, c, d] = [a, b, c, d].map(i16::cast_unsigned);
        [a, b, c, d, self.west]
    }
}

/// What is met first so far.
#[derive(Clone, Copy)]
pub(super) struct First {
    /// Its distance times `rise`, in query steps.
    ahead: i64,
    /// How far it rises and runs, in lattice steps.
    rise: i64,
    run: i64,
    /// The face to its west: that of the point.
    west: u16,
}

impl First {
    /// What is met first due east of a point strictly within the cell, which is seen in query steps from its middle: the
    /// face west of one of these edges, or of a border so many lattice steps east of the middle.
    #[inline]
    pub(super) fn east_of(x: i64, y: i64, edges: &[Packed], border: i16, face: u16) -> u16 {
        let mut first = Self {
            ahead: i64::from(border) * FINER - x,
            rise: 1,
            // More to the west than any edge: what meets the border is not met before it.
            run: i64::from(i32::MIN),
            west: face,
        };
        for edge in edges {
            first.meet(edge, x, y);
        }
        first.west
    }

    /// Looks at one more edge.
    #[inline]
    fn meet(&mut self, &[low_x, low_y, high_x, high_y, west]: &Packed, x: i64, y: i64) {
        let [low_x, low_y, high_x, high_y] =
            [low_x, low_y, high_x, high_y].map(|n| i64::from(n.cast_signed()));
        let (run, rise) = (high_x - low_x, high_y - low_y);
        // 26 bits times 17: nothing here leaves 64 bits, nor does a product with another rise.
        let here = Self {
            ahead: (low_x * FINER - x) * rise + run * (y - low_y * FINER),
            rise,
            run,
            west,
        };
        let is_met = y >= low_y * FINER && y < high_y * FINER && here.ahead > 0;
        let is_first = is_met && here.is_before(self);
        // Which edge is met is as good as random: a branch would be guessed wrong.
        *self = select_unpredictable(is_first, here, *self);
    }

    /// Whether it is met before another one. Edges do not cross: of two that leave one vertex the one more to the
    /// west is met first.
    fn is_before(&self, other: &Self) -> bool {
        let (own, others) = (self.ahead * other.rise, other.ahead * self.rise);
        own < others || (own == others && self.run * other.rise < other.run * self.rise)
    }
}
