//! The words of the contract, as the description of the contract lists them. What is written comes from `domain`;
//! `benches/contrat.sh` holds the two together.

use utoipa::ToSchema;

/// `reponse`
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[schema(description = "Oui, non, ou selon l’endroit.")]
pub enum Reponse {
    /// In a territory.
    Oui,
    /// In none.
    Non,
    /// It depends.
    Incertain,
}

/// `base`
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[schema(description = "Ce qui a été demandé.")]
pub enum Base {
    /// A commune's code.
    Commune,
    /// An address.
    Adresse,
    /// A point.
    Point,
    /// A postcode.
    CodePostal,
    /// An EPCI or EPT.
    Epci,
}

/// The kind of a member.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[schema(description = "EPCI, EPT ou commune seule.")]
pub enum TypeMembre {
    /// An EPCI.
    Epci,
    /// An EPT.
    Ept,
    /// A single commune.
    Commune,
}

/// The kind of a proposal.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum TypeResultat {
    /// A territory.
    Territoire,
    /// An EPCI.
    Epci,
    /// An EPT.
    Ept,
    /// A commune, today's or a former one.
    Commune,
    /// A street.
    Voie,
}

/// How closely an address was found.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[schema(description = "Finesse d’une adresse trouvée.")]
pub enum TypeGeocodage {
    /// Its commune.
    Commune,
    /// Its street.
    Voie,
    /// Its number.
    Numero,
}

/// What became of a territory since the phase before.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[schema(description = "Ce qu’est devenu un territoire depuis la phase précédente.")]
pub enum Evolution {
    /// The same communes.
    Identique,
    /// Some of the same communes.
    Reconfigure,
    /// None of them.
    Nouveau,
}

/// What a former code was.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[schema(description = "Ce que désignait un ancien code.")]
pub enum Nature {
    /// Merged, or its code was changed.
    Ancienne,
    /// A commune déléguée.
    Deleguee,
    /// A commune associée.
    Associee,
    /// An arrondissement of Paris, Lyon or Marseille.
    Arrondissement,
}

/// The formats of a list.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[schema(description = "Format d’une liste.")]
pub enum FormatListe {
    /// The contract's own JSON.
    Json,
    /// RFC 7946.
    Geojson,
    /// RFC 4180.
    Csv,
}

/// The formats of one thing.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[schema(description = "Format d’une fiche.")]
pub enum FormatFiche {
    /// The contract's own JSON.
    Json,
    /// RFC 7946.
    Geojson,
}

/// The `type` of a GeoJSON feature.
#[derive(ToSchema)]
#[schema(description = "Toujours Feature.")]
pub enum TypeFeature {
    /// The only word there is.
    Feature,
}

/// The `type` of a GeoJSON collection.
#[derive(ToSchema)]
#[schema(description = "Toujours FeatureCollection.")]
pub enum TypeCollection {
    /// The only word there is.
    FeatureCollection,
}

/// The `type` of a GeoJSON geometry with an area.
#[derive(ToSchema)]
#[schema(description = "Une partie, ou plusieurs.")]
pub enum TypeGeometrie {
    /// One part.
    Polygon,
    /// Several.
    MultiPolygon,
}

/// `interregional=`
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum OuiNon {
    /// It is.
    Oui,
    /// It is not.
    Non,
}

/// What is sent to be drawn with: what every style has, others are free.
#[derive(ToSchema)]
#[schema(
    description = "Un style MapLibre.",
    example = json!({"version": 8, "layers": [
        {"id": "fond", "type": "background", "paint": {"background-color": "#ffffff"}},
        {"id": "territoires", "type": "fill", "source": "territoires", "source-layer": "temps-2", "paint": {"fill-color": "#3b7d9e"}}
    ]})
)]
#[expect(dead_code, reason = "described, never made")]
pub struct StyleMapLibre {
    /// Version du format.
    #[schema(minimum = 8, maximum = 8)]
    version: u8,
    /// Les couches, celle du fond d’abord.
    layers: Vec<serde_json::Map<String, serde_json::Value>>,
}
