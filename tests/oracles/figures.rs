//! What was published about the programme.

use std::collections::BTreeSet;

use territoires::atlas::territories::ResolvedEdition;
use territoires::domain::programme::{Edition, Evolution, MembreCode};

use super::ATLAS;

fn edition(phase: &str, id: &str) -> (&'static Edition, &'static ResolvedEdition) {
    let phase = ATLAS.phase(phase).unwrap();
    let resolved = ATLAS.edition(phase, Some(id)).unwrap();
    (ATLAS.declared(phase, resolved).1, resolved)
}

fn latest() -> (&'static Edition, &'static ResolvedEdition) {
    edition("temps-2", "2024-07-04")
}

#[test]
fn every_list_has_its_territories_and_every_member_resolves() {
    for (phase, id, territories, members) in [
        ("temps-1", "2023-08-02", 149, 588),
        ("temps-2", "2023-11-14", 183, 630),
        ("temps-2", "2024-07-04", 183, 641),
    ] {
        let (edition, resolved) = edition(phase, id);
        assert_eq!(edition.territoires.len(), territories, "{phase} {id}");
        let count: usize = edition.territoires.iter().map(|t| t.membres.len()).sum();
        assert_eq!(count, members, "{phase} {id}");
        assert_eq!(resolved.membership.unresolved(), [], "{phase} {id}");
        assert_eq!(resolved.membership.lost(), [], "{phase} {id}");
        assert_eq!(resolved.membership.disputed(), [], "{phase} {id}");
    }
}

#[test]
fn the_latest_list_has_626_epci_3_ept_and_12_single_communes() {
    let kinds = |kind: fn(&MembreCode) -> bool| {
        latest()
            .0
            .territoires
            .iter()
            .flat_map(|t| &t.membres)
            .filter(|m| kind(&m.code))
            .count()
    };
    assert_eq!(kinds(|c| matches!(c, MembreCode::Epci(_))), 626);
    assert_eq!(kinds(|c| matches!(c, MembreCode::Ept(_))), 3);
    assert_eq!(kinds(|c| matches!(c, MembreCode::Commune(_))), 12);
}

#[test]
fn exactly_29_territories_have_no_commune_of_the_first_phase() {
    for id in ["2023-11-14", "2024-07-04"] {
        let (_, resolved) = edition("temps-2", id);
        let new = resolved
            .facts
            .iter()
            .filter(|f| f.evolution == Some(Evolution::Nouveau));
        assert_eq!(new.count(), 29, "{id}");
    }
}

#[test]
fn exactly_three_territories_are_interregional() {
    let (edition, resolved) = latest();
    let names: Vec<&str> = edition
        .territoires
        .iter()
        .zip(&resolved.facts)
        .filter(|(_, f)| f.interregional)
        .map(|(t, _)| t.nom.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "Vallée de la Bresle – Vimeu",
            "Lacq – Pau – Tarbes",
            "Aurillac – Figeac – Rodez"
        ]
    );
}

/// The annex of the press kit of 9 November 2023, as printed, each name with the id it stands for.
#[test]
fn the_departements_printed_in_the_press_kit_are_among_those_computed() {
    let (edition, resolved) = edition("temps-2", "2023-11-14");
    let mut reader = csv::Reader::from_reader(&include_bytes!("annexe-2023-11-09.csv")[..]);
    let mut printed = BTreeSet::new();
    for row in reader.records() {
        let row = row.unwrap();
        let (departement, nom, id) = (&row[0], &row[1], &row[2]);
        let at = edition.territoires.iter().position(|t| t.id == id).unwrap();
        let computed: Vec<&str> = resolved.facts[at]
            .departements
            .iter()
            .map(territoires::domain::codes::ShortCode::as_str)
            .collect();
        assert!(
            computed.contains(&departement),
            "{nom}: {departement} printed, {computed:?}"
        );
        printed.insert(id.to_owned());
    }
    // « Terres de Cannes et Industries d'Avenir » is missing in the annex.
    assert_eq!(printed.len(), 182);
}

#[test]
fn lacq_pau_tarbes_is_one_perimeter_over_two_departements_from_11_epci() {
    let (edition, resolved) = latest();
    let at = edition
        .territoires
        .iter()
        .position(|t| t.id == "ti-7510")
        .unwrap();
    assert_eq!(edition.territoires[at].membres.len(), 11);
    assert!(
        edition.territoires[at]
            .membres
            .iter()
            .all(|m| matches!(m.code, MembreCode::Epci(_)))
    );
    let departements: Vec<&str> = resolved.facts[at]
        .departements
        .iter()
        .map(territoires::domain::codes::ShortCode::as_str)
        .collect();
    assert_eq!(departements, ["64", "65"]);
    let (chart, level) = ATLAS.level("temps-2").unwrap();
    assert_eq!(chart.levels[level].perimeters[at].polygons.len(), 1);
}

#[test]
fn the_atlas_has_no_fault() {
    let report = ATLAS.check();
    assert_eq!(report.faults, Vec::<String>::new());
}
