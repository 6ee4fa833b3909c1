//! The programme's phases, editions, territories and members: all read from files, none known to code.

use super::codes::{CommuneCode, Siren};

/// A phase of the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// `temps-2`: also the name of its level and tile layer.
    pub id: String,
    /// The name people use: « Temps 2 ».
    pub nom: String,
    /// First year.
    pub debut: u16,
    /// Last year.
    pub fin: u16,
    /// The phase it follows, where predecessors are looked for.
    pub suit: Option<String>,
    /// Its published lists, the latest last.
    pub editions: Vec<Edition>,
}

impl Phase {
    /// The phase in words: `2023-2027`.
    #[must_use]
    pub fn years(&self) -> String {
        format!("{}-{}", self.debut, self.fin)
    }
}

/// One published list of a phase's territories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Its date, ISO 8601: `2024-07-04`.
    pub id: String,
    /// The COG year in which its codes are true.
    pub cog: u16,
    /// Who published it.
    pub producteur: String,
    /// How to cite it.
    pub attribution: String,
    /// The territories in the order of their ids.
    pub territoires: Vec<Territoire>,
}

/// One territory of one edition of one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Territoire {
    /// `ti-7510`: unique within its phase only.
    pub id: String,
    /// Its name.
    pub nom: String,
    /// Name of the région that leads it.
    pub region: String,
    /// What brings communes into it.
    pub membres: Vec<Membre>,
}

/// What brings communes into a territory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membre {
    /// The code, which says the kind.
    pub code: MembreCode,
    /// The name printed in the list.
    pub nom: String,
}

/// The code of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MembreCode {
    /// An EPCI.
    Epci(Siren),
    /// An établissement public territorial.
    Ept(Siren),
    /// A single commune.
    Commune(CommuneCode),
}

impl MembreCode {
    /// `epci`, `ept` or `commune`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Epci(_) => "epci",
            Self::Ept(_) => "ept",
            Self::Commune(_) => "commune",
        }
    }
}

impl std::fmt::Display for MembreCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Epci(siren) | Self::Ept(siren) => siren.fmt(f),
            Self::Commune(code) => code.fmt(f),
        }
    }
}

/// What became of a territory since the phase before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evolution {
    /// The same communes as one territory of the phase before.
    Identique,
    /// Some communes of the phase before, but not exactly one of its territories.
    Reconfigure,
    /// No commune of the phase before.
    Nouveau,
}

impl Evolution {
    /// The word of the public contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identique => "identique",
            Self::Reconfigure => "reconfigure",
            Self::Nouveau => "nouveau",
        }
    }
}
