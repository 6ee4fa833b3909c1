//! Where a name stands: the pole of inaccessibility.

use super::lattice::Vertex;
use super::polygon::Polygon;

/// The point of the polygons farthest from their boundary, in the lattice of the input: of the largest
/// polygon (by area), by Mapbox's polylabel, to a hundredth of its extent. Always inside: where
/// rounding to the lattice would leave the polygon, `None`.
#[must_use]
pub fn pole(polygons: &[Polygon]) -> Option<Vertex> {
    let largest = polygons.iter().max_by_key(|p| p.doubled_area())?;
    let bounds = largest.bounds();
    let extent = f64::from(
        bounds
            .max
            .x
            .abs_diff(bounds.min.x)
            .max(bounds.max.y.abs_diff(bounds.min.y)),
    );
    // Longitudes shrink with latitude; on the lattice of degrees this widens the east-west reach of a
    // name, which suits names. Coordinates relative to the box keep the precision of doubles.
    let line = |r: &Vec<Vertex>| {
        r.iter()
            .chain(r.first())
            .map(|v| {
                (
                    f64::from(v.x) - f64::from(bounds.min.x),
                    f64::from(v.y) - f64::from(bounds.min.y),
                )
            })
            .collect::<geo::LineString>()
    };
    let polygon = geo::Polygon::new(
        line(&largest.exterior),
        largest.holes.iter().map(line).collect(),
    );
    let point = polylabel::polylabel(&polygon, &(extent / 100.0).max(1.0)).ok()?;
    // Within the box of the polygon.
    #[allow(clippy::cast_possible_truncation)]
    let v = Vertex::new(
        bounds.min.x + point.x().round() as i32,
        bounds.min.y + point.y().round() as i32,
    );
    let inside = super::ring::locate(&largest.exterior, v) == super::ring::Side::Inside
        && largest
            .holes
            .iter()
            .all(|h| super::ring::locate(h, v) == super::ring::Side::Outside);
    inside.then_some(v)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_horseshoe_is_labelled_in_its_bend_not_in_its_gap() {
        let v = |x, y| Vertex::new(x * 1000, y * 1000);
        let horseshoe = Polygon {
            exterior: vec![
                v(0, 0),
                v(10, 0),
                v(10, 10),
                v(8, 10),
                v(8, 4),
                v(2, 4),
                v(2, 10),
                v(0, 10),
            ],
            holes: vec![],
        };
        let pole = pole(&[horseshoe]).unwrap();
        assert!(pole.y < 4000, "{pole:?}");
    }
}
