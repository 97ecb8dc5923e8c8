//! Looks that are open: who may ask for pictures at this moment.
//!
//! Promises: a look is its session's alone; it closes a minute after it was used last, a resident's after five minutes in any
//! case; there is a most of them, and residents never take the places of those on duty. It is asked for every picture and
//! never asks the disk.

use crate::{
    event::LookPurpose,
    rules::{LookAsked, MOST_OF_RESIDENT, longest_look},
};
use liengia_kernel::{CameraId, Clock, LookId, SessionId, ShiftId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Looks that are open at the same time.
const MOST: usize = 4_096;

/// Of these, residents'.
const MOST_OF_RESIDENTS: usize = 512;

/// How long one is open that nobody uses.
const UNUSED: Duration = Duration::from_mins(1);

/// A look that is open.
pub struct OpenLook {
    /// What was asked for.
    pub asked: LookAsked,
    /// At which cameras.
    pub cameras: Vec<CameraId>,
    /// By which browser.
    pub session: SessionId,
}

struct Kept {
    look: OpenLook,
    opened: Duration,
    used: Duration,
    /// Live views of it that are open.
    views: usize,
    /// What allowed it is over.
    ended: bool,
}

impl Kept {
    /// Whether it lasted as long as one for its purpose may, or what allowed it is over.
    fn is_over(&self, now: Duration) -> bool {
        let longest = longest_look(self.look.asked.purpose);
        self.ended || longest.is_some_and(|longest| now.saturating_sub(self.opened) >= longest)
    }
}

/// The looks that are open. Clones are the same ones.
#[derive(Clone)]
pub struct Looks {
    clock: Arc<dyn Clock>,
    open: Arc<Mutex<BTreeMap<LookId, Kept>>>,
}

/// A live view; dropped, it is over.
pub struct View {
    looks: Looks,
    look: LookId,
}

impl Drop for View {
    fn drop(&mut self) {
        let now = self.looks.clock.elapsed();
        if let Some(kept) = self.looks.lock().get_mut(&self.look) {
            kept.views = kept.views.saturating_sub(1);
            kept.used = now;
        }
    }
}

impl Looks {
    /// None yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, open: Arc::default() }
    }

    /// Whether this browser can open no more for this purpose.
    pub fn is_full(&self, session: SessionId, purpose: LookPurpose) -> bool {
        let now = self.clock.elapsed();
        let open = self.lock();
        if purpose != LookPurpose::Residents {
            return open.len() >= MOST;
        }
        let residents = |kept: &&Kept| kept.look.asked.purpose == purpose && !kept.is_over(now);
        let own = open.values().filter(residents).filter(|kept| kept.look.session == session).count();
        own >= MOST_OF_RESIDENT || open.values().filter(residents).count() >= MOST_OF_RESIDENTS
    }

    /// Opens one that is in the journal.
    pub fn open(&self, id: LookId, look: OpenLook) {
        let now = self.clock.elapsed();
        self.lock().insert(id, Kept { look, opened: now, used: now, views: 0, ended: false });
    }

    /// What was asked for, if it is open and of this browser; it is used by that.
    pub fn of(&self, id: LookId, session: SessionId) -> Option<(LookAsked, Vec<CameraId>)> {
        let now = self.clock.elapsed();
        let mut open = self.lock();
        let kept = open.get_mut(&id).filter(|kept| kept.look.session == session && !kept.is_over(now))?;
        kept.used = now;
        Some((kept.look.asked.clone(), kept.look.cameras.clone()))
    }

    /// Begins a live view of it; none if it is not open.
    pub fn view(&self, id: LookId) -> Option<View> {
        self.lock().get_mut(&id)?.views += 1;
        Some(View { looks: self.clone(), look: id })
    }

    /// Whether a live view of it is open. It is not used by that.
    pub fn is_watched(&self, id: LookId) -> bool {
        self.lock().get(&id).is_some_and(|kept| kept.views > 0)
    }

    /// Closes it; how many seconds it was open, if it was.
    pub fn close(&self, id: LookId) -> Option<u64> {
        let now = self.clock.elapsed();
        self.lock().remove(&id).map(|kept| now.saturating_sub(kept.opened).as_secs())
    }

    /// The shifts of which a duty watch is open.
    pub fn shifts(&self) -> BTreeSet<ShiftId> {
        self.lock().values().filter(|kept| !kept.ended).filter_map(|kept| kept.look.asked.shift).collect()
    }

    /// The duty watches of this shift are over, and their views with them.
    pub fn end_shift(&self, shift: ShiftId) {
        for kept in self.lock().values_mut().filter(|kept| kept.look.asked.shift == Some(shift)) {
            kept.ended = true;
        }
    }

    /// Takes out those that nobody uses any more or that are over, each with the seconds for which it was used.
    pub fn unused(&self) -> Vec<(LookId, u64)> {
        let now = self.clock.elapsed();
        let over =
            |kept: &Kept| kept.is_over(now) || kept.views == 0 && now.saturating_sub(kept.used) >= UNUSED;
        let ended = self.lock().extract_if(.., |_, kept| over(kept)).collect::<Vec<_>>();
        let seconds = |kept: &Kept| kept.used.saturating_sub(kept.opened).as_secs();
        ended.iter().map(|(id, kept)| (*id, seconds(kept))).collect()
    }

    /// Takes out all of them, each with the seconds for which it was open.
    pub fn take_all(&self) -> Vec<(LookId, u64)> {
        let now = self.clock.elapsed();
        let all = std::mem::take(&mut *self.lock());
        all.iter().map(|(id, kept)| (*id, now.saturating_sub(kept.opened).as_secs())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<LookId, Kept>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{LookKind, LookPurpose};
    use liengia_access::Scope;
    use liengia_kernel::{PersonId, PlaceId, SeededEntropy, SimulatedClock, Timestamp};

    fn asked(purpose: LookPurpose, now: Timestamp, entropy: &SeededEntropy) -> LookAsked {
        LookAsked {
            person: PersonId::new(now, entropy),
            unit: Scope::Place(PlaceId::new(now, entropy)),
            kind: LookKind::Live,
            purpose,
            span: None,
            alarm: None,
            shift: None,
            case: None,
            order: None,
            delay: None,
        }
    }

    #[test]
    fn a_look_is_its_sessions_alone_and_closes_a_minute_after_its_last_view() {
        let (now, entropy) = (Timestamp::from_seconds(1), SeededEntropy::new(1));
        let clock = Arc::new(SimulatedClock::new(now));
        let looks = Looks::new(clock.clone());
        let (id, session) = (LookId::new(now, &entropy), SessionId::new(now, &entropy));
        let asked = asked(LookPurpose::Accident, now, &entropy);
        looks.open(id, OpenLook { asked, cameras: vec![CameraId::new(now, &entropy)], session });
        assert!(looks.of(id, session).is_some());
        assert!(looks.of(id, SessionId::new(now, &entropy)).is_none());
        assert!(!looks.is_watched(id));
        let view = looks.view(id).unwrap();
        assert!(looks.is_watched(id));
        clock.advance(Duration::from_mins(90));
        assert_eq!(looks.unused(), []);
        drop(view);
        assert!(!looks.is_watched(id));
        clock.advance(Duration::from_secs(59));
        assert_eq!(looks.unused(), []);
        clock.advance(Duration::from_secs(1));
        assert_eq!(looks.unused(), [(id, 90 * 60)]);
        assert!(looks.of(id, session).is_none() && looks.view(id).is_none());
    }

    #[test]
    fn a_duty_watch_ends_with_its_shift_and_no_other_look_does() {
        let (now, entropy) = (Timestamp::from_seconds(1), SeededEntropy::new(1));
        let clock = Arc::new(SimulatedClock::new(now));
        let looks = Looks::new(clock.clone());
        let session = SessionId::new(now, &entropy);
        let (mine, theirs) = (ShiftId::new(now, &entropy), ShiftId::new(now, &entropy));
        let open = |shift| {
            let id = LookId::new(now, &entropy);
            let asked = LookAsked { shift, ..asked(LookPurpose::DutyWatch, now, &entropy) };
            looks.open(id, OpenLook { asked, cameras: vec![CameraId::new(now, &entropy)], session });
            id
        };
        let [watch, other, look] = [Some(mine), Some(theirs), None].map(open);
        let view = looks.view(watch).unwrap();
        assert_eq!(looks.shifts(), BTreeSet::from([mine, theirs]));
        clock.advance(Duration::from_secs(30));
        looks.end_shift(mine);
        assert_eq!(looks.shifts(), BTreeSet::from([theirs]));
        assert_eq!([watch, other, look].map(|id| looks.of(id, session).is_some()), [false, true, true]);
        drop(view);
        assert_eq!(looks.unused(), [(watch, 30)]);
    }

    #[test]
    fn a_residents_look_is_over_after_five_minutes_and_none_has_many() {
        let (now, entropy) = (Timestamp::from_seconds(1), SeededEntropy::new(1));
        let clock = Arc::new(SimulatedClock::new(now));
        let looks = Looks::new(clock.clone());
        let session = SessionId::new(now, &entropy);
        let purpose = LookPurpose::Residents;
        let open = || {
            let id = LookId::new(now, &entropy);
            let cameras = vec![CameraId::new(now, &entropy)];
            looks.open(id, OpenLook { asked: asked(purpose, now, &entropy), cameras, session });
            id
        };
        let first = open();
        let view = looks.view(first).unwrap();
        assert!(!looks.is_full(session, purpose));
        let more = [open(), open(), open()];
        assert!(looks.is_full(session, purpose) && !looks.is_full(session, LookPurpose::Accident));
        assert!(!looks.is_full(SessionId::new(now, &entropy), purpose));
        clock.advance(Duration::from_secs(299));
        assert!(looks.of(first, session).is_some());
        clock.advance(Duration::from_secs(1));
        assert!(looks.of(first, session).is_none() && !looks.is_full(session, purpose));
        let mut over: Vec<_> = more.map(|id| (id, 0)).into_iter().chain([(first, 299)]).collect();
        over.sort_unstable();
        assert_eq!(looks.unused(), over);
        drop(view);
        assert_eq!(looks.unused(), []);
    }
}
