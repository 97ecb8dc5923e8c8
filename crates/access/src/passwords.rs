//! Hashing passwords: argon2id, off the async threads, a few at a time.
//!
//! Strangers and known devices wait in separate lines, so that a flood of strangers keeps no owner waiting.

use crate::{AccessError, rules::composed};
use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, Version,
    password_hash::{PasswordVerifier, phc::PasswordHash},
};
use liengia_kernel::{Entropy, Pii};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Most passwords that wait in one line; one more is told that the node is busy.
const MAX_WAITING: usize = 16;

/// How much work one password is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// 32 MiB, 2 passes: some 50 ms on a small server.
    fn default() -> Self {
        Self { memory: 32 * 1024, passes: 2 }
    }
}

/// One line before the hashing: so many wait, one is worked on.
struct Line {
    places: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

impl Line {
    fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(MAX_WAITING)), turn: Arc::new(Semaphore::new(1)) }
    }
}

/// In which line a password waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// Nobody knows the browser.
    Stranger,
    /// The account was entered from this browser before, or its owner is signed in.
    Known,
}

pub(crate) struct Passwords {
    hasher: Argon2<'static>,
    strangers: Line,
    known: Line,
    /// Checked where there is no such login, so that the answer takes the same work.
    nobody: String,
}

impl Passwords {
    /// Hashing of this cost.
    pub(crate) fn new(cost: PasswordCost, entropy: &dyn Entropy) -> Self {
        let params = Params::new(cost.memory, cost.passes, 1, None).unwrap_or_default();
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = of_nobody(&hasher, entropy);
        Self { hasher, strangers: Line::new(), known: Line::new(), nobody }
    }

    /// The hash to store for a new password.
    pub(crate) async fn hash(
        &self,
        password: &Pii<String>,
        entropy: &dyn Entropy,
    ) -> Result<String, AccessError> {
        let (hasher, password) = (self.hasher.clone(), composed(password));
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        self.work(From::Known, move || hash_with(&hasher, password.expose().as_bytes(), &salt)).await
    }

    /// Whether this is the password behind `stored`; the same work, and no, where nothing is stored.
    pub(crate) async fn check(
        &self,
        from: From,
        password: &Pii<String>,
        stored: Option<String>,
    ) -> Result<bool, AccessError> {
        let (hasher, password, there) = (self.hasher.clone(), composed(password), stored.is_some());
        let stored = stored.unwrap_or_else(|| self.nobody.clone());
        self.work(from, move || {
            let hash = PasswordHash::new(&stored);
            let good =
                hash.is_ok_and(|hash| hasher.verify_password(password.expose().as_bytes(), &hash).is_ok());
            good && there
        })
        .await
    }

    /// Whether a stored hash is of another cost than new ones.
    pub(crate) fn is_dated(&self, stored: &str) -> bool {
        let params = PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok());
        params.is_none_or(|params| {
            let ours = self.hasher.params();
            (params.m_cost(), params.t_cost()) != (ours.m_cost(), ours.t_cost())
        })
    }

    async fn work<T: Send + 'static>(
        &self,
        from: From,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccessError> {
        let line = if from == From::Known { &self.known } else { &self.strangers };
        let place = line.places.clone().try_acquire_owned().map_err(|_| AccessError::ManySigningIn)?;
        let turn = line.turn.clone().acquire_owned().await.map_err(|_| AccessError::ManySigningIn)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((place, turn));
            done
        });
        done.await.map_err(|_| AccessError::ManySigningIn)
    }
}

/// A hash that nothing matches and that takes as much work to check as any other. Making it takes none: the node starts
/// without it, and without the memory for it.
fn of_nobody(hasher: &Argon2<'_>, entropy: &dyn Entropy) -> String {
    let (mut secret, mut salt) = ([0; 32], [0; 16]);
    entropy.fill(&mut secret);
    entropy.fill(&mut salt);
    let least = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None).unwrap_or_default();
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, least);
    let made = cheap.hash_password_with_salt(&secret, &salt).ok().zip(hasher.params().try_into().ok());
    made.map(|(hash, params)| PasswordHash { params, ..hash }.to_string()).unwrap_or_default()
}

fn hash_with(hasher: &Argon2<'_>, password: &[u8], salt: &[u8]) -> String {
    // It fails for a salt or password of a wrong length only: a hash that nothing matches is the safe answer.
    hasher.hash_password_with_salt(password, salt).map(|hash| hash.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    fn passwords() -> (Passwords, SeededEntropy) {
        let entropy = SeededEntropy::new(1);
        (Passwords::new(PasswordCost { memory: 64, passes: 1 }, &entropy), entropy)
    }

    fn text(password: &str) -> Pii<String> {
        Pii::new(password.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_checked_against_its_hash_alone() {
        let (passwords, entropy) = passwords();
        let stored = passwords.hash(&text("mèo ngủ cả ngày dài"), &entropy).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        let check =
            async |password| passwords.check(From::Stranger, &text(password), Some(stored.clone())).await;
        assert!(check("mèo ngủ cả ngày dài").await.unwrap());
        assert!(!check("mèo ngủ cả ngày").await.unwrap());
        assert!(!passwords.check(From::Stranger, &text("x"), None).await.unwrap());
        assert!(!passwords.check(From::Stranger, &text("x"), Some(String::new())).await.unwrap());
        assert!(!passwords.is_dated(&stored));
        assert!(Passwords::new(PasswordCost::default(), &entropy).is_dated(&stored));
    }

    #[test]
    fn where_there_is_no_login_the_same_work_is_done() {
        let passwords = Passwords::new(PasswordCost::default(), &SeededEntropy::new(1));
        assert!(!passwords.is_dated(&passwords.nobody), "{}", passwords.nobody);
        let hash = PasswordHash::new(&passwords.nobody).unwrap();
        assert_eq!((hash.salt.unwrap().len(), hash.hash.unwrap().len()), (16, 32));
    }

    #[tokio::test]
    async fn a_flood_of_strangers_keeps_no_owner_waiting() {
        let (passwords, _) = passwords();
        let turn = passwords.strangers.turn.clone().acquire_owned().await.unwrap();
        let passwords = Arc::new(passwords);
        let flood: Vec<_> = (0..MAX_WAITING)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.check(From::Stranger, &text("x"), None).await })
            })
            .collect();
        while passwords.strangers.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let one_more = passwords.check(From::Stranger, &text("x"), None).await;
        assert!(matches!(one_more, Err(AccessError::ManySigningIn)));
        assert!(!passwords.check(From::Known, &text("x"), None).await.unwrap());
        drop(turn);
        for check in flood {
            assert!(!check.await.unwrap().unwrap());
        }
    }
}
