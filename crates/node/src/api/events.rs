//! `GET /api/events`: what happens, as far as the caller may read it, as it happens.
//!
//! Promises: every connection begins with all open alarms, so that nothing that burns is missed, and neither they nor what
//! becomes of them waits for the database; changes of the register bear their place in the journal, and go on after
//! `Last-Event-ID`. Never: a decision whom news of an alarm concern; that is fire safety's.

use super::Shared;
use crate::ports::{Open, Screens};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures_util::stream::unfold;
use liengia_access::{Action, Caller, Target};
use liengia_fire::{
    api::{Api, Followed, Tidings},
    event::{FireEvent, KitEvent},
    live::{Hub, News},
};
use liengia_http::Problem;
use liengia_journal::{Entry, Event as _, QueryError, Subscription};
use liengia_kernel::{Clock, TeamId};
use liengia_register::event::RegisterEvent;
use serde_json::json;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, watch},
    time::{Instant, sleep_until, timeout},
};

/// How often an open stream says that the node is there.
const ALIVE_EVERY: Duration = Duration::from_secs(20);

/// Events that wait for one slow screen; past that it loads everything anew.
const MAX_READY: usize = 256;

/// Most entries that a screen catches up on; one that missed more, or knows of entries that are not there, loads anew.
const MAX_MISSED: u64 = 5_000;

/// How long to wait before reading again after the database could not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How long a screen waits for what only the database knows, before it opens without.
const READ_WITHIN: Duration = Duration::from_secs(2);

/// What happens, as server-sent events.
#[utoipa::path(get, path = "/api/events", tag = "node",
    responses((status = 200, description = "alarm, closed, changed, health, register, alive, reset", content_type = "text/event-stream")))]
pub async fn events(
    State(shared): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.permit(Action::FollowEvents, caller.own())?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let last = last.and_then(|id| id.parse::<u64>().ok());
    let Shared { fire, hub, screens, clock, stopping, .. } = shared;
    let screen = Screen::open(Sources { fire, hub, screens, clock, stopping }, caller, last).await;
    let stream = unfold(screen, async |mut screen| {
        let event = screen.next().await?;
        Some((Ok::<_, Infallible>(event), screen))
    });
    let mut response = Sse::new(stream).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// What screens are told from.
struct Sources {
    fire: Api,
    hub: Hub,
    screens: Screens,
    clock: Arc<dyn Clock>,
    stopping: watch::Receiver<bool>,
}

/// What a screen waited for.
enum Happened {
    News(Result<News, broadcast::error::RecvError>),
    Entry(Result<Option<Arc<Entry>>, QueryError>),
    ReadAgain,
    Nothing,
}

struct Screen {
    fire: Api,
    clock: Arc<dyn Clock>,
    caller: Caller,
    news: broadcast::Receiver<News>,
    register: Subscription,
    /// Until then the journal is not asked: it could not answer.
    again_at: Option<Instant>,
    /// The screen knows that the journal could not answer, and nothing came from there since.
    failing: bool,
    alive_at: Instant,
    stopping: watch::Receiver<bool>,
    ready: VecDeque<Event>,
    followed: Followed,
    /// While it lives, this person's phone counts as reached.
    open: Open,
}

impl Screen {
    /// A screen of this caller, who heard of everything up to `last`. It opens whatever the database does: alarms are in
    /// memory.
    async fn open(from: Sources, caller: Caller, last: Option<u64>) -> Self {
        let Sources { fire, hub, screens, clock, stopping } = from;
        let journal = &fire.register.journal;
        let (spoken_to, head) = tokio::join!(in_time(caller.clone().as_spoken_to()), in_time(journal.head()));
        let caller = spoken_to.unwrap_or(caller);
        let head = head.map_or(fire.access.folded(), |head| head.seq);
        let after = missed_since(last, head);
        let board = caller.reach(Action::ReadBoard).is_ok();
        let screen = Self {
            news: hub.listen(),
            register: journal.subscribe(after.unwrap_or(head)),
            again_at: None,
            failing: false,
            alive_at: Instant::now(),
            stopping,
            ready: VecDeque::new(),
            followed: Followed::default(),
            open: screens.open(caller.person(), caller.session(), board),
            fire,
            clock,
            caller,
        };
        screen.opened(last.is_some() && after.is_none())
    }

    /// The beginning; of a screen that is too far behind, that it loads everything anew.
    fn opened(mut self, behind: bool) -> Self {
        if behind {
            self.reset();
        }
        self.alive();
        let (followed, alarms) = self.fire.begin(&self.caller);
        self.followed = followed;
        for alarm in &alarms {
            self.say("alarm", alarm);
        }
        self
    }

    /// The next event; none when the session ends, the screen makes room for newer ones, or the node stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let again_at = self.again_at;
            let happened = tokio::select! {
                news = self.news.recv() => Happened::News(news),
                entry = self.register.next(), if again_at.is_none() => Happened::Entry(entry),
                () = sleep_until(again_at.unwrap_or(self.alive_at)), if again_at.is_some() => Happened::ReadAgain,
                () = sleep_until(self.alive_at) => Happened::Nothing,
                () = self.caller.ended() => return None,
                () = self.open.ended() => return None,
                _ = self.stopping.wait_for(|stop| *stop) => return None,
            };
            match happened {
                Happened::News(news) => self.take(news)?,
                Happened::Entry(Ok(Some(entry))) => {
                    self.failing = false;
                    self.recorded(&entry);
                }
                Happened::Entry(Ok(None)) => return None,
                Happened::Entry(Err(error)) => self.not_read(&error),
                Happened::ReadAgain => self.again_at = None,
                Happened::Nothing => self.alive(),
            }
        }
    }

    /// Alarms go on meanwhile. What is read then begins where it ended, so the screen loads anew once and not each time.
    fn not_read(&mut self, error: &QueryError) {
        if !self.failing {
            tracing::error!(%error, "what happens cannot be followed");
            self.reset();
        }
        self.failing = true;
        self.again_at = Some(Instant::now() + AGAIN_AFTER);
    }

    fn take(&mut self, news: Result<News, broadcast::error::RecvError>) -> Option<()> {
        let news = match news {
            Ok(news) => news,
            Err(broadcast::error::RecvError::Lagged(_)) => {
                self.reset();
                return Some(());
            }
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        match self.fire.tidings(&self.caller, &mut self.followed, &news) {
            Some(Tidings::Alarm(alarm)) => self.say("alarm", &alarm),
            Some(Tidings::Closed(alarm)) => self.say("closed", &json!({ "id": alarm })),
            Some(Tidings::Changed(alarm)) => self.say("changed", &json!({ "id": alarm })),
            Some(Tidings::Health(device)) => self.say("health", &device),
            None => {}
        }
        Some(())
    }

    /// What the register and the quiet side of fire safety change on a screen.
    fn recorded(&mut self, entry: &Entry) {
        match &*entry.slice {
            RegisterEvent::SLICE => self.registered(entry),
            KitEvent::SLICE => self.kit_changed(entry),
            _ => {}
        }
    }

    /// Ring tests, drills to come and shifts: whoever they concern asks anew.
    fn kit_changed(&mut self, entry: &Entry) {
        let Ok(event) = entry.event::<FireEvent>() else { return };
        if self.fire.concerns(&self.caller, &event) {
            self.say("changed", &json!({ "id": &*entry.subject }));
        }
    }

    fn registered(&mut self, entry: &Entry) {
        let Ok(event) = entry.event::<RegisterEvent>() else { return };
        if concerns(&self.caller, &event) {
            let told = json!({ "subject": &*entry.subject, "version": entry.seq });
            self.push(Event::default().event("register").id(entry.seq.to_string()).data(told.to_string()));
        }
    }

    fn alive(&mut self) {
        self.alive_at = Instant::now() + ALIVE_EVERY;
        let told = json!({ "at": self.clock.now() });
        self.say("alive", &told);
    }

    /// The screen loads everything anew, and so what it follows begins anew.
    fn reset(&mut self) {
        self.followed = self.fire.begin(&self.caller).0;
        self.ready.clear();
        self.ready.push_back(Event::default().event("reset").data("{}"));
    }

    fn say(&mut self, kind: &str, told: &impl serde::Serialize) {
        match serde_json::to_string(told) {
            Ok(data) => self.push(Event::default().event(kind).data(data)),
            Err(error) => tracing::error!(%error, kind, "an event cannot be told"),
        }
    }

    fn push(&mut self, event: Event) {
        if self.ready.len() >= MAX_READY {
            self.reset();
        } else {
            self.ready.push_back(event);
        }
    }
}

/// Where a screen goes on that heard of everything up to `last`; none where it loads anew. The number comes from outside:
/// whatever it says, it costs no more than this.
fn missed_since(last: Option<u64>, head: u64) -> Option<u64> {
    last.filter(|last| head.checked_sub(*last).is_some_and(|missed| missed <= MAX_MISSED))
}

/// What the database says; none where it says nothing, or not in time.
async fn in_time<T, E>(reading: impl Future<Output = Result<T, E>>) -> Option<T> {
    let read = timeout(READ_WITHIN, reading).await.ok().and_then(Result::ok);
    if read.is_none() {
        tracing::warn!("the database does not answer: a screen opens without what it alone knows");
    }
    read
}

/// Whether this caller may hear of it. What came, went or moved is judged by what it stands in: the tree of scopes takes the
/// same commit in as this screen does, now before it and now after.
fn concerns(caller: &Caller, event: &RegisterEvent) -> bool {
    let may = |target| caller.may(Action::ReadHouseholds, target);
    let in_team = |team: Option<TeamId>| team.is_some_and(|team| may(Target::team(team)));
    match event {
        RegisterEvent::HouseholdAdded { place, team, .. } => may(Target::place(*place)) || in_team(*team),
        RegisterEvent::HouseholdMoved { household, from, to, .. } => {
            may(Target::household(*household)) || in_team(*from) || in_team(*to)
        }
        // Where they stood, nobody can say any more. An id, and that it changed, is all that goes out.
        RegisterEvent::HouseholdRemoved { .. } | RegisterEvent::TeamDissolved { .. } => {
            caller.reach(Action::ReadHouseholds).is_ok()
        }
        RegisterEvent::HouseholdCorrected { household, .. }
        | RegisterEvent::PersonAdded { household, .. }
        | RegisterEvent::PersonCorrected { household, .. }
        | RegisterEvent::PersonErased { household, .. }
        | RegisterEvent::HelpNoteWritten { household, .. }
        | RegisterEvent::HelpNoteRead { household, .. } => may(Target::household(*household)),
        RegisterEvent::TeamCorrected { team, .. }
        | RegisterEvent::LeadersNamed { team, .. }
        | RegisterEvent::NeighboursNamed { team, .. } => may(Target::team(*team)),
        RegisterEvent::TeamFormed { place, .. } | RegisterEvent::PlaceCorrected { place, .. } => {
            may(Target::place(*place))
        }
    }
}

#[cfg(test)]
mod tests;
