//! What another edition of the data would change: for whoever is about to put it in service.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::profile::Profile;
use super::world::Atlas;
use crate::domain::codes::CommuneCode;
use crate::domain::programme::Phase;
use crate::domain::typography::thousands;

/// Square kilometres below which areas count as the same: what redrawing a border may move.
const SAME_AREA: f64 = 0.01;

/// More names than these are counted.
const NAMED: usize = 12;

/// The differences, as lines of text; none where nothing changes.
#[derive(Debug, Default)]
pub struct Comparison {
    /// One for each phase, territory or level that differs.
    pub lines: Vec<String>,
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lines.is_empty() {
            return write!(f, "aucun changement");
        }
        f.write_str(&self.lines.join("\n"))
    }
}

impl Atlas {
    /// What changes for whoever goes from this atlas to another: communes, phases, territories with their members,
    /// communes and area.
    #[must_use]
    pub fn compare(&self, next: &Atlas) -> Comparison {
        let mut lines = Vec::new();
        communes(self, next, &mut lines);
        let ids = |atlas: &Atlas| -> BTreeSet<String> {
            atlas.tables.phases.iter().map(|p| p.id.clone()).collect()
        };
        for id in ids(self).union(&ids(next)) {
            match (self.phase(id), next.phase(id)) {
                (Some(before), Some(after)) => phase((self, before), (next, after), &mut lines),
                (Some(_), None) => lines.push(format!("{id} : la phase disparaît")),
                _ => lines.push(format!("{id} : nouvelle phase")),
            }
        }
        Comparison { lines }
    }
}

fn communes(before: &Atlas, after: &Atlas, lines: &mut Vec<String>) {
    let codes = |atlas: &Atlas| -> BTreeSet<CommuneCode> {
        atlas.places.communes().iter().map(|c| c.code).collect()
    };
    let (old, new) = (codes(before), codes(after));
    let (cog, next) = (before.tables.cog, after.tables.cog);
    if cog != next {
        lines.push(format!("communes : COG {cog} → COG {next}"));
    }
    listed("communes nouvelles", new.difference(&old), lines);
    listed("communes disparues", old.difference(&new), lines);
}

fn listed<T: fmt::Display>(
    what: &str,
    items: impl Iterator<Item = T> + Clone,
    lines: &mut Vec<String>,
) {
    let count = items.clone().count();
    if count > 0 {
        lines.push(format!("{what} : {count} ({})", names(items)));
    }
}

fn names<T: fmt::Display>(items: impl Iterator<Item = T> + Clone) -> String {
    let more = items.clone().count().saturating_sub(NAMED);
    let mut names: Vec<String> = items.take(NAMED).map(|i| i.to_string()).collect();
    if more > 0 {
        names.push(format!("et {more} autres"));
    }
    names.join(", ")
}

fn phase(before: (&Atlas, usize), after: (&Atlas, usize), lines: &mut Vec<String>) {
    let declared = |(atlas, at): (&Atlas, usize)| -> (String, String) {
        let phase: &Phase = &atlas.tables.phases[at];
        let edition = phase.editions.last().map_or("", |e| &e.id);
        (phase.id.clone(), edition.to_owned())
    };
    let ((id, old), (_, new)) = (declared(before), declared(after));
    if old != new {
        lines.push(format!("{id} : édition {old} → {new}"));
    }
    let olds: BTreeMap<&str, Profile> = profiles(before);
    let news: BTreeMap<&str, Profile> = profiles(after);
    if olds.len() != news.len() {
        let (old, new) = (olds.len(), news.len());
        lines.push(format!("{id} : {old} → {new} territoires"));
    }
    for (key, profile) in &olds {
        if !news.contains_key(key) {
            let name = &profile.territoire.nom;
            lines.push(format!("{id} : − {key} {name}"));
        }
    }
    for (key, profile) in &news {
        let name = &profile.territoire.nom;
        let Some(old) = olds.get(key) else {
            let count = profile.facts.communes.len();
            lines.push(format!("{id} : + {key} {name} ({count} communes)"));
            continue;
        };
        let changes = territory((before.0, old), (after.0, profile));
        if !changes.is_empty() {
            lines.push(format!("{id} : ~ {key} {name} : {}", changes.join(" ; ")));
        }
    }
}

fn profiles((atlas, phase): (&Atlas, usize)) -> BTreeMap<&str, Profile<'_>> {
    let profiles = atlas.profiles(phase);
    profiles.map(|p| (p.territoire.id.as_str(), p)).collect()
}

/// What changes for one territory.
fn territory(before: (&Atlas, &Profile), after: (&Atlas, &Profile)) -> Vec<String> {
    let mut changes = Vec::new();
    let (old, new) = (before.1, after.1);
    if old.territoire.nom != new.territoire.nom {
        changes.push(format!("s’appelait {}", old.territoire.nom));
    }
    if old.territoire.region != new.territoire.region {
        let (old, new) = (&old.territoire.region, &new.territoire.region);
        changes.push(format!("région {old} → {new}"));
    }
    let members = |p: &Profile| -> BTreeMap<String, String> {
        let members = p.territoire.membres.iter();
        members
            .map(|m| (m.code.to_string(), m.nom.clone()))
            .collect()
    };
    let (olds, news) = (members(old), members(new));
    let only = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| -> Vec<String> {
        let missing = a.iter().filter(|(code, _)| !b.contains_key(*code));
        missing
            .map(|(code, name)| format!("{name} ({code})"))
            .collect()
    };
    for (sign, found) in [("+", only(&news, &olds)), ("−", only(&olds, &news))] {
        if !found.is_empty() {
            changes.push(format!("membres {sign} {}", names(found.iter())));
        }
    }
    for (code, name) in &news {
        if let Some(old) = olds.get(code).filter(|old| *old != name) {
            changes.push(format!("{old} s’appelle {name} ({code})"));
        }
    }
    let communes = |(atlas, p): (&Atlas, &Profile)| -> BTreeSet<CommuneCode> {
        let places = p.facts.communes.iter();
        places
            .map(|&place| atlas.places.commune(place).code)
            .collect()
    };
    let (olds, news) = (communes(before), communes(after));
    for (sign, found) in [("+", news.difference(&olds)), ("−", olds.difference(&news))] {
        if found.clone().next().is_some() {
            changes.push(format!("communes {sign} {}", names(found)));
        }
    }
    let (old, new) = (old.feature(), new.feature());
    if (old.superficie - new.superficie).abs() > SAME_AREA {
        let (old, new) = (old.superficie, new.superficie);
        let areas = format!("superficie {old:.1} → {new:.1} km²");
        changes.push(areas.replace('.', ","));
    }
    if old.population != new.population {
        let (old, new) = (thousands(old.population), thousands(new.population));
        changes.push(format!("population {old} → {new}"));
    }
    changes
}
