//! The borders of every level at every zoom, built when first asked for and kept.

use std::sync::OnceLock;

use super::features::LevelData;
use crate::geometry::arcs::Arcs;
use crate::topology::borders::{self, Borders};
use crate::topology::generalisation::Generalisation;
use crate::topology::simplify::MAX_ZOOM;

/// The zooms of a chart.
#[derive(Debug)]
pub struct Zooms {
    generalisation: Generalisation,
    /// By level, then by zoom.
    borders: Vec<[OnceLock<Borders>; MAX_ZOOM as usize + 1]>,
}

impl Zooms {
    pub(super) fn new(generalisation: Generalisation, levels: usize) -> Self {
        let borders = (0..levels)
            .map(|_| std::array::from_fn(|_| OnceLock::new()))
            .collect();
        Self {
            generalisation,
            borders,
        }
    }

    /// The borders of a level (its position in the chart) at a zoom up to [`MAX_ZOOM`]. Built once, in some
    /// milliseconds; the first caller waits for it.
    pub fn borders(&self, arcs: &Arcs, levels: &[LevelData], at: usize, zoom: u8) -> &Borders {
        self.borders[at][usize::from(zoom)]
            .get_or_init(|| Borders::new(&self.generalisation, arcs, &levels[at].labels, zoom))
    }

    /// The borders between different labels (`labels` by face) at a zoom, from junction to junction, with the labels on
    /// their sides, in tile units.
    #[must_use]
    pub fn joined(&self, arcs: &Arcs, labels: &[u32], zoom: u8) -> Arcs {
        borders::joined(&self.generalisation, arcs, labels, zoom)
    }

    /// The coverage at a zoom: all its lines with the faces on their sides, in tile units of that zoom.
    #[must_use]
    pub fn network(&self, arcs: &Arcs, zoom: u8) -> Arcs {
        let mut network = Arcs::with_capacity(0);
        self.generalisation.lines(
            arcs,
            zoom,
            |_, _| true,
            |vertices, left, right| {
                network.push(vertices.iter().copied(), left, right);
            },
        );
        network
    }
}
