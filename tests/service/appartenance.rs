//! `GET /api/v1/appartenance`

use super::{Method, Server, Value, assert_guarded, has, plain};

const API: &str = "/api/v1/appartenance";

fn ask(question: &str) -> Value {
    Server::shared().json(&format!("{API}?{question}"))
}

/// The members of the contract, `null` where there is nothing to say.
fn assert_complete(answer: &Value) {
    for member in [
        "reponse",
        "explication",
        "base",
        "phase",
        "territoire",
        "membre",
        "commune",
        "geocodage",
        "distanceLimiteM",
        "plusProche",
    ] {
        assert!(answer.get(member).is_some(), "{member}: {answer}");
    }
    let reponse = answer["reponse"].as_str().unwrap();
    assert!(["oui", "non", "incertain"].contains(&reponse), "{answer}");
    assert_eq!(
        answer["territoire"].is_object(),
        reponse == "oui",
        "{answer}"
    );
    assert_eq!(answer["membre"].is_object(), reponse == "oui", "{answer}");
    assert!(
        answer["explication"].as_str().unwrap().ends_with('.'),
        "{answer}"
    );
}

#[test]
fn an_answer_has_every_member_of_the_contract() {
    let answer = ask("commune=64445");
    assert_complete(&answer);
    assert_eq!(
        answer["explication"],
        "Pau fait partie du Territoire d’industrie Lacq – Pau – Tarbes, par la CA Pau Béarn Pyrénées."
    );
    let expected = super::json!({
        "reponse": "oui", "base": "commune", "phase": "temps-2", "candidats": [],
        "territoire": { "id": "ti-7510", "nom": "Lacq – Pau – Tarbes",
                        "region": "Nouvelle-Aquitaine", "interregional": true },
        "membre": { "type": "epci", "code": "200067254", "nom": "CA Pau Béarn Pyrénées" },
        "commune": { "code": "64445", "nom": "Pau", "departement": "64", "region": "75",
                     "epci": "200067254" },
    });
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(answer[member], *value, "{member}");
    }
    let source = &answer["source"];
    assert_eq!(source["producteur"], "ANCT");
    assert_eq!(source["edition"], "2024-07-04");
    assert_eq!(source["cog"], 2023);
    assert_eq!(source["licence"], "Licence Ouverte 2.0");
    assert!(source["attribution"].is_string());
}

#[test]
fn a_point_answers_as_its_commune_does() {
    let (point, commune) = (ask("lon=-0.3708&lat=43.2951"), ask("commune=64445"));
    assert_complete(&point);
    assert_eq!(point["base"], "point");
    for member in [
        "reponse",
        "explication",
        "territoire",
        "membre",
        "commune",
        "source",
    ] {
        assert_eq!(point[member], commune[member], "{member}");
    }
}

#[test]
fn a_point_outside_france_is_no_with_no_commune() {
    for point in [
        "lon=-5&lat=45",
        "lon=43.2951&lat=-0.3708",
        "lon=-180&lat=90",
        "lat=0&lon=0",
    ] {
        let answer = ask(point);
        assert_complete(&answer);
        assert_eq!(answer["reponse"], "non", "{point}");
        assert_eq!(answer["commune"], Value::Null, "{point}");
        assert_eq!(answer["candidats"], Value::Array(Vec::new()), "{point}");
    }
}

#[test]
fn the_phase_and_edition_asked_for_are_those_that_answer() {
    let answer = ask("commune=64445&phase=temps-1");
    assert_eq!(answer["phase"], "temps-1");
    assert_eq!(answer["territoire"]["id"], "ti-7505");
    assert_eq!(answer["source"]["edition"], "2023-08-02");
    let before = ask("commune=58046&edition=2023-11-14");
    assert_eq!(
        (&before["reponse"], &before["source"]["edition"]),
        (&"non".into(), &"2023-11-14".into())
    );
    let now = ask("commune=58046");
    assert_eq!(
        (&now["reponse"], &now["membre"]["type"]),
        (&"oui".into(), &"commune".into())
    );
}

#[test]
fn a_commune_merged_across_a_border_is_uncertain_and_each_part_has_its_answer() {
    for (question, nom) in [
        ("commune=49160", "Ingrandes-le-Fresne-sur-Loire"),
        ("commune=49321", "Ingrandes-le-Fresne-sur-Loire"),
        ("commune=08439", "Tannay-le-Mont-Dieu"),
        ("commune=08300", "Tannay-le-Mont-Dieu"),
    ] {
        let answer = ask(question);
        assert_complete(&answer);
        assert_eq!(answer["reponse"], "incertain", "{question}");
        assert_eq!(answer["commune"]["nom"], nom, "{question}");
        let parts = answer["candidats"].as_array().unwrap();
        let mut replies: Vec<&str> = parts
            .iter()
            .map(|p| p["reponse"].as_str().unwrap())
            .collect();
        replies.sort_unstable();
        assert_eq!(replies, ["non", "oui"], "{question}");
        for part in parts {
            assert_complete(part);
            assert!(part.get("candidats").is_none(), "{question}");
        }
    }
}

#[test]
fn a_former_commune_that_was_divided_is_not_taken_for_one_of_its_heirs() {
    let answer = ask("commune=55273");
    assert_complete(&answer);
    assert_ne!(answer["reponse"], "oui");
    let explication = plain(answer["explication"].as_str().unwrap());
    has(
        &explication,
        &["Heudicourt-sous-les-Côtes", "Nonsard-Lamarche"],
    );
    let heirs: Vec<&Value> = answer["candidats"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["commune"]["code"])
        .collect();
    assert!(
        answer["commune"].is_null() || heirs == ["55245", "55386"],
        "one heir only: {answer}"
    );
}

#[test]
fn every_fault_of_a_question_is_a_problem_that_names_its_parameter() {
    let server = Server::shared();
    for (question, parameter) in [
        ("", "adresse"),
        ("?", "adresse"),
        ("?phase=temps-2", "adresse"),
        ("?adresse=", "adresse"),
        ("?adresse=%20%20", "adresse"),
        ("?codePostal=6400", "codePostal"),
        ("?epci=12", "epci"),
        ("?adresse=Pau&commune=64445", "commune"),
        ("?adresse=Pau&lat=43.29", "lat"),
        ("?lon=-0.37", "lat"),
        ("?lat=43.29", "lon"),
        ("?lon=abc&lat=43.29", "lon"),
        ("?lon=-0,37&lat=43.29", "lon"),
        ("?lon=-0.37&lat=", "lat"),
        ("?lon=NaN&lat=43.29", "lon"),
        ("?lon=-0.37&lat=1e999", "lat"),
        ("?lon=180.1&lat=43.29", "lon"),
        ("?lon=-0.37&lat=-90.5", "lat"),
        ("?commune=", "commune"),
        ("?commune=6444", "commune"),
        ("?commune=%ff%fe", "commune"),
        ("?commune=64445&lon=-0.37&lat=43.29", "commune"),
        ("?commune=64445&commune=64445", "commune"),
        ("?commune=64445&phase=temps-3", "phase"),
        ("?commune=64445&phase=", "phase"),
        ("?commune=64445&ville=Pau", "ville"),
    ] {
        let problem = server.problem(&format!("{API}{question}"), 400);
        assert_eq!(problem["parametre"], parameter, "{question}: {problem}");
    }
}

#[test]
fn what_does_not_exist_is_a_problem_that_says_what_does() {
    let server = Server::shared();
    let problem = server.problem(&format!("{API}?commune=99999"), 404);
    has(problem["detail"].as_str().unwrap(), &["99999"]);
    let problem = server.problem(&format!("{API}?commune=64445&edition=2020-01-01"), 404);
    has(
        problem["detail"].as_str().unwrap(),
        &["2023-11-14", "2024-07-04"],
    );
    let problem = server.problem(&format!("{API}?commune=64445&phase=temps-3"), 400);
    has(problem["detail"].as_str().unwrap(), &["temps-1", "temps-2"]);
}

#[test]
fn very_long_questions_get_a_short_answer_and_do_no_harm() {
    let server = Server::shared();
    for long in [
        format!("?commune={}", "9".repeat(20_000)),
        format!("?lon={}&lat=43", "1".repeat(20_000)),
        format!("?{}=1", "é".repeat(5_000).replace('é', "%C3%A9")),
        format!("?commune=64445&phase={}", "x".repeat(20_000)),
        format!("?{}", "lon=1&".repeat(5_000)),
        format!("?adresse={}", "Pau%20".repeat(400)),
    ] {
        // An address of more than eight kibibytes is not even read.
        let status = if long.len() > 8_000 { 414 } else { 400 };
        server.problem(&format!("{API}{long}"), status);
    }
    for long in [
        format!("{API}?commune={}", "9".repeat(100_000)),
        format!("/{}", "a".repeat(100_000)),
    ] {
        let (status, _, body) = server.raw_get(&long);
        assert!(
            (400..500).contains(&status) && body.len() < 1000,
            "{status}"
        );
    }
    assert_eq!(server.get(&format!("{API}?commune=64445")).status, 200);
}

#[test]
fn other_sites_may_ask() {
    let server = Server::shared();
    let from = [("origin", "https://ailleurs.example")];
    for path in [
        API,
        "/api/v1/appartenance?commune=64445",
        "/tiles/temps-2.json",
        "/tiles/temps-2/6/31/23.mvt",
        "/styles/neutre.json",
    ] {
        let reply = server.send(Method::GET, path, &from);
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        let read = reply.header("access-control-expose-headers");
        assert_eq!(read, "etag", "{path}");
    }
}

/// What a browser asks before a request with a header of its own (Fetch, 4.8).
#[test]
fn a_preflight_request_is_let_through() {
    let server = Server::shared();
    for path in [
        "/api/v1/appartenance?commune=64445",
        "/tiles/temps-2/6/31/23.mvt",
    ] {
        let preflight = [
            ("origin", "https://ailleurs.example"),
            ("access-control-request-method", "GET"),
            ("access-control-request-headers", "if-none-match"),
        ];
        let reply = server.send(Method::OPTIONS, path, &preflight);
        assert!(
            (200..300).contains(&reply.status),
            "{path}: {}",
            reply.status
        );
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        has(
            reply.header("access-control-allow-methods"),
            &["GET", "HEAD"],
        );
        has(
            reply.header("access-control-allow-headers"),
            &["if-none-match"],
        );
        assert_guarded(&reply, path);
    }
}
