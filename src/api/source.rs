//! `source`: where an answer comes from. Every answer has one.

use serde::Serialize;
use utoipa::ToSchema;

use crate::atlas::world::Atlas;
use crate::domain::attribution::LICENCE;
use crate::domain::level::Level;
use crate::domain::programme::{Edition, Phase};

/// Who made the data, which edition, under which licence, how to cite them.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "D’où vient la réponse : à citer quand on la réutilise.")]
pub struct Source {
    /// Producteur de la liste ou des données.
    #[schema(example = "ANCT")]
    producteur: String,
    /// Édition de la liste (date ISO 8601) ou des données.
    #[schema(example = "2024-07-04")]
    edition: String,
    /// Millésime du code officiel géographique dans lequel la liste est écrite.
    #[schema(example = 2023)]
    cog: u16,
    /// Millésime des communes de la réponse.
    #[schema(example = 2026)]
    cog_communes: u16,
    /// Licence des données.
    #[schema(example = "Licence Ouverte 2.0")]
    licence: &'static str,
    /// Comment citer.
    attribution: String,
}

impl Source {
    /// The source of what only the composition says.
    #[must_use]
    pub fn of_edition(atlas: &Atlas, edition: &Edition) -> Self {
        Self {
            producteur: edition.producteur.clone(),
            edition: edition.id.clone(),
            cog: edition.cog,
            cog_communes: atlas.tables.cog,
            licence: LICENCE,
            attribution: edition.attribution.clone(),
        }
    }

    /// The source of territories with their populations, areas and outlines.
    #[must_use]
    pub fn of_territories(atlas: &Atlas, phase: &Phase, edition: &Edition) -> Self {
        let level = Level::Phase(phase.id.clone());
        Self {
            attribution: atlas.attribution(&[&level]),
            ..Self::of_edition(atlas, edition)
        }
    }

    /// The source of communes and intercommunalités with their membership in each phase.
    #[must_use]
    pub fn of_places(atlas: &Atlas) -> Self {
        let tables = &atlas.tables;
        let mut producers: Vec<&str> = Vec::new();
        let named = tables.sources.iter().filter(|s| !s.context);
        for producer in named.flat_map(|s| s.producteur.split(", ")) {
            if !producers.contains(&producer) {
                producers.push(producer);
            }
        }
        let phases: Vec<Level> = tables
            .phases
            .iter()
            .map(|p| Level::Phase(p.id.clone()))
            .collect();
        let levels: Vec<&Level> = phases.iter().collect();
        Self {
            producteur: producers.join(", "),
            edition: format!("COG {}", tables.cog),
            cog: tables.cog,
            cog_communes: tables.cog,
            licence: LICENCE,
            attribution: atlas.attribution(&levels),
        }
    }

    /// The columns that tables end with.
    pub const COLUMNS: [&'static str; 5] =
        ["producteur", "edition", "cog", "licence", "attribution"];

    /// The values of those columns.
    #[must_use]
    pub fn cells(&self) -> [String; 5] {
        [
            self.producteur.clone(),
            self.edition.clone(),
            self.cog.to_string(),
            self.licence.to_owned(),
            self.attribution.clone(),
        ]
    }
}
