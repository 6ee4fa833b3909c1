//! The boundary readers against GDAL: every fixture was written by GDAL in the schema and projection of a real
//! product (`boundaries/fixtures/ecrire.py`), and `attendu.json` holds what GDAL reads back in WGS84.

// Helpers of tests, which clippy does not take for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use territoires::boundaries::read::ign::{Communes, Schema, communes};
use territoires::boundaries::read::{Fault, ReadError, read};

/// About a millimetre on the ground.
const TOLERANCE_DEGREES: f64 = 1e-8;

const PAU: &str = "ADECOGC_3-2_SHP_LAMB93_FXX/COMMUNE.shp";
const PAU_GPKG: &str = "ADECOGC_3-2_GPKG_LAMB93_FXX.gpkg";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("boundaries/fixtures/lecteurs")
        .join(name)
}

fn oracle() -> Vec<Value> {
    let text = fs::read_to_string(fixture("attendu.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn communes_of(name: &str) -> Communes {
    communes(read(&fixture(name), None).unwrap()).unwrap()
}

fn refusal(name: &str, layer: Option<&str>) -> ReadError {
    let refused = read(&fixture(name), layer).and_then(|layer| communes(layer).map(|_| ()));
    let error = refused.expect_err(name);
    println!("{error}");
    error
}

/// Asserts that two lists of polygons have the same rings, position by position.
fn assert_same(ours: &[Vec<Vec<[f64; 2]>>], gdal: &Value, place: &str) {
    let gdal: Vec<Vec<Vec<[f64; 2]>>> = serde_json::from_value(gdal.clone()).unwrap();
    let counts = |all: &[Vec<Vec<[f64; 2]>>]| -> Vec<Vec<usize>> {
        all.iter()
            .map(|polygon| polygon.iter().map(Vec::len).collect())
            .collect()
    };
    assert_eq!(
        counts(ours),
        counts(&gdal),
        "{place}: polygons, rings, positions"
    );
    for (a, b) in ours
        .iter()
        .flatten()
        .flatten()
        .zip(gdal.iter().flatten().flatten())
    {
        let apart = (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
        assert!(apart < TOLERANCE_DEGREES, "{place}: {a:?} is not {b:?}");
    }
}

#[test]
fn every_file_reads_as_gdal_reads_it() {
    let files = oracle();
    assert_eq!(files.len(), 15);
    for file in files {
        let name = file["fichier"].as_str().unwrap();
        let layer = read(&fixture(name), None).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(layer.name, file["couche"].as_str().unwrap(), "{name}");
        let expected = file["objets"].as_array().unwrap();
        assert_eq!(layer.features.len(), expected.len(), "{name}");
        for (feature, expected) in layer.features.iter().zip(expected) {
            let code = expected["code"].as_str().unwrap();
            let nom = expected["nom"].as_str().unwrap();
            assert!(
                feature.attributes.values().any(|value| value == code),
                "{name}: {code}"
            );
            assert!(
                feature.attributes.values().any(|value| value == nom),
                "{name}: {nom}"
            );
            assert_same(
                &feature.polygons,
                &expected["polygones"],
                &format!("{name}, {code}"),
            );
        }
        // The columns become communes, each under its code and name.
        let communes = communes(layer).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            communes.rows.len() + communes.arrondissements.len(),
            expected.len(),
            "{name}"
        );
        for row in &communes.rows {
            let expected = &expected[row.number - 1];
            assert_eq!(
                (expected["code"].as_str(), expected["nom"].as_str()),
                (Some(&*row.code), Some(&*row.nom))
            );
        }
    }
}

#[test]
fn the_coordinate_system_of_each_delivery_is_recognised() {
    let expected = [
        (PAU, "EPSG:2154"),
        (PAU_GPKG, "EPSG:2154"),
        ("ADECOGC_3-2_SHP_RGAF09UTM20_GLP/COMMUNE.shp", "EPSG:5490"),
        ("ADECOGC_3-2_SHP_UTM22RGFG95_GUF/COMMUNE.shp", "EPSG:2972"),
        ("ADECOGC_3-2_SHP_RGR92UTM40S_REU/COMMUNE.shp", "EPSG:2975"),
        ("ADECOGC_3-2_SHP_RGM04UTM38S_MYT/COMMUNE.shp", "EPSG:4471"),
        ("ADECOGC_3-2_SHP_WGS84G_FRA/COMMUNE.shp", "EPSG:4326"),
        ("ADE-COG_4-0_GPKG_RGAF09UTM20_GLP.gpkg", "EPSG:5490"),
        ("ADE-COG_4-0_GPKG_UTM22RGFG95_GUF.gpkg", "EPSG:2972"),
        ("ade_4_exporte/commune.shp", "EPSG:3857"),
        ("communes-5m.geojson", "OGC:CRS84"),
        ("communes-lambert93.geojson", "EPSG:2154"),
        ("communes.fgb", "EPSG:4326"),
        ("reunion_2975.fgb", "EPSG:2975"),
    ];
    for (name, code) in expected {
        assert_eq!(read(&fixture(name), None).unwrap().crs.code, code, "{name}");
    }
}

#[test]
fn admin_express_3_gives_every_column() {
    for name in [PAU, PAU_GPKG, "latin1_sans_cpg/COMMUNE.shp"] {
        let communes = communes_of(name);
        assert_eq!(communes.schema, Schema::AdminExpress3);
        let pau = &communes.rows[0];
        assert_eq!((&*pau.code, &*pau.nom), ("64445", "Pau"));
        assert!(
            pau.population
                .is_some_and(|n| (70_000..90_000).contains(&n))
        );
        assert_eq!(pau.epci.as_deref(), Some("200067254"));
        assert_eq!(
            (pau.departement.as_deref(), pau.region.as_deref()),
            (Some("64"), Some("75"))
        );
        let named = |code: &str| communes.rows.iter().find(|row| row.code == code).unwrap();
        assert_eq!(named("64129").nom, "Billère");
        assert_eq!(named("51410").nom, "Œuilly");
        assert_eq!(
            (&*named("29083").nom, &named("29083").epci),
            ("Île-de-Sein", &None)
        );
        // Lourdes in two parts, a hole in Moncorneil-Grazan, both in Val-de-Reuil.
        let shape = |code: &str| {
            named(code)
                .polygons
                .iter()
                .map(Vec::len)
                .collect::<Vec<_>>()
        };
        assert_eq!(shape("65286"), [1, 1]);
        assert_eq!(shape("32266"), [2]);
        assert_eq!(shape("27701"), [2, 1, 1]);
    }
}

#[test]
fn grand_paris_communes_have_their_epci_and_ept() {
    for name in [
        "ADECOGC_3-2_SHP_WGS84G_FRA/COMMUNE.shp",
        "ade_4_exporte/commune.shp",
        "communes.fgb",
    ] {
        let communes = communes_of(name);
        let of = |code: &str| communes.rows.iter().find(|row| row.code == code).unwrap();
        for (code, ept) in [
            ("93066", "200057867"),
            ("94041", "200058014"),
            ("92012", "200057974"),
        ] {
            let row = of(code);
            assert_eq!(
                (row.epci.as_deref(), row.ept.as_deref()),
                (Some("200054781"), Some(ept)),
                "{name}, {code}"
            );
        }
        assert_eq!(
            (of("75056").epci.as_deref(), &of("75056").ept),
            (Some("200054781"), &None),
            "{name}"
        );
    }
}

#[test]
fn admin_express_4_is_read_whole_and_cut_at_ten_characters() {
    let whole = communes_of("ADE-COG_4-0_GPKG_RGAF09UTM20_GLP.gpkg");
    assert_eq!(whole.schema, Schema::AdminExpress4);
    let row = whole.rows.iter().find(|row| row.code == "97120").unwrap();
    assert_eq!(row.nom, "Pointe-à-Pitre");
    assert_eq!(
        (row.departement.as_deref(), row.region.as_deref()),
        (Some("971"), Some("01"))
    );
    let cut = communes_of("ade_4_exporte/commune.shp");
    assert_eq!(cut.schema, Schema::AdminExpress4Shapefile);
    for row in &cut.rows {
        assert_eq!(
            (row.departement.as_deref(), row.region.as_deref()),
            (row.code.get(..2), Some("11"))
        );
    }
}

#[test]
fn arrondissements_beside_their_commune_are_left_out_and_listed() {
    let communes = communes_of("communes-5m.geojson");
    assert_eq!(communes.schema, Schema::CodeNom);
    assert_eq!(communes.rows.last().unwrap().code, "75056");
    assert_eq!(communes.arrondissements, ["75112", "75101"]);
}

#[test]
fn a_layer_can_be_named() {
    let layer = read(&fixture(PAU_GPKG), Some("commune")).unwrap();
    assert_eq!(layer.name, "COMMUNE");
    let other = read(&fixture(PAU_GPKG), Some("arrondissement_municipal")).unwrap();
    assert_eq!(other.features.len(), 2);
    let absent = refusal(PAU_GPKG, Some("EPCI"));
    assert!(
        absent
            .to_string()
            .contains("COMMUNE, ARRONDISSEMENT_MUNICIPAL"),
        "{absent}"
    );
    let single = refusal(PAU, Some("departement"));
    assert!(matches!(*single.fault, Fault::NoSuchLayer { .. }));
}

#[test]
fn coordinate_systems_that_are_not_read_are_named() {
    let lambert2 = refusal("fautifs/lambert2/COMMUNE.shp", None);
    assert!(
        matches!(&*lambert2.fault, Fault::CrsUnknown { found } if found.contains("NTF")),
        "{lambert2}"
    );
    let utm = refusal("fautifs/utm31.geojson", None);
    assert!(
        matches!(&*utm.fault, Fault::CrsUnknown { found } if found == "EPSG:32631"),
        "{utm}"
    );
    for said in ["utm31.geojson", "EPSG:32631", "EPSG:2154", "EPSG:4471"] {
        assert!(utm.to_string().contains(said), "{utm}");
    }
    let undeclared = refusal("fautifs/lambert93_non_declare.geojson", None);
    assert!(matches!(
        *undeclared.fault,
        Fault::Position { position: 1, .. }
    ));
    let sentence = undeclared.to_string();
    for said in [
        "objet 1 (code 64129)",
        "polygone 1, anneau 1",
        "hors du globe",
    ] {
        assert!(sentence.contains(said), "{sentence}");
    }
}

#[test]
fn missing_companions_are_named() {
    let prj = refusal("fautifs/sans_prj/COMMUNE.shp", None);
    assert!(
        matches!(&*prj.fault, Fault::MissingSidecar { missing } if missing == "COMMUNE.prj"),
        "{prj}"
    );
    for extension in ["shx", "dbf"] {
        let folder = copy_of(PAU);
        fs::remove_file(folder.path().join(format!("COMMUNE.{extension}"))).unwrap();
        let error = read(&folder.path().join("COMMUNE.shp"), None).unwrap_err();
        assert!(
            error.to_string().contains(&format!("COMMUNE.{extension}")),
            "{error}"
        );
    }
    assert!(matches!(
        *refusal("ade_4_exporte/commune.dbf", None).fault,
        Fault::GiveTheShp
    ));
    assert!(matches!(
        *refusal("ade_4_exporte", None).fault,
        Fault::Folder
    ));
    assert!(matches!(
        *refusal("absent.gpkg", None).fault,
        Fault::Open(_)
    ));
    assert!(matches!(
        *refusal("../ecrire.py", None).fault,
        Fault::UnknownFormat
    ));
}

#[test]
fn layers_and_columns_that_will_not_do_are_refused() {
    let arm = refusal("fautifs/ARRONDISSEMENT_MUNICIPAL.shp", None);
    assert!(matches!(*arm.fault, Fault::WrongLayer { .. }));
    assert!(arm.to_string().contains("COMMUNE"));
    let choose = refusal("fautifs/sans_commune.gpkg", None);
    assert!(
        matches!(&*choose.fault, Fault::ChooseLayer { layers } if layers.len() == 2),
        "{choose}"
    );
    let column = refusal("fautifs/sans_code.geojson", None);
    for said in ["insee, libelle", "INSEE_COM", "code_insee", "code et nom"] {
        assert!(column.to_string().contains(said), "{column}");
    }
    let points = refusal("fautifs/points.geojson", None);
    assert!(
        matches!(*points.fault, Fault::NotPolygon { found: "Point" }),
        "{points}"
    );
}

/// A temporary folder with the file and its companions.
fn copy_of(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = fixture(name);
    for entry in fs::read_dir(source.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.file_stem() == source.file_stem() {
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// A small generator, the same on every run (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Reads `bytes` in place of the file `damaged` of a copy of `name`; what matters is to come back.
fn read_damaged(folder: &Path, opened: &str, damaged: &str, bytes: &[u8]) -> bool {
    fs::write(folder.join(damaged), bytes).unwrap();
    read(&folder.join(opened), None).and_then(communes).is_ok()
}

#[test]
fn truncated_and_flipped_files_are_refused_without_panic() {
    let cases: [(&str, &[&str]); 6] = [
        (PAU, &["shp", "shx", "dbf", "prj"]),
        ("ade_4_exporte/commune.shp", &["shp", "dbf"]),
        ("ADE-COG_4-0_GPKG_RGAF09UTM20_GLP.gpkg", &["gpkg"]),
        ("communes-lambert93.geojson", &["geojson"]),
        ("communes.fgb", &["fgb"]),
        ("reunion_2975.fgb", &["fgb"]),
    ];
    let mut dice = Dice(2026);
    for (name, extensions) in cases {
        let folder = copy_of(name);
        let opened = Path::new(name).file_name().unwrap().to_str().unwrap();
        for extension in extensions {
            let damaged = Path::new(opened).with_extension(extension);
            let damaged = damaged.to_str().unwrap();
            let sound = fs::read(folder.path().join(damaged)).unwrap();
            let mut accepted = 0;
            for step in 0..40 {
                let cut = if step < 20 {
                    sound.len() * step / 20
                } else {
                    dice.below(sound.len())
                };
                accepted +=
                    usize::from(read_damaged(folder.path(), opened, damaged, &sound[..cut]));
            }
            // A .dbf or .json may lack its last byte, and the .prj its last bracket; nothing else may.
            assert!(
                accepted <= 1,
                "{name}, {extension}: {accepted} truncations accepted"
            );
            for step in 0..120 {
                let mut bytes = sound.clone();
                // The first flips go where the sizes are, the others anywhere.
                let near = if step < 60 {
                    bytes.len().min(200)
                } else {
                    bytes.len()
                };
                for _ in 0..=step % 3 {
                    bytes[dice.below(near)] ^= 1 << dice.below(8);
                }
                read_damaged(folder.path(), opened, damaged, &bytes);
            }
            fs::write(folder.path().join(damaged), sound).unwrap();
        }
        assert!(
            read(&folder.path().join(opened), None).is_ok(),
            "{name}: sound again"
        );
    }
}

/// Largest virtual memory the process ever had, in kB; 0 where the system does not say.
fn peak_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

#[test]
fn sizes_announced_by_a_file_reserve_nothing() {
    let before = peak_kilobytes();
    // The 32-bit words of the headers, each raised to the largest value in turn.
    for (name, extension, span) in [
        (PAU, "shp", 220),
        (PAU, "shx", 120),
        (PAU, "dbf", 64),
        ("communes.fgb", "fgb", 700),
        ("ADECOGC_3-2_GPKG_LAMB93_FXX.gpkg", "gpkg", 120),
    ] {
        let folder = copy_of(name);
        let opened = Path::new(name).file_name().unwrap().to_str().unwrap();
        let damaged = Path::new(opened).with_extension(extension);
        let sound = fs::read(folder.path().join(&damaged)).unwrap();
        for offset in (0..sound.len().min(span) - 4).step_by(4) {
            for word in [u32::MAX, 0x7FFF_FFFF, 0x8000_0000] {
                for raised in [word.to_le_bytes(), word.to_be_bytes()] {
                    let mut bytes = sound.clone();
                    bytes[offset..offset + 4].copy_from_slice(&raised);
                    read_damaged(folder.path(), opened, damaged.to_str().unwrap(), &bytes);
                }
            }
        }
    }
    // Other tests run meanwhile: room for their threads, none for a reservation of gigabytes.
    assert!(
        peak_kilobytes() < before + 1_500_000,
        "{} kB",
        peak_kilobytes()
    );
}
