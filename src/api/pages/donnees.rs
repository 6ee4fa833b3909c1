//! `GET /donnees`: everything there is to take away.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use super::refusal;
use super::shell::Page;
use crate::api::document;
use crate::api::forwarded::Base;
use crate::api::headers;
use crate::api::params::Params;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::atlas::world::{Atlas, Chart};
use crate::domain::attribution::LICENCE;
use crate::domain::typography::{count, date, thousands, unbreakable};
use crate::exports::extract::Credit;
use crate::exports::format::Format;
use crate::exports::size;
use crate::exports::systems::SYSTEMS;
use crate::exports::table::{Kind, Table};

/// Answers.
///
/// # Errors
/// 503 where too many wait; a parameter, since there is none, is refused in a page.
pub async fn get(
    State(app): State<SharedApp>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    if let Err(problem) = Params::new(query, &[], "/donnees") {
        return refusal::send(app, request, problem).await;
    }
    let is_fixed = base.is_fixed;
    let make = move |app: &App| Ok(write(app, &base.url));
    let mut response = document::send(app, request, super::KIND, make).await?;
    if !is_fixed {
        headers::keep_private(response.headers_mut());
    }
    Ok(response)
}

fn write(app: &App, base: &str) -> Vec<u8> {
    let page = Page {
        title: "Données",
        description: "Les périmètres des Territoires d’industrie et les découpages de France en GeoPackage, GeoJSON, Shapefile, CSV, KML, TopoJSON, FlatGeobuf et tuiles ; OGC API Features ; mode d’emploi pour QGIS.",
        path: "/donnees",
        picture: None,
        facts: None,
        is_indexed: true,
        body: body(&app.atlas, base),
    };
    page.write(app)
}

fn body(atlas: &Atlas, base: &str) -> Markup {
    html! {
        h1 { "Données" }
        p class="chapeau" {
            "Contours exacts et attributs complets, sous " (LICENCE) " : libres, à condition de citer les producteurs, que chaque fichier nomme. Deux voisins y ont leur limite en commun, sommet pour sommet."
        }
        section aria-labelledby="fichiers" {
            h2 id="fichiers" { "Fichiers" }
            p { "Les tailles sont approchées. GeoPackage s’ouvre dans QGIS avec ses couleurs et ses noms." }
            @for chart in [&atlas.france, &atlas.context] {
                @for at in 0..chart.levels.len() { (layer(atlas, chart, at)) }
            }
        }
        (choices())
        (maps())
        (in_qgis(base))
        (programs(base))
        (columns(atlas))
    }
}

fn layer(atlas: &Atlas, chart: &Chart, at: usize) -> Markup {
    let level = &chart.levels[at];
    let name = level.level.name();
    let credit = Credit::new(atlas, &level.level);
    html! {
        section aria-labelledby={ "couche-" (name) } {
            h3 id={ "couche-" (name) } { (unbreakable(&credit.title)) }
            p class="source" {
                (count(level.features.len(), "entité")) " · édition " (edition(&credit.edition)) " · " (LICENCE) " · " (unbreakable(&credit.attribution))
            }
            table class="membres" {
                thead { tr {
                    th scope="col" { "Format" }
                    th scope="col" { "Fichier" }
                    th scope="col" { "En Lambert-93" }
                    th scope="col" class="nombre" { "Taille" }
                } }
                tbody {
                    @for format in Format::OFFERED {
                        @let file = format!("{name}.{}", format.extension());
                        tr {
                            th scope="row" { (format.name()) }
                            td data-titre="Fichier" { a href={ "/exports/" (file) } { (file) } }
                            td data-titre="En Lambert-93" {
                                @if format.only_wgs84().is_none() {
                                    a href={ "/exports/" (file) "?crs=2154" } { "EPSG:2154" span class="invisible" { ", " (file) } }
                                } @else { "–" }
                            }
                            td data-titre="Taille" class="nombre" { (size::about(chart, at, format).map_or_else(|| "–".to_owned(), bytes)) }
                        }
                    }
                }
            }
        }
    }
}

/// A date in words; what is none as it is.
fn edition(edition: &str) -> String {
    date(edition).into_owned()
}

/// « 4,6 Mo »
fn bytes(number: u64) -> String {
    let tenths = number.div_ceil(100_000);
    if tenths >= 100 {
        return format!("{}\u{a0}Mo", thousands(number.div_ceil(1_000_000)));
    }
    if tenths >= 10 {
        return format!("{},{}\u{a0}Mo", tenths / 10, tenths % 10);
    }
    format!("{}\u{a0}ko", thousands(number.div_ceil(1000)))
}

/// The styles that are made for paper, and what they show.
const MAPS: [(&str, &str); 4] = [
    ("regions", "une teinte par région"),
    ("evolution", "nouveaux, reconfigurés, identiques"),
    ("rebond-industriel", "lauréats de Rebond industriel"),
    ("neutre", "tons sourds, pour imprimer par-dessus"),
];

fn maps() -> Markup {
    html! {
        section aria-labelledby="cartes" {
            h2 id="cartes" { "Cartes à imprimer" }
            p { "Vectorielles, en Lambert-93, l’outre-mer et la petite couronne dans leurs cadres ; tous les territoires nommés, légende, échelles et sources comprises. En SVG, les calques et les textes restent modifiables." }
            ul class="puces" {
                @for (style, shows) in MAPS {
                    li {
                        (shows) " : "
                        a href={ "/cartes/" (style) ".pdf?papier=a3" } { "PDF A3" span class="invisible" { ", " (shows) } } ", "
                        a href={ "/cartes/" (style) ".pdf?papier=a0" } { "A0" span class="invisible" { ", " (shows) } } ", "
                        a href={ "/cartes/" (style) ".svg?papier=a3" } { "SVG" span class="invisible" { ", " (shows) } } ", "
                        a href={ "/cartes/" (style) ".png?papier=a3&dpi=200" } { "PNG" span class="invisible" { ", " (shows) } }
                    }
                }
                li { code { "region=" } ", " code { "territoire=" } " : " a href="/cartes/neutre.pdf?papier=a4&region=Bretagne" { "la Bretagne" } ", " a href="/cartes/neutre.pdf?papier=a4&territoire=ti-7510" { "Lacq – Pau – Tarbes et ses membres" } }
                li { code { "papier=" } " a4 à a0 et " code { "orientation=" } ", ou " code { "largeur=" } " et " code { "hauteur=" } " en millimètres ; " code { "titre=" } ", " code { "nord=oui" } ", " code { "graticule=oui" } "." }
                li { "Votre style MapLibre : " code { "curl -T mon-style.json -X POST …/cartes/mon-style.pdf" } "." }
            }
        }
    }
}

fn choices() -> Markup {
    html! {
        section aria-labelledby="choisir" {
            h2 id="choisir" { "Une région, un territoire, un autre système" }
            ul class="puces" {
                li { code { "region=" } " : code ou nom. " a href="/exports/temps-2.gpkg?region=Bretagne" { "Les territoires de Bretagne" } ", " a href="/exports/communes.gpkg?region=75&crs=2154" { "les communes de Nouvelle-Aquitaine en Lambert-93" } }
                li { code { "territoire=" } " : identifiant. " a href="/exports/communes.geojson?territoire=ti-7510" { "Les communes de Lacq – Pau – Tarbes" } ", " a href="/exports/epci.gpkg?territoire=temps-1/ti-7505" { "les intercommunalités d’un territoire de 2018-2022" } }
                li { code { "geometrie=non" } " : un CSV sans contours. " a href="/exports/temps-2.csv?geometrie=non" { "Les territoires en tableau" } }
                li { code { "crs=" } " : pour GeoPackage, Shapefile, FlatGeobuf et CSV ; les autres formats ne connaissent que WGS84." }
            }
            table class="membres" {
                thead { tr { th scope="col" { "crs" } th scope="col" { "Système" } th scope="col" { "Pour" } } }
                tbody {
                    @for system in &SYSTEMS {
                        tr { th scope="row" { code { (system.epsg) } } td data-titre="Système" { (system.name) } td data-titre="Pour" { (system.place) } }
                    }
                }
            }
            p class="source" { "Une couche entière s’obtient aussi en Lambert-93, outre-mer compris, loin de là où ce système mesure juste." }
        }
    }
}

fn in_qgis(base: &str) -> Markup {
    html! {
        section aria-labelledby="qgis" {
            h2 id="qgis" { "Dans QGIS, sans rien télécharger" }
            ul class="puces" {
                li { strong { "Entités" } " : Couche › Ajouter une couche › WFS / OGC API – Entités › Nouveau, avec " code { (base) "/ogc" } ". " a href="/ogc?f=html" { "Cette API en pages" } }
                li { strong { "Tuiles vectorielles" } " : Couche › Ajouter une couche de tuiles vectorielles › Nouvelle connexion générique ; source " code { (base) "/tiles/temps-2,temps-2-etiquettes/{z}/{x}/{y}.mvt" } ", zooms 0 à 14, style " code { (base) "/styles/neutre.json" } "." }
                li { strong { "Fichier à distance" } " : " code { "/vsicurl/" (base) "/exports/communes.fgb" } " ne lit que la partie affichée." }
            }
            p { "Avec GDAL : " code { "ogr2ogr territoires.gpkg \"OAPIF:" (base) "/ogc\" temps-2" } }
        }
    }
}

fn programs(base: &str) -> Markup {
    html! {
        section aria-labelledby="programmes" {
            h2 id="programmes" { "Pour un programme" }
            ul class="puces" {
                li { a href="/exports/datapackage.json" { "datapackage.json" } " : tous les fichiers et leurs champs (Frictionless Data Package)" }
                li { a href="/ogc?f=json" { "OGC API Features" } " et " a href="/ogc/api" { "sa description" } " (OpenAPI 3.0)" }
                li { a href="/docs" { "L’API d’appartenance" } " (OpenAPI 3.1)" }
                li { "TileJSON : " a href="/tiles/temps-2.json" { code { (base) "/tiles/temps-2.json" } } }
            }
        }
    }
}

fn columns(atlas: &Atlas) -> Markup {
    let level = atlas
        .levels()
        .find(|l| matches!(l.level, crate::domain::level::Level::Phase(_)));
    let all = level.map_or_else(Vec::new, |level| Table::new(atlas, level).columns);
    html! {
        section aria-labelledby="champs" {
            h2 id="champs" { "Champs des territoires" }
            details {
                summary { "Leurs noms et ce qu’ils veulent dire" }
                table class="membres" {
                    thead { tr { th scope="col" { "Champ" } th scope="col" { "Dans un Shapefile" } th scope="col" { "Sens" } } }
                    tbody {
                        @for column in all {
                            tr {
                                th scope="row" { code { (column.name) } }
                                td data-titre="Dans un Shapefile" { code { (column.short) } }
                                td data-titre="Sens" { (unbreakable(&column.about)) @if column.kind == Kind::List { " Plusieurs valeurs : une liste, ou un texte séparé par « ; »." } }
                            }
                        }
                    }
                }
            }
        }
    }
}
