//! Cold tiles, HTTP included: every tile asked for once, one after the other, over one connection that is kept.
//!
//! `cargo bench --bench froid`: percentiles in milliseconds, as the client sees them, with and without
//! `Accept-Encoding`. The tiles hold seeded random points of France; the networks of all zooms are drawn before.

// A bench that cannot reach its server has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const BROWSER: &str = "gzip, deflate, br, zstd";

/// A service of its own, ended with the bench.
struct Server(Child, String);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_territoires"))
            .args(["serve", "--adresse", "127.0.0.1:0", "--cache-tuiles", "512"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .split_whitespace()
            .find_map(|w| w.strip_prefix("http://"));
        let address = address.unwrap().to_owned();
        Self(child, address)
    }

    fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.1).unwrap();
        stream.set_nodelay(true).unwrap();
        Connection(BufReader::with_capacity(1 << 20, stream))
    }
}

struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Status and length of the body.
    fn get(&mut self, path: &str, accept: Option<&str>) -> (u16, usize) {
        let accept = accept.map_or(String::new(), |a| format!("accept-encoding: {a}\r\n"));
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{accept}\r\n");
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut status, mut length) = (0, 0);
        let mut line = String::new();
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(rest) = line.strip_prefix("content-length: ") {
                length = rest.trim().parse().unwrap();
            } else if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status, length)
    }
}

/// Distinct tiles with a point of France's boxes in them, zooms in equal parts as far as there are tiles.
fn sample(zooms: std::ops::RangeInclusive<u32>, count: usize) -> Vec<(u32, u32, u32)> {
    let mut random = ChaCha8Rng::seed_from_u64(2027);
    let places = [
        [-5.0, 42.0, 8.5, 51.2],
        [-61.9, 15.8, -60.9, 16.6],
        [-54.7, 2.1, -51.6, 5.8],
        [55.2, -21.4, 55.9, -20.8],
    ];
    let mut seen = BTreeSet::new();
    let mut tiles = Vec::new();
    while tiles.len() < count {
        let [w, s, e, n] = places[if random.random_bool(0.85) {
            0
        } else {
            random.random_range(1..4)
        }];
        let (lon, lat): (f64, f64) = (random.random_range(w..e), random.random_range(s..n));
        let z = random.random_range(zooms.clone());
        let side = f64::from(1_u32 << z);
        let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the world
        let tile = (z, ((lon + 180.0) / 360.0 * side) as u32, (y * side) as u32);
        if seen.insert(tile) {
            tiles.push(tile);
        }
    }
    tiles
}

fn main() {
    for (layers, zooms, count) in [("temps-2", 0..=12, 3000), ("communes", 5..=12, 3000)] {
        for accept in [None, Some(BROWSER), Some("br"), Some("gzip")] {
            let server = Server::start();
            let mut connection = server.connect();
            for z in 0..=14 {
                // A tile of the ocean draws the network of its zoom.
                for layers in ["communes", "pays"] {
                    connection.get(&format!("/tiles/{layers}/{z}/0/0.mvt"), None);
                }
            }
            let (mut times, mut bytes, mut largest) = (Vec::new(), 0, 0);
            for (z, x, y) in sample(zooms.clone(), count) {
                let path = format!("/tiles/{layers}/{z}/{x}/{y}.mvt");
                let since = Instant::now();
                let (status, length) = connection.get(&path, accept);
                times.push(since.elapsed().as_secs_f64() * 1e3);
                assert!(status == 200 || status == 204, "{path}: {status}");
                bytes += length;
                largest = largest.max(length);
            }
            times.sort_by(f64::total_cmp);
            let at = |share: usize| times[(times.len() - 1) * share / 100];
            println!(
                "{layers} z{}–z{}, {count} cold tiles, {}: p50 {:.3}  p95 {:.3}  p99 {:.3}  max {:.3} ms; {bytes} bytes, largest {largest}",
                zooms.start(),
                zooms.end(),
                accept.unwrap_or("identity"),
                at(50),
                at(95),
                at(99),
                at(100)
            );
        }
    }
}
