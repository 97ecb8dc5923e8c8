//! One request of a connection, and its answer (RFC 9112).
//!
//! Promises: reads at most 64 KiB, for at most five seconds; each answer closes the connection.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

const MOST: usize = 64 * 1024;
/// How long a read or a write waits before it is looked whether all is over.
pub(super) const LOOK: Duration = Duration::from_millis(50);
/// How many such waits a client has in all.
pub(super) const WAITS: u32 = 100;

/// A request.
pub(super) struct Request {
    pub(super) path: String,
    pub(super) authorization: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Reads a request; none if it is none, or too long, or does not come.
pub(super) fn read(socket: &mut TcpStream, stop: &AtomicBool) -> Option<Request> {
    let (mut bytes, mut room, mut waits) = (Vec::new(), [0; 4096], 0);
    loop {
        if let Some(request) = whole(&bytes)? {
            return Some(request);
        }
        match socket.read(&mut room) {
            Ok(0) => return None,
            Ok(many) => bytes.extend_from_slice(room.get(..many)?),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return None,
        }
        waits += 1;
        if bytes.len() > MOST || waits > WAITS || stop.load(Ordering::Relaxed) {
            return None;
        }
    }
}

/// The request in these bytes: none if it is none, `Some(None)` if more must come.
#[expect(clippy::option_option, reason = "wrong, not yet whole, or whole")]
fn whole(bytes: &[u8]) -> Option<Option<Request>> {
    let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else { return Some(None) };
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?, first.next()?);
    let field = |name: &str| {
        let fields = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    };
    let length: usize = field("Content-Length").unwrap_or("0").parse().ok()?;
    if method != "POST" || length > MOST {
        return None;
    }
    let body = bytes.get(end + 4..)?;
    Some((body.len() >= length).then(|| Request {
        path: path.to_owned(),
        authorization: field("Authorization").map(str::to_owned),
        body: body.get(..length).unwrap_or_default().to_vec(),
    }))
}

/// An answer in its bytes. `fields` are further header lines, each with its end.
pub(super) fn answer(status: u16, fields: &str, body: &str) -> Vec<u8> {
    let reason = match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        _ => "Internal Server Error",
    };
    format!(
        "HTTP/1.1 {status} {reason}\r\nServer: liengia-sim\r\nContent-Type: application/soap+xml; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n{fields}\r\n{body}",
        body.len(),
    )
    .into_bytes()
}

/// Sends it, as far as the client takes it in some seconds.
pub(super) fn send(socket: &mut TcpStream, mut bytes: &[u8], stop: &AtomicBool) -> bool {
    let mut waits = 0;
    while !bytes.is_empty() {
        match socket.write(bytes) {
            Ok(0) => return false,
            Ok(many) => bytes = bytes.get(many..).unwrap_or_default(),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => waits += 1,
            Err(_) => return false,
        }
        if waits > WAITS || stop.load(Ordering::Relaxed) {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_once_it_is_whole() {
        let bytes = b"POST /onvif/cam1/x HTTP/1.1\r\nHost: a\r\ncontent-length: 3\r\nAUTHORIZATION: Digest x\r\n\r\nabcd";
        for end in 0..bytes.len() - 1 {
            assert!(whole(&bytes[..end]).unwrap().is_none(), "{end}");
        }
        let request = whole(bytes).unwrap().unwrap();
        assert_eq!((request.path.as_str(), request.body.as_slice()), ("/onvif/cam1/x", b"abc".as_slice()));
        assert_eq!(request.authorization.as_deref(), Some("Digest x"));
    }

    #[test]
    fn what_is_none_or_too_long_is_not_waited_for() {
        for bytes in [
            b"GET / HTTP/1.1\r\n\r\n".as_slice(),
            b"\r\n\r\n",
            b"POST\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nX: \xff\r\n\r\n",
        ] {
            assert!(whole(bytes).is_none());
        }
    }
}
