//! What a camera would have sent from some moment on, picture by picture, as fast as they can be drawn.
//!
//! Promises: the same camera and moment give the same pictures as that camera shows when it is played then.

use super::{Camera, h264::Encoder, local_millis, picture::Picture, scene::Scene};
use liengia_kernel::Timestamp;
use std::time::Duration;

/// From one key picture to the next, in seconds.
const KEY_EVERY_S: u64 = 2;

/// A film.
pub struct Film {
    encoder: Encoder,
    scene: Scene,
    picture: Picture,
    rate: u32,
    utc_offset: i8,
    began: Timestamp,
    next: u64,
}

/// One picture of it.
#[derive(Debug)]
pub struct Frame<'a> {
    /// When it is taken, from the film's beginning on.
    pub at: Duration,
    /// Whether a decoder can begin with it.
    pub key: bool,
    /// Its one NAL unit, without start code.
    pub unit: &'a [u8],
}

impl Film {
    /// A camera's film from this moment on; its clock is so many hours ahead of UTC.
    pub fn new(camera: &Camera, began: Timestamp, utc_offset: i8) -> Self {
        let (size, rate) = (camera.size, camera.rate.clamp(1, super::FASTEST));
        Self {
            encoder: Encoder::new(size, rate),
            scene: Scene::new(camera.seed, &camera.name, size),
            picture: Picture::new(size),
            rate,
            utc_offset,
            began,
            next: 0,
        }
    }

    /// The sequence and the picture parameter set: NAL units without start code.
    pub fn parameter_sets(&self) -> [&[u8]; 2] {
        [&self.encoder.sequence, &self.encoder.parameters]
    }

    /// The next picture.
    pub fn shoot(&mut self) -> Frame<'_> {
        let nanos = self.next.saturating_mul(1_000_000_000).div_ceil(u64::from(self.rate));
        let at = Duration::from_nanos(nanos);
        let key = self.next.is_multiple_of(KEY_EVERY_S * u64::from(self.rate));
        self.next += 1;
        self.scene.draw(&mut self.picture, local_millis(self.began + at, self.utc_offset));
        Frame { at, key, unit: self.encoder.encode(&self.picture, key) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_begins_with_a_key_picture_and_keeps_its_beat() {
        let began = Timestamp::from_seconds(1_800_000_000);
        let camera = Camera { rate: 5, ..Camera::new("CAM 1", 1) };
        let mut film = Film::new(&camera, began, 7);
        let mut other = Film::new(&camera, began, 7);
        for place in 0..25_u32 {
            let frame = film.shoot();
            assert_eq!((frame.at, frame.key), (Duration::from_millis(200) * place, place % 10 == 0));
            assert_eq!(frame.unit, other.shoot().unit);
        }
    }
}
