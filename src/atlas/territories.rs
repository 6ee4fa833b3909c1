//! The territories of one edition of one phase, with what follows from their members.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::membership::{Membership, MembreId, Standing};
use super::places::Places;
use crate::domain::administrative::Intercommunalite;
use crate::domain::codes::{CommuneCode, DepartementCode, RegionCode, Siren};
use crate::domain::programme::{Edition, Evolution, MembreCode};
use crate::geometry::arcs::Arcs;
use crate::geometry::planar::NOBODY;
use crate::index::borders::Borders;

/// What is computed of a territory.
#[derive(Clone, Debug, Default)]
pub struct TerritoryFacts {
    /// Départements of its communes, in order of code.
    pub departements: Vec<DepartementCode>,
    /// Régions of its communes, the one with most population first.
    pub regions: Vec<RegionCode>,
    /// Whether its members come from several régions.
    ///
    /// A member is of the région where most of its people live: an EPCI with one commune across the
    /// border does not make a territory interregional. This is the programme's own sense of the word: it
    /// gives the three territories that the press kit of 9 November 2023 marks, no other.
    pub interregional: bool,
    /// How many intercommunalités make it up: see [`intercommunalites`].
    pub intercommunalites: usize,
    /// Today's communes that are in it as a whole.
    pub communes: Vec<usize>,
    /// What became of it since the phase before, where there is one.
    pub evolution: Option<Evolution>,
    /// Territories of the phase before that share a commune with it.
    pub predecesseurs: Vec<usize>,
}

/// One edition of one phase, resolved.
#[derive(Debug)]
pub struct ResolvedEdition {
    /// Position of the edition in its phase.
    pub edition: usize,
    /// Who belongs to what.
    pub membership: Membership,
    /// One entry per territory of the edition.
    pub facts: Vec<TerritoryFacts>,
    borders: OnceLock<Borders>,
}

impl ResolvedEdition {
    /// An edition from its parts.
    #[must_use]
    pub fn new(edition: usize, membership: Membership, facts: Vec<TerritoryFacts>) -> Self {
        Self {
            edition,
            membership,
            facts,
            borders: OnceLock::new(),
        }
    }

    /// The borders of its territories, to measure distances to; labels are positions of territories. Made when first
    /// asked for, in some 50 ms.
    pub fn borders(&self, arcs: &Arcs) -> &Borders {
        let standings = self.membership.standings();
        let label = |face: u32| match standings.get(face as usize) {
            Some(Standing::In((territoire, _))) => *territoire,
            _ => NOBODY,
        };
        self.borders.get_or_init(|| Borders::new(arcs, label))
    }
}

/// The facts that follow from membership alone.
#[must_use]
pub fn facts(membership: &Membership, count: usize, places: &Places) -> Vec<TerritoryFacts> {
    let mut facts = vec![TerritoryFacts::default(); count];
    let mut regions: Vec<BTreeMap<RegionCode, u64>> = vec![BTreeMap::new(); count];
    let mut by_member: BTreeMap<MembreId, BTreeMap<RegionCode, u64>> = BTreeMap::new();
    for (place, standing) in membership.standings().iter().enumerate() {
        let Standing::In(membre) = standing else {
            continue;
        };
        let t = membre.0 as usize;
        let commune = places.commune(place);
        facts[t].communes.push(place);
        facts[t].departements.push(commune.departement);
        let people = u64::from(commune.population);
        *regions[t].entry(commune.region).or_default() += people;
        *by_member
            .entry(*membre)
            .or_default()
            .entry(commune.region)
            .or_default() += people;
    }
    let mut homes: Vec<BTreeSet<RegionCode>> = vec![BTreeSet::new(); count];
    for ((t, _), regions) in by_member {
        homes[t as usize].extend(by_people(regions).first());
    }
    for ((fact, regions), homes) in facts.iter_mut().zip(regions).zip(homes) {
        fact.departements.sort_unstable();
        fact.departements.dedup();
        fact.regions = by_people(regions);
        fact.interregional = homes.len() > 1;
    }
    facts
}

/// How many intercommunalités each territory of an edition is made of, in the lists of its COG year.
///
/// The press kit of 9 November 2023 gives support by « Territoires d'industrie composés d'une ou deux
/// intercommunalités » or « de trois intercommunalités ou plus » and says no more. Read here: every EPCI and every
/// EPT that is a member counts for one; a commune that is a member by itself stands for its EPT or else its EPCI,
/// which counts once however many of its communes are named; a commune of neither counts for itself.
#[must_use]
pub fn intercommunalites(edition: &Edition, lists: &[Intercommunalite]) -> Vec<usize> {
    let members = || edition.territoires.iter().flat_map(|t| &t.membres);
    let single: BTreeSet<CommuneCode> = members()
        .filter_map(|m| match m.code {
            MembreCode::Commune(code) => Some(code),
            MembreCode::Epci(_) | MembreCode::Ept(_) => None,
        })
        .collect();
    let mut homes: BTreeMap<CommuneCode, Siren> = BTreeMap::new();
    for i in lists {
        for code in i.communes.iter().filter(|c| single.contains(c)) {
            // A commune of the Grand Paris is in an EPT and in the métropole.
            if i.is_ept() || !homes.contains_key(code) {
                homes.insert(*code, i.siren);
            }
        }
    }
    edition
        .territoires
        .iter()
        .map(|t| {
            let mut sirens = BTreeSet::new();
            let mut alone = BTreeSet::new();
            for membre in &t.membres {
                match membre.code {
                    MembreCode::Epci(siren) | MembreCode::Ept(siren) => {
                        sirens.insert(siren);
                    }
                    MembreCode::Commune(code) => match homes.get(&code) {
                        Some(siren) => {
                            sirens.insert(*siren);
                        }
                        None => {
                            alone.insert(code);
                        }
                    },
                }
            }
            sirens.len() + alone.len()
        })
        .collect()
}

/// Régions, the one with most people first.
fn by_people(regions: BTreeMap<RegionCode, u64>) -> Vec<RegionCode> {
    let mut regions: Vec<(RegionCode, u64)> = regions.into_iter().collect();
    regions.sort_by_key(|&(code, people)| (std::cmp::Reverse(people), code));
    regions.into_iter().map(|r| r.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::programme::{Membre, Territoire};

    #[test]
    fn single_communes_count_through_their_intercommunalite() {
        let list = |siren: &str, kind: &str, communes: &[&str]| Intercommunalite {
            siren: siren.parse().unwrap(),
            kind: kind.to_owned(),
            nom: String::new(),
            communes: communes.iter().map(|c| c.parse().unwrap()).collect(),
        };
        let lists = [
            list("200000001", "CC", &["01001", "01002"]),
            list("200000002", "METRO", &["94001"]),
            list("200000003", "EPT", &["94001"]),
        ];
        let membres = |codes: &[MembreCode]| Territoire {
            id: String::new(),
            nom: String::new(),
            region: String::new(),
            membres: codes
                .iter()
                .map(|&code| Membre {
                    code,
                    nom: String::new(),
                })
                .collect(),
        };
        let epci = |s: &str| MembreCode::Epci(s.parse().unwrap());
        let ept = |s: &str| MembreCode::Ept(s.parse().unwrap());
        let commune = |s: &str| MembreCode::Commune(s.parse().unwrap());
        let edition = Edition {
            id: String::new(),
            cog: 2023,
            producteur: String::new(),
            attribution: String::new(),
            territoires: vec![
                membres(&[epci("200000009")]),
                membres(&[epci("200000009"), commune("01001"), commune("01002")]),
                membres(&[epci("200000001"), commune("01001")]),
                membres(&[ept("200000003"), commune("94001")]),
                // In no intercommunalité: itself.
                membres(&[commune("85113"), epci("200000001")]),
            ],
        };
        assert_eq!(intercommunalites(&edition, &lists), [1, 2, 1, 1, 2]);
    }
}
