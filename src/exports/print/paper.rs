//! Sheets of paper.

/// A standard size (ISO 216).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm
    A4,
    /// 297 × 420 mm
    A3,
    /// 420 × 594 mm
    A2,
    /// 594 × 841 mm
    A1,
    /// 841 × 1189 mm
    A0,
}

/// Which way a sheet is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// Higher than wide.
    Portrait,
    /// Wider than high.
    Landscape,
}

/// What a sheet's side may be, in millimetres.
pub const SIDES: std::ops::RangeInclusive<f64> = 100.0..=1500.0;

impl Paper {
    /// All, the smallest first.
    pub const ALL: [Self; 5] = [Self::A4, Self::A3, Self::A2, Self::A1, Self::A0];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::A3 => "a3",
            Self::A2 => "a2",
            Self::A1 => "a1",
            Self::A0 => "a0",
        }
    }

    /// The one with a name, in capitals or not.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|p| p.name().eq_ignore_ascii_case(name))
    }

    /// The short and the long side in millimetres.
    #[must_use]
    pub const fn sides(self) -> [f64; 2] {
        match self {
            Self::A4 => [210.0, 297.0],
            Self::A3 => [297.0, 420.0],
            Self::A2 => [420.0, 594.0],
            Self::A1 => [594.0, 841.0],
            Self::A0 => [841.0, 1189.0],
        }
    }

    /// Width and height in millimetres.
    #[must_use]
    pub const fn size(self, orientation: Orientation) -> [f64; 2] {
        let [short, long] = self.sides();
        match orientation {
            Orientation::Portrait => [short, long],
            Orientation::Landscape => [long, short],
        }
    }
}

impl Orientation {
    /// The one with a name: `portrait` or `paysage`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "portrait" => Some(Self::Portrait),
            "paysage" | "landscape" => Some(Self::Landscape),
            _ => None,
        }
    }
}
