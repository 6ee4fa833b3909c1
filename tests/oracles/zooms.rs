//! The coverage at every zoom, on all real data.

use territoires::geometry::noding::{self, Walk};
use territoires::geometry::planar::NOBODY;
use territoires::geometry::tiling::Tiling;
use territoires::topology::dissolve::dissolve;
use territoires::topology::network::FIRST_COMPLETE_ZOOM;
use territoires::topology::simplify::MAX_ZOOM;

use super::ATLAS;

#[test]
fn every_zoom_is_a_noded_coverage_from_which_every_level_dissolves() {
    for chart in [&ATLAS.france, &ATLAS.context] {
        for zoom in 0..=MAX_ZOOM {
            let network = chart.zooms.network(&chart.arcs, zoom);
            let walks: Vec<Walk> = network
                .edges()
                .map(|(from, to)| Walk { from, to, label: 0 })
                .collect();
            assert_eq!(noding::contacts(&walks), [], "zoom {zoom}");
            let tiling = Tiling::new(zoom);
            for (a, b) in network.edges() {
                for (a, b) in [(a.x, b.x), (a.y, b.y)] {
                    let crossed = tiling.lines(a.min(b) + 1, a.max(b) - 1).next();
                    assert_eq!(crossed, None, "zoom {zoom}: cut without a vertex");
                }
            }
            for level in &chart.levels {
                let dissolved = dissolve(&network, &level.labels, level.features.len());
                let name = level.level.name();
                assert!(dissolved.is_ok(), "zoom {zoom}, {name}");
            }
        }
    }
}

#[test]
fn every_commune_is_drawn_from_zoom_3_on() {
    let chart = &ATLAS.france;
    for zoom in FIRST_COMPLETE_ZOOM..=MAX_ZOOM {
        let network = chart.zooms.network(&chart.arcs, zoom);
        let mut drawn = vec![false; ATLAS.places.face_count()];
        for line in 0..network.len() {
            let (left, right) = network.sides(line);
            for face in [left, right].into_iter().filter(|f| *f != NOBODY) {
                drawn[face as usize] = true;
            }
        }
        let missing = drawn.iter().filter(|d| !**d).count();
        assert_eq!(missing, 0, "zoom {zoom}");
    }
}
