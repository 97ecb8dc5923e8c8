//! What a simulated camera sees: a street that belongs to its seed, what moves in it, its name and the time.
//!
//! Promises: the same seed, name, size and time of day give the same picture.

mod font;
mod stamp;
mod street;
mod traffic;

use super::{picture::Picture, size::Size};

/// A street with a camera's name burnt in.
pub(super) struct Scene {
    standing: Picture,
    name: Vec<u8>,
    seed: u64,
}

impl Scene {
    /// The street of a seed, as a camera of this name and size sees it.
    pub(super) fn new(seed: u64, name: &str, size: Size) -> Self {
        let mut standing = Picture::new(size);
        street::draw(&mut standing, seed);
        let name = stamp::letters(name, &standing);
        Self { standing, name, seed }
    }

    /// Draws the street at this millisecond of the local day into a picture of the scene's size.
    pub(super) fn draw(&self, picture: &mut Picture, millis: u32) {
        picture.copy_from(&self.standing);
        traffic::draw(picture, self.seed, millis);
        stamp::name(picture, &self.name);
        stamp::time(picture, millis);
    }
}
