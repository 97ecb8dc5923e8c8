//! `verify`: every bit of a camera's files, and that they are one chain.
//!
//! Promises: recomputes every hash in memory that does not grow with the files, and names the first fragment that is bad.
//! What it found whole was stored as it is, unless somebody made the whole chain anew from there on: whoever noted a
//! later hash can tell.

use super::{
    Bad, Hash, Header, ReadAt,
    pieces::{Flawed, Piece, Pieces, Whole},
    walk::init_length,
};
use sha2::{Digest as _, Sha256};

/// What was found whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files.
    pub files: usize,
    /// How many fragments in them.
    pub fragments: u64,
    /// How many bytes, init segments included.
    pub bytes: u64,
    /// The first fragment's header: its `previous` says where the chain must go on from.
    pub first: Option<Header>,
    /// The last fragment's header.
    pub last: Option<Header>,
    /// The last fragment's hash: what the next one must name.
    pub end: Option<Hash>,
}

/// The first fragment that is bad. All before it are whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("file {file}, byte {offset}, {}: {reason}", .number.map_or_else(|| "no fragment".into(), |number| format!("fragment {number}")))]
pub struct FirstBad {
    /// Which of the files, from 0.
    pub file: usize,
    /// Where it begins in the file.
    pub offset: u64,
    /// Its number, if that can be read.
    pub number: Option<u64>,
    /// What is wrong with it.
    pub reason: Bad,
}

/// Checks a camera's files, oldest first. `from`: the hash that the first fragment must name; if none, whatever it names
/// is taken, and stands in [`Verified::first`].
pub fn verify<F: ReadAt>(
    files: impl IntoIterator<Item = F>,
    from: Option<Hash>,
) -> Result<Verified, FirstBad> {
    let mut piece = Piece::new();
    let mut verified = Verified { end: from, ..Verified::default() };
    for file in files {
        verified.add(&file, &mut piece)?;
        verified.files += 1;
    }
    Ok(verified)
}

impl Verified {
    fn add<F: ReadAt>(&mut self, file: &F, piece: &mut Piece) -> Result<(), FirstBad> {
        let place = self.files;
        let at = |offset, number, reason| FirstBad { file: place, offset, number, reason };
        let (init, mut pieces) = begin(file, piece).map_err(|bad| at(0, None, bad))?;
        while pieces.left() > 0 {
            let offset = pieces.at();
            let whole = pieces.fragment().map_err(|Flawed { number, bad }| at(offset, number, bad))?;
            self.follow(&whole, init).map_err(|bad| at(offset, Some(whole.header.number), bad))?;
        }
        self.bytes += pieces.at();
        Ok(())
    }

    /// Adds a fragment to the chain.
    fn follow(&mut self, Whole { header, hash }: &Whole, init: Hash) -> Result<(), Bad> {
        if self.end.is_some_and(|end| end != header.previous) {
            return Err(Bad::Previous);
        }
        if header.init != init {
            return Err(Bad::Init);
        }
        if self.last.is_some_and(|last| last.camera != header.camera) {
            return Err(Bad::Camera);
        }
        if self.last.is_some_and(|last| last.number >= header.number) {
            return Err(Bad::Number);
        }
        self.first.get_or_insert(*header);
        self.last = Some(*header);
        self.end = Some(*hash);
        self.fragments += 1;
        Ok(())
    }
}

/// The hash of a file's init segment, and what comes after it.
fn begin<'a, F: ReadAt>(file: &'a F, piece: &'a mut Piece) -> Result<(Hash, Pieces<'a, F>), Bad> {
    let length = init_length(file)?;
    let mut pieces = Pieces::new(file, 0, piece)?;
    let mut hasher = Sha256::new();
    pieces.hash(length, &mut hasher)?;
    Ok((hasher.finalize().into(), pieces))
}

#[cfg(test)]
mod tests {
    use super::{super::testing::file, *};
    use proptest::prelude::*;

    #[test]
    fn a_chain_goes_on_from_file_to_file() {
        let (first, end) = file(0..3, [0; 32]);
        let (second, last) = file(3..5, end);
        let verified = verify([&first[..], &second[..]], Some([0; 32])).unwrap();
        assert_eq!((verified.files, verified.fragments), (2, 5));
        assert_eq!(verified.bytes, (first.len() + second.len()) as u64);
        assert_eq!(verified.end, Some(last));
        assert_eq!(verified.last.map(|last| (last.number, last.key)), Some((4, true)));
        let alone = verify([&second[..]], None).unwrap();
        assert_eq!(alone.first.map(|first| first.previous), Some(end));
    }

    #[test]
    fn what_is_left_out_put_in_or_another_cameras_is_found() {
        let (first, end) = file(0..3, [0; 32]);
        let (second, _) = file(4..5, end);
        let (again, _) = file(2..4, end);
        let bad = |files: &[&[u8]], from| verify(files.iter().copied(), from).unwrap_err();
        assert_eq!(bad(&[&second, &first], None).reason, Bad::Previous);
        assert_eq!(bad(&[&first], Some([1; 32])).reason, Bad::Previous);
        let number = bad(&[&first, &again], None);
        assert_eq!((number.file, number.offset, number.number), (1, 4096, Some(2)));
        assert_eq!(number.reason, Bad::Number);
        assert_eq!(bad(&[&first[..first.len() - 1]], None).reason, Bad::Cut);
        assert_eq!(bad(&[b""], None).reason, Bad::NoInit);
        let without: Vec<u8> = [&first[..4096], &first[12288..]].concat();
        assert_eq!(bad(&[&without], Some([0; 32])).reason, Bad::Previous);
        let message = bad(&[&second, &first], None).to_string();
        assert!(message.starts_with("file 1, byte 4096, fragment 0: it does not follow"), "{message}");
    }

    #[test]
    fn every_flipped_bit_is_found_in_the_fragment_where_it_is() {
        let (mut bytes, _) = file(0..3, [0; 32]);
        for at in (0..bytes.len()).step_by(5) {
            let bit = 1 << (at % 8);
            bytes[at] ^= bit;
            let found = verify([&bytes[..]], Some([0; 32])).unwrap_err();
            bytes[at] ^= bit;
            let begin = if at < 4096 { 0 } else { 4096 + (at as u64 - 4096) / 8192 * 8192 };
            let init_only_first_fragment_tells = at < 4096 && found.offset == 4096;
            assert!(found.offset == begin || init_only_first_fragment_tells, "{at}: {found}");
        }
        assert!(verify([&bytes[..]], Some([0; 32])).is_ok());
    }

    proptest! {
        #[test]
        fn arbitrary_changes_are_found_and_never_a_panic(
            changes in prop::collection::vec((0_usize..20_480, any::<[u8; 8]>()), 1..6), cut in 0_usize..20_481,
        ) {
            let (whole, _) = file(0..2, [0; 32]);
            let mut bytes = whole.clone();
            for (at, change) in changes {
                let end = (at + 8).min(bytes.len());
                bytes[at..end].copy_from_slice(&change[..end - at]);
            }
            bytes.truncate(cut);
            let changed = bytes != whole[..cut] || !matches!(cut, 4096 | 12_288 | 20_480);
            prop_assert_eq!(verify([&bytes[..]], Some([0; 32])).is_err(), changed);
            let tail = super::super::tail(&&bytes[..]).unwrap();
            prop_assert!(tail.whole + tail.torn == cut as u64);
            let fragments = super::super::walk(&bytes[..]).count();
            prop_assert!(fragments <= 3);
        }
    }
}
