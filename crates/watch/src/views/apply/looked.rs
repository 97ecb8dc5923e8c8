//! What entries change in the tables of who looked, and of who is told later.

use crate::{
    event::{LookKind, WatchEvent},
    views::joined,
};
use liengia_journal::{Entry, Statement, Value, statement};
use liengia_kernel::{CameraId, DelayId};

/// Of looks, and of footage that is asked for as it were one.
pub(super) fn looked(entry: &Entry, event: &WatchEvent) -> Vec<Statement> {
    let (look, person, unit, kind, cameras, purpose, span, delay) = match event {
        WatchEvent::LookOpened { look, person, unit, look_kind, cameras, purpose, span, delay, .. } => {
            (Value::from(*look), person, unit, *look_kind, cameras, purpose, *span, *delay)
        }
        WatchEvent::ExportAsked { export, person, unit, cameras, span, purpose, delay, .. } => {
            (Value::from(*export), person, unit, LookKind::Export, cameras, purpose, Some(*span), *delay)
        }
        WatchEvent::CameraMoved { camera, look, .. } => {
            return vec![statement!(
                "UPDATE look_cameras SET moved = 1 WHERE commune = $1 AND camera = $2 AND look = $3",
                entry.commune,
                *camera,
                *look
            )];
        }
        WatchEvent::LookClosed { look, seconds } => return vec![closed(entry, (*look).into(), *seconds)],
        _ => return Vec::new(),
    };
    let (alarm, shift) = match event {
        WatchEvent::LookOpened { alarm, shift, .. } => (*alarm, *shift),
        _ => (None, None),
    };
    let opened = statement!(
        "INSERT INTO looks (commune, look, person, unit_kind, unit, kind, purpose, from_at, to_at, alarm, shift, delay, \
         opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        entry.commune,
        look.clone(),
        *person,
        unit.kind(),
        unit.id(),
        kind.to_string(),
        purpose.to_string(),
        span.map(|span| span.from),
        span.map(|span| span.to),
        alarm,
        shift,
        delay,
        entry.at
    );
    // Where telling them was put off, nothing tells them before that is over.
    let told_at = delay.is_none().then_some(entry.at);
    let at = |camera: &CameraId| {
        statement!(
            "INSERT INTO look_cameras (commune, look, camera, told_at, moved) VALUES ($1, $2, $3, $4, 0)",
            entry.commune,
            look.clone(),
            *camera,
            told_at
        )
    };
    std::iter::once(opened).chain(cameras.iter().map(at)).collect()
}

/// A look that is over, or footage that was fetched.
pub(super) fn closed(entry: &Entry, look: Value, seconds: Option<u64>) -> Statement {
    statement!(
        "UPDATE looks SET closed_at = $3, seconds = $4 WHERE commune = $1 AND look = $2 AND closed_at IS NULL",
        entry.commune,
        look,
        entry.at,
        seconds
    )
}

/// Of telling those concerned later.
pub(super) fn told_later(entry: &Entry, event: &WatchEvent) -> Vec<Statement> {
    let set = |delay: &DelayId, columns: &str, values: Vec<Value>| {
        let known = [Value::from(entry.commune), (*delay).into(), entry.seq.into()];
        let sql =
            format!("UPDATE notice_delays SET version = $3, {columns} WHERE commune = $1 AND delay = $2");
        Statement::new(sql, known.into_iter().chain(values).collect::<Vec<_>>())
    };
    match event {
        WatchEvent::NoticeDelayAsked { delay, person, unit, cameras, purpose, order, .. } => {
            vec![statement!(
                "INSERT INTO notice_delays (commune, delay, cameras, purpose, asked_by, unit_kind, unit, order_id, asked_at, \
             version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                entry.commune,
                *delay,
                joined(cameras),
                purpose.to_string(),
                *person,
                unit.kind(),
                unit.id(),
                *order,
                entry.at,
                entry.seq
            )]
        }
        WatchEvent::NoticeDelayAgreed { delay, person, auditor, until } => {
            let column = if *auditor { "auditor" } else { "officer" };
            let columns = format!("{column} = $4, until_at = COALESCE($5, until_at)");
            vec![set(delay, &columns, vec![(*person).into(), (*until).into()])]
        }
        WatchEvent::NoticeDelayRefused { delay, .. } => {
            vec![set(delay, "refused_at = $4", vec![entry.at.into()])]
        }
        WatchEvent::NoticeDelayRenewed { delay, person, .. } => {
            vec![set(delay, "renewed_by = $4, officer = NULL, auditor = NULL", vec![(*person).into()])]
        }
        WatchEvent::NoticeGiven { delay, .. } => vec![
            set(delay, "given_at = $4", vec![entry.at.into()]),
            statement!(
                "UPDATE look_cameras SET told_at = $3 WHERE commune = $1 AND told_at IS NULL \
                 AND look IN (SELECT look FROM looks WHERE commune = $1 AND delay = $2)",
                entry.commune,
                *delay,
                entry.at
            ),
        ],
        _ => Vec::new(),
    }
}
