//! The first packet of a connection: who is there, may it come in, and on what terms.

use super::{
    conn::{Conn, Identity},
    counts::count,
    shared::Shared,
};
use crate::mqtt::{
    gate::{Knock, Pass},
    wire::{self, Connect, ConnectAnswer, Flaw, Version, reason},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The longest name that a connection may bring.
const LONGEST_CLIENT_ID: usize = 128;
/// A window for clients that say nothing about theirs.
const USUAL_WINDOW: u16 = u16::MAX;

/// A last will: where and what.
pub(super) type Will = Option<Box<(String, Vec<u8>)>>;

/// Somebody who was let in.
pub(super) struct Introduced {
    pub(super) will: Will,
    pub(super) shown: Shown,
}

/// The credentials that opened, and how many endings there had been before they were looked at: between the gate and
/// the directory nobody finds a connection, so that whoever was taken off the roster just then is asked once more.
pub(super) struct Shown {
    username: String,
    password: Vec<u8>,
    encrypted: bool,
    endings: u64,
}

impl Shown {
    /// Whether they open still, and the same. Asked once the connection is in the directory.
    pub(super) fn still_opens(&self, shared: &Shared, pass: &Pass) -> bool {
        if shared.endings.load(Ordering::SeqCst) == self.endings {
            return true;
        }
        let knock = Knock { username: &self.username, password: &self.password, encrypted: self.encrypted };
        shared.gate.admit(&knock).is_some_and(|now| *now == *pass)
    }
}

/// Reads the first packet, answers it, and says who is in. None if nobody is; the answer was sent.
pub(super) fn introduce(
    shared: &Shared,
    conn: &Arc<Conn>,
    frame: wire::Frame<'_>,
    encrypted: bool,
) -> Option<Introduced> {
    let endings = shared.endings.load(Ordering::SeqCst);
    let counters = &shared.setting.counters;
    let connect = match wire::connect(frame) {
        Ok(connect) => connect,
        Err(Flaw::Protocol) => {
            count(&counters.refused_other);
            conn.write(&wire::refused(Version::V3, reason::VERSION));
            return None;
        }
        Err(flaw) => {
            count(&counters.malformed);
            tracing::debug!(%flaw, "a connection began with something that is no MQTT");
            return None;
        }
    };
    match admit(shared, &connect, encrypted) {
        Ok(pass) => {
            let shown = Shown {
                username: connect.username.unwrap_or_default().to_owned(),
                password: connect.password.unwrap_or_default().to_vec(),
                encrypted,
                endings,
            };
            Some(Introduced { will: enter(shared, conn, &connect, pass), shown })
        }
        Err((why, counter)) => {
            count(counter);
            conn.write(&wire::refused(connect.version, why));
            None
        }
    }
}

fn admit<'a>(
    shared: &'a Shared,
    connect: &Connect<'_>,
    encrypted: bool,
) -> Result<Arc<Pass>, (u8, &'a AtomicU64)> {
    let counters = &shared.setting.counters;
    if connect.method.is_some() {
        return Err((reason::METHOD, &counters.refused_other));
    }
    let nameless = connect.client_id.is_empty() && connect.version == Version::V3 && !connect.clean;
    if nameless || connect.client_id.len() > LONGEST_CLIENT_ID {
        return Err((reason::CLIENT_ID, &counters.refused_other));
    }
    let pass = match (connect.username, connect.password) {
        (Some(username), Some(password)) => shared.gate.admit(&Knock { username, password, encrypted }),
        _ => None,
    };
    let pass = pass.ok_or((reason::CREDENTIALS, &counters.refused_credentials))?;
    if connect.will.as_ref().is_some_and(|will| !pass.may_publish(will.topic)) {
        return Err((reason::NOT_AUTHORIZED, &counters.refused_other));
    }
    Ok(pass)
}

fn enter(shared: &Shared, conn: &Arc<Conn>, connect: &Connect<'_>, pass: Arc<Pass>) -> Will {
    let limits = &shared.setting.limits;
    let (silence, keep_alive) = limits.silence(connect.keep_alive);
    let given = connect.client_id.is_empty().then(|| shared.new_name());
    let window = connect.receive_maximum.unwrap_or(USUAL_WINDOW).min(limits.unacknowledged);
    let largest =
        connect.maximum_packet.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
    let most = if pass.is_bridge() { limits.skipped } else { limits.packet };
    conn.introduce(Identity {
        pass,
        client_id: given.clone().unwrap_or_else(|| connect.client_id.to_owned()),
        version: connect.version,
        silence,
        window,
        largest,
    });
    let answer = ConnectAnswer {
        assigned: given.as_deref(),
        keep_alive,
        maximum_packet: u32::try_from(most).unwrap_or(u32::MAX),
        receive_maximum: limits.half_done,
        session_ends: connect.session_expiry.is_some_and(|seconds| seconds > 0),
    };
    conn.write(&wire::connected(connect.version, &answer));
    count(&shared.setting.counters.admitted);
    connect.will.as_ref().map(|will| Box::new((will.topic.to_owned(), will.payload.to_vec())))
}
