//! Those who connect: how many of one address there are and which of them makes room, whether they begin to speak in time,
//! and whether they ask anything.

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
    sync::{Notify, watch},
    time::{Sleep, sleep, timeout},
};

/// How HTTP/2 begins. What begins otherwise is HTTP/1.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The connections of each address, the oldest first; the addresses of one IPv6 network are one.
#[derive(Clone, Default)]
pub struct Callers(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    next: u64,
    of: BTreeMap<IpAddr, BTreeMap<u64, Line>>,
}

/// What is known of one connection.
#[derive(Clone, Default)]
struct Line {
    busy: Busy,
    end: Arc<Notify>,
}

/// One connection of an address, until it is dropped.
pub struct Call {
    callers: Callers,
    address: IpAddr,
    number: u64,
    line: Line,
}

impl Callers {
    /// One more of this address. Where it has `most`, its oldest connection on which nothing is under way ends for it; where
    /// something is under way on all of them, there is no room.
    pub fn enter(&self, address: IpAddr, most: usize) -> Option<Call> {
        let address = liengia_http::network(address);
        let mut inner = self.lock();
        let number = inner.next;
        let lines = inner.of.entry(address).or_default();
        if lines.len() >= most {
            let oldest = lines.iter().find(|(_, line)| line.busy.is_idle()).map(|(number, _)| *number)?;
            lines.remove(&oldest)?.end.notify_one();
        }
        let line = Line::default();
        lines.insert(number, line.clone());
        inner.next += 1;
        Some(Call { callers: self.clone(), address, number, line })
    }

    /// Of the address that has most connections, the oldest on which nothing is under way ends.
    pub fn make_room(&self) {
        let mut inner = self.lock();
        let Some(lines) = inner.of.values_mut().max_by_key(|lines| lines.len()) else { return };
        let oldest = lines.iter().find(|(_, line)| line.busy.is_idle()).map(|(number, _)| *number);
        if let Some(line) = oldest.and_then(|oldest| lines.remove(&oldest)) {
            line.end.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call {
    /// What is under way on it.
    pub fn busy(&self) -> &Busy {
        &self.line.busy
    }

    /// Waits until it has to make room for a newer one.
    pub async fn ended(&self) {
        self.line.end.notified().await;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut inner = self.callers.lock();
        if let Some(lines) = inner.of.get_mut(&self.address) {
            lines.remove(&self.number);
            if lines.is_empty() {
                inner.of.remove(&self.address);
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

    /// Whether nothing is under way now.
    pub fn is_idle(&self) -> bool {
        *self.0.borrow() == 0
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

    #[tokio::test]
    async fn one_address_is_bounded_and_forgotten_when_it_has_gone() {
        let callers = Callers::default();
        let (one, other) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)));
        let calls: Vec<_> = (0..3).filter_map(|_| callers.enter(one, 2)).collect();
        let ended = async |call: &Call| timeout(Duration::ZERO, call.ended()).await.is_ok();
        assert_eq!(calls.len(), 3);
        assert!(ended(&calls[0]).await, "the oldest makes room");
        assert!(!ended(&calls[1]).await && !ended(&calls[2]).await);
        assert!(callers.enter(other, 2).is_some());
        drop(calls);
        assert!(callers.lock().of.is_empty());
    }

    #[tokio::test]
    async fn nothing_makes_room_on_which_something_is_asked() {
        let callers = Callers::default();
        let one = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let calls: Vec<_> = (0..2).filter_map(|_| callers.enter(one, 2)).collect();
        let asked = calls[0].busy().hold();
        let third = callers.enter(one, 2).unwrap();
        calls[1].ended().await;
        let also_asked = third.busy().hold();
        assert!(callers.enter(one, 2).is_none(), "something is asked on all of them");
        drop((asked, also_asked));
        assert!(callers.enter(one, 2).is_some());
        calls[0].ended().await;
    }

    #[tokio::test]
    async fn the_address_with_most_connections_makes_room_and_no_other_one_does() {
        let callers = Callers::default();
        let [few, most, some] = [1, 2, 3].map(|last| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)));
        let calls =
            [few, some, most, most, most, some, most].map(|address| callers.enter(address, 9).unwrap());
        let ended = async |number: usize| timeout(Duration::ZERO, calls[number].ended()).await.is_ok();
        callers.make_room();
        assert!(ended(2).await, "its oldest one makes room");
        let asked = calls[3].busy().hold();
        callers.make_room();
        assert!(ended(4).await, "but none on which something is asked");
        for number in [0, 1, 3, 5, 6] {
            assert!(!ended(number).await, "{number}");
        }
        // It has most again, and something is asked on all of them.
        let another = callers.enter(most, 9).unwrap();
        let all_asked = [&calls[6], &another].map(|call| call.busy().hold());
        callers.make_room();
        for number in [0, 1, 3, 5, 6] {
            assert!(!ended(number).await, "{number}");
        }
        drop((asked, all_asked));
    }
}
