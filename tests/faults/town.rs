//! People and devices who act all at once, and what they were told is done.

use crate::{
    commune::sample,
    http::{Browser, new_id},
    journal,
    node::{Node, until},
    scene::{buttons_of, devices_of, one_of},
};
use liengia_kernel::{AlarmId, SeededEntropy, TeamId, Timestamp};
use liengia_sim::{
    Broker,
    device::{Neighbourhood, Setup, SimDevice},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

/// The load goes on for so long before its end: from this ...
const LOAD_AT_LEAST: Duration = Duration::from_millis(20);
/// ... and up to so much longer, by chance.
const LOAD_MORE_MS: u64 = 180;

/// Whoever wrote faster than a hand tries again after so long.
const TOO_SOON: Duration = Duration::from_millis(50);

/// Something that one does again and again; none when the node has gone.
type Doing<'a> = fn(&Town<'a>, &mut Browser) -> Option<()>;

/// Something that the node said is done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Acknowledged {
    /// This id was made, or this press recorded.
    Id(String),
    /// Somebody said something to this alarm, at this moment of their own clock.
    Answer { alarm: String, said_at: String },
}

/// Those who act, and what they were told.
pub struct Town<'a> {
    pub neighbours: Neighbourhood,
    /// The first team's alarm.
    pub alarm: String,
    team: TeamId,
    clerk: Browser,
    member: Browser,
    officer: Browser,
    buttons: Vec<SimDevice>,
    answers: AtomicI64,
    first_answer: AtomicBool,
    /// The member changed their mind as often as one may: what stands, stands.
    answered_out: AtomicBool,
    acknowledged: Mutex<BTreeSet<Acknowledged>>,
    chance: &'a SeededEntropy,
}

impl<'a> Town<'a> {
    /// Signs everybody in, connects the devices of `teams` but for `watched`, and has an alarm raised in each team.
    pub fn of(node: &Node, teams: &[TeamId], watched: &[SimDevice], chance: &'a SeededEntropy) -> Self {
        let devices = teams.iter().flat_map(|team| devices_of(*team));
        let devices = devices.filter(|device| watched.iter().all(|bell| bell.id != device.id)).collect();
        let mut setup = Setup::new(Broker::plain(node.mqtt), devices, chance.next());
        setup.reconnect = Duration::from_millis(20);
        let neighbours = Neighbourhood::start(&setup).unwrap();
        // So that there is something to ring on for.
        let presses = teams.iter().map(|team| neighbours.press(buttons_of(*team)[0].id).unwrap());
        let alarms: Vec<AlarmId> = presses.collect();
        until("the first presses are recorded", Duration::from_secs(20), || {
            let recorded = neighbours.recorded();
            alarms.iter().all(|alarm| recorded.contains(alarm)).then_some(())
        });
        Self {
            neighbours,
            alarm: alarms[0].to_string(),
            team: teams[0],
            clerk: node.sign_in("clerk"),
            member: node.sign_in("household"),
            officer: node.sign_in("officer"),
            buttons: teams.iter().flat_map(|team| buttons_of(*team)).collect(),
            answers: AtomicI64::new(0),
            first_answer: AtomicBool::new(true),
            answered_out: AtomicBool::new(false),
            acknowledged: Mutex::default(),
            chance,
        }
    }

    fn acknowledge(&self, what: Acknowledged) {
        self.acknowledged.lock().unwrap().insert(what);
    }

    /// Most without a team: a team has some fifteen homes.
    fn add_home(&self, browser: &mut Browser) -> Option<()> {
        let place = sample().teams[0].place;
        let team = (self.chance.below(40) == 0).then_some(self.team);
        let home = json!({ "kind": "home", "label": "Nhà thử", "place": place, "team": team });
        let answer = browser.send("POST", "/api/households", Some(&home)).ok()?;
        if answer.is_too_soon() {
            // The node counts time here, and nothing else ends it.
            thread::sleep(TOO_SOON);
            return Some(());
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.acknowledge(Acknowledged::Id(answer.json()["id"].as_str().unwrap().to_owned()));
        Some(())
    }

    /// By turns, so that each changes what was said before; but the first after a start may repeat what was heard and
    /// not acknowledged before it.
    fn answer(&self, browser: &mut Browser) -> Option<()> {
        if self.answered_out.load(Ordering::Relaxed) {
            // The node counts time here, and nothing else ends it.
            thread::sleep(TOO_SOON);
            return Some(());
        }
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        let said = if number % 2 == 0 { "coming" } else { "cannot" };
        let said_at = serde_json::to_value(Timestamp::from_seconds(1_787_000_000 + number)).unwrap();
        let path = format!("/api/alarms/{}/answers", self.alarm);
        let answer =
            browser.send("POST", &path, Some(&json!({ "answer": said, "said_at": said_at }))).ok()?;
        if answer.is_too_often() {
            self.answered_out.store(true, Ordering::Relaxed);
            return Some(());
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        let first = self.first_answer.swap(false, Ordering::Relaxed);
        if !first && answer.json()["recorded"] == true {
            let said_at = said_at.as_str().unwrap().to_owned();
            self.acknowledge(Acknowledged::Answer { alarm: self.alarm.clone(), said_at });
        }
        Some(())
    }

    fn press_on_a_phone(&self, browser: &mut Browser) -> Option<()> {
        let (alarm, at) = (new_id(), "2026-08-19T08:00:00Z");
        let press = json!({ "alarm": alarm, "pressed_at": at, "sent_at": at, "source": "phone" });
        let answer = browser.send("POST", "/api/alarms", Some(&press)).ok()?;
        assert!(answer.is_done(), "{}", answer.text());
        if answer.json()["recorded"] == true {
            self.acknowledge(Acknowledged::Id(alarm));
        }
        Some(())
    }

    fn note(&self, browser: &mut Browser) -> Option<()> {
        let path = format!("/api/alarms/{}/note", self.alarm);
        let answer = browser.send("POST", &path, Some(&json!({ "text": "khói" }))).ok()?;
        if answer.is_too_soon() {
            // The node counts time here, and nothing else ends it.
            thread::sleep(TOO_SOON);
            return Some(());
        }
        assert_eq!(answer.status, 200, "{}", answer.text());
        Some(())
    }

    /// Everybody acts at once until `end` has come and gone, or the node is dead.
    pub fn load(&self, end: impl FnOnce()) {
        self.first_answer.store(true, Ordering::Relaxed);
        let over = AtomicBool::new(false);
        let over = &over;
        thread::scope(|scope| {
            let doings: [(&Browser, Doing<'a>); 4] = [
                (&self.clerk, Self::add_home),
                (&self.member, Self::answer),
                (&self.member, Self::press_on_a_phone),
                (&self.officer, Self::note),
            ];
            for (who, act) in doings {
                let mut browser = who.another();
                scope.spawn(
                    move || {
                        while !over.load(Ordering::Relaxed) && act(self, &mut browser).is_some() {}
                    },
                );
            }
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    self.neighbours.press(one_of(self.chance, &self.buttons).id);
                    // Fingers are not quicker.
                    thread::sleep(Duration::from_millis(10));
                }
            });
            end();
            over.store(true, Ordering::Relaxed);
        });
    }

    /// A span of at least this, and up to so much more by chance.
    pub fn for_a_while(&self) {
        let more = Duration::from_millis(self.chance.below(LOAD_MORE_MS));
        // The moment at which it ends is what the test is about.
        thread::sleep(LOAD_AT_LEAST + more);
    }

    /// Everything that was acknowledged until now.
    pub fn all(&self) -> BTreeSet<Acknowledged> {
        let presses = self.neighbours.recorded().into_iter().map(|press| Acknowledged::Id(press.to_string()));
        self.acknowledged.lock().unwrap().iter().cloned().chain(presses).collect()
    }
}

/// What the entries of a node that does not run hold.
#[derive(Default)]
pub struct Written {
    /// The last entry that was read.
    pub until: u64,
    all: BTreeSet<Acknowledged>,
}

impl Written {
    /// Everything of these acts that does not stand there.
    pub fn lost<'b>(&self, acts: &'b BTreeSet<Acknowledged>) -> Vec<&'b Acknowledged> {
        acts.iter().filter(|act| !self.all.contains(act)).collect()
    }

    /// Reads what this folder's journal holds more than before.
    pub fn read_on(&mut self, data: &Path) {
        let entries = journal::entries(data, self.until);
        self.until = entries.last().map_or(self.until, |entry| entry.seq);
        self.all.extend(journal::ids(&entries).into_iter().map(Acknowledged::Id));
        for entry in entries.iter().filter(|entry| entry.kind == "answered") {
            let body: Value = serde_json::from_str(&entry.body).unwrap();
            let field = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            self.all.insert(Acknowledged::Answer { alarm: field("alarm"), said_at: field("said_at") });
        }
    }
}
