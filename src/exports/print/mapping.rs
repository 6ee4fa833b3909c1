//! A style drawn into a frame: what is seen of each level, as shapes and names to be placed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::PrintError;
use super::frame::{self, Frame};
use super::labels::ground::{Ground, LAND};
use super::labels::{Look, Wish};
use super::scene::{Group, Item, Outline, POINT, Point, Shape, Stroke};
use super::style::{
    Colour, Kind, Layer, Nothing, POINTS_PER_PIXEL, Property, Style, Subject, Value,
};
use super::typeface::Weight;
use crate::atlas::drawing::{self, Drawn, NOBODY};
use crate::atlas::features::{Feature, LevelData, Value as Field};
use crate::atlas::world::{Atlas, Chart};
use crate::domain::level::Level;
use crate::domain::typography::shown;
use crate::exports::clip;
use crate::geometry::lattice::{Bounds, Vertex};

/// Millimetres that a pixel of a style is.
const PIXEL: f64 = POINTS_PER_PIXEL * POINT;
/// Millimetres of dash and gap at least.
const FINEST_DASH: f64 = 0.1;
/// Letters of a name at most: styles come from strangers and may join what they like.
const LETTERS: usize = 160;
/// Millimetres that letters are high at most.
const TALLEST: f64 = 60.0;
/// Towns that are named on the sheet of a territory, the largest: more are a wall of names.
const TOWNS: usize = 48;
/// What is nearly invisible is not drawn.
const FAINT: f64 = 0.004;

/// What a map is about.
#[derive(Clone, Copy)]
pub struct Matter<'a> {
    /// The world.
    pub atlas: &'a Atlas,
    /// The phase whose territories must all be named.
    pub phase: &'a str,
    /// The territory that the sheet is about, by its position.
    pub chosen: Option<usize>,
}

/// A frame with what is drawn in it.
pub struct Mapped {
    /// The layers of the style, the lowest first, without names.
    pub layers: Vec<Group>,
    /// Names to be placed: the layer's number in the style, and its names.
    pub wishes: Vec<Wish>,
    /// Whose ground is where.
    pub ground: Ground,
}

/// A feature as expressions see it.
struct Shown<'a> {
    feature: &'a Feature,
    is_of_phase: bool,
    is_chosen: bool,
}

impl Subject for Shown<'_> {
    fn field(&self, name: &str) -> Value {
        if name == "rang" && self.is_of_phase {
            return Value::Number(0.0);
        }
        self.feature.field(name)
    }

    fn state(&self, name: &str) -> bool {
        name == "choisi" && self.is_chosen
    }
}

/// A feature by itself, of which nothing is known but its fields.
impl Subject for Feature {
    fn field(&self, name: &str) -> Value {
        if name == "rang" {
            return Value::Number(f64::from(self.rang));
        }
        let field = self.fields.iter().find(|(field, _)| *field == name);
        match field.map(|(_, value)| value) {
            None => Value::Null,
            Some(Field::Text(text)) => Value::Text(text.clone()),
            #[allow(clippy::cast_precision_loss)] // populations
            Some(Field::Whole(n)) => Value::Number(*n as f64),
            Some(Field::Real(x)) => Value::Number(*x),
            Some(Field::Flag(flag)) => Value::Flag(*flag),
        }
    }

    fn state(&self, _: &str) -> bool {
        false
    }
}

/// A level as it is seen in a frame.
struct Seen<'a> {
    data: &'a LevelData,
    chart: &'a Chart,
    drawn: Drawn,
    /// The features that may be seen, by position.
    features: Vec<usize>,
    is_phase: bool,
}

/// Draws a style.
pub struct Mapper<'a> {
    frame: &'a Frame,
    about: Matter<'a>,
    /// What the style's expressions take for the zoom.
    zoom: f64,
    levels: BTreeMap<&'a str, Seen<'a>>,
}

impl<'a> Mapper<'a> {
    /// Draws a style into a frame.
    ///
    /// # Errors
    /// A layer of a level that does not exist, and what PROJ says.
    pub fn draw(
        frame: &'a Frame,
        style: &'a Style,
        about: Matter<'a>,
        zoom: f64,
    ) -> Result<Mapped, PrintError> {
        let mut mapper = Self {
            frame,
            about,
            zoom,
            levels: BTreeMap::new(),
        };
        let mut layers = Vec::new();
        let mut wishes = Vec::new();
        let drawn = style.layers.iter().filter(|l| l.is_drawn_at(zoom));
        for (above, layer) in (0_u32..).zip(drawn) {
            let mut group = Group::default();
            match layer.kind {
                Kind::Background => {
                    let colour = layer.colour(Property::BackgroundColor, &Nothing, zoom);
                    let opacity = layer.number(Property::BackgroundOpacity, 1.0, &Nothing, zoom);
                    let all = Outline::rectangle(frame.at, frame.size);
                    group.shape(all, Some(colour.at(opacity)), None);
                }
                Kind::Fill => group.items = mapper.fills(layer)?,
                Kind::Line => group.items = mapper.lines(layer)?,
                Kind::Symbol => wishes.extend(mapper.wishes(layer, f64::from(above))?),
            }
            if !group.items.is_empty() {
                let mut name = layer_name(about.atlas, layer);
                // Several layers of one level and kind: the style's own word tells them apart.
                if layers
                    .iter()
                    .any(|l: &Group| l.name.as_ref() == Some(&name))
                {
                    name = format!("{name} · {}", shown(&layer.id, 40));
                }
                group.name = Some(name);
                layers.push(group);
            }
        }
        let ground = mapper.ground()?;
        Ok(Mapped {
            layers,
            wishes,
            ground,
        })
    }

    /// The level of a layer, drawn when it is first asked for.
    fn level(&mut self, layer: &'a Layer) -> Result<&Seen<'a>, PrintError> {
        self.draw_level(&layer.level);
        self.levels
            .get(layer.level.as_str())
            .ok_or_else(|| PrintError::Level {
                layer: shown(&layer.id, 80),
                level: shown(&layer.level, 80),
                known: self
                    .about
                    .atlas
                    .levels()
                    .map(|l| l.level.name())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    /// Draws a level where it exists and was not drawn before.
    fn draw_level(&mut self, name: &'a str) {
        if self.levels.contains_key(name) {
            return;
        }
        let Some((chart, at)) = self.about.atlas.level(name) else {
            return;
        };
        let data = &chart.levels[at];
        let detail = if data.level == Level::Pays {
            self.frame.detail.min(ABROAD)
        } else {
            self.frame.detail
        };
        let labels = self.near_labels(chart, data);
        let drawn = chart.drawn(detail, &labels, data.features.len());
        let features = (0..data.features.len()).filter(|f| self.meets(data.features[*f].bounds));
        let seen = Seen {
            features: features.collect(),
            is_phase: matches!(data.level, Level::Phase(_)),
            data,
            chart,
            drawn,
        };
        self.levels.insert(name, seen);
    }

    /// The labels of the faces that may be seen: to join the borders of all others would cost the most for nothing.
    fn near_labels(&self, chart: &Chart, data: &LevelData) -> Vec<u32> {
        let faces = chart.levels.iter().find(|l| l.level == Level::Communes);
        let mut labels = data.labels.clone();
        if let Some(faces) = faces {
            for (label, face) in labels.iter_mut().zip(&faces.features) {
                if !self.meets(face.bounds) {
                    *label = NOBODY;
                }
            }
        }
        labels
    }

    /// Whether a box in micro-degrees meets what can be seen, with some room.
    fn meets(&self, bounds: Bounds) -> bool {
        meets(self.frame, bounds, 0.2)
    }

    /// The features of a layer that it takes.
    fn taken(&self, seen: &Seen<'a>, layer: &Layer) -> Vec<(usize, Shown<'a>)> {
        let is_subject = seen.data.level.name() == self.about.phase;
        let shown = seen.features.iter().map(|&at| {
            let shown = Shown {
                feature: &seen.data.features[at],
                is_of_phase: seen.is_phase,
                is_chosen: is_subject && self.about.chosen == Some(at),
            };
            (at, shown)
        });
        shown
            .filter(|(_, shown)| layer.takes(shown, self.zoom))
            .collect()
    }

    fn fills(&mut self, layer: &'a Layer) -> Result<Vec<Item>, PrintError> {
        self.level(layer)?;
        let seen = &self.levels[layer.level.as_str()]; // there, by `level`
        // One shape for each colour, in the order in which colours come.
        let mut by_colour: Vec<(Colour, Vec<usize>)> = Vec::new();
        for (at, shown) in self.taken(seen, layer) {
            let Some(colour) = fill(layer, &shown, self.zoom) else {
                continue;
            };
            match by_colour.iter_mut().find(|(c, _)| *c == colour) {
                Some((_, features)) => features.push(at),
                None => by_colour.push((colour, vec![at])),
            }
        }
        let mut items = Vec::new();
        for (colour, features) in by_colour {
            let outline = self.outline(seen, &features)?;
            if !outline.paths.is_empty() {
                items.push(Item::Shape(Shape {
                    outline: Arc::new(outline),
                    fill: Some(colour),
                    stroke: None,
                }));
            }
        }
        Ok(items)
    }

    /// The rings of features on the page.
    fn outline(&self, seen: &Seen, features: &[usize]) -> Result<Outline, PrintError> {
        let detail = self.detail(seen);
        let window = self.frame.window_at(detail);
        let mut rings: Vec<Vec<Point>> = Vec::new();
        for union in features.iter().filter_map(|f| seen.drawn.unions.get(*f)) {
            for ring in union.polygons.iter().flat_map(|p| &p.rings) {
                let ring = clip::ring(wide(&seen.drawn.arcs.ring(ring)), &window);
                if ring.len() > 2 {
                    rings.push(ring);
                }
            }
        }
        Ok(Outline {
            paths: self.on_page(rings, detail, 3)?,
            is_closed: true,
        })
    }

    /// Paths in tile units on the page, without positions that print cannot tell from the one before.
    fn on_page(
        &self,
        paths: Vec<Vec<Point>>,
        detail: u8,
        least: usize,
    ) -> Result<Vec<Vec<Point>>, PrintError> {
        let lengths: Vec<usize> = paths.iter().map(Vec::len).collect();
        let mut all: Vec<Point> = paths
            .into_iter()
            .flatten()
            .map(|p| drawing::position(detail, p))
            .collect();
        self.frame.on_page(&mut all)?;
        let mut rest = all.as_slice();
        let mut thinned = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (path, others) = rest.split_at(length);
            rest = others;
            let mut kept: Vec<Point> = Vec::with_capacity(length);
            for (i, p) in path.iter().enumerate() {
                let is_near =
                    |q: &Point| (p[0] - q[0]).abs() < TELLABLE && (p[1] - q[1]).abs() < TELLABLE;
                if i + 1 == length || !kept.last().is_some_and(is_near) {
                    kept.push(*p);
                }
            }
            if kept.len() >= least {
                thinned.push(kept);
            }
        }
        Ok(thinned)
    }

    fn detail(&self, seen: &Seen) -> u8 {
        if seen.data.level == Level::Pays {
            self.frame.detail.min(ABROAD)
        } else {
            self.frame.detail
        }
    }

    fn lines(&mut self, layer: &'a Layer) -> Result<Vec<Item>, PrintError> {
        self.level(layer)?;
        let seen = &self.levels[layer.level.as_str()]; // there, by `level`
        let mut by_stroke: Vec<(Stroke, f64, Vec<usize>)> = Vec::new();
        for (at, shown) in self.taken(seen, layer) {
            let Some(stroke) = stroke(layer, &shown, self.zoom) else {
                continue;
            };
            let offset = layer.number(Property::LineOffset, 0.0, &shown, self.zoom) * PIXEL;
            #[allow(clippy::float_cmp)] // computed in the same way
            let same = by_stroke
                .iter_mut()
                .find(|(s, o, _)| *s == stroke && *o == offset);
            match same {
                Some((.., features)) => features.push(at),
                None => by_stroke.push((stroke, offset, vec![at])),
            }
        }
        let mut items = Vec::new();
        for (stroke, offset, features) in by_stroke {
            if offset > 0.0 {
                items.extend(self.inner_lines(seen, &features, &stroke, offset)?);
                continue;
            }
            let outline = self.borders(seen, &features)?;
            if !outline.paths.is_empty() {
                items.push(Item::Shape(Shape {
                    outline: Arc::new(outline),
                    fill: None,
                    stroke: Some(stroke),
                }));
            }
        }
        Ok(items)
    }

    /// Lines moved inwards: of each feature what is inside of it of a line so wide that it reaches as far.
    fn inner_lines(
        &self,
        seen: &Seen,
        features: &[usize],
        stroke: &Stroke,
        offset: f64,
    ) -> Result<Vec<Item>, PrintError> {
        let mut items = Vec::new();
        for feature in features {
            let outline = Arc::new(self.outline(seen, &[*feature])?);
            if outline.paths.is_empty() {
                continue;
            }
            let stroke = Stroke {
                width: 2.0 * offset + stroke.width,
                ..stroke.clone()
            };
            items.push(Item::Group(Group {
                name: None,
                clip: Some(Arc::clone(&outline)),
                items: vec![Item::Shape(Shape {
                    outline,
                    fill: None,
                    stroke: Some(stroke),
                })],
            }));
        }
        Ok(items)
    }

    /// The borders of features, those between two of them once.
    fn borders(&self, seen: &Seen, features: &[usize]) -> Result<Outline, PrintError> {
        let detail = self.detail(seen);
        let window = self.frame.window_at(detail);
        let mut is_wanted = vec![false; seen.data.features.len()];
        for feature in features {
            is_wanted[*feature] = true;
        }
        let arcs = &seen.drawn.arcs;
        let wanted = |side: u32| is_wanted.get(side as usize).copied().unwrap_or(false);
        let mut lines = Vec::new();
        for arc in 0..arcs.len() {
            let (left, right) = arcs.sides(arc);
            if wanted(left) || wanted(right) {
                lines.extend(clip::line(&wide(arcs.vertices(arc)), &window));
            }
        }
        Ok(Outline {
            paths: self.on_page(lines, detail, 2)?,
            is_closed: false,
        })
    }

    /// The names of a layer; `above` layers are below it.
    fn wishes(&mut self, layer: &'a Layer, above: f64) -> Result<Vec<Wish>, PrintError> {
        self.level(layer)?;
        let seen = &self.levels[layer.level.as_str()]; // there, by `level`
        let is_subject = seen.data.level.name() == self.about.phase;
        let within = (seen.data.level == Level::Communes)
            .then(|| self.chosen_faces())
            .flatten();
        let mut wishes = Vec::new();
        for (at, shown) in self.taken(seen, layer) {
            if within.is_some_and(|(labels, chosen)| labels.get(at) != Some(&chosen)) {
                continue;
            }
            let Some(text) = layer
                .text(Property::TextField, &shown, self.zoom)
                .filter(|t| !t.trim().is_empty())
            else {
                continue;
            };
            let text: String = text.chars().take(LETTERS).collect();
            let text = match layer
                .text(Property::TextTransform, &shown, self.zoom)
                .as_deref()
            {
                Some("uppercase") => text.to_uppercase(),
                Some("lowercase") => text.to_lowercase(),
                _ => text,
            };
            let Some(pole) = seen.data.label_point(&seen.chart.arcs, at) else {
                continue;
            };
            let feature = &seen.data.features[at];
            let Some([west, south, east, north]) = feature.bbox() else {
                continue;
            };
            let mut places = [
                pole.to_degrees(),
                [west, south],
                [west, north],
                [east, south],
                [east, north],
            ];
            self.frame.on_page(&mut places)?;
            let [anchor, corners @ ..] = places;
            if !self.frame.shows(anchor) {
                continue;
            }
            let bounds = frame::around(&corners);
            let order = match seen.data.level {
                #[allow(clippy::cast_precision_loss)] // populations
                Level::Communes => -(feature.population as f64),
                _ => f64::from(feature.rang),
            };
            wishes.push(Wish {
                text,
                anchor,
                look: self.look(layer, &shown),
                owner: is_subject.then(|| owner(at)),
                bounds,
                // Layers are in the order of their importance, the most important above: by more than there are people.
                order: order - above * 1e9,
            });
        }
        if within.is_some() {
            wishes.sort_by(|a, b| a.order.total_cmp(&b.order));
            wishes.truncate(TOWNS);
        }
        Ok(wishes)
    }

    /// The territory of each commune, and the one that the sheet is about: only its communes are named.
    fn chosen_faces(&self) -> Option<(&'a [u32], u32)> {
        let chosen = u32::try_from(self.about.chosen?).ok()?;
        let (chart, at) = self.about.atlas.level(self.about.phase)?;
        Some((&chart.levels[at].labels, chosen))
    }

    fn look(&self, layer: &Layer, shown: &Shown) -> Look {
        let number = |property, absent| layer.number(property, absent, shown, self.zoom);
        let size =
            (number(Property::TextSize, 16.0) * PIXEL).clamp(super::labels::SMALLEST, TALLEST);
        let halo = (number(Property::TextHaloWidth, 0.0) * PIXEL).min(size);
        let halo_colour = layer.colour(Property::TextHaloColor, shown, self.zoom);
        let opacity = number(Property::TextOpacity, 1.0);
        Look {
            size,
            weight: Weight::named(
                &layer
                    .text(Property::TextFont, shown, self.zoom)
                    .unwrap_or_default(),
            ),
            colour: layer
                .colour(Property::TextColor, shown, self.zoom)
                .at(opacity),
            halo: (halo > 0.0).then_some((halo_colour, halo)),
            spacing: number(Property::TextLetterSpacing, 0.0).clamp(0.0, 2.0),
            leading: number(Property::TextLineHeight, 1.1).clamp(0.9, 3.0),
        }
    }

    /// Whose ground is where, for the names of territories.
    fn ground(&mut self) -> Result<Ground, PrintError> {
        let mut ground = Ground::new(self.frame.at, self.frame.size);
        for (name, is_land) in [("regions", true), (self.about.phase, false)] {
            let name: &'a str = name;
            self.draw_level(name);
            let Some(seen) = self.levels.get(name) else {
                continue;
            };
            for &feature in &seen.features {
                let rings = self.outline(seen, &[feature])?.paths;
                ground.give(&rings, if is_land { LAND } else { owner(feature) });
            }
        }
        Ok(ground)
    }
}

/// Whether a box in micro-degrees meets what can be seen in a frame, with room around it of such a part of its size.
fn meets(frame: &Frame, bounds: Bounds, room: f64) -> bool {
    if bounds.is_empty() {
        return false;
    }
    let [west, south, east, north] = frame.window;
    let room = [(east - west) * room, (north - south) * room];
    let ([w, s], [e, n]) = (bounds.min.to_degrees(), bounds.max.to_degrees());
    w < east + room[0] && e > west - room[0] && s < north + room[1] && n > south - room[1]
}

/// How a layer draws the inside of a feature; not at all where nobody would see it.
fn fill(layer: &Layer, subject: &dyn Subject, zoom: f64) -> Option<Colour> {
    let opacity = layer.number(Property::FillOpacity, 1.0, subject, zoom);
    let colour = layer.colour(Property::FillColor, subject, zoom).at(opacity);
    (colour.opacity >= FAINT).then_some(colour)
}

/// How a layer draws the outline of a feature; not at all where nobody would see it.
pub fn stroke(layer: &Layer, subject: &dyn Subject, zoom: f64) -> Option<Stroke> {
    let number = |property, absent| layer.number(property, absent, subject, zoom);
    let opacity = number(Property::LineOpacity, 1.0);
    let colour = layer.colour(Property::LineColor, subject, zoom).at(opacity);
    let width = (number(Property::LineWidth, 1.0) * PIXEL).min(TALLEST);
    if colour.opacity < FAINT || width <= 0.0 {
        return None;
    }
    let text = |property| layer.text(property, subject, zoom);
    let is_round = text(Property::LineCap).as_deref() == Some("round")
        || text(Property::LineJoin).as_deref() == Some("round");
    // Dashes are counted in widths of the line; too fine to be seen they are none, and would be millions.
    let mut dashes = layer.numbers(Property::LineDashes, subject, zoom);
    if dashes.iter().sum::<f64>() * width < FINEST_DASH {
        dashes.clear();
    }
    Some(Stroke {
        colour,
        width,
        dashes: dashes.iter().map(|d| d * width).collect(),
        is_round,
    })
}

/// The colours in which a layer draws the territories that a frame may show.
pub fn colours(layer: &Layer, about: Matter, frame: &Frame, zoom: f64) -> Vec<Colour> {
    if !layer.is_drawn_at(zoom) {
        return Vec::new();
    }
    let Some((chart, at)) = about.atlas.level(about.phase) else {
        return Vec::new();
    };
    let features = (0..).zip(&chart.levels[at].features);
    let seen = features.filter(|(_, feature)| meets(frame, feature.bounds, 0.0));
    let subjects = seen.map(|(at, feature)| Shown {
        feature,
        is_of_phase: true,
        is_chosen: about.chosen == Some(at),
    });
    subjects
        .filter(|subject| layer.takes(subject, zoom))
        .filter_map(|subject| fill(layer, &subject, zoom))
        .collect()
}

/// Vertices as positions.
fn wide(vertices: &[Vertex]) -> Vec<Point> {
    let wide = |v: &Vertex| [f64::from(v.x), f64::from(v.y)];
    vertices.iter().map(wide).collect()
}

/// The number of a territory's ground.
fn owner(feature: usize) -> u16 {
    u16::try_from(feature + usize::from(LAND) + 1).unwrap_or(u16::MAX)
}

/// The territory of a ground.
pub fn feature_of(owner: u16) -> usize {
    usize::from(owner.saturating_sub(LAND + 1))
}

/// The finest zoom at which neighbours are drawn: Natural Earth has no more to say.
const ABROAD: u8 = 9;
/// Millimetres between positions that print can tell apart.
const TELLABLE: f64 = 0.008;

/// What a layer is called in French, from its level and how it draws.
fn layer_name(atlas: &Atlas, layer: &Layer) -> String {
    let of_phase = || {
        atlas
            .tables
            .phases
            .iter()
            .find(|p| p.id == layer.level)
            .map(|p| format!("Territoires d’industrie {}", p.nom))
    };
    let level = match layer.level.as_str() {
        "communes" => "Communes".to_owned(),
        "epci" => "Intercommunalités".to_owned(),
        "ept" => "Établissements publics territoriaux".to_owned(),
        "departements" => "Départements".to_owned(),
        "regions" => "Régions".to_owned(),
        "pays" => "Pays voisins".to_owned(),
        other => of_phase().unwrap_or_else(|| other.to_owned()),
    };
    match layer.kind {
        Kind::Background => "Fond".to_owned(),
        Kind::Fill => format!("{level} (surfaces)"),
        Kind::Line => format!("{level} (limites)"),
        Kind::Symbol => format!("{level} (noms)"),
    }
}
