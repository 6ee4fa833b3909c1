//! From the columns of the products people have to communes.

mod columns;

use std::collections::BTreeSet;

use super::error::{Fault, Place, ReadError};
use super::{Rings, SourceFeature, SourceLayer};
use columns::{Columns, NONE};

pub use columns::Schema;

/// SIREN of the Métropole du Grand Paris, the only EPCI whose communes also are in an EPT.
pub const GRAND_PARIS: &str = "200054781";

/// SIREN of the Ville de Paris, the one commune of the Métropole outside any EPT: beside the EPCI it is no EPT.
const VILLE_DE_PARIS: &str = "217500016";

/// One commune, as its file gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct CommuneRow {
    /// Position in the file, from 1.
    pub number: usize,
    /// INSEE code: five characters, such as `64445`, `2A004`, `97105`.
    pub code: String,
    /// Official name, with its article and accents.
    pub nom: String,
    /// Inhabitants.
    pub population: Option<u32>,
    /// SIREN of the EPCI, nine digits.
    pub epci: Option<String>,
    /// SIREN of the établissement public territorial, inside the Métropole du Grand Paris.
    pub ept: Option<String>,
    /// Code of the département, such as `64`, `2A`, `971`.
    pub departement: Option<String>,
    /// Code of the région, such as `75`, `01`.
    pub region: Option<String>,
    /// Polygon -> ring (exterior first) -> longitude and latitude in degrees, as given (see [`SourceFeature`]).
    pub polygons: Vec<Rings>,
}

/// The communes of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Communes {
    /// The product the columns are those of.
    pub schema: Schema,
    /// The communes, in the file's order.
    pub rows: Vec<CommuneRow>,
    /// Codes of the municipal arrondissements left out, because the file also holds their commune.
    pub arrondissements: Vec<String>,
}

/// Names the columns of a layer and reads its communes.
///
/// Municipal arrondissements of Paris, Lyon and Marseille are left out when the file says which commune each is a
/// part of and holds that commune; otherwise they refuse the layer. Duplicate codes are the caller's affair.
///
/// # Errors
/// A [`ReadError`] when the layer holds something else than communes, lacks the code or the name, or when a code,
/// SIREN or population has not the form expected; it names the feature.
pub fn communes(layer: SourceLayer) -> Result<Communes, ReadError> {
    let place = Place::of(&layer.file, &layer.name);
    columns::refuse_other_layers(&layer).map_err(|fault| place.fault(fault))?;
    let columns = columns::columns(&layer).map_err(|fault| place.fault(fault))?;
    let present: BTreeSet<String> = layer
        .features
        .iter()
        .filter_map(|f| f.attributes.get(&columns.code).cloned())
        .collect();
    let mut communes = Communes {
        schema: columns.schema,
        rows: Vec::new(),
        arrondissements: Vec::new(),
    };
    for feature in layer.features {
        let place = place.feature(feature.number).commune(&feature.attributes);
        let code = commune_code(&columns, &feature).map_err(|fault| place.fault(fault))?;
        if is_arrondissement(&code) {
            let commune = columns
                .commune
                .as_ref()
                .and_then(|column| feature.attributes.get(column));
            if commune.is_none_or(|commune| !present.contains(commune)) {
                return Err(place.fault(Fault::WrongLayer {
                    found: "arrondissements municipaux",
                    right: "COMMUNE",
                }));
            }
            communes.arrondissements.push(code);
            continue;
        }
        communes
            .rows
            .push(row(&columns, feature, code).map_err(|fault| place.fault(fault))?);
    }
    Ok(communes)
}

fn row(columns: &Columns, feature: SourceFeature, code: String) -> Result<CommuneRow, Fault> {
    let value = |column: &Option<String>| {
        let value = column
            .as_ref()
            .and_then(|column| feature.attributes.get(column))
            .map(|value| value.trim());
        value.filter(|value| !value.is_empty() && !NONE.contains(value))
    };
    let nom = feature
        .attributes
        .get(&columns.nom)
        .map(|nom| nom.trim())
        .filter(|nom| !nom.is_empty());
    let nom = nom.ok_or_else(|| {
        bad(
            &columns.nom,
            "",
            "le nom de la commune, par exemple « Pau »",
        )
    })?;
    let population = value(&columns.population)
        .map(|text| number(columns.population.as_deref(), text))
        .transpose()?;
    let (epci, ept) = match value(&columns.epci) {
        Some(text) => sirens(columns.epci.as_deref().unwrap_or_default(), text, &code)?,
        None => (None, None),
    };
    let own = value(&columns.ept)
        .map(|text| siren(columns.ept.as_deref().unwrap_or_default(), text))
        .transpose()?;
    Ok(CommuneRow {
        number: feature.number,
        nom: ligatures(nom),
        population,
        epci,
        ept: own.or(ept),
        departement: value(&columns.departement).map(str::to_owned),
        region: value(&columns.region).map(str::to_owned),
        code,
        polygons: feature.polygons,
    })
}

fn bad(column: &str, value: &str, expected: &'static str) -> Fault {
    Fault::BadValue {
        column: column.to_owned(),
        value: value.to_owned(),
        expected,
    }
}

/// The INSEE code: two digits or a Corsican letter, then digits, five in all.
fn commune_code(columns: &Columns, feature: &SourceFeature) -> Result<String, Fault> {
    let code = feature
        .attributes
        .get(&columns.code)
        .map(|code| code.trim())
        .unwrap_or_default();
    let corsican = code.starts_with("2A") || code.starts_with("2B");
    let digits = |text: Option<&str>| {
        text.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match code.len() {
        5 if digits(Some(code)) || (corsican && digits(code.get(2..))) => Ok(code.to_owned()),
        _ => Err(bad(
            &columns.code,
            code,
            "un code INSEE de commune en cinq caractères, zéro initial compris, par exemple 01004 ou 2A004",
        )),
    }
}

/// Whether a code is that of a municipal arrondissement of Marseille, Lyon or Paris.
fn is_arrondissement(code: &str) -> bool {
    code.parse()
        .is_ok_and(|n: u32| matches!(n, 13201..=13216 | 69381..=69389 | 75101..=75120))
}

fn number(column: Option<&str>, text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| {
        bad(
            column.unwrap_or_default(),
            text,
            "un nombre d’habitants entier, par exemple 75627",
        )
    })
}

fn siren(column: &str, text: &str) -> Result<String, Fault> {
    if text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(bad(
            column,
            text,
            "un SIREN de neuf chiffres, par exemple 200067254, ou NR",
        ))
    }
}

/// EPCI and EPT out of `200054781/200057867` (either order), `200067254` or values that stand for none.
fn sirens(column: &str, text: &str, code: &str) -> Result<(Option<String>, Option<String>), Fault> {
    let parts = text
        .split('/')
        .map(str::trim)
        .filter(|part| !part.is_empty() && !NONE.contains(part));
    let parts = parts
        .map(|part| siren(column, part))
        .collect::<Result<Vec<_>, _>>()?;
    let metropole = parts.iter().any(|part| part == GRAND_PARIS);
    let rest: BTreeSet<String> = parts
        .into_iter()
        .filter(|part| part != GRAND_PARIS && part != VILLE_DE_PARIS)
        .collect();
    let mut rest = rest.into_iter();
    match (metropole, rest.next(), rest.next()) {
        (_, None, _) => Ok((metropole.then(|| GRAND_PARIS.to_owned()), None)),
        (false, epci, None) => Ok((epci, None)),
        // Paris itself is in no EPT, whatever stands beside its EPCI.
        (true, ept, None) => Ok((
            Some(GRAND_PARIS.to_owned()),
            ept.filter(|_| code != "75056"),
        )),
        _ => Err(bad(
            column,
            text,
            "un SIREN d’EPCI, ou celui de la Métropole du Grand Paris puis celui d’un EPT, par exemple 200054781/200057867",
        )),
    }
}

/// `Œ` and `œ` where the IGN's deliveries have `¼` and `½`: ISO-8859-15 once read as Latin-1 (`Paimb½uf`). No French
/// place name has these fractions.
fn ligatures(nom: &str) -> String {
    nom.replace('¼', "Œ").replace('½', "œ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::SourceCrs;
    use super::*;

    fn layer(name: &str, rows: &[&[(&str, &str)]]) -> SourceLayer {
        let text = |(column, value): &(&str, &str)| ((*column).to_owned(), (*value).to_owned());
        let feature = |(i, row): (usize, &&[(&str, &str)])| SourceFeature {
            number: i + 1,
            attributes: row.iter().map(text).collect::<BTreeMap<_, _>>(),
            polygons: Vec::new(),
        };
        let columns: BTreeSet<String> = rows
            .iter()
            .flat_map(|row| row.iter().map(|(column, _)| (*column).to_owned()))
            .collect();
        let crs = SourceCrs {
            code: "EPSG:4326",
            name: "WGS 84",
        };
        SourceLayer {
            file: "essai".into(),
            name: name.into(),
            crs,
            columns: columns.into_iter().collect(),
            features: rows.iter().enumerate().map(feature).collect(),
        }
    }

    fn first(name: &str, row: &[(&str, &str)]) -> Result<CommuneRow, ReadError> {
        communes(layer(name, &[row])).map(|mut communes| communes.rows.remove(0))
    }

    #[test]
    fn grand_paris_gives_epci_and_ept() {
        for value in ["200054781/200057867", "200057867/200054781"] {
            let row = first(
                "COMMUNE",
                &[
                    ("INSEE_COM", "93066"),
                    ("NOM", "Saint-Denis"),
                    ("SIREN_EPCI", value),
                ],
            )
            .unwrap();
            assert_eq!(
                (row.epci.as_deref(), row.ept.as_deref()),
                (Some("200054781"), Some("200057867"))
            );
        }
        for value in [
            "200054781",
            "200054781/200054781",
            "200054781/217500016",
            "200054781/200057867",
        ] {
            let row = first(
                "COMMUNE",
                &[
                    ("INSEE_COM", "75056"),
                    ("NOM", "Paris"),
                    ("SIREN_EPCI", value),
                ],
            )
            .unwrap();
            assert_eq!((row.epci.as_deref(), row.ept), (Some("200054781"), None));
        }
        for value in ["NR", "NC", "ZZZZZZZZZ", ""] {
            let row = first(
                "COMMUNE",
                &[
                    ("INSEE_COM", "29083"),
                    ("NOM", "Île-de-Sein"),
                    ("SIREN_EPCI", value),
                ],
            )
            .unwrap();
            assert_eq!((row.epci, row.ept), (None, None));
        }
        for value in ["20005478", "200067254/200067255", "NEUF CHIF"] {
            assert!(
                first(
                    "COMMUNE",
                    &[
                        ("INSEE_COM", "93066"),
                        ("NOM", "Saint-Denis"),
                        ("SIREN_EPCI", value)
                    ]
                )
                .is_err()
            );
        }
    }

    #[test]
    fn columns_are_found_whatever_their_case() {
        let row = first(
            "commune",
            &[
                ("insee_com", "2A004"),
                ("Nom", "Ajaccio"),
                ("population", "71361"),
                ("insee_dep", "2A"),
            ],
        )
        .unwrap();
        assert_eq!(
            (
                row.code.as_str(),
                row.population,
                row.departement.as_deref()
            ),
            ("2A004", Some(71361), Some("2A"))
        );
    }

    #[test]
    fn cut_columns_are_found_by_their_values() {
        let row = [
            ("code_insee", "97105"),
            ("nom_offici", "Basse-Terre"),
            ("code_ins_1", "97104"),
            ("code_ins_2", "9711"),
            ("code_ins_3", "971"),
            ("code_ins_4", "01"),
            ("codes_sire", "249710070"),
        ];
        let row = first("commune", &row).unwrap();
        assert_eq!(
            (
                row.departement.as_deref(),
                row.region.as_deref(),
                row.epci.as_deref()
            ),
            (Some("971"), Some("01"), Some("249710070"))
        );
    }

    #[test]
    fn arrondissements_are_left_out_only_beside_their_commune() {
        let paris: &[_] = &[("code", "75056"), ("nom", "Paris"), ("plm", "true")];
        let twelfth: &[_] = &[
            ("code", "75112"),
            ("nom", "Paris 12e"),
            ("commune", "75056"),
        ];
        let both = communes(layer("communes-5m", &[paris, twelfth])).unwrap();
        assert_eq!(
            (both.rows.len(), both.arrondissements),
            (1, vec!["75112".to_owned()])
        );
        let alone = communes(layer("communes-5m", &[twelfth])).unwrap_err();
        assert!(matches!(*alone.fault, Fault::WrongLayer { .. }));
        assert!(matches!(
            *first(
                "renommé",
                &[
                    ("INSEE_ARM", "75112"),
                    ("NOM", "Paris 12e"),
                    ("INSEE_COM", "75056")
                ]
            )
            .unwrap_err()
            .fault,
            Fault::WrongLayer { .. }
        ));
    }

    #[test]
    fn codes_and_populations_of_another_form_are_refused() {
        for code in ["1004", "64", "2C004", "A4445", "64445 bis", ""] {
            assert!(
                first("COMMUNE", &[("INSEE_COM", code), ("NOM", "Pau")]).is_err(),
                "{code}"
            );
        }
        for population in ["-1", "beaucoup", "12.5", "9999999999"] {
            assert!(
                first(
                    "COMMUNE",
                    &[
                        ("INSEE_COM", "64445"),
                        ("NOM", "Pau"),
                        ("POPULATION", population)
                    ]
                )
                .is_err()
            );
        }
    }

    #[test]
    fn fractions_are_read_as_the_letters_they_replace() {
        assert_eq!(
            first("COMMUNE", &[("INSEE_COM", "44116"), ("NOM", "Paimb½uf")])
                .unwrap()
                .nom,
            "Paimbœuf"
        );
    }
}
