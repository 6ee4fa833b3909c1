//! Names in what they name, or next to it.

use super::breaks::Lines;
use super::ground::{CELL, Cells, Ground, LAND};
use super::{Align, Look, ROOM, SMALLEST, Spot, Wish, extent, sizes};
use crate::exports::print::scene::Point;

/// How much of a name must stand where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// In its own ground but for a corner.
    Within,
    /// Partly; the rest where no territory is.
    Mostly,
    /// Where no territory is, with a short line to its own.
    Beside,
}

/// Of the cells under a name, how many may be of others where it stands within.
const CORNER: f64 = 0.06;
/// Of the cells under a name, how many must be its own where it stands partly in it.
const OWN: f64 = 0.4;
/// How far beside its ground a name may stand, in ems.
const BESIDE: f64 = 5.0;

/// The best place for a name that must be there.
pub(super) fn place<'a>(
    ground: &Ground,
    wish: &'a Wish,
    ways: &[Lines],
    rule: Rule,
) -> Option<Spot<'a>> {
    let owner = wish.owner?;
    let reach = match rule {
        Rule::Within => 0.0,
        Rule::Mostly => 2.0,
        Rule::Beside => BESIDE + 8.0,
    } * wish.look.size;
    let [left, top, right, bottom] = wish.bounds;
    let area = ground.cells([left - reach, top - reach, right + reach, bottom + reach]);
    let own = ground.sums(area, |o, _| o == owner);
    let others = ground.sums(area, |o, _| o > LAND && o != owner);
    let taken = ground.sums(area, |_, taken| taken);
    let sizes = if rule == Rule::Beside {
        vec![SMALLEST.min(wish.look.size)]
    } else {
        sizes(&wish.look)
    };
    for size in sizes {
        let mut best: Option<(f64, &Lines, Point)> = None;
        for lines in ways {
            let [width, height] = extent(lines, &wish.look, size);
            let room = size * ROOM;
            let needs = [width + 2.0 * room, height + 2.0 * room];
            for (column, row) in corners(area) {
                let cells = needs.map(in_cells);
                let (Some(o), Some(t)) =
                    (others.of(column, row, cells), taken.of(column, row, cells))
                else {
                    continue;
                };
                if t > 0 {
                    continue;
                }
                let all = cells[0] * cells[1];
                #[allow(clippy::cast_precision_loss)] // cells under a name
                let share = f64::from(own.of(column, row, cells).unwrap_or(0)) / all as f64;
                let fits = match rule {
                    Rule::Within => share >= 1.0 - CORNER,
                    Rule::Mostly => o == 0 && share >= OWN,
                    Rule::Beside => o == 0,
                };
                if !fits {
                    continue;
                }
                let corner = ground.corner(area.left + column, area.top + row);
                let middle = [corner[0] + needs[0] / 2.0, corner[1] + needs[1] / 2.0];
                let away = distance(middle, wish.anchor, [width, height]);
                // Further from the middle of its ground is worse, so is less of its own ground, so are more lines.
                #[allow(clippy::cast_precision_loss)] // three lines
                let cost = away / size + (1.0 - share) * 4.0 + lines.text.len() as f64 * 0.3;
                if best.is_none_or(|(least, ..)| cost < least) {
                    best = Some((cost, lines, middle));
                }
            }
        }
        let Some((_, lines, middle)) = best else {
            continue;
        };
        let spot = Spot {
            wish,
            lines: lines.clone(),
            size,
            middle,
            leader: None,
            align: Align::Middle,
        };
        if rule != Rule::Beside {
            return Some(spot);
        }
        let [left, top, right, bottom] = spot.bounds();
        let [x, y] = wish.anchor;
        let end = [x.clamp(left, right), y.clamp(top, bottom)];
        let length = (end[0] - x).hypot(end[1] - y);
        // Not through other names, and not far.
        let is_short = length < BESIDE * size;
        return (is_short && is_clear(ground, wish.anchor, end)).then_some(Spot {
            leader: (length > 0.3).then_some([wish.anchor, end]),
            ..spot
        });
    }
    None
}

/// Whether no name stands on a line.
pub(super) fn is_clear(ground: &Ground, from: Point, to: Point) -> bool {
    (0..=64).all(|i| {
        let part = f64::from(i) / 64.0;
        let at = [
            from[0] + (to[0] - from[0]) * part,
            from[1] + (to[1] - from[1]) * part,
        ];
        ground.all(
            [at[0], at[1], at[0] + CELL / 2.0, at[1] + CELL / 2.0],
            |_, taken| !taken,
        )
    })
}

/// How far the middle of a name is from where it would stand best; up and down counts more for wide names.
fn distance(middle: Point, anchor: Point, [width, height]: [f64; 2]) -> f64 {
    let (x, y) = ((middle[0] - anchor[0]).abs(), (middle[1] - anchor[1]).abs());
    x.hypot(y * (width / height).clamp(1.0, 2.0))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // cells of a page
fn in_cells(mm: f64) -> usize {
    (mm / CELL).ceil() as usize
}

fn corners(area: Cells) -> impl Iterator<Item = (usize, usize)> {
    let columns = area.right.saturating_sub(area.left);
    let rows = area.bottom.saturating_sub(area.top);
    (0..rows).flat_map(move |row| (0..columns).map(move |column| (column, row)))
}

/// Where names that may be left out are tried, from their best place, in ems.
const MOVES: [[f64; 2]; 9] = [
    [0.0, 0.0],
    [0.0, -0.7],
    [0.0, 0.7],
    [0.7, 0.0],
    [-0.7, 0.0],
    [0.0, -1.4],
    [0.0, 1.4],
    [1.4, 0.0],
    [-1.4, 0.0],
];

/// A place for a name that may be left out: near its best place, over no other name.
pub(super) fn anywhere<'a>(ground: &Ground, wish: &'a Wish, ways: &[Lines]) -> Option<Spot<'a>> {
    let look: &Look = &wish.look;
    // A long name is better in two lines.
    let lines = ways.iter().find(|l| l.width() <= 9.0).or(ways.last())?;
    let [width, height] = extent(lines, look, look.size);
    let room = look.size * ROOM * 2.0;
    MOVES.iter().find_map(|[dx, dy]| {
        let middle = [
            wish.anchor[0] + dx * look.size,
            wish.anchor[1] + dy * look.size,
        ];
        let half = [width / 2.0 + room, height / 2.0 + room];
        let wanted = [
            middle[0] - half[0],
            middle[1] - half[1],
            middle[0] + half[0],
            middle[1] + half[1],
        ];
        ground.is_free(wanted).then(|| Spot {
            wish,
            lines: lines.clone(),
            size: look.size,
            middle,
            leader: None,
            align: Align::Middle,
        })
    })
}
