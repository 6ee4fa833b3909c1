//! What a client says it has: `If-None-Match` (RFC 9110 § 13.1.2).

use axum::http::{HeaderMap, HeaderValue, header};

/// One item of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known<'a> {
    /// `*`: whatever there is.
    Any,
    /// An entity tag without its quotes. Whether it was weak does not matter here.
    Tag(&'a [u8]),
}

/// What the request says it has. Allocates nothing.
pub fn known(request: &HeaderMap) -> impl Iterator<Item = Known<'_>> {
    let lines = request.get_all(header::IF_NONE_MATCH);
    lines.iter().flat_map(|line| List(line.as_bytes()))
}

/// Whether the request has what this `ETag` names, by weak comparison (§ 8.8.3.2).
#[must_use]
pub fn is_known(request: &HeaderMap, etag: &HeaderValue) -> bool {
    let ours = List(etag.as_bytes()).next();
    ours.is_some() && known(request).any(|k| k == Known::Any || Some(k) == ours)
}

/// The rest of a list.
struct List<'a>(&'a [u8]);

impl<'a> Iterator for List<'a> {
    type Item = Known<'a>;

    fn next(&mut self) -> Option<Known<'a>> {
        loop {
            while let [b' ' | b'\t' | b',', rest @ ..] = self.0 {
                self.0 = rest;
            }
            if self.0.is_empty() {
                return None;
            }
            if let Some(rest) = self.0.strip_prefix(b"*") {
                self.0 = rest;
                return Some(Known::Any);
            }
            let strong = self.0.strip_prefix(b"W/").unwrap_or(self.0);
            let quoted = strong
                .strip_prefix(b"\"")
                .and_then(|tag| Some((tag, tag.iter().position(|b| *b == b'"')?)));
            if let Some((tag, end)) = quoted {
                self.0 = &tag[end + 1..];
                return Some(Known::Tag(&tag[..end]));
            }
            // No tag: on to what follows the comma.
            let comma = self.0.iter().position(|b| *b == b',');
            self.0 = comma.map_or(&[], |at| &self.0[at..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_with_weak_tags_commas_in_tags_and_faults() {
        let mut headers = HeaderMap::new();
        for line in ["\"a\", W/\"b,c\" ,,\"\"", "d, \"e", "*", "w/\"f\", \"g\""] {
            headers.append(header::IF_NONE_MATCH, HeaderValue::from_static(line));
        }
        let tag = |t: &'static str| Known::Tag(t.as_bytes());
        let all: Vec<Known> = known(&headers).collect();
        assert_eq!(all, [tag("a"), tag("b,c"), tag(""), Known::Any, tag("g")]);
        headers.remove(header::IF_NONE_MATCH);
        assert!(!is_known(&headers, &HeaderValue::from_static("\"a\"")));
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("W/\"a\""));
        assert!(is_known(&headers, &HeaderValue::from_static("\"a\"")));
        assert!(is_known(&headers, &HeaderValue::from_static("W/\"a\"")));
        assert!(!is_known(&headers, &HeaderValue::from_static("\"aa\"")));
    }
}
