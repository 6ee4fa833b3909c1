//! The service as connections see it: what is at hand, kept tiles and answers for points and codes, is answered on
//! the spot, all else goes to the routes.
//!
//! What this saves is the way through the router and its layers, which costs more than finding a tile or an
//! answer. It answers nothing that the routes would answer otherwise.
//!
//! It is also the boundary: here requests are counted, bounded in number and time, given an identity, and what
//! fails is logged, in one line that says which route failed, never what was asked.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;
use tower::ServiceExt;
use tracing::Instrument;

use super::forwarded::{self, TrustedPeer};
use super::live::Live;
use super::metrics::Refusal;
use super::problem::Problem;
use super::request_id;
use super::routes::Route;
use super::service::Service;
use super::state::SharedApp;
use super::{appartenance, headers, tiles};

/// An address has no more bytes, query included.
const MAX_URI: usize = 8 << 10;

/// What those who run the service ask, above all when it is in trouble.
const OPERATORS: [&str; 2] = ["/sante/", "/metrics"];

/// The name of a request in answers and in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The service on one connection. A clone shares everything.
#[derive(Clone)]
pub struct Front {
    live: Arc<Live>,
    peer: IpAddr,
    is_trusted: bool,
}

/// An answer, there already or on its way.
pub enum Answer {
    /// Answered on the spot; `None` once taken.
    AtHand(Option<Response>),
    /// What the routes answer.
    Routed(Pin<Box<dyn Future<Output = Response> + Send>>),
}

impl Front {
    /// The service for one edition, for connections whose peer is not known.
    #[must_use]
    pub fn new(app: SharedApp) -> Self {
        Self::of(Live::new(app))
    }

    /// The service for whatever edition is current.
    #[must_use]
    pub fn of(live: Arc<Live>) -> Self {
        Self {
            live,
            peer: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            is_trusted: false,
        }
    }

    /// The service for a connection from this address.
    #[must_use]
    pub fn for_peer(&self, peer: IpAddr) -> Self {
        let proxies = &self.live.service.config.mandataires;
        Self {
            live: Arc::clone(&self.live),
            peer,
            is_trusted: forwarded::is_proxy(proxies, peer),
        }
    }

    /// Whether this client asks too much.
    fn is_too_much(&self, request: &HeaderMap) -> bool {
        let service = &self.live.service;
        service.rates.as_ref().is_some_and(|rates| {
            let client = if self.is_trusted {
                forwarded::client(&service.config.mandataires, request)
            } else {
                None
            };
            !rates.admits(client.unwrap_or(self.peer))
        })
    }
}

impl tower::Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(())) // as the router, always
    }

    fn call(&mut self, mut request: Request) -> Answer {
        let since = Instant::now();
        let service = &self.live.service;
        if self.is_too_much(request.headers()) {
            service.metrics.refuse(Refusal::Rate);
            return refused(Problem::too_many(), is_unread(&request));
        }
        service.strain.count();
        if !service.strain.admits_at_hand(since) && !is_of_operators(&request) {
            service.metrics.refuse(Refusal::Strain);
            return refused(Problem::busy(), is_unread(&request));
        }
        let current = self.live.load();
        if let Some(response) = tiles::at_hand(&current.app, &request) {
            let metrics = &service.metrics.kept_tiles;
            metrics.count(response.status(), since.elapsed());
            return Answer::AtHand(Some(response));
        }
        if let Some(response) = appartenance::at_hand(&current.app, &request) {
            let metrics = &service.metrics.answers;
            metrics.count(response.status(), since.elapsed());
            return Answer::AtHand(Some(response));
        }
        let is_unread = is_unread(&request);
        let length = request
            .uri()
            .path_and_query()
            .map_or(0, |p| p.as_str().len());
        if length > MAX_URI {
            return refused(Problem::long_address(length, MAX_URI), is_unread);
        }
        if !service.strain.admits() && !is_of_operators(&request) {
            service.metrics.refuse(Refusal::Strain);
            return refused(Problem::busy(), is_unread);
        }
        let Ok(place) = Arc::clone(&service.requests).try_acquire_owned() else {
            service.metrics.refuse(Refusal::Requests);
            return refused(Problem::busy(), is_unread);
        };
        let id = request_id::of(request.headers(), self.is_trusted);
        if self.is_trusted {
            request.extensions_mut().insert(TrustedPeer);
        }
        let span = tracing::error_span!("demande", id = id.to_str().unwrap_or_default());
        let passage = Passage {
            service: Arc::clone(service),
            routes: current.routes.clone(),
            since,
            id,
            is_unread,
            _place: place,
        };
        Answer::Routed(Box::pin(passage.answer(request).instrument(span)))
    }
}

/// A request on its way through the routes.
struct Passage {
    service: Arc<Service>,
    routes: Router,
    since: Instant,
    id: HeaderValue,
    /// Whether it came with a body, which is left unread where something is wrong with it.
    is_unread: bool,
    _place: OwnedSemaphorePermit,
}

impl Passage {
    async fn answer(self, request: Request) -> Response {
        let metrics = &self.service.metrics;
        let under_way = UnderWay::new(&metrics.under_way);
        let patience = self.service.config.delai_reponse;
        let answer = tokio::time::timeout(patience, self.routes.oneshot(request)).await;
        drop(under_way);
        let mut response = match answer {
            Ok(Ok(response)) => response,
            Err(_) => {
                metrics.refuse(Refusal::Late);
                labelled(Problem::late(patience))
            }
        };
        let took = self.since.elapsed();
        let route = response.extensions().get::<Route>().cloned();
        let route = route.as_ref().map_or("(aucune)", Route::name);
        let status = response.status();
        metrics.count(route, status, took);
        let (status_code, ms) = (status.as_u16(), took.as_millis());
        if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(route, status = status_code, ms, "demande en échec");
        } else {
            tracing::debug!(route, status = status_code, ms, "demande");
        }
        // What was answered as asked needs no name, and caches may give it to others.
        if status.is_client_error() || status.is_server_error() {
            let headers = response.headers_mut();
            headers.insert(REQUEST_ID, self.id);
            if self.is_unread {
                close(headers);
            }
        }
        response
    }
}

/// Counts itself while it is there.
struct UnderWay<'a>(&'a prometheus::IntGauge);

impl<'a> UnderWay<'a> {
    fn new(gauge: &'a prometheus::IntGauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn labelled(problem: Problem) -> Response {
    let mut response = problem.into_response();
    headers::label(response.headers_mut());
    headers::open(response.headers_mut());
    response
}

fn refused(problem: Problem, is_unread: bool) -> Answer {
    let mut response = labelled(problem);
    if is_unread {
        close(response.headers_mut());
    }
    Answer::AtHand(Some(response))
}

/// Whether those who run the service ask.
fn is_of_operators(request: &Request) -> bool {
    let path = request.uri().path();
    OPERATORS.iter().any(|p| path.starts_with(p))
}

/// Whether a request has a body that nobody has read, on a connection that carries one request after another.
fn is_unread(request: &Request) -> bool {
    request.version() < Version::HTTP_2 && !request.body().is_end_stream()
}

/// Says that the connection ends here: what is left of a body is not read, and whoever sent the next request after it
/// would lose that one.
fn close(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
}

impl Future for Answer {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::AtHand(response) => response
                .take()
                .map_or(Poll::Pending, |response| Poll::Ready(Ok(response))),
            Self::Routed(routed) => routed.as_mut().poll(context).map(Ok),
        }
    }
}
