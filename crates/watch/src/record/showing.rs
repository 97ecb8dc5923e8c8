//! What is recorded now, for those who watch: each sample as it is recorded, and the open group of pictures for whoever joins.
//!
//! Promises: while nobody watches, a few words a sample are noted and no byte is copied.

use crate::{
    fmp4::Track,
    live::{Cutter, Piece, Sample},
    media::Parameters,
};

/// A sample of the open group of pictures. They lie in the payload one behind another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) track: Track,
    pub(super) key: bool,
    /// In units of its track's clock since the stream's beginning.
    pub(super) time: i64,
    pub(super) wall_us: i64,
    pub(super) length: usize,
}

impl Held {
    const fn sample<'a>(&self, bytes: &'a [u8]) -> Sample<'a> {
        let Self { track, key, time, wall_us, .. } = *self;
        Sample { track, key, time, wall_us, bytes }
    }
}

#[derive(Default)]
pub(super) struct Showing {
    /// From the last key picture on, if it lies in the open fragment.
    held: Vec<Held>,
    cutter: Option<Cutter>,
}

impl Showing {
    /// Somebody watches from now on, or nobody.
    pub(super) fn watch(&mut self, watched: bool) {
        if watched != self.cutter.is_some() {
            self.cutter = watched.then(Cutter::default);
        }
    }

    /// What is to be shown since this was emptied.
    pub(super) fn pieces(&mut self) -> Option<&mut Vec<Piece>> {
        self.cutter.as_mut().map(Cutter::pieces)
    }

    /// A sample was recorded, the last in `payload`.
    pub(super) fn record(
        &mut self,
        held: Held,
        payload: &[u8],
        pictures: Option<&Parameters>,
        sound: Option<&Parameters>,
    ) {
        let is_picture = held.track == Track::Pictures;
        if is_picture && held.key {
            self.held.clear();
        }
        if (is_picture && held.key) || !self.held.is_empty() {
            self.held.push(held);
        }
        let Some(cutter) = &mut self.cutter else { return };
        if cutter.is_started() {
            let from = payload.len().saturating_sub(held.length);
            cutter.sample(&held.sample(payload.get(from..).unwrap_or_default()));
        } else if let Some(pictures) = pictures.filter(|_| is_picture && !self.held.is_empty()) {
            cutter.start(pictures, sound);
            let whole: usize = self.held.iter().map(|held| held.length).sum();
            let mut rest = payload.get(payload.len().saturating_sub(whole)..).unwrap_or_default();
            for held in &self.held {
                let Some((sample, after)) = rest.split_at_checked(held.length) else { break };
                cutter.sample(&held.sample(sample));
                rest = after;
            }
        }
    }

    /// Another fragment begins.
    pub(super) fn turn_over(&mut self) {
        self.held.clear();
    }

    /// Another file begins; `goes_on` if its times go on from those before.
    pub(super) fn begin(&mut self, goes_on: bool, pictures: Option<&Parameters>, sound: Option<&Parameters>) {
        let Some(cutter) = self.cutter.as_mut().filter(|cutter| cutter.is_started()) else { return };
        match pictures.filter(|_| goes_on) {
            Some(pictures) => cutter.start(pictures, sound),
            None => cutter.restart(),
        }
    }

    /// Nothing follows for a while.
    pub(super) fn gap(&mut self) {
        self.held.clear();
        if let Some(cutter) = &mut self.cutter {
            cutter.gap();
        }
    }
}
