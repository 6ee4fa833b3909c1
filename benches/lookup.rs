//! Point look-up for ten million points, one thread: the whole chain (commune, EPCI, EPT, both phases, département,
//! région) and the territory alone, beside the R-tree with our exact test, `rstar` boxes with `geo::Contains`, and the
//! naive loop over all polygons.
//!
//! ```text
//! cargo bench --bench lookup [-- POINTS]
//! ```
//!
//! Data: the embedded outlines. Points: seeded, uniform in longitude and latitude over the boxes around the mainland
//! with Corse and around each overseas département, in proportion to the boxes' areas, kept where they lie in a
//! commune: the sea would be easier. In random order, and sorted along the latitude as bulk files often are. Each
//! figure is the median of several turns in which all engines take part.

// A bench that cannot load its data has nothing to measure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::cast_precision_loss)] // counts

use geo::{BoundingRect, Contains, Point, Polygon};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::hint::black_box;
use std::time::Instant;
use territoires::atlas::world::{Atlas, Chart};
use territoires::boundaries::polygons::to_geo;
use territoires::cli::world;
use territoires::index::points::Position;

/// A polygon and the number of its commune, with its box.
type Boxed = GeomWithData<Rectangle<[f64; 2]>, (u32, Polygon)>;

/// What is measured, and how.
type Engine<'a> = (&'a str, &'a dyn Fn() -> f64);

/// [west, south, east, north]
const PLACES: [[f64; 4]; 6] = [
    [-5.2, 41.3, 9.6, 51.1],
    [-61.9, 15.8, -60.9, 16.6],
    [-61.3, 14.3, -60.8, 14.9],
    [-54.7, 2.1, -51.6, 5.8],
    [55.2, -21.4, 55.9, -20.8],
    [45.0, -13.1, 45.3, -12.6],
];
const TURNS: usize = 5;
/// Points asked at once.
const BATCH: usize = 1024;
/// Points for the slower rivals.
const FEW: usize = 1_000_000;
const VERY_FEW: usize = 20;

fn points(atlas: &Atlas, count: usize) -> Vec<[f64; 2]> {
    let mut random = ChaCha8Rng::seed_from_u64(2027);
    let areas = PLACES.map(|[w, s, e, n]| (e - w) * (n - s));
    let whole: f64 = areas.iter().sum();
    let mut points = Vec::with_capacity(count);
    while points.len() < count {
        let mut draw = random.random_range(0.0..whole);
        let mut place = 0;
        while place + 1 < PLACES.len() && draw >= areas[place] {
            draw -= areas[place];
            place += 1;
        }
        let [w, s, e, n] = PLACES[place];
        let (lon, lat) = (random.random_range(w..e), random.random_range(s..n));
        if atlas.commune_at(lon, lat).is_some() {
            points.push([lon, lat]);
        }
    }
    points
}

/// Nanoseconds a point.
fn time(points: &[[f64; 2]], mut look_up: impl FnMut([f64; 2]) -> u32) -> f64 {
    let start = Instant::now();
    let mut sum = 0_u32;
    for &point in points {
        sum = sum.wrapping_add(look_up(point));
    }
    black_box(sum);
    let count = points.len() as f64;
    start.elapsed().as_secs_f64() * 1e9 / count
}

/// Nanoseconds a point, looked up a batch at a time.
fn time_batches(chart: &Chart, points: &[[f64; 2]], mut of_face: impl FnMut(u32) -> u32) -> f64 {
    let start = Instant::now();
    let mut sum = 0_u32;
    let mut positions = Vec::with_capacity(BATCH);
    let mut faces = [None; BATCH];
    for batch in points.chunks(BATCH) {
        positions.clear();
        positions.extend(
            batch
                .iter()
                .filter_map(|p| Position::from_degrees(p[0], p[1])),
        );
        chart.faces_at(&positions, &mut faces[..positions.len()]);
        for face in &faces[..positions.len()] {
            sum = sum.wrapping_add(face.map_or(u32::MAX, &mut of_face));
        }
    }
    black_box(sum);
    let count = points.len() as f64;
    start.elapsed().as_secs_f64() * 1e9 / count
}

fn rival(chart: &Chart, level: usize) -> RTree<Boxed> {
    let perimeters = (0..).zip(&chart.levels[level].perimeters);
    let polygons = perimeters.flat_map(|(i, p)| {
        let polygons = to_geo(&p.polygons(&chart.arcs)).0.into_iter();
        polygons.map(move |polygon| (i, polygon))
    });
    let boxes = polygons.map(|(i, polygon)| {
        let b = polygon.bounding_rect().unwrap();
        let rectangle = Rectangle::from_corners([b.min().x, b.min().y], [b.max().x, b.max().y]);
        GeomWithData::new(rectangle, (i, polygon))
    });
    RTree::bulk_load(boxes.collect())
}

fn main() {
    let count = std::env::args().skip(1).find_map(|a| a.parse().ok());
    let count = count.unwrap_or(10_000_000_usize);
    let atlas = world::load(None).unwrap();
    let (chart, communes) = atlas.level("communes").unwrap();
    let (_, territoires) = atlas.level("temps-2").unwrap();
    let random = points(&atlas, count);
    let mut sorted = random.clone();
    sorted.sort_by(|a, b| a[1].total_cmp(&b[1]));
    let some = &random[..FEW.min(count)];
    let few = &random[..VERY_FEW.min(count)];

    let boxes = rival(chart, communes);
    let perimeters = rival(chart, territoires);
    let contains = |tree: &RTree<Boxed>, [lon, lat]: [f64; 2]| {
        tree.locate_in_envelope_intersecting(AABB::from_point([lon, lat]))
            .find(|b| b.data.1.contains(&Point::new(lon, lat)))
            .map_or(u32::MAX, |b| b.data.0)
    };
    let all: Vec<&Boxed> = boxes.iter().collect();
    let naive = |[lon, lat]: [f64; 2]| {
        let found = all
            .iter()
            .find(|b| b.data.1.contains(&Point::new(lon, lat)));
        found.map_or(u32::MAX, |b| b.data.0)
    };
    let labels = |face: u32| {
        let labels = chart.labels_of(face).iter();
        labels.fold(face, |sum, label| sum.wrapping_add(*label))
    };
    let label = |face: u32| chart.labels_of(face)[territoires];
    let chain = |[lon, lat]: [f64; 2]| chart.face_at(lon, lat).map_or(u32::MAX, labels);
    let territory = |[lon, lat]: [f64; 2]| chart.label_at(territoires, lon, lat);
    let face = |[lon, lat]: [f64; 2]| chart.face_at(lon, lat).unwrap_or(u32::MAX);
    let tree = |[lon, lat]: [f64; 2]| {
        let position = Position::from_degrees(lon, lat).unwrap();
        let face = chart
            .points
            .face_by_tree(&chart.arcs, &chart.parts, position);
        face.unwrap_or(u32::MAX)
    };

    // The same answers, or the comparison says nothing.
    let positions = some
        .iter()
        .filter_map(|p| Position::from_degrees(p[0], p[1]));
    let positions: Vec<Position> = positions.collect();
    let mut faces = vec![None; positions.len()];
    chart.faces_at(&positions, &mut faces);
    for (&p, found) in some.iter().zip(faces) {
        assert_eq!(found.unwrap_or(u32::MAX), face(p), "{p:?}");
        assert_eq!(face(p), contains(&boxes, p), "{p:?}");
        assert_eq!(territory(p), contains(&perimeters, p), "{p:?}");
        assert_eq!(face(p), tree(p), "{p:?}");
    }
    println!(
        "{count} points; cells hold {:.1} MiB",
        chart.points.grid_bytes() as f64 / f64::from(1 << 20)
    );
    let some_points = |look_up: &dyn Fn([f64; 2]) -> u32| time(some, look_up);
    measure(&[
        ("whole chain, random order", &|| time(&random, chain)),
        ("whole chain, sorted", &|| time(&sorted, chain)),
        ("territory, random order", &|| time(&random, territory)),
        ("territory, sorted", &|| time(&sorted, territory)),
        ("whole chain, random, batches", &|| {
            time_batches(chart, &random, labels)
        }),
        ("whole chain, sorted, batches", &|| {
            time_batches(chart, &sorted, labels)
        }),
        ("territory, random, batches", &|| {
            time_batches(chart, &random, label)
        }),
        ("territory, sorted, batches", &|| {
            time_batches(chart, &sorted, label)
        }),
        ("commune by R-tree and arcs", &|| some_points(&tree)),
        ("commune by rstar and geo", &|| {
            some_points(&|p| contains(&boxes, p))
        }),
        ("territory by rstar and geo", &|| {
            some_points(&|p| contains(&perimeters, p))
        }),
        ("commune by the naive loop", &|| time(few, naive)),
    ]);
}

/// Lets all engines take turns, and prints what they took.
fn measure(engines: &[Engine]) {
    let mut times = vec![Vec::new(); engines.len()];
    for _ in 0..TURNS {
        for ((_, engine), times) in engines.iter().zip(&mut times) {
            times.push(engine());
        }
    }
    for ((name, _), mut times) in engines.iter().zip(times) {
        times.sort_by(f64::total_cmp);
        println!(
            "{name:32} {:10.1} ns a point (best {:.1})",
            times[TURNS / 2],
            times[0]
        );
    }
}
