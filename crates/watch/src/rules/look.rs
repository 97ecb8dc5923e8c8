//! Who may look at what: the charter as a function.
//!
//! Promises: a household's camera opens for nothing but its owner's live consent, per purpose, hour and date, and stays
//! shut while it is paused or its masks are not on the picture; a drill, or an alarm that no resident confirmed, opens none.
//! An order reaches what is recorded, never a live picture. Of a camera that was taken down nothing is live, and its home's
//! consent ended with it: only an order, and the home, reach what is left. A public camera needs a purpose, too; residents see one only
//! as `residents` says.

use super::{WatchError, residents};
use crate::{
    event::{Consent, Hours, LookKind, LookPurpose, Owner, Span, WatchEvent},
    views::Camera,
};
use liengia_access::Scope;
use liengia_journal::Commitment;
use liengia_kernel::{
    AlarmId, CameraId, DelayId, LookId, MICROS_PER_SECOND, OrderId, PersonId, Position, ShiftId, Timestamp,
};
use std::{collections::BTreeSet, time::Duration};
use strum::Display;

/// As many as a wall has tiles.
pub const MAX_CAMERAS_OF_A_LOOK: usize = 16;

/// The longest stretch of footage that one look may ask for.
const LONGEST_SPAN: Duration = Duration::from_hours(31 * 24);

const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_DAY: i64 = 24 * 60 * MICROS_PER_MINUTE;

/// How near an alarm must be for a home's camera to be of use, in metres.
const NEAR_M: f64 = 300.0;

/// Why a camera may not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Shut {
    /// The home shares nothing.
    NoConsent,
    /// Not for this purpose.
    NotForThis,
    /// Not live, or nothing recorded.
    NotThisWay,
    /// Not at this hour.
    NotNow,
    /// The consent is over.
    Over,
    /// The home let nobody look for now.
    Paused,
    /// What must not be seen is not blackened.
    NotMasked,
    /// What its home drew is not on the recorded picture: a copy that covers it may be handed out.
    OnlyAsCopy,
    /// No alarm that a resident raised or confirmed is open there.
    NoAlarm,
    /// An order reaches only what is recorded.
    OrderNotLive,
    /// A public camera, or another home's.
    NotYours,
    /// The residents did not vote for looking at it, or that is over.
    NotVoted,
    /// Another village voted.
    NotYourVillage,
    /// A home that is in the picture objects.
    Objected,
    /// Residents see what happens now, and nothing else.
    ResidentsOnlyLive,
    /// It was taken down: there is nothing to see now.
    TakenDown,
}

/// An open alarm, as far as cameras are concerned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incident {
    /// Its id.
    pub alarm: AlarmId,
    /// Where, if that is known.
    pub position: Option<Position>,
    /// Not a drill, and a resident or a device raised or confirmed it.
    pub confirmed: bool,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct LookAsked {
    /// Who.
    pub person: PersonId,
    /// For which place or home.
    pub unit: Scope,
    /// Live or back in time.
    pub kind: LookKind,
    /// Why.
    pub purpose: LookPurpose,
    /// Which stretch of footage; none live.
    pub span: Option<Span>,
    /// For which alarm.
    pub alarm: Option<AlarmId>,
    /// In which shift.
    pub shift: Option<ShiftId>,
    /// Under which number.
    pub case: Option<Commitment>,
    /// By which order.
    pub order: Option<OrderId>,
    /// As two others agreed, told to those concerned later.
    pub delay: Option<DelayId>,
}

impl LookAsked {
    /// Footage that is handed out, judged as if it were looked at.
    pub const fn handed_out(person: PersonId, unit: Scope, purpose: LookPurpose, span: Span) -> Self {
        let (kind, span) = (LookKind::Export, Some(span));
        Self {
            person,
            unit,
            kind,
            purpose,
            span,
            alarm: None,
            shift: None,
            case: None,
            order: None,
            delay: None,
        }
    }
}

/// Whether a live look shows the newest recorded picture, too, some seconds old: of public cameras, to those on duty. Of a
/// home's it may be from before the home drew what must not be seen, or before the hour that it named.
pub fn shows_newest(asked: &LookAsked, camera: &Camera) -> bool {
    asked.kind == LookKind::Live
        && asked.purpose != LookPurpose::Residents
        && camera.facts.owner == Owner::Public
}

/// A look that is opened, if every camera may be seen.
pub fn opened(
    look: LookId,
    asked: &LookAsked,
    cameras: &[Camera],
    now: Timestamp,
    utc_offset_hours: i8,
    incidents: &[Incident],
) -> Result<WatchEvent, WatchError> {
    let most = match asked.purpose {
        LookPurpose::Residents => residents::MOST_OF_RESIDENT,
        _ => MAX_CAMERAS_OF_A_LOOK,
    };
    if cameras.is_empty() || cameras.len() > most {
        return Err(WatchError::WhichCameras);
    }
    named(asked.purpose, asked.case.is_some(), asked.order.is_some())?;
    if asked.purpose == LookPurpose::Alarm && asked.alarm.is_none()
        || asked.purpose == LookPurpose::DutyWatch && asked.shift.is_none()
    {
        return Err(WatchError::WrongPurpose);
    }
    match (asked.kind, asked.span) {
        (LookKind::Live, None) => {}
        (LookKind::Playback, Some(span)) => recorded(span, now)?,
        _ => return Err(WatchError::BadSpan),
    }
    for camera in cameras {
        may_see(camera, asked, now, utc_offset_hours, incidents)
            .map_err(|why| WatchError::Shut { camera: camera.camera, why })?;
    }
    let ids: BTreeSet<CameraId> = cameras.iter().map(|camera| camera.camera).collect();
    let LookAsked { person, unit, kind, purpose, span, alarm, shift, case, order, delay } = asked.clone();
    let cameras = ids.into_iter().collect();
    Ok(WatchEvent::LookOpened {
        look,
        person,
        unit,
        cameras,
        look_kind: kind,
        purpose,
        span,
        alarm,
        shift,
        case,
        order,
        delay,
    })
}

/// Whether this is a stretch of footage that somebody can ask for: of the past, and not too long.
pub fn recorded(span: Span, now: Timestamp) -> Result<(), WatchError> {
    let past = span.from < span.to && span.to <= now && span.to - LONGEST_SPAN <= span.from;
    if past { Ok(()) } else { Err(WatchError::BadSpan) }
}

/// Whether the number that the purpose needs is named, or the order of which a copy is kept.
pub const fn named(purpose: LookPurpose, has_case: bool, has_order: bool) -> Result<(), WatchError> {
    if matches!(purpose, LookPurpose::Order) != has_order {
        return Err(WatchError::OrderNeeded);
    }
    if purpose.needs_case() && !has_case { Err(WatchError::CaseNeeded) } else { Ok(()) }
}

/// Whether a camera may be seen at this moment; asked when a look begins and every second while it lasts.
pub fn may_see(
    camera: &Camera,
    asked: &LookAsked,
    now: Timestamp,
    utc_offset_hours: i8,
    incidents: &[Incident],
) -> Result<(), Shut> {
    if camera.removed_at.is_some() && asked.kind == LookKind::Live {
        return Err(Shut::TakenDown);
    }
    if asked.purpose == LookPurpose::Residents {
        return residents::may_see(camera, asked, now);
    }
    if asked.purpose == LookPurpose::Order && asked.kind == LookKind::Live {
        return Err(Shut::OrderNotLive);
    }
    match camera.facts.owner {
        Owner::Public if asked.purpose == LookPurpose::Owner => Err(Shut::NotYours),
        Owner::Public => Ok(()),
        Owner::Household(home) if asked.purpose == LookPurpose::Owner => {
            if asked.unit != Scope::Household(home) {
                return Err(Shut::NotYours);
            }
            // Nobody can end the pause of one that was taken down.
            if camera.paused && camera.removed_at.is_none() { Err(Shut::Paused) } else { Ok(()) }
        }
        // What is recorded already, and of that the owner is told; never what its masks were to hide.
        Owner::Household(_) if asked.purpose == LookPurpose::Order => {
            if camera.is_bare(asked.span) {
                Err(Shut::NotMasked)
            } else {
                Ok(())
            }
        }
        Owner::Household(_) => shared(camera, asked, now, utc_offset_hours, incidents),
    }
}

fn shared(
    camera: &Camera,
    asked: &LookAsked,
    now: Timestamp,
    utc_offset_hours: i8,
    incidents: &[Incident],
) -> Result<(), Shut> {
    let standing = camera.removed_at.is_none();
    let consent = camera.consent.as_ref().filter(|_| standing).ok_or(Shut::NoConsent)?;
    if camera.paused {
        return Err(Shut::Paused);
    }
    if camera.is_bare(asked.span) {
        return Err(Shut::NotMasked);
    }
    if consent.until.is_some_and(|until| now >= until) {
        return Err(Shut::Over);
    }
    if !consent.purposes.contains(&asked.purpose) {
        return Err(Shut::NotForThis);
    }
    match asked.kind {
        LookKind::Live if !consent.live => return Err(Shut::NotThisWay),
        LookKind::Playback | LookKind::Export if !consent.recorded => return Err(Shut::NotThisWay),
        LookKind::Live | LookKind::Playback | LookKind::Export => {}
    }
    in_hours(consent, asked, now, utc_offset_hours)?;
    let needs_alarm = consent.only_during_alarms || asked.purpose == LookPurpose::Alarm;
    if needs_alarm && !incidents.iter().any(|incident| opens(incident, camera, asked)) {
        return Err(Shut::NoAlarm);
    }
    Ok(())
}

/// Live, the hour is now; of footage, all that is asked for must lie in the hours that the home named, on one day of them.
fn in_hours(consent: &Consent, asked: &LookAsked, now: Timestamp, utc_offset_hours: i8) -> Result<(), Shut> {
    let span = asked.span.unwrap_or(Span { from: now, to: now });
    let fits = consent.hours.is_none_or(|hours| hold(hours, span, utc_offset_hours));
    if fits { Ok(()) } else { Err(Shut::NotNow) }
}

fn hold(hours: Hours, span: Span, utc_offset_hours: i8) -> bool {
    let from_day = |minute: u16| i64::from(minute) * MICROS_PER_MINUTE;
    let opens = from_day(hours.from);
    // From midnight to midnight is the whole day.
    let open_for = (from_day(hours.to) - opens - 1).rem_euclid(MICROS_PER_DAY) + 1;
    let local = span.from.as_micros() + i64::from(utc_offset_hours) * 60 * MICROS_PER_MINUTE;
    let since = (local - opens).rem_euclid(MICROS_PER_DAY);
    since < open_for && span.to.as_micros() - span.from.as_micros() <= open_for - since
}

fn opens(incident: &Incident, camera: &Camera, asked: &LookAsked) -> bool {
    let meant = asked.alarm.is_none_or(|alarm| alarm == incident.alarm);
    incident.confirmed && meant && incident.position.is_some_and(|there| is_near(camera, there))
}

fn is_near(camera: &Camera, there: Position) -> bool {
    there.metres_to(camera.facts.position) <= NEAR_M
}

/// Whether a camera can be looked at live at this hour for an alarm there, once a resident raised or confirmed it.
pub(super) fn is_of_use(camera: &Camera, there: Position, now: Timestamp, utc_offset_hours: i8) -> bool {
    if camera.facts.owner == Owner::Public {
        return true;
    }
    let in_force = |consent: &&Consent| consent.live && consent.until.is_none_or(|until| now < until);
    let in_hours = |consent: &Consent| {
        consent.hours.is_none_or(|hours| hold(hours, Span { from: now, to: now }, utc_offset_hours))
    };
    let consent = camera.consent.as_ref().filter(in_force);
    let shared =
        consent.is_some_and(|consent| consent.purposes.contains(&LookPurpose::Alarm) && in_hours(consent));
    shared && !camera.paused && !camera.is_bare(None) && is_near(camera, there)
}

#[cfg(test)]
#[path = "look/tests.rs"]
mod tests;
