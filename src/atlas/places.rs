//! All communes that a code can name, with or without an outline.

use super::error::AtlasError;
use super::postcodes::Postcodes;
use crate::domain::administrative::{Commune, Passage, PassageKind};
use crate::domain::codes::{CodePostal, CommuneCode};
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
    postcodes: Postcodes,
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
        let mut built = Self {
            communes,
            faces,
            shared,
            codes,
            passages,
            postcodes: Postcodes::default(),
        };
        built.postcodes = built.with_postcodes(&tables.postcodes);
        Ok(built)
    }

    fn with_postcodes(&self, pairs: &[(CodePostal, CommuneCode)]) -> Postcodes {
        let (mut today, mut merged) = (Vec::new(), Vec::new());
        for &(postcode, code) in pairs {
            match self.named(code) {
                Some(Named::Current(place)) => today.push((postcode, place)),
                Some(Named::Former(passages, places)) => {
                    let arrondissement = passages
                        .iter()
                        .any(|p| p.kind == PassageKind::Arrondissement);
                    let to = if arrondissement {
                        &mut today
                    } else {
                        &mut merged
                    };
                    to.extend(places.into_iter().map(|place| (postcode, place)));
                }
                // An outline file of a part of the country lacks the others.
                None => {}
            }
        }
        let by_code =
            |a: &PlaceId, b: &PlaceId| self.communes[*a].code.cmp(&self.communes[*b].code);
        Postcodes::new(self.communes.len(), &today, &merged, by_code)
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

    /// Today's communes that a postcode serves, in the order of their codes; none for a postcode that the data do not
    /// know. A postcode that serves today no commune but once served one that was merged gives the merged commune.
    #[must_use]
    pub fn with_postcode(&self, code: CodePostal) -> &[PlaceId] {
        self.postcodes.places(code)
    }

    /// The postcodes of a commune, in order.
    #[must_use]
    pub fn postcodes(&self, place: PlaceId) -> &[CodePostal] {
        self.postcodes.of(place)
    }

    /// All lines of the passage table that lead somewhere, in no particular order.
    pub fn passages(&self) -> impl Iterator<Item = &Passage> {
        self.passages.values().flatten()
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
