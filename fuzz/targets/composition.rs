//! The texts of a data folder, each by itself: the first byte says which.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use territoires::boundaries::composition::{self, DECLARATION};
use territoires::boundaries::manifest::Manifest;
use territoires::boundaries::sources::Sources;
use territoires::boundaries::tables::{
    self, IntercommunaliteRow, OtherNameRow, PassageRow, PostcodeRow, UnitRow, WithoutOutlineRow,
};

use super::is_sentence;

/// Parts the files of a composition (« record separator »).
const BETWEEN: u8 = 0x1E;

/// Reads it, and writes it again where that can be done.
pub fn run(data: &[u8]) {
    let Some((mode, data)) = data.split_first() else {
        return;
    };
    match mode {
        b'm' => manifest(&String::from_utf8_lossy(data)),
        b's' => match Sources::parse(&String::from_utf8_lossy(data)) {
            Ok(sources) => assert!(sources.attributions().len() <= sources.source.len()),
            Err(refusal) => is_sentence(&refusal.to_string()),
        },
        b'p' => table(data, PassageRow::passage, PassageRow::new),
        b'n' => table(data, OtherNameRow::name, OtherNameRow::new),
        b'c' => table(data, PostcodeRow::pair, PostcodeRow::new),
        b'i' => table(
            data,
            IntercommunaliteRow::intercommunalite,
            IntercommunaliteRow::new,
        ),
        b'd' => table(data, UnitRow::departement, UnitRow::of_departement),
        b'r' => table(data, UnitRow::region, UnitRow::of_region),
        b'o' => table(data, WithoutOutlineRow::commune, WithoutOutlineRow::new),
        _ => phases(data),
    }
}

fn manifest(text: &str) {
    match Manifest::parse(text) {
        Ok(manifest) => {
            let again = Manifest::parse(&manifest.to_text().unwrap()).unwrap();
            assert_eq!(again, manifest);
        }
        Err(refusal) => is_sentence(&refusal.to_string()),
    }
}

/// What is read from a table is written as a table from which the same is read.
fn table<Row: Serialize + DeserializeOwned, T: Debug + PartialEq>(
    data: &[u8],
    convert: impl Fn(Row) -> Result<T, String>,
    row: impl Fn(&T) -> Row,
) {
    match tables::read("table.csv", data, &convert) {
        Ok(all) => {
            let written = tables::write("table.csv", all.iter().map(row)).unwrap();
            let again = tables::read("table.csv", &written, &convert).unwrap();
            assert_eq!(again, all);
        }
        Err(refusal) => {
            let said = refusal.to_string();
            assert!(said.starts_with("table.csv: ligne "), "{said}");
            is_sentence(&said);
        }
    }
}

/// A declaration and the files it names, in the order of their names.
fn phases(data: &[u8]) {
    let mut files = data.split(|b| *b == BETWEEN);
    let declaration = files.next().unwrap_or_default();
    let named = match composition::files(&String::from_utf8_lossy(declaration)) {
        Ok(named) => named,
        Err(refusal) => return is_sentence(&refusal.to_string()),
    };
    let others = named.into_iter().filter(|name| name != DECLARATION);
    let mut content: BTreeMap<String, Vec<u8>> = others.zip(files.map(<[u8]>::to_vec)).collect();
    content.insert(DECLARATION.to_owned(), declaration.to_vec());
    match composition::read(&content) {
        Ok(phases) => {
            for edition in phases.iter().flat_map(|p| &p.editions) {
                let mut ids: Vec<&str> = edition.territoires.iter().map(|t| &*t.id).collect();
                ids.sort_unstable();
                ids.dedup();
                assert_eq!(ids.len(), edition.territoires.len(), "an id twice");
                assert!(edition.territoires.iter().all(|t| !t.membres.is_empty()));
            }
        }
        Err(refusal) => is_sentence(&refusal.to_string()),
    }
}
