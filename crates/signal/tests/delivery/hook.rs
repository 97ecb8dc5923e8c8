//! Hooks against real gateways on loopback, good and bad, that check each signature with other code than the program's.

use crate::peer::{Peer, Reply, Seen};
use base64::{Engine, engine::general_purpose::STANDARD};
use liengia_kernel::{Pii, SystemClock, SystemEntropy, Timestamp};
use liengia_signal::{
    hook::{
        Answer, Answers, Channel, DeadLetter, Delivery, Gateway, Hook, Message, MessageId, Mode, Outcome,
        Refusal, Secret, Signed, Untaken, Why, start,
    },
    outgoing::{Client, Full, Pace, Reach, Trust},
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::mpsc;

const PACE: Pace = Pace {
    waiting: 1000,
    at_once: 8,
    first_retry: Duration::from_millis(5),
    longest_retry: Duration::from_millis(20),
};
const TIMEOUT: Duration = Duration::from_millis(700);
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NUMBER: &str = "+84912345678";
const RAISED: Timestamp = Timestamp::from_seconds(1_787_101_282);

fn gateway(name: &str, address: SocketAddr, channel: Channel) -> Gateway {
    let secret = Secret::parse(SECRET).unwrap();
    Gateway::new(name, &format!("http://{address}/send"), [channel], secret, Some("token")).unwrap()
}

fn begin(gateways: Vec<Gateway>, pace: Pace) -> (Hook<u32>, mpsc::Receiver<Outcome<u32>>) {
    let client = Client::new(Reach::Operator, &Trust::nobody(), TIMEOUT);
    start(client, gateways, pace, Arc::new(SystemClock::new()), Arc::new(SystemEntropy))
}

fn message(number: u32) -> Message {
    Message {
        id: MessageId::of(&[b"alarm", &number.to_be_bytes()]),
        at: RAISED,
        mode: Mode::Live,
        channel: Channel::Sms,
        to: Pii::new(NUMBER.to_owned()),
        language: "vi".to_owned(),
        text: Pii::new("Cháy ở tổ 7. Trả lời 1 nếu đến ngay.".to_owned()),
        answerable: true,
        ttl: Duration::from_mins(1),
    }
}

fn short(number: u32) -> Message {
    Message { ttl: Duration::from_millis(100), ..message(number) }
}

/// As a gateway's author would check it, by the description in docs/reference/hooks.md.
fn is_signed(seen: &Seen) -> bool {
    let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
    let (id, timestamp) = (&seen.headers["webhook-id"], &seen.headers["webhook-timestamp"]);
    let mut text = format!("{id}.{timestamp}.").into_bytes();
    text.extend_from_slice(&seen.body);
    let signature = STANDARD.decode(seen.headers["webhook-signature"].trim_start_matches("v1,")).unwrap();
    ring::hmac::verify(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key), &text, &signature).is_ok()
}

fn accepted_by(name: &str) -> Delivery {
    Delivery::Accepted { gateway: name.to_owned() }
}

/// What becomes of one message where a single gateway answers like this.
async fn send_to(replies: &'static [Reply], message: Message) -> (Delivery, u32, Vec<DeadLetter>, usize) {
    let mut peer = Peer::start(replies).await;
    let (hook, mut outcomes) = begin(vec![gateway("modem", peer.address, Channel::Sms)], PACE);
    hook.send(message, 1).unwrap();
    let outcome = outcomes.recv().await.unwrap();
    (outcome.delivery, outcome.attempts, hook.dead().list(), peer.unseen())
}

#[tokio::test]
async fn a_message_arrives_signed_and_whole() {
    let mut peer = Peer::start(&[Reply::Status(202)]).await;
    let (hook, mut outcomes) = begin(vec![gateway("modem", peer.address, Channel::Sms)], PACE);
    hook.send(message(1), 42).unwrap();
    let seen = peer.next().await;
    assert!(is_signed(&seen));
    assert_eq!(seen.path, "/send");
    assert_eq!(seen.headers["authorization"], "Bearer token");
    assert_eq!(seen.headers["content-type"], "application/json");
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["id"], seen.headers["webhook-id"]);
    assert_eq!(
        (&body["to"], &body["channel"], &body["mode"]),
        (&NUMBER.into(), &"sms".into(), &"live".into())
    );
    assert_eq!(body["text"], "Cháy ở tổ 7. Trả lời 1 nếu đến ngay.");
    let outcome = outcomes.recv().await.unwrap();
    let id = message(1).id;
    assert_eq!(outcome, Outcome { ticket: 42, id, delivery: accepted_by("modem"), attempts: 1 });
    assert_eq!((hook.counts().accepted, hook.dead().list().len()), (1, 0));
}

#[tokio::test]
async fn a_gateway_in_trouble_is_asked_again_with_the_same_id() {
    for trouble in [
        &[Reply::Status(500), Reply::Status(202)],
        &[Reply::With(429, "retry-after", "0"), Reply::Status(202)],
        &[Reply::Status(401), Reply::Status(202)],
        &[Reply::Reset, Reply::Status(202)],
        &[Reply::Garbage, Reply::Status(202)],
        &[Reply::Hang, Reply::Status(202)],
        &[Reply::DripHead, Reply::Status(202)],
    ] {
        let mut peer = Peer::start(trouble).await;
        let (hook, mut outcomes) = begin(vec![gateway("modem", peer.address, Channel::Sms)], PACE);
        hook.send(message(1), 1).unwrap();
        let (first, second) = (peer.next().await, peer.next().await);
        assert_eq!(first.headers["webhook-id"], second.headers["webhook-id"]);
        assert_eq!(first.body, second.body);
        assert!(is_signed(&first) && is_signed(&second));
        let outcome = outcomes.recv().await.unwrap();
        assert_eq!((outcome.delivery, outcome.attempts), (accepted_by("modem"), 2), "{trouble:?}");
    }
}

#[tokio::test]
async fn an_answer_with_a_body_that_never_ends_is_still_an_answer() {
    for endless in [&[Reply::Flood], &[Reply::DripBody]] {
        assert_eq!(send_to(endless, message(1)).await, (accepted_by("modem"), 1, vec![], 1));
    }
}

#[tokio::test]
async fn a_gateway_that_has_it_already_is_content() {
    assert_eq!(send_to(&[Reply::Status(409)], message(1)).await, (accepted_by("modem"), 1, vec![], 1));
}

#[tokio::test]
async fn the_next_gateway_gets_it_at_once_when_one_fails() {
    for failing in [&[Reply::Hang], &[Reply::Reset], &[Reply::Status(503)], &[Reply::Status(422)]] {
        let mut first = Peer::start(failing).await;
        let mut second = Peer::start(&[Reply::Status(202)]).await;
        let gateways = vec![
            gateway("modem", first.address, Channel::Sms),
            gateway("speaker", second.address, Channel::Loudspeaker),
            gateway("service", second.address, Channel::Sms),
        ];
        let (hook, mut outcomes) = begin(gateways, PACE);
        hook.send(message(1), 1).unwrap();
        let outcome = outcomes.recv().await.unwrap();
        assert_eq!((outcome.delivery, outcome.attempts), (accepted_by("service"), 1), "{failing:?}");
        assert_eq!((first.unseen(), second.unseen()), (1, 1));
    }
}

#[tokio::test]
async fn a_gateway_that_hangs_does_not_hold_up_those_behind_it() {
    let mut hanging = Peer::start(&[Reply::Hang]).await;
    let mut well = Peer::start(&[Reply::Status(202)]).await;
    let gateways =
        vec![gateway("modem", hanging.address, Channel::Sms), gateway("service", well.address, Channel::Sms)];
    let (hook, mut outcomes) = begin(gateways, PACE);
    for number in 0..200 {
        hook.send(message(number), number).unwrap();
    }
    for _ in 0..200 {
        assert_eq!(outcomes.recv().await.unwrap().delivery, accepted_by("service"));
    }
    assert_eq!(well.unseen(), 200);
    assert_eq!(hanging.unseen(), PACE.at_once, "only those that found out");
    let health = hook.health();
    assert!(matches!(health[0].trouble, Some((Why::TimedOut, _))) && health[1].trouble.is_none());
}

#[tokio::test]
async fn what_cannot_be_delivered_is_a_dead_letter_without_number_or_text() {
    let (delivery, attempts, dead, seen) = send_to(&[Reply::Status(422)], message(1)).await;
    assert_eq!((delivery, attempts, seen), (Delivery::Dead { why: Why::Refused(422) }, 1, 1));
    let [letter] = dead.as_slice() else { panic!("one letter: {dead:?}") };
    assert_eq!((letter.gateway.as_deref(), letter.at), (Some("modem"), RAISED));
    let listed = serde_json::to_string(letter).unwrap();
    assert!(!listed.contains("912345678") && !listed.contains("Cháy"), "{listed}");
}

#[tokio::test]
async fn a_message_dies_when_its_time_is_over_and_says_what_stood_in_its_way() {
    let (delivery, attempts, dead, _) = send_to(&[Reply::Status(503)], short(1)).await;
    assert_eq!((delivery, dead.len()), (Delivery::Dead { why: Why::Trouble(503) }, 1));
    assert!(attempts > 2, "{attempts}");
    let (delivery, ..) = send_to(&[Reply::With(302, "location", "http://127.0.0.1:1/")], short(1)).await;
    assert_eq!(delivery, Delivery::Dead { why: Why::SentElsewhere });
}

#[tokio::test]
async fn without_a_gateway_a_message_dies_at_once() {
    let (hook, mut outcomes) = begin(vec![], PACE);
    hook.send(message(1), 1).unwrap();
    assert_eq!(outcomes.recv().await.unwrap().delivery, Delivery::Dead { why: Why::NoGateway });
    assert_eq!(hook.counts().dead, 1);
}

#[tokio::test]
async fn the_same_id_is_sent_once() {
    let mut peer = Peer::start(&[Reply::Status(202)]).await;
    let (hook, mut outcomes) = begin(vec![gateway("modem", peer.address, Channel::Sms)], PACE);
    hook.send(message(1), 1).unwrap();
    assert_eq!(hook.send(message(1), 2), Err(Untaken::Known));
    outcomes.recv().await.unwrap();
    assert_eq!(hook.send(message(1), 3), Err(Untaken::Known));
    assert_eq!((peer.unseen(), hook.counts().known), (1, 2));
}

#[tokio::test]
async fn a_full_line_refuses_and_the_message_may_come_again() {
    let peer = Peer::start(&[Reply::Hang]).await;
    let pace = Pace { waiting: 1, at_once: 0, ..PACE };
    let (hook, _outcomes) = begin(vec![gateway("modem", peer.address, Channel::Sms)], pace);
    hook.send(message(1), 1).unwrap();
    for _ in 0..2 {
        assert_eq!(hook.send(message(2), 2), Err(Untaken::Full(Full)));
    }
    assert_eq!((hook.counts().refused, hook.counts().waiting), (2, 1));
}

#[tokio::test]
async fn live_messages_overtake_drills() {
    let mut peer = Peer::start(&[Reply::Status(202)]).await;
    let pace = Pace { at_once: 1, ..PACE };
    let (hook, mut outcomes) = begin(vec![gateway("modem", peer.address, Channel::Sms)], pace);
    // Nothing is sent before this task first waits.
    hook.send(Message { mode: Mode::Drill, ..message(1) }, 1).unwrap();
    hook.send(message(2), 2).unwrap();
    assert_eq!([outcomes.recv().await.unwrap().ticket, outcomes.recv().await.unwrap().ticket], [2, 1]);
    assert_eq!(peer.unseen(), 2);
}

#[tokio::test]
async fn the_key_that_a_person_pressed_comes_back() {
    let mut peer = Peer::start(&[Reply::Status(202)]).await;
    let gateways = vec![gateway("modem", peer.address, Channel::Sms)];
    let mut answers = Answers::of(&gateways);
    let (hook, _outcomes) = begin(gateways, PACE);
    hook.send(message(1), 1).unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&peer.next().await.body).unwrap();

    // The gateway's side, with code of its own.
    let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
    let body = serde_json::json!({ "message_id": sent["id"], "digit": 3 }).to_string();
    let text = format!("call-1.{}.{body}", RAISED.as_seconds());
    let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &key), text.as_bytes());
    let (timestamp, signature) =
        (RAISED.as_seconds().to_string(), format!("v1,{}", STANDARD.encode(tag.as_ref())));
    let call = Signed { id: "call-1", timestamp: &timestamp, signature: &signature, body: body.as_bytes() };

    let heard = answers.hear(&call, RAISED).unwrap();
    assert_eq!((heard.message, heard.answer, heard.repeated), (message(1).id, Answer::AllOut, false));
    assert!(answers.hear(&call, RAISED).unwrap().repeated);
    let forged = Signed { body: b"{}", ..call };
    assert_eq!(answers.hear(&forged, RAISED), Err(Refusal::NotSigned));
}
