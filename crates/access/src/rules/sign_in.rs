//! Logins and passwords: which ones are taken.

use liengia_kernel::{Pii, nfc};

/// Fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 15;

/// Most characters of a password: hashing a longer one would be work for nothing.
pub const LONGEST_PASSWORD: usize = 256;

/// Fewest different characters of a password.
const FEWEST_LETTERS: usize = 5;

/// Fewest and most characters of a login.
pub const LOGIN_LENGTH: std::ops::RangeInclusive<usize> = 3..=64;

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer characters than are needed.
    #[error("a password has at least {SHORTEST_PASSWORD} characters: a short sentence is easy to remember")]
    TooShort,
    /// More characters than are taken.
    #[error("a password has at most {LONGEST_PASSWORD} characters")]
    TooLong,
    /// The same few characters over and over.
    #[error("a password is not the same few characters over and over: a short sentence is easy to remember")]
    TooPlain,
    /// It holds the login.
    #[error("a password does not hold the login")]
    HoldsLogin,
}

/// A login that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a login has 3 to 64 letters, digits, or . _ - @ +")]
pub struct WrongLogin;

/// A login: as it is shown, and as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// As its owner writes it.
    pub shown: Pii<String>,
    /// As it is compared: in small letters.
    pub key: Pii<String>,
}

/// Reads a login as it is typed.
pub fn login(text: &Pii<String>) -> Result<Login, WrongLogin> {
    let shown = nfc(text.expose());
    let good = shown.chars().all(|letter| letter.is_alphanumeric() || "._-@+".contains(letter));
    if good && LOGIN_LENGTH.contains(&shown.chars().count()) {
        let key = nfc(&shown.to_lowercase());
        Ok(Login { shown: Pii::new(shown), key: Pii::new(key) })
    } else {
        Err(WrongLogin)
    }
}

/// A password in the form in which it is hashed: composed, so that every keyboard writes the same.
pub fn composed(password: &Pii<String>) -> Pii<String> {
    Pii::new(nfc(password.expose()))
}

/// Whether a new password is good enough for this login.
pub fn judge(password: &Pii<String>, login: Option<&Login>) -> Result<(), WeakPassword> {
    let text = composed(password).into_exposed();
    let length = text.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(WeakPassword::TooShort);
    }
    if length > LONGEST_PASSWORD {
        return Err(WeakPassword::TooLong);
    }
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < FEWEST_LETTERS {
        return Err(WeakPassword::TooPlain);
    }
    let holds = login.is_some_and(|login| text.to_lowercase().contains(login.key.expose()));
    if holds { Err(WeakPassword::HoldsLogin) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(password: &str) -> Result<(), WeakPassword> {
        judge(&Pii::new(password.into()), login(&Pii::new("Lan.1975".into())).ok().as_ref())
    }

    #[test]
    fn a_sentence_is_a_good_password() {
        assert_eq!(judged("mèo nhà tôi ngủ cả ngày"), Ok(()));
        assert_eq!(judged("ngắn quá"), Err(WeakPassword::TooShort));
        assert_eq!(judged(&"dài ".repeat(100)), Err(WeakPassword::TooLong));
        assert_eq!(judged("aaaaaaaaaaaaaaaaaaaa"), Err(WeakPassword::TooPlain));
        assert_eq!(judged("mật khẩu của LAN.1975"), Err(WeakPassword::HoldsLogin));
        assert_eq!(judged("ấấấấấấấấấấấấấấấấấ"), Err(WeakPassword::TooPlain));
    }

    #[test]
    fn every_keyboard_writes_the_same_password() {
        let (one, other) = (
            Pii::new("Ti\u{1ebf}ng Vi\u{1ec7}t".to_owned()),
            Pii::new("Tie\u{302}\u{301}ng Vie\u{323}\u{302}t".to_owned()),
        );
        assert_eq!(composed(&one), composed(&other));
    }

    #[test]
    fn a_login_is_compared_in_small_letters() {
        let keys = |text: &str| login(&Pii::new(text.into())).map(|login| login.key.into_exposed());
        assert_eq!(keys(" Lan.1975 "), Ok("lan.1975".into()));
        assert_eq!(keys("ĐÀO"), Ok("đào".into()));
        for wrong in ["", "ab", "a b c", "<script>", "a\u{202e}bc", &"x".repeat(65)] {
            assert_eq!(keys(wrong), Err(WrongLogin), "{wrong}");
        }
    }
}
