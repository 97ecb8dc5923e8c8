//! Listening and accepting.

use super::{config::StartError, conn::Conn, counts::count, link::Link, session::serve, shared::Shared};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, PoisonError},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    time::sleep,
};

/// Connections that the kernel holds until they are accepted.
const BACKLOG: u32 = 4096;
/// What the kernel keeps of what a client sent and was not read: little, so that a press does not wait behind a flood.
const RECEIVE_BUFFER: u32 = 16 * 1024;
/// How long accepting rests when the system has no room for another connection.
const REST: Duration = Duration::from_millis(50);

/// Listens, also right after an earlier broker on the same address ended.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    bound().map_err(|error| StartError::Listen { address, error })
}

/// Accepts until the broker stops.
pub(super) async fn accept(shared: Arc<Shared>, listener: TcpListener, encrypted: bool) {
    let (limits, counters) = (&shared.setting.limits, &shared.setting.counters);
    loop {
        shared.strangers.room(limits.strangers, limits.grace, counters).await;
        match listener.accept().await {
            Ok((stream, address)) => admit(&shared, stream, address.ip(), encrypted),
            Err(error) => {
                count(&counters.accept_failed);
                tracing::warn!(%error, "the MQTT broker cannot accept a connection");
                sleep(REST).await;
            }
        }
    }
}

fn admit(shared: &Arc<Shared>, stream: TcpStream, address: IpAddr, encrypted: bool) {
    let counters = &shared.setting.counters;
    count(&counters.accepted);
    let Some(open) = shared.open() else { return };
    // Every session holds a token beside the broker's own.
    if open.1.strong_count().saturating_sub(2) >= shared.setting.limits.connections {
        count(&counters.refused_full);
        return;
    }
    let link = if encrypted { tls_link(shared) } else { Some(Link::plain()) };
    let Some(link) = link else { return };
    drop(stream.set_nodelay(true));
    let conn = Arc::new(Conn::new(shared.setting.clone(), stream, link));
    let limits = &shared.setting.limits;
    let share = (limits.strangers / 4, limits.grace);
    let stay = shared.strangers.enter(&conn, network(address), share, counters);
    let on = if encrypted { &shared.setting.handshakes } else { &shared.setting.runtime };
    on.spawn(serve(shared.clone(), conn, encrypted, stay, open));
}

/// What counts as one address: of IPv6 the half that a network is given, since whoever has one has all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(whole) => Ipv6Addr::from_bits(whole.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn tls_link(shared: &Shared) -> Option<Link> {
    let config = shared.certificate.read().unwrap_or_else(PoisonError::into_inner).clone()?;
    Link::tls(config).ok()
}
