//! Any communes united: the arcs whose two sides differ, and what they enclose.

use super::error::AtlasError;
use super::features::degrees;
use super::places::PlaceId;
use super::world::Atlas;
use crate::domain::level::Level;
use crate::geometry::label;
use crate::geometry::planar::NOBODY;
use crate::topology::dissolve::{self, Perimeter};

/// Communes united.
#[derive(Debug)]
pub struct Union {
    /// The communes, each once, in order of code.
    pub communes: Vec<PlaceId>,
    /// Those that have no outline of their own: they count with the outline that contains them, or with none.
    pub sans_contour: Vec<PlaceId>,
    /// The outline, arcs of France's coverage.
    pub perimeter: Perimeter,
    /// Municipal population.
    pub population: u64,
    /// Area in square kilometres, on the ellipsoid.
    pub superficie: f64,
    /// The box around it in WGS84 degrees: west, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// In how many groups the communes fall that touch one another along arcs. The islands of a commune are in its group.
    pub groupes: usize,
}

impl Union {
    /// Whether one can go from each commune to each other across shared borders.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.groupes <= 1
    }
}

impl Atlas {
    /// Unites communes; one given twice counts once. Goes over all arcs: some milliseconds, so not for an async thread.
    ///
    /// # Errors
    /// Where the arcs around the communes do not close, which the check of the data rules out.
    pub fn unite(&self, places: impl IntoIterator<Item = PlaceId>) -> Result<Union, AtlasError> {
        let mut communes: Vec<PlaceId> = places.into_iter().collect();
        communes.sort_unstable_by_key(|&p| self.places.commune(p).code);
        communes.dedup();
        let mut labels = vec![NOBODY; self.places.face_count()];
        let mut faces = Vec::with_capacity(communes.len());
        // A commune without any outline touches nothing that is known: a group of its own.
        let mut apart = 0;
        for &place in &communes {
            match self.places.face(place) {
                Some(face) if labels[face] == NOBODY => {
                    labels[face] = 0;
                    faces.push(face);
                }
                Some(_) => {}
                None => apart += 1,
            }
        }
        let arcs = &self.france.arcs;
        let open = |e: crate::geometry::rings::OpenBoundary| AtlasError::Open {
            level: "union".to_owned(),
            at: e.0.to_degrees(),
        };
        let perimeter = dissolve::dissolve(arcs, &labels, 1)
            .map_err(open)?
            .pop()
            .unwrap_or_default();
        let bbox = if perimeter.polygons.is_empty() {
            None
        } else {
            degrees(perimeter.bounds(arcs))
        };
        let has_own = |p: &PlaceId| *p < self.places.face_count();
        Ok(Union {
            population: communes
                .iter()
                .map(|&p| u64::from(self.places.commune(p).population))
                .sum(),
            superficie: faces.iter().filter_map(|&f| self.face_area(f)).sum(),
            sans_contour: communes.iter().copied().filter(|p| !has_own(p)).collect(),
            groupes: self.groups(&labels, faces.len()) + apart,
            communes,
            perimeter,
            bbox,
        })
    }

    /// A point well inside the largest part of a union, longitude and latitude in WGS84 degrees.
    #[must_use]
    pub fn centre_of(&self, union: &Union) -> Option<[f64; 2]> {
        let point = label::pole(&union.perimeter.polygons(&self.france.arcs))?;
        Some(point.to_degrees())
    }

    /// The area of a face in square kilometres.
    fn face_area(&self, face: PlaceId) -> Option<f64> {
        let (chart, at) = self.level(Level::Communes.name())?;
        Some(chart.levels[at].features[face].superficie)
    }

    /// How many groups the labelled faces fall in: as many as there are, less one for each arc that joins two groups.
    fn groups(&self, labels: &[u32], count: usize) -> usize {
        let is_in = |face: u32| labels.get(face as usize).is_some_and(|l| *l != NOBODY);
        let mut group: Vec<usize> = (0..labels.len()).collect();
        let mut groups = count;
        let arcs = &self.france.arcs;
        for arc in 0..arcs.len() {
            let (left, right) = arcs.sides(arc);
            if is_in(left) && is_in(right) {
                let (a, b) = (
                    head(&mut group, left as usize),
                    head(&mut group, right as usize),
                );
                if a != b {
                    group[a] = b;
                    groups -= 1;
                }
            }
        }
        groups
    }
}

/// The face that stands for a face's group, with the way to it shortened.
fn head(group: &mut [usize], mut face: usize) -> usize {
    while group[face] != face {
        group[face] = group[group[face]];
        face = group[face];
    }
    face
}
