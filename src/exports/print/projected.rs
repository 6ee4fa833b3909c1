//! Both ways between degrees and the metres of a map.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::exports::systems::{Projection, System, SystemError};

thread_local! {
    /// PROJ looks each system up in its database, for some ten milliseconds: once for each thread that draws.
    static MADE: RefCell<BTreeMap<u16, Rc<Projected>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Between WGS84 and a projected system; belongs to one thread.
pub struct Projected {
    there: Projection,
    back: Projection,
}

impl Projected {
    /// The ways of a system: those that this thread has made before, or new ones.
    ///
    /// # Errors
    /// What PROJ says.
    pub fn of(system: &'static System) -> Result<Rc<Self>, SystemError> {
        MADE.with_borrow_mut(|made| {
            if let Some(known) = made.get(&system.epsg) {
                return Ok(Rc::clone(known));
            }
            let new = Rc::new(Self {
                there: Projection::into(system)?,
                back: Projection::from(system)?,
            });
            made.insert(system.epsg, Rc::clone(&new));
            Ok(new)
        })
    }

    /// Longitudes and latitudes in degrees, made metres eastwards and northwards in place.
    ///
    /// # Errors
    /// What PROJ says of a place that the system has no room for.
    pub fn to_metres(&self, places: &mut [[f64; 2]]) -> Result<(), SystemError> {
        convert(&self.there, places)
    }

    /// The way back.
    ///
    /// # Errors
    /// What PROJ says.
    pub fn to_degrees(&self, places: &mut [[f64; 2]]) -> Result<(), SystemError> {
        convert(&self.back, places)
    }
}

fn convert(by: &Projection, places: &mut [[f64; 2]]) -> Result<(), SystemError> {
    let mut pairs: Vec<(f64, f64)> = places.iter().map(|&[x, y]| (x, y)).collect();
    by.convert(&mut pairs)?;
    for (place, (x, y)) in places.iter_mut().zip(pairs) {
        *place = [x, y];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::systems::{LAMBERT93, SYSTEMS};

    #[test]
    fn places_are_where_the_institut_puts_them() {
        // The origin of Lambert-93 is where its definition has it.
        let lambert = Projected::of(LAMBERT93).unwrap();
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
    fn there_and_back_is_the_same_place_in_each_system() {
        for (system, place) in SYSTEMS.iter().skip(1).zip([
            [-0.37, 43.3],
            [-61.5, 16.2],
            [-53.0, 4.0],
            [55.5, -21.1],
            [45.1, -12.8],
        ]) {
            let projected = Projected::of(system).unwrap();
            let mut places = [place];
            projected.to_metres(&mut places).unwrap();
            projected.to_degrees(&mut places).unwrap();
            assert!((places[0][0] - place[0]).abs() < 1e-8, "{places:?}");
        }
    }
}
