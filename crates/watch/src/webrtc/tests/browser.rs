//! The other end of a view.

use crate::webrtc::crypto;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use str0m::{
    Candidate, Event, Input, Output, Rtc,
    change::{SdpAnswer, SdpPendingOffer},
    media::{Direction, KeyframeRequestKind, MediaKind, Mid},
    net::{Protocol, Receive},
};
use tokio::{
    net::UdpSocket,
    time::{Instant, sleep_until, timeout},
};

const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Browser {
    rtc: Box<Rtc>,
    socket: UdpSocket,
    pending: Option<SdpPendingOffer>,
    mid: Mid,
    /// Where the view comes from.
    view: Option<SocketAddr>,
}

/// How a view ended, as a browser sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Closed,
}

enum Got {
    Picture(Vec<u8>),
    Closed,
}

impl Browser {
    pub(super) async fn new() -> (Self, String) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let config = Rtc::builder().set_crypto_provider(Arc::new(crypto::provider()));
        let mut rtc = Box::new(config.build(Instant::now().into_std()));
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        let mut changes = rtc.sdp_api();
        let mid = changes.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
        let (offer, pending) = changes.apply().unwrap();
        (Self { rtc, socket, pending: Some(pending), mid, view: None }, offer.to_sdp_string())
    }

    pub(super) fn accept(&mut self, answer: &str) {
        assert!(answer.contains("a=ice-lite"), "{answer}");
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
    }

    /// Sends such bytes to where the view comes from.
    pub(super) async fn send_bytes(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.view.unwrap()).await.unwrap();
    }

    pub(super) fn ask_for_key(&mut self) {
        let mut writer = self.rtc.writer(self.mid).unwrap();
        writer.request_keyframe(None, KeyframeRequestKind::Pli).unwrap();
    }

    pub(super) async fn picture(&mut self) -> Vec<u8> {
        match timeout(PATIENCE, self.next()).await.unwrap() {
            Got::Picture(bytes) => bytes,
            Got::Closed => panic!("closed"),
        }
    }

    pub(super) async fn until_closed(&mut self) -> Heard {
        while let Got::Picture(_) = timeout(PATIENCE, self.next()).await.unwrap() {}
        Heard::Closed
    }

    pub(super) async fn close(&mut self) {
        self.rtc.close().unwrap();
        while let Got::Picture(_) = timeout(PATIENCE, self.next()).await.unwrap() {}
    }

    async fn next(&mut self) -> Got {
        let mut buffer = vec![0; 2_048];
        loop {
            let until = match self.rtc.poll_output().unwrap() {
                Output::Transmit(datagram) => {
                    self.view = Some(datagram.destination);
                    self.socket.send_to(&datagram.contents, datagram.destination).await.unwrap();
                    continue;
                }
                Output::Event(Event::MediaData(media)) => return Got::Picture(media.data.to_vec()),
                Output::Event(Event::Closed) => return Got::Closed,
                Output::Event(_) => continue,
                Output::Timeout(_) if !self.rtc.is_alive() => return Got::Closed,
                Output::Timeout(until) => until,
            };
            tokio::select! {
                got = self.socket.recv_from(&mut buffer) => {
                    let (length, source) = got.unwrap();
                    let destination = self.socket.local_addr().unwrap();
                    let received = Receive::new(Protocol::Udp, source, destination, &buffer[..length]).unwrap();
                    self.rtc.handle_input(Input::Receive(Instant::now().into_std(), received)).unwrap();
                }
                () = sleep_until(until.into()) => {
                    self.rtc.handle_input(Input::Timeout(Instant::now().into_std())).unwrap();
                }
            }
        }
    }
}
