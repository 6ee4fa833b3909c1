//! Outlines for pictures: any union of faces, as coarse as the picture needs.

use super::world::Chart;
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator::{self, EXTENT_BITS};
pub use crate::geometry::planar::NOBODY;
use crate::geometry::polygon::Polygon;
pub use crate::topology::dissolve::Perimeter;
use crate::topology::dissolve::dissolve;
pub use crate::topology::simplify::MAX_ZOOM;

/// Unions of faces as they are drawn at a zoom: shared borders, and the unions that they bound.
#[derive(Debug)]
pub struct Drawn {
    /// The borders in tile units (Web Mercator, y northwards), from junction to junction, with the unions on their sides.
    pub arcs: Arcs,
    /// The unions.
    pub unions: Vec<Perimeter>,
}

impl Chart {
    /// The unions of faces with one label at a zoom, as tiles of that zoom show them: neighbours share their lines.
    /// `labels[face]` is below `count`, or [`NOBODY`]; union `i` has label `i`, and is empty where nothing of it is left at
    /// this zoom, or the data are damaged.
    #[must_use]
    pub fn drawn(&self, zoom: u8, labels: &[u32], count: usize) -> Drawn {
        let arcs = self.zooms.joined(&self.arcs, labels, zoom.min(MAX_ZOOM));
        let own: Vec<u32> = (0..).take(count).collect();
        let unions =
            dissolve(&arcs, &own, count).unwrap_or_else(|_| vec![Perimeter::default(); count]);
        Drawn { arcs, unions }
    }

    /// The same as polygons.
    #[must_use]
    pub fn unions(&self, zoom: u8, labels: &[u32], count: usize) -> Vec<Vec<Polygon>> {
        let drawn = self.drawn(zoom, labels, count);
        let polygons = drawn.unions.iter().map(|u| u.polygons(&drawn.arcs));
        polygons.collect()
    }
}

/// Longitude and latitude in degrees of a position in tile units of a zoom.
#[must_use]
pub fn position(zoom: u8, [x, y]: [f64; 2]) -> [f64; 2] {
    let fine = f64::from(1_u32 << mercator::unit_bits(zoom.min(MAX_ZOOM)));
    mercator::unproject(x * fine, y * fine)
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
