//! The service as connections see it: what is at hand, kept tiles and answers for points and codes, is answered on
//! the spot, all else goes to the routes.
//!
//! What this saves is the way through the router and its layers, which costs more than finding a tile or an
//! answer. It answers nothing that the routes would answer otherwise.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use tower::Service;

use super::forwarded::{self, TrustedPeer};
use super::state::SharedApp;
use super::{appartenance, routes, tiles};

/// The service on one connection. A clone shares everything.
#[derive(Clone)]
pub struct Front {
    app: SharedApp,
    routes: Router,
    trusted: bool,
}

/// An answer, there already or on its way.
pub enum Answer {
    /// Answered on the spot; `None` once taken.
    AtHand(Option<Response>),
    /// What the routes answer.
    Routed(Pin<Box<RouteFuture<Infallible>>>),
}

impl Front {
    /// The service, for connections whose peer is not known.
    #[must_use]
    pub fn new(app: SharedApp) -> Self {
        let routes = routes::router(SharedApp::clone(&app));
        let trusted = false;
        Self {
            app,
            routes,
            trusted,
        }
    }

    /// The service for a connection from this address.
    #[must_use]
    pub fn for_peer(&self, peer: IpAddr) -> Self {
        let trusted = forwarded::is_proxy(&self.app.config.mandataires, peer);
        Self {
            trusted,
            ..self.clone()
        }
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(())) // as the router, always
    }

    fn call(&mut self, mut request: Request) -> Answer {
        let at_hand = tiles::at_hand(&self.app, &request)
            .or_else(|| appartenance::at_hand(&self.app, &request));
        if let Some(response) = at_hand {
            return Answer::AtHand(Some(response));
        }
        if self.trusted {
            request.extensions_mut().insert(TrustedPeer);
        }
        Answer::Routed(Box::pin(self.routes.call(request)))
    }
}

impl Future for Answer {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::AtHand(response) => response
                .take()
                .map_or(Poll::Pending, |response| Poll::Ready(Ok(response))),
            Self::Routed(routed) => routed.as_mut().poll(context),
        }
    }
}
