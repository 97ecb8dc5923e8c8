//! A decoder of others beside this encoder.

use super::*;
use crate::camera::{ffmpeg, scene::Scene};
use liengia_kernel::SeededEntropy;

/// The stream of these pictures, with start codes; every `distance`th is a key picture.
fn stream(pictures: &[Picture], distance: usize) -> Vec<u8> {
    let mut encoder = Encoder::new(pictures[0].size, 15);
    let mut bytes = Vec::new();
    for (n, picture) in pictures.iter().enumerate() {
        let key = n % distance == 0;
        if key {
            for set in [&encoder.sequence, &encoder.parameters] {
                bytes.extend_from_slice(&[0, 0, 0, 1]);
                bytes.extend_from_slice(set);
            }
        }
        bytes.extend_from_slice(&[0, 0, 0, 1]);
        bytes.extend_from_slice(encoder.encode(picture, key));
    }
    bytes
}

/// Fails unless ffmpeg shows every cell as it was drawn, and has nothing to say about the stream.
fn shows_exactly(test: &str, pictures: &[Picture], distance: usize) {
    if ffmpeg::missing(test) {
        return;
    }
    let arguments =
        ["-f", "h264", "-i", "-", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-"];
    let shown = ffmpeg::run(&arguments, &stream(pictures, distance));
    let drawn: Vec<u8> = pictures.iter().flat_map(Picture::pixels).collect();
    assert_eq!(shown.len(), drawn.len());
    let differs = shown.iter().zip(&drawn).position(|(shown, drawn)| shown != drawn);
    assert_eq!(differs, None, "the first byte that differs");
}

fn street(size: Size, count: u32) -> Vec<Picture> {
    let scene = Scene::new(7, "Cam 7", size);
    let draw = |n| {
        let mut picture = Picture::new(size);
        scene.draw(&mut picture, 43_200_000 + 67 * n);
        picture
    };
    (0..count).map(draw).collect()
}

#[test]
fn a_street_is_shown_as_it_was_drawn_in_every_size() {
    for size in [Size::Small, Size::Medium, Size::Large] {
        shows_exactly("a_street_is_shown_as_it_was_drawn_in_every_size", &street(size, 70), 30);
    }
}

#[test]
fn noise_of_every_strength_is_shown_as_it_was_drawn() {
    let chance = SeededEntropy::new(3);
    let noise = |n: usize| {
        let mut picture = Picture::new(Size::Small);
        // From a cell here and there to all cells of all values.
        let (one_in, range) = (1 + 40 / (1 + n as u64), 1 + n as u64 % 56);
        let change = |plane: &mut Vec<u8>, step: u64, values: u64| {
            for cell in plane.iter_mut().filter(|_| chance.below(one_in) == 0) {
                *cell = u8::try_from(16 + step * chance.below(range).min(values)).expect("at most 240");
            }
        };
        change(&mut picture.luma, 4, 54);
        change(&mut picture.cb, 4, 56);
        change(&mut picture.cr, 1, 224);
        picture
    };
    let pictures: Vec<Picture> = (0..120).map(noise).collect();
    shows_exactly("noise_of_every_strength_is_shown_as_it_was_drawn", &pictures, 7);
}

#[test]
fn three_hundred_pictures_without_a_key_picture_are_shown_as_they_were_drawn() {
    let test = "three_hundred_pictures_without_a_key_picture_are_shown_as_they_were_drawn";
    shows_exactly(test, &street(Size::Small, 300), 1_000);
}

#[test]
fn a_picture_that_did_not_change_costs_a_few_bytes_and_a_key_picture_little() {
    let pictures = street(Size::Medium, 2);
    let mut encoder = Encoder::new(Size::Medium, 15);
    let key = encoder.encode(&pictures[0], true).len();
    let changed = encoder.encode(&pictures[1], false).len();
    let same = encoder.encode(&pictures[1], false).len();
    assert!(key < 20_000, "{key}");
    assert!(changed < 3_000, "{changed}");
    assert!(same < 12, "{same}");
}
