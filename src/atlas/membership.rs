//! Who belongs to which territory, in one edition: decided in the list's own COG year, carried to today's
//! communes through mergers.

use std::collections::BTreeMap;

use super::error::AtlasError;
use super::places::{Named, PlaceId, Places};
use crate::domain::administrative::Intercommunalite;
use crate::domain::codes::{CommuneCode, Siren};
use crate::domain::programme::{Edition, MembreCode};

/// A member of a territory, by position: (territory in the edition, member in the territory).
pub type MembreId = (u32, u32);

/// The standing of one of today's communes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In no territory.
    Out,
    /// In a territory, by a member.
    In(MembreId),
    /// Merged since from communes of different standing: each part with its own.
    Mixed(Vec<(CommuneCode, Option<MembreId>)>),
}

/// The standing of all communes in one edition.
#[derive(Debug)]
pub struct Membership {
    standings: Vec<Standing>,
    /// Per territory, the codes of the edition's COG year, in order.
    communes: Vec<Vec<CommuneCode>>,
    /// Members that bring no commune, as (territory, member): a fault that `check` reports.
    unresolved: Vec<MembreId>,
    /// Codes of the COG year that lead to no commune of today.
    lost: Vec<CommuneCode>,
    /// Communes claimed by two territories: the first in the order of ids has it.
    disputed: Vec<(CommuneCode, MembreId, MembreId)>,
}

impl Membership {
    /// Resolves an edition with the intercommunalités of its COG year.
    ///
    /// # Errors
    /// An EPCI or EPT that comes twice.
    pub fn new(
        edition: &Edition,
        intercommunalites: &[Intercommunalite],
        places: &Places,
    ) -> Result<Self, AtlasError> {
        let mut by_siren: BTreeMap<Siren, &Intercommunalite> = BTreeMap::new();
        for i in intercommunalites {
            if by_siren.insert(i.siren, i).is_some() {
                return Err(AtlasError::Twice {
                    what: "l’intercommunalité",
                    code: i.siren.to_string(),
                });
            }
        }
        let mut then: BTreeMap<CommuneCode, Option<MembreId>> = intercommunalites
            .iter()
            .flat_map(|i| &i.communes)
            .map(|c| (*c, None))
            .collect();
        let mut built = Self {
            standings: Vec::new(),
            communes: Vec::with_capacity(edition.territoires.len()),
            unresolved: Vec::new(),
            lost: Vec::new(),
            disputed: Vec::new(),
        };
        for (t, territoire) in (0..).zip(&edition.territoires) {
            let mut communes = Vec::new();
            for (m, membre) in (0..).zip(&territoire.membres) {
                let before = communes.len();
                match membre.code {
                    MembreCode::Commune(code) => communes.push((code, (t, m))),
                    MembreCode::Epci(siren) | MembreCode::Ept(siren) => {
                        let is_ept = matches!(membre.code, MembreCode::Ept(_));
                        let found = by_siren.get(&siren).filter(|i| i.is_ept() == is_ept);
                        communes
                            .extend(found.iter().flat_map(|i| &i.communes).map(|c| (*c, (t, m))));
                    }
                }
                let known = |c: &CommuneCode| then.contains_key(c) || places.named(*c).is_some();
                communes.retain(|(c, _)| known(c));
                if communes.len() == before {
                    built.unresolved.push((t, m));
                }
            }
            let mut own = Vec::new();
            for (code, membre) in communes {
                match then.insert(code, Some(membre)).flatten() {
                    // Named both by itself and through its EPCI: once is enough.
                    Some(other) if other.0 == t => {
                        then.insert(code, Some(other));
                    }
                    Some(other) => {
                        built.disputed.push((code, other, membre));
                        then.insert(code, Some(other));
                    }
                    None => own.push(code),
                }
            }
            own.sort_unstable();
            built.communes.push(own);
        }
        built.carry(&then, places);
        Ok(built)
    }

    /// Carries standings of the COG year to today's communes.
    fn carry(&mut self, then: &BTreeMap<CommuneCode, Option<MembreId>>, places: &Places) {
        let mut parts: Vec<Vec<(CommuneCode, Option<MembreId>)>> =
            vec![Vec::new(); places.communes().len()];
        for (&code, &membre) in then {
            match places.named(code) {
                Some(Named::Current(place)) => parts[place].push((code, membre)),
                Some(Named::Former(_, all)) => {
                    for place in all {
                        parts[place].push((code, membre));
                    }
                }
                None => self.lost.push(code),
            }
        }
        // Re-created communes inherit from the one that contained them then, unless the list knew them.
        for (place, face) in places.sharing() {
            if parts[place].is_empty() {
                let inherited = parts[face].clone();
                parts[place] = inherited;
            }
        }
        self.standings = parts.into_iter().map(standing).collect();
    }

    /// The standing of a commune.
    #[must_use]
    pub fn of(&self, place: PlaceId) -> &Standing {
        &self.standings[place]
    }

    /// All standings, in the order of communes.
    #[must_use]
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// The communes of a territory in the edition's own codes, in order.
    #[must_use]
    pub fn communes(&self, territoire: usize) -> &[CommuneCode] {
        &self.communes[territoire]
    }

    /// Members that bring no commune.
    #[must_use]
    pub fn unresolved(&self) -> &[MembreId] {
        &self.unresolved
    }

    /// Codes of the edition's COG year that lead to no commune of today.
    #[must_use]
    pub fn lost(&self) -> &[CommuneCode] {
        &self.lost
    }

    /// Communes claimed by two territories.
    #[must_use]
    pub fn disputed(&self) -> &[(CommuneCode, MembreId, MembreId)] {
        &self.disputed
    }
}

fn standing(parts: Vec<(CommuneCode, Option<MembreId>)>) -> Standing {
    let territory = |m: &Option<MembreId>| m.map(|m| m.0);
    match parts.first() {
        None => Standing::Out,
        Some((_, first)) if parts.iter().all(|(_, m)| territory(m) == territory(first)) => {
            first.map_or(Standing::Out, Standing::In)
        }
        Some(_) => Standing::Mixed(parts),
    }
}
