//! The part of a level that an export holds.

use super::shape::{Position, Shape};
use super::systems::{Projection, System, SystemError};
use super::table::{Cell, Column, Table};
use super::wanted::Wanted;
use crate::atlas::features::{Feature, LevelData};
use crate::atlas::membership::Standing;
use crate::atlas::world::{Atlas, Chart};
use crate::domain::codes::RegionCode;
use crate::domain::level::Level;
use crate::geometry::arcs::ArcRef;

/// Features of a level with their attributes and outlines.
pub struct Extract<'a> {
    /// The coverage they are drawn from.
    pub chart: &'a Chart,
    /// Their level.
    pub level: &'a LevelData,
    /// The attributes.
    pub table: Table<'a>,
    /// Which features, by their positions in the level.
    pub chosen: Vec<usize>,
    /// The system of the outlines.
    pub system: &'static System,
    /// Whether there are outlines.
    pub has_outlines: bool,
    /// What is said of it all.
    pub credit: Credit,
    projection: Projection,
}

/// Where an export comes from.
#[derive(Clone, Debug)]
pub struct Credit {
    /// What it is.
    pub title: String,
    /// The edition: a date, or the year of the communes.
    pub edition: String,
    /// When the data became true, ISO 8601.
    pub date: String,
    /// Who made it.
    pub attribution: String,
}

/// A feature with all that is written of it.
pub struct Row<'a> {
    /// The feature.
    pub feature: &'a Feature,
    /// Its values, in the order of the columns.
    pub cells: Vec<Cell>,
    /// Its outline; empty where it has none or none is wanted.
    pub shape: Shape,
}

impl<'a> Extract<'a> {
    /// What is wanted of the atlas.
    ///
    /// # Errors
    /// Where PROJ does not know the way to the system.
    pub fn new(atlas: &'a Atlas, wanted: &Wanted) -> Result<Self, SystemError> {
        // The level was found when the wish was checked.
        let (chart, at) = atlas.level(&wanted.layer).unwrap_or((&atlas.france, 0));
        let level = &chart.levels[at];
        let table = Table::new(atlas, level);
        let mut chosen: Vec<usize> = (0..level.features.len()).collect();
        if let Some(region) = wanted.region {
            let is_there = in_region(atlas, level, &table, region);
            chosen.retain(|&i| is_there[i]);
        }
        if let Some(territoire) = wanted.territoire {
            let is_there = in_territory(atlas, level, territoire);
            chosen.retain(|&i| is_there[i]);
        }
        Ok(Self {
            chart,
            level,
            table,
            chosen,
            system: wanted.system,
            has_outlines: wanted.has_outlines,
            credit: Credit::new(atlas, &level.level),
            projection: Projection::into(wanted.system)?,
        })
    }

    /// Whether the system is for all that was chosen.
    ///
    /// # Errors
    /// [`SystemError::Elsewhere`], with a feature that lies elsewhere.
    pub fn check(&self) -> Result<(), SystemError> {
        if !self.has_outlines {
            return Ok(());
        }
        let mut all = self.chosen.iter().map(|&at| &self.level.features[at]);
        all.try_for_each(|feature| self.system.check(&feature.bounds, &feature.nom))
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.table.columns
    }

    /// A feature by its position in the level.
    ///
    /// # Errors
    /// Where a vertex has no coordinates in the system.
    pub fn row(&self, at: usize) -> Result<Row<'a>, SystemError> {
        Ok(Row {
            feature: &self.level.features[at],
            cells: self.table.cells(at),
            shape: self.shape(at)?,
        })
    }

    /// The features, one after the other.
    pub fn rows(&self) -> impl Iterator<Item = Result<Row<'a>, SystemError>> + '_ {
        self.chosen.iter().map(|&at| self.row(at))
    }

    /// The outline of a feature, by its position in the level.
    ///
    /// # Errors
    /// As [`Self::row`].
    pub fn shape(&self, at: usize) -> Result<Shape, SystemError> {
        if !self.has_outlines {
            return Ok(Shape::default());
        }
        let polygons = self.level.perimeters[at].polygons(&self.chart.arcs);
        let mut shape = Shape::new(&polygons);
        self.projection.convert_shape(&mut shape)?;
        Ok(shape)
    }

    /// The rings of a feature as shared arcs: polygons, rings, arcs.
    pub fn arcs(&self, at: usize) -> impl Iterator<Item = &[Vec<ArcRef>]> {
        self.level.perimeters[at]
            .polygons
            .iter()
            .map(|p| p.rings.as_slice())
    }

    /// The vertices of a shared arc in degrees.
    pub fn arc(&self, arc: usize) -> impl Iterator<Item = Position> {
        let vertices = self.chart.arcs.vertices(arc).iter();
        vertices.map(|v| v.to_degrees().into())
    }
}

impl Credit {
    /// What is said of a level.
    #[must_use]
    pub fn new(atlas: &Atlas, level: &Level) -> Self {
        let cog = atlas.tables.cog;
        let phase = match level {
            Level::Phase(id) => atlas.phase(id).map(|p| &atlas.tables.phases[p]),
            _ => None,
        };
        let (edition, date) = match phase.and_then(|p| p.editions.last()) {
            Some(edition) => (edition.id.clone(), edition.id.clone()),
            None => (format!("COG {cog}"), format!("{cog}-01-01")),
        };
        let mut context = atlas.tables.sources.iter().filter(|s| s.context);
        let edition = match level {
            Level::Pays => context.next().map_or(edition, |s| s.edition.clone()),
            _ => edition,
        };
        Self {
            title: title(level, phase.map(|p| (p.nom.as_str(), p.years()))),
            edition,
            date,
            attribution: atlas.attribution(&[level]),
        }
    }
}

/// A level in words.
fn title(level: &Level, phase: Option<(&str, String)>) -> String {
    match (level, phase) {
        (Level::Phase(_), Some((nom, years))) => {
            format!("Territoires d’industrie, {nom} ({years})")
        }
        (Level::Phase(id), None) => id.clone(),
        (Level::Communes, _) => "Communes".to_owned(),
        (Level::Epci, _) => "Intercommunalités à fiscalité propre (EPCI)".to_owned(),
        (Level::Ept, _) => "Établissements publics territoriaux (EPT)".to_owned(),
        (Level::Departements, _) => "Départements".to_owned(),
        (Level::Regions, _) => "Régions".to_owned(),
        (Level::Pays, _) => "Pays voisins".to_owned(),
    }
}

/// For each feature whether it is of a région: a territory by the région that leads it, or one of several where it is
/// interregional; anything else by having a commune there.
fn in_region(atlas: &Atlas, level: &LevelData, table: &Table, region: RegionCode) -> Vec<bool> {
    let of_territory = |at: usize| table.profile(at).map(|p| p.is_of_region(region));
    let mut is_there: Vec<bool> = (0..level.features.len())
        .map(|at| of_territory(at).unwrap_or(false))
        .collect();
    if table.profile(0).is_none() {
        for (face, &label) in level.labels.iter().enumerate() {
            if atlas.places.commune(face).region == region
                && let Some(slot) = is_there.get_mut(label as usize)
            {
                *slot = true;
            }
        }
    }
    is_there
}

/// For each feature whether it is a territory or shares a commune with it.
fn in_territory(atlas: &Atlas, level: &LevelData, (phase, number): (usize, usize)) -> Vec<bool> {
    let mut is_there = vec![false; level.features.len()];
    if level.level == Level::Phase(atlas.tables.phases[phase].id.clone()) {
        if let Some(slot) = is_there.get_mut(number) {
            *slot = true;
        }
        return is_there;
    }
    let standings = atlas
        .edition(phase, None)
        .map_or(&[][..], |e| e.membership.standings());
    for (standing, &label) in standings.iter().zip(&level.labels) {
        if matches!(standing, Standing::In((t, _)) if *t as usize == number)
            && let Some(slot) = is_there.get_mut(label as usize)
        {
            *slot = true;
        }
    }
    is_there
}
