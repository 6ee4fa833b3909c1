//! The decoder of these tests against the fixtures of the specification's authors (`@mapbox/mvt-fixtures`):
//! what is valid it reads, what is fatal it refuses.

use std::path::PathBuf;

use super::decoder;

/// Said to be valid, but its only command announces 536,870,911 points and one follows: what fixture 052, with
/// fewer, is fatal for. It is there to see that a decoder does not make room for them; this one refuses it.
const ANNOUNCES_TOO_MUCH: &str = "057";

#[test]
fn the_decoder_reads_valid_fixtures_and_refuses_fatal_ones() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("web/node_modules/@mapbox/mvt-fixtures/fixtures");
    let mut counts = (0, 0);
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).expect("`make web` brings the fixtures") {
        let folder = entry.unwrap().path();
        let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
        let info: serde_json::Value = serde_json::from_slice(&read("info.json")).unwrap();
        let decoded = decoder::decode(&read("tile.mvt"));
        let validity = &info["validity"];
        if folder.ends_with(ANNOUNCES_TOO_MUCH) {
            assert!(decoded.is_err());
            continue;
        }
        let wanted = if validity["v2"] == true {
            counts.0 += 1;
            true
        } else if validity["error"] == "fatal" {
            counts.1 += 1;
            false
        } else {
            // Recoverable: a decoder may read it or not.
            continue;
        };
        if decoded.is_ok() != wanted {
            let (name, error) = (folder.file_name().unwrap(), decoded.err());
            wrong.push(format!("{name:?} {error:?}: {}", info["description"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts.0 >= 40 && counts.1 >= 15, "{counts:?} fixtures");
}
