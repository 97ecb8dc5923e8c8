//! What each packet of a client leads to.

use super::{
    counts::count,
    hearing::Heed,
    session::{Next, Session, Step},
};
use crate::mqtt::{
    topic::Place,
    wire::{self, Flaw, Frame, Packet, Publish, Qos, Subscribe, Unsubscribe, Version, reason},
};

/// The answers to a message and its steps.
const PUBACK: u8 = 4;
const PUBREC: u8 = 5;
const PUBCOMP: u8 = 7;

impl Session {
    /// Takes one packet. The reason for cutting off otherwise.
    pub(super) fn packet(&mut self, frame: Frame<'_>) -> Result<Step, u8> {
        let length = frame.head.whole();
        let packet = wire::packet(frame, self.version).map_err(|flaw| self.malformed(flaw))?;
        let mut step = match packet {
            Packet::Publish(publish) => self.publish(&publish)?,
            Packet::Acknowledged(identifier) | Packet::Complete(identifier) => {
                self.conn.acknowledged(identifier);
                Step::default()
            }
            Packet::Received(_) => Step::default(), // Nothing is sent at level 2.
            Packet::Release(identifier) => self.release(identifier),
            Packet::Subscribe(subscribe) => self.subscribe(&subscribe)?,
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(&unsubscribe),
            Packet::Ping => answered(wire::ping_answer().to_vec()),
            Packet::Disconnect { with_will } => Step { next: Next::Leave { with_will }, ..Step::default() },
        };
        step.length = length;
        Ok(step)
    }

    fn malformed(&self, flaw: Flaw) -> u8 {
        count(&self.shared.setting.counters.malformed);
        tracing::debug!(%flaw, "a client was cut off");
        match flaw {
            Flaw::Kind => reason::PROTOCOL,
            Flaw::Property => reason::TOPIC_ALIAS,
            _ => reason::MALFORMED,
        }
    }

    fn publish(&mut self, publish: &Publish<'_>) -> Result<Step, u8> {
        let identifier = publish.identifier;
        let answer = match publish.qos {
            Qos::AtMostOnce => None,
            Qos::AtLeastOnce => Some(PUBACK),
            Qos::ExactlyOnce => Some(PUBREC),
        };
        let again = publish.qos == Qos::ExactlyOnce && self.half_done.contains(&identifier);
        if again {
            return Ok(answered(wire::publish_answer(self.version, PUBREC, identifier, reason::SUCCESS)));
        }
        let allowed = self.conn.identity().is_some_and(|identity| identity.pass.may_publish(publish.topic));
        let (heed, why) = if allowed {
            (self.hearing.message(&self.shared, publish.topic, publish.payload, false), reason::SUCCESS)
        } else {
            count(&self.shared.setting.counters.publish_denied);
            (Heed::default(), reason::NOT_AUTHORIZED)
        };
        // MQTT 3.1.1 has no word for "no" here: it is acknowledged and goes nowhere.
        let taken = allowed || self.version == Version::V3;
        if publish.qos == Qos::ExactlyOnce && taken {
            if self.half_done.len() >= usize::from(self.shared.setting.limits.half_done) {
                count(&self.shared.setting.counters.malformed);
                return Err(reason::RECEIVE_MAXIMUM);
            }
            self.half_done.push(identifier);
        }
        let answer = answer.map(|kind| wire::publish_answer(self.version, kind, identifier, why));
        Ok(Step { heed, answer, ..Step::default() })
    }

    fn release(&mut self, identifier: u16) -> Step {
        let known = self.half_done.contains(&identifier);
        self.half_done.retain(|one| *one != identifier);
        let why = if known { reason::SUCCESS } else { reason::UNKNOWN_IDENTIFIER };
        answered(wire::publish_answer(self.version, PUBCOMP, identifier, why))
    }

    fn subscribe(&mut self, subscribe: &Subscribe<'_>) -> Result<Step, u8> {
        if subscribe.numbered {
            count(&self.shared.setting.counters.malformed);
            return Err(reason::SUBSCRIPTION_IDENTIFIER);
        }
        let codes: Vec<u8> =
            subscribe.wanted.iter().map(|wanted| self.one_subscription(wanted.filter, wanted.qos)).collect();
        let answer = Some(wire::subscribe_answer(self.version, subscribe.identifier, &codes));
        Ok(Step { answer, subscribed: true, ..Step::default() })
    }

    /// Commands come at level 1 at most.
    fn one_subscription(&self, filter: &str, qos: Qos) -> u8 {
        let may = self.conn.identity().is_some_and(|identity| identity.pass.may_subscribe(filter));
        let place = Place::of(filter).filter(|_| may);
        let refusal = if filter.starts_with("$share/") {
            reason::SHARED
        } else if !wire::filter_is_valid(filter) {
            reason::FILTER
        } else if let Some(place) = place {
            if self.conn.subscribe(place, qos.min(Qos::AtLeastOnce)) {
                return qos.min(Qos::AtLeastOnce).bits();
            }
            reason::QUOTA
        } else {
            reason::NOT_AUTHORIZED
        };
        count(&self.shared.setting.counters.subscribe_denied);
        refusal
    }

    fn unsubscribe(&self, unsubscribe: &Unsubscribe<'_>) -> Step {
        let code = |filter: &&str| {
            if Place::of(filter).is_some_and(|place| self.conn.unsubscribe(&place)) {
                reason::SUCCESS
            } else {
                reason::NO_SUBSCRIPTION
            }
        };
        let codes: Vec<u8> = unsubscribe.filters.iter().map(code).collect();
        answered(wire::unsubscribe_answer(self.version, unsubscribe.identifier, &codes))
    }
}

fn answered(answer: Vec<u8>) -> Step {
    Step { answer: Some(answer), ..Step::default() }
}
