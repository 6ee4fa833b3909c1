//! About how many bytes an export has, without making it.

use super::format::Format;
use crate::atlas::world::Chart;
use crate::domain::level::Level;

/// About how many bytes a whole level has in a format, in WGS84: from its vertices and features, by what those of the
/// embedded data take. None for the tiles of countries, which are as many as the seas are wide. `make exports` holds this
/// to a third.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)] // a guess
pub fn about(chart: &Chart, at: usize, format: Format) -> Option<u64> {
    let level = &chart.levels[at];
    if format.is_tiles() && level.level == Level::Pays {
        return None;
    }
    let polygons = level.perimeters.iter().flat_map(|p| &p.polygons);
    let mut arcs: Vec<usize> = polygons
        .flat_map(|p| &p.rings)
        .flatten()
        .map(|a| a.arc())
        .collect();
    if format == Format::TopoJson {
        arcs.sort_unstable();
        arcs.dedup();
    }
    let vertices: usize = arcs.into_iter().map(|a| chart.arcs.range(a).len()).sum();
    // Squares of one area alone are stored again and again there.
    let area: f64 = level.features.iter().map(|f| f.superficie).sum();
    let (per_vertex, per_feature, all) = match format {
        Format::GeoJson | Format::GeoJsonLines => (21.3, 430.0, 0.0),
        Format::FlatGeobuf => (16.1, 320.0, 500.0),
        Format::GeoPackage => (16.4, 540.0, 113_000.0),
        Format::Shapefile => (12.0, 0.0, 2000.0),
        Format::Csv => (19.3, 280.0, 0.0),
        Format::Kml => (19.4, 950.0, 0.0),
        Format::TopoJson => (12.0, 400.0, 0.0),
        Format::PmTiles => (23.0, 200.0, 25_000.0),
        Format::MbTiles => (23.0, 200.0, 45_000.0 + 5.0 * area),
    };
    Some((vertices as f64 * per_vertex + level.features.len() as f64 * per_feature + all) as u64)
}
