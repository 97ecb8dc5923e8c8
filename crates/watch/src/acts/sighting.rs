//! Acts of the duty log.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{SightingKind, WatchEvent},
    rules::{self, WatchError},
    views::Sighting,
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{CameraId, PersonId, Pii, SightingId, Timestamp};

impl Cameras {
    /// Notes what a camera showed.
    pub async fn note_sighting(
        &self,
        context: &Context,
        sighting: SightingId,
        (camera, person): (CameraId, PersonId),
        (sighting_kind, seen_at): (SightingKind, Timestamp),
        words: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        self.camera(camera).await?;
        rules::noted(seen_at, context.at)?;
        let (note, keep) = self.maybe_note(sighting, words)?.unzip();
        let event = WatchEvent::SightingNoted { sighting, camera, person, seen_at, sighting_kind, note };
        Ok(commit(context, &event, keep).expecting(sighting, 0))
    }

    /// Says who was told and how it ended.
    pub async fn end_sighting(
        &self,
        context: &Context,
        sighting: SightingId,
        person: PersonId,
        (told, outcome): (&Pii<String>, &Pii<String>),
    ) -> Result<Commit, WatchActError> {
        let known = Sighting::find(&self.journal, sighting).await?.ok_or(WatchError::NoSighting(sighting))?;
        if known.ended_at.is_some() {
            return Err(WatchError::NotAtThisStage.into());
        }
        let ((told, keep_told), (outcome, keep_outcome)) =
            (self.because(sighting, told)?, self.because(sighting, outcome)?);
        let event = WatchEvent::SightingEnded { sighting, person, told, outcome };
        Ok(commit(context, &event, [keep_told, keep_outcome]))
    }
}
