//! Answers for what names several communes at once: a postcode, an EPCI.

use std::collections::BTreeSet;

use super::answer::{Answer, Question, enumerate};
use super::places::PlaceId;
use crate::domain::administrative::Intercommunalite;
use crate::domain::answer::{Base, Reponse};
use crate::domain::codes::{CodePostal, Siren};

/// How many territories a sentence names before it counts them.
const NAMED: usize = 3;

impl<'a> Question<'a> {
    /// Answers for a postcode; `None` where no commune has it.
    #[must_use]
    pub fn of_postcode(&self, code: CodePostal) -> Option<Answer<'a>> {
        let places = self.atlas.places.with_postcode(code);
        match places {
            [] => None,
            &[only] => {
                let mut answer = self.of_place(only, Base::CodePostal);
                let commune = self.atlas.places.commune(only);
                answer.explication = format!(
                    "Le code postal {code} est celui d’une seule commune, {}. {}",
                    commune.nom, answer.explication
                );
                Some(answer)
            }
            several => {
                let what = format!("le code postal {code} dessert {} communes", several.len());
                Some(self.of_several(several, Base::CodePostal, &what))
            }
        }
    }

    /// Answers for an EPCI or EPT, of today or of the list's COG year; `None` for a SIREN of neither.
    #[must_use]
    pub fn of_epci(&self, siren: Siren) -> Option<Answer<'a>> {
        let epci = self.intercommunalite(siren)?;
        let places = self.atlas.communes_of(epci);
        let what = format!("{} réunit {} communes", epci.nom, places.len());
        let mut answer = self.of_several(&places, Base::Epci, &what);
        if let (Reponse::Oui, Some((territoire, _))) = (answer.reponse, answer.territoire) {
            answer.membre = territoire.intercommunalite(siren);
            answer.explication = match answer.membre {
                Some(_) => format!(
                    "{} est membre du Territoire d’industrie {}.",
                    epci.nom, territoire.nom
                ),
                None => format!(
                    "Toutes les communes de {} font partie du Territoire d’industrie {}.",
                    epci.nom, territoire.nom
                ),
            };
        }
        Some(answer)
    }

    /// An EPCI or EPT of today, or else of the list's COG year.
    fn intercommunalite(&self, siren: Siren) -> Option<&'a Intercommunalite> {
        let tables = &self.atlas.tables;
        [tables.cog, self.edition.cog]
            .into_iter()
            .filter_map(|year| tables.intercommunalites.get(&year))
            .find_map(|all| all.iter().find(|i| i.siren == siren))
    }

    /// Answers for communes together: yes or no where they agree. `what` says what names them and how many there are,
    /// without a capital.
    fn of_several(&self, places: &[PlaceId], base: Base, what: &str) -> Answer<'a> {
        let answers: Vec<Answer<'a>> = places.iter().map(|&p| self.of_place(p, base)).collect();
        let outcome = |a: &Answer| (a.reponse, a.territoire.map(|t| t.0.id.clone()));
        let agreed = answers.windows(2).all(|w| outcome(&w[0]) == outcome(&w[1]));
        let years = self.phase.years();
        let mut answer = match answers.first() {
            Some(first) if agreed && first.reponse != Reponse::Incertain => Answer {
                commune: None,
                membre: None,
                ..first.clone()
            },
            _ => self.blank(Reponse::Incertain, base),
        };
        answer.explication = match (answer.reponse, answer.territoire) {
            (Reponse::Oui, Some((territoire, _))) => {
                if answers.windows(2).all(|w| w[0].membre == w[1].membre) {
                    answer.membre = answers[0].membre;
                }
                format!(
                    "{}, qui font toutes partie du Territoire d’industrie {}.",
                    capitalised(what),
                    territoire.nom
                )
            }
            (Reponse::Non, _) => format!(
                "{}, dont aucune ne fait partie d’un Territoire d’industrie de la période {years}.",
                capitalised(what)
            ),
            _ => disagreement(&answers, what),
        };
        if answer.reponse == Reponse::Incertain {
            answer.candidats = answers;
        }
        answer
    }
}

/// Says how many are in, out and divided.
fn disagreement(answers: &[Answer], what: &str) -> String {
    let territoires: BTreeSet<&str> = answers
        .iter()
        .filter_map(|a| a.territoire)
        .map(|(t, _)| t.nom.as_str())
        .collect();
    let inside = answers.iter().filter(|a| a.reponse == Reponse::Oui).count();
    let outside = answers.iter().filter(|a| a.reponse == Reponse::Non).count();
    let divided = answers.len() - inside - outside;
    let named = if territoires.len() <= NAMED {
        enumerate(territoires.iter().copied())
    } else {
        format!("{} territoires différents", territoires.len())
    };
    let mut parts = Vec::new();
    let plural = |n: usize, one: &str, more: &str| {
        if n == 1 {
            format!("1 {one}")
        } else {
            format!("{n} {more}")
        }
    };
    if inside > 0 {
        let verb = plural(inside, "fait partie", "font partie");
        parts.push(format!("{verb} d’un Territoire d’industrie ({named})"));
    }
    if outside > 0 {
        parts.push(plural(
            outside,
            "ne fait partie d’aucun",
            "ne font partie d’aucun",
        ));
    }
    if divided > 0 {
        parts.push(plural(
            divided,
            "n’en fait partie que par endroits",
            "n’en font partie que par endroits",
        ));
    }
    format!(
        "Cela dépend de la commune\u{a0}: {what}, dont {}.",
        enumerate(parts.iter().map(String::as_str))
    )
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}
