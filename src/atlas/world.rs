//! Building the atlas, and reading it.

use std::collections::BTreeMap;

use super::colour;
use super::error::AtlasError;
use super::evolution;
use super::features::{Feature, LevelData, Value, number_of, rank_by_area};
use super::membership::{Membership, Standing};
use super::places::Places;
use super::territories::{self, ResolvedEdition};
use super::zooms::Zooms;
use crate::domain::level::Level;
use crate::domain::programme::{Edition, Phase};
use crate::domain::tables::Tables;
use crate::geometry::arcs::{Arcs, Parts};
use crate::geometry::area;
use crate::geometry::coverage::Coverage;
use crate::geometry::lattice::Bounds;
use crate::geometry::planar::NOBODY;
use crate::index::points::{PointIndex, Position};
use crate::topology::cut;
use crate::topology::dissolve::{self, Perimeter};

/// A coverage cut into arcs, with its levels and its zooms.
#[derive(Debug)]
pub struct Chart {
    /// The shared arcs.
    pub arcs: Arcs,
    /// The arcs around each part of each face.
    pub parts: Parts,
    /// Point look-up.
    pub points: PointIndex,
    /// The levels that are drawn from this coverage.
    pub levels: Vec<LevelData>,
    /// The coverage at each zoom.
    pub zooms: Zooms,
}

/// The world as this service knows it: immutable once built.
#[derive(Debug)]
pub struct Atlas {
    /// Identifies the data, hexadecimal.
    pub digest: String,
    /// Names, phases, sources; communes are in `places`.
    pub tables: Tables,
    /// The communes and the codes that lead to them.
    pub places: Places,
    /// The editions of each phase, resolved, in the order of `tables.phases` and their editions.
    pub editions: Vec<Vec<ResolvedEdition>>,
    /// France: communes and all that dissolves from them.
    pub france: Chart,
    /// The countries around it.
    pub context: Chart,
}

impl Chart {
    /// The face that holds a point in WGS84 degrees (see the boundary rule in [`crate::index::points`]);
    /// `None` also for what is no point on the earth.
    #[must_use]
    pub fn face_at(&self, lon: f64, lat: f64) -> Option<u32> {
        let position = Position::from_degrees(lon, lat)?;
        self.points.face_at(&self.arcs, &self.parts, position)
    }
}

impl Atlas {
    /// Builds the atlas from tables and outlines.
    ///
    /// # Errors
    /// What the tables and outlines say against each other.
    pub fn build(
        mut tables: Tables,
        coverage: &Coverage,
        countries: &Coverage,
        digest: String,
    ) -> Result<Self, AtlasError> {
        if tables.phases.is_empty() {
            return Err(AtlasError::NoPhase);
        }
        let places = Places::new(&mut tables)?;
        let editions = resolve(&tables, &places)?;
        let france = chart(
            coverage,
            places.face_count(),
            |face| places.commune(face).code.to_string(),
            |arcs, areas| levels(&tables, &places, &editions, arcs, areas),
        )?;
        let names = &tables.countries;
        let context = chart(
            countries,
            names.len(),
            |face| names[face].nom.clone(),
            |arcs, areas| Ok(vec![country_level(&tables, arcs, areas)?]),
        )?;
        Ok(Self {
            digest,
            tables,
            places,
            editions,
            france,
            context,
        })
    }

    /// The phase with an id.
    #[must_use]
    pub fn phase(&self, id: &str) -> Option<usize> {
        self.tables.phases.iter().position(|p| p.id == id)
    }

    /// The phase asked for where none is named: the latest.
    #[must_use]
    pub fn current_phase(&self) -> usize {
        self.tables.phases.len() - 1 // at least one, by `build`
    }

    /// The edition of a phase with a date, or its latest.
    #[must_use]
    pub fn edition(&self, phase: usize, id: Option<&str>) -> Option<&ResolvedEdition> {
        match id {
            None => self.editions[phase].last(),
            Some(id) => {
                let at = self.tables.phases[phase]
                    .editions
                    .iter()
                    .position(|e| e.id == id)?;
                self.editions[phase].get(at)
            }
        }
    }

    /// The phase and edition declarations behind a resolved edition.
    #[must_use]
    pub fn declared(&self, phase: usize, resolved: &ResolvedEdition) -> (&Phase, &Edition) {
        let phase = &self.tables.phases[phase];
        (phase, &phase.editions[resolved.edition])
    }

    /// The commune that holds a point in WGS84 degrees.
    #[must_use]
    pub fn commune_at(&self, lon: f64, lat: f64) -> Option<usize> {
        self.france.face_at(lon, lat).map(|face| face as usize)
    }

    /// The chart and the level with a name.
    #[must_use]
    pub fn level(&self, name: &str) -> Option<(&Chart, usize)> {
        [&self.france, &self.context].into_iter().find_map(|chart| {
            let at = chart.levels.iter().position(|l| l.level.name() == name)?;
            Some((chart, at))
        })
    }

    /// All levels, in the order in which they are listed to users.
    pub fn levels(&self) -> impl Iterator<Item = &LevelData> {
        self.france.levels.iter().chain(&self.context.levels)
    }
}

/// Resolves all editions of all phases; the latest edition of a phase tells the next what was before.
fn resolve(tables: &Tables, places: &Places) -> Result<Vec<Vec<ResolvedEdition>>, AtlasError> {
    let mut all: Vec<Vec<ResolvedEdition>> = Vec::new();
    for phase in &tables.phases {
        let mut resolved = Vec::new();
        for (e, edition) in phase.editions.iter().enumerate() {
            let intercommunalites = tables
                .intercommunalites
                .get(&edition.cog)
                .map_or(&[][..], Vec::as_slice);
            let membership = Membership::new(edition, intercommunalites, places)?;
            let count = edition.territoires.len();
            let mut facts = territories::facts(&membership, count, places);
            let before = phase
                .suit
                .as_ref()
                .and_then(|id| tables.phases.iter().position(|p| p.id == *id))
                .and_then(|p| Some((&tables.phases[p], all.get(p)?.last()?)));
            if let Some((phase, before)) = before {
                let before_count = phase.editions[before.edition].territoires.len();
                let since = evolution::since(&before.membership, before_count, &membership, count);
                for (fact, (evolution, predecesseurs)) in facts.iter_mut().zip(since) {
                    fact.evolution = Some(evolution);
                    fact.predecesseurs = predecesseurs;
                }
            }
            resolved.push(ResolvedEdition {
                edition: e,
                membership,
                facts,
            });
        }
        all.push(resolved);
    }
    Ok(all)
}

/// Cuts a coverage into arcs, indexes it, and builds its levels.
fn chart(
    coverage: &Coverage,
    named: usize,
    name: impl Fn(usize) -> String,
    levels: impl FnOnce(&Arcs, &[f64]) -> Result<Vec<LevelData>, AtlasError>,
) -> Result<Chart, AtlasError> {
    if coverage.face_count() != named {
        return Err(AtlasError::Count {
            faces: coverage.face_count(),
            communes: named,
        });
    }
    let (arcs, parts) = cut::cut(coverage).map_err(|e| AtlasError::Overlap {
        first: name(e.first as usize),
        second: name(e.second as usize),
        at: e.at.to_degrees(),
    })?;
    let areas = face_areas(&arcs, named);
    let levels = levels(&arcs, &areas)?;
    let points = PointIndex::new(&arcs, &parts);
    let zooms = Zooms::new(levels.len());
    Ok(Chart {
        arcs,
        parts,
        points,
        levels,
        zooms,
    })
}

/// Areas of all faces in square kilometres: what each arc adds to the faces on its sides.
fn face_areas(arcs: &Arcs, count: usize) -> Vec<f64> {
    use rayon::prelude::*;
    let beside: Vec<f64> = (0..arcs.len())
        .into_par_iter()
        .map(|a| area::area_beside(arcs.vertices(a)))
        .collect();
    let mut areas = vec![0.0; count];
    for (arc, beside) in beside.into_iter().enumerate() {
        let (left, right) = arcs.sides(arc);
        if left != NOBODY {
            areas[left as usize] += beside / 1e6;
        }
        if right != NOBODY {
            areas[right as usize] -= beside / 1e6;
        }
    }
    areas
}

/// Code, name, and fields beyond those that every feature has.
type DraftFeature = (String, String, Vec<(&'static str, Value)>);

/// The parts of a level before its features are measured.
struct Draft {
    level: Level,
    labels: Vec<u32>,
    features: Vec<DraftFeature>,
}

fn levels(
    tables: &Tables,
    places: &Places,
    editions: &[Vec<ResolvedEdition>],
    arcs: &Arcs,
    areas: &[f64],
) -> Result<Vec<LevelData>, AtlasError> {
    let mut drafts = Vec::new();
    // The latest phase first: what people come for.
    for (phase, editions) in tables.phases.iter().zip(editions).rev() {
        if let Some(latest) = editions.last() {
            drafts.push(phase_draft(phase, latest, places));
        }
    }
    drafts.push(intercommunalites_draft(tables, places, false));
    drafts.push(intercommunalites_draft(tables, places, true));
    drafts.push(communes_draft(places));
    drafts.push(unit_draft(
        Level::Departements,
        places,
        |c| c.departement.to_string(),
        tables.departements.iter().map(|d| {
            (
                d.code.to_string(),
                d.nom.clone(),
                vec![("region", Value::Text(d.region.to_string()))],
            )
        }),
    ));
    drafts.push(unit_draft(
        Level::Regions,
        places,
        |c| c.region.to_string(),
        tables
            .regions
            .iter()
            .map(|r| (r.code.to_string(), r.nom.clone(), vec![])),
    ));
    let populations: Vec<u64> = {
        let mut all = vec![0; places.face_count()];
        for (place, commune) in places.communes().iter().enumerate() {
            if let Some(face) = places.face(place) {
                all[face] += u64::from(commune.population);
            }
        }
        all
    };
    drafts
        .into_iter()
        .map(|d| measure(d, arcs, areas, &populations))
        .collect()
}

fn phase_draft(phase: &Phase, latest: &ResolvedEdition, places: &Places) -> Draft {
    let labels = latest.membership.standings()[..places.face_count()]
        .iter()
        .map(|s| {
            if let Standing::In((t, _)) = s {
                *t
            } else {
                NOBODY
            }
        })
        .collect();
    let edition = &phase.editions[latest.edition];
    let features = edition
        .territoires
        .iter()
        .zip(&latest.facts)
        .map(|(t, facts)| {
            let mut fields = vec![
                ("phase", Value::Text(phase.id.clone())),
                ("region", Value::Text(t.region.clone())),
                ("interregional", Value::Flag(facts.interregional)),
            ];
            if let Some(evolution) = facts.evolution {
                fields.push(("evolution", Value::Text(evolution.as_str().to_owned())));
            }
            (t.id.clone(), t.nom.clone(), fields)
        })
        .collect();
    Draft {
        level: Level::Phase(phase.id.clone()),
        labels,
        features,
    }
}

fn intercommunalites_draft(tables: &Tables, places: &Places, ept: bool) -> Draft {
    let all = tables
        .intercommunalites
        .get(&tables.cog)
        .map_or(&[][..], Vec::as_slice);
    let chosen: Vec<_> = all.iter().filter(|i| i.is_ept() == ept).collect();
    let labels = (0..places.face_count())
        .map(|face| {
            let commune = places.commune(face);
            let siren = if ept { commune.ept } else { commune.epci };
            siren.map_or(NOBODY, |s| {
                position(chosen.binary_search_by_key(&s, |i| i.siren).ok())
            })
        })
        .collect();
    let features = chosen
        .iter()
        .map(|i| {
            (
                i.siren.to_string(),
                i.nom.clone(),
                vec![("type", Value::Text(i.kind.clone()))],
            )
        })
        .collect();
    Draft {
        level: if ept { Level::Ept } else { Level::Epci },
        labels,
        features,
    }
}

fn communes_draft(places: &Places) -> Draft {
    let features = places.communes()[..places.face_count()]
        .iter()
        .map(|c| {
            let mut fields = vec![
                ("departement", Value::Text(c.departement.to_string())),
                ("region", Value::Text(c.region.to_string())),
            ];
            if let Some(epci) = c.epci {
                fields.push(("epci", Value::Text(epci.to_string())));
            }
            (c.code.to_string(), c.nom.clone(), fields)
        })
        .collect();
    let labels = (0..places.face_count())
        .map(|f| position(Some(f)))
        .collect();
    Draft {
        level: Level::Communes,
        labels,
        features,
    }
}

/// A level whose features are named by a code that each commune carries.
fn unit_draft(
    level: Level,
    places: &Places,
    code_of: impl Fn(&crate::domain::administrative::Commune) -> String,
    units: impl Iterator<Item = DraftFeature>,
) -> Draft {
    let faces = &places.communes()[..places.face_count()];
    let used: std::collections::BTreeSet<String> = faces.iter().map(&code_of).collect();
    let features: Vec<_> = units.filter(|u| used.contains(&u.0)).collect();
    let numbers: BTreeMap<&str, usize> = features
        .iter()
        .enumerate()
        .map(|(i, f)| (f.0.as_str(), i))
        .collect();
    let labels = faces
        .iter()
        .map(|c| position(numbers.get(code_of(c).as_str()).copied()))
        .collect();
    Draft {
        level,
        labels,
        features,
    }
}

fn country_level(tables: &Tables, arcs: &Arcs, areas: &[f64]) -> Result<LevelData, AtlasError> {
    // Some areas of the file have no ISO code: their name stands for it.
    let code = |c: &crate::domain::tables::Country| {
        if c.code.is_empty() {
            c.nom.clone()
        } else {
            c.code.clone()
        }
    };
    let features = tables
        .countries
        .iter()
        .map(|c| (code(c), c.nom.clone(), vec![]))
        .collect();
    let labels = (0..tables.countries.len())
        .map(|f| position(Some(f)))
        .collect();
    let draft = Draft {
        level: Level::Pays,
        labels,
        features,
    };
    measure(draft, arcs, areas, &vec![0; tables.countries.len()])
}

/// A number as a label, [`NOBODY`] for none.
#[allow(clippy::cast_possible_truncation)] // features are counted in 32 bits
fn position(number: Option<usize>) -> u32 {
    number.map_or(NOBODY, |n| n as u32)
}

/// Dissolves a draft and measures its features.
fn measure(
    draft: Draft,
    arcs: &Arcs,
    areas: &[f64],
    populations: &[u64],
) -> Result<LevelData, AtlasError> {
    let Draft {
        level,
        labels,
        features,
    } = draft;
    let count = features.len();
    let perimeters: Vec<Perimeter> =
        dissolve::dissolve(arcs, &labels, count).map_err(|e| AtlasError::Open {
            level: level.name().to_owned(),
            at: e.0.to_degrees(),
        })?;
    let mut superficies = vec![0.0; count];
    let mut population = vec![0; count];
    for (face, &label) in labels.iter().enumerate() {
        if label != NOBODY {
            superficies[label as usize] += areas[face];
            population[label as usize] += populations[face];
        }
    }
    let classes = if matches!(level, Level::Pays) {
        None
    } else {
        Some(colour::classes(arcs, &labels, count))
    };
    let is_phase = matches!(level, Level::Phase(_));
    let mut features: Vec<Feature> = features
        .into_iter()
        .enumerate()
        .map(|(i, (code, nom, own))| {
            let mut fields = vec![
                (
                    if is_phase { "id" } else { "code" },
                    Value::Text(code.clone()),
                ),
                ("nom", Value::Text(nom.clone())),
            ];
            fields.extend(own);
            if let Some(classes) = &classes {
                fields.push((
                    "population",
                    Value::Whole(population[i].try_into().unwrap_or(i64::MAX)),
                ));
                fields.push((
                    "superficie",
                    Value::Real((superficies[i] * 100.0).round() / 100.0),
                ));
                fields.push(("classe", Value::Whole(i64::from(classes[i]))));
            }
            Feature {
                number: number_of(&code),
                code,
                nom,
                fields,
                population: population[i],
                superficie: superficies[i],
                bounds: if perimeters[i].polygons.is_empty() {
                    Bounds::EMPTY
                } else {
                    perimeters[i].bounds(arcs)
                },
                rang: 0,
            }
        })
        .collect();
    rank_by_area(&mut features);
    let mut numbers: Vec<(u64, &str)> = features
        .iter()
        .map(|f| (f.number, f.code.as_str()))
        .collect();
    numbers.sort_unstable();
    if let Some(twice) = numbers.windows(2).find(|w| w[0].0 == w[1].0) {
        return Err(AtlasError::Twice {
            what: "le code",
            code: twice[1].1.to_owned(),
        });
    }
    Ok(LevelData::new(level, labels, features, perimeters))
}
