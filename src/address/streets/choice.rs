//! Which of the streets that a name may be of is meant.

use std::cmp::Ordering;
use std::fs::File;
use std::io;

use super::house::House;
use super::record::{Placed, Street};
use crate::domain::codes::CodePostal;

/// A street that may be meant.
pub(super) struct Candidate {
    pub street: Street,
    /// Its number, where it has the one asked for.
    pub placed: Option<Placed>,
    /// Whether it is under the postcode asked for.
    pub has_postcode: bool,
    /// Whether its name is the same with its joining words.
    pub is_whole: bool,
}

impl Candidate {
    /// Weighs a street.
    pub fn new(
        street: Street,
        is_whole: bool,
        postcode: Option<CodePostal>,
        asked: Option<House>,
        houses: &File,
    ) -> io::Result<Self> {
        let placed = match asked {
            Some(house) => street.house(houses, house)?,
            None => None,
        };
        Ok(Self {
            has_postcode: postcode.is_some() && street.postcode == postcode,
            placed,
            is_whole,
            street,
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let key = |c: &Self| (c.has_postcode, c.placed.is_some(), c.is_whole);
        key(self).cmp(&key(other))
    }
}

/// The one that fits best: by its postcode, then by having the number, then by its very name. None where several fit
/// as well as each other.
pub(super) fn best(candidates: Vec<Candidate>) -> Option<Candidate> {
    let mut best: Option<Candidate> = None;
    let mut is_single = true;
    for candidate in candidates {
        match best
            .as_ref()
            .map_or(Ordering::Greater, |b| candidate.compare(b))
        {
            Ordering::Greater => {
                best = Some(candidate);
                is_single = true;
            }
            Ordering::Equal => is_single = false,
            Ordering::Less => {}
        }
    }
    best.filter(|_| is_single)
}
