//! `GET /reponse`: the answer to one question as a page, for whoever has no script, or wants to keep or print it.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use super::refusal;
use super::shell::{Page, dated};
use crate::api::appartenance::asked::{Asked, KNOWN};
use crate::api::document;
use crate::api::params::Params;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::atlas::answer::Answer;
use crate::domain::answer::Reponse;
use crate::domain::attribution::LICENCE;
use crate::domain::typography::{thousands, unbreakable};

/// A request that works.
const EXAMPLE: &str = "/reponse?adresse=Pau";

/// Answers.
///
/// # Errors
/// 503 where too many wait; what is wrong with a parameter is said in a page.
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let job_app = SharedApp::clone(&app);
    // Whatever is wrong with a question is found on the pool: an address that does not read, a code that does not exist.
    let job = move || {
        let params = Params::new(query, &KNOWN, EXAMPLE)?;
        let asked = Asked::read(&job_app.atlas, &params)?;
        let answer = asked.answer(&job_app)?;
        Ok::<_, Problem>(write(&job_app, &params, &answer))
    };
    match app.service.pool.run(job).await? {
        Ok(page) => document::send(app, request, super::KIND, move |_| Ok(page)).await,
        Err(problem) => refusal::send(app, request, problem).await,
    }
}

fn write(app: &App, params: &Params, answer: &Answer) -> Vec<u8> {
    let what = ["adresse", "codePostal", "commune", "epci"]
        .iter()
        .find_map(|name| params.get(name));
    let what = what.unwrap_or("Ce point");
    let named = answer.commune.map_or(what, |c| c.nom.as_str());
    let page = Page {
        title: &format!("{named} : Territoire d’industrie ou non"),
        description: &answer.explication,
        path: "/reponse",
        picture: None,
        facts: None,
        is_indexed: false,
        body: html! {
            h1 class="invisible" { "Réponse" }
            (verdict(answer, true))
            (reasons(answer))
            @if !answer.candidats.is_empty() { (candidates(answer)) }
            p class="source" {
                (unbreakable(&format!("{} · {LICENCE}", dated(app, answer.edition))))
            }
            (again(params))
        },
    };
    page.write(app)
}

fn word(reponse: Reponse) -> &'static str {
    match reponse {
        Reponse::Oui => "Oui.",
        Reponse::Non => "Non.",
        Reponse::Incertain => "Cela dépend.",
    }
}

fn verdict(answer: &Answer, is_main: bool) -> Markup {
    let class = if is_main { "verdict" } else { "verdict-court" };
    html! {
        p class=(class) data-reponse=(answer.reponse.as_str()) {
            strong { (word(answer.reponse)) } " " (unbreakable(&answer.explication))
        }
    }
}

fn reasons(answer: &Answer) -> Markup {
    html! {
        dl class="raisons" {
            @if let Some((territoire, _)) = answer.territoire {
                div { dt { "Territoire" } dd { a href={ "/territoires/" (answer.phase.id) "/" (territoire.id) } { (unbreakable(&territoire.nom)) } ", " (territoire.region) } }
            }
            @if let Some(membre) = answer.membre { div { dt { "Par" } dd { (membre.nom) } } }
            @if let Some(commune) = answer.commune { div { dt { "Commune" } dd { (commune.nom) " (" (commune.departement.to_string()) ")" } } }
            @if let Some(near) = &answer.plus_proche {
                div { dt { "Le plus proche" } dd { a href={ "/territoires/" (answer.phase.id) "/" (near.territoire.id) } { (unbreakable(&near.territoire.nom)) } ", à " (kilometres(near.distance)) } }
            }
        }
    }
}

/// « 850 m », « 12 km ».
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // metres on the earth
fn kilometres(metres: f64) -> String {
    let metres = metres.abs();
    if metres < 1000.0 {
        format!("{}\u{a0}m", metres.round() as u64)
    } else {
        format!("{}\u{a0}km", thousands((metres / 1000.0).round() as u64))
    }
}

fn candidates(answer: &Answer) -> Markup {
    html! {
        h2 { "Choisissez" }
        ul class="candidats" {
            @for candidate in &answer.candidats {
                li {
                    @if let Some(commune) = candidate.commune {
                        a href={ "/reponse?commune=" (commune.code.to_string()) "&phase=" (answer.phase.id) } {
                            (commune.nom) " (" (commune.departement.to_string()) ")"
                        }
                    }
                    (verdict(candidate, false))
                }
            }
        }
    }
}

/// Another question.
fn again(params: &Params) -> Markup {
    html! {
        form class="question" method="get" action="/reponse" role="search" {
            label for="adresse" { "Une commune ou une adresse" }
            div {
                input type="search" id="adresse" name="adresse" value=(params.get("adresse").unwrap_or_default()) maxlength="300" required;
                button type="submit" class="bouton" { "Chercher" }
            }
        }
        p { a href="/" { "Voir la carte" } }
    }
}
