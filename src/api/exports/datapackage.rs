//! `GET /exports/datapackage.json`: the files described for programs (Frictionless Data Package v1).

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use crate::api::document;
use crate::api::forwarded::Base;
use crate::api::headers;
use crate::api::params::Params;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::exports::csv;
use crate::exports::extract::Credit;
use crate::exports::format::Format;
use crate::exports::table::{Column, Kind, Table};

/// Where it is asked for.
const PATH: &str = "/exports/datapackage.json";

/// Answers.
///
/// # Errors
/// A parameter, since there is none; 503 where too many wait.
pub async fn get(
    State(app): State<SharedApp>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    Params::new(query, &[], PATH)?;
    let is_fixed = base.is_fixed;
    let make = move |app: &App| document::json(&package(app, &base.url));
    let mut response = document::send(app, request, "application/json", make).await?;
    if !is_fixed {
        headers::keep_private(response.headers_mut());
    }
    Ok(response)
}

/// The package. Paths are whole addresses: the description is true wherever it is copied to.
fn package(app: &App, base: &str) -> Value {
    let atlas = &app.atlas;
    let sources: Vec<Value> = {
        let editions = atlas.tables.phases.iter().filter_map(|p| p.editions.last());
        let lists = editions.map(|e| json!({ "title": e.attribution }));
        let others = atlas.tables.sources.iter();
        lists
            .chain(others.map(|s| json!({ "title": s.attribution })))
            .collect()
    };
    let mut resources = Vec::new();
    for chart in [&atlas.france, &atlas.context] {
        for level in &chart.levels {
            let name = level.level.name();
            let table = Table::new(atlas, level);
            let credit = Credit::new(atlas, &level.level);
            for format in Format::OFFERED {
                let end = format.extension();
                let mut resource = json!({
                    "name": format!("{name}-{}", end.replace('.', "-")),
                    "path": format!("{base}/exports/{name}.{end}"),
                    "title": format!("{} ({})", credit.title, format.name()),
                    "description": format!("Édition {}. {}", credit.edition, credit.attribution),
                    "format": end,
                    "mediatype": format.kind().split(';').next().unwrap_or_default(),
                });
                if format == Format::Csv {
                    resource["profile"] = json!("tabular-data-resource");
                    resource["encoding"] = json!("utf-8");
                    resource["schema"] = schema(&table.columns);
                }
                resources.push(resource);
            }
        }
    }
    let current = &atlas.tables.phases[atlas.current_phase()];
    json!({
        "profile": "data-package",
        "name": "territoires-d-industrie",
        "title": "Territoires d’industrie : périmètres et découpages",
        "description": "Les périmètres des Territoires d’industrie et les communes, intercommunalités, départements et régions dont ils sont faits, en contours exacts.",
        "homepage": format!("{base}/donnees"),
        "version": current.editions.last().map(|e| e.id.clone()),
        "keywords": ["Territoires d’industrie", "France", "périmètres", "communes", "EPCI"],
        "licenses": [{
            "name": "etalab-2.0",
            "title": "Licence Ouverte 2.0",
            "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        }],
        "sources": sources,
        "resources": resources,
    })
}

/// The columns of a CSV (Table Schema v1).
fn schema(columns: &[Column]) -> Value {
    let own = columns.iter().map(|column| {
        let mut field = json!({
            "name": column.name,
            "description": column.about,
            "type": match column.kind {
                Kind::Text | Kind::List => "string",
                Kind::Whole => "integer",
                Kind::Real => "number",
                Kind::Flag => "boolean",
            },
        });
        if column.kind == Kind::List {
            field["description"] = json!(format!("{} Séparés par « ; ».", column.about));
        }
        field
    });
    let added = csv::SOURCE.iter().chain([&csv::OUTLINE]).map(|name| {
        let about = match *name {
            "edition" => "Édition des données.",
            "licence" => "Licence des données.",
            "attribution" => "Comment citer.",
            _ => "Contour en WKT, longitude d’abord, en degrés WGS84.",
        };
        json!({ "name": name, "type": "string", "description": about })
    });
    json!({ "fields": own.chain(added).collect::<Vec<_>>(), "missingValues": [""] })
}
