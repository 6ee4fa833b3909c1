//! A data folder, or the embedded default: read whole and checked, or refused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::composition;
use super::error::{BoundaryError, Result};
use super::flat;
use super::install;
use super::manifest::{MANIFEST, Manifest};
use super::sources::Sources;
use super::tables::{
    self, IntercommunaliteRow, OtherNameRow, PassageRow, PostcodeRow, UnitRow, WithoutOutlineRow,
};
use crate::domain::administrative::Commune;
use crate::domain::codes::{CommuneCode, Siren};
use crate::domain::tables::{Country, Tables};
use crate::geometry::coverage::Coverage;

/// Names of the files of a data folder.
pub mod files {
    /// Commune outlines.
    pub const COMMUNES: &str = "communes.fgb";
    /// Neighbouring countries.
    pub const COUNTRIES: &str = "pays.fgb";
    /// How the communes are drawn at each zoom.
    pub const COMMUNE_ZOOMS: &str = "communes-zooms.bin";
    /// How the countries are drawn at each zoom.
    pub const COUNTRY_ZOOMS: &str = "pays-zooms.bin";
    /// Communes without outline.
    pub const WITHOUT_OUTLINE: &str = "communes-sans-contour.csv";
    /// Codes that are no commune today.
    pub const PASSAGE: &str = "passage.csv";
    /// Names that codes had before, or have for a part.
    pub const OTHER_NAMES: &str = "autres-noms.csv";
    /// Postcodes and the communes they serve.
    pub const POSTCODES: &str = "codes-postaux.csv";
    /// Départements.
    pub const DEPARTEMENTS: &str = "departements.csv";
    /// Régions.
    pub const REGIONS: &str = "regions.csv";
    /// The pinned sources.
    pub const SOURCES: &str = "sources.toml";
    /// Folder of the composition.
    pub const COMPOSITION: &str = "composition/";
    /// EPCI and EPT of a COG year.
    #[must_use]
    pub fn intercommunalites(cog: u16) -> String {
        format!("intercommunalites-{cog}.csv")
    }
}

/// Columns of `communes.fgb`; the second says whether it is a count.
pub const COMMUNE_COLUMNS: [(&str, bool); 7] = [
    ("code", false),
    ("nom", false),
    ("population", true),
    ("epci", false),
    ("ept", false),
    ("departement", false),
    ("region", false),
];

/// Columns of `pays.fgb`.
pub const COUNTRY_COLUMNS: [(&str, bool); 2] = [("code", false), ("nom", false)];

/// A data set as read: tables, the commune coverage, the context coverage.
#[derive(Debug)]
pub struct Dataset {
    /// Everything but shapes.
    pub tables: Tables,
    /// One face per commune of `tables.communes`, in the same order.
    pub coverage: Coverage,
    /// One face per country of `tables.countries`, in the same order.
    pub countries: Coverage,
    /// How the communes are drawn at each zoom, for the room that can read it.
    pub commune_zooms: Cow<'static, [u8]>,
    /// How the countries are.
    pub country_zooms: Cow<'static, [u8]>,
    /// Identifies the data: the digest of the manifest, hexadecimal.
    pub digest: String,
}

/// Where the files of a data set come from.
pub trait Files {
    /// The content of a file by its path in the folder.
    ///
    /// # Errors
    /// Where it is missing or cannot be read.
    fn get(&self, name: &str) -> Result<Cow<'static, [u8]>>;

    /// The content of a file that the manifest names with its digest. It is for the caller to check.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn named(&self, name: &str, _digest: Option<&str>) -> Result<Cow<'static, [u8]>> {
        self.get(name)
    }

    /// Whether the digests of the manifest are to be checked: not for files that were checked when
    /// they were built into the binary.
    fn is_checked(&self) -> bool;
}

/// A folder on disk.
pub struct Folder<'a>(pub &'a Path);

impl Files for Folder<'_> {
    fn get(&self, name: &str) -> Result<Cow<'static, [u8]>> {
        self.named(name, None)
    }

    fn named(&self, name: &str, digest: Option<&str>) -> Result<Cow<'static, [u8]>> {
        install::read(self.0, name, digest).map(Cow::Owned)
    }

    fn is_checked(&self) -> bool {
        true
    }
}

/// Reads a data set.
///
/// # Errors
/// The first file that is missing, was changed since its import, or does not hold what it should.
pub fn load(from: &dyn Files) -> Result<Dataset> {
    let manifest_bytes = from.get(MANIFEST)?;
    let manifest = Manifest::parse(&String::from_utf8_lossy(&manifest_bytes))?;
    let get = |name: &str| -> Result<Cow<'static, [u8]>> {
        let digest = manifest.fichiers.get(name).map(String::as_str);
        let bytes = from.named(name, digest)?;
        if from.is_checked() {
            manifest.check(name, &bytes)?;
        }
        Ok(bytes)
    };
    let mut tables = Tables {
        cog: manifest.cog,
        ..Tables::default()
    };

    let mut communes = Vec::new();
    let columns = COMMUNE_COLUMNS.map(|c| c.0);
    let coverage = flat::read(files::COMMUNES, &get(files::COMMUNES)?, &columns, |row| {
        communes.push(commune(row)?);
        Ok(())
    })?;
    tables.communes = communes;
    let mut countries = Vec::new();
    let columns = COUNTRY_COLUMNS.map(|c| c.0);
    let country_coverage =
        flat::read(files::COUNTRIES, &get(files::COUNTRIES)?, &columns, |row| {
            countries.push(Country {
                code: row.take(0),
                nom: row.take(1),
            });
            Ok(())
        })?;
    tables.countries = countries;

    let table = |name: &str| get(name);
    tables.without_outline = tables::read(
        files::WITHOUT_OUTLINE,
        &table(files::WITHOUT_OUTLINE)?,
        WithoutOutlineRow::commune,
    )?;
    tables.passages = tables::read(files::PASSAGE, &table(files::PASSAGE)?, PassageRow::passage)?;
    // Folders imported before these two files existed go on without them: addresses are then found by today's
    // names alone, and postcodes are unknown.
    let has = |name: &str| manifest.fichiers.contains_key(name);
    if has(files::OTHER_NAMES) {
        let bytes = table(files::OTHER_NAMES)?;
        tables.other_names = tables::read(files::OTHER_NAMES, &bytes, OtherNameRow::name)?;
    }
    if has(files::POSTCODES) {
        let bytes = table(files::POSTCODES)?;
        tables.postcodes = tables::read(files::POSTCODES, &bytes, PostcodeRow::pair)?;
    }
    tables.departements = tables::read(
        files::DEPARTEMENTS,
        &table(files::DEPARTEMENTS)?,
        UnitRow::departement,
    )?;
    tables.regions = tables::read(files::REGIONS, &table(files::REGIONS)?, UnitRow::region)?;
    tables.sources =
        Sources::parse(&String::from_utf8_lossy(&get(files::SOURCES)?))?.attributions();
    tables.phases = composition::read(&composition_files(&get)?)?;
    let years: BTreeSet<u16> = tables
        .phases
        .iter()
        .flat_map(|p| &p.editions)
        .map(|e| e.cog)
        .chain([tables.cog])
        .collect();
    for year in years {
        let name = files::intercommunalites(year);
        let rows = tables::read(&name, &table(&name)?, IntercommunaliteRow::intercommunalite)?;
        tables.intercommunalites.insert(year, rows);
    }
    Ok(Dataset {
        tables,
        coverage,
        countries: country_coverage,
        commune_zooms: get(files::COMMUNE_ZOOMS)?,
        country_zooms: get(files::COUNTRY_ZOOMS)?,
        digest: super::packages::sha256(&manifest_bytes),
    })
}

/// The outlines alone: communes, then countries, each with the code of every face.
///
/// # Errors
/// As [`load`], for those two files.
pub fn outlines(from: &dyn Files) -> Result<[(Coverage, Vec<String>); 2]> {
    let read = |name: &str, columns: &[(&str, bool)]| -> Result<(Coverage, Vec<String>)> {
        let columns: Vec<&str> = columns.iter().map(|c| c.0).collect();
        let mut codes = Vec::new();
        let coverage = flat::read(name, &from.get(name)?, &columns, |row| {
            codes.push(row.take(0));
            Ok(())
        })?;
        Ok((coverage, codes))
    };
    Ok([
        read(files::COMMUNES, &COMMUNE_COLUMNS)?,
        read(files::COUNTRIES, &COUNTRY_COLUMNS)?,
    ])
}

/// The declaration of the composition and the files it names.
///
/// # Errors
/// Where one is missing.
pub fn composition_files(
    get: &dyn Fn(&str) -> Result<Cow<'static, [u8]>>,
) -> Result<BTreeMap<String, Vec<u8>>> {
    let declaration = get(&format!(
        "{}{}",
        files::COMPOSITION,
        composition::DECLARATION
    ))?;
    let mut content = BTreeMap::new();
    for name in composition::files(&String::from_utf8_lossy(&declaration))? {
        let bytes = get(&format!("{}{name}", files::COMPOSITION))?;
        content.insert(name, bytes.into_owned());
    }
    Ok(content)
}

fn commune(row: &mut flat::Attributes) -> std::result::Result<Commune, String> {
    fn optional(text: &str) -> std::result::Result<Option<Siren>, String> {
        if text.is_empty() {
            Ok(None)
        } else {
            text.parse().map(Some).map_err(|e| format!("{e}"))
        }
    }
    let code: CommuneCode = row.take(0).parse().map_err(|e| format!("{e}"))?;
    Ok(Commune {
        code,
        nom: row.take(1),
        population: row.count(2),
        epci: optional(&row.take(3))?,
        ept: optional(&row.take(4))?,
        departement: row.take(5).parse().map_err(|e| format!("{code}: {e}"))?,
        region: row.take(6).parse().map_err(|e| format!("{code}: {e}"))?,
    })
}

/// Files in memory: a data set that is not on disk yet.
pub struct InMemory<'a> {
    /// The files.
    pub files: &'a BTreeMap<String, Vec<u8>>,
    /// Their manifest.
    pub manifest: &'a Manifest,
}

impl Files for InMemory<'_> {
    fn get(&self, name: &str) -> Result<Cow<'static, [u8]>> {
        if name == MANIFEST {
            return self.manifest.to_text().map(|t| Cow::Owned(t.into_bytes()));
        }
        let file = self.files.get(name);
        file.map(|f| Cow::Owned(f.clone()))
            .ok_or_else(|| BoundaryError::content(name, "fichier absent de l’import"))
    }

    fn is_checked(&self) -> bool {
        false
    }
}
