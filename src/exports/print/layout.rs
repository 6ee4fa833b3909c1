//! Where things are on a sheet.

use super::furniture::{self, INK, QUIET};
use super::scene::{Group, POINT, Point};
use super::style::Style;
use super::text::{Look, Type};
use super::typeface::Weight;
use crate::domain::typography;

/// The margin, of the short side.
const MARGIN: f64 = 0.028;
/// Room between frames, of the short side.
const GAP: f64 = 0.012;
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
    /// The legend.
    pub legend: Area,
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
    pub fn areas(&self, kind: &Type, style: &Style, notes: &[String]) -> Areas {
        let [left, width] = [self.margin, self.size[0] - 2.0 * self.margin];
        let height = self.bottom - self.top;
        let is_wide = width > height;
        let legend_width = if is_wide {
            self.size[0] * 0.2
        } else {
            width * 0.3
        };
        let legend_height = self.legend_height(kind, style, notes, legend_width);
        let mut insets: Vec<Area> = Vec::new();
        if is_wide {
            let legend_top = if self.insets == 0 {
                self.top
            } else {
                self.bottom - legend_height
            };
            // A column on the right: frames in two columns, the legend below them.
            let x = left + width - legend_width;
            let room = height - legend_height - self.gap * 2.0;
            let rows = self.insets.div_ceil(2).max(1);
            #[allow(clippy::cast_precision_loss)] // a few frames
            let cell = [
                (legend_width - self.gap) / 2.0,
                (room / rows as f64 - self.gap).max(legend_width * 0.3),
            ];
            for i in 0..self.insets {
                #[allow(clippy::cast_precision_loss)] // a few frames
                let at = [
                    x + (i % 2) as f64 * (cell[0] + self.gap),
                    self.top + (i / 2) as f64 * (cell[1] + self.gap),
                ];
                insets.push([at, cell]);
            }
            if let [only] = insets.as_mut_slice() {
                only[1] = [legend_width, cell[1].min(legend_width * 1.2)];
            }
            Areas {
                main: [
                    [left, self.top],
                    [width - legend_width - self.gap * 1.5, height],
                ],
                insets,
                legend: [[x, legend_top], [legend_width, legend_height]],
            }
        } else {
            // A band below: the legend on the left, frames beside it.
            let band = if self.insets > 0 {
                (height * 0.19).max(legend_height)
            } else {
                legend_height
            };
            let y = self.bottom - band;
            let room = width - legend_width - self.gap * 2.0;
            #[allow(clippy::cast_precision_loss)] // a few frames
            let each = room / self.insets.max(1) as f64;
            for i in 0..self.insets {
                #[allow(clippy::cast_precision_loss)] // a few frames
                let x = left + legend_width + self.gap * 2.0 + i as f64 * each;
                insets.push([[x, y], [each - self.gap, band]]);
            }
            let legend_width = if self.insets > 0 { legend_width } else { width };
            Areas {
                main: [[left, self.top], [width, height - band - self.gap * 1.5]],
                insets,
                legend: [[left, y], [legend_width, band]],
            }
        }
    }

    fn legend_height(&self, kind: &Type, style: &Style, notes: &[String], width: f64) -> f64 {
        let areas = Areas {
            main: [[0.0; 2]; 2],
            insets: Vec::new(),
            legend: [[0.0; 2], [width, 0.0]],
        };
        areas.write_legend(&mut Group::default(), kind, style, notes, self.caption)
    }
}

impl Areas {
    /// Writes the legend. Returns how high it is.
    pub fn write_legend(
        &self,
        dress: &mut Group,
        kind: &Type,
        style: &Style,
        notes: &[String],
        size: f64,
    ) -> f64 {
        let [[x, top], [width, _]]: [Point; 2] = self.legend;
        let look = Look {
            size,
            weight: Weight::Regular,
            colour: INK,
        };
        let mut y = top;
        for note in notes {
            let lines = kind.wrapped(&typography::unbreakable(note), look, width);
            y = Type::lines(dress, &lines, [x, y], look) + size * 0.6;
        }
        let end = furniture::legend(dress, kind, &style.legend, [x, y], width, size);
        end - top
    }
}
