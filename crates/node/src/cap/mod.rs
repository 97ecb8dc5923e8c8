//! Alarms for other warning systems: which CAP messages there are, and what they say.
//!
//! Promises: made of the record and of the register's public part; open alarms stand in the feed also while the disk is
//! dead; made at most once a second, however many ask. Never: a person, a home, or a place smaller than a
//! neighbourhood.

mod moments;

use crate::{
    config::Config,
    wiring::{Devices, Ground},
};
use liengia_access::Access;
use liengia_fire::{
    engine::Event,
    event::FireEvent,
    live::{Alarms, Directory},
    views::{AlarmFilter, AlarmRow, record_of},
};
use liengia_http::{Args, Language, say};
use liengia_journal::{Journal, QueryError};
use liengia_kernel::{AlarmId, Position, TeamId, Timestamp};
use liengia_signal::cap::{self, Alert, Area, BadAlert, Certainty, Feed, Info, Sender, Stage, Status};
use moments::{FRESH, Moment, moments};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;

/// Alarms and drills that are looked at for the feed, besides the open ones.
const LOOKED_AT: usize = 30;

/// How long a feed stands before it is made anew.
const STANDS: Duration = Duration::from_secs(1);

/// Alarms whose record is kept for as long as that; for one more, all are read anew.
const KEPT: usize = 64;

/// What begins a message's name.
const NAMED: &str = "liengia-";

/// Makes the feed and its messages.
pub struct Feeds {
    sender: Sender,
    base: String,
    journal: Journal,
    access: Access,
    alarms: Alarms,
    directory: Arc<RwLock<Directory>>,
    made: Mutex<Option<(Duration, Arc<str>)>>,
    read: Mutex<Read>,
}

/// What was read, and when.
type Read = BTreeMap<AlarmId, (Duration, Arc<Known>)>;

/// What is known of an alarm, a drill or a test.
struct Known {
    team: Option<TeamId>,
    moments: Vec<Moment>,
    /// When it was, if it is a test.
    tested: Option<Timestamp>,
}

impl Feeds {
    /// The feeds of a node.
    pub fn new(config: &Config, ground: &Ground, devices: &Devices) -> anyhow::Result<Self> {
        Ok(Self {
            sender: Sender::of_node(&config.host)?,
            base: ground.origin.clone(),
            journal: ground.journal.clone(),
            access: ground.access.clone(),
            alarms: devices.alarms.clone(),
            directory: devices.directory.clone(),
            made: Mutex::new(None),
            read: Mutex::default(),
        })
    }

    /// The feed, as Atom.
    pub async fn feed(&self) -> Result<Arc<str>, BadAlert> {
        let mut made = self.made.lock().await;
        let now = self.alarms.now();
        if let Some((at, text)) = &*made
            && now.steady.saturating_sub(*at) < STANDS
        {
            return Ok(text.clone());
        }
        let mut alerts = Vec::new();
        for (alarm, team) in self.newest().await {
            // Whoever reads of a message here finds it, too.
            let known = self.read_anew(&mut *self.read.lock().await, alarm, team).await;
            let messages =
                (0..known.moments.len()).filter_map(|revision| self.message_of(alarm, revision, &known));
            alerts.extend(messages);
        }
        let tests = cap::tests(&self.journal).await.unwrap_or_default();
        alerts.extend(tests.into_iter().map(|(test, at)| self.test(test, at)));
        let title = say(Language::Vi, "node-cap-feed", &Args::new());
        let feed = Feed {
            base: &self.base,
            title: &title,
            author: &self.commune(),
            updated: now.wall,
            alerts: &alerts,
        };
        let text: Arc<str> = cap::feed(&feed)?.into();
        *made = Some((now.steady, text.clone()));
        Ok(text)
    }

    /// One message, by its name; none if there is none. However many ask, the record is read once a second, and nothing is
    /// made but the message that is asked for.
    pub async fn message(&self, name: &str) -> Option<String> {
        let (alarm, revision) = name.strip_prefix(NAMED)?.rsplit_once('-')?;
        let (alarm, revision): (AlarmId, usize) = (alarm.parse().ok()?, revision.parse().ok()?);
        let known = self.known(alarm).await;
        let found = self.message_of(alarm, revision, &known);
        let found = found.or_else(|| Some(self.test(alarm, known.tested?)))?;
        // Another way to write the same number names nothing.
        if found.identifier() == name { cap::xml(&found).ok() } else { None }
    }

    async fn known(&self, alarm: AlarmId) -> Arc<Known> {
        let now = self.alarms.now();
        let mut read = self.read.lock().await;
        if let Some((_, known)) = read.get(&alarm).filter(|(at, _)| now.steady.saturating_sub(*at) < STANDS) {
            return known.clone();
        }
        let row = AlarmRow::find(&self.journal, alarm).await.unwrap_or_default();
        self.read_anew(&mut read, alarm, row.and_then(|row| row.team)).await
    }

    async fn read_anew(&self, read: &mut Read, alarm: AlarmId, team: Option<TeamId>) -> Arc<Known> {
        let now = self.alarms.now();
        let (team, moments) = self.moments(alarm, team, now.wall).await;
        let tested =
            if moments.is_empty() { cap::test(&self.journal, alarm).await.unwrap_or_default() } else { None };
        let known = Arc::new(Known { team, moments, tested });
        if read.len() >= KEPT {
            read.clear();
        }
        read.insert(alarm, (now.steady, known.clone()));
        known
    }

    /// What is open, and what was over lately; each with its team, if that is known.
    async fn newest(&self) -> BTreeMap<AlarmId, Option<TeamId>> {
        let filter = AlarmFilter { rang: true, limit: LOOKED_AT, ..AlarmFilter::default() };
        // With a dead disk what is open is still told, from memory.
        let rows = AlarmRow::list(&self.journal, &filter).await.unwrap_or_default();
        let mut newest: BTreeMap<AlarmId, Option<TeamId>> =
            rows.into_iter().map(|row| (row.alarm, row.team)).collect();
        let open: Vec<AlarmId> = self.alarms.look(|state| state.open().collect());
        for alarm in open {
            newest.entry(alarm).or_default();
        }
        newest
    }

    /// The moments of an alarm's messages, and its team, if that is known.
    async fn moments(
        &self,
        alarm: AlarmId,
        team: Option<TeamId>,
        now: Timestamp,
    ) -> (Option<TeamId>, Vec<Moment>) {
        let Ok(events) = self.events(alarm).await else { return (team, Vec::new()) };
        let snapshot = self.alarms.look(|state| state.snapshot(alarm, self.alarms.now()));
        let team = team.or(snapshot.and_then(|snapshot| snapshot.team)).or_else(|| team_of(&events));
        (team, moments(&events, now))
    }

    /// One of an alarm's messages; none if it has no such one.
    fn message_of(&self, alarm: AlarmId, revision: usize, known: &Known) -> Option<Alert> {
        let moment = *known.moments.get(revision)?;
        let earlier =
            known.moments[..revision].iter().zip(0_u32..).map(|(moment, revision)| cap::Reference {
                sender: self.sender.clone(),
                identifier: cap::identifier(alarm, revision),
                sent: moment.sent,
            });
        Some(self.alert(alarm, u32::try_from(revision).ok()?, moment, known.team, earlier.collect()))
    }

    async fn events(&self, alarm: AlarmId) -> Result<Vec<Event>, QueryError> {
        if let Some(story) = self.alarms.story(alarm) {
            return Ok(story.events);
        }
        let told = record_of(&self.journal, alarm).await?;
        let events = told.into_iter().filter_map(|told| match told.event {
            FireEvent::Alarm(event) => Some(event),
            FireEvent::Kit(_) => None,
        });
        Ok(events.collect())
    }

    fn alert(
        &self,
        alarm: AlarmId,
        revision: u32,
        moment: Moment,
        team: Option<TeamId>,
        earlier: Vec<cap::Reference>,
    ) -> Alert {
        let Moment { sent, status, stage, certainty } = moment;
        let place = self.place(team);
        let note = (status != Status::Actual).then(|| in_all(note_of(status)));
        let infos = Language::ALL.into_iter().map(|language| self.info(language, status, stage, &place));
        Alert {
            sender: self.sender.clone(),
            alarm,
            revision,
            sent,
            expires: sent + FRESH,
            status,
            stage,
            certainty,
            note,
            earlier,
            infos: infos.collect(),
            area: self.area(team),
        }
    }

    /// The operator tries the feed out.
    fn test(&self, test: AlarmId, at: Timestamp) -> Alert {
        let moment =
            Moment { sent: at, status: Status::Test, stage: Stage::Alert, certainty: Certainty::Likely };
        self.alert(test, 0, moment, None, Vec::new())
    }

    fn info(&self, language: Language, status: Status, stage: Stage, place: &str) -> Info {
        let args = Args::from([("place", place.to_owned().into())]);
        let text = |what: &str| say(language, &format!("node-cap-{what}"), &args);
        let (kind, over) = match status {
            Status::Actual => ("fire", "fire-over"),
            Status::Exercise => ("drill", "drill-over"),
            Status::Test => ("test", "test"),
        };
        let kind = if stage == Stage::Cancel { over } else { kind };
        Info {
            language: language.tag().to_owned(),
            event: text(&format!("{kind}-event")),
            sender_name: self.commune(),
            headline: cut(text(&format!("{kind}-headline"))),
            description: text(&format!("{kind}-description")),
            instruction: text(&format!("{kind}-instruction")),
            place: cut(place.to_owned()),
        }
    }

    /// The team and its village, as people call them.
    fn place(&self, team: Option<TeamId>) -> String {
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let known = team.and_then(|team| directory.teams.get(&team));
        let village = known
            .and_then(|team| self.access.tree(|tree| tree.place(team.place).map(|place| place.name.clone())));
        let names: Vec<String> = known.map(|team| team.name.clone()).into_iter().chain(village).collect();
        if names.is_empty() { self.commune() } else { names.join(", ") }
    }

    /// The name of the place on which the villages stand; the node's own name where there is none yet.
    fn commune(&self) -> String {
        self.access.tree(|tree| {
            let parents: BTreeSet<_> = tree.places().filter_map(|(_, place)| place.parent).collect();
            let above = tree.places().filter(|(id, place)| {
                parents.contains(id) && place.parent.is_none_or(|parent| tree.place(parent).is_none())
            });
            let name = above.map(|(_, place)| place.name.clone()).next();
            name.filter(|name| !name.is_empty()).unwrap_or_else(|| self.sender.as_str().to_owned())
        })
    }

    /// A circle around the homes of the team; without a team, around all.
    fn area(&self, team: Option<TeamId>) -> Area {
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let homes = directory.households.values().filter(|home| team.is_none() || home.team == team);
        let places = homes.filter_map(|home| home.position.as_ref().map(|place| *place.expose()));
        let around = around(&places.collect::<Vec<_>>());
        around.map_or_else(Area::unknown, |(middle, radius)| Area::circle(middle, radius))
    }
}

/// The middle of these places, and how far the farthest is from it, in metres; none without a place.
fn around(places: &[Position]) -> Option<(Position, f64)> {
    let count = f64::from(u32::try_from(places.len()).unwrap_or(u32::MAX)).max(1.0);
    let mean = |axis: fn(Position) -> f64| places.iter().map(|place| axis(*place)).sum::<f64>() / count;
    let middle = Position::new(mean(Position::lat), mean(Position::lon));
    let middle = middle.ok().filter(|_| !places.is_empty())?;
    let radius = places.iter().map(|place| place.metres_to(middle)).fold(0.0, f64::max);
    Some((middle, radius))
}

fn team_of(events: &[Event]) -> Option<TeamId> {
    events.iter().find_map(|event| match event {
        Event::DrillStarted { team, .. } | Event::Reached { team, .. } => Some(*team),
        _ => None,
    })
}

fn note_of(status: Status) -> &'static str {
    if status == Status::Exercise { "node-cap-drill-note" } else { "node-cap-test-note" }
}

fn in_all(key: &str) -> String {
    let all: Vec<String> =
        Language::ALL.into_iter().map(|language| say(language, key, &Args::new())).collect();
    all.join(" / ")
}

/// Signs and radio services cut longer ones by themselves, and less well.
fn cut(text: String) -> String {
    const MOST: usize = 160;
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}
