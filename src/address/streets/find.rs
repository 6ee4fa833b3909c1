//! From the parts of an address to a street and a number.
//!
//! The first of these that finds a street decides: the same words; the same words but for those that join others; a
//! name one slip away; the name without titles and first names before it (« rue Leclerc »); two slips away, for long
//! names. Digits in a name are never slips: the 8th of May is not the 9th.

use std::io;

use fst::{IntoStreamer, Map, Streamer};

use super::choice::{self, Candidate};
use super::house::House;
use super::index::{Streets, name, without_arrondissement};
use super::record::Street;
use super::slip::Near;
use super::spelling::{Spelling, without_complement};
use crate::domain::answer::Precision;
use crate::domain::codes::{CodePostal, CommuneCode};
use crate::domain::fold::fold;

/// So many streets of one name in a commune are weighed: « rue de l’Église » after a merger of twenty.
const MAX_STREETS: usize = 64;
/// So many names as near as each other are weighed.
const MAX_NAMES: usize = 16;
/// So many keys are looked at.
const MAX_KEYS: usize = 256;
/// Shorter names are not looked for with slips: every slip makes another name of them.
const MIN_SLIPPED: usize = 6;
/// Two slips are forgiven to names of so many letters.
const LONG: usize = 14;
/// No name is longer: a text that is has no street of its own.
const MAX_LETTERS: usize = 120;

/// A street, or a number in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Located {
    /// [`Precision::Voie`] or [`Precision::Numero`].
    pub precision: Precision,
    /// How well the street's name fits, from 0 to 1.
    pub score: f64,
    /// As mail would have it: « 1 Avenue du Général Lemonnier 75001 Paris ».
    pub libelle: String,
    /// Where: WGS84 degrees, longitude first; a place on the street where the number is not known.
    pub position: [f64; 2],
    /// The postcode, where the file has one.
    pub postcode: Option<CodePostal>,
    /// The commune as the file has it: an arrondissement of Paris, say.
    pub insee: CommuneCode,
}

/// What is looked for.
struct Asked<'a> {
    commune: CommuneCode,
    postcode: Option<CodePostal>,
    house: Option<House>,
    spelling: &'a Spelling,
    bare: &'a str,
}

impl Streets {
    /// Finds a street in one of today's communes (75056 for all of Paris), and a number in it.
    ///
    /// A number that the street lacks gives the street; a postcode that none of the name has is overlooked, at a
    /// lower score. None where no street, or no single one, is meant, and where the index cannot be read.
    #[must_use]
    pub fn find(
        &self,
        commune: CommuneCode,
        postcode: Option<CodePostal>,
        voie: &str,
        numero: Option<&str>,
    ) -> Option<Located> {
        let folded = fold(voie.get(..super::super::MAX_CHARACTERS).unwrap_or(voie));
        let spelling = Spelling::of_folded(without_complement(&folded));
        let bare = spelling.bare();
        if bare.is_empty() || bare.len() > MAX_LETTERS {
            return None;
        }
        let asked = Asked {
            commune,
            postcode,
            house: numero.and_then(House::read),
            spelling: &spelling,
            bare: &bare,
        };
        let (candidate, score) = self.look(&asked).ok()??;
        Some(located(candidate, score, &asked))
    }

    fn look(&self, asked: &Asked) -> io::Result<Option<(Candidate, f64)>> {
        let key = |text: &str| format!("{}{text}", asked.commune);
        let exact = self.bare.get(key(asked.bare));
        if let Some(value) = exact.or_else(|| self.whole.get(key(&asked.spelling.whole))) {
            let found = choice::best(self.candidates(&[value], asked)?);
            return Ok(found.map(|c| {
                let score = if c.is_whole { 1.0 } else { 0.97 };
                (c, score)
            }));
        }
        if let Some(near) = self.near(asked, 1)? {
            return Ok(choice::best(near).map(|c| (c, 0.9)));
        }
        let ends = self.ending(asked)?;
        if !ends.is_empty() {
            return Ok(choice::best(ends).map(|c| (c, 0.85)));
        }
        let near = self.near(asked, 2)?;
        Ok(near.and_then(choice::best).map(|c| (c, 0.8)))
    }

    /// The streets that some values stand for.
    fn candidates(&self, values: &[u64], asked: &Asked) -> io::Result<Vec<Candidate>> {
        let mut candidates = Vec::new();
        for value in values {
            for street in self.group(*value, MAX_STREETS)? {
                candidates.push(self.candidate(street, asked)?);
            }
        }
        Ok(candidates)
    }

    fn candidate(&self, street: Street, asked: &Asked) -> io::Result<Candidate> {
        let is_whole = Spelling::of(&street.voie).whole == asked.spelling.whole;
        Candidate::new(street, is_whole, asked.postcode, asked.house, &self.houses)
    }

    /// The streets whose names are so many slips away and no fewer; none where there are none.
    fn near(&self, asked: &Asked, slips: u8) -> io::Result<Option<Vec<Candidate>>> {
        let least = if slips > 1 { LONG } else { MIN_SLIPPED };
        let mut texts = vec![asked.bare];
        for text in [&asked.spelling.whole, &asked.spelling.raw] {
            if !texts.contains(&text.as_str()) {
                texts.push(text);
            }
        }
        let mut values = Vec::new();
        let mut fewest = slips;
        for text in texts {
            if text.len() < least || text.len() > MAX_LETTERS {
                continue;
            }
            for map in [&self.bare, &self.whole] {
                nearest(map, asked.commune, text, &mut fewest, &mut values);
            }
        }
        values.sort_unstable();
        values.dedup();
        values.truncate(MAX_NAMES);
        if values.is_empty() {
            return Ok(None);
        }
        self.candidates(&values, asked).map(Some)
    }

    /// The streets of the same kind whose names end with the words, or of any kind where none was written.
    fn ending(&self, asked: &Asked) -> io::Result<Vec<Candidate>> {
        let (kind, end) = asked.spelling.split_kind();
        let mut candidates = Vec::new();
        if end.len() < MIN_SLIPPED - 1 {
            return Ok(candidates);
        }
        let key = format!("{end}\0{}", asked.commune);
        let past = format!("{key}\u{7f}");
        let mut found = self.names.range().ge(&key).lt(&past).into_stream();
        let mut places = Vec::new();
        while let Some((_, value)) = found.next() {
            let (at, start, _) = name::unpack(value);
            if start > 0 && places.len() < MAX_STREETS {
                places.push(at);
            }
        }
        for at in places {
            for street in Street::read(&self.records, at, 1)? {
                let spelling = Spelling::of(&street.voie);
                if kind.is_none() || spelling.split_kind().0 == kind {
                    candidates.push(self.candidate(street, asked)?);
                }
            }
        }
        Ok(candidates)
    }
}

/// Adds the values of the keys of a commune that are at most so many slips from a text; where some are nearer than
/// those before, these alone.
fn nearest(
    map: &Map<Vec<u8>>,
    commune: CommuneCode,
    text: &str,
    fewest: &mut u8,
    values: &mut Vec<u64>,
) {
    let near = Near::whole(commune.as_str(), text, *fewest);
    let digits = |bytes: &[u8]| {
        bytes
            .iter()
            .copied()
            .filter(u8::is_ascii_digit)
            .collect::<Vec<u8>>()
    };
    let same_digits = digits(text.as_bytes());
    let mut found = map
        .search_with_state(&near)
        .ge(commune.as_str())
        .into_stream();
    let mut keys = 0;
    while let Some((key, value, walk)) = found.next() {
        keys += 1;
        if keys > MAX_KEYS {
            break;
        }
        if digits(key.get(5..).unwrap_or_default()) != same_digits || walk.slips() > *fewest {
            continue;
        }
        if walk.slips() < *fewest {
            *fewest = walk.slips();
            values.clear();
        }
        values.push(value);
    }
}

fn located(candidate: Candidate, score: f64, asked: &Asked) -> Located {
    let Candidate {
        street,
        placed,
        has_postcode,
        ..
    } = candidate;
    let town = without_arrondissement(&street.ville);
    let place = match street.postcode {
        Some(postcode) => format!("{} {postcode} {town}", street.voie),
        None => format!("{} {town}", street.voie),
    };
    let overlooked = asked.postcode.is_some() && !has_postcode;
    let (precision, libelle, position) = match placed {
        Some(placed) => (
            Precision::Numero,
            format!("{} {place}", placed.house),
            placed.position,
        ),
        None => (Precision::Voie, place, street.position),
    };
    Located {
        precision,
        score: if overlooked { score * 0.85 } else { score },
        libelle,
        position: position.degrees(),
        postcode: street.postcode,
        insee: street.insee,
    }
}
