//! A sheet: title, map, overseas and Paris in frames of their own, legend, sources.

use std::sync::Arc;

use super::PrintError;
use super::frame::Frame;
use super::furniture::{self, HAIRLINE, QUIET};
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
    let title = order
        .title
        .clone()
        .unwrap_or_else(|| wording::title(&found));
    let subtitle = wording::subtitle(atlas, &found, &style);

    let mut dress = Group::layer("Habillage");
    sheet.write_title(&mut dress, &kind, &title, &subtitle);
    let systems = wording::systems(&main, &insets);
    let sources = wording::sources(atlas, &style, &systems);
    sheet.write_sources(&mut dress, &kind, &sources);
    let notes = wording::notes(&found);
    let areas = sheet.areas(&kind, &style, &notes);
    areas.write_legend(&mut dress, &kind, &style, &notes, sheet.caption);

    let mut layers = Vec::new();
    let mut named = vec![false; atlas.profiles(found.phase).count()];
    // Insets first: what they name, the map does not.
    let mut lost = Vec::new();
    for (place, [at, room]) in insets.into_iter().zip(&areas.insets) {
        let below = furniture::line_height(sheet.caption) * 1.15;
        let frame = Frame::new(place, [at[0], at[1] + below], [room[0], room[1] - below])?;
        dress.items.push(furniture::heading(
            frame.place.name.clone(),
            [at[0], at[1] + sheet.caption],
            sheet.caption,
        ));
        let zoom = frame.zoom;
        let (group, missing) = draw(
            &kind, &style, &frame, matter, zoom, order, &sheet, &mut named,
        )?;
        layers.push(group);
        // What a frame in the map's own system has no room for, the map shows.
        if frame.place.system != main.system {
            lost.extend(missing);
        }
    }
    let [at, room] = areas.main;
    let frame = Frame::new(main, at, room)?;
    let zoom = if found.profile.is_some() {
        frame.zoom.max(DETAILED)
    } else {
        frame.zoom
    };
    let (group, missing) = draw(
        &kind, &style, &frame, matter, zoom, order, &sheet, &mut named,
    )?;
    layers.insert(0, group);
    lost.extend(missing);
    if !lost.is_empty() {
        return Err(PrintError::Sheet(format!(
            "la feuille est trop petite : il n’y a pas de place pour {} ; demandez un papier plus grand",
            lost.join(", ")
        )));
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
    Ok((group, missing.into_iter().map(|(_, name)| name).collect()))
}
