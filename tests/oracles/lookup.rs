//! Point look-up against the naive loop over all polygons.

use geo::{Contains, Intersects, MultiPolygon};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use territoires::boundaries::polygons::to_geo;
use territoires::geometry::lattice::{Bounds, Vertex};
use territoires::geometry::planar::NOBODY;
use territoires::geometry::polygon::Polygon;
use territoires::index::points::Position;

use super::ATLAS;

/// [west, south, east, north] around the mainland and Corse, and each overseas département, with sea and
/// neighbours; and how many of a hundred points fall there.
const PLACES: [([f64; 4], u32); 6] = [
    ([-5.5, 41.0, 10.0, 51.5], 75),
    ([-62.0, 15.7, -60.8, 16.7], 5),
    ([-61.4, 14.3, -60.7, 15.0], 5),
    ([-55.0, 2.0, -51.0, 6.0], 5),
    ([55.1, -21.5, 56.0, -20.7], 5),
    ([44.9, -13.1, 45.4, -12.5], 5),
];

fn seeded_points(count: usize) -> Vec<[f64; 2]> {
    let mut random = ChaCha8Rng::seed_from_u64(2027);
    (0..count)
        .map(|_| {
            let mut draw = random.random_range(0..100);
            let [west, south, east, north] = PLACES
                .iter()
                .find(|(_, share)| {
                    let here = draw < *share;
                    draw = draw.saturating_sub(*share);
                    here
                })
                .map_or(PLACES[0].0, |p| p.0);
            [
                random.random_range(west..east),
                random.random_range(south..north),
            ]
        })
        .collect()
}

struct Naive {
    polygons: Vec<Vec<Polygon>>,
    shapes: Vec<MultiPolygon>,
    boxes: Vec<[f64; 4]>,
}

impl Naive {
    fn new() -> Self {
        let (chart, level) = ATLAS.level("communes").unwrap();
        let polygons: Vec<Vec<Polygon>> = chart.levels[level]
            .perimeters
            .par_iter()
            .map(|p| p.polygons(&chart.arcs))
            .collect();
        let shapes: Vec<MultiPolygon> = polygons.par_iter().map(|p| to_geo(p)).collect();
        let boxes = polygons
            .iter()
            .map(|p| {
                let all = p
                    .iter()
                    .map(Polygon::bounds)
                    .fold(Bounds::EMPTY, Bounds::union);
                let ([w, s], [e, n]) = (all.min.to_degrees(), all.max.to_degrees());
                [w, s, e, n]
            })
            .collect();
        Self {
            polygons,
            shapes,
            boxes,
        }
    }

    /// Every face whose box holds the point.
    fn near(&self, [x, y]: [f64; 2]) -> impl Iterator<Item = usize> + '_ {
        let holds = move |b: &[f64; 4]| b[0] <= x && x <= b[2] && b[1] <= y && y <= b[3];
        self.boxes
            .iter()
            .enumerate()
            .filter(move |(_, b)| holds(b))
            .map(|(i, _)| i)
    }

    /// The boundary rule by its definition: just east, and just north of that.
    fn by_rule(&self, v: Vertex) -> Vec<usize> {
        self.near(v.to_degrees())
            .filter(|&i| {
                let rings = self.polygons[i]
                    .iter()
                    .flat_map(territoires::geometry::polygon::Polygon::rings);
                rings
                    .filter(|r| crosses_an_odd_number_of_times(r, v))
                    .count()
                    % 2
                    == 1
            })
            .collect()
    }
}

/// A ray due east from just north of `v`, over all edges of a ring, in exact arithmetic.
fn crosses_an_odd_number_of_times(ring: &[Vertex], v: Vertex) -> bool {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    let crossing = |(a, b): &(&Vertex, &Vertex)| {
        let (low, high) = if a.y < b.y { (a, b) } else { (b, a) };
        let spans = low.y <= v.y && v.y < high.y;
        // The edge's x at the height of v, as a fraction over (high.y - low.y), against v.x.
        let (dy, up) = (
            i128::from(high.y) - i128::from(low.y),
            i128::from(v.y) - i128::from(low.y),
        );
        let x = i128::from(low.x) * dy + (i128::from(high.x) - i128::from(low.x)) * up;
        spans && x > i128::from(v.x) * dy
    };
    edges.filter(crossing).count() % 2 == 1
}

#[test]
fn a_million_seeded_points_get_the_answer_of_the_naive_loop() {
    let naive = Naive::new();
    let different: Vec<String> = seeded_points(1_000_000)
        .par_iter()
        .filter_map(|&[lon, lat]| {
            let point = geo::Point::new(lon, lat);
            let expected = naive
                .near([lon, lat])
                .find(|&i| naive.shapes[i].contains(&point));
            let got = ATLAS.commune_at(lon, lat);
            (got != expected).then(|| format!("{lon} {lat}: {got:?} against {expected:?}"))
        })
        .collect();
    assert_eq!(different, Vec::<String>::new());
}

#[test]
fn every_vertex_of_a_departement_belongs_to_exactly_one_face_or_none() {
    let naive = Naive::new();
    let (chart, level) = ATLAS.level("communes").unwrap();
    let level = &chart.levels[level];
    let mut vertices: Vec<Vertex> = level
        .perimeters
        .iter()
        .zip(&level.features)
        .filter(|(_, f)| f.code.starts_with("29"))
        .flat_map(|(p, _)| p.polygons(&chart.arcs))
        .flat_map(|p| p.rings().flatten().copied().collect::<Vec<_>>())
        .collect();
    vertices.sort_unstable();
    vertices.dedup();
    assert!(vertices.len() > 10_000, "{}", vertices.len());
    let wrong: Vec<String> = vertices
        .par_iter()
        .filter_map(|&v| {
            let [lon, lat] = v.to_degrees();
            let faces = naive.by_rule(v);
            let got = ATLAS.commune_at(lon, lat);
            // On the boundary of what it is said to belong to, by another engine.
            let touches =
                got.is_none_or(|i| naive.shapes[i].intersects(&geo::Point::new(lon, lat)));
            let fits = faces.len() <= 1 && got == faces.first().copied() && touches;
            (!fits).then(|| format!("{lon} {lat}: {got:?} against {faces:?}"))
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_vertex_gets_the_answer_of_the_tree_one_by_one_in_batches_and_by_level() {
    let (chart, _) = ATLAS.level("communes").unwrap();
    let vertices: Vec<Vertex> = (0..chart.arcs.len())
        .flat_map(|arc| chart.arcs.vertices(arc).iter().copied())
        .collect();
    assert!(vertices.len() > 1_000_000, "{}", vertices.len());
    let wrong: Vec<String> = vertices
        .par_chunks(1000)
        .flat_map_iter(|some| {
            let places = some.iter().map(|v| v.to_degrees());
            // On the vertex, and a tenth of a millimetre beside it.
            let places = places.flat_map(|[lon, lat]| [[lon, lat], [lon + 1e-9, lat - 1e-9]]);
            let places: Vec<[f64; 2]> = places.collect();
            let positions = places
                .iter()
                .map(|&[lon, lat]| Position::from_degrees(lon, lat).unwrap());
            let positions: Vec<Position> = positions.collect();
            let mut batch = vec![None; positions.len()];
            chart.faces_at(&positions, &mut batch);
            let mut wrong = Vec::new();
            for ((&[lon, lat], &position), of_batch) in places.iter().zip(&positions).zip(batch) {
                let tree = chart
                    .points
                    .face_by_tree(&chart.arcs, &chart.parts, position);
                let of_levels = (0..chart.levels.len()).all(|level| {
                    let label = tree.map_or(NOBODY, |face| chart.labels_of(face)[level]);
                    chart.label_at(level, lon, lat) == label
                });
                if chart.face_at(lon, lat) != tree || of_batch != tree || !of_levels {
                    wrong.push(format!("{lon} {lat}: {tree:?}"));
                }
            }
            wrong
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn positions_off_the_earth_are_nowhere() {
    for (lon, lat) in [
        (f64::NAN, 45.0),
        (2.0, f64::INFINITY),
        (181.0, 45.0),
        (2.0, -90.1),
    ] {
        assert_eq!(ATLAS.commune_at(lon, lat), None);
        assert_eq!(ATLAS.france.label_at(0, lon, lat), NOBODY);
    }
}
