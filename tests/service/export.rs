//! `territoires export`

use super::{BTreeSet, Value, fs, has, refuses, says, text};

/// Twice the signed area of a closed ring, in square degrees.
fn doubled_area(ring: &[Value]) -> f64 {
    let at = |v: &Value| (v[0].as_f64().unwrap(), v[1].as_f64().unwrap());
    ring.windows(2)
        .map(|w| (at(&w[0]), at(&w[1])))
        .map(|((x, y), (u, v))| x * v - u * y)
        .sum()
}

fn assert_polygon(polygon: &Value, what: &Value) {
    for (i, ring) in polygon.as_array().unwrap().iter().enumerate() {
        let ring = ring.as_array().unwrap();
        assert!(ring.len() > 3 && ring.first() == ring.last(), "{what}");
        assert_eq!(doubled_area(ring) > 0.0, i == 0, "{what}: ring {i}");
    }
}

fn assert_feature(feature: &Value) -> (u64, String) {
    let geometry = &feature["geometry"];
    let what = &feature["properties"];
    match geometry["type"].as_str().unwrap() {
        "Polygon" => assert_polygon(&geometry["coordinates"], what),
        "MultiPolygon" => {
            let polygons = geometry["coordinates"].as_array().unwrap();
            assert!(polygons.len() > 1, "{what}");
            for polygon in polygons {
                assert_polygon(polygon, what);
            }
        }
        other => panic!("{what}: {other}"),
    }
    (
        feature["id"].as_u64().unwrap(),
        what["id"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn a_level_is_written_as_rfc_7946_has_it_whole_and_by_lines() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("territoires.geojson");
    let out = says(&["export", "temps-2", text(&whole)]);
    has(&out, &["temps-2 : 183 entités", "ANCT", "Licence Ouverte"]);
    let collection: Value = serde_json::from_slice(&fs::read(&whole).unwrap()).unwrap();
    assert_eq!(collection["type"], "FeatureCollection");
    assert_eq!(collection["name"], "temps-2");
    assert_eq!(collection["licence"], "Licence Ouverte 2.0");
    has(
        collection["attribution"].as_str().unwrap(),
        &["ANCT", "IGN"],
    );
    let features = collection["features"].as_array().unwrap();
    let known: BTreeSet<(u64, String)> = features.iter().map(assert_feature).collect();
    assert_eq!(known.len(), 183);
    let lacq = features
        .iter()
        .find(|f| f["properties"]["id"] == "ti-7510")
        .unwrap();
    assert_eq!(lacq["properties"]["nom"], "Lacq – Pau – Tarbes");
    assert_eq!(lacq["properties"]["interregional"], true);
    assert!(lacq["properties"]["population"].as_u64().unwrap() > 300_000);

    let lines = folder.path().join("territoires.geojsonl");
    says(&["export", "temps-2", text(&lines)]);
    let lines = fs::read_to_string(&lines).unwrap();
    let by_line: Vec<Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(&by_line, features);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        2,
        "a file is left beside"
    );
}

#[test]
fn what_cannot_be_written_is_refused_and_the_old_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    fs::write(&path, "old").unwrap();
    has(
        &refuses(&["export", "cantons", text(&path)], 1),
        &["« cantons » n’existe pas", "temps-2, temps-1, epci"],
    );
    let other = folder.path().join("a.dxf");
    has(
        &refuses(&["export", "ept", text(&other)], 1),
        &["a.dxf", ".gpkg", ".geojson"],
    );
    for (options, said) in [
        (["--crs", "2154"], "RFC 7946"),
        (["--crs", "27572"], "2154, 5490"),
        (["--region", "Atlantide"], "Atlantide"),
        (["--territoire", "ti-0000"], "ti-0000"),
        (["--territoire", "temps-9/ti-7510"], "temps-2"),
    ] {
        let mut all = vec!["export", "ept", text(&path)];
        all.extend(options);
        has(&refuses(&all, 1), &[said]);
    }
    let bare = ["export", "ept", text(&path), "--sans-geometrie"];
    has(&refuses(&bare, 1), &["CSV"]);
    let table = folder.path().join("b.csv");
    let elsewhere = ["export", "regions", text(&table), "--crs", "5490"];
    has(&refuses(&elsewhere, 1), &["Guadeloupe", "n’y est pas"]);
    let nowhere = folder.path().join("absent/a.geojson");
    has(
        &refuses(&["export", "ept", text(&nowhere)], 1),
        &["impossible d’écrire"],
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
