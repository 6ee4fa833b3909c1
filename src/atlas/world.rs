//! Building the atlas, and reading it.

use std::sync::OnceLock;

use super::error::AtlasError;
use super::evolution;
use super::features::LevelData;
use super::levels;
use super::membership::Membership;
use super::names::Names;
use super::places::Places;
use super::territories::{self, ResolvedEdition};
use super::zooms::Zooms;
use crate::domain::level::Level;
use crate::domain::programme::{Edition, Phase};
use crate::domain::tables::Tables;
use crate::geometry::arcs::{Arcs, Parts};
use crate::geometry::area;
use crate::geometry::coverage::Coverage;
use crate::geometry::planar::NOBODY;
use crate::index::points::PointIndex;
pub use crate::index::points::Position;
use crate::topology::cut;
use crate::topology::generalisation::Generalisation;

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
    /// The labels of all levels, face by face: what one look-up reads lies together.
    labels: Vec<u32>,
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
    names: OnceLock<Names>,
}

/// The outlines of a coverage with the file of its zooms (see [`zoom_file`]).
#[derive(Clone, Copy, Debug)]
pub struct Outlines<'a> {
    /// The faces.
    pub coverage: &'a Coverage,
    /// How they are drawn at each zoom.
    pub zooms: &'a [u8],
}

/// Computes how a coverage is drawn at each zoom: what [`Outlines::zooms`] is read from. Takes seconds.
///
/// # Errors
/// Where the outlines overlap; `name` names a face.
pub fn zoom_file(
    coverage: &Coverage,
    name: impl Fn(usize) -> String,
) -> Result<Vec<u8>, AtlasError> {
    let (arcs, _) = cut_named(coverage, name)?;
    let drawn = Generalisation::compute(&arcs).map_err(|e| AtlasError::Zoom(e.zoom))?;
    drawn
        .to_bytes()
        .map_err(|e| AtlasError::Write(e.to_string()))
}

fn cut_named(
    coverage: &Coverage,
    name: impl Fn(usize) -> String,
) -> Result<(Arcs, Parts), AtlasError> {
    cut::cut(coverage).map_err(|e| AtlasError::Overlap {
        first: name(e.first as usize),
        second: name(e.second as usize),
        at: e.at.to_degrees(),
    })
}

impl Chart {
    /// The face that holds a point in WGS84 degrees (see the boundary rule in [`crate::index::points`]);
    /// `None` also for what is no point on the earth.
    #[must_use]
    pub fn face_at(&self, lon: f64, lat: f64) -> Option<u32> {
        let position = Position::from_degrees(lon, lat)?;
        self.points.face_at(&self.arcs, &self.parts, position)
    }

    /// The faces that hold so many positions, as [`Self::face_at`] finds them one by one: see
    /// [`PointIndex::faces_at`](crate::index::points::PointIndex::faces_at). No allocation, no lock.
    pub fn faces_at(&self, positions: &[Position], faces: &mut [Option<u32>]) {
        self.points
            .faces_at(&self.arcs, &self.parts, positions, faces);
    }

    /// The number of the feature of a level that holds a point in WGS84 degrees, [`NOBODY`] for none and for what is no
    /// point on the earth: by cells of the level's own, of which there are far fewer than of communes. They are made when
    /// the level is first asked for, in some 50 ms; from then on no allocation, no lock.
    #[must_use]
    pub fn label_at(&self, level: usize, lon: f64, lat: f64) -> u32 {
        let (Some(data), Some(position)) =
            (self.levels.get(level), Position::from_degrees(lon, lat))
        else {
            return NOBODY;
        };
        let of_face = |face: u32| data.labels[face as usize];
        let make = || {
            let count = data.features.len();
            self.points.labels(&self.arcs, count, of_face)
        };
        let cells = data.cells.get_or_init(make).as_ref();
        let found = cells.and_then(|cells| cells.face_at(position));
        found.unwrap_or_else(|| {
            let face = self.points.face_at(&self.arcs, &self.parts, position);
            face.map_or(NOBODY, of_face)
        })
    }

    /// The label of a face in each level, in the order of [`Self::levels`]:
    /// [`NOBODY`] for none. No allocation, no lock.
    #[must_use]
    pub fn labels_of(&self, face: u32) -> &[u32] {
        let start = face as usize * self.levels.len();
        &self.labels[start..start + self.levels.len()]
    }
}

impl Atlas {
    /// Makes what is otherwise made when first asked for, what is asked for most first.
    pub fn warm(&self) {
        let mut latest = self.editions.iter().rev().filter_map(|e| e.last());
        let asked_most = latest.next().map(|e| e.borders(&self.france.arcs));
        for other in latest {
            other.borders(&self.france.arcs);
        }
        // What answers for points and names ask for first: until it is there each of them makes its own.
        for level in &self.france.levels {
            level.label_points(&self.france.arcs);
        }
        if let Some(borders) = asked_most {
            self.france.points.boxes().for_each(|b| borders.prepare(b));
        }
        self.context.warm();
        self.france.warm();
    }
}

impl Chart {
    /// Makes what is otherwise made when first asked for, the zooms most looked at first. The finest two zooms, and
    /// communes where maps do not show them, are left until then: they hold the most for the fewest visitors.
    fn warm(&self) {
        for zoom in [5, 6, 7, 8, 9, 10, 4, 11, 12, 3, 2, 1, 0] {
            for (at, level) in self.levels.iter().enumerate() {
                if level.level != Level::Communes || (8..=11).contains(&zoom) {
                    self.zooms.borders(&self.arcs, &self.levels, at, zoom);
                }
            }
        }
        for level in &self.levels {
            level.table();
            level.label_points(&self.arcs);
        }
    }
}

impl Atlas {
    /// Builds the atlas from tables and outlines.
    ///
    /// # Errors
    /// What the tables and outlines say against each other.
    pub fn build(
        mut tables: Tables,
        communes: Outlines,
        countries: Outlines,
        digest: String,
    ) -> Result<Self, AtlasError> {
        if tables.phases.is_empty() {
            return Err(AtlasError::NoPhase);
        }
        let places = Places::new(&mut tables)?;
        let editions = resolve(&tables, &places)?;
        let mut france = chart(
            communes,
            places.face_count(),
            |face| places.commune(face).code.to_string(),
            |arcs, areas| levels::of_france(&tables, &places, &editions, arcs, areas),
        )?;
        france.points = france.points.with_cells(&france.arcs, places.face_count());
        let names = &tables.countries;
        let context = chart(
            countries,
            names.len(),
            |face| names[face].nom.clone(),
            |arcs, areas| Ok(vec![levels::of_context(&tables, arcs, areas)?]),
        )?;
        Ok(Self {
            digest,
            tables,
            places,
            editions,
            france,
            context,
            names: OnceLock::new(),
        })
    }

    /// The names of today's communes, to be searched. Arranged when first asked for, in some 20 ms.
    pub fn names(&self) -> &Names {
        self.names
            .get_or_init(|| Names::new(self.places.communes()))
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

    /// A point well inside a commune, in WGS84 degrees; `None` for a commune without an outline.
    #[must_use]
    pub fn centre(&self, place: usize) -> Option<[f64; 2]> {
        let face = self.places.face(place)?;
        let communes = self
            .france
            .levels
            .iter()
            .find(|l| l.level == Level::Communes)?;
        let point = communes.label_point(&self.france.arcs, face)?;
        Some(point.to_degrees())
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
            let made_of = territories::intercommunalites(edition, intercommunalites);
            for (fact, count) in facts.iter_mut().zip(made_of) {
                fact.intercommunalites = count;
            }
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
            resolved.push(ResolvedEdition::new(e, membership, facts));
        }
        all.push(resolved);
    }
    Ok(all)
}

/// Cuts a coverage into arcs, indexes it, and builds its levels.
fn chart(
    Outlines { coverage, zooms }: Outlines,
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
    let (arcs, parts) = cut_named(coverage, name)?;
    let drawn = Generalisation::read(zooms, &arcs, named).map_err(AtlasError::Zooms)?;
    let areas = face_areas(&arcs, named);
    let levels = levels(&arcs, &areas)?;
    let points = PointIndex::new(&arcs, &parts);
    let zooms = Zooms::new(drawn, levels.len());
    let labels = (0..named)
        .flat_map(|face| levels.iter().map(move |level| level.labels[face]))
        .collect();
    Ok(Chart {
        arcs,
        parts,
        points,
        levels,
        labels,
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
