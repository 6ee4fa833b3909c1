//! PDF 1.7 by `krilla`: vectors only, fonts embedded with the glyphs that are used, bookmarks for the frames.

use std::sync::Arc;

use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Transform};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline as Bookmarks, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, Stroke as Pen, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::PrintError;
use super::scene::{Group, Item, Outline, POINT, Page, Shape, Stroke, Words};
use super::style::Colour;
use super::text::Type;
use super::typeface::{Typeface, Weight};

/// Writes a page.
///
/// # Errors
/// [`PrintError::Typeface`]; [`PrintError::Output`] for what `krilla` refuses.
pub fn write(page: &Page) -> Result<Vec<u8>, PrintError> {
    let typeface = Typeface::get().ok_or(PrintError::Typeface)?;
    let font = |weight| {
        let file = Arc::clone(typeface.file(weight));
        Font::new(file.into(), 0).ok_or(PrintError::Typeface)
    };
    let writer = Writer {
        kind: Type::new()?,
        fonts: [font(Weight::Regular)?, font(Weight::Semibold)?],
    };
    let refused = |what: &str| PrintError::Output(what.to_owned());
    let mut document = Document::new_with(SerializeSettings::default());
    let [width, height] = page.size.map(|mm| single(mm / POINT));
    let settings =
        PageSettings::from_wh(width, height).ok_or_else(|| refused("page sans étendue"))?;
    let mut sheet = document.start_page_with(settings);
    let mut surface = sheet.surface();
    let scale = single(1.0 / POINT);
    surface.push_transform(&Transform::from_scale(scale, scale));
    for layer in &page.layers {
        writer.group(&mut surface, layer);
    }
    surface.pop();
    surface.finish();
    sheet.finish();

    let mut bookmarks = Bookmarks::new();
    for layer in &page.layers {
        if let (Some(name), Some([x, y])) = (&layer.name, corner(layer)) {
            let at = krilla::geom::Point::from_xy(single(x / POINT), single(y / POINT));
            bookmarks.push_child(OutlineNode::new(name.clone(), XyzDestination::new(0, at)));
        }
    }
    document.set_outline(bookmarks);
    document.set_metadata(
        Metadata::new()
            .title(page.title.clone())
            .description(format!("{} {}", page.description, page.sources))
            .creator(concat!("territoires ", env!("CARGO_PKG_VERSION")).to_owned())
            .language("fr-FR".to_owned()),
    );
    document
        .finish()
        .map_err(|e| PrintError::Output(format!("{e:?}")))
}

/// The upper left corner of a layer that is a frame.
fn corner(layer: &Group) -> Option<[f64; 2]> {
    let first = layer.items.iter().find_map(|item| match item {
        Item::Group(group) => group.clip.as_ref(),
        _ => None,
    })?;
    first.paths.first()?.first().copied()
}

/// To the numbers of PDF.
#[allow(clippy::cast_possible_truncation)] // a page, to some micrometres
fn single(number: f64) -> f32 {
    number as f32
}

fn opacity(colour: Colour) -> NormalizedF32 {
    NormalizedF32::new(single(colour.opacity.clamp(0.0, 1.0))).unwrap_or(NormalizedF32::ONE)
}

fn paint(colour: Colour) -> rgb::Color {
    let [r, g, b] = colour.rgb;
    rgb::Color::new(r, g, b)
}

fn fill(colour: Colour) -> Fill {
    Fill {
        paint: paint(colour).into(),
        opacity: opacity(colour),
        rule: FillRule::EvenOdd,
    }
}

fn pen(stroke: &Stroke) -> Pen {
    Pen {
        paint: paint(stroke.colour).into(),
        width: single(stroke.width),
        opacity: opacity(stroke.colour),
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
        dash: (!stroke.dashes.is_empty()).then(|| StrokeDash {
            array: stroke.dashes.iter().map(|d| single(*d)).collect(),
            offset: 0.0,
        }),
        ..Pen::default()
    }
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

struct Writer {
    kind: Type,
    fonts: [Font; 2],
}

impl Writer {
    fn group(&self, surface: &mut Surface, group: &Group) {
        let clip = group.clip.as_ref().and_then(|c| path(c));
        if let Some(clip) = &clip {
            surface.push_clip_path(clip, &FillRule::EvenOdd);
        }
        for item in &group.items {
            match item {
                Item::Group(group) => self.group(surface, group),
                Item::Shape(shape) => Self::shape(surface, shape),
                Item::Words(words) => self.words(surface, words),
            }
        }
        if clip.is_some() {
            surface.pop();
        }
    }

    fn shape(surface: &mut Surface, shape: &Shape) {
        let Some(path) = path(&shape.outline) else {
            return;
        };
        surface.set_fill(shape.fill.map(fill));
        surface.set_stroke(shape.stroke.as_ref().map(pen));
        surface.draw_path(&path);
    }

    fn words(&self, surface: &mut Surface, words: &Words) {
        let run = self.kind.font(words.weight).shape(&words.text);
        let ends = run
            .glyphs
            .iter()
            .skip(1)
            .map(|g| g.start)
            .chain([words.text.len()]);
        let glyphs: Vec<KrillaGlyph> = run
            .glyphs
            .iter()
            .zip(ends)
            .map(|(glyph, end)| KrillaGlyph {
                glyph_id: GlyphId::new(u32::from(glyph.id)),
                text_range: glyph.start..end.max(glyph.start),
                x_advance: single(glyph.advance + words.spacing),
                x_offset: single(glyph.offset[0]),
                y_offset: single(glyph.offset[1]),
                y_advance: 0.0,
                location: None,
            })
            .collect();
        let font = &self.fonts[usize::from(words.weight == Weight::Semibold)];
        let start = krilla::geom::Point::from_xy(single(words.at[0]), single(words.at[1]));
        let size = single(words.size);
        if let Some((colour, width)) = words.halo {
            let halo = Stroke {
                is_round: true,
                ..Stroke::plain(colour, 2.0 * width)
            };
            surface.set_fill(None);
            surface.set_stroke(Some(pen(&halo)));
            surface.draw_glyphs(start, &glyphs, font.clone(), &words.text, size, false);
        }
        surface.set_fill(Some(fill(words.colour)));
        surface.set_stroke(None);
        surface.draw_glyphs(start, &glyphs, font.clone(), &words.text, size, false);
    }
}
