//! Why a boundary file is refused, in one French sentence.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use crate::domain::typography;

/// Narrow no-break space, which French typography puts inside guillemets and before `:`, `;`, `?` and `!`.
const NNBSP: char = '\u{202f}';

/// A refusal: where, and why. Its `Display` is the sentence to show.
#[derive(Debug, thiserror::Error)]
#[error("{place}\u{202f}: {fault}")]
pub struct ReadError {
    /// The file, and as precisely as known the layer, feature and ring.
    pub place: Box<Place>,
    /// What is wrong and what would work.
    pub fault: Box<Fault>,
}

/// Where a fault is: a file, then as much as is known of layer, feature, polygon and ring (numbered from 1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    file: String,
    layer: Option<String>,
    feature: Option<usize>,
    code: Option<String>,
    polygon: Option<usize>,
    ring: Option<usize>,
}

impl Place {
    /// The place of a whole file, named without its folders.
    #[must_use]
    pub fn file(path: &Path) -> Self {
        let name = path
            .file_name()
            .map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
        Self {
            file: name.into_owned(),
            ..Self::default()
        }
    }

    /// The place of a layer already read.
    #[must_use]
    pub fn of(file: &str, layer: &str) -> Self {
        Self {
            file: file.to_owned(),
            layer: Some(layer.to_owned()),
            ..Self::default()
        }
    }

    /// This place, in the layer named.
    #[must_use]
    pub fn layer(&self, name: &str) -> Self {
        Self {
            layer: Some(name.to_owned()),
            ..self.clone()
        }
    }

    /// This place, at the feature of that number (from 1).
    #[must_use]
    pub fn feature(&self, number: usize) -> Self {
        Self {
            feature: Some(number),
            ..self.clone()
        }
    }

    /// This place, naming the commune by its INSEE code when `attributes` hold one.
    #[must_use]
    pub fn commune(&self, attributes: &BTreeMap<String, String>) -> Self {
        let named = |(column, _): &(&String, &String)| {
            ["insee_com", "code_insee", "code"].contains(&column.to_lowercase().as_str())
        };
        Self {
            code: attributes.iter().find(named).map(|(_, code)| code.clone()),
            ..self.clone()
        }
    }

    /// This place, at a polygon and one of its rings (both from 1).
    #[must_use]
    pub fn ring(&self, polygon: usize, ring: usize) -> Self {
        Self {
            polygon: Some(polygon),
            ring: Some(ring),
            ..self.clone()
        }
    }

    /// The file's name.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file
    }

    /// The feature's number (from 1), where the fault has one.
    #[must_use]
    pub fn feature_number(&self) -> Option<usize> {
        self.feature
    }

    /// The ring's number in its polygon (from 1), where the fault has one.
    #[must_use]
    pub fn ring_number(&self) -> Option<usize> {
        self.ring
    }

    pub(super) fn without_layer(&self) -> Self {
        Self {
            layer: None,
            ..self.clone()
        }
    }

    pub(super) fn fault(&self, fault: Fault) -> ReadError {
        ReadError {
            place: Box::new(self.clone()),
            fault: Box::new(fault),
        }
    }

    pub(super) fn damaged(&self, format: &'static str, detail: impl Into<String>) -> ReadError {
        self.fault(Fault::Damaged {
            format,
            detail: detail.into(),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", quoted(&self.file))?;
        if let Some(layer) = &self.layer {
            write!(f, ", couche {}", quoted(layer))?;
        }
        if let Some(feature) = self.feature {
            write!(f, ", objet {feature}")?;
        }
        if let Some(code) = &self.code {
            write!(f, " (code {})", shortened(code))?;
        }
        if let Some(polygon) = self.polygon {
            write!(f, ", polygone {polygon}")?;
        }
        if let Some(ring) = self.ring {
            write!(f, ", anneau {ring}")?;
        }
        Ok(())
    }
}

/// What is wrong with a file, and what would work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file cannot be opened or read.
    #[error("lecture impossible, {}\u{202f}; vérifiez le chemin et les droits.", reason(.0))]
    Open(#[source] io::Error),
    /// A folder was given.
    #[error(
        "c’est un dossier\u{202f}; donnez un fichier, par exemple son COMMUNE.shp ou son .gpkg."
    )]
    Folder,
    /// An archive was given.
    #[error(
        "c’est une archive\u{202f}; décompressez-la, puis donnez son fichier .gpkg ou COMMUNE.shp."
    )]
    Archive,
    /// A companion of a Shapefile was given.
    #[error("ce fichier accompagne un Shapefile\u{202f}; donnez le fichier .shp du même nom.")]
    GiveTheShp,
    /// The file is larger than [`super::MAX_FILE_BYTES`].
    #[error("{bytes} octets, plus que les {max} acceptés\u{202f}; donnez un extrait limité à la couche des communes.", max = super::MAX_FILE_BYTES)]
    TooLarge {
        /// The size found.
        bytes: u64,
    },
    /// Neither the first bytes nor the extension are known.
    #[error(
        "format non reconnu\u{202f}; formats lus\u{202f}: GeoPackage (.gpkg), Shapefile (.shp), GeoJSON (.geojson, .json) et FlatGeobuf (.fgb)."
    )]
    UnknownFormat,
    /// A file of a Shapefile is absent.
    #[error(
        "il manque {}, qui doit accompagner le .shp\u{202f}; un Shapefile se lit avec ses fichiers .shx, .dbf et .prj dans le même dossier.",
        quoted(missing)
    )]
    MissingSidecar {
        /// Name of the absent file.
        missing: String,
    },
    /// The bytes do not follow the format.
    #[error(
        "fichier {format} abîmé ou tronqué ({})\u{202f}; téléchargez-le ou exportez-le à nouveau.",
        said(detail)
    )]
    Damaged {
        /// The format expected.
        format: &'static str,
        /// What does not fit, in French.
        detail: String,
    },
    /// More features than [`super::MAX_FEATURES`].
    #[error("plus de {max} objets\u{202f}; donnez une couche de communes (la France en compte environ 35 000).", max = super::MAX_FEATURES)]
    TooManyFeatures,
    /// No feature at all.
    #[error("aucun objet dans cette couche\u{202f}; donnez une couche de communes.")]
    EmptyLayer,
    /// The geometry is not made of polygons with straight sides.
    #[error("géométrie de type {found}\u{202f}; seuls Polygon et MultiPolygon sont lus.")]
    NotPolygon {
        /// The geometry type found.
        found: &'static str,
    },
    /// The layer asked for is not in the file.
    #[error(
        "pas de couche {}\u{202f}; couches présentes\u{202f}: {}.",
        quoted(wanted),
        listed(layers)
    )]
    NoSuchLayer {
        /// The layer asked for.
        wanted: String,
        /// The layers of the file.
        layers: Vec<String>,
    },
    /// Several layers, none of them called `commune`.
    #[error(
        "plusieurs couches et aucune nommée «\u{202f}commune\u{202f}»\u{202f}; indiquez l’une de celles-ci\u{202f}: {}.",
        listed(layers)
    )]
    ChooseLayer {
        /// The layers of the file.
        layers: Vec<String>,
    },
    /// The file holds no layer of polygons.
    #[error(
        "aucune couche de géométries dans ce GeoPackage\u{202f}; il en faut une, par exemple «\u{202f}commune\u{202f}»."
    )]
    NoLayer,
    /// The layer is not a plain table.
    #[error(
        "cette couche n’est pas une simple table\u{202f}; exportez-la comme table dans un nouveau GeoPackage."
    )]
    NotATable,
    /// The file does not say its coordinate system.
    #[error(
        "système de coordonnées absent\u{202f}; il en faut un parmi\u{202f}: {}.",
        super::crs::accepted()
    )]
    CrsMissing,
    /// The coordinate system is not one of those read.
    #[error(
        "système de coordonnées {} non reconnu\u{202f}; systèmes lus\u{202f}: {}.",
        quoted(found),
        super::crs::accepted()
    )]
    CrsUnknown {
        /// The system found, as the file names it.
        found: String,
    },
    /// PROJ could not build or apply the conversion.
    #[error(
        "conversion de {code} vers WGS84 impossible ({detail})\u{202f}; reprojetez le fichier en EPSG:4326 et recommencez."
    )]
    Conversion {
        /// The source system.
        code: &'static str,
        /// What PROJ says.
        detail: String,
    },
    /// A position is not finite or is outside the globe after conversion.
    #[error(
        "position {position} ({x}\u{202f}; {y}) hors du globe une fois convertie depuis {code}\u{202f}; vérifiez que le système de coordonnées déclaré est bien celui du fichier."
    )]
    Position {
        /// Number of the position in its ring, from 1.
        position: usize,
        /// First coordinate as in the file.
        x: f64,
        /// Second coordinate as in the file.
        y: f64,
        /// The declared system.
        code: &'static str,
    },
    /// The text encoding of a Shapefile's table is not one of those read.
    #[error(
        "encodage {} non lu\u{202f}; écrivez UTF-8 ou ISO-8859-1 dans le fichier .cpg, ou exportez à nouveau en UTF-8.",
        quoted(found)
    )]
    Encoding {
        /// The encoding declared.
        found: String,
    },
    /// A column is absent.
    #[error(
        "colonne {missing} introuvable\u{202f}; colonnes présentes\u{202f}: {}\u{202f}; attendues\u{202f}: {expected}.",
        listed(found)
    )]
    MissingColumn {
        /// What is missing.
        missing: &'static str,
        /// The columns of the layer.
        found: Vec<String>,
        /// The columns that would work.
        expected: &'static str,
    },
    /// The layer holds something else than communes.
    #[error(
        "cette couche contient des {found}, pas des communes\u{202f}; donnez la couche {} du même produit.",
        quoted(right)
    )]
    WrongLayer {
        /// What the layer holds, plural.
        found: &'static str,
        /// The layer that would work.
        right: &'static str,
    },
    /// A value is not of the form its column must have.
    #[error(
        "valeur {} inattendue dans la colonne {}\u{202f}; il faut {expected}.",
        quoted(value),
        quoted(column)
    )]
    BadValue {
        /// The column as spelled in the file.
        column: String,
        /// The value found.
        value: String,
        /// The form expected, with an example.
        expected: &'static str,
    },
}

/// Why the system refused, in French for the usual reasons.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "le fichier n’existe pas".to_owned(),
        io::ErrorKind::PermissionDenied => "l’accès est refusé".to_owned(),
        _ => error.to_string(),
    }
}

/// A foreign text, cut at 80 characters and without control characters, so that a message stays a sentence.
fn shortened(text: &str) -> String {
    typography::shown(text, 80)
}

/// What a decoder says, which may quote the file at any length.
fn said(detail: &str) -> String {
    typography::shown(detail, 300)
}

/// A foreign text between French quotation marks.
fn quoted(text: &str) -> String {
    format!("«{NNBSP}{}{NNBSP}»", shortened(text))
}

/// Foreign texts as a list, the first thirty.
fn listed(texts: &[String]) -> String {
    if texts.is_empty() {
        return "aucune".to_owned();
    }
    let mut list = texts
        .iter()
        .take(30)
        .map(|text| shortened(text))
        .collect::<Vec<_>>()
        .join(", ");
    if texts.len() > 30 {
        list.push_str(", …");
    }
    list
}
