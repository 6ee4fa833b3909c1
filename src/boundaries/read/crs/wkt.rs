//! The WKT definition of a coordinate system, as far as recognising one needs: names, datum, ellipsoid, method and
//! parameters. Reads the dialects of ESRI, of GDAL (WKT 1) and of ISO 19162 (WKT 2).
//!
//! Foreign definitions are read here and never handed to PROJ: its Rust binding panics when PROJ refuses one
//! without an error number, PROJ writes to the error output, and it would open files that a definition names.

use std::collections::BTreeMap;

/// Largest definition read, in bytes. Real ones are under 4 KB.
const MAX_BYTES: usize = 64 << 10;

/// Deepest nesting read. Real definitions stay under eight.
const MAX_DEPTH: usize = 32;

/// Degrees to radians as definitions write it, and how far they stray from it.
const DEGREE: f64 = 0.017_453_292_519_943;

/// A coordinate system as its definition gives it. Names hold only upper-case letters and digits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Definition {
    /// Simplified name.
    pub(super) name: String,
    /// Simplified name of the datum.
    pub(super) datum: String,
    /// Simplified name of the projection method; `None` for a geographic system.
    pub(super) method: Option<String>,
    /// Semi-major axis in metres, inverse flattening.
    pub(super) ellipsoid: [f64; 2],
    /// Parameters of the projection that are not zero, in metres, degrees or plain numbers.
    pub(super) parameters: BTreeMap<Parameter, f64>,
}

/// A parameter of a projection, whatever its dialect calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parameter {
    /// False easting, metres.
    Easting,
    /// False northing, metres.
    Northing,
    /// Longitude of origin, degrees.
    Longitude,
    /// Latitude of origin, degrees.
    Latitude,
    /// Southern standard parallel, degrees.
    South,
    /// Northern standard parallel, degrees.
    North,
    /// Scale on the central meridian.
    Scale,
    /// One that no accepted system has.
    Other,
}

impl Definition {
    /// Reads a definition. `None` when it is not the WKT of one geographic or projected system in metres or
    /// degrees from Greenwich (the horizontal part, for a compound one).
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut rest = text.trim();
        let mut root = Node::read(&mut rest, 0)?;
        if !rest.trim().is_empty() {
            return None;
        }
        if ["COMPDCS", "COMPOUNDCRS"].contains(&root.keyword.as_str()) {
            root = root
                .children
                .into_iter()
                .find(|child| child.is(&PROJECTED) || child.is(&GEOGRAPHIC))?;
        }
        let name = simplified(root.texts.first()?);
        let ellipsoid = root.find(&["SPHEROID", "ELLIPSOID"])?;
        let datum = root
            .find(&["DATUM", "ENSEMBLE", "GEODETICDATUM", "TRF"])?
            .texts
            .first()?;
        let greenwich = root
            .find(&["PRIMEM", "PRIMEMERIDIAN"])
            .is_none_or(|node| node.numbers.first() == Some(&0.0));
        let method = root
            .find(&["PROJECTION", "METHOD"])
            .and_then(|node| node.texts.first());
        if !greenwich
            || root.is(&PROJECTED) != method.is_some()
            || !(root.is(&PROJECTED) || root.is(&GEOGRAPHIC))
            || !root.usual_units()
        {
            return None;
        }
        let mut parameters = BTreeMap::new();
        let mut parallels = Vec::new();
        for (name, value) in root.parameters() {
            match parameter(&name) {
                _ if value == 0.0 => {}
                Parameter::South | Parameter::North => parallels.push(value),
                other if parameters.insert(other, value).is_some() => return None,
                _ => {}
            }
        }
        parallels.sort_by(f64::total_cmp);
        match parallels[..] {
            [] => {}
            [south, north] => {
                parameters.extend([(Parameter::South, south), (Parameter::North, north)]);
            }
            _ => return None,
        }
        Some(Self {
            name,
            datum: simplified(datum),
            method: method.map(|method| simplified(method)),
            ellipsoid: *ellipsoid.numbers.first_chunk::<2>()?,
            parameters,
        })
    }
}

const PROJECTED: [&str; 3] = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GEOGRAPHIC: [&str; 5] = [
    "GEOGCS",
    "GEOGCRS",
    "GEOGRAPHICCRS",
    "GEODCRS",
    "GEODETICCRS",
];

/// Upper-case letters and digits of a name.
pub(super) fn simplified(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn parameter(name: &str) -> Parameter {
    match name {
        "FALSEEASTING" | "EASTINGATFALSEORIGIN" => Parameter::Easting,
        "FALSENORTHING" | "NORTHINGATFALSEORIGIN" => Parameter::Northing,
        "CENTRALMERIDIAN"
        | "LONGITUDEOFNATURALORIGIN"
        | "LONGITUDEOFFALSEORIGIN"
        | "LONGITUDEOFORIGIN" => Parameter::Longitude,
        "LATITUDEOFORIGIN" | "LATITUDEOFNATURALORIGIN" | "LATITUDEOFFALSEORIGIN" => {
            Parameter::Latitude
        }
        "STANDARDPARALLEL1" | "LATITUDEOF1STSTANDARDPARALLEL" => Parameter::North,
        "STANDARDPARALLEL2" | "LATITUDEOF2NDSTANDARDPARALLEL" => Parameter::South,
        "SCALEFACTOR" | "SCALEFACTORATNATURALORIGIN" => Parameter::Scale,
        _ => Parameter::Other,
    }
}

/// `KEYWORD["text", 1.0, CHILD[…]]`, with square brackets or round ones.
struct Node {
    keyword: String,
    texts: Vec<String>,
    numbers: Vec<f64>,
    children: Vec<Node>,
}

impl Node {
    /// Reads one node from the start of `rest` and moves `rest` after it.
    fn read(rest: &mut &str, depth: usize) -> Option<Self> {
        let open = rest.find(['[', '('])?;
        let mut node = Self {
            keyword: simplified(&rest[..open]),
            texts: Vec::new(),
            numbers: Vec::new(),
            children: Vec::new(),
        };
        *rest = &rest[open + 1..];
        if depth > MAX_DEPTH || node.keyword.is_empty() {
            return None;
        }
        loop {
            *rest = rest.trim_start();
            if let Some(text) = rest.strip_prefix('"') {
                let (text, after) = text.split_once('"')?;
                node.texts.push(text.to_owned());
                *rest = after;
            } else {
                let end = rest.find([',', '[', ']', '(', ')'])?;
                if rest[end..].starts_with(['[', '(']) {
                    node.children.push(Self::read(rest, depth + 1)?);
                } else {
                    // A bare word, such as the direction of an axis, is of no use.
                    node.numbers.extend(rest[..end].trim().parse::<f64>());
                    *rest = &rest[end..];
                }
            }
            *rest = rest.trim_start();
            let separator = rest.chars().next()?;
            *rest = &rest[separator.len_utf8()..];
            match separator {
                ',' => {}
                ']' | ')' => return Some(node),
                _ => return None,
            }
        }
    }

    fn is(&self, keywords: &[&str]) -> bool {
        keywords.contains(&self.keyword.as_str())
    }

    /// The first descendant of one of these keywords, depth first.
    fn find(&self, keywords: &[&str]) -> Option<&Self> {
        self.children.iter().find_map(|child| {
            if child.is(keywords) {
                Some(child)
            } else {
                child.find(keywords)
            }
        })
    }

    /// Whether every unit in the definition is the metre, the degree or one.
    fn usual_units(&self) -> bool {
        let unit = self.is(&["UNIT", "LENGTHUNIT", "ANGLEUNIT", "SCALEUNIT"]);
        let usual = |factor: &f64| (factor - 1.0).abs() < 1e-12 || (factor - DEGREE).abs() < 1e-12;
        (!unit || self.numbers.first().is_some_and(usual))
            && self.children.iter().all(Self::usual_units)
    }

    /// Simplified name and value of every parameter of the projection.
    fn parameters(&self) -> Vec<(String, f64)> {
        let own = self
            .is(&["PARAMETER"])
            .then(|| Some((simplified(self.texts.first()?), *self.numbers.first()?)));
        own.flatten()
            .into_iter()
            .chain(self.children.iter().flat_map(Self::parameters))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAMBERT: &str = r#"PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]"#;

    #[test]
    fn a_definition_is_taken_apart() {
        let read = Definition::read(LAMBERT).unwrap();
        assert_eq!(
            (read.name.as_str(), read.datum.as_str()),
            ("RGF93LAMBERT93", "DRGF1993")
        );
        assert_eq!(read.method.as_deref(), Some("LAMBERTCONFORMALCONIC"));
        assert_eq!(read.parameters.get(&Parameter::North), Some(&49.0));
        let compound = format!(r#"COMPD_CS["avec altitude",{LAMBERT},VERT_CS["NGF"]]"#);
        assert_eq!(Definition::read(&compound).unwrap().name, "RGF93LAMBERT93");
    }

    #[test]
    fn what_is_not_one_definition_is_not_read() {
        for end in 0..LAMBERT.len() {
            assert!(Definition::read(&LAMBERT[..end]).is_none(), "{end}");
        }
        assert!(Definition::read(&"A[".repeat(30_000)).is_none());
        assert!(Definition::read(&LAMBERT.replace("\"Meter\",1.0", "\"Foot\",0.3048")).is_none());
        assert!(
            Definition::read(&LAMBERT.replace("\"Greenwich\",0.0", "\"Paris\",2.33722917"))
                .is_none()
        );
        for text in [
            "",
            "é",
            "[]",
            "+proj=lcc +lat_0=46.5",
            "EPSG:2154",
            "PROJCS[\"é\",é]",
        ] {
            assert!(Definition::read(text).is_none(), "{text}");
        }
    }
}
