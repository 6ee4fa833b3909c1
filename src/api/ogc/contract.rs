//! The description of `/ogc` in `OpenAPI` 3.0, as Part 1 wants it.

use serde_json::{Map, Value, json};

use super::items::{DEFAULT_LIMIT, MAX_LIMIT};
use super::{ABOUT, LICENCE_URL, TITLE, crs};
use crate::atlas::world::Atlas;
use crate::domain::attribution::LICENCE;
use crate::exports::table::{Kind, Table};

/// Its media type.
pub const KIND: &str = "application/vnd.oai.openapi+json;version=3.0";

/// Writes it.
#[must_use]
pub fn write(atlas: &Atlas, base: &str) -> Value {
    let mut paths = Map::new();
    let own = [
        ("/ogc", "accueil", "La page d’accueil"),
        ("/ogc/conformance", "normes", "Les normes suivies"),
        ("/ogc/api", "description", "Cette description"),
        ("/ogc/collections", "collections", "Les collections"),
    ];
    for (path, id, summary) in own {
        paths.insert(
            path.to_owned(),
            operation(
                id,
                summary,
                &[json!({"$ref": "#/components/parameters/f"})],
                "application/json",
            ),
        );
    }
    for level in atlas.levels() {
        let id = level.level.name();
        let shared = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
        paths.insert(
            format!("/ogc/collections/{id}"),
            operation(
                &format!("collection-{id}"),
                &format!("La collection {id}"),
                &[shared("f")],
                "application/json",
            ),
        );
        let mut parameters: Vec<Value> = [
            "f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime",
        ]
        .map(shared)
        .into();
        for column in Table::new(atlas, level).columns {
            let kind = match column.kind {
                Kind::Text | Kind::List => "string",
                Kind::Whole => "integer",
                Kind::Real => "number",
                Kind::Flag => "boolean",
            };
            parameters.push(json!({
                "name": column.name, "in": "query", "required": false,
                "description": format!("Seulement les entités qui ont cette valeur. {}", column.about),
                "schema": { "type": kind }, "style": "form", "explode": false,
            }));
        }
        paths.insert(
            format!("/ogc/collections/{id}/items"),
            operation(
                &format!("entites-{id}"),
                &format!("Les entités de {id}"),
                &parameters,
                crate::api::geojson::KIND,
            ),
        );
        let feature = json!({
            "name": "featureId", "in": "path", "required": true, "description": "Code ou identifiant.",
            "schema": { "type": "string" },
        });
        paths.insert(
            format!("/ogc/collections/{id}/items/{{featureId}}"),
            operation(
                &format!("entite-{id}"),
                &format!("Une entité de {id}"),
                &[feature, shared("f"), shared("crs")],
                crate::api::geojson::KIND,
            ),
        );
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": TITLE, "description": ABOUT, "version": "1.0.0",
            "license": { "name": LICENCE, "url": LICENCE_URL },
        },
        "servers": [{ "url": base }],
        "paths": paths,
        "components": { "parameters": parameters() },
    })
}

fn operation(id: &str, summary: &str, parameters: &[Value], kind: &str) -> Value {
    let problem = |about: &str| json!({ "description": about, "content": { "application/problem+json": { "schema": { "type": "object" } } } });
    json!({ "get": {
        "operationId": id, "summary": summary, "parameters": parameters,
        "responses": {
            "200": { "description": "La réponse.", "content": {
                kind: { "schema": { "type": "object" } }, "text/html": { "schema": { "type": "string" } },
            } },
            "400": problem("Un paramètre est inconnu ou incorrect."),
            "404": problem("Introuvable."),
            "503": problem("Trop de demandes à la fois."),
        },
    } })
}

/// The parameters that several operations have.
fn parameters() -> Value {
    let systems = crs::all();
    let parameter = |name: &str, about: &str, schema: Value| {
        json!({
            "name": name, "in": "query", "required": false, "description": about, "schema": schema,
            "style": "form", "explode": false,
        })
    };
    let system =
        json!({ "type": "string", "format": "uri", "enum": systems, "default": crs::CRS84 });
    json!({
        "f": parameter("f", "La forme de la réponse.", json!({ "type": "string", "enum": ["json", "html"] })),
        "limit": parameter("limit", "Entités par page.", json!({
            "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT,
        })),
        "offset": parameter("offset", "Entités à passer.", json!({ "type": "integer", "minimum": 0, "default": 0 })),
        "bbox": parameter("bbox", "Seulement ce qui touche cette emprise.", json!({
            "type": "array", "minItems": 4, "maxItems": 4, "items": { "type": "number" },
        })),
        "bbox-crs": parameter("bbox-crs", "Le système de l’emprise.", system.clone()),
        "crs": parameter("crs", "Le système des contours.", system),
        "datetime": parameter("datetime", "Sans effet : aucune entité n’a de date.", json!({ "type": "string" })),
    })
}
