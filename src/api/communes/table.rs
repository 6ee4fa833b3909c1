//! Communes as a table: one a line, what is several separated by spaces, the latest phase's answer last.

use super::body::Commune;
use crate::api::parts::{Appartenance, Point};
use crate::api::problem::Problem;
use crate::api::source::Source;

const COLUMNS: [&str; 15] = [
    "code",
    "nom",
    "population",
    "superficie_km2",
    "departement",
    "region",
    "epci",
    "ept",
    "codes_postaux",
    "lon",
    "lat",
    "phase",
    "reponse",
    "territoire",
    "membre",
];

/// Writes a table (RFC 4180, UTF-8) that ends with the columns of the source.
///
/// # Errors
/// Never in practice: memory takes what is written.
pub fn write(communes: impl Iterator<Item = Commune>, source: &Source) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let fault = |_| Problem::internal();
    writer
        .write_record(COLUMNS.iter().chain(&Source::COLUMNS))
        .map_err(fault)?;
    let source = source.cells();
    for commune in communes {
        let row = cells(commune);
        writer
            .write_record(row.iter().chain(&source))
            .map_err(fault)?;
    }
    writer.into_inner().map_err(|_| Problem::internal())
}

fn cells(c: Commune) -> [String; 15] {
    fn text(value: Option<impl ToString>) -> String {
        value.map_or_else(String::new, |v| v.to_string())
    }
    let latest = c.appartenances.first();
    let (phase, reponse, territoire, membre) = latest.map(Appartenance::cells).unwrap_or_default();
    [
        c.code,
        c.nom,
        text(c.population),
        text(c.superficie_km2),
        c.departement.code,
        c.region.code,
        text(c.epci.map(|e| e.code)),
        text(c.ept.map(|e| e.code)),
        c.codes_postaux.join(" "),
        text(c.centre.map(Point::lon)),
        text(c.centre.map(Point::lat)),
        phase,
        reponse,
        territoire,
        membre,
    ]
}
