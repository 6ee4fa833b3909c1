//! `GET /territoires/{phase}/{id}`: one territory, in words and in a picture.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use serde_json::json;

use super::carte::{self, Subject};
use super::refusal;
use super::shell::{Page, public_base};
use super::words;
use crate::api::params::Params;
use crate::api::parts::CodeNom;
use crate::api::path::Segments;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::api::territoires::one;
use crate::atlas::changes::Changes;
use crate::atlas::profile::Profile;
use crate::domain::alphabet;
use crate::domain::programme::{Membre, MembreCode, Territoire};
use crate::domain::typography::{count, date, thousands, unbreakable};

/// Answers.
///
/// # Errors
/// 503 where too many wait; what does not exist is said in a page.
pub async fn get(
    State(app): State<SharedApp>,
    Segments((phase, id)): Segments<(String, String)>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let found = Params::new(query, &[], "/territoires/temps-2/ti-7510")
        .and_then(|_| one::find(&app.atlas, &phase, &id));
    match found {
        Ok(found) => {
            let make = |app: &App, profile: &Profile| Ok(write(app, profile));
            one::send(app, request, super::KIND, ("fiche", found), make).await
        }
        Err(problem) => refusal::send(app, request, problem).await,
    }
}

fn write(app: &App, profile: &Profile) -> Vec<u8> {
    let nom = profile.territoire.nom.as_str();
    let years = profile.phase.years();
    let path = super::path_of(profile);
    let regions = list(
        profile
            .facts
            .regions
            .iter()
            .map(|&r| CodeNom::region(&app.atlas, r).nom),
    );
    let population = thousands(profile.feature().population);
    let description = format!(
        "{nom}, Territoire d’industrie {years} ({regions}) : {population} habitants, {}, {}. Membres, carte, évolution, données.",
        count(profile.facts.communes.len(), "commune"),
        members_in_words(profile),
    );
    let page = Page {
        title: &format!("{nom}, Territoire d’industrie {years}"),
        description: &description,
        path: &path,
        picture: Some(&format!("{path}/apercu.png")),
        facts: Some(facts(app, profile, &path)),
        is_indexed: true,
        body: body(app, profile, &regions, &path),
    };
    page.write(app)
}

/// The territory as schema.org has it.
fn facts(app: &App, profile: &Profile, path: &str) -> serde_json::Value {
    let base = public_base(app).unwrap_or_default();
    let mut facts = json!({
        "@context": "https://schema.org",
        "@type": "AdministrativeArea",
        "name": profile.territoire.nom,
        "identifier": format!("{}/{}", profile.phase.id, profile.territoire.id),
        "containedInPlace": profile.facts.regions.iter()
            .map(|&r| json!({ "@type": "AdministrativeArea", "name": CodeNom::region(&app.atlas, r).nom }))
            .collect::<Vec<_>>(),
        "license": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    });
    if !base.is_empty() {
        facts["url"] = json!(format!("{base}{path}"));
    }
    if let Some([lon, lat]) = profile.centre() {
        facts["geo"] = json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon });
    }
    facts
}

fn body(app: &App, profile: &Profile, regions: &str, path: &str) -> Markup {
    let feature = profile.feature();
    let places = list(
        profile
            .facts
            .departements
            .iter()
            .map(|&d| CodeNom::departement(&app.atlas, d).with_code()),
    );
    let on_map = format!(
        "/#territoire={}/{}",
        profile.phase.id, profile.territoire.id
    );
    html! {
        p class="fil" { a href={ "/territoires?phase=" (profile.phase.id) } { "Territoires " (profile.phase.years()) } }
        h1 { (unbreakable(&profile.territoire.nom)) }
        p class="chapeau" {
            (unbreakable(&format!("Territoire d’industrie {} · {regions} · {places}", profile.phase.years())))
            @if profile.facts.interregional { " · " strong { "interrégional" } }
        }
        dl class="chiffres" {
            div { dt { "habitants" } dd { (thousands(feature.population)) } }
            div { dt { @if profile.facts.communes.len() > 1 { "communes" } @else { "commune" } } dd { (thousands(profile.facts.communes.len() as u64)) } }
            div { dt { "km²" } dd { (thousands(words::whole(feature.superficie))) } }
        }
        figure class="carte-fiche" {
            (PreEscaped(carte::svg(app, profile, Subject::Members, None)))
            figcaption { "Le territoire et ses membres. " a href=(on_map) { "Ouvrir sur la carte interactive" } }
        }
        (members(app, profile))
        (evolution(app, profile))
        (support(profile))
        (laureates(profile))
        (neighbours(profile))
        (downloads(profile, path))
    }
}

/// « 11 intercommunalités », « 3 intercommunalités et 2 communes ».
fn members_in_words(profile: &Profile) -> String {
    let single = |m: &&Membre| matches!(m.code, MembreCode::Commune(_));
    let all = &profile.territoire.membres;
    let communes = all.iter().filter(single).count();
    match (all.len() - communes, communes) {
        (n, 0) => count(n, "intercommunalité"),
        (0, n) => count(n, "commune"),
        (n, c) => format!(
            "{} et {}",
            count(n, "intercommunalité"),
            count(c, "commune")
        ),
    }
}

fn members(app: &App, profile: &Profile) -> Markup {
    let membership = app.atlas.members_of(profile);
    html! {
        section aria-labelledby="membres" {
            h2 id="membres" { "Membres" }
            p { (unbreakable(&members_in_words(profile))) "." }
            table class="membres" {
                thead { tr {
                    th scope="col" { "Membre" }
                    th scope="col" { "Code" }
                    th scope="col" class="nombre" { "Communes" }
                    th scope="col" class="nombre" { "Habitants" }
                } }
                tbody {
                    @for (membre, communes) in profile.territoire.membres.iter().zip(&membership) {
                        @let question = match membre.code {
                            MembreCode::Commune(code) => format!("/reponse?commune={code}&phase={}", profile.phase.id),
                            _ => format!("/reponse?epci={}&phase={}", membre.code, profile.phase.id),
                        };
                        tr {
                            th scope="row" { a href=(question) { (membre.nom) } @if let MembreCode::Commune(_) = membre.code { " " small { "commune seule" } } }
                            td data-titre="Code" { code { (membre.code.to_string()) } }
                            td data-titre="Communes" class="nombre" { (thousands(communes.communes.len() as u64)) }
                            td data-titre="Habitants" class="nombre" { (thousands(communes.population)) }
                        }
                    }
                }
            }
            details {
                summary { "Ses " (count(profile.facts.communes.len(), "commune")) }
                ul class="communes" {
                    @for commune in communes(app, profile) {
                        li { a href={ "/reponse?commune=" (commune.code) "&phase=" (profile.phase.id) } { (commune.nom) } }
                    }
                }
            }
        }
    }
}

fn communes(app: &App, profile: &Profile) -> Vec<CodeNom> {
    let all = profile.facts.communes.iter();
    let mut all: Vec<CodeNom> = all
        .map(|&place| CodeNom::commune(&app.atlas, place))
        .collect();
    all.sort_by(|a, b| alphabet::order(&a.nom, &b.nom).then_with(|| a.code.cmp(&b.code)));
    all
}

/// What changed since the phase before, in words and as a picture.
fn evolution(app: &App, profile: &Profile) -> Markup {
    let Some((before, predecessors)) = profile.predecesseurs() else {
        return html! {};
    };
    let Some(changes) = app.atlas.changes(profile) else {
        return html! {};
    };
    let years = before.years();
    let link = |t: &Territoire| {
        html! { a href={ "/territoires/" (before.id) "/" (t.id) } { (unbreakable(&t.nom)) } }
    };
    let names = |places: &[usize]| {
        list_some(
            places
                .iter()
                .map(|&p| app.atlas.places.commune(p).nom.clone()),
            12,
        )
    };
    let Changes { kept, come, gone } = &changes;
    html! {
        section aria-labelledby="evolution" {
            h2 id="evolution" { "Depuis " (years) }
            @match predecessors.as_slice() {
                [] => p { "Nouveau territoire : aucune de ses communes n’était dans un Territoire d’industrie de la période " (years) "." },
                [one] if come.is_empty() && gone.is_empty() => p { "Identique : les mêmes communes que " (link(one)) " (" (years) ")." },
                several => {
                    p {
                        "Reconfiguré. Des communes viennent de "
                        @for (i, t) in several.iter().enumerate() {
                            @if i > 0 { @if i + 1 == several.len() { " et de " } @else { ", de " } }
                            (link(t))
                        }
                        " (" (years) ")."
                    }
                    ul class="changements" {
                        li { span class="pastille inchangee" aria-hidden="true" {} (count(kept.len(), "commune")) " déjà dans un territoire qui le précède" }
                        @if !come.is_empty() { li { span class="pastille venue" aria-hidden="true" {} strong { (count(come.len(), "commune")) " venue" @if come.len() > 1 { "s" } } ", qui n’étai" @if come.len() > 1 { "en" } "t dans aucun des territoires qui le précèdent : " (names(come)) } }
                        @if !gone.is_empty() { li { span class="pastille partie" aria-hidden="true" {} strong { (count(gone.len(), "commune")) " partie" @if gone.len() > 1 { "s" } } ", des mêmes territoires : " (names(gone)) } }
                    }
                    figure class="carte-fiche" {
                        (PreEscaped(carte::svg(app, profile, Subject::Changes(&changes), None)))
                        figcaption { "Communes inchangées, venues et parties depuis " (years) "." }
                    }
                }
            }
        }
    }
}

fn support(profile: &Profile) -> Markup {
    let Some(euros) = profile.soutien() else {
        return html! {};
    };
    let how_many = match profile.facts.intercommunalites {
        1 | 2 => "une ou deux intercommunalités",
        _ => "trois intercommunalités ou plus",
    };
    html! {
        section aria-labelledby="soutien" {
            h2 id="soutien" { "Soutien à l’animation" }
            p {
                "Composé de " (unbreakable(&count(profile.facts.intercommunalites, "intercommunalité")))
                ", le territoire peut recevoir " strong { (thousands(euros.into())) "\u{a0}€ par an" }
                " pour son chef de projet\u{a0}: c’est la règle pour " (how_many) ", renouvelée chaque année, avec au moins 30\u{a0}% de cofinancement local."
            }
            p class="source" { "Source : dossier de presse du 9\u{a0}novembre\u{a0}2023." }
        }
    }
}

fn laureates(profile: &Profile) -> Markup {
    let all = profile.laureats();
    if all.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="rebond" {
            h2 id="rebond" { "Rebond industriel" }
            ul class="puces" {
                @for l in all {
                    li { "Lauréat (" (l.statut) ", annoncé le " (date(&l.date)) ") pour " (unbreakable(&l.perimetre)) ". " span class="source" { "Source : " (l.source) "." } }
                }
            }
            @if !profile.laureats_complets() { p class="source" { "La liste des lauréats connue de ce site est incomplète." } }
        }
    }
}

fn neighbours(profile: &Profile) -> Markup {
    let all = profile.neighbours();
    if all.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="voisins" {
            h2 id="voisins" { "Territoires voisins" }
            ul class="puces" {
                @for t in all {
                    li { a href={ "/territoires/" (profile.phase.id) "/" (t.id) } { (unbreakable(&t.nom)) } }
                }
            }
        }
    }
}

fn downloads(profile: &Profile, path: &str) -> Markup {
    let edition = profile.edition;
    let file = format!("/exports/{}.", profile.phase.id);
    html! {
        section aria-labelledby="donnees" {
            h2 id="donnees" { "Données" }
            ul class="puces" {
                li { a href={ "/api/v1" (path) "?format=geojson" } { "GeoJSON, avec le contour exact" } }
                li { a href={ (file) "gpkg?territoire=" (profile.territoire.id) } { "GeoPackage, pour QGIS" } " ou en " a href={ (file) "gpkg?territoire=" (profile.territoire.id) "&crs=2154" } { "Lambert-93" } }
                li { a href={ "/cartes/neutre.pdf?papier=a4&phase=" (profile.phase.id) "&territoire=" (profile.territoire.id) } { "Carte à imprimer, PDF A4" } " ou en " a href={ "/cartes/neutre.svg?papier=a4&phase=" (profile.phase.id) "&territoire=" (profile.territoire.id) } { "SVG" } }
                li { a href={ (file) "shp.zip?territoire=" (profile.territoire.id) } { "Shapefile" } ", " a href={ "/exports/communes.gpkg?territoire=" (profile.phase.id) "/" (profile.territoire.id) } { "ses communes en GeoPackage" } }
                li { a href={ "/api/v1" (path) } { "JSON, pour un programme" } " (" a href="/docs" { "API" } ")" }
                li { a href={ (path) "/carte.svg" } { "La carte de cette page (SVG)" } }
                li { a href="/donnees" { "Toutes les données" } }
            }
            p class="source" {
                "À citer ainsi : " (unbreakable(&format!(
                    "« {} », Territoires d’industrie {}, liste {} du {}, Licence Ouverte 2.0",
                    profile.territoire.nom, profile.phase.years(), edition.producteur, date(&edition.id)
                ))) "."
            }
        }
    }
}

/// « a, b et c ».
fn list(names: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = names.collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} et {last}", front.join(", ")),
    }
}

/// The same; where there are many, only some and how many more.
fn list_some(names: impl Iterator<Item = String>, most: usize) -> String {
    let mut all: Vec<String> = names.collect();
    all.sort_by(|a, b| alphabet::order(a, b));
    if all.len() <= most + 1 {
        return list(all.into_iter());
    }
    let more = all.len() - most;
    format!("{} et {more} autres", all[..most].join(", "))
}
