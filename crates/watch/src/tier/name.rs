//! What a file is called in the store: `PREFIX/CAMERA/FILE.sealed`.
//!
//! Promises: the name tells the camera's id and the file's name, which is the number of its first fragment and its time,
//! and nothing else; what is called otherwise is none of ours.

use crate::record::{CameraId, FileName, camera_folder};
use object_store::path::Path as Key;
use std::path::Path;

/// What every sealed file ends with.
const SUFFIX: &str = ".sealed";

/// A file in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Whose footage it is.
    pub camera: CameraId,
    /// The file's name on a disk.
    pub file: FileName,
}

impl Name {
    /// Its key in the store, below this prefix.
    pub(super) fn key(&self, prefix: &str) -> Key {
        Key::from(format!("{}/{}{SUFFIX}", folder(prefix, self.camera), self.file))
    }

    /// What the seal is bound to, so that no object can stand in another's place.
    pub(super) fn bound(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&self.camera);
        bytes[16..24].copy_from_slice(&self.file.number.to_be_bytes());
        bytes[24..].copy_from_slice(&self.file.wall_us.to_be_bytes());
        bytes
    }
}

/// Below which the files of a camera are.
pub(super) fn folder(prefix: &str, camera: CameraId) -> String {
    let camera = camera_folder(Path::new(""), camera);
    let camera = camera.display();
    if prefix.is_empty() { camera.to_string() } else { format!("{prefix}/{camera}") }
}

/// The file that is called so in a camera's folder, if we would call one so.
pub(super) fn file_of(name: &str) -> Option<FileName> {
    let name = name.strip_suffix(SUFFIX)?;
    FileName::parse(name).filter(|file| file.to_string() == name)
}

/// The camera whose folder is called so.
pub(super) fn camera_of(name: &str) -> Option<CameraId> {
    let mut camera = [0; 16];
    for (place, byte) in camera.iter_mut().enumerate() {
        *byte = u8::from_str_radix(name.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    (folder("", camera) == name).then_some(camera)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_camera_and_file_and_reads_back() {
        let name = Name { camera: [10; 16], file: FileName { number: 7, wall_us: 1_800_000_000_000_000 } };
        let key = name.key("hoa-an/0190");
        let folder = "0a".repeat(16);
        assert_eq!(key.as_ref(), format!("hoa-an/0190/{folder}/000000000007-1800000000000000.mp4.sealed"));
        assert_eq!(file_of(key.filename().unwrap()), Some(name.file));
        assert_eq!(camera_of(&folder), Some(name.camera));
        for other in ["7-5.mp4.sealed", "000000000007-5.mp4", "notes.txt", ".sealed", ""] {
            assert_eq!(file_of(other), None, "{other}");
        }
        assert_eq!(camera_of(&"0A".repeat(16)), None);
    }

    #[test]
    fn no_two_files_are_bound_to_the_same() {
        let name = |number, wall_us| Name { camera: [1; 16], file: FileName { number, wall_us } }.bound();
        assert_ne!(name(1, 2), name(2, 1));
        assert_ne!(name(1, 2), name(1, 3));
    }
}
