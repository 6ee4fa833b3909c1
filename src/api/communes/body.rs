//! A commune as the contract describes it: today's, or a code that was.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::parts::{Appartenance, CodeNom, Point, square_kilometres};
use crate::api::source::Source;
use crate::api::words;
use crate::atlas::features::Feature;
use crate::atlas::places::{Named, PlaceId};
use crate::atlas::world::Atlas;
use crate::domain::administrative::{Commune as Place, Passage, PassageKind};
use crate::domain::codes::{CommuneCode, Siren};
use crate::domain::level::Level;

/// A commune, with or without its source.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Une commune d’aujourd’hui, ou ce qu’un ancien code est devenu.")]
pub struct Commune {
    /// Code INSEE.
    #[schema(example = "64445")]
    pub code: String,
    /// Nom ; celui qu’avait la commune, pour un ancien code.
    #[schema(example = "Pau")]
    pub nom: String,
    /// Ce code est-il celui d’une commune d’aujourd’hui ?
    pub actuelle: bool,
    /// Ce que désignait un ancien code ; null pour une commune d’aujourd’hui, et pour un code partagé entre plusieurs à des
    /// titres différents.
    #[schema(value_type = Option<words::Nature>, inline, required)]
    pub nature: Option<&'static str>,
    /// Les communes d’aujourd’hui qui répondent pour un ancien code ; vide pour une commune d’aujourd’hui.
    pub devenue: Vec<CodeNom>,
    /// Population municipale ; null pour un ancien code.
    #[schema(required)]
    pub population: Option<u32>,
    /// Superficie en kilomètres carrés ; null sans contour propre.
    #[schema(required)]
    pub superficie_km2: Option<f64>,
    /// Département.
    pub departement: CodeNom,
    /// Région.
    pub region: CodeNom,
    /// EPCI d’aujourd’hui ; null quand il n’y en a pas, ou que l’ancien code a été partagé entre plusieurs.
    #[schema(required)]
    pub epci: Option<CodeNom>,
    /// Établissement public territorial, dans le Grand Paris.
    #[schema(required)]
    pub ept: Option<CodeNom>,
    /// Codes postaux, dans l’ordre.
    pub codes_postaux: Vec<String>,
    /// Codes qui ne sont plus ceux d’une commune et mènent aujourd’hui à celle-ci.
    pub anciens: Vec<Ancien>,
    /// Point bien à l’intérieur ; null sans contour.
    #[schema(required)]
    pub centre: Option<Point>,
    /// Emprise en degrés WGS84 : ouest, sud, est, nord ; null sans contour propre.
    #[schema(value_type = Option<Vec<f64>>, required, min_items = 4, max_items = 4)]
    pub bbox: Option<[f64; 4]>,
    /// Réponse, territoire et membre dans chaque phase, la dernière d’abord.
    pub appartenances: Vec<Appartenance>,
}

/// A code that was.
#[derive(Serialize, ToSchema)]
#[schema(description = "Un code qui n’est plus celui d’une commune.")]
pub struct Ancien {
    /// Code INSEE.
    code: String,
    /// Nom, quand il est connu.
    nom: String,
    /// Ce qu’il désignait.
    #[schema(value_type = words::Nature, inline)]
    nature: &'static str,
}

/// A commune by itself.
#[derive(Serialize, ToSchema)]
#[schema(description = "Une commune, avec sa source.")]
pub struct FicheCommune {
    /// Ce que dit aussi la liste.
    #[serde(flatten)]
    pub commune: Commune,
    /// D’où viennent les données.
    pub source: Source,
}

/// Communes.
#[derive(Serialize, ToSchema)]
#[schema(description = "Les communes qui répondent à tous les critères.")]
pub struct ListeCommunes {
    /// Combien il y en a en tout.
    pub nombre: usize,
    /// Les premières.
    pub communes: Vec<Commune>,
    /// D’où viennent les données.
    pub source: Source,
}

impl Commune {
    /// What a code is or was; none where it names nothing.
    #[must_use]
    pub fn new(atlas: &Atlas, code: CommuneCode) -> Option<Self> {
        match atlas.places.named(code)? {
            Named::Current(place) => Some(Self::current(atlas, place)),
            Named::Former(passages, places) => Self::former(atlas, code, passages, &places),
        }
    }

    /// A commune of today.
    #[must_use]
    pub fn current(atlas: &Atlas, place: PlaceId) -> Self {
        let commune = atlas.places.commune(place);
        let feature = feature(atlas, place);
        let codes = atlas.places.postcodes(place);
        Self {
            actuelle: true,
            nature: None,
            devenue: Vec::new(),
            population: Some(commune.population),
            superficie_km2: feature.map(|f| square_kilometres(f.superficie)),
            codes_postaux: codes.iter().map(ToString::to_string).collect(),
            anciens: anciens(atlas, commune.code),
            centre: atlas.centre(place).map(Point::from),
            bbox: feature.and_then(Feature::bbox),
            ..Self::located(atlas, commune.code, &commune.nom, commune)
        }
    }

    /// A code that was: what is known of it, and who answers for it today.
    fn former(
        atlas: &Atlas,
        code: CommuneCode,
        passages: &[Passage],
        places: &[PlaceId],
    ) -> Option<Self> {
        let commune = |p: &PlaceId| atlas.places.commune(*p);
        let first = commune(places.first()?);
        let nom = passages
            .iter()
            .map(|p| p.nom.as_str())
            .find(|n| !n.is_empty());
        let mut postcodes: Vec<String> = atlas
            .tables
            .postcodes
            .iter()
            .filter(|(_, c)| *c == code)
            .map(|(postcode, _)| postcode.to_string())
            .collect();
        postcodes.sort();
        let mut body = Self {
            nature: passages
                .first()
                .map(|p| p.kind)
                .filter(|kind| passages.iter().all(|p| p.kind == *kind))
                .map(PassageKind::as_str),
            devenue: places.iter().map(|&p| CodeNom::commune(atlas, p)).collect(),
            codes_postaux: postcodes,
            ..Self::located(atlas, code, nom.unwrap_or(code.as_str()), first)
        };
        if places.iter().any(|p| commune(p).epci != first.epci) {
            body.epci = None;
        }
        if places.iter().any(|p| commune(p).ept != first.ept) {
            body.ept = None;
        }
        Some(body)
    }

    /// A code and where it is, nothing else.
    fn located(atlas: &Atlas, code: CommuneCode, nom: &str, within: &Place) -> Self {
        let list = |siren: Siren| {
            let (found, _) = atlas.intercommunalite(siren)?;
            Some(CodeNom {
                code: siren.to_string(),
                nom: found.nom.clone(),
            })
        };
        Self {
            code: code.to_string(),
            nom: nom.to_owned(),
            actuelle: false,
            nature: None,
            devenue: Vec::new(),
            population: None,
            superficie_km2: None,
            departement: CodeNom::departement(atlas, within.departement),
            region: CodeNom::region(atlas, within.region),
            epci: within.epci.and_then(list),
            ept: within.ept.and_then(list),
            codes_postaux: Vec::new(),
            anciens: Vec::new(),
            centre: None,
            bbox: None,
            appartenances: Appartenance::of_each_phase(atlas, |question| question.of_commune(code)),
        }
    }
}

/// The measures of a commune that has an outline of its own.
#[must_use]
pub fn feature(atlas: &Atlas, place: PlaceId) -> Option<&Feature> {
    let (chart, at) = atlas.level(Level::Communes.name())?;
    chart.levels[at].features.get(place)
}

/// The codes that lead to a commune of today, in order.
fn anciens(atlas: &Atlas, code: CommuneCode) -> Vec<Ancien> {
    let mut all: Vec<&Passage> = atlas
        .places
        .passages()
        .filter(|p| p.actuelle == code)
        .collect();
    all.sort_by_key(|p| p.code);
    let body = |p: &Passage| Ancien {
        code: p.code.to_string(),
        nom: p.nom.clone(),
        nature: p.kind.as_str(),
    };
    all.into_iter().map(body).collect()
}
