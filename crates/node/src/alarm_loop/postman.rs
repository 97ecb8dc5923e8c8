//! Takes words to people who have no screen open: pushes to phones, texts and calls through gateways.

use super::{
    calls::{Called, Calls, Parts},
    word::{CARD, Word, place_of, ways},
};
use liengia_access::{Access, Scope};
use liengia_fire::{
    engine::{CardChange, CardNotice, Channel, Holder, Message, Mode, Notice, Recipient},
    event::{KitEvent, Unsaid},
    live::{Alarms, Directory},
};
use liengia_http::{Args, Language, say};
use liengia_journal::Actor;
use liengia_kernel::{AlarmId, Clock, HouseholdId, PersonId, Pii, TeamId};
use liengia_signal::{
    book::Book,
    hook::{self, Hook},
    push::{self, Pusher, RING_TTL, Topic, Urgency},
};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{mpsc, watch};

/// Most words that wait to be addressed; one more is counted and let go, since the ladder says it again.
const MAX_WAITING: usize = 16_384;

/// Of so many alarms it is remembered at once that words of them went to nobody; of an older one the record may say it twice.
const MAX_UNSAID: usize = 64;

/// A word to people.
#[derive(Clone, Debug)]
pub enum Letter {
    /// What the ladder says.
    Notice(Notice),
    /// A role card.
    Card(CardNotice),
}

/// Where the engine drops its words.
#[derive(Clone)]
pub struct Postman {
    letters: mpsc::Sender<Letter>,
    lost: Arc<AtomicU64>,
}

/// What the round needs.
pub struct Round {
    /// Who is who.
    pub directory: Arc<RwLock<Directory>>,
    /// Whose phones joined a home, also without a name in the register.
    pub access: Access,
    /// What burns.
    pub alarms: Alarms,
    /// Where browsers are woken.
    pub book: Arc<Book>,
    /// Wakes them.
    pub pusher: Pusher<String>,
    /// Texts and calls; none where no gateway is configured.
    pub hook: Option<Hook<()>>,
    /// Which texts and calls were for whom.
    pub calls: Arc<Calls>,
    /// The numbers that belong to no household.
    pub numbers: Numbers,
    /// Of which alarms the record knows already that words of them went to nobody.
    pub unsaid: Mutex<VecDeque<(AlarmId, Unsaid)>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Numbers from the configuration.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// The commune's on-call phone.
    pub on_call: Option<Pii<String>>,
    /// The village security team's.
    pub village_security: Option<Pii<String>>,
    /// The next post's.
    pub next_post: Option<Pii<String>>,
    /// The commune's loudspeakers, by name.
    pub loudspeakers: Vec<Pii<String>>,
}

impl Postman {
    /// A postman, and what he finds in his box.
    pub fn new() -> (Self, mpsc::Receiver<Letter>) {
        let (letters, round) = mpsc::channel(MAX_WAITING);
        (Self { letters, lost: Arc::default() }, round)
    }

    /// Words that were let go, since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Words that wait to be addressed.
    pub fn waiting(&self) -> usize {
        self.letters.max_capacity() - self.letters.capacity()
    }

    /// Takes a word. Never waits.
    pub fn take(&self, letter: Letter) {
        if self.letters.try_send(letter).is_err() {
            let lost = self.lost.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::error!(lost, "words to people could not be queued; the ladder says them again");
        }
    }
}

/// Goes the round until `stop` is true.
pub async fn go(round: Round, mut letters: mpsc::Receiver<Letter>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            letter = letters.recv() => match letter {
                Some(letter) => round.deliver(&letter),
                None => return,
            },
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

impl Round {
    fn deliver(&self, letter: &Letter) {
        match letter {
            Letter::Notice(notice) => {
                let word = Word {
                    alarm: notice.alarm,
                    mode: notice.mode,
                    key: notice.message.key(),
                    said: notice.channel,
                    answerable: matches!(notice.message, Message::Help | Message::GetOut),
                    round: notice.round,
                };
                let (people, number) = self.addressed(notice.to);
                if let Some(why) = self.unsaid(notice, number.is_some()) {
                    self.keep_unsaid(notice.alarm, why);
                }
                self.say_to(&word, notice.channel, &people);
                if let Some(number) = number {
                    for way in self.ways(notice.channel) {
                        self.send(&word, way, standing_for(notice.to), &number, None);
                    }
                }
                if notice.to == Recipient::VillageSecurity && notice.mode == Mode::Live {
                    self.speak(&word);
                }
            }
            Letter::Card(card) => {
                let people = match (card.change, card.holder) {
                    (CardChange::Offered, Holder::Person(person)) => BTreeSet::from([person]),
                    // A button knows no person: whoever is at home with a phone is asked.
                    (CardChange::Offered, Holder::Household(home)) => self.people_of(home),
                    _ => return,
                };
                let word = Word {
                    alarm: card.alarm,
                    mode: card.mode,
                    key: CARD,
                    said: Channel::Push,
                    answerable: true,
                    round: 0,
                };
                self.say_to(&word, Channel::Push, &people);
            }
        }
    }

    /// Why a text or call of a fire goes to nobody, if there is no way to say it.
    fn unsaid(&self, notice: &Notice, has_number: bool) -> Option<Unsaid> {
        if notice.mode != Mode::Live || !matches!(notice.channel, Channel::Hook | Channel::Call) {
            return None;
        }
        if !self.hook.as_ref().is_some_and(reaches_telephones) {
            return Some(Unsaid::NoGateway);
        }
        (notice.to == Recipient::OnCall && !has_number).then_some(Unsaid::NoOnCall)
    }

    /// The record says so once: whoever reads the report must not believe that people were called.
    fn keep_unsaid(&self, alarm: AlarmId, why: Unsaid) {
        let mut known = self.unsaid.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(&(alarm, why)) {
            return;
        }
        if known.len() >= MAX_UNSAID {
            known.pop_front();
        }
        known.push_back((alarm, why));
        self.alarms.keep(&KitEvent::AlarmUnsaid { alarm, why }, Actor::Node, Vec::new());
    }

    /// The people behind a recipient, and the number that belongs to no household.
    fn addressed(&self, to: Recipient) -> (BTreeSet<PersonId>, Option<Pii<String>>) {
        let people = match to {
            Recipient::Household(home) => self.people_of(home),
            Recipient::Person(person) => BTreeSet::from([person]),
            Recipient::Team(team) => self.people_around(team),
            Recipient::Desk | Recipient::OnCall | Recipient::VillageSecurity | Recipient::NextPost => {
                BTreeSet::new()
            }
        };
        let number = match to {
            Recipient::OnCall => self.numbers.on_call.clone(),
            Recipient::VillageSecurity => self.numbers.village_security.clone(),
            Recipient::NextPost => self.numbers.next_post.clone(),
            _ => None,
        };
        (people, number)
    }

    /// Everybody of a home: whom the register has there, and whose phone joined it.
    fn people_of(&self, home: HouseholdId) -> BTreeSet<PersonId> {
        let joined = self.access.holders_of(Scope::Household(home));
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        directory.people_of(home).map(|person| person.person).chain(joined).collect()
    }

    /// Everybody of a team's homes, and who leads it from wherever they live.
    fn people_around(&self, team: TeamId) -> BTreeSet<PersonId> {
        let homes: Vec<HouseholdId> = {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            directory.homes_of(team).map(|home| home.household).collect()
        };
        let lead = self.access.holders_of(Scope::Team(team));
        homes.into_iter().flat_map(|home| self.people_of(home)).chain(lead).collect()
    }

    fn say_to(&self, word: &Word<'_>, channel: Channel, people: &BTreeSet<PersonId>) {
        match channel {
            Channel::Stream => {}
            Channel::Push => self.push(word, people),
            Channel::Hook | Channel::Call => {
                for person in people {
                    let number = {
                        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
                        directory
                            .person(*person)
                            .filter(|known| word.is_for(known.adult))
                            .map(|known| known.phone())
                    };
                    if let Some(number) = number.filter(|number| !number.expose().is_empty()) {
                        for way in self.ways(channel) {
                            self.send(word, way, &person.to_string(), &number, Some(*person));
                        }
                    }
                }
            }
        }
    }

    fn push(&self, word: &Word<'_>, people: &BTreeSet<PersonId>) {
        let urgency = if word.is_loud() { Urgency::High } else { Urgency::Normal };
        let mut said: BTreeMap<String, Arc<push::Message>> = BTreeMap::new();
        for person in people {
            for browser in self.book.of(*person) {
                let message = if let Some(message) = said.get(&browser.language) {
                    message.clone()
                } else {
                    let Some(message) = self.pushed(word, &browser.language, urgency) else { continue };
                    said.entry(browser.language.clone()).or_insert(message).clone()
                };
                if self.pusher.send(browser.wake, message, browser.subscription).is_err() {
                    tracing::error!("a push could not be queued");
                }
            }
        }
    }

    fn pushed(&self, word: &Word<'_>, language: &str, urgency: Urgency) -> Option<Arc<push::Message>> {
        let language = Language::ALL.into_iter().find(|one| one.tag() == language).unwrap_or_default();
        let (title, body) = self.texts(word, language);
        let kind = if word.key == Message::Closed.key() { "closed" } else { "alarm" };
        let actions: Vec<_> = if word.answerable {
            ["coming", "cannot", "safe"]
                .map(|action| json!({ "action": action, "title": say(language, &format!("fire-answer-{action}"), &Args::new()) }))
                .to_vec()
        } else {
            Vec::new()
        };
        let payload = json!({
            "v": 1, "kind": kind, "alarm": word.alarm, "mode": word.mode, "title": title, "body": body,
            "actions": actions, "at": self.clock.now(), "part": word.part(),
        });
        let alarm = word.alarm.as_bytes();
        let topic = word.part().map_or_else(|| Topic::of(alarm), |part| Topic::beside(alarm, part));
        match push::Message::new(payload.to_string().into_bytes(), urgency, RING_TTL, Some(topic)) {
            Ok(message) => Some(Arc::new(message)),
            Err(error) => {
                tracing::error!(%error, "a push message cannot be made");
                None
            }
        }
    }

    /// Speaks through the commune's loudspeakers: what everybody there may hear, and so no household.
    fn speak(&self, word: &Word<'_>) {
        let word = Word { key: "node-loudspeaker", answerable: false, ..*word };
        for loudspeaker in &self.numbers.loudspeakers {
            self.send(&word, hook::Channel::Loudspeaker, loudspeaker.expose(), loudspeaker, None);
        }
    }

    /// Hands a text or call to the gateways. Only a person can answer it: a number that belongs to no household has
    /// nobody on the board.
    fn send(
        &self,
        word: &Word<'_>,
        channel: hook::Channel,
        to: &str,
        number: &Pii<String>,
        person: Option<PersonId>,
    ) {
        let Some(hook) = &self.hook else { return };
        let language = Language::Vi;
        let (title, body) = self.texts(word, language);
        let answerable = word.answerable && person.is_some();
        let keys = if answerable { say(language, "node-hook-keys", &Args::new()) } else { String::new() };
        let text = format!("{title}. {body} {keys}").trim_end().to_owned();
        let Word { alarm, key, said, round, .. } = *word;
        let id = Parts { alarm, to, key, said, channel, round }.id();
        self.calls.remember(id.clone(), Called { alarm, person });
        let message = hook::Message {
            id,
            at: self.clock.now(),
            mode: if word.mode == Mode::Live { hook::Mode::Live } else { hook::Mode::Drill },
            channel,
            to: number.clone(),
            language: language.tag().to_owned(),
            text: Pii::new(text),
            answerable,
            ttl: RING_TTL,
        };
        if let Err(error) = hook.send(message, ()) {
            tracing::warn!(%error, "a text or call could not be queued");
        }
    }

    /// By which ways the gateways can say this.
    fn ways(&self, channel: Channel) -> Vec<hook::Channel> {
        ways(channel, |way| self.hook.as_ref().is_some_and(|hook| hook.carries(way)))
    }

    /// Title and body, in the person's language.
    fn texts(&self, word: &Word<'_>, language: Language) -> (String, String) {
        let now = self.alarms.now();
        let place = self.alarms.look(|state| place_of(state, word.alarm, now));
        let args = {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            place.named(&directory, language)
        };
        let title = if word.mode == Mode::Live { "fire-title-live" } else { "fire-title-drill" };
        (say(language, title, &args), say(language, word.key, &args))
    }
}

/// Whether any gateway sends texts or calls.
pub fn reaches_telephones(hook: &Hook<()>) -> bool {
    [hook::Channel::Sms, hook::Channel::Voice].into_iter().any(|way| hook.carries(way))
}

/// What stands for a number that belongs to no household in the id of its messages.
fn standing_for(to: Recipient) -> &'static str {
    match to {
        Recipient::OnCall => "on-call",
        Recipient::VillageSecurity => "village-security",
        Recipient::NextPost => "next-post",
        _ => "desk",
    }
}
