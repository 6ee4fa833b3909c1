//! `GET /territoires`: the list, filtered and sorted by the server, so that it needs no script.

use std::cmp::Reverse;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use super::refusal;
use super::shell::Page;
use super::words::evolution;
use crate::api::document;
use crate::api::params::Params;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::api::territoires::criteria::{Criteria, EVOLUTIONS};
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::fold::fold;
use crate::domain::typography::{thousands, unbreakable};

/// The parameters there are. Those of the map's search box lead here too where it has no script.
const KNOWN: [&str; 7] = [
    "phase",
    "region",
    "departement",
    "evolution",
    "interregional",
    "q",
    "tri",
];

/// A request that works.
const EXAMPLE: &str = "/territoires?region=Bretagne";

/// How the list may be sorted: the word of `tri=`, and what people read.
const ORDERS: [(&str, &str); 4] = [
    ("nom", "Nom"),
    ("population", "Population"),
    ("superficie", "Superficie"),
    ("communes", "Nombre de communes"),
];

/// Answers.
///
/// # Errors
/// 503 where too many wait; what is wrong with a parameter is said in a page.
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    // A form sends its empty fields too: they ask for nothing.
    let asked = query.0.as_deref().map(without_empty);
    let what = format!("liste {}", asked.as_deref().unwrap_or_default());
    let wanted = read(&app.atlas, RawQuery(asked));
    match wanted {
        Ok(wanted) => {
            let make = move |app: &App| Ok(write(app, &wanted));
            document::send_kept(app, request, super::KIND, what, make).await
        }
        Err(problem) => refusal::send(app, request, problem).await,
    }
}

/// What is asked for.
struct Wanted {
    criteria: Criteria,
    order: &'static str,
    params: Params<'static>,
}

fn without_empty(query: &str) -> String {
    let given =
        form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.trim().is_empty());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(given)
        .finish()
}

fn read(atlas: &Atlas, query: RawQuery) -> Result<Wanted, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let order = params.get("tri").unwrap_or("nom");
    let order = ORDERS.iter().find(|(word, _)| *word == order);
    let unknown = || {
        params.problem(
            "tri",
            "Ce tri n’existe pas ; il y a : nom, population, superficie, communes.",
        )
    };
    let order = order.ok_or_else(unknown)?.0;
    Ok(Wanted {
        criteria: Criteria::read(atlas, &params)?,
        order,
        params,
    })
}

fn write(app: &App, wanted: &Wanted) -> Vec<u8> {
    let atlas = &app.atlas;
    let phase = &atlas.tables.phases[wanted.criteria.phase];
    let mut found = wanted.criteria.chosen(atlas);
    match wanted.order {
        "population" => found.sort_by_key(|p| Reverse(p.feature().population)),
        "superficie" => {
            found.sort_by(|a, b| b.feature().superficie.total_cmp(&a.feature().superficie));
        }
        "communes" => found.sort_by_key(|p| Reverse(p.facts.communes.len())),
        _ => {}
    }
    let total = atlas.profiles(wanted.criteria.phase).count();
    let said = match found.len() {
        n if n == total => format!("Les {n} territoires de la période {}.", phase.years()),
        0 => "Aucun territoire ne répond à tous ces critères : retirez-en un.".to_owned(),
        1 => format!("1 territoire sur {total}."),
        n => format!("{n} territoires sur {total}."),
    };
    let shown = found.iter().take(3).map(|p| p.territoire.nom.as_str());
    let shown: Vec<&str> = shown.collect();
    let page = Page {
        title: &format!("Liste des territoires, {}", phase.years()),
        description: &format!(
            "{said} Régions, départements, population et communes de chacun : {}…",
            shown.join(", ")
        ),
        path: "/territoires",
        picture: None,
        facts: None,
        is_indexed: wanted.params.is_empty(),
        body: html! {
            h1 { "Les territoires" }
            (form(atlas, wanted))
            div class="compte" {
                p role="status" { strong { (unbreakable(&said)) } }
                ul {
                    li { a href=(on_the_map(wanted)) { "Voir ces territoires sur la carte" } }
                    li { a href=(export(wanted, "csv")) download { "Télécharger cette liste (CSV)" } }
                }
            }
            @if !found.is_empty() { (table(atlas, &found)) }
            @else if let Some(text) = wanted.params.get("q") { (elsewhere(text)) }
        },
    };
    page.write(app)
}

/// Whoever looks for a town among territories is sent on to where towns are.
fn elsewhere(text: &str) -> Markup {
    let address: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    html! {
        p {
            "Vous cherchez une commune ou une adresse ? "
            a href={ "/reponse?adresse=" (address) } { "Savoir si « " (text) " » est dans un Territoire d’industrie" }
            "."
        }
    }
}

/// What was asked of the list but for its order, as a query.
fn criteria(wanted: &Wanted) -> form_urlencoded::Serializer<'static, String> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in KNOWN.into_iter().filter(|name| *name != "tri") {
        if let Some(value) = wanted.params.get(name) {
            query.append_pair(name, value);
        }
    }
    query
}

/// The same list as data.
fn export(wanted: &Wanted, format: &str) -> String {
    let query = criteria(wanted).append_pair("format", format).finish();
    format!("/api/v1/territoires?{query}")
}

/// The same territories on the map, which reads the same words from the fragment of its address.
fn on_the_map(wanted: &Wanted) -> String {
    match criteria(wanted).finish() {
        query if query.is_empty() => "/".to_owned(),
        query => format!("/#{query}"),
    }
}

fn form(atlas: &Atlas, wanted: &Wanted) -> Markup {
    let tables = &atlas.tables;
    let given = |name: &str| wanted.params.get(name).unwrap_or_default();
    let phase = &tables.phases[wanted.criteria.phase].id;
    let option = |value: &str, text: &str, is_chosen: bool| {
        html! { option value=(value) selected[is_chosen] { (text) } }
    };
    let named = |nom: &str, code: &str, field: &str| {
        let given = fold(given(field));
        !given.is_empty() && (fold(nom) == given || fold(code) == given)
    };
    html! {
        form class="criteres" method="get" action="/territoires" {
            p {
                label for="q" { "Nom du territoire" }
                input type="search" id="q" name="q" value=(given("q")) maxlength="100";
            }
            p {
                label for="phase" { "Période" }
                select id="phase" name="phase" {
                    @for p in tables.phases.iter().rev() {
                        (option(&p.id, &format!("{} ({})", p.nom, p.years()), p.id == *phase))
                    }
                }
            }
            p {
                label for="region" { "Région" }
                select id="region" name="region" {
                    (option("", "Toutes", given("region").is_empty()))
                    @for r in &tables.regions {
                        (option(&r.nom, &r.nom, named(&r.nom, &r.code.to_string(), "region")))
                    }
                }
            }
            p {
                label for="departement" { "Département" }
                select id="departement" name="departement" {
                    (option("", "Tous", given("departement").is_empty()))
                    @for d in &tables.departements {
                        @let code = d.code.to_string();
                        (option(&code, &format!("{code} – {}", d.nom), named(&d.nom, &code, "departement")))
                    }
                }
            }
            p {
                label for="evolution" { "Évolution" }
                select id="evolution" name="evolution" {
                    (option("", "Toutes", given("evolution").is_empty()))
                    @for word in EVOLUTIONS {
                        (option(word, evolution(word), given("evolution") == word))
                    }
                }
            }
            p {
                label for="tri" { "Trier par" }
                select id="tri" name="tri" {
                    @for (word, text) in ORDERS {
                        (option(word, text, wanted.order == word))
                    }
                }
            }
            p class="case" {
                input type="checkbox" id="interregional" name="interregional" value="oui" checked[given("interregional") == "oui"];
                label for="interregional" { "Interrégionaux seulement" }
            }
            p class="actions" {
                button type="submit" class="bouton" { "Afficher" }
                @if !wanted.params.is_empty() { a href="/territoires" { "Tout effacer" } }
            }
        }
    }
}

fn table(atlas: &Atlas, found: &[Profile]) -> Markup {
    html! {
        div class="defile" role="region" aria-label="Territoires" tabindex="0" {
            table class="territoires" {
                thead {
                    tr {
                        th scope="col" { "Territoire" }
                        th scope="col" { "Région" }
                        th scope="col" { "Départements" }
                        th scope="col" class="nombre" { "Habitants" }
                        th scope="col" class="nombre" { "Communes" }
                        th scope="col" class="nombre" { "km²" }
                        th scope="col" { "Évolution" }
                    }
                }
                tbody {
                    @for p in found {
                        tr {
                            th scope="row" {
                                a href=(super::path_of(p)) { (unbreakable(&p.territoire.nom)) }
                            }
                            td data-titre="Région" {
                                (p.territoire.region)
                                @if p.facts.interregional { " " small { "interrégional" } }
                            }
                            td data-titre="Départements" { (super::words::departements(atlas, p)) }
                            td data-titre="Habitants" class="nombre" { (thousands(p.feature().population)) }
                            td data-titre="Communes" class="nombre" { (p.facts.communes.len()) }
                            td data-titre="km²" class="nombre" { (thousands(super::words::whole(p.feature().superficie))) }
                            td data-titre="Évolution" {
                                @if let Some(e) = p.facts.evolution { (evolution(e.as_str())) } @else { "–" }
                            }
                        }
                    }
                }
            }
        }
    }
}
