//! The CSV tables beside the outlines: read, checked line by line, and written.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::{BoundaryError, Result};
use crate::domain::administrative::{
    Commune, CommuneWithoutOutline, Departement, Intercommunalite, OtherName, Passage, PassageKind,
    Region,
};
use crate::domain::codes::{CodePostal, CommuneCode};

/// Reads the rows of a table, in order; a fault names file, line and column content.
///
/// # Errors
/// The first line that does not fit.
pub fn read<Row: DeserializeOwned, T>(
    file: &str,
    bytes: &[u8],
    convert: impl Fn(Row) -> std::result::Result<T, String>,
) -> Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let mut rows = Vec::new();
    for (i, row) in reader.deserialize().enumerate() {
        // The header is line 1.
        let fault = |what: String| BoundaryError::content(file, format!("ligne {}: {what}", i + 2));
        let row: Row = row.map_err(|e| fault(e.to_string()))?;
        rows.push(convert(row).map_err(fault)?);
    }
    Ok(rows)
}

/// Writes the rows of a table with a header line.
///
/// # Errors
/// Only where memory runs out.
pub fn write<Row: Serialize>(file: &str, rows: impl IntoIterator<Item = Row>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fault = |e: String| BoundaryError::content(file, e);
    for row in rows {
        writer.serialize(row).map_err(|e| fault(e.to_string()))?;
    }
    writer.into_inner().map_err(|e| fault(e.to_string()))
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
    text: &str,
) -> std::result::Result<T, String> {
    text.trim().parse().map_err(|e| format!("{e}"))
}

fn parse_optional<T: std::str::FromStr<Err: std::fmt::Display>>(
    text: &str,
) -> std::result::Result<Option<T>, String> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

/// A line of `communes-sans-contour.csv`.
#[derive(Serialize, Deserialize)]
pub struct WithoutOutlineRow {
    code: String,
    nom: String,
    population: u32,
    departement: String,
    region: String,
    epci: String,
    contour_de: String,
}

impl WithoutOutlineRow {
    /// The line of a commune.
    #[must_use]
    pub fn new(c: &CommuneWithoutOutline) -> Self {
        let text = |v: Option<String>| v.unwrap_or_default();
        Self {
            code: c.commune.code.to_string(),
            nom: c.commune.nom.clone(),
            population: c.commune.population,
            departement: c.commune.departement.to_string(),
            region: c.commune.region.to_string(),
            epci: text(c.commune.epci.map(|e| e.to_string())),
            contour_de: text(c.outline_of.map(|o| o.to_string())),
        }
    }

    /// The commune of a line.
    ///
    /// # Errors
    /// The field that is malformed.
    pub fn commune(self) -> std::result::Result<CommuneWithoutOutline, String> {
        Ok(CommuneWithoutOutline {
            commune: Commune {
                code: parse(&self.code)?,
                nom: self.nom,
                population: self.population,
                departement: parse(&self.departement)?,
                region: parse(&self.region)?,
                epci: parse_optional(&self.epci)?,
                ept: None,
            },
            outline_of: parse_optional(&self.contour_de)?,
        })
    }
}

/// A line of `passage.csv`.
#[derive(Serialize, Deserialize)]
pub struct PassageRow {
    code: String,
    actuelle: String,
    nature: String,
    nom: String,
}

impl PassageRow {
    /// The line of a passage.
    #[must_use]
    pub fn new(p: &Passage) -> Self {
        Self {
            code: p.code.to_string(),
            actuelle: p.actuelle.to_string(),
            nature: p.kind.as_str().to_owned(),
            nom: p.nom.clone(),
        }
    }

    /// The passage of a line.
    ///
    /// # Errors
    /// The field that is malformed.
    pub fn passage(self) -> std::result::Result<Passage, String> {
        Ok(Passage {
            code: parse(&self.code)?,
            actuelle: parse(&self.actuelle)?,
            kind: kind(&self.nature)?,
            nom: self.nom,
        })
    }
}

fn kind(nature: &str) -> std::result::Result<PassageKind, String> {
    PassageKind::from_word(nature).ok_or_else(|| {
        format!("nature « {nature} » inconnue: ancienne, deleguee, associee ou arrondissement")
    })
}

/// A line of `autres-noms.csv`.
#[derive(Serialize, Deserialize)]
pub struct OtherNameRow {
    code: String,
    nature: String,
    nom: String,
}

impl OtherNameRow {
    /// The line of a name.
    #[must_use]
    pub fn new(n: &OtherName) -> Self {
        Self {
            code: n.code.to_string(),
            nature: n.kind.as_str().to_owned(),
            nom: n.nom.clone(),
        }
    }

    /// The name of a line.
    ///
    /// # Errors
    /// The field that is malformed.
    pub fn name(self) -> std::result::Result<OtherName, String> {
        Ok(OtherName {
            code: parse(&self.code)?,
            kind: kind(&self.nature)?,
            nom: self.nom,
        })
    }
}

/// A line of `codes-postaux.csv`.
#[derive(Serialize, Deserialize)]
pub struct PostcodeRow {
    code_postal: String,
    commune: String,
}

impl PostcodeRow {
    /// The line of a postcode in a commune.
    #[must_use]
    pub fn new((code_postal, commune): &(CodePostal, CommuneCode)) -> Self {
        Self {
            code_postal: code_postal.to_string(),
            commune: commune.to_string(),
        }
    }

    /// The postcode and commune of a line.
    ///
    /// # Errors
    /// The field that is malformed.
    pub fn pair(self) -> std::result::Result<(CodePostal, CommuneCode), String> {
        Ok((parse(&self.code_postal)?, parse(&self.commune)?))
    }
}

/// A line of `intercommunalites-AAAA.csv`; the communes are separated by spaces.
#[derive(Serialize, Deserialize)]
pub struct IntercommunaliteRow {
    siren: String,
    #[serde(rename = "type")]
    kind: String,
    nom: String,
    membres: String,
}

impl IntercommunaliteRow {
    /// The line of an EPCI or EPT.
    #[must_use]
    pub fn new(i: &Intercommunalite) -> Self {
        let codes: Vec<&str> = i.communes.iter().map(CommuneCode::as_str).collect();
        Self {
            siren: i.siren.to_string(),
            kind: i.kind.clone(),
            nom: i.nom.clone(),
            membres: codes.join(" "),
        }
    }

    /// The EPCI or EPT of a line.
    ///
    /// # Errors
    /// The field that is malformed.
    pub fn intercommunalite(self) -> std::result::Result<Intercommunalite, String> {
        Ok(Intercommunalite {
            siren: parse(&self.siren)?,
            kind: self.kind,
            nom: self.nom,
            communes: self
                .membres
                .split_whitespace()
                .map(parse)
                .collect::<std::result::Result<_, _>>()?,
        })
    }
}

/// A line of `departements.csv` or, without `region`, of `regions.csv`.
#[derive(Serialize, Deserialize)]
pub struct UnitRow {
    code: String,
    nom: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

impl UnitRow {
    /// The line of a département.
    #[must_use]
    pub fn of_departement(d: &Departement) -> Self {
        Self {
            code: d.code.to_string(),
            nom: d.nom.clone(),
            region: Some(d.region.to_string()),
        }
    }

    /// The line of a région.
    #[must_use]
    pub fn of_region(r: &Region) -> Self {
        Self {
            code: r.code.to_string(),
            nom: r.nom.clone(),
            region: None,
        }
    }

    /// The département of a line.
    ///
    /// # Errors
    /// The field that is malformed.
    pub fn departement(self) -> std::result::Result<Departement, String> {
        let region = self.region.ok_or("la colonne « region » manque")?;
        Ok(Departement {
            code: parse(&self.code)?,
            nom: self.nom,
            region: parse(&region)?,
        })
    }

    /// The région of a line.
    ///
    /// # Errors
    /// The field that is malformed.
    pub fn region(self) -> std::result::Result<Region, String> {
        Ok(Region {
            code: parse(&self.code)?,
            nom: self.nom,
        })
    }
}
