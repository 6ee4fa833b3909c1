//! The coordinate systems that are read, and how a WKT definition is recognised as one of them.

use super::wkt::{Definition, Parameter, simplified};

/// One accepted system.
pub(super) struct System {
    /// Authority and code, as PROJ knows it.
    pub(super) code: &'static str,
    /// Usual name.
    pub(super) name: &'static str,
    /// How its coordinates are made.
    pub(super) form: Form,
    datum: &'static Datum,
    /// Other simplified names under which definitions give it.
    aliases: &'static [&'static str],
}

/// How coordinates are made from longitude and latitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Degrees, as they are.
    Geographic,
    /// The conic of metropolitan France.
    Lambert93,
    /// Zone, whether on the southern half.
    Utm(u8, bool),
    /// The square of web maps.
    WebMercator,
}

/// A geodetic system: simplified names of its datum, and its inverse flattening (all have the same equator).
struct Datum {
    names: &'static [&'static str],
    flattening: f64,
}

const EQUATOR_METRES: f64 = 6_378_137.0;
const GRS80: f64 = 298.257_222_101;

static WGS84: Datum = Datum {
    names: &[
        "DWGS1984",
        "WGS1984",
        "WGS84",
        "WORLDGEODETICSYSTEM1984",
        "WORLDGEODETICSYSTEM1984ENSEMBLE",
    ],
    flattening: 298.257_223_563,
};
static RGF93: Datum = Datum {
    names: &[
        "DRGF1993",
        "RGF93",
        "RGF93V1",
        "DRESEAUGEODESIQUEFRANCAIS1993",
        "RESEAUGEODESIQUEFRANCAIS1993",
        "RESEAUGEODESIQUEFRANCAIS1993V1",
    ],
    flattening: GRS80,
};
static RGF93_V2: Datum = Datum {
    names: &["DRGF93V2", "RESEAUGEODESIQUEFRANCAIS1993V2"],
    flattening: GRS80,
};
static RGF93_V2B: Datum = Datum {
    names: &["DRGF93V2B", "RESEAUGEODESIQUEFRANCAIS1993V2B"],
    flattening: GRS80,
};
static RGAF09: Datum = Datum {
    names: &[
        "DRGAF09",
        "RGAF09",
        "DRESEAUGEODESIQUEDESANTILLESFRANCAISES2009",
        "RESEAUGEODESIQUEDESANTILLESFRANCAISES2009",
    ],
    flattening: GRS80,
};
static RGFG95: Datum = Datum {
    names: &["DRGFG1995", "RGFG95", "RESEAUGEODESIQUEFRANCAISGUYANE1995"],
    flattening: GRS80,
};
static RGR92: Datum = Datum {
    names: &["DRGR1992", "RGR92", "RESEAUGEODESIQUEDELAREUNION1992"],
    flattening: GRS80,
};
static RGM04: Datum = Datum {
    names: &[
        "DRGM2004",
        "RGM04",
        "DRESEAUGEODESIQUEDEMAYOTTE2004",
        "RESEAUGEODESIQUEDEMAYOTTE2004",
    ],
    flattening: GRS80,
};
static RGSPM06: Datum = Datum {
    names: &[
        "DRGSPM2006",
        "RGSPM06",
        "DRESEAUGEODESIQUEDESAINTPIERREETMIQUELON2006",
        "RESEAUGEODESIQUEDESAINTPIERREETMIQUELON2006",
    ],
    flattening: GRS80,
};
static RRAF91: Datum = Datum {
    names: &[
        "DRRAF1991",
        "RRAF1991",
        "RESEAUDEREFERENCEDESANTILLESFRANCAISES1991",
    ],
    flattening: GRS80,
};
static ETRS89: Datum = Datum {
    names: &[
        "DETRS1989",
        "ETRS89",
        "EUROPEANTERRESTRIALREFERENCESYSTEM1989",
        "EUROPEANTERRESTRIALREFERENCESYSTEM1989ENSEMBLE",
    ],
    flattening: GRS80,
};

const fn system(
    code: &'static str,
    name: &'static str,
    form: Form,
    datum: &'static Datum,
    aliases: &'static [&'static str],
) -> System {
    System {
        code,
        name,
        form,
        datum,
        aliases,
    }
}

/// The accepted systems, the main ones first. The aliases are the names of ESRI, of EPSG, and those the IGN gives in
/// the `.prj` and in the names of its deliveries.
pub(super) static SYSTEMS: [System; 21] = [
    system(
        "EPSG:4326",
        "WGS 84",
        Form::Geographic,
        &WGS84,
        &["GCSWGS1984"],
    ),
    system("OGC:CRS84", "WGS 84 (CRS84)", Form::Geographic, &WGS84, &[]),
    system(
        "EPSG:2154",
        "RGF93 / Lambert-93",
        Form::Lambert93,
        &RGF93,
        &["RGF93V1LAMBERT93", "RGF1993LAMBERT93", "LAMB93"],
    ),
    system(
        "EPSG:5490",
        "RGAF09 / UTM 20N",
        Form::Utm(20, false),
        &RGAF09,
        &["RGAF09UTMZONE20N", "RGAF09UTM20"],
    ),
    system(
        "EPSG:2972",
        "RGFG95 / UTM 22N",
        Form::Utm(22, false),
        &RGFG95,
        &["RGFG95UTMZONE22N", "RGFG1995UTM22N", "UTM22RGFG95"],
    ),
    system(
        "EPSG:2975",
        "RGR92 / UTM 40S",
        Form::Utm(40, true),
        &RGR92,
        &["RGR92UTMZONE40S", "RGR1992UTM40S"],
    ),
    system(
        "EPSG:4471",
        "RGM04 / UTM 38S",
        Form::Utm(38, true),
        &RGM04,
        &["RGM04UTMZONE38S", "RGM2004UTMZONE38S"],
    ),
    system(
        "EPSG:3857",
        "WGS 84 / Pseudo-Mercator",
        Form::WebMercator,
        &WGS84,
        &["WGS1984WEBMERCATORAUXILIARYSPHERE"],
    ),
    system(
        "EPSG:4171",
        "RGF93 géographique",
        Form::Geographic,
        &RGF93,
        &["RGF93", "RGF93V1", "GCSRGF1993", "RGF93GEOGRAPHIQUESDMS"],
    ),
    system(
        "EPSG:5489",
        "RGAF09 géographique",
        Form::Geographic,
        &RGAF09,
        &["RGAF09", "GCSRGAF09", "RGAF09GEOGRAPHIQUESDMS"],
    ),
    system(
        "EPSG:4624",
        "RGFG95 géographique",
        Form::Geographic,
        &RGFG95,
        &["RGFG95", "GCSRGFG1995", "RGFG95GEOGRAPHIQUESDMS"],
    ),
    system(
        "EPSG:4627",
        "RGR92 géographique",
        Form::Geographic,
        &RGR92,
        &["RGR92", "GCSRGR1992", "RGR92GEOGRAPHIQUESDMS"],
    ),
    system(
        "EPSG:4470",
        "RGM04 géographique",
        Form::Geographic,
        &RGM04,
        &["RGM04", "GCSRGM2004", "RGM04GEOGRAPHIQUESDMS"],
    ),
    system(
        "EPSG:4258",
        "ETRS89 géographique",
        Form::Geographic,
        &ETRS89,
        &["ETRS89", "GCSETRS1989"],
    ),
    system(
        "EPSG:4559",
        "RRAF 1991 / UTM 20N",
        Form::Utm(20, false),
        &RRAF91,
        &["RRAF1991UTMZONE20N"],
    ),
    system(
        "EPSG:4558",
        "RRAF 1991 géographique",
        Form::Geographic,
        &RRAF91,
        &["RRAF1991", "GCSRRAF1991"],
    ),
    system(
        "EPSG:32620",
        "WGS 84 / UTM 20N",
        Form::Utm(20, false),
        &WGS84,
        &["WGS84UTMZONE20N", "WGS1984UTMZONE20N"],
    ),
    system(
        "EPSG:4467",
        "RGSPM06 / UTM 21N",
        Form::Utm(21, false),
        &RGSPM06,
        &["RGSPM06UTMZONE21N", "RGSPM2006UTMZONE21N"],
    ),
    system(
        "EPSG:4463",
        "RGSPM06 géographique",
        Form::Geographic,
        &RGSPM06,
        &["RGSPM06", "GCSRGSPM2006"],
    ),
    system(
        "EPSG:9793",
        "RGF93 v2 / Lambert-93",
        Form::Lambert93,
        &RGF93_V2,
        &[],
    ),
    system(
        "EPSG:9794",
        "RGF93 v2b / Lambert-93",
        Form::Lambert93,
        &RGF93_V2B,
        &[],
    ),
];

/// The accepted system that a WKT definition describes: same ellipsoid, method and parameters, and a name that
/// vouches for the rest, either the system's own or that of its datum.
pub(super) fn by_definition(wkt: &str) -> Option<&'static System> {
    let definition = Definition::read(wkt)?;
    let alike = |system: &&System| same_numbers(system, &definition);
    let named = |system: &&System| {
        simplified(system.name) == definition.name
            || system.aliases.contains(&definition.name.as_str())
    };
    let on_datum = |system: &&System| system.datum.names.contains(&definition.datum.as_str());
    SYSTEMS
        .iter()
        .filter(alike)
        .find(named)
        .or_else(|| SYSTEMS.iter().filter(alike).find(on_datum))
}

/// Whether a definition has the ellipsoid, the method and the parameters of the system.
fn same_numbers(system: &System, definition: &Definition) -> bool {
    let [equator, flattening] = definition.ellipsoid;
    let method = definition.method.as_deref();
    let expected = match system.form {
        Form::Geographic => (method.is_none(), vec![]),
        Form::Lambert93 => (
            method.is_some_and(|method| {
                method.starts_with("LAMBERTCONFORMALCONIC")
                    || method.starts_with("LAMBERTCONICCONFORMAL")
            }),
            vec![
                (Parameter::Easting, 700_000.0),
                (Parameter::Northing, 6_600_000.0),
                (Parameter::Longitude, 3.0),
                (Parameter::Latitude, 46.5),
                (Parameter::South, 44.0),
                (Parameter::North, 49.0),
            ],
        ),
        Form::Utm(zone, south) => {
            let mut parameters = vec![
                (Parameter::Easting, 500_000.0),
                (Parameter::Longitude, f64::from(zone) * 6.0 - 183.0),
                (Parameter::Scale, 0.9996),
            ];
            parameters.extend(south.then_some((Parameter::Northing, 10_000_000.0)));
            (method == Some("TRANSVERSEMERCATOR"), parameters)
        }
        // GDAL's WKT 1 calls the method Mercator_1SP, of scale 1: then only the system's name tells it apart.
        Form::WebMercator if method == Some("MERCATOR1SP") => (
            definition.name == simplified(system.name),
            vec![(Parameter::Scale, 1.0)],
        ),
        Form::WebMercator => {
            let methods = [
                "MERCATORAUXILIARYSPHERE",
                "POPULARVISUALISATIONPSEUDOMERCATOR",
            ];
            (
                method.is_some_and(|method| methods.contains(&method)),
                vec![],
            )
        }
    };
    let (same_method, parameters) = expected;
    same_method
        && (equator - EQUATOR_METRES).abs() < 1e-3
        && (flattening - system.datum.flattening).abs() < 1e-7
        && definition.parameters.len() == parameters.len()
        && parameters.iter().all(|(key, value)| {
            definition
                .parameters
                .get(key)
                .is_some_and(|found| (found - value).abs() < 1e-9 * value.abs())
        })
}
