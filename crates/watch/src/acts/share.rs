//! What a home does with its own camera, and what it is asked.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{Consent, Mask, WatchEvent},
    rules::{self, WatchError},
    views::Camera,
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{CameraId, PersonId, Pii};

impl Cameras {
    /// The camera of a home; refused for any other.
    pub async fn home_camera(&self, camera: CameraId) -> Result<Camera, WatchActError> {
        let known = self.camera(camera).await?;
        if known.facts.owner.household().is_some() { Ok(known) } else { Err(WatchError::NotOfAHome.into()) }
    }

    /// The home lets its camera be used for this, and for nothing else. A pause ends with it.
    pub async fn give_consent(
        &self,
        context: &Context,
        camera: CameraId,
        person: PersonId,
        consent: Consent,
    ) -> Result<Commit, WatchActError> {
        let known = self.home_camera(camera).await?;
        let consent = rules::consent(consent)?;
        if consent.until.is_some_and(|until| until <= context.at) {
            return Err(WatchError::BadSpan.into());
        }
        Ok(self.shared(context, &known, &WatchEvent::ConsentGiven { camera, person, consent }))
    }

    /// It lets it be used for nothing any more.
    pub async fn withdraw_consent(
        &self,
        context: &Context,
        camera: CameraId,
        person: PersonId,
    ) -> Result<Commit, WatchActError> {
        let known = self.home_camera(camera).await?;
        Ok(self.shared(context, &known, &WatchEvent::ConsentWithdrawn { camera, person }))
    }

    /// Nobody looks for now, or they may again. Nothing happens where it is so already.
    pub async fn pause(
        &self,
        context: &Context,
        camera: CameraId,
        person: PersonId,
        paused: bool,
    ) -> Result<Commit, WatchActError> {
        let known = self.home_camera(camera).await?;
        if known.paused == paused {
            return Ok(Commit::new(context.clone(), Vec::new()));
        }
        let event = if paused {
            WatchEvent::CameraPaused { camera, person }
        } else {
            WatchEvent::CameraResumed { camera, person }
        };
        Ok(self.shared(context, &known, &event))
    }

    /// Draws what must not be seen. `fine`: the home turned its camera, and says that what is left may be seen; of the
    /// commune's nobody can say that.
    pub async fn draw_masks(
        &self,
        context: &Context,
        camera: CameraId,
        person: PersonId,
        masks: Vec<Mask>,
        (by_camera, fine): (bool, bool),
    ) -> Result<Commit, WatchActError> {
        let known = self.camera(camera).await?;
        let fine = fine && known.facts.owner.household().is_some();
        let (masks, masking) = rules::masks(masks, by_camera, fine)?;
        Ok(self.shared(context, &known, &WatchEvent::MasksDrawn { camera, person, masks, masking }))
    }

    /// Asks the home to turn its camera.
    pub async fn ask_to_reaim(
        &self,
        context: &Context,
        camera: CameraId,
        why: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.home_camera(camera).await?;
        let (note, keep) = self.because(camera, why)?;
        Ok(self.shared(context, &known, &WatchEvent::ReaimAsked { camera, note }).beside([keep]))
    }

    /// It did, or declines; neither has any other consequence.
    pub async fn answer_reaim(
        &self,
        context: &Context,
        camera: CameraId,
        person: PersonId,
        done: bool,
    ) -> Result<Commit, WatchActError> {
        let known = self.home_camera(camera).await?;
        rules::reaim_answered(known.reaim_asked_at.is_some() && known.reaim_done.is_none())?;
        Ok(self.shared(context, &known, &WatchEvent::ReaimAnswered { camera, person, done }))
    }

    #[expect(clippy::unused_self, reason = "acts are alike")]
    fn shared(&self, context: &Context, known: &Camera, event: &WatchEvent) -> Commit {
        commit(context, event, []).expecting(known.camera, known.version)
    }
}
