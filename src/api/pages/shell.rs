//! What all written pages share: head, banner, foot. No script, nothing inline: they are read as they come.

use axum::http::{HeaderMap, Uri};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::api::forwarded;
use crate::api::state::App;
use crate::domain::attribution::LICENCE;
use crate::domain::programme::Edition;
use crate::domain::typography::{date, unbreakable};

/// The name of the site, and of the programme.
const SITE: &str = "Territoires d’industrie";

/// Both weights are on every page, and shown only where they are there in time: nothing moves when they come.
const TYPEFACE: [&str; 2] = [
    "/assets/source-sans-3-latin-400-normal.woff2",
    "/assets/source-sans-3-latin-600-normal.woff2",
];

/// A page that is read, not run.
pub struct Page<'a> {
    /// What the window and search engines call it, without the site's name.
    pub title: &'a str,
    /// One or two sentences for search engines and previews.
    pub description: &'a str,
    /// Its address on the site, with what of the query matters.
    pub path: &'a str,
    /// The address of a picture of it on the site, where it has one.
    pub picture: Option<&'a str>,
    /// Facts for machines (schema.org), as JSON-LD.
    pub facts: Option<serde_json::Value>,
    /// Whether search engines are to keep it.
    pub is_indexed: bool,
    /// What stands between banner and foot.
    pub body: Markup,
}

/// The address the site is known by, where its operator has said it: others would be what a stranger's request claims.
#[must_use]
pub fn public_base(app: &App) -> Option<String> {
    let base = forwarded::base(
        &app.service.config,
        &Uri::default(),
        &HeaderMap::new(),
        false,
    );
    app.service.config.url.as_ref().map(|_| base.url)
}

impl Page<'_> {
    /// The document.
    #[must_use]
    pub fn write(self, app: &App) -> Vec<u8> {
        let base = public_base(app);
        let address = base.as_ref().map(|base| format!("{base}{}", self.path));
        let picture = self.picture.zip(base.as_ref());
        let picture = picture.map(|(picture, base)| format!("{base}{picture}"));
        let page = html! {
            (DOCTYPE)
            html lang="fr" {
                head {
                    meta charset="utf-8";
                    title { (unbreakable(self.title)) " – " (SITE) }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="description" content=(self.description);
                    meta name="color-scheme" content="light dark";
                    @if !self.is_indexed { meta name="robots" content="noindex"; }
                    @if let Some(address) = &address {
                        link rel="canonical" href=(address);
                        meta property="og:url" content=(address);
                    }
                    meta property="og:type" content="website";
                    meta property="og:locale" content="fr_FR";
                    meta property="og:site_name" content=(SITE);
                    meta property="og:title" content=(self.title);
                    meta property="og:description" content=(self.description);
                    @if let Some(picture) = &picture {
                        meta property="og:image" content=(picture);
                        meta property="og:image:type" content="image/png";
                        meta property="og:image:width" content="1200";
                        meta property="og:image:height" content="630";
                        meta property="og:image:alt" content={ "Carte : " (self.title) };
                        meta name="twitter:card" content="summary_large_image";
                    }
                    link rel="icon" href="/assets/icone.svg" type="image/svg+xml";
                    @for face in TYPEFACE { link rel="preload" href=(face) as="font" type="font/woff2" crossorigin; }
                    link rel="stylesheet" href=(super::address_of("pages.css"));
                    @if let Some(facts) = &self.facts {
                        // JSON may not end the element that holds it.
                        script type="application/ld+json" { (PreEscaped(facts.to_string().replace('<', "\\u003c"))) }
                    }
                }
                body {
                    a class="evitement" href="#contenu" { "Aller au contenu" }
                    header class="bandeau" {
                        p class="marque" { a href="/" { (SITE) } }
                        nav aria-label="Principale" {
                            ul {
                                (entry(self.path, "/", "Carte"))
                                (entry(self.path, "/territoires", "Liste"))
                                (entry(self.path, "/programme", "Le programme"))
                                (entry(self.path, "/donnees", "Données"))
                                (entry(self.path, "/docs", "API"))
                            }
                        }
                    }
                    main id="contenu" tabindex="-1" { (self.body) }
                    footer class="pied" {
                        p { (unbreakable(&sources(app))) }
                        ul {
                            li { a href="/accessibilite" { "Accessibilité" } }
                            li { a href="/mentions" { "Mentions légales" } }
                        }
                    }
                }
            }
        };
        page.into_string().into_bytes()
    }
}

fn entry(here: &str, path: &str, name: &str) -> Markup {
    let is_here = here.split('?').next() == Some(path);
    html! { li { a href=(path) aria-current=[is_here.then_some("page")] { (name) } } }
}

/// « Liste ANCT du 4 juillet 2024 · communes au 1er janvier 2026 ».
#[must_use]
pub fn dated(app: &App, edition: &Edition) -> String {
    format!(
        "Liste {} du {} · communes au {}",
        edition.producteur,
        date(&edition.id),
        date(&format!("{}-01-01", app.atlas.tables.cog))
    )
}

/// The list of today, who drew the outlines, and the licence.
fn sources(app: &App) -> String {
    let atlas = &app.atlas;
    let phase = &atlas.tables.phases[atlas.current_phase()];
    let list = phase.editions.last().map(|edition| dated(app, edition));
    let list = list.unwrap_or_default();
    format!("{list} · limites IGN, codes INSEE · {LICENCE}")
}
