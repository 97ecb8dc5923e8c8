//! One connection from its first byte to its last.
//!
//! Promises: a press is handed over before its acknowledgement is written, and before the next packet is looked at; whoever
//! sends too much is read more slowly, and nobody else; while nothing comes, a connection holds no buffer.

use super::{
    conn::Conn,
    counts::count,
    hearing::{Hearing, Heed},
    introduction::{Introduced, Shown, Will, introduce},
    lanes::Lanes,
    meter::Bucket,
    shared::Shared,
    strangers::Stay,
};
use crate::mqtt::{
    message::Heard,
    wire::{self, Head, Qos, Version, reason},
};
use liengia_kernel::DeviceId;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    task::yield_now,
    time::{sleep, timeout},
};

/// How long a connection that sends too much is not read.
const PAUSE: Duration = Duration::from_millis(20);
/// Packets that a connection may send in one go, of whatever kind, before it is read more slowly.
const PACKETS: u32 = 500;
/// How often a connection may go on sending packets.
const PACKET_EVERY: Duration = Duration::from_millis(5);

/// What a packet leads to.
#[derive(Default)]
pub(super) struct Step {
    /// How many bytes it took.
    pub(super) length: usize,
    /// What was heard in it.
    pub(super) heed: Heed,
    /// The answer, written once that was handed over.
    pub(super) answer: Option<Vec<u8>>,
    /// The client listens to more than before: it is told what still holds.
    pub(super) subscribed: bool,
    /// What then.
    pub(super) next: Next,
}

/// What comes after a packet.
#[derive(Default)]
pub(super) enum Next {
    /// The next packet, please.
    #[default]
    Go,
    /// The client said goodbye. Its will is published only if it asked for that.
    Leave {
        /// It asked for that.
        with_will: bool,
    },
    /// Cut it off, saying why.
    CutOff(u8),
}

/// A session: a connection that said who it is.
pub(super) struct Session {
    pub(super) shared: Arc<Shared>,
    pub(super) conn: Arc<Conn>,
    pub(super) version: Version,
    pub(super) hearing: Hearing,
    /// Identifiers of messages at level 2 that the client did not let go of yet.
    pub(super) half_done: Vec<u16>,
    lanes: Lanes,
    will: Will,
    bridge: bool,
    /// Bytes of a large message that are read past.
    skip: usize,
    too_much: bool,
    /// It comes more often than is told; so it goes untold, too.
    untold: bool,
    pace: Bucket,
}

/// Serves a connection to its end. The token tells the broker's stop that it is still there.
pub(super) async fn serve(
    shared: Arc<Shared>,
    conn: Arc<Conn>,
    encrypted: bool,
    stay: Stay,
    (lanes, token): (Lanes, mpsc::Sender<()>),
) {
    let mut bytes = Vec::new();
    let limit = shared.setting.limits.introduction;
    let known = timeout(limit, first_packet(&shared, &conn, &mut bytes, encrypted)).await;
    drop(stay);
    let Ok(known) = known else {
        count(&shared.setting.counters.silent_timed_out);
        conn.close();
        return;
    };
    if let (Some(Introduced { will, shown }), Some(identity)) = (known, conn.identity()) {
        let mut session = Session {
            version: identity.version,
            hearing: Hearing::new(identity.pass.clone()),
            bridge: identity.pass.is_bridge(),
            shared: shared.clone(),
            conn: conn.clone(),
            half_done: Vec::new(),
            lanes,
            will,
            skip: 0,
            too_much: false,
            untold: false,
            pace: Bucket::default(),
        };
        let rest = async move {
            let _token = token;
            session.arrive(&shown);
            session.run(bytes).await;
            conn.close();
        };
        if encrypted {
            // Known now: what it says is heard where everybody's is.
            shared.setting.runtime.spawn(rest);
        } else {
            rest.await;
        }
    } else {
        conn.close();
    }
}

/// Waits for the first packet and answers it. Who came in, if anybody did.
async fn first_packet(
    shared: &Shared,
    conn: &Arc<Conn>,
    bytes: &mut Vec<u8>,
    encrypted: bool,
) -> Option<Introduced> {
    loop {
        match wire::split(bytes) {
            Ok(Some(frame)) => {
                let whole = frame.head.whole();
                let introduced = introduce(shared, conn, frame, encrypted);
                bytes.drain(..whole);
                return introduced;
            }
            Ok(None) if bytes.len() <= shared.setting.limits.packet && !is_too_long(shared, bytes) => {}
            _ => {
                count(&shared.setting.counters.malformed);
                return None;
            }
        }
        match conn.read(bytes).await {
            Ok(true) => {}
            Ok(false) => return None,
            Err(_) => {
                if encrypted {
                    count(&shared.setting.counters.tls_failed);
                }
                return None;
            }
        }
    }
}

fn is_too_long(shared: &Shared, bytes: &[u8]) -> bool {
    wire::head(bytes).is_ok_and(|head| head.is_some_and(|head| head.whole() > shared.setting.limits.packet))
}

impl Session {
    fn arrive(&mut self, shown: &Shown) {
        let entered = self.shared.directory.enter(
            &self.conn,
            self.shared.setting.limits.per_client,
            self.shared.setting.now(),
        );
        for old in entered.replaced {
            count(&self.shared.setting.counters.taken_over);
            old.say_goodbye(reason::TAKEN_OVER);
        }
        let stands =
            self.conn.identity().is_some_and(|identity| shown.still_opens(&self.shared, &identity.pass));
        if !stands {
            self.conn.say_goodbye(reason::ADMINISTRATIVE);
        }
        let (now, limits) = (self.shared.setting.now(), self.shared.setting.limits);
        for device in entered.new {
            if !self.speaks_itself(device) {
                continue;
            }
            if !self.shared.meters.of(device, |meter| meter.connect(now, &limits)) {
                count(&self.shared.setting.counters.limited);
                (self.too_much, self.untold) = (true, true);
                continue;
            }
            self.lanes.ordinary(self.shared.inbound(device, Heard::Arrived), &self.shared.setting.counters);
        }
    }

    /// Whether this connection is the device's own. Behind a bridge, the bridge tells who is there.
    fn speaks_itself(&self, device: DeviceId) -> bool {
        let pass = self.conn.identity().map(|identity| &identity.pass);
        pass.is_some_and(|pass| {
            pass.devices.iter().any(|served| served.device == device && !served.profile.is_bridged())
        })
    }

    async fn run(&mut self, mut bytes: Vec<u8>) {
        let next = self.packets(&mut bytes).await;
        let cleanly = matches!(next, Next::Leave { with_will: false });
        if let Next::CutOff(why) = next {
            self.conn.say_goodbye(why);
        }
        let gone = self.shared.directory.leave(&self.conn);
        if let (false, Some(will)) = (cleanly, self.will.take()) {
            let heed = self.hearing.message(&self.shared, &will.0, &will.1, true);
            self.hand_over(heed).await;
        }
        if !self.untold && self.shared.open().is_some() {
            self.depart(&gone, cleanly); // Nobody left if it is the broker that goes.
        }
    }

    /// Tells which devices have no connection any more. Those behind a bridge did not say goodbye themselves.
    fn depart(&self, gone: &[DeviceId], cleanly: bool) {
        let Some(identity) = self.conn.identity() else { return };
        let served = identity.pass.devices.iter().filter(|served| gone.contains(&served.device));
        for served in served {
            let heard = Heard::Left { cleanly: cleanly && !served.profile.is_bridged() };
            self.lanes.ordinary(self.shared.inbound(served.device, heard), &self.shared.setting.counters);
        }
    }

    /// Takes packets until the end. An end without a word is [`Next::Leave`] with the will.
    async fn packets(&mut self, bytes: &mut Vec<u8>) -> Next {
        loop {
            let mut used = self.skip_ahead(bytes.len());
            let mut answers = Vec::new();
            loop {
                let step = match self.one_packet(&bytes[used..]) {
                    Ok(Some(step)) => step,
                    Ok(None) => break,
                    Err(why) => {
                        self.answer(&mut answers);
                        return Next::CutOff(why);
                    }
                };
                used += step.length;
                self.too_much |= !self.pace.take(self.shared.setting.now(), PACKETS, PACKET_EVERY);
                self.hand_over(step.heed).await;
                answers.extend(step.answer.unwrap_or_default());
                if step.subscribed {
                    self.answer(&mut answers);
                    self.shared.remind(&self.conn);
                }
                if !matches!(step.next, Next::Go) {
                    self.answer(&mut answers);
                    return step.next;
                }
            }
            self.answer(&mut answers);
            bytes.drain(..used);
            if bytes.is_empty() {
                *bytes = Vec::new();
            }
            if std::mem::take(&mut self.too_much) {
                sleep(PAUSE).await;
            }
            match self.conn.read(bytes).await {
                Ok(true) => self.conn.hear(),
                Ok(false) | Err(_) => return Next::Leave { with_will: true },
            }
        }
    }

    /// Writes the answers to all packets that came together.
    fn answer(&self, answers: &mut Vec<u8>) {
        if !answers.is_empty() {
            self.conn.write(answers);
            answers.clear();
        }
    }

    /// The next packet's step, if a whole packet is there. The reason for cutting off otherwise.
    fn one_packet(&mut self, bytes: &[u8]) -> Result<Option<Step>, u8> {
        let counters = &self.shared.setting.counters;
        let malformed = |_| {
            count(&counters.malformed);
            reason::MALFORMED
        };
        let Some(head) = wire::head(bytes).map_err(malformed)? else { return Ok(None) };
        if head.whole() > self.shared.setting.limits.packet {
            return self.too_large(head, bytes);
        }
        match wire::split(bytes).map_err(malformed)? {
            Some(frame) => self.packet(frame).map(Some),
            None => Ok(None),
        }
    }

    /// A bridge's large message (the list of its devices, its own settings) is acknowledged and read past.
    fn too_large(&mut self, head: Head, bytes: &[u8]) -> Result<Option<Step>, u8> {
        let limits = &self.shared.setting.limits;
        let begun = if self.bridge && head.whole() <= limits.skipped {
            wire::beginning(head, bytes).map_err(|_| reason::TOO_LARGE)
        } else {
            Err(reason::TOO_LARGE)
        };
        let counters = &self.shared.setting.counters;
        let answer = match begun {
            Ok(None) => return Ok(None),
            Ok(Some((Qos::AtMostOnce, _))) => None,
            Ok(Some((Qos::AtLeastOnce, identifier))) => {
                Some(wire::publish_answer(self.version, 4, identifier, reason::SUCCESS))
            }
            Ok(Some((Qos::ExactlyOnce, _))) | Err(_) => {
                count(&counters.oversized);
                return Err(reason::TOO_LARGE);
            }
        };
        count(&counters.skipped);
        self.skip = head.whole();
        let length = self.skip_ahead(bytes.len());
        Ok(Some(Step { length, answer, ..Step::default() }))
    }

    /// How many of these bytes belong to a message that is read past.
    fn skip_ahead(&mut self, there: usize) -> usize {
        let skipped = self.skip.min(there);
        self.skip -= skipped;
        skipped
    }

    async fn hand_over(&mut self, heed: Heed) {
        let counters = &self.shared.setting.counters;
        self.too_much |= heed.too_much;
        let urgent = !heed.urgent.is_empty();
        for inbound in heed.urgent {
            self.lanes.urgent(inbound, counters).await;
        }
        if urgent {
            // Whoever hears it has its turn first: bells ring before the one who pressed is answered.
            yield_now().await;
        }
        for inbound in heed.ordinary {
            self.lanes.ordinary(inbound, counters);
        }
    }
}
