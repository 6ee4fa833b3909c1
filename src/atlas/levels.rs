//! The levels: labels on the coverage, dissolved and measured.

use std::collections::BTreeMap;

use super::colour;
use super::error::AtlasError;
use super::features::{Feature, LevelData, Value, number_of, rank_by_area};
use super::membership::Standing;
use super::places::Places;
use super::territories::ResolvedEdition;
use crate::domain::level::Level;
use crate::domain::programme::Phase;
use crate::domain::tables::Tables;
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Bounds;
use crate::geometry::planar::NOBODY;
use crate::topology::dissolve::{self, Perimeter};

/// Code, name, and fields beyond those that every feature has.
type DraftFeature = (String, String, Vec<(&'static str, Value)>);

/// The parts of a level before its features are measured.
struct Draft {
    level: Level,
    labels: Vec<u32>,
    features: Vec<DraftFeature>,
}

/// The levels of France, the latest phase first: what people come for.
pub(super) fn of_france(
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
            if let Some(rebond) = &phase.rebond {
                let is_laureate = rebond.laureats.contains_key(&t.id);
                fields.push(("rebond", Value::Flag(is_laureate)));
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

/// The level of the context coverage.
pub(super) fn of_context(
    tables: &Tables,
    arcs: &Arcs,
    areas: &[f64],
) -> Result<LevelData, AtlasError> {
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
