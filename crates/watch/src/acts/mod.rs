//! What can be done with cameras: each act reads, lets a rule decide, and answers the commit that does it.

mod camera;
mod export;
mod hold;
mod look;
mod masked;
mod notice;
mod order;
mod ptz;
mod residents;
mod share;
mod sighting;
mod site;

pub use export::ExportRequest;
pub use notice::DelayRequest;
pub use order::OrderGiven;

use crate::{
    door::{BadDoor, DoorKey},
    event::WatchEvent,
    rules::WatchError,
    views::{Camera, Export, Site},
};
use liengia_journal::{
    Commit, CommitError, Commitment, Context, Draft, Journal, QueryError, Salt, Statement, statement,
};
use liengia_kernel::{CameraId, Entropy, ExportId, Pii, SiteId};
use liengia_register::rules::{RegisterError, note, reason};
use std::{fmt::Display, sync::Arc};

/// The cameras of one node, as its records have them.
#[derive(Clone)]
pub struct Cameras {
    /// Where everything is written.
    pub journal: Journal,
    /// Where ids and salts come from.
    pub entropy: Arc<dyn Entropy>,
    /// What addresses are sealed with; none where the node cannot read its own.
    pub doors: Option<DoorKey>,
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum WatchActError {
    /// A rule refused it.
    #[error(transparent)]
    Refused(#[from] WatchError),
    /// The journal did not take it.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The records could not be read.
    #[error(transparent)]
    Read(#[from] QueryError),
    /// Footage cannot be looked up.
    #[error(transparent)]
    Footage(#[from] crate::running::NoFootage),
    /// The node cannot read the key that addresses are sealed with.
    #[error("the node cannot read its key for cameras: run `liengia check`")]
    NoKey,
}

impl From<BadDoor> for WatchActError {
    fn from(bad: BadDoor) -> Self {
        match bad {
            BadDoor::Address => WatchError::BadAddress.into(),
            BadDoor::InTheOpen => WatchError::InTheOpen.into(),
            BadDoor::Sealed => Self::NoKey,
        }
    }
}

impl From<RegisterError> for WatchActError {
    fn from(error: RegisterError) -> Self {
        Self::Refused(error.into())
    }
}

/// A note's commitment, and the row that keeps its words.
type Noted = (Commitment, Statement);

impl Cameras {
    /// The camera with this id.
    pub async fn camera(&self, camera: CameraId) -> Result<Camera, WatchActError> {
        Ok(Camera::find(&self.journal, camera).await?.ok_or(WatchError::NoCamera(camera))?)
    }

    /// These cameras, in this order, also where one was taken down: what it recorded is left.
    pub async fn cameras(&self, ids: &[CameraId]) -> Result<Vec<Camera>, WatchActError> {
        let all = Camera::ever(&self.journal).await?;
        let find = |id: &CameraId| {
            let found = all.iter().find(|camera| camera.camera == *id).cloned();
            Ok(found.ok_or(WatchError::NoCamera(*id))?)
        };
        ids.iter().map(find).collect()
    }

    /// The site with this id.
    pub async fn site(&self, site: SiteId) -> Result<Site, WatchActError> {
        Ok(Site::find(&self.journal, site).await?.ok_or(WatchError::NoSite(site))?)
    }

    /// The export with this id.
    pub async fn export(&self, export: ExportId) -> Result<Export, WatchActError> {
        Ok(Export::find(&self.journal, export).await?.ok_or(WatchError::NoExport(export))?)
    }

    /// Keeps words that may be personal, and gives the commitment to them.
    fn note(&self, owner: impl Display, words: &Pii<String>) -> Noted {
        let salt = Salt::new(&*self.entropy);
        let commitment = salt.commit(words.expose().as_bytes());
        let keep = statement!(
            "INSERT INTO watch_notes (commune, commitment, owner, salt, note) VALUES ($1, $2, $3, $4, $5)",
            self.journal.commune(),
            commitment.to_string(),
            owner.to_string(),
            salt.0.as_slice(),
            words.expose()
        );
        (commitment, keep)
    }

    /// The same for a reason, which must be given.
    fn because(&self, owner: impl Display, words: &Pii<String>) -> Result<Noted, WatchActError> {
        let words = reason(words.expose())?;
        Ok(self.note(owner, &words))
    }

    /// The same for words that may be left out.
    fn maybe_note(&self, owner: impl Display, words: &Pii<String>) -> Result<Option<Noted>, WatchActError> {
        let words = Pii::new(note("note", words.expose())?);
        Ok((!words.expose().is_empty()).then(|| self.note(owner, &words)))
    }
}

fn commit(context: &Context, event: &WatchEvent, beside: impl IntoIterator<Item = Statement>) -> Commit {
    Commit::new(context.clone(), vec![Draft::of(event)]).beside(beside)
}
