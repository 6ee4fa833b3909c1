//! One tile: its layers drawn and encoded.

use super::cover;
use super::encode::{self, EncodeError};
use super::id::TileId;
use super::layers::Layer;
use crate::atlas::zooms::NoCoverage;
use crate::domain::level::Level;
use crate::geometry::lattice::Vertex;

/// Why a tile could not be drawn: a fault of ours or of the data, for the log.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RenderError {
    /// The zoom has no coverage.
    #[error(transparent)]
    NoCoverage(#[from] NoCoverage),
    /// A boundary does not close in the tile.
    #[error("une limite ne se referme pas dans la tuile, en {}, {}", .0.x, .0.y)]
    Open(Vertex),
    /// The encoder refused.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Length of the equator in kilometres.
const EQUATOR_KM: f64 = 40_075.017;

/// Labels shown at a zoom belong to areas at least this part of a tile's side wide, so that a tile has at
/// most some thousands; the territories of a phase are always all there.
const LABEL_SHARE: f64 = 1.0 / 64.0;

/// Draws a tile. Empty where no layer has anything in it.
///
/// # Errors
/// Where a zoom has no coverage or the encoder refuses; neither is known to happen.
pub fn render(layers: &[Layer], tile: TileId) -> Result<Vec<u8>, RenderError> {
    let mut out = encode::tile();
    for layer in layers {
        let mut drawn = out.create_layer(&layer.name());
        let level = layer.level();
        if layer.labels {
            for (feature, point) in level
                .features
                .iter()
                .zip(level.label_points(&layer.chart.arcs))
            {
                let at = point.filter(|_| is_shown(&level.level, feature.superficie, tile));
                if let Some(at) = at.and_then(|p| cover::locate(p, tile)) {
                    drawn = encode::label(drawn, feature, at)?;
                }
            }
        } else {
            let network = layer.chart.zooms.network(&layer.chart.arcs, tile.z())?;
            let drawn_here = cover::polygons(layer.chart, network, layer.at, tile)
                .map_err(|e| RenderError::Open(e.0))?;
            for (feature, polygons) in drawn_here {
                drawn = encode::polygons(drawn, &level.features[feature as usize], &polygons)?;
            }
        }
        if drawn.num_features() > 0 {
            out.add_layer(drawn).map_err(EncodeError::from)?;
        }
    }
    if out.num_layers() == 0 {
        return Ok(Vec::new());
    }
    Ok(out.to_bytes().map_err(EncodeError::from)?)
}

fn is_shown(level: &Level, superficie: f64, tile: TileId) -> bool {
    let side = EQUATOR_KM / f64::from(1_u32 << tile.z()) * LABEL_SHARE;
    matches!(level, Level::Phase(_) | Level::Pays) || superficie >= side * side / 2.0
}
