//! `territoires import`: from published packages, or a user's own boundary files, to a data folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::composition;
use super::countries;
use super::dataset::{self, COMMUNE_COLUMNS, COUNTRY_COLUMNS, files};
use super::error::{BoundaryError, Result};
use super::flat::{self, Value};
use super::former_names;
use super::manifest::Manifest;
use super::packages::{
    self, EtalabCommune, EtalabIntercommunalite, EtalabPast, EtalabUnit, Outline, Package,
};
use super::postcodes;
use super::repair::{self, RawFace, RepairReport};
use super::sources::Sources;
use super::tables::{
    self, IntercommunaliteRow, OtherNameRow, PassageRow, PostcodeRow, UnitRow, WithoutOutlineRow,
};
use crate::domain::administrative::{
    Commune, CommuneWithoutOutline, Departement, Intercommunalite, OtherName, Passage, PassageKind,
    Region,
};
use crate::domain::codes::{CommuneCode, Siren};
use crate::domain::tables::Country;
use crate::geometry::polygon::Polygon;

/// A data set ready to be installed, and what had to be repaired on the way.
pub struct Imported {
    /// The files, by path in the folder.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Their manifest.
    pub manifest: Manifest,
    /// The repairs, by file.
    pub reports: Vec<(String, RepairReport)>,
}

/// The COG years whose codes the passage table knows, the newest last.
const COG_ROLES: [&str; 4] = ["cog-2023", "cog-2024", "cog-2025", "cog-2026"];

/// Builds the default data from the pinned packages in `folder`; `old` gives `sources.toml` and the
/// composition.
///
/// # Errors
/// The first source that is missing, is not the pinned one, or cannot be repaired.
pub fn from_packages(folder: &Path, old: &dyn dataset::Files) -> Result<Imported> {
    let sources_bytes = old.get(files::SOURCES)?;
    let sources = Sources::parse(&String::from_utf8_lossy(&sources_bytes))?;
    let open = |role: &str| Package::open(folder, sources.role(role)?);
    let mut out: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    out.insert(files::SOURCES.to_owned(), sources_bytes.into_owned());

    let cogs: Vec<Package> = COG_ROLES
        .iter()
        .map(|role| open(role))
        .collect::<Result<_>>()?;
    let years: Vec<Vec<EtalabCommune>> = cogs
        .iter()
        .map(|p| p.json("data/communes.json"))
        .collect::<Result<_>>()?;
    // COG_ROLES is not empty.
    let (oldest, newest) = (&cogs[0], &cogs[cogs.len() - 1]);
    let before = open("cog-2019")?;
    let history: Vec<EtalabPast> = before.json("data/historique-communes.json")?;
    let registry = Registry::new(&years, &history)?;
    write_postcodes(&mut out, &before, &years)?;

    let current = intercommunalites(newest)?;
    let contours = sources.role("contours")?;
    let outlines = packages::outlines(&open("contours")?)?;
    let targets = registry.targets(&outlines)?;
    write_tables(&mut out, newest, &registry, &current, sources.cog)?;
    let communes = registry.communes(&current)?;
    write_without_outline(&mut out, &registry, &communes, &targets)?;
    let composition_bytes = dataset::composition_files(&|n| old.get(n))?;
    for phase in composition::read(&composition_bytes)? {
        for edition in phase.editions {
            let name = files::intercommunalites(edition.cog);
            if !out.contains_key(&name) {
                if edition.cog != 2023 {
                    return Err(BoundaryError::content(
                        composition::DECLARATION,
                        format!(
                            "aucune source épinglée pour le COG {} de l’édition {}",
                            edition.cog, edition.id
                        ),
                    ));
                }
                let rows = intercommunalites(oldest)?;
                out.insert(
                    name.clone(),
                    tables::write(&name, rows.iter().map(IntercommunaliteRow::new))?,
                );
            }
        }
    }
    for (name, bytes) in composition_bytes {
        out.insert(format!("{}{name}", files::COMPOSITION), bytes);
    }

    let (communes_fgb, communes_report) = commune_file(
        &contours.attribution,
        &registry,
        &communes,
        &targets,
        outlines,
    )?;
    out.insert(files::COMMUNES.to_owned(), communes_fgb);
    let (countries_fgb, countries_report) = country_file(&open("pays")?, &open("noms-pays")?)?;
    out.insert(files::COUNTRIES.to_owned(), countries_fgb);

    let edition = format!("{}, agrégés au COG {}", contours.edition, sources.cog);
    let manifest = Manifest::of(sources.cog, edition, &out);
    Ok(Imported {
        files: out,
        manifest,
        reports: vec![
            (contours.fichier.clone(), communes_report),
            (sources.role("pays")?.fichier.clone(), countries_report),
        ],
    })
}

/// The communes of all COG years, seen from the newest.
struct Registry<'a> {
    current: BTreeMap<CommuneCode, &'a EtalabCommune>,
    passages: Vec<Passage>,
    other_names: Vec<OtherName>,
    /// For communes re-created since the outlines were drawn: the commune that contained them.
    recreated: BTreeMap<CommuneCode, CommuneCode>,
}

/// How messages name the outline table of the package.
const OUTLINES: &str = "communes.csv";

const CURRENT: &str = "commune-actuelle";

impl<'a> Registry<'a> {
    fn new(years: &'a [Vec<EtalabCommune>], history: &[EtalabPast]) -> Result<Self> {
        let newest = years.last().map_or(&[][..], Vec::as_slice);
        let mut current = BTreeMap::new();
        for c in newest.iter().filter(|c| c.kind == CURRENT) {
            current.insert(code(&c.code)?, c);
        }
        let mut passages = passages(years, &current)?;
        former_names::complete(&mut passages, history);
        let other_names = former_names::other_names(years, history, &current, &passages)?;
        let recreated = recreated(years, &current)?;
        Ok(Self {
            current,
            passages,
            other_names,
            recreated,
        })
    }

    /// Today's communes for a code of 2020 or since.
    fn today(&self, code: CommuneCode) -> Option<CommuneCode> {
        if self.current.contains_key(&code) {
            return Some(code);
        }
        self.passages
            .iter()
            .find(|p| p.code == code)
            .map(|p| p.actuelle)
    }

    /// Today's communes that outlines lead to, in order.
    fn targets(&self, outlines: &[Outline]) -> Result<Vec<CommuneCode>> {
        let mut targets = BTreeSet::new();
        for o in outlines {
            targets.insert(self.today(o.code).ok_or_else(|| {
                BoundaryError::content(
                    OUTLINES,
                    format!(
                        "ligne {}: la commune {} n’a pas de successeur connu",
                        o.feature, o.code
                    ),
                )
            })?);
        }
        Ok(targets.into_iter().collect())
    }

    /// The communes of the newest year with their EPCI and EPT.
    fn communes(&self, current: &[Intercommunalite]) -> Result<BTreeMap<CommuneCode, Commune>> {
        let mut epci: HashMap<CommuneCode, Siren> = HashMap::new();
        let mut ept: HashMap<CommuneCode, Siren> = HashMap::new();
        for i in current {
            let table = if i.is_ept() { &mut ept } else { &mut epci };
            table.extend(i.communes.iter().map(|c| (*c, i.siren)));
        }
        self.current
            .iter()
            .map(|(&code, c)| {
                let fault = |e| BoundaryError::content("communes.json", format!("{code}: {e}"));
                let commune = Commune {
                    code,
                    nom: typographic(&c.nom),
                    population: c.population,
                    departement: c.departement.parse().map_err(fault)?,
                    region: c.region.parse().map_err(fault)?,
                    epci: epci.get(&code).copied(),
                    ept: ept.get(&code).copied(),
                };
                Ok((code, commune))
            })
            .collect()
    }
}

/// Reads a commune's code.
pub(super) fn code(text: &str) -> Result<CommuneCode> {
    text.parse()
        .map_err(|e| BoundaryError::content("communes.json", format!("{e}")))
}

/// French typography: the typographic apostrophe in names.
pub(super) fn typographic(name: &str) -> String {
    name.replace('\'', "’")
}

/// All codes that are no commune today, with the communes that answer for them.
fn passages(
    years: &[Vec<EtalabCommune>],
    current: &BTreeMap<CommuneCode, &EtalabCommune>,
) -> Result<Vec<Passage>> {
    // The newest name known for a code, and whether it ever was a commune in the years known.
    let mut names: HashMap<&str, &str> = HashMap::new();
    for c in years.iter().flatten() {
        names.insert(&c.code, &c.nom);
    }
    let mut found: BTreeSet<(CommuneCode, CommuneCode, PassageKind)> = BTreeSet::new();
    let newest = years.last().map_or(&[][..], Vec::as_slice);
    for c in newest {
        let (parent, kind) = match c.kind.as_str() {
            "commune-deleguee" => (c.chef_lieu.as_ref(), PassageKind::Deleguee),
            "commune-associee" => (c.chef_lieu.as_ref(), PassageKind::Associee),
            "arrondissement-municipal" => (c.commune.as_ref(), PassageKind::Arrondissement),
            _ => (None, PassageKind::Ancienne),
        };
        if let Some(parent) = parent {
            found.insert((code(&c.code)?, code(parent)?, kind));
        }
        if c.kind == CURRENT {
            for old in &c.anciens_codes {
                found.insert((code(old)?, code(&c.code)?, PassageKind::Ancienne));
            }
        }
    }
    // A commune déléguée is named as such, not also as a former commune of the same parent.
    let detailed: BTreeSet<_> = found
        .iter()
        .filter(|(_, _, k)| *k != PassageKind::Ancienne)
        .map(|(c, p, _)| (*c, *p))
        .collect();
    found.retain(|(c, p, k)| {
        let known = *k == PassageKind::Ancienne && detailed.contains(&(*c, *p));
        !current.contains_key(c) && current.contains_key(p) && !known
    });
    Ok(found
        .into_iter()
        .map(|(code, actuelle, kind)| Passage {
            code,
            actuelle,
            kind,
            nom: names
                .get(code.as_str())
                .map(|n| typographic(n))
                .unwrap_or_default(),
        })
        .collect())
}

/// Communes of the newest year that the oldest year knows as part of another one.
fn recreated(
    years: &[Vec<EtalabCommune>],
    current: &BTreeMap<CommuneCode, &EtalabCommune>,
) -> Result<BTreeMap<CommuneCode, CommuneCode>> {
    let oldest = years.first().map_or(&[][..], Vec::as_slice);
    let then: BTreeSet<&str> = oldest
        .iter()
        .filter(|c| c.kind == CURRENT)
        .map(|c| c.code.as_str())
        .collect();
    let mut parents = BTreeMap::new();
    for c in oldest
        .iter()
        .filter(|c| c.kind != CURRENT && !then.contains(c.code.as_str()))
    {
        let part = code(&c.code)?;
        if let (true, Some(parent)) = (current.contains_key(&part), &c.chef_lieu) {
            parents.insert(part, code(parent)?);
        }
    }
    Ok(parents)
}

fn intercommunalites(package: &Package) -> Result<Vec<Intercommunalite>> {
    let mut all = Vec::new();
    for file in ["data/epci.json", "data/ept.json"] {
        for entry in package.json::<Vec<EtalabIntercommunalite>>(file)? {
            let mut communes = entry
                .membres
                .iter()
                .map(|m| code(&m.code))
                .collect::<Result<Vec<_>>>()?;
            communes.sort_unstable();
            all.push(Intercommunalite {
                siren: entry
                    .code
                    .parse()
                    .map_err(|e| BoundaryError::content(file, format!("{e}")))?,
                kind: entry.kind,
                nom: typographic(&entry.nom),
                communes,
            });
        }
    }
    all.sort_by_key(|i| i.siren);
    Ok(all)
}

fn write_tables(
    out: &mut BTreeMap<String, Vec<u8>>,
    newest: &Package,
    registry: &Registry,
    current: &[Intercommunalite],
    cog: u16,
) -> Result<()> {
    let mut put = |name: &str, bytes: Vec<u8>| out.insert(name.to_owned(), bytes);
    let name = files::intercommunalites(cog);
    put(
        &name,
        tables::write(&name, current.iter().map(IntercommunaliteRow::new))?,
    );
    put(
        files::PASSAGE,
        tables::write(
            files::PASSAGE,
            registry.passages.iter().map(PassageRow::new),
        )?,
    );
    put(
        files::OTHER_NAMES,
        tables::write(
            files::OTHER_NAMES,
            registry.other_names.iter().map(OtherNameRow::new),
        )?,
    );

    let fault = |e| BoundaryError::content("departements.json", format!("{e}"));
    let mut departements = Vec::new();
    for d in newest.json::<Vec<EtalabUnit>>("data/departements.json")? {
        let region = d
            .region
            .as_deref()
            .unwrap_or(&d.code)
            .parse()
            .map_err(fault)?;
        let departement = Departement {
            code: d.code.parse().map_err(fault)?,
            nom: typographic(&d.nom),
            region,
        };
        departements.push(departement);
    }
    departements.sort_by_key(|d| d.code);
    put(
        files::DEPARTEMENTS,
        tables::write(
            files::DEPARTEMENTS,
            departements.iter().map(UnitRow::of_departement),
        )?,
    );
    let mut regions = Vec::new();
    for r in newest.json::<Vec<EtalabUnit>>("data/regions.json")? {
        regions.push(Region {
            code: r.code.parse().map_err(fault)?,
            nom: typographic(&r.nom),
        });
    }
    regions.sort_by_key(|r| r.code);
    put(
        files::REGIONS,
        tables::write(files::REGIONS, regions.iter().map(UnitRow::of_region))?,
    );

    Ok(())
}

/// Writes the postcodes; `before` knows communes that were merged before the first of `years`.
fn write_postcodes(
    out: &mut BTreeMap<String, Vec<u8>>,
    before: &Package,
    years: &[Vec<EtalabCommune>],
) -> Result<()> {
    let before: Vec<EtalabCommune> = before.json("data/communes.json")?;
    let years: Vec<&[EtalabCommune]> = std::iter::once(&before)
        .chain(years)
        .map(Vec::as_slice)
        .collect();
    let pairs = postcodes::pairs(&years)?;
    out.insert(
        files::POSTCODES.to_owned(),
        tables::write(files::POSTCODES, pairs.iter().map(PostcodeRow::new))?,
    );
    Ok(())
}

/// Communes of the newest year that no outline can be made for.
fn write_without_outline(
    out: &mut BTreeMap<String, Vec<u8>>,
    registry: &Registry,
    communes: &BTreeMap<CommuneCode, Commune>,
    targets: &[CommuneCode],
) -> Result<()> {
    let mut without = Vec::new();
    for commune in communes
        .values()
        .filter(|c| targets.binary_search(&c.code).is_err())
    {
        let outline_of = registry
            .recreated
            .get(&commune.code)
            .and_then(|c| registry.today(*c));
        let overseas =
            commune.departement.as_str() >= "975" && commune.departement.as_str() != "976";
        if outline_of.is_none() && !overseas {
            return Err(BoundaryError::content(
                "communes.json",
                format!(
                    "la commune {} {} n’a ni contour ni origine connue",
                    commune.code, commune.nom
                ),
            ));
        }
        without.push(CommuneWithoutOutline {
            commune: commune.clone(),
            outline_of,
        });
    }
    let rows = without.iter().map(WithoutOutlineRow::new);
    out.insert(
        files::WITHOUT_OUTLINE.to_owned(),
        tables::write(files::WITHOUT_OUTLINE, rows)?,
    );
    Ok(())
}

/// Aggregates the outlines of 2020 to today's communes and writes `communes.fgb`.
fn commune_file(
    attribution: &str,
    registry: &Registry,
    communes: &BTreeMap<CommuneCode, Commune>,
    targets: &[CommuneCode],
    outlines: Vec<Outline>,
) -> Result<(Vec<u8>, RepairReport)> {
    let mut faces = Vec::with_capacity(outlines.len());
    for o in outlines {
        // Found for each outline when the targets were.
        let Some(today) = registry.today(o.code) else {
            continue;
        };
        let label = label_of(targets, today);
        faces.push(RawFace {
            file: OUTLINES.into(),
            code: o.code.to_string(),
            nom: communes
                .get(&today)
                .map_or_else(String::new, |c| c.nom.clone()),
            feature: o.feature,
            label,
            polygons: o.polygons,
        });
    }
    let (settled, report) = repair::coverage(OUTLINES, &faces, repair::STRICT)?;
    let rows: Vec<(&Commune, Vec<Polygon>)> = settled
        .into_iter()
        .filter_map(|(label, polygons)| Some((communes.get(&targets[label as usize])?, polygons)))
        .collect();
    Ok((write_communes(attribution, &rows)?, report))
}

fn label_of(targets: &[CommuneCode], code: CommuneCode) -> u32 {
    // Fewer than 2^32 communes.
    #[allow(clippy::cast_possible_truncation)]
    let label = targets.partition_point(|t| *t < code) as u32;
    label
}

/// Writes `communes.fgb` from communes and their polygons.
///
/// # Errors
/// What the writer reports.
pub fn write_communes(attribution: &str, rows: &[(&Commune, Vec<Polygon>)]) -> Result<Vec<u8>> {
    let texts: Vec<[String; 5]> = rows
        .iter()
        .map(|(c, _)| {
            let siren = |s: Option<Siren>| s.map(|s| s.to_string()).unwrap_or_default();
            [
                c.code.to_string(),
                siren(c.epci),
                siren(c.ept),
                c.departement.to_string(),
                c.region.to_string(),
            ]
        })
        .collect();
    let features = rows.iter().zip(&texts).map(|((c, polygons), t)| {
        let values = vec![
            Value::Text(&t[0]),
            Value::Text(&c.nom),
            Value::Count(c.population),
            Value::Text(&t[1]),
            Value::Text(&t[2]),
            Value::Text(&t[3]),
            Value::Text(&t[4]),
        ];
        (values, polygons.as_slice())
    });
    let attribution = format!("{attribution}; Licence Ouverte 2.0");
    flat::write(
        files::COMMUNES,
        "Contours des communes",
        &attribution,
        &COMMUNE_COLUMNS,
        features,
    )
}

/// French names by ISO 3166-1 numeric code.
fn country_names(package: &Package) -> Result<BTreeMap<String, Country>> {
    #[derive(serde::Deserialize)]
    struct Names {
        countries: HashMap<String, serde_json::Value>,
    }
    let codes: Vec<[String; 4]> = package.json("codes.json")?;
    let names: Names = package.json("langs/fr.json")?;
    Ok(codes
        .into_iter()
        .filter_map(|[alpha2, _, numeric, _]| {
            // A country has one name, or several of which the first is the common one.
            let name = match names.countries.get(&alpha2)? {
                serde_json::Value::Array(all) => all.first()?.as_str()?,
                one => one.as_str()?,
            };
            Some((
                numeric,
                Country {
                    code: alpha2,
                    nom: typographic(name),
                },
            ))
        })
        .collect())
}

/// The country file is quantised to a grid of some 360 m: its slivers are that wide, and the Vatican
/// is smaller.
const COUNTRY_RULES: repair::Rules = repair::Rules {
    sliver: 500.0,
    keep_all: false,
};

fn country_file(atlas: &Package, names: &Package) -> Result<(Vec<u8>, RepairReport)> {
    const FILE: &str = "countries-10m.json";
    let names = country_names(names)?;
    let countries = countries::read(FILE, &atlas.member(FILE)?, &names)?;
    let mut faces = Vec::new();
    let mut attributes = Vec::new();
    for (i, (country, polygons)) in countries.into_iter().enumerate() {
        #[allow(clippy::cast_possible_truncation)] // some 250 countries
        let label = i as u32;
        faces.push(RawFace {
            file: FILE.into(),
            code: country.code.clone(),
            nom: country.nom.clone(),
            feature: i + 1,
            label,
            polygons,
        });
        attributes.push(country);
    }
    let (settled, report) = repair::coverage(FILE, &faces, COUNTRY_RULES)?;
    let features = settled.iter().map(|(label, polygons)| {
        let c = &attributes[*label as usize];
        (
            vec![Value::Text(&c.code), Value::Text(&c.nom)],
            polygons.as_slice(),
        )
    });
    let file = flat::write(
        files::COUNTRIES,
        "Pays voisins",
        "Natural Earth, domaine public",
        &COUNTRY_COLUMNS,
        features,
    )?;
    Ok((file, report))
}
