//! Communes, intercommunalités, départements, régions.

use super::codes::{CommuneCode, DepartementCode, RegionCode, Siren};

/// A commune of the current COG year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commune {
    /// INSEE code.
    pub code: CommuneCode,
    /// Name with its article: « Le Havre ».
    pub nom: String,
    /// Municipal population; zero where it is not published.
    pub population: u32,
    /// The département it lies in.
    pub departement: DepartementCode,
    /// The région it lies in.
    pub region: RegionCode,
    /// Its EPCI, where it has one.
    pub epci: Option<Siren>,
    /// Its EPT, for communes of the Métropole du Grand Paris.
    pub ept: Option<Siren>,
}

/// A commune that exists but has no outline of its own in the boundary file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommuneWithoutOutline {
    /// The commune.
    pub commune: Commune,
    /// The commune whose outline still contains it, for one re-created since the outlines were
    /// drawn; none for the collectivités d'outre-mer that the boundary file leaves out.
    pub outline_of: Option<CommuneCode>,
}

/// What a code that names no commune of the current COG year became, or belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassageKind {
    /// A commune that was merged or whose code was changed.
    Ancienne,
    /// A commune déléguée.
    Deleguee,
    /// A commune associée.
    Associee,
    /// An arrondissement of Paris, Lyon or Marseille.
    Arrondissement,
}

impl PassageKind {
    /// The word used in the passage table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ancienne => "ancienne",
            Self::Deleguee => "deleguee",
            Self::Associee => "associee",
            Self::Arrondissement => "arrondissement",
        }
    }

    /// The kind for a word of the passage table.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Ancienne,
            Self::Deleguee,
            Self::Associee,
            Self::Arrondissement,
        ]
        .into_iter()
        .find(|k| k.as_str() == word)
    }
}

/// One line of the passage table: a code and the commune that answers for it today. A code that was
/// divided has several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The code asked for.
    pub code: CommuneCode,
    /// The commune of the current COG year.
    pub actuelle: CommuneCode,
    /// What the code was.
    pub kind: PassageKind,
    /// Its name, where it is known.
    pub nom: String,
}

/// Another name of a code, besides the one that the code has today or had last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherName {
    /// A commune of today, or a code of the passage table.
    pub code: CommuneCode,
    /// Déléguée or associée where a part of the commune still bears the name under the commune's own code;
    /// ancienne where the name was given up.
    pub kind: PassageKind,
    /// The name.
    pub nom: String,
}

/// An EPCI or EPT and its communes, in one COG year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intercommunalite {
    /// Its SIREN.
    pub siren: Siren,
    /// `CC`, `CA`, `CU`, `METRO`, `MET69` or `EPT`.
    pub kind: String,
    /// Its name as published.
    pub nom: String,
    /// Its communes, in the codes of that COG year.
    pub communes: Vec<CommuneCode>,
}

impl Intercommunalite {
    /// Whether it is one of the établissements publics territoriaux of the Grand Paris.
    #[must_use]
    pub fn is_ept(&self) -> bool {
        self.kind == "EPT"
    }
}

/// A département.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departement {
    /// Its code.
    pub code: DepartementCode,
    /// Its name.
    pub nom: String,
    /// Its région.
    pub region: RegionCode,
}

/// A région.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its code.
    pub code: RegionCode,
    /// Its name.
    pub nom: String,
}
