//! `GET /tiles/…`

use super::{
    BTreeMap, BTreeSet, Method, Reply, Server, Value, assert_guarded, has, mvt, serve::bounds,
};

const TILE: &str = "/tiles/temps-2/6/31/23.mvt";
const LEVELS: [&str; 8] = [
    "temps-2",
    "temps-1",
    "epci",
    "ept",
    "communes",
    "departements",
    "regions",
    "pays",
];

/// The MapLibre Tile format by the end of the address, read back by its authors' decoder.
#[test]
fn the_same_tile_comes_as_mlt_where_the_address_ends_so() {
    let server = Server::shared();
    let path = "/tiles/communes/8/129/88";
    let (mvt, mlt) = (
        server.get(&format!("{path}.mvt")),
        server.get(&format!("{path}.mlt")),
    );
    assert_eq!(mlt.header("content-type"), "application/vnd.maplibre-tile");
    assert_ne!(mlt.header("etag"), mvt.header("etag"));
    assert!(mlt.body.len() < mvt.body.len());
    let mut decoder = mlt_core::Decoder::default();
    let layers = mlt_core::Parser::default().parse_layers(&mlt.body).unwrap();
    let mut layers = decoder.decode_all(layers).unwrap();
    let layer = layers.remove(0).into_layer01().unwrap();
    let layer = layer.into_tile(&mut decoder).unwrap();
    let expected = mvt::decode(&mvt.body).remove(0);
    assert_eq!((layer.name(), layers.len()), (&*expected.name, 0));
    let mut ids: Vec<_> = layer
        .features()
        .iter()
        .map(mlt_core::TileFeature::id)
        .collect();
    let mut expected: Vec<_> = expected.features.iter().map(|f| f.id).collect();
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected);
    let empty = server.get("/tiles/temps-2/6/0/0.mlt");
    assert_eq!(empty.status, 204);
}

#[test]
fn a_tile_carries_the_territories_that_are_there() {
    let reply = Server::shared().get("/tiles/temps-2,temps-2-etiquettes/6/31/23.mvt");
    assert_eq!(reply.status, 200);
    assert_eq!(
        reply.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    has(reply.header("cache-control"), &["public", "max-age="]);
    let layers = mvt::decode(&reply.body);
    let names: Vec<&str> = layers.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["temps-2", "temps-2-etiquettes"]);
    for (layer, kind) in layers.iter().zip([3, 1]) {
        let pau = layer.features.iter().find(|f| f.tags["id"].1 == "ti-7510");
        let pau = pau.unwrap_or_else(|| panic!("no ti-7510 in {}", layer.name));
        has(&super::plain(&pau.tags["nom"].1), &["Lacq – Pau – Tarbes"]);
        assert!(
            layer.features.iter().all(|f| f.kind == kind),
            "{}",
            layer.name
        );
    }
}

/// Names and types of tags in some tiles of each layer against what `TileJSON` says of it.
#[test]
fn tilejson_lists_the_fields_that_the_tiles_carry() {
    let server = Server::shared();
    let labels = LEVELS.map(|l| format!("{l}-etiquettes"));
    for names in [LEVELS.map(str::to_owned).join(","), labels.join(",")] {
        let described = server.json(&format!("/tiles/{names}.json"));
        let mut said: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for layer in described["vector_layers"].as_array().unwrap() {
            let fields = serde_json::from_value(layer["fields"].clone()).unwrap();
            said.insert(layer["id"].as_str().unwrap().to_owned(), fields);
        }
        let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for tile in ["0/0/0", "8/129/88", "8/127/93", "10/510/375"] {
            let reply = server.get(&format!("/tiles/{names}/{tile}.mvt"));
            assert_eq!(reply.status, 200, "{names}/{tile}");
            for layer in mvt::decode(&reply.body) {
                let fields = found.entry(layer.name.clone()).or_default();
                let mut ids = BTreeSet::new();
                for feature in layer.features {
                    assert!(
                        ids.insert(feature.id.unwrap()),
                        "{}: an id twice",
                        layer.name
                    );
                    // The first ring of a polygon is its exterior.
                    let sound = feature.kind == 1
                        || (feature.areas.first() > Some(&0) && !feature.areas.contains(&0));
                    assert!(sound, "{}: {:?}", layer.name, feature.areas);
                    for (name, (kind, _)) in feature.tags {
                        let before = fields.insert(name.clone(), kind.to_owned());
                        assert!(before.is_none_or(|b| b == kind), "{}.{name}", layer.name);
                    }
                }
            }
        }
        assert_eq!(said, found);
    }
}

#[test]
fn tilejson_has_what_its_specification_asks_and_its_address_works() {
    let server = Server::shared();
    for name in LEVELS {
        let described = server.json(&format!("/tiles/{name}.json"));
        assert_eq!(described["tilejson"], "3.0.0", "{name}");
        assert_eq!(
            (&described["minzoom"], &described["maxzoom"]),
            (&0.into(), &14.into())
        );
        has(
            described["attribution"].as_str().unwrap(),
            &["Licence Ouverte 2.0"],
        );
        let [west, south, east, north] = bounds(&described["bounds"]);
        assert!(-180.0 <= west && west < east && east <= 180.0, "{name}");
        assert!(-90.0 <= south && south < north && north <= 90.0, "{name}");
        let template = described["tiles"][0].as_str().unwrap();
        let tile = template.strip_prefix(&server.base).unwrap();
        let tile = tile
            .replace("{z}", "0")
            .replace("{x}", "0")
            .replace("{y}", "0");
        assert_eq!(server.get(&tile).status, 200, "{tile}");
    }
    let all = bounds(&server.json("/tiles/temps-2.json")["bounds"]);
    assert!(
        all[0] < -61.0 && all[1] < -21.0 && all[2] > 55.0 && all[3] > 51.0,
        "{all:?}"
    );
}

#[test]
fn an_empty_tile_is_no_content_and_a_known_one_not_modified() {
    let server = Server::shared();
    let empty = server.get("/tiles/temps-2/6/0/0.mvt");
    assert_eq!((empty.status, empty.body.len()), (204, 0));
    assert_guarded(&empty, ".mvt");
    assert!(empty.header("etag").len() > 8);
    for path in [
        TILE,
        "/tiles/temps-2/6/0/0.mvt",
        "/styles/neutre.json",
        "/",
        "/assets/icone.svg",
    ] {
        let etag = server.get(path).header("etag").to_owned();
        assert!(etag.len() > 8 && etag.ends_with('"'), "{path}: {etag}");
        let ask = |tags: &str| -> Reply {
            let headers = [("if-none-match", tags), ("accept-encoding", "identity")];
            server.send(Method::GET, path, &headers)
        };
        for tags in [
            etag.as_str(),
            &format!("\"autre\", W/{etag}").replace("W/W/", "W/"),
            "*",
        ] {
            let reply = ask(tags);
            assert_eq!((reply.status, reply.body.len()), (304, 0), "{path}: {tags}");
            assert_eq!(reply.header("etag"), etag, "{path}");
            assert!(!reply.header("cache-control").is_empty(), "{path}");
            assert_guarded(&reply, path);
        }
        assert_ne!(ask("\"autre\"").status, 304, "{path}");
    }
    let other = server.get("/tiles/temps-1/6/31/23.mvt");
    assert_ne!(other.header("etag"), server.get(TILE).header("etag"));
}

/// RFC 9110 § 8.8.3: a strong tag for each sequence of bytes, and the tag of any acceptable one will do.
#[test]
fn each_coding_has_its_tag_and_only_those_accepted_count() {
    let server = Server::shared();
    let ask = |accept: &str, tags: &str| {
        let headers = [("accept-encoding", accept), ("if-none-match", tags)];
        server.send(Method::GET, TILE, &headers)
    };
    let tag = |accept: &str| ask(accept, "").header("etag").to_owned();
    let tags = ["identity", "gzip", "br", "zstd"].map(tag);
    for (i, tag) in tags.iter().enumerate() {
        assert!(tag.starts_with('"') && !tags[..i].contains(tag), "{tags:?}");
    }
    let [whole, gzip, br, zstd] = &tags;
    let (both, all) = (format!("\"x\", W/{br}, {zstd}"), "gzip, br, zstd");
    for (accept, asked, answered) in [
        (all, gzip, Some(gzip)),
        (all, br, Some(br)),
        (all, whole, Some(whole)),
        (all, &both, Some(br)),
        ("gzip", gzip, Some(gzip)),
        ("gzip, zstd", &both, Some(zstd)),
        ("gzip", &both, None),
        ("gzip, br;q=0", br, None),
        ("identity", gzip, None),
        ("gzip, identity;q=0", whole, None),
    ] {
        let reply = ask(accept, asked);
        let what = format!("{accept}: {asked}");
        let status = if answered.is_some() { 304 } else { 200 };
        assert_eq!(reply.status, status, "{what}");
        if let Some(tag) = answered {
            assert_eq!(reply.header("etag"), tag, "{what}");
        }
        assert_eq!(reply.header("vary"), "accept-encoding", "{what}");
    }
}

/// What a cache may keep depends on the version in the address.
#[test]
fn only_the_address_with_todays_version_is_immutable() {
    let server = Server::shared();
    let described = server.json("/tiles/temps-2.json");
    let template = described["tiles"][0].as_str().unwrap();
    let (_, version) = template.split_once("?v=").unwrap();
    for tile in [TILE, "/tiles/temps-2/6/0/0.mvt"] {
        let current = server.get(tile);
        for (query, kept) in [
            (
                format!("?v={version}"),
                "public, max-age=31536000, immutable",
            ),
            ("?v=000000000000".to_owned(), "no-cache"),
            ("?v=".to_owned(), "no-cache"),
            (String::new(), "stale-while-revalidate"),
            ("?".to_owned(), "stale-while-revalidate"),
        ] {
            let path = format!("{tile}{query}");
            let reply = server.get(&path);
            has(reply.header("cache-control"), &[kept]);
            assert_eq!(
                kept == "no-cache",
                !reply.header("cache-control").contains("max-age")
            );
            assert!(reply.body == current.body, "{path}");
            assert_eq!(reply.header("etag"), current.header("etag"), "{path}");
            let known = [("if-none-match", reply.header("etag"))];
            let again = server.send(Method::GET, &path, &known);
            assert_eq!(again.status, 304, "{path}");
            assert_eq!(again.header("cache-control"), reply.header("cache-control"));
        }
    }
}

#[test]
fn parameters_that_a_tile_does_not_have_are_a_problem_that_names_them() {
    let server = Server::shared();
    for (query, parameter) in [
        ("w=1", "w"),
        ("v=1&v=2", "v"),
        ("v=1&jeton=x", "jeton"),
        ("V=1", "V"),
    ] {
        let problem = server.problem(&format!("{TILE}?{query}"), 400);
        assert_eq!(problem["parametre"], parameter, "{query}");
    }
}

#[test]
fn an_address_is_read_percent_encoded_and_in_any_order_of_layers() {
    let server = Server::shared();
    let plain = server.get("/tiles/temps-2,epci/6/31/23.mvt");
    for path in [
        "/tiles/temps%2D2%2cepci/6/31/23.mvt",
        "/tiles/epci,temps-2/6/31/23.mvt",
        "/tiles/epci,temps-2/%36/31/23%2Emvt",
    ] {
        // The first time it is made or looked for, then it is at hand.
        for _ in 0..2 {
            let reply = server.get(path);
            assert_eq!(reply.header("etag"), plain.header("etag"), "{path}");
            assert!(reply.body == plain.body, "{path}");
        }
    }
    server.problem("/tiles/temps-2%2F6/31/23.mvt", 404);
}

/// Small tiles would not gain by it.
#[test]
fn small_tiles_are_sent_as_they_are() {
    let server = Server::shared();
    let path = "/tiles/ept-etiquettes/9/259/176.mvt";
    let whole = server.get(path);
    let few = whole.body.len() < 200;
    let reply = server.send(Method::GET, path, &[("accept-encoding", "br, zstd")]);
    assert_eq!(reply.header("content-encoding").is_empty(), few);
    assert_eq!(reply.header("etag") == whole.header("etag"), few);
}

#[test]
fn coordinates_that_are_no_tile_are_a_problem_that_names_them() {
    let server = Server::shared();
    for (tile, parameter) in [
        ("15/0/0", "z"),
        ("4294967296/0/0", "z"),
        ("six/0/0", "z"),
        ("6/64/0", "x"),
        ("6/-1/0", "x"),
        ("6/1.5/0", "x"),
        ("0/0/1", "y"),
        ("6/0/a", "y"),
        ("6/0/", "y"),
        ("6/0/99999999999999999999", "y"),
    ] {
        let problem = server.problem(&format!("/tiles/temps-2/{tile}.mvt"), 400);
        has(problem["parametre"].as_str().unwrap(), &[parameter]);
    }
}

#[test]
fn a_layer_that_does_not_exist_is_a_problem_that_names_those_that_do() {
    let server = Server::shared();
    let long = "temps-2,".repeat(900);
    for path in [
        "/tiles/cantons/6/31/23.mvt",
        "/tiles/cantons.json",
        "/tiles/temps-2,cantons.json",
    ] {
        let problem = server.problem(path, 404);
        let detail = problem["detail"].as_str().unwrap();
        has(detail, &["cantons", "-etiquettes"]);
        has(detail, &LEVELS);
    }
    for path in [
        "/tiles/temps-2,temps-2.json",
        "/tiles/temps-2,.json",
        "/tiles/,/6/31/23.mvt",
        "/tiles/temps-2-etiquettes-etiquettes.json",
        "/tiles/temps-2/6/31/23.png",
        "/tiles/temps-2/6/31/23",
        "/tiles/temps-2",
        "/tiles/TEMPS-2.json",
        &format!("/tiles/{long}.json"),
        &format!("/tiles/{long}/6/31/23.mvt"),
    ] {
        server.problem(path, 404);
    }
}

#[test]
fn many_at_once_get_the_same_tile() {
    let server = Server::shared();
    let path = "/tiles/communes,epci/9/256/187.mvt";
    let bodies: Vec<Reply> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..24).map(|_| scope.spawn(|| server.get(path))).collect();
        asking.into_iter().map(|a| a.join().unwrap()).collect()
    });
    assert!(
        bodies
            .iter()
            .all(|b| b.status == 200 && b.body == bodies[0].body)
    );
}

/// What the map asks for: every source of every style, and every layer it draws from.
#[test]
fn the_styles_draw_from_layers_that_are_served() {
    let server = Server::shared();
    for style in ["neutre", "neutre-sombre"] {
        let style = server.json(&format!("/styles/{style}.json"));
        assert_eq!(style["version"], 8);
        let mut offered: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (source, value) in style["sources"].as_object().unwrap() {
            let described = server.json(value["url"].as_str().unwrap());
            let layers = described["vector_layers"].as_array().unwrap();
            let ids = layers.iter().map(|l| l["id"].as_str().unwrap().to_owned());
            offered.insert(source, ids.collect());
        }
        for layer in style["layers"].as_array().unwrap() {
            if let (Value::String(source), Value::String(of)) =
                (&layer["source"], &layer["source-layer"])
            {
                assert!(offered[source.as_str()].contains(of), "{source}: {of}");
            }
        }
    }
}
