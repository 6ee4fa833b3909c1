//! `territoires serve`: starting and ending.

use super::{Duration, Instant, Method, Server, has, import::pau, refuses, text};

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
        2,
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
    server.signal("TERM");
    // A client's idle connection must not hold it up.
    let since = Instant::now();
    while server.child.try_wait().unwrap().is_none() {
        assert!(since.elapsed() < Duration::from_secs(10), "still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(server.child.wait().unwrap().success());
}
