//! Outlines for pictures: any union of faces, as coarse as the picture needs.

use super::world::Chart;
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator::{self, EXTENT_BITS};
pub use crate::geometry::planar::NOBODY;
use crate::geometry::polygon::Polygon;
use crate::topology::dissolve::dissolve;
pub use crate::topology::simplify::MAX_ZOOM;

impl Chart {
    /// The unions of faces with one label, in tile units of a zoom (Web Mercator, y northwards), as tiles of that zoom
    /// show them: neighbours share their lines. `labels[face]` is below `count`, or [`NOBODY`]; union `i` has label `i`,
    /// and is empty where nothing of it is left at this zoom, or the data are damaged.
    #[must_use]
    pub fn unions(&self, zoom: u8, labels: &[u32], count: usize) -> Vec<Vec<Polygon>> {
        let label = |face: u32| labels.get(face as usize).copied().unwrap_or(NOBODY);
        let mut lines = Arcs::with_capacity(0);
        self.zooms.lines(
            &self.arcs,
            zoom.min(MAX_ZOOM),
            |left, right| label(left) != label(right),
            |vertices, left, right| {
                lines.push(vertices.iter().copied(), left, right);
            },
        );
        match dissolve(&lines, labels, count) {
            Ok(unions) => unions.iter().map(|u| u.polygons(&lines)).collect(),
            Err(_) => vec![Vec::new(); count],
        }
    }
}

/// Where a position in WGS84 degrees lies among tile units of a zoom; `None` for what is no position.
#[must_use]
pub fn place(zoom: u8, [lon, lat]: [f64; 2]) -> Option<Vertex> {
    let fine = mercator::project(Vertex::from_degrees(lon, lat)?);
    let bits = mercator::unit_bits(zoom.min(MAX_ZOOM));
    Some(Vertex::new(fine.x >> bits, fine.y >> bits))
}

/// The zoom at which a width in degrees comes to so many tile units at least, as far as zooms go.
#[must_use]
pub fn zoom_for(degrees: f64, units: f64) -> u8 {
    let at_zero = degrees / 360.0 * f64::from(1_u32 << EXTENT_BITS);
    let wanted = |zoom: &u8| at_zero * f64::from(1_u32 << zoom) >= units;
    (0..MAX_ZOOM).find(wanted).unwrap_or(MAX_ZOOM)
}
