//! The programme's phases, editions, territories and members: all read from files, none known to code.

use std::collections::BTreeMap;

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
    /// What the State pays towards a territory's project manager, where the phase has such a rule.
    pub soutien: Option<Soutien>,
    /// The laureates of the call « Rebond industriel », where the phase has a list of them.
    pub rebond: Option<Rebond>,
    /// Its published lists, the latest last.
    pub editions: Vec<Edition>,
}

/// What the State pays towards the project manager of a territory: euros a year, by the number of its
/// intercommunalités.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Soutien {
    /// For one or two.
    pub une_ou_deux: u32,
    /// For three or more.
    pub trois_ou_plus: u32,
}

impl Soutien {
    /// Euros a year for a territory of so many intercommunalités.
    #[must_use]
    pub const fn euros(self, intercommunalites: usize) -> u32 {
        if intercommunalites < 3 {
            self.une_ou_deux
        } else {
            self.trois_ou_plus
        }
    }
}

/// Laureates of the call « Rebond industriel ».
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebond {
    /// Whether the list is known to be whole.
    pub complet: bool,
    /// By the id of their territory, in the order of the list.
    pub laureats: BTreeMap<String, Vec<Laureat>>,
}

/// A laureate of the call « Rebond industriel » within a territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laureat {
    /// What it is: « 1re relève », « lauréat ».
    pub statut: String,
    /// The part of the territory that it stands for, in words.
    pub perimetre: String,
    /// When it was announced, ISO 8601.
    pub date: String,
    /// Where that is known from, in words.
    pub source: String,
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

impl Territoire {
    /// The member that is this EPCI or EPT.
    #[must_use]
    pub fn intercommunalite(&self, siren: Siren) -> Option<&Membre> {
        self.membres.iter().find(
            |m| matches!(m.code, MembreCode::Epci(code) | MembreCode::Ept(code) if code == siren),
        )
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_intercommunalite_raises_the_support() {
        let soutien = Soutien {
            une_ou_deux: 30_000,
            trois_ou_plus: 40_000,
        };
        let euros: Vec<u32> = (1..=4).map(|n| soutien.euros(n)).collect();
        assert_eq!(euros, [30_000, 30_000, 40_000, 40_000]);
    }
}
