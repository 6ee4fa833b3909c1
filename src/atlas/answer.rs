//! Answers: is this commune, or this point, in a territory, by which member, and why.

use super::membership::{MembreId, Standing};
use super::places::{Named, PlaceId};
use super::territories::{ResolvedEdition, TerritoryFacts};
use super::world::Atlas;
use crate::domain::administrative::{Commune, Passage, PassageKind};
use crate::domain::answer::{Base, Geocoding, Reponse};
use crate::domain::codes::CommuneCode;
use crate::domain::programme::{Edition, Membre, MembreCode, Phase, Territoire};

/// An answer, with references into the atlas.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// Yes, no, or it depends.
    pub reponse: Reponse,
    /// One French sentence that can be read aloud.
    pub explication: String,
    /// What was asked about.
    pub base: Base,
    /// The phase asked for.
    pub phase: &'a Phase,
    /// The edition that decides.
    pub edition: &'a Edition,
    /// The territory, for a yes.
    pub territoire: Option<(&'a Territoire, &'a TerritoryFacts)>,
    /// The member that brings the commune in, for a yes.
    pub membre: Option<&'a Membre>,
    /// The commune of today that was found.
    pub commune: Option<&'a Commune>,
    /// Where an address was found.
    pub geocodage: Option<Geocoding>,
    /// Metres from the point asked about to the nearest boundary of the answer: positive inside a territory, negative
    /// outside of all.
    pub distance_limite: Option<f64>,
    /// For a no: the territory nearest to the place.
    pub plus_proche: Option<Nearest<'a>>,
    /// What an uncertain answer could be.
    pub candidats: Vec<Answer<'a>>,
}

/// The territory nearest to a place outside of all.
#[derive(Clone, Copy, Debug)]
pub struct Nearest<'a> {
    /// Which.
    pub territoire: &'a Territoire,
    /// Metres to its boundary.
    pub distance: f64,
}

/// A resolved edition with its declarations: what a question is asked of.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub(super) atlas: &'a Atlas,
    pub(super) phase: &'a Phase,
    pub(super) edition: &'a Edition,
    pub(super) resolved: &'a ResolvedEdition,
}

impl Atlas {
    /// Opens a phase and edition for questions; `None` where the edition does not exist.
    #[must_use]
    pub fn question(&self, phase: usize, edition: Option<&str>) -> Option<Question<'_>> {
        let resolved = self.edition(phase, edition)?;
        let (phase, edition) = self.declared(phase, resolved);
        Some(Question {
            atlas: self,
            phase,
            edition,
            resolved,
        })
    }
}

impl<'a> Question<'a> {
    /// The edition that decides.
    #[must_use]
    pub fn edition(&self) -> &'a Edition {
        self.edition
    }

    /// Answers for a code, today's or a former one; `None` for a code that names nothing.
    #[must_use]
    pub fn of_commune(&self, code: CommuneCode) -> Option<Answer<'a>> {
        self.of_code(code, Base::Commune)
    }

    /// Answers for the code of a commune, today's or a former one, that stands for what was asked about.
    pub(super) fn of_code(&self, code: CommuneCode, base: Base) -> Option<Answer<'a>> {
        match self.atlas.places.named(code)? {
            Named::Current(place) => Some(self.of_place(place, base)),
            Named::Former(passages, places) => {
                let answers: Vec<Answer<'a>> =
                    places.iter().map(|&p| self.of_place(p, base)).collect();
                Some(self.of_former(code, passages, answers, base))
            }
        }
    }

    /// Answers for a code that is no commune today, from the answers of the communes that took it over.
    fn of_former(
        &self,
        code: CommuneCode,
        passages: &[Passage],
        answers: Vec<Answer<'a>>,
        base: Base,
    ) -> Answer<'a> {
        let nom = passages
            .iter()
            .map(|p| p.nom.as_str())
            .find(|n| !n.is_empty());
        let nom = nom.map_or_else(|| format!("La commune {code}"), str::to_owned);
        let today = enumerate(
            answers
                .iter()
                .filter_map(|a| a.commune)
                .map(|c| c.nom.as_str()),
        );
        let outcome = |a: &Answer| (a.reponse, a.territoire.map(|t| t.0.id.clone()));
        let agreed = answers.windows(2).all(|w| outcome(&w[0]) == outcome(&w[1]));
        if let [only] = &answers[..] {
            let mut answer = only.clone();
            let link = match passages.first().map(|p| p.kind) {
                Some(PassageKind::Arrondissement) => "est un arrondissement de",
                _ => "est aujourd’hui dans",
            };
            if only.commune.is_some_and(|c| c.nom != nom) {
                answer.explication = format!("{nom} {link} {today}. {}", only.explication);
            }
            return answer;
        }
        // Divided: no one commune of today stands for it.
        let divided = format!("{nom} est aujourd’hui répartie entre {today}");
        let mut answer = match answers.first() {
            Some(first) if agreed => Answer {
                commune: None,
                ..first.clone()
            },
            _ => self.blank(Reponse::Incertain, base),
        };
        answer.explication = match (answer.reponse, answer.territoire) {
            (Reponse::Oui, Some((territoire, _))) => format!(
                "{divided}, qui font toutes partie du Territoire d’industrie {}.",
                territoire.nom
            ),
            (Reponse::Non, _) => format!(
                "{divided}, dont aucune ne fait partie d’un Territoire d’industrie de la période {}.",
                self.phase.years()
            ),
            _ => format!("Cela dépend de l’endroit : {divided}."),
        };
        answer.candidats = answers;
        answer
    }

    /// Answers for a point in WGS84 degrees: the commune that holds it decides.
    #[must_use]
    pub fn of_point(&self, lon: f64, lat: f64) -> Answer<'a> {
        self.of_point_in(self.atlas.commune_at(lon, lat))
    }

    /// Answers for a point that lies in a commune, or in none.
    #[must_use]
    pub fn of_point_in(&self, place: Option<PlaceId>) -> Answer<'a> {
        if let Some(place) = place {
            return self.of_place(place, Base::Point);
        }
        let mut answer = self.blank(Reponse::Non, Base::Point);
        "Ce point est en mer ou hors de France : il n’est dans aucun Territoire d’industrie."
            .clone_into(&mut answer.explication);
        answer
    }

    /// Answers for one of today's communes.
    #[must_use]
    pub fn of_place(&self, place: PlaceId, base: Base) -> Answer<'a> {
        let commune = self.atlas.places.commune(place);
        let mut answer = match self.resolved.membership.of(place) {
            Standing::Out => self.outside(&commune.nom, base),
            Standing::In(membre) => self.inside(&commune.nom, *membre, base),
            Standing::Mixed(parts) => self.divided(&commune.nom, parts, base),
        };
        answer.commune = Some(commune);
        answer
    }

    pub(super) fn blank(&self, reponse: Reponse, base: Base) -> Answer<'a> {
        Answer {
            reponse,
            explication: String::new(),
            base,
            phase: self.phase,
            edition: self.edition,
            territoire: None,
            membre: None,
            commune: None,
            geocodage: None,
            distance_limite: None,
            plus_proche: None,
            candidats: Vec::new(),
        }
    }

    fn outside(&self, nom: &str, base: Base) -> Answer<'a> {
        let mut answer = self.blank(Reponse::Non, base);
        answer.explication = format!(
            "{nom} ne fait partie d’aucun Territoire d’industrie de la période {}.",
            self.phase.years()
        );
        answer
    }

    fn inside(&self, nom: &str, (t, m): MembreId, base: Base) -> Answer<'a> {
        let territoire = &self.edition.territoires[t as usize];
        let membre = &territoire.membres[m as usize];
        let mut answer = self.blank(Reponse::Oui, base);
        answer.explication = format!(
            "{nom} fait partie du Territoire d’industrie {}, {}.",
            territoire.nom,
            by(membre)
        );
        answer.territoire = Some((territoire, &self.resolved.facts[t as usize]));
        answer.membre = Some(membre);
        answer
    }

    /// A commune merged since the list across a territory's border: neither in nor out.
    fn divided(
        &self,
        nom: &str,
        parts: &[(CommuneCode, Option<MembreId>)],
        base: Base,
    ) -> Answer<'a> {
        let mut answer = self.blank(Reponse::Incertain, base);
        let part_name = |code: CommuneCode| match self.atlas.places.named(code) {
            Some(Named::Former(passages, _)) => passages
                .iter()
                .map(|p| p.nom.clone())
                .find(|n| !n.is_empty()),
            // The part that gave the merged commune its code.
            _ => None,
        };
        answer.candidats = parts
            .iter()
            .map(|&(code, membre)| {
                let of_part = part_name(code).unwrap_or_else(|| format!("{nom} (code {code})"));
                match membre {
                    Some(membre) => self.inside(&of_part, membre, base),
                    None => self.outside(&of_part, base),
                }
            })
            .collect();
        answer.explication = format!(
            "Cela dépend de la partie de la commune : {nom} réunit depuis la liste de {} des communes \
             qui étaient dans un Territoire d’industrie et d’autres qui n’y étaient pas.",
            self.edition.cog
        );
        answer
    }
}

/// « par la CA Pau Béarn Pyrénées », « par l’EPT Grand-Orly Seine Bièvre », « à titre de commune ».
fn by(membre: &Membre) -> String {
    const WITH_ARTICLE: [&str; 4] = ["CA ", "CC ", "CU ", "Métropole "];
    match membre.code {
        MembreCode::Commune(_) => "au titre de la commune elle-même".to_owned(),
        MembreCode::Ept(_) if membre.nom.starts_with("EPT ") => format!("par l’{}", membre.nom),
        MembreCode::Ept(_) => format!("par l’EPT {}", membre.nom),
        MembreCode::Epci(_) if WITH_ARTICLE.iter().any(|a| membre.nom.starts_with(a)) => {
            format!("par la {}", membre.nom)
        }
        MembreCode::Epci(_) => format!("par {}", membre.nom),
    }
}

/// « A », « A et B », « A, B et C ».
pub(super) fn enumerate<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} et {last}", rest.join(", ")),
        None => String::new(),
    }
}
