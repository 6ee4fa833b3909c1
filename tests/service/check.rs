//! `territoires check`

use super::{
    Digest, Path, PathBuf, Sha256, TempDir, fs, has, import::pau, project, refuses, run, says, text,
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
pub fn change(folder: &Path, name: &str, signed: bool, edit: impl Fn(String) -> String) {
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
