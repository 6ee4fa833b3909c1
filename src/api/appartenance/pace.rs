//! How slowly a client may send. There are few places for files: whoever holds one must make use of it.

use std::io;
use std::time::Duration;

use axum::body::Bytes;
use tokio::time::Instant;
use tokio_stream::{Stream, StreamExt};

/// So many bytes must come in each span of patience, or the end: 546 bytes a second with the usual 30 s.
const LEAST: usize = 16 << 10;

/// A watch on what a client sends.
pub(super) struct Pace {
    patience: Duration,
    until: Instant,
    missing: usize,
}

impl Pace {
    /// With so much patience.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            patience,
            until: Instant::now() + patience,
            missing: LEAST,
        }
    }

    /// The next piece of a body, `None` at its end.
    ///
    /// # Errors
    /// `TimedOut` where less than [`LEAST`] came in the time there is.
    pub(super) async fn next<E>(
        &mut self,
        body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    ) -> io::Result<Option<Result<Bytes, E>>> {
        let next = tokio::time::timeout_at(self.until, body.next()).await;
        let piece = next.map_err(|_| {
            let seconds = self.patience.as_secs();
            let slow = format!(
                "moins de {LEAST} octets sont arrivés en {seconds} secondes, l’envoi est coupé"
            );
            io::Error::new(io::ErrorKind::TimedOut, slow)
        })?;
        if let Some(Ok(bytes)) = &piece {
            self.missing = self.missing.saturating_sub(bytes.len());
            if self.missing == 0 {
                *self = Self::new(self.patience);
            }
        }
        Ok(piece)
    }

    /// Forgives the time that passed while nobody could take a piece: at least a tenth of the patience is left.
    pub(super) fn resume(&mut self) {
        self.until = self.until.max(Instant::now() + self.patience / 10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    const PATIENCE: Duration = Duration::from_millis(600);

    /// A body of pieces of so many bytes, each after so long.
    async fn last(size: usize, wait: Duration, count: usize) -> io::Result<()> {
        let pieces = tokio_stream::iter(0..count).then(|_| async move {
            tokio::time::sleep(wait).await;
            Ok::<_, Infallible>(Bytes::from(vec![b'x'; size]))
        });
        let mut body = Box::pin(pieces);
        let mut pace = Pace::new(PATIENCE);
        while pace.next(&mut body).await?.is_some() {
            pace.resume();
        }
        Ok(())
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_client_that_sends_little_by_little_is_cut_off_and_a_steady_one_is_not() {
        let (piece, span) = (PATIENCE / 30, PATIENCE + PATIENCE / 5);
        // Eighty kilobytes in pieces of a kilobyte, each a thirtieth of the patience after the other.
        assert!(last(1 << 10, piece, 80).await.is_ok());
        // A byte at a time: each is in time, all of them are not.
        let slow = last(1, PATIENCE / 5, 100).await.unwrap_err();
        assert_eq!(slow.kind(), io::ErrorKind::TimedOut);
        assert!(last(1 << 20, span, 1).await.is_err());
        // A short file that is over before its time.
        assert!(last(1, PATIENCE / 5, 3).await.is_ok());
    }
}
