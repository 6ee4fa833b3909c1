//! Headers that more than one resource reads or writes.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::problem::Problem;
use crate::config::Config;

/// What pages may load: our own files, nothing inline, nothing foreign (Content Security Policy 3).
pub const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
     connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'self'",
);

/// Headers on every answer.
pub const EVERYWHERE: [(HeaderName, HeaderValue); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "geolocation=(self), camera=(), microphone=(), interest-cohort=()",
        ),
    ),
];

/// A strong `ETag` from the digest of what decides every byte: its first twelve bytes.
///
/// # Errors
/// Never in practice: hexadecimal digits fit a header.
pub fn etag(digest: &[u8; 32]) -> Result<HeaderValue, Problem> {
    let tag = format!("\"{}\"", hex::encode(&digest[..12]));
    HeaderValue::from_str(&tag).map_err(|_| Problem::internal())
}

/// Whether the request's `If-None-Match` names the `ETag` (RFC 9110 § 13.1.2, weak comparison).
#[must_use]
pub fn matches_etag(request: &HeaderMap, etag: &HeaderValue) -> bool {
    let Ok(etag) = etag.to_str() else {
        return false;
    };
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .any(|list| {
            list.split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
        })
}

/// The address to write into answers: the configured one, or the host that the request names where that is
/// a plain host and port.
#[must_use]
pub fn base_url(config: &Config, request: &HeaderMap) -> String {
    if let Some(url) = &config.url {
        return url.clone();
    }
    let plain = |h: &&str| {
        !h.is_empty()
            && h.len() <= 255
            && h.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    };
    let host = request
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .filter(plain);
    host.map_or_else(
        || format!("http://{}", config.adresse),
        |h| format!("http://{h}"),
    )
}

/// Says that the answer depends on the encodings accepted, and weakens the `ETag` of a compressed body: a
/// strong one names one sequence of bytes (RFC 9110 § 8.8.1).
pub fn vary_by_encoding(headers: &mut HeaderMap) {
    if !headers.contains_key(header::VARY) {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if headers.contains_key(header::CONTENT_ENCODING) {
        let weak = headers
            .get(header::ETAG)
            .and_then(|tag| tag.to_str().ok())
            .filter(|tag| !tag.starts_with("W/"))
            .and_then(|tag| HeaderValue::from_str(&format!("W/{tag}")).ok());
        if let Some(weak) = weak {
            headers.insert(header::ETAG, weak);
        }
    }
}
