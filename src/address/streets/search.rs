//! What is typed, completed: streets whose name, or its end from one of its words on, begins with the words.
//!
//! After the street may stand a town, the beginning of one, or a postcode. Every reading of the words is tried, those
//! that take most of them for the street first; slips are looked for only where nothing else is found. The number of
//! names looked at is bounded, so that a short beginning costs no more over all of France than over a town.

use std::io;

use fst::{Automaton, IntoStreamer, Streamer};

use super::super::names::is_joining;
use super::index::{Streets, name, town_key};
use super::record::Street;
use super::slip::Near;
use super::spelling::Spelling;
use crate::domain::codes::{CodePostal, CommuneCode};
use crate::domain::fold::fold;

/// So many are given at most.
const MAX_HITS: usize = 50;
/// So many words are read.
const MAX_WORDS: usize = 12;
/// So many names are looked at for one text, in all its readings: some microsecond each.
const MAX_KEYS: usize = 600;
/// So many towns may bear, or begin with, the words after the street.
const MAX_TOWNS: usize = 64;
/// Shorter texts are not looked for with slips.
const MIN_SLIPPED: usize = 6;

/// A street that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct StreetHit {
    /// Its name.
    pub voie: String,
    /// The commune's name in the file.
    pub commune_nom: String,
    /// The postcode, where the file has one.
    pub postcode: Option<CodePostal>,
    /// The commune's code in the file.
    pub insee: CommuneCode,
    /// On it: WGS84 degrees, longitude first.
    pub position: [f64; 2],
    /// How many house numbers it has.
    pub numbers: u32,
}

/// A way to read the words.
struct Wanted {
    /// The street's name begins so.
    text: String,
    /// Whether the last word is whole: something stands after it.
    is_whole: bool,
    /// In one of these; anywhere where there are none.
    towns: Vec<CommuneCode>,
    /// Postcodes begin so.
    postcode: String,
}

/// A street found: order of its name, numbers, place.
type Ranked = (bool, bool, u32, u64);

impl Streets {
    /// Completes a text, the likeliest first, `limit` and 50 at most; nothing where the index cannot be read.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<StreetHit> {
        let limit = limit.min(MAX_HITS);
        let folded = fold(text.get(..super::super::MAX_CHARACTERS).unwrap_or(text));
        let is_open = text.ends_with(char::is_alphanumeric);
        let readings = self.readings(&folded, is_open);
        let mut places: Vec<u64> = Vec::new();
        for slips in [0, 1] {
            let mut keys = MAX_KEYS;
            for wanted in &readings {
                if places.len() >= limit || (slips > 0 && wanted.text.len() < MIN_SLIPPED) {
                    continue;
                }
                for (_, _, _, at) in self.matching(wanted, slips, &mut keys) {
                    if places.len() < limit && !places.contains(&at) {
                        places.push(at);
                    }
                }
            }
            if !places.is_empty() {
                break;
            }
        }
        let read: io::Result<Vec<Vec<Street>>> = places
            .into_iter()
            .map(|at| Street::read(&self.records, at, 1))
            .collect();
        read.unwrap_or_default()
            .into_iter()
            .flatten()
            .map(hit)
            .collect()
    }

    /// The ways to read the words, the likeliest first.
    fn readings(&self, folded: &str, is_open: bool) -> Vec<Wanted> {
        let mut words: Vec<&str> = folded
            .split(' ')
            .filter(|w| !w.is_empty())
            .take(MAX_WORDS)
            .collect();
        // The number of a house comes before its street.
        let is_number = |w: &&str| w.starts_with(|c: char| c.is_ascii_digit());
        while words.len() > 1 && words.first().is_some_and(is_number) {
            words.remove(0);
            if words.len() > 1 && matches!(words[0], "bis" | "ter" | "quater") {
                words.remove(0);
            }
        }
        let mut readings = Vec::new();
        for count in (1..=words.len()).rev() {
            let (street, rest) = words.split_at(count);
            let Some((towns, postcode)) = self.place(rest) else {
                continue;
            };
            let is_whole = !rest.is_empty() || !is_open;
            for text in beginnings(street, is_whole) {
                readings.push(Wanted {
                    text,
                    is_whole,
                    towns: towns.clone(),
                    postcode: postcode.clone(),
                });
            }
        }
        readings
    }

    /// The towns and the postcode that words after a street name; none where they name nothing.
    fn place(&self, words: &[&str]) -> Option<(Vec<CommuneCode>, String)> {
        let is_code =
            |w: &&&str| (2..=5).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit());
        let (codes, names): (Vec<&str>, Vec<&str>) = words.iter().partition(|w| is_code(w));
        let postcode = match codes[..] {
            [] => String::new(),
            [code] => code.to_owned(),
            _ => return None,
        };
        if names.is_empty() {
            return Some((Vec::new(), postcode));
        }
        let begin = town_key(&names.join(" "));
        let found = self
            .towns
            .range(begin.clone()..)
            .take_while(|(town, _)| town.starts_with(&begin));
        let mut towns: Vec<CommuneCode> = found
            .flat_map(|(_, codes)| codes.iter().copied())
            .take(MAX_TOWNS)
            .collect();
        towns.sort_unstable();
        towns.dedup();
        (!towns.is_empty()).then_some((towns, postcode))
    }

    /// The streets for a reading, the likeliest first.
    fn matching(&self, wanted: &Wanted, slips: u8, keys: &mut usize) -> Vec<Ranked> {
        let mut found = Vec::new();
        if slips > 0 {
            self.walk(
                wanted,
                &Near::beginning(&wanted.text, slips),
                keys,
                &mut found,
            );
        } else {
            // The whole name in a town that was named is looked up, however many other towns have it.
            for town in &wanted.towns {
                let key = format!("{}\0{town}", wanted.text);
                let past = format!("{key}\u{7f}");
                let mut stream = self.names.range().ge(&key).lt(&past).into_stream();
                while let Some((key, value)) = stream.next() {
                    wanted.take(key, value, &mut found);
                }
            }
            if found.is_empty() {
                let begins = fst::automaton::Str::new(&wanted.text).starts_with();
                self.walk(wanted, &begins, keys, &mut found);
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found
    }

    fn walk<A: Automaton>(
        &self,
        wanted: &Wanted,
        names: &A,
        keys: &mut usize,
        found: &mut Vec<Ranked>,
    ) {
        let mut stream = self.names.search(names).into_stream();
        while *keys > 0
            && let Some((key, value)) = stream.next()
        {
            *keys -= 1;
            wanted.take(key, value, found);
        }
    }
}

impl Wanted {
    /// Takes a name that begins as it should, where it stands in the right place.
    fn take(&self, key: &[u8], value: u64, found: &mut Vec<Ranked>) {
        let Some((text, place)) = key.split_at_checked(key.len().saturating_sub(11)) else {
            return;
        };
        let in_town = self.towns.is_empty()
            || self
                .towns
                .iter()
                .any(|t| place[1..].starts_with(t.as_str().as_bytes()));
        if in_town && place[6..].starts_with(self.postcode.as_bytes()) {
            let (at, start, houses) = name::unpack(value);
            let ends_word = text.get(self.text.len()).is_none_or(|b| *b == b' ');
            let complete = text.len() == self.text.len();
            // A word that is whole comes before one that goes on; the name before its end.
            found.push((
                complete || (self.is_whole && ends_word),
                start == 0,
                houses,
                at,
            ));
        }
    }
}

/// How the name of a street may begin: as written out, and with the last word as it stands.
fn beginnings(words: &[&str], is_whole: bool) -> Vec<String> {
    let written = Spelling::of_folded(&words.join(" ")).spaced;
    let mut texts = Vec::with_capacity(2);
    if let (false, Some((last, before))) = (is_whole, words.split_last()) {
        // « av » goes on to « avenue », « d » to « duc », and « l » of « rue de l » joins nothing yet.
        let mut text = Spelling::of_folded(&format!("{} x", before.join(" "))).spaced;
        text.pop();
        text.push_str(last);
        texts.push(text);
        if is_joining(last) && !before.is_empty() {
            texts.push(Spelling::of_folded(&before.join(" ")).spaced + " ");
        }
    }
    texts.push(written);
    texts.dedup();
    texts
}

fn hit(street: Street) -> StreetHit {
    StreetHit {
        position: street.position.degrees(),
        voie: street.voie,
        commune_nom: street.ville,
        postcode: street.postcode,
        insee: street.insee,
        numbers: street.houses,
    }
}
