//! Listening, and ending in good order.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::{IncomingStream, ListenerExt, TapIo};
use tokio::net::{TcpListener, TcpStream};

use super::front::Front;
use super::state::SharedApp;

/// How long requests under way may take once the end was asked for; whoever sends half a request and waits
/// does not keep the process alive.
const GRACE: Duration = Duration::from_secs(10);

/// Listens on the configured address, says where through `listening`, and serves until SIGTERM or Ctrl-C;
/// requests under way are then finished, for ten seconds at most.
///
/// # Errors
/// Where the address cannot be had, or the runtime not be started.
pub fn serve(app: SharedApp, listening: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        let listener = TcpListener::bind(app.config.adresse).await?;
        listening(listener.local_addr()?);
        let listener = listener.tap_io(at_once as fn(&mut TcpStream));
        let front = Front::new(app);
        let connection = tower::service_fn(move |stream: IncomingStream<'_, Listener>| {
            let front = front.for_peer(stream.remote_addr().ip());
            std::future::ready(Ok::<_, Infallible>(front))
        });
        let served = axum::serve(listener, connection).with_graceful_shutdown(ended());
        tokio::select! {
            outcome = async { served.await } => outcome,
            () = async { ended().await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    });
    // Drawings under way are not waited for: nobody is left to receive them.
    runtime.shutdown_background();
    outcome
}

/// The sockets that connections come from.
type Listener = TapIo<TcpListener, fn(&mut TcpStream)>;

/// Sends what is written at once: waiting for more to send with the end of an answer would only delay it.
fn at_once(stream: &mut TcpStream) {
    if let Err(e) = stream.set_nodelay(true) {
        tracing::debug!(error = %e, "TCP_NODELAY not set");
    }
}

async fn ended() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = tokio::signal::ctrl_c();
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        // Without a handler SIGTERM ends the process at once; Ctrl-C still ends it in good order.
        let _ = interrupted.await;
        return;
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}
