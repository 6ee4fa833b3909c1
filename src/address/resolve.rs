//! Which town an address is in.
//!
//! **With a postcode.** The town stands after it, or before it where nothing follows. Among the names of the towns
//! that the postcode serves the first of these that fits decides: the same name; the same name with words
//! one slip away; the same name with words around it; a name that begins so; two slips away, for long ones. Where
//! the postcode serves nobody, or a sorting office (CEDEX), a name of its département decides. The name of one town
//! with the postcode of another is uncertain: neither is believed over the other.
//!
//! **Without a postcode.** The town is the end of the text. Homonyms are uncertain, unless the département is
//! written beside the town. Slips are uncertain always: a letter more is a town elsewhere.
//!
//! **Score.** 1 for the same name under its own postcode; less for each thing that was seen through: words left
//! out or added, slips, a postcode that is not the town's, no postcode at all.

use std::ops::Range;

use super::edits::slips;
use super::gazetteer::{EntryId, Gazetteer, Standing, TownId, prefix_of_postcode, variants};
use super::names::{Name, is_joining};
use super::parts::{self, Parts};
use super::words::Words;
use crate::domain::answer::Reading;
use crate::domain::codes::{CodePostal, CommuneCode};

/// So many candidates are named at most.
pub const MAX_CANDIDATES: usize = 20;

/// So many words at the end of a text are looked at for a town.
const MAX_TOWN_WORDS: usize = 10;

/// Two slips are forgiven to names of so many letters.
const LONG: usize = 9;

/// A town that an address may be in.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its code today, or that of the former commune that was named.
    pub code: CommuneCode,
    /// Its code today.
    pub today: CommuneCode,
    /// How well it fits, from 0 to 1.
    pub score: f64,
    /// The place as mail would have it: « 64000 Pau ».
    pub libelle: String,
}

/// What an address was found to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// In this town.
    Certain(Candidate),
    /// In one of these, the likeliest first; never empty.
    Ambiguous(Vec<Candidate>),
    /// Nothing known is named.
    Unknown,
}

/// An address that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// Where it is.
    pub outcome: Outcome,
    /// What was read in it.
    pub lecture: Reading,
    /// The postcode that was read.
    pub postcode: Option<CodePostal>,
}

/// Names that fit, and how well.
#[derive(Debug, Default)]
struct Fit {
    /// (score, entry), in no order.
    entries: Vec<(f64, EntryId)>,
}

impl Gazetteer {
    /// Finds the town of an address.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Resolution {
        let words = Words::of(text);
        let parts = Parts::of(&words, self);
        let mut search = Search {
            gazetteer: self,
            words: &words,
            parts: &parts,
            name: Name::default(),
            town: parts.town.clone(),
        };
        let outcome = match parts.postcode {
            Some(code) => search.with_postcode(code),
            None => search.without_postcode(),
        };
        let lecture = search.reading(text);
        Resolution {
            outcome,
            lecture,
            postcode: parts.postcode,
        }
    }
}

/// One address being resolved.
struct Search<'a> {
    gazetteer: &'a Gazetteer,
    words: &'a Words,
    parts: &'a Parts,
    /// The name being looked for.
    name: Name,
    /// Where the town was found.
    town: Range<usize>,
}

impl Search<'_> {
    fn with_postcode(&mut self, code: CodePostal) -> Outcome {
        let served = self.gazetteer.with_postcode(code);
        let after = self.parts.town.clone();
        let prefix = prefix_of_postcode(code);
        // The first line of what follows is the town; what follows that is something else.
        let line = self.first_line(after.clone());
        let mut fit;
        if has_letters(self.words, line.clone()) {
            fit = self.in_served(served, line.clone(), after);
            if fit.entries.is_empty() {
                fit = self.at_end_of(served, self.parts.before.clone());
            }
            if fit.is_weak() {
                let elsewhere = self.under_prefix(prefix, line.clone());
                return self.weigh(code, served, fit, elsewhere, line);
            }
        } else {
            let before = self.parts.before.clone();
            fit = self.at_end_of(served, before.clone());
            if fit.entries.is_empty() {
                let window = self.town_before(before);
                if window.is_empty() {
                    self.town = window;
                    return self.decide(Fit::all(served, 0.5), Some(code), 0.8);
                }
                fit = self.in_served(served, window.clone(), window.clone());
                if fit.is_weak() {
                    let elsewhere = self.under_prefix(prefix, window.clone());
                    return self.weigh(code, served, fit, elsewhere, window);
                }
            }
        }
        self.decide(fit, Some(code), 1.0)
    }

    /// Decides between what nearly fits among the towns of the postcode and what fits exactly under its département.
    fn weigh(
        &mut self,
        code: CodePostal,
        served: &[EntryId],
        near: Fit,
        mut exact: Fit,
        line: Range<usize>,
    ) -> Outcome {
        let known = !served.is_empty() && !self.parts.is_cedex;
        match (near.entries.is_empty(), exact.entries.is_empty()) {
            (false, true) => self.decide(near, Some(code), 1.0),
            (true, false) => {
                self.town = line;
                if !known {
                    return self.decide(exact, Some(code), 0.9);
                }
                // The name of one town, the postcode of another.
                exact.scale(0.8);
                exact.entries.extend(Fit::all(served, 0.3).entries);
                self.ambiguous(exact, Some(code), 0.8)
            }
            (false, false) => {
                // A slip in the name, or another postcode of the département.
                exact.entries.extend(near.entries);
                self.ambiguous(exact, Some(code), 0.6)
            }
            (true, true) => {
                self.town = line.clone();
                let elsewhere = self.anywhere(line.clone());
                if !elsewhere.entries.is_empty() {
                    // The name of one town, the postcode of another.
                    let mut both = elsewhere;
                    both.entries.truncate(MAX_CANDIDATES / 2);
                    both.entries.extend(Fit::all(served, 0.3).entries);
                    return self.ambiguous(both, Some(code), 0.5);
                }
                let slipped = self.slipped(line.clone(), |g, town| {
                    g.is_under(town, prefix_of_postcode(code))
                });
                if !slipped.entries.is_empty() {
                    if known {
                        let mut both = slipped;
                        both.entries.extend(Fit::all(served, 0.3).entries);
                        return self.ambiguous(both, Some(code), 0.5);
                    }
                    return self.decide(slipped, Some(code), 0.7);
                }
                if !known
                    && let Some((begun, town)) =
                        self.beginning_under(prefix_of_postcode(code), line)
                {
                    self.town = town;
                    return self.ambiguous(begun, Some(code), 0.6);
                }
                // A hamlet, mostly: the postcode decides where it serves one town only.
                self.decide(Fit::all(served, 0.5), Some(code), 0.8)
            }
        }
    }

    fn without_postcode(&mut self) -> Outcome {
        let range = self.parts.town.clone();
        let mut best: Option<(u8, Range<usize>)> = None;
        let mut fit = Fit::default();
        for window in self.windows(range.clone()) {
            let standing = self.standing_before(range.start, window.start);
            if standing == 0 || best.as_ref().is_some_and(|(b, _)| standing < *b) {
                continue;
            }
            let found = self.anywhere(window.clone());
            if found.entries.is_empty() {
                continue;
            }
            match &best {
                // Both may be meant: « rue de l’Église Saint-Martin ».
                Some((b, _)) if *b == standing => fit.entries.extend(found.entries),
                _ => {
                    best = Some((standing, window));
                    fit = found;
                }
            }
            if standing >= 3 {
                break;
            }
        }
        if let Some((standing, town)) = best {
            self.town = town;
            return if standing > 1 {
                self.decide(fit, None, 0.9)
            } else {
                self.ambiguous(fit, None, 0.6)
            };
        }
        let slipped = self.windows(range.clone()).into_iter().find_map(|window| {
            let stands = self.standing_before(range.start, window.start) > 1;
            let slipped = stands.then(|| self.slipped(window.clone(), |_, _| true))?;
            let slipped = self.in_departement(slipped);
            (!slipped.entries.is_empty()).then_some((slipped, window))
        });
        let found = slipped.or_else(|| self.beginning(range.clone()));
        let Some((fit, town)) = found else {
            self.town = 0..0;
            return Outcome::Unknown;
        };
        self.town = town;
        self.ambiguous(fit, None, 0.6)
    }

    fn beginning_under(
        &mut self,
        prefix: [u8; 3],
        line: Range<usize>,
    ) -> Option<(Fit, Range<usize>)> {
        (line.start + 1..line.end).rev().find_map(|end| {
            let found = self.under_prefix(prefix, line.start..end);
            (!found.entries.is_empty()).then_some((found, line.start..end))
        })
    }

    /// The names that a line begins with: « Berck-sur-Mer », « Pau, bâtiment B ».
    fn beginning(&mut self, range: Range<usize>) -> Option<(Fit, Range<usize>)> {
        let starts = (range.start..range.end)
            .rev()
            .filter(|&i| self.words.breaks(i));
        for start in starts.collect::<Vec<_>>() {
            let line = self.first_line(start..range.end);
            if self.is_street(start) {
                continue;
            }
            for end in (line.start + 1..=line.end).rev() {
                let found = self.anywhere(line.start..end);
                if !found.entries.is_empty() {
                    return Some((found, line.start..end));
                }
            }
        }
        None
    }

    /// What may be a town before its postcode: the last line, or in it the longest name that ends the street.
    fn town_before(&mut self, before: Range<usize>) -> Range<usize> {
        let windows = self.windows(before.clone());
        for window in &windows {
            match self.standing_before(before.start, window.start) {
                3 if !self.is_street(window.start) => return window.clone(),
                2 if !self.anywhere(window.clone()).entries.is_empty() => return window.clone(),
                _ => {}
            }
        }
        0..0
    }

    fn is_street(&self, first: usize) -> bool {
        let word = self.words.get(first);
        parts::is_street_word(word) || word.as_bytes()[0].is_ascii_digit()
    }

    /// Up to the first break.
    fn first_line(&self, range: Range<usize>) -> Range<usize> {
        let stop = (range.start + 1..range.end).find(|&i| self.words.breaks(i));
        range.start..stop.unwrap_or(range.end)
    }

    /// The ends of a range, the longest first, from its last line on.
    fn windows(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let line = (range.start..range.end)
            .rev()
            .find(|&i| self.words.breaks(i))
            .unwrap_or(range.start);
        let first = line.max(range.end.saturating_sub(MAX_TOWN_WORDS));
        (first..range.end).map(|start| start..range.end).collect()
    }

    /// How well what stands before a town fits there: 0 not at all, 1 perhaps, 2 as a street, 3 as a line of its own.
    fn standing_before(&self, start: usize, town: usize) -> u8 {
        if town == start || self.words.breaks(town) {
            return 3;
        }
        let last = self.words.get(town - 1);
        let is_part = self.words.joins(town) || is_joining(last) || parts::is_street_word(last);
        if is_part || matches!(last, "saint" | "sainte" | "st" | "ste") {
            return 0;
        }
        if self.is_street(start) { 2 } else { 1 }
    }

    /// The names of a postcode's towns that fit what follows it.
    fn in_served(&mut self, served: &[EntryId], line: Range<usize>, after: Range<usize>) -> Fit {
        let mut found = self.exactly(served, line.clone());
        if found.entries.is_empty() {
            found = self.slipped_in(served, line.clone(), 1);
        }
        if !found.entries.is_empty() {
            self.town = line;
            return found;
        }
        // Words around the name: « Éragny-sur-Oise » is Éragny, « Le Bourg Sainte-Anne » is Sainte-Anne.
        let shorter = (line.start + 1..line.end).rev().map(|end| line.start..end);
        let later =
            (line.start + 1..after.end).map(|start| start..self.first_line(start..after.end).end);
        for window in shorter.chain(later).collect::<Vec<_>>() {
            if !self.may_stand_alone(line.start, window.clone()) {
                continue;
            }
            let mut found = self.exactly(served, window.clone());
            if !found.entries.is_empty() {
                found.scale(0.9);
                self.town = window;
                return found;
            }
        }
        self.name.read(&self.words.all(line.clone()));
        let asked = self.name.bare.as_str();
        let begins = |e: &&EntryId| self.gazetteer.entry(**e).name.bare.starts_with(asked);
        if asked.len() > 3 {
            found
                .entries
                .extend(served.iter().filter(begins).map(|&e| (0.8, e)));
        }
        if found.entries.is_empty() && self.name.proper().len() >= LONG {
            found = self.slipped_in(served, line.clone(), 2);
        }
        if !found.entries.is_empty() {
            self.town = line;
        }
        found
    }

    /// Whether the words of a window may be a name by themselves, and not a part of one: « Bors-de-Montmoreau » is no
    /// Montmoreau, Cergy-Pontoise neither of the two.
    fn may_stand_alone(&self, start: usize, window: Range<usize>) -> bool {
        let joined_before = window.start > start
            && (self.words.joins(window.start) || is_joining(self.words.get(window.start - 1)))
            && !self.words.breaks(window.start);
        let joined_after = window.end < self.words.len()
            && self.words.joins(window.end)
            && !is_joining(self.words.get(window.end));
        !joined_before && !joined_after
    }

    /// Which of some names are so many slips from the words.
    fn slipped_in(&mut self, among: &[EntryId], range: Range<usize>, most: usize) -> Fit {
        self.name.read(&self.words.all(range));
        let name = &self.name;
        let asked = [name.whole.as_str(), name.proper()];
        let is_near = |a: &str, b: &str| a.len() > 2 && b.len() > 2 && slips(a, b, most).is_some();
        let mut found = Fit::default();
        for &e in among {
            let known = &self.gazetteer.entry(e).name;
            let near = variants(known).any(|v| asked.iter().any(|a| is_near(a, v)))
                || (name.bare.len() > 4 && is_near(&name.bare, &known.bare));
            if near {
                found.entries.push((if most == 1 { 0.84 } else { 0.75 }, e));
            }
        }
        found
    }

    /// The names of a postcode's towns that a text ends with.
    fn at_end_of(&mut self, served: &[EntryId], before: Range<usize>) -> Fit {
        for window in self.windows(before.clone()) {
            if self.standing_before(before.start, window.start) == 0 {
                continue;
            }
            let found = self.exactly(served, window.clone());
            if !found.entries.is_empty() {
                self.town = window;
                return found;
            }
        }
        Fit::default()
    }

    /// Which of some names is that of the words, an arrondissement's number aside.
    fn exactly(&mut self, among: &[EntryId], range: Range<usize>) -> Fit {
        let range = self.without_arrondissement(range);
        self.name.read(&self.words.all(range));
        let mut found = Fit::default();
        for &e in among {
            if let Some(score) = self.same(e) {
                found.entries.push((score, e));
            }
        }
        found
    }

    /// The names anywhere that are those of the words, in the département where one is written.
    fn anywhere(&mut self, range: Range<usize>) -> Fit {
        let range = self.without_arrondissement(range);
        self.name.read(&self.words.all(range));
        let mut found = Fit::default();
        for &e in self.gazetteer.named(&self.name.bare) {
            if let Some(score) = self.same(e) {
                found.entries.push((score, e));
            }
        }
        self.in_departement(found)
    }

    fn under_prefix(&mut self, prefix: [u8; 3], range: Range<usize>) -> Fit {
        let mut found = self.anywhere(range);
        found.entries.retain(|(_, e)| {
            self.gazetteer
                .is_under(self.gazetteer.entry(*e).town, prefix)
        });
        found
    }

    /// Names one slip away from the words.
    fn slipped(&mut self, range: Range<usize>, wanted: impl Fn(&Gazetteer, TownId) -> bool) -> Fit {
        self.name.read(&self.words.all(range));
        let mut entries: Vec<(f64, EntryId)> = Vec::new();
        for asked in [self.name.whole.as_str(), self.name.proper()] {
            let near = self.gazetteer.near(asked).into_iter();
            entries.extend(
                near.filter(|&e| wanted(self.gazetteer, self.gazetteer.entry(e).town))
                    .map(|e| (0.8, e)),
            );
        }
        Fit { entries }
    }

    fn in_departement(&self, mut fit: Fit) -> Fit {
        if let Some(prefix) = self.parts.departement {
            fit.entries.retain(|(_, e)| {
                self.gazetteer
                    .is_under(self.gazetteer.entry(*e).town, prefix)
            });
        }
        fit
    }

    /// How well a name of the same words but for those that join them fits.
    fn same(&self, entry: EntryId) -> Option<f64> {
        let entry = self.gazetteer.entry(entry);
        let (known, asked) = (&entry.name, &self.name);
        if known.whole == asked.whole {
            Some(1.0)
        } else if known.proper() == asked.proper() {
            Some(0.98)
        } else if known.bare == asked.bare {
            Some(0.95)
        } else {
            None
        }
    }

    /// « Lyon 3e arrondissement », « Paris 13 » without what follows the city.
    fn without_arrondissement(&self, range: Range<usize>) -> Range<usize> {
        let mut all = self.words.all(range.clone());
        if range.len() < 2 || !matches!(all.next(), Some("paris" | "lyon" | "marseille")) {
            return range;
        }
        let rest_fits = all.all(|word| {
            let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
            let counted = number.len() < word.len()
                && matches!(number, "" | "e" | "er" | "eme" | "ere" | "em");
            let roman = word.len() <= 6
                && word
                    .trim_end_matches('e')
                    .bytes()
                    .all(|b| matches!(b, b'i' | b'v' | b'x'));
            counted
                || roman
                || word.starts_with("arr")
                || matches!(word, "ardt" | "e" | "er" | "eme")
        });
        if rest_fits {
            range.start..range.start + 1
        } else {
            range
        }
    }

    /// Certain where one town fits best, else uncertain.
    fn decide(&self, fit: Fit, postcode: Option<CodePostal>, scale: f64) -> Outcome {
        let best = fit.entries.iter().map(|(s, _)| *s).fold(0.0, f64::max);
        // Without a postcode an article more or less does not tell homonyms apart.
        let least = if postcode.is_some() {
            best
        } else {
            best - 0.03
        };
        let top: Vec<EntryId> = fit
            .entries
            .iter()
            .filter(|(s, _)| *s >= least)
            .map(|(_, e)| *e)
            .collect();
        let towns_of = |entries: &[EntryId]| {
            let mut towns: Vec<TownId> = entries
                .iter()
                .map(|&e| self.gazetteer.entry(e).town)
                .collect();
            towns.sort_unstable();
            towns.dedup();
            towns
        };
        // Under one postcode, the town that bears the name today before those that gave it up.
        let today: Vec<EntryId> = top
            .iter()
            .copied()
            .filter(|&e| self.gazetteer.entry(e).standing == Standing::Today)
            .collect();
        let chosen = if postcode.is_some() && best > 0.5 && towns_of(&today).len() == 1 {
            today
        } else {
            top
        };
        match towns_of(&chosen)[..] {
            [] => Outcome::Unknown,
            [_] => {
                let clearest = chosen
                    .iter()
                    .copied()
                    .min_by_key(|&e| self.gazetteer.entry(e).standing);
                clearest.map_or(Outcome::Unknown, |e| {
                    Outcome::Certain(self.candidate(e, best * scale, postcode))
                })
            }
            _ => self.ambiguous(fit, postcode, scale),
        }
    }

    fn ambiguous(&self, mut fit: Fit, postcode: Option<CodePostal>, scale: f64) -> Outcome {
        let g = self.gazetteer;
        fit.entries.sort_by(|a, b| {
            let key = |(_, e): (f64, EntryId)| {
                let entry = g.entry(e);
                (
                    entry.standing,
                    std::cmp::Reverse(g.town(entry.town).population),
                    e,
                )
            };
            b.0.total_cmp(&a.0).then_with(|| key(*a).cmp(&key(*b)))
        });
        let mut seen: Vec<TownId> = Vec::new();
        let mut candidates = Vec::new();
        for (score, e) in fit.entries {
            let town = g.entry(e).town;
            if candidates.len() < MAX_CANDIDATES && !seen.contains(&town) {
                seen.push(town);
                candidates.push(self.candidate(e, score * scale, postcode));
            }
        }
        if candidates.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::Ambiguous(candidates)
        }
    }

    fn candidate(&self, entry: EntryId, score: f64, postcode: Option<CodePostal>) -> Candidate {
        let entry = self.gazetteer.entry(entry);
        let town = self.gazetteer.town(entry.town);
        let own = postcode.filter(|p| town.postcodes.contains(p));
        let code = own.or_else(|| town.postcodes.first().copied());
        Candidate {
            code: if entry.standing == Standing::Today || score < 0.5 {
                town.code
            } else {
                entry.code
            },
            today: town.code,
            score,
            libelle: code.map_or_else(|| town.nom.clone(), |c| format!("{c} {}", town.nom)),
        }
    }

    /// What was read, as it was written.
    fn reading(&self, text: &str) -> Reading {
        let written = |range: Range<usize>| {
            self.words
                .written(text, range)
                .map(|t| t.trim_matches([',', ' ', '-']).to_owned())
        };
        let before =
            if self.parts.postcode.is_some() && self.town.start >= self.parts.postcode_at.end {
                self.parts.before.clone()
            } else {
                0..self.town.start.max(if self.town.is_empty() {
                    self.parts.before.end
                } else {
                    0
                })
            };
        let (number, street) = parts::street(self.words, before);
        Reading {
            numero: written(number).filter(|t| !t.is_empty()),
            voie: written(street).filter(|t| !t.is_empty()),
            code_postal: self.parts.postcode.map(|c| c.to_string()),
            ville: written(self.town.clone()).filter(|t| !t.is_empty()),
        }
    }
}

impl Fit {
    fn all(entries: &[EntryId], score: f64) -> Self {
        Self {
            entries: entries.iter().map(|&e| (score, e)).collect(),
        }
    }

    fn scale(&mut self, by: f64) {
        for (score, _) in &mut self.entries {
            *score *= by;
        }
    }

    /// Whether something exact elsewhere should be looked for.
    fn is_weak(&self) -> bool {
        self.entries.iter().all(|(score, _)| *score < 0.855)
    }
}

fn has_letters(words: &Words, range: Range<usize>) -> bool {
    words
        .all(range)
        .any(|w| w.bytes().any(|b| !b.is_ascii_digit()))
}
