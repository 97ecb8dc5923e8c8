//! One picture alone, for a small view of a recording.

use crate::{
    fmp4::{
        Track,
        live::{Moment, chunk},
    },
    segment::FragmentInfo,
};

/// The first key picture of a recorded fragment behind its file's init segment, as a file of its own that shows it at time
/// 0; none if the fragment has none. `bytes` are the fragment's, from its first on, at least up to that picture's end.
pub fn still(init: &[u8], fragment: &FragmentInfo, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut pictures = fragment.samples.iter().filter(|sample| sample.track == Track::Pictures);
    let key = pictures.find(|sample| sample.key)?;
    let from = usize::try_from(key.offset).ok()?;
    let picture = bytes.get(from..from.checked_add(usize::try_from(key.length).ok()?)?)?;
    Some(alone(init, picture, key.duration))
}

/// A key picture (its bytes as they are recorded) behind an init segment, as a file of its own that shows it at time 0 for
/// so many units of its clock.
pub fn alone(init: &[u8], picture: &[u8], duration: u32) -> Vec<u8> {
    let duration = duration.max(1);
    let moment =
        Moment { track: Track::Pictures, sequence: 1, decode: 0, presentation: 0, duration, key: true };
    [init, &chunk(&moment, picture)].concat()
}
