//! `GET /api/v1/recherche`: what the search box proposes.

use super::{Server, Value};

fn search(query: &str) -> Vec<Value> {
    let answer = Server::shared().json(&format!("/api/v1/recherche?{query}"));
    answer["resultats"].as_array().unwrap().clone()
}

fn names(found: &[Value]) -> Vec<&str> {
    found.iter().map(|r| r["nom"].as_str().unwrap()).collect()
}

#[test]
fn a_name_finds_its_commune_first_then_what_is_named_after_it() {
    let found = search("q=pau");
    assert_eq!(
        (&found[0]["nom"], &found[0]["code"]),
        (&"Pau".into(), &"64445".into())
    );
    assert_eq!(found[0]["reponse"], "oui");
    assert_eq!(found[0]["territoire"]["code"], "ti-7510");
    assert_eq!(found[0]["surlignes"], serde_json::json!([[0, 3]]));
    let all = names(&found);
    assert!(
        all.contains(&"Lacq – Pau – Tarbes") && all.contains(&"CA Pau Béarn Pyrénées"),
        "{all:?}"
    );
}

#[test]
fn accents_dashes_capitals_and_one_slip_do_not_matter() {
    for (query, name) in [
        ("q=L%27HAY%20LES%20ROSES", "L’Haÿ-les-Roses"),
        ("q=saint%20etienne", "Saint-Étienne"),
        ("q=tarbes%20lacq", "Lacq – Pau – Tarbes"),
        ("q=64445", "Pau"),
        ("q=64000", "Pau"),
        ("q=200067254", "CA Pau Béarn Pyrénées"),
        ("q=ti-7510", "Lacq – Pau – Tarbes"),
        ("q=Saint-Denis%2093", "Saint-Denis"),
        ("q=75013%20paris", "Paris"),
    ] {
        let found = search(query);
        assert_eq!(
            names(&found).first(),
            Some(&name),
            "{query}: {:?}",
            names(&found)
        );
    }
    // A slip finds what begins so, the most populous first: the town stands among them.
    let slip = search("q=bordaux");
    assert!(names(&slip).contains(&"Bordeaux"), "{:?}", names(&slip));
    let saint_denis = search("q=saint-denis%20974");
    assert_eq!(saint_denis[0]["code"], "97411");
}

#[test]
fn the_most_populous_come_first_and_no_more_than_asked_for() {
    let found = search("q=p&limite=50");
    assert_eq!(found.len(), 50);
    let communes = found
        .iter()
        .filter(|r| r["type"] == "commune" && r["surlignes"] == serde_json::json!([[0, 1]]));
    let populations: Vec<u64> = communes
        .map(|r| r["population"].as_u64().unwrap())
        .collect();
    assert!(
        populations.windows(2).all(|w| w[0] >= w[1]),
        "{populations:?}"
    );
    assert_eq!(search("q=saint&limite=3").len(), 3);
}

#[test]
fn what_finds_nothing_is_an_empty_list_and_what_is_wrong_a_problem() {
    for query in ["q=zzzzzz", "q=%20", "q=%27", "q=%F0%9F%98%80"] {
        assert_eq!(search(query), Vec::<Value>::new(), "{query}");
    }
    let server = Server::shared();
    for (query, parameter) in [
        ("", "q"),
        ("q=", "q"),
        ("q=pau&limite=0", "limite"),
        ("q=pau&limite=51", "limite"),
        ("q=pau&phase=temps-9", "phase"),
        ("q=pau&x=1", "x"),
    ] {
        let problem = server.problem(&format!("/api/v1/recherche?{query}"), 400);
        assert_eq!(problem["parametre"], parameter, "{query}");
    }
    let long: String = "a".repeat(300);
    server.problem(&format!("/api/v1/recherche?q={long}"), 400);
}
