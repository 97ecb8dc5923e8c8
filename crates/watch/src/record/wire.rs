//! The wire to a camera: a socket, or TLS over one (rtsps).
//!
//! Promises: a camera's certificate is its own and signed by nobody, so it is not checked against authorities: either it is
//! the one that is known of this camera, or any is taken and told. Whoever shows a certificate proves that he has its key.

use super::dialer::connect;
use liengia_kernel::Clock;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme,
    StreamOwned,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest as _, Sha256};
use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

/// How long it may take to shake hands for TLS.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long a read or a write may wait before the time is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// The SHA-256 of a camera's certificate (DER).
pub type Certificate = [u8; 32];

/// A connected socket, blocking or not.
pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Wire {
    /// Calls a camera and shakes hands, over a socket that blocks for a while only; over TLS if `secure`, as [`Self::tls`]
    /// does it.
    pub(crate) fn call(
        host: &str,
        port: u16,
        secure: bool,
        known: Option<Certificate>,
        clock: &dyn Clock,
    ) -> io::Result<Self> {
        let socket = connect(host, port)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(LOOK))?;
        socket.set_write_timeout(Some(LOOK))?;
        let mut wire = if secure { Self::tls(socket, known)? } else { Self::plain(socket) };
        let began = clock.elapsed();
        wire.shake_hands(|| clock.elapsed().saturating_sub(began) >= HANDSHAKE)?;
        Ok(wire)
    }

    pub(crate) const fn plain(socket: TcpStream) -> Self {
        Self::Plain(socket)
    }

    /// Over TLS, with the camera of this certificate or with any. Hands are shaken while it is read and written.
    pub(crate) fn tls(socket: TcpStream, known: Option<Certificate>) -> io::Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Arc::new(Known { certificate: known, provider: provider.clone() });
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let mut config = config
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        // Cameras have one certificate, whatever they are called.
        config.enable_sni = false;
        let name = ServerName::try_from("camera").map_err(io::Error::other)?;
        let tls = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        Ok(Self::Tls(Box::new(StreamOwned::new(tls, socket))))
    }

    /// The socket, whose settings may be changed.
    pub(crate) const fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(tls) => &tls.sock,
        }
    }

    /// Whether a read that fills less than its room has read all that is there.
    pub(crate) const fn reads_all(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    /// Shakes hands to the end, over a socket that blocks for a while only, until it is too late.
    pub(crate) fn shake_hands(&mut self, is_late: impl Fn() -> bool) -> io::Result<()> {
        let Self::Tls(tls) = self else { return Ok(()) };
        while tls.conn.is_handshaking() {
            if is_late() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let passed = if tls.conn.wants_write() {
                tls.conn.write_tls(&mut tls.sock)
            } else {
                tls.conn.read_tls(&mut tls.sock)
            };
            match passed {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {
                    let processed = tls.conn.process_new_packets();
                    processed.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
                }
                Err(error) if is_soon(error.kind()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The certificate that the camera showed, once hands are shaken.
    pub(crate) fn certificate(&self) -> Option<Certificate> {
        let Self::Tls(tls) = self else { return None };
        let shaken = !tls.conn.is_handshaking();
        let first = tls.conn.peer_certificates().filter(|_| shaken)?.first()?;
        Some(Sha256::digest(first).into())
    }
}

impl Read for Wire {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(into),
            Self::Tls(tls) => tls.read(into),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

/// Whether it can be tried again at once.
pub(crate) const fn is_soon(error: io::ErrorKind) -> bool {
    matches!(error, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// Whether the camera showed another certificate than the one that is known.
pub(crate) fn is_another(error: &io::Error) -> bool {
    let error = error.get_ref().and_then(|error| error.downcast_ref::<Error>());
    matches!(error, Some(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)))
}

/// Takes the certificate that is known, or any.
#[derive(Debug)]
struct Known {
    certificate: Option<Certificate>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Known {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Certificate::from(Sha256::digest(shown));
        match self.certificate {
            Some(known) if known != shown => Err(CertificateError::ApplicationVerificationFailure.into()),
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
