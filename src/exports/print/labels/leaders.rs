//! Names in columns along the edges of a frame, with straight leaders to what they name.

use super::breaks::Lines;
use super::ground::{Box4, Ground, LAND};
use super::{Align, Placed, ROOM, SMALLEST, Spot, Wish, extent};
use crate::exports::print::scene::Point;

/// A place in a column.
#[derive(Clone, Copy, Debug)]
struct Slot {
    bounds: Box4,
    is_left: bool,
    /// What it costs to use it, in millimetres of leader.
    cost: f64,
}

impl Slot {
    /// Where a leader ends: the side towards the map.
    fn port(&self) -> Point {
        let [left, top, right, bottom] = self.bounds;
        [
            if self.is_left { right } else { left },
            f64::midpoint(top, bottom),
        ]
    }
}

/// Columns that are tried from each edge inwards.
const COLUMNS: usize = 4;
/// Lines that a name in a column has at most.
const LINES: usize = 2;
/// Room to the frame and between columns, in ems.
const GAP: f64 = 0.6;
/// What a place costs that is on land, in millimetres of leader.
const ON_LAND: f64 = 25.0;
/// The same of one over another territory: never where there is another way.
const ON_OTHERS: f64 = 400.0;
/// Rounds of improvement, at most: it ends by itself far sooner.
const ROUNDS: usize = 64;

/// Places for all of these names; the names for which there is none.
pub(super) fn place(
    ground: &mut Ground,
    wishes: &[(&Wish, Vec<Lines>)],
) -> (Vec<Placed>, Vec<(u16, String)>) {
    let size = SMALLEST;
    let chosen: Vec<&Lines> = wishes
        .iter()
        .filter_map(|(_, ways)| ways.get(..ways.len().min(LINES))?.last())
        .collect();
    if chosen.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let extents = wishes
        .iter()
        .zip(&chosen)
        .map(|((wish, _), lines)| extent(lines, &wish.look, size));
    let most = extents.fold([0.0_f64; 2], |[w, h], e| [w.max(e[0]), h.max(e[1])]);
    let slots = slots(ground, most, size);
    let anchors: Vec<Point> = wishes.iter().map(|(wish, _)| wish.anchor).collect();
    let given = assign(&anchors, &slots);
    let mut placed = Vec::new();
    let mut missing = Vec::new();
    for (((wish, _), lines), slot) in wishes.iter().zip(chosen).zip(given) {
        let Some(slot) = slot.map(|s| slots[s]) else {
            missing.extend(wish.owner.map(|owner| (owner, wish.text.clone())));
            continue;
        };
        let [width, height] = extent(lines, &wish.look, size);
        let [left, _, right, _] = slot.bounds;
        let [_, middle] = slot.port();
        let (x, end) = if slot.is_left {
            (left + width / 2.0, left + width + size * 0.3)
        } else {
            (right - width / 2.0, right - width - size * 0.3)
        };
        let name = Spot {
            wish,
            lines: lines.clone(),
            size,
            middle: [x, middle],
            leader: Some([wish.anchor, [end, middle]]),
            align: if slot.is_left {
                Align::Left
            } else {
                Align::Right
            },
        };
        debug_assert!(height <= most[1] + 1e-9);
        placed.push(name.settle(ground));
    }
    (placed, missing)
}

/// Free places of this size in columns, from the edges inwards.
fn slots(ground: &Ground, [width, height]: [f64; 2], size: f64) -> Vec<Slot> {
    let (gap, room) = (size * GAP, size * ROOM);
    let [left, top, right, bottom] = ground.bounds();
    let mut slots = Vec::new();
    let step = height + 2.0 * room;
    for column in 0..COLUMNS {
        #[allow(clippy::cast_precision_loss)] // a few columns
        let inwards = gap + column as f64 * (width + 2.0 * gap);
        for is_left in [true, false] {
            let x = if is_left {
                left + inwards
            } else {
                right - inwards - width
            };
            let mut y = top + gap;
            while y + height + gap <= bottom {
                let bounds = [x, y, x + width, y + height];
                // No words; at sea or abroad, else on land, over a territory where there is nothing else.
                if ground.is_free(bounds) {
                    let cost = if ground.all(bounds, |owner, _| owner < LAND) {
                        0.0
                    } else if ground.all(bounds, |owner, _| owner <= LAND) {
                        ON_LAND
                    } else {
                        ON_OTHERS
                    };
                    slots.push(Slot {
                        bounds,
                        is_left,
                        cost,
                    });
                    y += step;
                } else {
                    y += size / 2.0;
                }
            }
        }
    }
    // Columns of a narrow frame may overlap.
    let mut kept: Vec<Slot> = Vec::new();
    for slot in slots {
        let [l, t, r, b] = slot.bounds;
        let is_over =
            |o: &Slot| l < o.bounds[2] && o.bounds[0] < r && t < o.bounds[3] && o.bounds[1] < b;
        if !kept.iter().any(is_over) {
            kept.push(slot);
        }
    }
    kept
}

/// Gives each anchor a slot so that leaders are short in all. Where no swap makes them shorter, no two of them cross: of two
/// that cross, swapped ones are shorter.
fn assign(anchors: &[Point], slots: &[Slot]) -> Vec<Option<usize>> {
    let cost = |anchor: usize, slot: usize| {
        let ([x, y], port) = (anchors[anchor], slots[slot].port());
        (x - port[0]).hypot(y - port[1]) + slots[slot].cost
    };
    let mut used = vec![false; slots.len()];
    let mut given: Vec<Option<usize>> = Vec::with_capacity(anchors.len());
    for anchor in 0..anchors.len() {
        let free = (0..slots.len()).filter(|s| !used[*s]);
        let nearest = free.min_by(|a, b| cost(anchor, *a).total_cmp(&cost(anchor, *b)));
        if let Some(slot) = nearest {
            used[slot] = true;
        }
        given.push(nearest);
    }
    for _ in 0..ROUNDS {
        let mut is_better = false;
        for a in 0..anchors.len() {
            let Some(own) = given[a] else { continue };
            let free = (0..slots.len()).filter(|s| !used[*s]);
            let nearest = free.min_by(|x, y| cost(a, *x).total_cmp(&cost(a, *y)));
            if let Some(slot) = nearest.filter(|s| cost(a, *s) < cost(a, own) - 1e-9) {
                used[own] = false;
                used[slot] = true;
                given[a] = Some(slot);
                is_better = true;
            }
            for b in a + 1..anchors.len() {
                let (Some(own), Some(other)) = (given[a], given[b]) else {
                    continue;
                };
                if cost(a, other) + cost(b, own) < cost(a, own) + cost(b, other) - 1e-9 {
                    (given[a], given[b]) = (Some(other), Some(own));
                    is_better = true;
                }
            }
        }
        if !is_better {
            break;
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn crosses(a: [Point; 2], b: [Point; 2]) -> bool {
        let turn = |p: Point, q: Point, r: Point| {
            (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        };
        turn(a[0], a[1], b[0]) * turn(a[0], a[1], b[1]) < -1e-6
            && turn(b[0], b[1], a[0]) * turn(b[0], b[1], a[1]) < -1e-6
    }

    proptest! {
        #[test]
        fn leaders_do_not_cross(anchors in proptest::collection::vec((40.0_f64..160.0, 0.0_f64..200.0), 1..30)) {
            let anchors: Vec<Point> = anchors.into_iter().map(|(x, y)| [x, y]).collect();
            let slots: Vec<Slot> = (0..40_u32)
                .map(|i| {
                    let (is_left, y) = (i % 2 == 0, f64::from(i / 2) * 10.0);
                    let x = if is_left { 0.0 } else { 180.0 };
                    Slot { bounds: [x, y, x + 20.0, y + 5.0], is_left, cost: 0.0 }
                })
                .collect();
            let given = assign(&anchors, &slots);
            let leaders: Vec<[Point; 2]> = anchors.iter().zip(&given).map(|(a, s)| [*a, slots[s.unwrap()].port()]).collect();
            for (i, a) in leaders.iter().enumerate() {
                for b in &leaders[i + 1..] {
                    prop_assert!(!crosses(*a, *b), "{a:?} {b:?}");
                }
            }
        }
    }
}
