//! The levels: labels on one coverage.

/// A level of the coverage; its name is the name of its tile layer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Communes of the current COG year.
    Communes,
    /// EPCI of the current COG year.
    Epci,
    /// The établissements publics territoriaux of the Grand Paris.
    Ept,
    /// Départements.
    Departements,
    /// Régions.
    Regions,
    /// The territories of a phase, by the phase's id.
    Phase(String),
    /// Countries: context, a coverage of its own.
    Pays,
}

impl Level {
    /// The level's name in URLs and tiles.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Communes => "communes",
            Self::Epci => "epci",
            Self::Ept => "ept",
            Self::Departements => "departements",
            Self::Regions => "regions",
            Self::Phase(id) => id,
            Self::Pays => "pays",
        }
    }
}
