//! The answer of the public contract.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use crate::address::streets;
use crate::api::source::Source;
use crate::api::words;
use crate::atlas::answer::{Answer, Nearest};
use crate::atlas::world::Atlas;
use crate::domain::administrative::Commune;
use crate::domain::answer::{Geocoding, Precision};
use crate::domain::attribution::LICENCE;
use crate::domain::programme::{Edition, Membre};

/// One object for every kind of question, and for each candidate of an uncertain answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reponse, description = "La réponse, et ce qui la fonde.")]
pub struct Body<'a> {
    /// Oui, non, ou selon l’endroit : une réponse, jamais une erreur.
    #[schema(value_type = words::Reponse, inline)]
    reponse: &'static str,
    /// La réponse en une phrase.
    explication: &'a str,
    /// Ce qui a été demandé.
    #[schema(value_type = words::Base, inline)]
    base: &'static str,
    /// La phase.
    #[schema(example = "temps-2")]
    phase: &'a str,
    /// Le territoire, pour un oui.
    #[schema(required)]
    territoire: Option<TerritoireBody<'a>>,
    /// Le membre qui y fait entrer la commune, pour un oui.
    #[schema(required)]
    membre: Option<MembreBody<'a>>,
    /// La commune d’aujourd’hui, quand une seule est en question.
    #[schema(required)]
    commune: Option<CommuneBody<'a>>,
    /// Où l’adresse a été trouvée.
    #[schema(required)]
    geocodage: Option<GeocodageBody<'a>>,
    /// Mètres du point à la limite la plus proche de la réponse : positifs dans un territoire, négatifs hors de tous.
    #[schema(required)]
    distance_limite_m: Option<i64>,
    /// Pour un non en un lieu connu : le territoire le plus proche.
    #[schema(required)]
    plus_proche: Option<PlusProcheBody<'a>>,
    /// Ce qu’une réponse incertaine peut être ; les candidats n’en ont pas eux-mêmes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion, nullable = false)]
    candidats: Option<Vec<Body<'a>>>,
    /// D’où viennent les données.
    #[schema(value_type = Source)]
    source: Written<'a>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TerritoireDeReponse, description = "Le territoire.")]
struct TerritoireBody<'a> {
    /// Identifiant dans la phase.
    #[schema(example = "ti-7510")]
    id: &'a str,
    /// Nom.
    #[schema(example = "Lacq – Pau – Tarbes")]
    nom: &'a str,
    /// Nom de la région chef de file.
    #[schema(example = "Nouvelle-Aquitaine")]
    region: &'a str,
    /// Ses membres viennent-ils de plusieurs régions ?
    interregional: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MembreDeReponse, description = "Le membre.")]
struct MembreBody<'a> {
    /// EPCI, EPT ou commune seule.
    #[serde(rename = "type")]
    #[schema(value_type = words::TypeMembre, inline)]
    kind: &'static str,
    /// SIREN, ou code INSEE d’une commune.
    #[schema(example = "200067254")]
    code: String,
    /// Nom dans la liste.
    nom: &'a str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CommuneDeReponse, description = "La commune.")]
struct CommuneBody<'a> {
    /// Code INSEE.
    #[schema(example = "64445")]
    code: &'a str,
    /// Nom.
    #[schema(example = "Pau")]
    nom: &'a str,
    /// Code du département.
    #[schema(example = "64")]
    departement: &'a str,
    /// Code de la région.
    #[schema(example = "75")]
    region: &'a str,
    /// SIREN de l’EPCI.
    #[schema(example = "200067254", required)]
    epci: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Geocodage, description = "Où une adresse a été trouvée.")]
struct GeocodageBody<'a> {
    /// Finesse : la commune suffit à décider.
    #[serde(rename = "type")]
    #[schema(value_type = words::TypeGeocodage, inline)]
    kind: &'static str,
    /// Ressemblance du texte et de ce qui a été trouvé, de 0 à 1.
    #[schema(minimum = 0, maximum = 1)]
    score: f64,
    /// L’adresse bien écrite.
    #[schema(example = "64000 Pau")]
    libelle: &'a str,
    /// Longitude en degrés WGS84.
    #[schema(required)]
    lon: Option<f64>,
    /// Latitude en degrés WGS84.
    #[schema(required)]
    lat: Option<f64>,
    /// Ce qui a été lu dans le texte.
    lecture: LectureBody<'a>,
}

/// What was read in the text.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Lecture, description = "Les parties de l’adresse, telles qu’elles étaient écrites.")]
struct LectureBody<'a> {
    /// Numéro.
    #[schema(required)]
    numero: Option<&'a str>,
    /// Voie.
    #[schema(required)]
    voie: Option<&'a str>,
    /// Code postal.
    #[schema(required)]
    code_postal: Option<&'a str>,
    /// Ville.
    #[schema(required)]
    ville: Option<&'a str>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlusProche, description = "Le territoire le plus proche.")]
struct PlusProcheBody<'a> {
    /// Identifiant dans la phase.
    id: &'a str,
    /// Nom.
    nom: &'a str,
    /// Mètres jusqu’à sa limite.
    distance_m: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceBody<'a> {
    producteur: &'a str,
    edition: &'a str,
    cog: u16,
    cog_communes: u16,
    licence: &'static str,
    attribution: Cow<'a, str>,
}

impl<'a> SourceBody<'a> {
    fn new(edition: &'a Edition, attribution: Cow<'a, str>, atlas: &Atlas) -> Self {
        Self {
            producteur: &edition.producteur,
            edition: &edition.id,
            cog: edition.cog,
            cog_communes: atlas.tables.cog,
            licence: LICENCE,
            attribution,
        }
    }
}

/// A source, written beforehand or now.
#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Before(&'a RawValue),
    Now(SourceBody<'a>),
}

/// The source of every edition of every phase as answers end with it: half of what they say, and always the same.
pub struct Sources(Vec<Vec<Box<RawValue>>>);

impl Sources {
    /// Writes them.
    #[must_use]
    pub fn new(atlas: &Atlas) -> Self {
        let written = |edition: &Edition| {
            let list = Cow::Borrowed(edition.attribution.as_str());
            // Text and numbers can always be written.
            to_raw_value(&SourceBody::new(edition, list, atlas)).unwrap_or_default()
        };
        let phases = atlas.tables.phases.iter();
        Self(
            phases
                .map(|phase| phase.editions.iter().map(written).collect())
                .collect(),
        )
    }

    fn of<'a>(&'a self, answer: &Answer<'a>, atlas: &'a Atlas) -> Option<&'a RawValue> {
        let mut phases = atlas.tables.phases.iter().zip(&self.0);
        let (phase, written) = phases.find(|(phase, _)| std::ptr::eq(*phase, answer.phase))?;
        let mut editions = phase.editions.iter().zip(written);
        let (_, written) = editions.find(|(e, _)| std::ptr::eq(*e, answer.edition))?;
        Some(written)
    }
}

impl<'a> Body<'a> {
    /// The body for an answer.
    #[must_use]
    pub fn new(answer: &'a Answer<'a>, sources: &'a Sources, atlas: &'a Atlas) -> Self {
        let of_one = |answer| Self::of_one(answer, sources, atlas);
        Self {
            candidats: Some(answer.candidats.iter().map(of_one).collect()),
            ..of_one(answer)
        }
    }

    fn of_one(answer: &'a Answer<'a>, sources: &'a Sources, atlas: &'a Atlas) -> Self {
        let attribution = attribution(answer);
        let before = match attribution {
            Cow::Borrowed(_) => sources.of(answer, atlas),
            Cow::Owned(_) => None,
        };
        Self {
            reponse: answer.reponse.as_str(),
            explication: &answer.explication,
            base: answer.base.as_str(),
            phase: &answer.phase.id,
            territoire: answer.territoire.map(|(t, facts)| TerritoireBody {
                id: &t.id,
                nom: &t.nom,
                region: &t.region,
                interregional: facts.interregional,
            }),
            membre: answer.membre.map(MembreBody::new),
            commune: answer.commune.map(CommuneBody::new),
            geocodage: answer.geocodage.as_ref().map(GeocodageBody::new),
            distance_limite_m: answer.distance_limite.map(whole),
            plus_proche: answer.plus_proche.map(PlusProcheBody::new),
            candidats: None,
            source: before.map_or_else(
                || Written::Now(SourceBody::new(answer.edition, attribution, atlas)),
                Written::Before,
            ),
        }
    }
}

/// How to cite what the answer rests on: the list, and for a street or a number the addresses too.
fn attribution<'a>(answer: &'a Answer<'a>) -> Cow<'a, str> {
    let list = answer.edition.attribution.as_str();
    match &answer.geocodage {
        Some(found) if found.precision > Precision::Commune => {
            Cow::Owned(format!("{list}\u{a0}; {}", streets::PRODUCER))
        }
        _ => Cow::Borrowed(list),
    }
}

impl<'a> MembreBody<'a> {
    fn new(membre: &'a Membre) -> Self {
        Self {
            kind: membre.code.kind(),
            code: membre.code.to_string(),
            nom: &membre.nom,
        }
    }
}

impl<'a> CommuneBody<'a> {
    fn new(commune: &'a Commune) -> Self {
        Self {
            code: commune.code.as_str(),
            nom: &commune.nom,
            departement: commune.departement.as_str(),
            region: commune.region.as_str(),
            epci: commune.epci.map(|e| e.to_string()),
        }
    }
}

impl<'a> GeocodageBody<'a> {
    fn new(found: &'a Geocoding) -> Self {
        Self {
            kind: found.precision.as_str(),
            score: (found.score * 1000.0).round() / 1000.0,
            libelle: &found.libelle,
            lon: found.position.map(|p| p[0]),
            lat: found.position.map(|p| p[1]),
            lecture: LectureBody {
                numero: found.lecture.numero.as_deref(),
                voie: found.lecture.voie.as_deref(),
                code_postal: found.lecture.code_postal.as_deref(),
                ville: found.lecture.ville.as_deref(),
            },
        }
    }
}

impl<'a> PlusProcheBody<'a> {
    fn new(nearest: Nearest<'a>) -> Self {
        Self {
            id: &nearest.territoire.id,
            nom: &nearest.territoire.nom,
            distance_m: whole(nearest.distance),
        }
    }
}

/// Metres as they are given out: the outlines are not known any closer.
#[allow(clippy::cast_possible_truncation)] // at most half the earth's girth
fn whole(metres: f64) -> i64 {
    metres.round() as i64
}
