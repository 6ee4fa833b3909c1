//! Where things are on a sheet.

use super::furniture::{self, INK, QUIET};
use super::scene::{Group, POINT, Point};
use super::style::Style;
use super::text::{Look, Type};
use super::typeface::Weight;
use super::wording::Notes;
use crate::domain::typography;

/// The margin, of the short side.
const MARGIN: f64 = 0.028;
/// Room between frames, of the short side.
const GAP: f64 = 0.012;
/// The width of a column beside the map, of the sheet.
const COLUMN: f64 = 0.2;

/// A corner and a size in millimetres.
pub type Area = [[f64; 2]; 2];

/// Where things are on the sheet.
pub struct Layout {
    size: [f64; 2],
    margin: f64,
    gap: f64,
    /// The size of small type in millimetres.
    pub caption: f64,
    top: f64,
    bottom: f64,
    insets: usize,
}

/// Areas for maps and legend.
pub struct Areas {
    /// The map.
    pub main: Area,
    /// The frames beside it.
    pub insets: Vec<Area>,
    /// Notes and legend.
    pub legend: Area,
    way: Way,
}

/// How the parts of a sheet's subject are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A line for each, with its inhabitants at the end.
    List,
    /// One after the other.
    Run,
    /// Not at all.
    Silent,
}

impl Layout {
    /// A sheet of a size, with so many frames beside the map.
    pub fn new(size: [f64; 2], insets: usize) -> Self {
        let short = size[0].min(size[1]);
        Self {
            size,
            margin: short * MARGIN,
            gap: short * GAP,
            // Read from farther away where the sheet is larger.
            caption: (6.8 * (short / 297.0).sqrt()).max(5.5) * POINT,
            top: 0.0,
            bottom: size[1],
            insets,
        }
    }

    /// Writes title and subtitle.
    pub fn write_title(&mut self, dress: &mut Group, kind: &Type, title: &str, subtitle: &str) {
        let width = self.size[0] - 2.0 * self.margin;
        let title = typography::unbreakable(title);
        let look = |size: f64, weight: Weight| Look {
            size,
            weight,
            colour: INK,
        };
        // As large as it may be in one line.
        let wanted = self.caption * 3.4;
        let natural = kind.width(&title, look(wanted, Weight::Semibold));
        let size = wanted * (width / natural).min(1.0);
        let baseline = self.margin + size * 0.78;
        dress
            .items
            .push(furniture::heading(title, [self.margin, baseline], size));
        let smaller = look(self.caption * 1.45, Weight::Regular);
        let lines = kind.wrapped(&typography::unbreakable(subtitle), smaller, width);
        let top = baseline + self.caption * 0.75;
        self.top = Type::lines(dress, &lines, [self.margin, top], smaller) + self.caption * 0.6;
    }

    /// Writes the line of sources.
    pub fn write_sources(&mut self, dress: &mut Group, kind: &Type, sources: &str) {
        let look = Look {
            size: self.caption.min(7.0 * POINT),
            weight: Weight::Regular,
            colour: QUIET,
        };
        let lines = kind.wrapped(sources, look, self.size[0] - 2.0 * self.margin);
        #[allow(clippy::cast_precision_loss)] // a few lines
        let height = lines.len() as f64 * furniture::line_height(look.size);
        let top = self.size[1] - self.margin * 0.8 - height;
        Type::lines(dress, &lines, [self.margin, top], look);
        self.bottom = top - self.caption * 0.5;
    }

    /// Shares out what is left between them.
    #[must_use]
    pub fn areas(&self, kind: &Type, style: &Style, notes: &Notes) -> Areas {
        let width = self.size[0] - 2.0 * self.margin;
        let height = self.bottom - self.top;
        match (width > height, self.insets) {
            (true, 0..=2) => self.pillar(kind, style, notes),
            (true, _) => self.column(kind, style, notes),
            (false, 1) => self.foot(kind, style, notes),
            (false, _) => self.band(kind, style, notes),
        }
    }

    /// On the right, one below the other: frames, notes, legend.
    fn pillar(&self, kind: &Type, style: &Style, notes: &Notes) -> Areas {
        let (width, height) = self.room();
        let side = self.size[0] * COLUMN;
        #[allow(clippy::cast_precision_loss)] // two frames
        let count = self.insets as f64;
        let least = count * side * 0.7;
        let way = self.way(kind, style, notes, [side, height - least]);
        let text = self.text_height(kind, style, notes, way, side);
        let each = (side * 1.1).min((height - text) / count.max(1.0) - self.gap * 2.0);
        let each = each.max(side * 0.3);
        let x = self.margin + width - side;
        let mut y = self.top;
        let mut insets = Vec::new();
        for _ in 0..self.insets {
            insets.push([[x, y], [side, each]]);
            y += each + self.gap;
        }
        Areas {
            main: self.beside(side),
            insets,
            legend: [[x, y], [side, text]],
            way,
        }
    }

    /// On the right: frames in two columns, the legend below them.
    fn column(&self, kind: &Type, style: &Style, notes: &Notes) -> Areas {
        let (width, height) = self.room();
        let side = self.size[0] * COLUMN;
        let way = Way::least(notes);
        let text = self.text_height(kind, style, notes, way, side);
        let x = self.margin + width - side;
        let room = height - text - self.gap * 2.0;
        let rows = self.insets.div_ceil(2).max(1);
        #[allow(clippy::cast_precision_loss)] // a few frames
        let cell = [
            (side - self.gap) / 2.0,
            (room / rows as f64 - self.gap).max(side * 0.3),
        ];
        #[allow(clippy::cast_precision_loss)] // a few frames
        let at = |i: usize| {
            [
                x + (i % 2) as f64 * (cell[0] + self.gap),
                self.top + (i / 2) as f64 * (cell[1] + self.gap),
            ]
        };
        Areas {
            main: self.beside(side),
            insets: (0..self.insets).map(|i| [at(i), cell]).collect(),
            legend: [[x, self.bottom - text], [side, text]],
            way,
        }
    }

    /// Below: notes and legend on the left, one frame on the right.
    fn foot(&self, kind: &Type, style: &Style, notes: &Notes) -> Areas {
        let (width, _) = self.room();
        let side = width * 0.28;
        let rest = width - side - self.gap * 2.0;
        let way = match Way::least(notes) {
            Way::Silent if self.text_height(kind, style, notes, Way::Run, rest) <= side => Way::Run,
            way => way,
        };
        let band = side.max(self.text_height(kind, style, notes, way, rest));
        let y = self.bottom - band;
        let inset = [[self.margin + rest + self.gap * 2.0, y], [side, side]];
        Areas {
            main: self.above(band),
            insets: vec![inset],
            legend: [[self.margin, y], [rest, band]],
            way,
        }
    }

    /// Below: the legend on the left, frames beside it.
    fn band(&self, kind: &Type, style: &Style, notes: &Notes) -> Areas {
        let (width, height) = self.room();
        let side = if self.insets > 0 { width * 0.3 } else { width };
        let way = Way::least(notes);
        let text = self.text_height(kind, style, notes, way, side);
        let band = if self.insets > 0 {
            (height * 0.19).max(text)
        } else {
            text
        };
        let y = self.bottom - band;
        let room = width - side - self.gap * 2.0;
        #[allow(clippy::cast_precision_loss)] // a few frames
        let each = room / self.insets.max(1) as f64;
        #[allow(clippy::cast_precision_loss)] // a few frames
        let at = |i: usize| [self.margin + side + self.gap * 2.0 + i as f64 * each, y];
        Areas {
            main: self.above(band),
            insets: (0..self.insets)
                .map(|i| [at(i), [each - self.gap, band]])
                .collect(),
            legend: [[self.margin, y], [side, band]],
            way,
        }
    }

    /// Width and height between title, margins and sources.
    fn room(&self) -> (f64, f64) {
        (self.size[0] - 2.0 * self.margin, self.bottom - self.top)
    }

    /// What is left beside a column.
    fn beside(&self, side: f64) -> Area {
        let (width, height) = self.room();
        let left = [self.margin, self.top];
        [left, [width - side - self.gap * 1.5, height]]
    }

    /// What is left above a band.
    fn above(&self, band: f64) -> Area {
        let (width, height) = self.room();
        let left = [self.margin, self.top];
        [left, [width, height - band - self.gap * 1.5]]
    }

    /// The way that says most and fits.
    fn way(&self, kind: &Type, style: &Style, notes: &Notes, [width, height]: [f64; 2]) -> Way {
        let fits = |way: &Way| self.text_height(kind, style, notes, *way, width) <= height;
        let found = [Way::List, Way::Run].into_iter().find(fits);
        found.unwrap_or(Way::least(notes))
    }

    fn text_height(&self, kind: &Type, style: &Style, notes: &Notes, way: Way, width: f64) -> f64 {
        let areas = Areas {
            main: [[0.0; 2]; 2],
            insets: Vec::new(),
            legend: [[0.0; 2], [width, 0.0]],
            way,
        };
        areas.write_legend(&mut Group::default(), kind, style, notes, self.caption)
    }
}

impl Way {
    /// The way that takes least room and says what must be said.
    fn least(notes: &Notes) -> Self {
        if notes.must_be_said {
            Self::Run
        } else {
            Self::Silent
        }
    }
}

impl Areas {
    /// Writes notes and legend. Returns how high they are.
    pub fn write_legend(
        &self,
        dress: &mut Group,
        kind: &Type,
        style: &Style,
        notes: &Notes,
        size: f64,
    ) -> f64 {
        let [[x, top], [width, _]]: [Point; 2] = self.legend;
        let look = Look {
            size,
            weight: Weight::Regular,
            colour: INK,
        };
        let mut y = top;
        let write = |dress: &mut Group, y: f64, words: &str| {
            let lines = kind.wrapped(&typography::unbreakable(words), look, width);
            Type::lines(dress, &lines, [x, y], look)
        };
        if let Some(figures) = &notes.figures {
            y = write(dress, y, figures) + size * 0.6;
        }
        match self.way {
            Way::Silent => {}
            _ if notes.parts.is_empty() => {}
            Way::Run => {
                let parts = notes.parts.iter();
                let parts: Vec<String> = parts.map(|(name, n)| format!("{name} ({n})")).collect();
                let all = format!("{}\u{a0}: {}.", notes.heading, parts.join(", "));
                y = write(dress, y, &all) + size * 0.6;
            }
            Way::List => {
                let heading = furniture::heading(notes.heading.to_owned(), [x, y + size], size);
                dress.items.push(heading);
                y += furniture::line_height(size) + size * 0.2;
                y = furniture::list(dress, kind, &notes.parts, [x, y], width, look) + size * 0.8;
            }
        }
        furniture::legend(dress, kind, &style.legend, [x, y], width, size) - top
    }
}
