//! Web Mercator (EPSG:3857) on integers.
//!
//! The fine grid has 2^[`FINE_BITS`] steps around the equator (7.5 cm), its origin at 0°, 0° and y
//! northwards. The grid of a zoom is the fine grid with bits dropped, so that every zoom rounds the same
//! positions and rounding can be repeated without drift.

use super::lattice::{MAX_ABS, Vertex};

/// Steps around the equator on the fine grid, as a power of two.
pub const FINE_BITS: u32 = 29;

/// Side of a tile, in tile units, as a power of two: extent 4096.
pub const EXTENT_BITS: u32 = 12;

/// Side of a tile in tile units.
pub const EXTENT: i32 = 1 << EXTENT_BITS;

/// The latitude at which the square world of Web Mercator ends, in degrees.
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// The fine-grid position of a micro-degree vertex; latitudes beyond the square world are drawn in.
#[must_use]
pub fn project(v: Vertex) -> Vertex {
    let [lon, lat] = v.to_degrees();
    let scale = f64::from(1_u32 << FINE_BITS);
    // Not the system's mathematics: positions are the same to the last bit on every machine.
    let sin = libm::sin(lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians());
    let y = libm::atanh(sin) / std::f64::consts::TAU;
    // |lon| ≤ 180 and |y| ≤ ½: within ±2^28.
    #[allow(clippy::cast_possible_truncation)]
    let step = |v: f64| (v * scale).round() as i32;
    let projected = Vertex::new(step(lon / 360.0), step(y));
    debug_assert!(projected.x.abs() <= MAX_ABS && projected.y.abs() <= MAX_ABS);
    projected
}

/// Longitude and latitude in degrees of a fine-grid position.
#[must_use]
pub fn unproject(x: f64, y: f64) -> [f64; 2] {
    let scale = f64::from(1_u32 << FINE_BITS);
    let lat = (y / scale * std::f64::consts::TAU)
        .tanh()
        .asin()
        .to_degrees();
    [x / scale * 360.0, lat]
}

/// How many fine steps one tile unit of a zoom has, as a power of two.
#[must_use]
pub const fn unit_bits(zoom: u8) -> u32 {
    FINE_BITS - EXTENT_BITS - zoom as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projecting_and_back_stays_within_a_step() {
        for (lon, lat) in [
            (-0.370_8, 43.295_1),
            (55.45, -21.1),
            (-61.5, 16.2),
            (179.9, 85.0),
        ] {
            let v = project(Vertex::from_degrees(lon, lat).unwrap());
            let [x, y] = unproject(f64::from(v.x), f64::from(v.y));
            assert!(
                (x - lon).abs() < 1e-6 && (y - lat).abs() < 1e-6,
                "{lon} {lat}: {x} {y}"
            );
        }
    }
}
