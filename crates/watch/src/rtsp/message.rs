//! One RTSP message: its first line, its header fields and its body (RFC 2326, 4, 6 and 7).
//!
//! Promises: reads where the bytes lie, whatever they are; forgives what cameras get wrong (lines without CR, names in
//! any case, folded lines, lines that are no fields). It never guesses a length: a Content-Length that is not one plain
//! number is a [`Flaw`].

use super::Flaw;

/// The longest body taken, in bytes.
pub(super) const BODY: usize = 256 * 1024;

/// What a message begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start<'a> {
    /// An answer to a request of ours: the status code and the camera's words for it.
    Answer { code: u16, reason: &'a [u8] },
    /// A request of the camera.
    Request { method: &'a str },
}

/// A whole message, borrowed.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub start: Start<'a>,
    fields: &'a [u8],
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads a message whose head, blank line included, is `head`.
    pub fn read(head: &'a [u8], body: &'a [u8]) -> Result<Self, Flaw> {
        let end = head.iter().position(|byte| *byte == b'\n').unwrap_or(head.len());
        let (line, fields) = head.split_at_checked(end).unwrap_or((head, &[]));
        Ok(Self { start: start(line.trim_ascii())?, fields: fields.get(1..).unwrap_or_default(), body })
    }

    /// The first field of that name with a value that is text.
    pub fn field(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// All fields of that name, in order. A folded value still holds its line breaks.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        Lines(self.fields).filter_map(move |line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (key, value) = line.split_at_checked(colon)?;
            let same = key.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
            same.then(|| std::str::from_utf8(value.get(1..)?.trim_ascii()).ok()).flatten()
        })
    }

    /// How long the body is, in bytes (RFC 2326, 12.14): 0 if nothing is said.
    pub fn length(&self) -> Result<usize, Flaw> {
        let mut length = None;
        for value in self.all("Content-Length") {
            let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            if !plain || length.is_some_and(|before| before != value) {
                return Err(Flaw::Malformed("its Content-Length is not one number"));
            }
            length = Some(value);
        }
        match length.map(str::parse::<usize>) {
            None => Ok(0),
            Some(Ok(length)) if length <= BODY => Ok(length),
            Some(_) => Err(Flaw::TooLong("its body is over 256 KiB")),
        }
    }

    /// The number that ties an answer to its request (RFC 2326, 12.17).
    pub fn cseq(&self) -> Option<u32> {
        self.field("CSeq")?.parse().ok()
    }
}

/// How long a head is that ends within `bytes`, its blank line included.
pub(super) fn head_length(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let next = from + bytes.get(from..)?.iter().position(|byte| *byte == b'\n')? + 1;
        match bytes.get(next..)? {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => from = next,
        }
    }
}

fn start(line: &[u8]) -> Result<Start<'_>, Flaw> {
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let (first, second, third) = (words.next(), words.next(), words.next());
    if line.starts_with(b"RTSP/") {
        let code = second.filter(|code| code.len() == 3).and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| code.parse().ok()).filter(|code| (100..600).contains(code));
        let code = code.ok_or(Flaw::Malformed("its status line has no code"))?;
        return Ok(Start::Answer { code, reason: third.unwrap_or_default() });
    }
    let method = first.and_then(|method| std::str::from_utf8(method).ok());
    match (method, third.map(<[u8]>::trim_ascii_start)) {
        (Some(method), Some(version)) if version.starts_with(b"RTSP/1.") => Ok(Start::Request { method }),
        _ => Err(Flaw::Malformed("its first line is neither an answer nor a request")),
    }
}

/// The lines of a head, a folded one (RFC 2326, 4.2 as in HTTP/1.1) as one.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let mut end = 0;
        loop {
            let rest = self.0.get(end..).unwrap_or_default();
            let Some(newline) = rest.iter().position(|byte| *byte == b'\n') else {
                end = self.0.len();
                break;
            };
            end += newline + 1;
            if !matches!(self.0.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        let (line, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &[u8]) -> Result<Message<'_>, Flaw> {
        Message::read(head, &[])
    }

    #[test]
    fn a_head_ends_at_its_blank_line_with_or_without_carriage_returns() {
        assert_eq!(head_length(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n$"), Some(28));
        assert_eq!(head_length(b"RTSP/1.0 200 OK\nCSeq: 1\n\n$"), Some(25));
        assert_eq!(head_length(b"RTSP/1.0 200 OK\r\nCSeq: 1\n\r\n"), Some(27));
        assert_eq!(head_length(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r"), None);
        assert_eq!(head_length(b""), None);
    }

    #[test]
    fn names_may_be_written_in_any_case_and_lines_may_be_folded() {
        let head = b"RTSP/1.0 401 No\ncseq:7\nWWW-AUTHENTICATE : Digest realm=\"a\",\r\n nonce=\"b\"\nno field\nwww-authenticate: Basic\n\n";
        let message = read(head).unwrap();
        assert_eq!((message.cseq(), message.start), (Some(7), Start::Answer { code: 401, reason: b"No" }));
        let found: Vec<_> = message.all("WWW-Authenticate").collect();
        assert_eq!(found, ["Digest realm=\"a\",\r\n nonce=\"b\"", "Basic"]);
        assert_eq!(message.field("Session"), None);
    }

    #[test]
    fn a_length_is_one_plain_number_or_refused() {
        let length =
            |field: &str| read(format!("RTSP/1.0 200 OK\r\n{field}\r\n\r\n").as_bytes()).unwrap().length();
        assert_eq!(length("content-length:  460 "), Ok(460));
        assert_eq!(length("Date: x"), Ok(0));
        assert_eq!(length("Content-Length: 5\r\nContent-Length: 5"), Ok(5));
        let malformed = Err(Flaw::Malformed("its Content-Length is not one number"));
        for bad in ["Content-Length: -1", "Content-Length:", "Content-Length: 5\r\nContent-Length: 6"] {
            assert_eq!(length(bad), malformed, "{bad}");
        }
        assert_eq!(length("Content-Length: 262145").unwrap_err().code(), "too_long");
        assert_eq!(length("Content-Length: 99999999999999999999999").unwrap_err().code(), "too_long");
    }

    #[test]
    fn first_lines_are_answers_or_requests_or_refused() {
        let begin = |head: &'static [u8]| read(head).map(|message| message.start);
        assert_eq!(begin(b"RTSP/1.0 200\r\n\r\n"), Ok(Start::Answer { code: 200, reason: b"" }));
        assert_eq!(begin(b"OPTIONS * RTSP/1.0\r\n\r\n"), Ok(Start::Request { method: "OPTIONS" }));
        for bad in [
            &b"RTSP/1.0 2000 OK\n\n"[..],
            b"RTSP/1.0 +20 OK\n\n",
            b"RTSP/1.0\n\n",
            b"OPTIONS *\n\n",
            b"\n\n",
            b"",
        ] {
            assert_eq!(begin(bad).unwrap_err().code(), "malformed", "{bad:?}");
        }
    }
}
