//! The territories of one edition of one phase, with what follows from their members.

use std::collections::{BTreeMap, BTreeSet};

use super::membership::{Membership, MembreId, Standing};
use super::places::Places;
use crate::domain::codes::{DepartementCode, RegionCode};
use crate::domain::programme::Evolution;

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

/// Régions, the one with most people first.
fn by_people(regions: BTreeMap<RegionCode, u64>) -> Vec<RegionCode> {
    let mut regions: Vec<(RegionCode, u64)> = regions.into_iter().collect();
    regions.sort_by_key(|&(code, people)| (std::cmp::Reverse(people), code));
    regions.into_iter().map(|r| r.0).collect()
}
