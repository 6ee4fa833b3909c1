//! `territoires config`, and settings of `serve`.

use super::{Command, PROGRAM, fs, has, plain, refuses, says, text};

/// What the program says with these variables set: exit code, and both outputs.
fn with(variables: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        plain(&String::from_utf8(said).unwrap()),
    )
}

#[test]
fn what_is_in_force_is_printed_with_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("territoires.toml");
    fs::write(&path, "attente = 3\nfichiers = 2\njournal = \"json\"\n").unwrap();
    let variables = [
        ("TERRITOIRES_CONFIG", text(&path)),
        ("TERRITOIRES_ATTENTE", "4"),
        ("TERRITOIRES_FICHIERS", "5"),
    ];
    let (code, said) = with(&variables, &["config", "--fichiers", "6", "--surveiller"]);
    assert_eq!(code, Some(0), "{said}");
    has(
        &said,
        &[
            "adresse = \"127.0.0.1:8080\"  # défaut",
            "attente = \"4\"  # TERRITOIRES_ATTENTE",
            "fichiers = \"6\"  # --fichiers",
            "surveiller = \"oui\"  # --surveiller",
            ", journal\n",
        ],
    );
    // And is a file of settings itself.
    let again = folder.path().join("encore.toml");
    fs::write(&again, &said).unwrap();
    let second = says(&["config", "--config", text(&again)]);
    has(&second, &["fichiers = \"6\"  # ", "encore.toml, fichiers"]);
}

#[test]
fn a_setting_that_is_none_is_refused_by_every_command_that_reads_settings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("territoires.toml");
    fs::write(&path, "cache_tuiles = 64\n").unwrap();
    for command in ["serve", "config"] {
        let said = refuses(&[command, "--config", text(&path)], 2);
        has(
            &said,
            &["territoires.toml", "« cache_tuiles »", "« cache-tuiles »"],
        );
        let (code, said) = with(&[("TERRITOIRES_JOURNALE", "json")], &[command]);
        assert_eq!(code, Some(2), "{said}");
        has(&said, &["TERRITOIRES_JOURNALE", "« TERRITOIRES_JOURNAL »"]);
        has(
            &refuses(&[command, "--cache-tuile", "1"], 2),
            &["--cache-tuiles"],
        );
        has(
            &refuses(&[command, "--config", "/nulle/part"], 2),
            &["/nulle/part"],
        );
        has(
            &refuses(&[command, "--connexions", "0"], 2),
            &["--connexions", "de 1 à"],
        );
    }
    let said = refuses(&["serve", "--niveau", "info,=="], 1);
    has(&said, &["niveau", "info"]);
}

#[test]
fn a_service_is_asked_whether_it_is_ready_without_another_client() {
    let server = super::Server::shared();
    let at = server.base.trim_start_matches("http://");
    has(&says(&["sante", "--adresse", at]), &["prêt"]);
    has(
        &refuses(&["sante", "--adresse", "127.0.0.1:1"], 1),
        &["127.0.0.1:1"],
    );
}
