//! Listening for browsers: plain on loopback, TLS elsewhere, bounded in connections and in patience.
//!
//! Promises: whoever connects and says nothing, or half a head, is gone after [`PATIENCE`]; no address takes all places.

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

/// Most connections of browsers at a time; the next waits in the system's queue.
const MAX_CONNECTIONS: usize = 16_384;

/// Most connections of one address; further ones are closed at once. Phones behind one router share theirs; programs on
/// this machine itself, a proxy for one, have a quarter of all.
const MAX_OF_ONE: usize = 512;
const MAX_OF_THIS_MACHINE: usize = MAX_CONNECTIONS / 4;

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
    mut stop: watch::Receiver<bool>,
) {
    let open = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let callers = Callers::default();
    let graceful = GracefulShutdown::new();
    loop {
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
        let here = address.ip().to_canonical().is_loopback();
        let most = if here { MAX_OF_THIS_MACHINE } else { MAX_OF_ONE };
        let Some(call) = callers.enter(address.ip(), most) else { continue };
        let tls = certificates.as_ref().map(|certificates| TlsAcceptor::from(certificates.server()));
        let (router, watcher) = (router.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _places = (permit, call);
            connection(stream, address, tls, router, watcher).await;
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
    watcher: Watcher,
) {
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    // A phone or desk that lost its network must not count as reached for a quarter of an hour.
    let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(UNHEARD));
    let peer = Peer(address.ip());
    match tls {
        None => requests(stream, peer, router, watcher).await,
        Some(acceptor) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                requests(stream, peer, router, watcher).await;
            }
        }
    }
}

async fn requests<S>(stream: S, peer: Peer, router: Router, watcher: Watcher)
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
    let busy = Busy::default();
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
