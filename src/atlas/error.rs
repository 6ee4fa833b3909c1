//! Why an atlas cannot be built.

use crate::topology::generalisation::Malformed;

/// What the tables and outlines say against each other.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AtlasError {
    /// The same code twice where each may come once.
    #[error("{what} {code} figure deux fois")]
    Twice {
        /// What kind of code.
        what: &'static str,
        /// The code.
        code: String,
    },
    /// A code that names nothing.
    #[error("{what} {code} est cité par {by} mais n’existe pas")]
    Unknown {
        /// What kind of code.
        what: &'static str,
        /// The code.
        code: String,
        /// Who names it.
        by: String,
    },
    /// Outlines that are no coverage.
    #[error("les contours de {first} et {second} se recouvrent près de {lon:.6}, {lat:.6}", lon = at[0], lat = at[1])]
    Overlap {
        /// One face.
        first: String,
        /// The other.
        second: String,
        /// Where, in degrees.
        at: [f64; 2],
    },
    /// A perimeter that does not close.
    #[error("la limite de niveau {level} ne se referme pas près de {lon:.6}, {lat:.6}", lon = at[0], lat = at[1])]
    Open {
        /// The level.
        level: String,
        /// Where, in degrees.
        at: [f64; 2],
    },
    /// The number of faces and of communes differ.
    #[error("{faces} contours pour {communes} communes")]
    Count {
        /// Faces of the coverage.
        faces: usize,
        /// Rows of the table.
        communes: usize,
    },
    /// A zoom at which the outlines are no coverage; not known to happen.
    #[error("les contours ne forment pas une couverture au zoom {0}")]
    Zoom(u8),
    /// The file of the zooms is not that of the outlines.
    #[error("généralisation par zoom : {0} ; relancez « territoires import »")]
    Zooms(#[from] Malformed),
    /// The file of the zooms could not be written.
    #[error("généralisation par zoom : {0}")]
    Write(String),
    /// No phase at all.
    #[error("aucune phase du programme n’est déclarée")]
    NoPhase,
}
