//! Web Push against real servers on loopback, good and bad, with a phone that really decrypts.
//!
//! The phone uses `ring`; the program encrypts with other code.

use crate::peer::{Peer, Reply, Seen, start_secure};
use liengia_kernel::{SystemClock, SystemEntropy};
use liengia_signal::{
    outgoing::{Client, Full, Pace, Reach, Trust},
    push::{Contact, Delivery, Message, Outcome, Pusher, Subscription, Topic, Urgency, VapidKey, Why, start},
};
use ring::{
    aead, agreement, hkdf,
    rand::{SecureRandom, SystemRandom},
    signature,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::mpsc;

const PACE: Pace = Pace {
    waiting: 10_000,
    at_once: 32,
    first_retry: Duration::from_millis(5),
    longest_retry: Duration::from_millis(20),
};
/// Short enough for a test, long enough for a busy machine.
const TIMEOUT: Duration = Duration::from_millis(700);
const ALARM: [u8; 16] = [7; 16];

/// A phone's browser: its keys, and what it does with a message.
struct Phone {
    key: agreement::EphemeralPrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

impl Phone {
    fn new() -> Self {
        let random = SystemRandom::new();
        let key = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &random).unwrap();
        let public = key.compute_public_key().unwrap().as_ref().to_vec();
        let mut auth = [0; 16];
        random.fill(&mut auth).unwrap();
        Self { key, public, auth }
    }

    fn subscription(&self, endpoint: &str, reach: Reach) -> Subscription {
        Subscription::new(endpoint, &base64url(&self.public), &base64url(&self.auth), reach).unwrap()
    }

    fn at(&self, address: SocketAddr) -> Subscription {
        self.subscription(&format!("http://{address}/push/of-this-phone"), Reach::PublicOrLoopback)
    }

    /// RFC 8291, section 3.4 and RFC 8188, section 2, from the receiver's side.
    fn read(self, body: &[u8]) -> Vec<u8> {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(body.len() <= u32::from_be_bytes(size.try_into().unwrap()) as usize);
        let (sender, record) = rest[1..].split_at(usize::from(rest[0]));
        let peer = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, sender);
        let (public, auth) = (&self.public, &self.auth);
        agreement::agree_ephemeral(self.key, &peer, |shared| {
            let secret = expand(auth, shared, &[b"WebPush: info\0", public, sender], 32);
            let key = expand(salt, &secret, &[b"Content-Encoding: aes128gcm\0"], 16);
            let nonce = expand(salt, &secret, &[b"Content-Encoding: nonce\0"], 12);
            let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_128_GCM, &key).unwrap());
            let nonce = aead::Nonce::try_assume_unique_for_key(&nonce).unwrap();
            let mut record = record.to_vec();
            let text = key.open_in_place(nonce, aead::Aad::empty(), &mut record).unwrap();
            let end = text.iter().rposition(|byte| *byte != 0).unwrap();
            assert_eq!(text[end], 2, "the last record ends with 2");
            text[..end].to_vec()
        })
        .unwrap()
    }
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Vec<u8> {
    let mut derived = vec![0; length];
    let key = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(secret);
    key.expand(info, Length(length)).unwrap().fill(&mut derived).unwrap();
    derived
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn unbase64url(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn sender(client: Client, pace: Pace) -> (Pusher<u32>, mpsc::Receiver<Outcome<u32>>, String) {
    let key = VapidKey::generate(&SystemEntropy);
    let public = key.public_key();
    let contact = Contact::new("mailto:duty@commune.example").unwrap();
    let (pusher, outcomes) =
        start(client, key, contact, pace, Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
    (pusher, outcomes, public)
}

fn usual() -> (Pusher<u32>, mpsc::Receiver<Outcome<u32>>, String) {
    sender(Client::new(Reach::PublicOrLoopback, &Trust::nobody(), TIMEOUT), PACE)
}

fn ring(text: &str) -> Arc<Message> {
    Arc::new(Message::ring(text.as_bytes().to_vec(), Topic::of(&ALARM)).unwrap())
}

/// What becomes of one ring at a peer that answers like this, and the requests that the peer saw.
async fn ring_at(replies: &'static [Reply]) -> (Delivery, u32, usize) {
    let mut peer = Peer::start(replies).await;
    let (pusher, mut outcomes, _) = usual();
    pusher.send(Phone::new().at(peer.address), ring("fire"), 1).unwrap();
    let outcome = outcomes.recv().await.unwrap();
    (outcome.delivery, outcome.attempts, peer.unseen())
}

#[tokio::test]
async fn a_ring_arrives_and_only_the_phone_can_read_it() {
    let mut peer = Peer::start(&[Reply::Status(201)]).await;
    let (pusher, mut outcomes, _) = usual();
    let phone = Phone::new();
    pusher.send(phone.at(peer.address), ring("CHÁY: tổ 7"), 42).unwrap();

    let Seen { path, headers, body } = peer.next().await;
    assert_eq!(path, "/push/of-this-phone");
    assert_eq!(headers["content-encoding"], "aes128gcm");
    assert_eq!(headers["urgency"], "high");
    assert_eq!(headers["topic"], base64url(&ALARM));
    let ttl: u64 = headers["ttl"].parse().unwrap();
    assert!((290..=300).contains(&ttl), "{ttl}");
    assert!(!body.windows(5).any(|bytes| bytes == "CHÁY".as_bytes()));
    assert_eq!(String::from_utf8(phone.read(&body)).unwrap(), "CHÁY: tổ 7");
    let said = outcomes.recv().await.unwrap();
    assert_eq!(said, Outcome { ticket: 42, delivery: Delivery::Accepted, attempts: 1 });
    assert_eq!(pusher.counts().accepted, 1);
}

#[tokio::test]
async fn the_push_service_can_check_who_sends() {
    let mut peer = Peer::start(&[Reply::Status(201)]).await;
    let (pusher, _outcomes, public) = usual();
    pusher.send(Phone::new().at(peer.address), ring("fire"), 1).unwrap();
    let header = peer.next().await.headers.remove("authorization").unwrap();
    let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, public);
    let (said, signed) = token.rsplit_once('.').unwrap();
    signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, unbase64url(key))
        .verify(said.as_bytes(), &unbase64url(signed))
        .unwrap();
    let claims: serde_json::Value =
        serde_json::from_slice(&unbase64url(said.split_once('.').unwrap().1)).unwrap();
    assert_eq!(claims["aud"], format!("http://{}", peer.address));
}

#[tokio::test]
async fn a_longest_message_arrives_whole() {
    let mut peer = Peer::start(&[Reply::Status(201)]).await;
    let (pusher, _outcomes, _) = usual();
    let text = "a".repeat(liengia_signal::push::LONGEST_PAYLOAD);
    let phone = Phone::new();
    pusher.send(phone.at(peer.address), ring(&text), 1).unwrap();
    let body = peer.next().await.body;
    assert_eq!(body.len(), 4096);
    assert_eq!(phone.read(&body), text.as_bytes());
}

#[tokio::test]
async fn a_subscription_that_is_over_is_told_to_the_caller() {
    for replies in [&[Reply::Status(410)], &[Reply::Status(404)]] {
        assert_eq!(ring_at(replies).await, (Delivery::Gone, 1, 1));
    }
}

#[tokio::test]
async fn a_push_service_in_trouble_is_asked_again() {
    for trouble in [
        &[Reply::Status(500), Reply::Status(201)],
        &[Reply::Status(503), Reply::Status(201)],
        &[Reply::With(429, "retry-after", "0"), Reply::Status(201)],
        &[Reply::Reset, Reply::Status(201)],
        &[Reply::Garbage, Reply::Status(201)],
        &[Reply::Hang, Reply::Status(201)],
        &[Reply::DripHead, Reply::Status(201)],
    ] {
        assert_eq!(ring_at(trouble).await, (Delivery::Accepted, 2, 2), "{trouble:?}");
    }
}

#[tokio::test]
async fn an_answer_with_a_body_that_never_ends_is_still_an_answer() {
    for endless in [&[Reply::Flood], &[Reply::DripBody]] {
        assert_eq!(ring_at(endless).await, (Delivery::Accepted, 1, 1), "{endless:?}");
    }
}

#[tokio::test]
async fn what_is_asked_to_wait_longer_than_a_ring_lives_is_over() {
    assert_eq!(ring_at(&[Reply::With(429, "retry-after", "3600")]).await, (Delivery::Expired, 1, 1));
}

#[tokio::test]
async fn a_refusal_is_final() {
    assert_eq!(ring_at(&[Reply::Status(403)]).await, (Delivery::Failed(Why::NotOurs), 1, 1));
    assert_eq!(ring_at(&[Reply::Status(413)]).await, (Delivery::Failed(Why::Refused(413)), 1, 1));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut target = Peer::start(&[Reply::Status(201)]).await;
    let location: &'static str = Box::leak(format!("http://{}/inside", target.address).into_boxed_str());
    let replies: &'static [Reply] = Box::leak(Box::new([Reply::With(307, "location", location)]));
    assert_eq!(ring_at(replies).await, (Delivery::Failed(Why::SentElsewhere), 1, 1));
    assert_eq!(target.unseen(), 0);
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    let mut peer = Peer::start(&[Reply::Status(201)]).await;
    let (pusher, mut outcomes, _) = sender(Client::new(Reach::Public, &Trust::nobody(), TIMEOUT), PACE);
    let inside =
        Phone::new().subscription(&format!("https://localhost:{}/a", peer.address.port()), Reach::Public);
    pusher.send(inside, ring("fire"), 1).unwrap();
    assert_eq!(outcomes.recv().await.unwrap().delivery, Delivery::Failed(Why::NotAllowed));
    assert_eq!(peer.unseen(), 0);
}

#[tokio::test]
async fn nobody_listening_is_tried_until_the_ring_is_too_old() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (pusher, mut outcomes, _) = usual();
    let short = Message::new(b"fire".to_vec(), Urgency::High, Duration::from_millis(150), None).unwrap();
    pusher.send(Phone::new().at(address), Arc::new(short), 1).unwrap();
    let outcome = outcomes.recv().await.unwrap();
    assert_eq!(outcome.delivery, Delivery::Expired);
    assert!(outcome.attempts > 2, "{}", outcome.attempts);
}

#[tokio::test]
async fn many_rings_share_one_connection_to_a_real_push_service() {
    let (address, certificate, mut seen) = start_secure("localhost").await;
    let trust = Trust::nobody().and(&certificate).unwrap();
    let client = Client::new(Reach::PublicOrLoopback, &trust, Duration::from_secs(5));
    let (pusher, mut outcomes, _) = sender(client, PACE);
    let endpoint = format!("https://localhost:{}/a", address.port());
    for ticket in 0..200 {
        let to = Phone::new().subscription(&endpoint, Reach::PublicOrLoopback);
        pusher.send(to, ring("fire"), ticket).unwrap();
    }
    for _ in 0..200 {
        assert_eq!(outcomes.recv().await.unwrap().delivery, Delivery::Accepted);
        assert_eq!(seen.recv().await.unwrap(), hyper::Version::HTTP_2);
    }
}

#[tokio::test]
async fn a_push_service_that_nobody_vouches_for_hears_nothing() {
    let (address, _, mut seen) = start_secure("localhost").await;
    let client = Client::new(Reach::PublicOrLoopback, &Trust::nobody(), TIMEOUT);
    let (pusher, mut outcomes, _) = sender(client, PACE);
    let to = Phone::new()
        .subscription(&format!("https://localhost:{}/a", address.port()), Reach::PublicOrLoopback);
    let short = Message::new(b"fire".to_vec(), Urgency::High, Duration::from_millis(100), None).unwrap();
    pusher.send(to, Arc::new(short), 1).unwrap();
    assert_eq!(outcomes.recv().await.unwrap().delivery, Delivery::Expired);
    assert!(seen.try_recv().is_err());
}

#[tokio::test]
async fn too_many_are_refused_at_once_and_counted() {
    let peer = Peer::start(&[Reply::Hang]).await;
    let (pusher, mut outcomes, _) = sender(
        Client::new(Reach::PublicOrLoopback, &Trust::nobody(), TIMEOUT),
        Pace { waiting: 2, at_once: 0, ..PACE },
    );
    let send = |ticket| pusher.send(Phone::new().at(peer.address), ring("fire"), ticket);
    assert_eq!([send(1), send(2), send(3)], [Ok(()), Ok(()), Err(Full)]);
    assert_eq!((pusher.counts().refused, pusher.counts().waiting), (1, 2));
    pusher.stop();
    let mut stopped = 0;
    while let Some(outcome) = outcomes.recv().await {
        assert_eq!(outcome.delivery, Delivery::Stopped);
        stopped += 1;
    }
    assert_eq!(stopped, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_storm_every_ring_arrives_once() {
    let mut peer = Peer::start(&[Reply::Status(201)]).await;
    let (pusher, mut outcomes, _) = usual();
    let phone = Phone::new();
    for ticket in 0..3000 {
        pusher.send(phone.at(peer.address), ring("fire"), ticket).unwrap();
    }
    let mut tickets: Vec<_> = Vec::new();
    while tickets.len() < 3000 {
        let outcome = outcomes.recv().await.unwrap();
        assert_eq!(outcome.delivery, Delivery::Accepted);
        tickets.push(outcome.ticket);
    }
    tickets.sort_unstable();
    assert_eq!(tickets, (0..3000).collect::<Vec<_>>());
    assert_eq!(peer.unseen(), 3000);
}
