//! The rows of a batch with their answers: the same answers as one by one.

use std::borrow::Cow;
use std::io::Write;
use std::str::FromStr;

use super::Done;
use super::columns::{Asked, Plan, text};
use super::records::{Batch, Fault, Record};
use crate::api::appartenance::asked::MAX_ADDRESS;
use crate::api::state::App;
use crate::atlas::answer::{Answer, Question};
use crate::atlas::places::PlaceId;
use crate::atlas::world::Position;
use crate::domain::codes::{CommuneCode, Siren};
use crate::domain::typography;

/// Room for what is added to a row, mostly the sentence.
const USUAL: usize = 224;

/// Answers the rows of a batch.
pub(super) fn batch(app: &App, question: Question, plan: &Plan, batch: &Batch) -> (Vec<u8>, Done) {
    let mut out = Vec::new();
    let mut done = Done::default();
    let mut address = String::new();
    let mut points = match plan.asked {
        Asked::Point(lon, lat) => places_of_points(app, plan, batch, lon, lat),
        _ => Vec::new(),
    }
    .into_iter();
    for record in batch.records() {
        if done.rows == 0 {
            out.reserve(batch.records().count() * (USUAL + record.content.len()));
        }
        done.rows += 1;
        out.extend_from_slice(text(record.content).as_bytes());
        // So that what is added stands under its header.
        let has = record.len().max(1);
        out.extend(std::iter::repeat_n(
            plan.separator,
            plan.columns.saturating_sub(has),
        ));
        match ask(app, question, plan, record, points.next(), &mut address) {
            Ok(answer) => write_answer(&mut out, plan.separator, &answer),
            Err(reason) => {
                done.faulty += 1;
                write_fault(&mut out, plan.separator, &reason);
            }
        }
        out.extend_from_slice(record.ending);
    }
    (out, done)
}

/// For each row the commune that holds its point, or why there is no point. All are looked up together: see
/// [`Grid::faces_at`](crate::index::points::Grid::faces_at).
fn places_of_points(
    app: &App,
    plan: &Plan,
    batch: &Batch,
    lon: usize,
    lat: usize,
) -> Vec<Result<Option<PlaceId>, String>> {
    let mut positions = Vec::new();
    let mut rows = Vec::new();
    for record in batch.records() {
        rows.push(position(plan, record, lon, lat).map(|position| positions.push(position)));
    }
    let mut faces = vec![None; positions.len()];
    app.atlas.france.faces_at(&positions, &mut faces);
    let mut faces = faces.into_iter();
    let mut place = |()| faces.next().flatten().map(|face| face as PlaceId);
    rows.into_iter().map(|row| row.map(&mut place)).collect()
}

/// The point of a row.
fn position(plan: &Plan, record: Record, lon: usize, lat: usize) -> Result<Position, String> {
    check(plan, record)?;
    let lon = degrees(&field(plan, record, lon)?, "longitude", 180.0)?;
    let lat = degrees(&field(plan, record, lat)?, "latitude", 90.0)?;
    Position::from_degrees(lon, lat).ok_or_else(|| "Ce point n’est pas sur la terre.".to_owned())
}

/// Whether a row can be read.
fn check(plan: &Plan, record: Record) -> Result<(), String> {
    match record.fault {
        Some(Fault::Blank) => Err("Cette ligne est vide.".to_owned()),
        Some(Fault::OpenQuote) => {
            Err("Un guillemet ouvert sur cette ligne n’est jamais fermé.".to_owned())
        }
        None if record.len() > plan.columns => Err(format!(
            "Cette ligne a {} champs, l’en-tête {} : un séparateur n’est pas entre guillemets.",
            record.len(),
            plan.columns
        )),
        None => Ok(()),
    }
}

/// A field of a row.
fn field<'a>(plan: &Plan, record: Record<'a>, column: usize) -> Result<Cow<'a, str>, String> {
    record.field(column).map(text).ok_or_else(|| {
        format!(
            "Cette ligne n’a que {} champs sur {}.",
            record.len(),
            plan.columns
        )
    })
}

/// The answer for a row, or why there is none. `point` is what [`places_of_points`] found.
fn ask<'a>(
    app: &'a App,
    question: Question<'a>,
    plan: &Plan,
    record: Record,
    point: Option<Result<Option<PlaceId>, String>>,
    address: &mut String,
) -> Result<Answer<'a>, String> {
    check(plan, record)?;
    let field = |column: usize| field(plan, record, column);
    match &plan.asked {
        Asked::Address(columns) => {
            address.clear();
            for &column in columns {
                let part = field(column)?;
                let part = part.trim();
                if !part.is_empty() {
                    if !address.is_empty() {
                        address.push_str(", ");
                    }
                    address.push_str(part);
                }
            }
            if address.is_empty() {
                return Err("L’adresse est vide.".to_owned());
            }
            if address.len() > MAX_ADDRESS && address.chars().count() > MAX_ADDRESS {
                return Err(format!("L’adresse a plus de {MAX_ADDRESS} caractères."));
            }
            Ok(app.answer_address(question, address))
        }
        Asked::Point(..) => point
            .unwrap_or(Ok(None))
            .map(|place| question.of_point_in(place)),
        &Asked::Commune(column) => {
            let code: CommuneCode = code(&field(column)?, "Le code de la commune", 5)?;
            question
                .of_commune(code)
                .ok_or_else(|| format!("Aucune commune, actuelle ou ancienne, n’a le code {code}."))
        }
        &Asked::Siren(column) => {
            let siren: Siren = code(&field(column)?, "Le SIREN", 9)?;
            question
                .of_epci(siren)
                .ok_or_else(|| format!("Aucun EPCI ni EPT n’a le SIREN {siren}."))
        }
    }
}

/// A number of degrees; a comma may stand for the point.
fn degrees(field: &str, what: &str, most: f64) -> Result<f64, String> {
    let given = field.trim();
    let number: Option<f64> = given
        .parse()
        .ok()
        .or_else(|| given.replace(',', ".").parse().ok());
    number.filter(|n| n.abs() <= most).ok_or_else(|| {
        format!(
            "La {what} « {} » n’est pas un nombre de -{most} à {most}.",
            shown(given)
        )
    })
}

/// A code; spreadsheets take away the zeros in front of a number.
fn code<C: FromStr<Err: std::fmt::Display>>(
    field: &str,
    what: &str,
    length: usize,
) -> Result<C, String> {
    let given = field.trim();
    if given.is_empty() {
        return Err(format!("{what} est vide."));
    }
    let is_cut = given.len() + 1 == length && given.bytes().all(|b| b.is_ascii_digit());
    let padded = if is_cut {
        Cow::Owned(format!("0{given}"))
    } else {
        Cow::Borrowed(given)
    };
    padded
        .parse()
        .map_err(|e| format!("{what} ne se lit pas : {e}."))
}

fn shown(text: &str) -> String {
    typography::shown(text, 40)
}

fn write_answer(out: &mut Vec<u8>, separator: u8, answer: &Answer) {
    let mut field = |text: &str| {
        out.push(separator);
        write_field(out, separator, text);
    };
    field(answer.reponse.as_str());
    let territoire = answer.territoire.map(|(t, _)| t);
    field(territoire.map_or("", |t| &t.id));
    field(territoire.map_or("", |t| &t.nom));
    match answer.membre {
        Some(membre) => field(&membre.code.to_string()),
        None => field(""),
    }
    field(answer.commune.as_ref().map_or("", |c| c.code.as_str()));
    field(answer.base.as_str());
    out.push(separator);
    if let Some(found) = &answer.geocodage {
        // Into memory: cannot fail.
        let _ = write!(out, "{}", (found.score * 1000.0).round() / 1000.0);
    }
    out.push(separator);
    write_field(out, separator, &answer.explication);
}

fn write_fault(out: &mut Vec<u8>, separator: u8, reason: &str) {
    out.push(separator);
    out.extend_from_slice(b"erreur");
    out.extend(std::iter::repeat_n(separator, 7));
    write_field(out, separator, reason);
}

/// Writes a field, quoted where it must be (RFC 4180 § 2).
fn write_field(out: &mut Vec<u8>, separator: u8, text: &str) {
    let must = |b: &u8| *b == separator || matches!(b, b'"' | b'\n' | b'\r');
    if text.as_bytes().iter().any(must) {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let written = |text: &str| {
            let mut out = Vec::new();
            write_field(&mut out, b';', text);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written("a,b"), "a,b");
        assert_eq!(written("a;\"b\""), "\"a;\"\"b\"\"\"");
        assert_eq!(written("a\nb"), "\"a\nb\"");
    }

    #[test]
    fn degrees_and_codes_that_spreadsheets_changed_are_read() {
        assert_eq!(degrees("-0,37", "longitude", 180.0), Ok(-0.37));
        assert!(
            degrees("1e9", "longitude", 180.0)
                .unwrap_err()
                .contains("longitude")
        );
        assert!(degrees("NaN", "latitude", 90.0).is_err());
        assert_eq!(
            code::<CommuneCode>(" 1053", "Le code", 5).unwrap().as_str(),
            "01053"
        );
        assert!(code::<CommuneCode>("", "Le code", 5).is_err());
    }
}
