//! `POST /api/v1/appartenance/csv` and `territoires locate --csv`.

use std::fs;

use super::{Server, assert_problem, has, plain, refuses, run, text};

const API: &str = "/api/v1/appartenance/csv";

/// The answer to a file, as text.
fn answered(query: &str, file: &[u8]) -> String {
    let reply = Server::shared().post(&format!("{API}?{query}"), "text/csv", file);
    assert_eq!(reply.status, 200, "{query}: {}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    String::from_utf8(reply.body).unwrap()
}

/// A column of an answer by its name.
fn column(answer: &str, separator: u8, name: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(answer.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = header
        .iter()
        .position(|h| h == name)
        .unwrap_or_else(|| panic!("{name} in {header:?}"));
    reader
        .records()
        .map(|r| r.unwrap()[at].to_owned())
        .collect()
}

#[test]
fn every_row_comes_back_in_order_with_its_answer() {
    let file = "n,code\n1,64445\n2,33009\n3,99999\n4,abc\n5,\n6,49321\n";
    let answer = answered("commune=code", file.as_bytes());
    for (row, line) in file.lines().zip(answer.lines()) {
        assert!(line.starts_with(row), "{row}: {line}");
    }
    assert_eq!(
        column(&answer, b',', "ti_reponse"),
        ["oui", "non", "erreur", "erreur", "erreur", "incertain"]
    );
    assert_eq!(column(&answer, b',', "ti_id")[0], "ti-7510");
    assert_eq!(column(&answer, b',', "ti_membre")[0], "200067254");
    has(&column(&answer, b',', "ti_explication")[2], &["99999"]);
    has(&column(&answer, b',', "ti_explication")[4], &["vide"]);
}

#[test]
fn the_answers_are_those_of_the_single_call() {
    let server = Server::shared();
    let texts = [
        "Place Royale, 64000 Pau",
        "Saint-Denis",
        "33120 Arcachon",
        "rien du tout",
    ];
    let file = format!(
        "adresse\n{}\n",
        texts.map(|t| format!("\"{t}\"")).join("\n")
    );
    let answer = answered("colonnes=adresse", file.as_bytes());
    let sentences = column(&answer, b',', "ti_explication");
    for (text, sentence) in texts.iter().zip(sentences) {
        let value: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let single = server.json(&format!("/api/v1/appartenance?adresse={value}"));
        assert_eq!(single["explication"], sentence, "{text}");
    }
}

#[test]
fn addresses_may_be_made_of_several_columns() {
    let file = "voie;cp;commune\n2 place Royale;64000;Pau\n;;Arcachon\n";
    let answer = answered("colonnes=voie,cp,commune", file.as_bytes());
    assert_eq!(column(&answer, b';', "ti_commune"), ["64445", "33009"]);
    assert_eq!(column(&answer, b';', "ti_base"), ["adresse", "adresse"]);
}

#[test]
fn points_may_have_a_comma_for_their_point() {
    let answer = answered(
        "lon=x&lat=y",
        "x\ty\n-0,3708\t43,2951\n-5\t45\nnord\t45\n".as_bytes(),
    );
    assert_eq!(
        column(&answer, b'\t', "ti_reponse"),
        ["oui", "non", "erreur"]
    );
}

#[test]
fn quotes_line_breaks_and_broken_rows_cost_no_other_row() {
    let file = "code,note\r\n64445,\"deux\r\nlignes, \"\"et\"\" virgule\"\r\n64445,un,de,trop\r\n64445\r\n\r\n\"64445,jamais fermé\r\n33009,fin";
    let answer = answered("commune=code", file.as_bytes());
    assert!(
        answer.contains("\"deux\r\nlignes, \"\"et\"\" virgule\",oui,"),
        "{answer}"
    );
    let replies: Vec<&str> = [
        "64445,un,de,trop,erreur,",
        "64445,,oui,",
        "\r\n,,erreur,",
        "\r\n33009,fin,non,",
    ]
    .into();
    for part in replies {
        assert!(answer.contains(part), "« {part} » is not in {answer}");
    }
    has(
        &plain(&answer),
        &["jamais fermé", "a 4 champs", "Cette ligne est vide"],
    );
}

#[test]
fn windows_1252_and_the_mark_of_utf_8_are_read_and_taken_columns_numbered() {
    let answer = answered("colonnes=Ville", b"Ville;ti_id\nNe\xEErac;x\nPau;y\n");
    assert!(
        answer.starts_with("Ville;ti_id;ti_reponse;ti_id_2;"),
        "{answer}"
    );
    assert!(answer.contains("Neîrac"), "{answer}");
    let answer = answered("colonnes=ville", "\u{feff}ville\nPau\n".as_bytes());
    assert!(answer.starts_with('\u{feff}'), "{answer}");
    assert_eq!(
        column(answer.trim_start_matches('\u{feff}'), b',', "ti_commune"),
        ["64445"]
    );
}

#[test]
fn a_form_with_a_file_is_read_too() {
    let body = "--limite\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\ncode\n64445\n\r\n--limite--\r\n";
    let kind = "multipart/form-data; boundary=limite";
    let reply = Server::shared().post(&format!("{API}?commune=code"), kind, body.as_bytes());
    assert_eq!(reply.status, 200, "{}", reply.text());
    has(&reply.text(), &["64445,oui,ti-7510"]);
}

#[test]
fn a_request_that_cannot_be_answered_is_refused_before_any_row() {
    let server = Server::shared();
    for (query, file, parts) in [
        ("", "code\n64445\n", &["colonnes="][..]),
        (
            "commune=code&siren=x",
            "code\n64445\n",
            &["commune", "siren"],
        ),
        ("lon=x", "x\n1\n", &["lat="]),
        ("commune=insee", "code\n64445\n", &["insee", "code"]),
        ("commune=code", "", &["vide"]),
        ("commune=code&ville=x", "code\n", &["ville"]),
        ("commune=code&phase=temps-9", "code\n", &["temps-2"]),
        ("colonnes=", "code\n", &["colonnes="]),
    ] {
        let reply = server.post(&format!("{API}?{query}"), "text/csv", file.as_bytes());
        assert_problem(&reply, 400, query);
        has(&reply.text(), parts);
    }
    assert_problem(&server.get(API), 405, "GET");
}

#[test]
fn a_large_file_is_answered_while_it_is_sent() {
    let rows = 200_000;
    let file = format!("code\n{}", "64445\n".repeat(rows));
    let answer = answered("commune=code", file.as_bytes());
    assert_eq!(answer.lines().count(), rows + 1);
    assert!(
        answer
            .lines()
            .skip(1)
            .all(|l| l.starts_with("64445,oui,ti-7510,"))
    );
}

#[test]
fn the_command_line_writes_what_the_service_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lieux.csv");
    let file = "adresse,ville\n2 place Royale,Pau\nx,Saint-Denis\n";
    fs::write(&path, file).unwrap();
    let printed = run(&[
        "locate",
        "--csv",
        text(&path),
        "--colonnes",
        "adresse,ville",
    ]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    assert_eq!(
        printed.out,
        plain(&answered("colonnes=adresse,ville", file.as_bytes()))
    );
    has(&printed.err, &["2 lignes"]);
    has(
        &refuses(&["locate", "--csv", text(&path)], 1),
        &["--colonnes"],
    );
    has(
        &refuses(&["locate", "--csv", text(&path), "--commune", "insee"], 1),
        &["insee", "adresse"],
    );
    has(
        &refuses(
            &["locate", "--csv", "/nulle/part.csv", "--commune", "code"],
            1,
        ),
        &["/nulle/part.csv"],
    );
}

#[test]
fn a_client_may_send_all_of_a_large_file_before_it_reads() {
    use std::io::{BufRead, BufReader, Read, Write};
    // Far more answer than sockets hold.
    let rows = 150_000;
    let file = format!("code\n{}", "64445\n".repeat(rows));
    let server = Server::shared();
    let mut stream =
        std::net::TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    let patience = Some(std::time::Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream.set_write_timeout(patience).unwrap();
    let head = format!(
        "POST {API}?commune=code HTTP/1.0\r\nhost: localhost\r\ncontent-type: text/csv\r\ncontent-length: {}\r\n\r\n",
        file.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(file.as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let mut reader = BufReader::new(stream);
    let mut status = String::new();
    reader.read_line(&mut status).unwrap();
    assert!(status.contains(" 200 "), "{status}");
    let mut answer = Vec::new();
    reader.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert_eq!(answer.matches("\n64445,oui,").count(), rows);
}
