//! Which content coding a client gets: `Accept-Encoding` (RFC 9110 § 12.5.3).

use axum::http::{HeaderMap, header};

use crate::tiles::compress::Encoding;

/// How much a client wants each coding: thousandths, 0 where it refuses, in the order of [`Encoding::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted([u16; Encoding::ALL.len()]);

/// The weight of what is acceptable only because nothing forbids it: as little as a client can write.
const UNSAID: u16 = 1;

impl Accepted {
    /// What a request accepts.
    ///
    /// Names are read in any case, `x-gzip` is gzip (§ 8.4.1.3), `*` stands for all that are not named, and
    /// an item that cannot be read is passed over. Without the header everything is acceptable, but a client
    /// that says nothing may understand nothing: it gets the tile as it is.
    #[must_use]
    pub fn of(request: &HeaderMap) -> Self {
        let mut named = [None; Encoding::ALL.len()];
        let mut others = None;
        let mut said = false;
        for value in request.get_all(header::ACCEPT_ENCODING) {
            said = true;
            for item in value.as_bytes().split(|b| *b == b',') {
                let (name, parameters) = item
                    .iter()
                    .position(|b| *b == b';')
                    .map_or((item, &[][..]), |at| (&item[..at], &item[at + 1..]));
                let Some(weight) = weight(parameters.trim_ascii()) else {
                    continue;
                };
                let name = name.trim_ascii();
                if name == b"*" {
                    others = Some(weight);
                } else if let Some(at) = Encoding::ALL.iter().position(|e| is_named(*e, name)) {
                    named[at] = Some(weight);
                }
            }
        }
        let identity = |e: Encoding| e == Encoding::Identity;
        let mut weights = [0; Encoding::ALL.len()];
        for ((weight, named), encoding) in weights.iter_mut().zip(named).zip(Encoding::ALL) {
            *weight = match named.or(others) {
                Some(thousandths) => thousandths,
                None if !said && identity(encoding) => 1000,
                None if !said || identity(encoding) => UNSAID,
                None => 0,
            };
        }
        Self(weights)
    }

    /// Whether a body in this coding may be sent.
    #[must_use]
    pub fn allows(self, encoding: Encoding) -> bool {
        Encoding::ALL
            .iter()
            .zip(self.0)
            .any(|(e, weight)| *e == encoding && weight > 0)
    }

    /// The same among some codings only, the least preferred first; the first where every one is refused.
    #[must_use]
    pub fn preferred_of(self, offered: &[Encoding]) -> Encoding {
        let weight = |e: &Encoding| {
            let at = Encoding::ALL.iter().position(|known| known == e);
            at.map_or(0, |at| self.0[at])
        };
        let wanted = offered.iter().copied().filter(|e| weight(e) > 0);
        let most = wanted.max_by_key(weight);
        most.or(offered.first().copied())
            .unwrap_or(Encoding::Identity)
    }

    /// The coding wanted most; among equals the one we prefer. Where every one is refused, none: the
    /// standard would rather have a body the client may fail to read than no answer.
    #[must_use]
    pub fn preferred(self) -> Encoding {
        Encoding::ALL
            .into_iter()
            .zip(self.0)
            .filter(|(_, weight)| *weight > 0)
            // The last of equals.
            .max_by_key(|(_, weight)| *weight)
            .map_or(Encoding::Identity, |(encoding, _)| encoding)
    }
}

fn is_named(encoding: Encoding, name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(encoding.name().as_bytes())
        || (encoding == Encoding::Gzip && name.eq_ignore_ascii_case(b"x-gzip"))
}

/// A weight (§ 12.4.2) in thousandths; 1 where there is none; `None` for what is no weight.
fn weight(parameters: &[u8]) -> Option<u16> {
    let Some((q, rest)) = parameters.split_first() else {
        return Some(1000);
    };
    if !q.eq_ignore_ascii_case(&b'q') {
        return None;
    }
    let digits = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii();
    let (whole, fraction) = match digits.split_first()? {
        (b'0', rest) => (0, rest),
        (b'1', rest) => (1000, rest),
        _ => return None,
    };
    let fraction = match fraction.split_first() {
        None => &[],
        Some((b'.', fraction)) if fraction.len() <= 3 => fraction,
        Some(_) => return None,
    };
    let mut thousandths = whole;
    for (digit, unit) in fraction.iter().zip([100, 10, 1]) {
        thousandths += u16::from(digit.is_ascii_digit().then(|| digit - b'0')?) * unit;
    }
    (thousandths <= 1000).then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn accepted(lines: &[&str]) -> Accepted {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                header::ACCEPT_ENCODING,
                HeaderValue::from_str(line).unwrap(),
            );
        }
        Accepted::of(&headers)
    }

    #[test]
    fn the_coding_wanted_most_is_sent() {
        use Encoding::{Brotli, Gzip, Identity, Zstd};
        for (line, expected) in [
            ("", Identity),
            ("identity", Identity),
            ("gzip", Gzip),
            ("gzip, deflate, br, zstd", Zstd),
            ("gzip, deflate, br", Brotli),
            ("gzip, deflate", Gzip),
            ("deflate, compress", Identity),
            ("GZip", Gzip),
            ("x-gzip", Gzip),
            ("X-GZIP;q=0.5, br;q=0.4", Gzip),
            ("br;q=0.1, gzip", Gzip),
            ("gzip, br;q=0", Gzip),
            ("gzip;q=0, br;q=0", Identity),
            ("*", Zstd),
            ("*;q=0.5, gzip", Gzip),
            ("zstd;q=0, *", Brotli),
            ("*;q=0", Identity),
            ("*;q=0, gzip;q=0.001", Gzip),
            ("identity, gzip;q=0.5", Identity),
            ("identity;q=0.5, gzip;q=0.5", Gzip),
            ("identity;q=0", Identity),
            ("identity;q=0, br;q=0.2", Brotli),
            ("br;q=0.001", Brotli),
            ("br ; q=0.8 , gzip ; Q=0.9", Gzip),
            ("br; q = 1.000, gzip;q=0.999", Brotli),
            // What is no weight passes over its item only.
            ("br;q=2, gzip;q=0.1", Gzip),
            ("br;q=1.001, gzip;q=0.1", Gzip),
            ("br;q=0.1234, gzip;q=0.1", Gzip),
            ("br;q=, gzip;q=0.1", Gzip),
            ("br;level=3, gzip;q=0.1", Gzip),
            (",, gzip ,", Gzip),
        ] {
            assert_eq!(accepted(&[line]).preferred(), expected, "« {line} »");
        }
        assert_eq!(accepted(&["gzip;q=0.5", "br"]).preferred(), Brotli);
    }

    #[test]
    fn some_codings_may_be_all_there_is() {
        use Encoding::{Gzip, Identity, Zstd};
        let offered = [Identity, Gzip, Zstd];
        for (line, expected) in [
            ("gzip, br, zstd", Zstd),
            ("br, gzip;q=0.5", Gzip),
            ("br", Identity),
            ("br, identity;q=0", Identity),
        ] {
            assert_eq!(accepted(&[line]).preferred_of(&offered), expected, "{line}");
        }
        assert_eq!(accepted(&[]).preferred_of(&offered), Identity);
    }

    #[test]
    fn without_the_header_all_is_allowed_and_none_is_sent() {
        let silent = accepted(&[]);
        assert_eq!(silent.preferred(), Encoding::Identity);
        assert!(Encoding::ALL.iter().all(|e| silent.allows(*e)));
    }

    #[test]
    fn what_is_not_named_is_not_allowed_but_for_the_tile_itself() {
        let gzip = accepted(&["gzip"]);
        assert!(gzip.allows(Encoding::Gzip) && gzip.allows(Encoding::Identity));
        assert!(!gzip.allows(Encoding::Brotli));
        assert!(!accepted(&["gzip, identity;q=0"]).allows(Encoding::Identity));
        assert!(!accepted(&["gzip, *;q=0"]).allows(Encoding::Identity));
        assert!(accepted(&["identity, *;q=0"]).allows(Encoding::Identity));
    }
}
