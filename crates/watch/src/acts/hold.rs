//! Acts on footage that is kept longer.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{Span, WatchEvent},
    rules::{self, WatchError},
    views::Hold,
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{AlarmId, CameraId, HoldId, Pii, Timestamp};
use std::time::Duration;

/// How long footage around an alarm is kept without anybody's doing.
const ALARM_KEPT: Duration = Duration::from_hours(30 * 24);

impl Cameras {
    /// Keeps footage longer, under a case number and for a reason.
    pub async fn place_hold(
        &self,
        context: &Context,
        hold: HoldId,
        (cameras, span, until): (Vec<CameraId>, Span, Timestamp),
        case: &Pii<String>,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        if cameras.is_empty() || cameras.len() > rules::MAX_CAMERAS_OF_A_LOOK {
            return Err(WatchError::WhichCameras.into());
        }
        self.cameras(&cameras).await?;
        rules::held(span, until, context.at)?;
        let Some((case, keep_case)) = self.maybe_note(hold, case)? else {
            return Err(WatchError::CaseNeeded.into());
        };
        let (reason, keep) = self.because(hold, reason)?;
        let event = WatchEvent::HoldPlaced { hold, cameras, span, until, case, reason };
        Ok(commit(context, &event, [keep_case, keep]).expecting(hold, 0))
    }

    /// Keeps it no longer.
    pub async fn end_hold(
        &self,
        context: &Context,
        hold: HoldId,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        Hold::find(&self.journal, &hold.to_string()).await?.ok_or(WatchError::NoHold(hold))?;
        let (reason, keep) = self.because(hold, reason)?;
        Ok(commit(context, &WatchEvent::HoldEnded { hold, reason }, [keep]))
    }

    /// Keeps what was recorded around an alarm, by itself. Said again while it is open, it reaches further.
    pub fn protect(
        &self,
        context: &Context,
        alarm: AlarmId,
        cameras: Vec<CameraId>,
        (began, ended): (Timestamp, Option<Timestamp>),
    ) -> Commit {
        let span = rules::around_alarm(began, ended, context.at);
        let until = context.at + ALARM_KEPT;
        commit(context, &WatchEvent::FootageProtected { alarm, cameras, span, until }, [])
    }
}
