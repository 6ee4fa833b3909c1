//! What a search box proposes: territories, intercommunalités and communes by their names and codes.

use std::cmp::Reverse;

use super::places::{Named, PlaceId};
use super::world::Atlas;
use crate::domain::codes::{CodePostal, CommuneCode, Siren};
use crate::domain::fold::fold;
use crate::domain::level::Level;
use crate::domain::tables::Tables;
use crate::index::names::{Fit, Names};

/// Of each kind so many are shown before more of the others are.
const OF_EACH_KIND: usize = 2;

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A territory of the latest edition of a phase, by its position.
    Territoire(usize),
    /// An EPCI or EPT of today, by its position in the tables.
    Intercommunalite(usize),
    /// One of today's communes.
    Commune(PlaceId),
    /// A code that is no commune today.
    Ancienne(CommuneCode),
}

/// A proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What.
    pub subject: Subject,
    /// How it was found; the better before the worse.
    pub fit: Fit,
    /// How many people live there.
    pub population: u64,
}

/// Subjects of one kind with their names, the most populous first.
#[derive(Debug)]
struct Kind {
    subjects: Vec<(Subject, u64)>,
    names: Names,
}

/// All that can be proposed. Immutable, made once.
#[derive(Debug)]
pub struct Suggestions {
    communes: Kind,
    intercommunalites: Kind,
    /// By phase.
    territoires: Vec<Kind>,
}

impl Kind {
    fn new(mut all: Vec<(Subject, u64, String)>) -> Self {
        all.sort_by_key(|(_, population, _)| Reverse(*population));
        Self {
            names: Names::new(all.iter().map(|(_, _, name)| name.as_str())),
            subjects: all
                .into_iter()
                .map(|(subject, population, _)| (subject, population))
                .collect(),
        }
    }

    fn find(&self, asked: &str, slips: bool, limit: usize) -> impl Iterator<Item = Suggestion> {
        let hits = if slips {
            self.names.find_slips(asked, limit)
        } else {
            self.names.find(asked, limit)
        };
        hits.into_iter().map(|hit| {
            let (subject, population) = self.subjects[hit.name];
            Suggestion {
                subject,
                fit: hit.fit,
                population,
            }
        })
    }
}

impl Suggestions {
    /// Arranges the names of an atlas.
    #[must_use]
    pub fn new(atlas: &Atlas) -> Self {
        let places = &atlas.places;
        let mut communes: Vec<_> = (places.communes().iter().enumerate())
            .map(|(place, c)| {
                (
                    Subject::Commune(place),
                    u64::from(c.population),
                    fold(&c.nom),
                )
            })
            .collect();
        // Former names come last: nobody is counted there any more.
        let former = places.passages().filter(|p| !p.nom.is_empty());
        communes.extend(former.map(|p| (Subject::Ancienne(p.code), 0, fold(&p.nom))));
        communes.sort_by(|a, b| a.2.cmp(&b.2));
        communes.dedup_by(|a, b| a.0 == b.0);
        let populations = |level: &Level, code: &str| {
            let levels = &atlas.france.levels;
            let level = levels.iter().find(|l| l.level == *level)?;
            level
                .features
                .iter()
                .find(|f| f.code == code)
                .map(|f| f.population)
        };
        let intercommunalites = today(&atlas.tables).iter().enumerate().map(|(i, epci)| {
            let level = if epci.is_ept() {
                Level::Ept
            } else {
                Level::Epci
            };
            let population = populations(&level, &epci.siren.to_string());
            (
                Subject::Intercommunalite(i),
                population.unwrap_or_default(),
                fold(&epci.nom),
            )
        });
        let territoires = atlas.tables.phases.iter().map(|phase| {
            let level = Level::Phase(phase.id.clone());
            let latest = phase.editions.last().map_or(&[][..], |e| &e.territoires);
            let all = latest.iter().enumerate().map(|(i, t)| {
                let population = populations(&level, &t.id).unwrap_or_default();
                (Subject::Territoire(i), population, fold(&t.nom))
            });
            Kind::new(all.collect())
        });
        Self {
            communes: Kind::new(communes),
            intercommunalites: Kind::new(intercommunalites.collect()),
            territoires: territoires.collect(),
        }
    }

    /// What a text, folded, finds in a phase: the best first, `limit` at most, some of each kind among them.
    #[must_use]
    pub fn find(&self, atlas: &Atlas, phase: usize, asked: &str, limit: usize) -> Vec<Suggestion> {
        let by_code = coded(atlas, phase, asked);
        if !by_code.is_empty() {
            return by_code.into_iter().take(limit).collect();
        }
        let found = self.named(atlas, phase, asked, false, limit);
        if found.is_empty() {
            // A slip is for texts that find nothing else.
            return self.named(atlas, phase, asked, true, limit);
        }
        found
    }

    /// What the name in a text finds, as it is or with a slip.
    fn named(
        &self,
        atlas: &Atlas,
        phase: usize,
        asked: &str,
        slips: bool,
        limit: usize,
    ) -> Vec<Suggestion> {
        let (asked, postcodes) = without_postcode(asked);
        let mut all: Vec<Suggestion> = Vec::new();
        let mut chosen: Vec<Suggestion> = Vec::new();
        let kinds = [
            &self.territoires[phase],
            &self.intercommunalites,
            &self.communes,
        ];
        let kinds = if postcodes.is_some() {
            &kinds[2..]
        } else {
            &kinds[..]
        };
        for kind in kinds {
            let mut found: Vec<Suggestion> = match postcodes {
                // « pau 64 »: many of the name, of which few are there.
                Some(begins) => {
                    let all = kind.find(&asked, slips, usize::MAX);
                    all.filter(|s| has_postcode(atlas, s.subject, begins))
                        .take(limit)
                        .collect()
                }
                None => kind.find(&asked, slips, limit).collect(),
            };
            all.extend(found.split_off(found.len().min(OF_EACH_KIND)));
            chosen.append(&mut found);
        }
        let key = |s: &Suggestion| (s.fit, Reverse(s.population));
        all.sort_by_key(key);
        chosen.sort_by_key(key);
        chosen.truncate(limit);
        all.truncate(limit - chosen.len());
        chosen.extend(all);
        chosen.sort_by_key(key);
        chosen
    }
}

/// The intercommunalités of today.
#[must_use]
pub fn today(tables: &Tables) -> &[crate::domain::administrative::Intercommunalite] {
    tables
        .intercommunalites
        .get(&tables.cog)
        .map_or(&[], Vec::as_slice)
}

/// What a code names: of a territory, a commune, an EPCI, or the communes of a postcode.
fn coded(atlas: &Atlas, phase: usize, asked: &str) -> Vec<Suggestion> {
    let places = &atlas.places;
    let found = |subject, population| Suggestion {
        subject,
        fit: Fit::Whole,
        population,
    };
    let commune = |place: PlaceId| {
        found(
            Subject::Commune(place),
            places.commune(place).population.into(),
        )
    };
    let mut all = Vec::new();
    if let Ok(code) = asked.parse::<CodePostal>() {
        all.extend(
            places
                .with_postcode(code)
                .iter()
                .map(|&place| commune(place)),
        );
        all.sort_by_key(|s: &Suggestion| Reverse(s.population));
    }
    if let Ok(code) = asked.parse::<CommuneCode>() {
        let named = match places.named(code) {
            Some(Named::Current(place)) => Some(commune(place)),
            Some(Named::Former(..)) => Some(found(Subject::Ancienne(code), 0)),
            None => None,
        };
        if let Some(named) = named.filter(|named| !all.contains(named)) {
            all.push(named);
        }
    }
    if let Ok(siren) = asked.parse::<Siren>() {
        let position = today(&atlas.tables).iter().position(|i| i.siren == siren);
        all.extend(position.map(|i| found(Subject::Intercommunalite(i), 0)));
    }
    if let Some(number) = asked.strip_prefix("ti ") {
        let latest = atlas.tables.phases[phase].editions.last();
        let position = latest.and_then(|e| {
            e.territoires
                .iter()
                .position(|t| t.id.strip_prefix("ti-") == Some(number))
        });
        all.extend(position.map(|i| found(Subject::Territoire(i), 0)));
    }
    all
}

/// A text without the département or postcode that stands before or behind the name: « 64000 pau », « pau 64 ».
fn without_postcode(asked: &str) -> (String, Option<&str>) {
    let words: Vec<&str> = asked.split(' ').collect();
    let is_code =
        |word: &str| (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    match words[..] {
        [code, ref rest @ ..] | [ref rest @ .., code] if !rest.is_empty() && is_code(code) => {
            (rest.join(" "), Some(code))
        }
        _ => (asked.to_owned(), None),
    }
}

/// Whether a commune has a postcode, or a code, that begins so.
fn has_postcode(atlas: &Atlas, subject: Subject, begins: &str) -> bool {
    match subject {
        Subject::Commune(place) => {
            let postcodes = atlas.places.postcodes(place).iter();
            postcodes
                .into_iter()
                .any(|p| p.as_str().starts_with(begins))
                || atlas
                    .places
                    .commune(place)
                    .code
                    .as_str()
                    .starts_with(begins)
        }
        Subject::Ancienne(code) => code.as_str().starts_with(begins),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_beside_a_name_are_seen_apart() {
        assert_eq!(without_postcode("64000 pau"), ("pau".into(), Some("64000")));
        assert_eq!(without_postcode("pau 64"), ("pau".into(), Some("64")));
        assert_eq!(
            without_postcode("saint denis"),
            ("saint denis".into(), None)
        );
        assert_eq!(without_postcode("64"), ("64".into(), None));
    }
}
