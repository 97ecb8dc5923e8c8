//! What could not be delivered, kept across starts on both engines, and gone with the person whom it was for.

use liengia_journal::{
    Commit, Journal, Statement, statement,
    testing::{context, on_both_engines},
};
use liengia_kernel::{AlarmId, PersonId, Pii, SessionId, Timestamp};
use liengia_signal::{
    book::{Book, Lives, Offer, PART},
    hook::{
        Channel, DeadLetter, KEPT, KeptLetter, Message, MessageId, Mode, Why, forgetting, forgetting_old,
    },
    outgoing::Reach,
};
use std::time::Duration;

const ALARM: AlarmId = AlarmId::from_bytes([1; 16]);
const LAN: PersonId = PersonId::from_bytes([2; 16]);
const SESSION: SessionId = SessionId::from_bytes([3; 16]);
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";
const NUMBER: &str = "+84912345678";
const NOW: Timestamp = Timestamp::from_seconds(1_787_101_282);

fn letter(n: usize, person: Option<PersonId>, died_at: Timestamp) -> KeptLetter {
    let message = Message {
        id: MessageId::of(&[&n.to_be_bytes()]),
        at: NOW,
        mode: Mode::Live,
        channel: Channel::Voice,
        to: Pii::new(NUMBER.to_owned()),
        language: "vi".to_owned(),
        text: Pii::new("Cháy ở tổ 7.".to_owned()),
        answerable: true,
        ttl: Duration::from_mins(5),
    };
    let letter = DeadLetter {
        id: message.id.clone(),
        at: message.at,
        died_at,
        mode: message.mode,
        channel: message.channel,
        attempts: 3,
        gateway: Some("modem".to_owned()),
        why: Why::Refused(422),
    };
    KeptLetter { letter, message, alarm: Some(ALARM), person }
}

fn lives() -> Lives {
    Box::new(|session| session == SESSION)
}

async fn write(journal: &Journal, statements: Vec<Statement>) {
    journal.commit(Commit::new(context(0), Vec::new()).beside(statements)).await.unwrap();
}

async fn ids(journal: &Journal) -> Vec<MessageId> {
    KeptLetter::all(journal, NOW).await.unwrap().into_iter().map(|kept| kept.letter.id).collect()
}

#[tokio::test]
async fn a_dead_letter_comes_back_whole_and_goes_when_it_is_forgotten() {
    on_both_engines(&[PART], async |journal| {
        let kept = letter(1, Some(LAN), NOW);
        write(&journal, vec![kept.keeping(journal.commune()), kept.keeping(journal.commune())]).await;
        let [back]: [KeptLetter; 1] = KeptLetter::all(&journal, NOW).await.unwrap().try_into().unwrap();
        assert_eq!((&back.letter, back.alarm, back.person), (&kept.letter, Some(ALARM), Some(LAN)));
        assert_eq!((back.message.to.expose().as_str(), back.message.answerable), (NUMBER, true));
        assert_eq!(back.message.text.expose(), "Cháy ở tổ 7.");
        write(&journal, vec![forgetting(journal.commune(), &kept.letter.id)]).await;
        assert_eq!(ids(&journal).await, []);
    })
    .await;
}

#[tokio::test]
async fn the_number_of_an_erased_person_goes_with_them_and_an_officers_stays() {
    on_both_engines(&[PART], async |journal| {
        let (hers, of_nobody) = (letter(1, Some(LAN), NOW), letter(2, None, NOW));
        write(&journal, [&hers, &of_nobody].map(|kept| kept.keeping(journal.commune())).to_vec()).await;
        journal.erase(&[LAN.to_string()], Commit::new(context(1), Vec::new())).await.unwrap();
        assert_eq!(ids(&journal).await, [of_nobody.letter.id]);
    })
    .await;
}

#[tokio::test]
async fn what_is_older_than_thirty_days_goes_and_the_oldest_of_too_many() {
    on_both_engines(&[PART], async |journal| {
        let commune = journal.commune();
        let at = |n: usize| NOW - Duration::from_secs(u64::try_from(n).unwrap());
        let mut statements: Vec<Statement> =
            (0..=KEPT).map(|n| letter(n, None, at(n)).keeping(commune)).collect();
        statements.push(letter(9_999, None, NOW - Duration::from_hours(24 * 31)).keeping(commune));
        write(&journal, statements).await;
        write(&journal, vec![forgetting_old(commune, NOW)]).await;
        let rows = statement!("SELECT letter FROM dead_letters WHERE commune = $1", commune);
        assert_eq!(journal.query(rows).await.unwrap().len(), KEPT);
        let kept = ids(&journal).await;
        assert_eq!((&kept[0], kept.len()), (&letter(0, None, NOW).letter.id, KEPT));
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_pushes_do_not_reach_is_remembered_since_the_first_until_one_arrives() {
    on_both_engines(&[PART], async |journal| {
        let book = Book::open(&journal, Reach::Public, lives()).await.unwrap();
        // The keys of RFC 8291's own example.
        let offer =
            Offer { endpoint: "https://push.example/abc", p256dh: P256DH, auth: AUTH, language: "vi" };
        let (browser, keep) = book.keeping((LAN, SESSION), offer, NOW).unwrap();
        let name = browser.subscription.clone();
        write(&journal, keep).await;
        book.put(LAN, browser);
        for (minute, why) in [(1, "not_ours"), (2, "too_old")] {
            assert!(book.note(&name, Some(why), NOW + Duration::from_mins(minute)));
        }
        write(&journal, book.unkept().1).await;
        assert_eq!(book.unkept().1, [], "what did not change is not written again");

        let book = Book::open(&journal, Reach::Public, lives()).await.unwrap();
        let [push] = &book.unreached()[..] else { panic!("one is not reached") };
        assert_eq!((push.service.as_str(), push.failing.why.as_str()), ("https://push.example", "too_old"));
        assert_eq!(push.failing.since, NOW + Duration::from_mins(1));
        book.note(&name, None, NOW);
        write(&journal, book.unkept().1).await;
        assert_eq!(Book::open(&journal, Reach::Public, lives()).await.unwrap().unreached(), []);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_somebody_who_was_erased_meanwhile_is_kept() {
    on_both_engines(&[PART], async |journal| {
        let book = Book::open(&journal, Reach::PublicOrLoopback, lives()).await.unwrap();
        journal.erase([LAN], Commit::new(context(0), Vec::new())).await.unwrap();
        let offer = Offer { endpoint: "https://push.example/1", p256dh: P256DH, auth: AUTH, language: "vi" };
        let (_, statements) = book.keeping((LAN, SESSION), offer, NOW).unwrap();
        write(&journal, statements).await;
        write(&journal, vec![letter(1, Some(LAN), NOW).keeping(journal.commune())]).await;
        write(&journal, vec![letter(2, None, NOW).keeping(journal.commune())]).await;
        assert_eq!(ids(&journal).await, [MessageId::of(&[&2_usize.to_be_bytes()])]);
        let kept =
            statement!("SELECT endpoint FROM push_subscriptions WHERE commune = $1", journal.commune());
        assert_eq!(journal.query(kept).await.unwrap().len(), 0);
    })
    .await;
}
