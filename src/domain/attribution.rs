//! Who made the data, which edition, under which licence.

/// One source of the boundary data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is: « Contours des communes ».
    pub nom: String,
    /// The producers to name.
    pub producteur: String,
    /// The edition: `ADMIN EXPRESS COG CARTO 2020-11`.
    pub edition: String,
    /// The licence.
    pub licence: String,
    /// How to cite it.
    pub attribution: String,
    /// Whether it only serves the neighbouring countries.
    pub context: bool,
}

/// The licence of all data served.
pub const LICENCE: &str = "Licence Ouverte 2.0";
