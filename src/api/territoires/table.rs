//! Territories as a table: one a line, what is several separated by spaces or, names, by « ; ».

use super::body::Territoire;
use crate::api::parts::{CodeNom, Membre, Point};
use crate::api::problem::Problem;
use crate::api::source::Source;

const COLUMNS: [&str; 21] = [
    "phase",
    "id",
    "nom",
    "region",
    "regions",
    "departements",
    "interregional",
    "evolution",
    "predecesseurs",
    "membres",
    "intercommunalites",
    "communes",
    "population",
    "superficie_km2",
    "soutien_animation_euros",
    "ouest",
    "sud",
    "est",
    "nord",
    "lon",
    "lat",
];

/// Writes a table (RFC 4180, UTF-8) that ends with the columns of the source.
///
/// # Errors
/// Never in practice: memory takes what is written.
pub fn write(
    territoires: impl Iterator<Item = Territoire>,
    source: &Source,
) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let fault = |_| Problem::internal();
    let header = COLUMNS.iter().chain(&Source::COLUMNS);
    writer.write_record(header).map_err(fault)?;
    let source = source.cells();
    for t in territoires {
        let row = cells(t);
        writer
            .write_record(row.iter().chain(&source))
            .map_err(fault)?;
    }
    writer.into_inner().map_err(|_| Problem::internal())
}

fn cells(t: Territoire) -> [String; 21] {
    let degrees = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
    let names = |all: Vec<CodeNom>| {
        all.into_iter()
            .map(|c| c.nom)
            .collect::<Vec<_>>()
            .join(" ; ")
    };
    let codes = |all: &[CodeNom]| {
        let codes: Vec<&str> = all.iter().map(|c| c.code.as_str()).collect();
        codes.join(" ")
    };
    let [west, south, east, north] = match t.bbox {
        Some(bbox) => bbox.map(Some),
        None => [None; 4],
    };
    let before: Vec<&str> = t.predecesseurs.iter().map(|p| p.id.as_str()).collect();
    let membres: Vec<&str> = t.membres.iter().map(Membre::code).collect();
    [
        t.phase,
        t.id,
        t.nom,
        t.region,
        names(t.regions),
        codes(&t.departements),
        if t.interregional { "oui" } else { "non" }.to_owned(),
        t.evolution.unwrap_or_default().to_owned(),
        before.join(" "),
        membres.join(" "),
        t.intercommunalites.to_string(),
        t.communes.to_string(),
        t.population.to_string(),
        t.superficie_km2.to_string(),
        t.soutien_animation_euros
            .map_or_else(String::new, |e| e.to_string()),
        degrees(west),
        degrees(south),
        degrees(east),
        degrees(north),
        degrees(t.centre.map(Point::lon)),
        degrees(t.centre.map(Point::lat)),
    ]
}
