//! Room for what is put together: it lies beside the journal, which must never find its disk full.

use super::{
    Running,
    export::{placed, storage},
};
use crate::{
    acts::WatchActError,
    footage::{Index, floor, space},
    views::Export,
};
use liengia_kernel::ExportId;
use std::sync::{Arc, PoisonError};

/// Beside the footage itself: the manifest, the papers, and the proofs.
const BESIDE: u64 = 16 * 1024 * 1024;

impl Running {
    /// Whether the disk has room for what would be put together; if not, its request says so.
    pub(super) async fn has_room(&self, index: &Arc<Index>, export: &Export) -> Result<bool, WatchActError> {
        let index = index.clone();
        let (cameras, span) =
            (export.cameras.clone(), (export.span.from.as_micros(), export.span.to.as_micros()));
        let footage = move || -> Result<u64, String> {
            let mut bytes = 0_u64;
            for camera in &cameras {
                let placed = placed(&index, *camera.as_bytes(), span)?;
                bytes += placed.iter().map(|one| one.length).sum::<u64>();
            }
            Ok(bytes)
        };
        let bytes =
            tokio::task::spawn_blocking(footage).await.map_err(|_| storage("the node is stopping"))?;
        let bytes = bytes.map_err(storage)?;
        // A copy is made beside it, and put into it.
        let needed = BESIDE + if export.copy.is_some() { 3 * bytes } else { bytes };
        let has = self.free_beside_the_journal().is_none_or(|free| free >= needed);
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if has {
            waiting.remove(&export.export);
        } else {
            waiting.insert(export.export);
            tracing::warn!(export = %export.export, needed, "no room on the disk of the node's data for footage that is to be handed out");
        }
        Ok(has)
    }

    /// Whether what was agreed to waits for room on the disk.
    pub fn waits_for_room(&self, export: ExportId) -> bool {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).contains(&export)
    }

    /// Bytes that may be used there; none where the system does not say.
    fn free_beside_the_journal(&self) -> Option<u64> {
        let (size, free) = space(&self.0.config.data).ok()?;
        Some(free.saturating_sub(self.0.config.free_bytes.unwrap_or_else(|| floor(size))))
    }
}
