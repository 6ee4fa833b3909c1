//! Finding today's communes by a part of their name.

use super::places::PlaceId;
use crate::domain::administrative::Commune;
use crate::domain::fold::{fold, fold_into};

/// The folded names of all communes, those with most people first.
#[derive(Debug)]
pub struct Names {
    places: Vec<PlaceId>,
    /// One after the other.
    folded: String,
    /// Where each ends in `folded`.
    ends: Vec<usize>,
}

impl Names {
    /// Arranges names.
    #[must_use]
    pub fn new(communes: &[Commune]) -> Self {
        let mut places: Vec<PlaceId> = (0..communes.len()).collect();
        places.sort_by_key(|&p| (std::cmp::Reverse(communes[p].population), communes[p].code));
        let mut folded = String::new();
        let ends = places
            .iter()
            .map(|&p| {
                fold_into(&communes[p].nom, &mut folded);
                folded.len()
            })
            .collect();
        Self {
            places,
            folded,
            ends,
        }
    }

    /// All communes, those with most people first.
    #[must_use]
    pub fn by_population(&self) -> &[PlaceId] {
        &self.places
    }

    /// The communes whose name holds a text, however it is accented: first the ones of that very name, then those that
    /// begin with it, then those with a word that does, then the rest; among equals the most populous first. A text
    /// without a letter or digit finds none. Looks at every name, which takes about a millisecond.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<PlaceId> {
        let wanted = fold(text);
        let mut ranks: [Vec<PlaceId>; 4] = Default::default();
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut start = 0;
        for (&place, &end) in self.places.iter().zip(&self.ends) {
            let name = &self.folded[start..end];
            start = end;
            let Some(at) = name.find(&wanted) else {
                continue;
            };
            let begins_word = || {
                name.match_indices(&wanted)
                    .any(|(at, _)| name[..at].ends_with(' '))
            };
            let rank = if name.len() == wanted.len() {
                0
            } else if at == 0 {
                1
            } else if begins_word() {
                2
            } else {
                3
            };
            ranks[rank].push(place);
        }
        ranks.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_very_name_comes_before_beginnings_words_and_the_rest() {
        let commune = |nom: &str, population: u32| Commune {
            code: "01001".parse().unwrap(),
            nom: nom.to_owned(),
            population,
            departement: "01".parse().unwrap(),
            region: "84".parse().unwrap(),
            epci: None,
            ept: None,
        };
        let communes = [
            commune("Épaux", 9_000),
            commune("Saint-Pau", 50),
            commune("Paulhan", 3_000),
            commune("Pau", 1),
            commune("Paulhac", 4_000),
        ];
        let names = Names::new(&communes);
        assert_eq!(names.search("PAÙ"), [3, 4, 2, 1, 0]);
        assert!(names.search("  ’").is_empty());
        assert!(names.search("lyon").is_empty());
        assert_eq!(names.by_population()[0], 0);
    }
}
