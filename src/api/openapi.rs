//! `GET /api/v1/openapi.json`: the contract in `OpenAPI` 3.1, made once from the handlers and from what they answer.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, Request, header};
use axum::response::Response;
use serde_json::{Map, Value, json};
use tower::ServiceExt;
use utoipa::OpenApi;

use super::params::Params;
use super::problem::Problem;
use super::state::SharedApp;
use super::{
    appartenance, cartes, communes, docs, document, epci, exports, geojson, perimetres, recherche,
    routes,
};

/// Where it is asked for.
pub const PATH: &str = "/api/v1/openapi.json";

/// Parameters that change how a question is answered and ask nothing by themselves: their example is given with the one
/// of the operation. Others are asked alone.
const MODIFIERS: [&str; 10] = [
    "phase",
    "edition",
    "format",
    "limite",
    "papier",
    "orientation",
    "dpi",
    "nord",
    "graticule",
    "titre",
];

/// Parameters of which neither says anything alone.
const TOGETHER: [[&str; 2]; 2] = [["lon", "lat"], ["largeur", "hauteur"]];

/// Elements of a list that an example shows.
const SHOWN: usize = 2;

/// More bytes than any example answers.
const MAX_ANSWER: usize = 1 << 20;

/// The operations and what all of them share. A handler described with `utoipa::path` joins the contract here.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Territoires d’industrie",
        version = "1.0.0",
        description = "Quels sont les « Territoires d’industrie », et ce lieu en fait-il partie ? Données ouvertes, sans clé. \
            Chaque réponse porte sa source, son édition, le millésime du code officiel géographique et sa licence. \
            Un paramètre inconnu, ou donné deux fois, est refusé : rien n’est ignoré ni deviné. Les problèmes sont décrits \
            en français, selon la RFC 9457, avec un exemple qui fonctionne.",
        license(name = "Licence Ouverte 2.0", url = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/")
    ),
    paths(
        appartenance::get,
        appartenance::csv::post,
        recherche::get,
        super::phases::get,
        super::territoires::get,
        super::territoires::one::get,
        communes::get,
        communes::one::get,
        epci::get,
        perimetres::post,
        exports::get,
        cartes::get,
        cartes::post,
    ),
    tags(
        (name = "Appartenance", description = "Une adresse, un point, une commune, un code postal ou une intercommunalité fait-il partie d’un territoire ?"),
        (name = "Recherche", description = "Compléter ce que l’on tape."),
        (name = "Territoires", description = "Les territoires de chaque phase, leurs membres et leurs mesures."),
        (name = "Communes et intercommunalités", description = "Les communes, actuelles ou anciennes, les EPCI et les EPT."),
        (name = "Périmètres", description = "Réunir n’importe quels EPCI, EPT et communes."),
        (name = "Données", description = "Des couches entières en fichiers ; aussi par OGC API Features, que /ogc décrit."),
    )
)]
struct Operations;

/// The contract as it is served.
pub struct Contract {
    json: Bytes,
    /// The page for people.
    pub page: Bytes,
}

/// Answers.
///
/// # Errors
/// A parameter, since there is none; 500 where the contract cannot be written.
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    Params::new(query, &[], PATH)?;
    let json = contract(&app).await?.json.clone();
    document::send_kept(
        app,
        request,
        "application/json",
        PATH.to_owned(),
        move |_| Ok(json.to_vec()),
    )
    .await
}

/// The contract, made when first asked for: it takes some ten answers.
///
/// # Errors
/// Where it cannot be written, or an example is not answered because too many wait.
pub async fn contract(app: &SharedApp) -> Result<&Contract, Problem> {
    let make = || async {
        let mut contract =
            serde_json::to_value(Operations::openapi()).map_err(|_| Problem::internal())?;
        let phases = app.atlas.tables.phases.iter().map(|p| p.id.as_str());
        let phases: Vec<&str> = phases.collect();
        merge(&mut contract);
        typeset(&mut contract);
        for (path, method, operation) in operations(&mut contract) {
            settle(operation, &path, &phases);
            show(app, operation, &path, &method).await?;
        }
        share_parameters(&mut contract);
        Ok(Contract {
            json: document::json(&contract)?.into(),
            page: docs::write(&contract).into(),
        })
    };
    app.contract.get_or_try_init(make).await
}

/// Gives what is sent to an address the parameters of what is fetched from there: they are the same, and said once.
fn share_parameters(contract: &mut Value) {
    let paths = contract.get_mut("paths").and_then(Value::as_object_mut);
    for (_, methods) in paths.into_iter().flatten() {
        if let Some(parameters) = methods.pointer("/get/parameters").cloned()
            && let Some(post) = methods.get_mut("post")
        {
            post["parameters"] = parameters;
        }
    }
}

/// All operations with their path and method, in the order of the contract.
fn operations(contract: &mut Value) -> Vec<(String, String, &mut Map<String, Value>)> {
    let paths = contract.get_mut("paths").and_then(Value::as_object_mut);
    let mut all = Vec::new();
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                all.push((path.clone(), method.clone(), operation));
            }
        }
    }
    all
}

/// Completes the parameters of an operation: what only the data know, and an address that shows each.
fn settle(operation: &mut Map<String, Value>, path: &str, phases: &[&str]) {
    let whole = operation.get("x-exemple").and_then(Value::as_str);
    let whole = whole.unwrap_or(path).to_owned();
    let Some(parameters) = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    else {
        return;
    };
    let examples: Vec<(String, String)> = parameters
        .iter()
        .filter_map(|p| Some((p["name"].as_str()?.to_owned(), plain(&p["example"]))))
        .collect();
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        // A parameter that is not given is not null.
        not_null(&mut parameter["schema"]);
        if name == "phase" {
            parameter["schema"]["enum"] = json!(phases);
        }
        let shown = if parameter["in"] == "path" {
            whole.clone()
        } else {
            address(&whole, &name, &examples)
        };
        parameter["x-exemple"] = json!(shown);
    }
}

/// An address that gives a parameter its example.
fn address(whole: &str, name: &str, examples: &[(String, String)]) -> String {
    let (path, query) = whole.split_once('?').unwrap_or((whole, ""));
    let mut written = form_urlencoded::Serializer::new(String::new());
    if MODIFIERS.contains(&name) {
        let given = form_urlencoded::parse(query.as_bytes());
        written.extend_pairs(given.filter(|(n, _)| n != name));
    }
    let pair = |n: &str| {
        let together = |pair: &[&str; 2]| pair.contains(&n) && pair.contains(&name);
        n == name || TOGETHER.iter().any(together)
    };
    written.extend_pairs(examples.iter().filter(|(n, _)| pair(n)));
    format!("{path}?{}", written.finish())
}

/// A value as it stands in an address.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Takes `null` out of what a schema allows.
fn not_null(schema: &mut Value) {
    let is_null = |s: &Value| *s == "null" || s["type"] == "null";
    for union in ["oneOf", "anyOf"] {
        let Some(several) = schema.get_mut(union).and_then(Value::as_array_mut) else {
            continue;
        };
        several.retain(|s| !is_null(s));
        if several.len() == 1 {
            *schema = several.remove(0);
            return;
        }
    }
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|t| !is_null(t));
        if types.len() == 1 {
            schema["type"] = types.remove(0);
        }
    }
}

/// Gives an operation the answer to its own example, with long lists cut.
async fn show(
    app: &SharedApp,
    operation: &mut Map<String, Value>,
    path: &str,
    method: &str,
) -> Result<(), Problem> {
    let Some(example) = operation.get("x-exemple").cloned() else {
        return Ok(());
    };
    let (address, body) = match &example {
        Value::String(address) => (address.as_str(), Body::empty()),
        other => (path, Body::from(other.to_string())),
    };
    let method: Method = method
        .to_uppercase()
        .parse()
        .map_err(|_| Problem::internal())?;
    let request = Request::builder()
        .method(method)
        .uri(address)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
        .map_err(|_| Problem::internal())?;
    let Ok(response) = routes::router(SharedApp::clone(app)).oneshot(request).await;
    if response.status().as_u16() == 503 {
        return Err(Problem::busy());
    }
    // What is longer than anybody reads is not shown.
    let Ok(answer) = to_bytes(response.into_body(), MAX_ANSWER).await else {
        return Ok(());
    };
    // Tables are not shown: the page says which columns they have by linking to one.
    let Ok(mut answer) = serde_json::from_slice::<Value>(&answer) else {
        return Ok(());
    };
    abridge(&mut answer);
    let content = &mut operation["responses"]["200"]["content"];
    for kind in ["application/json", geojson::KIND] {
        if let Some(shown) = content.get_mut(kind) {
            shown["example"] = answer;
            return Ok(());
        }
    }
    Ok(())
}

/// Cuts long lists and outlines.
fn abridge(value: &mut Value) {
    match value {
        Value::Array(items) => {
            if items.iter().any(|i| !i.is_number()) {
                items.truncate(SHOWN);
            }
            items.iter_mut().for_each(abridge);
        }
        Value::Object(members) => {
            for (name, member) in members {
                if name == "coordinates" {
                    *member = json!([]);
                } else {
                    abridge(member);
                }
            }
        }
        _ => {}
    }
}

/// Makes one schema of a word's schema and of what its field says of it, which utoipa keeps apart in an `allOf` that
/// nothing can satisfy: the second part is called an object.
fn merge(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(merge),
        Value::Object(members) => members.values_mut().for_each(merge),
        _ => return,
    }
    let Some([word, said]) = value
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    else {
        return;
    };
    let (Some(word), Some(said)) = (word.as_object(), said.as_object()) else {
        return;
    };
    if word.contains_key("enum") && !said.contains_key("properties") {
        let mut merged = word.clone();
        merged.extend(said.clone());
        merged.insert("type".to_owned(), word["type"].clone());
        *value = Value::Object(merged);
    }
}

/// Puts no-break spaces where French has them, in all that the contract says in words.
fn typeset(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(typeset),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "description" || name == "summary" => {
                        *text = french(text);
                    }
                    _ => typeset(member),
                }
            }
        }
        _ => {}
    }
}

/// A text with its spaces before and after marks made no-break ones.
fn french(text: &str) -> String {
    // Descriptions are wrapped in the source.
    let mut set = text
        .replace('\n', " ")
        .replace("« ", "«\u{a0}")
        .replace(" »", "\u{a0}»")
        .replace(" :", "\u{a0}:");
    for mark in ['?', '!', ';'] {
        set = set.replace(&format!(" {mark}"), &format!("\u{202f}{mark}"));
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_a_parameter_its_example_alone_or_with_what_it_changes() {
        let examples = [
            ("q", "pau"),
            ("lon", "-0.37"),
            ("lat", "43.3"),
            ("limite", "5"),
        ];
        let examples = examples.map(|(n, v)| (n.to_owned(), v.to_owned()));
        let of = |name| address("/c?q=lacq&limite=1", name, &examples);
        assert_eq!(of("q"), "/c?q=pau");
        assert_eq!(of("lat"), "/c?lon=-0.37&lat=43.3");
        assert_eq!(of("limite"), "/c?q=lacq&limite=5");
    }

    #[test]
    fn a_parameter_that_is_not_given_is_not_null() {
        for (schema, expected) in [
            (
                json!({"type": ["string", "null"]}),
                json!({"type": "string"}),
            ),
            (
                json!({"oneOf": [{"type": "null"}, {"enum": ["a"]}]}),
                json!({"enum": ["a"]}),
            ),
            (json!({"type": "number"}), json!({"type": "number"})),
        ] {
            let mut schema = schema;
            not_null(&mut schema);
            assert_eq!(schema, expected);
        }
    }

    #[test]
    fn a_word_and_what_is_said_of_it_are_one_schema() {
        let mut schema = json!({"allOf": [
            {"type": "string", "enum": ["a"], "description": "Word."},
            {"type": "object", "description": "Field."},
        ]});
        merge(&mut schema);
        assert_eq!(
            schema,
            json!({"type": "string", "enum": ["a"], "description": "Field."})
        );
    }

    #[test]
    fn lists_are_cut_and_boxes_are_not() {
        let mut answer =
            json!({"bbox": [1, 2, 3, 4], "a": ["x", "y", "z"], "coordinates": [[1, 2]]});
        abridge(&mut answer);
        assert_eq!(
            answer,
            json!({"bbox": [1, 2, 3, 4], "a": ["x", "y"], "coordinates": []})
        );
    }

    #[test]
    fn marks_do_not_start_a_line() {
        assert_eq!(
            french("« Oui » : vraiment ?"),
            "«\u{a0}Oui\u{a0}»\u{a0}: vraiment\u{202f}?"
        );
    }
}
