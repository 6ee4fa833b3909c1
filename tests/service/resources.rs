//! The resources of the contract: territories, communes, EPCI, unions.

use super::{Method, Reply, Server, Value, assert_guarded, assert_problem, gunzipped, has, json};

const TERRITOIRES: &str = "/api/v1/territoires";
const COMMUNES: &str = "/api/v1/communes";
const PERIMETRES: &str = "/api/v1/perimetres";

fn get(path: &str) -> Value {
    Server::shared().json(path)
}

fn list(query: &str) -> Vec<Value> {
    let found = get(&format!("{TERRITOIRES}?{query}"));
    let all = found["territoires"].as_array().unwrap().clone();
    assert_eq!(found["nombre"], all.len(), "{query}");
    all
}

fn ids(query: &str) -> Vec<String> {
    let all = list(query);
    all.iter().map(|t| text(&t["id"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn texts(list: &Value, member: &str) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|v| text(&v[member]))
        .collect()
}

fn post(body: &str, kind: &str) -> Reply {
    let server = Server::shared();
    let request = ureq::http::Request::post(format!("{}{PERIMETRES}", server.base))
        .header("content-type", kind)
        .body(body.to_owned())
        .unwrap();
    let mut response = server.agent.run(request).unwrap();
    let body = response
        .body_mut()
        .with_config()
        .limit(64 << 20)
        .read_to_vec();
    Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: body.unwrap(),
    }
}

/// The union of some members.
fn union(members: &[&str]) -> Value {
    let reply = post(
        &json!({ "membres": members }).to_string(),
        "application/json",
    );
    assert_eq!(reply.status, 200, "{members:?}: {}", reply.text());
    assert_eq!(reply.header("content-type"), "application/geo+json");
    assert_guarded(&reply, PERIMETRES);
    reply.json()
}

/// Rings close, turn as RFC 7946 wants, and lie in the box.
fn assert_outline(feature: &Value) {
    assert_eq!(feature["type"], "Feature");
    let geometry = &feature["geometry"];
    let polygons = match geometry["type"].as_str() {
        Some("Polygon") => vec![geometry["coordinates"].clone()],
        Some("MultiPolygon") => geometry["coordinates"].as_array().unwrap().clone(),
        other => panic!("{other:?}"),
    };
    let degrees = |v: &Value| v.as_f64().unwrap();
    let bbox: Vec<f64> = feature["bbox"]
        .as_array()
        .unwrap()
        .iter()
        .map(degrees)
        .collect();
    for polygon in &polygons {
        for (i, ring) in polygon.as_array().unwrap().iter().enumerate() {
            let ring: Vec<[f64; 2]> = ring
                .as_array()
                .unwrap()
                .iter()
                .map(|p| [degrees(&p[0]), degrees(&p[1])])
                .collect();
            assert_eq!(ring.first(), ring.last());
            let doubled: f64 = ring
                .windows(2)
                .map(|w| w[0][0] * w[1][1] - w[1][0] * w[0][1])
                .sum();
            assert_eq!(doubled > 0.0, i == 0, "ring {i}");
            for [x, y] in ring {
                assert!(bbox[0] <= x && x <= bbox[2] && bbox[1] <= y && y <= bbox[3]);
            }
        }
    }
}

#[test]
fn the_list_has_every_territory_of_the_phase_in_the_order_of_french_names() {
    let all = list("");
    assert_eq!(all.len(), 183);
    for member in [
        "phase",
        "id",
        "nom",
        "region",
        "regions",
        "departements",
        "interregional",
        "evolution",
        "predecesseurs",
        "membres",
        "communes",
        "population",
        "superficieKm2",
        "bbox",
        "centre",
        "soutienAnimationEuros",
        "rebondIndustriel",
        "rebondIndustrielComplet",
    ] {
        assert!(all.iter().all(|t| t.get(member).is_some()), "{member}");
    }
    let names: Vec<String> = all.iter().map(|t| text(&t["nom"])).collect();
    let place = |name: &str| names.iter().position(|n| n == name).unwrap();
    assert!(place("Albert – Amiens") < place("Alençon"));
    assert!(place("Alès") < place("Alsace Centrale"), "{names:?}");
    for (evolution, count) in [("nouveau", 29), ("identique", 74), ("reconfigure", 80)] {
        assert_eq!(
            ids(&format!("evolution={evolution}")).len(),
            count,
            "{evolution}"
        );
    }
    let source = &get(TERRITOIRES)["source"];
    assert_eq!(source["edition"], "2024-07-04");
    assert_eq!(
        (&source["cog"], &source["cogCommunes"]),
        (&json!(2023), &json!(2026))
    );
    has(
        source["attribution"].as_str().unwrap(),
        &["ANCT", "IGN", "INSEE"],
    );
}

#[test]
fn the_first_phase_has_no_evolution_and_no_support() {
    let all = list("phase=temps-1");
    assert_eq!(all.len(), 149);
    for t in &all {
        assert!(
            t["evolution"].is_null() && t["soutienAnimationEuros"].is_null(),
            "{t}"
        );
    }
    assert!(ids("phase=temps-1&evolution=nouveau").is_empty());
}

#[test]
fn a_region_or_departement_is_named_by_its_code_or_its_name() {
    for (code, name) in [
        ("region=75", "region=NOUVELLE%20aquitaine"),
        ("departement=29", "departement=finistere"),
    ] {
        assert_eq!(ids(code), ids(name));
        assert!(!ids(code).is_empty());
    }
    // Interregional: in both.
    for region in ["region=75", "region=occitanie"] {
        assert!(ids(region).contains(&"ti-7510".to_owned()), "{region}");
    }
    assert_eq!(ids("region=75&q=pau"), ["ti-7510"]);
    assert_eq!(ids("q=ti-7510"), ["ti-7510"]);
    assert!(
        ids("q=%C2%AB%20%C2%BB").is_empty(),
        "no letter, no territory"
    );
    let server = Server::shared();
    for (query, status, parameter) in [
        ("region=Lune", 404, None),
        ("departement=99", 404, None),
        ("evolution=disparu", 400, Some("evolution")),
        ("phase=temps-3", 400, Some("phase")),
        ("format=xml", 400, Some("format")),
        ("q=", 400, Some("q")),
        ("page=2", 400, Some("page")),
    ] {
        let problem = server.problem(&format!("{TERRITOIRES}?{query}"), status);
        assert_eq!(
            problem.get("parametre").and_then(Value::as_str),
            parameter,
            "{query}"
        );
    }
}

#[test]
fn a_territory_lists_its_communes_and_adds_up() {
    let t = get("/api/v1/territoires/temps-2/ti-8402");
    let communes = t["communesListe"].as_array().unwrap();
    assert_eq!(t["communes"], communes.len());
    let members: Vec<String> = texts(&t["membres"], "code");
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    let mut own: Vec<String> = members
        .iter()
        .flat_map(|siren| texts(&get(&format!("/api/v1/epci/{siren}"))["communes"], "code"))
        .collect();
    let mut listed = texts(&t["communesListe"], "code");
    own.sort();
    listed.sort();
    assert_eq!(own, listed);
    let united = union(&members)["properties"].clone();
    for member in [
        "population",
        "superficieKm2",
        "bbox",
        "communes",
        "soutienAnimationEuros",
    ] {
        assert_eq!(united[member], t[member], "{member}");
    }
    assert_eq!(t["soutienAnimationEuros"], 30000);
    assert_eq!(t["rebondIndustrielComplet"], false);
    assert_eq!(t["rebondIndustriel"][0]["date"], "2023-11-09");
    assert_eq!(
        get("/api/v1/territoires/temps-2/ti-7510")["soutienAnimationEuros"],
        40000
    );
}

#[test]
fn an_id_names_a_territory_only_together_with_its_phase() {
    let name = |phase: &str| text(&get(&format!("{TERRITOIRES}/{phase}/ti-1104"))["nom"]);
    has(&name("temps-1"), &["Orly"]);
    has(&name("temps-2"), &["Roissy"]);
    let server = Server::shared();
    for (path, word) in [
        ("/api/v1/territoires/temps-2/ti-9999", "ti-9999"),
        ("/api/v1/territoires/temps-9/ti-7510", "temps-1, temps-2"),
    ] {
        let problem = server.problem(path, 404);
        has(problem["detail"].as_str().unwrap(), &[word]);
    }
}

/// The press kit counts intercommunalités; the twelve single communes belong to few.
#[test]
fn communes_that_are_members_by_themselves_count_through_their_epci() {
    let t = get("/api/v1/territoires/temps-2/ti-7506");
    let single = texts(&t["membres"], "type")
        .iter()
        .filter(|k| *k == "commune")
        .count();
    assert_eq!(single, 11);
    assert!(t["intercommunalites"].as_u64().unwrap() <= 10, "{t}");
}

#[test]
fn a_table_has_one_line_for_each_territory_and_says_where_it_comes_from() {
    let reply = Server::shared().get(&format!("{TERRITOIRES}?format=csv"));
    assert_eq!(
        reply.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    let mut table = csv::Reader::from_reader(&reply.body[..]);
    let columns = table.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|c| c == name).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 183);
    let row = rows.iter().find(|r| &r[at("id")] == "ti-7510").unwrap();
    for (column, value) in [
        ("nom", "Lacq – Pau – Tarbes"),
        ("interregional", "oui"),
        ("departements", "64 65"),
        ("soutien_animation_euros", "40000"),
        ("edition", "2024-07-04"),
        ("cog", "2023"),
        ("licence", "Licence Ouverte 2.0"),
    ] {
        assert_eq!(&row[at(column)], value, "{column}");
    }
    let communes = Server::shared().get(&format!("{COMMUNES}?codePostal=64000&format=csv"));
    has(
        &communes.text(),
        &[
            "code,nom,",
            "64445,Pau,",
            "oui,ti-7510,200067254",
            "Licence Ouverte",
        ],
    );
}

#[test]
fn geojson_has_the_true_outlines_and_the_same_fields() {
    let server = Server::shared();
    let of = |path: &str| {
        let reply = server.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(
            reply.header("content-type"),
            "application/geo+json",
            "{path}"
        );
        reply.json()
    };
    for path in [
        "/api/v1/territoires/temps-2/ti-7510",
        "/api/v1/communes/64445",
        "/api/v1/epci/200067254",
    ] {
        let feature = of(&format!("{path}?format=geojson"));
        assert_outline(&feature);
        assert_eq!(feature["properties"], get(path), "{path}");
    }
    let all = of("/api/v1/territoires?departement=29&format=geojson");
    assert_eq!(all["type"], "FeatureCollection");
    assert_eq!(all["source"]["licence"], "Licence Ouverte 2.0");
    let features = all["features"].as_array().unwrap();
    features.iter().for_each(assert_outline);
    let properties: Vec<Value> = features.iter().map(|f| f["properties"].clone()).collect();
    assert_eq!(properties, list("departement=29"));
}

#[test]
fn a_commune_says_where_it_is_and_whose_it_is() {
    let pau = get("/api/v1/communes/64445");
    let expected = json!({
        "code": "64445", "nom": "Pau", "actuelle": true, "nature": null, "devenue": [],
        "departement": { "code": "64", "nom": "Pyrénées-Atlantiques" },
        "region": { "code": "75", "nom": "Nouvelle-Aquitaine" },
        "epci": { "code": "200067254", "nom": "CA Pau Béarn Pyrénées" },
        "ept": null, "codesPostaux": ["64000"], "anciens": [],
    });
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(pau[member], *value, "{member}");
    }
    let answers = texts(&pau["appartenances"], "phase");
    assert_eq!(answers, ["temps-2", "temps-1"]);
    assert_eq!(pau["appartenances"][0]["territoire"]["id"], "ti-7510");
    assert_eq!(pau["appartenances"][0]["membre"]["code"], "200067254");
    let (lon, lat) = (&pau["centre"]["lon"], &pau["centre"]["lat"]);
    let there = get(&format!("{COMMUNES}?lon={lon}&lat={lat}"));
    assert_eq!(texts(&there["communes"], "code"), ["64445"]);
    let orly = get("/api/v1/communes/94054");
    assert_eq!(orly["ept"]["nom"], "Grand-Orly Seine Bièvre");
}

#[test]
fn a_code_that_was_says_what_became_of_it() {
    for (code, nature, today) in [
        ("75101", "arrondissement", "75056"),
        ("01039", "deleguee", "01138"),
        ("2b033", "", "2B033"),
    ] {
        let found = get(&format!("/api/v1/communes/{code}"));
        if nature.is_empty() {
            assert_eq!(
                (&found["code"], &found["actuelle"]),
                (&json!(today), &json!(true))
            );
            continue;
        }
        assert_eq!(
            (&found["actuelle"], &found["nature"]),
            (&json!(false), &json!(nature))
        );
        assert_eq!(texts(&found["devenue"], "code"), [today], "{code}");
        let now = get(&format!("/api/v1/communes/{today}"));
        assert!(
            texts(&now["anciens"], "code").contains(&code.to_owned()),
            "{now}"
        );
        assert_eq!(
            found["appartenances"][0]["reponse"],
            now["appartenances"][0]["reponse"]
        );
    }
    // Given up to two communes, as an old one and as a déléguée.
    let divided = get("/api/v1/communes/60455");
    assert_eq!(texts(&divided["devenue"], "code"), ["60054", "60694"]);
    assert!(divided["nature"].is_null(), "{divided}");
    let server = Server::shared();
    server.problem("/api/v1/communes/99999", 404);
    server.problem("/api/v1/communes/64", 400);
    server.problem("/api/v1/communes/64445?annee=2020", 400);
    server.problem("/api/v1/epci/999999999", 404);
    server.problem("/api/v1/epci/pau", 400);
}

#[test]
fn communes_are_found_by_name_postcode_and_point_the_likeliest_first() {
    let codes = |query: &str| texts(&get(&format!("{COMMUNES}?{query}"))["communes"], "code");
    assert_eq!(codes("q=saint%20etienne&limite=1"), ["42218"]);
    assert_eq!(codes("q=PAU&limite=1"), ["64445"]);
    assert_eq!(codes("codePostal=64000"), ["64445"]);
    assert_eq!(codes("lon=-0.3708&lat=43.2951"), ["64445"]);
    assert!(codes("lon=-30&lat=40").is_empty(), "the sea is no commune");
    assert!(codes("q=pau&codePostal=75001").is_empty(), "all must hold");
    assert_eq!(
        codes("limite=2"),
        ["75056", "13055"],
        "without a criterion the largest"
    );
    assert_eq!(codes("q=saint").len(), 20);
    assert!(
        get(&format!("{COMMUNES}?q=saint"))["nombre"]
            .as_u64()
            .unwrap()
            > 1000
    );
    let server = Server::shared();
    for (query, parameter) in [
        ("lon=1", "lat"),
        ("lat=45", "lon"),
        ("lon=200&lat=45", "lon"),
        ("codePostal=640", "codePostal"),
        ("limite=0", "limite"),
        ("limite=101", "limite"),
        ("limite=x", "limite"),
    ] {
        let problem = server.problem(&format!("{COMMUNES}?{query}"), 400);
        assert_eq!(problem["parametre"], parameter, "{query}");
    }
}

#[test]
fn an_epci_or_ept_has_its_communes_and_its_answers() {
    let pau = get("/api/v1/epci/200067254");
    assert_eq!(
        (&pau["type"], &pau["actuel"], &pau["cog"]),
        (&json!("CA"), &json!(true), &json!(2026))
    );
    assert_eq!(pau["communes"].as_array().unwrap().len(), 31);
    assert_eq!(pau["appartenances"][0]["territoire"]["id"], "ti-7510");
    assert_eq!(get("/api/v1/epci/200058790")["type"], "EPT");
}

#[test]
fn a_union_counts_duplicates_and_overlaps_once() {
    let alone = union(&["200067254"]);
    assert_outline(&alone);
    let epci = get("/api/v1/epci/200067254");
    let again = union(&["200067254", "64445", "64445", "200067254"]);
    for member in [
        "population",
        "superficieKm2",
        "communes",
        "bbox",
        "intercommunalites",
    ] {
        assert_eq!(
            alone["properties"][member], again["properties"][member],
            "{member}"
        );
    }
    assert_eq!(alone["geometry"], again["geometry"]);
    assert_eq!(alone["properties"]["population"], epci["population"]);
    assert_eq!(alone["properties"]["superficieKm2"], epci["superficieKm2"]);
    assert_eq!(
        texts(&again["properties"]["membres"], "code"),
        ["200067254", "64445"]
    );
    assert_eq!(
        again["properties"]["membres"][0]["nom"],
        "CA Pau Béarn Pyrénées"
    );
    // A former code stands for the commune of today, and says so.
    let former = union(&["75101"])["properties"].clone();
    assert_eq!(former["membres"][0]["code"], "75056");
    assert_eq!(former["membres"][0]["demande"], "75101");
    assert_eq!(former["source"]["licence"], "Licence Ouverte 2.0");
}

#[test]
fn a_union_is_connected_where_its_communes_touch() {
    for (members, connected, least_parts) in [
        // Neighbours; then with an island far away.
        (&["200067254", "200039204"][..], true, 1),
        (&["200067254", "29155"], false, 2),
        (&["64445", "2A004"], false, 2),
        // Two parts of one commune are not two communes.
        (&["13056"], true, 2),
    ] {
        let properties = union(members)["properties"].clone();
        assert_eq!(properties["connexe"], connected, "{members:?}");
        assert!(
            properties["parties"].as_u64().unwrap() >= least_parts,
            "{members:?}: {properties}"
        );
    }
}

#[test]
fn a_wrong_body_is_a_problem_that_says_what_would_work() {
    let long = json!({ "membres": vec!["64445"; 2001] }).to_string();
    let huge = format!("{{\"membres\":[\"{}\"]}}", "6".repeat(70_000));
    for (body, kind, status, words) in [
        (
            "{\"membres\":[\"64445\",\"00000\",\"abc\"]}",
            "application/json",
            400,
            "« 00000 », « abc »",
        ),
        ("{\"membres\":[]}", "application/json", 400, "vide"),
        (
            "{\"membres\":[64445]}",
            "application/json",
            400,
            "guillemets",
        ),
        ("membres", "application/json", 400, "ligne 1"),
        (&long, "application/json", 400, "2001 membres"),
        (&huge, "application/json", 413, "64 Kio"),
        (
            "{\"membres\":[\"64445\"]}",
            "text/plain",
            415,
            "application/json",
        ),
    ] {
        let reply = post(body, kind);
        assert_problem(&reply, status, words);
        has(&reply.text(), &[words, "\\\"membres\\\""]);
    }
    let get = Server::shared().get(PERIMETRES);
    assert_problem(&get, 405, PERIMETRES);
    assert_eq!(get.header("allow"), "POST");
    has(&get.text(), &["POST"]);
}

#[test]
fn documents_are_known_by_their_etag_and_compressed() {
    let server = Server::shared();
    for path in [
        "/api/v1/territoires",
        "/api/v1/territoires/temps-2/ti-7510?format=geojson",
        "/api/v1/communes/64445",
        "/api/v1/epci/200067254",
        "/api/v1/phases",
        "/api/v1/openapi.json",
        "/docs",
        "/mentions",
        "/territoires?region=Bretagne",
        "/territoires/temps-2/ti-7510",
        "/territoires/temps-2/ti-7510/carte.svg",
    ] {
        let whole = server.get(path);
        let (etag, kept) = (whole.header("etag"), whole.header("cache-control"));
        assert!(
            etag.starts_with("W/\"") && kept.contains("max-age"),
            "{path}: {etag} {kept}"
        );
        assert_guarded(&whole, path);
        let again = server.send(Method::GET, path, &[("if-none-match", etag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), etag, "{path}");
        let head = server.send(Method::HEAD, path, &[("accept-encoding", "identity")]);
        for name in ["content-type", "content-length", "etag", "cache-control"] {
            assert_eq!(head.header(name), whole.header(name), "{path}: {name}");
        }
        let (_, head, body) = server.raw(&format!(
            "GET {path} HTTP/1.0\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n"
        ));
        has(&head, &["content-encoding: gzip", "vary: accept-encoding"]);
        assert!(body.len() < whole.body.len(), "{path}");
        assert!(gunzipped(&body) == whole.body, "{path}");
        assert!(server.get(path).body == whole.body, "{path}");
    }
}

/// Two documents that are kept under one name would be taken for each other.
#[test]
fn what_is_kept_of_one_territory_is_not_given_for_another() {
    let server = Server::shared();
    let paths = [
        "/territoires/temps-2/ti-7510",
        "/territoires/temps-1/ti-7505",
        "/territoires/temps-2/ti-7510/carte.svg",
        "/territoires/temps-2/ti-7510/apercu.png",
        "/api/v1/territoires/temps-2/ti-7510",
        "/api/v1/territoires/temps-2/ti-7510?format=geojson",
        "/api/v1/territoires",
        "/api/v1/territoires?format=csv",
        "/api/v1/territoires?phase=temps-1",
        "/territoires",
        "/territoires?phase=temps-1",
        "/mentions",
        "/accessibilite",
    ];
    let ask = || paths.map(|path| server.get(path).body);
    let (first, again) = (ask(), ask());
    for (i, body) in first.iter().enumerate() {
        assert!(*body == again[i], "{}", paths[i]);
        assert!(!first[..i].contains(body), "{}", paths[i]);
    }
    let kept = server.get("/metrics").text();
    let kept = kept
        .lines()
        .find(|l| l.contains("cache_bytes{cache=\"reponses\"}"));
    let bytes: f64 = kept.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(bytes > 100_000.0, "{bytes}");
}

#[test]
fn the_phases_and_their_lists_are_told_the_latest_first() {
    let told = get("/api/v1/phases");
    let phases = told["phases"].as_array().unwrap();
    assert_eq!(told["nombre"], phases.len());
    let known: Vec<(String, String, u64)> = phases
        .iter()
        .map(|p| {
            let territoires = p["territoires"].as_u64().unwrap();
            (text(&p["id"]), text(&p["annees"]), territoires)
        })
        .collect();
    let expected = [("temps-2", "2023-2027", 183), ("temps-1", "2018-2022", 149)];
    let expected = expected.map(|(id, years, n)| (id.to_owned(), years.to_owned(), n));
    assert_eq!(known, expected);
    for phase in phases {
        let id = text(&phase["id"]);
        assert_eq!(list(&format!("phase={id}")).len(), phase["territoires"]);
        let editions = phase["editions"].as_array().unwrap();
        let dates: Vec<String> = editions.iter().map(|e| text(&e["id"])).collect();
        assert!(dates.is_sorted_by(|a, b| a > b), "{dates:?}");
        assert_eq!(editions[0]["territoires"], phase["territoires"]);
        // The name of an edition asks for it.
        let asked = get(&format!(
            "/api/v1/appartenance?commune=64445&phase={id}&edition={}",
            dates[0]
        ));
        assert_eq!(asked["source"]["edition"], dates[0]);
    }
    let reply = Server::shared().get("/api/v1/phases?phase=temps-2");
    assert_eq!(reply.status, 400);
}

#[test]
fn interregional_territories_are_asked_for_or_left_out() {
    let (all, over, within) = (ids(""), ids("interregional=oui"), ids("interregional=non"));
    assert_eq!(over.len(), 3);
    assert_eq!(over.len() + within.len(), all.len());
    assert!(over.iter().all(|id| !within.contains(id)));
    assert!(
        list("interregional=oui")
            .iter()
            .all(|t| t["interregional"] == true)
    );
    assert_eq!(ids("interregional=oui&q=lacq"), ["ti-7510"]);
    let reply = Server::shared().get(&format!("{TERRITOIRES}?interregional=peut-etre"));
    assert_problem(&reply, 400, "interregional");
}
