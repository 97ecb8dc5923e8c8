//! Signing in: Basic (RFC 2617, 2) and Digest (RFC 2617, 3.2.2; RFC 7616, 3.4) with MD5 and SHA-256.
//!
//! Promises: the strongest way that the camera offers is used, Basic only if it offers no Digest at all and none was used
//! before; one retry when a nonce grew old. It never shows a user name or a password, not even in `Debug`, and never
//! lets a camera ask for the same password for ever.

use super::{
    Flaw,
    challenge::{self, Algorithm, Challenge, Digest},
};
use base64::Engine as _;
use md5::Md5;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// A user name and a password, and how the camera wants to see them.
pub(crate) struct Credentials {
    user: Option<(String, String)>,
    /// For the camera's eyes only: 16 hexadecimal digits that it cannot choose.
    cnonce: String,
    chosen: Option<Challenge>,
    /// How many proofs were made with this nonce.
    count: u32,
    /// The chosen challenge was met with success at least once.
    proven: bool,
    /// A nonce was replaced since the last success.
    renewed: bool,
}

impl Credentials {
    pub fn new(user: Option<(String, String)>, cnonce: u64) -> Self {
        let cnonce = format!("{cnonce:016x}");
        Self { user, cnonce, chosen: None, count: 0, proven: false, renewed: false }
    }

    /// The value of the Authorization field for a request, once the camera has asked for it.
    pub fn authorization(&mut self, method: &str, url: &str) -> Option<String> {
        let (user, password) = self.user.as_ref()?;
        match self.chosen.as_ref()? {
            Challenge::Basic => {
                let coded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                Some(format!("Basic {coded}"))
            }
            Challenge::Digest(digest) => {
                self.count = self.count.wrapping_add(1);
                let asked = Asked { method, url, cnonce: &self.cnonce, count: self.count };
                Some(proof(digest, user, password, &asked))
            }
            Challenge::Other { .. } => None,
        }
    }

    /// A request went through: what was proved holds.
    pub fn accepted(&mut self) {
        (self.proven, self.renewed) = (self.chosen.is_some(), false);
    }

    /// The answer was 401 with these WWW-Authenticate fields; `signed` is whether the request bore an Authorization.
    /// When this is well, the request is to be said again.
    pub fn refused<'a>(&mut self, fields: impl Iterator<Item = &'a str>, signed: bool) -> Result<(), Flaw> {
        if self.user.is_none() {
            return Err(Flaw::PasswordNeeded);
        }
        let offered = challenge::challenges(fields);
        let Some(chosen) = strongest(&offered, matches!(self.chosen, Some(Challenge::Digest(_)))) else {
            return Err(if signed { Flaw::WrongPassword } else { Flaw::NoSignIn(names(&offered)) });
        };
        if signed {
            let stale = matches!(chosen, Challenge::Digest(Digest { stale: true, .. }));
            if self.renewed || !(stale || self.proven) {
                return Err(Flaw::WrongPassword);
            }
            self.renewed = true;
        }
        self.chosen = Some(chosen.clone());
        (self.count, self.proven) = (0, false);
        Ok(())
    }
}

/// SHA-256 before MD5 before Basic; Basic not beside a Digest, even one that is not understood.
fn strongest(offered: &[Challenge], digest_before: bool) -> Option<&Challenge> {
    let digests = offered.iter().filter_map(|challenge| match challenge {
        Challenge::Digest(digest) => Some((digest.algorithm, challenge)),
        _ => None,
    });
    let better = |challenge: &Challenge| {
        !matches!(challenge, Challenge::Basic | Challenge::Other { digest: false, .. })
    };
    // Of equals the first: `max_by_key` would take the last.
    match digests.reduce(|best, next| if next.0 > best.0 { next } else { best }) {
        Some((_, digest)) => Some(digest),
        None if digest_before || offered.iter().any(better) => None,
        None => offered.iter().find(|challenge| **challenge == Challenge::Basic),
    }
}

fn names(offered: &[Challenge]) -> String {
    let names: Vec<&str> = offered
        .iter()
        .map(|challenge| match challenge {
            Challenge::Basic => "Basic",
            Challenge::Digest(_) => "Digest",
            Challenge::Other { name, .. } => name,
        })
        .collect();
    if names.is_empty() { "none at all".to_owned() } else { names.join(", ") }
}

/// What a proof is for.
struct Asked<'a> {
    method: &'a str,
    url: &'a str,
    cnonce: &'a str,
    count: u32,
}

fn proof(digest: &Digest, user: &str, password: &str, asked: &Asked<'_>) -> String {
    let Digest { realm, nonce, algorithm, .. } = digest;
    let hash = |text: String| hex(*algorithm, &text);
    let (secret, what) =
        (hash(format!("{user}:{realm}:{password}")), hash(format!("{}:{}", asked.method, asked.url)));
    let response = if digest.qop {
        hash(format!("{secret}:{nonce}:{:08x}:{}:auth:{what}", asked.count, asked.cnonce))
    } else {
        hash(format!("{secret}:{nonce}:{what}"))
    };
    let mut line = format!(
        "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{response}\"",
        quoted(user),
        quoted(realm),
        quoted(nonce),
        quoted(asked.url),
    );
    if digest.named {
        line.push_str(match algorithm {
            Algorithm::Md5 => ", algorithm=MD5",
            Algorithm::Sha256 => ", algorithm=SHA-256",
        });
    }
    if let Some(opaque) = &digest.opaque {
        let _ = write!(line, ", opaque=\"{}\"", quoted(opaque));
    }
    if digest.qop {
        let _ = write!(line, ", qop=auth, nc={:08x}, cnonce=\"{}\"", asked.count, asked.cnonce);
    }
    line
}

fn hex(algorithm: Algorithm, text: &str) -> String {
    fn digits(bytes: &[u8]) -> String {
        bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
    }
    match algorithm {
        Algorithm::Md5 => digits(&Md5::digest(text)),
        Algorithm::Sha256 => digits(&Sha256::digest(text)),
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(user: &str, password: &str) -> Credentials {
        Credentials::new(Some((user.into(), password.into())), 0x0A4F_113B)
    }

    fn asked(credentials: &mut Credentials, fields: &[&str]) -> Result<String, Flaw> {
        credentials.refused(fields.iter().copied(), false)?;
        Ok(credentials.authorization("DESCRIBE", "rtsp://cam/a").unwrap())
    }

    #[test]
    fn the_example_of_rfc_2617_comes_out() {
        let mut mufasa = credentials("Mufasa", "Circle Of Life");
        mufasa.cnonce = "0a4f113b".into();
        let field = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", \
            nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
        mufasa.refused(std::iter::once(field), false).unwrap();
        let line = mufasa.authorization("GET", "/dir/index.html").unwrap();
        assert!(line.contains("response=\"6629fae49393a05397450978507c4ef1\""), "{line}");
        assert!(line.ends_with(
            ", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\", qop=auth, nc=00000001, cnonce=\"0a4f113b\""
        ));
    }

    #[test]
    fn the_examples_of_rfc_7616_come_out_and_sha_256_is_chosen() {
        let common = "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
            nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        let sha = format!("Digest {common}, algorithm=SHA-256");
        let md5 = format!("Digest {common}, algorithm=MD5");
        for (fields, response, name) in [
            (
                vec![md5.as_str(), sha.as_str()],
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
                "algorithm=SHA-256,",
            ),
            (vec![md5.as_str()], "8ca523f5e9506fed4657c9700eebdbec", "algorithm=MD5,"),
        ] {
            let mut mufasa = credentials("Mufasa", "Circle of Life");
            mufasa.cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ".into();
            mufasa.refused(fields.into_iter(), false).unwrap();
            let line = mufasa.authorization("GET", "/dir/index.html").unwrap();
            assert!(line.contains(&format!("response=\"{response}\"")) && line.contains(name), "{line}");
        }
    }

    #[test]
    fn without_qop_the_proof_is_that_of_rfc_2069() {
        let line = asked(&mut credentials("admin", "pw"), &["Digest realm=\"r\", nonce=\"n\""]).unwrap();
        // md5(md5("admin:r:pw") ":n:" md5("DESCRIBE:rtsp://cam/a"))
        assert_eq!(
            line,
            "Digest username=\"admin\", realm=\"r\", nonce=\"n\", uri=\"rtsp://cam/a\", \
             response=\"0e96c165ee4c1450fb5afd7f8b1b2e78\""
        );
    }

    #[test]
    fn the_password_goes_in_the_clear_only_where_nothing_better_is_offered() {
        let basic = asked(&mut credentials("Aladdin", "open sesame"), &["Basic realm=\"x\""]).unwrap();
        assert_eq!(basic, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        let both = ["Basic realm=\"x\"", "Digest realm=\"x\", nonce=\"n\""];
        assert!(asked(&mut credentials("a", "b"), &both).unwrap().starts_with("Digest "));
        let unknown = ["Basic realm=\"x\", Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512-256"];
        let flaw = asked(&mut credentials("a", "b"), &unknown).unwrap_err();
        assert_eq!(flaw, Flaw::NoSignIn("Basic, Digest (algorithm SHA-512-256, qop none)".into()));
        let mut later = credentials("a", "b");
        asked(&mut later, &["Digest realm=\"x\", nonce=\"n\""]).unwrap();
        later.accepted();
        assert_eq!(later.refused(std::iter::once("Basic realm=\"x\""), true), Err(Flaw::WrongPassword));
    }

    #[test]
    fn a_nonce_counts_its_proofs_and_an_old_one_is_replaced_once() {
        let mut user = credentials("a", "b");
        let nonce = |n: &str, stale: &str| format!("Digest realm=\"x\", nonce=\"{n}\", qop=\"auth\"{stale}");
        assert!(asked(&mut user, &[&nonce("1", "")]).unwrap().contains("nc=00000001"));
        assert!(user.authorization("SETUP", "rtsp://cam/a").unwrap().contains("nc=00000002"));
        user.refused(std::iter::once(nonce("2", ", stale=true").as_str()), true).unwrap();
        let line = user.authorization("SETUP", "rtsp://cam/a").unwrap();
        assert!(line.contains("nonce=\"2\"") && line.contains("nc=00000001"));
        let again = nonce("3", ", stale=true");
        assert_eq!(user.refused(std::iter::once(again.as_str()), true), Err(Flaw::WrongPassword));
    }

    #[test]
    fn a_nonce_that_served_may_be_replaced_without_being_called_stale() {
        let mut user = credentials("a", "b");
        asked(&mut user, &["Digest realm=\"x\", nonce=\"1\""]).unwrap();
        user.accepted();
        user.refused(std::iter::once("Digest realm=\"x\", nonce=\"2\""), true).unwrap();
        assert_eq!(
            user.refused(std::iter::once("Digest realm=\"x\", nonce=\"3\""), true),
            Err(Flaw::WrongPassword)
        );
    }

    #[test]
    fn a_wrong_password_is_not_sent_twice() {
        let mut user = credentials("a", "b");
        asked(&mut user, &["Digest realm=\"x\", nonce=\"1\""]).unwrap();
        let second = user.refused(std::iter::once("Digest realm=\"x\", nonce=\"2\""), true);
        assert_eq!(second, Err(Flaw::WrongPassword));
        let none = Credentials::new(None, 1).refused(std::iter::once("Basic realm=\"x\""), false);
        assert_eq!(none, Err(Flaw::PasswordNeeded));
    }

    #[test]
    fn quotes_in_a_user_name_do_not_break_the_line() {
        let line = asked(&mut credentials("a\"\\b", "p"), &["Digest realm=\"r\\\"s\", nonce=\"n\""]).unwrap();
        assert!(line.starts_with("Digest username=\"a\\\"\\\\b\", realm=\"r\\\"s\", nonce"), "{line}");
    }
}
