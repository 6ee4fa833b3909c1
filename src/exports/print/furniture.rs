//! What stands around a map: scale bars, legend, north, graticule.

use super::PrintError;
use super::frame::{self, Frame};
use super::scene::{Group, Item, Outline, POINT, Point, Shape, Stroke, Words};
use super::style::{Colour, Entry};
use super::text::{LEADING, Look, Type};
use super::typeface::Weight;
use crate::domain::typography;

/// The colour of words and lines on the sheet.
pub const INK: Colour = Colour::solid([0x1e, 0x23, 0x27]);
/// The colour of what is said more quietly: seven to one on white.
pub const QUIET: Colour = Colour::solid([0x4c, 0x52, 0x58]);
/// The paper.
pub const PAPER: Colour = Colour::solid([0xff; 3]);
/// What lies under furniture on a map.
const VEIL: Colour = Colour {
    rgb: [0xff; 3],
    opacity: 0.8,
};
/// The finest line, in millimetres.
pub const HAIRLINE: f64 = 0.3 * POINT;

/// Millimetres that a box which says where a map is has at least.
const SMALLEST_BOX: f64 = 2.5;

/// A box on the page in millimetres: left, top, right, bottom.
type Box4 = [f64; 4];

/// The scale of a frame in words: « 1 : 4 000 000 ».
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // two digits and zeros
pub fn scale_in_words(frame: &Frame) -> String {
    format!(
        "1\u{202f}:\u{202f}{}",
        typography::thousands(frame.scale.round() as u64)
    )
}

/// The longest round length that a bar of so many millimetres can show, in metres.
fn round_length(frame: &Frame, most: f64) -> f64 {
    let metres = most * frame.scale / 1000.0;
    let unit = 10_f64.powf(metres.max(1.0).log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|n| n * unit)
        .find(|n| *n <= metres)
        .unwrap_or(unit)
}

/// A scale bar in the lower left corner of a frame, with the scale in words. Returns the ground it takes.
pub fn scale_bar(group: &mut Group, kind: &Type, frame: &Frame, size: f64) -> Box4 {
    let length = round_length(frame, (frame.size[0] * 0.28).min(60.0));
    let bar = length * 1000.0 / frame.scale;
    let look = Look {
        size,
        weight: Weight::Regular,
        colour: INK,
    };
    let end = if length >= 1000.0 {
        format!("{}\u{a0}km", length / 1000.0)
    } else {
        format!("{length}\u{a0}m")
    };
    let words = scale_in_words(frame);
    let pad = size * 0.5;
    let inner = (bar + kind.width(&end, look)).max(kind.width(&words, look)) + size;
    let height = size * 3.7;
    let [left, top] = [
        frame.at[0] + pad,
        frame.at[1] + frame.size[1] - pad - height,
    ];
    group.shape(
        Outline::rectangle([left, top], [inner + pad, height]),
        Some(VEIL),
        None,
    );
    let (x, y) = (left + pad, top + height - size * 0.9);
    // Half black, half white, as bars on maps have been for long.
    let thick = size * 0.32;
    group.shape(
        Outline::rectangle([x, y], [bar / 2.0, thick]),
        Some(INK),
        Some(Stroke::plain(INK, HAIRLINE)),
    );
    group.shape(
        Outline::rectangle([x + bar / 2.0, y], [bar / 2.0, thick]),
        Some(PAPER),
        Some(Stroke::plain(INK, HAIRLINE)),
    );
    let above = y - size * 0.35;
    Type::line(group, "0", [x, above], look);
    Type::line(
        group,
        end.clone(),
        [x + bar - kind.width(&end, look) / 2.0, above],
        look,
    );
    Type::line(
        group,
        words,
        [x, top + size * 1.1],
        Look {
            colour: QUIET,
            ..look
        },
    );
    [left, top, left + inner + pad, top + height]
}

/// An arrow to the north in the upper right corner of a frame: the way its middle meridian runs. Returns its ground.
pub fn north(group: &mut Group, kind: &Type, frame: &Frame, size: f64) -> Result<Box4, PrintError> {
    let [west, south, east, north] = frame.window;
    let (lon, lat) = (f64::midpoint(west, east), f64::midpoint(south, north));
    let mut ends = [[lon, lat], [lon, lat + (north - south) * 0.05]];
    frame.on_page(&mut ends)?;
    let (x, y) = (ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]);
    let length = x.hypot(y).max(f64::MIN_POSITIVE);
    let up = [x / length, y / length];
    let across = [-up[1], up[0]];
    let middle = [
        frame.at[0] + frame.size[0] - size * 2.2,
        frame.at[1] + size * 3.6,
    ];
    let at = |along: f64, aside: f64| {
        [
            middle[0] + up[0] * along * size + across[0] * aside * size,
            middle[1] + up[1] * along * size + across[1] * aside * size,
        ]
    };
    let half = |aside: f64| Outline {
        paths: vec![vec![at(1.6, 0.0), at(-1.2, aside), at(-0.6, 0.0)]],
        is_closed: true,
    };
    let line = Stroke::plain(INK, HAIRLINE);
    group.shape(half(0.8), Some(INK), Some(line.clone()));
    group.shape(half(-0.8), Some(PAPER), Some(line));
    let look = Look {
        size,
        weight: Weight::Semibold,
        colour: INK,
    };
    let letter = at(2.1, 0.0);
    Type::line(
        group,
        "N",
        [
            letter[0] - kind.width("N", look) / 2.0,
            letter[1] + size * 0.3,
        ],
        look,
    );
    Ok([
        middle[0] - 2.0 * size,
        frame.at[1],
        middle[0] + 2.0 * size,
        middle[1] + 2.0 * size,
    ])
}

/// Degrees between lines of a graticule, the widest first.
const MESHES: [f64; 8] = [5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02];
/// Positions along a line of the graticule.
const STEPS: u32 = 64;

/// Meridians and parallels.
///
/// # Errors
/// What PROJ says.
pub fn graticule(frame: &Frame) -> Result<Group, PrintError> {
    let [west, south, east, north] = frame.window;
    let wide = (east - west).max(north - south);
    let mesh = MESHES.into_iter().find(|m| wide / m >= 4.0).unwrap_or(0.02);
    let lines = |from: f64, to: f64| {
        #[allow(clippy::cast_possible_truncation)] // a few hundred
        let (first, last) = ((from / mesh).ceil() as i32, (to / mesh).floor() as i32);
        (first..=last).map(move |i| f64::from(i) * mesh)
    };
    let part = |a: f64, b: f64, i: u32| a + (b - a) * f64::from(i) / f64::from(STEPS);
    let meridians =
        lines(west, east).map(|lon| (0..=STEPS).map(|i| [lon, part(south, north, i)]).collect());
    let parallels =
        lines(south, north).map(|lat| (0..=STEPS).map(|i| [part(west, east, i), lat]).collect());
    let mut paths: Vec<Vec<Point>> = meridians.chain(parallels).collect();
    for path in &mut paths {
        frame.on_page(path)?;
    }
    let mut group = Group::layer("Graticule");
    let outline = Outline {
        paths,
        is_closed: false,
    };
    group.shape(
        outline,
        None,
        Some(Stroke::plain(QUIET.at(0.45), HAIRLINE / 2.0)),
    );
    Ok(group)
}

/// Names with a figure each, which stand flush at the right. Returns where the list ends.
pub fn list(
    group: &mut Group,
    kind: &Type,
    lines: &[(String, String)],
    [x, top]: Point,
    width: f64,
    look: Look,
) -> f64 {
    let quiet = Look {
        colour: QUIET,
        ..look
    };
    let mut y = top;
    for (name, figure) in lines {
        let room = kind.width(figure, look);
        let at = [x + width - room, y + look.size];
        Type::line(group, figure.clone(), at, quiet);
        let name = typography::unbreakable(name);
        let name = kind.wrapped(&name, look, width - room - look.size);
        y = Type::lines(group, &name, [x, y], look) + look.size * 0.12;
    }
    y
}

/// A legend with its upper left corner at a position. Returns where it ends.
pub fn legend(
    group: &mut Group,
    kind: &Type,
    entries: &[Entry],
    [x, top]: Point,
    width: f64,
    size: f64,
) -> f64 {
    let look = Look {
        size,
        weight: Weight::Regular,
        colour: INK,
    };
    let quiet = Look {
        colour: QUIET,
        ..look
    };
    let swatch = [size * 2.6, size * 1.15];
    let left = x + swatch[0] + size * 0.8;
    let mut y = top;
    for entry in entries {
        if let Some(line) = &entry.line {
            let middle = y + swatch[1] / 2.0;
            let outline = Outline {
                paths: vec![vec![[x, middle], [x + swatch[0], middle]]],
                is_closed: false,
            };
            group.shape(outline, None, Some(line.clone()));
        } else {
            colours(group, entry, [x, y], swatch);
        }
        let words = typography::unbreakable(&entry.text);
        y = Type::lines(
            group,
            &kind.wrapped(&words, look, width - (left - x)),
            [left, y - size * 0.05],
            look,
        );
        if let Some(note) = &entry.note {
            let note = typography::unbreakable(note);
            y = Type::lines(
                group,
                &kind.wrapped(&note, quiet, width - (left - x)),
                [left, y - size * 0.1],
                quiet,
            );
        }
        y = y.max(top) + size * 0.55;
    }
    y
}

/// The colours of an entry side by side, with a line around them.
fn colours(group: &mut Group, entry: &Entry, [x, y]: Point, size: [f64; 2]) {
    let each = size[0] / f64::from(u32::try_from(entry.colours.len().max(1)).unwrap_or(1));
    let mut at = x;
    for colour in &entry.colours {
        let part = Outline::rectangle([at, y], [each, size[1]]);
        group.shape(part, Some(*colour), None);
        at += each;
    }
    let border = entry.border.map_or_else(
        || Stroke::plain(QUIET, HAIRLINE),
        |b| Stroke::plain(b, HAIRLINE * 3.0),
    );
    group.shape(Outline::rectangle([x, y], size), None, Some(border));
}

/// A box where a map is, on a map of what is around it. It can be seen, however small.
pub fn whereabouts(around: &Frame, map: &Frame) -> Result<Vec<Item>, PrintError> {
    let mut edge = map.edge.clone();
    around.on_page(&mut edge)?;
    let [left, top, right, bottom] = frame::around(&edge);
    let more = |low: f64, high: f64| (SMALLEST_BOX - (high - low)).max(0.0) / 2.0;
    let (x, y) = (more(left, right), more(top, bottom));
    if x > 0.0 || y > 0.0 {
        let size = [right - left + 2.0 * x, bottom - top + 2.0 * y];
        edge = Outline::rectangle([left - x, top - y], size)
            .paths
            .remove(0);
    }
    let outline = std::sync::Arc::new(Outline {
        paths: vec![edge],
        is_closed: true,
    });
    let line = |colour, width| {
        Item::Shape(Shape {
            outline: std::sync::Arc::clone(&outline),
            fill: None,
            stroke: Some(Stroke::plain(colour, width)),
        })
    };
    Ok(vec![line(PAPER, HAIRLINE * 5.0), line(INK, HAIRLINE * 2.5)])
}

/// Leaders with a dot at the end that means the place.
pub fn leaders(ends: impl Iterator<Item = [Point; 2]>) -> Vec<Item> {
    let ends: Vec<[Point; 2]> = ends.collect();
    if ends.is_empty() {
        return Vec::new();
    }
    let shape = |outline: Outline, fill: Option<Colour>, stroke: Option<Stroke>| {
        Item::Shape(Shape {
            outline: std::sync::Arc::new(outline),
            fill,
            stroke,
        })
    };
    let lines = || Outline {
        paths: ends.iter().map(|line| line.to_vec()).collect(),
        is_closed: false,
    };
    let dots = Outline {
        paths: ends.iter().map(|[place, _]| dot(*place)).collect(),
        is_closed: true,
    };
    let white = Stroke::plain(PAPER.at(0.75), HAIRLINE * 3.0);
    vec![
        shape(lines(), None, Some(white)),
        shape(lines(), None, Some(Stroke::plain(INK, HAIRLINE))),
        shape(dots, Some(INK), Some(Stroke::plain(PAPER, HAIRLINE * 0.6))),
    ]
}

/// A dot as twelve corners: at half a millimetre nobody counts them.
fn dot([x, y]: Point) -> Vec<Point> {
    let radius = 0.42;
    (0..12)
        .map(|i| {
            let (sin, cos) = (f64::from(i) * std::f64::consts::TAU / 12.0).sin_cos();
            [x + radius * cos, y + radius * sin]
        })
        .collect()
}

/// How high a line of text is.
pub fn line_height(size: f64) -> f64 {
    size * LEADING
}

/// Words with a title's look.
pub fn heading(text: String, at: Point, size: f64) -> Item {
    Item::Words(Words {
        text,
        at,
        size,
        weight: Weight::Semibold,
        colour: INK,
        halo: None,
        spacing: 0.0,
    })
}
