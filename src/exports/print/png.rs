//! PNG by `tiny-skia`, from the same page as SVG and PDF.

use resvg::tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Stroke as Pen,
    StrokeDash, Transform,
};
use rustybuzz::ttf_parser::OutlineBuilder;

use super::PrintError;
use super::scene::{Group, Item, Outline, Page, Shape, Stroke, Words};
use super::style::Colour;
use super::text::Type;

/// Dots of a picture at most: an A2 at 300 dpi, 140 MB while it is drawn.
pub const MOST: u32 = 36_000_000;
/// Dots per inch that may be asked for.
pub const DPI: std::ops::RangeInclusive<u32> = 36..=600;

/// Draws a page.
///
/// # Errors
/// [`PrintError::Sheet`] for more dots than [`MOST`]; [`PrintError::Output`] where the file cannot be made.
pub fn write(page: &Page, dpi: u32) -> Result<Vec<u8>, PrintError> {
    let scale = f64::from(dpi) / 25.4;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a page in dots
    let [width, height] = page.size.map(|mm| (mm * scale).round() as u32);
    if !DPI.contains(&dpi) {
        return Err(PrintError::Sheet(format!(
            "{dpi} points par pouce ne se dessinent pas ; de {} à {}",
            DPI.start(),
            DPI.end()
        )));
    }
    if u64::from(width) * u64::from(height) > u64::from(MOST) {
        let most = (f64::from(MOST) / (page.size[0] * page.size[1])).sqrt() * 25.4;
        return Err(PrintError::Sheet(format!(
            "une image de {width} × {height} points est trop grande ; demandez au plus {most:.0} points par pouce sur cette feuille, ou un PDF"
        )));
    }
    let mut pixels = Pixmap::new(width, height)
        .ok_or_else(|| PrintError::Output("image sans étendue".to_owned()))?;
    pixels.fill(Color::WHITE);
    let mut painter = Painter {
        kind: Type::new()?,
        pixels,
        scale: single(scale),
        clip: None,
    };
    for layer in &page.layers {
        painter.group(layer);
    }
    encode(&painter.pixels, dpi)
}

/// The file. All is opaque: colours alone, no transparency; compressed fast, since maps are flat.
fn encode(pixels: &Pixmap, dpi: u32) -> Result<Vec<u8>, PrintError> {
    let colours: Vec<u8> = pixels
        .data()
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|&[r, g, b, _]| [r, g, b])
        .collect();
    let mut file = Vec::with_capacity(1 << 20);
    let mut encoder = ::png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_compression(::png::Compression::Fast);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some thousands
    let per_metre = (f64::from(dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(::png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: ::png::Unit::Meter,
    }));
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&colours)?;
        writer.finish()
    });
    written.map_err(|e| PrintError::Output(e.to_string()))?;
    Ok(file)
}

#[allow(clippy::cast_possible_truncation)] // a page, to some micrometres
fn single(number: f64) -> f32 {
    number as f32
}

fn paint(colour: Colour) -> Paint<'static> {
    let mut paint = Paint::default();
    let [r, g, b] = colour.rgb;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 255
    let alpha = (colour.opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
    paint.set_color_rgba8(r, g, b, alpha);
    paint
}

fn pen(stroke: &Stroke) -> Pen {
    Pen {
        width: single(stroke.width),
        line_cap: if stroke.is_round {
            LineCap::Round
        } else {
            LineCap::Butt
        },
        line_join: if stroke.is_round {
            LineJoin::Round
        } else {
            LineJoin::Miter
        },
        dash: StrokeDash::new(dashes(&stroke.dashes), 0.0),
        ..Pen::default()
    }
}

/// Dashes and gaps in pairs: an odd list goes on with itself, as SVG and PDF have it.
fn dashes(all: &[f64]) -> Vec<f32> {
    let twice = if all.len() % 2 == 1 { 2 } else { 1 };
    all.iter()
        .cycle()
        .take(all.len() * twice)
        .map(|d| single(*d))
        .collect()
}

fn path(outline: &Outline) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for points in &outline.paths {
        for (i, [x, y]) in points.iter().map(|p| p.map(single)).enumerate() {
            if i == 0 {
                builder.move_to(x, y);
            } else {
                builder.line_to(x, y);
            }
        }
        if outline.is_closed {
            builder.close();
        }
    }
    builder.finish()
}

struct Painter {
    kind: Type,
    pixels: Pixmap,
    /// Dots in a millimetre.
    scale: f32,
    clip: Option<Mask>,
}

impl Painter {
    fn transform(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale)
    }

    fn group(&mut self, group: &Group) {
        let before = group.clip.as_ref().and_then(|c| path(c)).map(|clip| {
            let before = self.clip.clone();
            let transform = self.transform();
            if let Some(mask) = &mut self.clip {
                mask.intersect_path(&clip, FillRule::EvenOdd, true, transform);
            } else if let Some(mut mask) = Mask::new(self.pixels.width(), self.pixels.height()) {
                mask.fill_path(&clip, FillRule::EvenOdd, true, transform);
                self.clip = Some(mask);
            }
            before
        });
        for item in &group.items {
            match item {
                Item::Group(group) => self.group(group),
                Item::Shape(shape) => self.shape(shape),
                Item::Words(words) => self.words(words),
            }
        }
        if let Some(before) = before {
            self.clip = before;
        }
    }

    fn shape(&mut self, shape: &Shape) {
        let Some(path) = path(&shape.outline) else {
            return;
        };
        let transform = self.transform();
        let clip = self.clip.as_ref();
        if let Some(colour) = shape.fill {
            self.pixels
                .fill_path(&path, &paint(colour), FillRule::EvenOdd, transform, clip);
        }
        if let Some(stroke) = &shape.stroke {
            self.pixels
                .stroke_path(&path, &paint(stroke.colour), &pen(stroke), transform, clip);
        }
    }

    fn words(&mut self, words: &Words) {
        let font = self.kind.font(words.weight);
        let run = font.shape(&words.text);
        let per_unit = words.size / font.em();
        let mut letters = Letters::default();
        let mut x = words.at[0];
        for glyph in &run.glyphs {
            letters.at = [
                x + glyph.offset[0] * words.size,
                words.at[1] - glyph.offset[1] * words.size,
            ];
            letters.scale = per_unit;
            font.outline(glyph.id, &mut letters);
            x += (glyph.advance + words.spacing) * words.size;
        }
        let Some(path) = letters.builder.finish() else {
            return;
        };
        let transform = self.transform();
        let clip = self.clip.as_ref();
        if let Some((colour, width)) = words.halo {
            let halo = Stroke {
                is_round: true,
                ..Stroke::plain(colour, 2.0 * width)
            };
            self.pixels
                .stroke_path(&path, &paint(colour), &pen(&halo), transform, clip);
        }
        self.pixels.fill_path(
            &path,
            &paint(words.colour),
            FillRule::Winding,
            transform,
            clip,
        );
    }
}

/// Outlines of letters on the page.
#[derive(Default)]
struct Letters {
    builder: PathBuilder,
    at: [f64; 2],
    scale: f64,
}

impl Letters {
    fn place(&self, x: f32, y: f32) -> [f32; 2] {
        [
            single(self.at[0] + f64::from(x) * self.scale),
            single(self.at[1] - f64::from(y) * self.scale),
        ]
    }
}

impl OutlineBuilder for Letters {
    fn move_to(&mut self, x: f32, y: f32) {
        let [x, y] = self.place(x, y);
        self.builder.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let [x, y] = self.place(x, y);
        self.builder.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ([x1, y1], [x, y]) = (self.place(x1, y1), self.place(x, y));
        self.builder.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ([x1, y1], [x2, y2], [x, y]) =
            (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
