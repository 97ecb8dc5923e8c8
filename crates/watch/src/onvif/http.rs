//! The answer of an HTTP/1.1 server, read as its bytes come (RFC 9112, 4 to 7).
//!
//! Promises: bytes in, an answer out. No more than 256 KiB are read, with at most 16 KiB and 100 lines of head; longer
//! answers are a [`Flaw`], said before they are read where their length is told. It never opens a socket.

use super::Flaw;

/// How many bytes of an answer are read, its head among them.
const MOST: usize = 256 * 1024;
/// How long a head may be, in bytes.
const MOST_HEAD: usize = 16 * 1024;
/// How many lines a head may have.
const MOST_LINES: usize = 100;
/// How long the line before a chunk may be, or one behind the last.
const MOST_LINE: usize = 1024;
/// What ends a head.
const BLANK_LINE: &[u8] = b"\r\n\r\n";

/// An answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub status: u16,
    fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// All fields of this name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.fields.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}

/// What is awaited next.
enum Next {
    /// More of the head.
    Head,
    /// So many bytes of the body.
    Body(usize),
    /// All until the connection is closed.
    Rest,
    /// The line that says how long the next chunk is.
    Size(Vec<u8>),
    /// So many bytes of a chunk.
    Chunk(usize),
    /// The end of the line behind a chunk.
    ChunkEnd,
    /// A line behind the last chunk.
    Trailer(Vec<u8>),
    Nothing,
}

/// An answer that is coming in.
pub(super) struct Incoming {
    next: Next,
    head: Vec<u8>,
    answer: Answer,
    read: usize,
}

impl Incoming {
    pub const fn new() -> Self {
        let answer = Answer { status: 0, fields: Vec::new(), body: Vec::new() };
        Self { next: Next::Head, head: Vec::new(), answer, read: 0 }
    }

    /// Takes in what came. Whether the answer is whole: what stands behind it is left out.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<bool, Flaw> {
        self.read = self.read.saturating_add(bytes.len());
        while !matches!(self.next, Next::Nothing) && !bytes.is_empty() {
            bytes = self.step(bytes)?;
        }
        let done = matches!(self.next, Next::Nothing);
        if !done && self.read >= MOST { Err(too_long()) } else { Ok(done) }
    }

    /// The answer, once it is whole or the connection is closed.
    pub fn end(self) -> Result<Answer, Flaw> {
        match self.next {
            Next::Nothing | Next::Rest => Ok(self.answer),
            _ => Err(Flaw::Unreachable),
        }
    }

    /// Takes at least one of the bytes, and gives back those that are left.
    fn step<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Flaw> {
        match &mut self.next {
            Next::Head => return self.head(bytes),
            Next::Body(left) | Next::Chunk(left) => {
                let (part, rest) = bytes.split_at(bytes.len().min(*left));
                self.answer.body.extend_from_slice(part);
                *left -= part.len();
                if *left == 0 {
                    self.next =
                        if matches!(self.next, Next::Body(_)) { Next::Nothing } else { Next::ChunkEnd };
                }
                return Ok(rest);
            }
            Next::Rest => {
                self.answer.body.extend_from_slice(bytes);
                return Ok(&[]);
            }
            _ => {}
        }
        let Some((byte, rest)) = bytes.split_first() else { return Ok(bytes) };
        self.next = match (std::mem::replace(&mut self.next, Next::Nothing), *byte) {
            (Next::ChunkEnd, b'\r') => Next::ChunkEnd,
            (Next::ChunkEnd, b'\n') => Next::Size(Vec::new()),
            (Next::Size(line), b'\n') => size(&line)?,
            (Next::Trailer(line), b'\n') if line.is_empty() => Next::Nothing,
            (Next::Trailer(_), b'\n') => Next::Trailer(Vec::new()),
            (line @ (Next::Size(_) | Next::Trailer(_)), b'\r') => line,
            (Next::Size(mut line), byte) if line.len() < MOST_LINE => {
                line.push(byte);
                Next::Size(line)
            }
            (Next::Trailer(mut line), byte) if line.len() < MOST_LINE => {
                line.push(byte);
                Next::Trailer(line)
            }
            _ => return Err(Flaw::NotOnvif),
        };
        Ok(rest)
    }

    fn head<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Flaw> {
        let before = self.head.len();
        self.head.extend_from_slice(bytes.get(..MOST_HEAD.min(bytes.len())).unwrap_or_default());
        // The blank line may have begun in what came before.
        let from = before.saturating_sub(BLANK_LINE.len() - 1);
        let searched = self.head.get(from..).unwrap_or_default();
        let Some(at) = searched.windows(BLANK_LINE.len()).position(|part| part == BLANK_LINE) else {
            let foreign = before == 0 && !b"HTTP/1.".starts_with(self.head.get(..7).unwrap_or(&self.head));
            return match self.head.len() {
                _ if foreign => Err(Flaw::NotOnvif),
                MOST_HEAD.. => Err(too_long()),
                _ => Ok(&[]),
            };
        };
        let end = from + at + BLANK_LINE.len();
        let head = std::mem::take(&mut self.head);
        let text = String::from_utf8_lossy(head.get(..end - BLANK_LINE.len()).unwrap_or_default());
        (self.answer.status, self.answer.fields) = head_of(&text)?;
        // 100 Continue is not yet the answer.
        if !(100..200).contains(&self.answer.status) {
            self.next = self.body()?;
        }
        Ok(bytes.get(end.saturating_sub(before)..).unwrap_or_default())
    }

    /// What comes behind this head.
    fn body(&self) -> Result<Next, Flaw> {
        let answer = &self.answer;
        if matches!(answer.status, 204 | 304) {
            return Ok(Next::Nothing);
        }
        if answer.all("Transfer-Encoding").any(|coding| coding.to_ascii_lowercase().contains("chunked")) {
            return Ok(Next::Size(Vec::new()));
        }
        match answer.all("Content-Length").next() {
            None => Ok(Next::Rest),
            Some(length) => match length.parse::<u64>() {
                Ok(0) => Ok(Next::Nothing),
                Ok(length) => match usize::try_from(length) {
                    Ok(length) if length <= MOST => Ok(Next::Body(length)),
                    _ => Err(too_long()),
                },
                Err(_) => Err(Flaw::NotOnvif),
            },
        }
    }
}

/// What comes behind the line that says how long a chunk is (RFC 9112, 7.1).
fn size(line: &[u8]) -> Result<Next, Flaw> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let digits = std::str::from_utf8(digits).map_err(|_| Flaw::NotOnvif)?;
    if digits.starts_with('+') {
        return Err(Flaw::NotOnvif);
    }
    match usize::from_str_radix(digits, 16) {
        Ok(0) => Ok(Next::Trailer(Vec::new())),
        Ok(length) if length <= MOST => Ok(Next::Chunk(length)),
        Ok(_) => Err(too_long()),
        Err(_) => Err(Flaw::NotOnvif),
    }
}

/// Status and fields of a head.
fn head_of(text: &str) -> Result<(u16, Vec<(String, String)>), Flaw> {
    let mut lines = text.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let version = first.next().unwrap_or_default();
    let status = first.next().and_then(|status| status.parse().ok());
    let status = status.filter(|status| (100..600).contains(status) && version.starts_with("HTTP/1."));
    let status = status.ok_or(Flaw::NotOnvif)?;
    let mut fields = Vec::new();
    for line in lines {
        if fields.len() >= MOST_LINES {
            return Err(too_long());
        }
        if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    Ok((status, fields))
}

fn too_long() -> Flaw {
    Flaw::refused("its answer is longer than any that is needed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The answer, its bytes coming in parts of this size, the connection closed behind them.
    fn read(bytes: &[u8], part: usize) -> Result<Answer, Flaw> {
        let mut incoming = Incoming::new();
        for part in bytes.chunks(part.max(1)) {
            if incoming.take(part)? {
                break;
            }
        }
        incoming.end()
    }

    const PLAIN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nA: b\r\n\r\nhello, and more";
    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\n002\r\nlo\r\n0\r\nT: x\r\n\r\n";
    const CLOSED: &[u8] = b"HTTP/1.0 200 OK\r\n\r\nhello";
    const CONTINUED: &[u8] =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    #[test]
    fn every_way_to_end_a_body_is_understood_however_it_is_cut() {
        for bytes in [PLAIN, CHUNKED, CLOSED, CONTINUED] {
            for part in 1..=bytes.len() {
                let answer = read(bytes, part).unwrap();
                assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
            }
        }
    }

    #[test]
    fn what_is_cut_off_is_no_answer() {
        for bytes in [&PLAIN[..48], CHUNKED] {
            for end in 0..bytes.len() {
                assert_eq!(read(&bytes[..end], 7).unwrap_err(), Flaw::Unreachable, "{end}");
            }
        }
    }

    #[test]
    fn endless_answers_end() {
        let long = |bytes: &[u8]| assert_eq!(read(bytes, 1000).unwrap_err(), too_long());
        long(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
        long(&[b"HTTP/1.1 200 OK\r\n".as_slice(), &b"A: b\r\n".repeat(200), b"\r\n"].concat());
        long(&[b"HTTP/1.1 200 OK\r\nA: ".as_slice(), &b"x".repeat(400_000)].concat());
        long(&[b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &b"x".repeat(400_000)].concat());
        long(
            &[
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice(),
                &b"1\r\nx\r\n".repeat(60_000),
            ]
            .concat(),
        );
        long(&b"HTTP/1.1 100 Continue\r\n\r\n".repeat(20_000));
        long(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n");
    }

    #[test]
    fn what_is_not_http_is_said_to_be_something_else() {
        for bytes in [
            b"RTSP/1.0 200 OK\r\n\r\n".as_slice(),
            b"SSH-2.0-x",
            b"HTTP/1.1 xyz\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy",
        ] {
            assert_eq!(read(bytes, 1000).unwrap_err(), Flaw::NotOnvif);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_whatsoever_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), part in 1_usize..40) {
            let _ = read(&bytes, part);
            let _ = read(&[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".as_slice(), &bytes].concat(), part);
        }
    }
}
