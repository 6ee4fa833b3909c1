//! Streets and house numbers: `territoires import --adresses`, and the answers of a service that has them.

use super::{
    Path, Server, TempDir, Value, Write, fs, has, project, refuses, run, says, snapshot, text,
};

const FIXTURE: &str = "boundaries/fixtures/adresses/adresses-essai.csv";

/// A folder that holds the addresses of the fixture and nothing else.
fn addresses() -> TempDir {
    let folder = TempDir::new().unwrap();
    import(&project(FIXTURE), folder.path());
    folder
}

fn import(file: &Path, folder: &Path) -> String {
    says(&[
        "import",
        "--adresses",
        text(file),
        "--donnees",
        text(folder),
    ])
}

fn ask(server: &Server, address: &str) -> Value {
    let encoded: String = address
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    server.json(&format!("/api/v1/appartenance?adresse={encoded}"))
}

#[test]
fn an_import_says_what_it_read_and_which_rows_it_refused() {
    let folder = TempDir::new().unwrap();
    let said = import(&project(FIXTURE), folder.path());
    has(
        &said,
        &[
            "2 refusées",
            "18 voies",
            "adresses-essai.csv, ligne 38 : la longitude « inconnue » n’est pas un nombre",
            "elle a 7 colonnes, l’en-tête en a 23",
        ],
    );
    let manifest = fs::read_to_string(folder.path().join("adresses/adresses.toml")).unwrap();
    has(
        &manifest,
        &[
            "Base Adresse Nationale",
            "Licence Ouverte 2.0",
            "voies = 18",
            "sha256",
        ],
    );
}

#[test]
fn a_service_with_addresses_answers_with_street_and_number() {
    let folder = addresses();
    // No boundaries in the folder: the embedded ones serve.
    let server = Server::start(&["--donnees", text(folder.path())]);
    for (asked, kind, label) in [
        (
            "12 bis boulevard des Pyrénées, 64000 Pau",
            "numero",
            "12 bis Boulevard des Pyrénées 64000 Pau",
        ),
        (
            "12B bd Pyrenees 64000 PAU",
            "numero",
            "12 bis Boulevard des Pyrénées 64000 Pau",
        ),
        (
            "12-14 rue de la Paix 75002 Paris",
            "numero",
            "12 Rue de la Paix 75002 Paris",
        ),
        (
            "160 a rue de Rivoli 75001 Paris",
            "numero",
            "160 a Rue de Rivoli 75001 Paris",
        ),
        (
            "8 rue du Maréchla Joffre 64000 Pau",
            "numero",
            "8 Rue du Maréchal Joffre 64000 Pau",
        ),
        (
            "21 av. du Gal Leclerc, Pau",
            "numero",
            "21 Avenue du Général Leclerc 64000 Pau",
        ),
        (
            "99 rue du Maréchal Joffre 64000 Pau",
            "voie",
            "Rue du Maréchal Joffre 64000 Pau",
        ),
        (
            "4 rue du 9 mai 1945 64000 Pau",
            "numero",
            "4 Rue du 9 Mai 1945 64000 Pau",
        ),
        // A street under the code of a commune merged since is found in the town that is there today.
        (
            "6 route d’Audéjos, 64170 Lacq",
            "numero",
            "6 Route d'Audéjos 64170 Audéjos",
        ),
        ("rue des Lilas 64000 Pau", "commune", "64000 Pau"),
    ] {
        let found = &ask(&server, asked)["geocodage"];
        assert_eq!(found["type"], kind, "{asked}: {found}");
        assert_eq!(found["libelle"], label, "{asked}");
    }
    // The point is that of the row in the file.
    let found = &ask(&server, "12 bis boulevard des Pyrénées, 64000 Pau")["geocodage"];
    assert_eq!(found["lon"], -0.36996);
    assert_eq!(found["lat"], 43.29418);
}

#[test]
fn streets_of_one_name_are_told_apart_by_postcode_and_number_or_not_at_all() {
    let folder = addresses();
    let server = Server::start(&["--donnees", text(folder.path())]);
    let label = |asked: &str| ask(&server, asked)["geocodage"]["libelle"].clone();
    // One street in two arrondissements.
    assert_eq!(
        label("3 rue de la Paix, Paris"),
        "3 Rue de la Paix 75001 Paris"
    );
    assert_eq!(
        label("rue de la Paix 75002 Paris"),
        "Rue de la Paix 75002 Paris"
    );
    // Two streets of a commune that was made of two: only one has a number 9, both have a number 1.
    let nine = ask(&server, "9 rue de l’église 64570 Ance Féas");
    assert_eq!(nine["geocodage"]["type"], "numero", "{nine}");
    assert!(nine["geocodage"]["lon"].as_f64().unwrap() < -0.69, "{nine}");
    let one = ask(&server, "1 rue de l’église 64570 Ance Féas");
    assert_eq!(one["geocodage"]["type"], "commune", "{one}");
    // A hamlet is a street without numbers.
    let hamlet = ask(&server, "lieu-dit Lasserre, 64570 Ance Féas");
    assert_eq!(hamlet["geocodage"]["type"], "voie", "{hamlet}");
}

#[test]
fn streets_do_not_change_which_commune_answers() {
    let folder = addresses();
    let with = Server::start(&["--donnees", text(folder.path())]);
    for asked in [
        "12 bis boulevard des Pyrénées, 64000 Pau",
        "1 avenue du Général Lemonnier 75001 Paris",
        "rue de l’église, Saint-Martin",
    ] {
        let (with, without) = (ask(&with, asked), ask(&Server::shared(), asked));
        for member in [
            "reponse",
            "explication",
            "territoire",
            "commune",
            "candidats",
        ] {
            assert_eq!(with[member], without[member], "{asked}: {member}");
        }
    }
}

#[test]
fn what_is_no_address_file_is_refused_and_leaves_what_was_there() {
    let folder = addresses();
    let before = snapshot(folder.path());
    let wrong = folder.path().join("autre.csv");
    fs::write(&wrong, "code;nom\n1;2\n").unwrap();
    let said = refuses(
        &[
            "import",
            "--adresses",
            text(&wrong),
            "--donnees",
            text(folder.path()),
        ],
        1,
    );
    has(
        &said,
        &[
            "autre.csv",
            "ce n’est pas un fichier CSV de la Base Adresse Nationale",
            "numero",
        ],
    );
    fs::remove_file(&wrong).unwrap();
    assert_eq!(snapshot(folder.path()), before);
    // Nor does a refusal leave a folder behind where there was none.
    let empty = TempDir::new().unwrap();
    let missing = empty.path().join("absent.csv.gz");
    refuses(
        &[
            "import",
            "--adresses",
            text(&missing),
            "--donnees",
            text(empty.path()),
        ],
        1,
    );
    assert!(snapshot(empty.path()).is_empty());
}

#[test]
fn a_compressed_file_that_is_cut_off_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("adresses.csv.gz");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed
        .write_all(&fs::read(project(FIXTURE)).unwrap())
        .unwrap();
    let packed = packed.finish().unwrap();
    fs::write(&file, &packed).unwrap();
    has(&import(&file, &folder.path().join("entier")), &["18 voies"]);
    fs::write(&file, &packed[..packed.len() / 2]).unwrap();
    let into = folder.path().join("coupé");
    let said = refuses(
        &[
            "import",
            "--adresses",
            text(&file),
            "--donnees",
            text(&into),
        ],
        1,
    );
    has(&said, &["adresses.csv.gz", "coupé ou abîmé"]);
}

#[test]
fn a_second_import_takes_the_place_of_the_first_and_leaves_nothing_of_it() {
    let folder = addresses();
    let first = snapshot(folder.path());
    let file = folder.path().join("pau.csv");
    let rows = fs::read_to_string(project(FIXTURE)).unwrap();
    let pau: Vec<&str> = rows.lines().filter(|l| !l.contains(";Paris")).collect();
    fs::write(&file, pau.join("\n")).unwrap();
    import(&file, folder.path());
    fs::remove_file(&file).unwrap();
    let second = snapshot(folder.path());
    assert_eq!(second.len(), first.len());
    assert!(
        second
            .keys()
            .filter(|path| first.contains_key(*path))
            .count()
            == 1,
        "only the manifest keeps its name"
    );
    // The same files make the same index, byte for byte.
    import(&project(FIXTURE), folder.path());
    assert_eq!(snapshot(folder.path()), first);
}

#[test]
fn an_index_that_was_cut_off_is_refused_with_what_to_do() {
    let folder = addresses();
    let inside = folder.path().join("adresses");
    let refused = || {
        let run = run(&[
            "serve",
            "--adresse",
            "127.0.0.1:0",
            "--donnees",
            text(folder.path()),
        ]);
        assert_eq!(run.code, 1, "{}", run.err);
        run.err
    };
    let numbers = fs::read_dir(&inside)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| text(path).contains("numeros-"))
        .unwrap();
    let whole = fs::read(&numbers).unwrap();
    fs::write(&numbers, &whole[..whole.len() - 1]).unwrap();
    has(
        &refused(),
        &[
            "numeros-",
            "il est coupé",
            "relancez « territoires import --adresses »",
        ],
    );
    let mut altered = whole.clone();
    altered[0] ^= 1;
    fs::write(&numbers, &altered).unwrap();
    has(
        &refused(),
        &["ce n’est pas le fichier que l’import a écrit"],
    );
    fs::remove_file(inside.join("adresses.toml")).unwrap();
    has(&refused(), &["adresses.toml", "interrompu"]);
}
