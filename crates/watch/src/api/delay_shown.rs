//! How telling those concerned later is shown to those who decide about it.

use super::{Api, shown::all_shown};
use crate::{
    event::LookPurpose,
    rules::{Stage, stage},
    views::{Delay, notes_of},
};
use liengia_http::Problem;
use liengia_kernel::{CameraId, DelayId, OrderId, PersonId, Pii, Timestamp, shown};
use serde::Serialize;

/// Telling those concerned later.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DelayShown {
    /// Its id.
    pub id: DelayId,
    /// Of looks at which cameras.
    pub cameras: Vec<CameraId>,
    /// Of looks for what.
    pub purpose: LookPurpose,
    /// By which order.
    pub order: Option<OrderId>,
    /// Who asked.
    #[serde(serialize_with = "shown")]
    pub asked_by: Pii<String>,
    /// Whether that was the caller, who therefore cannot agree.
    pub asked_by_me: bool,
    /// When.
    pub asked_at: Timestamp,
    /// At which stage it is.
    pub stage: Stage,
    /// Whether it was asked for once more.
    pub renewed: bool,
    /// The second officer who agreed.
    #[serde(serialize_with = "shown")]
    pub officer: Option<Pii<String>>,
    /// The auditor who agreed.
    #[serde(serialize_with = "shown")]
    pub auditor: Option<Pii<String>>,
    /// Until when it holds.
    pub until: Option<Timestamp>,
    /// Since when those concerned are told.
    pub given_at: Option<Timestamp>,
    /// Under which number, and why.
    #[serde(serialize_with = "all_shown")]
    pub notes: Vec<Pii<String>>,
}

impl Api {
    pub(super) async fn delay_shown(&self, delay: Delay, me: PersonId) -> Result<DelayShown, Problem> {
        let notes = notes_of(&self.cameras.journal, delay.delay).await?;
        Ok(DelayShown {
            id: delay.delay,
            purpose: delay.purpose,
            order: delay.order,
            asked_by: self.name_of(delay.asked_by).await?,
            asked_by_me: delay.asked_by == me,
            asked_at: delay.asked_at,
            stage: stage(&delay, self.running.now()),
            renewed: delay.renewed_by.is_some(),
            officer: self.maybe_name(delay.officer).await?,
            auditor: self.maybe_name(delay.auditor).await?,
            until: delay.until,
            given_at: delay.given_at,
            cameras: delay.cameras,
            notes: notes.into_values().collect(),
        })
    }

    /// How a person is called.
    pub(super) async fn name_of(&self, person: PersonId) -> Result<Pii<String>, Problem> {
        Ok(self.access.spoken_to(person).await?.0.unwrap_or_default())
    }

    /// The same where there is one.
    pub(super) async fn maybe_name(&self, person: Option<PersonId>) -> Result<Option<Pii<String>>, Problem> {
        match person {
            Some(person) => Ok(Some(self.name_of(person).await?)),
            None => Ok(None),
        }
    }
}
