//! Acts on orders of courts and prosecutors: a copy is kept before anybody looks by one.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{LookPurpose, WatchEvent},
    rules::{self, WatchError},
    views::{Delay, Order},
};
use liengia_access::Scope;
use liengia_journal::{Commit, Context, Salt, statement};
use liengia_kernel::{CameraId, DelayId, OrderId, PersonId, Pii, Timestamp};
use liengia_register::rules::title;

/// An order, and its copy.
pub struct OrderGiven {
    /// Who keeps it.
    pub person: PersonId,
    /// For which unit.
    pub unit: Scope,
    /// Its number.
    pub number: Pii<String>,
    /// A PDF, a JPEG or a PNG.
    pub copy: Vec<u8>,
}

impl Cameras {
    /// Keeps an order and its copy.
    pub fn keep_order(
        &self,
        context: &Context,
        order: OrderId,
        given: &OrderGiven,
    ) -> Result<Commit, WatchActError> {
        let number = title("number", given.number.expose())?;
        let media = rules::media_of(&given.copy).ok_or(WatchError::BadCopy)?;
        let salt = Salt::new(&*self.entropy);
        let event = WatchEvent::OrderKept {
            order,
            person: given.person,
            unit: given.unit,
            number: salt.commit(number.as_bytes()),
            copy: salt.commit(&given.copy),
        };
        let keep = statement!(
            "INSERT INTO order_copies (commune, order_id, salt, number, media, copy) VALUES ($1, $2, $3, $4, $5, $6)",
            self.journal.commune(),
            order,
            salt.0.as_slice(),
            number,
            media,
            given.copy.as_slice()
        );
        Ok(commit(context, &event, [keep]).expecting(order, 0))
    }

    /// Whether the order named is kept, and telling those concerned was put off for this, where it is to be.
    pub(super) async fn lawful(
        &self,
        order: Option<OrderId>,
        delay: Option<DelayId>,
        (cameras, purpose): (&[CameraId], LookPurpose),
        now: Timestamp,
    ) -> Result<Option<(DelayId, u64)>, WatchActError> {
        if let Some(order) = order {
            Order::find(&self.journal, order).await?.ok_or(WatchError::NoOrder(order))?;
        }
        if let Some(id) = delay {
            let delay = Delay::find(&self.journal, id).await?.ok_or(WatchError::NoDelay(id))?;
            rules::told_later(&delay, cameras, purpose, now)?;
            return Ok(Some((id, delay.version)));
        }
        Ok(None)
    }
}

/// The same, refused where those concerned were told meanwhile: what is added then would never be told.
pub(super) fn while_put_off(commit: Commit, delay: Option<(DelayId, u64)>) -> Commit {
    match delay {
        Some((delay, version)) => commit.expecting(delay, version),
        None => commit,
    }
}
