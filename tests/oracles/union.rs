//! Perimeters against `geo`'s unary union of their communes.

use geo::{BooleanOps, GeodesicArea, MultiPolygon, unary_union};
use rayon::prelude::*;
use territoires::boundaries::polygons::to_geo;
use territoires::geometry::polygon::Polygon;

use super::ATLAS;

/// The communes' own polygons, as they came from the file.
fn communes() -> Vec<MultiPolygon> {
    let (chart, level) = ATLAS.level("communes").unwrap();
    chart.levels[level]
        .perimeters
        .par_iter()
        .map(|p| to_geo(&p.polygons(&chart.arcs)))
        .collect()
}

#[test]
fn every_perimeter_equals_the_union_of_its_communes() {
    let communes = communes();
    for phase in ["temps-2", "temps-1"] {
        let (chart, level) = ATLAS.level(phase).unwrap();
        let level = &chart.levels[level];
        let wrong: Vec<String> = level
            .perimeters
            .par_iter()
            .enumerate()
            .filter_map(|(i, perimeter)| {
                let ours: Vec<Polygon> = perimeter.polygons(&chart.arcs);
                let members = communes
                    .iter()
                    .zip(&level.labels)
                    .filter(|(_, label)| **label as usize == i)
                    .flat_map(|(commune, _)| &commune.0);
                let theirs: MultiPolygon = unary_union(members);
                let difference = to_geo(&ours).xor(&theirs).geodesic_area_unsigned();
                let holes = |n: usize, h: usize| (n, h);
                let our_shape = holes(ours.len(), ours.iter().map(|p| p.holes.len()).sum());
                let their_shape = holes(
                    theirs.0.len(),
                    theirs.iter().map(|p| p.interiors().len()).sum(),
                );
                let name = &level.features[i].nom;
                (difference >= 1.0 || our_shape != their_shape).then(|| {
                    format!(
                        "{phase} {name}: {difference} m² apart, polygons and holes {our_shape:?} \
                         against {their_shape:?}"
                    )
                })
            })
            .collect();
        assert_eq!(wrong, Vec::<String>::new());
    }
}
