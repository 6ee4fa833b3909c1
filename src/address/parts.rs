//! The parts of an address: number, street, postcode, CEDEX, and where the town may stand.

use std::ops::Range;

use super::edits::within_one;
use super::gazetteer::{Area, Gazetteer, prefix};
use super::names::{Name, is_joining};
use super::words::Words;
use crate::domain::codes::CodePostal;

/// The parts of an address, as ranges of words.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// What may hold the town after the postcode; where there is no postcode, everything.
    pub town: Range<usize>,
    /// What stands before the postcode; empty where there is none.
    pub before: Range<usize>,
    /// The postcode.
    pub postcode: Option<CodePostal>,
    /// Where it stands.
    pub postcode_at: Range<usize>,
    /// Whether the mail goes to a sorting office (« CEDEX »), which no commune has as its postcode.
    pub is_cedex: bool,
    /// How postcodes begin in the département that is written beside the town.
    pub departement: Option<[u8; 3]>,
}

/// Words that a part of an address before the town begins with, besides numbers.
pub(super) fn is_street_word(word: &str) -> bool {
    matches!(
        word,
        "rue"
            | "r"
            | "avenue"
            | "av"
            | "ave"
            | "boulevard"
            | "bd"
            | "bld"
            | "blvd"
            | "boul"
            | "place"
            | "pl"
            | "route"
            | "rte"
            | "chemin"
            | "ch"
            | "che"
            | "chem"
            | "impasse"
            | "imp"
            | "allee"
            | "allees"
            | "all"
            | "quai"
            | "cours"
            | "square"
            | "sq"
            | "passage"
            | "pas"
            | "cite"
            | "residence"
            | "res"
            | "lotissement"
            | "lot"
            | "lieu"
            | "lieudit"
            | "hameau"
            | "ham"
            | "zone"
            | "za"
            | "zi"
            | "zac"
            | "zae"
            | "faubourg"
            | "fg"
            | "fbg"
            | "mairie"
            | "hotel"
            | "bp"
            | "cs"
            | "batiment"
            | "bat"
            | "immeuble"
            | "imm"
            | "parvis"
            | "esplanade"
            | "esp"
            | "promenade"
            | "prom"
            | "montee"
            | "sentier"
            | "sente"
            | "ruelle"
            | "venelle"
            | "voie"
            | "rond"
            | "rpt"
            | "carrefour"
            | "car"
            | "domaine"
            | "quartier"
            | "quart"
            | "qu"
            | "rampe"
            | "traverse"
            | "mail"
            | "cour"
            | "porte"
            | "villa"
            | "galerie"
            | "chaussee"
            | "levee"
            | "cote"
            | "escalier"
            | "degres"
            | "grandrue"
            | "giratoire"
    )
}

/// Words after a number that belong to it.
fn is_repetition(word: &str) -> bool {
    matches!(word, "bis" | "ter" | "quater" | "b" | "t" | "q")
        || (word.len() == 1 && !matches!(word, "a" | "d" | "l" | "y"))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a word is a number with its repetition: `12`, `12bis`.
fn is_house_number(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    (1..=5).contains(&digits) && word.len() - digits <= 6 && {
        let rest = &word[digits..];
        rest.is_empty() || is_repetition(rest) || is_short_repetition(rest)
    }
}

/// Whether a word may be a repetition where it stands between a number and a street: « 9 a rue », « 9 p1 rue »,
/// « 9 bv rue ». Not what ordinals end with.
fn is_short_repetition(word: &str) -> bool {
    let bytes = word.as_bytes();
    let is_short = bytes.len() < 3 || bytes.len() == 3 && bytes[2].is_ascii_digit();
    is_short
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && !matches!(word, "e" | "er" | "re" | "nd")
        && (matches!(word, "a" | "d" | "l" | "s") || !is_joining(word))
}

impl Parts {
    /// Finds the parts.
    pub fn of(words: &Words, gazetteer: &Gazetteer) -> Self {
        let mut parts = Self::default();
        let end = without_country(words);
        let postcode = postcode(words, end, gazetteer);
        if let Some((code, at)) = postcode {
            parts.postcode = Some(code);
            parts.before = 0..at.start.saturating_sub(country_before(words, at.start));
            parts.town = parts.without_cedex(words, at.end..end);
            if parts.town.is_empty() {
                parts.before = parts.without_cedex(words, parts.before.clone());
            }
            parts.postcode_at = at;
        } else {
            let all = parts.without_cedex(words, 0..end);
            parts.town = parts.without_areas(words, all, gazetteer);
        }
        parts
    }

    /// The range without CEDEX and its number at the end, slips of the finger seen through.
    fn without_cedex(&mut self, words: &Words, mut range: Range<usize>) -> Range<usize> {
        let is_cedex = |word: &str| word == "cdx" || word.len() > 3 && within_one(word, "cedex");
        loop {
            let found = range
                .clone()
                .rev()
                .take(3)
                .find(|&i| is_cedex(words.get(i)));
            // Only a number may follow it.
            let Some(at) = found.filter(|at| (at + 1..range.end).all(|i| is_number(words.get(i))))
            else {
                return range;
            };
            self.is_cedex = true;
            range.end = at;
        }
    }

    /// The range without départements and régions after the town: « Pau (64) », « Pau, Pyrénées-Atlantiques ».
    fn without_areas(
        &mut self,
        words: &Words,
        range: Range<usize>,
        gazetteer: &Gazetteer,
    ) -> Range<usize> {
        let mut range = range;
        let mut name = Name::default();
        while let Some(start) = (range.start + 1..range.end)
            .rev()
            .find(|&i| words.breaks(i))
        {
            let alone = (range.end - start == 1)
                .then(|| prefix(words.get(start)))
                .flatten();
            name.read(&words.all(start..range.end));
            let area = alone
                .map(Area::Departement)
                .or_else(|| gazetteer.area(&name.bare));
            // Paris and La Réunion are written alone as well, Paris as a town.
            let is_town =
                area.is_some() && alone.is_none() && !gazetteer.named(&name.bare).is_empty();
            let Some(area) = area.filter(|_| !is_town) else {
                break;
            };
            if let Area::Departement(prefix) = area {
                self.departement = Some(prefix);
            }
            range.end = start;
        }
        // « Pau 64 »
        if range.len() > 1 && self.departement.is_none() {
            let last = range.end - 1;
            if let Some(found) = prefix(words.get(last)).filter(|_| !is_number(words.get(last - 1)))
            {
                let city = matches!(words.get(last - 1), "paris" | "lyon" | "marseille");
                if !city {
                    self.departement = Some(found);
                    range.end = last;
                }
            }
        }
        range
    }
}

/// Where the text ends before the name of the country. « Roissy-en-France » is a town.
fn without_country(words: &Words) -> usize {
    let end = words.len();
    let [.., before, last] = [0, end.wrapping_sub(2), end.wrapping_sub(1)];
    if end < 2 || !matches!(words.get(last), "france" | "fr" | "fra") {
        return end;
    }
    let joined = !words.breaks(last) && is_joining(words.get(before));
    if joined { end } else { last }
}

/// How many words before a postcode say the country: « F-64000 ».
fn country_before(words: &Words, at: usize) -> usize {
    usize::from(at > 0 && matches!(words.get(at - 1), "f" | "fr") && !words.breaks(at))
}

/// The postcode and where it stands: the last one that communes have, else the last that looks like one.
fn postcode(
    words: &Words,
    end: usize,
    gazetteer: &Gazetteer,
) -> Option<(CodePostal, Range<usize>)> {
    let mut unknown = None;
    for i in (0..end).rev() {
        let word = words.get(i);
        let in_box = i > 0
            && matches!(
                words.get(i - 1),
                "bp" | "cs" | "tsa" | "boite" | "postale" | "n" | "no"
            );
        if in_box {
            continue;
        }
        let found = match word.len() {
            5 => word.parse().ok().map(|code| (code, i..i + 1)),
            // « 64 000 »
            3 if i > 0 && is_number(word) && words.get(i - 1).len() == 2 && !words.breaks(i) => {
                let joined = format!("{}{word}", words.get(i - 1));
                joined.parse().ok().map(|code| (code, i - 1..i + 1))
            }
            // A spreadsheet has eaten the zero.
            4 if i > 0 && i + 1 < end && is_number(word) => {
                let padded = format!("0{word}").parse().ok();
                padded
                    .filter(|code| !gazetteer.with_postcode(*code).is_empty())
                    .map(|code| (code, i..i + 1))
            }
            _ => None,
        };
        if let Some((code, at)) = found {
            let exact = word.len() == 5;
            if !gazetteer.with_postcode(code).is_empty() {
                // The number of a house is no postcode, unless nothing else stands before the town.
                return Some((code, at));
            }
            let likely = exact && code.as_str() >= "01000" && code.as_str() < "99000";
            if likely && unknown.is_none() {
                unknown = Some((code, at));
            }
        }
    }
    unknown
}

/// A number with the rest of its range: « 12-14 », « 12 à 14 ».
fn with_range(words: &Words, before: &Range<usize>, mut number: Range<usize>) -> Range<usize> {
    if number.is_empty() {
        return number;
    }
    let start = number.start;
    let is_dashed =
        words.joins(start) && start > before.start && is_house_number(words.get(start - 1));
    let is_spelt = start > before.start + 1
        && words.get(start - 1) == "a"
        && is_house_number(words.get(start - 2))
        && !words.breaks(start);
    if is_dashed {
        number.start -= 1;
    } else if is_spelt {
        number.start -= 2;
    }
    while number.end + 1 < before.end
        && words.joins(number.end)
        && is_house_number(words.get(number.end))
    {
        number.end += 1;
    }
    number
}

/// The number and the street in what stands before the town: ranges of words.
pub(super) fn street(words: &Words, before: Range<usize>) -> (Range<usize>, Range<usize>) {
    let first = before.clone().find(|&i| is_street_word(words.get(i)));
    let numbered = |i: usize| i > before.start && is_house_number(words.get(i - 1));
    let (number, start) = match first {
        Some(i) if numbered(i) => (i - 1..i, i),
        Some(i)
            if i > before.start + 1
                && (is_repetition(words.get(i - 1)) || is_short_repetition(words.get(i - 1)))
                && is_number(words.get(i - 2)) =>
        {
            (i - 2..i, i)
        }
        _ => {
            let mut end = before.start;
            if before.len() > 1 && is_house_number(words.get(before.start)) {
                end += 1;
                // « 5 a Plae de l’Église », whose street word has a slip; « 5 L’Orée » is no repetition.
                let alone = |i: usize| {
                    let word = words.get(i);
                    // « 46 Ru David Bowie » lacks a letter and has no repetition.
                    word.len() == 1 && is_short_repetition(word) && !words.joins(i + 1)
                };
                if before.len() > 2 && (is_repetition(words.get(end)) || alone(end)) {
                    end += 1;
                }
            }
            (
                before.start..end,
                end.max(first.unwrap_or(end).min(before.end)),
            )
        }
    };
    let number = with_range(words, &before, number);
    let start = if number.is_empty() {
        first.unwrap_or(start)
    } else {
        number.end
    };
    let stop = (start + 1..before.end)
        .find(|&i| words.breaks(i))
        .unwrap_or(before.end);
    (number, start.min(stop)..stop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_its_repetition_and_its_range_with_it() {
        for (text, number, voie) in [
            ("12 bis rue de la Paix", "12 bis", "rue de la Paix"),
            ("12-14 rue de la Paix", "12-14", "rue de la Paix"),
            ("12 à 14 rue de la Paix", "12 à 14", "rue de la Paix"),
            ("9 a rue de Rivoli", "9 a", "rue de Rivoli"),
            ("9 p1 rue de Rivoli", "9 p1", "rue de Rivoli"),
            ("9bv rue de Rivoli", "9bv", "rue de Rivoli"),
            ("5 a Plae de l’Église", "5 a", "Plae de l’Église"),
            ("46 Ru David Bowie", "46", "Ru David Bowie"),
            ("5 L’Orée du Bois", "5", "L’Orée du Bois"),
            ("12 de la Paix", "12", "de la Paix"),
        ] {
            let words = Words::of(text);
            let (found, street) = super::street(&words, 0..words.len());
            assert_eq!(words.written(text, found), Some(number), "{text}");
            assert_eq!(words.written(text, street), Some(voie), "{text}");
        }
    }
}
