//! Small pictures of unions of faces as SVG 2: what a page shows beside its words, and what links to it show.
//!
//! Shapes carry class names and no colours, so that the page's style decides by day and by night; a picture that stands
//! alone brings its own style.

use std::fmt::Write;

use resvg::{tiny_skia, usvg};

use super::clip;
use crate::atlas::drawing::{self, NOBODY};
use crate::atlas::world::Chart;
use crate::geometry::lattice::Vertex;
use crate::geometry::polygon::Polygon;

/// How faces are drawn together.
pub struct Class<'a> {
    /// The class name of the shape.
    pub name: &'a str,
    /// What the shape is, for who points at it.
    pub title: Option<&'a str>,
    /// Whether it is within the one line that is drawn around all such classes together.
    pub is_outlined: bool,
}

/// A name written in the picture.
pub struct Name<'a> {
    /// Longitude and latitude in degrees.
    pub at: [f64; 2],
    /// The words.
    pub text: &'a str,
}

/// What is drawn.
pub struct Picture<'a> {
    /// The coverage.
    pub chart: &'a Chart,
    /// The shapes, the first at the bottom.
    pub classes: &'a [Class<'a>],
    /// The class of each face, or [`NOBODY`] for faces that are not drawn.
    pub labels: &'a [u32],
    /// Names, the most important first: one that would lie over another is left out.
    pub names: &'a [Name<'a>],
    /// What lies around the coverage, drawn below it all with the class `etranger`.
    pub abroad: &'a Chart,
    /// The frame in degrees: west, south, east, north.
    pub frame: [f64; 4],
    /// Width and height of the picture, in its own units; the frame is centred in it.
    pub size: [u32; 2],
    /// What it shows, in words.
    pub description: &'a str,
    /// Rules of its own style, for a picture that stands alone.
    pub style: Option<&'a str>,
}

/// Tile units for one unit of the picture, at least: no screen shows more, and each point costs the reader's processor.
const FINER: f64 = 1.2;
/// The zoom that neighbours are drawn at, at most.
const ABROAD: u8 = 9;
/// Room left around the frame, of the picture's smaller side.
const MARGIN: f64 = 0.06;
/// How wide and high a letter is taken to be, in units of the picture.
const LETTER: [f64; 2] = [7.4, 17.0];

/// Where a name may stand, from its place, in the order they are tried.
const MOVES: [[f64; 2]; 7] = [
    [0.0, 0.0],
    [0.0, -12.0],
    [0.0, 12.0],
    [-24.0, 0.0],
    [24.0, 0.0],
    [0.0, -22.0],
    [0.0, 22.0],
];

impl Picture<'_> {
    /// The document; a picture of nothing where the frame is no frame.
    #[must_use]
    pub fn svg(&self) -> String {
        let [west, south, east, north] = self.frame;
        let [width, height] = self.size.map(f64::from);
        let zoom = drawing::zoom_for(east - west, width * FINER);
        let corners = drawing::place(zoom, [west, south]).zip(drawing::place(zoom, [east, north]));
        let nowhere = Vertex::new(0, 0);
        let (low, high) = corners.unwrap_or((nowhere, nowhere));
        let view = View::new(low, high, [width, height]);

        let mut out = String::with_capacity(1 << 15);
        let _ = write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\
             <title>{}</title>",
            Escaped(self.description)
        );
        if let Some(style) = self.style {
            let _ = write!(out, "<style>{}</style>", Escaped(style));
            out.push_str("<rect class=\"mer\" width=\"100%\" height=\"100%\"/>");
        }
        // Neighbours are coarse: Natural Earth has no more to say.
        let coarse = zoom.min(ABROAD);
        let faces = self.abroad.levels.first().map_or(0, |l| l.labels.len());
        let coarser = f64::from(1_u32 << (zoom - coarse));
        for shape in self.abroad.unions(coarse, &vec![0; faces], 1) {
            out.push_str("<path class=\"etranger\" d=\"");
            view.path(&mut out, &shape, coarser);
            out.push_str("\"/>");
        }
        let shapes = self.chart.unions(zoom, self.labels, self.classes.len());
        for (class, shape) in self.classes.iter().zip(&shapes) {
            if shape.is_empty() {
                continue;
            }
            let _ = write!(out, "<path class=\"{}\" d=\"", Escaped(class.name));
            view.path(&mut out, shape, 1.0);
            match class.title {
                Some(title) => {
                    let _ = write!(out, "\"><title>{}</title></path>", Escaped(title));
                }
                None => out.push_str("\"/>"),
            }
        }
        let together: Vec<u32> = self
            .labels
            .iter()
            .map(|&label| match self.classes.get(label as usize) {
                Some(class) if class.is_outlined => 0,
                _ => NOBODY,
            })
            .collect();
        for outline in self.chart.unions(zoom, &together, 1) {
            out.push_str("<path class=\"contour\" d=\"");
            view.path(&mut out, &outline, 1.0);
            out.push_str("\"/>");
        }
        self.write_names(&mut out, zoom, &view);
        out.push_str("</svg>");
        out
    }

    fn write_names(&self, out: &mut String, zoom: u8, view: &View) {
        let [width, height] = self.size.map(f64::from);
        let mut taken: Vec<[f64; 4]> = Vec::new();
        for name in self.names {
            let Some(place) = drawing::place(zoom, name.at) else {
                continue;
            };
            let [x, y] = view.of(place);
            let lines = lines(name.text);
            let longest = lines.iter().map(|l| l.chars().count()).max().unwrap_or(0);
            #[allow(clippy::cast_precision_loss)] // a few letters
            let (across, up) = (
                longest as f64 * LETTER[0] / 2.0,
                lines.len() as f64 * LETTER[1] / 2.0,
            );
            let room = |&[dx, dy]: &[f64; 2]| {
                let own = [x + dx - across, y + dy - up, x + dx + across, y + dy + up];
                let is_out = own[0] < 0.0 || own[1] < 0.0 || own[2] > width || own[3] > height;
                let is_over = |other: &[f64; 4]| {
                    own[0] < other[2] && other[0] < own[2] && own[1] < other[3] && other[1] < own[3]
                };
                (!is_out && !taken.iter().any(is_over)).then_some(own)
            };
            let Some(own) = MOVES.iter().find_map(room) else {
                continue;
            };
            let [x, y] = [f64::midpoint(own[0], own[2]), f64::midpoint(own[1], own[3])];
            taken.push(own);
            let _ = write!(out, "<text class=\"nom\" text-anchor=\"middle\">");
            let mut baseline = y - up + LETTER[1] * 0.75;
            for line in lines {
                let _ = write!(
                    out,
                    "<tspan x=\"{x:.0}\" y=\"{baseline:.0}\">{}</tspan>",
                    Escaped(line)
                );
                baseline += LETTER[1];
            }
            out.push_str("</text>");
        }
    }
}

/// A picture with a style of its own as PNG, without its names; `None` where it is no picture.
#[must_use]
pub fn png(svg: &str) -> Option<Vec<u8>> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).ok()?;
    let size = tree.size().to_int_size();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())?;
    resvg::render(
        &tree,
        tiny_skia::Transform::identity(),
        &mut pixels.as_mut(),
    );
    pixels.encode_png().ok()
}

/// A name in two lines where it is long.
fn lines(text: &str) -> Vec<&str> {
    const LONG: usize = 16;
    if text.chars().count() <= LONG {
        return vec![text];
    }
    let middle = text.len() / 2;
    let gap = text
        .char_indices()
        .filter(|(_, c)| *c == ' ')
        .map(|(at, _)| at)
        .min_by_key(|at| at.abs_diff(middle));
    match gap {
        Some(at) => vec![&text[..at], &text[at + 1..]],
        None => vec![text],
    }
}

/// From tile units to the picture.
struct View {
    scale: f64,
    left: f64,
    top: f64,
    /// Width and height of the picture.
    size: [f64; 2],
}

impl View {
    fn new(low: Vertex, high: Vertex, [width, height]: [f64; 2]) -> Self {
        let margin = width.min(height) * MARGIN;
        let (across, up) = (
            f64::from((high.x - low.x).max(1)),
            f64::from((high.y - low.y).max(1)),
        );
        let scale = ((width - 2.0 * margin) / across).min((height - 2.0 * margin) / up);
        let left = f64::from(low.x) - (width / scale - across) / 2.0;
        let top = f64::from(high.y) + (height / scale - up) / 2.0;
        Self {
            scale,
            left,
            top,
            size: [width, height],
        }
    }

    /// A position in the picture.
    fn of(&self, v: Vertex) -> [f64; 2] {
        self.of_units(v, 1.0)
    }

    /// The same of a position in coarser tile units.
    fn of_units(&self, v: Vertex, coarser: f64) -> [f64; 2] {
        [
            (f64::from(v.x) * coarser - self.left) * self.scale,
            (self.top - f64::from(v.y) * coarser) * self.scale,
        ]
    }

    /// The rings as far as they can be seen, in tenths of a unit; `coarser` is how many of our tile units one of theirs
    /// is.
    fn path(&self, out: &mut String, polygons: &[Polygon], coarser: f64) {
        for ring in polygons.iter().flat_map(Polygon::rings) {
            let ring = ring.iter().map(|v| self.of_units(*v, coarser));
            let seen = self.clipped(ring.collect());
            if seen.len() > 2 {
                write_ring(out, &seen);
            }
        }
    }

    /// What of a ring is in the picture and some room around it, where its doubled edges are not seen.
    fn clipped(&self, ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
        let [width, height] = self.size;
        clip::ring(ring, &[-ROOM, -ROOM, width + ROOM, height + ROOM])
    }
}

/// Units of the picture around it that are still drawn.
const ROOM: f64 = 8.0;

fn write_ring(out: &mut String, ring: &[[f64; 2]]) {
    #[allow(clippy::cast_possible_truncation)] // the picture and what surrounds it
    let tenths = |p: &[f64; 2]| p.map(|c| (c * 10.0).round() as i64);
    let mut last: Option<[i64; 2]> = None;
    for point in ring {
        let here = tenths(point);
        match last {
            None => {
                let _ = write!(out, "M{} {}l", Tenths(here[0]), Tenths(here[1]));
            }
            Some(last) if last == here => continue,
            Some(last) => {
                let (x, y) = (Tenths(here[0] - last[0]), Tenths(here[1] - last[1]));
                let _ = write!(out, "{x} {y} ");
            }
        }
        last = Some(here);
    }
    out.truncate(out.trim_end().len());
    out.push('z');
}

/// A number of tenths, as short as it can be.
struct Tenths(i64);

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match (size / 10, size % 10) {
            (whole, 0) => write!(f, "{sign}{whole}"),
            (0, tenth) => write!(f, "{sign}.{tenth}"),
            (whole, tenth) => write!(f, "{sign}{whole}.{tenth}"),
        }
    }
}

/// Text as XML has it.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            c => f.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_are_short() {
        let all: Vec<String> = [0, 5, -5, 10, -123, 40]
            .iter()
            .map(|t| Tenths(*t).to_string())
            .collect();
        assert_eq!(all, ["0", ".5", "-.5", "1", "-12.3", "4"]);
    }

    #[test]
    fn what_cannot_be_seen_is_cut_off() {
        let view = View::new(Vertex::new(0, 0), Vertex::new(100, 100), [100.0, 100.0]);
        let square = vec![[-50.0, 20.0], [50.0, 20.0], [50.0, 60.0], [-50.0, 60.0]];
        let seen = view.clipped(square);
        assert_eq!(seen.len(), 4);
        assert!(
            seen.iter().all(|p| p[0] >= -ROOM && p[0] <= 50.0),
            "{seen:?}"
        );
        assert!(
            view.clipped(vec![[200.0, 0.0], [300.0, 0.0], [300.0, 9.0]])
                .is_empty()
        );
    }

    #[test]
    fn long_names_break_near_their_middle() {
        assert_eq!(lines("CC du Haut Béarn"), ["CC du Haut Béarn"]);
        assert_eq!(
            lines("CA Tarbes-Lourdes-Pyrénées et plus"),
            ["CA Tarbes-Lourdes-Pyrénées", "et plus"]
        );
        assert_eq!(
            lines("Tarbes-Lourdes-Pyrénées"),
            ["Tarbes-Lourdes-Pyrénées"]
        );
    }
}
