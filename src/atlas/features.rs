//! The features of each level: what tiles, exports and pages say of them.

use crate::domain::level::Level;
use crate::geometry::arcs::Arcs;
use crate::geometry::label;
use crate::geometry::lattice::{Bounds, Vertex};
use crate::geometry::threads;
use crate::index::points::Grid;
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

impl Feature {
    /// The box around it in WGS84 degrees: west, south, east, north. None where it has no outline.
    #[must_use]
    pub fn bbox(&self) -> Option<[f64; 4]> {
        degrees(self.bounds)
    }
}

/// A box in degrees, as GeoJSON has them; none for the box that holds nothing.
pub(super) fn degrees(bounds: Bounds) -> Option<[f64; 4]> {
    if bounds.is_empty() {
        return None;
    }
    let ([west, south], [east, north]) = (bounds.min.to_degrees(), bounds.max.to_degrees());
    Some([west, south, east, north])
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
    pub(super) cells: OnceLock<Option<Grid>>,
    table: OnceLock<FieldTable>,
}

/// The fields of a level's features with each name and each value once.
#[derive(Debug)]
pub struct FieldTable {
    /// The names of fields.
    pub names: Vec<&'static str>,
    /// Where each value is first found: feature and field.
    values: Vec<(u32, u32)>,
    /// Name and value of each field, feature after feature.
    fields: Vec<(u32, u32)>,
    /// Where each feature's fields start.
    starts: Vec<u32>,
}

impl FieldTable {
    #[allow(clippy::cast_possible_truncation)] // a level has far fewer than 2^32 fields
    fn new(features: &[Feature]) -> Self {
        let mut table = Self {
            names: Vec::new(),
            values: Vec::new(),
            fields: Vec::new(),
            starts: vec![0],
        };
        let mut known: foldhash::HashMap<ValueKey, u32> = foldhash::HashMap::default();
        for (f, feature) in features.iter().enumerate() {
            for (i, (name, value)) in feature.fields.iter().enumerate() {
                let named = table.names.iter().position(|n| n == name);
                let name = named.unwrap_or_else(|| {
                    table.names.push(name);
                    table.names.len() - 1
                });
                let value = *known.entry(ValueKey::of(value)).or_insert_with(|| {
                    table.values.push((f as u32, i as u32));
                    table.values.len() as u32 - 1
                });
                table.fields.push((name as u32, value));
            }
            table.starts.push(table.fields.len() as u32);
        }
        table
    }

    /// The fields of a feature: numbers of name and value.
    #[must_use]
    pub fn fields(&self, feature: usize) -> &[(u32, u32)] {
        &self.fields[self.starts[feature] as usize..self.starts[feature + 1] as usize]
    }
}

/// A value to compare by: numbers by their bits.
#[derive(PartialEq, Eq, Hash)]
enum ValueKey<'a> {
    Text(&'a str),
    Whole(i64),
    Real(u64),
    Flag(bool),
}

impl<'a> ValueKey<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Whole(n) => Self::Whole(*n),
            Value::Real(x) => Self::Real(x.to_bits()),
            Value::Flag(flag) => Self::Flag(*flag),
        }
    }
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
            cells: OnceLock::new(),
            table: OnceLock::new(),
        }
    }

    /// Names and values of all fields, each once. Made when first asked for.
    pub fn table(&self) -> &FieldTable {
        self.table.get_or_init(|| FieldTable::new(&self.features))
    }

    /// A value of [`Self::table`] by its number.
    #[must_use]
    pub fn value(&self, number: u32) -> &Value {
        let (feature, field) = self.table().values[number as usize];
        &self.features[feature as usize].fields[field as usize].1
    }

    /// Where one feature's name stands, as in [`Self::label_points`], without waiting for the others.
    pub fn label_point(&self, arcs: &Arcs, feature: usize) -> Option<Vertex> {
        match self.label_points.get() {
            Some(all) => all[feature],
            None => label::pole(&self.perimeters[feature].polygons(arcs)),
        }
    }

    /// Where each feature's name stands, in micro-degrees: the pole of inaccessibility of its largest
    /// polygon. Computed once, when first asked for.
    pub fn label_points(&self, arcs: &Arcs) -> &[Option<Vertex>] {
        self.label_points
            .get_or_init(|| threads::map(&self.perimeters, |p| label::pole(&p.polygons(arcs))))
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
