//! `GET /api/v1/recherche`: what the search box proposes while one types.

use std::borrow::Cow;
use std::ops::Range;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::document;
use super::params::Params;
use super::parts::{CodeNom, Point};
use super::phase;
use super::problem::Problem;
use super::source::Source;
use super::state::{App, SharedApp};
use super::words;
use crate::address::streets::StreetHit;
use crate::atlas::answer::{Answer, Question};
use crate::atlas::places::Named;
use crate::atlas::suggest::{self, Subject, Suggestion};
use crate::atlas::world::Atlas;
use crate::domain::answer::Base;
use crate::domain::fold::{fold, fold_char};
use crate::domain::level::Level;

/// A request that works.
const EXAMPLE: &str = "/api/v1/recherche?q=pau&limite=5";

/// The parameters there are.
const KNOWN: [&str; 3] = ["q", "limite", "phase"];

/// Characters of a text; an address fits.
const MAX_TEXT: usize = 200;
/// How many proposals where nothing is said, and at most.
const USUAL: usize = 10;
const MOST: usize = 50;

/// The proposals.
#[derive(Serialize, ToSchema)]
#[schema(description = "Ce que propose la recherche, le meilleur d’abord.")]
pub struct Recherche<'a> {
    /// Le texte demandé.
    q: &'a str,
    /// Les propositions.
    resultats: Vec<Resultat<'a>>,
    /// D’où viennent les données.
    source: Source,
}

/// A proposal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Une proposition, avec la réponse pour ce lieu.")]
struct Resultat<'a> {
    /// Ce que c’est.
    #[serde(rename = "type")]
    #[schema(value_type = words::TypeResultat, inline)]
    kind: &'static str,
    /// Identifiant du territoire, SIREN ou code INSEE ; pour une voie, celui de sa commune.
    code: String,
    /// Nom.
    nom: Cow<'a, str>,
    /// De quoi le distinguer : département, nature, ce qu’il est devenu.
    contexte: String,
    /// Les lettres du nom qui répondent au texte : début inclus et fin exclue, en caractères.
    #[schema(value_type = Vec<Vec<usize>>)]
    surlignes: Vec<[usize; 2]>,
    /// Population municipale.
    population: u64,
    /// Un point à l’intérieur.
    #[schema(required)]
    centre: Option<Point>,
    /// Est-il dans un territoire de la phase ?
    #[schema(value_type = words::Reponse, inline)]
    reponse: &'static str,
    /// Dans lequel.
    #[schema(required)]
    territoire: Option<CodeNom>,
}

/// Answers.
///
/// # Errors
/// A problem that names the parameter at fault.
#[utoipa::path(
    get,
    path = "/api/v1/recherche",
    operation_id = "recherche",
    tag = "Recherche",
    summary = "Compléter ce que l’on tape",
    description = "Territoires, intercommunalités et communes (actuelles ou anciennes) dont le nom, un mot du nom ou le code répond au texte, le meilleur d’abord : nom entier, début du nom, début d’un mot, mots dans le désordre, une faute de frappe ; à égalité, le plus peuplé. Sans égard aux accents, tirets et apostrophes. Un code postal ou un département à côté du nom restreint aux communes qui l’ont.",
    params(
        ("q" = String, Query, min_length = 1, max_length = 200, description = "Le texte tapé.", example = "pau"),
        ("limite" = Option<u16>, Query, minimum = 1, maximum = 50, description = "Nombre de propositions au plus ; 10 s’il n’est pas donné.", example = 5),
        ("phase" = Option<String>, Query, description = "Phase du programme ; la plus récente si elle n’est pas donnée.", example = "temps-2"),
    ),
    responses(
        (status = 200, description = "Les propositions ; aucune n’est pas une erreur.", body = Recherche, content_type = "application/json"),
        (status = 400, description = "Un paramètre manque, est inconnu, donné deux fois ou incorrect.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/recherche?q=pau&limite=3")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let phase = phase::read(&app.atlas, &params)?;
    let limit = params.count("limite", 1..=MOST)?.unwrap_or(USUAL);
    let missing = || params.problem("q", "Il manque le texte à chercher.");
    let text = params.text("q", MAX_TEXT)?.ok_or_else(missing)?.to_owned();
    let make = move |app: &App| document::json(&find(app, phase, &text, limit)?);
    document::send(app, request, "application/json", make).await
}

/// The proposals for a text.
///
/// # Errors
/// Never in practice: a phase has an edition.
pub fn find<'a>(
    app: &'a App,
    phase: usize,
    text: &'a str,
    limit: usize,
) -> Result<Recherche<'a>, Problem> {
    let atlas = &app.atlas;
    let question = atlas.question(phase, None).ok_or_else(Problem::internal)?;
    let asked = fold(text);
    let found = app.suggestions.find(atlas, phase, &asked, limit);
    let named = found
        .iter()
        .filter_map(|suggestion| Resultat::of(atlas, phase, question, suggestion, &asked));
    let mut results: Vec<Resultat> = named.collect();
    if let Some(streets) = &app.streets {
        // Streets fill what places leave: a town is seldom looked for by one of its streets.
        let hits = streets
            .search(text, limit.saturating_sub(results.len()))
            .into_iter();
        results.extend(hits.map(|hit| Resultat::of_street(question, hit, &asked)));
    }
    Ok(Recherche {
        q: text,
        resultats: results,
        source: Source::of_edition(atlas, question.edition()),
    })
}

impl<'a> Resultat<'a> {
    fn of(
        atlas: &'a Atlas,
        phase: usize,
        question: Question<'a>,
        found: &Suggestion,
        asked: &str,
    ) -> Option<Self> {
        let departement = |code| CodeNom::departement(atlas, code).with_code();
        let (kind, code, nom, contexte, centre, answer) = match found.subject {
            Subject::Territoire(position) => {
                let declared = &atlas.tables.phases[phase];
                let territoire = declared.editions.last()?.territoires.get(position)?;
                let centre = centre_of(atlas, &Level::Phase(declared.id.clone()), &territoire.id);
                let contexte = format!("{}, {}", territoire.region, declared.years());
                (
                    "territoire",
                    territoire.id.clone(),
                    &territoire.nom,
                    contexte,
                    centre,
                    None,
                )
            }
            Subject::Intercommunalite(position) => {
                let epci = suggest::today(&atlas.tables).get(position)?;
                let (kind, of) = if epci.is_ept() {
                    ("ept", Level::Ept)
                } else {
                    ("epci", Level::Epci)
                };
                let code = epci.siren.to_string();
                let centre = centre_of(atlas, &of, &code);
                let contexte = format!("{} communes", epci.communes.len());
                (
                    kind,
                    code,
                    &epci.nom,
                    contexte,
                    centre,
                    question.of_epci(epci.siren),
                )
            }
            Subject::Commune(place) => {
                let commune = atlas.places.commune(place);
                let answer = question.of_place(place, Base::Commune);
                let contexte = departement(commune.departement);
                (
                    "commune",
                    commune.code.to_string(),
                    &commune.nom,
                    contexte,
                    atlas.centre(place),
                    Some(answer),
                )
            }
            Subject::Ancienne(code) => {
                let Some(Named::Former(passages, places)) = atlas.places.named(code) else {
                    return None;
                };
                let place = *places.first()?;
                let today = atlas.places.commune(place);
                let nom = passages
                    .iter()
                    .map(|p| &p.nom)
                    .find(|nom| !nom.is_empty())?;
                let contexte = format!(
                    "aujourd’hui {}, {}",
                    today.nom,
                    departement(today.departement)
                );
                (
                    "commune",
                    code.to_string(),
                    nom,
                    contexte,
                    atlas.centre(place),
                    question.of_commune(code),
                )
            }
        };
        let territoire = match (&answer, found.subject) {
            (Some(answer), _) => of_answer(answer),
            (None, _) => Some(CodeNom {
                code: code.clone(),
                nom: nom.clone(),
            }),
        };
        Some(Self {
            kind,
            surlignes: marks(nom, asked),
            code,
            nom: Cow::Borrowed(nom),
            contexte,
            population: found.population,
            centre: centre.map(Point::from),
            reponse: answer.as_ref().map_or("oui", |a| a.reponse.as_str()),
            territoire,
        })
    }
}

impl Resultat<'_> {
    fn of_street(question: Question, hit: StreetHit, asked: &str) -> Self {
        let answer = question.of_commune(hit.insee);
        let town = hit
            .postcode
            .map_or_else(String::new, |postcode| format!("{postcode} "));
        Self {
            kind: "voie",
            code: hit.insee.to_string(),
            contexte: format!("{town}{}", hit.commune_nom),
            surlignes: marks(&hit.voie, asked),
            nom: Cow::Owned(hit.voie),
            population: 0,
            centre: Some(Point::from(hit.position)),
            reponse: answer.as_ref().map_or("incertain", |a| a.reponse.as_str()),
            territoire: answer.as_ref().and_then(of_answer),
        }
    }
}

/// A point inside a feature of a level.
fn centre_of(atlas: &Atlas, level: &Level, code: &str) -> Option<[f64; 2]> {
    let level = atlas.france.levels.iter().find(|l| l.level == *level)?;
    let feature = level.features.iter().position(|f| f.code == code)?;
    let point = level.label_point(&atlas.france.arcs, feature)?;
    Some(point.to_degrees())
}

fn of_answer(answer: &Answer) -> Option<CodeNom> {
    answer.territoire.map(|(t, _)| CodeNom {
        code: t.id.clone(),
        nom: t.nom.clone(),
    })
}

/// The letters of a name that a folded text matches, as ranges of characters: all of it where it stands at the
/// beginning of a word, else each of its words.
fn marks(nom: &str, asked: &str) -> Vec<[usize; 2]> {
    let mut folded = String::from(" ");
    // Which character of the name each byte of `folded` comes from.
    let mut from = vec![0];
    for (number, c) in nom.chars().enumerate() {
        fold_char(c, |c| {
            if c != ' ' || !folded.ends_with(' ') {
                folded.push(c);
                from.resize(folded.len(), number);
            }
        });
    }
    let place = |text: &str| -> Option<Range<usize>> {
        let at = folded.find(&format!(" {text}"))? + 1;
        Some(from[at]..from[at + text.len() - 1] + 1)
    };
    let mut found: Vec<Range<usize>> = match place(asked) {
        _ if asked.is_empty() => Vec::new(),
        Some(range) => vec![range],
        None => asked.split(' ').filter_map(place).collect(),
    };
    found.sort_by_key(|range| range.start);
    found.dedup();
    found
        .into_iter()
        .map(|range| [range.start, range.end])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matches_is_marked_in_the_name_as_it_is_written() {
        assert_eq!(marks("Pau", "pa"), [[0, 2]]);
        assert_eq!(marks("Lacq – Pau – Tarbes", "pau tar"), [[7, 16]]);
        assert_eq!(
            marks("Lacq – Pau – Tarbes", "tarb lacq"),
            [[0, 4], [13, 17]]
        );
        assert_eq!(marks("Œuilly", "oe"), [[0, 1]]);
        assert_eq!(marks("L’Haÿ-les-Roses", "hay"), [[2, 5]]);
        assert_eq!(marks("Bordeaux", "bordaux"), [[0_usize; 2]; 0]);
        assert_eq!(marks("Pau", ""), [[0_usize; 2]; 0]);
    }
}
