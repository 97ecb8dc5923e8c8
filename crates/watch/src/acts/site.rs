//! Acts on sites.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{SiteFacts, WatchEvent},
    rules::{self, WatchError},
    views::Camera,
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{PersonId, Pii, SiteId};

impl Cameras {
    /// Opens a site under an id that the caller made.
    pub fn add_site(
        &self,
        context: &Context,
        site: SiteId,
        facts: SiteFacts,
    ) -> Result<Commit, WatchActError> {
        let facts = rules::site(facts, 0)?;
        Ok(commit(context, &WatchEvent::SiteAdded { site, facts }, []).expecting(site, 0))
    }

    /// Corrects a site's particulars.
    pub async fn correct_site(
        &self,
        context: &Context,
        site: SiteId,
        version: u64,
        facts: SiteFacts,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.site(site).await?;
        let facts = rules::site(facts, known.facts.keep_hours)?;
        if known.version != version {
            return Err(WatchError::ChangedMeanwhile { found: known.version }.into());
        }
        let (reason, keep) = self.because(site, reason)?;
        let event = WatchEvent::SiteCorrected { site, facts, reason };
        Ok(commit(context, &event, [keep]).expecting(site, version))
    }

    /// Asks that its footage be kept longer than is usual.
    pub async fn ask_longer(
        &self,
        context: &Context,
        site: SiteId,
        (person, hours): (PersonId, u16),
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.site(site).await?;
        rules::longer_asked(&known, hours)?;
        let (reason, keep) = self.because(site, reason)?;
        let event = WatchEvent::LongerKeepingAsked { site, person, hours, reason };
        Ok(commit(context, &event, [keep]).expecting(site, known.version))
    }

    /// Another person agrees.
    pub async fn agree_longer(
        &self,
        context: &Context,
        site: SiteId,
        person: PersonId,
    ) -> Result<Commit, WatchActError> {
        let known = self.site(site).await?;
        let hours = rules::longer_agreed(&known, person)?;
        let event = WatchEvent::LongerKeepingAgreed { site, person, hours };
        Ok(commit(context, &event, []).expecting(site, known.version))
    }

    /// It is not to be: by another person, or by whoever asked.
    pub async fn refuse_longer(
        &self,
        context: &Context,
        site: SiteId,
        person: PersonId,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.site(site).await?;
        if known.longer.is_none() {
            return Err(WatchError::NotAtThisStage.into());
        }
        let (reason, keep) = self.because(site, reason)?;
        let event = WatchEvent::LongerKeepingRefused { site, person, reason };
        Ok(commit(context, &event, [keep]).expecting(site, known.version))
    }

    /// Closes a site that has no cameras any more.
    pub async fn close_site(
        &self,
        context: &Context,
        site: SiteId,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.site(site).await?;
        if Camera::all(&self.journal).await?.iter().any(|camera| camera.facts.site == site) {
            return Err(WatchError::SiteHasCameras.into());
        }
        let (reason, keep) = self.because(site, reason)?;
        Ok(commit(context, &WatchEvent::SiteClosed { site, reason }, [keep]).expecting(site, known.version))
    }
}
