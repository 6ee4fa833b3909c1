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

/// The places of a sheet.
pub struct Places {
    /// The map.
    pub main: Place,
    /// The frames beside it.
    pub insets: Vec<Place>,
    /// What the map is a part of, to be shown small.
    pub around: Option<Place>,
}

/// The places of the map and of the frames beside it.
///
/// # Errors
/// [`PrintError::Sheet`] where the data have no outline to draw.
pub fn places(atlas: &Atlas, found: &Found) -> Result<Places, PrintError> {
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
        let main = whole(profile.feature())?;
        return Ok(Places {
            around: around(atlas, &main),
            main,
            insets: Vec::new(),
        });
    }
    let paris = petite_couronne(atlas);
    if let Some(region) = found.region {
        let place = whole(region)?;
        let paris = paris
            .filter(|p| place.holds([p.bbox[0], p.bbox[1]]) && place.holds([p.bbox[2], p.bbox[3]]));
        let is_own = |p: &Place| (p.bbox[2] - p.bbox[0]) * 12.0 > place.bbox[2] - place.bbox[0];
        return Ok(Places {
            insets: paris.filter(is_own).into_iter().collect(),
            around: around(atlas, &place),
            main: place,
        });
    }
    let mut overseas: Vec<Place> = regions(atlas)
        .iter()
        .filter_map(|region| Some((region, region.bbox()?)))
        .filter(|(_, bbox)| !is_mainland(bbox))
        .map(|(region, bbox)| wider(&region.nom, bbox))
        .collect();
    // The west first, as one reads.
    overseas.sort_by(|a, b| {
        (a.bbox[0] > 0.0, -a.bbox[3])
            .partial_cmp(&(b.bbox[0] > 0.0, -b.bbox[3]))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    overseas.extend(paris);
    let main = match mainland(atlas) {
        Some(place) => place,
        // A partial import: what there is.
        None if !overseas.is_empty() => overseas.remove(0),
        None => return Err(nothing()),
    };
    Ok(Places {
        main,
        insets: overseas,
        around: None,
    })
}

fn is_mainland(bbox: &[f64; 4]) -> bool {
    bbox[1] > 30.0
}

fn mainland(atlas: &Atlas) -> Option<Place> {
    let boxes = regions(atlas).iter().filter_map(Feature::bbox);
    let [w, s, e, n] = boxes.filter(is_mainland).reduce(joined)?;
    Some(Place::new(
        "France métropolitaine",
        [w - 0.1, s - 0.1, e + 0.1, n + 0.1],
    ))
}

/// The box around two.
fn joined([w, s, e, n]: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [w.min(b[0]), s.min(b[1]), e.max(b[2]), n.max(b[3])]
}

/// What a place is a part of: the mainland, or a région overseas that it is not most of.
fn around(atlas: &Atlas, place: &Place) -> Option<Place> {
    if is_mainland(&place.bbox) {
        return mainland(atlas);
    }
    let [west, south, east, north] = place.bbox;
    let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
    let all = regions(atlas).iter();
    let all = all.filter_map(|region| Some(Place::new(region.nom.clone(), region.bbox()?)));
    let mut all = all.filter(|region| region.holds(middle));
    all.find(|region| region.bbox[3] - region.bbox[1] > 2.0 * (north - south))
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
    Some(Place::new(
        "Paris et petite couronne",
        boxes.reduce(joined)?,
    ))
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
