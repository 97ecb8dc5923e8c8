//! What a village voted about looking at public cameras that its residents paid for.

use liengia_kernel::{CameraId, PlaceId, Timestamp};
use serde::{Deserialize, Serialize};

/// How a village voted, as its minutes have it. A home has one vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Vote {
    /// When the meeting was held.
    pub held_on: Timestamp,
    /// How many homes the village has.
    pub homes: u32,
    /// How many of them were present.
    pub present: u32,
    /// How many were in favour.
    pub in_favour: u32,
    /// How many were against.
    pub against: u32,
}

/// A camera that was voted about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VotedCamera {
    /// Which one.
    pub camera: CameraId,
    /// The minutes say that no window and no door of a home is in its picture.
    pub nothing_to_mask: bool,
}

/// What was voted: which cameras residents may look at, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidentsVote {
    /// The village that voted.
    pub village: PlaceId,
    /// How.
    pub vote: Vote,
    /// About which cameras. One that is put up later needs another vote.
    pub cameras: Vec<VotedCamera>,
    /// Until when they may look.
    pub until: Timestamp,
}
