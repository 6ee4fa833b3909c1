//! The contract's own description, for programs and for people.

use super::{Server, Value, has};

/// Every GET operation: its path, what it says of itself.
fn operations(contract: &Value) -> Vec<(String, Value)> {
    let paths = contract["paths"].as_object().unwrap();
    paths
        .iter()
        .filter(|(_, methods)| methods.get("get").is_some())
        .map(|(path, methods)| (path.clone(), methods["get"].clone()))
        .collect()
}

fn contract() -> Value {
    Server::shared().json("/api/v1/openapi.json")
}

#[test]
fn the_contract_is_openapi_3_1_and_names_every_resource() {
    let contract = contract();
    assert!(contract["openapi"].as_str().unwrap().starts_with("3.1."));
    let paths: Vec<&String> = contract["paths"].as_object().unwrap().keys().collect();
    for path in [
        "/api/v1/appartenance",
        "/api/v1/phases",
        "/api/v1/territoires",
        "/api/v1/territoires/{phase}/{id}",
        "/api/v1/communes",
        "/api/v1/communes/{code}",
        "/api/v1/epci/{siren}",
        "/api/v1/perimetres",
    ] {
        assert!(paths.iter().any(|p| *p == path), "{path}: {paths:?}");
    }
    // Nothing refers to what is not there.
    let text = contract.to_string();
    for name in text.split("\"#/components/schemas/").skip(1) {
        let name = name.split('"').next().unwrap();
        assert!(
            contract["components"]["schemas"].get(name).is_some(),
            "{name}"
        );
    }
}

#[test]
fn every_example_of_the_contract_works() {
    let server = Server::shared();
    let mut tried = 0;
    for (path, operation) in operations(&contract()) {
        let examples = operation["parameters"].as_array().into_iter().flatten();
        for example in examples
            .map(|p| &p["x-exemple"])
            .chain([&operation["x-exemple"]])
        {
            let address = example
                .as_str()
                .unwrap_or_else(|| panic!("{path}: no example"));
            let reply = server.get(address);
            assert_eq!(reply.status, 200, "{address}: {}", reply.text());
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn the_parameters_of_the_contract_are_those_there_are() {
    let server = Server::shared();
    for (path, operation) in operations(&contract()) {
        let address = operation["x-exemple"].as_str().unwrap();
        let mark = if address.contains('?') { '&' } else { '?' };
        let problem = server.problem(&format!("{address}{mark}inconnu=1"), 400);
        let said = problem["detail"].as_str().unwrap();
        let none = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&none);
        if !parameters.iter().any(|p| p["in"] == "query") {
            assert!(
                said.ends_with("cette adresse n’en a aucun."),
                "{path}: {said}"
            );
            continue;
        }
        let known = said
            .trim_end_matches('.')
            .rsplit([':', '\u{a0}'])
            .next()
            .unwrap();
        let mut known: Vec<&str> = known.split(", ").map(str::trim).collect();
        let mut described: Vec<&str> = parameters
            .iter()
            .filter(|p| p["in"] == "query")
            .map(|p| p["name"].as_str().unwrap())
            .collect();
        known.sort_unstable();
        described.sort_unstable();
        assert_eq!(known, described, "{path}");
    }
}

#[test]
fn the_page_for_people_has_every_operation_and_only_links_that_work() {
    let server = Server::shared();
    let reply = server.get("/docs");
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    let page = reply.text();
    has(
        &page,
        &["<html lang=\"fr\"", "<title>", "name=\"viewport\""],
    );
    for inline in ["<script", "<style", " style=\"", " onclick"] {
        assert!(!page.contains(inline), "{inline}");
    }
    for (path, operation) in operations(&contract()) {
        has(
            &page,
            &[
                &path,
                operation["summary"]
                    .as_str()
                    .map(super::plain)
                    .unwrap()
                    .as_str(),
            ],
        );
    }
    let mut links = 0;
    for link in page.split("href=\"").skip(1) {
        let link = link.split('"').next().unwrap().replace("&amp;", "&");
        match link.strip_prefix('#') {
            Some(id) => assert!(page.contains(&format!("id=\"{id}\"")), "{link}"),
            None => assert_eq!(server.get(&link).status, 200, "{link}"),
        }
        links += 1;
    }
    assert!(links > 40, "{links}");
    let style = server.get("/assets/api.css");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    has(&style.text(), &["prefers-color-scheme:dark"]);
}
