//! Boxes as they are written (14496-12 §4.2): a length and a kind before the content. The length is filled in when the
//! content is known, so a box never says another length than it has.

/// Bytes that grow box by box. Numbers are big endian.
#[derive(Debug, Default)]
pub(crate) struct Boxes(Vec<u8>);

impl Boxes {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn zeros(&mut self, count: usize) {
        self.0.resize(self.0.len() + count, 0);
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_be_bytes());
    }

    pub(crate) fn i32(&mut self, value: i32) {
        self.bytes(&value.to_be_bytes());
    }

    /// A box with this content.
    pub(crate) fn boxed(&mut self, kind: [u8; 4], content: impl FnOnce(&mut Self)) {
        let start = self.0.len();
        self.u32(0);
        self.bytes(&kind);
        content(self);
        // No box of ours comes near 4 GiB: an init segment and a `moof` are some kilobytes.
        let length = u32::try_from(self.0.len() - start).unwrap_or(u32::MAX);
        self.0[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }

    /// A box whose content begins with a version and 24 bits of flags.
    pub(crate) fn full(&mut self, kind: [u8; 4], version: u8, flags: u32, content: impl FnOnce(&mut Self)) {
        self.boxed(kind, |to| {
            to.u32(u32::from(version) << 24 | flags & 0x00FF_FFFF);
            content(to);
        });
    }

    /// A box of zeros that takes this many bytes, its own eight included (14496-12 §8.1.2).
    pub(crate) fn free(&mut self, bytes: usize) {
        self.boxed(*b"free", |to| to.zeros(bytes.saturating_sub(8)));
    }

    /// Adds `more` to the number that stands at `place`.
    pub(crate) fn raise(&mut self, place: usize, more: u32) {
        if let Some(Ok(field)) = self.0.get_mut(place..place + 4).map(<&mut [u8; 4]>::try_from) {
            *field = u32::from_be_bytes(*field).wrapping_add(more).to_be_bytes();
        }
    }
}
