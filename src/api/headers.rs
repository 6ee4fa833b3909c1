//! Headers that more than one resource reads or writes.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::problem::Problem;

/// What pages may load: our own files, nothing inline, nothing foreign (Content Security Policy 3); and who may show them
/// in a frame.
macro_rules! policy {
    ($ancestors:literal) => {
        HeaderValue::from_static(concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; ",
            "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; ",
            "frame-ancestors ",
            $ancestors
        ))
    };
}

const CONTENT_SECURITY_POLICY: HeaderValue = policy!("'self'");

/// The same for what any site may show in a frame.
const FRAMED: HeaderValue = policy!("*");

/// Headers on every document, problems included; tiles have fewer.
const EVERYWHERE: [(HeaderName, HeaderValue); 4] = [
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

/// The `ETag` of a document from the digest of what decides it: its first twelve bytes. Weak, since a strong one
/// names one sequence of bytes (RFC 9110 § 8.8.1) and documents are compressed on their way out.
///
/// # Errors
/// Never in practice: hexadecimal digits fit a header.
pub fn etag(digest: &[u8; 32]) -> Result<HeaderValue, Problem> {
    let tag = format!("W/\"{}\"", hex::encode(&digest[..12]));
    HeaderValue::from_str(&tag).map_err(|_| Problem::internal())
}

/// Adds to a document what all of them say: the headers above, and that it depends on the encodings accepted.
pub fn label(headers: &mut HeaderMap) {
    for (name, value) in EVERYWHERE {
        headers.entry(name).or_insert(value);
    }
    headers
        .entry(header::VARY)
        .or_insert(HeaderValue::from_static("accept-encoding"));
}

/// Says that the answer holds addresses taken from the request: no cache may give it to others.
pub fn keep_private(headers: &mut HeaderMap) {
    let private = HeaderValue::from_static("private, max-age=300");
    headers.insert(header::CACHE_CONTROL, private);
}

/// Lets any site show the document in a frame.
pub fn let_frame(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, FRAMED);
}

/// Says that any site may read the answer: what the routes' CORS layer says of a simple request.
pub fn open(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag"),
    );
}
