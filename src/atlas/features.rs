//! The features of each level: what tiles, exports and pages say of them.

use crate::domain::level::Level;
use crate::geometry::arcs::Arcs;
use crate::geometry::label;
use crate::geometry::lattice::{Bounds, Vertex};
use crate::topology::dissolve::Perimeter;
use std::sync::OnceLock;

/// A value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Flag(bool),
}

/// A named area of a level.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Its code or id, unique in the level.
    pub code: String,
    /// Its name.
    pub nom: String,
    /// A number that identifies it in the level, the same in every tile and every run.
    pub number: u64,
    /// Its fields in tiles and exports, in order; code and name among them.
    pub fields: Vec<(&'static str, Value)>,
    /// Municipal population.
    pub population: u64,
    /// Area in square kilometres, on the ellipsoid.
    pub superficie: f64,
    /// The box around it, in micro-degrees.
    pub bounds: Bounds,
    /// How it ranks for labels: 0 has the largest area.
    pub rang: u32,
}

/// One level: which feature each face belongs to, the features, their perimeters.
#[derive(Debug)]
pub struct LevelData {
    /// Which level.
    pub level: Level,
    /// For each face the number of its feature, or [`NOBODY`](crate::geometry::planar::NOBODY).
    pub labels: Vec<u32>,
    /// The features.
    pub features: Vec<Feature>,
    /// The perimeter of each feature, as arcs of the coverage.
    pub perimeters: Vec<Perimeter>,
    label_points: OnceLock<Vec<Option<Vertex>>>,
}

impl LevelData {
    /// A level from its parts.
    #[must_use]
    pub fn new(
        level: Level,
        labels: Vec<u32>,
        features: Vec<Feature>,
        perimeters: Vec<Perimeter>,
    ) -> Self {
        Self {
            level,
            labels,
            features,
            perimeters,
            label_points: OnceLock::new(),
        }
    }

    /// Where each feature's name stands, in micro-degrees: the pole of inaccessibility of its largest
    /// polygon. Computed once, when first asked for.
    pub fn label_points(&self, arcs: &Arcs) -> &[Option<Vertex>] {
        use rayon::prelude::*;
        self.label_points.get_or_init(|| {
            self.perimeters
                .par_iter()
                .map(|p| label::pole(&p.polygons(arcs)))
                .collect()
        })
    }
}

/// A number for a code: its letters and digits read in base 36. Codes of one level have one shape, so
/// different codes have different numbers; the levels are checked for it.
#[must_use]
pub fn number_of(code: &str) -> u64 {
    code.chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0_u64, |n, digit| n.wrapping_mul(36).wrapping_add(u64::from(digit)))
        // Numbers that a JavaScript reader keeps exact.
        & ((1 << 53) - 1)
}

/// Ranks by area, the largest first.
pub fn rank_by_area(features: &mut [Feature]) {
    let mut order: Vec<usize> = (0..features.len()).collect();
    order.sort_by(|&a, &b| {
        features[b]
            .superficie
            .total_cmp(&features[a].superficie)
            .then(a.cmp(&b))
    });
    for (rang, i) in (0..).zip(order) {
        features[i].rang = rang;
    }
}
