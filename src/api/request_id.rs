//! A name for each request, in its answer and in the log.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderValue};

/// Where the names of this process begin: elsewhere than those of the processes before.
static START: LazyLock<u64> = LazyLock::new(|| {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    #[allow(clippy::cast_possible_truncation)] // any number will do
    since.map_or(0, |since| since.as_nanos() as u64)
});

/// The one that a proxy of ours gave, or a new one: sixteen hexadecimal digits, unlike any other of this process.
#[must_use]
pub fn of(request: &HeaderMap, is_trusted: bool) -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let given = request.get("x-request-id").filter(|_| is_trusted);
    if let Some(given) = given.filter(|given| is_plain(given.as_bytes())) {
        return given.clone();
    }
    let number = START.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
    // Digits fit a header.
    HeaderValue::from_str(&format!("{number:016x}")).unwrap_or(HeaderValue::from_static("0"))
}

fn is_plain(given: &[u8]) -> bool {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    (1..=64).contains(&given.len()) && given.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_requests_have_the_same_name() {
        let none = HeaderMap::new();
        let names: HashSet<HeaderValue> = (0..1000).map(|_| of(&none, false)).collect();
        assert_eq!(names.len(), 1000);
    }

    #[test]
    fn only_a_proxy_of_ours_names_requests_and_only_plainly() {
        let mut request = HeaderMap::new();
        request.insert("x-request-id", HeaderValue::from_static("abc-1.2_3"));
        assert_eq!(of(&request, true), "abc-1.2_3");
        assert_ne!(of(&request, false), "abc-1.2_3");
        request.insert("x-request-id", HeaderValue::from_static("a\"} b"));
        assert_ne!(of(&request, true), "a\"} b");
    }
}
