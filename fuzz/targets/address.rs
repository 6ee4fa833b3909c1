//! An address as people write it.

use territoires::address::{Candidate, Outcome};

use crate::app;

/// Finds its town, and answers for it in each phase.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let app = app();
    let read = app.gazetteer.resolve(&text);
    match &read.outcome {
        Outcome::Certain(town) => exists(town),
        Outcome::Ambiguous(towns) => {
            assert!(!towns.is_empty(), "ambiguous between nothing");
            towns.iter().for_each(exists);
            let falls = towns.windows(2).all(|two| two[0].score >= two[1].score);
            assert!(falls, "a likelier town comes after");
        }
        Outcome::Unknown => {}
    }
    let lecture = &read.lecture;
    for part in [
        &lecture.numero,
        &lecture.voie,
        &lecture.code_postal,
        &lecture.ville,
    ] {
        assert!(
            part.as_ref().is_none_or(|p| !p.trim().is_empty()),
            "an empty part"
        );
    }
    for phase in 0..app.atlas.tables.phases.len() {
        let question = app.atlas.question(phase, None).unwrap();
        let answer = app.answer_address(question, &text);
        super::is_sentence(&answer.explication);
        assert!(answer.territoire.is_none() || answer.commune.is_some());
    }
}

fn exists(town: &Candidate) {
    assert!((0.0..=1.0).contains(&town.score), "{town:?}");
    let places = &app().atlas.places;
    assert!(places.current(town.today).is_some(), "{town:?}");
    assert!(places.named(town.code).is_some(), "{town:?}");
    assert!(!town.libelle.is_empty(), "{town:?}");
}
