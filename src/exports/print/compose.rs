//! A sheet: title, map, overseas and Paris in frames of their own, legend, sources.

use std::sync::Arc;

use super::PrintError;
use super::frame::{Frame, Place};
use super::furniture::{self, HAIRLINE, INK, QUIET};
use super::labels::{self, Names, Wish};
use super::mapping::{Mapped, Mapper, Matter};
use super::paper::{Orientation, Paper, SIDES};
use super::scene::{Group, Item, Outline, POINT, Page, Point, Stroke};
use super::style::Style;
use super::text::{Look, Type};
use super::typeface::Weight;
use crate::atlas::features::Feature;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::alphabet;
use crate::domain::attribution::LICENCE;
use crate::domain::fold::fold;
use crate::domain::level::Level;
use crate::domain::typography;

/// What a sheet is to show.
#[derive(Clone, Debug)]
pub struct Order {
    /// The style.
    pub style: Style,
    /// Which sheet.
    pub sheet: Sheet,
    /// The phase; the latest where none is named.
    pub phase: Option<String>,
    /// A région by code or name, to be drawn alone.
    pub region: Option<String>,
    /// A territory by id, to be drawn alone with its members.
    pub territoire: Option<String>,
    /// The title; what is shown where none is given.
    pub title: Option<String>,
    /// Whether an arrow to the north is wanted.
    pub north: bool,
    /// Whether meridians and parallels are wanted.
    pub graticule: bool,
}

/// The sheet of paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sheet {
    /// A standard size, held as suits the map where nothing is said.
    Paper(Paper, Option<Orientation>),
    /// Width and height in millimetres.
    Millimetres([f64; 2]),
}

/// Letters of a title at most.
const TITLE: usize = 120;
/// The margin, of the short side.
const MARGIN: f64 = 0.028;
/// Room between frames, of the short side.
const GAP: f64 = 0.012;
/// Land around a territory or a région that is drawn with it, of its box.
const AROUND: f64 = 0.05;
/// The zoom that a territory's sheet has at least: where its members are drawn and named.
const DETAILED: f64 = 9.6;
/// Départements that are small and full: drawn once more, larger.
const PETITE_COURONNE: [&str; 4] = ["75", "92", "93", "94"];

/// What is drawn, found by its names.
struct Found<'a> {
    phase: usize,
    region: Option<&'a Feature>,
    profile: Option<Profile<'a>>,
}

/// Draws a sheet.
///
/// # Errors
/// See [`PrintError`].
pub fn compose(atlas: &Atlas, order: &Order) -> Result<Page, PrintError> {
    let found = find(atlas, order)?;
    let declared = &atlas.tables.phases[found.phase];
    let phases: Vec<&str> = atlas.tables.phases.iter().map(|p| p.id.as_str()).collect();
    let style = order.style.clone().for_phase(&phases, &declared.id);
    let matter = Matter {
        atlas,
        phase: &declared.id,
        chosen: found.profile.as_ref().map(|p| p.number),
    };
    let kind = Type::new()?;
    let (main, insets) = places(atlas, &found)?;
    let size = sheet_size(order, &main)?;
    let mut sheet = Layout::new(size, insets.len());
    let title = order.title.clone().unwrap_or_else(|| title(&found));
    let subtitle = subtitle(atlas, &found);

    let mut dress = Group::layer("Habillage");
    sheet.write_title(&mut dress, &kind, &title, &subtitle);
    let systems = systems(&main, &insets);
    let sources = sources(atlas, &style, &systems);
    sheet.write_sources(&mut dress, &kind, &sources);
    let notes = notes(&found);
    let areas = sheet.areas(&kind, &style, &notes);
    areas.write_legend(&mut dress, &kind, &style, &notes, sheet.caption);

    let mut layers = Vec::new();
    let mut named = vec![false; atlas.profiles(found.phase).count()];
    // Insets first: what they name, the map does not.
    let mut drawn = Vec::new();
    for (place, [at, room]) in insets.into_iter().zip(&areas.insets) {
        let below = furniture::line_height(sheet.caption) * 1.15;
        let frame = Frame::new(place, [at[0], at[1] + below], [room[0], room[1] - below])?;
        dress.items.push(furniture::heading(
            frame.place.name.clone(),
            [at[0], at[1] + sheet.caption],
            sheet.caption,
        ));
        let zoom = frame.zoom;
        drawn.push(draw(
            &kind,
            &style,
            &frame,
            matter,
            zoom,
            order,
            &sheet,
            |_, owner| !std::mem::replace(&mut named[owner], true),
        )?);
    }
    let [at, room] = areas.main;
    let frame = Frame::new(main, at, room)?;
    let zoom = if found.profile.is_some() {
        frame.zoom.max(DETAILED)
    } else {
        frame.zoom
    };
    let main = draw(
        &kind,
        &style,
        &frame,
        matter,
        zoom,
        order,
        &sheet,
        |_, owner| !named[owner],
    )?;
    for (group, missing) in std::iter::once(main).chain(drawn) {
        if !missing.is_empty() {
            return Err(PrintError::Sheet(format!(
                "la feuille est trop petite : il n’y a pas de place pour {} ; demandez un papier plus grand",
                missing.join(", ")
            )));
        }
        layers.push(group);
    }
    layers.push(dress);
    Ok(Page {
        size,
        description: format!("{title}. {subtitle}."),
        title,
        sources,
        layers,
    })
}

/// Looks up what is named.
fn find<'a>(atlas: &'a Atlas, order: &Order) -> Result<Found<'a>, PrintError> {
    if let Some(title) = order.title.as_ref().filter(|t| t.chars().count() > TITLE) {
        let length = title.chars().count();
        return Err(PrintError::Sheet(format!(
            "le titre a {length} signes ; {TITLE} au plus"
        )));
    }
    let phase = match &order.phase {
        None => atlas.current_phase(),
        Some(id) => atlas.phase(id).ok_or_else(|| PrintError::Unknown {
            what: "la phase",
            asked: id.clone(),
            known: format!(
                "il y a {}",
                atlas
                    .tables
                    .phases
                    .iter()
                    .map(|p| p.id.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        })?,
    };
    let region = match &order.region {
        None => None,
        Some(asked) => {
            let all = regions(atlas);
            let wanted = fold(asked);
            let one = all
                .iter()
                .find(|r| r.code == *asked || fold(&r.nom) == wanted);
            Some(one.ok_or_else(|| PrintError::Unknown {
                what: "la région",
                asked: asked.clone(),
                known: format!(
                        "il y a {}",
                        all.iter()
                            .map(|r| r.nom.as_str())
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
            })?)
        }
    };
    let profile = match &order.territoire {
        None => None,
        Some(id) => Some(
            atlas
                .profiles(phase)
                .find(|p| p.territoire.id == *id)
                .ok_or_else(|| PrintError::Unknown {
                    what: "le territoire",
                    asked: id.clone(),
                    known: "un identifiant comme ti-7510 est attendu".to_owned(),
                })?,
        ),
    };
    Ok(Found {
        phase,
        region,
        profile,
    })
}

fn regions(atlas: &Atlas) -> &[Feature] {
    let level = atlas
        .france
        .levels
        .iter()
        .find(|l| l.level == Level::Regions);
    level.map_or(&[], |l| &l.features)
}

/// The place of the map, and those of the frames beside it.
fn places(atlas: &Atlas, found: &Found) -> Result<(Place, Vec<Place>), PrintError> {
    let nothing = || {
        PrintError::Sheet("il n’y a rien à dessiner : ces données n’ont pas ce contour".to_owned())
    };
    let wider = |name: &str, bbox: [f64; 4]| {
        let [west, south, east, north] = bbox;
        let (x, y) = ((east - west) * AROUND, (north - south) * AROUND);
        Place::new(name, [west - x, south - y, east + x, north + y])
    };
    let whole = |feature: &Feature| {
        feature
            .bbox()
            .map(|b| wider(&feature.nom, b))
            .ok_or_else(nothing)
    };
    if let Some(profile) = &found.profile {
        return Ok((whole(profile.feature())?, Vec::new()));
    }
    let paris = petite_couronne(atlas);
    if let Some(region) = found.region {
        let place = whole(region)?;
        let paris = paris
            .filter(|p| place.holds([p.bbox[0], p.bbox[1]]) && place.holds([p.bbox[2], p.bbox[3]]));
        let is_own = |p: &Place| (p.bbox[2] - p.bbox[0]) * 12.0 > place.bbox[2] - place.bbox[0];
        return Ok((place.clone(), paris.filter(is_own).into_iter().collect()));
    }
    let mut mainland: Option<[f64; 4]> = None;
    let mut overseas = Vec::new();
    for region in regions(atlas) {
        let Some(bbox) = region.bbox() else { continue };
        if bbox[1] > 30.0 {
            let [w, s, e, n] = mainland.unwrap_or(bbox);
            mainland = Some([
                w.min(bbox[0]),
                s.min(bbox[1]),
                e.max(bbox[2]),
                n.max(bbox[3]),
            ]);
        } else {
            overseas.push(wider(&region.nom, bbox));
        }
    }
    // The west first, as one reads.
    overseas.sort_by(|a, b| {
        (a.bbox[0] > 0.0, -a.bbox[3])
            .partial_cmp(&(b.bbox[0] > 0.0, -b.bbox[3]))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    overseas.extend(paris);
    match mainland {
        Some(bbox) => {
            let [w, s, e, n] = bbox;
            Ok((
                Place::new(
                    "France métropolitaine",
                    [w - 0.1, s - 0.1, e + 0.1, n + 0.1],
                ),
                overseas,
            ))
        }
        // A partial import: what there is.
        None if !overseas.is_empty() => Ok((overseas.remove(0), overseas)),
        None => Err(nothing()),
    }
}

fn petite_couronne(atlas: &Atlas) -> Option<Place> {
    let level = atlas
        .france
        .levels
        .iter()
        .find(|l| l.level == Level::Departements)?;
    let boxes = level
        .features
        .iter()
        .filter(|f| PETITE_COURONNE.contains(&f.code.as_str()))
        .filter_map(Feature::bbox);
    let all =
        boxes.reduce(|[w, s, e, n], b| [w.min(b[0]), s.min(b[1]), e.max(b[2]), n.max(b[3])])?;
    Some(Place::new("Paris et petite couronne", all))
}

fn sheet_size(order: &Order, main: &Place) -> Result<[f64; 2], PrintError> {
    match order.sheet {
        Sheet::Paper(paper, orientation) => {
            let [west, south, east, north] = main.bbox;
            let across = (east - west) * f64::midpoint(south, north).to_radians().cos();
            let is_whole = order.region.is_none() && order.territoire.is_none();
            let suits = if is_whole || across > north - south {
                Orientation::Landscape
            } else {
                Orientation::Portrait
            };
            Ok(paper.size(orientation.unwrap_or(suits)))
        }
        Sheet::Millimetres(size) if size.iter().all(|s| SIDES.contains(s)) => Ok(size),
        Sheet::Millimetres([width, height]) => Err(PrintError::Sheet(format!(
            "une feuille de {width} mm sur {height} mm ne se dessine pas ; chaque côté mesure de {} à {} mm",
            SIDES.start(),
            SIDES.end()
        ))),
    }
}

fn title(found: &Found) -> String {
    match (&found.profile, found.region) {
        (Some(profile), _) => profile.territoire.nom.clone(),
        (None, Some(region)) => format!("Territoires d’industrie\u{a0}: {}", region.nom),
        (None, None) => "Les Territoires d’industrie".to_owned(),
    }
}

fn subtitle(atlas: &Atlas, found: &Found) -> String {
    let phase = &atlas.tables.phases[found.phase];
    let date = phase
        .editions
        .last()
        .map(|e| typography::date(&e.id).into_owned());
    let list = date.map(|d| format!("liste du {d}"));
    let what = match (&found.profile, found.region) {
        (Some(profile), _) => {
            let names = profile
                .facts
                .regions
                .iter()
                .filter_map(|code| regions(atlas).iter().find(|r| r.code == code.to_string()));
            let names: Vec<&str> = names.map(|r| r.nom.as_str()).collect();
            format!(
                "Territoire d’industrie {} · {}",
                phase.years(),
                names.join(", ")
            )
        }
        (None, Some(region)) => {
            let count = atlas
                .profiles(found.phase)
                .filter(|p| {
                    p.facts
                        .regions
                        .iter()
                        .any(|code| code.to_string() == region.code)
                })
                .count();
            format!(
                "{} · {} · {}",
                phase.nom,
                phase.years(),
                typography::count(count, "territoire")
            )
        }
        (None, None) => {
            let count = atlas.profiles(found.phase).count();
            format!(
                "{} · {} · {}",
                phase.nom,
                phase.years(),
                typography::count(count, "territoire")
            )
        }
    };
    [Some(what), list]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// What a territory's sheet says beside the map: its figures and its members.
fn notes(found: &Found) -> Vec<String> {
    let Some(profile) = &found.profile else {
        return Vec::new();
    };
    let feature = profile.feature();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // square kilometres of France
    let area = feature.superficie.round() as u64;
    let figures = format!(
        "{}\u{a0}habitants · {} · {}\u{a0}km²",
        typography::thousands(feature.population),
        typography::count(profile.facts.communes.len(), "commune"),
        typography::thousands(area)
    );
    let mut members: Vec<&str> = profile
        .territoire
        .membres
        .iter()
        .map(|m| m.nom.as_str())
        .collect();
    members.sort_by(|a, b| alphabet::order(a, b));
    vec![figures, format!("Membres\u{a0}: {}.", members.join(", "))]
}

fn systems(main: &Place, insets: &[Place]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for place in std::iter::once(main).chain(insets) {
        if !names.contains(&place.system.name()) {
            names.push(place.system.name());
        }
    }
    names.join(", ")
}

fn sources(atlas: &Atlas, style: &Style, systems: &str) -> String {
    let shown: Vec<&Level> = atlas
        .levels()
        .map(|l| &l.level)
        .filter(|l| style.layers.iter().any(|layer| layer.level == l.name()))
        .collect();
    let noun = if systems.contains(',') {
        "Projections"
    } else {
        "Projection"
    };
    let text = format!(
        "Sources : {} · {noun} : {systems} · Réalisation : territoires {} · {LICENCE}",
        atlas.attribution(&shown),
        env!("CARGO_PKG_VERSION"),
    );
    typography::unbreakable(&text)
}

/// The frame's layers in one group, and the names that found no place. `wants` says of a territory's name whether it is to
/// stand in this frame.
#[allow(clippy::too_many_arguments)] // all of what a frame depends on, once
fn draw(
    kind: &Type,
    style: &Style,
    frame: &Frame,
    matter: Matter,
    zoom: f64,
    order: &Order,
    sheet: &Layout,
    mut wants: impl FnMut(&Wish, usize) -> bool,
) -> Result<(Group, Vec<String>), PrintError> {
    let Mapped {
        layers,
        mut wishes,
        mut ground,
    } = Mapper::draw(frame, style, matter, zoom)?;
    wishes.retain(|wish| {
        wish.owner
            .is_none_or(|owner| wants(wish, super::mapping::feature_of(owner)))
    });
    let mut dress = Group::layer("Échelle");
    ground.take(furniture::scale_bar(&mut dress, kind, frame, sheet.caption));
    if order.north {
        ground.take(furniture::north(&mut dress, kind, frame, sheet.caption)?);
    }
    let Names { placed, missing } = labels::place(&mut ground, &wishes, kind);
    let mut names = Group::layer("Noms");
    names.items = furniture::leaders(placed.iter().filter_map(|p| p.leader));
    names
        .items
        .extend(placed.into_iter().flat_map(|p| p.words).map(Item::Words));
    let mut items: Vec<Item> = layers.into_iter().map(Item::Group).collect();
    if order.graticule {
        items.push(Item::Group(furniture::graticule(frame)?));
    }
    items.push(Item::Group(names));
    items.push(Item::Group(dress));
    let outline = Arc::new(Outline::rectangle(frame.at, frame.size));
    let mut group = Group::layer(frame.place.name.clone());
    group.items.push(Item::Group(Group {
        name: None,
        clip: Some(Arc::clone(&outline)),
        items,
    }));
    group.items.push(Item::Shape(super::scene::Shape {
        outline,
        fill: None,
        stroke: Some(Stroke::plain(QUIET, HAIRLINE)),
    }));
    Ok((group, missing))
}

/// A corner and a size in millimetres.
type Area = [[f64; 2]; 2];

/// Where things are on the sheet.
struct Layout {
    size: [f64; 2],
    margin: f64,
    gap: f64,
    /// The size of small type in millimetres.
    caption: f64,
    top: f64,
    bottom: f64,
    insets: usize,
}

/// Areas for maps and legend.
struct Areas {
    main: Area,
    insets: Vec<Area>,
    legend: Area,
}

impl Layout {
    fn new(size: [f64; 2], insets: usize) -> Self {
        let short = size[0].min(size[1]);
        Self {
            size,
            margin: short * MARGIN,
            gap: short * GAP,
            // Read from farther away where the sheet is larger.
            caption: (6.8 * (short / 297.0).sqrt()).max(5.5) * POINT,
            top: 0.0,
            bottom: size[1],
            insets,
        }
    }

    fn write_title(&mut self, dress: &mut Group, kind: &Type, title: &str, subtitle: &str) {
        let width = self.size[0] - 2.0 * self.margin;
        let title = typography::unbreakable(title);
        let look = |size: f64, weight: Weight| Look {
            size,
            weight,
            colour: INK,
        };
        // As large as it may be in one line.
        let wanted = self.caption * 3.4;
        let natural = kind.width(&title, look(wanted, Weight::Semibold));
        let size = wanted * (width / natural).min(1.0);
        let baseline = self.margin + size * 0.78;
        dress
            .items
            .push(furniture::heading(title, [self.margin, baseline], size));
        let smaller = look(self.caption * 1.45, Weight::Regular);
        let lines = kind.wrapped(&typography::unbreakable(subtitle), smaller, width);
        let top = baseline + self.caption * 0.75;
        self.top = Type::lines(dress, &lines, [self.margin, top], smaller) + self.caption * 0.6;
    }

    fn write_sources(&mut self, dress: &mut Group, kind: &Type, sources: &str) {
        let look = Look {
            size: self.caption.min(7.0 * POINT),
            weight: Weight::Regular,
            colour: QUIET,
        };
        let lines = kind.wrapped(sources, look, self.size[0] - 2.0 * self.margin);
        #[allow(clippy::cast_precision_loss)] // a few lines
        let height = lines.len() as f64 * furniture::line_height(look.size);
        let top = self.size[1] - self.margin * 0.8 - height;
        Type::lines(dress, &lines, [self.margin, top], look);
        self.bottom = top - self.caption * 0.5;
    }

    fn areas(&self, kind: &Type, style: &Style, notes: &[String]) -> Areas {
        let [left, width] = [self.margin, self.size[0] - 2.0 * self.margin];
        let height = self.bottom - self.top;
        let is_wide = width > height;
        let legend_width = if is_wide {
            self.size[0] * 0.2
        } else {
            width * 0.3
        };
        let legend_height = self.legend_height(kind, style, notes, legend_width);
        let mut insets: Vec<Area> = Vec::new();
        if is_wide {
            let legend_top = if self.insets == 0 {
                self.top
            } else {
                self.bottom - legend_height
            };
            // A column on the right: frames in two columns, the legend below them.
            let x = left + width - legend_width;
            let room = height - legend_height - self.gap * 2.0;
            let rows = self.insets.div_ceil(2).max(1);
            #[allow(clippy::cast_precision_loss)] // a few frames
            let cell = [
                (legend_width - self.gap) / 2.0,
                (room / rows as f64 - self.gap).max(legend_width * 0.3),
            ];
            for i in 0..self.insets {
                #[allow(clippy::cast_precision_loss)] // a few frames
                let at = [
                    x + (i % 2) as f64 * (cell[0] + self.gap),
                    self.top + (i / 2) as f64 * (cell[1] + self.gap),
                ];
                insets.push([at, cell]);
            }
            if let [only] = insets.as_mut_slice() {
                only[1] = [legend_width, cell[1].min(legend_width * 1.2)];
            }
            Areas {
                main: [
                    [left, self.top],
                    [width - legend_width - self.gap * 1.5, height],
                ],
                insets,
                legend: [[x, legend_top], [legend_width, legend_height]],
            }
        } else {
            // A band below: the legend on the left, frames beside it.
            let band = if self.insets > 0 {
                (height * 0.19).max(legend_height)
            } else {
                legend_height
            };
            let y = self.bottom - band;
            let room = width - legend_width - self.gap * 2.0;
            #[allow(clippy::cast_precision_loss)] // a few frames
            let each = room / self.insets.max(1) as f64;
            for i in 0..self.insets {
                #[allow(clippy::cast_precision_loss)] // a few frames
                let x = left + legend_width + self.gap * 2.0 + i as f64 * each;
                insets.push([[x, y], [each - self.gap, band]]);
            }
            let legend_width = if self.insets > 0 { legend_width } else { width };
            Areas {
                main: [[left, self.top], [width, height - band - self.gap * 1.5]],
                insets,
                legend: [[left, y], [legend_width, band]],
            }
        }
    }

    fn legend_height(&self, kind: &Type, style: &Style, notes: &[String], width: f64) -> f64 {
        let areas = Areas {
            main: [[0.0; 2]; 2],
            insets: Vec::new(),
            legend: [[0.0; 2], [width, 0.0]],
        };
        areas.write_legend(&mut Group::default(), kind, style, notes, self.caption)
    }
}

impl Areas {
    /// Writes the legend. Returns how high it is.
    fn write_legend(
        &self,
        dress: &mut Group,
        kind: &Type,
        style: &Style,
        notes: &[String],
        size: f64,
    ) -> f64 {
        let [[x, top], [width, _]]: [Point; 2] = self.legend;
        let look = Look {
            size,
            weight: Weight::Regular,
            colour: INK,
        };
        let mut y = top;
        for note in notes {
            let lines = kind.wrapped(&typography::unbreakable(note), look, width);
            y = Type::lines(dress, &lines, [x, y], look) + size * 0.6;
        }
        let end = furniture::legend(dress, kind, &style.legend, [x, y], width, size);
        end - top
    }
}
