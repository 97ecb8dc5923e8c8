//! That a camera was turned while somebody looked, and how it was told to make its pictures.

use super::{Cameras, WatchActError, commit};
use crate::{
    event::{Imaging, WatchEvent},
    views::Look,
};
use liengia_journal::{Commit, Context};
use liengia_kernel::{CameraId, LookId, PersonId};

impl Cameras {
    /// They turn a camera while they look. Nothing happens where that is known of this look.
    pub async fn move_camera(
        &self,
        context: &Context,
        (camera, look): (CameraId, LookId),
        person: PersonId,
    ) -> Result<Commit, WatchActError> {
        if Look::has_moved(&self.journal, look, camera).await? {
            return Ok(Commit::new(context.clone(), Vec::new()));
        }
        Ok(commit(context, &WatchEvent::CameraMoved { camera, look, person }, []))
    }

    /// A camera makes its pictures so from now on.
    pub async fn set_imaging(
        &self,
        context: &Context,
        camera: CameraId,
        person: PersonId,
        imaging: Imaging,
    ) -> Result<Commit, WatchActError> {
        let known = self.camera(camera).await?;
        let event = WatchEvent::ImagingSet { camera, person, imaging };
        Ok(commit(context, &event, []).expecting(camera, known.version))
    }
}
