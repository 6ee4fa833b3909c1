//! One tile: its layers drawn and encoded.

use super::faces::Inconsistent;
use super::id::TileId;
use super::layers::Layer;
use super::{cover, encode, labels};

/// Why a tile could not be drawn: a fault of ours or of the data, for the log.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The borders are no coverage.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
    /// The encoder of label points refused.
    #[error("encodage MVT : {0}")]
    Encode(#[from] mvt::Error),
}

/// Draws a tile. Empty where no layer has anything in it.
///
/// # Errors
/// Where a zoom has no coverage or the encoder refuses; neither is known to happen.
pub fn render(layers: &[Layer], tile: TileId) -> Result<Vec<u8>, RenderError> {
    let mut out = Vec::new();
    for layer in layers {
        let (name, level) = (layer.name(), layer.level());
        if layer.labels {
            labels::points(&mut out, &name, layer.chart, level, tile)?;
        } else {
            let cover = cover::cover(layer.chart, layer.at, tile)?;
            encode::areas(&mut out, &name, level, &cover);
        }
    }
    Ok(out)
}
