//! About how many bytes an export has, without making it.

use super::format::Format;
use crate::atlas::world::Chart;

/// About how many bytes a whole level has in a format, in WGS84: from its vertices and features, by what those of the
/// embedded data take. `make exports` holds this to a third.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)] // a guess
pub fn about(chart: &Chart, at: usize, format: Format) -> u64 {
    let level = &chart.levels[at];
    let arcs = level
        .perimeters
        .iter()
        .flat_map(|p| &p.polygons)
        .flat_map(|p| &p.rings)
        .flatten();
    let vertices: usize = arcs.map(|a| chart.arcs.range(a.arc()).len()).sum();
    let (per_vertex, per_feature) = match format {
        Format::GeoJson | Format::GeoJsonLines => (20.0, 800.0),
        Format::FlatGeobuf | Format::GeoPackage => (16.0, 700.0),
        Format::Shapefile => (8.0, 100.0),
        Format::Csv => (18.0, 700.0),
        Format::Kml => (18.0, 1200.0),
        Format::TopoJson => (5.0, 800.0),
        Format::PmTiles | Format::MbTiles => (8.0, 20_000.0),
    };
    (vertices as f64 * per_vertex + level.features.len() as f64 * per_feature) as u64
}
