//! `territoires import FICHIERS`: a user's own commune outlines in place of the embedded ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::dataset::{self, Files, files};
use super::error::{BoundaryError, Result};
use super::import::{Imported, write_communes};
use super::manifest::{MANIFEST, Manifest};
use super::read::{self, ign};
use super::repair::{self, RawFace, RepairReport};
use super::tables::{self, WithoutOutlineRow};
use crate::domain::administrative::{Commune, CommuneWithoutOutline};
use crate::domain::codes::{CommuneCode, Siren};
use crate::domain::tables::Tables;
use crate::geometry::polygon::Polygon;

/// One commune of the files, before its attributes are completed.
struct Row {
    file: Arc<str>,
    row: ign::CommuneRow,
}

/// Builds a data set with the commune outlines of some files (one country, in as many files as the
/// producer delivers: the mainland and each overseas département) and all else from `base`.
///
/// `layer` chooses a layer where a file has several; `cog` is the COG year of the files where it is not
/// that of the base.
///
/// # Errors
/// The first file that cannot be read or repaired; nothing is written by this function.
pub fn from_files(
    paths: &[PathBuf],
    layer: Option<&str>,
    cog: Option<u16>,
    base: &dyn Files,
) -> Result<Imported> {
    let base_manifest = Manifest::parse(&String::from_utf8_lossy(&base.get(MANIFEST)?))?;
    let base_tables = dataset::load(base)?.tables;
    let cog = cog.unwrap_or(base_tables.cog);
    let mut out: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for name in base_manifest.fichiers.keys() {
        let remade = [
            files::COMMUNES,
            files::COMMUNE_ZOOMS,
            files::WITHOUT_OUTLINE,
        ];
        if !remade.contains(&name.as_str()) {
            out.insert(name.clone(), base.get(name)?.into_owned());
        }
    }
    if !out.contains_key(&files::intercommunalites(cog)) {
        return Err(BoundaryError::content(
            files::intercommunalites(cog),
            format!(
                "les intercommunalités du COG {cog} ne sont pas dans les données de base ; \
                 il y a le COG {}",
                base_tables
                    .intercommunalites
                    .keys()
                    .map(u16::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        ));
    }

    let (rows, mut report) = read_all(paths, layer)?;
    let communes = complete(&rows, &base_tables)?;
    let codes: Vec<CommuneCode> = communes.keys().copied().collect();
    let mut faces = Vec::with_capacity(rows.len());
    for (code, same) in rows {
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^32 communes
        let label = codes.partition_point(|c| *c < code) as u32;
        faces.extend(same.into_iter().map(|Row { file, row }| RawFace {
            file,
            code: row.code,
            nom: row.nom,
            feature: row.number,
            label,
            polygons: row.polygons,
        }));
    }
    let name = display_names(paths);
    let (settled, repaired) = repair::coverage(&name, &faces, repair::STRICT)?;
    report.merge(repaired);
    let drawn: Vec<_> = settled
        .into_iter()
        .filter_map(|(label, polygons)| Some((communes.get(&codes[label as usize])?, polygons)))
        .collect();
    out.insert(
        files::COMMUNES.to_owned(),
        write_communes("Contours importés", &drawn)?,
    );

    let without = without_outline(base_tables, &communes, &drawn);
    let table = tables::write(
        files::WITHOUT_OUTLINE,
        without.iter().map(WithoutOutlineRow::new),
    )?;
    out.insert(files::WITHOUT_OUTLINE.to_owned(), table);
    let manifest = Manifest::of(cog, name.clone(), &out);
    Ok(Imported {
        files: out,
        manifest,
        reports: vec![(name, report)],
    })
}

fn display_names(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths
        .iter()
        .map(|p| {
            p.file_name()
                .unwrap_or(p.as_os_str())
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.join(", ")
}

/// Reads all files; features with one code are kept together.
fn read_all(
    paths: &[PathBuf],
    layer: Option<&str>,
) -> Result<(BTreeMap<CommuneCode, Vec<Row>>, RepairReport)> {
    let mut rows: BTreeMap<CommuneCode, Vec<Row>> = BTreeMap::new();
    let mut report = RepairReport::default();
    for path in paths {
        let source = read::read(path, layer)?;
        let file: Arc<str> = source.file.clone().into();
        for row in ign::communes(source)?.rows {
            let fault = |what: String| {
                BoundaryError::content(&*file, format!("entité {}: {what}", row.number))
            };
            let code: CommuneCode = row.code.parse().map_err(|e| fault(format!("{e}")))?;
            if row.polygons.is_empty() {
                report.note(&file, || {
                    format!(
                        "entité {}: {code} {} n’a pas de géométrie, gardée sans contour",
                        row.number, row.nom
                    )
                });
            }
            let same = rows.entry(code).or_default();
            if let Some(first) = same.first() {
                if first.row.nom != row.nom {
                    return Err(fault(format!(
                        "le code {code} ({}) est déjà celui de {} ({}, entité {}); \
                         un code ne peut désigner qu’une commune",
                        row.nom, first.row.nom, first.file, first.row.number
                    )));
                }
                report.duplicates += 1;
                report.note(&file, || {
                    format!(
                        "entité {}: code {code} déjà vu à l’entité {}, les deux contours sont réunis",
                        row.number, first.row.number
                    )
                });
            }
            same.push(Row {
                file: file.clone(),
                row,
            });
        }
    }
    Ok((rows, report))
}

/// The communes of the files; what a file leaves out comes from the base.
fn complete(
    rows: &BTreeMap<CommuneCode, Vec<Row>>,
    base: &Tables,
) -> Result<BTreeMap<CommuneCode, Commune>> {
    let known: BTreeMap<CommuneCode, &Commune> = base
        .communes
        .iter()
        .chain(base.without_outline.iter().map(|w| &w.commune))
        .map(|c| (c.code, c))
        .collect();
    let mut communes = BTreeMap::new();
    for (&code, same) in rows {
        let Some(Row { file, row }) = same.first() else {
            continue;
        };
        let fault = |what: String| {
            BoundaryError::content(&**file, format!("entité {} ({code}): {what}", row.number))
        };
        let siren = |text: &Option<String>, base: Option<Siren>| match text {
            Some(text) => text.parse().map(Some).map_err(|e| fault(format!("{e}"))),
            None => Ok(base),
        };
        let base_commune = known.get(&code);
        let departement = match &row.departement {
            Some(text) => text.parse().map_err(|e| fault(format!("{e}")))?,
            None => code.departement(),
        };
        let region = base
            .departements
            .iter()
            .find(|d| d.code == departement)
            .map(|d| d.region);
        let region =
            region.ok_or_else(|| fault(format!("le département {departement} n’existe pas")))?;
        communes.insert(
            code,
            Commune {
                code,
                nom: row.nom.replace('\'', "’"),
                population: row
                    .population
                    .or(base_commune.map(|c| c.population))
                    .unwrap_or(0),
                departement,
                region,
                epci: siren(&row.epci, base_commune.and_then(|c| c.epci))?,
                ept: siren(&row.ept, base_commune.and_then(|c| c.ept))?,
            },
        );
    }
    Ok(communes)
}

/// Communes of the base, or of the files, that the files do not draw stay known, without outline.
fn without_outline(
    base: Tables,
    communes: &BTreeMap<CommuneCode, Commune>,
    drawn: &[(&Commune, Vec<Polygon>)],
) -> Vec<CommuneWithoutOutline> {
    let drawn: BTreeSet<CommuneCode> = drawn.iter().map(|(c, _)| c.code).collect();
    let passed: BTreeSet<CommuneCode> = base.passages.iter().map(|p| p.code).collect();
    let mut without: BTreeMap<CommuneCode, CommuneWithoutOutline> = BTreeMap::new();
    let own = communes.values().cloned().map(|commune| (commune, None));
    let of_base = base.communes.into_iter().map(|commune| (commune, None));
    let without_before = base
        .without_outline
        .into_iter()
        .map(|w| (w.commune, w.outline_of));
    for (commune, outline_of) in own.chain(of_base).chain(without_before) {
        let code = commune.code;
        let in_files = communes.contains_key(&code);
        if !drawn.contains(&code) && (in_files || !passed.contains(&code)) {
            let outline_of = outline_of.filter(|c| drawn.contains(c));
            without.entry(code).or_insert(CommuneWithoutOutline {
                commune,
                outline_of,
            });
        }
    }
    without.into_values().collect()
}
