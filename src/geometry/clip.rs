//! Clipping lines of a coverage to a square window, exactly.
//!
//! The window's sides lie halfway between lattice lines, so that no vertex is ever on them and every
//! crossing is a proper one. Where a line crosses is known as a fraction; crossings are ordered around the
//! window by those fractions and only then rounded, so that neighbours that share the line share
//! the rounded point as well.
//!
//! ```text
//!        ┌───────────2──┐         crossings are numbered counter-clockwise from the lower left
//!        │     ╱     │  │         corner; what lies left of a line that leaves is what
//!     ───3────╱      └──1───      follows its crossing along the border
//!        └───0──────────┘
//! ```

use std::cmp::Ordering;

use super::lattice::Vertex;

/// A square window: `low - ½ … high + ½` on both axes, in lattice steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The smallest lattice value inside.
    pub low: i32,
    /// The largest lattice value inside.
    pub high: i32,
}

/// Where a line crosses the border of the window.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    /// 0 bottom, 1 right, 2 top, 3 left (y upwards).
    side: u8,
    /// Position along the side in half steps, as a fraction; the denominator is positive.
    along: (i128, i128),
    /// The line's own vertex beyond the border: the true direction, which rounding may lose.
    pub beyond: Vertex,
}

impl Crossing {
    /// The crossing rounded to the lattice, drawn in to the window's outermost lattice line.
    #[must_use]
    pub fn rounded(&self, window: Window) -> Vertex {
        // Half steps to steps, to the nearest, ties upwards.
        let (num, den) = self.along;
        // Between the window's sides, so it fits.
        #[allow(clippy::cast_possible_truncation)]
        let along = (num + den).div_euclid(2 * den) as i32;
        let along = along.clamp(window.low, window.high);
        match self.side {
            0 => Vertex::new(along, window.low),
            1 => Vertex::new(window.high, along),
            2 => Vertex::new(along, window.high),
            _ => Vertex::new(window.low, along),
        }
    }

    /// Order around the window, counter-clockwise from the lower left corner.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let along = || (self.along.0 * other.along.1).cmp(&(other.along.0 * self.along.1));
        self.side.cmp(&other.side).then_with(|| {
            if self.side < 2 {
                along()
            } else {
                along().reverse()
            }
        })
    }

    /// Which side it is on: 0 bottom, 1 right, 2 top, 3 left.
    #[must_use]
    pub const fn side(&self) -> u8 {
        self.side
    }
}

/// A stretch of a line inside the window.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Where it comes in; `None` where the line starts inside.
    pub enters: Option<Crossing>,
    /// Where it goes out; `None` where the line ends inside.
    pub leaves: Option<Crossing>,
    /// The line's own vertices inside, in order; none for a line that only cuts a corner.
    pub vertices: Vec<Vertex>,
}

impl Window {
    /// The border's corner after side `side`, on the outermost lattice lines, counter-clockwise.
    #[must_use]
    pub const fn corner_after(self, side: u8) -> Vertex {
        match side {
            0 => Vertex::new(self.high, self.low),
            1 => Vertex::new(self.high, self.high),
            2 => Vertex::new(self.low, self.high),
            _ => Vertex::new(self.low, self.low),
        }
    }

    fn holds(self, v: Vertex) -> bool {
        self.low <= v.x && v.x <= self.high && self.low <= v.y && v.y <= self.high
    }

    /// The stretches of a line inside the window, in order.
    pub fn clip(self, line: impl IntoIterator<Item = Vertex>, mut found: impl FnMut(Stretch)) {
        let mut line = line.into_iter();
        let Some(mut from) = line.next() else { return };
        let mut open: Option<Stretch> = self.holds(from).then(|| Stretch {
            enters: None,
            leaves: None,
            vertices: vec![from],
        });
        for to in line {
            match (open.as_mut(), self.holds(to)) {
                (Some(stretch), true) => stretch.vertices.push(to),
                (Some(_), false) => {
                    if let Some(mut stretch) = open.take() {
                        stretch.leaves = self.cross(from, to).map(|c| c.1);
                        found(stretch);
                    }
                }
                (None, true) => {
                    let enters = self.cross(from, to).map(|c| c.0);
                    open = Some(Stretch {
                        enters,
                        leaves: None,
                        vertices: vec![to],
                    });
                }
                (None, false) => {
                    if let Some((enters, leaves)) = self.cross(from, to) {
                        let (enters, leaves) = (Some(enters), Some(leaves));
                        found(Stretch {
                            enters,
                            leaves,
                            vertices: Vec::new(),
                        });
                    }
                }
            }
            from = to;
        }
        if let Some(stretch) = open {
            found(stretch);
        }
    }

    /// Where the infinite prolongation within `a b`'s parameters 0…1 enters and leaves the window
    /// (Liang & Barsky, 1984, on fractions); `None` where the edge misses it. For an end inside the window
    /// the crossing on that side is meaningless and unused.
    fn cross(self, a: Vertex, b: Vertex) -> Option<(Crossing, Crossing)> {
        let (ax, ay) = (2 * i64::from(a.x), 2 * i64::from(a.y));
        let (dx, dy) = (2 * i64::from(b.x) - ax, 2 * i64::from(b.y) - ay);
        let (low, high) = (2 * i64::from(self.low) - 1, 2 * i64::from(self.high) + 1);
        // Parameters as fractions num / den with den > 0.
        let mut enter: Option<((i64, i64), u8)> = None;
        let mut leave: Option<((i64, i64), u8)> = None;
        let less = |s: (i64, i64), t: (i64, i64)| {
            i128::from(s.0) * i128::from(t.1) < i128::from(t.0) * i128::from(s.1)
        };
        for (start, step, low_side, high_side) in [(ax, dx, 3, 1), (ay, dy, 0, 2)] {
            if step == 0 {
                if start < low || start > high {
                    return None;
                }
                continue;
            }
            let (first, last) = if step > 0 {
                ((low - start, low_side), (high - start, high_side))
            } else {
                ((start - high, high_side), (start - low, low_side))
            };
            let (first, last) = (
                ((first.0, step.abs()), first.1),
                ((last.0, step.abs()), last.1),
            );
            if enter.is_none_or(|e| less(e.0, first.0)) {
                enter = Some(first);
            }
            if leave.is_none_or(|l| less(last.0, l.0)) {
                leave = Some(last);
            }
        }
        let (enter, leave) = (enter?, leave?);
        // Parameters outside 0…1 belong to ends inside the window; an edge with both ends outside that
        // meets the window has 0 < enter < leave < 1.
        let misses = !less(enter.0, leave.0) || !less(enter.0, (1, 1)) || !less((0, 1), leave.0);
        if misses {
            return None;
        }
        let at = |((num, den), side): ((i64, i64), u8), beyond: Vertex| {
            let (start, step) = if side % 2 == 0 { (ax, dx) } else { (ay, dy) };
            let along = i128::from(start) * i128::from(den) + i128::from(step) * i128::from(num);
            Crossing {
                side,
                along: (along, i128::from(den)),
                beyond,
            }
        };
        Some((at(enter, a), at(leave, b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WINDOW: Window = Window { low: 0, high: 10 };

    fn clip(points: &[(i32, i32)]) -> Vec<Stretch> {
        let mut found = Vec::new();
        WINDOW.clip(points.iter().map(|&(x, y)| Vertex::new(x, y)), |s| {
            found.push(s);
        });
        found
    }

    #[test]
    fn a_line_through_the_window_enters_left_and_leaves_right() {
        let found = clip(&[(-10, 5), (5, 5), (20, 5)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].enters.unwrap().rounded(WINDOW), Vertex::new(0, 5));
        assert_eq!(found[0].leaves.unwrap().rounded(WINDOW), Vertex::new(10, 5));
        assert_eq!(found[0].vertices, [Vertex::new(5, 5)]);
    }

    #[test]
    fn an_edge_that_cuts_a_corner_has_two_crossings_and_one_that_misses_has_none() {
        let found = clip(&[(-4, 8), (4, 16)]);
        assert!(found.is_empty());
        let found = clip(&[(-4, 2), (8, 14)]);
        assert_eq!(
            (
                found[0].enters.unwrap().side(),
                found[0].leaves.unwrap().side()
            ),
            (3, 2)
        );
        assert!(found[0].vertices.is_empty());
    }

    #[test]
    fn crossings_are_ordered_counter_clockwise() {
        let leave = |x, y| clip(&[(5, 5), (x, y)])[0].leaves.unwrap();
        let around = [
            leave(2, -20),
            leave(8, -20),
            leave(20, 1),
            leave(20, 9),
            leave(8, 30),
            leave(1, 30),
        ];
        for pair in around.windows(2) {
            assert_eq!(pair[0].compare(&pair[1]), Ordering::Less);
        }
    }

    proptest! {
        /// Stretches alternate between ends and crossings, and hold exactly the vertices inside.
        #[test]
        fn clipping_keeps_exactly_the_vertices_inside(points in prop::collection::vec((-15..25i32, -15..25i32), 2..12)) {
            let found = clip(&points);
            let kept: Vec<Vertex> = found.iter().flat_map(|s| s.vertices.clone()).collect();
            let inside: Vec<Vertex> = points
                .iter()
                .map(|&(x, y)| Vertex::new(x, y))
                .filter(|v| WINDOW.holds(*v))
                .collect();
            prop_assert_eq!(kept, inside);
            for (i, s) in found.iter().enumerate() {
                prop_assert!(s.enters.is_some() || i == 0);
                prop_assert!(s.leaves.is_some() || i + 1 == found.len());
            }
        }
    }
}
