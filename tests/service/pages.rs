//! The pages that are read: what a person without script, and a search engine, find.

use super::{Method, Reply, Server, has};

fn page(path: &str) -> Reply {
    let reply = Server::shared().get(path);
    assert_eq!(
        reply.header("content-type"),
        "text/html; charset=utf-8",
        "{path}"
    );
    assert!(
        reply
            .header("content-security-policy")
            .contains("default-src 'none'; script-src 'self'"),
        "{path}"
    );
    reply
}

/// The page's text without its marks.
fn words(reply: &Reply) -> String {
    let mut text = String::new();
    let mut is_mark = false;
    for c in reply.text().chars() {
        match c {
            '<' => is_mark = true,
            '>' => is_mark = false,
            c if !is_mark => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn the_list_has_every_territory_and_narrows_down() {
    let all = page("/territoires");
    assert_eq!(all.status, 200);
    assert_eq!(all.text().matches("<th scope=\"row\">").count(), 183);
    let bretons = page("/territoires?region=Bretagne&departement=&q=&evolution=");
    let from_api = Server::shared().json("/api/v1/territoires?region=Bretagne");
    let count = from_api["nombre"].as_u64().unwrap();
    assert_eq!(
        bretons.text().matches("<th scope=\"row\">").count() as u64,
        count
    );
    has(
        &words(&bretons),
        &[&format!("{count} territoires sur 183.")],
    );
    let three = page("/territoires?interregional=oui");
    has(
        &words(&three),
        &["3 territoires sur 183.", "Lacq – Pau – Tarbes"],
    );
    let none = page("/territoires?q=biarritz");
    has(
        &words(&none),
        &["Aucun territoire ne répond", "« biarritz »"],
    );
    has(&none.text(), &["/reponse?adresse=biarritz"]);
}

#[test]
fn the_list_is_sorted_by_what_is_asked() {
    let page = page("/territoires?tri=population");
    let first = page.text();
    let first = first.split("<th scope=\"row\">").nth(1).unwrap();
    let all = Server::shared().json("/api/v1/territoires");
    let most = all["territoires"].as_array().unwrap().iter();
    let most = most.max_by_key(|t| t["population"].as_u64()).unwrap();
    assert!(first.contains(&format!("/{}\"", most["id"].as_str().unwrap())));
}

#[test]
fn a_territory_is_told_and_drawn() {
    let reply = page("/territoires/temps-2/ti-7510");
    assert_eq!(reply.status, 200);
    has(
        &words(&reply),
        &[
            "Lacq – Pau – Tarbes",
            "542 931",
            "11 intercommunalités",
            "CA Pau Béarn Pyrénées",
            "72 communes venues",
            "40 000 € par an",
            "Territoires voisins",
        ],
    );
    let text = reply.text();
    assert_eq!(text.matches("class=\"membre\"").count(), 11);
    assert_eq!(text.matches("<h1>").count(), 1);
    assert!(text.contains("application/ld+json"));
    // Every link of the site leads somewhere.
    let mut links: Vec<&str> = text
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with('/') && !link.starts_with("/#"))
        .collect();
    links.sort_unstable();
    links.dedup();
    assert!(links.len() > 500);
    for link in links.iter().step_by(17) {
        let link = link.replace("&amp;", "&");
        assert_eq!(Server::shared().get(&link).status, 200, "{link}");
    }
}

#[test]
fn pictures_of_a_territory_are_pictures() {
    let server = Server::shared();
    let svg = server.get("/territoires/temps-2/ti-1104/carte.svg");
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    has(
        &svg.text(),
        &["<svg xmlns=", "class=\"contour\"", "<style>"],
    );
    let png = server.get("/territoires/temps-2/ti-1104/apercu.png");
    assert_eq!(png.header("content-type"), "image/png");
    assert!(png.body.starts_with(b"\x89PNG\r\n\x1a\n"));
    let size = |at: usize| u32::from_be_bytes(png.body[at..at + 4].try_into().unwrap());
    assert_eq!((size(16), size(20)), (1200, 630));
}

#[test]
fn a_question_has_its_answer_as_a_page() {
    has(
        &words(&page("/reponse?adresse=Pau")),
        &["Oui. Pau fait partie"],
    );
    has(
        &words(&page("/reponse?commune=33009")),
        &["Non. Arcachon ne fait partie", "Le plus proche"],
    );
    let choice = page("/reponse?adresse=Saint-Denis");
    has(&words(&choice), &["Cela dépend.", "Choisissez"]);
    has(&choice.text(), &["/reponse?commune=97411"]);
}

#[test]
fn what_is_wrong_is_said_in_a_page_with_its_status() {
    for (path, status, said) in [
        ("/territoires/temps-2/ti-0000", 404, "ti-0000"),
        (
            "/territoires/temps-9/ti-7510",
            404,
            "Cette phase n’existe pas",
        ),
        ("/territoires?region=Atlantide", 404, "Atlantide"),
        ("/territoires?tri=couleur", 400, "Ce tri n’existe pas"),
        ("/territoires?couleur=bleu", 400, "couleur"),
        ("/reponse", 400, "Il faut"),
        ("/reponse?commune=99999", 404, "99999"),
        ("/territoires?q=%3Cscript%3E", 200, "Aucun territoire"),
    ] {
        let reply = page(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        has(&words(&reply), &[said]);
        assert!(!reply.text().contains("<script>"), "{path}");
    }
}

#[test]
fn search_engines_find_all_pages_of_a_site_that_has_a_name() {
    let server = Server::start(&["--url", "https://territoires.example"]);
    let map = server.get("/sitemap.xml").text();
    assert_eq!(
        map.matches("<loc>https://territoires.example/").count(),
        6 + 183 + 149
    );
    has(
        &server.get("/robots.txt").text(),
        &["Sitemap: https://territoires.example/sitemap.xml"],
    );
    let page = server.get("/territoires/temps-1/ti-7505").text();
    has(
        &page,
        &[
            "rel=\"canonical\" href=\"https://territoires.example/territoires/temps-1/ti-7505\"",
            "property=\"og:image\" content=\"https://territoires.example/territoires/temps-1/ti-7505/apercu.png\"",
        ],
    );
    // Of a site without a name, no caller may decide it.
    let nameless = Server::shared().send(
        ureq::http::Method::GET,
        "/territoires/temps-1/ti-7505",
        &[("accept-encoding", "identity"), ("host", "evil.example")],
    );
    assert!(!nameless.text().contains("evil.example"));
}

#[test]
fn only_the_map_for_other_sites_may_be_framed_by_them() {
    let policy = |path: &str| {
        let reply = Server::shared().get(path);
        reply.header("content-security-policy").to_owned()
    };
    has(&policy("/integration"), &["frame-ancestors *"]);
    for path in ["/", "/territoires", "/docs"] {
        has(&policy(path), &["frame-ancestors 'self'"]);
    }
}

#[test]
fn the_other_pages_are_there() {
    for (path, said) in [
        ("/programme", "29 territoires nouveaux, 80 reconfigurés, 74"),
        ("/donnees", "territoires.gpkg"),
        ("/accessibilite", "Pas vérifié"),
        ("/mentions", "Licence Ouverte 2.0"),
    ] {
        let reply = page(path);
        assert_eq!(reply.status, 200, "{path}");
        has(&words(&reply), &[said]);
    }
}

#[test]
fn the_list_leads_to_the_same_territories_on_the_map_and_as_data() {
    let plain = page("/territoires?tri=population&q=&region=").text();
    has(
        &plain,
        &[
            "href=\"/\">Voir ces territoires sur la carte",
            "href=\"/api/v1/territoires?format=csv\"",
        ],
    );
    let page =
        page("/territoires?phase=temps-1&region=Occitanie&interregional=oui&tri=communes&q=")
            .text();
    has(
        &page,
        &[
            "href=\"/#phase=temps-1&amp;region=Occitanie&amp;interregional=oui\"",
            "href=\"/api/v1/territoires?phase=temps-1&amp;region=Occitanie&amp;interregional=oui&amp;format=csv\"",
        ],
    );
}

#[test]
fn the_front_page_says_what_the_data_say() {
    let page = page("/");
    let text = page.text();
    assert!(!text.contains("[["), "a place is left empty");
    has(
        &text,
        &[
            "la carte des 183 territoires</title>",
            "value=\"temps-2\" data-nom=\"Temps 2\" data-periode=\"2023-2027\" checked",
            "value=\"temps-1\" data-nom=\"Temps 1\" data-periode=\"2018-2022\">",
        ],
    );
    let known = [("if-none-match", page.header("etag"))];
    assert_eq!(Server::shared().send(Method::GET, "/", &known).status, 304);
}

#[test]
fn the_front_page_shows_pictures_that_are_kept_for_ever() {
    let server = Server::shared();
    let text = page("/").text();
    let (_, version) = text.split_once("/apercu/metropole/neutre.png?v=").unwrap();
    let version = &version[..12];
    for name in [
        "neutre",
        "neutre-sombre",
        "neutre-large",
        "neutre-sombre-large",
    ] {
        for (query, kept) in [
            (format!("?v={version}"), "immutable"),
            ("?v=000000000000".to_owned(), "no-cache"),
            (String::new(), "stale-while-revalidate"),
        ] {
            let path = format!("/apercu/metropole/{name}.png{query}");
            let reply = server.get(&path);
            assert_eq!(reply.header("content-type"), "image/png");
            has(reply.header("cache-control"), &[kept]);
            assert!(reply.body.starts_with(b"\x89PNG\r\n\x1a\n"), "{path}");
            assert!(
                reply.body.len() < 90_000,
                "{path}: {} bytes",
                reply.body.len()
            );
            let known = [("if-none-match", reply.header("etag"))];
            assert_eq!(server.send(Method::GET, &path, &known).status, 304);
        }
    }
    for path in [
        "/apercu/atlantide/neutre.png",
        "/apercu/corse/regions.png",
        "/apercu/corse/neutre.svg",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn files_under_a_name_of_their_content_are_kept_for_ever_and_letters_for_a_week() {
    let server = Server::shared();
    let text = page("/mentions").text();
    let (_, style) = text.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let style = style.split('"').next().unwrap();
    has(server.get(style).header("cache-control"), &["immutable"]);
    for (path, kept) in [
        ("/assets/pages.css", "must-revalidate"),
        ("/assets/pages.css?v=00000000", "must-revalidate"),
        (
            "/assets/source-sans-3-latin-400-normal.woff2",
            "max-age=604800",
        ),
    ] {
        has(server.get(path).header("cache-control"), &[kept]);
    }
}
