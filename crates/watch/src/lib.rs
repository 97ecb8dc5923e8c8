//! Cameras: recorded, watched, shared and proved.
//!
//! Promises: what a camera sends is stored as it came and proves itself; nobody looks without a purpose that those concerned
//! can read; a home's camera opens for nothing that its people did not consent to. Never: a picture is decoded, or a face
//! looked for.

pub mod acts;
pub mod api;
pub mod door;
pub mod event;
pub mod evidence;
pub mod fmp4;
pub mod footage;
pub mod live;
pub mod media;
pub mod onvif;
pub mod problems;
pub mod proof;
pub mod record;
pub mod rtp;
pub mod rtsp;
pub mod rules;
pub mod running;
pub mod segment;
pub mod settings;
pub mod tier;
pub mod trial;
pub mod views;
pub mod webrtc;
