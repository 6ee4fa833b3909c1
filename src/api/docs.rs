//! `GET /docs`: the contract as a page for people, written from the same description. No script, nothing inline.

use std::fmt::Write;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value};

use super::document;
use super::openapi::{self, contract};
use super::pages::address_of;
use super::params::Params;
use super::problem::Problem;
use super::state::SharedApp;

/// What stands before the operations.
const HEAD: &str = include_str!("docs/head.html");

/// What stands after them.
const FOOT: &str = "</main>\n</body>\n</html>\n";

/// Answers.
///
/// # Errors
/// A parameter, since there is none.
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    Params::new(query, &[], "/docs")?;
    let page = contract(&app).await?.page.clone();
    let kind = "text/html; charset=utf-8";
    document::send_kept(app, request, kind, "/docs".to_owned(), move |_| {
        Ok(page.to_vec())
    })
    .await
}

/// The page for a contract.
#[must_use]
pub fn write(contract: &Value) -> String {
    let mut page = HEAD
        .replace("{{titre}}", &text(&contract["info"]["title"]))
        .replace("{{description}}", &text(&contract["info"]["description"]))
        .replace("{{css}}", &address_of("api.css"))
        .replace("{{contrat}}", openapi::PATH);
    let tags = contract["tags"].as_array();
    let paths = contract["paths"].as_object();
    let all: Vec<(&String, &String, &Value)> = paths
        .into_iter()
        .flatten()
        .filter_map(|(path, methods)| Some((path, methods.as_object()?)))
        .flat_map(|(path, methods)| {
            methods
                .iter()
                .map(move |(m, operation)| (path, m, operation))
        })
        .collect();
    page.push_str("<nav aria-label=\"Opérations\">\n<ul>\n");
    for (path, method, operation) in &all {
        let _ = writeln!(
            page,
            "<li><a href=\"#{}\"><code>{} {}</code></a> <span>{}</span></li>",
            text(&operation["operationId"]),
            method.to_uppercase(),
            escape(path),
            text(&operation["summary"])
        );
    }
    page.push_str("</ul>\n</nav>\n");
    for tag in tags.into_iter().flatten() {
        let _ = writeln!(
            page,
            "<h2>{}</h2>\n<p>{}</p>",
            text(&tag["name"]),
            text(&tag["description"])
        );
        for (path, method, operation) in &all {
            let tagged = operation["tags"].as_array();
            if tagged.is_some_and(|tags| tags.contains(&tag["name"])) {
                section(&mut page, path, method, operation);
            }
        }
    }
    page.push_str(FOOT);
    page
}

fn section(page: &mut String, path: &str, method: &str, operation: &Value) {
    let _ = writeln!(
        page,
        "<section id=\"{}\">\n<h3>{}</h3>\n<p class=\"adresse\"><code><b>{}</b> {}</code></p>\n<p>{}</p>",
        text(&operation["operationId"]),
        text(&operation["summary"]),
        method.to_uppercase(),
        escape(path),
        text(&operation["description"])
    );
    parameters(page, operation);
    if let Some(body) = operation.get("requestBody") {
        let _ = writeln!(
            page,
            "<h4>Corps</h4>\n<p>{}</p>",
            text(&body["description"])
        );
    }
    answers(page, operation);
    example(page, path, operation);
    page.push_str("</section>\n");
}

fn parameters(page: &mut String, operation: &Value) {
    let Some(parameters) = operation["parameters"].as_array() else {
        return;
    };
    page.push_str(
        "<h4>Paramètres</h4>\n<div class=\"defile\" tabindex=\"0\" role=\"group\" aria-label=\"Paramètres\">\n<table>\n<thead><tr><th scope=\"col\">Nom</th>\
         <th scope=\"col\">Ce qu’il faut</th><th scope=\"col\">Exemple</th></tr></thead>\n<tbody>\n",
    );
    // What is sent to an address is not had by following a link to it.
    let is_sent = operation["requestBody"].is_object();
    for p in parameters {
        let example = format!("<code>{}</code>", text(&p["example"]));
        let example = if is_sent {
            example
        } else {
            format!("<a href=\"{}\">{example}</a>", text(&p["x-exemple"]))
        };
        let required = if p["in"] == "path" {
            " <small>dans l’adresse</small>"
        } else {
            ""
        };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\"><code>{}</code>{required}</th><td>{}{}</td><td>{example}</td></tr>",
            text(&p["name"]),
            text(&p["description"]),
            values(&p["schema"])
        );
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

/// What a parameter may be, in words.
fn values(schema: &Value) -> String {
    let bounds = |low: &str, high: &str| Some((schema.get(low)?, schema.get(high)?));
    let said = if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().map(|w| format!("<code>{}</code>", text(w)));
        words.collect::<Vec<_>>().join(", ")
    } else if let Some((low, high)) = bounds("minimum", "maximum") {
        format!("de {} à {}", text(low), text(high)).replace('-', "\u{2212}")
    } else if let Some((low, high)) = bounds("minLength", "maxLength") {
        format!("de {} à {} caractères", text(low), text(high))
    } else {
        return String::new();
    };
    format!("<br><small>{said}</small>")
}

fn answers(page: &mut String, operation: &Value) {
    page.push_str(
        "<h4>Réponses</h4>\n<div class=\"defile\" tabindex=\"0\" role=\"group\" aria-label=\"Réponses\">\n<table>\n<thead><tr><th scope=\"col\">Statut</th>\
         <th scope=\"col\">Quand</th><th scope=\"col\">Type</th></tr></thead>\n<tbody>\n",
    );
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let kinds = answer["content"].as_object().map(Map::keys);
        let kinds: Vec<String> = kinds
            .into_iter()
            .flatten()
            .map(|kind| format!("<code>{}</code>", escape(kind)))
            .collect();
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
            escape(status),
            text(&answer["description"]),
            kinds.join("<br>")
        );
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

fn example(page: &mut String, path: &str, operation: &Value) {
    page.push_str("<h4>Exemple</h4>\n");
    match &operation["x-exemple"] {
        Value::String(address) => {
            let address = escape(address);
            let _ = writeln!(
                page,
                "<p><a href=\"{address}\"><code>{address}</code></a></p>"
            );
        }
        _ if operation["requestBody"]["content"]["text/csv"].is_object() => {
            let _ = writeln!(
                page,
                "<pre tabindex=\"0\"><code>curl -X POST -T lieux.csv \\\n  'http://127.0.0.1:8080{}?colonnes=adresse,code_postal,ville'</code></pre>",
                escape(path)
            );
        }
        body => {
            let _ = writeln!(
                page,
                "<pre tabindex=\"0\"><code>curl -H 'Content-Type: application/json' \\\n  -d '{}' \\\n  http://127.0.0.1:8080{}</code></pre>",
                text(body),
                escape(path)
            );
        }
    }
    let content = operation["responses"]["200"]["content"].as_object();
    let shown = content
        .into_iter()
        .flat_map(Map::values)
        .find_map(|c| c.get("example"));
    if let Some(json) = shown.and_then(|e| serde_json::to_string_pretty(e).ok()) {
        let _ = writeln!(
            page,
            "<details>\n<summary>La réponse, listes et contour abrégés</summary>\n<pre tabindex=\"0\"><code>{}</code></pre>\n</details>",
            escape(&json)
        );
    }
}

/// A value as text for a page.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => escape(text),
        Value::Null => String::new(),
        other => escape(&other.to_string()),
    }
}

/// A text whose characters mean nothing to HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_contract_says_is_text_on_the_page() {
        let page = write(&json!({
            "info": { "title": "<b>", "description": "a & b" },
            "tags": [{ "name": "T", "description": "\"" }],
            "paths": { "/<x>": { "get": {
                "tags": ["T"], "operationId": "o", "summary": "<script>", "responses": {},
                "x-exemple": "/x?a=1&b='",
            } } },
        }));
        assert!(!page.contains("<script") && !page.contains("<x>") && !page.contains("<b></h"));
        for expected in [
            "&lt;b&gt;",
            "a &amp; b",
            "&lt;script&gt;",
            "/x?a=1&amp;b=&#39;",
        ] {
            assert!(page.contains(expected), "{expected}");
        }
    }
}
