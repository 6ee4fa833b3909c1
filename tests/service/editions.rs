//! A new edition of the data beside the one in service.

use super::{Server, TempDir, Value, fs, has, import::pau, refuses, run, text, until};

const PLACE: &str = "/api/v1/appartenance?lon=-0.3708&lat=43.2951";

fn digest(server: &Server) -> Value {
    server.json("/sante/pret")["donnees"].clone()
}

/// Makes another edition of the one in a folder: a member has another name.
fn renamed(folder: &TempDir) {
    let edit = |text: String| text.replace("CA Pau Béarn Pyrénées", "CA du Palais");
    super::check::change(folder.path(), "composition/membres-temps-2.csv", true, edit);
}

#[test]
fn a_new_edition_is_served_once_the_process_is_told_and_tags_change_with_it() {
    let folder = pau();
    let log = tempfile::NamedTempFile::new().unwrap();
    let server = Server::logged(&["--donnees", text(folder.path())], log.reopen().unwrap());
    let (before, tile) = (digest(&server), server.get("/tiles/temps-2/6/31/23.mvt"));
    has(&server.get(PLACE).text(), &["CA Pau Béarn Pyrénées"]);
    renamed(&folder);
    // Nobody told it.
    assert_eq!(digest(&server), before);
    server.signal("HUP");
    until("the new edition", || digest(&server) != before);
    has(&server.get(PLACE).text(), &["CA du Palais"]);
    let after = server.get("/tiles/temps-2/6/31/23.mvt");
    assert_ne!(tile.header("etag"), after.header("etag"));
    has(
        &fs::read_to_string(log.path()).unwrap(),
        &["nouvelle édition en service"],
    );
    has(
        &server.get("/metrics").text(),
        &["territoires_reloads_total{outcome=\"chargee\"} 1"],
    );
    // Told again, it has nothing to do.
    server.signal("HUP");
    until("the look at the folder", || {
        server
            .get("/metrics")
            .text()
            .contains("outcome=\"inchangee\"} 1")
    });
}

#[test]
fn an_edition_with_a_fault_is_refused_with_the_reason_and_the_old_one_goes_on() {
    let folder = pau();
    let log = tempfile::NamedTempFile::new().unwrap();
    let server = Server::logged(
        &[
            "--donnees",
            text(folder.path()),
            "--surveiller",
            "--journal",
            "json",
        ],
        log.reopen().unwrap(),
    );
    let before = digest(&server);
    // A bit of the outlines has turned over, and the manifest is new: found without being told.
    let outlines = folder.path().join("communes.fgb");
    let mut bytes = fs::read(&outlines).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(&outlines, &bytes).unwrap();
    let manifest = folder.path().join("edition.toml");
    let text_before = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{text_before}\n")).unwrap();
    until("the refusal", || {
        server
            .get("/metrics")
            .text()
            .contains("outcome=\"refusee\"} 1")
    });
    let lines = fs::read_to_string(log.path()).unwrap();
    let refusal = lines.lines().find(|line| line.contains("refusée")).unwrap();
    let refusal: Value = serde_json::from_str(refusal).unwrap();
    assert_eq!(refusal["level"], "ERROR");
    has(
        refusal["raison"].as_str().unwrap(),
        &["communes.fgb", "import"],
    );
    assert_eq!(digest(&server), before);
    has(&server.get(PLACE).text(), &["CA Pau Béarn Pyrénées"]);
    // Mended, it is found again by itself.
    bytes[middle] ^= 4;
    fs::write(&outlines, &bytes).unwrap();
    renamed(&folder);
    until("the mended edition", || digest(&server) != before);
    has(&server.get(PLACE).text(), &["CA du Palais"]);
}

#[test]
fn what_an_edition_would_change_is_said_before_it_is_served() {
    let (before, after) = (pau(), pau());
    renamed(&after);
    let compared = |to: &str| run(&["check", "--donnees", text(after.path()), "--contre", to]).out;
    let said = compared(text(before.path()));
    has(
        &said,
        &[
            "temps-2 : ~ ti-7510 Lacq – Pau – Tarbes : CA Pau Béarn Pyrénées s’appelle CA du Palais (200067254)",
        ],
    );
    has(&compared(text(after.path())), &["aucun changement"]);
    // Against the embedded data, of which these are a part.
    let said = run(&["check", "--donnees", text(after.path()), "--contre"]).out;
    has(
        &said,
        &["changements depuis : données embarquées", "superficie "],
    );
    let said = refuses(&["check", "--contre", "/nulle/part"], 1);
    has(&said, &["/nulle/part"]);
}
