//! A file as an answer: all of it, or the part that is asked for (RFC 9110 § 14).

use std::ops::Range;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::kept::Made;
use crate::api::problem::Problem;

/// Bytes that are read at a time, off the async threads.
const PIECE: u64 = 128 << 10;

/// Pieces that wait for a slow client.
const QUEUE: usize = 2;

/// What a `Range` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// Some bytes.
    Some(Range<u64>),
    /// Bytes that it does not have.
    None,
}

impl Part {
    /// Reads a request about a file of so many bytes and this tag. Several ranges at once get the whole file, as the
    /// standard allows; so does a range of what was another file before.
    #[must_use]
    pub fn of(request: &HeaderMap, tag: &HeaderValue, length: u64) -> Self {
        let Some(range) = request.get(header::RANGE) else {
            return Self::Whole;
        };
        if request
            .get(header::IF_RANGE)
            .is_some_and(|other| other != tag)
        {
            return Self::Whole;
        }
        let asked = range
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("bytes="));
        let Some((first, last)) = asked.and_then(|asked| asked.split_once('-')) else {
            return Self::Whole;
        };
        let number = |text: &str| text.trim().parse::<u64>().ok();
        match (first.trim(), number(first), last.trim(), number(last)) {
            ("", _, _, Some(count)) if count > 0 && length > 0 => {
                Self::Some(length.saturating_sub(count)..length)
            }
            ("", _, _, Some(_)) => Self::None,
            (_, Some(from), "", _) if from < length => Self::Some(from..length),
            (_, Some(from), _, Some(to)) if from <= to && from < length => {
                Self::Some(from..to.saturating_add(1).min(length))
            }
            (_, Some(from), "", _) if from >= length => Self::None,
            (_, Some(from), _, Some(to)) if from <= to => Self::None,
            _ => Self::Whole,
        }
    }
}

/// The answer, but for what says what kind of file it is.
///
/// # Errors
/// 416 for bytes that it does not have.
pub fn response(made: Arc<Made>, part: Part) -> Result<Response, Problem> {
    let length = made.length;
    let (status, range) = match part {
        Part::Whole => (StatusCode::OK, 0..length),
        Part::Some(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::None => {
            let detail = format!("Ce fichier a {length} octets : la partie demandée n’y est pas.");
            return Err(Problem::range(detail));
        }
    };
    let count = range.end - range.start;
    let said = format!(
        "bytes {}-{}/{length}",
        range.start,
        range.end.saturating_sub(1)
    );
    let mut response = Response::new(body(made, range));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, count.into());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        let said = HeaderValue::from_str(&said).map_err(|_| Problem::internal())?;
        headers.insert(header::CONTENT_RANGE, said);
    }
    Ok(response)
}

/// Reads ahead as far as the queue goes; no thread waits for the client.
fn body(made: Arc<Made>, range: Range<u64>) -> Body {
    let (give, pieces) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let mut at = range.start;
        while at < range.end {
            let from = Arc::clone(&made);
            #[allow(clippy::cast_possible_truncation)] // PIECE at most
            let count = PIECE.min(range.end - at) as usize;
            let read = tokio::task::spawn_blocking(move || from.read(at, count)).await;
            let piece = read
                .unwrap_or_else(|e| Err(std::io::Error::other(e)))
                .map(Bytes::from);
            at += count as u64;
            let failed = piece.is_err();
            if give.send(piece).await.is_err() || failed {
                return;
            }
        }
    });
    Body::from_stream(ReceiverStream::new(pieces))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_others_get_the_whole() {
        let tag = HeaderValue::from_static("\"a\"");
        let of = |range: &'static str, if_range: Option<&'static str>| {
            let mut request = HeaderMap::new();
            request.insert(header::RANGE, HeaderValue::from_static(range));
            if let Some(other) = if_range {
                request.insert(header::IF_RANGE, HeaderValue::from_static(other));
            }
            Part::of(&request, &tag, 100)
        };
        for (range, expected) in [
            ("bytes=0-9", Part::Some(0..10)),
            ("bytes=90-", Part::Some(90..100)),
            ("bytes=-5", Part::Some(95..100)),
            ("bytes=-500", Part::Some(0..100)),
            ("bytes=50-5000", Part::Some(50..100)),
            ("bytes=100-", Part::None),
            ("bytes=200-300", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=9-0", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=x-y", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            assert_eq!(of(range, None), expected, "{range}");
        }
        assert_eq!(of("bytes=0-9", Some("\"a\"")), Part::Some(0..10));
        assert_eq!(of("bytes=0-9", Some("\"b\"")), Part::Whole);
        assert_eq!(Part::of(&HeaderMap::new(), &tag, 100), Part::Whole);
    }
}
