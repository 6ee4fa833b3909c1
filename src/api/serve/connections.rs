//! Connections: how many, how long they may keep us waiting, and where they end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::lingering::{Lingering, drain};
use crate::api::front::Front;
use crate::api::metrics::Refusal;
use crate::api::service::Service;

/// What a connection reads ahead, and so the longest head of a request (RFC 9112 § 3: 8000 octets of address at least).
const HEAD: usize = 64 << 10;

/// Requests at once on one connection of HTTP/2.
const STREAMS: u32 = 64;

/// How often a silent connection of HTTP/2 is asked whether its client is still there.
const PING: Duration = Duration::from_secs(20);

/// What HTTP/2 begins with (RFC 9113 § 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Connections that are refused, or closed while their client still sends, at once; beyond them one is closed without a word.
const REFUSALS: usize = 64;

/// What a connection over the bound is told, whatever it asks.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/problem+json\r\n\
    retry-after: 2\r\n\
    connection: close\r\n\
    content-length: 128\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Service charg\xc3\xa9\",\"status\":503,\
    \"detail\":\"Trop de connexions : r\xc3\xa9essayez dans quelques secondes.\"}";

/// Where connections come in.
pub(super) struct Door {
    front: Front,
    service: Arc<Service>,
    http: auto::Builder<TokioExecutor>,
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    graceful: GracefulShutdown,
    closing: watch::Sender<bool>,
}

impl Door {
    pub(super) fn new(front: Front, service: Arc<Service>) -> Self {
        let config = &service.config;
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(config.delai_entetes)
            .max_buf_size(HEAD);
        http.http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(16 << 10)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PING);
        Self {
            places: Arc::new(Semaphore::new(places(config.connexions))),
            refusals: Arc::new(Semaphore::new(REFUSALS)),
            graceful: GracefulShutdown::new(),
            closing: watch::Sender::new(false),
            front,
            service,
            http,
        }
    }

    /// Takes connections, for ever.
    pub(super) async fn take(&self, listener: TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.admit(stream, peer),
                // The client has gone again.
                Err(e) if is_of_the_client(&e) => {}
                Err(e) => {
                    // No more files may be opened, most often: some will be closed.
                    tracing::error!(error = %e, "connexion non prise");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    fn admit(&self, stream: TcpStream, peer: SocketAddr) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            self.service.metrics.refuse(Refusal::Connections);
            if let Ok(refusal) = Arc::clone(&self.refusals).try_acquire_owned() {
                tokio::spawn(refuse(stream, refusal));
            }
            return;
        };
        // What is written is sent at once: waiting for more to send with the end of an answer would only delay it.
        if let Err(e) = stream.set_nodelay(true) {
            tracing::debug!(error = %e, "TCP_NODELAY not set");
        }
        let connection = Connection {
            front: self.front.for_peer(peer.ip()),
            service: Arc::clone(&self.service),
            http: self.http.clone(),
            watcher: self.graceful.watcher(),
            closing: self.closing.subscribe(),
            farewells: Arc::clone(&self.refusals),
            _place: place,
        };
        tokio::spawn(connection.serve(stream));
    }

    /// Lets what is under way finish; connections that wait for a request are closed.
    pub(super) async fn close(self) {
        self.closing.send_replace(true);
        self.graceful.shutdown().await;
    }
}

/// So many connections as may be, and as the system has files for: some are left for the data and what is written.
fn places(wanted: usize) -> usize {
    const OURS: usize = 256;
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    let possible = files.saturating_sub(OURS).max(1);
    if possible < wanted {
        tracing::warn!(
            connexions = possible,
            "moins de connexions que demandé : le système n’accorde que {files} fichiers ouverts"
        );
    }
    wanted.min(possible).min(Semaphore::MAX_PERMITS)
}

fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}

struct Connection {
    front: Front,
    service: Arc<Service>,
    http: auto::Builder<TokioExecutor>,
    watcher: Watcher,
    closing: watch::Receiver<bool>,
    farewells: Arc<Semaphore>,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream) {
        let open = &self.service.metrics.connections;
        open.inc();
        let config = &self.service.config;
        let begun = tokio::select! {
            begun = tokio::time::timeout(config.delai_entetes, begins(&stream)) => begun.is_ok_and(|b| b),
            _ = self.closing.wait_for(|is| *is) => false,
        };
        if begun {
            // Closed also where its client takes nothing of an answer.
            let stream = Lingering::new(stream, self.farewells);
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(config.delai_inactif));
            let stream = TokioIo::new(Box::pin(stream));
            let front = self.front.map_request(|request: Request<_>| {
                let request: hyper::Request<hyper::body::Incoming> = request;
                request.map(Body::new)
            });
            let service = TowerToHyperService::new(front);
            let served = self.http.serve_connection(stream, service).into_owned();
            if let Err(e) = self.watcher.watch(served).await {
                // The client's doing: it left, was late, or does not speak HTTP.
                tracing::debug!(error = %e, "connection ended");
            }
        }
        open.dec();
    }
}

/// Waits until a connection has said which HTTP it speaks: what tells them apart afterwards waits for ever.
async fn begins(stream: &TcpStream) -> bool {
    let mut start = [0; PREFACE.len()];
    loop {
        match stream.peek(&mut start).await {
            Ok(0) | Err(_) => return false,
            Ok(count) if count < PREFACE.len() && PREFACE.starts_with(&start[..count]) => {
                // Half a preface: what was peeked at stays readable, so there is nothing to wait for but time.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(_) => return true,
        }
    }
}

/// Says that there is no place.
async fn refuse(mut stream: TcpStream, _refusal: OwnedSemaphorePermit) {
    // What the client's system takes is little: it never waits.
    if stream.write_all(FULL).await.is_ok() && stream.shutdown().await.is_ok() {
        drain(stream).await;
    }
}

#[cfg(test)]
mod tests {
    use super::FULL;

    #[test]
    fn what_a_connection_too_many_is_told_is_a_whole_answer() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{}",
            body.len()
        );
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["status"], 503);
    }
}
