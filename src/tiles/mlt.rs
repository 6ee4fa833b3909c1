//! The `MapLibre` Tile format beside MVT: the same layers and features, columns instead of rows.

use mlt_core::MltError;
use mlt_core::encoder::EncoderConfig;
use mlt_core::mvt::mvt_to_tile_layers;

/// A tile in the `MapLibre` Tile format (<https://github.com/maplibre/maplibre-tile-spec>), from the same tile as MVT.
///
/// # Errors
/// What the encoder refuses; not known to happen.
pub fn from_mvt(tile: &[u8]) -> Result<Vec<u8>, MltError> {
    let mut out = Vec::new();
    for layer in mvt_to_tile_layers(tile)? {
        out.extend(layer.encode(EncoderConfig::default())?);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mvt::{GeomEncoder, GeomType, Tile};

    #[test]
    fn the_same_features_come_back_and_the_same_bytes_again() {
        let mut tile = Tile::new(4096);
        let mut layer = tile.create_layer("points");
        for (id, nom) in [(7, "Lacq"), (8, "Pau"), (9, "Tarbes")] {
            let x = i32::try_from(id).unwrap() * 100;
            let point = GeomEncoder::<i32>::new(GeomType::Point)
                .point(x, 50)
                .unwrap();
            let mut feature = layer.into_feature(point.encode().unwrap());
            feature.set_id(id);
            feature.add_tag_string("nom", nom);
            layer = feature.into_layer();
        }
        tile.add_layer(layer).unwrap();
        let bytes = tile.to_bytes().unwrap();
        let made = from_mvt(&bytes).unwrap();
        assert_eq!(made, from_mvt(&bytes).unwrap());
        let mut columns = mlt_core::Decoder::default();
        let layers = mlt_core::Parser::default().parse_layers(&made).unwrap();
        let decoded = columns.decode_all(layers).unwrap();
        let back: Vec<_> = decoded
            .into_iter()
            .map(|l| l.into_layer01().unwrap().into_tile(&mut columns).unwrap())
            .collect();
        assert_eq!(back, mvt_to_tile_layers(&bytes).unwrap());
    }
}
