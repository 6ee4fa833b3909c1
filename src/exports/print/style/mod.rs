//! The style of a map: the part of MapLibre's style language that print understands.
//!
//! The styles are those of the web map (`styles/*.json`, MapLibre Style Specification, version 8). What is not understood is
//! refused with the layer and the property named; nothing is skipped silently. Departures, all on paper:
//!
//! - a pixel of the style is half a point ([`POINTS_PER_PIXEL`]), and the zoom is that of a web map on which such a pixel
//!   has the size that it has on the sheet;
//! - `feature-state` is only ever true of `choisi`, for the territory that a sheet is about; layers whose metadata say
//!   [`OF_STATE`] are drawn at every zoom, as the page draws them: their files put them beyond every zoom, for readers such
//!   as QGIS, which have no states and would draw all territories as chosen;
//! - all names of territories are placed: their field `rang` is 0 (see [`super::mapping`]);
//! - `text-variable-anchor`, `text-radial-offset`, `text-justify`, `text-padding` and `fill-antialias` say how a screen is
//!   to do what paper does in its own way ([`super::labels`]).

mod expression;
mod legend;
mod properties;
mod value;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

pub use expression::{Nothing, Subject};
pub use legend::Entry;
pub use properties::Property;
pub use value::{Colour, Value};

use expression::Expression;

use crate::domain::typography::shown;

/// Points that a pixel of a style is on paper.
pub const POINTS_PER_PIXEL: f64 = 0.5;
/// Layers in a style, at most: styles are read from strangers.
const MAX_LAYERS: usize = 128;

/// Characters of a stranger's name that a fault repeats, and of a whole fault: it may list all properties.
const MAX_NAME: usize = 80;
const MAX_FAULT: usize = 1000;

/// Why a style cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StyleError {
    /// It is no JSON.
    #[error("le style n’est pas du JSON : ligne {line}, colonne {column}")]
    Json {
        /// Where, from 1.
        line: usize,
        /// Where in the line, from 1.
        column: usize,
    },
    /// Something outside the layers.
    #[error("style, « {place} » : {fault}")]
    Style {
        /// Which member.
        place: String,
        /// What is wrong.
        fault: String,
    },
    /// Something in a layer.
    #[error("couche « {layer} », propriété « {property} » : {fault}")]
    Layer {
        /// Its id, or its number where it has none.
        layer: String,
        /// Which property.
        property: String,
        /// What is wrong.
        fault: String,
    },
}

/// How a layer draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All of the map in one colour.
    Background,
    /// The insides of features.
    Fill,
    /// Their outlines.
    Line,
    /// Their names.
    Symbol,
}

/// One layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its id.
    pub id: String,
    /// How it draws.
    pub kind: Kind,
    /// The level whose features it draws; empty for a background.
    pub level: String,
    zooms: [f64; 2],
    filter: Option<Expression>,
    properties: Vec<(Property, Expression)>,
}

/// A style.
#[derive(Clone, Debug)]
pub struct Style {
    /// Its name.
    pub name: String,
    /// Its layers, the lowest first.
    pub layers: Vec<Layer>,
    /// What its legend says.
    pub legend: Vec<Entry>,
    /// The fields that its expressions read.
    pub fields: BTreeSet<String>,
}

impl Style {
    /// Reads a style.
    ///
    /// # Errors
    /// See [`StyleError`].
    pub fn read(bytes: &[u8]) -> Result<Self, StyleError> {
        let json: Json = serde_json::from_slice(bytes).map_err(|e| StyleError::Json {
            line: e.line(),
            column: e.column(),
        })?;
        let of_style = |place: &str, fault: &str| StyleError::Style {
            place: shown(place, MAX_NAME),
            fault: shown(fault, MAX_FAULT),
        };
        let object = json
            .as_object()
            .ok_or_else(|| of_style("style", "un objet JSON est attendu"))?;
        for member in object.keys() {
            if !MEMBERS.contains(&member.as_str()) {
                let known = MEMBERS.join(", ");
                return Err(of_style(
                    member,
                    &format!("ce membre n’est pas lu ; il y a : {known}"),
                ));
            }
        }
        if object.get("version").and_then(Json::as_i64) != Some(8) {
            return Err(of_style("version", "les styles MapLibre sont de version 8"));
        }
        if let Some(sources) = object.get("sources").and_then(Json::as_object) {
            for (name, source) in sources {
                if source.get("type").and_then(Json::as_str) != Some("vector") {
                    return Err(of_style(
                        &format!("sources.{name}"),
                        "seules les sources « vector » du service sont dessinées",
                    ));
                }
            }
        }
        let layers = object
            .get("layers")
            .and_then(Json::as_array)
            .ok_or_else(|| of_style("layers", "une liste de couches est attendue"))?;
        if layers.len() > MAX_LAYERS {
            return Err(of_style("layers", &format!("{MAX_LAYERS} couches au plus")));
        }
        let layers: Vec<Layer> = layers
            .iter()
            .enumerate()
            .map(|(number, layer)| Layer::read(layer, number))
            .collect::<Result<_, _>>()?;
        let metadata = object.get("metadata");
        let mut fields = BTreeSet::new();
        fields_of(object.get("layers").unwrap_or(&Json::Null), &mut fields);
        Ok(Self {
            fields,
            name: text(object, "name").unwrap_or("Carte").to_owned(),
            legend: legend::entries(metadata, &layers),
            layers,
        })
    }

    /// The same style for another phase: layers that draw one phase draw the other.
    #[must_use]
    pub fn for_phase(mut self, phases: &[&str], wanted: &str) -> Self {
        for layer in &mut self.layers {
            if phases.contains(&layer.level.as_str()) {
                wanted.clone_into(&mut layer.level);
            }
        }
        self
    }
}

/// The fields read by expressions in a part of a style that was read without fault.
fn fields_of(json: &Json, fields: &mut BTreeSet<String>) {
    match json {
        Json::Array(items) => {
            if let [Json::String(operator), Json::String(name)] = &items[..]
                && ["get", "has"].contains(&operator.as_str())
            {
                fields.insert(name.clone());
            }
            for item in items {
                fields_of(item, fields);
            }
        }
        Json::Object(members) => {
            for member in members.values() {
                fields_of(member, fields);
            }
        }
        _ => {}
    }
}

/// What a style may have; views and fonts of screens say nothing to paper.
const MEMBERS: [&str; 14] = [
    "version",
    "name",
    "metadata",
    "center",
    "zoom",
    "bearing",
    "pitch",
    "sources",
    "glyphs",
    "sprite",
    "font-faces",
    "layers",
    "$schema",
    "id",
];
/// What a layer may have.
const LAYER_MEMBERS: [&str; 10] = [
    "id",
    "type",
    "source",
    "source-layer",
    "filter",
    "minzoom",
    "maxzoom",
    "layout",
    "paint",
    "metadata",
];

fn text<'a>(object: &'a Map<String, Json>, member: &str) -> Option<&'a str> {
    object.get(member).and_then(Json::as_str)
}

impl Layer {
    fn read(json: &Json, number: usize) -> Result<Self, StyleError> {
        let id = json.get("id").and_then(Json::as_str);
        let id = id.map_or_else(|| format!("n° {}", number + 1), str::to_owned);
        let fault = |property: &str, fault: String| StyleError::Layer {
            layer: shown(&id, MAX_NAME),
            property: shown(property, MAX_NAME),
            fault: shown(&fault, MAX_FAULT),
        };
        let object = json
            .as_object()
            .ok_or_else(|| fault("layers", "un objet JSON est attendu".to_owned()))?;
        if let Some(member) = object.keys().find(|m| !LAYER_MEMBERS.contains(&m.as_str())) {
            return Err(fault(
                member,
                format!(
                    "ce membre n’est pas lu ; il y a : {}",
                    LAYER_MEMBERS.join(", ")
                ),
            ));
        }
        let kind = match text(object, "type") {
            Some("background") => Kind::Background,
            Some("fill") => Kind::Fill,
            Some("line") => Kind::Line,
            Some("symbol") => Kind::Symbol,
            other => {
                let found = other.unwrap_or("aucun");
                return Err(fault(
                    "type",
                    format!(
                        "« {found} » n’est pas dessiné ; il y a : background, fill, line, symbol"
                    ),
                ));
            }
        };
        let source_layer = text(object, "source-layer").unwrap_or_default();
        let level = source_layer.strip_suffix(LABELS).unwrap_or(source_layer);
        if level.is_empty() && kind != Kind::Background {
            return Err(fault(
                "source-layer",
                "la couche doit nommer un niveau, par exemple temps-2".to_owned(),
            ));
        }
        let zoom = |member: &str, absent: f64| match object.get(member) {
            None => Ok(absent),
            Some(zoom) => zoom
                .as_f64()
                .ok_or_else(|| fault(member, "un nombre est attendu".to_owned())),
        };
        let metadata = object.get("metadata");
        let is_of_state = metadata.and_then(|m| m.get(OF_STATE)) == Some(&Json::Bool(true));
        let zooms = [
            zoom("minzoom", f64::NEG_INFINITY)?,
            zoom("maxzoom", f64::INFINITY)?,
        ];
        let filter = object.get("filter").map(Expression::read).transpose();
        let mut properties = Vec::new();
        for group in ["layout", "paint"] {
            let Some(all) = object.get(group) else {
                continue;
            };
            let all = all
                .as_object()
                .ok_or_else(|| fault(group, "un objet JSON est attendu".to_owned()))?;
            for (name, value) in all {
                let property = Property::named(kind, name).ok_or_else(|| {
                    let known = Property::names(kind).join(", ");
                    fault(
                        name,
                        format!("cette propriété n’est pas dessinée sur papier ; il y a : {known}"),
                    )
                })?;
                let read = if property.is_of_words() {
                    Expression::read_words
                } else {
                    Expression::read
                };
                let value = read(value).map_err(|f| fault(name, f))?;
                property.check(&value).map_err(|f| fault(name, f))?;
                properties.push((property, value));
            }
        }
        Ok(Self {
            kind,
            level: level.to_owned(),
            zooms: if is_of_state {
                [f64::NEG_INFINITY, f64::INFINITY]
            } else {
                zooms
            },
            filter: filter.map_err(|f| fault("filter", f))?,
            properties,
            id,
        })
    }

    /// Whether it is drawn at a zoom at all.
    #[must_use]
    pub fn is_drawn_at(&self, zoom: f64) -> bool {
        let visible = self.value(Property::Visibility, &Nothing, zoom);
        self.zooms[0] <= zoom && zoom < self.zooms[1] && visible != Value::Text("none".to_owned())
    }

    /// Whether it draws a feature.
    #[must_use]
    pub fn takes(&self, subject: &dyn Subject, zoom: f64) -> bool {
        let filter = self.filter.as_ref();
        filter.is_none_or(|f| f.value(subject, zoom) == Value::Flag(true))
    }

    fn value(&self, property: Property, subject: &dyn Subject, zoom: f64) -> Value {
        let own = self.properties.iter().find(|(p, _)| *p == property);
        own.map_or(Value::Null, |(_, value)| value.value(subject, zoom))
    }

    /// A property that is a number; what it is where it is not said.
    #[must_use]
    pub fn number(&self, property: Property, absent: f64, subject: &dyn Subject, zoom: f64) -> f64 {
        let number = self.value(property, subject, zoom).number();
        number.filter(|n| n.is_finite()).unwrap_or(absent)
    }

    /// A property that is a colour; black where it is not said, as the specification has it.
    #[must_use]
    pub fn colour(&self, property: Property, subject: &dyn Subject, zoom: f64) -> Colour {
        let colour = self.value(property, subject, zoom).colour();
        colour.unwrap_or(Colour::solid([0; 3]))
    }

    /// A property that is text, or nothing.
    #[must_use]
    pub fn text(&self, property: Property, subject: &dyn Subject, zoom: f64) -> Option<String> {
        match self.value(property, subject, zoom) {
            Value::Null => None,
            Value::List(values) => values.first().map(Value::text),
            value => Some(value.text()),
        }
    }

    /// A property that is a list of numbers.
    #[must_use]
    pub fn numbers(&self, property: Property, subject: &dyn Subject, zoom: f64) -> Vec<f64> {
        match self.value(property, subject, zoom) {
            Value::List(values) => values.iter().filter_map(Value::number).collect(),
            _ => Vec::new(),
        }
    }
}

/// How layers of label points are called.
const LABELS: &str = "-etiquettes";
/// What the metadata of a layer say that draws what is pointed at or chosen.
const OF_STATE: &str = "territoires:etat";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with_layer(layer: &Json) -> Result<Style, StyleError> {
        let style = json!({ "version": 8, "layers": [layer] });
        Style::read(style.to_string().as_bytes())
    }

    #[test]
    fn every_style_of_the_web_map_is_understood() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("styles");
        let mut count = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let style = Style::read(&std::fs::read(&path).unwrap());
            let style = style.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert!(!style.legend.is_empty(), "{}", path.display());
            count += 1;
        }
        assert!(count >= 8, "{count}");
    }

    #[test]
    fn what_is_not_drawn_is_refused_by_name() {
        let said = |layer: &Json| with_layer(layer).unwrap_err().to_string();
        let blur = json!({ "id": "flou", "type": "line", "source-layer": "epci", "paint": { "line-blur": 2 } });
        let fault = said(&blur);
        assert!(
            fault.contains("« flou »")
                && fault.contains("« line-blur »")
                && fault.contains("line-width"),
            "{fault}"
        );
        assert!(
            said(&json!({ "id": "r", "type": "raster", "source": "s" })).contains("« raster »")
        );
        assert!(said(&json!({ "id": "f", "type": "fill", "source-layer": "epci", "paint": { "fill-color": "rouge vif" } })).contains("« rouge vif »"));
        assert!(
            said(&json!({ "id": "f", "type": "fill", "source-layer": "epci", "ref": "x" }))
                .contains("« ref »")
        );
        let broken = Style::read(b"{ \"version\": 8,\n x }").unwrap_err();
        assert!(
            matches!(broken, StyleError::Json { line: 2, .. }),
            "{broken:?}"
        );
        assert!(Style::read(b"[]").is_err());
        assert!(Style::read(br#"{ "version": 8, "terrain": {}, "layers": [] }"#).is_err());
    }

    #[test]
    fn a_layer_is_drawn_between_its_zooms() {
        let layer = json!({ "id": "l", "type": "line", "source-layer": "epci", "minzoom": 8, "maxzoom": 10 });
        let style = with_layer(&layer).unwrap();
        let drawn = [7.9, 8.0, 9.9, 10.0].map(|z| style.layers[0].is_drawn_at(z));
        assert_eq!(drawn, [false, true, true, false]);
    }

    #[test]
    fn a_layer_of_what_is_chosen_is_drawn_at_every_zoom() {
        let layer = json!({ "id": "l", "type": "line", "source-layer": "temps-2", "minzoom": 24, "metadata": { "territoires:etat": true } });
        assert!(with_layer(&layer).unwrap().layers[0].is_drawn_at(6.0));
    }
}
