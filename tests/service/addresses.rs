//! `GET /api/v1/appartenance` for addresses, postcodes and intercommunalités, and how far borders are.

use super::{Server, Value, has, plain};

fn ask(parameter: &str, value: &str) -> Value {
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    Server::shared().json(&format!("/api/v1/appartenance?{parameter}={value}"))
}

fn commune(answer: &Value) -> &str {
    answer["commune"]["code"].as_str().unwrap_or("none")
}

#[test]
fn an_address_is_found_however_it_is_written() {
    for (text, code) in [
        ("Place Royale, 64000 Pau", "64445"),
        ("PLACE ROYALE 64000 PAU", "64445"),
        ("place royale\n64000 pau\nFrance", "64445"),
        ("12 bis av. du Gal de Gaulle 93200 ST DENIS", "93066"),
        ("1 rue de l'Eglise 76600 LE HAVRE", "76351"),
        ("BP 50, 64002 PAU CEDEX", "64445"),
        ("75013 Paris", "75056"),
        ("3 quai X, 69003 Lyon 3e Arrondissement", "69123"),
        ("20090 Ajaccio", "2A004"),
        ("97400 St-Denis", "97411"),
        ("L HAY LES ROSES 94240", "94038"),
        ("Neuilly s/ Seine 92200", "92051"),
        ("64000 Pua", "64445"),
    ] {
        let answer = ask("adresse", text);
        assert_eq!(commune(&answer), code, "{text}: {answer}");
        assert_eq!(answer["base"], "adresse", "{text}");
        let found = &answer["geocodage"];
        assert_eq!(found["type"], "commune", "{text}");
        assert!(
            found["score"].as_f64().is_some_and(|s| s > 0.5 && s <= 1.0),
            "{text}"
        );
        assert!(
            found["lon"].is_f64() && found["lat"].is_f64(),
            "{text}: {found}"
        );
    }
}

#[test]
fn the_parts_that_were_read_are_said() {
    let answer = ask("adresse", "12 bis rue de la République, 64000 Pau");
    let read = &answer["geocodage"]["lecture"];
    assert_eq!(read["numero"], "12 bis", "{read}");
    assert_eq!(read["voie"], "rue de la République");
    assert_eq!(read["codePostal"], "64000");
    assert_eq!(read["ville"], "Pau");
}

#[test]
fn where_two_towns_fit_the_answer_is_uncertain_and_names_them() {
    let answer = ask("adresse", "rue de la Gare, Saint-Denis");
    assert_eq!(answer["reponse"], "incertain");
    let candidates = answer["candidats"].as_array().unwrap();
    let codes: Vec<&str> = candidates.iter().map(commune).collect();
    assert!(
        codes.contains(&"93066") && codes.contains(&"97411"),
        "{codes:?}"
    );
    for candidate in candidates {
        assert!(["oui", "non", "incertain"].contains(&candidate["reponse"].as_str().unwrap()));
    }
    // The name of one town with the postcode of another: neither is believed.
    let answer = ask("adresse", "1 rue X, 64000 Tarbes");
    assert_eq!(answer["reponse"], "incertain", "{answer}");
}

#[test]
fn a_slip_without_a_postcode_is_never_taken_for_sure() {
    let answer = ask("adresse", "Levallois-Perrett");
    assert_eq!(answer["reponse"], "incertain", "{answer}");
    let only = &answer["candidats"][0];
    assert_eq!(commune(only), "92044", "{answer}");
    has(answer["explication"].as_str().unwrap(), &["peut-être"]);
}

#[test]
fn a_text_that_names_nothing_is_uncertain_without_a_candidate() {
    for text in [
        "qsdfghjklm",
        "12",
        "boulevard",
        "😀",
        "%00",
        "'; DROP TABLE communes; --",
    ] {
        let answer = ask("adresse", text);
        assert_eq!(answer["reponse"], "incertain", "{text}: {answer}");
        assert_eq!(
            answer["candidats"],
            Value::Array(Vec::new()),
            "{text}: {answer}"
        );
    }
}

#[test]
fn a_postcode_that_is_part_in_and_part_out_is_uncertain() {
    let one = ask("codePostal", "64000");
    assert_eq!((&one["reponse"], commune(&one)), (&"oui".into(), "64445"));
    let answer = ask("codePostal", "01090");
    let replies: Vec<&str> = answer["candidats"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["reponse"].as_str().unwrap())
        .collect();
    assert_eq!(answer["base"], "codePostal");
    if answer["reponse"] == "incertain" {
        assert!(
            replies.contains(&"oui") && replies.contains(&"non"),
            "{replies:?}"
        );
    }
}

#[test]
fn an_epci_or_an_ept_answers_by_itself() {
    let answer = ask("epci", "200067254");
    assert_eq!(answer["reponse"], "oui");
    assert_eq!(answer["membre"]["code"], "200067254");
    // The Métropole du Grand Paris: in by three of its EPT only.
    let answer = ask("epci", "200054781");
    assert_eq!(answer["reponse"], "incertain", "{}", answer["explication"]);
    has(
        &plain(answer["explication"].as_str().unwrap()),
        &["communes"],
    );
}

#[test]
fn distances_to_the_border_are_positive_inside_and_negative_outside() {
    let server = Server::shared();
    let inside = server.json("/api/v1/appartenance?lon=-0.3708&lat=43.2951");
    assert!(
        inside["distanceLimiteM"]
            .as_i64()
            .is_some_and(|m| m > 10_000),
        "{inside}"
    );
    assert!(inside["plusProche"].is_null());
    let outside = server.json("/api/v1/appartenance?lon=-1.17&lat=44.65");
    let metres = outside["plusProche"]["distanceM"].as_i64().unwrap();
    assert_eq!(outside["distanceLimiteM"].as_i64(), Some(-metres));
    assert_eq!(outside["plusProche"]["id"], "ti-7504");
    // A commune has no distance to a border, but a nearest territory where it is in none.
    let commune = server.json("/api/v1/appartenance?commune=33009");
    assert!(commune["distanceLimiteM"].is_null());
    assert_eq!(commune["plusProche"]["id"], "ti-7504", "{commune}");
}
