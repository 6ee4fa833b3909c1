//! A territory of a phase's latest edition with all that is known of it: what lists, cards and pages say.

use std::collections::BTreeSet;

use super::features::{Feature, LevelData};
use super::territories::TerritoryFacts;
use super::world::{Atlas, Chart};
use crate::domain::alphabet;
use crate::domain::codes::RegionCode;
use crate::domain::fold::fold;
use crate::domain::programme::{Edition, Laureat, Phase, Territoire};

/// A territory, its facts, and its feature in the level of its phase, which has its measures.
#[derive(Clone, Copy)]
pub struct Profile<'a> {
    atlas: &'a Atlas,
    /// Its phase.
    pub phase: &'a Phase,
    /// The latest edition of the phase.
    pub edition: &'a Edition,
    /// The territory.
    pub territoire: &'a Territoire,
    /// What follows from its members.
    pub facts: &'a TerritoryFacts,
    /// The coverage it is drawn from.
    pub chart: &'a Chart,
    /// The level of its phase.
    pub level: &'a LevelData,
    /// Its position in the edition, and in the level.
    pub number: usize,
}

impl Atlas {
    /// The territories of a phase, by the phase's position, in the order of their ids.
    pub fn profiles(&self, phase: usize) -> impl Iterator<Item = Profile<'_>> {
        let found = self.edition(phase, None).and_then(|resolved| {
            let (declared, edition) = self.declared(phase, resolved);
            let (chart, at) = self.level(&declared.id)?;
            Some((resolved, declared, edition, chart, &chart.levels[at]))
        });
        found
            .into_iter()
            .flat_map(move |(resolved, phase, edition, chart, level)| {
                let numbered = edition.territoires.iter().zip(&resolved.facts).enumerate();
                numbered.map(move |(number, (territoire, facts))| Profile {
                    atlas: self,
                    phase,
                    edition,
                    territoire,
                    facts,
                    chart,
                    level,
                    number,
                })
            })
    }
}

impl<'a> Profile<'a> {
    /// Its population, area and box.
    #[must_use]
    pub fn feature(&self) -> &'a Feature {
        &self.level.features[self.number]
    }

    /// A point well inside its largest part, longitude and latitude; none where it has no outline.
    #[must_use]
    pub fn centre(&self) -> Option<[f64; 2]> {
        let point = self.level.label_point(&self.chart.arcs, self.number)?;
        Some(point.to_degrees())
    }

    /// Whether it counts for a région: the one that leads it, or one of several where it is interregional.
    #[must_use]
    pub fn is_of_region(&self, code: RegionCode) -> bool {
        let named = self.atlas.tables.regions.iter().find(|r| r.code == code);
        named.is_some_and(|r| fold(&r.nom) == fold(&self.territoire.region))
            || (self.facts.interregional && self.facts.regions.contains(&code))
    }

    /// The territories of the phase before that share communes with it, those that share most first, and that phase.
    #[must_use]
    pub fn predecesseurs(&self) -> Option<(&'a Phase, Vec<&'a Territoire>)> {
        let before = self.atlas.phase(self.phase.suit.as_deref()?)?;
        let phase = &self.atlas.tables.phases[before];
        let edition = phase.editions.last()?;
        let of = |&i: &usize| edition.territoires.get(i);
        let territoires = self.facts.predecesseurs.iter().filter_map(of).collect();
        Some((phase, territoires))
    }

    /// Euros a year towards its project manager, where the phase has such a rule.
    #[must_use]
    pub fn soutien(&self) -> Option<u32> {
        let rule = self.phase.soutien?;
        Some(rule.euros(self.facts.intercommunalites))
    }

    /// Its laureates of « Rebond industriel », as far as they are known.
    #[must_use]
    pub fn laureats(&self) -> &'a [Laureat] {
        let known = self.phase.rebond.as_ref();
        known
            .and_then(|r| r.laureats.get(&self.territoire.id))
            .map_or(&[], Vec::as_slice)
    }

    /// Whether the list of laureates is known to be whole.
    #[must_use]
    pub fn laureats_complets(&self) -> bool {
        self.phase.rebond.as_ref().is_some_and(|r| r.complet)
    }

    /// The territories of its edition that share a border with it, by name.
    #[must_use]
    pub fn neighbours(&self) -> Vec<&'a Territoire> {
        let label = |face: u32| self.level.labels.get(face as usize).copied();
        let border = self.level.perimeters[self.number].polygons.iter();
        let border = border.flat_map(|polygon| polygon.rings.iter().flatten());
        let beside: BTreeSet<usize> = border
            .flat_map(|arc| <[u32; 2]>::from(self.chart.arcs.sides(arc.arc())))
            .filter_map(|face| label(face).map(|label| label as usize))
            .filter(|&label| label != self.number)
            .collect();
        let all = beside.into_iter();
        let mut all: Vec<&Territoire> = all
            .filter_map(|label| self.edition.territoires.get(label))
            .collect();
        all.sort_by(|a, b| alphabet::order(&a.nom, &b.nom));
        all
    }
}
