//! How often a sign-in may be tried, without letting anyone lock an owner out.
//!
//! Strangers share a bucket for each login and one for each address. A browser from which the account was entered
//! before has a bucket of its own, so whatever strangers do, the owner signs in from it; a passkey cannot be guessed and
//! meets the address's bucket alone. The memory is fixed: a bucket is a number, chosen by a keyed hash that nobody
//! outside can aim at.

use crate::{
    AccessError,
    rules::{Pace, give_back, take},
};
use liengia_journal::Hash;
use liengia_kernel::{AccountId, Clock, Entropy};
use sha2::{Digest, Sha256};
use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Buckets of each sort.
const BUCKETS: usize = 8192;

/// Strangers at one login.
const LOGIN: Pace = Pace { burst: 10, every: Duration::from_mins(1) };

/// Everyone at one address.
const ADDRESS: Pace = Pace { burst: 40, every: Duration::from_secs(6) };

/// One known browser at its account.
const DEVICE: Pace = Pace { burst: 10, every: Duration::from_secs(30) };

/// Which bucket a try is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Try {
    /// From a browser that nobody knows, at this login (as it is compared).
    Stranger { login: String, address: IpAddr },
    /// From a browser from which the account was entered before.
    Known { account: AccountId, device: Hash },
    /// Of something that cannot be guessed: a passkey, a one-time code.
    Unguessable { address: IpAddr },
}

/// The buckets.
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    key: [u8; 32],
    slots: Mutex<Vec<u64>>,
    /// What happened, for /metrics.
    pub(crate) counts: SignInCounts,
}

/// How sign-ins ended since the start.
#[derive(Debug, Default)]
pub struct SignInCounts {
    succeeded: AtomicU64,
    wrong: AtomicU64,
    put_off: AtomicU64,
}

impl SignInCounts {
    /// Those that succeeded.
    pub fn succeeded(&self) -> u64 {
        self.succeeded.load(Relaxed)
    }

    /// Those with a wrong login, password, passkey or code.
    pub fn wrong(&self) -> u64 {
        self.wrong.load(Relaxed)
    }

    /// Those that were told to wait.
    pub fn put_off(&self) -> u64 {
        self.put_off.load(Relaxed)
    }
}

impl Gate {
    pub(crate) fn new(clock: Arc<dyn Clock>, entropy: &dyn Entropy) -> Self {
        let mut key = [0; 32];
        entropy.fill(&mut key);
        Self { clock, key, slots: Mutex::new(vec![0; 3 * BUCKETS]), counts: SignInCounts::default() }
    }

    /// Lets one try through, or says how long to wait. The same for logins that are there and those that are not.
    pub(crate) fn pass(&self, tried: &Try) -> Result<(), AccessError> {
        let now = self.clock.elapsed();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        for (slot, pace) in self.buckets(tried) {
            if let Err(wait) = take(&mut slots[slot], pace, now) {
                for (slot, pace) in taken {
                    give_back(&mut slots[slot], pace);
                }
                self.counts.put_off.fetch_add(1, Relaxed);
                return Err(AccessError::TooManyTries { wait });
            }
            taken.push((slot, pace));
        }
        Ok(())
    }

    /// The try succeeded: it does not count.
    pub(crate) fn succeeded(&self, tried: &Try) {
        self.counts.succeeded.fetch_add(1, Relaxed);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        for (slot, pace) in self.buckets(tried) {
            give_back(&mut slots[slot], pace);
        }
    }

    /// The try was wrong: it counts.
    pub(crate) fn was_wrong(&self) {
        self.counts.wrong.fetch_add(1, Relaxed);
    }

    fn buckets(&self, tried: &Try) -> Vec<(usize, Pace)> {
        let by_address = |address: &IpAddr| (self.bucket(1, &network(*address)), ADDRESS);
        match tried {
            Try::Stranger { login, address } => {
                vec![(self.bucket(0, login.as_bytes()), LOGIN), by_address(address)]
            }
            Try::Known { account, device } => {
                let both = [account.as_bytes().as_slice(), device].concat();
                vec![(self.bucket(2, &both), DEVICE)]
            }
            Try::Unguessable { address } => vec![by_address(address)],
        }
    }

    fn bucket(&self, sort: usize, name: &[u8]) -> usize {
        let digest: Hash = Sha256::new().chain_update(self.key).chain_update(name).finalize().into();
        let number = digest.iter().take(4).fold(0_usize, |number, byte| number * 256 + usize::from(*byte));
        sort * BUCKETS + number % BUCKETS
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
    use liengia_kernel::{SeededEntropy, SimulatedClock, Timestamp};

    fn gate() -> (Gate, Arc<SimulatedClock>) {
        let clock = Arc::new(SimulatedClock::new(Timestamp::from_seconds(0)));
        (Gate::new(clock.clone(), &SeededEntropy::new(5)), clock)
    }

    fn stranger(login: &str, last: u8) -> Try {
        Try::Stranger { login: login.into(), address: IpAddr::from([10, 0, 0, last]) }
    }

    #[test]
    fn strangers_cannot_close_the_door_to_its_owner() {
        let (gate, _) = gate();
        for address in 0..=255 {
            for _ in 0..50 {
                let _ = gate.pass(&stranger("lan", address));
            }
        }
        assert!(matches!(gate.pass(&stranger("lan", 1)), Err(AccessError::TooManyTries { .. })));
        let owner = Try::Known { account: AccountId::from_bytes([1; 16]), device: [7; 32] };
        gate.pass(&owner).unwrap();
        gate.pass(&Try::Unguessable { address: IpAddr::from([10, 9, 9, 9]) }).unwrap();
    }

    #[test]
    fn guessing_comes_to_one_try_a_minute_from_wherever() {
        let (gate, clock) = gate();
        let mut passed = 0;
        for _ in 0..60 {
            for address in 0..=255 {
                passed += u32::from(gate.pass(&stranger("lan", address)).is_ok());
            }
            clock.advance(Duration::from_mins(1));
        }
        assert_eq!(passed, 10 + 59);
    }

    #[test]
    fn one_address_trying_many_logins_is_slowed() {
        let (gate, _) = gate();
        let passed = (0..1000).filter(|n| gate.pass(&stranger(&format!("login{n}"), 1)).is_ok()).count();
        assert_eq!(passed, 40);
    }

    #[test]
    fn one_network_of_addresses_is_one_caller() {
        let (gate, _) = gate();
        let passed = (0..1000_u16).filter(|n| {
            gate.pass(&Try::Unguessable { address: IpAddr::from([0x2001, 1, 2, 3, 0, 0, 0, *n]) }).is_ok()
        });
        assert_eq!(passed.count(), 40);
    }

    #[test]
    fn a_stolen_browser_is_slowed_too() {
        let (gate, _) = gate();
        let tried = Try::Known { account: AccountId::from_bytes([1; 16]), device: [7; 32] };
        assert_eq!((0..1000).filter(|_| gate.pass(&tried).is_ok()).count(), 10);
    }
}
