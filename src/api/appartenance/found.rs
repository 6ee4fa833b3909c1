//! Where an address is: its town by the gazetteer, its street and number by the streets where they were imported.

use crate::address::streets::Located;
use crate::address::{Candidate, Outcome};
use crate::api::state::App;
use crate::atlas::answer::{Answer, Question};
use crate::domain::answer::{Found, Geocoding, Precision, Reading};
use crate::domain::codes::CodePostal;

impl App {
    /// Answers for an address. A town that only a slip of the finger, or a part of a name, leads to is not taken for
    /// sure, even where there is no other.
    #[must_use]
    pub fn answer_address<'a>(&self, question: Question<'a>, address: &str) -> Answer<'a> {
        let read = self.gazetteer.resolve(address);
        let (found, is_clear) = match read.outcome {
            Outcome::Certain(candidate) => {
                let located = self.located(&candidate, &read.lecture, read.postcode);
                let mut found = in_town(candidate, read.lecture);
                if let Some(located) = located {
                    refine(&mut found.geocodage, located);
                }
                (vec![found], true)
            }
            Outcome::Ambiguous(candidates) => {
                let found = candidates.into_iter();
                let found = found.map(|candidate| in_town(candidate, read.lecture.clone()));
                (found.collect(), false)
            }
            Outcome::Unknown => (Vec::new(), false),
        };
        question.of_found(found, is_clear)
    }

    /// The street that was read, in a town that is certain.
    fn located(
        &self,
        town: &Candidate,
        read: &Reading,
        postcode: Option<CodePostal>,
    ) -> Option<Located> {
        let voie = read.voie.as_deref()?;
        let streets = self.streets.as_ref()?;
        streets.find(town.today, postcode, voie, read.numero.as_deref())
    }
}

/// Says the street or number in place of the town. The commune stays what it was.
fn refine(geocodage: &mut Geocoding, located: Located) {
    geocodage.precision = located.precision;
    geocodage.score *= located.score;
    geocodage.libelle = located.libelle;
    geocodage.position = Some(located.position);
}

fn in_town(candidate: Candidate, lecture: Reading) -> Found {
    Found {
        code: candidate.code,
        geocodage: Geocoding {
            precision: Precision::Commune,
            score: candidate.score,
            libelle: candidate.libelle,
            position: None,
            lecture,
        },
    }
}
