//! The coverage at each zoom, built when first asked for and kept.

use std::sync::OnceLock;

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Bounds;
use crate::geometry::planar::NOBODY;
use crate::topology::network;
use crate::topology::simplify::{self, Ranks};

/// The finest zoom with a network of its own; finer ones are drawn from it, enlarged.
pub const MAX_ZOOM: u8 = simplify::MAX_ZOOM;

/// A zoom that has no coverage; not known to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("le réseau du zoom {0} ne forme pas une couverture")]
pub struct NoCoverage(pub u8);

/// The simplified coverages of a chart.
#[derive(Debug)]
pub struct Zooms {
    ranks: OnceLock<Ranks>,
    networks: Vec<OnceLock<Result<ZoomNetwork, NoCoverage>>>,
    levels: usize,
}

/// The coverage of one zoom.
#[derive(Debug)]
pub struct ZoomNetwork {
    /// Arcs in tile units of the zoom, origin at 0°, 0°, y northwards.
    pub arcs: Arcs,
    borders: Vec<OnceLock<Borders>>,
}

type ArcBox = GeomWithData<Rectangle<[i32; 2]>, u32>;

/// The arcs of a zoom that are borders of a level, by place.
#[derive(Debug)]
pub struct Borders {
    tree: RTree<ArcBox>,
}

impl Zooms {
    pub(super) fn new(levels: usize) -> Self {
        let networks = (0..=MAX_ZOOM).map(|_| OnceLock::new()).collect();
        Self {
            ranks: OnceLock::new(),
            networks,
            levels,
        }
    }

    /// The network that a zoom is drawn from: its own, or for zooms beyond [`MAX_ZOOM`] that one.
    /// Built once; the first caller of a zoom waits for it.
    ///
    /// # Errors
    /// Where the zoom has no coverage.
    pub fn network(&self, arcs: &Arcs, zoom: u8) -> Result<&ZoomNetwork, NoCoverage> {
        let zoom = zoom.min(MAX_ZOOM);
        self.networks[usize::from(zoom)]
            .get_or_init(|| {
                let ranks = self.ranks.get_or_init(|| simplify::rank(arcs));
                let arcs = network::build(arcs, ranks, zoom).map_err(|e| NoCoverage(e.zoom))?;
                let borders = (0..self.levels).map(|_| OnceLock::new()).collect();
                Ok(ZoomNetwork { arcs, borders })
            })
            .as_ref()
            .map_err(|e| *e)
    }

    /// Builds what is not built yet, from the zooms most looked at.
    pub fn warm(&self, arcs: &Arcs) {
        for zoom in [5, 6, 7, 8, 9, 10, 4, 11, 12, 3, 2, 1, 0] {
            // A zoom without coverage is reported to whoever asks for its tiles.
            let _ = self.network(arcs, zoom);
        }
    }
}

impl ZoomNetwork {
    /// The borders of a level at this zoom; `labels` are those of the level.
    #[must_use]
    pub fn borders(&self, level: usize, labels: &[u32]) -> &Borders {
        self.borders[level].get_or_init(|| Borders::new(&self.arcs, labels))
    }
}

impl Borders {
    fn new(arcs: &Arcs, labels: &[u32]) -> Self {
        let label = |face: u32| labels.get(face as usize).copied().unwrap_or(NOBODY);
        let boxes = (0..arcs.len())
            .filter(|&a| {
                let (left, right) = arcs.sides(a);
                label(left) != label(right)
            })
            .map(|a| {
                let Bounds { min, max } = arcs.bounds(a);
                let rectangle = Rectangle::from_corners([min.x, min.y], [max.x, max.y]);
                #[allow(clippy::cast_possible_truncation)] // arcs are numbered in 32 bits
                let arc = a as u32;
                ArcBox::new(rectangle, arc)
            });
        Self {
            tree: RTree::bulk_load(boxes.collect()),
        }
    }

    /// The border arcs whose box meets the window.
    pub fn within(&self, window: Bounds) -> impl Iterator<Item = u32> + '_ {
        let Bounds { min, max } = window;
        self.tree
            .locate_in_envelope_intersecting(AABB::from_corners([min.x, min.y], [max.x, max.y]))
            .map(|b| b.data)
    }
}
