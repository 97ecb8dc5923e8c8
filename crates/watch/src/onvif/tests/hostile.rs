//! Whatever answers, asking ends in time and in words.

use crate::onvif::{Address, Client, Flaw};
use liengia_kernel::{Clock as _, SeededEntropy, SystemClock};
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_millis(400);

/// What asking this server for its time and services comes to, and how long it took.
fn asked(serve: impl Fn(TcpStream) + Send + 'static) -> (Flaw, Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = Address::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    thread::spawn(move || {
        for mut socket in listener.incoming().take(8).flatten() {
            let _ = socket.read(&mut [0; 4096]);
            serve(socket);
        }
    });
    let (clock, entropy) = (SystemClock::new(), SeededEntropy::new(7));
    let user = Some(("admin".into(), "geheim".into()));
    let flaw = Client::connect(address, user, PATIENCE, &clock, &entropy).err().unwrap();
    (flaw, clock.elapsed())
}

fn says(bytes: &'static [u8]) -> Flaw {
    asked(move |mut socket| drop(socket.write_all(bytes))).0
}

#[test]
fn who_is_silent_or_slow_is_left_in_time() {
    let (flaw, took) = asked(|socket| {
        // Longer than anybody's patience here.
        thread::sleep(Duration::from_secs(3));
        drop(socket);
    });
    assert_eq!(flaw, Flaw::Timeout);
    assert!(took < 4 * PATIENCE, "{took:?}");
    let (flaw, took) = asked(|mut socket| {
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n".iter().chain(&[b' '; 2000]) {
            if socket.write_all(&[*byte]).is_err() {
                return;
            }
            // So slowly that all of it would take half a minute.
            thread::sleep(Duration::from_millis(15));
        }
    });
    assert_eq!(flaw, Flaw::Timeout);
    assert!(took < 4 * PATIENCE, "{took:?}");
}

#[test]
fn who_never_ends_is_left() {
    let (flaw, _) = asked(|mut socket| {
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while socket.write_all(&[b'<'; 8192]).is_ok() {}
    });
    assert!(matches!(flaw, Flaw::Refused { .. }), "{flaw:?}");
    let (flaw, _) = asked(|mut socket| while socket.write_all(b"HTTP/1.1 200 OK\r\n").is_ok() {});
    assert!(matches!(flaw, Flaw::Refused { .. }), "{flaw:?}");
}

#[test]
fn who_is_no_camera_is_told_from_one_that_hangs_up() {
    assert_eq!(says(b""), Flaw::Unreachable);
    assert_eq!(says(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n<a/>"), Flaw::Unreachable);
    assert_eq!(says(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Flaw::NotOnvif);
    assert_eq!(says(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>"), Flaw::NotOnvif);
    assert_eq!(says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), Flaw::NotOnvif);
    assert_eq!(
        says(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
        Flaw::NotOnvif
    );
}

#[test]
fn nobody_answers_at_a_closed_port() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = Address::parse(&format!("127.0.0.1:{port}")).unwrap();
    let (clock, entropy) = (SystemClock::new(), SeededEntropy::new(7));
    let flaw = Client::connect(address, None, PATIENCE, &clock, &entropy).err();
    assert_eq!(flaw, Some(Flaw::Unreachable));
}
