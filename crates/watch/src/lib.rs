//! Cameras: recorded, watched, shared and proved.

pub mod fmp4;
pub mod media;
pub mod record;
pub mod rtp;
pub mod rtsp;
pub mod segment;
