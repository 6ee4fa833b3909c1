//! Polygons in degrees, as files give them, and the two ways in and out of `geozero`.

use geozero::ToGeo;
use geozero::wkb::Wkb;

use crate::geometry::lattice::Vertex;
use crate::geometry::polygon::Polygon;

/// A polygon as a file gives it: rings of [longitude, latitude] in WGS84 degrees, the exterior first.
/// Nothing is promised about closing, direction or validity.
pub type DegreePolygon = Vec<Vec<[f64; 2]>>;

/// The polygons of a WKB geometry.
///
/// # Errors
/// A sentence where the bytes are no WKB or no (multi)polygon.
pub fn from_wkb(wkb: &[u8]) -> Result<Vec<DegreePolygon>, String> {
    let geometry = Wkb(wkb)
        .to_geo()
        .map_err(|e| format!("géométrie WKB illisible ({e})"))?;
    from_geo(&geometry)
        .ok_or_else(|| "géométrie qui n’est ni un polygone ni un multipolygone".to_owned())
}

fn from_geo(geometry: &geo::Geometry) -> Option<Vec<DegreePolygon>> {
    let ring = |r: &geo::LineString| r.0.iter().map(|c| [c.x, c.y]).collect::<Vec<_>>();
    let polygon = |p: &geo::Polygon| {
        std::iter::once(p.exterior())
            .chain(p.interiors())
            .map(ring)
            .collect::<DegreePolygon>()
    };
    match geometry {
        geo::Geometry::Polygon(p) => Some(vec![polygon(p)]),
        geo::Geometry::MultiPolygon(m) => Some(m.iter().map(polygon).collect()),
        _ => None,
    }
}

/// Lattice polygons as a `geo` multipolygon in degrees.
#[must_use]
pub fn to_geo(polygons: &[Polygon]) -> geo::MultiPolygon {
    let ring = |r: &Vec<Vertex>| {
        // Stored open, published closed.
        r.iter()
            .chain(r.first())
            .map(|v| geo::Coord::from(v.to_degrees()))
            .collect::<geo::LineString>()
    };
    polygons
        .iter()
        .map(|p| geo::Polygon::new(ring(&p.exterior), p.holes.iter().map(ring).collect()))
        .collect()
}
