//! What a tile shows of a level: the polygons of its window, read off the level's borders.
//!
//! The borders of a zoom have a vertex wherever they cross the border of a tile's window, so that nothing is
//! cut or rounded here: the stretches inside the window are taken as they are, the window's own border is
//! added between the places where they reach it with the label found there, and the faces of that planar
//! graph are walked. Neighbours meet in the tile exactly as they do in the coverage, and two tiles that show
//! the same place show the same vertices.

use crate::atlas::world::Chart;
use crate::geometry::lattice::{Bounds, Vertex, orient};
use crate::geometry::mercator::{self, EXTENT, EXTENT_BITS};
use crate::geometry::planar::NOBODY;
use crate::geometry::tiling::BUFFER;

use super::faces::{self, Cover, Inconsistent, Lines};
use super::id::TileId;

/// The window of a tile in its own units, y downwards.
const WINDOW: Bounds = Bounds {
    min: Vertex::new(-BUFFER, -BUFFER),
    max: Vertex::new(EXTENT + BUFFER, EXTENT + BUFFER),
};

/// Side of the window.
const SIDE: i32 = EXTENT + 2 * BUFFER;

/// From the grid of a zoom to the tile's own coordinates: y downwards, (0, 0) in its upper left corner.
#[derive(Clone, Copy)]
struct Frame {
    /// Where the tile's upper left corner lies, in tile units, y northwards.
    origin: Vertex,
    /// Column from 0° eastwards and row from 0° northwards, as borders count them.
    column: i32,
    row: i32,
}

impl Frame {
    fn new(tile: TileId) -> Self {
        // Columns and rows are below 2^14: products below 2^26.
        #[allow(clippy::cast_possible_wrap)]
        let (x, y) = (tile.x() as i32, tile.y() as i32);
        let half = 1_i32 << (EXTENT_BITS - 1 + u32::from(tile.z()));
        // The tile of zoom 0 has its corners half a tile from the origin.
        let tiles = half >> EXTENT_BITS;
        let (column, row) = if tile.z() == 0 {
            (-1, -1)
        } else {
            (x - tiles, tiles - 1 - y)
        };
        Self {
            origin: Vertex::new(x * EXTENT - half, half - y * EXTENT),
            column,
            row,
        }
    }

    fn place(self, v: Vertex) -> Vertex {
        Vertex::new(v.x - self.origin.x, self.origin.y - v.y)
    }
}

/// The polygons of a level in a tile.
///
/// # Errors
/// [`Inconsistent`] where the borders are no coverage.
pub fn cover(chart: &Chart, at: usize, tile: TileId) -> Result<Cover, Inconsistent> {
    let frame = Frame::new(tile);
    let borders = chart
        .zooms
        .borders(&chart.arcs, &chart.levels, at, tile.z());
    let mut lines = Lines::default();
    for stretch in borders.in_window(frame.column, frame.row) {
        // Turning y downwards turns left into right.
        lines.push(
            stretch.vertices().map(|v| frame.place(v)),
            stretch.right,
            stretch.left,
        );
        let [a, b, ..] = *lines.last() else { continue };
        if runs_along_border(a, b) {
            // What it parts lies outside.
            lines.pop();
        }
    }
    let touches = touches(&lines);
    if touches.is_empty() {
        let label = borders.label_west_of(frame.column, frame.row);
        if label != NOBODY {
            let corners = [0, 1, 2, 3, 0].map(corner);
            lines.push(corners.into_iter(), label, NOBODY);
        }
    } else {
        close(&mut lines, &touches);
    }
    faces::walk(&lines)
}

fn runs_along_border(a: Vertex, b: Vertex) -> bool {
    let on = |c: i32, d: i32| c == d && (c == -BUFFER || c == EXTENT + BUFFER);
    on(a.x, b.x) || on(a.y, b.y)
}

/// The window's corners in the order in which [`around`] passes them.
const fn corner(index: usize) -> Vertex {
    let Bounds { min, max } = WINDOW;
    match index {
        0 => min,
        1 => Vertex::new(max.x, min.y),
        2 => max,
        _ => Vertex::new(min.x, max.y),
    }
}

/// How far along the window's border a vertex lies, counter-clockwise if y were upwards, from the corner
/// of least coordinates; `None` inside.
fn around(v: Vertex) -> Option<i32> {
    let Bounds { min, max } = WINDOW;
    if v.y == min.y && v.x < max.x {
        Some(v.x - min.x)
    } else if v.x == max.x && v.y < max.y {
        Some(SIDE + v.y - min.y)
    } else if v.y == max.y && v.x > min.x {
        Some(2 * SIDE + max.x - v.x)
    } else if v.x == min.x {
        Some(3 * SIDE + max.y - v.y)
    } else {
        None
    }
}

/// Where a line reaches the window's border.
struct Touch {
    along: i32,
    at: Vertex,
    /// The line's vertex before that.
    inside: Vertex,
    /// The label right of the line as it leaves the border inwards.
    right: u32,
}

/// Where lines reach the border, in order along it.
fn touches(lines: &Lines) -> Vec<Touch> {
    let mut touches = Vec::new();
    for (vertices, left, right) in lines.iter() {
        let n = vertices.len();
        for (at, inside, right) in [
            (vertices[0], vertices[1], right),
            (vertices[n - 1], vertices[n - 2], left),
        ] {
            if let Some(along) = around(at) {
                touches.push(Touch {
                    along,
                    at,
                    inside,
                    right,
                });
            }
        }
    }
    touches.sort_unstable_by_key(|t| (t.along, t.inside));
    touches
}

/// Adds the window's border between the places where lines reach it, each stretch with the label inside.
fn close(lines: &mut Lines, touches: &[Touch]) {
    let places: Vec<&[Touch]> = touches.chunk_by(|a, b| a.along == b.along).collect();
    for (i, place) in places.iter().enumerate() {
        // The first line met when turning from the border into the window: right of it lies the next
        // stretch of border. All lie within the half plane inside.
        let first = place.iter().reduce(|first, other| {
            if orient(first.at, other.inside, first.inside) > 0 {
                other
            } else {
                first
            }
        });
        let Some(Touch {
            along,
            at,
            right: label,
            ..
        }) = first
        else {
            continue;
        };
        if *label == NOBODY {
            continue;
        }
        let next = &places[(i + 1) % places.len()][0];
        let end = if next.along > *along {
            next.along
        } else {
            next.along + 4 * SIDE
        };
        // Corners strictly between the two.
        let corners = along / SIDE + 1..(end + SIDE - 1) / SIDE;
        let corners = corners.map(|c| corner(c.rem_euclid(4).unsigned_abs() as usize));
        lines.push(
            std::iter::once(*at).chain(corners).chain([next.at]),
            *label,
            NOBODY,
        );
    }
}

/// Where a micro-degree position lies in a tile, y downwards, or `None` outside it. Every position lies in
/// exactly one tile of a zoom.
#[must_use]
pub fn locate(position: Vertex, tile: TileId) -> Option<Vertex> {
    let fine = mercator::project(position);
    let bits = mercator::unit_bits(tile.z());
    let origin = Frame::new(tile).origin;
    // Rows count downwards: what lies on the line between two belongs to the upper one.
    let v = Vertex::new((fine.x >> bits) - origin.x, origin.y - 1 - (fine.y >> bits));
    let inside = |c: i32| (0..EXTENT).contains(&c);
    (inside(v.x) && inside(v.y)).then_some(v)
}
