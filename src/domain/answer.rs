//! The answer to « is this in a Territoire d'industrie? ».

use super::codes::CommuneCode;

/// Yes, no, or it depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reponse {
    /// In a territory, as a whole.
    Oui,
    /// In no territory.
    Non,
    /// It depends on which part or place is meant; the candidates say which.
    Incertain,
}

impl Reponse {
    /// The word of the public contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oui => "oui",
            Self::Non => "non",
            Self::Incertain => "incertain",
        }
    }
}

/// What the question was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// A commune's code.
    Commune,
    /// A point.
    Point,
    /// An address in words.
    Adresse,
    /// A postcode.
    CodePostal,
    /// The SIREN of an EPCI or EPT.
    Epci,
}

impl Base {
    /// The word of the public contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Point => "point",
            Self::Adresse => "adresse",
            Self::CodePostal => "codePostal",
            Self::Epci => "epci",
        }
    }
}

/// How closely an address was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Its commune: enough to decide.
    Commune,
    /// Its street.
    Voie,
    /// Its number in the street.
    Numero,
}

impl Precision {
    /// The word of the public contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Voie => "voie",
            Self::Numero => "numero",
        }
    }
}

/// What was read in an address: the parts as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// « 12 bis »
    pub numero: Option<String>,
    /// « rue de la République »
    pub voie: Option<String>,
    /// `64000`
    pub code_postal: Option<String>,
    /// « Pau »
    pub ville: Option<String>,
}

/// What an address was found to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Geocoding {
    /// How closely.
    pub precision: Precision,
    /// How well the text fits, from 0 to 1.
    pub score: f64,
    /// The address as it is properly written: « 64000 Pau ».
    pub libelle: String,
    /// Where: WGS84 degrees, longitude first. None where the commune has no outline.
    pub position: Option<[f64; 2]>,
    /// What was read in the text.
    pub lecture: Reading,
}

/// A commune that an address may be in.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The commune, by today's code or that of a former commune.
    pub code: CommuneCode,
    /// What the address was found to be there.
    pub geocodage: Geocoding,
}
