//! Acts on footage that is handed out.

use super::{Cameras, WatchActError, commit, order::while_put_off};
use crate::{
    event::{CopyWanted, LookPurpose, Span, WatchEvent},
    rules,
};
use liengia_access::Scope;
use liengia_journal::{Commit, Commitment, Context};
use liengia_kernel::{CameraId, DelayId, ExportId, OrderId, PersonId, Pii};

/// What is asked for.
pub struct ExportRequest {
    /// Who asks.
    pub person: PersonId,
    /// For which unit.
    pub unit: Scope,
    /// Of which cameras.
    pub cameras: Vec<CameraId>,
    /// Which footage.
    pub span: Span,
    /// Why.
    pub purpose: LookPurpose,
    /// Under which number.
    pub case: Pii<String>,
    /// By which order.
    pub order: Option<OrderId>,
    /// Told to those concerned later by this.
    pub delay: Option<DelayId>,
    /// In their words.
    pub reason: Pii<String>,
    /// Whether a copy is wanted, and what of it is covered.
    pub copy: Option<CopyWanted>,
}

impl Cameras {
    /// Asks for footage to be handed out.
    pub async fn ask_export(
        &self,
        context: &Context,
        export: ExportId,
        asked: &ExportRequest,
    ) -> Result<Commit, WatchActError> {
        let ExportRequest { person, unit, cameras, span, purpose, case, order, delay, reason, copy } = asked;
        self.cameras(cameras).await?;
        let case = self.maybe_note(export, case)?;
        rules::asked(cameras.len(), *span, *purpose, (case.is_some(), order.is_some()), context.at)?;
        let put_off = self.lawful(*order, *delay, (cameras, *purpose), context.at).await?;
        let copy = copy.clone().map(|copy| rules::copy(copy, cameras, *span)).transpose()?;
        let (reason, keep) = self.because(export, reason)?;
        let (case, keep_case) = case.unzip();
        let event = WatchEvent::ExportAsked {
            export,
            person: *person,
            unit: *unit,
            cameras: cameras.clone(),
            span: *span,
            purpose: *purpose,
            case,
            order: *order,
            delay: *delay,
            reason,
            copy,
        };
        let asked = commit(context, &event, keep_case.into_iter().chain([keep])).expecting(export, 0);
        Ok(while_put_off(asked, put_off))
    }

    /// Another person agrees.
    pub async fn approve_export(
        &self,
        context: &Context,
        export: ExportId,
        (person, unit): (PersonId, Scope),
    ) -> Result<Commit, WatchActError> {
        let known = self.export(export).await?;
        rules::approve(&known, person, context.at)?;
        let event = WatchEvent::ExportApproved { export, person, unit };
        Ok(commit(context, &event, []).expecting(export, known.version))
    }

    /// Another person does not.
    pub async fn refuse_export(
        &self,
        context: &Context,
        export: ExportId,
        person: PersonId,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.export(export).await?;
        rules::approve(&known, person, context.at)?;
        let (reason, keep) = self.because(export, reason)?;
        let event = WatchEvent::ExportRefused { export, person, reason };
        Ok(commit(context, &event, [keep]).expecting(export, known.version))
    }

    /// It was put together.
    pub async fn made_export(
        &self,
        context: &Context,
        export: ExportId,
        (sha256, bytes, damaged): ([u8; 32], u64, u64),
    ) -> Result<Commit, WatchActError> {
        let known = self.export(export).await?;
        let event = WatchEvent::ExportMade { export, sha256: Commitment(sha256), bytes, damaged };
        Ok(commit(context, &event, []).expecting(export, known.version))
    }

    /// It is fetched, which can be done once.
    pub async fn fetch_export(
        &self,
        context: &Context,
        export: ExportId,
        person: PersonId,
    ) -> Result<Commit, WatchActError> {
        let known = self.export(export).await?;
        rules::fetched(&known, context.at)?;
        Ok(commit(context, &WatchEvent::ExportFetched { export, person }, [])
            .expecting(export, known.version))
    }
}
