//! `/ogc`: OGC API Features as its clients use it.

use super::{BTreeSet, Server, Value, has};

const ITEMS: &str = "/ogc/collections/temps-2/items";
const LAMBERT: &str = "http://www.opengis.net/def/crs/EPSG/0/2154";

fn features(path: &str) -> Value {
    let reply = Server::shared().get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        "application/geo+json",
        "{path}"
    );
    reply.json()
}

fn link(body: &Value, rel: &str) -> Option<String> {
    let links = body["links"].as_array().unwrap();
    let found = links.iter().find(|l| l["rel"] == rel)?;
    let address = found["href"].as_str().unwrap();
    Some(
        address
            .strip_prefix(&Server::shared().base)
            .unwrap()
            .to_owned(),
    )
}

fn ids(body: &Value) -> Vec<String> {
    let all = body["features"].as_array().unwrap().iter();
    all.map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_finds_the_way_from_the_landing_page() {
    let server = Server::shared();
    let landing = server.json("/ogc");
    let conformance = server.json(&link(&landing, "conformance").unwrap());
    has(
        &conformance["conformsTo"].to_string(),
        &["features-1/1.0/conf/core", "features-2/1.0/conf/crs"],
    );
    let api = server.get(&link(&landing, "service-desc").unwrap());
    assert_eq!(
        api.header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    let api = api.json();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.0."));
    assert!(api["paths"][ITEMS].is_object());
    let collections = server.json(&link(&landing, "data").unwrap());
    let all = collections["collections"].as_array().unwrap();
    assert_eq!(all.len(), 8);
    for one in all {
        let alone = server.json(&link(one, "self").unwrap());
        assert_eq!(&alone, one);
        assert_eq!(one["storageCrs"], one["crs"][0]);
        assert!(link(one, "items").is_some() && link(one, "enclosure").is_some());
    }
}

#[test]
fn pages_follow_each_other_and_lose_nothing() {
    let mut seen = Vec::new();
    let mut next = Some(format!("{ITEMS}?limit=50&region=Nouvelle-Aquitaine"));
    let mut last = None;
    while let Some(path) = next {
        let page = features(&path);
        let here = ids(&page);
        assert_eq!(page["numberReturned"], here.len());
        seen.extend(here);
        next = link(&page, "next");
        assert_eq!(link(&page, "prev").is_some(), last.is_some());
        last = Some(page);
    }
    let distinct: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len());
    assert_eq!(last.unwrap()["numberMatched"], seen.len());
    let known = Server::shared().json("/api/v1/territoires");
    let led = known["territoires"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|t| t["region"] == "Nouvelle-Aquitaine");
    assert_eq!(led.count(), seen.len());
    // More than a page may hold is a page.
    assert_eq!(
        features(&format!("{ITEMS}?limit=99999"))["numberReturned"],
        183
    );
}

#[test]
fn attributes_and_boxes_choose() {
    let of = |query: &str| ids(&features(&format!("{ITEMS}?{query}")));
    assert_eq!(of("interregional=true").len(), 3);
    assert_eq!(of("codesMembres=200067254"), ["ti-7510"]);
    assert_eq!(of("nom=personne"), Vec::<String>::new());
    // Pau; the same in Lambert-93, and with latitude first.
    let pau = of("bbox=-0.38,43.29,-0.36,43.31");
    assert_eq!(pau, ["ti-7510"]);
    assert_eq!(
        of(&format!(
            "bbox=426000,6250000,427000,6251000&bbox-crs={LAMBERT}"
        )),
        pau
    );
    assert_eq!(
        of("bbox=43.29,-0.38,43.31,-0.36&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326"),
        pau
    );
    assert_eq!(of("bbox=-40,40,-39,41"), Vec::<String>::new());
    assert_eq!(
        of("datetime=2024-01-01T00:00:00Z&interregional=true").len(),
        3
    );
}

#[test]
fn coordinates_come_in_the_system_asked_for() {
    let server = Server::shared();
    let one = format!("{ITEMS}/ti-7510");
    let first = |path: &str| {
        let reply = server.get(path);
        assert_eq!(reply.status, 200, "{path}");
        let body = reply.json();
        let mut at = &body["geometry"]["coordinates"];
        while at[0].is_array() {
            at = &at[0];
        }
        let position = [at[0].as_f64().unwrap(), at[1].as_f64().unwrap()];
        (reply.header("content-crs").to_owned(), position)
    };
    let (crs, degrees) = first(&one);
    assert_eq!(crs, "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>");
    let (crs, swapped) = first(&format!(
        "{one}?crs=http://www.opengis.net/def/crs/EPSG/0/4326"
    ));
    assert_eq!(crs, "<http://www.opengis.net/def/crs/EPSG/0/4326>");
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(near(swapped[1], degrees[0]) && near(swapped[0], degrees[1]));
    let (crs, metres) = first(&format!("{one}?crs={LAMBERT}"));
    assert_eq!(crs, format!("<{LAMBERT}>"));
    assert!(
        (300_000.0..600_000.0).contains(&metres[0])
            && (6_100_000.0..6_400_000.0).contains(&metres[1]),
        "{metres:?}"
    );
    // What lies in the Antilles may be had in their system, what lies elsewhere may not.
    let antilles = "http://www.opengis.net/def/crs/EPSG/0/5490";
    let there = features(&format!("{ITEMS}?bbox=-62,14,-60.5,17&crs={antilles}"));
    assert!(!ids(&there).is_empty());
    let problem = server.problem(&format!("{ITEMS}?crs={antilles}"), 400);
    has(problem["detail"].as_str().unwrap(), &["Guadeloupe"]);
}

#[test]
fn people_read_the_same_as_pages() {
    let server = Server::shared();
    for (path, said) in [
        ("/ogc", "OGC API Features"),
        ("/ogc/conformance", "Normes suivies"),
        ("/ogc/collections", "Territoires d’industrie, Temps 2"),
        ("/ogc/collections/communes", "EPSG/0/2154"),
        (ITEMS, "183 entités"),
        (
            "/ogc/collections/temps-2/items/ti-7510",
            "Lacq – Pau – Tarbes",
        ),
        ("/ogc/collections/pays/items?limit=1", "La suite"),
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        let reply = server.get(&format!("{path}{mark}f=html"));
        assert_eq!(
            reply.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        has(&reply.text(), &[said, "<h1>"]);
        let browser = [
            ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
            ("accept-encoding", "identity"),
        ];
        let asked = server.send(ureq::http::Method::GET, path, &browser);
        assert_eq!(
            asked.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        has(asked.header("vary"), &["accept"]);
    }
}

#[test]
fn wrong_requests_are_answered_with_one_that_works() {
    let server = Server::shared();
    for (path, status, said) in [
        ("/ogc/collections/cantons", 404, "communes"),
        ("/ogc/collections/cantons/items", 404, "communes"),
        ("/ogc/collections/temps-2/items/ti-0000", 404, "ti-0000"),
        ("/ogc/collections/temps-2/items?limit=0", 400, "limit"),
        (
            "/ogc/collections/temps-2/items?limit=beaucoup",
            400,
            "limit",
        ),
        ("/ogc/collections/temps-2/items?offset=-1", 400, "offset"),
        (
            "/ogc/collections/temps-2/items?bbox=1,2,3",
            400,
            "quatre nombres",
        ),
        (
            "/ogc/collections/temps-2/items?bbox=3,2,1,4",
            400,
            "quatre nombres",
        ),
        (
            "/ogc/collections/temps-2/items?bbox=a,b,c,d",
            400,
            "quatre nombres",
        ),
        ("/ogc/collections/temps-2/items?bbox-crs=x", 400, "bbox"),
        ("/ogc/collections/temps-2/items?crs=EPSG:2154", 400, "CRS84"),
        (
            "/ogc/collections/temps-2/items?couleur=bleu",
            400,
            "couleur",
        ),
        ("/ogc/collections/temps-2/items?f=xml", 400, "json ou html"),
        ("/ogc?couleur=bleu", 400, "couleur"),
    ] {
        let problem = server.problem(path, status);
        has(&super::plain(problem["detail"].as_str().unwrap()), &[said]);
    }
}
