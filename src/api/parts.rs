//! The small objects that several resources are made of.

use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::atlas::answer::Answer;
use crate::atlas::world::Atlas;
use crate::domain::codes::{DepartementCode, RegionCode};
use crate::domain::programme::{Membre as Member, MembreCode};

/// A code and its name.
#[derive(Clone, Serialize, ToSchema)]
#[schema(description = "Un code et son nom.")]
pub struct CodeNom {
    /// Code INSEE ou SIREN.
    pub code: String,
    /// Nom.
    pub nom: String,
}

impl CodeNom {
    /// A région of the data; its code stands for a name that they lack.
    #[must_use]
    pub fn region(atlas: &Atlas, code: RegionCode) -> Self {
        let named = atlas.tables.regions.iter().find(|r| r.code == code);
        Self {
            nom: named.map_or_else(|| code.to_string(), |r| r.nom.clone()),
            code: code.to_string(),
        }
    }

    /// A département of the data; its code stands for a name that they lack.
    #[must_use]
    pub fn departement(atlas: &Atlas, code: DepartementCode) -> Self {
        let named = atlas.tables.departements.iter().find(|d| d.code == code);
        Self {
            nom: named.map_or_else(|| code.to_string(), |d| d.nom.clone()),
            code: code.to_string(),
        }
    }

    /// « Landes (40) ».
    #[must_use]
    pub fn with_code(&self) -> String {
        format!("{} ({})", self.nom, self.code)
    }

    /// A commune of today, by its number.
    #[must_use]
    pub fn commune(atlas: &Atlas, place: usize) -> Self {
        let commune = atlas.places.commune(place);
        Self {
            code: commune.code.to_string(),
            nom: commune.nom.clone(),
        }
    }
}

/// A point in WGS84 degrees.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(description = "Un point bien à l’intérieur du contour, en degrés WGS84.")]
pub struct Point {
    /// Longitude.
    #[schema(minimum = -180, maximum = 180)]
    lon: f64,
    /// Latitude.
    #[schema(minimum = -90, maximum = 90)]
    lat: f64,
}

impl Point {
    /// Longitude in degrees.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }
}

impl From<[f64; 2]> for Point {
    fn from([lon, lat]: [f64; 2]) -> Self {
        Self { lon, lat }
    }
}

/// What brings communes into a territory.
#[derive(Clone, Serialize, ToSchema)]
#[schema(description = "Un membre de territoire : EPCI, EPT ou commune seule.")]
pub struct Membre {
    /// EPCI, EPT ou commune seule.
    #[serde(rename = "type")]
    #[schema(value_type = words::TypeMembre, inline)]
    kind: &'static str,
    /// SIREN, ou code INSEE d’une commune.
    #[schema(example = "200067254")]
    code: String,
    /// Nom dans la liste.
    #[schema(example = "CA Pau Béarn Pyrénées")]
    nom: String,
}

impl Membre {
    /// SIREN or INSEE code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// A member with a name.
    #[must_use]
    pub fn new(code: MembreCode, nom: &str) -> Self {
        Self {
            kind: code.kind(),
            code: code.to_string(),
            nom: nom.to_owned(),
        }
    }
}

impl From<&Member> for Membre {
    fn from(membre: &Member) -> Self {
        Self::new(membre.code, &membre.nom)
    }
}

/// A territory, in few words.
#[derive(Clone, Serialize, ToSchema)]
#[schema(description = "Un territoire, en bref. L’identifiant ne vaut qu’avec la phase.")]
pub struct TerritoireBref {
    /// Phase.
    #[schema(example = "temps-2")]
    pub phase: String,
    /// Identifiant dans la phase.
    #[schema(example = "ti-7510")]
    pub id: String,
    /// Nom.
    #[schema(example = "Lacq – Pau – Tarbes")]
    pub nom: String,
}

/// The standing of a commune or intercommunalité in one phase.
#[derive(Serialize, ToSchema)]
#[schema(description = "L’appartenance dans une phase, d’après sa dernière liste.")]
pub struct Appartenance {
    /// Phase.
    #[schema(example = "temps-2")]
    phase: String,
    /// Édition de la liste.
    #[schema(example = "2024-07-04")]
    edition: String,
    /// Oui, non, ou selon l’endroit.
    #[schema(value_type = words::Reponse, inline)]
    reponse: &'static str,
    /// La réponse en une phrase.
    explication: String,
    /// Le territoire, pour un oui.
    #[schema(required)]
    territoire: Option<TerritoireBref>,
    /// Le membre qui y fait entrer, pour un oui.
    #[schema(required)]
    membre: Option<Membre>,
}

impl Appartenance {
    /// What a question about each phase answers, the latest phase first.
    #[must_use]
    pub fn of_each_phase<'a>(
        atlas: &'a Atlas,
        ask: impl Fn(crate::atlas::answer::Question<'a>) -> Option<Answer<'a>>,
    ) -> Vec<Self> {
        (0..atlas.tables.phases.len())
            .rev()
            .filter_map(|phase| ask(atlas.question(phase, None)?))
            .map(|answer| Self::new(&answer))
            .collect()
    }

    /// Phase, answer, id of the territory, code of the member: what a table has of it.
    #[must_use]
    pub fn cells(&self) -> (String, String, String, String) {
        (
            self.phase.clone(),
            self.reponse.to_owned(),
            self.territoire
                .as_ref()
                .map_or_else(String::new, |t| t.id.clone()),
            self.membre
                .as_ref()
                .map_or_else(String::new, |m| m.code.clone()),
        )
    }

    fn new(answer: &Answer) -> Self {
        Self {
            phase: answer.phase.id.clone(),
            edition: answer.edition.id.clone(),
            reponse: answer.reponse.as_str(),
            explication: answer.explication.clone(),
            territoire: answer.territoire.map(|(t, _)| TerritoireBref {
                phase: answer.phase.id.clone(),
                id: t.id.clone(),
                nom: t.nom.clone(),
            }),
            membre: answer.membre.map(Membre::from),
        }
    }
}

/// Square kilometres as they are given out: the outlines are not known any closer.
#[must_use]
pub fn square_kilometres(area: f64) -> f64 {
    (area * 100.0).round() / 100.0
}
