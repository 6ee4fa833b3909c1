//! Postcodes and communes, against the file they come from.

use std::collections::{BTreeMap, BTreeSet};

use territoires::atlas::membership::Standing;
use territoires::domain::administrative::PassageKind;
use territoires::domain::codes::{CodePostal, CommuneCode};

use super::ATLAS;

/// The communes of each postcode by a plain walk through the tables: those of today and those of arrondissements.
fn by_postcode() -> BTreeMap<CodePostal, BTreeSet<CommuneCode>> {
    let city: BTreeMap<CommuneCode, CommuneCode> = ATLAS
        .places
        .passages()
        .filter(|p| p.kind == PassageKind::Arrondissement)
        .map(|p| (p.code, p.actuelle))
        .collect();
    let mut found: BTreeMap<CodePostal, BTreeSet<CommuneCode>> = BTreeMap::new();
    for &(postcode, code) in &ATLAS.tables.postcodes {
        let code = city.get(&code).copied().unwrap_or(code);
        if ATLAS.places.current(code).is_some() {
            found.entry(postcode).or_default().insert(code);
        }
    }
    found
}

#[test]
fn a_postcode_gives_todays_communes_in_order_and_each_commune_gives_it_back() {
    let expected = by_postcode();
    assert_eq!(expected.len(), 6310);
    for (postcode, codes) in &expected {
        let places = ATLAS.places.with_postcode(*postcode);
        let found: Vec<CommuneCode> = places
            .iter()
            .map(|p| ATLAS.places.commune(*p).code)
            .collect();
        assert!(found.iter().eq(codes), "{postcode}: {found:?}");
        for place in places {
            let back = ATLAS.places.postcodes(*place);
            assert!(back.contains(postcode) && back.is_sorted(), "{postcode}");
        }
    }
    assert!(
        ATLAS
            .places
            .with_postcode("00000".parse().unwrap())
            .is_empty()
    );
}

#[test]
fn about_one_postcode_in_ten_is_part_in_and_part_out() {
    let phase = ATLAS.current_phase();
    let membership = &ATLAS.edition(phase, None).unwrap().membership;
    let split = by_postcode()
        .keys()
        .filter(|code| {
            let standings: Vec<&Standing> = ATLAS
                .places
                .with_postcode(**code)
                .iter()
                .map(|p| membership.of(*p))
                .collect();
            let out = standings.iter().filter(|s| ***s == Standing::Out).count();
            let mixed = standings.iter().any(|s| matches!(s, Standing::Mixed(_)));
            mixed || (out > 0 && out < standings.len())
        })
        .count();
    assert_eq!(split, 601);
}

#[test]
fn every_former_commune_has_a_name() {
    for passage in ATLAS.places.passages() {
        assert!(!passage.nom.is_empty(), "{}", passage.code);
    }
}
