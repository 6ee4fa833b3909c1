//! The legal map projections of France (décret n° 2000-1276 and arrêté of 5 March 2019), computed by PROJ.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use proj::Proj;

/// A projected system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum System {
    /// Metropolitan France.
    Lambert93,
    /// Guadeloupe and Martinique.
    Antilles,
    /// Guyane.
    Guyane,
    /// La Réunion.
    Reunion,
    /// Mayotte.
    Mayotte,
}

/// A projection that PROJ cannot compute, or positions that it has no place for.
#[derive(Debug, thiserror::Error)]
#[error("la projection {code} n’a pas pu être calculée : {detail}")]
pub struct ProjectionError {
    code: &'static str,
    detail: String,
}

impl System {
    /// Authority and code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lambert93 => "EPSG:2154",
            Self::Antilles => "EPSG:5490",
            Self::Guyane => "EPSG:2972",
            Self::Reunion => "EPSG:2975",
            Self::Mayotte => "EPSG:4471",
        }
    }

    /// Its usual name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lambert93 => "Lambert-93",
            Self::Antilles => "RGAF09 / UTM 20 N",
            Self::Guyane => "RGFG95 / UTM 22 N",
            Self::Reunion => "RGR92 / UTM 40 S",
            Self::Mayotte => "RGM04 / UTM 38 S",
        }
    }

    /// The legal one for a place in degrees.
    #[must_use]
    pub fn of([lon, lat]: [f64; 2]) -> Self {
        match (lon, lat) {
            _ if lat > 30.0 => Self::Lambert93,
            _ if lon < -57.0 => Self::Antilles,
            _ if lon < 0.0 => Self::Guyane,
            _ if lon < 50.0 => Self::Mayotte,
            _ => Self::Reunion,
        }
    }
}

thread_local! {
    /// PROJ looks each system up in its database, for some ten milliseconds: once for each thread that draws.
    static MADE: RefCell<BTreeMap<System, Rc<Projection>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Both ways between WGS84 and a projected system; belongs to one thread.
pub struct Projection {
    system: System,
    there: Proj,
    back: Proj,
}

const DEGREES: &str = "OGC:CRS84";

impl Projection {
    /// The projection of a system: the one that this thread has made before, or a new one.
    ///
    /// # Errors
    /// What PROJ says.
    pub fn of(system: System) -> Result<Rc<Self>, ProjectionError> {
        MADE.with_borrow_mut(|made| {
            if let Some(known) = made.get(&system) {
                return Ok(Rc::clone(known));
            }
            let new = Rc::new(Self::new(system)?);
            made.insert(system, Rc::clone(&new));
            Ok(new)
        })
    }

    fn new(system: System) -> Result<Self, ProjectionError> {
        let between = |from: &str, to: &str| {
            Proj::new_known_crs(from, to, None).map_err(|e| ProjectionError {
                code: system.code(),
                detail: e.to_string(),
            })
        };
        Ok(Self {
            system,
            there: between(DEGREES, system.code())?,
            back: between(system.code(), DEGREES)?,
        })
    }

    /// Longitudes and latitudes in degrees, made metres eastwards and northwards in place.
    ///
    /// # Errors
    /// What PROJ says of a place that the system has no room for.
    pub fn to_metres(&self, places: &mut [[f64; 2]]) -> Result<(), ProjectionError> {
        self.convert(&self.there, places)
    }

    /// The way back.
    ///
    /// # Errors
    /// What PROJ says.
    pub fn to_degrees(&self, places: &mut [[f64; 2]]) -> Result<(), ProjectionError> {
        self.convert(&self.back, places)
    }

    fn convert(&self, by: &Proj, places: &mut [[f64; 2]]) -> Result<(), ProjectionError> {
        let mut pairs: Vec<(f64, f64)> = places.iter().map(|&[x, y]| (x, y)).collect();
        by.convert_array(&mut pairs).map_err(|e| ProjectionError {
            code: self.system.code(),
            detail: e.to_string(),
        })?;
        for (place, (x, y)) in places.iter_mut().zip(pairs) {
            *place = [x, y];
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_where_the_institut_puts_them() {
        // The origin of Lambert-93 is where its definition has it.
        let lambert = Projection::of(System::Lambert93).unwrap();
        let mut places = [[3.0, 46.5]];
        lambert.to_metres(&mut places).unwrap();
        assert!(
            (places[0][0] - 700_000.0).abs() < 0.01 && (places[0][1] - 6_600_000.0).abs() < 0.01,
            "{places:?}"
        );
        lambert.to_degrees(&mut places).unwrap();
        assert!(
            (places[0][0] - 3.0).abs() < 1e-9 && (places[0][1] - 46.5).abs() < 1e-9,
            "{places:?}"
        );
    }

    #[test]
    fn each_part_of_france_has_its_own() {
        for (place, code) in [
            ([-0.37, 43.3], "EPSG:2154"),
            ([9.1, 42.1], "EPSG:2154"),
            ([-61.5, 16.2], "EPSG:5490"),
            ([-61.0, 14.6], "EPSG:5490"),
            ([-53.0, 4.0], "EPSG:2972"),
            ([55.5, -21.1], "EPSG:2975"),
            ([45.1, -12.8], "EPSG:4471"),
        ] {
            let system = System::of(place);
            assert_eq!(system.code(), code);
            let projection = Projection::of(system).unwrap();
            let mut places = [place];
            projection.to_metres(&mut places).unwrap();
            projection.to_degrees(&mut places).unwrap();
            assert!((places[0][0] - place[0]).abs() < 1e-8, "{places:?}");
        }
    }
}
