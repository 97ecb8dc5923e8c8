//! One exchange over a connection of its own: a request sent, an answer read, hung up (RFC 9112, 9.6).
//!
//! Promises: takes no longer than its patience and some seconds to connect, however slowly the camera reads or writes.
//! Nobody is called but the host of the address; no answer sends us elsewhere. Who shows another certificate than the one that
//! is known is told nothing.

use super::{
    Address, Flaw,
    http::{Answer, Incoming},
};
use crate::record::{Wire, connect, is_another, is_soon};
use liengia_kernel::Clock;
use std::{
    io::{ErrorKind, Read as _, Write as _},
    time::Duration,
};

/// How long a read or a write may wait before the time is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// What is read at one go, in bytes.
const ROOM: usize = 16 * 1024;

/// What is asked.
pub(super) struct Request<'a> {
    pub address: &'a Address,
    /// What it asks for, in full (SOAP 1.2 part 2, 6.5.3).
    pub action: &'a str,
    /// The value of the Authorization field.
    pub authorization: Option<&'a str>,
    pub envelope: &'a str,
}

impl Request<'_> {
    fn bytes(&self) -> Vec<u8> {
        let authorization = self.authorization.map(|line| format!("Authorization: {line}\r\n"));
        format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: liengia\r\n\
             Content-Type: application/soap+xml; charset=utf-8; action=\"{}\"\r\n\
             Content-Length: {}\r\nConnection: close\r\n{}\r\n{}",
            self.address.path,
            self.address.place(),
            self.action,
            self.envelope.len(),
            authorization.unwrap_or_default(),
            self.envelope,
        )
        .into_bytes()
    }
}

/// Asks, and reads the answer to its end.
pub(super) fn exchange(request: &Request<'_>, patience: Duration, clock: &dyn Clock) -> Result<Answer, Flaw> {
    let Address { host, port, secure, certificate, .. } = request.address;
    let socket = connect(host, *port).map_err(|_| Flaw::Unreachable)?;
    let began = clock.elapsed();
    let is_late = || clock.elapsed().saturating_sub(began) >= patience;
    let set = socket.set_nodelay(true).and(socket.set_read_timeout(Some(LOOK)));
    set.and(socket.set_write_timeout(Some(LOOK))).map_err(|_| Flaw::Unreachable)?;
    let mut wire = if *secure {
        Wire::tls(socket, *certificate).map_err(|_| Flaw::NotOnvif)?
    } else {
        Wire::plain(socket)
    };
    wire.shake_hands(is_late).map_err(|error| match error.kind() {
        _ if is_another(&error) => Flaw::CertificateChanged,
        ErrorKind::TimedOut => Flaw::Timeout,
        _ => Flaw::NotOnvif,
    })?;
    send(&mut wire, &request.bytes(), is_late)?;
    receive(&mut wire, is_late)
}

fn send(wire: &mut Wire, mut bytes: &[u8], is_late: impl Fn() -> bool) -> Result<(), Flaw> {
    while !bytes.is_empty() {
        match wire.write(bytes) {
            Ok(0) => return Err(Flaw::Unreachable),
            Ok(many) => bytes = bytes.get(many..).unwrap_or_default(),
            Err(error) if is_soon(error.kind()) => {}
            // Who refuses what it has not read may have said why: that is read next.
            Err(_) => return Ok(()),
        }
        if is_late() {
            return Err(Flaw::Timeout);
        }
    }
    let _ = wire.flush();
    Ok(())
}

fn receive(wire: &mut Wire, is_late: impl Fn() -> bool) -> Result<Answer, Flaw> {
    let mut room = vec![0; ROOM];
    let mut incoming = Incoming::new();
    loop {
        match wire.read(&mut room) {
            Ok(0) => return incoming.end(),
            Ok(many) => {
                if incoming.take(room.get(..many).unwrap_or_default())? {
                    return incoming.end();
                }
            }
            Err(error) if is_soon(error.kind()) => {}
            // Over TLS, who hangs up without a word of goodbye; or who closed while we still wrote.
            Err(_) => return incoming.end(),
        }
        if is_late() {
            return Err(Flaw::Timeout);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole() {
        let address = Address::parse("http://[2001:db8::7]/onvif/media?x").unwrap();
        let request = Request {
            address: &address,
            action: "urn:a/B",
            authorization: Some("Digest x"),
            envelope: "<ổ/>",
        };
        let expected = "POST /onvif/media?x HTTP/1.1\r\nHost: [2001:db8::7]:80\r\nUser-Agent: liengia\r\n\
            Content-Type: application/soap+xml; charset=utf-8; action=\"urn:a/B\"\r\n\
            Content-Length: 6\r\nConnection: close\r\nAuthorization: Digest x\r\n\r\n<ổ/>";
        assert_eq!(String::from_utf8(request.bytes()).unwrap(), expected);
    }
}
