//! Listening for browsers: plain on loopback, TLS elsewhere, bounded in connections and in patience.
//!
//! Promises: whoever connects and says nothing, or half a head, is gone after [`PATIENCE`]; no address takes all places; and
//! however many silent connections an address holds, a phone behind the same router that speaks up is heard.

use crate::{
    callers::{Answering, Busy, Callers, Opening},
    tls::Certificates,
};
use axum::Router;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
};
use liengia_http::Peer;
use socket2::SockRef;
use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, watch},
};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

/// How many connections there may be.
#[derive(Clone, Copy)]
struct Most {
    /// Of browsers at a time. For one more, one ends of the address that has most; else it waits in the system's queue.
    all: usize,
    /// Of one address: a whole building may be behind it, or a proxy on this machine. For one more, the oldest ends on which
    /// nothing is asked and no answer is under way.
    of_one: usize,
}

const MOST: Most = Most { all: 16_384, of_one: 16_384 / 4 };

/// How long a connection stays on which nothing is asked and no answer is under way.
const IDLE: Duration = Duration::from_mins(2);

/// How long a client may take to finish the TLS handshake, to begin to speak, or to finish a request's head.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long what was sent may stay unacknowledged: two signs of life of an event stream.
const UNHEARD: Duration = Duration::from_secs(45);

/// How long a graceful stop waits for open requests. Event streams end at once by themselves.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// Connections that the system holds until they are taken in: where thousands of phones come at once, none is made to
/// knock again a second later.
const WAITING: u32 = 4096;

/// Listens there.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A node that starts again finds its address as it left it.
    socket.set_reuseaddr(true)?;
    socket.bind(address).map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied => io::Error::other(
            "this user may not listen on ports below 1024. The service may; by hand it needs CAP_NET_BIND_SERVICE",
        ),
        _ => error,
    })?;
    socket.listen(WAITING)
}

/// Serves `router` on a bound listener until `stop` turns true; then finishes what is open.
pub async fn serve(
    listener: TcpListener,
    certificates: Option<Certificates>,
    router: Router,
    stop: watch::Receiver<bool>,
) {
    serve_at_most(MOST, listener, certificates, router, stop).await;
}

async fn serve_at_most(
    most: Most,
    listener: TcpListener,
    certificates: Option<Certificates>,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let open = Arc::new(Semaphore::new(most.all));
    let callers = Callers::default();
    let graceful = GracefulShutdown::new();
    loop {
        if open.available_permits() == 0 {
            callers.make_room();
        }
        let permit = tokio::select! {
            permit = open.clone().acquire_owned() => permit,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, address)) = accepted else {
            // Out of file descriptors, most likely: let some close.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Some(call) = callers.enter(address.ip(), most.of_one) else { continue };
        let tls = certificates.as_ref().map(|certificates| TlsAcceptor::from(certificates.server()));
        let (router, watcher) = (router.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _permit = permit;
            tokio::select! {
                () = connection(stream, address, tls, router, (watcher, call.busy().clone())) => {}
                () = call.ended() => {}
            }
        });
    }
    // What is still open after that is cut off: every act that was acknowledged is in the journal.
    let _ = tokio::time::timeout(STOP_PATIENCE, graceful.shutdown()).await;
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    (watcher, busy): (Watcher, Busy),
) {
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    // A phone or desk that lost its network must not count as reached for a quarter of an hour.
    let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(UNHEARD));
    let peer = Peer(address.ip());
    match tls {
        None => requests(stream, peer, router, (watcher, busy)).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                requests(stream, peer, router, (watcher, busy)).await;
            }
        }
    }
}

async fn requests<S>(stream: S, peer: Peer, router: Router, (watcher, busy): (Watcher, Busy))
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .max_concurrent_streams(128);
    let working = busy.clone();
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let (answer, held) = (router.clone().call(request), working.hold());
        async move { answer.await.map(|answer| answer.map(|body| Answering::new(body, held))) }
    });
    let connection =
        server.serve_connection_with_upgrades(TokioIo::new(Opening::new(stream, PATIENCE)), service);
    // A broken connection is the client's affair.
    tokio::select! {
        _ = watcher.watch(connection.into_owned()) => {}
        () = busy.idle_for(IDLE) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        body::{Body, Bytes},
        routing::{get, post},
    };
    use std::convert::Infallible;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const FEW: Most = Most { all: 16, of_one: 4 };

    const PRESS: &str =
        "POST /api/alarms HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    /// A door that lets few in: a press is answered, and a stream goes on after its first word.
    fn door(most: Most) -> (SocketAddr, watch::Sender<bool>) {
        let stream = async || {
            let first = futures_util::stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"first"))]);
            Body::from_stream(futures_util::StreamExt::chain(first, futures_util::stream::pending()))
        };
        let router =
            Router::new().route("/api/alarms", post(async || "rings")).route("/api/events", get(stream));
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(serve_at_most(most, listener, None, router, stopping));
        (address, stop)
    }

    /// A connection that says nothing yet, from the loopback address that ends so.
    async fn from(last: u8, to: SocketAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, last], 0))).unwrap();
        socket.connect(to).await.unwrap()
    }

    /// Sends this much of a request, and reads until `wanted` stands there or the connection ends.
    async fn said(address: SocketAddr, request: &str, wanted: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let heard = heard(&mut stream, wanted).await;
        (stream, heard)
    }

    async fn heard(stream: &mut TcpStream, wanted: &str) -> String {
        let mut heard = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&heard).into_owned();
            if text.contains(wanted) || stream.read_buf(&mut heard).await.unwrap_or(0) == 0 {
                return text;
            }
        }
    }

    #[tokio::test]
    async fn a_press_gets_through_where_its_address_is_full_of_silent_connections() {
        let (address, _stop) = door(FEW);
        let mut silent = Vec::new();
        for _ in 0..FEW.of_one {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let (_, answer) = said(address, PRESS, "rings").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        // The oldest made room, and no other one did.
        assert_eq!(heard(&mut silent[0], "anything").await, "");
        silent[1].write_all(PRESS.as_bytes()).await.unwrap();
        assert!(heard(&mut silent[1], "rings").await.starts_with("HTTP/1.1 200"));
    }

    #[tokio::test]
    async fn a_press_gets_through_where_all_places_are_taken_by_silent_connections_of_others() {
        let (address, _stop) = door(Most { all: 6, of_one: 4 });
        let mut silent = Vec::new();
        for last in [3, 2, 2, 3, 2, 2] {
            silent.push(from(last, address).await);
        }
        let mut phone = from(4, address).await;
        phone.write_all(PRESS.as_bytes()).await.unwrap();
        assert!(heard(&mut phone, "rings").await.starts_with("HTTP/1.1 200"));
        // The oldest of the address that has most made room, and nobody of the other address did.
        assert_eq!(heard(&mut silent[1], "anything").await, "");
        for number in [0, 3] {
            silent[number].write_all(PRESS.as_bytes()).await.unwrap();
            assert!(heard(&mut silent[number], "rings").await.starts_with("HTTP/1.1 200"), "{number}");
        }
    }

    #[tokio::test]
    async fn an_open_stream_makes_no_room_for_anybody() {
        let (address, stop) = door(FEW);
        let follow = "GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n";
        let (mut streams, mut rest) = (Vec::new(), Vec::new());
        for _ in 0..FEW.of_one {
            let (stream, first) = said(address, follow, "first\r\n").await;
            assert!(first.contains("first"), "{first}");
            streams.push(stream);
        }
        let (_, refused) = said(address, follow, "first\r\n").await;
        assert_eq!(refused, "", "one more is closed");
        for stream in &mut streams {
            assert!(stream.try_read_buf(&mut rest).is_err(), "and none of the others is");
        }
        stop.send_replace(true);
    }
}
