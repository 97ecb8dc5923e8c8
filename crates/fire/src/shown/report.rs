//! The report on an alarm or drill that is over: from the journal alone, and sealed by it.

use super::{
    Names, TeamNamed, Whole,
    alarm::{AllOut, Closed, TimelineEntry},
    timeline,
};
use crate::{
    engine::{CardState, Event, HomeSnapshot, Mode, Role, Said, Source},
    event::{FireEvent, HomeThen, KitEvent},
    rules::{Durations, Gap, HomeGap, findings},
    views::Told,
};
use liengia_journal::{Hash, Head};
use liengia_kernel::{AlarmId, HouseholdId, Pii, Timestamp, shown};
use serde::Serialize;
use std::collections::BTreeMap;

/// The report on an alarm or drill.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AlarmReport {
    /// Its id.
    pub alarm: AlarmId,
    /// Its number in this commune.
    pub number: Option<u64>,
    /// Fire or practice.
    pub mode: Mode,
    /// Whether it is still open: then the report is of what happened so far.
    pub open: bool,
    /// Its team.
    pub team: Option<TeamNamed>,
    /// The home that was named first.
    pub household: Option<HouseholdId>,
    /// What neighbours call it; null for whoever may not read it.
    #[serde(serialize_with = "shown")]
    pub label: Option<Pii<String>>,
    /// What raised it.
    pub source: Source,
    /// The press came late.
    pub late: bool,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// How it ended.
    pub closed: Option<Closed>,
    /// How long things took.
    pub durations: Durations,
    /// What was counted.
    pub counts: ReportCounts,
    /// Home by home.
    pub households: Vec<ReportHousehold>,
    /// What was missed in the whole.
    pub gaps: Vec<Gap>,
    /// Everything that happened, from press to close.
    pub timeline: Vec<ReportEntry>,
    /// What it rests on.
    pub seal: Seal,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub struct ReportCounts {
    /// Homes that it concerned.
    pub homes: usize,
    /// Homes whose bell confirmed.
    pub rang: usize,
    /// Homes whose phone had it.
    pub delivered: usize,
    /// Homes where somebody saw it.
    pub seen: usize,
    /// People who answered.
    pub answered: u64,
    /// People who were there in the end.
    pub arrived: usize,
    /// Cards that were taken.
    pub cards_taken: usize,
    /// Homes of which somebody said that all are out.
    pub out: usize,
    /// Who looked and saw fire.
    pub saw_fire: u64,
    /// Who looked and saw none.
    pub saw_no_fire: u64,
}

/// One home in a report.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReportHousehold {
    /// Its id.
    pub household: HouseholdId,
    /// What neighbours call it; null for whoever may not read it.
    #[serde(serialize_with = "shown")]
    pub label: Option<Pii<String>>,
    /// It burnt.
    pub burning: bool,
    /// It stood next to one that burnt.
    pub adjoining: bool,
    /// Bells that it had.
    pub bells: u16,
    /// How many people had to be out of it.
    pub people: u16,
    /// When its bell confirmed.
    pub rang_at: Option<Timestamp>,
    /// When its phone had it.
    pub delivered_at: Option<Timestamp>,
    /// When somebody saw it.
    pub seen_at: Option<Timestamp>,
    /// The answer that helped most.
    pub answer: Option<Said>,
    /// When that was said.
    pub answer_at: Option<Timestamp>,
    /// The last "all out".
    pub out: Option<AllOut>,
    /// What was missed.
    pub gaps: Vec<HomeGap>,
}

/// One thing that happened, with its place in the chain.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReportEntry {
    /// Its entry in the journal.
    pub seq: u64,
    /// What.
    #[serde(flatten)]
    pub told: TimelineEntry,
}

/// What a report rests on: whoever has the journal can check that nothing was changed in it, and whoever has this report that
/// nothing was changed here.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Seal {
    /// How many entries tell of it.
    pub entries: usize,
    /// The first.
    pub first_seq: u64,
    /// The last.
    pub last_seq: u64,
    /// The hash of the last, which seals all before it.
    pub last_hash: String,
    /// The last entry of the whole journal when this report was made.
    pub head_seq: u64,
    /// Its hash.
    pub head_hash: String,
    /// When this report was made.
    pub made_at: Timestamp,
    /// The digest of what happened, as it stands here.
    pub timeline_digest: String,
    /// The digest of everything else in this report.
    pub rest_digest: String,
    /// The node's Ed25519 signature under all of that, in hex; `docs/reference/reports.md` says under which words.
    pub signature: String,
    /// The key that it was made with, in hex. The node tells its own at `/api/report-key`.
    pub public_key: String,
}

/// A hash as people write it.
pub fn hex(hash: &Hash) -> String {
    use std::fmt::Write;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a report is made of.
pub(crate) struct Material<'a> {
    pub whole: Whole,
    pub told: &'a [Told],
    pub homes: BTreeMap<HouseholdId, HomeThen>,
    pub head: Head,
}

impl Material<'_> {
    /// The report, with names where `named` says that the one who asks may read them.
    pub fn report(self, names: &Names<'_>, named: impl Fn(HouseholdId) -> bool) -> AlarmReport {
        let snapshot = &self.whole.snapshot;
        let unsaid = self.told.iter().filter_map(|told| match told.event {
            FireEvent::Kit(KitEvent::AlarmUnsaid { why, .. }) => Some(why),
            _ => None,
        });
        let found = findings(snapshot, &self.whole.events, &self.homes, &unsaid.collect());
        let label = |household| named(household).then(|| names.household(household));
        let everybody = snapshot.households.iter().all(|home| named(home.household));
        let mut ending = self.whole.ending.as_ref().map(|ending| self.whole.closed(ending, names));
        if !everybody && let Some(closed) = &mut ending {
            (closed.by, closed.looked_by, closed.reason) = Default::default();
        }
        let taken = |state| matches!(state, CardState::Accepted | CardState::Arrived);
        let cards = snapshot.responders.iter().filter(|card| taken(card.state) && card.role != Role::Call114);
        AlarmReport {
            alarm: snapshot.alarm,
            number: self.whole.number,
            mode: snapshot.mode,
            open: self.whole.ending.is_none(),
            team: snapshot.team.and_then(|team| names.team(team)),
            household: snapshot.origin,
            label: snapshot.origin.and_then(label),
            source: snapshot.source,
            late: snapshot.late,
            raised_at: snapshot.raised_at,
            closed: ending,
            durations: found.durations,
            counts: ReportCounts {
                homes: snapshot.counts.homes,
                rang: snapshot.counts.rang,
                delivered: snapshot.counts.delivered,
                seen: snapshot.counts.seen,
                answered: found.answered,
                arrived: snapshot.counts.arrived,
                cards_taken: cards.count(),
                out: snapshot.counts.out,
                saw_fire: found.saw_fire,
                saw_no_fire: found.saw_no_fire,
            },
            households: snapshot
                .households
                .iter()
                .map(|home| {
                    let gaps = found.homes.get(&home.household).cloned().unwrap_or_default();
                    household(home, self.homes.get(&home.household), gaps, names, label(home.household))
                })
                .collect(),
            gaps: found.gaps,
            timeline: self.timeline(names, everybody),
            seal: self.seal(),
        }
    }

    fn timeline(&self, names: &Names<'_>, named: bool) -> Vec<ReportEntry> {
        let told = self.told.iter().filter_map(|told| match &told.event {
            FireEvent::Alarm(event) => Some((told.seq, event)),
            FireEvent::Kit(_) => None,
        });
        let entry = |(seq, event): (u64, &Event)| {
            let mut told = timeline::entry(event, names);
            if !named {
                told.who = None;
                told.args.retain(|_, particular| !particular.is_personal());
            }
            ReportEntry { seq, told }
        };
        told.map(entry).collect()
    }

    fn seal(&self) -> Seal {
        let (first, last) = (self.told.first(), self.told.last());
        Seal {
            entries: self.told.len(),
            first_seq: first.map_or(0, |told| told.seq),
            last_seq: last.map_or(0, |told| told.seq),
            last_hash: last.map_or(String::new(), |told| hex(&told.hash)),
            head_seq: self.head.seq,
            head_hash: hex(&self.head.hash),
            made_at: Timestamp::from_seconds(0),
            timeline_digest: String::new(),
            rest_digest: String::new(),
            signature: String::new(),
            public_key: String::new(),
        }
    }
}

fn household(
    home: &HomeSnapshot,
    then: Option<&HomeThen>,
    gaps: Vec<HomeGap>,
    names: &Names<'_>,
    label: Option<Pii<String>>,
) -> ReportHousehold {
    let out = home.out.map(|out| AllOut {
        count: out.count,
        away: out.away,
        by: if label.is_some() { names.by(out.by) } else { Pii::default() },
        at: out.at,
    });
    ReportHousehold {
        household: home.household,
        label,
        burning: home.burning,
        adjoining: home.adjoining,
        bells: then.map_or(0, |then| then.bells),
        people: home.registered,
        rang_at: home.rang_at,
        delivered_at: home.delivered_at,
        seen_at: home.seen_at,
        answer: home.answer,
        answer_at: home.answer_at,
        out,
        gaps,
    }
}
