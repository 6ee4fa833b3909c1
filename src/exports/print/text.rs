//! Lines of text on the page.

use super::PrintError;
use super::scene::{Group, Item, Point, Words};
use super::style::Colour;
use super::typeface::{Font, Typeface, Weight};

/// Both weights, to measure with.
pub struct Type {
    fonts: [Font<'static>; 2],
}

/// How a text looks.
#[derive(Clone, Copy)]
pub struct Look {
    /// The size of the type in millimetres.
    pub size: f64,
    /// How strong.
    pub weight: Weight,
    /// The colour.
    pub colour: Colour,
}

/// From line to line, in ems.
pub const LEADING: f64 = 1.28;

impl Type {
    /// The typeface of the pages.
    ///
    /// # Errors
    /// [`PrintError::Typeface`]
    pub fn new() -> Result<Self, PrintError> {
        let typeface = Typeface::get().ok_or(PrintError::Typeface)?;
        let font = |weight| typeface.font(weight).ok_or(PrintError::Typeface);
        Ok(Self {
            fonts: [font(Weight::Regular)?, font(Weight::Semibold)?],
        })
    }

    /// A weight.
    #[must_use]
    pub fn font(&self, weight: Weight) -> &Font<'static> {
        &self.fonts[usize::from(weight == Weight::Semibold)]
    }

    /// Width in millimetres.
    #[must_use]
    pub fn width(&self, text: &str, look: Look) -> f64 {
        self.font(look.weight).width(text) * look.size
    }

    /// A text in lines no wider than so many millimetres, where its words allow it.
    #[must_use]
    pub fn wrapped(&self, text: &str, look: Look, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|w| !w.is_empty()) {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}"), look) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// Writes a line whose left end stands at a position.
    pub fn line(group: &mut Group, text: impl Into<String>, at: Point, look: Look) {
        group.items.push(Item::Words(Words {
            text: text.into(),
            at,
            size: look.size,
            weight: look.weight,
            colour: look.colour,
            halo: None,
            spacing: 0.0,
        }));
    }

    /// Writes lines one below another, the first with its top at a position. Returns where the next would begin.
    pub fn lines(group: &mut Group, lines: &[String], [x, top]: Point, look: Look) -> f64 {
        let mut y = top;
        for line in lines {
            Self::line(group, line.clone(), [x, y + look.size], look);
            y += look.size * LEADING;
        }
        y
    }
}
