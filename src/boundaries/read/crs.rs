//! The coordinate system of a boundary file, and its conversion to WGS84 through PROJ.
//!
//! Only the systems of [`accepted`] are read: those the IGN delivers in, those of the overseas territories, and
//! Web Mercator. All of them agree with WGS84 to within a metre or so, without any grid file. A system is
//! recognised by its code or, when the file only holds a WKT definition, by the numbers of that definition and by
//! its name or its datum's: a name alone proves nothing, and numbers on an old datum are another system. PROJ only
//! ever sees codes of our own list.
//!
//! This is the only file of the readers that uses `proj`.

mod systems;
mod wkt;

use proj::Proj;

use super::SourceFeature;
use super::error::{Fault, Place, ReadError};
use systems::{Form, SYSTEMS, System, by_definition};

/// The system everything is converted to. PROJ objects built here take and give longitude before latitude.
const TARGET: &str = "EPSG:4326";

/// A coordinate system that was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceCrs {
    /// Authority and code, such as `EPSG:2154`.
    pub code: &'static str,
    /// Usual name, such as `RGF93 / Lambert-93`.
    pub name: &'static str,
}

/// What a file says of its coordinate system; both may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Declared {
    /// Authority and code, such as `EPSG:2154` or `OGC:CRS84`.
    pub(super) code: Option<String>,
    /// Definition in WKT (any dialect PROJ reads, ESRI's included).
    pub(super) wkt: Option<String>,
}

/// The systems that are read, for a message: the main ones by code and name.
#[must_use]
pub fn accepted() -> String {
    let main = SYSTEMS
        .iter()
        .filter(|s| s.code.starts_with("EPSG"))
        .take(7);
    main.map(|s| format!("{} ({})", s.code, s.name))
        .collect::<Vec<_>>()
        .join(", ")
        + ", ou les systèmes géographiques français"
}

/// Converts every position of `features`, in place, from the system the file declares to WGS84 longitude and
/// latitude in degrees, and returns that system.
///
/// # Errors
/// [`Fault::CrsMissing`] or [`Fault::CrsUnknown`] when the system is not an accepted one, [`Fault::Position`] with
/// feature and ring when a position is not finite or falls outside ±180° and ±90°.
pub(super) fn to_wgs84(
    declared: &Declared,
    features: &mut [SourceFeature],
    place: &Place,
) -> Result<SourceCrs, ReadError> {
    let (system, conversion) = recognise(declared).map_err(|fault| place.fault(fault))?;
    let mut buffer = Vec::new();
    for feature in features {
        for (p, polygon) in feature.polygons.iter_mut().enumerate() {
            for (r, ring) in polygon.iter_mut().enumerate() {
                convert(system, conversion.as_ref(), ring, &mut buffer).map_err(|fault| {
                    place
                        .feature(feature.number)
                        .commune(&feature.attributes)
                        .ring(p + 1, r + 1)
                        .fault(fault)
                })?;
            }
        }
    }
    Ok(SourceCrs {
        code: system.code,
        name: system.name,
    })
}

/// Converts one ring in place. `conversion` is `None` when the positions already are in WGS84.
fn convert(
    system: &System,
    conversion: Option<&Proj>,
    ring: &mut [[f64; 2]],
    buffer: &mut Vec<(f64, f64)>,
) -> Result<(), Fault> {
    let outside = |i: usize, p: [f64; 2]| Fault::Position {
        position: i + 1,
        x: p[0],
        y: p[1],
        code: system.code,
    };
    if let Some(i) = ring.iter().position(|p| !plausible(system, *p)) {
        return Err(outside(i, ring[i]));
    }
    buffer.clear();
    buffer.extend(ring.iter().map(|p| (p[0], p[1])));
    if let Some(conversion) = conversion
        && conversion.convert_array(buffer).is_err()
    {
        // Say which position: convert them one by one up to the culprit.
        let lost = ring
            .iter()
            .position(|p| conversion.convert((p[0], p[1])).is_err())
            .unwrap_or(0);
        return Err(outside(lost, ring[lost]));
    }
    let on_globe =
        |&(lon, lat): &(f64, f64)| (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    if let Some(i) = buffer.iter().position(|position| !on_globe(position)) {
        return Err(outside(i, ring[i]));
    }
    for (to, &(lon, lat)) in ring.iter_mut().zip(buffer.iter()) {
        *to = [lon, lat];
    }
    Ok(())
}

fn on_globe(lon: f64, lat: f64) -> bool {
    (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)
}

/// Whether PROJ need be asked about a position at all: it writes to the error output when given nonsense.
fn plausible(system: &System, [x, y]: [f64; 2]) -> bool {
    // No accepted projection reaches 100,000 km.
    let far = 1e8;
    if system.form == Form::Geographic {
        on_globe(x, y)
    } else {
        x.abs() < far && y.abs() < far
    }
}

/// The accepted system a file declares, and the conversion to apply (`None` for WGS84 itself).
fn recognise(declared: &Declared) -> Result<(&'static System, Option<Proj>), Fault> {
    let by_code = declared
        .code
        .as_deref()
        .and_then(|code| SYSTEMS.iter().find(|s| s.code.eq_ignore_ascii_case(code)));
    let wkt = declared
        .wkt
        .as_deref()
        .map(str::trim)
        .filter(|wkt| !wkt.is_empty());
    let system = match (by_code, wkt) {
        (Some(system), _) => Some(system),
        (None, Some(wkt)) => by_definition(wkt),
        (None, None) => None,
    };
    match (system, &declared.code, wkt) {
        (Some(system), ..) if ["EPSG:4326", "OGC:CRS84"].contains(&system.code) => {
            Ok((system, None))
        }
        (Some(system), ..) => Ok((system, Some(conversion(system)?))),
        (None, Some(code), _) => Err(Fault::CrsUnknown {
            found: code.clone(),
        }),
        (None, None, Some(wkt)) => Err(Fault::CrsUnknown {
            // The first quoted text of a definition is its name.
            found: wkt.split('"').nth(1).unwrap_or(wkt).to_owned(),
        }),
        (None, None, None) => Err(Fault::CrsMissing),
    }
}

/// From an accepted system to WGS84, longitude first.
fn conversion(system: &System) -> Result<Proj, Fault> {
    Proj::new_known_crs(system.code, TARGET, None).map_err(|error| Fault::Conversion {
        code: system.code,
        detail: error.to_string(),
    })
}

/// Authority and code in a name such as `urn:ogc:def:crs:EPSG::2154`, `EPSG:2154`,
/// `http://www.opengis.net/def/crs/OGC/1.3/CRS84`; the name itself when it has another form.
pub(super) fn code_in(name: &str) -> String {
    let parts: Vec<&str> = name
        .split([':', '/', '#'])
        .filter(|part| !part.is_empty())
        .collect();
    let authority = parts.iter().find(|part| {
        ["EPSG", "OGC"]
            .iter()
            .any(|known| part.eq_ignore_ascii_case(known))
    });
    // In a URN `ogc` first names the naming scheme: the authority is the last of the two.
    let authority = parts
        .iter()
        .rev()
        .find(|part| part.eq_ignore_ascii_case("EPSG"))
        .or(authority);
    match (authority, parts.last()) {
        (Some(authority), Some(code)) if authority != code => {
            format!("{authority}:{code}").to_ascii_uppercase()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proj::wkt::WktVersion;

    use super::*;

    fn wkt_of(code: &str, version: WktVersion) -> String {
        Proj::new(code)
            .unwrap()
            .as_wkt(Some(version), None)
            .unwrap()
    }

    #[test]
    fn proj_relates_every_accepted_system_to_wgs84_without_supposing_anything() {
        for system in &SYSTEMS {
            let target = Proj::new(TARGET).unwrap();
            let strictly = Some(vec!["ALLOW_BALLPARK=NO"]);
            assert!(
                Proj::new(system.code)
                    .unwrap()
                    .create_crs_to_crs_from_pj(&target, None, strictly)
                    .is_ok(),
                "{}",
                system.code
            );
        }
    }

    #[test]
    fn every_accepted_system_is_recognised_in_every_dialect_of_wkt() {
        for system in &SYSTEMS {
            for version in [
                WktVersion::Wkt1_Esri,
                WktVersion::Wkt1_Gdal,
                WktVersion::Wkt2_2015,
                WktVersion::Wkt2_2019,
                WktVersion::Wkt2_2019_Simplified,
            ] {
                let wkt = wkt_of(system.code, version);
                let found = by_definition(&wkt).map(|s| s.code);
                // CRS84 differs from EPSG:4326 only by its axes, which boundary files do not follow.
                let same = found == Some(system.code)
                    || (system.code == "OGC:CRS84" && found == Some("EPSG:4326"));
                assert!(same, "{} as {found:?}: {wkt}", system.code);
            }
        }
    }

    #[test]
    fn a_definition_needs_both_the_numbers_and_a_name_that_vouches() {
        let esri = wkt_of("EPSG:2154", WktVersion::Wkt1_Esri);
        assert!(
            esri.contains("RGF_1993_Lambert_93") && esri.contains("D_RGF_1993"),
            "{esri}"
        );
        let of = |wkt: &str| by_definition(wkt).map(|system| system.code);
        // The name of the IGN, and no telling name at all.
        assert_eq!(
            of(&esri.replace("RGF_1993_Lambert_93", "RGF93_Lambert_93")),
            Some("EPSG:2154")
        );
        let unnamed = esri.replace("RGF_1993_Lambert_93", "sans nom");
        assert_eq!(of(&unnamed), Some("EPSG:2154"));
        // The datum under another spelling: the name vouches for it, and only the name.
        assert_eq!(
            of(&esri.replace("D_RGF_1993", "D_autre")),
            Some("EPSG:2154")
        );
        assert_eq!(of(&unnamed.replace("D_RGF_1993", "D_autre")), None);
        // A name that lies about its numbers is not believed.
        assert_eq!(of(&esri.replace("700000", "600000")), None);
        assert_eq!(
            of(&esri.replace("298.257222101", "293.4660212936269")),
            None
        );
        for (name, code) in [
            ("RGAF09_UTM_20N", "EPSG:5490"),
            ("RGFG95_UTM_22N", "EPSG:2972"),
            ("RGR92_UTM_40S", "EPSG:2975"),
            ("RGM04_UTM_38S", "EPSG:4471"),
        ] {
            let wkt = wkt_of(code, WktVersion::Wkt1_Esri);
            let title = wkt.split('"').nth(1).unwrap();
            assert_eq!(
                of(&wkt
                    .replace(title, name)
                    .replace("DATUM[\"", "DATUM[\"autre ")),
                Some(code),
                "{name}"
            );
        }
    }

    #[test]
    fn other_systems_are_refused() {
        for code in [
            "EPSG:27572",
            "EPSG:32631",
            "EPSG:4275",
            "EPSG:27700",
            "EPSG:3943",
            "EPSG:2970",
            "EPSG:3395",
        ] {
            for version in [WktVersion::Wkt1_Esri, WktVersion::Wkt2_2019] {
                assert!(by_definition(&wkt_of(code, version)).is_none(), "{code}");
            }
            assert!(
                recognise(&Declared {
                    code: Some(code.to_owned()),
                    wkt: None
                })
                .is_err()
            );
        }
    }

    #[test]
    fn codes_are_found_in_urns_and_urls() {
        assert_eq!(code_in("urn:ogc:def:crs:EPSG::2154"), "EPSG:2154");
        assert_eq!(code_in("urn:ogc:def:crs:OGC:1.3:CRS84"), "OGC:CRS84");
        assert_eq!(
            code_in("http://www.opengis.net/def/crs/EPSG/0/5490"),
            "EPSG:5490"
        );
        assert_eq!(
            code_in("http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
            "OGC:CRS84"
        );
        assert_eq!(code_in("epsg:4326"), "EPSG:4326");
        assert_eq!(code_in("Lambert zone II"), "Lambert zone II");
    }

    #[test]
    fn the_pole_star_of_lambert_93() {
        let (system, conversion) = recognise(&Declared {
            code: Some("EPSG:2154".into()),
            wkt: None,
        })
        .unwrap();
        let mut ring = vec![[700_000.0, 6_600_000.0]];
        convert(system, conversion.as_ref(), &mut ring, &mut Vec::new()).unwrap();
        assert!((ring[0][0] - 3.0).abs() < 1e-9 && (ring[0][1] - 46.5).abs() < 1e-9);
        let refused = |system, conversion: Option<&Proj>, position| {
            convert(system, conversion, &mut [position], &mut Vec::new()).is_err()
        };
        for position in [[f64::NAN, 0.0], [0.0, f64::INFINITY], [1e300, 0.0]] {
            assert!(refused(system, conversion.as_ref(), position));
        }
        assert!(refused(&SYSTEMS[0], None, [700_000.0, 6_600_000.0]));
    }
}
