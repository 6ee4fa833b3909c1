//! A territory as the contract describes it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::parts::{CodeNom, Membre, Point, TerritoireBref, square_kilometres};
use crate::api::source::Source;
use crate::api::words;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::programme::Laureat;

/// A territory in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Un Territoire d’industrie, d’après la dernière liste de sa phase.")]
pub struct Territoire {
    /// Phase.
    #[schema(example = "temps-2")]
    pub phase: String,
    /// Identifiant, unique dans sa phase seulement.
    #[schema(example = "ti-7510")]
    pub id: String,
    /// Nom.
    #[schema(example = "Lacq – Pau – Tarbes")]
    pub nom: String,
    /// Nom de la région chef de file.
    #[schema(example = "Nouvelle-Aquitaine")]
    pub region: String,
    /// Régions de ses communes, la plus peuplée d’abord.
    pub regions: Vec<CodeNom>,
    /// Départements de ses communes, dans l’ordre des codes.
    pub departements: Vec<CodeNom>,
    /// Ses membres viennent-ils de plusieurs régions ?
    pub interregional: bool,
    /// Depuis la phase précédente : exactement les communes d’un territoire (identique), aucune commune d’un territoire
    /// (nouveau), ou autre chose (reconfigure) ; null quand il n’y a pas de phase précédente.
    #[schema(value_type = Option<words::Evolution>, inline, required)]
    pub evolution: Option<&'static str>,
    /// Territoires de la phase précédente qui partagent une commune avec lui.
    pub predecesseurs: Vec<TerritoireBref>,
    /// Ce qui y fait entrer des communes.
    pub membres: Vec<Membre>,
    /// Nombre de communes d’aujourd’hui qui en font partie en entier.
    #[schema(example = 172)]
    pub communes: usize,
    /// Population municipale.
    pub population: u64,
    /// Superficie en kilomètres carrés.
    pub superficie_km2: f64,
    /// Emprise en degrés WGS84 : ouest, sud, est, nord ; null sans contour.
    #[schema(value_type = Option<Vec<f64>>, required, min_items = 4, max_items = 4)]
    pub bbox: Option<[f64; 4]>,
    /// Point bien à l’intérieur ; null sans contour.
    #[schema(required)]
    pub centre: Option<Point>,
    /// Nombre d’intercommunalités : EPCI et EPT membres ; une commune seule compte par son intercommunalité.
    pub intercommunalites: usize,
    /// Soutien annuel de l’État à l’animation, en euros : 30 000 pour une ou deux intercommunalités, 40 000 pour trois ou
    /// plus (dossier de presse du 9 novembre 2023) ; null dans une phase qui n’a pas cette règle.
    #[schema(required)]
    pub soutien_animation_euros: Option<u32>,
    /// Lauréats connus de l’appel « Rebond industriel ».
    pub rebond_industriel: Vec<Rebond>,
    /// La liste de ces lauréats est-elle complète ?
    pub rebond_industriel_complet: bool,
}

/// A laureate.
#[derive(Serialize, ToSchema)]
#[schema(description = "Un lauréat de l’appel à manifestation d’intérêt « Rebond industriel ».")]
pub struct Rebond {
    /// « 1re relève » ou « lauréat ».
    statut: String,
    /// La partie du territoire concernée, en mots.
    perimetre: String,
    /// Date de l’annonce (ISO 8601).
    date: String,
    /// D’où on le sait.
    source: String,
}

impl From<&Laureat> for Rebond {
    fn from(l: &Laureat) -> Self {
        Self {
            statut: l.statut.clone(),
            perimetre: l.perimetre.clone(),
            date: l.date.clone(),
            source: l.source.clone(),
        }
    }
}

impl Territoire {
    /// All that the list says of a territory.
    #[must_use]
    pub fn new(atlas: &Atlas, profile: &Profile) -> Self {
        let Profile {
            phase,
            territoire,
            facts,
            ..
        } = *profile;
        let feature = profile.feature();
        let before = profile.predecesseurs();
        Self {
            phase: phase.id.clone(),
            id: territoire.id.clone(),
            nom: territoire.nom.clone(),
            region: territoire.region.clone(),
            regions: facts
                .regions
                .iter()
                .map(|&r| CodeNom::region(atlas, r))
                .collect(),
            departements: facts
                .departements
                .iter()
                .map(|&d| CodeNom::departement(atlas, d))
                .collect(),
            interregional: facts.interregional,
            evolution: facts
                .evolution
                .map(crate::domain::programme::Evolution::as_str),
            predecesseurs: before
                .into_iter()
                .flat_map(|(phase, all)| {
                    all.into_iter().map(|t| TerritoireBref {
                        phase: phase.id.clone(),
                        id: t.id.clone(),
                        nom: t.nom.clone(),
                    })
                })
                .collect(),
            membres: territoire.membres.iter().map(Membre::from).collect(),
            communes: facts.communes.len(),
            population: feature.population,
            superficie_km2: square_kilometres(feature.superficie),
            bbox: feature.bbox(),
            centre: profile.centre().map(Point::from),
            intercommunalites: facts.intercommunalites,
            soutien_animation_euros: profile.soutien(),
            rebond_industriel: profile.laureats().iter().map(Rebond::from).collect(),
            rebond_industriel_complet: profile.laureats_complets(),
        }
    }
}

/// A territory by itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Un territoire, avec ses communes et sa source.")]
pub struct FicheTerritoire {
    /// Ce que dit aussi la liste.
    #[serde(flatten)]
    pub territoire: Territoire,
    /// Ses communes d’aujourd’hui, par nom.
    pub communes_liste: Vec<CodeNom>,
    /// D’où viennent les données.
    pub source: Source,
}

/// Territories.
#[derive(Serialize, ToSchema)]
#[schema(description = "Les territoires d’une phase qui répondent à tous les critères, par nom.")]
pub struct ListeTerritoires {
    /// La phase.
    #[schema(example = "temps-2")]
    pub phase: String,
    /// Combien il y en a.
    pub nombre: usize,
    /// Les territoires.
    pub territoires: Vec<Territoire>,
    /// D’où viennent les données.
    pub source: Source,
}
