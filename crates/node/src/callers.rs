//! Those who connect: how many of one address there are, whether they begin to speak in time, and whether they ask anything.

use axum::body::{Body, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::{
    collections::BTreeMap,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::watch,
    time::{Sleep, sleep, timeout},
};

/// How HTTP/2 begins. What begins otherwise is HTTP/1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How many connections each address has; the addresses of one IPv6 network are one.
#[derive(Clone, Default)]
pub struct Callers(Arc<Mutex<BTreeMap<IpAddr, usize>>>);

/// One connection of an address, until it is dropped.
pub struct Call {
    callers: Callers,
    address: IpAddr,
}

impl Callers {
    /// One more of this address, if it has fewer than `most`.
    pub fn enter(&self, address: IpAddr, most: usize) -> Option<Call> {
        let address = liengia_http::network(address);
        let mut all = self.lock();
        let count = all.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Call { callers: self.clone(), address })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut all = self.callers.lock();
        if let Some(count) = all.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.address);
            }
        }
    }
}

/// A connection whose first bytes must be there in time: until they tell HTTP/1 from HTTP/2, the HTTP library measures
/// none.
pub struct Opening<S> {
    stream: S,
    read: usize,
    end: Option<Pin<Box<Sleep>>>,
}

impl<S> Opening<S> {
    /// This connection, which has so long to begin.
    pub fn new(stream: S, patience: Duration) -> Self {
        Self { stream, read: 0, end: Some(Box::pin(sleep(patience))) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Opening<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = into.filled().len();
        let polled = Pin::new(&mut this.stream).poll_read(cx, into);
        if let Some(end) = &mut this.end {
            let new = &into.filled()[before..];
            let expected = &PREFACE[this.read..];
            this.read += new.len();
            if new.len() >= expected.len() || !expected.starts_with(new) {
                this.end = None;
            } else if polled.is_pending() && end.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Opening<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// What is under way on one connection.
#[derive(Clone)]
pub struct Busy(watch::Sender<usize>);

impl Default for Busy {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

/// One thing that is under way, until it is dropped.
pub struct Held(Busy);

impl Busy {
    /// One more thing is under way.
    pub fn hold(&self) -> Held {
        self.0.send_modify(|count| *count += 1);
        Held(self.clone())
    }

    /// Waits until nothing was under way for so long.
    pub async fn idle_for(&self, span: Duration) {
        let mut count = self.0.subscribe();
        loop {
            // The sender is here, so neither of these ends early.
            let _ = count.wait_for(|count| *count == 0).await;
            if timeout(span, count.changed()).await.is_err() {
                return;
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}

/// An answer's body, under way until it is sent or given up.
pub struct Answering {
    body: Body,
    _held: Held,
}

impl Answering {
    /// This body.
    pub fn new(body: Body, held: Held) -> Self {
        Self { body, _held: held }
    }
}

impl HttpBody for Answering {
    type Data = <Body as HttpBody>::Data;
    type Error = <Body as HttpBody>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    /// What reading ends with after these bytes and then nothing, if it ends within a minute.
    async fn read_after(bytes: &[u8]) -> Option<io::ErrorKind> {
        let (mut client, server) = duplex(64);
        let mut opening = Opening::new(server, Duration::from_secs(10));
        client.write_all(bytes).await.unwrap();
        let mut all = Vec::new();
        let read = tokio::time::timeout(Duration::from_mins(1), opening.read_to_end(&mut all)).await;
        read.ok().map(|read| read.unwrap_err().kind())
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_or_half_of_how_http_2_begins_is_cut_off() {
        for bytes in [&b""[..], b"P", &PREFACE[..23]] {
            assert_eq!(read_after(bytes).await, Some(io::ErrorKind::TimedOut), "{bytes:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_begins_is_left_to_the_http_library() {
        for bytes in [&b"G"[..], b"PO", PREFACE, b"GET / HTTP/1.0\r\n\r\n"] {
            assert_eq!(read_after(bytes).await, None, "{bytes:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_idle_once_nothing_was_under_way_for_so_long() {
        let (busy, span) = (Busy::default(), Duration::from_mins(2));
        let held = busy.hold();
        let idle = busy.idle_for(span);
        tokio::pin!(idle);
        assert!(timeout(Duration::from_hours(1), &mut idle).await.is_err(), "an answer is under way");
        drop(held);
        assert!(timeout(Duration::from_mins(1), &mut idle).await.is_err());
        drop(busy.hold());
        assert!(timeout(Duration::from_secs(119), &mut idle).await.is_err(), "it begins anew");
        assert!(timeout(Duration::from_secs(2), &mut idle).await.is_ok());
    }

    #[test]
    fn one_address_is_bounded_and_forgotten_when_it_has_gone() {
        let callers = Callers::default();
        let (one, other) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)));
        let calls: Vec<_> = (0..3).filter_map(|_| callers.enter(one, 2)).collect();
        assert_eq!(calls.len(), 2);
        assert!(callers.enter(other, 2).is_some());
        drop(calls);
        assert!(callers.lock().is_empty());
    }
}
