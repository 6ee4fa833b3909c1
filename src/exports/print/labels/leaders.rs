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
/// A leader that passes this close to another's dot, in millimetres, could be taken to come from it.
const NEAR: f64 = 1.2;
/// What that costs.
const NEAR_COST: f64 = 15.0;
/// What a millimetre over a name costs.
const ON_NAMES: f64 = 4.0;
/// How often a leader is looked at for what is below, in millimetres.
const STEP: f64 = 0.5;
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
    let given = assign(&anchors, &slots, |anchor, port| {
        passing(ground, &anchors, anchor, port)
    });
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
        // Flush with the side that its leader comes to, so that no leader passes over the name below.
        let (x, end) = if slot.is_left {
            (right - width / 2.0, right + size * 0.3)
        } else {
            (left + width / 2.0, left - size * 0.3)
        };
        let name = Spot {
            wish,
            lines: lines.clone(),
            size,
            middle: [x, middle],
            leader: Some([wish.anchor, [end, middle]]),
            align: if slot.is_left {
                Align::Right
            } else {
                Align::Left
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

/// What a leader costs for what it passes over, in millimetres of leader: names, and dots of others that it could be
/// taken to come from.
fn passing(ground: &Ground, anchors: &[Point], anchor: usize, port: Point) -> f64 {
    let from = anchors[anchor];
    let [dx, dy] = [port[0] - from[0], port[1] - from[1]];
    let length = dx.hypot(dy);
    if length < 1e-9 {
        return 0.0;
    }
    let others = anchors
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != anchor);
    let near = others.filter(|(_, [x, y])| {
        let along = ((x - from[0]) * dx + (y - from[1]) * dy) / length;
        let away = ((x - from[0]) * dy - (y - from[1]) * dx).abs() / length;
        (0.0..=length).contains(&along) && away < NEAR
    });
    #[allow(clippy::cast_precision_loss)] // a few
    let mut cost = near.count() as f64 * NEAR_COST;
    let mut at = STEP;
    while at < length {
        let [x, y] = [from[0] + dx * at / length, from[1] + dy * at / length];
        if !ground.all([x, y, x + 0.1, y + 0.1], |_, taken| !taken) {
            cost += ON_NAMES * STEP;
        }
        at += STEP;
    }
    cost
}

/// Gives each anchor a slot so that leaders are short in all, and pass over little; `passing` is what that costs for an
/// anchor and a port. No two leaders cross in the end: of two that cross, swapped ones are shorter, so that swapping them
/// comes to an end.
fn assign(
    anchors: &[Point],
    slots: &[Slot],
    passing: impl Fn(usize, Point) -> f64,
) -> Vec<Option<usize>> {
    let length = |anchor: usize, slot: usize| {
        let ([x, y], port) = (anchors[anchor], slots[slot].port());
        (x - port[0]).hypot(y - port[1])
    };
    let costs: Vec<Vec<f64>> = (0..anchors.len())
        .map(|anchor| {
            let of = |slot: usize| {
                length(anchor, slot) + slots[slot].cost + passing(anchor, slots[slot].port())
            };
            (0..slots.len()).map(of).collect()
        })
        .collect();
    let cost = |anchor: usize, slot: usize| costs[anchor][slot];
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
    uncross(anchors, slots, &mut given);
    given
}

/// Swaps leaders that cross until none do: each swap makes them shorter in all.
fn uncross(anchors: &[Point], slots: &[Slot], given: &mut [Option<usize>]) {
    let leader = |anchor: usize, slot: usize| [anchors[anchor], slots[slot].port()];
    for _ in 0..ROUNDS {
        let mut is_done = true;
        for a in 0..anchors.len() {
            for b in a + 1..anchors.len() {
                if let (Some(own), Some(other)) = (given[a], given[b])
                    && crosses(leader(a, own), leader(b, other))
                {
                    (given[a], given[b]) = (Some(other), Some(own));
                    is_done = false;
                }
            }
        }
        if is_done {
            return;
        }
    }
}

fn crosses(a: [Point; 2], b: [Point; 2]) -> bool {
    let turn = |p: Point, q: Point, r: Point| {
        (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    };
    turn(a[0], a[1], b[0]) * turn(a[0], a[1], b[1]) < -1e-6
        && turn(b[0], b[1], a[0]) * turn(b[0], b[1], a[1]) < -1e-6
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            let given = assign(&anchors, &slots, |anchor, port| f64::from(u32::from(anchor % 3 == 0 && port[1] < 60.0)) * 30.0);
            let leaders: Vec<[Point; 2]> = anchors.iter().zip(&given).map(|(a, s)| [*a, slots[s.unwrap()].port()]).collect();
            for (i, a) in leaders.iter().enumerate() {
                for b in &leaders[i + 1..] {
                    prop_assert!(!crosses(*a, *b), "{a:?} {b:?}");
                }
            }
        }
    }
}
