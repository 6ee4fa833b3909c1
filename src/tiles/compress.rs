//! Content codings of tiles: each made once and kept, so it may cost more than one made for each answer.
//!
//! The same tile gives the same bytes, always: no time, no name, no thread goes in. A newer encoder may give
//! others; the golden tiles hold the compressed bytes too, so that [`super::RENDERER`] is raised with it.
//!
//! Qualities were chosen by `cargo bench --bench compression`. Per cent of the tile that is left, and
//! milliseconds for a median tile, on one core of the machine of the README's numbers:
//!
//! | tiles (mean size) | br 2 | br 5 | br 9 | zstd 3 | zstd 6 | zstd 12 | gzip 6 | gzip 9 | zlib-rs 6 |
//! |---|---|---|---|---|---|---|---|---|---|
//! | 3 kB | 79.7 / 0.02 | 75.7 / 0.05 | 74.1 / 0.5 | 76.6 / 0.02 | 76.0 / 0.03 | 75.4 / 0.05 | 76.4 / 0.01 | 76.5 / 0.02 | 76.7 / 0.03 |
//! | 12 kB | 73.2 / 0.07 | 69.8 / 0.17 | 67.9 / 1.1 | 70.7 / 0.05 | 70.0 / 0.11 | 69.2 / 0.25 | 70.6 / 0.06 | 70.4 / 0.06 | 70.5 / 0.11 |
//! | 43 kB | 64.5 / 0.3 | 61.1 / 1.0 | 59.6 / 3.7 | 63.9 / 0.15 | 62.7 / 0.43 | 62.4 / 0.8 | 62.2 / 0.46 | 62.0 / 0.6 | 62.6 / 0.55 |
//! | 319 kB | 58.4 / 1.7 | 54.0 / 5.0 | 53.3 / 15 | 58.9 / 0.7 | 56.6 / 1.8 | 56.1 / 5.6 | 57.5 / 2.1 | 57.2 / 6.4 | 58.1 / 2.6 |
//!
//! zstd 6 is as small as br 5 on the tiles that maps ask for most, in half the time, and browsers undo it
//! faster: it is the one preferred. A large tile waits too long for br 5. For gzip libdeflate's level 12 saves 5 % of a tile of
//! 16 kB in 1.5 ms, nothing of a small one in next to no time, and takes too long for a large one.

/// A content coding of HTTP, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// The tile itself.
    Identity,
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// An encoder said no: a fault of ours, for the log.
#[derive(Clone, Debug, thiserror::Error)]
#[error("la compression {} a échoué\u{a0}: {cause}", .encoding.name())]
pub struct CompressError {
    encoding: Encoding,
    cause: String,
}

/// Tiles of fewer bytes are sent as they are: with its header a compressed one would gain nothing.
const MIN_BYTES: usize = 200;

/// What a compressed body must save, in bytes: its `Content-Encoding` header, and undoing it.
const MIN_GAIN: usize = 32;

const GZIP_LEVEL: i32 = 12;
/// For tiles of more than [`GZIP_LARGE`] bytes.
const GZIP_LEVEL_LARGE: i32 = 6;
const GZIP_LARGE: usize = 32 << 10;
const ZSTD_LEVEL: i32 = 6;

/// For files of many megabytes: a third of the time for a few hundredths of the size.
const STREAM_ZSTD_LEVEL: i32 = 3;
const BROTLI_QUALITY: i32 = 5;
/// For tiles of more than [`BROTLI_LARGE`] bytes.
const BROTLI_QUALITY_LARGE: i32 = 2;
const BROTLI_LARGE: usize = 48 << 10;
/// Base-2 logarithm of how far back brotli looks, in bytes; a wider window gains nothing on tiles.
const BROTLI_WINDOW: i32 = 18;

impl Encoding {
    /// All of them, the least preferred first among those a client likes equally.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Gzip, Self::Brotli, Self::Zstd];

    /// The name in `Content-Encoding` and `Accept-Encoding`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// The tile in a coding where that is worth sending: `None` for [`Encoding::Identity`], for small tiles and
/// for those that hardly shrink.
///
/// # Errors
/// Where an encoder refuses, which is not known to happen.
pub fn compress(encoding: Encoding, tile: &[u8]) -> Result<Option<Vec<u8>>, CompressError> {
    if tile.len() < MIN_BYTES {
        return Ok(None);
    }
    let made = match encoding {
        Encoding::Identity => return Ok(None),
        Encoding::Gzip => gzip(tile)?,
        Encoding::Brotli => brotli(tile)?,
        Encoding::Zstd => {
            zstd::bulk::compress(tile, ZSTD_LEVEL).map_err(|e| CompressError::new(encoding, &e))?
        }
    };
    Ok((made.len() + MIN_GAIN <= tile.len()).then_some(made))
}

/// Bytes as one gzip member without name, time or system.
///
/// # Errors
/// Where the encoder refuses, which is not known to happen.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>, CompressError> {
    let level = if bytes.len() > GZIP_LARGE {
        GZIP_LEVEL_LARGE
    } else {
        GZIP_LEVEL
    };
    let level = libdeflater::CompressionLvl::new(level).unwrap_or_default();
    let mut encoder = libdeflater::Compressor::new(level);
    let mut out = vec![0; encoder.gzip_compress_bound(bytes.len())];
    let length = encoder
        .gzip_compress(bytes, &mut out)
        .map_err(|e| CompressError::new(Encoding::Gzip, &e))?;
    out.truncate(length);
    Ok(out)
}

/// Copies a stream in a coding: for files that are too large to be in memory. Brotli is left out: it is too slow for them.
///
/// # Errors
/// What the streams say.
pub fn copy(
    encoding: Encoding,
    from: &mut impl std::io::Read,
    to: &mut impl std::io::Write,
) -> std::io::Result<()> {
    match encoding {
        Encoding::Zstd => zstd::stream::copy_encode(from, to, STREAM_ZSTD_LEVEL),
        Encoding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(to, flate2::Compression::default());
            std::io::copy(from, &mut encoder)?;
            encoder.finish().map(|_| ())
        }
        Encoding::Identity | Encoding::Brotli => std::io::copy(from, to).map(|_| ()),
    }
}

fn brotli(tile: &[u8]) -> Result<Vec<u8>, CompressError> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: if tile.len() > BROTLI_LARGE {
            BROTLI_QUALITY_LARGE
        } else {
            BROTLI_QUALITY
        },
        lgwin: BROTLI_WINDOW,
        size_hint: tile.len(),
        ..Default::default()
    };
    let mut out = Vec::with_capacity(tile.len());
    brotli::BrotliCompress(&mut &*tile, &mut out, &params)
        .map_err(|e| CompressError::new(Encoding::Brotli, &e))?;
    Ok(out)
}

impl CompressError {
    fn new(encoding: Encoding, cause: &dyn std::fmt::Display) -> Self {
        let cause = cause.to_string();
        Self { encoding, cause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn tile() -> Vec<u8> {
        (0..20_000_u32)
            .flat_map(|i| (i * i % 977).to_be_bytes())
            .collect()
    }

    #[test]
    fn every_coding_gives_the_tile_back_and_the_same_bytes_again() {
        for tile in [tile(), tile().repeat(4)] {
            for encoding in [Encoding::Gzip, Encoding::Brotli, Encoding::Zstd] {
                let made = compress(encoding, &tile).unwrap().unwrap();
                assert!(made.len() < tile.len(), "{encoding:?}");
                assert_eq!(made, compress(encoding, &tile).unwrap().unwrap());
                let mut back = Vec::new();
                match encoding {
                    Encoding::Identity => unreachable!(),
                    Encoding::Gzip => {
                        flate2::read::GzDecoder::new(&made[..]).read_to_end(&mut back)
                    }
                    Encoding::Brotli => {
                        brotli::Decompressor::new(&made[..], 4096).read_to_end(&mut back)
                    }
                    Encoding::Zstd => zstd::stream::Decoder::new(&made[..])
                        .unwrap()
                        .read_to_end(&mut back),
                }
                .unwrap();
                assert!(back == tile, "{encoding:?}");
            }
        }
    }

    #[test]
    fn streams_come_back_as_they_were() {
        let tile = tile();
        let coded = |encoding| {
            let mut out = Vec::new();
            copy(encoding, &mut &tile[..], &mut out).unwrap();
            out
        };
        let mut back = Vec::new();
        let zstd = coded(Encoding::Zstd);
        let mut decoder = zstd::stream::Decoder::new(&zstd[..]).unwrap();
        decoder.read_to_end(&mut back).unwrap();
        assert!(back == tile && zstd.len() < tile.len());
        back.clear();
        let gzip = coded(Encoding::Gzip);
        flate2::read::GzDecoder::new(&gzip[..])
            .read_to_end(&mut back)
            .unwrap();
        assert!(back == tile);
        assert!(coded(Encoding::Identity) == tile);
    }

    #[test]
    fn gzip_says_nothing_of_when_and_where() {
        let made = gzip(&tile()).unwrap();
        // RFC 1952 § 2.3: flags, time, then (after extra flags) an unknown system.
        assert_eq!((&made[3..8], made[9]), (&[0; 5][..], 255));
    }

    #[test]
    fn what_would_not_shrink_is_left_alone() {
        let mut seed = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        })
        .take(1000)
        .collect();
        for encoding in Encoding::ALL {
            assert!(compress(encoding, &noise).unwrap().is_none());
            assert!(compress(encoding, &[0; 150]).unwrap().is_none());
        }
        assert!(compress(Encoding::Identity, &tile()).unwrap().is_none());
    }
}
