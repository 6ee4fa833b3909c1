//! What a legend says of one map: beside what its style says of itself, the limits drawn at its scale, and only the
//! colours that are in it.

use super::frame::Frame;
use super::mapping::{self, Matter};
use super::scene::Stroke;
use super::style::{Colour, Entry, Kind, Layer, Nothing, Style, Subject, Value};

/// Levels whose limits are said, in the order in which they are; before them all that of the territories.
const LIMITS: [(&str, &str); 5] = [
    ("regions", "Limite de région"),
    ("departements", "Limite de département"),
    ("epci", "Limite d’intercommunalité"),
    ("ept", "Limite d’établissement public territorial"),
    ("communes", "Limite de commune"),
];

/// The territory that a sheet is about, of which no field is known.
struct Chosen;

impl Subject for Chosen {
    fn field(&self, _: &str) -> Value {
        Value::Null
    }

    fn state(&self, name: &str) -> bool {
        name == "choisi"
    }
}

/// The legend of a map in a frame, which is all that is drawn where it `is_alone`.
pub fn of(style: &Style, matter: Matter, frame: &Frame, zoom: f64, is_alone: bool) -> Vec<Entry> {
    let mut entries = style.legend.clone();
    if is_alone {
        keep_seen(&mut entries, style, matter, frame, zoom);
    }
    entries.extend(limits(style, matter, zoom));
    entries
}

/// A line for each kind of limit that a style draws at a zoom: the topmost layer of its level that draws all features.
fn limits(style: &Style, matter: Matter, zoom: f64) -> Vec<Entry> {
    let look = |level: &str, subject: &dyn Subject| {
        let mut layers = style.layers.iter().rev();
        layers.find_map(|layer| limit(layer, level, subject, zoom))
    };
    let others = look(matter.phase, &Nothing);
    let own = matter.chosen.and_then(|_| look(matter.phase, &Chosen));
    let territories = match (own, others) {
        (Some(own), Some(others)) if own != others => vec![
            (own, "Limite du territoire"),
            (others, "Limite d’un autre territoire"),
        ],
        (_, others) => others
            .map(|line| (line, "Limite de territoire"))
            .into_iter()
            .collect(),
    };
    let below = LIMITS
        .iter()
        .filter_map(|(level, words)| Some((look(level, &Nothing)?, *words)));
    let all = territories.into_iter().chain(below);
    let entry = |(line, words): (Stroke, &str)| Entry {
        line: Some(line),
        text: words.to_owned(),
        ..Entry::default()
    };
    all.map(entry).collect()
}

fn limit(layer: &Layer, level: &str, subject: &dyn Subject, zoom: f64) -> Option<Stroke> {
    let is_of_all = layer.kind == Kind::Line
        && layer.level == level
        && layer.is_drawn_at(zoom)
        && layer.takes(subject, zoom);
    is_of_all
        .then(|| mapping::stroke(layer, subject, zoom))
        .flatten()
}

/// Leaves of a legend what is in a frame: of entries of several colours those that are, and those as they are drawn there.
fn keep_seen(entries: &mut Vec<Entry>, style: &Style, matter: Matter, frame: &Frame, zoom: f64) {
    let fills = style
        .layers
        .iter()
        .filter(|l| l.kind == Kind::Fill && l.level == matter.phase);
    let drawn: Vec<Colour> = fills
        .flat_map(|layer| mapping::colours(layer, matter, frame, zoom))
        .collect();
    let as_drawn = |colour: &Colour| drawn.iter().copied().find(|d| d.rgb == colour.rgb);
    // A style whose legend shows none of its colours means something else by them.
    if !entries
        .iter()
        .flat_map(|e| &e.colours)
        .any(|c| as_drawn(c).is_some())
    {
        return;
    }
    entries.retain_mut(|entry| {
        entry.colours = entry.colours.iter().filter_map(as_drawn).collect();
        !entry.colours.is_empty()
    });
}
