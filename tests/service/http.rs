//! What holds for every address.

use super::{Method, Server, Value, assert_guarded, assert_problem, gunzipped, has};

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
                assert!(gunzipped(&body) == whole, "{path}: {asked}");
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
