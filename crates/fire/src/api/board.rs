//! `GET /api/board`: everything that the desk's first screen shows, in one answer.

use super::{Api, sight::Site};
use crate::{
    engine::{LateSnapshot, Link, Rang},
    settings::Fault,
    shown::{
        HouseholdNamed,
        board::{Board, LatePress, Quiet, ShiftShown},
        device::Device,
    },
    views::{self, Shift},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Where};
use liengia_http::{Language, Problem};
use liengia_journal::Writing;
use liengia_kernel::HouseholdId;
use std::{collections::BTreeSet, sync::PoisonError};

/// Most that one of the board's lists holds; how many there are is counted beside it.
const MOST: usize = 200;

/// Households that are looked at together.
const AT_A_TIME: usize = 256;

/// Everything that the desk's first screen shows. Alarms are there even when the disk is not.
#[utoipa::path(get, path = "/api/board", tag = "fire", responses((status = 200, body = Board)))]
pub async fn board(State(api): State<Api>, caller: Caller) -> Result<Json<Board>, Problem> {
    let reach = caller.reach(Action::ReadBoard)?;
    let alarms = api.open_alarms(&caller, |_| true).await;
    let shift = api.current_shift(caller.language()).await;
    let first = alarms.iter().flat_map(|alarm| &alarm.households).map(|home| home.household).collect();
    Ok(Json(Board {
        late: api.late_presses(&caller),
        quiet: api.quiet(&reach, &first, caller.language()),
        alarms,
        shift,
        faults: api.faults(),
        unrecorded: api.alarms.unrecorded(),
        emergency_number: api.settings.emergency_number.to_string(),
        utc_offset_hours: api.settings.utc_offset_hours,
        as_of: api.alarms.now().wall,
    }))
}

impl Api {
    fn late_presses(&self, caller: &Caller) -> Vec<LatePress> {
        let late: Vec<LateSnapshot> = self.alarms.look(|state| state.late_presses().collect());
        let seen = late.into_iter().filter(|late| {
            let site = Site { alarm: late.press.press, team: late.team, household: late.press.household };
            caller.may(Action::ReadAlarms, self.target(caller, site))
        });
        // Asked before the names are held: who may see it is asked of the engine, too, which waits for names.
        let seen: Vec<LateSnapshot> = seen.collect();
        self.named(caller.language(), |names| {
            let shown = seen.into_iter().map(|late| LatePress {
                alarm: late.press.press,
                home: late.press.household.map(|home| names.home(home)),
                team: late.team.and_then(|team| names.team(team)),
                source: late.press.source,
                by: late.press.by.map(|person| names.person(person)),
                phone: late
                    .press
                    .by
                    .and_then(|person| names.directory.person(person))
                    .map(|known| known.phone()),
                pressed_at: late.press.pressed_at,
                asked_at: late.asked_at,
                desk_at: late.desk_at,
            });
            shown.collect()
        })
    }

    /// The shift that is on; none where the disk cannot tell.
    async fn current_shift(&self, language: Language) -> Option<ShiftShown> {
        match Shift::current(&self.kit.journal).await {
            Ok(shift) => {
                let shift = shift?;
                self.learn_names([shift.officer]).await;
                Some(self.shift_shown(&shift, None, language))
            }
            Err(error) => {
                tracing::warn!(%error, "shifts cannot be read");
                None
            }
        }
    }

    pub(super) fn shift_shown(
        &self,
        shift: &Shift,
        note: Option<liengia_kernel::Pii<String>>,
        language: Language,
    ) -> ShiftShown {
        self.named(language, |names| ShiftShown {
            id: shift.shift,
            person: shift.officer,
            officer: names.person(shift.officer),
            started_at: shift.started_at,
            ended_at: shift.ended_at,
            successor: shift.successor.map(|person| names.person(person)),
            note,
        })
    }

    /// What is wrong with the node and its record.
    fn faults(&self) -> Vec<Fault> {
        // Whatever else the journal may have taken meanwhile: as long as facts of an alarm wait, it fails.
        let waiting = self.alarms.failing_since();
        let failing =
            waiting.is_some() || matches!(&*self.kit.journal.writing().borrow(), Writing::Failing(_));
        let own = [
            (self.alarms.dropped() > 0).then(|| Fault::new("record_incomplete", None)),
            failing.then(|| Fault::new("journal_failing", waiting)),
        ];
        let mut faults = self.settings.faults.faults();
        for own in own.into_iter().flatten() {
            if faults.iter().all(|fault| fault.code != own.code) {
                faults.insert(0, own);
            }
        }
        faults
    }

    /// What is the matter with the equipment. The homes of open alarms come first: lists are cut at their end.
    fn quiet(&self, reach: &Where, first: &BTreeSet<HouseholdId>, language: Language) -> Quiet {
        let mut homes: Vec<HouseholdId> = {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            directory.households.keys().copied().filter(|home| self.within(reach, *home)).collect()
        };
        homes.sort_by_key(|home| !first.contains(home));
        let mut quiet = Quiet::default();
        for some in homes.chunks(AT_A_TIME) {
            self.add_quiet(&mut quiet, some, language);
        }
        quiet
    }

    fn add_quiet(&self, quiet: &mut Quiet, homes: &[HouseholdId], language: Language) {
        let known: Vec<(HouseholdId, Vec<views::Device>)> = {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            homes.iter().map(|home| (*home, directory.devices_of(*home).cloned().collect())).collect()
        };
        let health = self.health_of(known.iter().flat_map(|(_, devices)| devices));
        self.named(language, |names| {
            for (home, devices) in &known {
                let shown: Vec<Device> = devices
                    .iter()
                    .map(|known| Device::new(known, health.get(&known.device), names))
                    .collect();
                add_home(quiet, || names.home(*home), shown);
            }
        });
    }
}

/// Counts a home's devices, and lists what is the matter with them.
fn add_home(quiet: &mut Quiet, home: impl FnOnce() -> HouseholdNamed, devices: Vec<Device>) {
    let bells = || devices.iter().filter(|device| device.kind.rings());
    let there = |device: &Device| matches!(device.state, Link::Ok | Link::Late);
    if bells().next().is_none() {
        quiet.without_bell_count += 1;
    } else if !bells().any(there) {
        quiet.silent_count += 1;
        if quiet.silent_households.len() < MOST {
            quiet.silent_households.push(home());
        }
    }
    quiet.devices_count += devices.len();
    for device in devices {
        if device.state != Link::Ok || device.tamper {
            quiet.faults_count += 1;
            add(&mut quiet.faults, &device);
        }
        if device.battery_low {
            quiet.low_batteries_count += 1;
            add(&mut quiet.low_batteries, &device);
        }
        if matches!(device.rang_state, Some(Rang::Due | Rang::Never)) {
            quiet.due_count += 1;
            add(&mut quiet.due, &device);
        }
    }
}

fn add(list: &mut Vec<Device>, device: &Device) {
    if list.len() < MOST {
        list.push(device.clone());
    }
}
