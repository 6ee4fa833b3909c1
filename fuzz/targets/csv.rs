//! A CSV file to be answered row by row, behind a line that names what is asked about.

use std::collections::HashSet;
use std::sync::LazyLock;

use territoires::api::bulk::columns::{self, ADDED, Plan, Wanted};
use territoires::api::bulk::records::{Fault, Records};
use territoires::api::bulk::run as answer;
use territoires::domain::codes::CommuneCode;

use crate::app;

/// Words of `ti_reponse`.
static WORDS: LazyLock<HashSet<&[u8]>> =
    LazyLock::new(|| [&b"oui"[..], b"non", b"incertain", b"erreur"].into());

/// « point lon,lat », « commune code », « siren siren » or names of columns of an address.
fn wanted(line: &str) -> Wanted {
    let (kind, rest) = line.split_once(' ').unwrap_or(("", line));
    match kind {
        "point" => {
            let (lon, lat) = rest.split_once(',').unwrap_or((rest, ""));
            Wanted::Point {
                lon: lon.to_owned(),
                lat: lat.to_owned(),
            }
        }
        "commune" => Wanted::Commune(rest.to_owned()),
        "siren" => Wanted::Siren(rest.to_owned()),
        _ => Wanted::Address(columns::names(line)),
    }
}

/// Answers it: one row out for each row in, which stands in it as it was.
pub fn run(data: &[u8]) {
    let end = data.iter().position(|b| *b == b'\n').unwrap_or(0);
    let wanted = wanted(&String::from_utf8_lossy(&data[..end]));
    let file = data.get(end + 1..).unwrap_or_default();

    let Ok(mut records) = Records::new(file) else {
        return;
    };
    let plan = match Plan::new(&wanted, &mut records).unwrap() {
        Ok(plan) => plan,
        Err(refusal) => return super::is_sentence(&refusal.to_string()),
    };
    let question = app().atlas.question(0, None).unwrap();
    let mut out = Vec::new();
    let done = answer(app(), question, &plan, records, |bytes| {
        out.extend(bytes);
        Ok(())
    })
    .unwrap();

    // The rows again, by a reader of their own.
    let mut again = Records::new(file).unwrap();
    let _ = again.header().unwrap();
    let mut rest = out.strip_prefix(&plan.header()[..]).unwrap();
    let (mut rows, mut all_closed) = (0, true);
    while let Some(batch) = again.batch().unwrap() {
        for record in batch.records() {
            rows += 1;
            all_closed &= record.fault != Some(Fault::OpenQuote);
            if std::str::from_utf8(record.content).is_ok() {
                let at = rest
                    .windows(record.content.len().max(1))
                    .position(|window| window == record.content);
                let at = if record.content.is_empty() {
                    Some(0)
                } else {
                    at
                };
                let at = at.unwrap_or_else(|| panic!("row {rows} is not in the answer"));
                rest = &rest[at + record.content.len()..];
            }
        }
    }
    assert_eq!(rows, done.rows);
    assert!(done.faulty <= done.rows);
    // A quote that is never closed takes what follows with it: no reader could tell rows then.
    if all_closed {
        read_again(&out, &plan, rows);
    }
}

/// Reads the answer as the next program does.
fn read_again(out: &[u8], plan: &Plan, rows: u64) {
    let mut answers = Records::new(out).unwrap();
    assert_eq!(answers.separator(), plan.separator);
    let header = answers.header().unwrap().unwrap();
    assert_eq!(header.first().unwrap().len(), plan.columns + ADDED.len());
    let mut count = 0;
    while let Some(batch) = answers.batch().unwrap() {
        for record in batch.records() {
            count += 1;
            assert!(record.len() >= plan.columns + ADDED.len(), "row {count}");
            let added = record.len() - ADDED.len();
            let field = |i: usize| record.field(added + i).unwrap();
            assert!(WORDS.contains(field(0)), "row {count}");
            let commune = std::str::from_utf8(field(4)).unwrap();
            if !commune.is_empty() {
                let code: CommuneCode = commune.parse().unwrap();
                assert!(app().atlas.places.current(code).is_some(), "{code}");
            }
            let score = std::str::from_utf8(field(6)).unwrap();
            if !score.is_empty() {
                assert!(
                    (0.0..=1.0).contains(&score.parse::<f64>().unwrap()),
                    "{score}"
                );
            }
            super::is_sentence(std::str::from_utf8(field(7)).unwrap());
        }
    }
    assert_eq!(count, rows);
}
