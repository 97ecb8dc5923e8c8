//! Keeps the engine's roster and the directory true: what changes in the register or the kit reaches them
//! a moment after it is in the journal.

use super::{Alarms, Directory};
use crate::{
    engine::{self, Input, Output},
    event::{FireEvent, KitEvent},
    views::{AlarmRow, Ladder, Point},
};
use liengia_journal::{Entry, Event, Journal, QueryError};
use liengia_kernel::{AlarmId, HouseholdId, TeamId};
use liengia_register::{event::RegisterEvent, views::Team};
use std::{
    collections::BTreeSet,
    fmt::Display,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::watch;

/// How long to wait before reading again after the database could not answer.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Most entries that are taken together.
const MOST_AT_ONCE: usize = 2_000;

/// What an entry makes stale.
#[derive(Debug, Default, PartialEq, Eq)]
struct Stale {
    homes: BTreeSet<HouseholdId>,
    teams: BTreeSet<TeamId>,
    /// Their homes are in no team any more.
    dissolved: BTreeSet<TeamId>,
    points: bool,
    /// They rang, and so have a number now.
    rang: BTreeSet<AlarmId>,
}

/// Follows the journal after `seq` until `stop` is true.
pub async fn follow(
    journal: Journal,
    after: u64,
    directory: Arc<RwLock<Directory>>,
    alarms: Alarms,
    mut stop: watch::Receiver<bool>,
) {
    let mut entries = journal.subscribe(after);
    loop {
        let mut stale = Stale::default();
        let first = tokio::select! {
            entry = entries.next() => entry,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match first {
            Ok(Some(entry)) => stale_after(&mut stale, &entry),
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "the roster cannot be followed");
                tokio::time::sleep(TRY_AGAIN_AFTER).await;
                continue;
            }
        }
        // What is there already is read at once: a load of thousands of homes reads each of them once.
        for _ in 0..MOST_AT_ONCE {
            tokio::select! {
                biased;
                entry = entries.next() => match entry {
                    Ok(Some(entry)) => stale_after(&mut stale, &entry),
                    Ok(None) | Err(_) => break,
                },
                () = std::future::ready(()) => break,
            }
        }
        while let Err(error) = refresh(&journal, &directory, &alarms, &mut stale).await {
            tracing::error!(%error, "the roster could not be read");
            if *stop.borrow() {
                return;
            }
            tokio::time::sleep(TRY_AGAIN_AFTER).await;
        }
        alarms.shared.followed.send_replace(entries.cursor());
    }
}

fn stale_after(stale: &mut Stale, entry: &Entry) {
    match &*entry.slice {
        RegisterEvent::SLICE => {
            if let Ok(event) = entry.event() {
                register_stale(stale, event);
            }
        }
        KitEvent::SLICE => match entry.event() {
            Ok(FireEvent::Kit(
                KitEvent::DevicePaired { household, .. } | KitEvent::DeviceRemoved { household, .. },
            )) => {
                stale.homes.insert(household);
            }
            Ok(FireEvent::Kit(
                KitEvent::PointAdded { .. } | KitEvent::PointCorrected { .. } | KitEvent::PointRemoved { .. },
            )) => stale.points = true,
            Ok(FireEvent::Kit(KitEvent::LadderSet { team, .. })) => drop(stale.teams.insert(team)),
            Ok(FireEvent::Alarm(
                engine::Event::Raised { alarm, .. }
                | engine::Event::Adopted { alarm, .. }
                | engine::Event::DrillStarted { drill: alarm, .. },
            )) => drop(stale.rang.insert(alarm)),
            _ => {}
        },
        _ => {}
    }
}

fn register_stale(stale: &mut Stale, event: RegisterEvent) {
    use RegisterEvent as Was;
    match event {
        Was::HouseholdAdded { household, .. }
        | Was::HouseholdCorrected { household, .. }
        | Was::HouseholdMoved { household, .. }
        | Was::HouseholdRemoved { household, .. }
        | Was::PersonAdded { household, .. }
        | Was::PersonCorrected { household, .. }
        | Was::PersonErased { household, .. }
        | Was::HelpNoteWritten { household, .. } => {
            stale.homes.insert(household);
        }
        Was::TeamFormed { team, .. } | Was::TeamCorrected { team, .. } | Was::LeadersNamed { team, .. } => {
            stale.teams.insert(team);
        }
        Was::TeamDissolved { team, .. } => drop(stale.dissolved.insert(team)),
        Was::NeighboursNamed { team, added, removed, .. } => {
            stale.teams.insert(team);
            stale.teams.extend(added);
            stale.teams.extend(removed);
        }
        Was::HelpNoteRead { .. } | Was::PlaceCorrected { .. } => {}
    }
}

async fn refresh(
    journal: &Journal,
    directory: &RwLock<Directory>,
    alarms: &Alarms,
    stale: &mut Stale,
) -> Result<(), QueryError> {
    for alarm in &stale.rang {
        if let Some(number) = AlarmRow::find(journal, *alarm).await?.and_then(|row| row.number) {
            alarms.stories().number(*alarm, number);
            alarms.show_anew(*alarm);
        }
    }
    if stale.points {
        let points = Point::all(journal).await?;
        directory.write().unwrap_or_else(PoisonError::into_inner).points = points;
    }
    let mut gaining = BTreeSet::new();
    {
        let directory = directory.read().unwrap_or_else(PoisonError::into_inner);
        let left = stale.dissolved.iter().flat_map(|team| directory.homes_of(*team));
        stale.homes.extend(left.map(|home| home.household));
    }
    for household in &stale.homes {
        let read = Directory::read_home(journal, *household).await?;
        gaining.extend(read.0.as_ref().and_then(|home| home.team));
        let mut directory = directory.write().unwrap_or_else(PoisonError::into_inner);
        // Kept with what is stale: should anything fail from here on, the next try has to know the team that it left.
        stale.teams.extend(directory.replace_home(*household, read));
    }
    let touched = &stale.teams | &stale.dissolved;
    // A home that moves is never unknown: the team that gains it is told first, or that it stands alone; but where its
    // team is dissolved, that first, so that it stays in it while that burns.
    let (dissolved, losing): (BTreeSet<TeamId>, BTreeSet<TeamId>) =
        touched.difference(&gaining).copied().partition(|team| stale.dissolved.contains(team));
    tell_teams(journal, directory, alarms, gaining).await?;
    tell_teams(journal, directory, alarms, dissolved).await?;
    for household in &stale.homes {
        let told = directory.read().unwrap_or_else(PoisonError::into_inner).alone(*household);
        if let Some(told) = told {
            taken_in(household, &alarms.tell(told));
        }
    }
    tell_teams(journal, directory, alarms, losing).await
}

/// Reads these teams anew and tells the engine.
async fn tell_teams(
    journal: &Journal,
    directory: &RwLock<Directory>,
    alarms: &Alarms,
    teams: BTreeSet<TeamId>,
) -> Result<(), QueryError> {
    for team in &teams {
        let known = Team::find(journal, *team).await?.filter(|team| !team.dissolved);
        let ladder = Ladder::find(journal, *team).await?;
        let roster = {
            let mut directory = directory.write().unwrap_or_else(PoisonError::into_inner);
            match known {
                Some(known) => directory.teams.insert(*team, known),
                None => directory.teams.remove(team),
            };
            if let Some(ladder) = ladder {
                directory.ladders.insert(*team, ladder.times.into());
            }
            directory.roster(*team)
        };
        taken_in(*team, &alarms.tell(roster.map_or(Input::TeamRemoved(*team), Input::Team)));
    }
    Ok(())
}

/// What the engine does not take in of a team or a home does not ring: somebody must hear of it.
pub(super) fn taken_in(whose: impl Display, outputs: &[Output]) {
    let refused = outputs.iter().find_map(|output| match output {
        Output::Refused(refusal) => Some(refusal),
        _ => None,
    });
    if let Some(refusal) = refused {
        tracing::error!(%whose, ?refusal, "the alarm engine does not know it as the register does: make it smaller");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_journal::Salt;

    #[test]
    fn a_move_makes_the_household_stale_and_so_both_its_teams() {
        let household = HouseholdId::from_bytes([1; 16]);
        let mut stale = Stale::default();
        let reason = Salt([0; 16]).commit(b"");
        register_stale(&mut stale, RegisterEvent::HouseholdMoved { household, from: None, to: None, reason });
        assert_eq!(stale, Stale { homes: [household].into(), ..Stale::default() });
    }
}
