//! What the system tells the process: end, or look for a new edition.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::api::reload::Bell;

/// The signals listened to.
pub(super) struct Signals {
    interrupted: Signal,
    terminated: Signal,
    hung_up: Signal,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            interrupted: signal(SignalKind::interrupt())?,
            terminated: signal(SignalKind::terminate())?,
            hung_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits until the end is asked for; meanwhile SIGHUP rings the bell.
    pub(super) async fn ended(&mut self, bell: Option<&Bell>) {
        loop {
            tokio::select! {
                _ = self.interrupted.recv() => return,
                _ = self.terminated.recv() => return,
                _ = self.hung_up.recv() => if let Some(bell) = bell {
                    bell.ring();
                } else {
                    tracing::info!("SIGHUP : rien à relire, les données sont embarquées");
                },
            }
        }
    }
}
