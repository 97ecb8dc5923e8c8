//! Acts on sites.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{SiteFacts, WatchEvent},
    rules::{self, WatchError},
    views::Camera,
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{Pii, SiteId};

impl Cameras {
    /// Opens a site under an id that the caller made.
    pub fn add_site(
        &self,
        context: &Context,
        site: SiteId,
        facts: SiteFacts,
    ) -> Result<Commit, WatchActError> {
        let facts = rules::site(facts)?;
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
        let facts = rules::site(facts)?;
        let known = self.site(site).await?;
        if known.version != version {
            return Err(WatchError::ChangedMeanwhile { found: known.version }.into());
        }
        let (reason, keep) = self.because(site, reason)?;
        let event = WatchEvent::SiteCorrected { site, facts, reason };
        Ok(commit(context, &event, [keep]).expecting(site, version))
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
