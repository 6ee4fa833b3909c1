//! The coverage at every zoom, on all real data.

use rayon::prelude::*;
use territoires::atlas::zooms::MAX_ZOOM;
use territoires::geometry::noding::{self, Walk};
use territoires::tiles::id::TileId;
use territoires::tiles::layers;
use territoires::tiles::render::render;
use territoires::topology::dissolve::dissolve;

use super::ATLAS;

#[test]
fn every_zoom_is_a_noded_coverage_from_which_every_level_dissolves() {
    for chart in [&ATLAS.france, &ATLAS.context] {
        for zoom in 0..=MAX_ZOOM {
            let arcs = &chart.zooms.network(&chart.arcs, zoom).unwrap().arcs;
            let walks: Vec<Walk> = arcs
                .edges()
                .map(|(from, to)| Walk { from, to, label: 0 })
                .collect();
            assert_eq!(noding::contacts(&walks), [], "zoom {zoom}");
            for level in &chart.levels {
                let dissolved = dissolve(arcs, &level.labels, level.features.len());
                assert!(dissolved.is_ok(), "zoom {zoom}, {}", level.level.name());
            }
        }
    }
}

#[test]
fn every_tile_of_the_first_zooms_can_be_drawn() {
    let names = "temps-2,temps-1,epci,ept,communes,departements,regions,pays";
    let layers = layers::parse(&ATLAS, names).unwrap();
    for z in 0..=7_u32 {
        let side = 1_u32 << z;
        let failed: Vec<String> = (0..side * side)
            .into_par_iter()
            .filter_map(|i| {
                let tile = TileId::new(z, i % side, i / side).unwrap();
                render(&layers, tile)
                    .err()
                    .map(|e| format!("{tile:?}: {e}"))
            })
            .collect();
        assert_eq!(failed, Vec::<String>::new());
    }
}
