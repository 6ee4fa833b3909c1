//! Neighbouring countries from a TopoJSON file (TopoJSON 1.0 specification, § 2.1.2 and § 2.1.4).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::{BoundaryError, Result};
use super::polygons::DegreePolygon;
use crate::domain::tables::Country;

/// [west, south, east, north] around the mainland, the Antilles and Guyane, the south-west of the
/// Indian Ocean: polygons that reach into none of them are left out.
const WINDOWS: [[f64; 4]; 3] = [
    [-20.0, 30.0, 30.0, 62.0],
    [-75.0, -5.0, -45.0, 22.0],
    [38.0, -30.0, 65.0, 0.0],
];

#[derive(Deserialize)]
struct Topology {
    transform: Transform,
    objects: Objects,
    arcs: Vec<Vec<[i64; 2]>>,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
struct Objects {
    countries: Collection,
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    /// ISO 3166-1 numeric, three digits.
    id: Option<String>,
    properties: Properties,
    #[serde(flatten)]
    shape: Shape,
}

#[derive(Deserialize)]
struct Properties {
    name: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "arcs")]
enum Shape {
    Polygon(Vec<Vec<i64>>),
    MultiPolygon(Vec<Vec<Vec<i64>>>),
}

/// The countries that reach into the windows, with their polygons.
///
/// `names` gives the ISO alpha-2 code and the French name for a numeric code; the few areas without a
/// code keep the English name of the file and an empty code.
///
/// # Errors
/// Where the file is no such topology.
pub fn read(
    file: &str,
    topojson: &[u8],
    names: &BTreeMap<String, Country>,
) -> Result<Vec<(Country, Vec<DegreePolygon>)>> {
    let fault = |what: String| BoundaryError::content(file, what);
    let topology: Topology = serde_json::from_slice(topojson).map_err(|e| fault(e.to_string()))?;
    let arcs: Vec<Vec<[f64; 2]>> = topology
        .arcs
        .iter()
        .map(|a| decode(a, &topology.transform))
        .collect();
    let mut countries = Vec::new();
    for geometry in topology.objects.countries.geometries {
        let polygons = match geometry.shape {
            Shape::Polygon(p) => vec![p],
            Shape::MultiPolygon(m) => m,
        };
        let polygons: Option<Vec<DegreePolygon>> = polygons
            .iter()
            .map(|p| p.iter().map(|r| join(&arcs, r)).collect())
            .collect();
        let polygons = polygons
            .ok_or_else(|| fault(format!("{}: arc inexistant", geometry.properties.name)))?;
        let mut polygons = polygons;
        polygons.retain(|p| WINDOWS.iter().any(|w| reaches(p, *w)));
        if !polygons.is_empty() {
            let country = geometry.id.and_then(|id| names.get(&id).cloned());
            let country = country.unwrap_or(Country {
                code: String::new(),
                nom: geometry.properties.name,
            });
            countries.push((country, polygons));
        }
    }
    countries.sort_by(|a, b| (&a.0.code, &a.0.nom).cmp(&(&b.0.code, &b.0.nom)));
    Ok(countries)
}

/// Delta-decoded and scaled positions of a quantised arc.
fn decode(arc: &[[i64; 2]], transform: &Transform) -> Vec<[f64; 2]> {
    let (mut x, mut y) = (0, 0);
    arc.iter()
        .map(|[dx, dy]| {
            (x, y) = (x + dx, y + dy);
            #[allow(clippy::cast_precision_loss)] // a grid of 1e5 steps
            let scaled =
                |v: i64, axis: usize| v as f64 * transform.scale[axis] + transform.translate[axis];
            [scaled(x, 0), scaled(y, 1)]
        })
        .collect()
}

/// A ring from its arcs; `~i` is arc `i` backwards.
fn join(arcs: &[Vec<[f64; 2]>], ring: &[i64]) -> Option<Vec<[f64; 2]>> {
    let mut positions: Vec<[f64; 2]> = Vec::new();
    for &i in ring {
        let arc = arcs.get(usize::try_from(if i < 0 { !i } else { i }).ok()?)?;
        // The first position of an arc repeats the last of the one before.
        positions.pop();
        if i < 0 {
            positions.extend(arc.iter().rev());
        } else {
            positions.extend(arc);
        }
    }
    unwrap(&mut positions);
    Some(positions)
}

/// The file joins what the antimeridian cuts, so that a ring may jump from 180° to -180°: makes the
/// ring continuous and cuts off what lies beyond the antimeridian.
fn unwrap(ring: &mut [[f64; 2]]) {
    let mut turns = 0.0;
    for i in 1..ring.len() {
        let step = ring[i][0] + turns - ring[i - 1][0];
        if step.abs() > 180.0 {
            turns -= 360.0 * step.signum();
        }
        ring[i][0] += turns;
    }
    #[allow(clippy::cast_precision_loss)] // a mean of some thousand longitudes
    let mean = ring.iter().map(|p| p[0]).sum::<f64>() / ring.len().max(1) as f64;
    let home = if mean.abs() > 180.0 {
        -360.0 * mean.signum()
    } else {
        0.0
    };
    for position in ring {
        position[0] = (position[0] + home).clamp(-180.0, 180.0);
    }
}

fn reaches(polygon: &DegreePolygon, [west, south, east, north]: [f64; 4]) -> bool {
    polygon.first().is_some_and(|r| {
        r.iter()
            .any(|&[x, y]| west <= x && x <= east && south <= y && y <= north)
    })
}
