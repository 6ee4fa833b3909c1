//! What whoever runs the service relies on: bounds, time-outs, counts, the log, and the end.

use super::{
    Duration, Instant, Method, Read, Server, TcpStream, Value, Write, assert_problem, fs, has,
    json, until,
};

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// What comes on a connection until it is closed, and how long that took.
fn rest(mut stream: &TcpStream) -> (String, Duration) {
    let since = Instant::now();
    let mut bytes = Vec::new();
    // A connection may also be reset.
    let _ = stream.read_to_end(&mut bytes);
    (
        String::from_utf8_lossy(&bytes).into_owned(),
        since.elapsed(),
    )
}

#[test]
fn a_client_that_says_nothing_or_half_of_something_is_let_go() {
    let server = Server::start(&["--delai-entetes", "1"]);
    for start in [
        "",
        "P",
        "PRI * HT",
        "GET / HTTP/1.1\r\n",
        "GET /",
        "GET / HTTP/1.1\r\nhost: a\r\nx",
    ] {
        let mut stream = connect(&server);
        stream.write_all(start.as_bytes()).unwrap();
        let (_, took) = rest(&stream);
        assert!(
            took < Duration::from_secs(6),
            "« {start} » was kept for {took:?}"
        );
    }
    // So is one that has been answered and says nothing more.
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /sante/vivant HTTP/1.1\r\nhost: a\r\n\r\n")
        .unwrap();
    let (answer, took) = rest(&stream);
    has(&answer, &["200 OK", "vivant"]);
    assert!(took < Duration::from_secs(6), "kept for {took:?}");
    assert_eq!(server.get("/sante/pret").status, 200);
}

#[test]
fn a_client_that_sends_a_file_too_slowly_is_cut_off() {
    let server = Server::start(&["--delai-inactif", "1"]);
    let mut stream = connect(&server);
    let head = "POST /api/v1/appartenance/csv?commune=code HTTP/1.1\r\nhost: a\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\ncode\n64445\n";
    stream.write_all(head.as_bytes()).unwrap();
    let (answer, took) = rest(&stream);
    // Too late to say why in the answer, which has begun: it has no end.
    assert!(!answer.ends_with("0\r\n\r\n"), "{answer}");
    assert!(took < Duration::from_secs(8), "kept for {took:?}");
    until("its place is given back", || {
        server
            .get("/metrics")
            .text()
            .contains("pool_jobs{pool=\"fichiers\",state=\"running\"} 0")
    });
}

#[test]
fn a_client_that_reads_nothing_does_not_keep_its_place() {
    let server = Server::start(&["--delai-inactif", "1", "--fichiers", "1"]);
    let mut stream = connect(&server);
    let rows = "64445\n".repeat(2_000_000);
    let head = format!(
        "POST /api/v1/appartenance/csv?commune=code HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\ncode\n",
        rows.len() + 5
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The service may hang up before all is sent.
    let _ = stream.write_all(rows.as_bytes());
    until("its place is given back", || {
        let path = "/api/v1/appartenance/csv?commune=code";
        server.post(path, "text/csv", b"code\n64445\n").status == 200
    });
}

#[test]
fn connections_over_the_bound_are_told_to_come_again() {
    let server = Server::start(&["--connexions", "3", "--delai-entetes", "5"]);
    let held: Vec<TcpStream> = (0..3).map(|_| connect(&server)).collect();
    until("the connections are taken", || {
        let stream = connect(&server);
        rest(&stream).0.starts_with("HTTP/1.1 503")
    });
    let stream = connect(&server);
    let (answer, _) = rest(&stream);
    has(
        &answer,
        &[
            "retry-after: 2",
            "application/problem+json",
            "Trop de connexions",
        ],
    );
    drop(held);
    until("a place is free again", || {
        let mut stream = connect(&server);
        let _ =
            stream.write_all(b"GET /sante/vivant HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        rest(&stream).0.contains("200 OK")
    });
}

#[test]
fn a_client_may_be_held_to_a_rate_and_behind_a_proxy_each_is_its_own() {
    let server = Server::start(&[
        "--debit",
        "1",
        "--rafale",
        "5",
        "--mandataires",
        "127.0.0.1",
    ]);
    let asked = |client: &str| {
        let headers = [("x-forwarded-for", client)];
        server.send(Method::GET, "/api/v1/appartenance?commune=64445", &headers)
    };
    let refused = (0..20)
        .map(|_| asked("192.0.2.1"))
        .find(|r| r.status != 200)
        .unwrap();
    assert_problem(&refused, 429, "a client that asks too much");
    assert_eq!(refused.header("retry-after"), "2");
    assert_eq!(asked("192.0.2.2").status, 200);
    has(
        &server
            .send(Method::GET, "/metrics", &[("x-forwarded-for", "192.0.2.9")])
            .text(),
        &["territoires_refused_total{reason=\"debit\"}"],
    );
}

#[test]
fn an_address_or_a_head_that_is_too_long_is_refused() {
    let server = Server::shared();
    let long = format!("/api/v1/appartenance?adresse={}", "a".repeat(9_000));
    let reply = server.get(&long);
    assert_problem(&reply, 414, "a long address");
    let (status, ..) = server.raw(&format!(
        "GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
        "a".repeat(100_000)
    ));
    assert_eq!(status, 431);
    let many = "x: a\r\n".repeat(200);
    let (status, ..) = server.raw(&format!("GET / HTTP/1.1\r\nhost: a\r\n{many}\r\n"));
    assert_eq!(status, 431);
}

#[test]
fn what_is_answered_is_counted() {
    let server = Server::start(&[]);
    for _ in 0..3 {
        server.json("/api/v1/appartenance?commune=64445");
        server.get("/tiles/temps-2/6/31/23.mvt");
    }
    server.get("/nulle/part");
    let reply = server.get("/metrics");
    has(
        reply.header("content-type"),
        &["text/plain", "version=0.0.4"],
    );
    let text = reply.text();
    has(
        &text,
        &[
            "territoires_http_requests_total{route=\"/api/v1/appartenance (sur place)\",status=\"200\"} 3",
            "territoires_http_requests_total{route=\"/tiles/{layers}/{z}/{x}/{y}\",status=\"200\"} 1",
            "territoires_http_requests_total{route=\"/tiles/{layers}/{z}/{x}/{y} (gardée)\",status=\"200\"} 2",
            "territoires_http_requests_total{route=\"(aucune)\",status=\"404\"} 1",
            "territoires_http_request_duration_seconds_bucket{route=",
            "territoires_pool_jobs{pool=\"cartes\",state=\"waiting\"} 0",
            "territoires_edition_info{",
            "process_resident_memory_bytes",
            "territoires_tiles_made{step=\"drawn\"} 1",
        ],
    );
}

#[test]
fn the_log_names_requests_and_never_what_they_asked() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let server = Server::logged(
        &["--journal", "json", "--niveau", "debug"],
        log.reopen().unwrap(),
    );
    let asked = "/api/v1/appartenance?adresse=12+rue+Serviez+64000+Pau&phase=rien";
    let id = server.get(asked).header("x-request-id").to_owned();
    assert_eq!(id.len(), 16);
    // What caches give to others names no request.
    let kept = server.get("/reponse?adresse=12+rue+Serviez+64000+Pau");
    assert_eq!(kept.header("x-request-id"), "");
    server.get("/api/v1/recherche?q=serviez");
    // A caller may not choose what is written into the log.
    let forged = server.send(Method::GET, "/nulle/part", &[("x-request-id", "faux")]);
    assert_eq!(forged.header("x-request-id").len(), 16);
    server.get("/programme");
    until("the log", || {
        fs::read_to_string(log.path())
            .unwrap()
            .matches("/programme")
            .count()
            > 0
    });
    let lines = fs::read_to_string(log.path()).unwrap();
    assert!(!lines.to_lowercase().contains("serviez"), "{lines}");
    let of_request = lines
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap());
    let named: Vec<Value> = of_request
        .filter(|l| l["span"]["id"] == json!(id))
        .collect();
    let said = named
        .iter()
        .find(|l| l["route"] == "/api/v1/appartenance")
        .unwrap();
    assert_eq!(said["status"], 400);
}

#[test]
fn what_is_under_way_is_finished_at_the_end_and_nothing_new_begun() {
    let mut server = Server::start(&["--delai-arret", "20"]);
    let mut stream = connect(&server);
    let head = "POST /api/v1/appartenance/csv?commune=code HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\ncode\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut open = connect(&server);
    until("the file is being answered", || {
        server
            .get("/metrics")
            .text()
            .contains("pool_jobs{pool=\"fichiers\",state=\"running\"} 1")
    });
    server.signal("TERM");
    until("nothing new is begun", || {
        TcpStream::connect(server.base.trim_start_matches("http://")).is_err()
    });
    // A connection that had said nothing yet is closed.
    assert_eq!(open.read(&mut [0; 10]).unwrap_or(0), 0);
    for _ in 0..1000 {
        stream.write_all(b"6\r\n64445\n\r\n").unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let (answer, _) = rest(&stream);
    assert!(answer.ends_with("0\r\n\r\n"), "cut off");
    assert_eq!(answer.matches("64445,oui,ti-7510").count(), 1000);
    until("the end", || server.child.try_wait().unwrap().is_some());
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_request_that_never_ends_does_not_outlive_the_time_to_stop() {
    let mut server = Server::start(&["--delai-arret", "1"]);
    let mut stream = connect(&server);
    stream
        .write_all(b"POST /api/v1/perimetres HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{")
        .unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.signal("TERM");
    let since = Instant::now();
    until("the end", || server.child.try_wait().unwrap().is_some());
    assert!(
        since.elapsed() < Duration::from_secs(8),
        "{:?}",
        since.elapsed()
    );
    assert!(server.child.wait().unwrap().success());
}
