//! Acts of telling those concerned later.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{LookPurpose, WatchEvent},
    rules::{self, WatchError},
    views::{Delay, Order},
};
use liengia_access::Scope;
use liengia_journal::{Commit, Context};
use liengia_kernel::{CameraId, DelayId, OrderId, PersonId, Pii};

/// What is asked for.
pub struct DelayRequest {
    /// Who asks.
    pub person: PersonId,
    /// For which unit.
    pub unit: Scope,
    /// Of looks at which cameras.
    pub cameras: Vec<CameraId>,
    /// Of looks for what.
    pub purpose: LookPurpose,
    /// Under which number.
    pub case: Pii<String>,
    /// By which order.
    pub order: Option<OrderId>,
    /// Who could be in danger, and how.
    pub reason: Pii<String>,
}

impl Cameras {
    /// The request with this id.
    pub async fn delay(&self, delay: DelayId) -> Result<Delay, WatchActError> {
        Ok(Delay::find(&self.journal, delay).await?.ok_or(WatchError::NoDelay(delay))?)
    }

    /// Asks that those concerned be told later.
    pub async fn ask_delay(
        &self,
        context: &Context,
        delay: DelayId,
        asked: &DelayRequest,
    ) -> Result<Commit, WatchActError> {
        let DelayRequest { person, unit, cameras, purpose, case, order, reason } = asked;
        self.cameras(cameras).await?;
        let case = self.maybe_note(delay, case)?;
        rules::delay_asked(cameras.len(), *purpose, (case.is_some(), order.is_some()))?;
        if let Some(order) = *order {
            Order::find(&self.journal, order).await?.ok_or(WatchError::NoOrder(order))?;
        }
        let (reason, keep) = self.because(delay, reason)?;
        let (case, keep_case) = case.unzip();
        let event = WatchEvent::NoticeDelayAsked {
            delay,
            person: *person,
            unit: *unit,
            cameras: cameras.clone(),
            purpose: *purpose,
            case,
            order: *order,
            reason,
        };
        Ok(commit(context, &event, keep_case.into_iter().chain([keep])).expecting(delay, 0))
    }

    /// A second officer or the auditor agrees.
    pub async fn agree_delay(
        &self,
        context: &Context,
        delay: DelayId,
        person: PersonId,
        auditor: bool,
    ) -> Result<Commit, WatchActError> {
        let known = self.delay(delay).await?;
        let until = rules::delay_agreed(&known, person, auditor, context.at)?;
        let event = WatchEvent::NoticeDelayAgreed { delay, person, auditor, until };
        Ok(commit(context, &event, []).expecting(delay, known.version))
    }

    /// One of them does not.
    pub async fn refuse_delay(
        &self,
        context: &Context,
        delay: DelayId,
        person: PersonId,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.delay(delay).await?;
        rules::delay_refused(&known, person, context.at)?;
        let (reason, keep) = self.because(delay, reason)?;
        let event = WatchEvent::NoticeDelayRefused { delay, person, reason };
        Ok(commit(context, &event, [keep]).expecting(delay, known.version))
    }

    /// It is asked for once more.
    pub async fn renew_delay(
        &self,
        context: &Context,
        delay: DelayId,
        person: PersonId,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.delay(delay).await?;
        rules::delay_renewed(&known, context.at)?;
        let (reason, keep) = self.because(delay, reason)?;
        let event = WatchEvent::NoticeDelayRenewed { delay, person, reason };
        Ok(commit(context, &event, [keep]).expecting(delay, known.version))
    }

    /// Those concerned are told now.
    pub async fn give_notice(
        &self,
        context: &Context,
        delay: DelayId,
        person: Option<PersonId>,
    ) -> Result<Commit, WatchActError> {
        let known = self.delay(delay).await?;
        if person.is_some() {
            rules::notice_given(&known, context.at)?;
        }
        Ok(commit(context, &WatchEvent::NoticeGiven { delay, person }, []).expecting(delay, known.version))
    }
}
