//! Time and size of each quality of br, zstd and gzip on tiles as they are served, which is what the
//! qualities in `src/tiles/compress.rs` were chosen by.
//!
//! `cargo bench --bench compression`: for each size class the mean size in per cent of the tile, and the
//! median and longest time of a tile in milliseconds.

// A bench that cannot load its data has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss)] // sizes and counts are small

use std::io::Write;
use std::time::Instant;

use territoires::atlas::world::Atlas;
use territoires::cli::world;
use territoires::tiles::id::TileId;
use territoires::tiles::{layers, render};

type Compress = Box<dyn Fn(&[u8]) -> Vec<u8>>;

fn brotli(quality: i32, window: i32) -> Compress {
    Box::new(move |tile| {
        let params = brotli::enc::BrotliEncoderParams {
            quality,
            lgwin: window,
            size_hint: tile.len(),
            ..Default::default()
        };
        let mut out = Vec::with_capacity(tile.len() / 2);
        brotli::BrotliCompress(&mut &tile[..], &mut out, &params).unwrap();
        out
    })
}

fn zstd(level: i32) -> Compress {
    Box::new(move |tile| zstd::bulk::compress(tile, level).unwrap())
}

fn libdeflate(level: i32) -> Compress {
    Box::new(move |tile| {
        let level = libdeflater::CompressionLvl::new(level).unwrap();
        let mut gzip = libdeflater::Compressor::new(level);
        let mut out = vec![0; gzip.gzip_compress_bound(tile.len())];
        let length = gzip.gzip_compress(tile, &mut out).unwrap();
        out.truncate(length);
        out
    })
}

fn zlib(level: u32) -> Compress {
    Box::new(move |tile| {
        let level = flate2::Compression::new(level);
        let mut out = flate2::write::GzEncoder::new(Vec::new(), level);
        out.write_all(tile).unwrap();
        out.finish().unwrap()
    })
}

/// Tiles over Pau, Paris, Lyon and Strasbourg.
fn tiles(atlas: &Atlas) -> Vec<Vec<u8>> {
    let mut tiles = Vec::new();
    for (names, zooms) in [
        ("temps-2", [4, 6, 8]),
        ("temps-2,temps-2-etiquettes", [5, 6, 8]),
        ("communes", [6, 8, 10]),
        ("communes,communes-etiquettes", [7, 9, 12]),
    ] {
        let layers = layers::parse(atlas, names).unwrap();
        for z in zooms {
            let mut seen = Vec::new();
            for (lon, lat) in [
                (-0.37_f64, 43.3_f64),
                (2.35, 48.86),
                (4.85, 45.75),
                (7.75, 48.58),
            ] {
                let n = f64::from(1_u32 << z);
                let y = 1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                // within the world
                let (x, y) = (((lon + 180.0) / 360.0 * n) as u32, (y / 2.0 * n) as u32);
                let tile = TileId::new(z, x, y).unwrap();
                if !seen.contains(&tile) {
                    seen.push(tile);
                    tiles.push(render::render(&layers, tile).unwrap());
                }
            }
        }
    }
    tiles.retain(|t| !t.is_empty());
    tiles
}

fn main() {
    let atlas = world::load(None).unwrap();
    let tiles = tiles(&atlas);
    let mut ways: Vec<(String, Compress)> = Vec::new();
    for (quality, window) in [
        (1, 18),
        (2, 18),
        (3, 18),
        (4, 18),
        (5, 18),
        (5, 22),
        (6, 18),
        (7, 18),
        (9, 18),
        (11, 18),
    ] {
        ways.push((
            format!("br {quality} (window {window})"),
            brotli(quality, window),
        ));
    }
    for level in [1, 3, 5, 6, 7, 9, 12, 15, 19] {
        ways.push((format!("zstd {level}"), zstd(level)));
    }
    for level in [4, 6, 7, 8, 9, 10, 12] {
        ways.push((format!("gzip {level} (libdeflate)"), libdeflate(level)));
    }
    for level in [4, 6, 9] {
        ways.push((format!("gzip {level} (zlib-rs)"), zlib(level)));
    }
    let classes = [
        (0, 4 << 10),
        (4 << 10, 20 << 10),
        (20 << 10, 80 << 10),
        (80 << 10, 1 << 30),
    ];
    for (from, to) in classes {
        let class: Vec<&Vec<u8>> = tiles
            .iter()
            .filter(|t| (from..to).contains(&t.len()))
            .collect();
        if class.is_empty() {
            continue;
        }
        let bytes: usize = class.iter().map(|t| t.len()).sum();
        let largest = class.iter().map(|t| t.len()).max().unwrap_or(0);
        println!(
            "\n{} tiles from {from} bytes, mean {}, largest {largest}",
            class.len(),
            bytes / class.len()
        );
        for (name, compress) in &ways {
            let mut spent = Vec::new();
            let mut out = 0;
            for tile in &class {
                let timed = || {
                    let since = Instant::now();
                    let made = compress(tile).len();
                    (since.elapsed().as_secs_f64() * 1e3, made)
                };
                // The best of three: the machine may have other work.
                let runs = [timed(), timed(), timed()];
                spent.push(runs.iter().map(|r| r.0).fold(f64::INFINITY, f64::min));
                out += runs[0].1;
            }
            spent.sort_by(f64::total_cmp);
            let (median, longest) = (spent[spent.len() / 2], spent[spent.len() - 1]);
            println!(
                "{name:24} {:5.1} %  {median:7.3} ms  {longest:7.3} ms",
                out as f64 * 100.0 / bytes as f64
            );
        }
    }
}
