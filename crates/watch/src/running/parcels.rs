//! Links by which what was put together is fetched.
//!
//! Promises: a link gives one file to one browser, whole, once; then it is over and the file is gone. Where the way breaks
//! off before that, it can be fetched again by the same link, for as long as that lasts.

use super::{Part, Running, Secrets, serve::stream};
use futures_util::StreamExt as _;
use liengia_kernel::{Clock, Entropy, ExportId, SessionId, Timestamp};
use std::{fs, io, sync::Arc, time::Duration};

/// How long a link can be used.
const LASTS: Duration = Duration::from_hours(1);

/// Links at the same time, of all browsers and of one.
const MOST: usize = 256;
const MOST_OF_ONE: usize = 16;

/// What a link gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parcel {
    export: ExportId,
    /// The browser that asked for it.
    session: SessionId,
    /// It is on its way at this moment.
    going: bool,
}

/// The links that can be used. Clones are the same ones.
#[derive(Clone)]
pub(super) struct Parcels(Secrets<Parcel>);

impl Parcels {
    /// None yet.
    pub(super) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self(Secrets::new(clock, entropy, LASTS, MOST))
    }
}

/// It is on its way until this is dropped.
struct Going {
    parcels: Parcels,
    name: String,
}

impl Drop for Going {
    fn drop(&mut self) {
        self.parcels.0.with(&self.name, |parcel| parcel.going = false);
    }
}

impl Running {
    /// A link for what was put together of an export; its secret name, and until when.
    pub fn parcel(&self, export: ExportId, session: SessionId) -> (String, Timestamp) {
        let parcel = Parcel { export, session, going: false };
        self.0.parcels.0.make(parcel, (|other: &Parcel| other.session == session, MOST_OF_ONE))
    }

    /// The one that was made for it, if it is not over.
    pub fn parcel_of(&self, export: ExportId, session: SessionId) -> Option<(String, Timestamp)> {
        self.0.parcels.0.find(|parcel| (parcel.export, parcel.session) == (export, session))
    }

    /// Which export a link gives, and who asked for the link; none if it is over.
    pub fn parcelled(&self, name: &str) -> Option<(ExportId, SessionId)> {
        self.0.parcels.0.with(name, |parcel| (parcel.export, parcel.session))
    }

    /// Whether what was put together of an export is there.
    pub async fn is_there(&self, export: ExportId) -> bool {
        tokio::fs::try_exists(self.export_path(export)).await.unwrap_or(false)
    }

    /// The bytes that a link gives, and how many; none if it is over, on its way already, or the file is gone.
    pub async fn unpack(&self, name: &str) -> io::Result<Option<(Part, u64)>> {
        let parcels = self.0.parcels.clone();
        let take = |parcel: &mut Parcel| {
            let free = !std::mem::replace(&mut parcel.going, true);
            free.then_some(parcel.export)
        };
        let Some(export) = parcels.0.with(name, take).flatten() else { return Ok(None) };
        let going = Going { parcels, name: name.to_owned() };
        let path = self.export_path(export);
        let file = match tokio::fs::File::open(&path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let length = file.metadata().await?.len();
        let mut left = length;
        let counted = move |block: io::Result<bytes::Bytes>| {
            left = left.saturating_sub(block.as_ref().map_or(0, |block| block.len() as u64));
            if left == 0 {
                going.parcels.0.end(&going.name);
                let _ = fs::remove_file(&path);
            }
            block
        };
        Ok(Some((stream(file).map(counted).boxed(), length)))
    }
}
