//! The union of the 183 perimeters, against `geo::unary_union` of the same communes.
//!
//! Data: the embedded outlines (IGN ADMIN EXPRESS COG CARTO 2020, COG 2026), list of 4 July 2024.

// A bench that cannot load its data has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)] // criterion's macros write undocumented functions

use criterion::{Criterion, criterion_group, criterion_main};
use geo::{MultiPolygon, unary_union};
use rayon::prelude::*;
use std::hint::black_box;
use territoires::boundaries::dataset;
use territoires::boundaries::embedded::Embedded;
use territoires::boundaries::polygons::to_geo;
use territoires::cli::world;
use territoires::topology::{cut, dissolve};

fn union(c: &mut Criterion) {
    let [(coverage, _), _] = dataset::outlines(&Embedded).unwrap();
    let atlas = world::load(None).unwrap();
    let (chart, at) = atlas.level("temps-2").unwrap();
    let level = &chart.levels[at];
    let count = level.features.len();

    let mut group = c.benchmark_group("union");
    group.sample_size(10);
    group.bench_function("arcs of all France", |b| {
        b.iter(|| cut::cut(black_box(&coverage)).unwrap());
    });
    group.bench_function("183 perimeters, arcs to polygons", |b| {
        b.iter(|| {
            let perimeters =
                dissolve::dissolve(&chart.arcs, black_box(&level.labels), count).unwrap();
            perimeters
                .iter()
                .map(|p| p.polygons(&chart.arcs))
                .collect::<Vec<_>>()
        });
    });

    let (chart, communes) = atlas.level("communes").unwrap();
    let communes: Vec<MultiPolygon> = chart.levels[communes]
        .perimeters
        .iter()
        .map(|p| to_geo(&p.polygons(&chart.arcs)))
        .collect();
    let members: Vec<Vec<&geo::Polygon>> = (0..count)
        .map(|i| {
            let own = communes
                .iter()
                .zip(&level.labels)
                .filter(|(_, l)| **l as usize == i);
            own.flat_map(|(c, _)| &c.0).collect()
        })
        .collect();
    group.bench_function("183 perimeters, geo::unary_union, two threads", |b| {
        b.iter(|| -> Vec<MultiPolygon> {
            black_box(&members)
                .par_iter()
                .map(|m| unary_union(m.iter().copied()))
                .collect()
        });
    });
    group.finish();
}

criterion_group!(benches, union);
criterion_main!(benches);
