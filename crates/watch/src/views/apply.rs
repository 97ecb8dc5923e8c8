//! What each entry changes in the views of cameras: a pure function.

mod looked;

use super::{joined, residents};
use crate::event::{CameraFacts, SiteFacts, WatchEvent};
use liengia_journal::{Actor, BadBody, Entry, Statement, Value, statement};
use liengia_kernel::{CameraId, PersonId, SiteId, fold};

/// What this entry changes.
pub(super) fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    use WatchEvent as Was;
    let event: WatchEvent = entry.event()?;
    Ok(match &event {
        Was::SiteAdded { site, facts } | Was::SiteCorrected { site, facts, .. } => {
            vec![site_is(entry, *site, facts)]
        }
        Was::SiteClosed { site, .. } => vec![statement!(
            "UPDATE sites SET closed_at = $3, version = $4 WHERE commune = $1 AND site = $2",
            entry.commune,
            *site,
            entry.at,
            entry.seq
        )],
        Was::LongerKeepingAsked { .. }
        | Was::LongerKeepingRefused { .. }
        | Was::LongerKeepingAgreed { .. } => kept_longer(entry, &event),
        Was::CameraAdded { camera, facts } | Was::CameraCorrected { camera, facts, .. } => {
            let aimed = matches!(event, Was::CameraCorrected { door: true, .. });
            std::iter::once(camera_is(entry, *camera, facts))
                .chain(aimed.then(|| aimed_anew(entry, *camera)))
                .collect()
        }
        Was::ResidentsViewAsked { .. }
        | Was::ResidentsViewAgreed { .. }
        | Was::ResidentsViewEnded { .. }
        | Was::ResidentsViewObjected { .. }
        | Was::ObjectionWithdrawn { .. } => residents::apply(entry, &event),
        Was::LookOpened { .. } | Was::CameraMoved { .. } | Was::LookClosed { .. } => {
            looked::looked(entry, &event)
        }
        Was::OrderKept { order, person, .. } => vec![statement!(
            "INSERT INTO orders (commune, order_id, person, kept_at) VALUES ($1, $2, $3, $4)",
            entry.commune,
            *order,
            *person,
            entry.at
        )],
        Was::NoticeDelayAsked { .. }
        | Was::NoticeDelayAgreed { .. }
        | Was::NoticeDelayRefused { .. }
        | Was::NoticeDelayRenewed { .. }
        | Was::NoticeGiven { .. } => looked::told_later(entry, &event),
        Was::HoldPlaced { .. } | Was::HoldEnded { .. } | Was::FootageProtected { .. } => held(entry, &event),
        Was::ExportAsked { .. }
        | Was::ExportApproved { .. }
        | Was::ExportRefused { .. }
        | Was::ExportMade { .. }
        | Was::ExportFetched { .. } => exported(entry, &event),
        Was::SightingNoted { .. } | Was::SightingEnded { .. } => sighted(entry, &event),
        Was::FootageAnchored { root, .. } => vec![statement!(
            "INSERT INTO footage_roots (commune, root, entry, seq, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (commune, root) DO NOTHING",
            entry.commune,
            root.to_string(),
            entry.id,
            entry.seq,
            entry.at
        )],
        _ => of_camera(entry, &event).into_iter().collect(),
    })
}

fn site_is(entry: &Entry, site: SiteId, facts: &SiteFacts) -> Statement {
    statement!(
        "INSERT INTO sites (commune, site, place, name, search, lat, lon, purpose, words, contact, paid_by, sound, \
         keep_hours, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (commune, site) DO UPDATE SET place = excluded.place, name = excluded.name, \
         search = excluded.search, lat = excluded.lat, lon = excluded.lon, purpose = excluded.purpose, \
         words = excluded.words, contact = excluded.contact, paid_by = excluded.paid_by, sound = excluded.sound, \
         keep_hours = excluded.keep_hours, version = excluded.version",
        entry.commune,
        site,
        facts.place,
        &facts.name,
        fold(&facts.name),
        facts.position.lat(),
        facts.position.lon(),
        facts.purpose.to_string(),
        &facts.words,
        &facts.contact,
        facts.paid_by.to_string(),
        facts.sound,
        facts.keep_hours,
        entry.seq
    )
}

/// Of footage that is kept longer than is usual.
fn kept_longer(entry: &Entry, event: &WatchEvent) -> Vec<Statement> {
    match event {
        WatchEvent::LongerKeepingAsked { site, person, hours, .. } => {
            vec![longer(entry, *site, Some((*hours, *person)))]
        }
        WatchEvent::LongerKeepingRefused { site, .. } => vec![longer(entry, *site, None)],
        WatchEvent::LongerKeepingAgreed { site, hours, .. } => vec![
            longer(entry, *site, None),
            statement!(
                "UPDATE sites SET keep_hours = $3 WHERE commune = $1 AND site = $2",
                entry.commune,
                *site,
                *hours
            ),
        ],
        _ => Vec::new(),
    }
}

/// Of what cameras showed.
fn sighted(entry: &Entry, event: &WatchEvent) -> Vec<Statement> {
    match event {
        WatchEvent::SightingNoted { sighting, camera, person, seen_at, sighting_kind, note } => {
            vec![statement!(
                "INSERT INTO sightings (commune, sighting, camera, person, seen_at, kind, note) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                entry.commune,
                *sighting,
                *camera,
                *person,
                *seen_at,
                sighting_kind.to_string(),
                note.map(|note| note.to_string())
            )]
        }
        WatchEvent::SightingEnded { sighting, told, outcome, .. } => vec![statement!(
            "UPDATE sightings SET ended_at = $3, told = $4, outcome = $5 WHERE commune = $1 AND sighting = $2",
            entry.commune,
            *sighting,
            entry.at,
            told.to_string(),
            outcome.to_string()
        )],
        _ => Vec::new(),
    }
}

/// That its footage be kept longer, where somebody asks so.
fn longer(entry: &Entry, site: SiteId, asked: Option<(u16, PersonId)>) -> Statement {
    let (hours, by) = asked.unzip();
    statement!(
        "UPDATE sites SET longer_hours = $3, longer_by = $4, version = $5 WHERE commune = $1 AND site = $2",
        entry.commune,
        site,
        hours,
        by,
        entry.seq
    )
}

fn camera_is(entry: &Entry, camera: CameraId, facts: &CameraFacts) -> Statement {
    statement!(
        "INSERT INTO cameras (commune, camera, site, name, search, lat, lon, direction, angle, reach_m, household, \
         paused, masks, masking, added_at, aimed_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, '[]', 'none', $12, $12, $13) \
         ON CONFLICT (commune, camera) DO UPDATE SET site = excluded.site, name = excluded.name, \
         aimed_at = CASE WHEN cameras.lat = excluded.lat AND cameras.lon = excluded.lon \
         AND cameras.direction = excluded.direction AND cameras.angle = excluded.angle THEN cameras.aimed_at \
         ELSE excluded.aimed_at END, \
         search = excluded.search, lat = excluded.lat, lon = excluded.lon, direction = excluded.direction, \
         angle = excluded.angle, reach_m = excluded.reach_m, version = excluded.version",
        entry.commune,
        camera,
        facts.site,
        &facts.name,
        fold(&facts.name),
        facts.position.lat(),
        facts.position.lon(),
        facts.direction,
        facts.angle,
        facts.reach_m,
        facts.owner.household(),
        entry.at,
        entry.seq
    )
}

/// It is reached elsewhere: what it shows is not what it showed.
fn aimed_anew(entry: &Entry, camera: CameraId) -> Statement {
    statement!(
        "UPDATE cameras SET aimed_at = $3 WHERE commune = $1 AND camera = $2",
        entry.commune,
        camera,
        entry.at
    )
}

/// What changes one camera.
fn of_camera(entry: &Entry, event: &WatchEvent) -> Option<Statement> {
    use WatchEvent as Was;
    let set = |camera: &CameraId, columns: &str, values: Vec<Value>| {
        let known = [Value::from(entry.commune), (*camera).into(), entry.seq.into()];
        let sql = format!("UPDATE cameras SET version = $3, {columns} WHERE commune = $1 AND camera = $2");
        Some(Statement::new(sql, known.into_iter().chain(values).collect::<Vec<_>>()))
    };
    let json = |value: Result<String, serde_json::Error>| Value::from(value.unwrap_or_default());
    let nobody = || Value::from(None::<PersonId>);
    match event {
        Was::CameraRemoved { camera, .. } => set(camera, "removed_at = $4", vec![entry.at.into()]),
        Was::ConsentGiven { camera, person, consent } => set(
            camera,
            "consent = $4, consented_by = $5, consented_at = $6, paused = 0",
            vec![json(serde_json::to_string(consent)), (*person).into(), entry.at.into()],
        ),
        Was::ConsentWithdrawn { camera, .. } => {
            set(camera, "consent = NULL, consented_by = NULL, consented_at = NULL", vec![])
        }
        Was::CameraPaused { camera, .. } => set(camera, "paused = 1", vec![]),
        Was::CameraResumed { camera, .. } => set(camera, "paused = 0", vec![]),
        Was::MasksDrawn { .. } | Was::MasksLost { .. } | Was::MasksBack { .. } => {
            super::masked::masked(event, entry.at)
                .and_then(|(camera, columns, values)| set(camera, columns, values))
        }
        // Nothing of the node's own is another by that.
        Was::ImagingSet { camera, .. } => set(camera, "name = name", vec![]),
        Was::ReaimAsked { camera, note } => set(
            camera,
            "reaim_asked_at = $4, reaim_note = $5, reaim_answered_at = NULL, reaim_done = NULL",
            vec![entry.at.into(), note.to_string().into()],
        ),
        Was::ReaimAnswered { camera, done, .. } => {
            set(camera, "reaim_answered_at = $4, reaim_done = $5", vec![entry.at.into(), (*done).into()])
        }
        Was::CameraDied { camera, since } => {
            set(camera, "died_at = $4, repair_by = $5, repair_until = NULL", vec![(*since).into(), nobody()])
        }
        Was::RepairTaken { camera, person, until } => {
            set(camera, "repair_by = $4, repair_until = $5", vec![(*person).into(), (*until).into()])
        }
        Was::CameraLives { camera } => {
            set(camera, "died_at = NULL, repair_by = NULL, repair_until = NULL", vec![])
        }
        _ => None,
    }
}

fn held(entry: &Entry, event: &WatchEvent) -> Vec<Statement> {
    const HOLD: &str = "INSERT INTO holds (commune, hold, cameras, from_at, to_at, until_at, alarm, placed_by, placed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (commune, hold) DO UPDATE SET \
        cameras = excluded.cameras, from_at = excluded.from_at, to_at = excluded.to_at, until_at = excluded.until_at";
    match event {
        WatchEvent::HoldPlaced { hold, cameras, span, until, .. } => {
            let by = match entry.actor {
                Actor::Person(person) => Some(person),
                Actor::Device(_) | Actor::Node => None,
            };
            let alarm: Option<liengia_kernel::AlarmId> = None;
            let (from, to) = (span.from, span.to);
            vec![statement!(
                HOLD,
                entry.commune,
                *hold,
                joined(cameras),
                from,
                to,
                *until,
                alarm,
                by,
                entry.at
            )]
        }
        WatchEvent::FootageProtected { alarm, cameras, span, until } => {
            let by: Option<PersonId> = None;
            let (from, to) = (span.from, span.to);
            vec![statement!(
                HOLD,
                entry.commune,
                *alarm,
                joined(cameras),
                from,
                to,
                *until,
                *alarm,
                by,
                entry.at
            )]
        }
        WatchEvent::HoldEnded { hold, .. } => vec![statement!(
            "UPDATE holds SET ended_at = $3 WHERE commune = $1 AND hold = $2",
            entry.commune,
            *hold,
            entry.at
        )],
        _ => Vec::new(),
    }
}

fn exported(entry: &Entry, event: &WatchEvent) -> Vec<Statement> {
    const DECIDED: &str = "UPDATE exports SET decided_by = $3, decided_at = $4, approved = $5, version = $6 \
                           WHERE commune = $1 AND export = $2";
    match event {
        WatchEvent::ExportAsked {
            export, person, unit, cameras, span, purpose, order, delay, copy, ..
        } => {
            let asked = statement!(
                "INSERT INTO exports (commune, export, asked_by, unit_kind, unit, cameras, from_at, to_at, purpose, \
                 order_id, delay, asked_at, version, copy) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                entry.commune,
                *export,
                *person,
                unit.kind(),
                unit.id(),
                joined(cameras),
                span.from,
                span.to,
                purpose.to_string(),
                *order,
                *delay,
                entry.at,
                entry.seq,
                copy.as_ref().and_then(|copy| serde_json::to_string(copy).ok())
            );
            // Those concerned read that it was asked for, as they read who looked.
            std::iter::once(asked).chain(looked::looked(entry, event)).collect()
        }
        WatchEvent::ExportApproved { export, person, .. } => {
            vec![statement!(DECIDED, entry.commune, *export, *person, entry.at, true, entry.seq)]
        }
        WatchEvent::ExportRefused { export, person, .. } => {
            vec![statement!(DECIDED, entry.commune, *export, *person, entry.at, false, entry.seq)]
        }
        WatchEvent::ExportMade { export, sha256, bytes, damaged } => vec![statement!(
            "UPDATE exports SET made_at = $3, sha256 = $4, bytes = $5, damaged = $6, version = $7 \
             WHERE commune = $1 AND export = $2",
            entry.commune,
            *export,
            entry.at,
            sha256.to_string(),
            *bytes,
            *damaged,
            entry.seq
        )],
        WatchEvent::ExportFetched { export, person } => vec![
            statement!(
                "UPDATE exports SET fetched_by = $3, fetched_at = $4, version = $5 WHERE commune = $1 AND export = $2",
                entry.commune,
                *export,
                *person,
                entry.at,
                entry.seq
            ),
            looked::closed(entry, (*export).into(), None),
        ],
        _ => Vec::new(),
    }
}
