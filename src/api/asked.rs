//! What the address of a tile says, and the tag of its bodies.

use std::borrow::Cow;

use axum::http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

use super::params::Params;
use super::path;
use super::problem::{Problem, sentence};
use super::state::App;
use crate::domain::typography;
use crate::tiles::cache::{Format, TileKey};
use crate::tiles::compress::Encoding;
use crate::tiles::id::TileId;
use crate::tiles::layers::LayerSet;

/// A tile that exists, for problems.
pub const EXAMPLE: &str = "/tiles/temps-2/6/31/23.mvt";

/// Longer lists of layers than there are layers to name are refused unread.
const MAX_NAMES: usize = 400;

/// Browsers keep a tile for an hour, then ask with its `ETag`; while they ask, they show the old one.
const UNVERSIONED: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");

/// What an address with the version of its content says never changes.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The tiles of today under the version of another day: to be asked for again each time.
const OTHER_VERSION: HeaderValue = HeaderValue::from_static("no-cache");

/// A tile asked for: what its address says.
#[derive(Clone, Debug)]
pub struct Asked {
    layers: LayerSet,
    tile: TileId,
    /// How it is written.
    pub format: Format,
    /// How long its answers may be kept.
    pub cache_control: HeaderValue,
}

/// The layers that names ask for.
///
/// # Errors
/// 404 that says which name is wrong.
pub fn layer_set(app: &App, names: &str) -> Result<LayerSet, Problem> {
    if names.len() > MAX_NAMES {
        return Err(Problem::not_found(
            "Cette liste de couches est trop longue.",
            EXAMPLE,
        ));
    }
    LayerSet::parse(&app.atlas, names)
        .map_err(|e| Problem::not_found(sentence(&e.to_string()), EXAMPLE))
}

/// The variable parts of an address: layers, zoom, column, file.
#[must_use]
pub fn segments(uri: &Uri) -> Option<[&str; 4]> {
    let mut segments = uri.path().strip_prefix("/tiles/")?.split('/');
    let four = [
        segments.next()?,
        segments.next()?,
        segments.next()?,
        segments.next()?,
    ];
    segments.next().is_none().then_some(four)
}

/// Reads an address. Allocates only where it is percent-encoded, or to refuse.
///
/// # Errors
/// 404 for a layer that does not exist, 400 for a tile that does not and for unknown parameters.
pub fn read(app: &App, segments: [&str; 4], query: Option<&str>) -> Result<Asked, Problem> {
    let [names, z, x, file] = segments;
    let (names, z, x, file) = (text(names)?, text(z)?, text(x)?, text(file)?);
    let (y, format) = Format::strip(&file).ok_or_else(|| {
        Problem::not_found(
            "Les tuiles sont au format MVT ou MLT : l’adresse finit par « .mvt » ou « .mlt ».",
            EXAMPLE,
        )
    })?;
    Ok(Asked {
        layers: layer_set(app, &names)?,
        tile: tile_id(&z, &x, y)?,
        format,
        cache_control: kept(&app.version, query, EXAMPLE)?,
    })
}

fn text(segment: &str) -> Result<Cow<'_, str>, Problem> {
    if !segment.contains('%') {
        return Ok(Cow::Borrowed(segment));
    }
    percent_decode_str(segment)
        .decode_utf8()
        .map_err(|_| path::not_utf8())
}

fn tile_id(z: &str, x: &str, y: &str) -> Result<TileId, Problem> {
    let number = |name: &str, text: &str| {
        let canonical = text == "0" || !text.starts_with(['0', '+']);
        text.parse().ok().filter(|_| canonical).ok_or_else(|| {
            let shown = typography::shown(text, 20);
            Problem::parameter(
                name,
                format!("« {shown} » n’est pas un nombre entier sans signe ni zéro devant."),
                EXAMPLE,
            )
        })
    };
    let (z, x, y) = (number("z", z)?, number("x", x)?, number("y", y)?);
    TileId::new(z, x, y)
        .map_err(|e| Problem::parameter(e.axis(), sentence(&e.to_string()), EXAMPLE))
}

/// How long an answer may be kept depends on the version of its content that the address names: today's, or another's.
///
/// # Errors
/// Any other parameter.
pub fn kept(
    version: &str,
    query: Option<&str>,
    example: &'static str,
) -> Result<HeaderValue, Problem> {
    let Some(query) = query else {
        return Ok(UNVERSIONED);
    };
    if query.strip_prefix("v=") == Some(version) {
        return Ok(IMMUTABLE);
    }
    let params = Params::of(query, &["v"], example)?;
    Ok(match params.get("v") {
        Some(named) if named == version => IMMUTABLE,
        Some(_) => OTHER_VERSION,
        None => UNVERSIONED,
    })
}

impl Asked {
    /// Its body in a coding.
    #[must_use]
    pub fn key(&self, encoding: Encoding) -> TileKey {
        TileKey {
            layers: self.layers,
            tile: self.tile,
            format: self.format,
            encoding,
        }
    }

    /// The strong tag of a body: data and code (the version), layers, tile, format and coding decide every byte, so
    /// nothing has to be read or hashed to write it: `"94450bcac1f1-1-6-31-23-zstd"`.
    #[must_use]
    pub fn tag(&self, app: &App, encoding: Encoding) -> HeaderValue {
        let mut tag = Tag::default();
        tag.text("\"");
        tag.text(&app.version);
        let (z, x, y) = (self.tile.z(), self.tile.x(), self.tile.y());
        for number in [self.layers.bits(), z.into(), x.into(), y.into()] {
            tag.text("-");
            tag.number(number);
        }
        if self.format == Format::Mlt {
            tag.text("-mlt");
        }
        if encoding != Encoding::Identity {
            tag.text("-");
            tag.text(encoding.name());
        }
        tag.text("\"");
        tag.value()
    }
}

/// A tag being written, without the way through `fmt`: it is part of every answer.
struct Tag {
    /// Room for the version, twenty digits of layers, twelve of the tile, the name of a coding.
    bytes: [u8; 80],
    length: usize,
}

impl Default for Tag {
    fn default() -> Self {
        let (bytes, length) = ([0; 80], 0);
        Self { bytes, length }
    }
}

impl Tag {
    fn text(&mut self, text: &str) {
        let end = self.length + text.len();
        if let Some(room) = self.bytes.get_mut(self.length..end) {
            room.copy_from_slice(text.as_bytes());
            self.length = end;
        }
    }

    fn number(&mut self, number: u64) {
        let start = self.length;
        let mut rest = number;
        loop {
            if let Some(room) = self.bytes.get_mut(self.length) {
                *room = b"0123456789"[usize::try_from(rest % 10).unwrap_or(0)];
                self.length += 1;
            }
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.bytes[start..self.length].reverse();
    }

    fn value(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.bytes[..self.length])
            .unwrap_or_else(|_| HeaderValue::from_static("\"\"")) // plain ASCII by construction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_numbers() {
        let mut tag = Tag::default();
        for number in [0, 7, 10, 1_234_567_890, u64::MAX] {
            tag.number(number);
            tag.text(" ");
        }
        assert_eq!(tag.value(), "0 7 10 1234567890 18446744073709551615 ");
    }
}
