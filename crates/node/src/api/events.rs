//! `GET /api/events`: what happens, as far as the caller may read it, as it happens.
//!
//! Promises: every connection begins with all open alarms, so that nothing that burns is missed; changes of the register
//! bear their place in the journal, and go on after `Last-Event-ID`. Never: a decision whom news of an alarm concern;
//! that is fire safety's.

use super::Shared;
use crate::ports::Open;
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
    api::{Followed, Tidings},
    event::{FireEvent, KitEvent},
    live::News,
};
use liengia_http::Problem;
use liengia_journal::{Entry, Event as _, QueryError, Subscription};
use liengia_register::event::RegisterEvent;
use serde_json::json;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::{broadcast, watch};

/// How often an open stream says that the node is there.
const ALIVE_EVERY: Duration = Duration::from_secs(20);

/// Events that wait for one slow screen; past that it loads everything anew.
const MAX_READY: usize = 256;

/// Most entries that a screen catches up on; one that missed more, or knows of entries that are not there, loads anew.
const MAX_MISSED: u64 = 5_000;

/// How long to wait before reading again after the database could not answer.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What happens, as server-sent events.
#[utoipa::path(get, path = "/api/events", tag = "node",
    responses((status = 200, description = "alarm, closed, changed, health, register, alive, reset", content_type = "text/event-stream")))]
pub async fn events(
    State(shared): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.permit(Action::FollowEvents, caller.own())?;
    let caller = caller.as_spoken_to().await?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let last = last.and_then(|id| id.parse::<u64>().ok());
    let head = shared.register.journal.head().await?.seq;
    // The number comes from outside: whatever it says, it costs no more than this.
    let after = last.filter(|last| head.checked_sub(*last).is_some_and(|missed| missed <= MAX_MISSED));
    let board = caller.reach(Action::ReadBoard).is_ok();
    let screen = Screen {
        news: shared.hub.listen(),
        register: shared.register.journal.subscribe(after.unwrap_or(head)),
        stopping: shared.stopping.clone(),
        ready: VecDeque::new(),
        followed: Followed::default(),
        open: shared.screens.open(caller.person(), caller.session(), board),
        shared,
        caller,
    };
    let stream = unfold(screen.opened(last.is_some() && after.is_none()), async |mut screen| {
        let event = screen.next().await?;
        Some((Ok::<_, Infallible>(event), screen))
    });
    let mut response = Sse::new(stream).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// What a screen waited for.
enum Happened {
    News(Result<News, broadcast::error::RecvError>),
    Entry(Result<Option<Arc<Entry>>, QueryError>),
    Nothing,
}

struct Screen {
    shared: Shared,
    caller: Caller,
    news: broadcast::Receiver<News>,
    register: Subscription,
    stopping: watch::Receiver<bool>,
    ready: VecDeque<Event>,
    followed: Followed,
    /// While it lives, this person's phone counts as reached.
    open: Open,
}

impl Screen {
    /// The beginning; of a screen that is too far behind, that it loads everything anew.
    fn opened(mut self, behind: bool) -> Self {
        if behind {
            self.reset();
        }
        self.alive();
        let (followed, alarms) = self.shared.fire.begin(&self.caller);
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
            let happened = tokio::select! {
                news = self.news.recv() => Happened::News(news),
                entry = self.register.next() => Happened::Entry(entry),
                () = tokio::time::sleep(ALIVE_EVERY) => Happened::Nothing,
                () = self.caller.ended() => return None,
                () = self.open.ended() => return None,
                _ = self.stopping.wait_for(|stop| *stop) => return None,
            };
            match happened {
                Happened::News(news) => self.take(news)?,
                Happened::Entry(Ok(Some(entry))) => self.recorded(&entry),
                Happened::Entry(Ok(None)) => return None,
                Happened::Entry(Err(error)) => {
                    tracing::error!(%error, "what happens cannot be followed");
                    self.reset();
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
                Happened::Nothing => self.alive(),
            }
        }
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
        match self.shared.fire.tidings(&self.caller, &mut self.followed, &news) {
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
        if self.shared.fire.concerns(&self.caller, &event) {
            self.say("changed", &json!({ "id": &*entry.subject }));
        }
    }

    fn registered(&mut self, entry: &Entry) {
        let Ok(event) = entry.event::<RegisterEvent>() else { return };
        let target = match &event {
            RegisterEvent::HouseholdAdded { household, .. }
            | RegisterEvent::HouseholdCorrected { household, .. }
            | RegisterEvent::HouseholdMoved { household, .. }
            | RegisterEvent::HouseholdRemoved { household, .. }
            | RegisterEvent::PersonAdded { household, .. }
            | RegisterEvent::PersonCorrected { household, .. }
            | RegisterEvent::PersonErased { household, .. }
            | RegisterEvent::HelpNoteWritten { household, .. }
            | RegisterEvent::HelpNoteRead { household, .. } => Target::household(*household),
            RegisterEvent::TeamFormed { team, .. }
            | RegisterEvent::TeamCorrected { team, .. }
            | RegisterEvent::TeamDissolved { team, .. }
            | RegisterEvent::LeadersNamed { team, .. }
            | RegisterEvent::NeighboursNamed { team, .. } => Target::team(*team),
            RegisterEvent::PlaceCorrected { place, .. } => Target::place(*place),
        };
        if self.caller.may(Action::ReadHouseholds, target) {
            let told = json!({ "subject": &*entry.subject, "version": entry.seq });
            self.push(Event::default().event("register").id(entry.seq.to_string()).data(told.to_string()));
        }
    }

    fn alive(&mut self) {
        let told = json!({ "at": self.shared.clock.now() });
        self.say("alive", &told);
    }

    /// The screen loads everything anew, and so what it follows begins anew.
    fn reset(&mut self) {
        self.followed = self.shared.fire.begin(&self.caller).0;
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
