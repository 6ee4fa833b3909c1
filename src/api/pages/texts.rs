//! Pages whose words do not depend on a question: the programme, accessibility, legal notice.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use maud::{Markup, html};

use super::refusal;
use super::shell::Page;
use crate::api::document;
use crate::api::params::Params;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::domain::programme::Evolution;
use crate::domain::typography::{date, thousands};

/// The press kit that most figures come from.
const KIT: &str = "dossier de presse du 9\u{a0}novembre\u{a0}2023";

/// Actions by axis and theme in the candidatures of the second phase (press kit of 9 November 2023, « Une usine à
/// projets »). An action may count in several themes.
const ACTIONS: [(&str, &[(u32, &str)]); 4] = [
    (
        "Transition écologique et énergétique",
        &[
            (269, "transition énergétique"),
            (224, "écologie industrielle et territoriale"),
            (54, "gestion de l’eau"),
        ],
    ),
    (
        "Innovation",
        &[
            (232, "soutien à des filières"),
            (203, "écosystèmes de recherche et d’innovation"),
            (97, "infrastructures et usages numériques"),
        ],
    ),
    (
        "Compétences et attractivité",
        &[
            (268, "valoriser l’industrie du territoire"),
            (208, "ouvrir des formations industrielles"),
            (148, "développer la marque employeur"),
            (123, "anticiper les besoins de formation"),
        ],
    ),
    (
        "Foncier industriel",
        &[
            (277, "optimisation et densification foncières"),
            (152, "requalification de friches"),
        ],
    ),
];

/// What happened when, and who says so.
const DATES: [(&str, &str, &str); 6] = [
    (
        "22\u{a0}novembre\u{a0}2018",
        "Lancement du programme au Conseil national de l’industrie.",
        KIT,
    ),
    (
        "2019-2022",
        "Temps\u{a0}1 : 149\u{a0}territoires dans 17\u{a0}régions.",
        KIT,
    ),
    (
        "14\u{a0}novembre\u{a0}2022",
        "Six premiers lauréats de l’appel «\u{a0}Rebond industriel\u{a0}».",
        "annonce du 14\u{a0}novembre",
    ),
    (
        "11\u{a0}mai\u{a0}2023",
        "Annonce d’une nouvelle phase, jusqu’en 2027.",
        KIT,
    ),
    (
        "23\u{a0}juin – 22\u{a0}septembre\u{a0}2023",
        "Candidatures des territoires.",
        "annonce du 23\u{a0}juin\u{a0}2023",
    ),
    (
        "9\u{a0}novembre\u{a0}2023",
        "Carte du temps\u{a0}2 : 183\u{a0}territoires.",
        KIT,
    ),
];

/// A page whose words are the same for everybody.
struct Text {
    title: &'static str,
    description: &'static str,
    path: &'static str,
    body: fn(&App) -> Markup,
}

const PROGRAMME: Text = Text {
    title: "Le programme",
    description: "Territoires d’industrie en bref : ce que c’est, quatre axes, chiffres et dates, chacun avec sa source.",
    path: "/programme",
    body: programme_body,
};

const ACCESSIBILITY: Text = Text {
    title: "Accessibilité",
    description: "Ce qui a été vérifié, comment, et ce qui ne l’a pas été.",
    path: "/accessibilite",
    body: accessibility_body,
};

const LEGAL: Text = Text {
    title: "Mentions légales",
    description: "Qui fait les données, sous quelle licence, et ce que ce site retient de ses visiteurs : rien.",
    path: "/mentions",
    body: legal_body,
};

/// `GET /programme`
///
/// # Errors
/// 503 where too many wait.
pub async fn programme(
    app: State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    PROGRAMME.send(app, query, request).await
}

/// `GET /accessibilite`
///
/// # Errors
/// 503 where too many wait.
pub async fn accessibility(
    app: State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    ACCESSIBILITY.send(app, query, request).await
}

/// `GET /mentions`
///
/// # Errors
/// 503 where too many wait.
pub async fn legal(
    app: State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    LEGAL.send(app, query, request).await
}

impl Text {
    async fn send(
        self,
        State(app): State<SharedApp>,
        query: RawQuery,
        request: HeaderMap,
    ) -> Result<Response, Problem> {
        match Params::new(query, &[], self.path) {
            Ok(_) => {
                let what = self.path.to_owned();
                let make = move |app: &App| Ok(self.write(app));
                document::send_kept(app, request, super::KIND, what, make).await
            }
            Err(problem) => refusal::send(app, request, problem).await,
        }
    }

    fn write(self, app: &App) -> Vec<u8> {
        let page = Page {
            title: self.title,
            description: self.description,
            path: self.path,
            picture: None,
            facts: None,
            is_indexed: true,
            body: (self.body)(app),
        };
        page.write(app)
    }
}

fn programme_body(app: &App) -> Markup {
    let atlas = &app.atlas;
    let phase = atlas.current_phase();
    let all: Vec<_> = atlas.profiles(phase).collect();
    let evolved = |wanted: Evolution| {
        let all = all.iter().filter(|p| p.facts.evolution == Some(wanted));
        all.count()
    };
    let communes: usize = all.iter().map(|p| p.facts.communes.len()).sum();
    let population: u64 = all.iter().map(|p| p.feature().population).sum();
    let edition = atlas.tables.phases[phase].editions.last();
    let list = edition.map_or_else(String::new, |e| {
        format!("liste {} du {}", e.producteur, date(&e.id))
    });
    html! {
        h1 { "Le programme" }
        p class="chapeau" {
            "Un Territoire d’industrie réunit des intercommunalités à forte identité industrielle. Élus et industriels y portent ensemble un plan d’action, que l’État et les Régions accompagnent."
        }
        section aria-labelledby="chiffres" {
            h2 id="chiffres" { "En chiffres" }
            dl class="chiffres" {
                div { dt { "territoires" } dd { (all.len()) } }
                div { dt { "communes" } dd { (thousands(communes as u64)) } }
                div { dt { "habitants" } dd { (thousands(population)) } }
            }
            p class="source" { "Source : calculs de ce site, " (list) ", communes de " (atlas.tables.cog) "." }
            ul class="puces" {
                li { strong { "68\u{a0}%" } " des emplois industriels du pays, onze points de plus qu’au temps\u{a0}1. " span class="source" { "Source : présentation du temps\u{a0}2." } }
                li {
                    strong { (evolved(Evolution::Nouveau)) } " territoires nouveaux, "
                    strong { (evolved(Evolution::Reconfigure)) } " reconfigurés, "
                    strong { (evolved(Evolution::Identique)) } " aux communes inchangées. "
                    span class="source" { "Source : calculs de ce site, commune par commune ; la présentation du temps\u{a0}2 compte 29, 84 et 70 sans dire ce qu’elle tient pour identique." }
                }
                li { strong { (thousands(2150)) } " actions recensées dans les candidatures. " span class="source" { "Source : " (KIT) "." } }
                li { strong { "100\u{a0}millions d’euros" } " du Fonds vert en 2024 pour des projets industriels de transition écologique, dans ces territoires seulement. " span class="source" { "Source : présentation du temps\u{a0}2." } }
            }
            p { a href="/territoires" { "Voir la liste" } " · " a href="/" { "Voir la carte" } }
        }
        section aria-labelledby="axes" {
            h2 id="axes" { "Quatre axes" }
            div class="axes" {
                @for (axis, themes) in ACTIONS {
                    div {
                        h3 { (axis) }
                        ul class="puces" {
                            @for (number, theme) in themes { li { strong { (number) } " actions : " (theme) } }
                        }
                    }
                }
            }
            p class="source" { "Source : " (KIT) ". Une action peut compter dans plusieurs thèmes." }
        }
        section aria-labelledby="dates" {
            h2 id="dates" { "Dates" }
            dl class="dates" {
                @for (when, what, who) in DATES {
                    div { dt { (when) } dd { (what) " " span class="source" { "Source : " (who) "." } } }
                }
            }
        }
        section aria-labelledby="soutien" {
            h2 id="soutien" { "Soutien à l’animation" }
            p { "L’État cofinance un chef de projet : 30\u{202f}000\u{a0}€ par an pour une ou deux intercommunalités, 40\u{202f}000\u{a0}€ pour trois ou plus, si le territoire prend en charge au moins 30\u{a0}% du poste." }
            p class="source" { "Source : " (KIT) "." }
        }
    }
}

fn accessibility_body(_: &App) -> Markup {
    html! {
        h1 { "Accessibilité" }
        p class="chapeau" { "Ce site vise le niveau AA des WCAG\u{a0}2.2. Il n’a pas fait l’objet d’un audit RGAA : ce qui suit dit ce qui a été vérifié, et rien de plus." }
        section aria-labelledby="verifie" {
            h2 id="verifie" { "Vérifié à chaque version, par des programmes" }
            ul class="puces" {
                li { "Dans Chromium, en 1280×800 et 390×844, de jour et de nuit : la carte, la recherche, la réponse." }
                li { "Au clavier seul : chercher, choisir, interroger le centre de la carte, déplacer la limite entre les deux périodes comparées, curseur nommé dont la valeur est dite. Aucun arrêt de tabulation par territoire." }
                li { "Sans JavaScript : la liste, les fiches et les réponses." }
                li { "Sans WebGL : la recherche, les réponses, et une image à la place de la carte, qui montre le pays ou le territoire de la réponse, avec son nom pour texte de remplacement." }
                li { "Par axe-core : règles WCAG\u{a0}2.0 à 2.2, niveaux A et AA, sur chaque sorte de page." }
            }
        }
        section aria-labelledby="a-la-demande" {
            h2 id="a-la-demande" { "Vérifié à la demande, sans y être obligé à chaque version" }
            ul class="puces" {
                li { "Par pa11y (HTML_CodeSniffer et axe-core) : WCAG\u{a0}2, niveau AA, sur chaque sorte de page, de jour et de nuit." }
                li { "Par Lighthouse : la note d’accessibilité de la carte, de la liste et d’une fiche." }
            }
        }
        section aria-labelledby="non-verifie" {
            h2 id="non-verifie" { "Pas vérifié" }
            ul class="puces" {
                li { "Aucun essai avec des personnes qui utilisent un lecteur d’écran." }
                li { "Aucun essai dans Firefox ni Safari à chaque version." }
            }
        }
        section aria-labelledby="sans-carte" {
            h2 id="sans-carte" { "Sans la carte" }
            p { "Tout ce que la carte montre se lit aussi dans " a href="/territoires" { "la liste" } " et sur la fiche de chaque territoire ; toute question a sa réponse en une phrase, par exemple " a href="/reponse?adresse=Pau" { "pour Pau" } "." }
        }
    }
}

fn legal_body(app: &App) -> Markup {
    let sources = &app.atlas.tables.sources;
    html! {
        h1 { "Mentions légales" }
        section aria-labelledby="donnees" {
            h2 id="donnees" { "Données" }
            p { "Les données sont publiées sous Licence Ouverte\u{a0}2.0, qui permet de les réutiliser en citant leurs producteurs :" }
            ul class="puces" {
                @for source in sources { li { (source.producteur) " : " (source.nom) " (" (source.licence) ")" } }
                @for phase in &app.atlas.tables.phases { @if let Some(e) = phase.editions.last() { li { (e.attribution) } } }
            }
            p { "Les limites sont simplifiées pour l’affichage ; le contour exact se télécharge sur chaque fiche. Ce site n’est pas un site de l’État : seules font foi les listes de ses producteurs." }
        }
        section aria-labelledby="vie-privee" {
            h2 id="vie-privee" { "Vie privée" }
            p { "Ni cookie, ni mesure d’audience, ni requête vers un autre site. Une adresse cherchée n’est ni enregistrée ni transmise à un tiers. La position n’est demandée que par le bouton prévu pour cela, et ne sert qu’à répondre." }
        }
        section aria-labelledby="logiciels" {
            h2 id="logiciels" { "Logiciels" }
            p { "La carte utilise MapLibre\u{a0}GL\u{a0}JS et la police Source\u{a0}Sans\u{a0}3 : " a href="/assets/licences.txt" { "leurs licences" } "." }
        }
    }
}
