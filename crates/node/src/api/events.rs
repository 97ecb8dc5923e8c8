//! `GET /api/events`: what happens, as far as the caller may read it, as it happens.
//!
//! Every connection begins with all open alarms, so that nothing that burns is missed; changes of the register bear
//! their place in the journal, and go on after `Last-Event-ID`.

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
    engine::{self, Board},
    event::{FireEvent, KitEvent},
    live::News,
};
use liengia_http::Problem;
use liengia_journal::{Entry, Event as _, QueryError, Subscription};
use liengia_kernel::AlarmId;
use liengia_register::event::RegisterEvent;
use serde_json::json;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::{broadcast, watch};

/// How often an open stream says that the node is there.
const ALIVE_EVERY: Duration = Duration::from_secs(20);

/// Events that wait for one slow screen; past that it loads everything anew.
const MAX_READY: usize = 256;

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
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let head = shared.register.journal.head().await?.seq;
    let screen = Screen {
        news: shared.hub.listen(),
        register: shared.register.journal.subscribe(last.unwrap_or(head)),
        stopping: shared.stopping.clone(),
        ready: VecDeque::new(),
        _open: shared.screens.open(caller.person(), caller.reach(Action::ReadBoard).is_ok()),
        shared,
        caller,
    };
    let stream = unfold(screen.opened(), async |mut screen| {
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
    /// While it lives, this person's phone counts as reached.
    _open: Open,
}

impl Screen {
    fn opened(mut self) -> Self {
        self.alive();
        let open: Vec<AlarmId> = self.shared.alarms.look(|state| state.open().collect());
        for alarm in open {
            self.alarm(alarm);
        }
        self
    }

    /// The next event; none when the session ends or the node stops.
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
                _ = self.stopping.wait_for(|stop| *stop) => return None,
            };
            match happened {
                Happened::News(news) => self.take(news)?,
                Happened::Entry(Ok(Some(entry))) => self.recorded(&entry),
                Happened::Entry(Ok(None)) => return None,
                Happened::Entry(Err(_)) => self.reset(),
                Happened::Nothing => self.alive(),
            }
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "news are taken in")]
    fn take(&mut self, news: Result<News, broadcast::error::RecvError>) -> Option<()> {
        match news {
            Ok(News::Board(Board::Alarm(alarm)) | News::Card(alarm)) => self.alarm(alarm),
            Ok(News::Board(Board::Closed(alarm))) => self.say("closed", &json!({ "id": alarm })),
            Ok(News::Board(Board::Late(alarm) | Board::Drill(alarm))) => {
                self.say("changed", &json!({ "id": alarm }));
            }
            Ok(News::Question(question)) => self.say("changed", &json!({ "id": question.press })),
            Ok(News::Health(health)) => {
                if let Some(told) = self.shared.fire.health_for(&self.caller, &health) {
                    self.say("health", &told);
                }
            }
            Ok(News::Notice(_)) => {}
            Err(broadcast::error::RecvError::Lagged(_)) => self.reset(),
            Err(broadcast::error::RecvError::Closed) => return None,
        }
        Some(())
    }

    fn alarm(&mut self, alarm: AlarmId) {
        if let Some(told) = self.shared.fire.alarm_for(&self.caller, alarm) {
            self.say("alarm", &told);
        }
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
        use engine::Event as Alarm;
        let concerned = match entry.event::<FireEvent>() {
            Ok(FireEvent::Alarm(Alarm::RingTested { team, .. } | Alarm::DrillAnnounced { team, .. })) => {
                self.caller.team() == Some(team) || self.caller.may(Action::ReadBoard, Target::team(team))
            }
            // It does not say whose it was, and is rare.
            Ok(FireEvent::Alarm(Alarm::DrillCancelled { .. })) => true,
            Ok(FireEvent::Kit(KitEvent::ShiftStarted { .. } | KitEvent::ShiftHandedOver { .. })) => {
                self.caller.reach(Action::ReadBoard).is_ok()
            }
            _ => false,
        };
        if concerned {
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

    fn reset(&mut self) {
        self.ready.clear();
        self.say("reset", &json!({}));
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
