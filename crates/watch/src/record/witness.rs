//! Who is told of what reached a disk: the index of footage, which must never hold up a disk.

use super::{CameraId, FileName, FileStart};
use crate::segment::Fragment;

/// Hears what the disks do, on their own threads; it must answer at once.
pub trait Witness: Send + Sync {
    /// A fragment was written at the end of a file of that disk, where it begins `at` so many bytes. It is safe within a
    /// second.
    fn wrote(&self, disk: usize, file: FileName, at: u64, fragment: &Fragment, start: &FileStart);

    /// Nothing more is written to that file; if `doubtful`, not all that was told of it may be in it.
    fn closed(&self, disk: usize, camera: CameraId, file: FileName, doubtful: bool);

    /// The disk has no room left.
    fn full(&self, disk: usize);
}

/// Nobody is told.
#[derive(Clone, Copy, Debug)]
pub struct Nobody;

impl Witness for Nobody {
    fn wrote(&self, _: usize, _: FileName, _: u64, _: &Fragment, _: &FileStart) {}
    fn closed(&self, _: usize, _: CameraId, _: FileName, _: bool) {}
    fn full(&self, _: usize) {}
}
