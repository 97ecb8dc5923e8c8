//! The way from devices to the node: two lanes, presses first.
//!
//! Promises: a press is never dropped (its device's connection waits while the lane is full) and never waits behind signs
//! of life; signs of life are dropped, counted, when nobody takes them out.

use super::counts::{Counters, count};
use crate::mqtt::message::Inbound;
use tokio::sync::mpsc::{self, error::TrySendError};

/// Where connections put what they hear.
#[derive(Clone)]
pub(super) struct Lanes {
    urgent: mpsc::Sender<Inbound>,
    ordinary: mpsc::Sender<Inbound>,
}

impl Lanes {
    pub(super) fn new(urgent: usize, ordinary: usize) -> (Self, Inbox) {
        let (urgent, urgent_out) = mpsc::channel(urgent.max(1));
        let (ordinary, ordinary_out) = mpsc::channel(ordinary.max(1));
        (Self { urgent, ordinary }, Inbox { urgent: urgent_out, ordinary: ordinary_out })
    }

    /// Hands a press over, waiting for room if it must. Nobody takes anything out after the node's end.
    pub(super) async fn urgent(&self, inbound: Inbound, counters: &Counters) {
        count(&counters.urgent);
        drop(self.urgent.send(inbound).await);
    }

    /// Hands a sign of life over, if there is room.
    pub(super) fn ordinary(&self, inbound: Inbound, counters: &Counters) {
        if let Err(TrySendError::Full(_)) = self.ordinary.try_send(inbound) {
            count(&counters.inbox_full);
        }
    }
}

/// What devices said, presses first.
pub struct Inbox {
    urgent: mpsc::Receiver<Inbound>,
    ordinary: mpsc::Receiver<Inbound>,
}

impl Inbox {
    /// The next word. None once the broker has stopped and everything was taken out. May be dropped and called again.
    pub async fn next(&mut self) -> Option<Inbound> {
        tokio::select! {
            biased;
            Some(inbound) = self.urgent.recv() => Some(inbound),
            Some(inbound) = self.ordinary.recv() => Some(inbound),
            else => None,
        }
    }

    /// Whether no word waits.
    pub fn is_empty(&self) -> bool {
        self.urgent.is_empty() && self.ordinary.is_empty()
    }

    /// The next word, if one is there.
    pub fn try_next(&mut self) -> Option<Inbound> {
        self.urgent.try_recv().or_else(|_| self.ordinary.try_recv()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::message::{Cause, Heard, Heartbeat, Press};
    use liengia_kernel::{DeviceId, SeededEntropy, Timestamp};

    fn inbound(heard: Heard) -> Inbound {
        let at = Timestamp::from_seconds(1);
        Inbound { at, device: DeviceId::new(at, &SeededEntropy::new(1)), heard }
    }

    #[tokio::test]
    async fn presses_come_first_and_survive_a_full_inbox() {
        let (lanes, mut inbox) = Lanes::new(1, 2);
        let counters = Counters::default();
        for _ in 0..5 {
            lanes.ordinary(inbound(Heard::Heartbeat(Heartbeat::default())), &counters);
        }
        assert_eq!(counters.snapshot().inbox_full, 3);
        let press = || inbound(Heard::Press(Press::plain(Cause::Button)));
        lanes.urgent(press(), &counters).await;
        let waiting = tokio::spawn(async move { lanes.urgent(press(), &counters).await });
        assert!(inbox.next().await.is_some_and(|one| one.heard.is_urgent()));
        assert!(inbox.next().await.is_some());
        waiting.await.unwrap();
        let mut left = Vec::new();
        while let Some(one) = inbox.next().await {
            left.push(one.heard.is_urgent());
        }
        assert_eq!(left.len(), 2, "two of each came through, and then the end");
    }
}
