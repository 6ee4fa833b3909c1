//! What all readers of boundary files promise.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use tempfile::TempDir;
use territoires::boundaries::read::ign::{Communes, communes};
use territoires::boundaries::read::{Fault, ReadError, SourceLayer, read};
use territoires::boundaries::repair::{self, RawFace, Rules};

use super::{coverage, is_sentence};

/// More positions are not made a coverage here: it would take the time of thousands of inputs.
const MOST: usize = 400;

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// Reads files that lie in one folder; the first is the one that is opened.
pub fn check(files: &[(&str, &[u8])]) {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| TempDir::new().unwrap());
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let opened = files[0].0;
        match read(&folder.path().join(opened), None) {
            Ok(layer) => layer_is_sound(layer, opened),
            Err(refusal) => is_refusal(&refusal, opened),
        }
    });
}

/// Holds a refusal to naming its file.
fn is_refusal(refusal: &ReadError, file: &str) {
    let said = refusal.to_string();
    is_sentence(&said);
    assert!(said.contains(file) && said.ends_with('.'), "{said}");
    if let Fault::Position { .. } = *refusal.fault {
        let place = &refusal.place;
        assert!(
            place.feature_number().is_some() && place.ring_number().is_some(),
            "{said}"
        );
    }
}

/// Holds a layer to what its types say, and goes on to what import makes of it.
fn layer_is_sound(layer: SourceLayer, file: &str) {
    assert!(!layer.features.is_empty() && layer.file == file);
    let mut last = 0;
    for feature in &layer.features {
        assert!(feature.number > last, "features out of order");
        last = feature.number;
        let unknown = feature
            .attributes
            .keys()
            .find(|c| !layer.columns.contains(c));
        assert!(unknown.is_none(), "{unknown:?} is no column");
        for polygon in &feature.polygons {
            assert!(!polygon.is_empty(), "a polygon without rings");
            for [lon, lat] in polygon.iter().flatten() {
                let on_earth = (-180.0..=180.0).contains(lon) && (-90.0..=90.0).contains(lat);
                assert!(on_earth, "{lon} {lat}");
            }
        }
    }
    match communes(layer) {
        Ok(communes) => repairs(&communes, file),
        Err(refusal) => is_refusal(&refusal, file),
    }
}

/// Makes one coverage of the communes, or says why not.
fn repairs(communes: &Communes, file: &str) {
    let polygons = communes.rows.iter().flat_map(|row| &row.polygons);
    if polygons.flatten().map(Vec::len).sum::<usize>() > MOST {
        return;
    }
    let name: Arc<str> = file.into();
    let mut labels: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &communes.rows {
        labels.insert(&row.code, 0);
    }
    for (number, label) in (0..).zip(labels.values_mut()) {
        *label = number;
    }
    let faces: Vec<RawFace> = communes
        .rows
        .iter()
        .map(|row| RawFace {
            file: Arc::clone(&name),
            code: row.code.clone(),
            nom: row.nom.clone(),
            feature: row.number,
            label: labels[&*row.code],
            polygons: row.polygons.clone(),
        })
        .collect();
    // As communes are read, and as coarse as can be: what would be refused is then settled.
    let coarse = Rules {
        sliver: 1e12,
        keep_all: false,
    };
    for rules in [repair::STRICT, coarse] {
        match repair::coverage(file, &faces, rules) {
            Ok((settled, report)) => {
                assert!(report.notes.len() <= repair::MAX_NOTES);
                coverage::of_polygons(&settled, labels.len());
            }
            Err(refusal) => is_sentence(&refusal.to_string()),
        }
    }
}
