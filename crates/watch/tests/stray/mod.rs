//! A camera of a test's own that sends by UDP whatever the test says.

use super::recording;
use liengia_watch::{rtp::packet, rtsp::Format};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, UdpSocket},
    thread,
    time::Duration,
};

/// Where a camera sends from, and where to.
pub struct Sender {
    pub socket: UdpSocket,
    pub to: SocketAddr,
}

impl Sender {
    pub fn send(&self, bytes: &[u8]) {
        let _ = self.socket.send_to(bytes, self.to);
    }

    /// Sends the packets in their own time, then waits a little: the connection ends with the camera.
    pub fn play(&self, packets: &[Vec<u8>]) {
        let mut last = None;
        for bytes in packets {
            let time = packet(bytes).unwrap().timestamp;
            let since = time.wrapping_sub(last.unwrap_or(time));
            // Pictures come at their own pace: time itself is waited for.
            thread::sleep(Duration::from_micros(u64::from(since) * 100 / 9));
            last = Some(time);
            self.send(bytes);
        }
        // The last one is read before the connection ends: a second is many turns.
        thread::sleep(Duration::from_secs(1));
    }
}

/// A camera that answers one connection as if all were well, tells its ports if `tells`, and then does what `play` does. Its
/// address.
pub fn camera(tells: bool, play: impl FnOnce(Sender) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("rtsp://{}/live", listener.local_addr().unwrap());
    let sdp = description(&recording::format("h264_baseline"));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let (mut method, mut number, mut asked) = (String::new(), String::new(), String::new());
        for line in BufReader::new(connection.try_clone().unwrap()).lines().map_while(Result::ok) {
            if line.ends_with("RTSP/1.0") {
                method = line;
            } else if line.starts_with("CSeq") {
                number = line;
            } else if line.starts_with("Transport") {
                asked = line;
            } else if line.is_empty() {
                let body = if method.starts_with("DESCRIBE") { sdp.as_str() } else { "" };
                let port = socket.local_addr().unwrap().port();
                let told = if tells { format!(";server_port={port}-{}", port ^ 1) } else { String::new() };
                let session = if method.starts_with("SETUP") {
                    format!("Session: 7\r\n{asked}{told}\r\n")
                } else {
                    String::new()
                };
                let length = body.len();
                let text =
                    format!("RTSP/1.0 200 OK\r\n{number}\r\n{session}Content-Length: {length}\r\n\r\n{body}");
                connection.write_all(text.as_bytes()).unwrap();
                if method.starts_with("PLAY") {
                    let port = asked.split("client_port=").nth(1).unwrap().split('-').next().unwrap();
                    play(Sender { socket, to: format!("127.0.0.1:{port}").parse().unwrap() });
                    return;
                }
            }
        }
    });
    url
}

fn description(Format { payload_type, clock_rate, fmtp, .. }: &Format) -> String {
    let fmtp: Vec<_> = fmtp.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let fmtp = fmtp.join(";");
    format!(
        "v=0\r\nm=video 0 RTP/AVP {payload_type}\r\na=rtpmap:{payload_type} H264/{clock_rate}\r\n\
         a=fmtp:{payload_type} {fmtp}\r\na=control:1\r\n"
    )
}

/// So many seconds of a real stream, 12 pictures each, as one count.
pub fn packets(seconds: u16) -> Vec<Vec<u8>> {
    let once = recording::packets("h264_baseline");
    let many = u16::try_from(once.len()).unwrap();
    let mut all = Vec::new();
    for second in 0..seconds {
        for (place, bytes) in (0..).zip(&once) {
            let mut bytes = bytes.clone();
            let time = packet(&bytes).unwrap().timestamp.wrapping_add(u32::from(second) * 90_000);
            bytes[2..4].copy_from_slice(&(65_500_u16.wrapping_add(second * many + place)).to_be_bytes());
            bytes[4..8].copy_from_slice(&time.to_be_bytes());
            all.push(bytes);
        }
    }
    all
}
