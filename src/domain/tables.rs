//! All that is known of the country and the programme besides shapes.

use std::collections::BTreeMap;

use super::administrative::{
    Commune, CommuneWithoutOutline, Departement, Intercommunalite, OtherName, Passage, Region,
};
use super::attribution::Source;
use super::codes::{CodePostal, CommuneCode};
use super::programme::Phase;

/// The tables of one data set, as read from files: consistent in form, not yet with each other.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// The COG year of `communes`.
    pub cog: u16,
    /// The commune of each face of the coverage, in the order of the faces.
    pub communes: Vec<Commune>,
    /// Communes that have no face.
    pub without_outline: Vec<CommuneWithoutOutline>,
    /// Codes that are no commune today.
    pub passages: Vec<Passage>,
    /// Names that codes had before, or have for a part.
    pub other_names: Vec<OtherName>,
    /// Which postcodes serve which communes, by postcode: communes of today, arrondissements, and communes that were
    /// merged since, with the postcodes they had. Empty where the data know none.
    pub postcodes: Vec<(CodePostal, CommuneCode)>,
    /// EPCI and EPT by COG year.
    pub intercommunalites: BTreeMap<u16, Vec<Intercommunalite>>,
    /// Départements, by code.
    pub departements: Vec<Departement>,
    /// Régions, by code.
    pub regions: Vec<Region>,
    /// The programme's phases, the earliest first.
    pub phases: Vec<Phase>,
    /// The sources to name.
    pub sources: Vec<Source>,
    /// The country of each face of the context coverage.
    pub countries: Vec<Country>,
}

/// A country of the context layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    /// Its French name.
    pub nom: String,
}
