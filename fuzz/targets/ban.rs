//! A CSV file of the Base Adresse Nationale.

use std::cell::OnceCell;
use std::fs;

use tempfile::TempDir;
use territoires::address::streets::{Streets, prepare};
use territoires::domain::codes::CommuneCode;

use super::is_sentence;

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// Imports it, and looks for its streets in the index.
pub fn run(data: &[u8]) {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| TempDir::new().unwrap()).path();
        let file = folder.join("essai.csv");
        fs::write(&file, data).unwrap();
        let today = |code: CommuneCode| (code.as_str() < "75").then_some(code);
        let report = match prepare(&[file], folder, today, |_, _| ()) {
            Ok(prepared) => prepared.install().unwrap(),
            Err(refusal) => {
                let said = refusal.to_string();
                assert!(said.contains("essai.csv"), "{said}");
                return is_sentence(&said);
            }
        };
        assert!(report.rows > 0 && report.streets > 0, "an index of nothing");
        assert!(report.houses <= report.rows && report.streets <= report.rows);
        assert_eq!(report.refused == 0, report.reasons.is_empty());
        for reason in &report.reasons {
            is_sentence(reason);
            assert!(reason.starts_with("essai.csv, ligne "), "{reason}");
        }
        let streets = Streets::open(folder).unwrap().unwrap();
        assert_eq!(streets.street_count(), report.streets);
        assert_eq!(streets.house_count(), report.houses);
        ask(&streets, &String::from_utf8_lossy(data));
    });
}

/// Asks for the first of what the columns hold.
fn ask(streets: &Streets, text: &str) {
    for line in text.lines().skip(1).take(3) {
        for words in line.split(';').filter(|w| !w.is_empty()).take(12) {
            for hit in streets.search(words, 10) {
                on_earth(hit.position);
                assert!(
                    !hit.voie.is_empty() && !hit.commune_nom.is_empty(),
                    "{hit:?}"
                );
                let commune = if hit.insee.as_str() < "75" {
                    hit.insee
                } else {
                    continue;
                };
                let found = streets.find(commune, hit.postcode, &hit.voie, Some("1"));
                if let Some(found) = found {
                    on_earth(found.position);
                    assert!((0.0..=1.0).contains(&found.score), "{found:?}");
                    is_sentence(&found.libelle);
                }
            }
        }
    }
}

fn on_earth([lon, lat]: [f64; 2]) {
    let is_there = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
    assert!(is_there, "{lon} {lat}");
}
