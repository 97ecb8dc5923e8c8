//! A browser as small as can be: one connection a request, cookies kept.

use liengia_kernel::{AlarmId, Clock as _, SystemClock, SystemEntropy};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A new id.
pub fn new_id() -> String {
    AlarmId::new(SystemClock::new().now(), &SystemEntropy).to_string()
}

/// Somebody with cookies.
pub struct Browser {
    address: SocketAddr,
    cookies: Vec<String>,
}

impl Browser {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookies: Vec::new() }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.write("POST", path, body)
    }

    pub fn write(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("Idempotency-Key", new_id()), ("Content-Type", "application/json".to_owned())];
        self.send(method, path, &headers, body.to_string().as_bytes())
    }

    /// Sends exactly these headers, besides cookies, origin and length.
    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> Answer {
        let mut head = self.head(method, path, body.len());
        for (name, value) in headers {
            head.extend([*name, ": ", value.as_str(), "\r\n"]);
        }
        let mut stream = self.connect();
        stream.write_all(&[head.as_bytes(), b"Connection: close\r\n\r\n", body].concat()).unwrap();
        let answer = read(&mut BufReader::new(stream));
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        self.cookies.extend(set.filter_map(|(_, value)| Some(value.split(';').next()?.to_owned())));
        answer
    }

    /// Opens the event stream; it is open while what is given back lives.
    pub fn follow(&self) -> TcpStream {
        self.follow_with("")
    }

    /// Opens it again, behind the event that came last.
    pub fn follow_after(&self, event: &str) -> TcpStream {
        self.follow_with(&format!("Last-Event-ID: {event}\r\n"))
    }

    fn follow_with(&self, header: &str) -> TcpStream {
        let mut stream = self.connect();
        let head = self.head("GET", "/api/events", 0) + header;
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        let mut first = [0; 16];
        stream.read_exact(&mut first).unwrap();
        assert!(first.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&first));
        stream
    }

    fn head(&self, method: &str, path: &str, length: usize) -> String {
        let port = self.address.port();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
             Content-Length: {length}\r\n"
        );
        if !self.cookies.is_empty() {
            head.extend(["Cookie: ", self.cookies.join("; ").as_str(), "\r\n"]);
        }
        head
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect_timeout(&self.address, PATIENCE).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

/// Reads a head: its first line, and its headers.
pub fn read_head(stream: &mut impl BufRead) -> Option<(String, Vec<(String, String)>)> {
    let mut first = String::new();
    if stream.read_line(&mut first).ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Some((first, headers))
}

/// Reads one answer to its end: the connection ends with it.
fn read(stream: &mut impl BufRead) -> Answer {
    let (first, headers) = read_head(stream).unwrap();
    let status = first.split(' ').nth(1).unwrap().parse().unwrap();
    let mut body = Vec::new();
    stream.read_to_end(&mut body).unwrap();
    let mut answer = Answer { status, headers, body };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunked(&answer.body);
    }
    answer
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap().trim(), 16).unwrap();
        if length == 0 {
            return whole;
        }
        whole.extend(&bytes[end + 1..end + 1 + length]);
        bytes = &bytes[end + 3 + length..];
    }
}
