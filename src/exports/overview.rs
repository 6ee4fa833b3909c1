//! A country at a glance: a style of the web map as one small picture in Web Mercator, shown until there is a live map.
//!
//! The picture is two and a half frames long in both directions, the frame in its middle. A page that gives it as many times
//! the box it frames, about the same middle, sees the frame exactly where the live map will have it. Outlines are coarser
//! than those of tiles, and neighbours share them.
//!
//! It is drawn here, not sent as the SVG that it is drawn from: that would be half as long, but thousands of lines are what
//! graphics cards and their drivers are slowest at.

use std::fmt::Write;

use resvg::{tiny_skia, usvg};

use super::print::{Kind, Layer, Nothing, Property, Style};
use super::{clip, palette};
use crate::atlas::drawing::{self, Drawn, MAX_ZOOM};
use crate::atlas::features::LevelData;
use crate::atlas::world::Atlas;
use crate::domain::level::Level;
use crate::geometry::arcs::{ArcRef, Arcs};

/// What is drawn.
pub struct Overview<'a> {
    /// The world.
    pub atlas: &'a Atlas,
    /// Colours and lines. Names are left to the live map.
    pub style: &'a Style,
    /// What is framed, in degrees: west, south, east, north.
    pub frame: [f64; 4],
    /// Pixels that the frame is wide on the screen that it is made for. What the style draws at a zoom follows from it.
    pub width: f64,
}

/// The picture is so many frames long in both directions. `web/src/style/carte.css` and `commandes.css` say the same.
const FRAMES: f64 = 2.5;
/// Units of the picture for one such pixel: whole units are written, and their halves are not missed.
const UNITS: f64 = 2.5;
/// Units that a line may be away from where it is, and square units of the smallest island that is seen.
const FRANCE: [f64; 2] = [1.1, 8.0];
/// The same abroad, which is only there to say where France ends.
const ABROAD: [f64; 2] = [3.0, 60.0];
/// Tile units for one unit of the picture, at least: simplified from finer lines.
const FINER: f64 = 2.0;
/// Pixels of a tile at its own zoom, as MapLibre counts them.
const TILE: f64 = 512.0;
/// What is nearly invisible is not drawn.
const FAINT: f64 = 0.004;

/// A fill or a line that a layer gives to a feature: what `fill` or `stroke` says, and the width of a line in units.
#[derive(Clone, PartialEq)]
struct Look {
    colour: String,
    opacity: f64,
    width: f64,
}

/// Features of one level that all layers treat alike.
struct Class {
    looks: Vec<Option<Look>>,
    features: Vec<usize>,
}

impl Overview<'_> {
    /// The picture as PNG, so many dots for each pixel; `None` where it cannot be made.
    #[must_use]
    pub fn png(&self, dots: f64) -> Option<Vec<u8>> {
        let tree = usvg::Tree::from_str(&self.svg(), &usvg::Options::default()).ok()?;
        let scale = single(dots / UNITS);
        let size = tree.size().scale_by(scale)?.to_int_size();
        let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())?;
        let transform = tiny_skia::Transform::from_scale(scale, scale);
        resvg::render(&tree, transform, &mut pixels.as_mut());
        palette::png(&pixels)
    }

    fn svg(&self) -> String {
        let view = View::new(self.frame, self.width * UNITS);
        let zoom = (self.width / TILE / (self.frame[2] - self.frame[0]) * 360.0).log2();
        let layers: Vec<&Layer> = self
            .style
            .layers
            .iter()
            .filter(|l| l.is_drawn_at(zoom) && matches!(l.kind, Kind::Fill | Kind::Line))
            .collect();
        let mut levels: Vec<&str> = layers.iter().map(|l| l.level.as_str()).collect();
        levels.sort_unstable();
        levels.dedup();

        let mut paths = String::new();
        // For each layer, what it draws: a path by its number, and how.
        let mut drawn: Vec<Vec<(usize, Look)>> = vec![Vec::new(); layers.len()];
        let mut number = 0;
        for name in levels {
            let Some((chart, at)) = self.atlas.level(name) else {
                continue;
            };
            let level = &chart.levels[at];
            let classes = classes(level, &layers, zoom);
            if classes.is_empty() {
                continue;
            }
            let shapes = chart.drawn(view.zoom, &level.labels, level.features.len());
            let [tolerance, speck] = if level.level == Level::Pays {
                ABROAD
            } else {
                FRANCE
            };
            let lines = view.lines(&shapes.arcs, tolerance);
            for class in classes {
                let mut d = String::new();
                for &feature in &class.features {
                    for ring in view.rings(&shapes, &lines, feature) {
                        write_ring(&mut d, &ring, speck);
                    }
                }
                if d.is_empty() {
                    continue;
                }
                let _ = write!(paths, "<path id=\"{}\" d=\"{d}\"/>", id(number));
                for (draws, look) in drawn.iter_mut().zip(class.looks) {
                    if let Some(look) = look {
                        draws.push((number, look));
                    }
                }
                number += 1;
            }
        }
        let mut out = view.head();
        let _ = write!(out, "<defs>{paths}</defs>");
        let sea = self
            .style
            .layers
            .iter()
            .find(|l| l.kind == Kind::Background);
        if let Some(sea) = sea {
            let colour = sea.colour(Property::BackgroundColor, &Nothing, zoom);
            let _ = write!(
                out,
                "<path fill=\"{}\" d=\"{}\"/>",
                hex(colour.rgb),
                view.ground()
            );
        }
        for (layer, draws) in layers.iter().zip(&drawn) {
            let mut rest = draws.as_slice();
            while let Some((_, look)) = rest.first() {
                let same = rest.iter().take_while(|(_, l)| l == look).count();
                look.open(&mut out, layer.kind);
                for (number, _) in &rest[..same] {
                    let _ = write!(out, "<use href=\"#{}\"/>", id(*number));
                }
                out.push_str("</g>");
                rest = &rest[same..];
            }
        }
        out.push_str("</svg>");
        out
    }
}

impl Look {
    fn of(layer: &Layer, feature: &crate::atlas::features::Feature, zoom: f64) -> Option<Self> {
        if !layer.takes(feature, zoom) {
            return None;
        }
        let (colour, opacity, width) = if layer.kind == Kind::Fill {
            (Property::FillColor, Property::FillOpacity, 0.0)
        } else {
            let width = layer.number(Property::LineWidth, 1.0, feature, zoom);
            (Property::LineColor, Property::LineOpacity, width * UNITS)
        };
        let opacity = layer.number(opacity, 1.0, feature, zoom);
        let colour = layer.colour(colour, feature, zoom).at(opacity);
        (colour.opacity > FAINT && (width > 0.0 || layer.kind == Kind::Fill)).then(|| Self {
            colour: hex(colour.rgb),
            opacity: colour.opacity,
            width,
        })
    }

    fn open(&self, out: &mut String, kind: Kind) {
        let _ = match kind {
            Kind::Line => write!(
                out,
                "<g fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"",
                self.colour,
                hundredths(self.width)
            ),
            _ => write!(out, "<g fill=\"{}\"", self.colour),
        };
        if self.opacity < 1.0 {
            let _ = write!(out, " opacity=\"{}\"", hundredths(self.opacity));
        }
        out.push('>');
    }
}

/// The features of a level, as far as any layer draws them, together where all layers treat them alike.
fn classes(level: &LevelData, layers: &[&Layer], zoom: f64) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for (at, feature) in level.features.iter().enumerate() {
        let looks: Vec<Option<Look>> = layers
            .iter()
            .map(|layer| {
                let is_own = layer.level == level.level.name();
                is_own.then(|| Look::of(layer, feature, zoom)).flatten()
            })
            .collect();
        if looks.iter().all(Option::is_none) {
            continue;
        }
        match classes.iter_mut().find(|c| c.looks == looks) {
            Some(class) => class.features.push(at),
            None => classes.push(Class {
                looks,
                features: vec![at],
            }),
        }
    }
    classes
}

/// From tile units to the picture.
struct View {
    zoom: u8,
    scale: f64,
    /// The middle of the frame in tile units.
    middle: [f64; 2],
    /// The frame in units of the picture.
    size: [f64; 2],
}

impl View {
    fn new([west, south, east, north]: [f64; 4], width: f64) -> Self {
        let zoom = drawing::zoom_for(east - west, width * FINER);
        // The finest units there are: the frame is where the live map has it.
        let coarser = f64::from(1_u32 << (MAX_ZOOM - zoom));
        let corner = |at| {
            let place = drawing::place(MAX_ZOOM, at);
            place.map_or([0.0; 2], |v| {
                [f64::from(v.x), f64::from(v.y)].map(|c| c / coarser)
            })
        };
        let (low, high) = (corner([west, south]), corner([east, north]));
        let scale = width / (high[0] - low[0]).max(1.0);
        Self {
            zoom,
            scale,
            middle: [0, 1].map(|axis| f64::midpoint(low[axis], high[axis])),
            size: [width, (high[1] - low[1]) * scale],
        }
    }

    /// The root, its origin in the middle of the frame.
    fn head(&self) -> String {
        let [width, height] = self.size.map(|s| hundredths(s * FRAMES));
        let (left, top) = (hundredths(-width / 2.0), hundredths(-height / 2.0));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{left} {top} {width} {height}\">"
        )
    }

    /// What is drawn at all: lines along its sides are not seen.
    fn window(&self) -> clip::Window {
        let [x, y] = self.size.map(|s| s * FRAMES / 2.0 + 10.0);
        [-x, -y, x, y]
    }

    fn ground(&self) -> String {
        let [left, top, right, bottom] = self.window().map(f64::round);
        format!("M{left} {top}H{right}V{bottom}H{left}z")
    }

    /// The arcs in units of the picture, each as coarse as it may be: whoever shares one shares all of its points.
    fn lines(&self, arcs: &Arcs, tolerance: f64) -> Vec<Vec<[f64; 2]>> {
        let line = |arc| {
            let points = arcs.vertices(arc).iter().map(|v| {
                let [x, y] = [f64::from(v.x), f64::from(v.y)];
                [
                    (x - self.middle[0]) * self.scale,
                    (self.middle[1] - y) * self.scale,
                ]
            });
            coarse(&points.collect::<Vec<_>>(), tolerance)
        };
        (0..arcs.len()).map(line).collect()
    }

    /// The rings of a feature, as far as they can be seen.
    fn rings<'a>(
        &'a self,
        shapes: &'a Drawn,
        lines: &'a [Vec<[f64; 2]>],
        feature: usize,
    ) -> impl Iterator<Item = Vec<[f64; 2]>> + 'a {
        let polygons = shapes.unions.get(feature).map_or(&[][..], |u| &u.polygons);
        let rings = polygons.iter().flat_map(|p| &p.rings);
        rings.map(|ring| clip::ring(joined(lines, ring), &self.window()))
    }
}

/// The points of a ring of arcs, the last joining the first.
fn joined(lines: &[Vec<[f64; 2]>], ring: &[ArcRef]) -> Vec<[f64; 2]> {
    let mut points = Vec::new();
    for arc in ring {
        let line = &lines[arc.arc()];
        let own = line.len().saturating_sub(1); // the last is the first of the next arc
        if arc.is_backward() {
            points.extend(line.iter().rev().take(own));
        } else {
            points.extend(line.iter().take(own));
        }
    }
    points
}

/// A line with fewer points, none of those left out farther away than the tolerance (Douglas and Peucker, 1973). A closed
/// one keeps its first point and the one farthest from it.
fn coarse(line: &[[f64; 2]], tolerance: f64) -> Vec<[f64; 2]> {
    let Some(last) = line.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut is_kept = vec![false; line.len()];
    is_kept[0] = true;
    is_kept[last] = true;
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let (a, b) = (line[from], line[to]);
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx.hypot(dy);
        let off = |p: &[f64; 2]| {
            let (x, y) = (p[0] - a[0], p[1] - a[1]);
            if length > 0.0 {
                (x * dy - y * dx).abs() / length
            } else {
                x.hypot(y)
            }
        };
        let between = (from + 1..to).map(|i| (i, off(&line[i])));
        let farthest = between.max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((at, _)) = farthest.filter(|(_, away)| *away > tolerance) {
            is_kept[at] = true;
            open.push((from, at));
            open.push((at, to));
        }
    }
    let kept = line.iter().zip(is_kept).filter(|(_, kept)| *kept);
    kept.map(|(p, _)| *p).collect()
}

/// A ring in whole units, each point by its way from the one before; nothing of a speck.
fn write_ring(out: &mut String, ring: &[[f64; 2]], speck: f64) {
    #[allow(clippy::cast_possible_truncation)] // the picture and what surrounds it
    let mut points: Vec<[i32; 2]> = ring.iter().map(|p| p.map(|c| c.round() as i32)).collect();
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    if points.len() < 3 || area(&points) < speck {
        return;
    }
    let mut last = points[0];
    let _ = write!(out, "M{} {}l", last[0], last[1]);
    let mut is_first = true;
    for point in &points[1..] {
        for way in [point[0] - last[0], point[1] - last[1]] {
            // A minus sign parts two numbers too.
            if way >= 0 && !is_first {
                out.push(' ');
            }
            let _ = write!(out, "{way}");
            is_first = false;
        }
        last = *point;
    }
    out.push('z');
}

/// The area of a ring.
fn area(ring: &[[i32; 2]]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&[i32; 2], &[i32; 2])| {
        f64::from(a[0]) * f64::from(b[1]) - f64::from(b[0]) * f64::from(a[1])
    };
    ring.iter().zip(next).map(cross).sum::<f64>().abs() / 2.0
}

/// The name of a path.
fn id(number: usize) -> String {
    format!("p{number}")
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[allow(clippy::cast_possible_truncation)] // a scale
fn single(x: f64) -> f32 {
    x as f32
}

fn hundredths(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_line_keeps_its_ends_and_what_is_far_from_them() {
        let line = [
            [0.0, 0.0],
            [5.0, 2.9],
            [10.0, 6.0],
            [15.0, 2.9],
            [20.0, 0.0],
        ];
        assert_eq!(coarse(&line, 1.0), [[0.0, 0.0], [10.0, 6.0], [20.0, 0.0]]);
        let closed = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 0.0]];
        assert_eq!(coarse(&closed, 1.0), closed);
        assert!(coarse(&[], 1.0).is_empty());
    }

    #[test]
    fn rings_are_short_and_specks_are_left_out() {
        let mut out = String::new();
        write_ring(
            &mut out,
            &[[0.2, 0.1], [10.0, -5.0], [7.0, 8.0], [6.9, 8.1]],
            8.0,
        );
        assert_eq!(out, "M0 0l10-5-3 13z");
        write_ring(&mut out, &[[0.0, 0.0], [0.3, 0.0], [0.3, 0.3]], 8.0);
        assert_eq!(out, "M0 0l10-5-3 13z");
    }

    #[test]
    fn the_frame_is_in_the_middle() {
        let view = View::new([-5.0, 41.0, 9.0, 51.0], 1000.0);
        let corner = drawing::place(view.zoom, [-5.0, 41.0]).unwrap();
        let x = (f64::from(corner.x) - view.middle[0]) * view.scale;
        assert!((x + 500.0).abs() < 1.0, "{x}");
        assert!(view.head().contains("viewBox=\"-1250 "));
    }
}
