//! Where names stand: in their territory where they fit, beside it, or at the edge of the map with a thin line to it.
//!
//! The rules of Imhof ("Positioning names on maps", 1975) as far as horizontal names go: a name belongs to its area, overlaps
//! no other name, leaves borders alone where it can. What is left is a boundary labelling with straight leaders (Bekos,
//! Kaufmann, Symvonis, Wolff, "Boundary labeling", 2007): names in columns along the edges, leaders short and crossing-free.

mod breaks;
pub mod ground;
mod inside;
mod leaders;

use breaks::Lines;
use ground::{Box4, Ground};

use super::scene::{Point, Words};
use super::style::Colour;
use super::text::Type;
use super::typeface::Weight;

/// How words look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The size of the type in millimetres.
    pub size: f64,
    /// How strong.
    pub weight: Weight,
    /// The colour.
    pub colour: Colour,
    /// A border around the letters, and how wide it is in millimetres.
    pub halo: Option<(Colour, f64)>,
    /// Room between letters, in ems.
    pub spacing: f64,
    /// From line to line, in ems.
    pub leading: f64,
}

/// A name to be placed.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The name.
    pub text: String,
    /// Where it would stand best, on the page.
    pub anchor: Point,
    /// How it looks.
    pub look: Look,
    /// The number of its ground in [`Ground`], for names that must all be there; none for names that are left out where
    /// there is no room.
    pub owner: Option<u16>,
    /// The box around what it names.
    pub bounds: Box4,
    /// The least first.
    pub order: f64,
}

/// A name in its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its lines.
    pub words: Vec<Words>,
    /// A line from the name to what it names.
    pub leader: Option<[Point; 2]>,
}

/// Names in their places, and those for which there was no place.
#[derive(Debug, Default)]
pub struct Names {
    /// Where names stand.
    pub placed: Vec<Placed>,
    /// Names that must be there and are not, with the number of their ground.
    pub missing: Vec<(u16, String)>,
}

/// The smallest type, in millimetres: 5.5 points.
pub const SMALLEST: f64 = 5.5 * super::scene::POINT;
/// Sizes that are tried, of the one that the style wants.
const SIZES: [f64; 3] = [1.0, 0.9, 0.8];
/// Room around words that others keep off, in ems.
const ROOM: f64 = 0.12;

/// Finds a place for each name.
pub fn place(ground: &mut Ground, wishes: &[Wish], kind: &Type) -> Names {
    let width = |weight: Weight, spacing: f64| {
        let font = kind.font(weight);
        move |line: &str| {
            let letters = line.chars().count().saturating_sub(1);
            #[allow(clippy::cast_precision_loss)] // letters of a name
            let spaced = letters as f64 * spacing;
            font.width(line) + spaced
        }
    };
    let ways = |wish: &Wish| breaks::ways(&wish.text, width(wish.look.weight, wish.look.spacing));
    let mut names = Names::default();

    let mut must: Vec<&Wish> = wishes.iter().filter(|w| w.owner.is_some()).collect();
    must.sort_by(|a, b| a.order.total_cmp(&b.order));
    for rule in [
        inside::Rule::Within,
        inside::Rule::Mostly,
        inside::Rule::Beside,
    ] {
        must.retain(|wish| {
            let found = inside::place(ground, wish, &ways(wish), rule);
            let is_placed = found.is_some();
            if let Some(spot) = found {
                names.placed.push(spot.settle(ground));
            }
            !is_placed
        });
    }
    let far: Vec<(&Wish, Vec<Lines>)> = must.into_iter().map(|wish| (wish, ways(wish))).collect();
    let (placed, missing) = leaders::place(ground, &far);
    names.placed.extend(placed);
    names.missing = missing;

    let mut may: Vec<&Wish> = wishes.iter().filter(|w| w.owner.is_none()).collect();
    may.sort_by(|a, b| a.order.total_cmp(&b.order));
    for wish in may {
        if let Some(spot) = inside::anywhere(ground, wish, &ways(wish)) {
            names.placed.push(spot.settle(ground));
        }
    }
    names
}

/// A place that was found.
struct Spot<'a> {
    wish: &'a Wish,
    lines: Lines,
    /// The size of the type in millimetres.
    size: f64,
    /// The middle of the lines.
    middle: Point,
    leader: Option<[Point; 2]>,
    align: Align,
}

/// Where lines of different widths meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Middle,
    Right,
}

/// Width and height of lines in millimetres.
fn extent(lines: &Lines, look: &Look, size: f64) -> [f64; 2] {
    #[allow(clippy::cast_precision_loss)] // three lines
    let between = (lines.text.len() - 1) as f64 * look.leading;
    [lines.width() * size, (between + 1.0) * size]
}

/// How far below the top of a line its letters stand, in ems.
const RISE: f64 = 0.8;

impl Spot<'_> {
    fn bounds(&self) -> Box4 {
        let [width, height] = extent(&self.lines, &self.wish.look, self.size);
        let [x, y] = self.middle;
        [
            x - width / 2.0,
            y - height / 2.0,
            x + width / 2.0,
            y + height / 2.0,
        ]
    }

    /// Takes the ground and writes the words.
    fn settle(self, ground: &mut Ground) -> Placed {
        let [left, top, right, bottom] = self.bounds();
        let room = self.size * ROOM;
        ground.take([left - room, top - room, right + room, bottom + room]);
        let look = self.wish.look;
        let mut baseline = top + RISE * self.size;
        let lines = self.lines.text.into_iter().zip(&self.lines.widths);
        let words = lines.map(|(text, width)| {
            let width = width * self.size;
            let x = match self.align {
                Align::Left => left,
                Align::Middle => f64::midpoint(left, right) - width / 2.0,
                Align::Right => right - width,
            };
            let at = [x, baseline];
            baseline += look.leading * self.size;
            Words {
                text,
                at,
                size: self.size,
                weight: look.weight,
                colour: look.colour,
                halo: look.halo,
                spacing: look.spacing,
            }
        });
        Placed {
            words: words.collect(),
            leader: self.leader,
        }
    }
}

/// The sizes to try for a name that must be there.
fn sizes(look: &Look) -> Vec<f64> {
    let mut sizes: Vec<f64> = SIZES
        .iter()
        .map(|s| (s * look.size).max(SMALLEST))
        .collect();
    sizes.dedup();
    sizes
}
