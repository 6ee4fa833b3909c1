//! A sheet: title, map, overseas and Paris in frames of their own, legend, sources.

use std::sync::Arc;

use super::PrintError;
use super::frame::{Frame, Place};
use super::furniture::{self, HAIRLINE, QUIET};
use super::key;
use super::labels::{self, Names};
use super::layout::Layout;
use super::mapping::{self, Mapped, Mapper, Matter};
use super::order::{Order, find};
use super::places::{places, sheet_size};
use super::scene::{Group, Item, Outline, Page, Shape, Stroke};
use super::style::Style;
use super::text::Type;
use super::wording;
use crate::atlas::world::Atlas;

/// The zoom that a territory's sheet has at least: where its members are drawn and named.
const DETAILED: f64 = 9.6;
/// Draws a sheet.
///
/// # Errors
/// See [`PrintError`].
pub fn compose(atlas: &Atlas, order: &Order) -> Result<Page, PrintError> {
    let found = find(atlas, order)?;
    let declared = &atlas.tables.phases[found.phase];
    let phases: Vec<&str> = atlas.tables.phases.iter().map(|p| p.id.as_str()).collect();
    let mut style = order.style.clone().for_phase(&phases, &declared.id);
    let matter = Matter {
        atlas,
        phase: &declared.id,
        chosen: found.profile.as_ref().map(|p| p.number),
    };
    let zoom = |map: &Frame| {
        if found.profile.is_some() {
            map.zoom.max(DETAILED)
        } else {
            map.zoom
        }
    };
    let kind = Type::new()?;
    let places = places(atlas, &found)?;
    let size = sheet_size(order, &places.main)?;
    let beside = places.insets.len() + usize::from(places.around.is_some());
    let mut sheet = Layout::new(size, beside);
    let title = order
        .title
        .clone()
        .unwrap_or_else(|| wording::title(&found));
    let subtitle = wording::subtitle(atlas, &found, &style);

    let mut dress = Group::layer("Habillage");
    sheet.write_title(&mut dress, &kind, &title, &subtitle);
    let systems = wording::systems(&places);
    let sources = wording::sources(atlas, &style, &systems);
    sheet.write_sources(&mut dress, &kind, &sources);
    let notes = wording::notes(atlas, &found);
    // What the map shows depends on its scale, and that, a little, on the room that the legend takes.
    let [at, room] = sheet.areas(&kind, &style, &notes).main;
    let draft = Frame::new(places.main.clone(), at, room)?;
    style.legend = key::of(
        &style,
        matter,
        &draft,
        zoom(&draft),
        places.insets.is_empty(),
    );
    let areas = sheet.areas(&kind, &style, &notes);
    areas.write_legend(&mut dress, &kind, &style, &notes, sheet.caption);

    let [at, room] = areas.main;
    let map = Frame::new(places.main, at, room)?;
    let mut rooms = areas.insets.iter();
    let mut frame = |place: Place| match rooms.next() {
        None => Ok(None),
        Some(&[at, room]) => {
            let below = furniture::line_height(sheet.caption) * 1.15;
            Frame::new(place, [at[0], at[1] + below], [room[0], room[1] - below]).map(Some)
        }
    };
    let mut head = |frame: &Frame, words: &str| {
        let at = [frame.at[0], frame.at[1] - sheet.caption * 0.47];
        let words = furniture::heading(words.to_owned(), at, sheet.caption);
        dress.items.push(words);
    };
    let mut layers = Vec::new();
    if let Some(mut around) = places.around.map(&mut frame).transpose()?.flatten() {
        // At a glance: a tenth of a millimetre is enough.
        around.detail = around.detail.saturating_sub(2);
        head(&around, "Situation");
        layers.push(situation(&style, &around, &map, matter)?);
    }
    let mut named = vec![false; atlas.profiles(found.phase).count()];
    // Insets first: what they name, the map does not.
    let mut lost = Vec::new();
    for place in places.insets {
        let Some(frame) = frame(place)? else { break };
        head(&frame, &frame.place.name);
        let (group, missing) = draw(
            &kind, &style, &frame, matter, frame.zoom, order, &sheet, &mut named,
        )?;
        layers.push(group);
        // What a frame in the map's own system has no room for, the map shows.
        if frame.place.system != map.place.system {
            lost.extend(missing);
        }
    }
    let (group, missing) = draw(
        &kind,
        &style,
        &map,
        matter,
        zoom(&map),
        order,
        &sheet,
        &mut named,
    )?;
    layers.insert(0, group);
    lost.extend(missing);
    all_have_room(&lost)?;
    layers.push(dress);
    Ok(Page {
        size,
        description: format!("{title}. {subtitle}."),
        title,
        sources,
        layers,
    })
}

fn all_have_room(lost: &[String]) -> Result<(), PrintError> {
    if lost.is_empty() {
        return Ok(());
    }
    Err(PrintError::Sheet(format!(
        "la feuille est trop petite : il n’y a pas de place pour {} ; demandez un papier plus grand",
        lost.join(", ")
    )))
}

/// The frame's layers in one group, and the names that found no place. `named` says which territories are named already, and
/// learns of those that are named here.
#[allow(clippy::too_many_arguments)] // all of what a frame depends on, once
fn draw(
    kind: &Type,
    style: &Style,
    frame: &Frame,
    matter: Matter,
    zoom: f64,
    order: &Order,
    sheet: &Layout,
    named: &mut [bool],
) -> Result<(Group, Vec<String>), PrintError> {
    let Mapped {
        layers,
        mut wishes,
        mut ground,
    } = Mapper::draw(frame, style, matter, zoom)?;
    let is_named =
        |owner: u16, named: &[bool]| named.get(mapping::feature_of(owner)) == Some(&true);
    wishes.retain(|wish| wish.owner.is_none_or(|owner| !is_named(owner, named)));
    let mut dress = Group::layer("Échelle");
    ground.take(furniture::scale_bar(&mut dress, kind, frame, sheet.caption));
    if order.north {
        ground.take(furniture::north(&mut dress, kind, frame, sheet.caption)?);
    }
    let Names { placed, missing } = labels::place(&mut ground, &wishes, kind);
    for owner in wishes.iter().filter_map(|wish| wish.owner) {
        if let Some(is_named) = named.get_mut(mapping::feature_of(owner)) {
            *is_named = !missing.iter().any(|(lost, _)| *lost == owner);
        }
    }
    let mut lettering = Group::layer("Noms");
    lettering.items = furniture::leaders(placed.iter().filter_map(|p| p.leader));
    lettering
        .items
        .extend(placed.into_iter().flat_map(|p| p.words).map(Item::Words));
    let mut items: Vec<Item> = layers.into_iter().map(Item::Group).collect();
    if order.graticule {
        items.push(Item::Group(furniture::graticule(frame)?));
    }
    items.push(Item::Group(lettering));
    items.push(Item::Group(dress));
    let missing = missing.into_iter().map(|(_, name)| name).collect();
    Ok((framed(frame, items), missing))
}

/// What the map is a part of, without names, and where in it the map is.
fn situation(
    style: &Style,
    around: &Frame,
    map: &Frame,
    matter: Matter,
) -> Result<Group, PrintError> {
    let drawn = Mapper::draw(around, style, matter, around.zoom)?;
    let mut items: Vec<Item> = drawn.layers.into_iter().map(Item::Group).collect();
    items.extend(furniture::whereabouts(around, map)?);
    let mut group = framed(around, items);
    group.name = Some("Situation".to_owned());
    Ok(group)
}

/// What stands in a frame, and the line around it.
fn framed(frame: &Frame, items: Vec<Item>) -> Group {
    let outline = Arc::new(Outline::rectangle(frame.at, frame.size));
    let mut group = Group::layer(frame.place.name.clone());
    // A layer too: Inkscape lists layers that stand in layers only.
    group.items.push(Item::Group(Group {
        name: Some("Carte".to_owned()),
        clip: Some(Arc::clone(&outline)),
        items,
    }));
    group.items.push(Item::Shape(Shape {
        outline,
        fill: None,
        stroke: Some(Stroke::plain(QUIET, HAIRLINE)),
    }));
    group
}
