//! Point look-up, against `rstar` boxes with `geo::Contains`, on the same seeded points and one thread.
//!
//! Data: the embedded outlines; 100,000 points, three in four over the mainland, the rest overseas.

// A bench that cannot load its data has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(missing_docs)] // criterion's macros write undocumented functions

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use geo::{BoundingRect, Contains, Point, Polygon};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::hint::black_box;
use territoires::boundaries::polygons::to_geo;
use territoires::cli::world;

/// A polygon and the number of its commune, with its box.
type Boxed = GeomWithData<Rectangle<[f64; 2]>, (usize, Polygon)>;

const POINTS: usize = 100_000;

fn points() -> Vec<[f64; 2]> {
    let mut random = ChaCha8Rng::seed_from_u64(2027);
    let places = [
        [-5.0, 42.0, 8.5, 51.2],
        [-61.9, 15.8, -60.9, 16.6],
        [-54.7, 2.1, -51.6, 5.8],
        [55.2, -21.4, 55.9, -20.8],
    ];
    (0..POINTS)
        .map(|i| {
            let [w, s, e, n] = if i % 4 < 3 {
                places[0]
            } else {
                places[1 + i / 4 % 3]
            };
            [random.random_range(w..e), random.random_range(s..n)]
        })
        .collect()
}

fn lookup(c: &mut Criterion) {
    let atlas = world::load(None).unwrap();
    let points = points();

    let (chart, at) = atlas.level("communes").unwrap();
    let boxes: Vec<Boxed> = chart.levels[at]
        .perimeters
        .iter()
        .enumerate()
        .flat_map(|(i, p)| {
            to_geo(&p.polygons(&chart.arcs))
                .0
                .into_iter()
                .map(move |p| (i, p))
        })
        .map(|(i, polygon)| {
            let b = polygon.bounding_rect().unwrap();
            let rectangle = Rectangle::from_corners([b.min().x, b.min().y], [b.max().x, b.max().y]);
            GeomWithData::new(rectangle, (i, polygon))
        })
        .collect();
    let rival = RTree::bulk_load(boxes);
    let rival_at = |[lon, lat]: [f64; 2]| {
        rival
            .locate_in_envelope_intersecting(AABB::from_point([lon, lat]))
            .find(|b| b.data.1.contains(&Point::new(lon, lat)))
            .map(|b| b.data.0)
    };
    // The same answers, or the comparison says nothing.
    assert!(
        points
            .iter()
            .all(|&[lon, lat]| atlas.commune_at(lon, lat) == rival_at([lon, lat]))
    );

    let mut group = c.benchmark_group("lookup");
    group
        .throughput(Throughput::Elements(POINTS as u64))
        .sample_size(20);
    group.bench_function("communes, arcs", |b| {
        b.iter(|| {
            points
                .iter()
                .filter_map(|&[lon, lat]| atlas.commune_at(lon, lat))
                .map(black_box)
                .count()
        });
    });
    group.bench_function("communes, rstar boxes and geo::Contains", |b| {
        b.iter(|| {
            points
                .iter()
                .filter_map(|&p| rival_at(p))
                .map(black_box)
                .count()
        });
    });
    group.finish();
}

criterion_group!(benches, lookup);
criterion_main!(benches);
