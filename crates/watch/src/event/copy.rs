//! Footage that is handed out as a copy: cut to the stretch that was asked for, and with parts of the picture covered.

use super::Mask;
use liengia_kernel::CameraId;
use serde::{Deserialize, Serialize};

/// A copy that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CopyWanted {
    /// What is covered. A camera that is not named is only cut; what its home drew is covered in any case.
    pub masks: Vec<CameraMasks>,
    /// Only the copy is handed out, and nothing as it was recorded.
    pub only_copy: bool,
}

/// What is covered in the pictures of a camera.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CameraMasks {
    /// Which camera.
    pub camera: CameraId,
    /// What: 1 to 8 rectangles.
    pub masks: Vec<Mask>,
}
