//! A browser, as small as can be: HTTP/1.1 over one connection that it opens again when it is gone, two cookies.

use crate::door::{Door, Line};
use liengia_kernel::{AlarmId, Clock as _, SystemClock, SystemEntropy};
use serde_json::Value;
use std::{
    io::{self, BufRead, BufReader, Write as _},
    time::Duration,
};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Clone, Debug)]
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
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The value of this header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(known, _)| known == name);
        header.map(|(_, value)| value.as_str())
    }

    /// It was done.
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// It was refused because this session writes faster than a hand.
    pub fn is_too_soon(&self) -> bool {
        self.status == 429 && self.text().contains("too_many_writes")
    }

    /// It was refused because one person changed their mind too often about one alarm.
    pub fn is_too_often(&self) -> bool {
        self.status == 409 && self.text().contains("changed_too_often")
    }

    /// Done, or the test ends here.
    #[track_caller]
    pub fn done(self) -> Value {
        assert!(self.is_done(), "{}: {}", self.status, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }
}

/// A random UUID: the key of a write, or the id of a press.
pub fn new_id() -> String {
    AlarmId::new(SystemClock::new().now(), &SystemEntropy).to_string()
}

/// Somebody with a connection and cookies.
pub struct Browser {
    door: Door,
    cookies: Vec<String>,
    stream: Option<BufReader<Line>>,
}

impl Browser {
    pub fn new(door: impl Into<Door>) -> Self {
        Self { door: door.into(), cookies: Vec::new(), stream: None }
    }

    /// The same person in another window.
    pub fn another(&self) -> Self {
        Self { door: self.door.clone(), cookies: self.cookies.clone(), stream: None }
    }

    /// Where it goes in.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// What it holds for the node, `name=value` each.
    pub fn cookies(&self) -> &[String] {
        &self.cookies
    }

    /// The header that says from which page a request comes.
    pub fn origin(&self) -> (String, String) {
        let scheme = if self.door.trust.is_some() { "https" } else { "http" };
        ("Origin".to_owned(), format!("{scheme}://localhost:{}", self.door.address.port()))
    }

    /// Holds what the answer gave to hold.
    pub fn keep_cookies(&mut self, answer: &Answer) {
        let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
        self.cookies.extend(set.filter_map(|(_, value)| Some(value.split(';').next()?.to_owned())));
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None).unwrap()
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body)).unwrap()
    }

    /// Sends a request with a key of its own where it writes.
    pub fn send(&mut self, method: &str, path: &str, body: Option<&Value>) -> io::Result<Answer> {
        let mut headers = vec![self.origin()];
        if method != "GET" {
            headers.push(("Idempotency-Key".to_owned(), new_id()));
        }
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let bytes = body.map(|body| serde_json::to_vec(body).unwrap()).unwrap_or_default();
        self.send_bytes(method, path, &headers, &bytes)
    }

    /// Sends exactly these headers (and cookies and a length) and bytes.
    pub fn send_bytes(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        if !self.cookies.is_empty() {
            head.extend(["Cookie: ", &self.cookies.join("; "), "\r\n"]);
        }
        if !body.is_empty() || method != "GET" {
            head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
        }
        head.push_str("\r\n");
        let bytes = [head.as_bytes(), body].concat();
        // A connection that was kept may have ended meanwhile; a new one says how it is.
        if let Some(mut kept) = self.stream.take()
            && let Ok(answer) = exchange(&mut kept, &bytes, method)
        {
            self.keep(kept, &answer);
            return Ok(answer);
        }
        let mut stream = BufReader::new(self.door.connect(PATIENCE)?);
        let answer = exchange(&mut stream, &bytes, method)?;
        self.keep(stream, &answer);
        Ok(answer)
    }

    fn keep(&mut self, stream: BufReader<Line>, answer: &Answer) {
        if answer.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
    }
}

fn exchange(stream: &mut BufReader<Line>, bytes: &[u8], method: &str) -> io::Result<Answer> {
    // A server may answer and close before it has read everything: its answer is read all the same.
    let sent = stream.get_mut().write_all(bytes).and_then(|()| stream.get_mut().flush());
    read(stream, method).or_else(|error| sent.and(Err(error)))
}

/// Reads one answer.
pub fn read(stream: &mut impl BufRead, method: &str) -> io::Result<Answer> {
    let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status: u16 = status.ok_or_else(|| broken(&line))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    if method == "HEAD" || status == 204 || status == 304 {
        return Ok(answer);
    }
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16).map_err(|_| broken(&line))?;
            let mut chunk = vec![0; length + 2];
            stream.read_exact(&mut chunk)?;
            if length == 0 {
                return Ok(answer);
            }
            answer.body.extend(&chunk[..length]);
        }
    }
    let length = answer.header("content-length").and_then(|value| value.parse().ok());
    answer.body = vec![0; length.ok_or_else(|| broken("no length"))?];
    stream.read_exact(&mut answer.body)?;
    Ok(answer)
}
