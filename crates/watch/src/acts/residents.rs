//! Acts of residents' viewing: a vote is entered, another person agrees, it ends; a home objects, and takes that back.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{Owner, ResidentsVote, WatchEvent, residents_of},
    rules::{self, WatchError},
    views::{Camera, ResidentsView, objections_of},
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{CameraId, HouseholdId, PersonId, Pii, SiteId};
use liengia_register::rules::title;

impl Cameras {
    /// Enters what a village voted: it holds once somebody else agrees. Until then what held before goes on.
    pub async fn ask_residents_view(
        &self,
        context: &Context,
        (site, person): (SiteId, PersonId),
        voted: ResidentsVote,
        minutes: &str,
        note: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.site(site).await?;
        let mut cameras = Camera::all(&self.journal).await?;
        cameras.retain(|camera| camera.facts.site == site);
        rules::residents_asked(&known.facts, &cameras, &voted, context.at)?;
        let owner = residents_of(site);
        let (minutes, keep) = self.note(&owner, &Pii::new(title("minutes", minutes)?));
        let (note, keep_note) = self.maybe_note(&owner, note)?.unzip();
        let version = ResidentsView::find(&self.journal, site).await?.version;
        let event = WatchEvent::ResidentsViewAsked { site, person, voted, minutes, note };
        let kept = std::iter::once(keep).chain(keep_note);
        Ok(commit(context, &event, kept).expecting(owner, version))
    }

    /// Agrees to what was entered.
    pub async fn agree_residents_view(
        &self,
        context: &Context,
        (site, person): (SiteId, PersonId),
    ) -> Result<Commit, WatchActError> {
        self.site(site).await?;
        let view = ResidentsView::find(&self.journal, site).await?;
        rules::residents_agreed(view.asked.as_ref(), person, context.at)?;
        let event = WatchEvent::ResidentsViewAgreed { site, person };
        Ok(commit(context, &event, []).expecting(residents_of(site), view.version))
    }

    /// Ends what holds, and what was entered.
    pub async fn end_residents_view(
        &self,
        context: &Context,
        (site, person): (SiteId, PersonId),
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        self.site(site).await?;
        let view = ResidentsView::find(&self.journal, site).await?;
        if view.asked.is_none() && view.vote.is_none() {
            return Err(WatchError::NotAtThisStage.into());
        }
        let (reason, keep) = self.because(residents_of(site), reason)?;
        let event = WatchEvent::ResidentsViewEnded { site, person, reason };
        Ok(commit(context, &event, [keep]).expecting(residents_of(site), view.version))
    }

    /// A home closes a public camera to residents, or takes that back. Nothing happens where it is so already.
    pub async fn object_to_view(
        &self,
        context: &Context,
        camera: CameraId,
        (household, person): (HouseholdId, PersonId),
        objects: bool,
    ) -> Result<Commit, WatchActError> {
        if self.camera(camera).await?.facts.owner != Owner::Public {
            return Err(WatchError::NotOfResidents.into());
        }
        if objections_of(&self.journal, household).await?.contains(&camera) == objects {
            return Ok(Commit::new(context.clone(), Vec::new()));
        }
        let event = if objects {
            WatchEvent::ResidentsViewObjected { camera, household, person }
        } else {
            WatchEvent::ObjectionWithdrawn { camera, household, person }
        };
        Ok(commit(context, &event, []))
    }
}
