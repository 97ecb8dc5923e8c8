//! Acts of looking: a look is in the journal before a picture is on a screen.

use super::{Cameras, WatchActError, commit, order::while_put_off};
use crate::{
    event::WatchEvent,
    rules::{self, Incident, LookAsked, WatchError},
    views::{Camera, Look},
};
use liengia_journal::{Commit, Commitment, Context, Statement};
use liengia_kernel::{CameraId, LookId, Pii};

impl Cameras {
    /// The number of a case, request or order, kept for this look; none if none is named.
    pub fn case_note(
        &self,
        look: LookId,
        case: &Pii<String>,
    ) -> Result<Option<(Commitment, Statement)>, WatchActError> {
        self.maybe_note(look, case)
    }

    /// Opens a look, if every camera may be seen.
    pub async fn open_look(
        &self,
        context: &Context,
        look: LookId,
        ids: &[CameraId],
        asked: &LookAsked,
        keep: Option<Statement>,
        (utc_offset_hours, incidents): (i8, &[Incident]),
    ) -> Result<(Commit, Vec<Camera>), WatchActError> {
        if ids.is_empty() || ids.len() > rules::MAX_CAMERAS_OF_A_LOOK {
            return Err(WatchError::WhichCameras.into());
        }
        let cameras = self.cameras(ids).await?;
        let delay = self.lawful(asked.order, asked.delay, (ids, asked.purpose), context.at).await?;
        let event = rules::opened(look, asked, &cameras, context.at, utc_offset_hours, incidents)?;
        Ok((while_put_off(commit(context, &event, keep).expecting(look, 0), delay), cameras))
    }

    /// Closes a look after so long; nothing happens where it is closed.
    pub async fn close_look(
        &self,
        context: &Context,
        look: LookId,
        seconds: Option<u64>,
    ) -> Result<Commit, WatchActError> {
        let known = Look::find(&self.journal, look).await?.ok_or(WatchError::NoLook(look))?;
        if known.closed_at.is_some() {
            return Ok(Commit::new(context.clone(), Vec::new()));
        }
        Ok(commit(context, &WatchEvent::LookClosed { look, seconds }, []))
    }
}
