//! The ways to sign in that a camera offers: WWW-Authenticate fields (RFC 2617, 1.2 and 3.2.1; RFC 7616, 3.3).
//!
//! Promises: several challenges are understood in one field or in several. At most 16 are read. A value with a control
//! character is not taken, so that nothing of a challenge can break our own request. It never decides which to use.

use super::flaw::shown;

/// How many challenges of one answer are read.
const MOST: usize = 16;

/// What a Digest is computed with, the weaker first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Algorithm {
    Md5,
    Sha256,
}

/// One way to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// The password in the clear.
    Basic,
    /// A proof of the password.
    Digest(Digest),
    /// Another scheme, or a Digest of a kind that is not known here: its name, to be shown.
    Other { name: String, digest: bool },
}

/// What a Digest proof must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    pub realm: String,
    pub nonce: String,
    pub opaque: Option<String>,
    pub algorithm: Algorithm,
    /// The camera named the algorithm and so gets its name back.
    pub named: bool,
    /// `qop=auth`; without it the proof is that of RFC 2069.
    pub qop: bool,
    /// The nonce sent before was too old, the password may be right.
    pub stale: bool,
}

/// All challenges of these fields, in order.
pub(super) fn challenges<'a>(fields: impl Iterator<Item = &'a str>) -> Vec<Challenge> {
    let mut found = Vec::new();
    for field in fields {
        let mut words = Words(field);
        let mut scheme: Option<(&str, Vec<(&str, String)>)> = None;
        while let Some(word) = words.next() {
            match (word, &mut scheme) {
                (Word::Parameter(name, value), Some((_, parameters))) => parameters.push((name, value)),
                (Word::Parameter(..), None) => {}
                (Word::Scheme(name), _) => {
                    found.extend(scheme.replace((name, Vec::new())).map(challenge));
                    if found.len() >= MOST {
                        return found;
                    }
                }
            }
        }
        found.extend(scheme.map(challenge));
    }
    found.truncate(MOST);
    found
}

fn challenge((scheme, parameters): (&str, Vec<(&str, String)>)) -> Challenge {
    if scheme.eq_ignore_ascii_case("Basic") {
        return Challenge::Basic;
    }
    if !scheme.eq_ignore_ascii_case("Digest") {
        return Challenge::Other { name: shown(scheme.as_bytes(), 20), digest: false };
    }
    let value = |name: &str| {
        let found = parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        found.filter(|value| !value.chars().any(char::is_control))
    };
    let (named, qop) = (value("algorithm"), value("qop"));
    let algorithm = match named.map(|name| name.to_ascii_uppercase()).as_deref() {
        None | Some("MD5" | "") => Some(Algorithm::Md5),
        Some("SHA-256") => Some(Algorithm::Sha256),
        Some(_) => None,
    };
    let auth = qop.is_none_or(|qop| qop.split(',').any(|kind| kind.trim().eq_ignore_ascii_case("auth")));
    let (Some(realm), Some(nonce), Some(algorithm)) =
        (value("realm"), value("nonce"), algorithm.filter(|_| auth))
    else {
        let algorithm = shown(named.map_or("MD5", String::as_str).as_bytes(), 20);
        let qop = shown(qop.map_or("none", String::as_str).as_bytes(), 20);
        return Challenge::Other { name: format!("Digest (algorithm {algorithm}, qop {qop})"), digest: true };
    };
    Challenge::Digest(Digest {
        realm: realm.clone(),
        nonce: nonce.clone(),
        opaque: value("opaque").cloned(),
        algorithm,
        named: named.is_some_and(|name| !name.is_empty()),
        qop: qop.is_some(),
        stale: value("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
    })
}

enum Word<'a> {
    Scheme(&'a str),
    Parameter(&'a str, String),
}

/// A field as schemes and parameters: a name before `=` is a parameter's, any other is a scheme's.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<Word<'a>> {
        let blank = |c: char| c.is_ascii_whitespace() || c == ',';
        loop {
            self.0 = self.0.trim_start_matches(blank);
            let end = self.0.find(|c| blank(c) || c == '=').unwrap_or(self.0.len());
            let (name, rest) = self.0.split_at_checked(end)?;
            let after = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let Some(value) = after.strip_prefix('=') else {
                self.0 = rest;
                return (!name.is_empty()).then_some(Word::Scheme(name));
            };
            self.0 = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let value = self.value();
            if !name.is_empty() {
                return Some(Word::Parameter(name, value));
            }
        }
    }

    /// A value, quoted or not, without its quotes and the backslashes in them.
    fn value(&mut self) -> String {
        let Some(quoted) = self.0.strip_prefix('"') else {
            let end = self.0.find(|c: char| c.is_ascii_whitespace() || c == ',').unwrap_or(self.0.len());
            let (value, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
            self.0 = rest;
            return value.to_owned();
        };
        let mut value = String::new();
        let mut characters = quoted.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => break,
                '\\' => value.extend(characters.next()),
                _ => value.push(character),
            }
        }
        self.0 = characters.as_str();
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(fields: &[&str]) -> Vec<Challenge> {
        challenges(fields.iter().copied())
    }

    fn digest(realm: &str, nonce: &str) -> Digest {
        Digest {
            realm: realm.into(),
            nonce: nonce.into(),
            opaque: None,
            algorithm: Algorithm::Md5,
            named: false,
            qop: false,
            stale: false,
        }
    }

    #[test]
    fn several_challenges_stand_in_one_field_or_in_several() {
        let one = read(&[
            "Basic realm=\"a, b\", Digest realm=\"c\" , nonce = \"d\",algorithm=SHA-256, qop=\"auth,auth-int\"",
        ]);
        let expected = Digest { algorithm: Algorithm::Sha256, named: true, qop: true, ..digest("c", "d") };
        assert_eq!(one, [Challenge::Basic, Challenge::Digest(expected.clone())]);
        let fields =
            ["digest REALM=\"c\",\r\n\tNonce=\"d\", algorithm=\"SHA-256\", qop=auth", "basic realm=x"];
        assert_eq!(read(&fields), [Challenge::Digest(expected), Challenge::Basic]);
    }

    #[test]
    fn a_digest_of_an_unknown_kind_is_named_but_not_taken() {
        let names = |field| match read(&[field]).as_slice() {
            [Challenge::Other { name, digest: true }] => name.clone(),
            other => panic!("{other:?}"),
        };
        let field = "Digest realm=\"a\", nonce=\"b\", algorithm=SHA-512-256";
        assert_eq!(names(field), "Digest (algorithm SHA-512-256, qop none)");
        let field = "Digest realm=\"a\", nonce=\"b\", qop=\"auth-int\"";
        assert_eq!(names(field), "Digest (algorithm MD5, qop auth-int)");
        names("Digest realm=\"a\"");
        names("Digest realm=\"a\", nonce=\"b\u{7}\"");
        assert_eq!(
            read(&["Negotiate abc=="]),
            [Challenge::Other { name: "Negotiate".into(), digest: false }]
        );
    }

    #[test]
    fn quotes_and_backslashes_are_taken_off() {
        let Challenge::Digest(got) =
            read(&["Digest realm=\"a\\\"b\\\\c\", nonce=\"\", stale=TRUE, opaque=\"o\""]).remove(0)
        else {
            panic!("a digest")
        };
        assert_eq!(got, Digest { stale: true, opaque: Some("o".into()), ..digest("a\"b\\c", "") });
        assert_eq!(read(&["Digest realm=\"never closed"]).len(), 1);
        assert_eq!(read(&["", " , ,", "=", "realm=x"]), []);
    }

    #[test]
    fn no_more_than_sixteen_are_read() {
        assert_eq!(read(&["Basic x=y ".repeat(400).as_str(), "Basic"]).len(), MOST);
    }

    proptest! {
        #[test]
        fn no_text_whatsoever_makes_the_reader_panic(text in "[a-zD \"\\\\=,\u{e9}\r\n]{0,80}") {
            let digest = format!("Digest {text}");
            prop_assert!(read(&[&digest, &text]).len() <= MOST);
        }
    }
}
