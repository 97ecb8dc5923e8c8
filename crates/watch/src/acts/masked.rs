//! What becomes of a camera that forgets what it was to blacken.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{Masking, WatchEvent},
    rules::WatchError,
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{CameraId, Timestamp};

impl Cameras {
    /// It blackens no longer, and did at that time: from now on nobody but its home sees it.
    pub async fn lose_masks(
        &self,
        context: &Context,
        camera: CameraId,
        since: Timestamp,
    ) -> Result<Commit, WatchActError> {
        let known = self.home_camera(camera).await?;
        if known.masking != Masking::ByCamera {
            return Err(WatchError::NotAtThisStage.into());
        }
        let event = WatchEvent::MasksLost { camera, since };
        Ok(commit(context, &event, []).expecting(camera, known.version))
    }

    /// It was told again and does, since that version of it: it may be seen as before.
    pub async fn masks_back(
        &self,
        context: &Context,
        (camera, version): (CameraId, u64),
    ) -> Result<Commit, WatchActError> {
        let known = self.home_camera(camera).await?;
        if known.masks_lost_at().is_none() {
            return Err(WatchError::NotAtThisStage.into());
        }
        Ok(commit(context, &WatchEvent::MasksBack { camera }, []).expecting(camera, version))
    }
}
