//! The coordinate systems that exports are written in, through PROJ.
//!
//! Data are WGS84 longitude and latitude; a file in another system holds the very same vertices, converted one by one.
//! Lambert-93 is defined everywhere, if stretched far from the mainland, so a whole layer may be had in it, as every GIS
//! does. The systems of the overseas départements are only for what lies there.

use proj::Proj;
use proj::wkt::WktVersion;

use super::shape::{Position, Shape};
use crate::domain::typography;
use crate::geometry::lattice::{Bounds, Vertex};

/// A coordinate system.
#[derive(Debug, PartialEq, Eq)]
pub struct System {
    /// Its code at EPSG.
    pub epsg: u16,
    /// Its usual name.
    pub name: &'static str,
    /// How the last line of a map names it.
    pub on_maps: &'static str,
    /// For what it is meant, in words.
    pub place: &'static str,
    /// Whether its coordinates are degrees.
    pub is_geographic: bool,
    /// Outside of this box (micro-degrees: west, south, east, north) it is refused.
    zone: Option<[i32; 4]>,
}

/// All of them, that of the data first.
pub static SYSTEMS: [System; 6] = [
    System {
        epsg: 4326,
        name: "WGS 84",
        on_maps: "WGS 84",
        place: "le monde entier",
        is_geographic: true,
        zone: None,
    },
    System {
        epsg: 2154,
        name: "RGF93 / Lambert-93",
        on_maps: "Lambert-93",
        place: "la France métropolitaine",
        is_geographic: false,
        zone: None,
    },
    System {
        epsg: 5490,
        name: "RGAF09 / UTM 20N",
        on_maps: "RGAF09 / UTM 20 N",
        place: "la Guadeloupe et la Martinique",
        is_geographic: false,
        zone: Some([-64_000_000, 13_500_000, -60_000_000, 19_000_000]),
    },
    System {
        epsg: 2972,
        name: "RGFG95 / UTM 22N",
        on_maps: "RGFG95 / UTM 22 N",
        place: "la Guyane",
        is_geographic: false,
        zone: Some([-55_500_000, 1_500_000, -51_000_000, 6_500_000]),
    },
    System {
        epsg: 2975,
        name: "RGR92 / UTM 40S",
        on_maps: "RGR92 / UTM 40 S",
        place: "La Réunion",
        is_geographic: false,
        zone: Some([54_500_000, -22_000_000, 56_500_000, -20_000_000]),
    },
    System {
        epsg: 4471,
        name: "RGM04 / UTM 38S",
        on_maps: "RGM04 / UTM 38 S",
        place: "Mayotte",
        is_geographic: false,
        zone: Some([44_500_000, -13_500_000, 46_000_000, -12_000_000]),
    },
];

/// The system that the data are in.
pub static WGS84: &System = &SYSTEMS[0];

/// The legal one of the mainland, defined everywhere.
pub static LAMBERT93: &System = &SYSTEMS[1];

/// Why there are no coordinates in a system: a sentence in French.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SystemError {
    /// A system that is not written.
    #[error("« {given} » n’est pas un système de coordonnées proposé ; il y a {known}")]
    Unknown {
        /// What was asked for, cut at 40 characters.
        given: String,
        /// The codes there are.
        known: String,
    },
    /// Something that lies where the system is not meant for.
    #[error(
        "EPSG:{epsg} vaut pour {place} : {name} n’y est pas ; demandez EPSG:2154 ou EPSG:4326, ou une région de là-bas avec region="
    )]
    Elsewhere {
        /// The system.
        epsg: u16,
        /// For what it is meant.
        place: &'static str,
        /// A feature outside.
        name: String,
    },
    /// PROJ refused.
    #[error("impossible de passer en EPSG:{epsg} : {cause}")]
    Proj {
        /// The system.
        epsg: u16,
        /// What PROJ says.
        cause: String,
    },
}

impl System {
    /// The projected system that is legal where a place in degrees lies (décret n° 2000-1276 and arrêté of 5 March 2019): an
    /// overseas one, else Lambert-93.
    #[must_use]
    pub fn legal([lon, lat]: [f64; 2]) -> &'static Self {
        let holds = |system: &&Self| {
            system.zone.is_some_and(|zone| {
                let [west, south, east, north] = zone.map(|c| f64::from(c) / 1e6);
                (west..=east).contains(&lon) && (south..=north).contains(&lat)
            })
        };
        SYSTEMS.iter().find(holds).unwrap_or(LAMBERT93)
    }

    /// The system that a text names: `2154`, `EPSG:2154`.
    ///
    /// # Errors
    /// [`SystemError::Unknown`].
    pub fn find(text: &str) -> Result<&'static Self, SystemError> {
        let given = text.trim();
        let upper = given.to_ascii_uppercase();
        let code = upper.strip_prefix("EPSG:").unwrap_or(&upper);
        let found = SYSTEMS.iter().find(|s| s.epsg.to_string() == code);
        found.ok_or_else(|| SystemError::Unknown {
            given: typography::shown(given, 40),
            known: known(),
        })
    }

    /// `EPSG:2154`
    #[must_use]
    pub fn code(&self) -> String {
        format!("EPSG:{}", self.epsg)
    }

    /// Whether it is that of the data.
    #[must_use]
    pub fn is_wgs84(&self) -> bool {
        self == WGS84
    }

    /// Whether it is meant for what lies in a box of micro-degrees.
    ///
    /// # Errors
    /// [`SystemError::Elsewhere`], with the name given.
    pub fn check(&self, bounds: &Bounds, name: &str) -> Result<(), SystemError> {
        let Some([west, south, east, north]) = self.zone else {
            return Ok(());
        };
        let zone = Bounds {
            min: Vertex::new(west, south),
            max: Vertex::new(east, north),
        };
        if bounds.is_empty() || zone.contains(bounds) {
            return Ok(());
        }
        Err(SystemError::Elsewhere {
            epsg: self.epsg,
            place: self.place,
            name: name.to_owned(),
        })
    }

    /// Its definition as the `.prj` of a Shapefile has it.
    ///
    /// # Errors
    /// [`SystemError::Proj`].
    pub fn wkt_esri(&self) -> Result<String, SystemError> {
        self.wkt(WktVersion::Wkt1_Esri)
    }

    /// Its definition as GeoPackage has it.
    ///
    /// # Errors
    /// [`SystemError::Proj`].
    pub fn wkt1(&self) -> Result<String, SystemError> {
        self.wkt(WktVersion::Wkt1_Gdal)
    }

    fn wkt(&self, version: WktVersion) -> Result<String, SystemError> {
        let system = Proj::new(&self.code()).map_err(|e| self.fault(&e))?;
        system
            .as_wkt(Some(version), None)
            .map_err(|e| self.fault(&e))
    }

    fn fault(&self, cause: &dyn std::fmt::Display) -> SystemError {
        SystemError::Proj {
            epsg: self.epsg,
            cause: cause.to_string(),
        }
    }
}

/// The systems by their codes, for a message.
#[must_use]
pub fn known() -> String {
    let codes: Vec<String> = SYSTEMS.iter().map(|s| s.epsg.to_string()).collect();
    codes.join(", ")
}

/// A way between the system of the data and another.
pub struct Projection {
    system: &'static System,
    there: Option<Proj>,
}

impl Projection {
    /// From WGS84 into a system.
    ///
    /// # Errors
    /// [`SystemError::Proj`].
    pub fn into(system: &'static System) -> Result<Self, SystemError> {
        Self::new(system, &WGS84.code(), &system.code())
    }

    /// From a system into WGS84.
    ///
    /// # Errors
    /// [`SystemError::Proj`].
    pub fn from(system: &'static System) -> Result<Self, SystemError> {
        Self::new(system, &system.code(), &WGS84.code())
    }

    fn new(system: &'static System, from: &str, to: &str) -> Result<Self, SystemError> {
        let there = if system.is_wgs84() {
            None
        } else {
            let proj = Proj::new_known_crs(from, to, None);
            Some(proj.map_err(|e| system.fault(&e))?)
        };
        Ok(Self { system, there })
    }

    /// Converts positions in place.
    ///
    /// # Errors
    /// [`SystemError::Proj`] where one has no place there.
    pub fn convert(&self, positions: &mut [Position]) -> Result<(), SystemError> {
        if let Some(there) = &self.there {
            there
                .convert_array(positions)
                .map_err(|e| self.system.fault(&e))?;
            if positions
                .iter()
                .any(|p| !p.0.is_finite() || !p.1.is_finite())
            {
                let cause = "une position n’y a pas de coordonnées";
                return Err(self.system.fault(&cause));
            }
        }
        Ok(())
    }

    /// Converts an outline in place; metres are rounded to the tenth of a millimetre, a thousandth of what the data know.
    ///
    /// # Errors
    /// As [`Self::convert`].
    pub fn convert_shape(&self, shape: &mut Shape) -> Result<(), SystemError> {
        for ring in shape.rings_mut() {
            self.convert(ring)?;
            if !self.system.is_geographic {
                for (x, y) in ring {
                    *x = (*x * 1e4).round() / 1e4;
                    *y = (*y * 1e4).round() / 1e4;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_named_by_its_code() {
        assert_eq!(System::find("2154").unwrap().epsg, 2154);
        assert_eq!(System::find(" epsg:4326 ").unwrap().epsg, 4326);
        let refused = System::find("27572").unwrap_err().to_string();
        assert!(refused.contains("27572") && refused.contains("2154, 5490"));
    }

    #[test]
    fn there_and_back_is_less_than_a_micro_degree() {
        for (system, (lon, lat)) in SYSTEMS.iter().zip([
            (2.35, 48.85),
            (55.5, -21.1),
            (-61.5, 16.2),
            (-53.0, 4.0),
            (55.5, -21.1),
            (45.2, -12.8),
        ]) {
            let mut positions = [(lon, lat)];
            Projection::into(system)
                .unwrap()
                .convert(&mut positions)
                .unwrap();
            Projection::from(system)
                .unwrap()
                .convert(&mut positions)
                .unwrap();
            let [(x, y)] = positions;
            assert!(
                (x - lon).abs() < 1e-8 && (y - lat).abs() < 1e-8,
                "{}",
                system.epsg
            );
        }
        // The origin of Lambert-93.
        let mut origin = [(3.0, 46.5)];
        Projection::into(&SYSTEMS[1])
            .unwrap()
            .convert(&mut origin)
            .unwrap();
        assert!((origin[0].0 - 700_000.0).abs() < 1e-3 && (origin[0].1 - 6_600_000.0).abs() < 1e-3);
    }

    #[test]
    fn each_part_of_france_has_its_own() {
        for (place, epsg) in [
            ([-0.37, 43.3], 2154),
            ([9.1, 42.1], 2154),
            ([-61.5, 16.2], 5490),
            ([-61.0, 14.6], 5490),
            ([-53.0, 4.0], 2972),
            ([55.5, -21.1], 2975),
            ([45.1, -12.8], 4471),
        ] {
            assert_eq!(System::legal(place).epsg, epsg);
        }
    }

    #[test]
    fn an_overseas_system_is_for_what_lies_there() {
        let pau = Bounds::of(&[Vertex::new(-370_000, 43_300_000)]);
        for system in &SYSTEMS[..2] {
            assert_eq!(system.check(&pau, "Pau"), Ok(()));
        }
        for system in &SYSTEMS[2..] {
            let refused = system.check(&pau, "Pau").unwrap_err().to_string();
            assert!(
                refused.contains("Pau") && refused.contains(system.place),
                "{refused}"
            );
        }
    }

    #[test]
    fn definitions_are_in_the_dialects_of_their_files() {
        let esri = SYSTEMS[1].wkt_esri().unwrap();
        assert!(esri.starts_with("PROJCS[\"RGF_1993_Lambert_93\""), "{esri}");
        assert!(
            !esri.contains('\n') && !esri.contains("AUTHORITY"),
            "{esri}"
        );
        let ogc = SYSTEMS[1].wkt1().unwrap();
        assert!(
            ogc.starts_with("PROJCS[\"RGF93") && ogc.contains("AUTHORITY[\"EPSG\",\"2154\"]"),
            "{ogc}"
        );
    }
}
