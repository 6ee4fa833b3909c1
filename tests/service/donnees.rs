//! `GET /exports/…`: what comes is what the command line writes, readable by readers that are not ours.

use std::io::{Cursor, Read};

use rusqlite::Connection;
use ureq::http::Method;

use super::{BTreeSet, Server, Value, assert_guarded, fs, has, says, text};

const EVERYTHING: [&str; 9] = [
    "geojson", "gpkg", "shp.zip", "fgb", "csv", "kml", "topojson", "pmtiles", "mbtiles",
];

fn table(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().iter().map(str::to_owned);
    let header = header.collect();
    let rows = reader
        .records()
        .map(|r| r.unwrap().iter().map(str::to_owned).collect());
    (header, rows.collect())
}

#[test]
fn every_format_is_served_with_its_name_and_kind() {
    let server = Server::shared();
    for format in EVERYTHING {
        let path = format!("/exports/ept.{format}");
        let reply = server.get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_guarded(&reply, &path);
        has(
            reply.header("content-disposition"),
            &[&format!(
                "attachment; filename=\"territoires-ept-cog-2026.{format}\""
            )],
        );
        assert_eq!(reply.header("content-length"), reply.body.len().to_string());
        let tag = reply.header("etag");
        assert!(tag.starts_with('"'), "{path}: {tag}");
        let again = server.send(Method::GET, &path, &[("if-none-match", tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let head = server.send(Method::HEAD, &path, &[("accept-encoding", "identity")]);
        assert_eq!(head.status, 200, "{path}");
    }
}

#[test]
fn the_command_line_writes_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::shared();
    for format in EVERYTHING {
        let path = folder.path().join(format!("a.{format}"));
        says(&["export", "ept", text(&path)]);
        let reply = server.get(&format!("/exports/ept.{format}"));
        assert!(fs::read(&path).unwrap() == reply.body, "{format}");
    }
    let path = folder.path().join("b.gpkg");
    says(&[
        "export",
        "temps-2",
        text(&path),
        "--crs",
        "2154",
        "--region",
        "Bretagne",
    ]);
    let reply = server.get("/exports/temps-2.gpkg?region=53&crs=EPSG:2154");
    assert!(fs::read(&path).unwrap() == reply.body);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        10,
        "a file is left beside"
    );
}

#[test]
fn a_table_says_all_that_the_api_says() {
    let server = Server::shared();
    let reply = server.get("/exports/temps-2.csv?geometrie=non");
    let (header, rows) = table(&reply.body);
    assert_eq!(rows.len(), 183);
    let row = rows.iter().find(|r| r[1] == "ti-7510").unwrap();
    let cell = |name: &str| &row[header.iter().position(|h| h == name).unwrap()];
    let known = server.json("/api/v1/territoires/temps-2/ti-7510");
    for name in ["phase", "id", "nom", "region", "evolution"] {
        assert_eq!(cell(name), known[name].as_str().unwrap(), "{name}");
    }
    for name in [
        "communes",
        "population",
        "superficieKm2",
        "soutienAnimationEuros",
        "interregional",
        "intercommunalites",
    ] {
        assert_eq!(*cell(name), known[name].to_string(), "{name}");
    }
    let several = |list: &Value, member: &str| {
        let all = list.as_array().unwrap().iter();
        let all: Vec<&str> = all.map(|one| one[member].as_str().unwrap()).collect();
        all.join(" ; ")
    };
    for (name, list, member) in [
        ("regions", "regions", "nom"),
        ("codesDepartements", "departements", "code"),
        ("predecesseurs", "predecesseurs", "id"),
        ("membres", "membres", "nom"),
        ("codesMembres", "membres", "code"),
    ] {
        assert_eq!(*cell(name), several(&known[list], member), "{name}");
    }
    assert_eq!(*cell("ouest"), known["bbox"][0].to_string());
    assert_eq!(*cell("centreLat"), known["centre"]["lat"].to_string());
    has(cell("attribution"), &["ANCT", "IGN"]);
    assert!(!header.contains(&"geometrie".to_owned()));
}

#[test]
fn filters_leave_what_they_name() {
    let server = Server::shared();
    let rows = |path: &str| table(&server.get(path).body).1;
    let count = |path: &str| rows(path).len() as u64;
    let bretons = server.json("/api/v1/territoires?region=Bretagne");
    assert_eq!(
        Some(count("/exports/temps-2.csv?region=53&geometrie=non")),
        bretons["nombre"].as_u64()
    );
    let one = server.json("/api/v1/territoires/temps-2/ti-7510");
    let communes = count("/exports/communes.csv?territoire=ti-7510&geometrie=non");
    assert_eq!(Some(communes), one["communes"].as_u64());
    let own = rows("/exports/temps-1.csv?territoire=ti-1104&geometrie=non");
    assert!(
        own.len() == 1 && own[0][2].contains("Grand-Orly"),
        "{own:?}"
    );
    let before = rows("/exports/temps-1.csv?territoire=temps-2/ti-7510&geometrie=non");
    let before: BTreeSet<&str> = before.iter().map(|r| r[1].as_str()).collect();
    let known = one["predecesseurs"].as_array().unwrap().iter();
    assert_eq!(before, known.map(|p| p["id"].as_str().unwrap()).collect());
    assert_eq!(
        count("/exports/departements.csv?region=Bretagne&geometrie=non"),
        4
    );
}

#[test]
fn a_geopackage_opens_with_its_style_its_index_and_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let reply = Server::shared().get("/exports/temps-2.gpkg?crs=2154&region=75");
    fs::write(&path, &reply.body).unwrap();
    let base = Connection::open(&path).unwrap();
    let number = |sql: &str| base.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let words = |sql: &str| {
        base.query_row(sql, [], |row| row.get::<_, String>(0))
            .unwrap()
    };
    assert_eq!(number("PRAGMA application_id"), 0x4750_4b47);
    assert_eq!(words("PRAGMA integrity_check"), "ok");
    let features = number("SELECT count(*) FROM temps_2");
    assert!(features > 10);
    assert_eq!(number("SELECT count(*) FROM rtree_temps_2_geom"), features);
    assert_eq!(number("SELECT srs_id FROM gpkg_geometry_columns"), 2154);
    has(
        &words("SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = 2154"),
        &["RGF93", "2154"],
    );
    has(
        &words("SELECT metadata FROM gpkg_metadata"),
        &["ANCT", "Licence Ouverte 2.0", "2024-07-04"],
    );
    has(
        &words("SELECT styleQML FROM layer_styles WHERE useAsDefault"),
        &["attr=\"classe\"", "fieldName=\"nom\""],
    );
    has(
        &words("SELECT styleSLD FROM layer_styles WHERE styleName = 'evolution'"),
        &["reconfigure"],
    );
    // Metres of the mainland.
    assert_eq!(
        number(
            "SELECT count(*) FROM rtree_temps_2_geom WHERE minx > 200000 AND maxx < 800000 AND miny > 6100000"
        ),
        features
    );
}

#[test]
fn a_shapefile_says_which_column_is_which() {
    let reply = Server::shared().get("/exports/temps-2.shp.zip?crs=2154&territoire=ti-7510");
    let mut archive = zip::ZipArchive::new(Cursor::new(reply.body)).unwrap();
    let mut part = |name: &str| {
        let mut bytes = Vec::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    };
    assert_eq!(part("temps-2.cpg"), b"UTF-8");
    has(
        &String::from_utf8(part("temps-2.prj")).unwrap(),
        &["RGF_1993_Lambert_93"],
    );
    let readme = String::from_utf8(part("LISEZMOI.txt")).unwrap();
    has(
        &readme,
        &[
            "superf_km2 (superficieKm2)",
            "Licence Ouverte 2.0",
            "EPSG:2154",
            "ANCT",
        ],
    );
    let (shp, dbf) = (part("temps-2.shp"), part("temps-2.dbf"));
    let shapes = shapefile::ShapeReader::new(Cursor::new(shp)).unwrap();
    assert_eq!(shapes.read().unwrap().len(), 1);
    let mut records = shapefile::dbase::Reader::new(Cursor::new(dbf)).unwrap();
    let records = records.read().unwrap();
    assert_eq!(records.len(), 1);
    for (name, said) in [
        ("id", "ti-7510"),
        ("nom", "Lacq – Pau – Tarbes"),
        ("mbr_codes", "200067254"),
    ] {
        has(&format!("{:?}", records[0].get(name).unwrap()), &[said]);
    }
}

#[test]
fn a_topology_gives_the_outlines_of_geojson_back() {
    let server = Server::shared();
    let topology: Value = serde_json::from_slice(
        &server
            .get("/exports/departements.topojson?region=Bretagne")
            .body,
    )
    .unwrap();
    let plain: Value = serde_json::from_slice(
        &server
            .get("/exports/departements.geojson?region=Bretagne")
            .body,
    )
    .unwrap();
    let arcs: Vec<Vec<(i64, i64)>> = topology["arcs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|arc| {
            let mut at = (0, 0);
            let steps = arc.as_array().unwrap().iter();
            steps
                .map(|s| {
                    at = (at.0 + s[0].as_i64().unwrap(), at.1 + s[1].as_i64().unwrap());
                    at
                })
                .collect()
        })
        .collect();
    let ring = |indices: &Value| {
        let mut ring: Vec<(i64, i64)> = Vec::new();
        for index in indices.as_array().unwrap() {
            let index = index.as_i64().unwrap();
            let mut arc =
                arcs[usize::try_from(if index < 0 { !index } else { index }).unwrap()].clone();
            if index < 0 {
                arc.reverse();
            }
            if let Some(last) = ring.pop() {
                assert_eq!(last, arc[0], "arcs follow each other");
            }
            ring.extend(arc);
        }
        assert_eq!(ring.first(), ring.last(), "rings close");
        ring
    };
    // From its smallest position on, so that where a ring starts does not matter.
    let turned = |mut ring: Vec<(i64, i64)>| {
        ring.pop();
        let least = (0..ring.len()).min_by_key(|&i| ring[i]).unwrap();
        ring.rotate_left(least);
        ring
    };
    let rings = |polygons: &Value, kind: &Value| -> Vec<Value> {
        let polygons = polygons.as_array().unwrap();
        if kind == "Polygon" {
            polygons.clone()
        } else {
            polygons
                .iter()
                .flat_map(|p| p.as_array().unwrap().clone())
                .collect()
        }
    };
    let objects = topology["objects"]["departements"]["geometries"]
        .as_array()
        .unwrap();
    let features = plain["features"].as_array().unwrap();
    assert_eq!((objects.len(), features.len()), (4, 4));
    #[allow(clippy::cast_possible_truncation)] // micro-degrees
    let whole = |v: &Value| (v.as_f64().unwrap() * 1e6).round() as i64;
    for (object, feature) in objects.iter().zip(features) {
        assert_eq!(object["properties"], feature["properties"]);
        let geometry = &feature["geometry"];
        let ours: Vec<_> = rings(&object["arcs"], &object["type"])
            .iter()
            .map(|r| turned(ring(r)))
            .collect();
        let theirs: Vec<_> = rings(&geometry["coordinates"], &geometry["type"])
            .iter()
            .map(|r| {
                let positions = r.as_array().unwrap().iter();
                turned(positions.map(|p| (whole(&p[0]), whole(&p[1]))).collect())
            })
            .collect();
        assert_eq!(ours, theirs, "{}", object["id"]);
    }
}

#[test]
fn a_part_of_a_file_is_sent() {
    let server = Server::shared();
    let path = "/exports/ept.fgb";
    let whole = server.get(path);
    let part = |range: &str| server.send(Method::GET, path, &[("range", range)]);
    let some = part("bytes=8-99");
    assert_eq!(some.status, 206);
    assert!(some.body == whole.body[8..100]);
    assert_eq!(
        some.header("content-range"),
        format!("bytes 8-99/{}", whole.body.len())
    );
    let beyond = part("bytes=99999999-");
    assert_eq!(beyond.status, 416);
    has(&beyond.text(), &["octets"]);
    // Text shrinks on its way, and comes back the same.
    let text = server.send(
        Method::GET,
        "/exports/ept.kml",
        &[("accept-encoding", "zstd")],
    );
    assert_eq!(text.header("content-encoding"), "zstd");
    let mut plain = Vec::new();
    zstd::stream::copy_decode(&text.body[..], &mut plain).unwrap();
    assert!(plain == server.get("/exports/ept.kml").body);
}

#[test]
fn what_cannot_be_had_is_said_with_what_can() {
    let server = Server::shared();
    for (path, status, parts) in [
        ("/exports/cantons.gpkg", 404, &["cantons", "communes"][..]),
        ("/exports/temps-2.dxf", 404, &["temps-2.dxf", ".gpkg"]),
        ("/exports/temps-2", 404, &[".gpkg"]),
        (
            "/exports/temps-2.gpkg?region=Atlantide",
            404,
            &["Atlantide"],
        ),
        (
            "/exports/temps-2.gpkg?territoire=ti-0000",
            404,
            &["ti-0000"],
        ),
        (
            "/exports/temps-2.geojson?crs=2154",
            400,
            &["RFC 7946", "gpkg"],
        ),
        ("/exports/temps-2.kml?crs=2154", 400, &["KML"]),
        ("/exports/temps-2.topojson?crs=2154", 400, &["TopoJSON"]),
        ("/exports/temps-2.pmtiles?crs=2154", 400, &["Web Mercator"]),
        ("/exports/temps-2.gpkg?crs=27572", 400, &["27572", "2154"]),
        (
            "/exports/temps-2.gpkg?crs=2975",
            400,
            &["La Réunion", "region="],
        ),
        ("/exports/temps-2.gpkg?geometrie=non", 400, &["CSV"]),
        (
            "/exports/temps-2.csv?geometrie=peut-etre",
            400,
            &["oui ou non"],
        ),
        ("/exports/pays.gpkg?region=75", 400, &["pays"]),
        (
            "/exports/temps-2.mbtiles?territoire=ti-7510",
            400,
            &["MBTiles"],
        ),
        ("/exports/temps-2.gpkg?couleur=bleu", 400, &["couleur"]),
    ] {
        let problem = server.problem(path, status);
        has(&super::plain(problem["detail"].as_str().unwrap()), parts);
    }
}

#[test]
fn the_files_are_described_for_programs_and_for_people() {
    let server = Server::shared();
    let package = server.json("/exports/datapackage.json");
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 8 * 9);
    let page = server.get("/donnees").text();
    for resource in resources {
        let path = resource["path"]
            .as_str()
            .unwrap()
            .strip_prefix(&server.base)
            .unwrap();
        has(&page, &[&format!("href=\"{path}\"")]);
    }
    let csv = resources
        .iter()
        .find(|r| r["name"] == "temps-2-csv")
        .unwrap();
    let fields = csv["schema"]["fields"].as_array().unwrap();
    let (header, _) = table(&server.get("/exports/temps-2.csv?territoire=ti-7510").body);
    let names: Vec<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(header, names);
    has(
        &page,
        &[
            "/ogc",
            "EPSG:2154",
            "Licence Ouverte 2.0",
            "4 juillet 2024",
            "183 entités",
        ],
    );
    let map = server.json("/tiles/temps-2,temps-2-etiquettes.json");
    assert_eq!(map["data"].as_array().unwrap().len(), 1);
    has(
        map["data"][0].as_str().unwrap(),
        &["/exports/temps-2.geojson"],
    );
}
