//! Which tile: zoom, column, row, within what exists.

/// The finest zoom served.
pub const MAX_ZOOM: u8 = 14;

/// A tile of the XYZ scheme (row 0 in the north). A value that exists lies in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

/// Why numbers name no tile: a sentence in French.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileIdError {
    /// The zoom is beyond the last.
    #[error("le zoom {0} n’existe pas : les tuiles vont de 0 à {MAX_ZOOM}, par exemple 6/32/23")]
    Zoom(u32),
    /// Column or row beyond the world.
    #[error("la tuile {axis} = {value} est hors du monde : au zoom {zoom}, {axis} va de 0 à {max}")]
    Range {
        /// `x` or `y`.
        axis: char,
        /// The value given.
        value: u32,
        /// The zoom.
        zoom: u8,
        /// The largest value there.
        max: u32,
    },
}

impl TileIdError {
    /// The number at fault: `z`, `x` or `y`.
    #[must_use]
    pub const fn axis(&self) -> char {
        match self {
            Self::Zoom(_) => 'z',
            Self::Range { axis, .. } => *axis,
        }
    }
}

impl TileId {
    /// The tile with these numbers.
    ///
    /// # Errors
    /// Which number lies outside, and what would be inside.
    pub fn new(z: u32, x: u32, y: u32) -> Result<Self, TileIdError> {
        let zoom = u8::try_from(z)
            .ok()
            .filter(|z| *z <= MAX_ZOOM)
            .ok_or(TileIdError::Zoom(z))?;
        let max = (1_u32 << zoom) - 1;
        for (axis, value) in [('x', x), ('y', y)] {
            if value > max {
                return Err(TileIdError::Range {
                    axis,
                    value,
                    zoom,
                    max,
                });
            }
        }
        Ok(Self { z: zoom, x, y })
    }

    /// Zoom, 0 to [`MAX_ZOOM`].
    #[must_use]
    pub const fn z(self) -> u8 {
        self.z
    }

    /// Column from the west.
    #[must_use]
    pub const fn x(self) -> u32 {
        self.x
    }

    /// Row from the north.
    #[must_use]
    pub const fn y(self) -> u32 {
        self.y
    }
}

impl std::fmt::Display for TileId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_outside_the_world_are_named_with_their_range() {
        assert!(TileId::new(14, 16_383, 16_383).is_ok());
        assert_eq!(TileId::new(15, 0, 0), Err(TileIdError::Zoom(15)));
        let error = TileId::new(3, 8, 0).unwrap_err().to_string();
        assert!(
            error.contains("x = 8") && error.contains("de 0 à 7"),
            "{error}"
        );
    }
}
