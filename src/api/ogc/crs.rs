//! The systems of coordinates by the names that the OGC gives them.

use crate::exports::systems::{SYSTEMS, System, WGS84};

/// Longitude before latitude: what GeoJSON has.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// A system and the order of its axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crs {
    /// The system.
    pub system: &'static System,
    /// Whether latitude comes first, as EPSG has it for 4326.
    pub is_swapped: bool,
}

/// CRS84.
pub const DEFAULT: Crs = Crs {
    system: WGS84,
    is_swapped: false,
};

impl Crs {
    /// The system with a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        if name == CRS84 {
            return Some(DEFAULT);
        }
        let of = |system: &'static System| Self {
            system,
            is_swapped: system.is_wgs84(),
        };
        SYSTEMS.iter().map(of).find(|crs| crs.uri() == name)
    }

    /// Its name.
    #[must_use]
    pub fn uri(self) -> String {
        if self == DEFAULT {
            return CRS84.to_owned();
        }
        format!("http://www.opengis.net/def/crs/EPSG/0/{}", self.system.epsg)
    }
}

/// The names of all systems, that of the data first.
#[must_use]
pub fn all() -> Vec<String> {
    let own = SYSTEMS.iter().map(|system| {
        let is_swapped = system.is_wgs84();
        Crs { system, is_swapped }.uri()
    });
    std::iter::once(CRS84.to_owned()).chain(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_system() {
        for name in all() {
            assert_eq!(Crs::find(&name).unwrap().uri(), name);
        }
        assert_eq!(Crs::find("EPSG:2154"), None);
        let lambert = Crs::find("http://www.opengis.net/def/crs/EPSG/0/2154").unwrap();
        assert!(lambert.system.epsg == 2154 && !lambert.is_swapped);
        assert!(
            Crs::find("http://www.opengis.net/def/crs/EPSG/0/4326")
                .unwrap()
                .is_swapped
        );
    }
}
