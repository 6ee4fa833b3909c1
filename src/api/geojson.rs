//! GeoJSON (RFC 7946) as the description of the contract has it. `exports::geojson` writes it.

use serde_json::Value;
use utoipa::ToSchema;

use super::source::Source;
use super::words::{TypeCollection, TypeFeature, TypeGeometrie};

/// The media type.
pub const KIND: &str = "application/geo+json";

/// A geometry with an area.
#[derive(ToSchema)]
#[schema(description = "Contour exact, en degrés WGS84, longitude d’abord (RFC 7946).")]
pub struct Geometrie {
    /// `Polygon` ou `MultiPolygon`.
    #[schema(value_type = TypeGeometrie, inline)]
    pub r#type: String,
    /// Anneaux : extérieurs dans le sens inverse des aiguilles d’une montre, trous dans l’autre.
    pub coordinates: Vec<Value>,
}

/// One feature with the properties of a resource.
#[derive(ToSchema)]
#[schema(description = "Entité GeoJSON ; ses propriétés sont celles de la réponse en JSON.")]
pub struct Feature<P> {
    /// Toujours `Feature`.
    #[schema(value_type = TypeFeature, inline)]
    pub r#type: String,
    /// Identifiant ou code.
    pub id: String,
    /// Emprise : ouest, sud, est, nord ; absente sans contour.
    #[schema(value_type = Vec<f64>, required = false, min_items = 4, max_items = 4)]
    pub bbox: [f64; 4],
    /// Les champs de la réponse en JSON.
    pub properties: P,
    /// Le contour, ou null quand les données n’en ont pas.
    #[schema(required)]
    pub geometry: Option<Geometrie>,
}

/// Features with their source.
#[derive(ToSchema)]
#[schema(description = "Collection GeoJSON, avec sa source.")]
pub struct Collection<P> {
    /// Toujours `FeatureCollection`.
    #[schema(value_type = TypeCollection, inline)]
    pub r#type: String,
    /// D’où viennent les données.
    pub source: Source,
    /// Les entités.
    pub features: Vec<Feature<P>>,
}
