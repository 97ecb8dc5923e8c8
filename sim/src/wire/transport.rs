//! The broker's address, and a connection to it: TCP, or TLS over TCP.

use mio::net::TcpStream;
use rustls::{ClientConfig, ClientConnection, pki_types::ServerName};
use socket2::{Domain, Socket, Type};
use std::{
    fmt,
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    sync::Arc,
};

/// Where the broker listens.
#[derive(Clone, Debug)]
pub struct Broker {
    /// The address.
    pub address: SocketAddr,
    /// TLS, if it speaks that there.
    pub tls: Option<Tls>,
}

impl Broker {
    /// A broker without TLS.
    pub const fn plain(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }
}

/// How to speak TLS with the broker.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tls({:?})", self.name)
    }
}

/// The certificates or the name given for TLS cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadRoots {
    /// A certificate is not one.
    #[error("a root certificate for the simulated devices cannot be read: {0}. Give it as DER")]
    Certificate(rustls::Error),
    /// The name is not a host name.
    #[error("`{0}` is not a host name that a certificate can hold")]
    Name(String),
}

impl Tls {
    /// Trusts these root certificates (DER) and expects the broker's certificate to name `host`. No session is
    /// resumed, so that every connection costs what a device's first one costs.
    pub fn trusting(roots: &[Vec<u8>], host: &str) -> Result<Self, BadRoots> {
        let mut store = rustls::RootCertStore::empty();
        for root in roots {
            store.add(root.clone().into()).map_err(BadRoots::Certificate)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(BadRoots::Certificate)?
            .with_root_certificates(store);
        let mut config = config.with_no_client_auth();
        config.resumption = rustls::client::Resumption::disabled();
        let name = ServerName::try_from(host.to_owned()).map_err(|_| BadRoots::Name(host.to_owned()))?;
        Ok(Self { config: Arc::new(config), name })
    }
}

/// A connection that never blocks.
pub(super) enum Transport {
    Plain(TcpStream),
    Tls(Box<(TcpStream, ClientConnection)>),
}

/// Addresses of this machine from which its clients come.
const ADDRESSES: usize = 16;

/// Connects from an address that few other clients share: half of one address's ports are found at once, and for each
/// of the others the system looks through all that are taken.
fn from_one_of_many(to: SocketAddrV4, client: usize) -> io::Result<TcpStream> {
    let last = u8::try_from(1 + client % ADDRESSES).unwrap_or(1);
    let socket = Socket::new(Domain::IPV4, Type::STREAM.nonblocking(), None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddrV4::new(Ipv4Addr::new(127, 0, 1, last), 0).into())?;
    match socket.connect(&to.into()) {
        Err(error) if error.raw_os_error() != Some(IN_PROGRESS) => Err(error),
        _ => Ok(TcpStream::from_std(socket.into())),
    }
}

/// `EINPROGRESS`: it connects, and says later whether it did.
const IN_PROGRESS: i32 = 115;

impl Transport {
    pub(super) fn connect(broker: &Broker, client: usize) -> io::Result<Self> {
        let stream = match broker.address {
            SocketAddr::V4(address) if address.ip().is_loopback() => from_one_of_many(address, client)?,
            address => TcpStream::connect(address)?,
        };
        match &broker.tls {
            None => Ok(Self::Plain(stream)),
            Some(tls) => {
                let session = ClientConnection::new(Arc::clone(&tls.config), tls.name.clone());
                Ok(Self::Tls(Box::new((stream, session.map_err(io::Error::other)?))))
            }
        }
    }

    pub(super) const fn stream(&mut self) -> &mut TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(both) => &mut both.0,
        }
    }

    /// Whether a read that fills less than the buffer means that nothing is left.
    pub(super) const fn short_read_is_all(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(both) => {
                let (stream, session) = &mut **both;
                loop {
                    match session.reader().read(into) {
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                        done => return done,
                    }
                    if session.read_tls(stream)? == 0 {
                        return Ok(0);
                    }
                    session.process_new_packets().map_err(io::Error::other)?;
                    push(stream, session)?;
                }
            }
        }
    }

    /// Takes what it can of `bytes`; the rest is for when the socket is writable again.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(both) => {
                let (stream, session) = &mut **both;
                let taken = session.writer().write(bytes)?;
                push(stream, session)?;
                Ok(taken)
            }
        }
    }

    /// Sends what an earlier write left in TLS's own buffer.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(_) => Ok(()),
            Self::Tls(both) => push(&mut both.0, &mut both.1),
        }
    }
}

fn push(stream: &mut TcpStream, session: &mut ClientConnection) -> io::Result<()> {
    while session.wants_write() {
        match session.write_tls(stream) {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected) => {
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
