//! A frame: a rectangle of the page that shows a part of the earth at one scale.

use std::rc::Rc;

use super::projected::Projected;
use super::scene::Point;
use crate::atlas::drawing;
use crate::exports::clip::Window;
use crate::exports::systems::{System, SystemError};

/// Part of the earth that a frame is to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// The box around it in degrees: west, south, east, north.
    pub bbox: [f64; 4],
    /// The system that it is drawn in.
    pub system: &'static System,
}

impl Place {
    /// A place in its legal system.
    #[must_use]
    pub fn new(name: impl Into<String>, bbox: [f64; 4]) -> Self {
        let [west, south, east, north] = bbox;
        Self {
            name: name.into(),
            bbox,
            system: System::legal([f64::midpoint(west, east), f64::midpoint(south, north)]),
        }
    }

    /// Whether it holds a position in degrees.
    #[must_use]
    pub fn holds(&self, [lon, lat]: [f64; 2]) -> bool {
        let [west, south, east, north] = self.bbox;
        (west..=east).contains(&lon) && (south..=north).contains(&lat)
    }
}

/// A place on the page.
pub struct Frame {
    /// What it shows.
    pub place: Place,
    /// Its upper left corner on the page.
    pub at: Point,
    /// Its width and height in millimetres.
    pub size: [f64; 2],
    /// What one millimetre is on the ground, in millimetres: 4,000,000 for 1:4,000,000.
    pub scale: f64,
    /// Positions along the sides of what can be seen, in degrees.
    pub edge: Vec<[f64; 2]>,
    /// The box around all that can be seen, in degrees.
    pub window: [f64; 4],
    /// The zoom of the outlines that are drawn: finer than print can show.
    pub detail: u8,
    /// The zoom that the style is asked for.
    pub zoom: f64,
    projection: Rc<Projected>,
    /// What is in the middle, in metres.
    middle: [f64; 2],
}

/// Positions along each side of a box that are projected to find the box around it.
const STEPS: u32 = 32;
/// How fine outlines are, in millimetres on the page.
const FINENESS: f64 = 0.03;
/// Metres of a pixel of a web map at zoom 0 on the equator, where a tile is 512 pixels wide.
const PIXEL_AT_ZERO: f64 = 40_075_016.686 / 512.0;

impl Frame {
    /// A place as large as it fits into a rectangle, at a round scale.
    ///
    /// # Errors
    /// What PROJ says.
    pub fn new(place: Place, at: Point, size: [f64; 2]) -> Result<Self, SystemError> {
        let projection = Projected::of(place.system)?;
        let mut edge = along(place.bbox);
        projection.to_metres(&mut edge)?;
        let [west, south, east, north] = around(&edge);
        let widest = ((east - west) / size[0]).max((north - south) / size[1]);
        let scale = round_up(widest * 1000.0);
        let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
        let half = size.map(|s| s * scale / 2000.0);
        let mut edge = along([
            middle[0] - half[0],
            middle[1] - half[1],
            middle[0] + half[0],
            middle[1] + half[1],
        ]);
        projection.to_degrees(&mut edge)?;
        let window = around(&edge);
        let latitude = f64::midpoint(window[1], window[3]).to_radians();
        let metres = scale / 1000.0;
        let pixel = super::style::POINTS_PER_PIXEL * super::scene::POINT;
        let at_zero = PIXEL_AT_ZERO * latitude.cos();
        let units = at_zero * 512.0 / 4096.0;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to the finest
        let detail = (units / (metres * FINENESS))
            .log2()
            .ceil()
            .clamp(0.0, f64::from(drawing::MAX_ZOOM)) as u8;
        Ok(Self {
            detail,
            zoom: (at_zero / (metres * pixel)).log2(),
            place,
            at,
            size,
            scale,
            edge,
            window,
            projection,
            middle,
        })
    }

    /// Where positions in degrees are on the page.
    ///
    /// # Errors
    /// What PROJ says.
    pub fn on_page(&self, places: &mut [[f64; 2]]) -> Result<(), SystemError> {
        self.projection.to_metres(places)?;
        let per_metre = 1000.0 / self.scale;
        for place in places {
            let [x, y] = *place;
            *place = [
                self.at[0] + self.size[0] / 2.0 + (x - self.middle[0]) * per_metre,
                self.at[1] + self.size[1] / 2.0 - (y - self.middle[1]) * per_metre,
            ];
        }
        Ok(())
    }

    /// The box that outlines are cut off at, in tile units of a zoom: what can be seen, and some room.
    #[must_use]
    pub fn window_at(&self, zoom: u8) -> Window {
        let [west, south, east, north] = self.window;
        let room = [(east - west) * 0.05, (north - south) * 0.05];
        let corner = |lon: f64, lat: f64| {
            let (lon, lat) = (lon.clamp(-179.9, 179.9), lat.clamp(-84.9, 84.9));
            let at = drawing::place(zoom, [lon, lat]).unwrap_or_default();
            [f64::from(at.x), f64::from(at.y)]
        };
        let [left, bottom] = corner(west - room[0], south - room[1]);
        let [right, top] = corner(east + room[0], north + room[1]);
        [left, bottom, right, top]
    }

    /// Whether a position on the page is in the frame.
    #[must_use]
    pub fn shows(&self, [x, y]: Point) -> bool {
        (self.at[0]..=self.at[0] + self.size[0]).contains(&x)
            && (self.at[1]..=self.at[1] + self.size[1]).contains(&y)
    }
}

/// Positions along the sides of a box.
fn along([west, south, east, north]: [f64; 4]) -> Vec<[f64; 2]> {
    let sides = [
        [west, south, east, south],
        [east, south, east, north],
        [east, north, west, north],
        [west, north, west, south],
    ];
    let part = |i: u32| f64::from(i) / f64::from(STEPS);
    sides
        .iter()
        .flat_map(|&[ax, ay, bx, by]| {
            (0..STEPS).map(move |i| [ax + (bx - ax) * part(i), ay + (by - ay) * part(i)])
        })
        .collect()
}

/// The box around positions: least and greatest of both.
pub fn around(positions: &[[f64; 2]]) -> [f64; 4] {
    let empty = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    positions.iter().fold(empty, |[w, s, e, n], &[x, y]| {
        [w.min(x), s.min(y), e.max(x), n.max(y)]
    })
}

/// The next scale with two digits.
fn round_up(scale: f64) -> f64 {
    let unit = 10_f64.powf(scale.max(1.0).log10().floor() - 1.0);
    (scale / unit - 1e-9).ceil() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_fits_into_its_frame_at_a_round_scale() {
        let france = Place::new("France", [-5.2, 41.3, 9.6, 51.1]);
        let frame = Frame::new(france, [10.0, 20.0], [280.0, 260.0]).unwrap();
        assert_eq!(frame.place.system.epsg, 2154);
        assert!((4.0e6..4.6e6).contains(&frame.scale), "{}", frame.scale);
        let mut corners = [
            [-5.15, 48.4],
            [8.2, 48.9],
            [2.5, 51.09],
            [9.2, 41.4],
            [2.35, 48.85],
        ];
        frame.on_page(&mut corners).unwrap();
        assert!(corners.iter().all(|c| frame.shows(*c)), "{corners:?}");
        assert!((5.0..7.5).contains(&frame.zoom), "{}", frame.zoom);
        assert!(
            frame.window[0] < -5.1 && frame.window[3] > 51.0,
            "{:?}",
            frame.window
        );
    }

    #[test]
    #[allow(clippy::float_cmp)] // whole numbers
    fn scales_have_two_digits() {
        assert_eq!(
            [3_712_345.0, 4_000_000.0, 99_000.5].map(round_up),
            [3_800_000.0, 4_000_000.0, 100_000.0]
        );
    }
}
