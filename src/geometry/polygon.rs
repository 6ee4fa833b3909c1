//! Polygons on the lattice.

use super::lattice::{Bounds, Vertex};
use super::ring;

/// A polygon: one exterior ring, counter-clockwise with y upwards, and its holes, clockwise.
/// Rings are open (the last vertex joins the first) and valid in the sense of OGC 06-103r4.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Polygon {
    /// The outer ring.
    pub exterior: Vec<Vertex>,
    /// The inner rings.
    pub holes: Vec<Vec<Vertex>>,
}

impl Polygon {
    /// All rings, the exterior first.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<Vertex>> {
        std::iter::once(&self.exterior).chain(&self.holes)
    }

    /// The box around the exterior ring.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds::of(&self.exterior)
    }

    /// Twice the area, holes subtracted.
    #[must_use]
    pub fn doubled_area(&self) -> i128 {
        self.rings().map(|r| ring::doubled_area(r)).sum()
    }
}

/// Gives each hole to the smallest exterior ring that encloses it.
///
/// `exteriors` and `holes` come with their box and doubled area (negative for holes). A hole that no
/// exterior encloses is returned on its own: in a sound coverage there is none.
#[must_use]
pub fn nest(
    exteriors: Vec<Vec<Vertex>>,
    holes: Vec<Vec<Vertex>>,
) -> (Vec<Polygon>, Vec<Vec<Vertex>>) {
    let mut shells: Vec<(Bounds, i128, Polygon)> = exteriors
        .into_iter()
        .map(|exterior| {
            let polygon = Polygon {
                exterior,
                holes: Vec::new(),
            };
            (
                polygon.bounds(),
                ring::doubled_area(&polygon.exterior),
                polygon,
            )
        })
        .collect();
    let mut orphans = Vec::new();
    for hole in holes {
        let bounds = Bounds::of(&hole);
        let home = shells
            .iter()
            .enumerate()
            .filter(|(_, (b, _, p))| b.contains(&bounds) && ring::encloses(&p.exterior, &hole))
            .min_by_key(|(_, (_, area, _))| *area)
            .map(|(i, _)| i);
        match home {
            Some(i) => shells[i].2.holes.push(hole),
            None => orphans.push(hole),
        }
    }
    (shells.into_iter().map(|(_, _, p)| p).collect(), orphans)
}
