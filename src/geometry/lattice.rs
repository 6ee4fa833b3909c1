//! The integer lattice: vertices, the degree lattice of the coverage, exact orientation.

/// A vertex of an integer lattice.
///
/// Which lattice is the caller's to know: micro-degrees of longitude and latitude for the coverage
/// ([`Vertex::from_degrees`]), tile units of one zoom for tiles. Values stay within ±2^29, which
/// keeps every product of two differences inside an `i64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Vertex {
    /// Eastwards.
    pub x: i32,
    /// Northwards for degrees, southwards for tile units.
    pub y: i32,
}

/// Lattice steps in one degree: a step is 1e-6°, at most 11 cm on the ground.
pub const STEPS_PER_DEGREE: f64 = 1e6;

/// The largest magnitude a lattice value may have (see [`Vertex`]).
pub const MAX_ABS: i32 = 1 << 29;

impl Vertex {
    /// A vertex from its two lattice values.
    #[must_use]
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// The lattice vertex nearest to a position in WGS84 degrees (ties away from zero), or `None`
    /// outside ±180° / ±90° or where a value is not finite.
    #[must_use]
    pub fn from_degrees(lon: f64, lat: f64) -> Option<Self> {
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            return None;
        }
        // In range by the test above: at most 180e6.
        #[allow(clippy::cast_possible_truncation)]
        let step = |v: f64| (v * STEPS_PER_DEGREE).round() as i32;
        Some(Self::new(step(lon), step(lat)))
    }

    /// Longitude and latitude in WGS84 degrees: the double nearest to the decimal with six places.
    #[must_use]
    pub fn to_degrees(self) -> [f64; 2] {
        [
            f64::from(self.x) / STEPS_PER_DEGREE,
            f64::from(self.y) / STEPS_PER_DEGREE,
        ]
    }

    /// One integer that identifies the vertex, for hashing and sorting (not in [`Ord`] order).
    #[must_use]
    pub const fn key(self) -> u64 {
        ((self.x.cast_unsigned() as u64) << 32) | self.y.cast_unsigned() as u64
    }
}

/// Twice the signed area of the triangle `a b c`: positive where `c` lies to the left of `a → b`
/// (counter-clockwise with y upwards), zero where the three are on one line. Exact.
#[must_use]
pub fn orient(a: Vertex, b: Vertex, c: Vertex) -> i64 {
    let (abx, aby) = (
        i64::from(b.x) - i64::from(a.x),
        i64::from(b.y) - i64::from(a.y),
    );
    let (acx, acy) = (
        i64::from(c.x) - i64::from(a.x),
        i64::from(c.y) - i64::from(a.y),
    );
    abx * acy - aby * acx
}

/// How far `v` lies along `a → b`: the scalar product, which orders points near the edge.
#[must_use]
pub fn along(a: Vertex, b: Vertex, v: Vertex) -> i64 {
    let (dx, dy) = (
        i64::from(b.x) - i64::from(a.x),
        i64::from(b.y) - i64::from(a.y),
    );
    dx * (i64::from(v.x) - i64::from(a.x)) + dy * (i64::from(v.y) - i64::from(a.y))
}

/// Compares the directions `o → a` and `o → b` by angle, counter-clockwise from due east.
///
/// Neither `a` nor `b` may equal `o`. Exact; parallel directions compare equal.
#[must_use]
pub fn compare_angle(o: Vertex, a: Vertex, b: Vertex) -> std::cmp::Ordering {
    // 0 for angles in [0°, 180°), 1 for [180°, 360°).
    let half = |p: Vertex| u8::from(p.y < o.y || (p.y == o.y && p.x < o.x));
    half(a).cmp(&half(b)).then_with(|| 0.cmp(&orient(o, a, b)))
}

/// A box of lattice values, borders included. Empty where `min` exceeds `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest x and y.
    pub min: Vertex,
    /// The largest x and y.
    pub max: Vertex,
}

impl Bounds {
    /// The box that holds nothing; extending it gives the box of what was added.
    pub const EMPTY: Self = Self {
        min: Vertex::new(i32::MAX, i32::MAX),
        max: Vertex::new(i32::MIN, i32::MIN),
    };

    /// The smallest box around the vertices.
    #[must_use]
    pub fn of(vertices: &[Vertex]) -> Self {
        let mut bounds = Self::EMPTY;
        for &v in vertices {
            bounds.extend(v);
        }
        bounds
    }

    /// Grows the box so that it holds `v`.
    pub fn extend(&mut self, v: Vertex) {
        self.min = Vertex::new(self.min.x.min(v.x), self.min.y.min(v.y));
        self.max = Vertex::new(self.max.x.max(v.x), self.max.y.max(v.y));
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min: Vertex::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: Vertex::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Whether the two share at least one point.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.min.x <= other.max.x
            && other.min.x <= self.max.x
            && self.min.y <= other.max.y
            && other.min.y <= self.max.y
    }

    /// Whether `other` lies wholly inside, borders allowed.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.min.x <= other.min.x
            && self.min.y <= other.min.y
            && self.max.x >= other.max.x
            && self.max.y >= other.max.y
    }

    /// Whether nothing was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.min.x > self.max.x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn six_decimals_go_in_and_come_out_as_they_were() {
        for (lon, lat) in [(-0.370_797, 43.295_1), (179.999_999, -21.0), (-61.5, 16.25)] {
            let back = Vertex::from_degrees(lon, lat).map(Vertex::to_degrees);
            assert_eq!(back, Some([lon, lat]));
        }
    }

    #[test]
    fn positions_off_the_earth_are_refused() {
        for (lon, lat) in [
            (180.1, 0.0),
            (0.0, -90.5),
            (f64::NAN, 0.0),
            (0.0, f64::INFINITY),
        ] {
            assert_eq!(Vertex::from_degrees(lon, lat), None);
        }
    }

    #[test]
    fn angles_turn_counter_clockwise_from_east() {
        let o = Vertex::new(5, 5);
        let turn = [
            (9, 5),
            (9, 9),
            (5, 9),
            (1, 9),
            (1, 5),
            (1, 1),
            (5, 1),
            (9, 1),
        ];
        for pair in turn.windows(2) {
            let (a, b) = (
                Vertex::new(pair[0].0, pair[0].1),
                Vertex::new(pair[1].0, pair[1].1),
            );
            assert_eq!(compare_angle(o, a, b), Ordering::Less);
            assert_eq!(compare_angle(o, b, a), Ordering::Greater);
        }
        assert_eq!(
            compare_angle(o, Vertex::new(6, 6), Vertex::new(9, 9)),
            Ordering::Equal
        );
    }
}
