//! Answers, signed and forged, on time and late, once and again.

use super::*;
use crate::hook::Channel;
use liengia_kernel::SeededEntropy;
use std::time::Duration;

const NOW: Timestamp = Timestamp::from_seconds(1_787_101_282);
const COMING: &[u8] = br#"{"message_id":"m1","digit":1}"#;

fn secret(seed: u64) -> Secret {
    Secret::generate(&SeededEntropy::new(seed))
}

fn answers() -> Answers {
    let gateway = |name, seed| {
        Gateway::new(name, "https://gateway.example/", [Channel::Sms], secret(seed), None).unwrap()
    };
    Answers::of(&[gateway("modem", 1), gateway("service", 2)])
}

/// A call as the gateway with secret `seed` signs it at `at`.
struct Call {
    id: String,
    timestamp: String,
    signature: String,
    body: Vec<u8>,
}

impl Call {
    fn signed(seed: u64, id: &str, body: &[u8], at: Timestamp) -> Self {
        let timestamp = at.as_seconds().to_string();
        let signature = secret(seed).sign(id, &timestamp, body);
        Self { id: id.to_owned(), timestamp, signature, body: body.to_vec() }
    }

    fn heard_by(&self, answers: &mut Answers, now: Timestamp) -> Result<Heard, Refusal> {
        let Self { id, timestamp, signature, body } = self;
        answers.hear(&Signed { id, timestamp, signature, body }, now)
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn one_is_coming_two_cannot_three_is_all_out() {
    let expected =
        [("1", Answer::Coming), ("2", Answer::Cannot), ("3", Answer::AllOut), ("\"3\"", Answer::AllOut)];
    let mut answers = answers();
    for (number, (digit, answer)) in expected.into_iter().enumerate() {
        let body = format!(r#"{{"message_id":"m{number}","digit":{digit},"person_ref":"x"}}"#);
        let heard = Call::signed(2, &body, body.as_bytes(), NOW).heard_by(&mut answers, NOW).unwrap();
        assert_eq!((heard.answer, heard.gateway.as_str(), heard.repeated), (answer, "service", false));
        assert_eq!(heard.message.as_str(), format!("m{number}"));
    }
}

#[test]
fn what_no_gateway_signed_does_not_count() {
    let mut answers = answers();
    let stranger = Call::signed(3, "a", COMING, NOW);
    assert_eq!(stranger.heard_by(&mut answers, NOW), Err(Refusal::NotSigned));
    let changed =
        Call { body: br#"{"message_id":"m2","digit":1}"#.to_vec(), ..Call::signed(1, "a", COMING, NOW) };
    assert_eq!(changed.heard_by(&mut answers, NOW), Err(Refusal::NotSigned));
    let renamed = Call { id: "b".to_owned(), ..Call::signed(1, "a", COMING, NOW) };
    assert_eq!(renamed.heard_by(&mut answers, NOW), Err(Refusal::NotSigned));
    assert_eq!(answers.remembered(), 0, "a stranger fills no memory");
}

#[test]
fn our_own_message_sent_back_is_no_answer() {
    let ours = br#"{"id":"m1","mode":"live","to":"+84","text":"1","answer_digits":{"1":"coming"}}"#;
    let reflected = Call::signed(1, "m1", ours, NOW);
    assert_eq!(reflected.heard_by(&mut answers(), NOW), Err(Refusal::NotAnAnswer));
}

#[test]
fn an_old_call_or_a_wrong_clock_is_refused_and_says_by_how_much() {
    let call = Call::signed(1, "a", COMING, NOW);
    assert_eq!(call.heard_by(&mut answers(), NOW + seconds(301)), Err(Refusal::NotNow(301)));
    assert_eq!(call.heard_by(&mut answers(), NOW - seconds(301)), Err(Refusal::NotNow(-301)));
    assert!(call.heard_by(&mut answers(), NOW + seconds(300)).is_ok());
    let ancient = Call::signed(1, "a", COMING, Timestamp::from_micros(i64::MIN));
    assert!(matches!(ancient.heard_by(&mut answers(), NOW), Err(Refusal::NotNow(_))));
}

#[test]
fn a_call_counts_once_and_its_repetition_is_told_that_all_is_well() {
    let mut answers = answers();
    let first = Call::signed(1, "a", COMING, NOW);
    assert!(!first.heard_by(&mut answers, NOW).unwrap().repeated);
    assert!(first.heard_by(&mut answers, NOW + seconds(100)).unwrap().repeated);
    // Signed anew, as a gateway does when our yes was lost; then both within reach of the window.
    let again = Call::signed(1, "a", COMING, NOW + seconds(200));
    assert!(again.heard_by(&mut answers, NOW + seconds(200)).unwrap().repeated);
    assert!(again.heard_by(&mut answers, NOW + seconds(500)).unwrap().repeated);
    assert_eq!(first.heard_by(&mut answers, NOW + seconds(500)), Err(Refusal::NotNow(500)));
}

#[test]
fn one_id_cannot_bring_two_answers() {
    let mut answers = answers();
    Call::signed(1, "a", COMING, NOW).heard_by(&mut answers, NOW).unwrap();
    let other = Call::signed(1, "a", br#"{"message_id":"m1","digit":2}"#, NOW);
    assert_eq!(other.heard_by(&mut answers, NOW), Err(Refusal::OtherContent));
}

#[test]
fn memory_is_bounded_and_forgetting_opens_no_door() {
    let mut answers = Answers { limit: 10, ..answers() };
    let calls: Vec<_> = (0..30).map(|n| Call::signed(1, &n.to_string(), COMING, NOW + seconds(n))).collect();
    let now = NOW + seconds(30);
    for call in &calls {
        assert!(!call.heard_by(&mut answers, now).unwrap().repeated);
        assert!(answers.remembered() <= 10);
    }
    for call in &calls {
        let again = call.heard_by(&mut answers, now);
        assert!(again.as_ref().is_err() || again.is_ok_and(|heard| heard.repeated), "nothing counts twice");
    }
}

#[test]
fn what_can_no_longer_be_replayed_is_forgotten() {
    let mut answers = answers();
    Call::signed(1, "a", COMING, NOW).heard_by(&mut answers, NOW).unwrap();
    let later = NOW + seconds(1000);
    Call::signed(1, "b", COMING, later).heard_by(&mut answers, later).unwrap();
    assert_eq!(answers.remembered(), 1);
}

#[test]
fn nonsense_is_refused_before_it_costs_anything() {
    let mut answers = answers();
    let too_long = vec![b' '; LONGEST_ANSWER + 1];
    for (id, timestamp, body) in
        [("", "1", COMING), ("a", "yesterday", COMING), ("a", "1", too_long.as_slice())]
    {
        let call = Signed { id, timestamp, signature: "v1,", body };
        assert_eq!(answers.hear(&call, NOW), Err(Refusal::Malformed));
    }
    for body in [
        "",
        "[]",
        "{}",
        r#"{"message_id":"m1","digit":4}"#,
        r#"{"message_id":"m1","digit":257}"#,
        r#"{"message_id":"m 1","digit":1}"#,
        r#"{"message_id":"m1","digit":"one"}"#,
    ] {
        let call = Call::signed(1, body, body.as_bytes(), NOW);
        let refused = call.heard_by(&mut answers, NOW).unwrap_err();
        assert!(matches!(refused, Refusal::NotAnAnswer | Refusal::Malformed), "{body}");
    }
}
