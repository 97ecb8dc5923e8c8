//! `tail`: what a power cut left of the file that was being written.
//!
//! Promises: of what is called whole, the last [`RECHECKED`] fragments bear hashes that fit their bytes, and all of them
//! follow one another. It only looks: cutting is up to whoever owns the file, and what is behind may hold fragments that
//! reached the disk before one that did not.

use super::{
    Bad, FragmentInfo, ReadAt,
    pieces::{Piece, Pieces},
    walk::{fragment_at, init_length, walk},
};
use std::io;

/// How many whole fragments must stand at the end one after another before older ones are taken for whole unread.
pub const RECHECKED: usize = 4;

/// How a file ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// Bytes from the beginning that are whole: an init segment and fragments, or 0.
    pub whole: u64,
    /// The last whole fragment.
    pub last: Option<FragmentInfo>,
    /// Bytes behind them: a fragment that was not wholly written.
    pub torn: u64,
}

/// Looks where to cut a file.
pub fn tail<F: ReadAt>(file: &F) -> io::Result<Tail> {
    let length = file.length()?;
    let Some(init) = readable(init_length(file))? else {
        return Ok(Tail { whole: 0, last: None, torn: length });
    };
    let mut starts = Vec::new(); // Eight bytes for each 8 KiB or more of the file.
    let mut whole = init;
    let mut before = None;
    for fragment in walk(file) {
        let Some(fragment) = readable(fragment)? else { break };
        if before.is_some_and(|before| before != fragment.header.previous) {
            break;
        }
        before = Some(fragment.hash);
        starts.push(fragment.offset);
        whole = fragment.offset + fragment.length;
    }
    let mut piece = Piece::new();
    let mut last = None;
    let mut fitting = 0;
    for start in starts.into_iter().rev() {
        if hash_fits(file, start, &mut piece)? {
            last = last.or(Some(start));
            fitting += 1;
        } else {
            (whole, last, fitting) = (start, None, 0);
        }
        if fitting == RECHECKED {
            break;
        }
    }
    let last = last.map(|start| readable(fragment_at(file, start))).transpose()?.flatten().flatten();
    Ok(Tail { whole, last, torn: length.saturating_sub(whole) })
}

fn hash_fits<F: ReadAt>(file: &F, start: u64, piece: &mut Piece) -> io::Result<bool> {
    let checked =
        Pieces::new(file, start, piece).and_then(|mut at| at.fragment().map_err(|flawed| flawed.bad));
    Ok(readable(checked)?.is_some())
}

/// What is bad is none; what cannot be read at all is an error.
fn readable<T>(found: Result<T, Bad>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Bad::Unreadable(why)) => Err(io::Error::other(why)),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::testing::file, *};

    fn of(bytes: &[u8]) -> Tail {
        tail(&bytes).unwrap()
    }

    #[test]
    fn a_file_cut_at_any_byte_is_whole_up_to_the_fragment_before() {
        let (bytes, _) = file(0..3, [0; 32]);
        let ends: Vec<_> =
            walk(&bytes[..]).map(Result::unwrap).map(|one| (one.offset + one.length, one)).collect();
        for cut in 0..=bytes.len() {
            let tail = of(&bytes[..cut]);
            let last = ends.iter().rfind(|(end, _)| *end <= cut as u64);
            let init = if cut < 4096 { 0 } else { 4096 };
            assert_eq!(tail.whole, last.map_or(init, |(end, _)| *end), "{cut}");
            assert_eq!(tail.torn, cut as u64 - tail.whole, "{cut}");
            assert_eq!(tail.last.as_ref(), last.map(|(_, one)| one), "{cut}");
        }
    }

    #[test]
    fn zeros_or_older_bytes_behind_the_last_fragment_are_torn() {
        let (mut bytes, _) = file(0..3, [0; 32]);
        let whole = bytes.len() as u64;
        bytes.extend(vec![0; 8192]);
        assert_eq!((of(&bytes).whole, of(&bytes).torn), (whole, 8192));
        bytes.truncate(bytes.len() - 8192);
        bytes.extend_from_within(4096..12288);
        assert_eq!((of(&bytes).whole, of(&bytes).torn), (whole, 8192));
    }

    #[test]
    fn a_fragment_that_reached_the_disk_before_one_that_did_not_is_no_tail() {
        let (mut bytes, _) = file(0..9, [0; 32]);
        let fragments: Vec<_> = walk(&bytes[..]).map(Result::unwrap).collect();
        for (hole, kept) in [(8, 8), (7, 7), (5, 5), (2, 9)] {
            let mut torn = bytes.clone();
            let at = usize::try_from(fragments[hole].payload.start).unwrap();
            torn[at..at + 512].fill(0);
            let found = of(&torn);
            let whole = fragments.get(kept).map_or(bytes.len() as u64, |one| one.offset);
            assert_eq!(found.whole, whole, "a hole in {hole}");
            assert_eq!(found.last.as_ref(), fragments.get(kept - 1), "a hole in {hole}");
        }
        let header = usize::try_from(fragments[2].offset).unwrap();
        bytes[header..header + 4096].fill(0);
        assert_eq!(of(&bytes).whole, fragments[2].offset);
    }
}
