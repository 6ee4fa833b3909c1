//! A request: method and address, headers line by line, and behind an empty line its body.

use std::cell::OnceCell;
use std::net::{IpAddr, Ipv4Addr};

use axum::body::{Body, to_bytes};
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, header};
use axum::response::Response;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

use territoires::api::cartes::asked::{Asked, File};
use territoires::api::exports::sent::Part;
use territoires::api::forwarded::base;
use territoires::api::front::Front;
use territoires::api::params::Params;
use territoires::api::problem::Problem;
use territoires::exports::wanted::{Options, Wanted, layer_and_format};

use super::is_sentence;
use crate::app;

thread_local! {
    static SERVICE: OnceCell<(Runtime, Front)> = const { OnceCell::new() };
}

/// More of an answer is not looked at.
const MOST: usize = 64 << 20;

/// Has it answered: never as a fault of the service, and what is refused says what and why.
pub fn run(data: &[u8]) {
    let Some((request, body)) = read(data) else {
        return;
    };
    let (method, uri, headers) = request;
    let app = app();
    let based = base(&app.service.config, &uri, &headers, true);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]/".contains(&b);
    assert!(based.url.bytes().all(plain), "{}", based.url);
    range(&headers);

    let path = uri.path();
    if let Some(file) = path
        .strip_prefix("/exports/")
        .filter(|f| *f != "datapackage.json")
    {
        return is_read(export(file, uri.query()));
    }
    if let Some(file) = path.strip_prefix("/cartes/") {
        return is_read(map(file, uri.query()));
    }
    // Tiles are a target of their own, and pictures take long and read no more than the page that shows them.
    if path.starts_with("/tiles/") && path.matches('/').count() > 2
        || ["/carte.svg", "/apercu.png"]
            .iter()
            .any(|end| path.ends_with(end))
    {
        return;
    }
    SERVICE.with(|service| {
        let (runtime, front) = service.get_or_init(|| {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let front = Front::new(app.clone());
            (
                runtime,
                front.for_peer(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1))),
            )
        });
        let mut request = Request::new(Body::from(body.to_vec()));
        (*request.method_mut(), *request.uri_mut()) = (method.clone(), uri.clone());
        *request.headers_mut() = headers;
        runtime.block_on(async {
            let answer = front.clone().oneshot(request).await.unwrap();
            is_answer(&method, answer).await;
        });
    });
}

type Head = (Method, Uri, HeaderMap);

fn read(data: &[u8]) -> Option<(Head, &[u8])> {
    let (head, body) = match data.windows(2).position(|two| two == b"\n\n") {
        Some(end) => (&data[..end], &data[end + 2..]),
        None => (data, &[][..]),
    };
    let mut lines = head.split(|b| *b == b'\n');
    let first = lines.next()?;
    let space = first.iter().position(|b| *b == b' ')?;
    let method = Method::from_bytes(&first[..space]).ok()?;
    let uri = Uri::try_from(&first[space + 1..]).ok()?;
    let mut headers = HeaderMap::new();
    for line in lines.take(16) {
        let colon = line.iter().position(|b| *b == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?;
        headers.append(name, value);
    }
    Some(((method, uri, headers), body))
}

/// What is asked of a file, without the file.
fn export(file: &str, query: Option<&str>) -> Result<(), Problem> {
    const KNOWN: [&str; 4] = ["crs", "region", "territoire", "geometrie"];
    let app = app();
    let params = Params::new(RawQuery(query.map(str::to_owned)), &KNOWN, "/exports")?;
    let file = percent_decode_str(file).decode_utf8_lossy();
    let options = Options {
        crs: params.text("crs", 100)?,
        region: params.text("region", 100)?,
        territoire: params.text("territoire", 100)?,
        geometrie: params.text("geometrie", 100)?,
    };
    let wanted = layer_and_format(&file)
        .and_then(|(layer, format)| Wanted::new(&app.atlas, layer, format, options));
    match wanted {
        Ok(wanted) => {
            let name = wanted.file_name(&app.atlas);
            for text in [name, wanted.key()] {
                let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
                assert!(text.chars().all(plain), "{text}");
            }
        }
        Err(refusal) => is_sentence(&refusal.to_string()),
    }
    Ok(())
}

/// What is asked of a printed map, without the map.
fn map(file: &str, query: Option<&str>) -> Result<(), Problem> {
    let file = percent_decode_str(file).decode_utf8_lossy();
    let known = &territoires::api::cartes::KNOWN;
    let params = Params::new(RawQuery(query.map(str::to_owned)), known, "/cartes")?;
    let asked = Asked::read(&params, File::read(&file)?)?;
    assert!(!asked.key().is_empty());
    Ok(())
}

/// The part that is asked for is in the file.
fn range(headers: &HeaderMap) {
    let tag = HeaderValue::from_static("\"a\"");
    for length in [0, 1, 1000, u64::MAX] {
        if let Part::Some(part) = Part::of(headers, &tag, length) {
            assert!(
                part.start < part.end && part.end <= length,
                "{part:?} of {length}"
            );
        }
    }
}

fn is_read(read: Result<(), Problem>) {
    if let Err(problem) = read {
        is_sentence(problem.detail());
        assert!(problem.status().is_client_error(), "{problem:?}");
    }
}

async fn is_answer(method: &Method, answer: Response) {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, MOST).await.unwrap();
    let status = head.status;
    assert!(
        !status.is_server_error(),
        "{status}: {}",
        String::from_utf8_lossy(&body)
    );
    if method == Method::HEAD || status == 304 {
        assert!(body.is_empty(), "{status} with a body");
        return;
    }
    if let Some(length) = head.headers.get(header::CONTENT_LENGTH) {
        assert_eq!(length.to_str().unwrap(), body.len().to_string());
    }
    let kind = head.headers.get(header::CONTENT_TYPE);
    let kind = kind.map_or("", |kind| kind.to_str().unwrap());
    if head.headers.contains_key(header::CONTENT_ENCODING) || body.len() > 1 << 16 {
        return;
    }
    if kind.contains("json") {
        let value: Value = serde_json::from_slice(&body).unwrap();
        if kind == "application/problem+json" {
            let detail = value["detail"].as_str().unwrap();
            is_sentence(detail);
            assert!(detail.ends_with('.'), "{detail}");
            assert_eq!(value["status"], status.as_u16());
        }
    }
}
