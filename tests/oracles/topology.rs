//! Any random coverage stays one: cut, dissolved, simplified and snapped to the grid of every zoom.

use std::sync::Arc;

use proptest::prelude::*;
use territoires::boundaries::repair::{self, RawFace, Rules};
use territoires::geometry::arcs::Arcs;
use territoires::geometry::coverage::Coverage;
use territoires::geometry::lattice::Vertex;
use territoires::geometry::noding::{self, Walk};
use territoires::geometry::planar::NOBODY;
use territoires::geometry::polygon::Polygon;
use territoires::topology::cut::cut;
use territoires::topology::dissolve::dissolve;
use territoires::topology::network::{self, FIRST_COMPLETE_ZOOM};
use territoires::topology::simplify::{self, MAX_ZOOM, Ranks};

use super::fuzz::targets::coverage;

/// Labels of faces; [`NOBODY`] stands for one more, so that there are holes and islands.
const LABELS: u32 = 4;

/// Corners of a grid, moved about by less than what would turn a triangle over.
#[derive(Clone, Debug)]
struct Ground {
    side: usize,
    /// Lattice steps between corners.
    step: i32,
    /// Thousandths of a quarter of a step.
    moved: Vec<(i32, i32)>,
    /// Two triangles in each cell.
    labels: Vec<u32>,
}

fn grounds() -> impl Strategy<Value = Ground> {
    // From what vanishes at every zoom to what spans several tiles of the finest.
    let steps = prop::sample::select(vec![8, 60, 500, 4_000, 30_000, 300_000]);
    (2..7_usize, steps).prop_flat_map(|(side, step)| {
        let corners = (side + 1) * (side + 1);
        let moved = prop::collection::vec((-999..=999_i32, -999..=999_i32), corners);
        let label = (0..=LABELS).prop_map(|l| if l == LABELS { NOBODY } else { l });
        let labels = prop::collection::vec(label, 2 * side * side);
        (moved, labels).prop_map(move |(moved, labels)| Ground {
            side,
            step,
            moved,
            labels,
        })
    })
}

impl Ground {
    fn corner(&self, x: usize, y: usize) -> Vertex {
        let (dx, dy) = self.moved[y * (self.side + 1) + x];
        let along = |at: usize, moved: i32| {
            i32::try_from(at).unwrap() * self.step + moved * (self.step / 4) / 1000
        };
        Vertex::new(2_000_000 + along(x, dx), 47_000_000 + along(y, dy))
    }

    /// Its triangles, one face each.
    fn triangles(&self) -> Coverage {
        let mut coverage = Coverage::default();
        for y in 0..self.side {
            for x in 0..self.side {
                let [a, b] = [self.corner(x, y), self.corner(x + 1, y)];
                let [c, d] = [self.corner(x + 1, y + 1), self.corner(x, y + 1)];
                for triangle in [[a, b, c], [a, c, d]] {
                    coverage.push_ring(triangle);
                    coverage.end_polygon();
                    coverage.end_face();
                }
            }
        }
        coverage
    }
}

/// What zooms leave of a coverage of so many faces is a coverage.
fn holds_at_every_zoom(arcs: &Arcs, faces: usize) {
    let ranks = simplify::rank(arcs);
    let each: Vec<u32> = (0..).take(faces).collect();
    let there = coverage::areas(arcs, &each, faces);
    for zoom in 0..=MAX_ZOOM {
        simplified(arcs, &ranks, zoom);
        let network = network::build(arcs, &ranks, zoom).unwrap();
        coverage::of_arcs(&network, faces);
        if zoom >= FIRST_COMPLETE_ZOOM {
            let drawn = coverage::areas(&network, &each, faces);
            for (face, (there, drawn)) in there.iter().zip(drawn).enumerate() {
                assert!(
                    *there == 0 || drawn > 0,
                    "face {face} is gone at zoom {zoom}"
                );
            }
        }
    }
}

/// Simplified on the fine grid, arcs meet at their ends only.
fn simplified(arcs: &Arcs, ranks: &Ranks, zoom: u8) {
    let mut walks = Vec::new();
    for arc in 0..arcs.len() {
        let line: Vec<Vertex> = ranks.arc(arcs, arc, zoom).collect();
        assert!(line.len() > 1, "an arc without its ends");
        let edges = line.windows(2).map(|ends| (ends[0], ends[1]));
        walks.extend(edges.map(|(from, to)| Walk { from, to, label: 0 }));
    }
    walks.retain(|w| w.from != w.to);
    assert_eq!(noding::contacts(&walks), [], "zoom {zoom}");
}

/// Squares that lie on each other as they come: what repair makes of them has slivers, spikes and pinched faces.
fn heaps() -> impl Strategy<Value = Vec<[f64; 4]>> {
    let scale = prop::sample::select(vec![1e-5, 1e-3, 0.05, 1.0]);
    let square = prop::array::uniform4(0.0..1.0_f64);
    (scale, prop::collection::vec(square, 1..9)).prop_map(|(scale, squares)| {
        squares
            .into_iter()
            .map(|square| square.map(|v| v * scale))
            .collect()
    })
}

fn settled(heap: &[[f64; 4]]) -> Vec<(u32, Vec<Polygon>)> {
    let file: Arc<str> = "essai".into();
    let faces: Vec<RawFace> = (0..)
        .zip(heap)
        .map(|(label, &[x, y, width, turn])| {
            let (x, y) = (2.0 + x, 47.0 + y);
            // A square, turned and so with corners anywhere.
            let corner =
                |dx: f64, dy: f64| [x + dx * width - dy * turn, y + dx * turn + dy * width];
            let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
            RawFace {
                file: Arc::clone(&file),
                code: format!("{label:05}"),
                nom: String::new(),
                feature: 1 + label as usize,
                label,
                polygons: vec![vec![ring.map(|(dx, dy)| corner(dx, dy)).to_vec()]],
            }
        })
        .collect();
    // All overlaps and gaps are slivers to these rules, and are given to somebody.
    let rules = Rules {
        sliver: 1e12,
        keep_all: false,
    };
    repair::coverage("essai", &faces, rules).unwrap().0
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_coverage_of_triangles_stays_one(ground in grounds()) {
        let (arcs, _) = cut(&ground.triangles()).unwrap();
        coverage::of_arcs(&arcs, ground.labels.len());
        let perimeters = dissolve(&arcs, &ground.labels, LABELS as usize).unwrap();
        let faces: Vec<_> = (0..).zip(perimeters.iter().map(|p| p.polygons(&arcs))).collect();
        let dissolved = coverage::of_polygons(&faces, LABELS as usize);
        holds_at_every_zoom(&dissolved, LABELS as usize);
    }

    #[test]
    fn whatever_lies_on_each_other_becomes_a_coverage_and_stays_one(heap in heaps()) {
        let arcs = coverage::of_polygons(&settled(&heap), heap.len());
        holds_at_every_zoom(&arcs, heap.len());
    }
}
