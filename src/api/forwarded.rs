//! The address under which a client reached us, behind proxies too (RFC 7239).

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Uri, header};
use ipnet::IpNet;

use super::state::SharedApp;
use crate::config::Config;

/// Marks a request whose peer is one of the configured proxies: what it says of its client is believed.
#[derive(Clone, Copy, Debug)]
pub struct TrustedPeer;

/// The address to write into answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Without a slash at the end.
    pub url: String,
    /// Whether it is the same for every client: if not, no shared cache may keep the answer.
    pub is_fixed: bool,
}

/// What handlers take: the base of the request at hand.
impl FromRequestParts<SharedApp> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        let trusted = parts.extensions.get::<TrustedPeer>().is_some();
        Ok(base(
            &app.service.config,
            &parts.uri,
            &parts.headers,
            trusted,
        ))
    }
}

const FORWARDED: HeaderName = header::FORWARDED;
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Whether an address is one of the proxies.
#[must_use]
pub fn is_proxy(proxies: &[IpNet], address: IpAddr) -> bool {
    // An IPv4 peer of an IPv6 socket.
    let address = address.to_canonical();
    proxies.iter().any(|net| net.contains(&address))
}

/// The configured address; else what a trusted peer says its client asked for; else the host of the request,
/// where that is a plain host and port; else the address we listen on.
#[must_use]
pub fn base(config: &Config, uri: &Uri, request: &HeaderMap, trusted: bool) -> Base {
    if let Some(url) = &config.url {
        let (url, is_fixed) = (url.clone(), true);
        return Base { url, is_fixed };
    }
    let mut said = Said::default();
    if trusted && request.contains_key(FORWARDED) {
        said = forwarded(&config.mandataires, request);
    } else if trusted {
        said.host = last(request, &X_FORWARDED_HOST);
        said.proto = last(request, &X_FORWARDED_PROTO);
    }
    let asked = || {
        // HTTP/2 has the host in the URI.
        let host = uri.authority().map(axum::http::uri::Authority::as_str);
        host.or_else(|| request.get(header::HOST)?.to_str().ok())
            .map(str::to_owned)
    };
    let host = said.host.or_else(asked).filter(|h| is_plain(h));
    let host = host.unwrap_or_else(|| config.adresse.to_string());
    let proto = said
        .proto
        .map(|p| p.to_ascii_lowercase())
        .filter(|p| p == "https" || p == "http")
        .unwrap_or_else(|| "http".to_owned());
    let (url, is_fixed) = (format!("{proto}://{host}"), false);
    Base { url, is_fixed }
}

/// The client as a trusted peer tells it: the nearest to us, on the way of the request, that is no proxy of ours.
/// What stands before it may be anybody's.
#[must_use]
pub fn client(proxies: &[IpNet], request: &HeaderMap) -> Option<IpAddr> {
    let nodes: Vec<Option<IpAddr>> = if request.contains_key(FORWARDED) {
        let lines = request.get_all(FORWARDED).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        let elements = lines.flat_map(|line| split(line, ','));
        elements.map(|element| node(element, "for")).collect()
    } else {
        let lines = request.get_all(&X_FORWARDED_FOR).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        let items = lines.flat_map(|line| line.split(','));
        items.map(|item| address(item.trim())).collect()
    };
    let last = nodes.into_iter().rev();
    last.map_while(|node| node).find(|a| !is_proxy(proxies, *a))
}

/// The address that an element of `Forwarded` gives under a name.
fn node(element: &str, name: &str) -> Option<IpAddr> {
    let mut pairs = split(element, ';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(n, _)| n.trim().eq_ignore_ascii_case(name))?;
    address(&unquoted(value.trim()))
}

/// Host and port, without anything that could end the part of a URL or of a text they stand in.
fn is_plain(host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    !host.is_empty() && host.len() <= 255 && host.bytes().all(plain)
}

/// What proxies say of the client's request.
#[derive(Default)]
struct Said {
    host: Option<String>,
    proto: Option<String>,
}

/// The last item of a list: the one that the peer itself wrote; what stands before may be anybody's.
fn last(request: &HeaderMap, name: &HeaderName) -> Option<String> {
    let line = request.get_all(name).iter().next_back()?.to_str().ok()?;
    let item = line.rsplit(',').next()?.trim();
    (!item.is_empty()).then(|| item.to_owned())
}

/// Follows `Forwarded` from the peer towards the client as long as the one who wrote is a proxy of ours: each
/// element says who spoke to its writer. The nearest to the client that is believed and says something counts.
fn forwarded(proxies: &[IpNet], request: &HeaderMap) -> Said {
    let mut said = Said::default();
    let lines = request.get_all(FORWARDED);
    let lines: Vec<&str> = lines.iter().filter_map(|l| l.to_str().ok()).collect();
    for line in lines.iter().rev() {
        let elements: Vec<&str> = split(line, ',').collect();
        for element in elements.iter().rev() {
            let mut client = None;
            for (name, value) in split(element, ';').filter_map(|pair| pair.split_once('=')) {
                let value = unquoted(value.trim());
                match name.trim().to_ascii_lowercase().as_str() {
                    "for" => client = address(&value),
                    "host" => said.host = Some(value),
                    "proto" => said.proto = Some(value),
                    _ => {}
                }
            }
            if !client.is_some_and(|c| is_proxy(proxies, c)) {
                return said;
            }
        }
    }
    said
}

/// Parts of a text between separators that stand outside of quoted strings.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c: char| {
        let ends = c == separator && !quoted;
        if escaped {
            escaped = false;
        } else if c == '"' {
            quoted = !quoted;
        } else {
            escaped = quoted && c == '\\';
        }
        ends
    })
}

/// A token as it is, a quoted string without quotes and escapes.
fn unquoted(value: &str) -> String {
    let inside = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    let Some(inside) = inside else {
        return value.to_owned();
    };
    let mut chars = inside.chars();
    let unescaped = std::iter::from_fn(|| match chars.next() {
        Some('\\') => chars.next(),
        c => c,
    });
    unescaped.collect()
}

/// The address of a node (§ 6), with or without its port; `None` for `unknown` and hidden names.
fn address(node: &str) -> Option<IpAddr> {
    let with_port = || node.parse::<SocketAddr>().ok().map(|a| a.ip());
    let bare = node.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn base_of(headers: &[(&'static str, &'static str)], trusted: bool) -> String {
        let mut request = HeaderMap::new();
        for (name, value) in headers {
            request.append(*name, HeaderValue::from_static(value));
        }
        let config = Config {
            mandataires: vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
            ..Config::default()
        };
        let base = base(&config, &Uri::from_static("/"), &request, trusted);
        assert!(!base.is_fixed);
        base.url
    }

    #[test]
    fn nobody_but_a_proxy_says_what_was_asked_for() {
        let forged = [
            ("host", "ici.fr:8080"),
            ("forwarded", "host=faux.fr;proto=https"),
            ("x-forwarded-host", "faux.fr"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(base_of(&forged, false), "http://ici.fr:8080");
        assert_eq!(base_of(&forged, true), "https://faux.fr");
    }

    #[test]
    fn only_what_our_own_proxies_wrote_counts() {
        for (line, expected) in [
            ("for=1.2.3.4;host=a.fr;proto=https", "https://a.fr"),
            (
                "For=\"[2001:db8::1]:80\";HOST=\"a.fr:81\";Proto=HTTPS",
                "https://a.fr:81",
            ),
            // The client wrote the first element: its own proxy is none of ours.
            ("host=faux.fr, for=1.2.3.4;host=a.fr", "http://a.fr"),
            // Two of ours, one behind the other; the inner one only says who called.
            (
                "for=1.2.3.4;host=a.fr;proto=https, for=10.0.0.7",
                "https://a.fr",
            ),
            (
                "for=1.2.3.4;host=a.fr;proto=https, for=\"10.0.0.7:4711\";proto=http",
                "https://a.fr",
            ),
            (
                "host=faux.fr, for=unknown;host=a.fr, for=\"[::1]\"",
                "http://a.fr",
            ),
            ("for=_x;host=\"a\\.fr\"", "http://a.fr"),
            ("for=\"x,y;z\";host=a.fr", "http://a.fr"),
            // Nothing usable: the request's own.
            ("for=1.2.3.4", "http://ici.fr"),
            (
                "host=\"a<script>\";proto=javascript",
                "http://127.0.0.1:8080",
            ),
        ] {
            let headers = [("host", "ici.fr"), ("forwarded", line)];
            assert_eq!(base_of(&headers, true), expected, "{line}");
        }
        let two = [
            ("forwarded", "for=1.2.3.4;host=a.fr;proto=https"),
            ("forwarded", "for=10.0.0.7"),
        ];
        assert_eq!(base_of(&two, true), "https://a.fr");
    }

    #[test]
    fn the_client_is_the_last_that_is_no_proxy_of_ours() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let client = |name: &'static str, lines: &[&'static str]| {
            let mut request = HeaderMap::new();
            for line in lines {
                request.append(name, HeaderValue::from_static(line));
            }
            super::client(&proxies, &request).map(|c| c.to_string())
        };
        for (lines, expected) in [
            (&["192.0.2.1"][..], Some("192.0.2.1")),
            (&["203.0.113.9, 192.0.2.1, 10.0.0.2"], Some("192.0.2.1")),
            (&["203.0.113.9", "10.0.0.2"], Some("203.0.113.9")),
            (&["192.0.2.1, quelque chose"], None),
            (&["10.0.0.1"], None),
            (&[], None),
        ] {
            assert_eq!(
                client("x-forwarded-for", lines).as_deref(),
                expected,
                "{lines:?}"
            );
        }
        for (lines, expected) in [
            (
                &["for=203.0.113.9, For=\"[2001:db8::1]:80\";proto=https"][..],
                Some("2001:db8::1"),
            ),
            (&["for=192.0.2.1", "for=10.0.0.2"], Some("192.0.2.1")),
            (&["for=192.0.2.1, for=unknown"], None),
        ] {
            assert_eq!(client("forwarded", lines).as_deref(), expected, "{lines:?}");
        }
    }

    #[test]
    fn of_the_older_headers_the_peer_wrote_the_last() {
        let headers = [
            ("host", "ici.fr"),
            ("x-forwarded-host", "faux.fr, a.fr"),
            ("x-forwarded-proto", "http,https"),
        ];
        assert_eq!(base_of(&headers, true), "https://a.fr");
        assert_eq!(base_of(&[("host", "a\"b")], false), "http://127.0.0.1:8080");
    }

    #[test]
    fn a_configured_address_is_the_same_for_all() {
        let config = Config {
            url: Some("https://ti.example.fr".to_owned()),
            ..Config::default()
        };
        let mut request = HeaderMap::new();
        request.insert("x-forwarded-host", HeaderValue::from_static("faux.fr"));
        let base = base(&config, &Uri::from_static("/"), &request, true);
        assert!(base.is_fixed && base.url == "https://ti.example.fr");
    }

    #[test]
    fn proxies_are_known_by_address_or_network_also_through_an_ipv6_socket() {
        let proxies = [
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ];
        for (address, expected) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("11.1.2.3", false),
            ("2001:db8::5", true),
            ("::1", false),
        ] {
            assert_eq!(
                is_proxy(&proxies, address.parse().unwrap()),
                expected,
                "{address}"
            );
        }
        assert!(!is_proxy(&[], "127.0.0.1".parse().unwrap()));
    }
}
