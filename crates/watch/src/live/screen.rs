//! Where a stream's pieces wait for its viewers, who each read on at their own pace.
//!
//! Promises: the last two groups of pictures are kept at the most, and of these no more than [`MOST_PIECES`] and
//! [`MOST_BYTES`]; whoever is behind what is kept goes on with the newest key picture. Whoever adds pieces never waits for
//! a viewer; whoever closes the screen ends every view of it, at once.

use super::Piece;
use std::{
    collections::VecDeque,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::Notify;

/// No more pieces are kept.
const MOST_PIECES: usize = 1024;
/// Nor more bytes, unless a single piece is longer.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// With more viewers than these, pictures are shown several at a time.
const CROWD: usize = 16;
/// So many pieces may be kept although two key pictures came since: a camera may send nothing else.
const LEAST_PIECES: usize = 64;

/// What is kept of one stream.
#[derive(Debug, Default)]
pub struct Screen {
    ring: Mutex<Ring>,
    more: Notify,
    viewers: AtomicUsize,
}

#[derive(Debug, Default)]
struct Ring {
    /// How often it was closed.
    closed: u64,
    /// The number of the first entry; they count up for ever.
    first: u64,
    entries: VecDeque<Entry>,
    bytes: usize,
    /// How to play what is added now.
    start: Option<Arc<Piece>>,
    /// The number of the newest key picture.
    key: u64,
}

#[derive(Debug)]
struct Entry {
    piece: Piece,
    /// How to play it; none of a gap.
    start: Option<Arc<Piece>>,
}

impl Entry {
    const fn length(&self) -> usize {
        match &self.piece {
            Piece::Picture { bytes, .. } | Piece::Sound { bytes } => bytes.len(),
            Piece::Start { .. } | Piece::Gap => 0,
        }
    }

    const fn is_key(&self) -> bool {
        matches!(self.piece, Piece::Picture { key: true, .. })
    }
}

impl Ring {
    fn add(&mut self, piece: Piece) {
        if matches!(piece, Piece::Start { .. }) {
            self.start = Some(Arc::new(piece));
            return;
        }
        if piece == Piece::Gap {
            self.start = None;
        }
        let entry = Entry { piece, start: self.start.clone() };
        let number = self.first + self.entries.len() as u64;
        let before = if entry.is_key() { std::mem::replace(&mut self.key, number) } else { self.first };
        self.bytes += entry.length();
        self.entries.push_back(entry);
        while self.entries.len() > LEAST_PIECES && self.first < before {
            self.drop_first();
        }
        while self.entries.len() > 1 && (self.entries.len() > MOST_PIECES || self.bytes > MOST_BYTES) {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.bytes -= entry.length();
            self.first += 1;
        }
    }

    fn get(&self, number: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }
}

impl Screen {
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anybody watches.
    pub fn is_watched(&self) -> bool {
        self.viewers.load(Ordering::Acquire) > 0
    }

    /// Whether so many watch that a picture less at a time saves much.
    pub fn is_crowded(&self) -> bool {
        self.viewers.load(Ordering::Acquire) > CROWD
    }

    /// Adds pieces, in order, and leaves `pieces` empty.
    pub fn show(&self, pieces: &mut Vec<Piece>) {
        if pieces.is_empty() {
            return;
        }
        let mut ring = self.ring();
        pieces.drain(..).for_each(|piece| ring.add(piece));
        drop(ring);
        self.more.notify_waiters();
    }

    /// Keeps nothing any more; whoever watches goes on with the next key picture.
    pub fn clear(&self) {
        let mut ring = self.ring();
        ring.first += ring.entries.len() as u64;
        (ring.bytes, ring.start, ring.entries) = (0, None, VecDeque::new());
    }

    /// Ends every view.
    pub fn close(&self) {
        self.ring().closed += 1;
        self.more.notify_waiters();
    }

    /// A view from now on; it ends when it is dropped.
    pub fn follow(self: &Arc<Self>) -> Following {
        let closed = self.ring().closed;
        self.viewers.fetch_add(1, Ordering::AcqRel);
        Following { screen: self.clone(), place: Place { closed, next: None, start: None } }
    }
}

/// One viewer's view of a stream.
#[derive(Debug)]
pub struct Following {
    screen: Arc<Screen>,
    place: Place,
}

#[derive(Debug)]
struct Place {
    closed: u64,
    /// The entry to be read next; none before the first key picture.
    next: Option<u64>,
    /// The start that was told last, unless a gap was told after it.
    start: Option<Arc<Piece>>,
}

enum Taken {
    Piece(Piece),
    Nothing,
    Over,
}

impl Place {
    fn take(&mut self, screen: &Screen) -> Taken {
        let ring = screen.ring();
        if ring.closed != self.closed {
            return Taken::Over;
        }
        self.next = self.next.filter(|next| *next >= ring.first);
        let newest_key = || ring.get(ring.key).filter(|entry| entry.is_key()).map(|_| ring.key);
        let Some(number) = self.next.or_else(newest_key) else { return Taken::Nothing };
        self.next = Some(number);
        let Some(entry) = ring.get(number) else { return Taken::Nothing };
        match (&entry.start, &self.start) {
            (Some(start), told) if !told.as_ref().is_some_and(|told| Arc::ptr_eq(told, start)) => {
                self.start = Some(start.clone());
                return Taken::Piece(start.as_ref().clone());
            }
            (None, _) => self.start = None,
            _ => {}
        }
        self.next = Some(number + 1);
        Taken::Piece(entry.piece.clone())
    }
}

impl Following {
    /// The next piece, if it is there already.
    pub fn at_once(&mut self) -> Option<Piece> {
        match self.place.take(&self.screen) {
            Taken::Piece(piece) => Some(piece),
            Taken::Nothing | Taken::Over => None,
        }
    }

    /// The next piece, when there is one; none when the view is over: the camera was removed or paused, or its views were
    /// closed. Nothing is lost if the wait is given up.
    pub async fn next(&mut self) -> Option<Piece> {
        loop {
            let mut more = pin!(self.screen.more.notified());
            more.as_mut().enable();
            match self.place.take(&self.screen) {
                Taken::Piece(piece) => return Some(piece),
                Taken::Over => return None,
                Taken::Nothing => more.await,
            }
        }
    }
}

impl Following {
    /// Goes on with the newest key picture that is kept, shown before or not.
    pub const fn skip_to_newest_key(&mut self) {
        self.place.next = None;
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.screen.viewers.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests;
