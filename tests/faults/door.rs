//! A node's door as somebody outside finds it: plain, or behind TLS. Never trusts any certificate but those of the node's
//! own CA.

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    time::Duration,
};

/// The name in the certificate.
const NAME: &str = "localhost";

/// Where a door is, and how to speak there.
#[derive(Clone)]
pub struct Door {
    pub address: SocketAddr,
    pub trust: Option<Trust>,
}

impl From<SocketAddr> for Door {
    fn from(address: SocketAddr) -> Self {
        Self { address, trust: None }
    }
}

impl Door {
    /// Connects; TLS is spoken with the first bytes. Neither reading nor writing waits longer than this.
    pub fn connect(&self, patience: Duration) -> io::Result<Line> {
        let stream = TcpStream::connect_timeout(&self.address, patience)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(match &self.trust {
            None => Line::Plain(stream),
            Some(trust) => Line::Tls(Box::new(StreamOwned::new(trust.session(), stream))),
        })
    }
}

/// Trust in one CA.
#[derive(Clone)]
pub struct Trust(Arc<ClientConfig>);

impl Trust {
    /// Trust in the CA whose certificate is in this file.
    pub fn in_ca(file: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let mut config = config.with_no_client_auth();
        // Each connection costs what a first one costs.
        config.resumption = rustls::client::Resumption::disabled();
        Self(Arc::new(config))
    }

    fn session(&self) -> ClientConnection {
        ClientConnection::new(self.0.clone(), ServerName::try_from(NAME).unwrap()).unwrap()
    }

    /// The first half of what a client begins with.
    pub fn half_a_hello(&self) -> Vec<u8> {
        let mut hello = Vec::new();
        self.session().write_tls(&mut hello).unwrap();
        hello.truncate(hello.len() / 2);
        hello
    }

    /// Agrees on keys over this connection, and says nothing.
    pub fn shake_hands(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut session = self.session();
        while session.is_handshaking() {
            session.complete_io(stream)?;
        }
        Ok(())
    }
}

/// A connection.
pub enum Line {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Line {
    /// What it runs over.
    pub fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(both) => &both.sock,
        }
    }
}

impl Read for Line {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(both) => both.read(into),
        }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(both) => both.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(both) => both.flush(),
        }
    }
}
