//! Which parts of France are drawn, and on what sheet.

use super::PrintError;
use super::frame::Place;
use super::order::{Found, Order, Sheet, regions};
use super::paper::{Orientation, SIDES};
use crate::atlas::features::Feature;
use crate::atlas::world::Atlas;
use crate::domain::level::Level;

/// Land around a territory or a région that is drawn with it, of its box.
const AROUND: f64 = 0.05;
/// Départements that are small and full: drawn once more, larger.
const PETITE_COURONNE: [&str; 4] = ["75", "92", "93", "94"];

/// The place of the map, and those of the frames beside it.
///
/// # Errors
/// [`PrintError::Sheet`] where the data have no outline to draw.
pub fn places(atlas: &Atlas, found: &Found) -> Result<(Place, Vec<Place>), PrintError> {
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

/// Width and height of the sheet in millimetres; held as suits the map where nothing is said.
///
/// # Errors
/// [`PrintError::Sheet`] for sides that nothing can be drawn on.
pub fn sheet_size(order: &Order, main: &Place) -> Result<[f64; 2], PrintError> {
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
