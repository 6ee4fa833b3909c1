//! The product as a stranger uses it: the binary, files and HTTP. Nothing of the library is linked.

// Helpers of tests, which clippy does not take for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use ureq::http::{HeaderMap, Method, Request};

mod addresses;
mod appartenance;
mod bulk;
mod cartes;
mod check;
mod contract;
mod donnees;
mod editions;
mod export;
mod http;
mod import;
mod locate;
mod mvt;
mod ogc;
mod operating;
mod pages;
mod recherche;
mod resources;
mod serve;
mod settings;
mod tiles;
mod voies;

/// The binary under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_territoires");

/// What a command printed, no-break spaces as plain ones, and its exit code.
struct Run {
    code: i32,
    out: String,
    err: String,
}

fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}

fn run(arguments: &[&str]) -> Run {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    Run {
        code: output.status.code().expect("ended by a signal"),
        out: plain(&String::from_utf8(output.stdout).unwrap()),
        err: plain(&String::from_utf8(output.stderr).unwrap()),
    }
}

/// Runs a command that must succeed without a word on stderr.
fn says(arguments: &[&str]) -> String {
    let run = run(arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
    assert_eq!(run.err, "", "{arguments:?}");
    run.out
}

/// Runs a command that must fail with this exit code, and say why on stderr.
fn refuses(arguments: &[&str], code: i32) -> String {
    let run = run(arguments);
    assert_eq!(run.code, code, "{arguments:?}: {}{}", run.out, run.err);
    assert!(run.err.len() > 20, "{arguments:?}: no reason given");
    assert!(!run.err.contains("panicked"), "{arguments:?}: {}", run.err);
    run.err
}

/// Waits until something is so, for as long as a slow machine may take.
#[track_caller]
fn until(what: &str, mut is: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is() {
        assert!(
            since.elapsed() < Duration::from_mins(1),
            "not in time: {what}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What gzip had packed.
fn gunzipped(body: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(body);
    decoder.read_to_end(&mut unpacked).unwrap();
    unpacked
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "« {part} » is not in: {text}");
    }
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file under a folder with its bytes.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

/// A server of its own port, killed when the last test that holds it ends.
struct Server {
    child: Child,
    base: String,
    agent: ureq::Agent,
    // Kept open: the server may write to it.
    _stdout: BufReader<ChildStdout>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; there is nobody left to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What came back.
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn text(&self) -> String {
        plain(&String::from_utf8_lossy(&self.body))
    }
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        Self::logged(arguments, Stdio::null())
    }

    /// A server whose log goes somewhere.
    fn logged(arguments: &[&str], log: impl Into<Stdio>) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--adresse", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let base = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        let base = base
            .unwrap_or_else(|| panic!("no address in « {line} »"))
            .to_owned();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(20)));
        Self {
            child,
            base,
            agent: config.build().into(),
            _stdout: stdout,
        }
    }

    /// The server with the embedded data that all tests running at the moment share.
    fn shared() -> Arc<Self> {
        static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        running.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(&[]));
            *running = Arc::downgrade(&server);
            server
        })
    }

    /// Sends the process a signal, by its name.
    fn signal(&self, name: &str) {
        let sent = Command::new("sh")
            .args(["-c", "kill -\"$0\" \"$1\"", name])
            .arg(self.child.id().to_string())
            .status();
        assert!(sent.unwrap().success());
    }

    fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
        let url = format!("{}{path}", self.base);
        let mut request = Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(()).unwrap()).unwrap();
        let body = response
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_vec();
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: body.unwrap(),
        }
    }

    /// Sends a body and reads the answer.
    fn post(&self, path: &str, kind: &str, body: &[u8]) -> Reply {
        let url = format!("{}{path}", self.base);
        let request = Request::builder()
            .method(Method::POST)
            .uri(&url)
            .header("content-type", kind)
            .body(body)
            .unwrap();
        let mut response = self.agent.run(request).unwrap();
        let body = response.body_mut().with_config().limit(64 << 20);
        Reply {
            body: body.read_to_vec().unwrap(),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
        }
    }

    fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("accept-encoding", "identity")])
    }

    /// A body that must be there.
    fn json(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        assert_eq!(reply.header("content-type"), "application/json", "{path}");
        reply.json()
    }

    /// A problem (RFC 9457) of this status, whose example must work.
    fn problem(&self, path: &str, status: u16) -> Value {
        let reply = self.get(path);
        assert_problem(&reply, status, path);
        let problem = reply.json();
        let example = problem["exemple"]
            .as_str()
            .unwrap_or_else(|| panic!("{path}: no example"));
        assert_eq!(
            self.get(example).status,
            200,
            "{path}: the example {example} does not work"
        );
        problem
    }

    /// Writes a request byte for byte as given and reads the answer to its end, undecoded.
    fn raw(&self, request: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.base.trim_start_matches("http://")).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, answer[end + 4..].to_vec())
    }

    /// A target byte for byte, which a client would tidy.
    fn raw_get(&self, target: &str) -> (u16, String, Vec<u8>) {
        self.raw(&format!(
            "GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        ))
    }
}

#[track_caller]
fn assert_problem(reply: &Reply, status: u16, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        "application/problem+json",
        "{what}"
    );
    assert_guarded(reply, what);
    let problem = reply.json();
    assert_eq!(problem["status"], status, "{what}");
    for member in ["type", "title", "detail"] {
        assert!(
            problem[member].as_str().is_some_and(|t| t.len() > 4),
            "{what}: {member}"
        );
    }
    // However long the value at fault was.
    assert!(reply.body.len() < 1000, "{what}: {}", reply.text());
}

/// The headers that no answer goes without; a policy is for documents, not for tiles.
#[track_caller]
fn assert_guarded(reply: &Reply, what: &str) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(reply.header("access-control-allow-origin"), "*", "{what}");
    if what.contains(".mvt") && reply.status < 400 {
        return;
    }
    let policy = reply.header("content-security-policy");
    has(
        policy,
        &["default-src 'none'", "script-src 'self'", "frame-ancestors"],
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains("http"),
        "{what}: {policy}"
    );
}
