//! What each entry changes in the views of fire safety: a pure function.

use crate::{
    engine::{self, Scope, Source},
    event::{Contents, FireEvent, KitEvent, PointFacts},
    rules::LadderTimes,
};
use liengia_journal::{BadBody, Entry, Statement, Value, statement};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, PointId, ShiftId, TeamId, fold};

/// What this entry changes.
pub(super) fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    Ok(match entry.event()? {
        FireEvent::Alarm(event) => alarm(entry, &event),
        FireEvent::Kit(event) => kit(entry, event),
    })
}

const OPEN: &str = "INSERT INTO alarms (commune, alarm, number, mode, state, team, household, source, raised_at) \
    SELECT $1, $2, (SELECT COALESCE(MAX(number), 0) + 1 FROM alarms WHERE commune = $1), $3, 'open', $4, $5, $6, $7 \
    ON CONFLICT (commune, alarm) DO UPDATE SET state = 'open', number = excluded.number, raised_at = excluded.raised_at, \
    team = COALESCE(excluded.team, alarms.team), household = COALESCE(excluded.household, alarms.household), \
    source = COALESCE(excluded.source, alarms.source), over_at = NULL, reason = NULL";
const WAITING: &str = "INSERT INTO alarms (commune, alarm, mode, state, team, household, source, raised_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (commune, alarm) DO NOTHING";
const TESTED: &str = "INSERT INTO ring_tests (commune, team, household, test, at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (commune, team, household) DO UPDATE SET test = excluded.test, at = excluded.at";
const OVER: &str =
    "UPDATE alarms SET state = 'over', over_at = $3, reason = $4 WHERE commune = $1 AND alarm = $2";

#[expect(clippy::too_many_lines, reason = "one arm an event, each a statement")]
fn alarm(entry: &Entry, event: &engine::Event) -> Vec<Statement> {
    use engine::Event as Was;
    let open = |alarm: AlarmId, mode: &str, scope: Scope, home: Option<Value>, source: Option<Source>| {
        let source = source.map(|source| source.to_string());
        Statement::new(
            OPEN,
            [
                Value::from(entry.commune),
                alarm.into(),
                mode.into(),
                scope.team().into(),
                home.unwrap_or(Value::Null),
                source.into(),
                entry.at.into(),
            ],
        )
    };
    let over =
        |alarm: &AlarmId, reason: &str| vec![statement!(OVER, entry.commune, *alarm, entry.at, reason)];
    match event {
        Was::Raised { alarm, stands_on, press, .. } => {
            vec![open(*alarm, "live", *stands_on, press.household.map(Value::from), Some(press.source))]
        }
        Was::Adopted { alarm, stands_on, .. } => {
            vec![open(*alarm, "live", *stands_on, None, Some(Source::Bell))]
        }
        Was::DrillStarted { drill, team, .. } => vec![open(*drill, "drill", Scope::Team(*team), None, None)],
        Was::DrillAnnounced { drill, team, starts_at, .. } => vec![statement!(
            WAITING,
            entry.commune,
            *drill,
            "drill",
            "announced",
            *team,
            None::<HouseholdId>,
            None::<String>,
            *starts_at
        )],
        Was::LateAsked { press, team, facts, .. } => vec![statement!(
            WAITING,
            entry.commune,
            *press,
            "live",
            "late",
            *team,
            facts.household,
            facts.source.to_string(),
            facts.pressed_at
        )],
        Was::RingTested { team, test, household, .. } => {
            let household = household.map_or(String::new(), |household| household.to_string());
            vec![statement!(TESTED, entry.commune, *team, household, *test, entry.at)]
        }
        Was::LateAnswered { press, yes: false, .. } => over(press, "not_burning"),
        Was::LateAnswered { press, yes: true, .. } => over(press, "still_burning"),
        Was::Closed { alarm, reason, .. } => over(alarm, &reason.to_string()),
        Was::CancelledAtHome { alarm, .. } => over(alarm, "cancelled_at_home"),
        Was::DrillEnded { drill, why, .. } => over(drill, &why.to_string()),
        Was::DrillCancelled { drill, why, .. } => over(drill, &why.to_string()),
        Was::EmergencyCalled { alarm, .. } => vec![statement!(
            "UPDATE alarms SET called_at = $3 WHERE commune = $1 AND alarm = $2 AND called_at IS NULL",
            entry.commune,
            *alarm,
            entry.at
        )],
        _ => device(entry, event).into_iter().collect(),
    }
}

/// What an event tells about a device's health. It is the device's last entry then, and so its version: else whoever takes
/// the device away would seem to have missed something.
fn device(entry: &Entry, event: &engine::Event) -> Option<Statement> {
    use engine::Event as Was;
    // A parameter that nothing but a number stands beside would be a small integer to PostgreSQL, and a time is none.
    if let Was::DeviceBack { device, .. } | Was::DeviceFirstHeard { device, .. } = event {
        let sql = "UPDATE devices SET fault_at = NULL, version = $3 WHERE commune = $1 AND device = $2";
        return Some(statement!(sql, entry.commune, *device, entry.seq));
    }
    let (device, sql) = match event {
        Was::DeviceFault { device, .. } => {
            (device, "UPDATE devices SET fault_at = $3, version = $4 WHERE commune = $1 AND device = $2")
        }
        Was::DeviceTampered { device, .. } => {
            (device, "UPDATE devices SET tampered_at = $3, version = $4 WHERE commune = $1 AND device = $2")
        }
        Was::BatteryLow { device, .. } => (
            device,
            "UPDATE devices SET battery_low_at = $3, version = $4 WHERE commune = $1 AND device = $2",
        ),
        Was::BellHeard { device, heard: true, .. } => (
            device,
            "UPDATE devices SET heard_at = $3, listened_at = $3, version = $4 WHERE commune = $1 AND device = $2",
        ),
        Was::BellHeard { device, heard: false, .. } => {
            (device, "UPDATE devices SET listened_at = $3, version = $4 WHERE commune = $1 AND device = $2")
        }
        _ => return None,
    };
    Some(statement!(sql, entry.commune, *device, entry.at, entry.seq))
}

fn kit(entry: &Entry, event: KitEvent) -> Vec<Statement> {
    use KitEvent as Was;
    match event {
        Was::DevicePaired {
            device,
            household,
            device_kind,
            profile,
            spot,
            second_sound,
            replaces,
            siren,
        } => {
            let mut statements = vec![statement!(
                "INSERT INTO devices (commune, device, household, kind, profile, spot, second_sound, paired_at, version, siren) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                entry.commune,
                device,
                household,
                device_kind.to_string(),
                profile.to_string(),
                spot.to_string(),
                second_sound,
                entry.at,
                entry.seq,
                siren.map(|siren| siren.to_string())
            )];
            statements.extend(replaces.map(|old| device_removed(entry, old.into())));
            statements
        }
        Was::DeviceRemoved { device, .. } => vec![device_removed(entry, device.into())],
        Was::PointAdded { point, facts, .. } | Was::PointCorrected { point, facts, .. } => {
            vec![point_set(entry, point, &facts)]
        }
        Was::PointRemoved { point, .. } => vec![statement!(
            "UPDATE points SET removed_at = $3, version = $4 WHERE commune = $1 AND point = $2",
            entry.commune,
            point,
            entry.at,
            entry.seq
        )],
        Was::ShiftStarted { shift, officer } => vec![statement!(
            "INSERT INTO shifts (commune, shift, officer, started_at) VALUES ($1, $2, $3, $4)",
            entry.commune,
            shift,
            officer,
            entry.at
        )],
        Was::ShiftHandedOver { shift, to, .. } => vec![shift_over(entry, shift, to)],
        Was::ShiftTakenOver { shift, by, .. } => vec![shift_over(entry, shift, Some(by))],
        Was::LadderSet { team, ladder } => vec![ladder_set(entry, team, &ladder)],
        // They belong to an alarm's record, which is read as it stands.
        Was::AlarmConcerned { .. } | Was::AlarmNoted { .. } | Was::AlarmUnsaid { .. } => Vec::new(),
    }
}

fn shift_over(entry: &Entry, shift: ShiftId, successor: Option<PersonId>) -> Statement {
    statement!(
        "UPDATE shifts SET ended_at = $3, successor = $4 WHERE commune = $1 AND shift = $2",
        entry.commune,
        shift,
        entry.at,
        successor
    )
}

fn ladder_set(entry: &Entry, team: TeamId, ladder: &LadderTimes) -> Statement {
    statement!(
        "INSERT INTO ladders (commune, team, hook_seconds, leaders_seconds, wider_seconds, repeat_seconds, \
         own_home_seconds, enough, ring_adjacent_bells, set_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (commune, team) DO UPDATE SET hook_seconds = excluded.hook_seconds, \
         leaders_seconds = excluded.leaders_seconds, wider_seconds = excluded.wider_seconds, \
         repeat_seconds = excluded.repeat_seconds, own_home_seconds = excluded.own_home_seconds, \
         enough = excluded.enough, ring_adjacent_bells = excluded.ring_adjacent_bells, set_at = excluded.set_at, \
         version = excluded.version",
        entry.commune,
        team,
        u64::from(ladder.hook_seconds),
        u64::from(ladder.leaders_seconds),
        u64::from(ladder.wider_seconds),
        u64::from(ladder.repeat_seconds),
        u64::from(ladder.own_home_seconds),
        u64::from(ladder.enough),
        ladder.ring_adjacent_bells,
        entry.at,
        entry.seq
    )
}

fn device_removed(entry: &Entry, device: Value) -> Statement {
    let values = [entry.commune.into(), device, entry.at.into(), entry.seq.into()];
    Statement::new(
        "UPDATE devices SET removed_at = $3, version = $4 WHERE commune = $1 AND device = $2",
        values,
    )
}

fn point_set(entry: &Entry, point: PointId, facts: &PointFacts) -> Statement {
    let contents: Vec<String> = facts.contents.iter().map(Contents::to_string).collect();
    statement!(
        "INSERT INTO points (commune, point, place, name, search, lat, lon, contents, access, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (commune, point) DO UPDATE SET \
         place = excluded.place, name = excluded.name, search = excluded.search, lat = excluded.lat, \
         lon = excluded.lon, contents = excluded.contents, access = excluded.access, version = excluded.version",
        entry.commune,
        point,
        facts.place,
        &facts.name,
        fold(&facts.name),
        facts.position.lat(),
        facts.position.lon(),
        contents.join(" "),
        &facts.access,
        entry.seq
    )
}
