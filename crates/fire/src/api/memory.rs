//! What the endpoints remember between two requests. All of it is bounded, and none of it is lost with harm.

use super::help::Helped;
use crate::shown::Staff;
use liengia_access::rules::{Pace, give_back, take};
use liengia_http::{IDEMPOTENCY_KEY_REUSED, Problem};
use liengia_journal::Hash;
use liengia_kernel::{AlarmId, Entropy, Timestamp};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Buckets for codes that are tried: an address meets one of them.
const BUCKETS: usize = 1_024;

/// Codes that one address may try: ten, and then one every half minute.
const TRIES: Pace = Pace { burst: 10, every: Duration::from_secs(30) };

/// Names of people who are in no household that are remembered.
const MAX_STAFF: usize = 4_096;

/// Ring tests that are remembered, so that a repeat of the request does not ring again.
const MAX_RING_TESTS: usize = 256;

/// Acts in alarms that are remembered, so that a repeat of the request is the same act.
const MAX_ACTS: usize = 16_384;

/// What was done in alarms under which key: in memory, since an act counts whatever the disk does.
#[derive(Default)]
pub(super) struct Acts {
    done: BTreeMap<String, Hash>,
    oldest_first: VecDeque<String>,
}

impl Acts {
    /// Whether this was done. The same key with another request is refused.
    pub(super) fn is_done(&self, key: &str, fingerprint: &Hash) -> Result<bool, Problem> {
        match self.done.get(key) {
            None => Ok(false),
            Some(done) if done == fingerprint => Ok(true),
            Some(_) => Err(Problem::new(IDEMPOTENCY_KEY_REUSED)),
        }
    }

    pub(super) fn keep(&mut self, key: String, fingerprint: Hash) {
        if self.done.insert(key.clone(), fingerprint).is_none() {
            self.oldest_first.push_back(key);
        }
        if self.oldest_first.len() > MAX_ACTS
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.done.remove(&oldest);
        }
    }
}

/// What the endpoints remember.
pub(super) struct Memory {
    help: Mutex<Helped>,
    staff: Mutex<Staff>,
    tries: Tries,
    ring_tests: Mutex<BTreeMap<AlarmId, (Timestamp, u16)>>,
    acts: Mutex<Acts>,
}

impl Memory {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        Self {
            help: Mutex::default(),
            staff: Mutex::default(),
            tries: Tries::new(entropy),
            ring_tests: Mutex::default(),
            acts: Mutex::default(),
        }
    }

    pub(super) fn help(&self) -> MutexGuard<'_, Helped> {
        self.help.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn acts(&self) -> MutexGuard<'_, Acts> {
        self.acts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn staff(&self) -> MutexGuard<'_, Staff> {
        self.staff.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for one more name.
    pub(super) fn room_for_staff(staff: &mut Staff) {
        if staff.len() >= MAX_STAFF {
            staff.clear();
        }
    }

    pub(super) fn tries(&self) -> &Tries {
        &self.tries
    }

    /// What became of a ring test, if this is a repeat of its request.
    pub(super) fn ring_test(&self, test: AlarmId) -> Option<(Timestamp, u16)> {
        self.ring_tests.lock().unwrap_or_else(PoisonError::into_inner).get(&test).copied()
    }

    pub(super) fn keep_ring_test(&self, test: AlarmId, at: Timestamp, bells: u16) {
        let mut tests = self.ring_tests.lock().unwrap_or_else(PoisonError::into_inner);
        tests.insert(test, (at, bells));
        while tests.len() > MAX_RING_TESTS {
            let oldest = tests.iter().min_by_key(|(_, (at, _))| *at).map(|(test, _)| *test);
            oldest.map(|oldest| tests.remove(&oldest));
        }
    }
}

/// How often codes are tried. A bucket is a number, chosen by a hash at which nobody outside can aim.
pub(super) struct Tries {
    key: [u8; 32],
    slots: Mutex<Vec<u64>>,
}

impl Tries {
    fn new(entropy: &dyn Entropy) -> Self {
        let mut key = [0; 32];
        entropy.fill(&mut key);
        Self { key, slots: Mutex::new(vec![0; BUCKETS]) }
    }

    /// Lets one try through, or says how long to wait.
    pub(super) fn pass(&self, from: Option<IpAddr>, now: Duration) -> Result<(), Duration> {
        let slot = self.slot(from);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.get_mut(slot).map_or(Ok(()), |slot| take(slot, TRIES, now))
    }

    /// The code was right: the try does not count.
    pub(super) fn was_right(&self, from: Option<IpAddr>) {
        let slot = self.slot(from);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.get_mut(slot).into_iter().for_each(|slot| give_back(slot, TRIES));
    }

    fn slot(&self, from: Option<IpAddr>) -> usize {
        let name = from.map_or_else(Vec::new, network);
        let digest = Sha256::new().chain_update(self.key).chain_update(name).finalize();
        usize::from(u16::from_be_bytes([digest[0], digest[1]])) % BUCKETS
    }
}

/// Whom an address stands for: an IPv6 caller has a whole /64.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    #[test]
    fn an_act_is_known_by_its_key_until_too_many_newer_ones_were_done() {
        let mut acts = Acts::default();
        for n in 0..=MAX_ACTS {
            acts.keep(n.to_string(), [1; 32]);
            acts.keep(n.to_string(), [1; 32]);
        }
        assert!(!acts.is_done("0", &[1; 32]).unwrap());
        assert!(acts.is_done("1", &[1; 32]).unwrap());
        assert_eq!(acts.is_done("1", &[2; 32]).unwrap_err().kind(), IDEMPOTENCY_KEY_REUSED);
        assert_eq!((acts.done.len(), acts.oldest_first.len()), (MAX_ACTS, MAX_ACTS));
    }

    #[test]
    fn one_address_tries_ten_codes_and_then_waits_while_another_is_let_through() {
        let tries = Tries::new(&SeededEntropy::new(1));
        let from = |last| Some(IpAddr::from([10, 0, 0, last]));
        let now = Duration::from_secs(100);
        for _ in 0..10 {
            tries.pass(from(1), now).unwrap();
        }
        assert_eq!(tries.pass(from(1), now), Err(Duration::from_secs(30)));
        tries.pass(from(2), now).unwrap();
        tries.pass(from(1), now + Duration::from_secs(30)).unwrap();
    }

    #[test]
    fn ring_tests_are_forgotten_from_the_oldest() {
        let memory = Memory::new(&SeededEntropy::new(1));
        let id = |n: usize| {
            let mut bytes = [0; 16];
            bytes[14..].copy_from_slice(&u16::try_from(n).unwrap().to_be_bytes());
            AlarmId::from_bytes(bytes)
        };
        for n in 0..=MAX_RING_TESTS {
            memory.keep_ring_test(id(n), Timestamp::from_seconds(i64::try_from(n).unwrap()), 1);
        }
        assert_eq!(memory.ring_test(id(0)), None);
        assert!(memory.ring_test(id(MAX_RING_TESTS)).is_some());
    }
}
