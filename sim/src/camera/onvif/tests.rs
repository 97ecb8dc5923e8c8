//! A simulated device is bounded, whatever its clients do.

use super::{Device, Devices, Setup, Stream};
use liengia_kernel::SystemClock;
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

fn start() -> Devices {
    let stream = Stream { url: "rtsp://127.0.0.1:1/a".into(), width: 640, height: 360, rate: 5 };
    let device = Device::new("a", 1, stream.clone(), stream);
    let setup = Setup { listen: ([127, 0, 0, 1], 0).into(), devices: vec![device], found_on: None };
    Devices::start(setup, Arc::new(SystemClock::new())).unwrap()
}

/// What it answers to a body for its service.
fn answer(devices: &Devices, service: &str, body: &str) -> String {
    let mut socket = TcpStream::connect(devices.address()).unwrap();
    let length = body.len();
    let head = format!("POST /onvif/cam1/{service} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{body}");
    socket.write_all(head.as_bytes()).unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn masks_and_presets_have_an_end() {
    let devices = start();
    let mask = "<E><Body><CreateMask><Mask><ConfigurationToken>view</ConfigurationToken><Polygon><Point x='0' y='0'/>\
        <Point x='1' y='0'/><Point x='1' y='1'/></Polygon><Type>Color</Type><Enabled>true</Enabled></Mask></CreateMask></Body></E>";
    let preset = "<E><Body><SetPreset><ProfileToken>main</ProfileToken></SetPreset></Body></E>";
    let made = |service, body| {
        (0..40).filter(|_| answer(&devices, service, body).starts_with("HTTP/1.1 200 ")).count()
    };
    assert_eq!(made("media2_service", mask), 8);
    assert_eq!(made("ptz_service", preset), 30);
}

#[test]
fn whoever_holds_on_to_connections_is_let_go_and_others_are_answered_again() {
    let devices = start();
    let held: Vec<TcpStream> = (0..40).map(|_| TcpStream::connect(devices.address()).unwrap()).collect();
    for socket in &held {
        socket.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    }
    // Those that came too late are hung up on at once; the others after some seconds.
    for mut socket in held {
        assert!(matches!(socket.read(&mut [0; 1]), Ok(0)));
    }
    let time = "<E><Body><GetSystemDateAndTime/></Body></E>";
    assert!(answer(&devices, "device_service", time).contains("UTCDateTime"));
    assert!(answer(&devices, "nonsense", time).contains("ActionNotSupported"));
    assert!(answer(&devices, "device_service", "<E>").contains("WellFormed"));
}
