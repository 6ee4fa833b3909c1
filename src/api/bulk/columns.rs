//! Which columns are asked about, and what the header becomes.

use std::borrow::Cow;

use super::records::{Batch, Record, Records};
use crate::domain::typography;

/// The columns that are added, in order.
pub const ADDED: [&str; 8] = [
    "ti_reponse",
    "ti_id",
    "ti_nom",
    "ti_membre",
    "ti_commune",
    "ti_base",
    "ti_score",
    "ti_explication",
];

/// So many columns a file may have, and as many make an address at most.
const MAX_COLUMNS: usize = 4096;

/// What a request names: names of columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The columns that make the address, in order.
    Address(Vec<String>),
    /// Longitude and latitude.
    Point {
        /// Column of longitudes.
        lon: String,
        /// Column of latitudes.
        lat: String,
    },
    /// Codes of communes.
    Commune(String),
    /// SIREN of EPCI or EPT.
    Siren(String),
}

/// The same as numbers of columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// See [`Wanted::Address`].
    Address(Vec<usize>),
    /// See [`Wanted::Point`].
    Point(usize, usize),
    /// See [`Wanted::Commune`].
    Commune(usize),
    /// See [`Wanted::Siren`].
    Siren(usize),
}

/// What is done with each record of a file.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The columns asked about.
    pub asked: Asked,
    /// How many columns the header has.
    pub columns: usize,
    /// What parts the fields.
    pub separator: u8,
    header: Vec<u8>,
}

/// A file whose columns do not fit what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColumnError {
    /// No header.
    #[error("le fichier est vide : il faut une ligne d’en-tête, puis les lignes")]
    Empty,
    /// A header that cannot be read.
    #[error("la ligne d’en-tête ne se lit pas : elle est vide, ou un guillemet n’y est pas fermé")]
    Header,
    /// A column that the header does not have.
    #[error("il n’y a pas de colonne « {name} » ; il y a : {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// More columns than are read.
    #[error("le fichier a plus de {MAX_COLUMNS} colonnes")]
    TooMany,
}

/// Reads « colonnes=voie,"code;postal",ville »: names parted by commas, quoted where they hold one.
#[must_use]
pub fn names(list: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(list.as_bytes());
    let first = reader.records().next().and_then(Result::ok);
    let names = first.iter().flatten().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

impl Plan {
    /// Reads the header of a file and finds the columns in it.
    ///
    /// # Errors
    /// What the reader says, or a [`ColumnError`] inside.
    pub fn new<R: std::io::Read>(
        wanted: &Wanted,
        records: &mut Records<R>,
    ) -> std::io::Result<Result<Self, ColumnError>> {
        let header = records.header()?;
        let Some(record) = header.as_ref().and_then(Batch::first) else {
            return Ok(Err(ColumnError::Empty));
        };
        Ok(Self::of(
            wanted,
            record,
            records.separator(),
            records.had_bom(),
        ))
    }

    fn of(wanted: &Wanted, header: Record, separator: u8, bom: bool) -> Result<Self, ColumnError> {
        if header.fault.is_some() {
            return Err(ColumnError::Header);
        }
        if header.len() > MAX_COLUMNS {
            return Err(ColumnError::TooMany);
        }
        let names: Vec<Cow<str>> = (0..header.len())
            .filter_map(|i| header.field(i))
            .map(text)
            .collect();
        let find = |wanted: &String| {
            let same = |name: &Cow<str>| name.trim() == wanted.trim();
            let alike =
                |name: &Cow<str>| name.trim().to_lowercase() == wanted.trim().to_lowercase();
            let found = names
                .iter()
                .position(same)
                .or_else(|| names.iter().position(alike));
            found.ok_or_else(|| ColumnError::Unknown {
                name: typography::shown(wanted, 60),
                known: listed(&names),
            })
        };
        let asked = match wanted {
            Wanted::Address(columns) => {
                Asked::Address(columns.iter().map(find).collect::<Result<_, _>>()?)
            }
            Wanted::Point { lon, lat } => Asked::Point(find(lon)?, find(lat)?),
            Wanted::Commune(column) => Asked::Commune(find(column)?),
            Wanted::Siren(column) => Asked::Siren(find(column)?),
        };
        let mut line = Vec::new();
        if bom {
            line.extend_from_slice("\u{feff}".as_bytes());
        }
        line.extend_from_slice(text(header.content).as_bytes());
        for name in ADDED {
            line.push(separator);
            line.extend_from_slice(free(name, &names).as_bytes());
        }
        line.extend_from_slice(if header.ending.is_empty() {
            b"\n"
        } else {
            header.ending
        });
        Ok(Self {
            asked,
            columns: names.len(),
            separator,
            header: line,
        })
    }

    /// The header with the columns added, and its line ending.
    #[must_use]
    pub fn header(&self) -> Vec<u8> {
        self.header.clone()
    }
}

/// The name of a column that is added: with a number where the file has one of that name.
fn free(name: &str, taken: &[Cow<str>]) -> String {
    let is_taken = |name: &str| taken.iter().any(|t| t.trim().eq_ignore_ascii_case(name));
    let numbered = (2..).map(|n| format!("{name}_{n}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|name| !is_taken(name))
        .unwrap_or_default() // of infinitely many one is free
}

/// Bytes of a file as text: UTF-8, or else Windows-1252, which gives each byte a meaning.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    }
}

/// The first names of columns, for a sentence.
fn listed(names: &[Cow<str>]) -> String {
    const SHOWN: usize = 20;
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|n| format!("« {} »", typography::shown(n.trim(), 40)))
        .collect();
    if names.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(wanted: &Wanted, file: &[u8]) -> Result<Plan, ColumnError> {
        Plan::new(wanted, &mut Records::new(file).unwrap()).unwrap()
    }

    #[test]
    fn names_of_columns_may_hold_commas_in_quotes() {
        assert_eq!(names("voie ,\"cp, ville\", x"), ["voie", "cp, ville", "x"]);
        assert!(names("").is_empty());
    }

    #[test]
    fn columns_are_found_and_those_taken_are_numbered() {
        let wanted = Wanted::Address(vec!["Ville".into(), "cp".into()]);
        let plan = plan(&wanted, "\u{feff}cp;ville;ti_id;TI_ID_2\r\n".as_bytes()).unwrap();
        assert_eq!(plan.asked, Asked::Address(vec![1, 0]));
        let header = String::from_utf8(plan.header()).unwrap();
        assert!(
            header.starts_with("\u{feff}cp;ville;ti_id;TI_ID_2;ti_reponse;ti_id_3;ti_nom;"),
            "{header}"
        );
        assert!(header.ends_with(";ti_explication\r\n"), "{header}");
    }

    #[test]
    fn a_column_that_is_not_there_is_named_with_those_that_are() {
        let wanted = Wanted::Commune("insee".into());
        let error = plan(&wanted, b"code,nom\n").unwrap_err().to_string();
        assert_eq!(
            error,
            "il n’y a pas de colonne « insee » ; il y a : « code », « nom »"
        );
        assert_eq!(plan(&wanted, b"").unwrap_err(), ColumnError::Empty);
        assert_eq!(plan(&wanted, b"\n").unwrap_err(), ColumnError::Header);
    }
}
