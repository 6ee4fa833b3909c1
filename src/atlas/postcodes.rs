//! Postcodes and today's communes, both ways. La Poste's districts are not INSEE's: one may serve forty communes, and
//! a commune may have forty.

use foldhash::HashMap;

use super::places::PlaceId;
use crate::domain::codes::CodePostal;

/// Which communes a postcode serves, and which postcodes a commune has.
#[derive(Debug, Default)]
pub(super) struct Postcodes {
    /// In the order of commune codes.
    places: HashMap<CodePostal, Vec<PlaceId>>,
    /// In order, one commune after the other.
    codes: Vec<CodePostal>,
    /// Where each commune's begin in `codes`, and where the last one's end.
    starts: Vec<usize>,
}

impl Postcodes {
    /// Takes the pairs of postcode and commune as they are for the `count` communes of today. `merged` are pairs of
    /// communes that were merged since: they speak only for postcodes that nobody has today.
    pub(super) fn new(
        count: usize,
        today: &[(CodePostal, PlaceId)],
        merged: &[(CodePostal, PlaceId)],
        order: impl Fn(&PlaceId, &PlaceId) -> std::cmp::Ordering,
    ) -> Self {
        let mut places: HashMap<CodePostal, Vec<PlaceId>> = HashMap::default();
        for &(code, place) in today {
            places.entry(code).or_default().push(place);
        }
        let mut orphans: HashMap<CodePostal, Vec<PlaceId>> = HashMap::default();
        for &(code, place) in merged.iter().filter(|(code, _)| !places.contains_key(code)) {
            orphans.entry(code).or_default().push(place);
        }
        places.extend(orphans);
        let mut pairs = Vec::with_capacity(today.len());
        for (&code, of_code) in &mut places {
            of_code.sort_unstable_by(&order);
            of_code.dedup();
            pairs.extend(of_code.iter().map(|&place| (place, code)));
        }
        pairs.sort_unstable();
        let starts = (0..=count)
            .map(|place| pairs.partition_point(|(p, _)| *p < place))
            .collect();
        Self {
            places,
            codes: pairs.into_iter().map(|(_, code)| code).collect(),
            starts,
        }
    }

    /// The communes that a postcode serves.
    pub(super) fn places(&self, code: CodePostal) -> &[PlaceId] {
        self.places.get(&code).map_or(&[], Vec::as_slice)
    }

    /// The postcodes of a commune.
    pub(super) fn of(&self, place: PlaceId) -> &[CodePostal] {
        &self.codes[self.starts[place]..self.starts[place + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_and_communes_find_each_other_and_merged_communes_speak_last() {
        let code = |text: &str| text.parse::<CodePostal>().unwrap();
        let (pau, shared, old) = (code("64000"), code("64121"), code("64999"));
        let today = [(shared, 2), (pau, 0), (shared, 1), (shared, 2)];
        let merged = [(pau, 1), (old, 1)];
        let built = Postcodes::new(3, &today, &merged, |a, b| b.cmp(a));
        assert_eq!(built.places(pau), [0]);
        assert_eq!(built.places(shared), [2, 1]);
        assert_eq!(built.places(old), [1]);
        assert!(built.places(code("00000")).is_empty());
        assert_eq!(built.of(0), [pau]);
        assert_eq!(built.of(1), [shared, old]);
        assert_eq!(built.of(2), [shared]);
    }
}
