//! Somebody at the node over HTTP/1.1: one connection, cookies, JSON.

use anyhow::{Context as _, ensure};
use liengia_kernel::{AlarmId, Clock as _, SystemClock, SystemEntropy};
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// What it holds.
    pub body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Somebody with cookies.
pub struct Browser {
    address: SocketAddr,
    cookies: Vec<String>,
    stream: Option<BufReader<TcpStream>>,
}

impl Browser {
    /// Somebody without a session.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, cookies: Vec::new(), stream: None }
    }

    /// Signs in by a link's code.
    pub fn welcome(&mut self, code: &str) -> anyhow::Result<()> {
        let body = serde_json::json!({ "code": code }).to_string();
        let answer = self.send("POST", "/api/welcome", "", body.as_bytes())?;
        ensure!(answer.status == 200, "nobody signs in: {}", String::from_utf8_lossy(&answer.body));
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        self.cookies = set.filter_map(|(_, value)| Some(value.split(';').next()?.to_owned())).collect();
        Ok(())
    }

    /// Its cookies, as `name=value; name=value`.
    pub fn cookies(&self) -> String {
        self.cookies.join("; ")
    }

    /// Forgets the connection: the node was started anew.
    pub fn hang_up(&mut self) {
        self.stream = None;
    }

    /// Writes something; what is answered.
    pub fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.send("POST", path, "", body.to_string().as_bytes())?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        ensure!(answer.status / 100 == 2, "{path} answers {}: {text}", answer.status);
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Reads something.
    pub fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        let answer = self.send("GET", path, "", &[])?;
        ensure!(answer.status == 200, "{path} answers {}", answer.status);
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// How long it takes until the first byte of a part of a file is here.
    pub fn first_byte(&mut self, path: &str, from: u64, to: u64) -> anyhow::Result<Duration> {
        let clock = SystemClock::new();
        let more = format!("Range: bytes={from}-{}\r\n", to - 1);
        let (mut stream, bytes) = (self.connected()?, self.head("GET", path, &more, 0));
        stream.get_mut().write_all(&bytes)?;
        let mut answer = read_head(&mut stream)?;
        ensure!(answer.status == 206, "{path} answers {}", answer.status);
        stream.read_exact(&mut [0])?;
        let took = clock.elapsed();
        answer.body = vec![0; usize::try_from(to - from - 1)?];
        stream.read_exact(&mut answer.body)?;
        self.stream = Some(stream);
        Ok(took)
    }

    /// A live view of a camera: the connection on which it comes.
    pub fn view(&self, path: &str) -> anyhow::Result<TcpStream> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        let more = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        stream.write_all(&self.head("GET", path, more, 0))?;
        // Byte by byte, so that nothing of the view is read with it.
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        ensure!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Ok(stream)
    }

    fn head(&self, method: &str, path: &str, more: &str, length: usize) -> Vec<u8> {
        let port = self.address.port();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n{more}"
        );
        // Writing to a text cannot fail.
        if !self.cookies.is_empty() {
            let _ = write!(head, "Cookie: {}\r\n", self.cookies.join("; "));
        }
        if method == "POST" {
            let key = AlarmId::new(SystemClock::new().now(), &SystemEntropy);
            let _ = write!(head, "Idempotency-Key: {key}\r\nContent-Type: application/json\r\n");
            let _ = write!(head, "Content-Length: {length}\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    fn connected(&mut self) -> anyhow::Result<BufReader<TcpStream>> {
        if let Some(stream) = self.stream.take() {
            return Ok(stream);
        }
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::with_capacity(1 << 16, stream))
    }

    fn send(&mut self, method: &str, path: &str, more: &str, body: &[u8]) -> anyhow::Result<Answer> {
        let bytes = [&self.head(method, path, more, body.len())[..], body].concat();
        let exchange = |stream: &mut BufReader<TcpStream>| {
            stream.get_mut().write_all(&bytes)?;
            read(stream)
        };
        // A connection that was kept may have ended meanwhile; the same key acts once.
        let kept =
            self.stream.take().and_then(|mut kept| exchange(&mut kept).ok().map(|answer| (kept, answer)));
        let (stream, answer) = if let Some(both) = kept {
            both
        } else {
            let mut stream = self.connected()?;
            let answer = exchange(&mut stream)?;
            (stream, answer)
        };
        if answer.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

fn read_head(stream: &mut BufReader<TcpStream>) -> anyhow::Result<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no answer")?;
    let mut answer = Answer { status, headers: Vec::new(), body: Vec::new() };
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(answer)
}

fn read(stream: &mut BufReader<TcpStream>) -> anyhow::Result<Answer> {
    let mut answer = read_head(stream)?;
    let mut line = String::new();
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16)?;
            let mut chunk = vec![0; length + 2];
            stream.read_exact(&mut chunk)?;
            if length == 0 {
                return Ok(answer);
            }
            answer.body.extend_from_slice(&chunk[..length]);
        }
    }
    let length = answer.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    answer.body = vec![0; length];
    stream.read_exact(&mut answer.body)?;
    Ok(answer)
}
