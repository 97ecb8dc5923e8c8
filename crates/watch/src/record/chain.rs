//! A camera's chain of fragments: each names the hash of the one before it.

use super::{CameraId, Filled};
use crate::{
    fmp4::Between,
    segment::{Fragment, Hash, Header},
};

/// Where a camera's chain goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The number of the next fragment.
    pub number: u64,
    /// The hash of the last one; zeros before the first.
    pub previous: Hash,
}

impl Chain {
    /// Seals a fragment as the next one; `after` is when the last samples before it in its file are decoded. None if it
    /// is empty. The chain goes on with [`Chain::after`] once the fragment is written.
    pub fn seal(
        &self,
        camera: CameraId,
        filled: Filled,
        after: [Option<i64>; 2],
        gap: bool,
    ) -> Option<Fragment> {
        let header = Header {
            camera,
            number: self.number,
            wall_us: filled.wall_us,
            previous: self.previous,
            init: filled.file.hash,
            key: false,
            // Before the very first nothing can be missing.
            gap: (filled.gap || gap) && self.number > 0,
        };
        filled.builder.close(header, Between { after, until: [filled.until, None] })
    }

    /// The chain behind a fragment.
    pub const fn after(fragment: &Fragment) -> Self {
        Self { number: fragment.header.number + 1, previous: fragment.hash }
    }
}
