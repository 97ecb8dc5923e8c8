//! The sealed stream: chunks under an authenticated cipher, each bound to its number, to the header, and to
//! whether it is the last (the STREAM construction). A chunk that was changed, moved, left out or put in does not
//! open, and a stream without its last chunk is known to be cut off.

use super::Unreadable;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce, aead::AeadInOut as _};
use std::io::{self, Read, Write};

/// Bytes of a chunk before it is sealed; only the last one has fewer.
pub(super) const CHUNK: usize = 64 * 1024;

/// Bytes that the seal adds to a chunk.
const TAG: usize = 16;

/// Random bytes that begin every nonce of one backup.
pub(super) const PREFIX: usize = 19;

struct Nonces {
    prefix: [u8; PREFIX],
    number: u32,
}

impl Nonces {
    /// The nonce of the next chunk; none after 4 billion chunks.
    fn next(&mut self, last: bool) -> Option<XNonce> {
        let mut nonce = [0; 24];
        nonce[..PREFIX].copy_from_slice(&self.prefix);
        nonce[PREFIX..23].copy_from_slice(&self.number.to_be_bytes());
        nonce[23] = u8::from(last);
        self.number = self.number.checked_add(1)?;
        Some(XNonce::from(nonce))
    }
}

/// Seals what is written.
pub(super) struct Sealer<W> {
    out: W,
    cipher: XChaCha20Poly1305,
    nonces: Nonces,
    header: Vec<u8>,
    chunk: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    pub(super) fn new(out: W, key: [u8; 32], prefix: [u8; PREFIX], header: Vec<u8>) -> Self {
        let cipher = XChaCha20Poly1305::new(&key.into());
        let nonces = Nonces { prefix, number: 0 };
        Self { out, cipher, nonces, header, chunk: Vec::with_capacity(CHUNK + TAG) }
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.chunk.len() == CHUNK {
                self.seal(false)?;
            }
            let taken = bytes.len().min(CHUNK - self.chunk.len());
            self.chunk.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        Ok(self.out)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let too_long = || io::Error::other("a backup of more than 256 TiB");
        let nonce = self.nonces.next(last).ok_or_else(too_long)?;
        self.cipher.encrypt_in_place(&nonce, &self.header, &mut self.chunk).map_err(|_| too_long())?;
        self.out.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }
}

/// Opens what was sealed.
pub(super) struct Opener<R> {
    from: R,
    cipher: XChaCha20Poly1305,
    nonces: Nonces,
    header: Vec<u8>,
    /// The sealed chunk after the open one: whether there is one tells whether that was the last.
    ahead: Vec<u8>,
    chunk: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    pub(super) fn new(
        from: R,
        key: [u8; 32],
        prefix: [u8; PREFIX],
        header: Vec<u8>,
    ) -> Result<Self, Unreadable> {
        let cipher = XChaCha20Poly1305::new(&key.into());
        let nonces = Nonces { prefix, number: 0 };
        let (ahead, chunk) = (Vec::new(), Vec::new());
        let mut opener = Self { from, cipher, nonces, header, ahead, chunk, at: 0, ended: false };
        opener.ahead = opener.sealed()?;
        Ok(opener)
    }

    /// Fills `bytes`.
    pub(super) fn read(&mut self, mut bytes: &mut [u8]) -> Result<(), Unreadable> {
        while !bytes.is_empty() {
            if self.at == self.chunk.len() {
                self.open()?;
                continue;
            }
            let taken = bytes.len().min(self.chunk.len() - self.at);
            bytes[..taken].copy_from_slice(&self.chunk[self.at..self.at + taken]);
            self.at += taken;
            bytes = &mut bytes[taken..];
        }
        Ok(())
    }

    /// Refuses anything after what was read.
    pub(super) fn finish(mut self) -> Result<(), Unreadable> {
        if self.at == self.chunk.len() && !self.ended {
            self.open()?;
        }
        let whole = self.ended && self.at == self.chunk.len();
        if whole { Ok(()) } else { Err(Unreadable::Damaged("after its end")) }
    }

    fn open(&mut self) -> Result<(), Unreadable> {
        if self.ended {
            return Err(Unreadable::Damaged("at its end"));
        }
        self.chunk = std::mem::take(&mut self.ahead);
        self.ahead = self.sealed()?;
        self.ended = self.ahead.is_empty();
        let nonce = self.nonces.next(self.ended).ok_or(Unreadable::Damaged("at its end"))?;
        let opened = self.cipher.decrypt_in_place(&nonce, &self.header, &mut self.chunk);
        self.at = 0;
        opened.map_err(|_| Unreadable::Damaged("where its seal does not open"))
    }

    fn sealed(&mut self) -> io::Result<Vec<u8>> {
        let mut sealed = Vec::with_capacity(CHUNK + TAG);
        self.from.by_ref().take((CHUNK + TAG) as u64).read_to_end(&mut sealed)?;
        Ok(sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [5; 32];
    const START: [u8; PREFIX] = [6; PREFIX];
    const SEALED: usize = CHUNK + TAG;

    fn sealed(length: usize) -> (Vec<u8>, Vec<u8>) {
        let plain: Vec<u8> = (0..=250).cycle().take(length).collect();
        let mut sealer = Sealer::new(Vec::new(), KEY, START, b"header".to_vec());
        for part in plain.chunks(1000) {
            sealer.write(part).unwrap();
        }
        (plain, sealer.finish().unwrap())
    }

    fn opened(sealed: &[u8], length: usize, header: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let mut opener = Opener::new(sealed, KEY, START, header.to_vec())?;
        let mut plain = vec![0; length];
        opener.read(&mut plain)?;
        opener.finish()?;
        Ok(plain)
    }

    #[test]
    fn what_was_sealed_opens_whole_at_every_length() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let (plain, sealed) = sealed(length);
            assert_eq!(opened(&sealed, length, b"header").unwrap(), plain);
        }
    }

    #[test]
    fn chunks_cut_off_left_out_swapped_or_repeated_do_not_open() {
        let length = 3 * CHUNK + 10;
        let (_, whole) = sealed(length);
        let parts: Vec<&[u8]> = whole.chunks(SEALED).collect();
        let orders: [&[usize]; 6] =
            [&[0, 1, 2], &[0, 1, 3], &[1, 0, 2, 3], &[0, 1, 1, 3], &[0, 1, 2, 3, 3], &[3]];
        for order in orders {
            let changed: Vec<u8> = order.iter().flat_map(|part| parts[*part]).copied().collect();
            assert!(opened(&changed, length, b"header").is_err(), "{order:?}");
        }
        for length in [CHUNK, 3 * CHUNK] {
            let (_, whole) = sealed(length);
            for end in [0, 1, whole.len() - SEALED, whole.len() - 1] {
                assert!(opened(&whole[..end], length, b"header").is_err(), "{end}");
            }
        }
    }

    #[test]
    fn a_flipped_bit_or_another_header_does_not_open() {
        let (_, whole) = sealed(2000);
        for bit in (0..whole.len() * 8).step_by(13) {
            let mut changed = whole.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(opened(&changed, 2000, b"header").is_err());
        }
        assert!(opened(&whole, 2000, b"later").is_err());
        assert!(opened(&whole, 1999, b"header").is_err());
    }
}
