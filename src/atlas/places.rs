//! All communes that a code can name, with or without an outline.

use super::error::AtlasError;
use crate::domain::administrative::{Commune, Passage};
use crate::domain::codes::CommuneCode;
use crate::domain::tables::Tables;
use crate::index::codes::Codes;
use foldhash::HashMap;

/// The number of a commune: that of its face where it has one, then those without.
pub type PlaceId = usize;

/// Communes and the codes that lead to them.
#[derive(Debug)]
pub struct Places {
    communes: Vec<Commune>,
    faces: usize,
    /// For communes without an outline of their own: the face that contains them.
    shared: Vec<Option<PlaceId>>,
    codes: Codes<CommuneCode>,
    passages: HashMap<CommuneCode, Vec<Passage>>,
}

/// What a code leads to.
#[derive(Debug)]
pub enum Named<'a> {
    /// A commune of today.
    Current(PlaceId),
    /// A code that was, and the communes that answer for it today, at least one.
    Former(&'a [Passage], Vec<PlaceId>),
}

impl Places {
    /// Takes the communes out of the tables.
    ///
    /// # Errors
    /// A code that comes twice, an outline or a passage that leads nowhere.
    pub fn new(tables: &mut Tables) -> Result<Self, AtlasError> {
        let mut communes = std::mem::take(&mut tables.communes);
        let faces = communes.len();
        let without = std::mem::take(&mut tables.without_outline);
        let outline_of: Vec<_> = without.iter().map(|w| w.outline_of).collect();
        communes.extend(without.into_iter().map(|w| w.commune));
        let twice = |c: CommuneCode| AtlasError::Twice {
            what: "la commune",
            code: c.to_string(),
        };
        let codes = Codes::new(communes.iter().map(|c| c.code)).map_err(twice)?;
        let unknown = |code: CommuneCode, by: CommuneCode| AtlasError::Unknown {
            what: "la commune",
            code: code.to_string(),
            by: by.to_string(),
        };
        let mut shared = Vec::with_capacity(outline_of.len());
        for (of, commune) in outline_of.into_iter().zip(&communes[faces..]) {
            let face = match of {
                Some(code) => Some(
                    codes
                        .get(&code)
                        .ok_or_else(|| unknown(code, commune.code))?,
                ),
                None => None,
            };
            shared.push(face);
        }
        let mut passages: HashMap<CommuneCode, Vec<Passage>> = HashMap::default();
        for passage in std::mem::take(&mut tables.passages) {
            // A code that is in use again names the commune of today. An outline file of a part of the
            // country lacks the others.
            if codes.get(&passage.code).is_none() && codes.get(&passage.actuelle).is_some() {
                passages.entry(passage.code).or_default().push(passage);
            }
        }
        Ok(Self {
            communes,
            faces,
            shared,
            codes,
            passages,
        })
    }

    /// The commune with a number.
    #[must_use]
    pub fn commune(&self, place: PlaceId) -> &Commune {
        &self.communes[place]
    }

    /// All communes: those with a face first, in the order of faces.
    #[must_use]
    pub fn communes(&self) -> &[Commune] {
        &self.communes
    }

    /// How many communes have a face.
    #[must_use]
    pub fn face_count(&self) -> usize {
        self.faces
    }

    /// The face that contains a commune: its own, or the one it shares.
    #[must_use]
    pub fn face(&self, place: PlaceId) -> Option<PlaceId> {
        if place < self.faces {
            Some(place)
        } else {
            self.shared[place - self.faces]
        }
    }

    /// The communes that share a face that is not theirs: (commune, face).
    pub fn sharing(&self) -> impl Iterator<Item = (PlaceId, PlaceId)> + '_ {
        self.shared
            .iter()
            .enumerate()
            .filter_map(|(i, face)| Some((self.faces + i, (*face)?)))
    }

    /// The commune of today with a code.
    #[must_use]
    pub fn current(&self, code: CommuneCode) -> Option<PlaceId> {
        self.codes.get(&code)
    }

    /// What a code leads to, today's or a former one.
    #[must_use]
    pub fn named(&self, code: CommuneCode) -> Option<Named<'_>> {
        if let Some(place) = self.current(code) {
            return Some(Named::Current(place));
        }
        let passages = self.passages.get(&code)?;
        // Each leads somewhere: checked when they were taken in.
        let places = passages
            .iter()
            .filter_map(|p| self.codes.get(&p.actuelle))
            .collect();
        Some(Named::Former(passages, places))
    }
}
