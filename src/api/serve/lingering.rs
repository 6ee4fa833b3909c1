//! Closing in two steps, so that an answer is read by a client that still sends.
//!
//! Who refuses a file before it was read has to end the connection, for what is left of the file would be taken for the
//! next request. But a system that is told to close on bytes that nobody read answers the client's next ones with a
//! reset, and throws away what the client had not read yet: the refusal itself (RFC 9112 § 9.6). So the connection
//! is closed for writing first, and what still comes is read and forgotten, for a moment.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// How long what still comes is read, and how much of it at most.
const PATIENCE: Duration = Duration::from_secs(2);
const MOST: u64 = 64 << 20;

/// A connection that is closed in two steps when it is dropped, where it was closed for writing and its client has not
/// closed it.
pub(super) struct Lingering {
    /// Taken when dropped.
    stream: Option<TcpStream>,
    is_shut: bool,
    is_ended: bool,
    places: Arc<Semaphore>,
}

impl Lingering {
    /// So many as `places` has are waited for at once; more are closed at once.
    pub(super) fn new(stream: TcpStream, places: Arc<Semaphore>) -> Self {
        Self {
            stream: Some(stream),
            is_shut: false,
            is_ended: false,
            places,
        }
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let stream = self.stream.as_mut().map(Pin::new);
        stream.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let (true, false) = (self.is_shut, self.is_ended) else {
            return;
        };
        let (Some(stream), Ok(runtime)) = (self.stream.take(), Handle::try_current()) else {
            return;
        };
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            runtime.spawn(async move {
                drain(stream).await;
                drop(place);
            });
        }
    }
}

/// Reads and forgets what comes until the client closes, for a moment.
pub(super) async fn drain(stream: TcpStream) {
    let mut some = stream.take(MOST);
    let mut nothing = tokio::io::sink();
    let rest = tokio::io::copy(&mut some, &mut nothing);
    // Whether the client heard it is its own affair.
    let _ = tokio::time::timeout(PATIENCE, rest).await;
}

impl AsyncRead for Lingering {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = self.stream()?.poll_read(context, buffer);
        if let Poll::Ready(outcome) = &read {
            // Nothing where there was room: the client has closed; and after a fault nothing is left to wait for.
            let is_end = buffer.filled().len() == before && buffer.remaining() > 0;
            self.is_ended |= outcome.is_err() || is_end;
        }
        read
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream
            .as_ref()
            .is_some_and(TcpStream::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = self.stream()?.poll_shutdown(context);
        self.is_shut |= matches!(shut, Poll::Ready(Ok(())));
        shut
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    /// What a client reads that sends a long file before it looks at the answer, which is there long before.
    async fn heard(places: usize) -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let served = async {
            let (stream, _) = listener.accept().await?;
            let mut stream = Lingering::new(stream, Arc::new(Semaphore::new(places)));
            stream.write_all(b"non").await?;
            stream.shutdown().await
        };
        let asked = async {
            let mut stream = TcpStream::connect(address).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            let file = vec![0; 8 << 20];
            stream.write_all(&file).await?;
            stream.shutdown().await?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await?;
            Ok(answer)
        };
        let (served, answer) = tokio::join!(served, asked);
        served.and(answer)
    }

    #[tokio::test]
    async fn a_client_that_still_sends_reads_the_answer() {
        assert_eq!(heard(1).await.unwrap(), "non");
    }

    #[tokio::test]
    async fn where_there_is_no_place_the_connection_is_closed_at_once() {
        assert!(heard(0).await.is_err());
    }
}
