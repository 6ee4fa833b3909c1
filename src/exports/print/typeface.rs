//! The typeface of pages and maps, Source Sans 3 (SIL Open Font License 1.1): words as glyphs.
//!
//! The files are those that pages load (WOFF 2, Latin only); they are unpacked once. Words are shaped by `rustybuzz`, so
//! that SVG, PDF and PNG agree on how wide they are.

use std::sync::{Arc, OnceLock};

use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use rustybuzz::{Face, UnicodeBuffer};

/// The weights there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// 400
    Regular,
    /// 600
    Semibold,
}

const REGULAR: &[u8] =
    include_bytes!("../../../web/dist/assets/source-sans-3-latin-400-normal.woff2");
const SEMIBOLD: &[u8] =
    include_bytes!("../../../web/dist/assets/source-sans-3-latin-600-normal.woff2");

/// The family's name.
pub const FAMILY: &str = "Source Sans 3";

impl Weight {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Regular, Self::Semibold];

    /// As CSS counts it.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::Semibold => 600,
        }
    }

    /// The file that pages load.
    #[must_use]
    pub const fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Semibold => SEMIBOLD,
        }
    }

    /// The weight that a style's `text-font` means.
    #[must_use]
    pub fn named(font: &str) -> Self {
        let is_strong = ["bold", "black", "medium"]
            .iter()
            .any(|w| font.to_lowercase().contains(w));
        if is_strong {
            Self::Semibold
        } else {
            Self::Regular
        }
    }
}

/// The unpacked font files.
pub struct Typeface {
    files: [Arc<Vec<u8>>; 2],
}

/// Words shaped: glyphs one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
    /// How wide the words are, in ems.
    pub width: f64,
}

/// A glyph of a run, in ems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// Where its text begins, in bytes.
    pub start: usize,
    /// How far to the next one.
    pub advance: f64,
    /// How far it is moved from its place.
    pub offset: [f64; 2],
}

impl Typeface {
    /// The typeface; `None` where the files that came with the pages are damaged.
    pub fn get() -> Option<&'static Self> {
        static LOADED: OnceLock<Option<Typeface>> = OnceLock::new();
        LOADED
            .get_or_init(|| {
                let [a, b] = Weight::ALL.map(|weight| unpacked(weight.file()));
                Some(Self {
                    files: [Arc::new(a?), Arc::new(b?)],
                })
            })
            .as_ref()
    }

    /// The font file of a weight: TrueType.
    #[must_use]
    pub fn file(&self, weight: Weight) -> &Arc<Vec<u8>> {
        match weight {
            Weight::Regular => &self.files[0],
            Weight::Semibold => &self.files[1],
        }
    }

    /// A weight, to be measured and drawn with; `None` where its file is no font.
    #[must_use]
    pub fn font(&self, weight: Weight) -> Option<Font<'_>> {
        let face = Face::from_slice(self.file(weight), 0)?;
        Some(Font {
            em: f64::from(face.units_per_em()),
            face,
        })
    }
}

/// WOFF 2 to TrueType.
fn unpacked(file: &[u8]) -> Option<Vec<u8>> {
    let mut inflate = |packed: &[u8], size: usize| {
        let mut out = Vec::with_capacity(size);
        brotli::BrotliDecompress(&mut &*packed, &mut out)?;
        Ok(out)
    };
    wuff::decompress_woff2_with_custom_brotli(file, &mut inflate).ok()
}

/// One weight.
pub struct Font<'a> {
    face: Face<'a>,
    em: f64,
}

impl Font<'_> {
    /// Words as glyphs. A narrow no-break space that the font lacks is a plain one, narrower.
    #[must_use]
    pub fn shape(&self, text: &str) -> Run {
        let mut buffer = UnicodeBuffer::new();
        let has = |c: char| self.face.glyph_index(c).is_some();
        for (at, letter) in text.char_indices() {
            let shown = if has(letter) || !letter.is_whitespace() {
                letter
            } else {
                ' '
            };
            buffer.add(shown, u32::try_from(at).unwrap_or(u32::MAX));
        }
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(&self.face, &[], buffer);
        let mut run = Run {
            glyphs: Vec::with_capacity(shaped.len()),
            width: 0.0,
        };
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let start = info.cluster as usize;
            let is_narrow = text[start..].starts_with('\u{202f}') && !has('\u{202f}');
            let narrower = if is_narrow { 0.6 } else { 1.0 };
            let em = |units: i32| f64::from(units) / self.em;
            let glyph = Glyph {
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                start,
                advance: em(position.x_advance) * narrower,
                offset: [em(position.x_offset), em(position.y_offset)],
            };
            run.width += glyph.advance;
            run.glyphs.push(glyph);
        }
        run
    }

    /// How wide words are, in ems.
    #[must_use]
    pub fn width(&self, text: &str) -> f64 {
        self.shape(text).width
    }

    /// Draws a glyph's outline, in font units of which [`Self::em`] are an em, y upwards.
    pub fn outline(&self, glyph: u16, builder: &mut dyn OutlineBuilder) {
        self.face.outline_glyph(GlyphId(glyph), builder);
    }

    /// Font units in an em.
    #[must_use]
    pub fn em(&self) -> f64 {
        self.em
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_what_french_needs() {
        let typeface = Typeface::get().unwrap();
        for weight in Weight::ALL {
            let font = typeface.font(weight).unwrap();
            let run = font.shape("Œuvre d’« Île-de-France » – L’Haÿ, 1 000 km²…");
            assert!(run.glyphs.iter().all(|g| g.id != 0), "{run:?}");
            assert!(font.width("mm") > 2.0 * font.width("ii"));
            let narrow = font.width("1\u{202f}000") - font.width("1000");
            assert!(
                narrow > 0.0 && narrow < font.width("1 000") - font.width("1000") + 1e-9,
                "{narrow}"
            );
        }
    }
}
