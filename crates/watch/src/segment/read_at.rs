//! Where bytes of a segment file come from: a file, or memory.

use std::{fs::File, io, os::unix::fs::FileExt};

/// Something that is read at any place.
pub trait ReadAt {
    /// Reads bytes that begin at `offset`; fewer than asked for only at the end.
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize>;

    /// How many bytes there are.
    fn length(&self) -> io::Result<u64>;
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        T::read_at(self, into, offset)
    }

    fn length(&self) -> io::Result<u64> {
        T::length(self)
    }
}

impl ReadAt for File {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(left) = into.get_mut(done..).filter(|left| !left.is_empty()) {
            match FileExt::read_at(self, left, offset.saturating_add(done as u64)) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        Ok(count)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

/// The `N` bytes at `offset`, or none if the end comes first.
pub(super) fn exactly<const N: usize>(
    file: &(impl ReadAt + ?Sized),
    offset: u64,
) -> io::Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    Ok((file.read_at(&mut bytes, offset)? == N).then_some(bytes))
}
