//! The columns and layers of the products people have.
//!
//! # Where the column and layer names come from
//! - ADMIN EXPRESS (COG, COG-CARTO) 3.x, layer `COMMUNE`: `ID, NOM, NOM_M, INSEE_COM, STATUT, POPULATION,
//!   INSEE_CAN, INSEE_ARR, INSEE_DEP, INSEE_REG, SIREN_EPCI`. The IGN gives Shapefile and `PostgreSQL` names side by
//!   side on documentation.geoservices.ign.fr (pages `commune&BDTopo` and `arrondissement_municipal&BDTopo`, the
//!   same attributes in BD TOPO); use of `COMMUNE.shp` and `ARRONDISSEMENT_MUNICIPAL.shp` (`INSEE_ARM`, `INSEE_COM`) in `datagouv/api-geo`,
//!   `generate-mairie.sh`.
//! - 2.x: `NOM_COM, NOM_COM_M, CODE_EPCI`, layers `COMMUNE` and `COMMUNE_CARTO`; municipal arrondissements have their
//!   own code in `INSEE_COM` and their commune in `INSEE_RATT` (README of `data-fair/processing-france-contours`,
//!   which reads every delivery from 2017 to 2026).
//! - 4.x, layer `commune` of fourteen: `cleabs, nom_officiel, nom_officiel_en_majuscules, statut, code_insee,
//!   population, date_du_recensement, organisme_recenseur, code_insee_du_canton, code_insee_de_l_arrondissement,
//!   code_insee_du_departement, code_insee_de_la_region, code_siren, codes_siren_des_epci, code_postal,
//!   superficie_cadastrale`, geometry `geometrie` (inventories of the IGN's WFS `ADMINEXPRESS-COG.LATEST:commune` and
//!   of `ADE_4-0_GPKG_RGAF09UTM20_GLP-ED2025-12-05.gpkg` in public repositories).
//! - 4.x exported to Shapefile: `nom_offici`, `code_ins_1`… (observed in public exports of ADMIN EXPRESS 4, whose
//!   `departement` layer gives `cleabs, nom_offici, code_insee, code_siren, nom_du_che, code_ins_1, code_ins_2`).
//! - `200054781/200057867` (EPCI then EPT) and `NR` (none, the islands without EPCI) in the SIREN column: observed in
//!   public extracts of BD TOPO and of ADMIN EXPRESS 4; `NC` and `ZZZZZZZZZ` in older ones, says the same README.
//! - `code, nom, departement, region, epci, plm, commune`: README of `datagouv/contours-administratifs`. That file
//!   holds the communes *and* the municipal arrondissements, which are those with a `commune`.

use super::super::SourceLayer;
use super::super::error::Fault;

/// Values that stand for "none" in the IGN's columns.
pub(super) const NONE: [&str; 5] = ["NR", "NC", "ZZZZZZZZZ", "NULL", "N/A"];

/// A known set of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// ADMIN EXPRESS up to 3.x: `INSEE_COM`.
    AdminExpress3,
    /// ADMIN EXPRESS 4.x: `code_insee`, `nom_officiel`.
    AdminExpress4,
    /// ADMIN EXPRESS 4.x exported to Shapefile: `nom_offici`, `code_ins_1`….
    AdminExpress4Shapefile,
    /// Contours administratifs of Etalab and this project's own `communes.fgb`: `code`, `nom`.
    CodeNom,
}

/// Names of the columns of a schema, as the layer spells them.
pub(super) struct Columns {
    /// The schema they were recognised by.
    pub(super) schema: Schema,
    /// The INSEE code.
    pub(super) code: String,
    /// The name.
    pub(super) nom: String,
    /// Inhabitants.
    pub(super) population: Option<String>,
    /// SIREN of the EPCI, or of EPCI and EPT.
    pub(super) epci: Option<String>,
    /// SIREN of the EPT.
    pub(super) ept: Option<String>,
    /// Code of the département.
    pub(super) departement: Option<String>,
    /// Code of the région.
    pub(super) region: Option<String>,
    /// The commune of a municipal arrondissement.
    pub(super) commune: Option<String>,
}

/// Layers that are not communes: how their name begins, what they hold, the layer that would do.
const OTHER_LAYERS: [(&str, &str, &str); 12] = [
    (
        "arrondissement_municipal",
        "arrondissements municipaux",
        "COMMUNE",
    ),
    (
        "arrondissements-municipaux",
        "arrondissements municipaux",
        "communes",
    ),
    (
        "commune_associee",
        "communes associées ou déléguées",
        "COMMUNE",
    ),
    (
        "communes-associees",
        "communes associées ou déléguées",
        "communes",
    ),
    (
        "entite_rattachee",
        "communes associées, communes déléguées ou arrondissements municipaux",
        "COMMUNE",
    ),
    ("arrondissement", "arrondissements", "COMMUNE"),
    ("departement", "départements", "COMMUNE"),
    ("region", "régions", "COMMUNE"),
    ("epci", "EPCI", "COMMUNE"),
    ("canton", "cantons", "COMMUNE"),
    (
        "collectivite_territoriale",
        "collectivités territoriales",
        "COMMUNE",
    ),
    ("chef", "chefs-lieux", "COMMUNE"),
];

/// Columns that only layers of parts of communes have.
const PART_COLUMNS: [(&str, &str); 4] = [
    ("insee_arm", "arrondissements municipaux"),
    ("insee_cad", "communes associées ou déléguées"),
    (
        "insee_ratt",
        "communes associées, communes déléguées ou arrondissements municipaux",
    ),
    (
        "code_insee_de_la_commune_de_rattach",
        "communes déléguées ou arrondissements municipaux",
    ),
];

const EXPECTED: &str = "INSEE_COM et NOM (ADMIN EXPRESS jusqu’à 3), code_insee et nom_officiel (ADMIN EXPRESS 4), code et nom (contours administratifs, communes.fgb)";

/// Refuses a layer whose name or columns are those of something else than communes.
///
/// # Errors
/// [`Fault::WrongLayer`], which names what the layer holds and the one that would do.
pub(super) fn refuse_other_layers(layer: &SourceLayer) -> Result<(), Fault> {
    let name = layer.name.to_lowercase();
    if let Some((_, found, right)) = OTHER_LAYERS
        .iter()
        .find(|(start, ..)| name.starts_with(start))
    {
        return Err(Fault::WrongLayer { found, right });
    }
    let has = |column: &str| layer.columns.iter().any(|c| c.eq_ignore_ascii_case(column));
    match PART_COLUMNS.iter().find(|(column, _)| has(column)) {
        Some((_, found)) => Err(Fault::WrongLayer {
            found,
            right: "COMMUNE",
        }),
        None => Ok(()),
    }
}

/// Finds the columns of a layer, whatever their case.
///
/// # Errors
/// [`Fault::MissingColumn`] when the code or the name is in none of the known columns.
pub(super) fn columns(layer: &SourceLayer) -> Result<Columns, Fault> {
    let find = |names: &[&str]| {
        names.iter().find_map(|name| {
            layer
                .columns
                .iter()
                .find(|column| column.eq_ignore_ascii_case(name))
                .cloned()
        })
    };
    let missing = |missing: &'static str| Fault::MissingColumn {
        missing,
        found: layer.columns.clone(),
        expected: EXPECTED,
    };
    let (schema, code, nom) = if let Some(code) = find(&["INSEE_COM"]) {
        (
            Schema::AdminExpress3,
            code,
            find(&["NOM", "NOM_COM"]).ok_or_else(|| missing("du nom (NOM)"))?,
        )
    } else if let Some(code) = find(&["code_insee"]) {
        match (find(&["nom_officiel"]), find(&["nom_offici"])) {
            (Some(nom), _) => (Schema::AdminExpress4, code, nom),
            (None, Some(nom)) => (Schema::AdminExpress4Shapefile, code, nom),
            (None, None) => return Err(missing("du nom (nom_officiel)")),
        }
    } else if let Some(code) = find(&["code"]) {
        (
            Schema::CodeNom,
            code,
            find(&["nom"]).ok_or_else(|| missing("du nom (nom)"))?,
        )
    } else {
        return Err(missing("du code INSEE"));
    };
    let mut columns = Columns {
        schema,
        code,
        nom,
        population: find(&["population"]),
        epci: find(&[
            "SIREN_EPCI",
            "CODE_EPCI",
            "codes_siren_des_epci",
            "codes_sire",
            "epci",
        ]),
        ept: find(&["ept"]),
        departement: find(&["INSEE_DEP", "code_insee_du_departement", "departement"]),
        region: find(&["INSEE_REG", "code_insee_de_la_region", "region"]),
        commune: find(&["commune"]),
    };
    if schema == Schema::AdminExpress4Shapefile {
        (columns.departement, columns.region) = cut_columns(layer, &columns.code);
    }
    Ok(columns)
}

/// The département and région among `code_ins_1`, `code_ins_2`…: the number depends on which columns were exported,
/// so the département is the column that begins every code, and the région the next one, as in the product.
fn cut_columns(layer: &SourceLayer, code: &str) -> (Option<String>, Option<String>) {
    let numbered = |n: usize| {
        layer
            .columns
            .iter()
            .find(|column| column.eq_ignore_ascii_case(&format!("code_ins_{n}")))
    };
    let is_departement = |column: &String| {
        layer.features.iter().all(|feature| {
            match (feature.attributes.get(code), feature.attributes.get(column)) {
                (Some(code), Some(value)) => {
                    NONE.contains(&value.as_str()) || departement_of(code) == Some(value)
                }
                _ => false,
            }
        })
    };
    let found = (1..10).find(|n| numbered(*n).is_some_and(is_departement));
    (
        found.and_then(numbered).cloned(),
        found.and_then(|n| numbered(n + 1)).cloned(),
    )
}

/// The département a commune code begins with.
fn departement_of(code: &str) -> Option<&str> {
    code.get(
        ..if code.starts_with("97") || code.starts_with("98") {
            3
        } else {
            2
        },
    )
}
