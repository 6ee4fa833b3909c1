//! What a tile shows of a level: the zoom's coverage cut by the tile's window.
//!
//! The borders of the level are clipped as shared lines, the window's own border is added between their
//! crossings with the label found there, and polygons are traced from both. No polygon is clipped on its
//! own, so neighbours meet in the tile exactly as they do in the coverage.

use crate::atlas::features::LevelData;
use crate::atlas::world::Chart;
use crate::atlas::zooms::{self, ZoomNetwork};
use crate::geometry::arcs::Arcs;
use crate::geometry::clip::{Crossing, Window};
use crate::geometry::lattice::{Bounds, Vertex, compare_angle};
use crate::geometry::mercator::{self, EXTENT, EXTENT_BITS};
use crate::geometry::planar::NOBODY;
use crate::geometry::polygon::{self, Polygon};
use crate::geometry::ring;
use crate::geometry::rings::{self, OpenBoundary, Piece};

use super::id::TileId;

/// How far polygons reach beyond the tile, in tile units: 1/32 of a tile, 16 pixels where it is drawn 512
/// pixels wide, more than half of any line drawn.
pub const BUFFER: i32 = 128;

const WINDOW: Window = Window {
    low: -BUFFER,
    high: EXTENT + BUFFER,
};

/// From the network of a zoom to the tile's own coordinates: y upwards, (0, 0) in its lower left corner.
#[derive(Clone, Copy)]
struct Frame {
    /// The tile may be finer than the network: enlarge by this power of two.
    enlarge: u32,
    origin: Vertex,
}

impl Frame {
    fn new(tile: TileId) -> Self {
        let half = 1_i32 << (EXTENT_BITS - 1 + u32::from(tile.z()));
        // Columns and rows are below 2^14: products below 2^26.
        #[allow(clippy::cast_possible_wrap)]
        let (x, y) = (tile.x() as i32, tile.y() as i32);
        Self {
            enlarge: u32::from(tile.z().saturating_sub(zooms::MAX_ZOOM)),
            origin: Vertex::new(x * EXTENT - half, half - (y + 1) * EXTENT),
        }
    }

    fn place(self, v: Vertex) -> Vertex {
        Vertex::new(
            (v.x << self.enlarge) - self.origin.x,
            (v.y << self.enlarge) - self.origin.y,
        )
    }

    /// The tile's window in the network's coordinates, rounded outwards.
    fn window(self) -> Bounds {
        let back = |v: i32, origin: i32| (v + origin) >> self.enlarge;
        Bounds {
            min: Vertex::new(
                back(WINDOW.low, self.origin.x) - 1,
                back(WINDOW.low, self.origin.y) - 1,
            ),
            max: Vertex::new(
                back(WINDOW.high, self.origin.x) + 1,
                back(WINDOW.high, self.origin.y) + 1,
            ),
        }
    }

    /// Longitude and latitude in degrees of a position in the tile.
    fn degrees(self, v: Vertex, tile: TileId) -> [f64; 2] {
        let scale = f64::from(1_u32 << mercator::FINE_BITS)
            / f64::from(1_u32 << (EXTENT_BITS + u32::from(tile.z())));
        mercator::unproject(
            (f64::from(v.x) + f64::from(self.origin.x)) * scale,
            (f64::from(v.y) + f64::from(self.origin.y)) * scale,
        )
    }
}

/// A stretch of border in the tile, with the labels on its sides.
struct Line {
    vertices: Vec<Vertex>,
    left: u32,
    right: u32,
    enters: Option<usize>,
    leaves: Option<usize>,
    /// Where it goes from its first vertex and comes from to its last, before rounding: the directions that
    /// order the lines around a junction.
    steps: (Vertex, Vertex),
}

impl Line {
    /// A line all of whose vertices are its own.
    fn along(vertices: Vec<Vertex>, left: u32, right: u32) -> Self {
        let steps = (vertices[1], vertices[vertices.len() - 2]);
        Self {
            vertices,
            left,
            right,
            enters: None,
            leaves: None,
            steps,
        }
    }
}

/// A crossing with the labels before and after it, counter-clockwise along the window's border.
struct Gate {
    crossing: Crossing,
    after: u32,
    /// Line and which of its ends: whose index to set once gates are sorted.
    line: usize,
    is_exit: bool,
}

/// The polygons of a level in a tile, by number of feature, ascending. Coordinates are the tile's, y
/// upwards; rings counter-clockwise for exteriors.
///
/// # Errors
/// [`OpenBoundary`] where a boundary does not close: the network is no coverage.
pub fn polygons(
    chart: &Chart,
    network: &ZoomNetwork,
    at: usize,
    tile: TileId,
) -> Result<Vec<(u32, Vec<Polygon>)>, OpenBoundary> {
    let level = &chart.levels[at];
    let frame = Frame::new(tile);
    let borders = network.borders(at, &level.labels);
    let (lines, mut gates) = clip(&network.arcs, level, borders.within(frame.window()), frame);
    let mut pieces = lines;
    gates.sort_by(|a, b| a.crossing.compare(&b.crossing));
    for (i, gate) in gates.iter().enumerate() {
        let line = &mut pieces[gate.line];
        if gate.is_exit {
            line.leaves = Some(i);
        } else {
            line.enters = Some(i);
        }
    }
    if gates.is_empty() {
        let label = if pieces.is_empty() {
            label_at_centre(chart, level, frame, tile)
        } else {
            label_around(&pieces)
        };
        if label != NOBODY {
            let corners = [3, 0, 1, 2, 3].map(|side| WINDOW.corner_after(side));
            pieces.push(Line::along(corners.to_vec(), label, NOBODY));
        }
    } else {
        close_along_border(&gates, &mut pieces);
    }
    trace(&pieces)
}

/// Clips the border arcs; gates are numbered later, when they are sorted.
fn clip(
    arcs: &Arcs,
    level: &LevelData,
    candidates: impl Iterator<Item = u32>,
    frame: Frame,
) -> (Vec<Line>, Vec<Gate>) {
    let label = |face: u32| level.labels.get(face as usize).copied().unwrap_or(NOBODY);
    let mut lines: Vec<Line> = Vec::new();
    let mut gates = Vec::new();
    // The tree gives arcs in no lasting order; tiles are the same from run to run.
    let mut candidates: Vec<u32> = candidates.collect();
    candidates.sort_unstable();
    for arc in candidates {
        let arc = arc as usize;
        let (left, right) = arcs.sides(arc);
        let (left, right) = (label(left), label(right));
        let line = arcs.vertices(arc).iter().map(|&v| frame.place(v));
        WINDOW.clip(line, |stretch| {
            let mut vertices = stretch.vertices;
            let inner = vertices.len();
            let beyond =
                |crossing: Option<Crossing>| crossing.map_or(Vertex::default(), |c| c.beyond);
            let steps = (
                vertices
                    .get(1)
                    .copied()
                    .unwrap_or_else(|| beyond(stretch.leaves)),
                if inner > 1 {
                    vertices[inner - 2]
                } else {
                    beyond(stretch.enters)
                },
            );
            if let Some(crossing) = stretch.enters {
                vertices.insert(0, crossing.rounded(WINDOW));
                // Seen from inside, the line that comes in goes out backwards.
                gates.push(Gate {
                    crossing,
                    after: right,
                    line: lines.len(),
                    is_exit: false,
                });
            }
            if let Some(crossing) = stretch.leaves {
                vertices.push(crossing.rounded(WINDOW));
                gates.push(Gate {
                    crossing,
                    after: left,
                    line: lines.len(),
                    is_exit: true,
                });
            }
            // A line that ends at the only vertex it has inside has nothing to draw.
            if vertices.len() > 1 {
                let line = Line::along(vertices, left, right);
                lines.push(Line { steps, ..line });
            }
        });
    }
    (lines, gates)
}

/// Adds the window's border between neighbouring gates, each stretch with the label inside.
fn close_along_border(gates: &[Gate], pieces: &mut Vec<Line>) {
    for (i, gate) in gates.iter().enumerate() {
        let next = (i + 1) % gates.len();
        if gate.after == NOBODY {
            continue;
        }
        let mut vertices = vec![gate.crossing.rounded(WINDOW)];
        let (mut side, last) = (gate.crossing.side(), gates[next].crossing.side());
        // All the way round where the next gate is behind on the same side.
        let wraps = side == last && next <= i;
        let mut first = true;
        while side != last || (wraps && first) {
            vertices.push(WINDOW.corner_after(side));
            side = (side + 1) % 4;
            first = false;
        }
        vertices.push(gates[next].crossing.rounded(WINDOW));
        let mut line = Line::along(vertices, gate.after, NOBODY);
        (line.enters, line.leaves) = (Some(i), Some(next));
        pieces.push(line);
    }
}

/// No border in sight: the label of the commune at the tile's centre.
fn label_at_centre(chart: &Chart, level: &LevelData, frame: Frame, tile: TileId) -> u32 {
    let [lon, lat] = frame.degrees(Vertex::new(EXTENT / 2, EXTENT / 2), tile);
    chart
        .face_at(lon, lat)
        .map_or(NOBODY, |face| level.labels[face as usize])
}

/// Borders in sight but none that reaches the window's border: the label west of the westernmost vertex.
fn label_around(lines: &[Line]) -> u32 {
    let Some(west) = lines.iter().flat_map(|l| &l.vertices).copied().min() else {
        return NOBODY;
    };
    // Of the edges at that vertex all lead east; the steepest upwards has the outside on its left.
    let mut steepest: Option<(Vertex, u32)> = None;
    let mut consider = |to: Vertex, label: u32| {
        // Turning by a quarter makes angles from due south to due north ascend from zero.
        let turned = |v: Vertex| Vertex::new(v.x - west.x, v.y - west.y);
        let quarter = |v: Vertex| {
            let v = turned(v);
            Vertex::new(-v.y, v.x)
        };
        let origin = Vertex::new(0, 0);
        let steeper =
            steepest.is_none_or(|(s, _)| compare_angle(origin, quarter(to), quarter(s)).is_gt());
        if steeper {
            steepest = Some((to, label));
        }
    };
    for line in lines {
        for w in line.vertices.windows(2) {
            if w[0] == west {
                consider(w[1], line.left);
            }
            if w[1] == west {
                consider(w[0], line.right);
            }
        }
    }
    steepest.map_or(NOBODY, |s| s.1)
}

/// Polygons from lines with labels on their sides.
fn trace(lines: &[Line]) -> Result<Vec<(u32, Vec<Polygon>)>, OpenBoundary> {
    // (label, line, backwards)
    let mut sides: Vec<(u32, usize, bool)> = Vec::with_capacity(lines.len() * 2);
    for (i, line) in lines.iter().enumerate() {
        if line.left != NOBODY {
            sides.push((line.left, i, false));
        }
        if line.right != NOBODY {
            sides.push((line.right, i, true));
        }
    }
    sides.sort_unstable();
    let mut features = Vec::new();
    for face in sides.chunk_by(|a, b| a.0 == b.0) {
        let pieces: Vec<Piece> = face
            .iter()
            .map(|&(_, i, back)| piece(&lines[i], back))
            .collect();
        let traced = rings::trace(&pieces)?;
        let mut shells = Vec::new();
        let mut holes = Vec::new();
        for cycle in traced {
            let mut walk: Vec<Vertex> = Vec::new();
            for i in cycle {
                let (_, line, back) = face[i as usize];
                let vertices = &lines[line].vertices;
                if back {
                    walk.extend(vertices.iter().rev());
                } else {
                    walk.extend(vertices);
                }
                // Repeated by the next line.
                walk.pop();
            }
            // Rounding at the window's border may lay vertices on each other and edges back to back.
            for ring in ring::simple_parts(&walk) {
                if ring::doubled_area(&ring) > 0 {
                    shells.push(ring);
                } else {
                    holes.push(ring);
                }
            }
        }
        let (polygons, _) = polygon::nest(shells, holes);
        if !polygons.is_empty() {
            features.push((face[0].0, polygons));
        }
    }
    Ok(features)
}

/// A line as a piece of boundary. Ends on the window's border are named after their gate, not their
/// rounded place, which two gates may share.
fn piece(line: &Line, back: bool) -> Piece {
    let v = &line.vertices;
    let n = v.len();
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // gates are few
    let end = |gate: Option<usize>, v: Vertex| gate.map_or(v, |g| Vertex::new(i32::MAX, g as i32));
    let (start, stop) = (end(line.enters, v[0]), end(line.leaves, v[n - 1]));
    if back {
        Piece {
            from: stop,
            to: start,
            leaving: line.steps.1,
            arriving: line.steps.0,
        }
    } else {
        Piece {
            from: start,
            to: stop,
            leaving: line.steps.0,
            arriving: line.steps.1,
        }
    }
}

/// Where a micro-degree position lies in a tile, y upwards, or `None` outside it. Every position lies in
/// exactly one tile of a zoom.
#[must_use]
pub fn locate(position: Vertex, tile: TileId) -> Option<Vertex> {
    let fine = mercator::project(position);
    let zoom_bits = mercator::FINE_BITS - EXTENT_BITS - u32::from(tile.z());
    let frame = Frame::new(tile);
    let v = Vertex::new(
        (fine.x >> zoom_bits) - frame.origin.x,
        (fine.y >> zoom_bits) - frame.origin.y,
    );
    let inside = |c: i32| (0..EXTENT).contains(&c);
    (inside(v.x) && inside(v.y)).then_some(v)
}
