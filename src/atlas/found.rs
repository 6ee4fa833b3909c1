//! Answers for addresses, from the communes that they were found to be in.

use super::answer::{Answer, Question, enumerate};
use crate::domain::answer::{Base, Found, Reponse};

/// How many towns a sentence names before it counts them.
const NAMED: usize = 4;

impl<'a> Question<'a> {
    /// Answers for an address that is in one of these communes, the likeliest first: yes or no where it is clear.
    #[must_use]
    pub fn of_found(&self, found: Vec<Found>, is_clear: bool) -> Answer<'a> {
        let mut answers: Vec<Answer<'a>> = found
            .into_iter()
            .filter_map(|f| self.of_one_found(f))
            .collect();
        if is_clear && answers.len() == 1 {
            return answers.remove(0);
        }
        let mut answer = self.blank(Reponse::Incertain, Base::Adresse);
        answer.explication = self.which(&answers);
        answer.candidats = answers;
        answer
    }

    fn of_one_found(&self, found: Found) -> Option<Answer<'a>> {
        let mut answer = self.of_code(found.code, Base::Adresse)?;
        answer.geocodage = Some(found.geocodage);
        Some(answer)
    }

    /// Asks which town is meant.
    fn which(&self, answers: &[Answer<'a>]) -> String {
        if answers.is_empty() {
            return "Aucune commune n’a été reconnue dans cette adresse\u{a0}: il faut au moins un nom de \
                    commune, au mieux avec son code postal, par exemple «\u{a0}64000 Pau\u{a0}»."
                .to_owned();
        }
        if let [only] = answers
            && let Some(commune) = only.commune
        {
            return format!(
                "Cette adresse est peut-être à {} ({}), mais ce n’est pas sûr\u{a0}: ajoutez son code postal.",
                commune.nom, commune.departement
            );
        }
        let mut names: Vec<String> = answers
            .iter()
            .filter_map(|a| a.commune)
            .take(NAMED)
            .map(|c| format!("{} ({})", c.nom, c.departement))
            .collect();
        match answers.len() - names.len() {
            0 => {}
            1 => names.push("une autre".to_owned()),
            more => names.push(format!("{more} autres")),
        }
        let names = enumerate(names.iter().map(String::as_str));
        let outcome = |a: &Answer| (a.reponse, a.territoire.map(|t| t.0.id.clone()));
        let agreed = answers.windows(2).all(|w| outcome(&w[0]) == outcome(&w[1]));
        let then = match (agreed, answers[0].reponse, answers[0].territoire) {
            (true, Reponse::Oui, Some((territoire, _))) => format!(
                " Toutes font partie du Territoire d’industrie {}.",
                territoire.nom
            ),
            (true, Reponse::Non, _) => format!(
                " Aucune ne fait partie d’un Territoire d’industrie de la période {}.",
                self.phase.years()
            ),
            _ => " La réponse n’est pas la même pour toutes.".to_owned(),
        };
        format!("Cette adresse peut être dans plusieurs communes\u{a0}: {names}.{then}")
    }
}
