//! The product as a stranger uses it: the binary, files and HTTP. Nothing of the library is linked.

// Helpers of tests, which clippy does not take for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use ureq::http::{HeaderMap, Method, Request};

/// The binary under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_territoires");

/// What a command printed, no-break spaces as plain ones, and its exit code.
struct Run {
    code: i32,
    out: String,
    err: String,
}

fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}

fn run(arguments: &[&str]) -> Run {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    Run {
        code: output.status.code().expect("ended by a signal"),
        out: plain(&String::from_utf8(output.stdout).unwrap()),
        err: plain(&String::from_utf8(output.stderr).unwrap()),
    }
}

/// Runs a command that must succeed without a word on stderr.
fn says(arguments: &[&str]) -> String {
    let run = run(arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
    assert_eq!(run.err, "", "{arguments:?}");
    run.out
}

/// Runs a command that must fail with this exit code, and say why on stderr.
fn refuses(arguments: &[&str], code: i32) -> String {
    let run = run(arguments);
    assert_eq!(run.code, code, "{arguments:?}: {}{}", run.out, run.err);
    assert!(run.err.len() > 20, "{arguments:?}: no reason given");
    assert!(!run.err.contains("panicked"), "{arguments:?}: {}", run.err);
    run.err
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "« {part} » is not in: {text}");
    }
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file under a folder with its bytes.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

mod locate {
    use super::{has, refuses, says};

    #[test]
    fn a_point_in_pau_is_in_its_territory_by_its_agglomeration() {
        let out = says(&["locate", "-0.3708", "43.2951"]);
        assert!(
            out.starts_with(
                "Oui. Pau fait partie du Territoire d’industrie Lacq – Pau – Tarbes, \
                 par la CA Pau Béarn Pyrénées.\n"
            ),
            "{out}"
        );
        has(
            &out,
            &[
                "commune : 64445 Pau\n",
                "territoire : ti-7510 Lacq – Pau – Tarbes (Nouvelle-Aquitaine)\n",
                "membre : epci 200067254 CA Pau Béarn Pyrénées\n",
                "ANCT",
                "4 juillet 2024",
                "communes au 1er janvier 2026",
            ],
        );
    }

    #[test]
    fn negative_numbers_are_coordinates_and_not_options() {
        for (lon, lat, commune) in [
            ("-61.7261", "15.9958", "97105 Basse-Terre"),
            ("55.4504", "-20.8789", "97411 Saint-Denis"),
        ] {
            has(&says(&["locate", lon, lat]), &[commune]);
        }
    }

    /// How Python, among others, writes a longitude near the meridian of Greenwich.
    #[test]
    fn a_negative_number_with_an_exponent_is_a_coordinate_too() {
        has(&says(&["locate", "-1e-05", "43.3"]), &["commune : "]);
    }

    #[test]
    fn the_sea_and_swapped_coordinates_are_in_no_territory() {
        for (lon, lat) in [
            ("-5", "45"),
            ("43.2951", "-0.3708"),
            ("180", "-90"),
            ("0", "0"),
        ] {
            let out = says(&["locate", lon, lat]);
            assert!(
                out.starts_with("Non. Ce point est en mer ou hors de France"),
                "{out}"
            );
            assert!(!out.contains("commune :"), "{out}");
        }
    }

    #[test]
    fn numbers_that_are_no_place_on_earth_are_refused_with_the_order_and_an_example() {
        for (lon, lat) in [("43", "166"), ("-180.1", "0"), ("NaN", "43"), ("0", "inf")] {
            let err = refuses(&["locate", lon, lat], 1);
            has(
                &err,
                &[
                    "longitude",
                    "latitude",
                    "territoires locate -0.3708 43.2951",
                ],
            );
        }
    }

    #[test]
    fn arguments_that_do_not_parse_are_a_usage_error() {
        for arguments in [
            &["locate"][..],
            &["locate", "-0.37"],
            &["locate", "abc", "43"],
            &["locate", "-0.37", "43.3", "--commune", "64445"],
            &["locate", "1", "2", "3"],
            &["locate", "--commune"],
            &["situer"],
            &[],
        ] {
            refuses(arguments, 2);
        }
    }

    #[test]
    fn communes_of_today_answer_by_their_code() {
        has(
            &says(&["locate", "--commune", "64445"]),
            &["Oui. Pau fait", "ti-7510", "200067254"],
        );
        // Lower case and blanks around are no reason to refuse.
        has(
            &says(&["locate", "--commune", " 2a004 "]),
            &["Oui. Ajaccio", "2A004 Ajaccio"],
        );
        has(
            &says(&["locate", "--commune", "75056"]),
            &["Non. Paris ne fait partie d’aucun", "2023-2027"],
        );
    }

    #[test]
    fn a_former_commune_answers_for_the_one_that_took_it_over() {
        let out = says(&["locate", "--commune", "01039"]);
        has(
            &out,
            &[
                "Béon est aujourd’hui dans Culoz-Béon",
                "commune : 01138 Culoz-Béon",
            ],
        );
    }

    #[test]
    fn an_arrondissement_answers_for_its_city() {
        let out = says(&["locate", "--commune", "13201"]);
        has(
            &out,
            &[
                "Oui. Marseille 1er Arrondissement est un arrondissement de Marseille.",
                "commune : 13055 Marseille",
                "ti-9301",
            ],
        );
    }

    #[test]
    fn a_recreated_commune_inherits_from_the_one_it_left() {
        let out = says(&["locate", "--commune", "15031"]);
        has(
            &out,
            &[
                "Oui. Celles fait partie",
                "commune : 15031 Celles",
                "ti-7603",
            ],
        );
    }

    #[test]
    fn a_commune_merged_across_a_border_depends_on_the_part_and_names_both() {
        for (code, nom, inside, outside) in [
            (
                "49160",
                "Ingrandes-le-Fresne-sur-Loire",
                "Ingrandes-le-Fresne-sur-Loire (code 49160) fait partie du Territoire d’industrie \
                 Ancenis Châteaubriant, par la CC du Pays d’Ancenis.",
                "Saint-Sigismond ne fait partie d’aucun",
            ),
            (
                "08439",
                "Tannay-le-Mont-Dieu",
                "Le Mont-Dieu fait partie du Territoire d’industrie Nord Ardennes, \
                 par la CC des Portes du Luxembourg.",
                "Tannay-le-Mont-Dieu (code 08439) ne fait partie d’aucun",
            ),
        ] {
            let out = says(&["locate", "--commune", code]);
            assert!(
                out.starts_with("Cela dépend de la partie de la commune"),
                "{out}"
            );
            has(
                &out,
                &[
                    &format!("commune : {code} {nom}"),
                    &format!("- Oui. {inside}"),
                    &format!("- Non. {outside}"),
                ],
            );
        }
        // So does the former code of a part.
        has(
            &says(&["locate", "--commune", "49321"]),
            &["Saint-Sigismond est aujourd’hui dans", "- Oui. ", "- Non. "],
        );
    }

    #[test]
    fn a_former_commune_that_was_divided_names_every_heir() {
        let out = says(&["locate", "--commune", "55273"]);
        has(
            &out,
            &[
                "Lamarche-en-Woëvre",
                "Heudicourt-sous-les-Côtes",
                "Nonsard-Lamarche",
            ],
        );
        assert!(!out.starts_with("Oui"), "{out}");
    }

    #[test]
    fn a_code_that_names_nothing_and_a_text_that_is_no_code_are_refused() {
        has(
            &refuses(&["locate", "--commune", "99999"], 1),
            &["aucune commune, actuelle ou ancienne, n’a le code 99999"],
        );
        for code in ["abc", "", "6444", "644455", "2C004", "64 45", "６４４４５"] {
            let err = refuses(&["locate", "--commune", code], 1);
            has(
                &err,
                &["n’est pas un code INSEE de commune", "par exemple 64445"],
            );
        }
    }

    #[test]
    fn the_phase_and_the_edition_decide_the_answer() {
        has(
            &says(&["locate", "--commune", "64445", "--phase", "temps-1"]),
            &["Oui. Pau", "ti-7505 Lacq-Pau - Tarbes", "2 août 2023"],
        );
        let edition = |date| says(&["locate", "--commune", "58046", "--edition", date]);
        has(
            &edition("2023-11-14"),
            &["Non. Cercy-la-Tour", "14 novembre 2023"],
        );
        has(
            &edition("2024-07-04"),
            &[
                "Oui. Cercy-la-Tour",
                "au titre de la commune elle-même",
                "membre : commune 58046",
            ],
        );
    }

    #[test]
    fn an_unknown_phase_or_edition_is_refused_with_those_that_exist() {
        let pau = ["locate", "--commune", "64445"];
        let err = refuses(&[&pau[..], &["--phase", "temps-3"]].concat(), 1);
        has(&err, &["temps-3", "temps-1", "temps-2"]);
        let err = refuses(&[&pau[..], &["--edition", "2024-01-01"]].concat(), 1);
        has(&err, &["2023-11-14", "2024-07-04"]);
        // An edition of the other phase is none of this one.
        let err = refuses(
            &[&pau[..], &["--phase", "temps-1", "--edition", "2024-07-04"]].concat(),
            1,
        );
        has(&err, &["2023-08-02"]);
    }
}

mod export {
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
        let other = folder.path().join("a.gpkg");
        has(
            &refuses(&["export", "ept", text(&other)], 1),
            &["a.gpkg", ".geojson"],
        );
        let nowhere = folder.path().join("absent/a.geojson");
        has(
            &refuses(&["export", "ept", text(&nowhere)], 1),
            &["impossible d’écrire"],
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

mod check {
    use super::{
        Digest, Path, PathBuf, Sha256, TempDir, fs, has, import::pau, project, refuses, run, says,
        text,
    };

    /// The project's data without its fixtures, in a folder that a test may spoil.
    fn copied() -> TempDir {
        fn copy(from: &Path, to: &Path) {
            fs::create_dir_all(to).unwrap();
            for entry in fs::read_dir(from).unwrap() {
                let path: PathBuf = entry.unwrap().path();
                let target = to.join(path.file_name().unwrap());
                if !path.is_dir() {
                    fs::copy(&path, target).unwrap();
                } else if !path.ends_with("fixtures") {
                    copy(&path, &target);
                }
            }
        }
        let folder = TempDir::new().unwrap();
        copy(&project("boundaries"), folder.path());
        folder
    }

    fn digest(bytes: &[u8]) -> String {
        hex::encode(Sha256::digest(bytes))
    }

    /// Changes a file of a data folder; `signed` also writes its new digest into the manifest.
    fn change(folder: &Path, name: &str, signed: bool, edit: impl Fn(String) -> String) {
        let path = folder.join(name);
        let before = fs::read_to_string(&path).unwrap();
        let after = edit(before.clone());
        assert_ne!(before, after, "{name}");
        fs::write(&path, &after).unwrap();
        if signed {
            let manifest = folder.join("edition.toml");
            let content = fs::read_to_string(&manifest).unwrap();
            let (old, new) = (digest(before.as_bytes()), digest(after.as_bytes()));
            assert!(content.contains(&old), "{name}");
            fs::write(&manifest, content.replace(&old, &new)).unwrap();
        }
    }

    #[test]
    fn the_embedded_data_have_no_fault_and_the_published_counts() {
        let out = says(&["check"]);
        has(
            &out,
            &[
                "temps-1 édition 2023-08-02 : 149 territoires, 588 membres dont 588 trouvés",
                "temps-2 édition 2023-11-14 : 183 territoires, 630 membres dont 630 trouvés",
                "temps-2 édition 2024-07-04 : 183 territoires, 641 membres dont 641 trouvés",
                "temps-2 édition 2024-07-04 : interrégionaux : Vallée de la Bresle – Vimeu, \
                 Lacq – Pau – Tarbes, Aurillac – Figeac – Rodez\n",
                "temps-2 édition 2024-07-04 : 74 identiques, 80 reconfigurés, 29 nouveaux\n",
                "temps-2 : 183 unités",
                "temps-1 : 149 unités",
                "ept : 11 unités",
                "departements : 101 unités",
                "regions : 18 unités",
            ],
        );
        assert!(out.ends_with("aucun défaut\n"), "{out}");
        assert!(!out.contains("DÉFAUT"), "{out}");
        let levels: Vec<&str> = out.lines().filter(|l| l.contains(" unités, ")).collect();
        assert_eq!(levels.len(), 8, "{out}");
        assert!(levels.iter().all(|l| l.contains(" 0 invalides, ")), "{out}");
    }

    #[test]
    fn a_member_that_names_nothing_is_a_fault_and_an_exit_code() {
        let folder = copied();
        change(
            folder.path(),
            "composition/membres-temps-2.csv",
            true,
            |members| members.replace("200067254", "200099999"),
        );
        let run = run(&["check", "--donnees", text(folder.path())]);
        assert_eq!(run.code, 1, "{}{}", run.out, run.err);
        has(
            &run.out,
            &[
                "641 membres dont 640 trouvés",
                "DÉFAUT : temps-2 édition 2024-07-04 : le membre epci 200099999 (ti-7510) ne désigne \
                 aucune commune",
            ],
        );
        assert!(run.out.ends_with("1 défaut\n"), "{}", run.out);
    }

    #[test]
    fn a_file_changed_after_the_import_is_refused_by_every_command() {
        let folder = pau();
        let folder = folder.path();
        change(folder, "departements.csv", false, |rows| {
            rows.replace("Ain", "Aisne")
        });
        for command in [
            &["check"][..],
            &["locate", "--commune", "64445"],
            &["serve"],
        ] {
            let err = refuses(&[command, &["--donnees", text(folder)]].concat(), 1);
            has(
                &err,
                &[
                    "departements.csv",
                    "le fichier a changé depuis l’import",
                    "territoires import",
                ],
            );
        }
    }

    #[test]
    fn a_folder_that_is_missing_or_incomplete_is_refused_with_the_file_at_fault() {
        has(
            &refuses(&["check", "--donnees", "/n/existe/pas"], 1),
            &["/n/existe/pas", "vérifiez le chemin"],
        );
        let folder = pau();
        let folder = folder.path();
        fs::remove_file(folder.join("passage.csv")).unwrap();
        has(
            &refuses(&["check", "--donnees", text(folder)], 1),
            &["passage.csv"],
        );
        fs::write(folder.join("edition.toml"), "cog = 2026").unwrap();
        has(
            &refuses(&["check", "--donnees", text(folder)], 1),
            &["edition.toml"],
        );
        fs::remove_file(folder.join("edition.toml")).unwrap();
        has(
            &refuses(&["check", "--donnees", text(folder)], 1),
            &["edition.toml"],
        );
    }
}

mod import {
    use super::{
        Path, PathBuf, Run, TempDir, Value, fs, has, json, project, refuses, run, says, snapshot,
        text,
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
}

/// A server of its own port, killed when the last test that holds it ends.
struct Server {
    child: Child,
    base: String,
    agent: ureq::Agent,
    // Kept open: the server may write to it.
    _stdout: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; there is nobody left to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn text(&self) -> String {
        plain(&String::from_utf8_lossy(&self.body))
    }
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--adresse", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let base = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        let base = base
            .unwrap_or_else(|| panic!("no address in « {line} »"))
            .to_owned();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(20)));
        Self {
            child,
            base,
            agent: config.build().into(),
            _stdout: stdout,
        }
    }

    /// The server with the embedded data that all tests running at the moment share.
    fn shared() -> Arc<Self> {
        static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        running.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(&[]));
            *running = Arc::downgrade(&server);
            server
        })
    }

    fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        let url = format!("{}{path}", self.base);
        let mut request = Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(()).unwrap()).unwrap();
        let body = response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec();
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: body.unwrap(),
        }
    }

    fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("accept-encoding", "identity")])
    }

    /// A body that must be there.
    fn json(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(reply.header("content-type"), "application/json", "{path}");
        reply.json()
    }

    /// A problem (RFC 9457) of this status, whose example must work.
    fn problem(&self, path: &str, status: u16) -> Value {
        let reply = self.get(path);
        assert_problem(&reply, status, path);
        let problem = reply.json();
        let example = problem["exemple"]
            .as_str()
            .unwrap_or_else(|| panic!("{path}: no example"));
        assert_eq!(
            self.get(example).status,
            200,
            "{path}: the example {example} does not work"
        );
        problem
    }

    /// Writes a request byte for byte as given and reads the answer to its end, undecoded.
    fn raw(&self, request: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.base.trim_start_matches("http://")).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer[end + 4..].to_vec())
    }

    /// A target byte for byte, which a client would tidy.
    fn raw_get(&self, target: &str) -> (u16, String, Vec<u8>) {
        self.raw(&format!(
            "GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        ))
    }
}

#[track_caller]
fn assert_problem(reply: &Reply, status: u16, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    assert_guarded(reply, what);
    let problem = reply.json();
    assert_eq!(problem["status"], status, "{what}");
    for member in ["type", "title", "detail"] {
        assert!(
            problem[member].as_str().is_some_and(|t| t.len() > 4),
            "{what}: {member}"
        );
    }
    // However long the value at fault was.
    assert!(reply.body.len() < 1000, "{what}: {}", reply.text());
}

/// The headers that no answer goes without; a policy is for documents, not for tiles.
#[track_caller]
fn assert_guarded(reply: &Reply, what: &str) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(reply.header("access-control-allow-origin"), "*", "{what}");
    if what.contains(".mvt") && reply.status < 400 {
        return;
    }
    let policy = reply.header("content-security-policy");
    has(
        policy,
        &["default-src 'none'", "script-src 'self'", "frame-ancestors"],
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains("http"),
        "{what}: {policy}"
    );
}

mod serve {
    use super::{Command, Duration, Instant, Method, Server, has, import::pau, refuses, text};

    #[test]
    fn a_data_folder_is_served_in_place_of_the_embedded_data() {
        let folder = pau();
        let server = Server::start(&["--donnees", text(folder.path())]);
        let answer = server.json("/api/v1/appartenance?lon=-0.3708&lat=43.2951");
        assert_eq!(answer["territoire"]["id"], "ti-7510");
        let answer = server.json("/api/v1/appartenance?lon=2.35&lat=48.86");
        assert_eq!(
            (&answer["reponse"], &answer["commune"]),
            (&"non".into(), &().into())
        );
        let [west, south, east, north] = bounds(&server.json("/tiles/communes.json")["bounds"]);
        assert!(west > -6.0 && south > 42.0 && east < 6.0 && north < 50.0);
        let ready = server.json("/sante/pret");
        assert_ne!(
            ready["donnees"],
            Server::shared().json("/sante/pret")["donnees"]
        );
    }

    pub fn bounds(value: &super::Value) -> [f64; 4] {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn an_address_in_use_is_refused_with_what_would_work() {
        let server = Server::shared();
        let taken = server.base.trim_start_matches("http://");
        has(
            &refuses(&["serve", "--adresse", taken], 1),
            &[taken, "--adresse 127.0.0.1:0"],
        );
        refuses(&["serve", "--adresse", "ici"], 2);
        refuses(
            &[
                "serve",
                "--adresse",
                "127.0.0.1:0",
                "--url",
                "ti.example.fr",
            ],
            1,
        );
    }

    #[test]
    fn the_public_address_is_written_into_answers_and_a_forged_host_is_not() {
        let server = Server::start(&["--url", "https://ti.example.fr/"]);
        let described = server.get("/tiles/temps-2.json");
        let tiles = described.json()["tiles"][0].as_str().unwrap().to_owned();
        let start = "https://ti.example.fr/tiles/temps-2/{z}/{x}/{y}.mvt?v=";
        assert!(tiles.starts_with(start), "{tiles}");
        // The same for every client: for shared caches too.
        has(described.header("cache-control"), &["public"]);
        let forged =
            "GET /tiles/temps-2.json HTTP/1.1\r\nhost: a\"<script>\r\nconnection: close\r\n\r\n";
        let (_, _, body) = Server::shared().raw(forged);
        assert!(!String::from_utf8_lossy(&body).contains("script"));
    }

    /// Where `TileJSON` says that tiles are, for a request with these headers.
    fn address(server: &Server, headers: &[(&str, &str)]) -> String {
        let reply = server.send(Method::GET, "/tiles/temps-2.json", headers);
        // It depends on the request: no shared cache may give it to others.
        has(reply.header("cache-control"), &["private"]);
        let body = reply.json();
        let tiles = body["tiles"][0].as_str().unwrap();
        tiles.split("/tiles/").next().unwrap().to_owned()
    }

    #[test]
    fn the_address_behind_a_proxy_is_believed_from_configured_proxies_only() {
        let forwarded = [("forwarded", "for=192.0.2.1;host=ti.example.fr;proto=https")];
        let older = [
            ("x-forwarded-host", "ti.example.fr"),
            ("x-forwarded-proto", "https"),
        ];
        let behind = Server::start(&["--mandataires", "10.0.0.0/8, 127.0.0.1"]);
        assert_eq!(address(&behind, &forwarded), "https://ti.example.fr");
        assert_eq!(address(&behind, &older), "https://ti.example.fr");
        assert_eq!(address(&behind, &[]), behind.base);
        let elsewhere = Server::start(&["--mandataires", "10.0.0.0/8"]);
        for server in [&elsewhere, &*Server::shared()] {
            assert_eq!(address(server, &forwarded), server.base);
            assert_eq!(address(server, &older), server.base);
        }
        has(
            &refuses(&["serve", "--mandataires", "ici"], 2),
            &["10.0.0.0/8"],
        );
    }

    #[test]
    fn a_termination_signal_ends_the_server_in_good_order() {
        let mut server = Server::start(&[]);
        server.json("/sante/pret");
        let pid = server.child.id().to_string();
        let sent = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &pid])
            .status()
            .unwrap();
        assert!(sent.success());
        // A client's idle connection must not hold it up.
        let since = Instant::now();
        while server.child.try_wait().unwrap().is_none() {
            assert!(since.elapsed() < Duration::from_secs(10), "still there");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(server.child.wait().unwrap().success());
    }
}

mod membership {
    use super::{Method, Server, Value, assert_guarded, has, plain};

    const API: &str = "/api/v1/appartenance";

    fn ask(question: &str) -> Value {
        Server::shared().json(&format!("{API}?{question}"))
    }

    /// The members of the contract, `null` where there is nothing to say.
    fn assert_complete(answer: &Value) {
        for member in [
            "reponse",
            "explication",
            "base",
            "phase",
            "territoire",
            "membre",
            "commune",
            "geocodage",
            "distanceLimiteM",
            "plusProche",
        ] {
            assert!(answer.get(member).is_some(), "{member}: {answer}");
        }
        let reponse = answer["reponse"].as_str().unwrap();
        assert!(["oui", "non", "incertain"].contains(&reponse), "{answer}");
        assert_eq!(
            answer["territoire"].is_object(),
            reponse == "oui",
            "{answer}"
        );
        assert_eq!(answer["membre"].is_object(), reponse == "oui", "{answer}");
        assert!(
            answer["explication"].as_str().unwrap().ends_with('.'),
            "{answer}"
        );
    }

    #[test]
    fn an_answer_has_every_member_of_the_contract() {
        let answer = ask("commune=64445");
        assert_complete(&answer);
        assert_eq!(
            answer["explication"],
            "Pau fait partie du Territoire d’industrie Lacq – Pau – Tarbes, par la CA Pau Béarn Pyrénées."
        );
        let expected = super::json!({
            "reponse": "oui", "base": "commune", "phase": "temps-2", "candidats": [],
            "territoire": { "id": "ti-7510", "nom": "Lacq – Pau – Tarbes",
                            "region": "Nouvelle-Aquitaine", "interregional": true },
            "membre": { "type": "epci", "code": "200067254", "nom": "CA Pau Béarn Pyrénées" },
            "commune": { "code": "64445", "nom": "Pau", "departement": "64", "region": "75",
                         "epci": "200067254" },
        });
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(answer[member], *value, "{member}");
        }
        let source = &answer["source"];
        assert_eq!(source["producteur"], "ANCT");
        assert_eq!(source["edition"], "2024-07-04");
        assert_eq!(source["cog"], 2023);
        assert_eq!(source["licence"], "Licence Ouverte 2.0");
        assert!(source["attribution"].is_string());
    }

    #[test]
    fn a_point_answers_as_its_commune_does() {
        let (point, commune) = (ask("lon=-0.3708&lat=43.2951"), ask("commune=64445"));
        assert_complete(&point);
        assert_eq!(point["base"], "point");
        for member in [
            "reponse",
            "explication",
            "territoire",
            "membre",
            "commune",
            "source",
        ] {
            assert_eq!(point[member], commune[member], "{member}");
        }
    }

    #[test]
    fn a_point_outside_france_is_no_with_no_commune() {
        for point in [
            "lon=-5&lat=45",
            "lon=43.2951&lat=-0.3708",
            "lon=-180&lat=90",
            "lat=0&lon=0",
        ] {
            let answer = ask(point);
            assert_complete(&answer);
            assert_eq!(answer["reponse"], "non", "{point}");
            assert_eq!(answer["commune"], Value::Null, "{point}");
            assert_eq!(answer["candidats"], Value::Array(Vec::new()), "{point}");
        }
    }

    #[test]
    fn the_phase_and_edition_asked_for_are_those_that_answer() {
        let answer = ask("commune=64445&phase=temps-1");
        assert_eq!(answer["phase"], "temps-1");
        assert_eq!(answer["territoire"]["id"], "ti-7505");
        assert_eq!(answer["source"]["edition"], "2023-08-02");
        let before = ask("commune=58046&edition=2023-11-14");
        assert_eq!(
            (&before["reponse"], &before["source"]["edition"]),
            (&"non".into(), &"2023-11-14".into())
        );
        let now = ask("commune=58046");
        assert_eq!(
            (&now["reponse"], &now["membre"]["type"]),
            (&"oui".into(), &"commune".into())
        );
    }

    #[test]
    fn a_commune_merged_across_a_border_is_uncertain_and_each_part_has_its_answer() {
        for (question, nom) in [
            ("commune=49160", "Ingrandes-le-Fresne-sur-Loire"),
            ("commune=49321", "Ingrandes-le-Fresne-sur-Loire"),
            ("commune=08439", "Tannay-le-Mont-Dieu"),
            ("commune=08300", "Tannay-le-Mont-Dieu"),
        ] {
            let answer = ask(question);
            assert_complete(&answer);
            assert_eq!(answer["reponse"], "incertain", "{question}");
            assert_eq!(answer["commune"]["nom"], nom, "{question}");
            let parts = answer["candidats"].as_array().unwrap();
            let mut replies: Vec<&str> = parts
                .iter()
                .map(|p| p["reponse"].as_str().unwrap())
                .collect();
            replies.sort_unstable();
            assert_eq!(replies, ["non", "oui"], "{question}");
            for part in parts {
                assert_complete(part);
                assert!(part.get("candidats").is_none(), "{question}");
            }
        }
    }

    #[test]
    fn a_former_commune_that_was_divided_is_not_taken_for_one_of_its_heirs() {
        let answer = ask("commune=55273");
        assert_complete(&answer);
        assert_ne!(answer["reponse"], "oui");
        let explication = plain(answer["explication"].as_str().unwrap());
        has(
            &explication,
            &["Heudicourt-sous-les-Côtes", "Nonsard-Lamarche"],
        );
        let heirs: Vec<&Value> = answer["candidats"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &c["commune"]["code"])
            .collect();
        assert!(
            answer["commune"].is_null() || heirs == ["55245", "55386"],
            "one heir only: {answer}"
        );
    }

    #[test]
    fn every_fault_of_a_question_is_a_problem_that_names_its_parameter() {
        let server = Server::shared();
        for (question, parameter) in [
            ("", "commune"),
            ("?", "commune"),
            ("?phase=temps-2", "commune"),
            ("?lon=-0.37", "lat"),
            ("?lat=43.29", "lon"),
            ("?lon=abc&lat=43.29", "lon"),
            ("?lon=-0,37&lat=43.29", "lon"),
            ("?lon=-0.37&lat=", "lat"),
            ("?lon=NaN&lat=43.29", "lon"),
            ("?lon=-0.37&lat=1e999", "lat"),
            ("?lon=180.1&lat=43.29", "lon"),
            ("?lon=-0.37&lat=-90.5", "lat"),
            ("?commune=", "commune"),
            ("?commune=6444", "commune"),
            ("?commune=%ff%fe", "commune"),
            ("?commune=64445&lon=-0.37&lat=43.29", "commune"),
            ("?commune=64445&commune=64445", "commune"),
            ("?commune=64445&phase=temps-3", "phase"),
            ("?commune=64445&phase=", "phase"),
            ("?commune=64445&ville=Pau", "ville"),
        ] {
            let problem = server.problem(&format!("{API}{question}"), 400);
            assert_eq!(problem["parametre"], parameter, "{question}: {problem}");
        }
    }

    #[test]
    fn what_does_not_exist_is_a_problem_that_says_what_does() {
        let server = Server::shared();
        let problem = server.problem(&format!("{API}?commune=99999"), 404);
        has(problem["detail"].as_str().unwrap(), &["99999"]);
        let problem = server.problem(&format!("{API}?commune=64445&edition=2020-01-01"), 404);
        has(
            problem["detail"].as_str().unwrap(),
            &["2023-11-14", "2024-07-04"],
        );
        let problem = server.problem(&format!("{API}?commune=64445&phase=temps-3"), 400);
        has(problem["detail"].as_str().unwrap(), &["temps-1", "temps-2"]);
    }

    #[test]
    fn very_long_questions_get_a_short_answer_and_do_no_harm() {
        let server = Server::shared();
        for long in [
            format!("?commune={}", "9".repeat(20_000)),
            format!("?lon={}&lat=43", "1".repeat(20_000)),
            format!("?{}=1", "é".repeat(5_000).replace('é', "%C3%A9")),
            format!("?commune=64445&phase={}", "x".repeat(20_000)),
            format!("?{}", "lon=1&".repeat(5_000)),
        ] {
            server.problem(&format!("{API}{long}"), 400);
        }
        for long in [
            format!("{API}?commune={}", "9".repeat(100_000)),
            format!("/{}", "a".repeat(100_000)),
        ] {
            let (status, _, body) = server.raw_get(&long);
            assert!(
                (400..500).contains(&status) && body.len() < 1000,
                "{status}"
            );
        }
        assert_eq!(server.get(&format!("{API}?commune=64445")).status, 200);
    }

    #[test]
    fn other_sites_may_ask() {
        let server = Server::shared();
        let from = [("origin", "https://ailleurs.example")];
        for path in [
            API,
            "/api/v1/appartenance?commune=64445",
            "/tiles/temps-2.json",
            "/tiles/temps-2/6/31/23.mvt",
            "/styles/neutre.json",
        ] {
            let reply = server.send(Method::GET, path, &from);
            assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
            let read = reply.header("access-control-expose-headers");
            assert_eq!(read, "etag", "{path}");
        }
    }

    /// What a browser asks before a request with a header of its own (Fetch, 4.8).
    #[test]
    fn a_preflight_request_is_let_through() {
        let server = Server::shared();
        for path in [
            "/api/v1/appartenance?commune=64445",
            "/tiles/temps-2/6/31/23.mvt",
        ] {
            let preflight = [
                ("origin", "https://ailleurs.example"),
                ("access-control-request-method", "GET"),
                ("access-control-request-headers", "if-none-match"),
            ];
            let reply = server.send(Method::OPTIONS, path, &preflight);
            assert!(
                (200..300).contains(&reply.status),
                "{path}: {}",
                reply.status
            );
            assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
            has(
                reply.header("access-control-allow-methods"),
                &["GET", "HEAD"],
            );
            has(
                reply.header("access-control-allow-headers"),
                &["if-none-match"],
            );
            assert_guarded(&reply, path);
        }
    }
}

/// Mapbox Vector Tile 2.1, as much of it as shows what a tile carries.
mod mvt {
    use std::collections::BTreeMap;

    /// A field of a protobuf message.
    enum Wire<'a> {
        Number(u64),
        Bytes(&'a [u8]),
        Fixed,
    }

    fn varint(bytes: &mut &[u8]) -> u64 {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = bytes.split_first().expect("cut off");
            *bytes = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return number;
            }
        }
        panic!("number too long");
    }

    fn message(mut bytes: &[u8]) -> Vec<(u64, Wire<'_>)> {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let mut take = |n: usize| {
                let (head, rest) = bytes.split_at(n);
                bytes = rest;
                head
            };
            let value = match key & 7 {
                1 => take(8),
                5 => take(4),
                _ => &[],
            };
            let value = match key & 7 {
                0 => Wire::Number(varint(&mut bytes)),
                1 | 5 => {
                    assert!(!value.is_empty());
                    Wire::Fixed
                }
                2 => {
                    let length = usize::try_from(varint(&mut bytes)).unwrap();
                    let (head, rest) = bytes.split_at(length);
                    bytes = rest;
                    Wire::Bytes(head)
                }
                other => panic!("wire type {other}"),
            };
            fields.push((key >> 3, value));
        }
        fields
    }

    fn numbers(mut bytes: &[u8]) -> Vec<u64> {
        let mut all = Vec::new();
        while !bytes.is_empty() {
            all.push(varint(&mut bytes));
        }
        all
    }

    fn string(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// A layer: for each of its features the tags, as name and `TileJSON` type, and text values.
    pub struct Layer {
        pub name: String,
        pub features: Vec<Feature>,
    }

    pub struct Feature {
        pub tags: BTreeMap<String, (&'static str, String)>,
        /// 1 for points, 3 for polygons.
        pub kind: u64,
        /// Twice the area of each ring in tile units, exteriors positive.
        pub areas: Vec<i64>,
        pub id: Option<u64>,
    }

    /// Decodes a tile, and holds it to the specification on the way.
    pub fn decode(tile: &[u8]) -> Vec<Layer> {
        let layers = message(tile)
            .into_iter()
            .map(|(field, value)| match (field, value) {
                (3, Wire::Bytes(bytes)) => layer(bytes),
                _ => panic!("field {field} in a tile"),
            });
        layers.collect()
    }

    fn layer(bytes: &[u8]) -> Layer {
        let (mut name, mut version, mut extent) = (String::new(), 0, 0);
        let (mut keys, mut values, mut features) = (Vec::new(), Vec::new(), Vec::new());
        for (field, value) in message(bytes) {
            match (field, value) {
                (15, Wire::Number(n)) => version = n,
                (1, Wire::Bytes(b)) => name = string(b),
                (2, Wire::Bytes(b)) => features.push(b),
                (3, Wire::Bytes(b)) => keys.push(string(b)),
                (4, Wire::Bytes(b)) => values.push(tag_value(b)),
                (5, Wire::Number(n)) => extent = n,
                (field, _) => panic!("field {field} in a layer"),
            }
        }
        assert_eq!((version, extent), (2, 4096), "{name}");
        let features = features
            .into_iter()
            .map(|f| feature(f, &keys, &values))
            .collect();
        Layer { name, features }
    }

    fn tag_value(bytes: &[u8]) -> (&'static str, String) {
        let fields = message(bytes);
        assert_eq!(fields.len(), 1, "a value is of one type");
        match &fields[0] {
            (1, Wire::Bytes(b)) => ("String", string(b)),
            (2 | 3, Wire::Fixed) => ("Number", String::new()),
            (4..=6, Wire::Number(n)) => ("Number", n.to_string()),
            (7, Wire::Number(n)) => ("Boolean", (*n == 1).to_string()),
            (field, _) => panic!("field {field} in a value"),
        }
    }

    fn feature(bytes: &[u8], keys: &[String], values: &[(&'static str, String)]) -> Feature {
        let (mut tags, mut kind, mut areas, mut id) = (BTreeMap::new(), 0, Vec::new(), None);
        for (field, value) in message(bytes) {
            match (field, value) {
                (1, Wire::Number(n)) => id = Some(n),
                (2, Wire::Bytes(b)) => {
                    for pair in numbers(b).chunks(2) {
                        let at = |n: u64| usize::try_from(n).unwrap();
                        let key = keys[at(pair[0])].clone();
                        assert!(tags.insert(key, values[at(pair[1])].clone()).is_none());
                    }
                }
                (3, Wire::Number(n)) => kind = n,
                (4, Wire::Bytes(b)) => areas = rings(&numbers(b)),
                (field, _) => panic!("field {field} in a feature"),
            }
        }
        Feature {
            tags,
            kind,
            areas,
            id,
        }
    }

    /// Runs the drawing commands (specification, 4.3).
    fn rings(commands: &[u64]) -> Vec<i64> {
        let (mut pen, mut ring, mut areas) = ((0_i64, 0_i64), Vec::new(), Vec::new());
        let mut commands = commands.iter().copied();
        let zigzag = |n: u64| i64::try_from(n >> 1).unwrap() ^ -i64::from(n & 1 == 1);
        while let Some(command) = commands.next() {
            match command & 7 {
                1 | 2 => {
                    for _ in 0..command >> 3 {
                        pen.0 += zigzag(commands.next().unwrap());
                        pen.1 += zigzag(commands.next().unwrap());
                        assert!(pen.0.abs() < 8192 && pen.1.abs() < 8192, "{pen:?}");
                        ring.push(pen);
                    }
                }
                7 => {
                    assert!(ring.len() >= 3, "a ring of {} vertices", ring.len());
                    let next = ring.iter().cycle().skip(1);
                    areas.push(
                        ring.iter()
                            .zip(next)
                            .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
                            .sum(),
                    );
                    ring.clear();
                }
                other => panic!("command {other}"),
            }
        }
        areas
    }
}

mod tiles {
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
        let long = "temps-2,".repeat(2_000);
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
}

mod http {
    use super::{Method, Read, Server, Value, assert_guarded, assert_problem, has};

    const TILE: &str = "/tiles/temps-2/6/31/23.mvt";

    #[test]
    fn every_kind_of_answer_says_what_it_may_load_and_is_not_sniffed() {
        let server = Server::shared();
        for (path, status, kind) in [
            ("/", 200, "text/html; charset=utf-8"),
            ("/assets/icone.svg", 200, "image/svg+xml"),
            ("/assets/licences.txt", 200, "text/plain; charset=utf-8"),
            ("/styles/neutre.json", 200, "application/json"),
            ("/sante/vivant", 200, "text/plain; charset=utf-8"),
            ("/sante/pret", 200, "application/json"),
            ("/tiles/temps-2.json", 200, "application/json"),
            (TILE, 200, "application/vnd.mapbox-vector-tile"),
            (
                "/api/v1/appartenance?commune=64445",
                200,
                "application/json",
            ),
            ("/api/v1/appartenance", 400, "application/problem+json"),
            ("/rien", 404, "application/problem+json"),
        ] {
            let reply = server.get(path);
            assert_eq!(
                (reply.status, reply.header("content-type")),
                (status, kind),
                "{path}"
            );
            assert_guarded(&reply, path);
        }
        let ready = server.json("/sante/pret");
        assert_eq!(
            (&ready["pret"], ready["editions"].as_array().unwrap().len()),
            (&true.into(), 2)
        );
    }

    #[test]
    fn the_front_page_loads_only_what_we_serve() {
        let server = Server::shared();
        let page = server.get("/").text();
        has(&page, &["<html lang=\"fr\"", "<title>"]);
        assert!(
            !page.contains("<script>") && !page.contains(" style=\""),
            "inline code"
        );
        let mut links = 0;
        for attribute in ["href=\"", "src=\""] {
            for link in page.split(attribute).skip(1) {
                let link = link.split('"').next().unwrap();
                if link.starts_with('/') {
                    links += 1;
                    let reply = server.get(&link.replace("&amp;", "&"));
                    assert_eq!(reply.status, 200, "{link}");
                    assert!(!reply.body.is_empty(), "{link}");
                } else if attribute == "src=\"" {
                    panic!("{link} is not ours");
                }
            }
        }
        assert!(links >= 4, "{links}");
    }

    #[test]
    fn what_is_not_there_is_a_problem() {
        let server = Server::shared();
        for path in [
            "/rien",
            "/api/v1/rien",
            "/api/v1/appartenance/",
            "/tiles",
            "/styles/rien.json",
            "/assets/rien.js",
        ] {
            server.problem(path, 404);
        }
    }

    #[test]
    fn head_answers_as_get_without_a_body() {
        let server = Server::shared();
        for path in [
            "/",
            TILE,
            "/tiles/temps-2.json",
            "/api/v1/appartenance?commune=64445",
            "/rien",
        ] {
            let identity = [("accept-encoding", "identity")];
            let (head, get) = (server.send(Method::HEAD, path, &identity), server.get(path));
            assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
            for name in ["content-type", "content-length", "etag", "cache-control"] {
                assert_eq!(head.header(name), get.header(name), "{path}: {name}");
            }
            assert_guarded(&head, path);
        }
    }

    #[test]
    fn other_methods_are_a_problem_that_says_which_are_allowed() {
        let server = Server::shared();
        for path in [
            "/",
            TILE,
            "/tiles/temps-2.json",
            "/api/v1/appartenance?commune=64445",
            "/sante/pret",
        ] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let reply = server.send(method.clone(), path, &[]);
                assert_problem(&reply, 405, &format!("{method} {path}"));
                has(reply.header("allow"), &["GET", "HEAD"]);
            }
        }
    }

    #[test]
    fn codings_are_negotiated() {
        let server = Server::shared();
        let fetch = |path: &str, encoding: &str| {
            server.raw(&format!(
                "GET {path} HTTP/1.0\r\nhost: localhost\r\naccept-encoding: {encoding}\r\n\r\n"
            ))
        };
        for path in ["/", TILE, "/tiles/temps-2.json", "/styles/neutre.json"] {
            let (_, head, whole) = fetch(path, "identity");
            assert!(!head.contains("content-encoding"), "{path}: {head}");
            has(&head, &["vary: accept-encoding"]);
            for (asked, given) in [
                ("gzip", "gzip"),
                ("br", "br"),
                ("zstd", "zstd"),
                ("br;q=0.1, gzip", "gzip"),
                ("gzip, br;q=0", "gzip"),
            ] {
                let (status, head, body) = fetch(path, asked);
                assert_eq!(status, 200, "{path}: {asked}");
                has(
                    &head,
                    &[
                        &format!("content-encoding: {given}"),
                        "vary: accept-encoding",
                        "nosniff",
                    ],
                );
                assert!(body.len() < whole.len(), "{path}: {asked}");
                if given == "gzip" {
                    let mut text = Vec::new();
                    flate2::read::GzDecoder::new(&body[..])
                        .read_to_end(&mut text)
                        .unwrap();
                    assert!(text == whole, "{path}: {asked}");
                }
            }
        }
    }

    /// RFC 9110, 8.8.3.3: a strong `ETag` stands for one sequence of bytes.
    #[test]
    fn encodings_do_not_share_a_strong_etag() {
        let server = Server::shared();
        for path in [TILE, "/", "/styles/neutre.json"] {
            let etag = |encoding: &str| -> String {
                let (_, head, _) = server.raw(&format!(
                    "HEAD {path} HTTP/1.0\r\nhost: localhost\r\naccept-encoding: {encoding}\r\n\r\n"
                ));
                let line = head.lines().find_map(|l| l.strip_prefix("etag: "));
                line.unwrap_or_else(|| panic!("{path}: no etag")).to_owned()
            };
            let (whole, gzip) = (etag("identity"), etag("gzip"));
            assert!(
                whole.starts_with("w/") || gzip.starts_with("w/") || whole != gzip,
                "{path}: {gzip}"
            );
        }
    }

    #[test]
    fn no_path_leads_out_of_the_embedded_files() {
        let server = Server::shared();
        for target in [
            "/assets/..%2f..%2fCargo.toml",
            "/assets/../../Cargo.toml",
            "/assets/../index.html",
            "/assets/%2e%2e/%2e%2e/Cargo.toml",
            "/assets/..%5c..%5cCargo.toml",
            "/assets/%2fetc%2fpasswd",
            "//etc/passwd",
            "/styles/..%2fCargo.toml",
            "/styles/..%2f..%2fetc%2fpasswd",
            "/styles/neutre.json%00",
            "/assets/icone.svg%00.js",
            "/tiles/..%2f..%2fetc%2fpasswd.json",
        ] {
            let (status, head, body) = server.raw_get(target);
            assert!(status == 404 || status == 400, "{target}: {status}");
            has(&head, &["application/problem+json", "nosniff"]);
            let body = String::from_utf8(body).unwrap();
            assert!(
                !body.contains("[package]") && !body.contains("root:"),
                "{target}"
            );
            assert!(
                serde_json::from_str::<Value>(&body).is_ok(),
                "{target}: {body}"
            );
        }
    }

    #[test]
    fn bytes_that_are_no_text_in_a_path_are_a_problem_too() {
        let server = Server::shared();
        for target in [
            "/tiles/%ff/6/31/23.mvt",
            "/tiles/%ff.json",
            "/assets/%ff",
            "/styles/%c3%28",
        ] {
            let (status, head, body) = server.raw_get(target);
            let body = String::from_utf8_lossy(&body).into_owned();
            assert!(status == 404 || status == 400, "{target}: {status}");
            assert!(
                head.contains("application/problem+json"),
                "{target}: {body}"
            );
        }
    }
}
