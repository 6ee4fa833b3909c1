//! Printed maps: what a cartographer gets from one address or one command.

use super::{Server, has, plain, run};

/// The words of an SVG, each line of text for itself.
fn words(svg: &str) -> Vec<String> {
    svg.split("<text")
        .skip(1)
        .filter_map(|text| Some(plain(text.split_once('>')?.1.split_once("</text>")?.0)))
        .collect()
}

#[test]
fn the_map_of_france_names_every_territory_and_has_layers_text_and_sources() {
    let reply = Server::shared().get("/cartes/regions.svg?papier=a3");
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "image/svg+xml");
    let svg = &reply.text();
    // The names of territories are broken into lines: joined again, each is there.
    let all = words(svg)
        .join(" ")
        .replace("- ", "-")
        .replace("&amp;", "&");
    let list = Server::shared().json("/api/v1/territoires");
    let list = list["territoires"].as_array().unwrap();
    assert_eq!(list.len(), 183);
    for territoire in list {
        let nom = plain(territoire["nom"].as_str().unwrap());
        assert!(all.contains(&nom), "{nom} is not on the map");
    }
    has(
        svg,
        &[
            "width=\"420mm\" height=\"297mm\"",
            "inkscape:groupmode=\"layer\"",
            "inkscape:label=\"Guadeloupe\"",
            "inkscape:label=\"Mayotte\"",
            "inkscape:label=\"Paris et petite couronne\"",
            "@font-face",
            "Licence Ouverte 2.0",
            "Lambert-93",
        ],
    );
    assert!(!svg.contains("<image"), "no raster in a vector map");
}

#[test]
fn a_legend_says_which_limits_are_drawn_and_no_colour_that_is_not() {
    let server = Server::shared();
    let legend = |path: &str| {
        let svg = server.get(path).text();
        let (_, dress) = svg.split_once("inkscape:label=\"Habillage\"").unwrap();
        let fills = dress.split("<path").filter(|p| p.contains("fill=\"#"));
        (words(dress).join(" "), fills.count())
    };
    let (france, all) = legend("/cartes/regions.svg?papier=a3");
    has(&france, &["Limite de territoire", "Limite de région"]);
    assert!(!france.contains("Limite de commune"), "{france}");
    // One région's territories and its neighbours': fewer hues than France has.
    let (bretagne, some) = legend("/cartes/regions.svg?papier=a4&region=Bretagne");
    has(&bretagne, &["Limite de territoire"]);
    assert!(some < all, "{some} of {all}");
    let (sheet, _) = legend("/cartes/regions.svg?papier=a4&territoire=ti-7510");
    has(
        &sheet,
        &[
            "Limite du territoire",
            "Limite d’intercommunalité",
            "Limite de commune",
        ],
    );
}

#[test]
fn the_same_order_gives_the_same_bytes_and_is_not_drawn_twice() {
    let server = Server::shared();
    let path = "/cartes/neutre.pdf?papier=a4&territoire=ti-7510";
    let first = server.get(path);
    assert_eq!(
        (first.status, first.header("content-type")),
        (200, "application/pdf")
    );
    assert!(first.body.starts_with(b"%PDF-1."), "{:?}", &first.body[..8]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feuille.pdf");
    let done = run(&[
        "carte",
        "neutre",
        file.to_str().unwrap(),
        "--papier",
        "a4",
        "--territoire",
        "ti-7510",
    ]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(
        std::fs::read(&file).unwrap() == first.body,
        "the command and the address draw the same sheet"
    );
}

#[test]
fn a_sheet_of_a_territory_names_its_members() {
    let svg = Server::shared().get("/cartes/neutre.svg?papier=a4&territoire=ti-7510");
    let all = words(&svg.text()).join(" ");
    has(
        &all,
        &[
            "Lacq – Pau – Tarbes",
            "Pau",
            "Tarbes",
            "CA Pau Béarn Pyrénées",
            "habitants",
        ],
    );
}

#[test]
fn a_picture_has_the_dots_that_were_asked_for() {
    let reply = Server::shared()
        .get("/cartes/evolution.png?largeur=200&hauteur=150&dpi=127&region=Bretagne");
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "image/png")
    );
    let side = |at: usize| u32::from_be_bytes(reply.body[at..at + 4].try_into().unwrap());
    assert_eq!([side(16), side(20)], [1000, 750]);
}

#[test]
fn what_cannot_be_drawn_is_refused_in_one_sentence() {
    for (path, status, words) in [
        ("/cartes/regions.tiff", 404, "svg, pdf ou png"),
        ("/cartes/rose.pdf", 404, "regions"),
        ("/cartes/regions.pdf?papier=a5", 400, "a4, a3, a2, a1, a0"),
        (
            "/cartes/regions.pdf?papier=a3&largeur=200&hauteur=200",
            400,
            "pas les deux",
        ),
        ("/cartes/regions.pdf?largeur=200", 400, "hauteur"),
        (
            "/cartes/regions.pdf?largeur=20&hauteur=200",
            400,
            "100 à 1500",
        ),
        ("/cartes/regions.pdf?dpi=300", 400, "png"),
        (
            "/cartes/regions.png?papier=a0&dpi=600",
            400,
            "points par pouce",
        ),
        ("/cartes/regions.pdf?region=Bourgogne", 404, "Bretagne"),
        ("/cartes/regions.pdf?territoire=ti-0000", 404, "ti-7510"),
        ("/cartes/regions.pdf?phase=temps-9", 404, "temps-2"),
        ("/cartes/regions.pdf?nord=1", 400, "oui"),
    ] {
        let reply = Server::shared().get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        assert!(reply.text().contains(words), "{path}: {}", reply.text());
    }
}

#[test]
fn a_style_of_ones_own_is_drawn_or_refused_by_name() {
    let server = Server::shared();
    let style = r##"{ "version": 8, "layers": [
        { "id": "fond", "type": "background", "paint": { "background-color": "#ffffff" } },
        { "id": "aplats", "type": "fill", "source-layer": "temps-2", "paint": { "fill-color": "#e4572e" } } ] }"##;
    let path = "/cartes/mon-style.svg?papier=a4";
    let drawn = server.post(path, "application/json", style.as_bytes());
    assert_eq!(drawn.status, 200, "{}", drawn.text());
    has(&drawn.text(), &["#e4572e", "Territoires d’industrie"]);
    let blurred = style.replace("fill-color", "fill-blur");
    let refused = server.post(path, "application/json", blurred.as_bytes());
    assert_eq!(refused.status, 400);
    has(
        &refused.text(),
        &["« aplats »", "« fill-blur »", "fill-color"],
    );
}
