//! Areas on the ellipsoid.
//!
//! Edges are taken as straight in longitude and latitude, as GeoJSON draws them (RFC 7946 § 3.1.1), and
//! the area under each is computed on the authalic sphere of GRS 80, on which areas are those of the
//! ellipsoid (Snyder, « Map Projections – A Working Manual », 1987, eq. 3-11 and 3-12). Within one edge
//! the authalic q is taken as linear in latitude: for boundaries with edges under 10 km the sum agrees with
//! Karney's geodesic area to better than 1e-5, as a test holds.

use super::lattice::Vertex;

/// Semi-major axis of GRS 80 (and, to 0.1 mm, of WGS 84), in metres.
const A: f64 = 6_378_137.0;
/// First eccentricity of GRS 80.
const E: f64 = 0.081_819_191_042_815_79;

/// Snyder's q at a latitude given by its sine.
fn authalic_q(sin: f64) -> f64 {
    let es = E * sin;
    (1.0 - E * E) * (sin / (1.0 - es * es) + es.atanh() / E)
}

/// What a chain of edges adds to the area on its left, in square metres: added up around a ring of
/// micro-degree vertices (counter-clockwise positive, its first vertex repeated at the end), its area.
#[must_use]
pub fn area_beside(chain: &[Vertex]) -> f64 {
    let q = |v: &Vertex| authalic_q(v.to_degrees()[1].to_radians().sin());
    let mut sum = 0.0;
    let mut before = chain.first().map_or(0.0, &q);
    for w in chain.windows(2) {
        let here = q(&w[1]);
        let step = (f64::from(w[1].x) - f64::from(w[0].x)) / super::lattice::STEPS_PER_DEGREE;
        sum -= step.to_radians() * (before + here);
        before = here;
    }
    // Half of the trapezoids' sum of parallels, half of a² q: a quarter.
    sum * A * A / 4.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::GeodesicArea;

    #[test]
    fn areas_agree_with_karney_for_small_edges_at_all_latitudes() {
        for lat in [-21.0, -0.5, 4.0, 43.0, 51.0] {
            // A circle-like ring of 300 edges of some 2 km.
            let ring: Vec<Vertex> = (0..=300)
                .map(|i| {
                    let t = f64::from(i) / 300.0 * std::f64::consts::TAU;
                    Vertex::from_degrees(2.0 + t.cos(), lat + t.sin()).unwrap()
                })
                .collect();
            let line: geo::LineString = ring
                .iter()
                .map(|v| geo::Coord::from(v.to_degrees()))
                .collect();
            let karney = geo::Polygon::new(line, vec![]).geodesic_area_signed();
            let ours = area_beside(&ring);
            assert!(
                (ours / karney - 1.0).abs() < 1e-5,
                "at {lat}: {ours} against {karney}"
            );
        }
    }
}
