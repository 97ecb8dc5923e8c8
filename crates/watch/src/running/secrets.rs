//! Names that nobody can guess, each of which opens something for a while.
//!
//! Promises: they are kept in memory alone, so that they end with the node; by a clock that never leaps; and there is a most
//! of them, beyond which the one that ends first goes.

use liengia_kernel::{Clock, Entropy, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

struct Kept<T> {
    opens: T,
    ends: Duration,
    until: Timestamp,
}

/// The names that can be used. Clones are the same ones.
pub struct Secrets<T> {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    lasts: Duration,
    most: usize,
    all: Arc<Mutex<BTreeMap<String, Kept<T>>>>,
}

impl<T> Clone for Secrets<T> {
    fn clone(&self) -> Self {
        let Self { clock, entropy, lasts, most, all } = self;
        Self { clock: clock.clone(), entropy: entropy.clone(), lasts: *lasts, most: *most, all: all.clone() }
    }
}

impl<T> Secrets<T> {
    /// None yet: at most so many at a time, each for so long.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, lasts: Duration, most: usize) -> Self {
        Self { clock, entropy, lasts, most, all: Arc::default() }
    }

    /// A new name for it, and until when. Of those that belong together so many can be used at a time: whoever makes more
    /// ends their own, and nobody else's.
    pub fn make(&self, opens: T, (together, most): (impl Fn(&T) -> bool, usize)) -> (String, Timestamp) {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        let name = format!("{:032x}", u128::from_be_bytes(bytes));
        let (until, ends) = (self.clock.now() + self.lasts, self.clock.elapsed() + self.lasts);
        let mut all = self.all();
        let ours = all.values().filter(|kept| together(&kept.opens)).count();
        let full = ours >= most;
        if full || all.len() >= self.most {
            let leaves = all.iter().filter(|(_, kept)| !full || together(&kept.opens));
            let first = leaves.min_by_key(|(_, kept)| kept.ends).map(|(name, _)| name.clone());
            first.map(|name| all.remove(&name));
        }
        all.insert(name.clone(), Kept { opens, ends, until });
        (name, until)
    }

    /// Does that with what it opens, unless it expired.
    pub fn with<R>(&self, name: &str, act: impl FnOnce(&mut T) -> R) -> Option<R> {
        let now = self.clock.elapsed();
        let mut all = self.all();
        all.retain(|_, kept| now < kept.ends);
        all.get_mut(name).map(|kept| act(&mut kept.opens))
    }

    /// The name of one of these, and until when.
    pub fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<(String, Timestamp)> {
        let now = self.clock.elapsed();
        let all = self.all();
        let mut lasting = all.iter().filter(|(_, kept)| now < kept.ends);
        lasting.find(|(_, kept)| wanted(&kept.opens)).map(|(name, kept)| (name.clone(), kept.until))
    }

    /// It opens nothing any more.
    pub fn end(&self, name: &str) {
        self.all().remove(name);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Kept<T>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, SimulatedClock};

    #[test]
    fn a_name_opens_one_thing_for_a_while_and_there_is_a_most_of_them() {
        let clock = Arc::new(SimulatedClock::new(Timestamp::from_seconds(1)));
        let lasts = Duration::from_hours(1);
        let secrets = Secrets::new(clock.clone(), Arc::new(SeededEntropy::new(1)), lasts, 3);
        let make = |opens: u8| secrets.make(opens, (move |other: &u8| *other == opens, 2));
        let (name, until) = make(1);
        assert_eq!(secrets.with(&name, |opens| *opens), Some(1));
        assert_eq!(secrets.find(|opens| *opens == 1), Some((name.clone(), until)));
        assert_eq!(secrets.with("0", |opens| *opens), None);
        // A leap of the wall clock neither ends nor prolongs it.
        clock.set(Timestamp::from_seconds(1) + 9 * lasts);
        assert!(secrets.with(&name, |_| ()).is_some());
        clock.advance(lasts);
        assert_eq!((secrets.with(&name, |_| ()), secrets.find(|_| true)), (None, None));
        let (ended, _) = make(2);
        secrets.end(&ended);
        assert!(secrets.with(&ended, |_| ()).is_none());
        let first = make(3).0;
        clock.advance(Duration::from_secs(1));
        let theirs = [4; 3].map(|one| make(one).0);
        let opens = |name| secrets.with(name, |_| ()).is_some();
        assert!(opens(&first), "whoever makes many ends their own");
        assert_eq!([0, 1, 2].map(|place: usize| opens(&theirs[place])), [false, true, true]);
        make(5);
        assert!(!opens(&first), "the one that ends first went");
        assert_eq!(secrets.all().len(), 3);
    }
}
