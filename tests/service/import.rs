//! `territoires import`

use super::{
    Path, PathBuf, Run, TempDir, Value, fs, has, json, project, refuses, run, says, snapshot, text,
};

const PAU: &str = "ADECOGC_3-2_SHP_LAMB93_FXX/COMMUNE.shp";

fn fixture(name: &str) -> PathBuf {
    project("boundaries/fixtures/lecteurs").join(name)
}

fn import(files: &[PathBuf], folder: &Path) -> Run {
    let mut arguments = vec!["import", "--partiel", "--donnees", text(folder)];
    arguments.extend(files.iter().map(|f| text(f)));
    run(&arguments)
}

/// A data folder with the outlines of Pau and nine others, as GDAL wrote them.
pub fn pau() -> TempDir {
    let folder = TempDir::new().unwrap();
    let run = import(&[fixture(PAU)], folder.path());
    assert_eq!(run.code, 0, "{}", run.err);
    folder
}

/// The report of `check`, whose exit code and last line must agree with the faults it lists: outlines
/// of a part of the country leave territories without any.
fn checked(folder: &Path) -> String {
    let run = run(&["check", "--donnees", text(folder)]);
    assert_eq!(run.err, "");
    let faults = run
        .out
        .lines()
        .filter(|l| l.starts_with("DÉFAUT : "))
        .count();
    assert_eq!(run.code, i32::from(faults > 0), "{}", run.out);
    let last = run.out.lines().last().unwrap();
    match faults {
        0 => assert_eq!(last, "aucun défaut"),
        1 => assert_eq!(last, "1 défaut"),
        n => assert_eq!(last, format!("{n} défauts")),
    }
    assert!(!run.out.contains("se croisent"), "{}", run.out);
    for level in run.out.lines().filter(|l| l.contains(" unités, ")) {
        has(level, &[" 0 invalides, "]);
    }
    run.out
}

/// The answer for a point from a folder.
fn at(folder: &Path, lon: &str, lat: &str) -> String {
    says(&["locate", lon, lat, "--donnees", text(folder)])
}

/// A real delivery: the mainland and the overseas départements, each in its projection. GDAL's cut of
/// Guyane is too coarse to be a coverage: a square around Cayenne stands in for it.
#[test]
fn the_files_of_a_delivery_in_five_projections_become_one_data_set() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("donnees");
    let (w, s, e, n) = (350_000, 540_000, 360_000, 550_000);
    let ring = json!([[w, s], [e, s], [e, n], [w, n], [w, s]]);
    let mut guyane = json!({ "type": "FeatureCollection",
                             "features": [commune("97302", "Cayenne", &json!([ring]))] });
    guyane["crs"] =
        json!({ "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::2972" } });
    let cayenne = folder.path().join("guyane.geojson");
    fs::write(&cayenne, guyane.to_string()).unwrap();
    let files = [
        fixture(PAU),
        fixture("ADECOGC_3-2_SHP_RGAF09UTM20_GLP/COMMUNE.shp"),
        cayenne,
        fixture("ADECOGC_3-2_SHP_RGR92UTM40S_REU/COMMUNE.shp"),
        fixture("ADECOGC_3-2_SHP_RGM04UTM38S_MYT/COMMUNE.shp"),
    ];
    let run = import(&files, &data);
    assert_eq!(run.code, 0, "{}", run.err);
    has(
        &run.out,
        &["COMMUNE.shp", "26 avec contour", "données écrites dans"],
    );
    has(
        &checked(&data),
        &["26 avec contour", "communes : 26 unités"],
    );
    for (lon, lat, commune) in [
        ("-0.3708", "43.2951", "64445 Pau"),
        ("-61.7261", "15.9958", "97105 Basse-Terre"),
        ("-52.31", "4.93", "97302 Cayenne"),
        ("55.2945", "-20.9412", "97407 Le Port"),
        ("45.281", "-12.787", "97608 Dzaoudzi"),
    ] {
        has(&at(&data, lon, lat), &[&format!("commune : {commune}\n")]);
    }
    has(
        &at(&data, "-0.3708", "43.2951"),
        &["Oui. Pau", "ti-7510", "200067254"],
    );
    has(
        &at(&data, "2.35", "48.86"),
        &["Non. Ce point est en mer ou hors de France"],
    );
}

#[test]
fn geopackage_geojson_and_flatgeobuf_answer_as_the_shapefile_does() {
    for (file, count, lon, lat, commune) in [
        (
            "ADECOGC_3-2_GPKG_LAMB93_FXX.gpkg",
            10,
            "-0.3708",
            "43.2951",
            "64445 Pau",
        ),
        (
            "latin1_sans_cpg/COMMUNE.shp",
            10,
            "-0.3708",
            "43.2951",
            "64445 Pau",
        ),
        (
            "communes-lambert93.geojson",
            10,
            "-0.3708",
            "43.2951",
            "64445 Pau",
        ),
        ("communes-5m.geojson", 5, "-0.3708", "43.2951", "64445 Pau"),
        ("communes.fgb", 15, "-0.3708", "43.2951", "64445 Pau"),
        (
            "ADECOGC_3-2_SHP_WGS84G_FRA/COMMUNE.shp",
            5,
            "2.35",
            "48.86",
            "75056 Paris",
        ),
        (
            "ade_4_exporte/commune.shp",
            5,
            "2.35",
            "48.86",
            "75056 Paris",
        ),
        (
            "reunion_2975.fgb",
            5,
            "55.2945",
            "-20.9412",
            "97407 Le Port",
        ),
        (
            "ADE-COG_4-0_GPKG_RGAF09UTM20_GLP.gpkg",
            5,
            "-61.7261",
            "15.9958",
            "97105 Basse-Terre",
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let run = import(&[fixture(file)], folder.path());
        assert_eq!(run.code, 0, "{file}: {}", run.err);
        let name = file.rsplit('/').next().unwrap();
        has(&run.out, &[name, &format!("{count} avec contour")]);
        has(
            &at(folder.path(), lon, lat),
            &[&format!("commune : {commune}\n")],
        );
    }
}

#[test]
fn accents_survive_every_encoding() {
    let folder = TempDir::new().unwrap();
    for file in [
        PAU,
        "latin1_sans_cpg/COMMUNE.shp",
        "ADECOGC_3-2_GPKG_LAMB93_FXX.gpkg",
    ] {
        assert_eq!(import(&[fixture(file)], folder.path()).code, 0, "{file}");
        let out = says(&[
            "locate",
            "--commune",
            "29083",
            "--donnees",
            text(folder.path()),
        ]);
        has(&out, &["Île-de-Sein"]);
        let out = says(&[
            "locate",
            "--commune",
            "51410",
            "--donnees",
            text(folder.path()),
        ]);
        has(&out, &["51410 Œuilly"]);
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let (first, second) = (pau(), pau());
    let relative = |folder: &TempDir| -> Vec<(PathBuf, Vec<u8>)> {
        let all = snapshot(folder.path()).into_iter();
        all.map(|(p, b)| (p.strip_prefix(folder.path()).unwrap().to_owned(), b))
            .collect()
    };
    assert!(relative(&first) == relative(&second));
}

#[test]
fn a_part_of_the_country_is_refused_without_partiel_and_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("donnees");
    let err = refuses(
        &["import", text(&fixture(PAU)), "--donnees", text(&target)],
        1,
    );
    has(&err, &["rien n’a été écrit", "--partiel"]);
    assert!(!target.exists());
}

/// A feature of a commune near Pau, with rings as they come.
fn commune(code: &str, nom: &str, rings: &Value) -> Value {
    json!({ "type": "Feature", "properties": { "code": code, "nom": nom },
            "geometry": { "type": "Polygon", "coordinates": rings } })
}

fn square(west: f64, east: f64) -> Value {
    let (s, n) = (43.25, 43.35);
    json!([[west, s], [east, s], [east, n], [west, n], [west, s]])
}

/// Pau in the west of a pair of squares.
fn west() -> Value {
    commune("64445", "Pau", &json!([square(-0.4, -0.3)]))
}

/// Billère in the east, with this ring.
fn east(ring: &Value) -> Value {
    commune("64129", "Billère", &json!([ring]))
}

/// Writes features as `essai.geojson`.
fn written(folder: &TempDir, features: &[Value]) -> PathBuf {
    let path = folder.path().join("essai.geojson");
    let collection = json!({ "type": "FeatureCollection", "features": features });
    fs::write(&path, collection.to_string()).unwrap();
    path
}

/// Imports features that can be repaired; the report must hold `parts`.
fn repaired(features: &[Value], parts: &[&str]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("donnees");
    let run = import(&[written(&folder, features)], &data);
    assert_eq!(run.code, 0, "{}", run.err);
    has(&run.out, &["essai.geojson"]);
    has(&run.out, parts);
    checked(&data);
    (folder, data)
}

#[test]
fn a_sound_file_needs_no_repair() {
    let (_folder, data) = repaired(
        &[west(), east(&square(-0.3, -0.2))],
        &[
            "0 anneau fermé",
            "0 autocroisement,",
            "0 recouvrement,",
            "0 interstice comblé",
        ],
    );
    has(&at(&data, "-0.35", "43.3"), &["64445 Pau"]);
    has(&at(&data, "-0.25", "43.3"), &["64129 Billère"]);
}

#[test]
fn an_unclosed_ring_is_closed_and_named() {
    let ring = json!([[-0.3, 43.25], [-0.2, 43.25], [-0.2, 43.35], [-0.3, 43.35]]);
    let (_folder, data) = repaired(
        &[west(), east(&ring)],
        &[
            "essai.geojson: entité 2 (64129 Billère), polygone 1, anneau 1",
            "1 anneau",
        ],
    );
    has(&at(&data, "-0.29", "43.3"), &["64129 Billère"]);
}

#[test]
fn a_ring_that_crosses_itself_keeps_both_lobes_and_is_named() {
    let bow = json!([
        [-0.3, 43.25],
        [-0.2, 43.35],
        [-0.2, 43.25],
        [-0.3, 43.35],
        [-0.3, 43.25]
    ]);
    let (_folder, data) = repaired(
        &[west(), east(&bow)],
        &[
            "64129 Billère",
            "essai.geojson, entité 2",
            "polygone 1, anneau 1",
            "1 autocroisement",
        ],
    );
    has(&at(&data, "-0.29", "43.3"), &["64129 Billère"]);
    has(&at(&data, "-0.21", "43.3"), &["64129 Billère"]);
    has(&at(&data, "-0.25", "43.34"), &["Non. Ce point"]);
}

#[test]
fn a_sliver_of_overlap_goes_to_the_smaller_code() {
    let (_folder, data) = repaired(
        &[west(), east(&square(-0.30002, -0.2))],
        &[
            "64129 Billère (essai.geojson, entité 2)",
            "64445 Pau (essai.geojson, entité 1)",
            "1 recouvrement",
        ],
    );
    has(&at(&data, "-0.30001", "43.3"), &["64129 Billère"]);
}

#[test]
fn a_sliver_of_gap_goes_to_a_neighbour() {
    // Closed above and below by a third commune around the two.
    let around = json!([
        [
            [-0.5, 43.15],
            [-0.1, 43.15],
            [-0.1, 43.45],
            [-0.5, 43.45],
            [-0.5, 43.15]
        ],
        [
            [-0.4, 43.25],
            [-0.4, 43.35],
            [-0.2, 43.35],
            [-0.2, 43.25],
            [-0.4, 43.25]
        ],
    ]);
    let features = [
        commune("64445", "Pau", &json!([square(-0.4, -0.30002)])),
        east(&square(-0.3, -0.2)),
        commune("64284", "Jurançon", &around),
    ];
    let (_folder, data) = repaired(&features, &["1 interstice", "(essai.geojson, entité 2)"]);
    has(&at(&data, "-0.30001", "43.3"), &["64129 Billère"]);
    has(&at(&data, "-0.15", "43.2"), &["64284 Jurançon"]);
}

#[test]
fn two_features_with_one_code_and_one_name_become_one_commune() {
    let again = commune("64445", "Pau", &json!([square(-0.3, -0.2)]));
    let (_folder, data) = repaired(
        &[west(), again],
        &["entité 2", "64445", "1 code", "1 avec contour"],
    );
    has(&at(&data, "-0.35", "43.3"), &["64445 Pau"]);
    has(&at(&data, "-0.25", "43.3"), &["64445 Pau"]);
}

#[test]
fn a_commune_whose_feature_has_no_geometry_stays_known() {
    let mut empty = east(&Value::Null);
    empty["geometry"] = Value::Null;
    let (_folder, data) = repaired(&[west(), empty], &["1 avec contour, 34968 sans"]);
    let out = says(&["locate", "--commune", "64129", "--donnees", text(&data)]);
    has(&out, &["Oui. Billère", "ti-7510"]);
}

#[test]
fn what_cannot_be_repaired_is_refused_with_its_place_and_the_old_data_stay_as_they_were() {
    let folder = pau();
    let before = snapshot(folder.path());
    let pair = |ring: Value| vec![west(), east(&ring)];
    let sources = TempDir::new().unwrap();
    let cases: [(&str, Vec<Value>, &[&str]); 8] = [
        (
            "one code, two names",
            vec![
                west(),
                commune("64445", "Lescar", &json!([square(-0.3, -0.2)])),
            ],
            &["entité 2", "64445", "Lescar", "Pau", "entité 1"],
        ),
        (
            "wide overlap",
            pair(square(-0.35, -0.2)),
            &[
                "64129 Billère",
                "entité 2",
                "64445 Pau",
                "entité 1",
                "se recouvrent",
            ],
        ),
        (
            "latitude off the earth",
            pair(json!([
                [-0.3, 43.25],
                [-0.2, 43.25],
                [-0.2, 95.0],
                [-0.3, 43.25]
            ])),
            &[
                "objet 2",
                "64129",
                "polygone 1, anneau 1",
                "position 3",
                "95",
            ],
        ),
        (
            "longitude off the earth, in a hole",
            vec![commune(
                "64445",
                "Pau",
                &json!([
                    square(-0.4, -0.3),
                    [[-0.35, 43.3], [180.5, 43.3], [-0.35, 43.31], [-0.35, 43.3]]
                ]),
            )],
            &[
                "objet 1",
                "64445",
                "polygone 1, anneau 2",
                "position 2",
                "180.5",
            ],
        ),
        (
            "nothing left",
            pair(json!([
                [-0.3, 43.25],
                [-0.3, 43.25],
                [-0.3, 43.25],
                [-0.3, 43.25]
            ])),
            &["64129 Billère", "entité 2", "il ne reste rien"],
        ),
        (
            "no code",
            vec![west(), commune("Pau", "Pau", &json!([square(-0.3, -0.2)]))],
            &["objet 2", "Pau", "code INSEE", "par exemple"],
        ),
        (
            "no such département",
            vec![
                west(),
                commune("99129", "Ailleurs", &json!([square(-0.3, -0.2)])),
            ],
            &["entité 2", "99129", "département 99"],
        ),
        ("no feature", Vec::new(), &["aucun objet"]),
    ];
    for (case, features, parts) in &cases {
        let run = import(&[written(&sources, features)], folder.path());
        assert_eq!(run.code, 1, "{case}: {}", run.out);
        has(&run.err, &["essai.geojson"]);
        has(&run.err, parts);
        assert!(
            snapshot(folder.path()) == before,
            "{case}: the data changed"
        );
    }
    has(&at(folder.path(), "-0.3708", "43.2951"), &["64445 Pau"]);
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused_and_the_old_data_stay_as_they_were() {
    let folder = pau();
    let before = snapshot(folder.path());
    let sources = TempDir::new().unwrap();
    let strange = |name: &str, content: &str| {
        let path = sources.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let mut unknown = json!({ "type": "FeatureCollection", "features": [west()] });
    unknown["crs"] =
        json!({ "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::27572" } });
    let line = r#"{ "type": "FeatureCollection", "features": [{ "type": "Feature",
        "properties": { "code": "64445", "nom": "Pau" },
        "geometry": { "type": "LineString", "coordinates": [[0, 43], [1, 44]] } }] }"#;
    let cases: [(PathBuf, &[&str]); 14] = [
        (
            strange("ligne.geojson", line),
            &["objet 1", "LineString", "Polygon"],
        ),
        (
            fixture("ADE-COG_4-0_GPKG_UTM22RGFG95_GUF.gpkg"),
            &[
                "GUF.gpkg",
                "97302 Cayenne",
                "97307 Matoury",
                "se recouvrent",
            ],
        ),
        (
            strange("crs.geojson", &unknown.to_string()),
            &["EPSG:27572", "EPSG:2154"],
        ),
        (
            fixture("fautifs/lambert2/COMMUNE.shp"),
            &["COMMUNE.shp", "EPSG:2154"],
        ),
        (
            fixture("fautifs/utm31.geojson"),
            &["EPSG:32631", "EPSG:2154"],
        ),
        (fixture("fautifs/sans_prj/COMMUNE.shp"), &["COMMUNE.prj"]),
        (
            fixture("fautifs/lambert93_non_declare.geojson"),
            &["objet 1", "64129", "anneau 1", "système de coordonnées"],
        ),
        (fixture("fautifs/points.geojson"), &["objet 1", "Point"]),
        (
            fixture("fautifs/sans_code.geojson"),
            &["colonne", "INSEE_COM"],
        ),
        (fixture("fautifs/sans_commune.gpkg"), &["CANTON"]),
        (
            fixture("fautifs/ARRONDISSEMENT_MUNICIPAL.shp"),
            &["arrondissements municipaux"],
        ),
        (
            sources.path().join("absent.gpkg"),
            &["absent.gpkg", "n’existe pas"],
        ),
        (
            strange("coupe.geojson", "{\"type\": \"FeatureColl"),
            &["coupe.geojson", "tronqué"],
        ),
        (
            strange("notes.txt", "Pau"),
            &["notes.txt", "GeoPackage", "Shapefile"],
        ),
    ];
    for (file, parts) in &cases {
        let run = import(std::slice::from_ref(file), folder.path());
        assert_eq!(run.code, 1, "{}: {}", file.display(), run.out);
        has(&run.err, parts);
        // One sound file does not save a faulty one beside it.
        let run = import(&[fixture(PAU), file.clone()], folder.path());
        assert_eq!(run.code, 1, "{}: {}", file.display(), run.out);
        assert!(
            snapshot(folder.path()) == before,
            "{}: the data changed",
            file.display()
        );
    }
}

#[test]
fn a_cog_year_without_intercommunalites_is_refused_with_the_years_there_are() {
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("donnees");
    let err = refuses(
        &[
            "import",
            text(&fixture(PAU)),
            "--partiel",
            "--cog",
            "1999",
            "--donnees",
            text(&target),
        ],
        1,
    );
    has(&err, &["1999", "2023", "2026"]);
    assert!(!target.exists());
}
