//! The other side, for tests: a real HTTP server on loopback that behaves as badly as it is told to.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, Version, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::{collections::BTreeMap, convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// One request as it came in.
#[derive(Debug)]
pub struct Seen {
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// How the peer answers one request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// This status and no body.
    Status(u16),
    /// This status and one header.
    With(u16, &'static str, &'static str),
    /// Nothing, and the connection stays open.
    Hang,
    /// The connection is reset.
    Reset,
    /// Something that is not HTTP.
    Garbage,
    /// A head that comes byte by byte and never ends.
    DripHead,
    /// 201, then a body that comes byte by byte and never ends.
    DripBody,
    /// 201, then a body without an end, as fast as it is read.
    Flood,
}

/// A running peer. It answers with each reply once, in order, then with the last one for ever.
pub struct Peer {
    pub address: SocketAddr,
    pub seen: mpsc::Receiver<Seen>,
}

impl Peer {
    pub async fn start(replies: &'static [Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, seen) = mpsc::channel(100_000);
        let next = Arc::new(std::sync::Mutex::new(replies.iter()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tell, next) = (tell.clone(), Arc::clone(&next));
                tokio::spawn(async move {
                    let take = || next.lock().unwrap().next().or(replies.last()).copied().unwrap();
                    serve(stream, &tell, take).await;
                });
            }
        });
        Self { address, seen }
    }

    pub async fn next(&mut self) -> Seen {
        self.seen.recv().await.unwrap()
    }

    /// How many requests came that no test has looked at yet.
    pub fn unseen(&mut self) -> usize {
        std::iter::from_fn(|| self.seen.try_recv().ok()).count()
    }
}

async fn serve(mut stream: TcpStream, tell: &mpsc::Sender<Seen>, take: impl Fn() -> Reply) {
    while let Some(seen) = read(&mut stream).await {
        let reply = take();
        tell.send(seen).await.unwrap();
        if answer(&mut stream, reply).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut came = Vec::new();
    let head = loop {
        if let Some(end) = came.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut came).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(came[..head].to_vec()).unwrap();
    let mut lines = text.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut body = came[head..].to_vec();
    let length: usize = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen { path, headers, body })
}

async fn answer(stream: &mut TcpStream, reply: Reply) -> std::io::Result<()> {
    let status =
        |status: u16, header: &str| format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\n{header}\r\n");
    match reply {
        Reply::Status(code) => stream.write_all(status(code, "").as_bytes()).await,
        Reply::With(code, name, value) => {
            stream.write_all(status(code, &format!("{name}: {value}\r\n")).as_bytes()).await
        }
        Reply::Hang => std::future::pending().await,
        Reply::Reset => {
            stream.set_zero_linger()?;
            Err(std::io::ErrorKind::ConnectionReset.into())
        }
        Reply::Garbage => {
            stream.write_all(b"\x00\xff no web here \r\n\r\n").await?;
            Err(std::io::ErrorKind::InvalidData.into())
        }
        Reply::DripHead => drip(stream, b"HTTP/1.1 201 Created\r\nx: ").await,
        Reply::DripBody => {
            stream.write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 1000000\r\n\r\n").await?;
            drip(stream, b"").await
        }
        Reply::Flood => {
            stream.write_all(b"HTTP/1.1 201 Created\r\n\r\n").await?;
            loop {
                stream.write_all(&[b'a'; 8192]).await?;
            }
        }
    }
}

async fn drip(stream: &mut TcpStream, first: &[u8]) -> std::io::Result<()> {
    for byte in first.iter().chain(std::iter::repeat(&b'a')) {
        stream.write_all(&[*byte]).await?;
        // Slowness is what this peer is for.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// A peer behind TLS that speaks HTTP/2: its address, its certificate (DER), and the version of each request.
pub async fn start_secure(host: &str) -> (SocketAddr, Vec<u8>, mpsc::Receiver<Version>) {
    let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let mut tls =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, seen) = mpsc::channel(1000);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, tell) = (acceptor.clone(), tell.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let answer = service_fn(move |request: Request<Incoming>| {
                    let tell = tell.clone();
                    async move {
                        tell.send(request.version()).await.unwrap();
                        let _ = request.into_body().collect().await;
                        Ok::<_, Infallible>(
                            Response::builder().status(201).body(Full::<Bytes>::default()).unwrap(),
                        )
                    }
                });
                let _ = auto::Builder::new(TokioExecutor::new())
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    });
    (address, certificate.to_vec(), seen)
}
