//! From the rings of a file to polygons.

use geozero::GeomProcessor;
use geozero::error::GeozeroError;

use super::Rings;
use super::error::Fault;

/// Most comparisons made to put the holes of one shape into their exteriors.
const MAX_COMPARISONS: usize = 50_000_000;

/// Collects the polygons of one geometry that geozero walks. Sizes announced by the file reserve nothing.
#[derive(Debug, Default)]
pub(super) struct Collector {
    polygons: Vec<Rings>,
    refused: Option<&'static str>,
}

impl Collector {
    /// The polygons collected, without those that have no ring.
    ///
    /// # Errors
    /// [`Fault::NotPolygon`] when the geometry was of another kind, [`Fault::Damaged`] when `walked` is an error.
    pub(super) fn finish(
        self,
        format: &'static str,
        walked: Result<(), GeozeroError>,
    ) -> Result<Vec<Rings>, Fault> {
        if let Some(found) = self.refused {
            return Err(Fault::NotPolygon { found });
        }
        walked.map_err(|error| Fault::Damaged {
            format,
            detail: format!("géométrie illisible, {error}"),
        })?;
        Ok(self
            .polygons
            .into_iter()
            .filter(|polygon| !polygon.is_empty())
            .collect())
    }

    fn refuse(&mut self, found: &'static str) -> Result<(), GeozeroError> {
        self.refused.get_or_insert(found);
        Err(GeozeroError::Geometry(found.to_owned()))
    }
}

impl GeomProcessor for Collector {
    fn xy(&mut self, x: f64, y: f64, _: usize) -> Result<(), GeozeroError> {
        let ring = self
            .polygons
            .last_mut()
            .and_then(|polygon| polygon.last_mut())
            .ok_or(GeozeroError::GeometryFormat)?;
        ring.push([x, y]);
        Ok(())
    }

    fn polygon_begin(&mut self, _: bool, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.polygons.push(Vec::new());
        Ok(())
    }

    fn linestring_begin(&mut self, tagged: bool, _: usize, _: usize) -> Result<(), GeozeroError> {
        match self.polygons.last_mut() {
            Some(polygon) if !tagged => {
                polygon.push(Vec::new());
                Ok(())
            }
            _ => self.refuse("LineString"),
        }
    }

    fn empty_point(&mut self, _: usize) -> Result<(), GeozeroError> {
        self.refuse("Point")
    }
    fn point_begin(&mut self, _: usize) -> Result<(), GeozeroError> {
        self.refuse("Point")
    }
    fn multipoint_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("MultiPoint")
    }
    fn multilinestring_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("MultiLineString")
    }
    fn circularstring_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("CircularString")
    }
    fn compoundcurve_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("CompoundCurve")
    }
    fn curvepolygon_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("CurvePolygon")
    }
    fn multicurve_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("MultiCurve")
    }
    fn triangle_begin(&mut self, _: bool, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("Triangle")
    }
    fn tin_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("Tin")
    }
    fn polyhedralsurface_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("PolyhedralSurface")
    }
    // Refused before geozero goes down into it: nested collections would recurse without bound.
    fn geometrycollection_begin(&mut self, _: usize, _: usize) -> Result<(), GeozeroError> {
        self.refuse("GeometryCollection")
    }
}

/// Puts the rings of a Shapefile polygon together: a clockwise ring opens a polygon, a counter-clockwise one is a
/// hole of the smallest clockwise ring around it.
///
/// Software that ignores the direction rule is met half-way: a hole that no ring surrounds is a polygon of its own,
/// and when no ring is clockwise the outermost ones are the exteriors.
///
/// # Errors
/// [`Fault::Damaged`] when the shape has so many rings that sorting them would take minutes.
pub(super) fn polygons_of(rings: Rings) -> Result<Vec<Rings>, Fault> {
    let all: Vec<(Vec<[f64; 2]>, f64)> = rings
        .into_iter()
        .filter(|r| !r.is_empty())
        .map(|r| (doubled_area(&r), r))
        .map(|(a, r)| (r, a))
        .collect();
    let clockwise = all.iter().filter(|(_, area)| *area <= 0.0).count();
    let positions: usize = all.iter().map(|(ring, _)| ring.len()).sum();
    let candidates = if clockwise == 0 { all.len() } else { clockwise };
    if all.len() > 1 && candidates.saturating_mul(positions) > MAX_COMPARISONS {
        let detail = format!("{} anneaux dans un seul objet", all.len());
        return Err(Fault::Damaged {
            format: "Shapefile",
            detail,
        });
    }
    let is_exterior: Vec<bool> = if clockwise > 0 {
        all.iter().map(|(_, area)| *area <= 0.0).collect()
    } else {
        (0..all.len())
            .map(|i| {
                all.iter()
                    .enumerate()
                    .filter(|(j, (around, _))| *j != i && contains(around, &all[i].0))
                    .count()
                    % 2
                    == 0
            })
            .collect()
    };
    let parent = |hole: usize| {
        let around = all
            .iter()
            .enumerate()
            .filter(|(i, (ring, _))| is_exterior[*i] && contains(ring, &all[hole].0));
        around
            .min_by(|a, b| a.1.1.abs().total_cmp(&b.1.1.abs()))
            .map(|(i, _)| i)
    };
    let parents: Vec<Option<usize>> = (0..all.len())
        .map(|i| if is_exterior[i] { None } else { parent(i) })
        .collect();
    let mut slot = vec![usize::MAX; all.len()];
    let mut polygons: Vec<Rings> = Vec::new();
    let mut holes = Vec::new();
    for (i, (ring, _)) in all.into_iter().enumerate() {
        if let Some(exterior) = parents[i] {
            holes.push((exterior, ring));
        } else {
            slot[i] = polygons.len();
            polygons.push(vec![ring]);
        }
    }
    for (exterior, ring) in holes {
        if let Some(polygon) = polygons.get_mut(slot[exterior]) {
            polygon.push(ring);
        }
    }
    Ok(polygons)
}

/// Twice the signed area, in the square of the coordinates' unit: negative for a clockwise ring.
fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let Some(&origin) = ring.first() else {
        return 0.0;
    };
    let from = |p: [f64; 2]| [p[0] - origin[0], p[1] - origin[1]];
    let pairs = ring.iter().zip(ring.iter().cycle().skip(1));
    pairs
        .map(|(&a, &b)| (from(a), from(b)))
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum()
}

/// Whether `inner` lies in `outer`, told by the first position of `inner` that is not on the edge of `outer`.
fn contains(outer: &[[f64; 2]], inner: &[[f64; 2]]) -> bool {
    let fold = |f: fn(f64, f64) -> f64, axis: usize, start: f64| {
        outer.iter().fold(start, |m, p| f(m, p[axis]))
    };
    let low = [
        fold(f64::min, 0, f64::INFINITY),
        fold(f64::min, 1, f64::INFINITY),
    ];
    let high = [
        fold(f64::max, 0, f64::NEG_INFINITY),
        fold(f64::max, 1, f64::NEG_INFINITY),
    ];
    let outside = |p: &[f64; 2]| (0..2).any(|axis| p[axis] < low[axis] || p[axis] > high[axis]);
    if inner.iter().any(outside) {
        return false;
    }
    inner
        .iter()
        .take(64)
        .find_map(|&p| side(outer, p))
        .unwrap_or(false)
}

/// `Some(true)` inside the ring, `Some(false)` outside, `None` on its edge.
fn side(ring: &[[f64; 2]], p: [f64; 2]) -> Option<bool> {
    let mut inside = false;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let turn = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
        let along =
            |axis: usize| p[axis] >= a[axis].min(b[axis]) && p[axis] <= a[axis].max(b[axis]);
        if turn == 0.0 && along(0) && along(1) {
            return None;
        }
        if (a[1] > p[1]) != (b[1] > p[1]) && (turn > 0.0) == (b[1] > a[1]) {
            inside = !inside;
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64, clockwise: bool) -> Vec<[f64; 2]> {
        let mut ring = vec![
            [x, y],
            [x, y + side],
            [x + side, y + side],
            [x + side, y],
            [x, y],
        ];
        if !clockwise {
            ring.reverse();
        }
        ring
    }

    #[test]
    fn holes_go_to_the_smallest_ring_around_them_whatever_their_order() {
        let hole = square(2.0, 2.0, 4.0, false);
        let island = square(3.0, 3.0, 2.0, true);
        let lake = square(3.5, 3.5, 1.0, false);
        let rings = vec![
            lake.clone(),
            hole.clone(),
            square(0.0, 0.0, 10.0, true),
            island.clone(),
            square(20.0, 0.0, 1.0, true),
        ];
        let polygons = polygons_of(rings).unwrap();
        assert_eq!(polygons.len(), 3);
        assert_eq!(polygons[0], vec![square(0.0, 0.0, 10.0, true), hole]);
        assert_eq!(polygons[1], vec![island, lake]);
    }

    #[test]
    fn a_hole_touching_its_exterior_stays_in_it() {
        let hole = vec![[0.0, 5.0], [3.0, 4.0], [3.0, 6.0], [0.0, 5.0]];
        let polygons = polygons_of(vec![square(0.0, 0.0, 10.0, true), hole]).unwrap();
        assert_eq!((polygons.len(), polygons[0].len()), (1, 2));
    }

    #[test]
    fn direction_ignored_by_the_writer_is_made_up_for_by_nesting() {
        let polygons = polygons_of(vec![
            square(2.0, 2.0, 4.0, false),
            square(0.0, 0.0, 10.0, false),
        ])
        .unwrap();
        assert_eq!((polygons.len(), polygons[0].len()), (1, 2));
        let apart = polygons_of(vec![
            square(0.0, 0.0, 1.0, true),
            square(5.0, 5.0, 1.0, false),
        ])
        .unwrap();
        assert_eq!(apart.len(), 2);
    }

    #[test]
    fn a_shape_with_too_many_rings_is_refused() {
        let rings = (0..10_000)
            .map(|i| square(f64::from(i), 0.0, 0.5, i % 2 == 0))
            .collect();
        assert!(matches!(polygons_of(rings), Err(Fault::Damaged { .. })));
    }
}
