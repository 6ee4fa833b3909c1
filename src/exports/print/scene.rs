//! A page as what is on it: groups, shapes, words, in millimetres from its upper left corner. What SVG, PDF and PNG are
//! written from.

use std::sync::Arc;

use super::style::Colour;
use super::typeface::Weight;

/// A position on the page, in millimetres: rightwards, downwards.
pub type Point = [f64; 2];

/// Millimetres in a point.
pub const POINT: f64 = 25.4 / 72.0;

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Width and height in millimetres.
    pub size: [f64; 2],
    /// What it is called.
    pub title: String,
    /// What it shows, in a sentence.
    pub description: String,
    /// Who made what it shows.
    pub sources: String,
    /// What is on it, the lowest first.
    pub layers: Vec<Group>,
}

/// Things drawn together.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Its name where it is a layer that people switch on and off.
    pub name: Option<String>,
    /// Nothing is drawn outside of this.
    pub clip: Option<Arc<Outline>>,
    /// What is in it, the lowest first.
    pub items: Vec<Item>,
}

/// Something on the page.
#[derive(Clone, Debug)]
pub enum Item {
    /// Others together.
    Group(Group),
    /// A shape.
    Shape(Shape),
    /// Words.
    Words(Words),
}

/// Lines or rings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// Each with at least two positions.
    pub paths: Vec<Vec<Point>>,
    /// Whether their ends are joined.
    pub is_closed: bool,
}

/// A shape.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where it is.
    pub outline: Arc<Outline>,
    /// The colour within (even-odd), or none.
    pub fill: Option<Colour>,
    /// The line along it, or none.
    pub stroke: Option<Stroke>,
}

/// A line's look.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width in millimetres.
    pub width: f64,
    /// Lengths of dashes and gaps in millimetres; none for a whole line.
    pub dashes: Vec<f64>,
    /// Whether ends and corners are round.
    pub is_round: bool,
}

/// One line of words.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// What they say.
    pub text: String,
    /// The left end of the line they stand on.
    pub at: Point,
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
}

impl Outline {
    /// A rectangle.
    #[must_use]
    pub fn rectangle([left, top]: Point, [width, height]: [f64; 2]) -> Self {
        let (right, bottom) = (left + width, top + height);
        Self {
            paths: vec![vec![
                [left, top],
                [right, top],
                [right, bottom],
                [left, bottom],
            ]],
            is_closed: true,
        }
    }

    /// A line.
    #[must_use]
    pub fn line(points: Vec<Point>) -> Self {
        Self {
            paths: vec![points],
            is_closed: false,
        }
    }
}

impl Stroke {
    /// A whole line with corners.
    #[must_use]
    pub fn plain(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dashes: Vec::new(),
            is_round: false,
        }
    }
}

impl Group {
    /// A layer that people switch on and off.
    #[must_use]
    pub fn layer(name: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            ..Self::default()
        }
    }

    /// Adds a shape.
    pub fn shape(&mut self, outline: Outline, fill: Option<Colour>, stroke: Option<Stroke>) {
        self.items.push(Item::Shape(Shape {
            outline: Arc::new(outline),
            fill,
            stroke,
        }));
    }
}
