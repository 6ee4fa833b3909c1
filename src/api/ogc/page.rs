//! `/ogc` for people: the same answers as pages.

use maud::{Markup, html};
use serde_json::Value;

use crate::api::pages::shell::Page;
use crate::api::state::App;
use crate::domain::typography::{count, thousands, unbreakable};
use crate::exports::extract::Extract;
use crate::exports::table::Cell;

/// Columns of a list: more are on the page of each feature.
const SHOWN: usize = 4;

fn write(app: &App, title: &str, path: &str, body: Markup) -> Vec<u8> {
    let page = Page {
        title,
        description: "OGC API Features : les périmètres des Territoires d’industrie pour QGIS et GDAL.",
        path,
        picture: None,
        facts: None,
        is_indexed: false,
        body,
    };
    page.write(app)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// All links of an answer.
fn links(of: &[Value]) -> Markup {
    html! {
        ul class="puces" {
            @for link in of { li { a href=(text(&link["href"])) rel=(text(&link["rel"])) { (text(&link["title"])) } " " span class="source" { "(" (text(&link["rel"])) ")" } } }
        }
    }
}

fn links_of(body: &Value) -> Markup {
    links(body["links"].as_array().map_or(&[], Vec::as_slice))
}

/// The landing page.
#[must_use]
pub fn landing(app: &App, body: &Value) -> Vec<u8> {
    let data = body["links"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|l| l["rel"] == "data");
    let address = data
        .map_or("", |l| text(&l["href"]))
        .trim_end_matches("/collections");
    let page = html! {
        p class="fil" { a href="/donnees" { "Données" } }
        h1 { "OGC API Features" }
        p class="chapeau" { (text(&body["description"])) }
        p { "Dans QGIS : Couche › Gestionnaire des sources de données › WFS / OGC API – Entités › Nouveau, avec l’adresse " code { (address) } "." }
        p { a href="/ogc/collections?f=html" { "Les collections" } }
        (links_of(body))
    };
    write(app, "OGC API Features", "/ogc", page)
}

/// The standards.
#[must_use]
pub fn conformance(app: &App, body: &Value) -> Vec<u8> {
    let page = html! {
        p class="fil" { a href="/ogc?f=html" { "OGC API Features" } }
        h1 { "Normes suivies" }
        ul class="puces" { @for uri in body["conformsTo"].as_array().into_iter().flatten() { li { code { (text(uri)) } } } }
        (links_of(body))
    };
    write(app, "Normes suivies", "/ogc/conformance", page)
}

/// The collections.
#[must_use]
pub fn collections(app: &App, body: &Value) -> Vec<u8> {
    let page = html! {
        p class="fil" { a href="/ogc?f=html" { "OGC API Features" } }
        h1 { "Collections" }
        ul class="puces" {
            @for one in body["collections"].as_array().into_iter().flatten() {
                li { a href={ "/ogc/collections/" (text(&one["id"])) "?f=html" } { (unbreakable(text(&one["title"]))) } }
            }
        }
        p { a href="/ogc/collections?f=json" { "En JSON" } }
    };
    write(app, "Collections", "/ogc/collections", page)
}

/// One collection.
#[must_use]
pub fn collection(app: &App, body: &Value) -> Vec<u8> {
    let title = text(&body["title"]);
    let id = text(&body["id"]);
    let page = html! {
        p class="fil" { a href="/ogc/collections?f=html" { "Collections" } }
        h1 { (unbreakable(title)) }
        p class="chapeau" { (unbreakable(text(&body["description"]))) }
        p { a href={ "/ogc/collections/" (id) "/items?f=html" } { "Les entités" } }
        h2 { "Systèmes de coordonnées" }
        ul class="puces" { @for crs in body["crs"].as_array().into_iter().flatten() { li { code { (text(crs)) } } } }
        h2 { "Liens" }
        (links_of(body))
    };
    write(app, title, &format!("/ogc/collections/{id}"), page)
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Flag(flag) => if *flag { "oui" } else { "non" }.to_owned(),
        other => other.text().unwrap_or_else(|| "–".to_owned()),
    }
}

/// A page of features.
#[must_use]
pub fn items(
    app: &App,
    id: &str,
    extract: &Extract,
    rows: &[(&String, Vec<Cell>)],
    matched: usize,
    offset: usize,
    of: &[Value],
) -> Vec<u8> {
    let title = &extract.credit.title;
    let columns = &extract.columns()[..SHOWN.min(extract.columns().len())];
    let turn = |rel: &str| {
        of.iter()
            .find(|l| l["rel"] == rel)
            .map(|l| text(&l["href"]))
    };
    let page = html! {
        p class="fil" { a href={ "/ogc/collections/" (id) "?f=html" } { (unbreakable(title)) } }
        h1 { "Entités" }
        p { (count(matched, "entité")) @if !rows.is_empty() { " ; ici de " (thousands(offset as u64 + 1)) " à " (thousands((offset + rows.len()) as u64)) } "." }
        table {
            thead { tr { @for column in columns { th scope="col" { (column.name) } } th scope="col" { "entité" } } }
            tbody {
                @for (code, cells) in rows {
                    tr {
                        @for cell in &cells[..columns.len()] { td { (unbreakable(&shown(cell))) } }
                        td { a href={ "/ogc/collections/" (id) "/items/" (percent(code)) "?f=html" } { (code) } }
                    }
                }
            }
        }
        p {
            @if let Some(address) = turn("prev") { a href=(address) rel="prev" { "Ce qui précède" } " " }
            @if let Some(address) = turn("next") { a href=(address) rel="next" { "La suite" } }
        }
        (links(of))
    };
    write(app, title, &format!("/ogc/collections/{id}/items"), page)
}

/// One feature.
#[must_use]
pub fn item(app: &App, id: &str, extract: &Extract, at: usize, of: &[Value]) -> Vec<u8> {
    let feature = &extract.level.features[at];
    let page = html! {
        p class="fil" { a href={ "/ogc/collections/" (id) "/items?f=html" } { (unbreakable(&extract.credit.title)) } }
        h1 { (unbreakable(&feature.nom)) }
        table {
            tbody {
                @for (column, cell) in extract.columns().iter().zip(extract.table.cells(at)) {
                    tr { th scope="row" { (column.name) br; span class="source" { (unbreakable(&column.about)) } } td { (unbreakable(&shown(&cell))) } }
                }
            }
        }
        (links(of))
    };
    write(
        app,
        &feature.nom,
        &format!("/ogc/collections/{id}/items/{}", percent(&feature.code)),
        page,
    )
}

fn percent(code: &str) -> String {
    percent_encoding::utf8_percent_encode(code, percent_encoding::NON_ALPHANUMERIC).to_string()
}
