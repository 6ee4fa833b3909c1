//! Which layers: one or several names joined by commas.

use crate::atlas::features::{LevelData, Value};
use crate::atlas::world::{Atlas, Chart};
use crate::domain::attribution::LICENCE;
use crate::domain::level::Level;
use crate::domain::typography;
use crate::geometry::lattice::Bounds;

/// The suffix of label layers.
const LABELS: &str = "-etiquettes";

/// One layer of a tile set.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// The coverage it is drawn from.
    pub chart: &'a Chart,
    /// Position of its level in the chart.
    pub at: usize,
    /// Whether it has label points instead of areas.
    pub labels: bool,
}

impl<'a> Layer<'a> {
    /// Its level.
    #[must_use]
    pub fn level(&self) -> &'a LevelData {
        &self.chart.levels[self.at]
    }

    /// Its name in URLs and tiles.
    #[must_use]
    pub fn name(&self) -> String {
        let suffix = if self.labels { LABELS } else { "" };
        format!("{}{suffix}", self.level().level.name())
    }

    /// The fields its features carry, with `String`, `Number` or `Boolean` as `TileJSON` has them.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, &'static str)> {
        let mut fields: Vec<(&'static str, &'static str)> = Vec::new();
        for (name, value) in self.level().features.iter().flat_map(|f| &f.fields) {
            if !fields.iter().any(|(n, _)| n == name) {
                fields.push((
                    name,
                    match value {
                        Value::Text(_) => "String",
                        Value::Whole(_) | Value::Real(_) => "Number",
                        Value::Flag(_) => "Boolean",
                    },
                ));
            }
        }
        if self.labels {
            fields.push(("rang", "Number"));
        }
        fields
    }
}

/// Why a list of layers cannot be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayerError {
    /// A name that no layer has.
    #[error("la couche « {name} » n’existe pas ; il y a {known}")]
    Unknown {
        /// The name, cut at 40 characters.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// The same layer twice.
    #[error("la couche « {0} » est demandée deux fois")]
    Twice(String),
}

/// The layers of a tile set as one number, whatever the order they were asked for in: a bit for the areas of
/// each level in the order of [`Atlas::levels`], then a bit for the labels of each. The empty set has no tiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LayerSet(u64);

/// How many levels a set can name; a level beyond is not served. An atlas has eight.
const MAX_LEVELS: usize = 32;

impl LayerSet {
    /// The layers that names joined by commas ask for. Allocates only to refuse.
    ///
    /// # Errors
    /// The first name that does not exist or comes twice.
    pub fn parse(atlas: &Atlas, names: &str) -> Result<Self, LayerError> {
        let mut set = 0;
        for name in names.split(',') {
            let (base, labels) = name
                .strip_suffix(LABELS)
                .map_or((name, false), |base| (base, true));
            let at = atlas
                .levels()
                .take(MAX_LEVELS)
                .position(|l| l.level.name() == base)
                .ok_or_else(|| LayerError::Unknown {
                    name: typography::shown(name, 40),
                    known: known(atlas),
                })?;
            let bit = 1_u64 << (at + if labels { MAX_LEVELS } else { 0 });
            if set & bit != 0 {
                return Err(LayerError::Twice(name.to_owned()));
            }
            set |= bit;
        }
        Ok(Self(set))
    }

    /// The layers, areas before labels, France before the countries around it.
    #[must_use]
    pub fn layers(self, atlas: &Atlas) -> Vec<Layer<'_>> {
        let bits = (0..2 * MAX_LEVELS).filter(|bit| self.0 >> bit & 1 == 1);
        let layers = bits.filter_map(|bit| {
            let (level, labels) = (bit % MAX_LEVELS, bit >= MAX_LEVELS);
            let mut levels = [&atlas.france, &atlas.context]
                .into_iter()
                .flat_map(|chart| (0..chart.levels.len()).map(move |at| (chart, at)));
            let (chart, at) = levels.nth(level)?;
            Some(Layer { chart, at, labels })
        });
        layers.collect()
    }

    /// The number itself.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

/// The layers that a list of names asks for, in one order whatever the order asked for: a tile set has one
/// set of tiles.
///
/// # Errors
/// The first name that does not exist or comes twice.
pub fn parse<'a>(atlas: &'a Atlas, names: &str) -> Result<Vec<Layer<'a>>, LayerError> {
    LayerSet::parse(atlas, names).map(|set| set.layers(atlas))
}

fn known(atlas: &Atlas) -> String {
    let names: Vec<&str> = atlas.levels().map(|l| l.level.name()).collect();
    format!(
        "{}, et les noms de chacune avec « {LABELS} »",
        names.join(", ")
    )
}

/// The box around all that the layers show: west, south, east, north in degrees.
#[must_use]
pub fn bounds(layers: &[Layer]) -> [f64; 4] {
    let all = layers
        .iter()
        .flat_map(|l| &l.level().features)
        .fold(Bounds::EMPTY, |b, f| b.union(f.bounds));
    let [west, south] = all.min.to_degrees();
    let [east, north] = all.max.to_degrees();
    [west, south, east, north]
}

/// Who made what the layers show, and under which licence.
#[must_use]
pub fn attribution(atlas: &Atlas, layers: &[Layer]) -> String {
    let levels: Vec<&Level> = layers.iter().map(|l| &l.level().level).collect();
    format!("{} – {LICENCE}", atlas.attribution(&levels))
}
