//! Listening, loading new editions, and ending in good order.

mod connections;
mod lingering;
mod signals;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::front::Front;
use super::live::Live;
use super::reload::{self, Source};
use super::state::SharedApp;
use super::strain;
use connections::Door;
use signals::Signals;

/// Listens on the configured address, says where through `listening`, and serves until SIGTERM or Ctrl-C. SIGHUP loads
/// what `editions` has, where there is any.
///
/// At the end no connection is taken any more, `/sante/pret` says 503 on those that are open, and requests under way
/// are finished, for `delai-arret` at most; a second signal ends at once.
///
/// # Errors
/// Where the address cannot be had, or the runtime not be started.
pub fn serve(
    app: SharedApp,
    editions: Option<impl Source>,
    listening: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let service = Arc::clone(&app.service);
    let strain = Arc::clone(&service.strain);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(move || strain.cores.enter())
        .build()?;
    let outcome = runtime.block_on(async {
        let listener = TcpListener::bind(service.config.adresse).await?;
        let mut signals = Signals::new()?;
        let live = Live::new(app);
        let bell = editions
            .map(|source| reload::start(Arc::clone(&live), source, service.config.surveiller))
            .transpose()?;
        let watched = Arc::clone(&service);
        tokio::spawn(async move { strain::watch(&watched).await });
        let door = Door::new(Front::of(live), Arc::clone(&service));
        listening(listener.local_addr()?);
        tokio::select! {
            () = door.take(listener) => {}
            () = signals.ended(bell.as_ref()) => {}
        }
        service.end();
        tracing::info!("arrêt demandé : fin des demandes en cours");
        tokio::select! {
            () = door.close() => {}
            () = tokio::time::sleep(service.config.delai_arret) => {
                tracing::warn!("des demandes en cours sont coupées : le délai d’arrêt est passé");
            }
            () = signals.ended(None) => {}
        }
        Ok(())
    });
    // Drawings under way are not waited for: nobody is left to receive them.
    runtime.shutdown_background();
    outcome
}
