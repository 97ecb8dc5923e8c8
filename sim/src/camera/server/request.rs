//! Reads what a client says on its connection: RTSP requests, and packets of its own between them.
//!
//! Promises: no request is longer than [`LONGEST`], head and body each; whatever is longer or is not RTSP is refused at
//! once, so that nothing has to be kept of it.

use std::str::from_utf8;

/// Bytes of a request's head at most, and of its body.
pub(super) const LONGEST: usize = 8 * 1_024;

/// A client that does not speak RTSP, or says too much at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client does not speak RTSP, or says too much at once: it must be sent away")]
pub(super) struct NotRtsp;

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    headers: &'a str,
}

impl<'a> Request<'a> {
    /// The first header of this name, however its letters are written.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        let named = |line: &'a str| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        };
        self.headers.split("\r\n").find_map(named)
    }

    /// The stream that is meant: its camera from 0 on, and whether it is the small one.
    pub(super) fn stream(&self) -> Option<(usize, bool)> {
        let after = self.url.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("rtsp://"))?.len();
        let (_, path) = self.url[after..].split_once('/')?;
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix("/trackID=1").unwrap_or(path);
        let (camera, small) = path.strip_suffix("/sub").map_or((path, false), |camera| (camera, true));
        let number: u16 = camera.strip_prefix("cam")?.parse().ok()?;
        Some((number.checked_sub(1)?.into(), small))
    }
}

/// What stands at the beginning of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said<'a> {
    /// A request, and how many bytes it takes.
    Request(Request<'a>, usize),
    /// A packet of the client's, of so many bytes.
    Packet(usize),
    /// Not yet all of it.
    Part,
}

/// Looks at what was read and not yet answered.
pub(super) fn read(bytes: &[u8]) -> Result<Said<'_>, NotRtsp> {
    match bytes {
        [b'$', _, high, low, rest @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            return Ok(if rest.len() < length { Said::Part } else { Said::Packet(4 + length) });
        }
        [] | [b'$', ..] => return Ok(Said::Part),
        [first, ..] if !first.is_ascii_uppercase() => return Err(NotRtsp),
        _ => {}
    }
    let window = &bytes[..bytes.len().min(LONGEST)];
    let Some(head) = window.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if bytes.len() < LONGEST { Ok(Said::Part) } else { Err(NotRtsp) };
    };
    let text = from_utf8(&bytes[..head]).map_err(|_| NotRtsp)?;
    let (first, headers) = text.split_once("\r\n").unwrap_or((text, ""));
    let mut words = first.split(' ');
    let (Some(method), Some(url), Some("RTSP/1.0"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(NotRtsp);
    };
    let request = Request { method, url, headers };
    let body = request.header("Content-Length").map_or(Ok(0), str::parse::<usize>).map_err(|_| NotRtsp)?;
    if body > LONGEST {
        return Err(NotRtsp);
    }
    let whole = head + 4 + body;
    Ok(if bytes.len() < whole { Said::Part } else { Said::Request(request, whole) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAY: &[u8] =
        b"PLAY rtsp://here:1/cam3/sub/trackID=1 RTSP/1.0\r\ncseq:  4\r\nContent-Length: 2\r\n\r\nab";

    #[test]
    fn a_request_cut_at_any_byte_is_read_when_it_is_whole() {
        for cut in 0..PLAY.len() {
            assert_eq!(read(&PLAY[..cut]), Ok(Said::Part), "{cut}");
        }
        let Ok(Said::Request(request, length)) = read(PLAY) else { panic!("a request") };
        assert_eq!((request.method, length), ("PLAY", PLAY.len()));
        assert_eq!(request.header("CSeq"), Some("4"));
        assert_eq!(request.stream(), Some((2, true)));
    }

    #[test]
    fn a_packet_is_passed_over_when_it_is_whole() {
        let packet = [b'$', 1, 0, 3, 9, 9, 9, b'P'];
        for cut in 0..7 {
            assert_eq!(read(&packet[..cut]), Ok(Said::Part));
        }
        assert_eq!(read(&packet), Ok(Said::Packet(7)));
    }

    #[test]
    fn whoever_says_too_much_or_no_rtsp_is_refused() {
        let endless = [b"OPTIONS * RTSP/1.0\r\nA: ".as_slice(), &[b'a'; LONGEST]].concat();
        let large = b"PLAY rtsp://here/cam1 RTSP/1.0\r\nContent-Length: 1000000\r\n\r\n".as_slice();
        let odd = [
            b"GET / HTTP/1.1\r\n\r\n".as_slice(),
            b"\0\0\0\0",
            b"hello",
            b"A B C D\r\n\r\n",
            b"\xff\r\n\r\n",
        ];
        let negative = b"PLAY rtsp://here/cam1 RTSP/1.0\r\nContent-Length: -1\r\n\r\n".as_slice();
        for said in odd.into_iter().chain([endless.as_slice(), large, negative, b"A\xff B RTSP/1.0\r\n\r\n"])
        {
            assert_eq!(read(said), Err(NotRtsp), "{said:?}");
        }
    }

    #[test]
    fn only_paths_of_cameras_name_a_stream() {
        let stream = |url| Request { method: "PLAY", url, headers: "" }.stream();
        assert_eq!(stream("rtsp://here/cam1"), Some((0, false)));
        assert_eq!(stream("RTSP://here/cam12/"), Some((11, false)));
        for url in [
            "*",
            "rtsp://here",
            "rtsp://here/",
            "rtsp://here/cam0",
            "rtsp://here/cam",
            "rtsp://here/cam99999999999999999999",
            "rtsp:/\u{e9}/cam1",
            "/cam1",
        ] {
            assert_eq!(stream(url), None, "{url}");
        }
    }
}
