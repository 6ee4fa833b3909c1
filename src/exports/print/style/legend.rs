//! What a map's legend says: what the style says of itself, or what can be read off its layers.

use serde_json::Value as Json;

use super::expression::Expression;
use super::properties::colours;
use super::value::{Colour, Value};
use super::{Kind, Layer, Property};
use crate::exports::print::scene::Stroke;

/// One line of a legend.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The colours shown beside the words.
    pub colours: Vec<Colour>,
    /// The colour of a line around them.
    pub border: Option<Colour>,
    /// The line shown instead.
    pub line: Option<Stroke>,
    /// The words.
    pub text: String,
    /// More words, smaller.
    pub note: Option<String>,
}

/// Entries that a legend has at most.
const MOST: usize = 12;

/// The entries of `metadata["territoires:legende"]`, else those that its fills explain by themselves.
pub(super) fn entries(metadata: Option<&Json>, layers: &[Layer]) -> Vec<Entry> {
    let said = metadata
        .and_then(|m| m.get("territoires:legende"))
        .and_then(Json::as_array);
    match said {
        Some(said) => said.iter().filter_map(entry).take(MOST).collect(),
        None => layers
            .iter()
            .filter(|l| l.kind == Kind::Fill && !CONTEXT.contains(&l.level.as_str()))
            .filter(|l| l.properties.iter().all(|(_, value)| !value.is_of_state()))
            .flat_map(of_fill)
            .take(MOST)
            .collect(),
    }
}

/// Levels that are the ground of maps, which need no words.
const CONTEXT: [&str; 6] = ["pays", "regions", "departements", "epci", "ept", "communes"];

fn entry(json: &Json) -> Option<Entry> {
    let colour = |json: &Json| json.as_str().and_then(Colour::parse);
    let colours = json.get("couleurs")?.as_array()?;
    Some(Entry {
        colours: colours.iter().filter_map(colour).collect(),
        border: json.get("bordure").and_then(colour),
        text: json.get("texte")?.as_str()?.to_owned(),
        note: json.get("note").and_then(Json::as_str).map(str::to_owned),
        ..Entry::default()
    })
}

/// A `match` on a field in words: a line for each of its values. Anything else, such as classes that only tell neighbours apart:
/// one line with all colours.
fn of_fill(layer: &Layer) -> Vec<Entry> {
    let colour = layer
        .properties
        .iter()
        .find(|(p, _)| *p == Property::FillColor);
    let Some((_, colour)) = colour else {
        return Vec::new();
    };
    let line = |colours: Vec<Colour>, text: String| Entry {
        colours,
        text,
        ..Entry::default()
    };
    if let Expression::Match(_, cases, _) = colour {
        let is_words =
            |(labels, _): &(Vec<Value>, _)| labels.iter().all(|l| matches!(l, Value::Text(_)));
        if cases.iter().all(is_words) {
            let lines = cases.iter().map(|(labels, value)| {
                let labels: Vec<String> = labels.iter().map(Value::text).collect();
                line(colours(value), labels.join(", "))
            });
            return lines.collect();
        }
    }
    let mut all = colours(colour);
    all.dedup();
    vec![line(all, "Territoire d’industrie".to_owned())]
}
