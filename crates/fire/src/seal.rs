//! The signature under a report, and the check of a saved one, which needs nothing but the file.
//!
//! Promises: what is signed is the alarm, its place in the chain, and every word of the report as it was shown; a number that
//! was changed is found, and so is a seal that was put under another report. Whose key it is, the file cannot say: that is
//! compared with the key that the node tells, or that was printed before. The secret key never prints.

use crate::shown::report::{AlarmReport, hex};
use liengia_kernel::{Entropy, Timestamp};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{fmt, fmt::Write as _, sync::Arc};

/// What the signed words begin with; another number where they change.
const SIGNED: &str = "liengia-report-1";

/// The key with which this node signs its reports. Clones are the same key.
#[derive(Clone)]
pub struct ReportKey(Arc<Ed25519KeyPair>);

/// Bytes that are not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key for reports: 32 bytes are needed, as they were saved; restore the file from a backup")]
pub struct BadReportKey;

impl ReportKey {
    /// The 32 secret bytes of a new key, for the caller to keep in a file that only the program can read.
    pub fn generate(entropy: &dyn Entropy) -> [u8; 32] {
        let mut seed = [0; 32];
        entropy.fill(&mut seed);
        seed
    }

    /// The key that was saved.
    pub fn load(seed: &[u8]) -> Result<Self, BadReportKey> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(|pair| Self(Arc::new(pair))).map_err(|_| BadReportKey)
    }

    /// What everybody may know of it, as 64 digits.
    pub fn public_key(&self) -> String {
        digits(self.0.public_key().as_ref())
    }

    /// Signs a report as it is shown.
    pub(crate) fn sign(&self, report: &mut AlarmReport, made_at: Timestamp) -> Result<(), serde_json::Error> {
        let shown = serde_json::to_value(&*report)?;
        report.seal.made_at = made_at;
        report.seal.timeline_digest = digest(shown.get("timeline").unwrap_or(&Value::Null));
        report.seal.rest_digest = digest(&rest(&shown));
        let words = words(&serde_json::to_value(&*report)?).unwrap_or_default();
        report.seal.signature = digits(self.0.sign(words.as_bytes()).as_ref());
        report.seal.public_key = self.public_key();
        Ok(())
    }
}

impl fmt::Debug for ReportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReportKey(..)")
    }
}

/// What a saved report's seal is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The alarm or drill that it says it is about.
    pub alarm: String,
    /// When it says it was made.
    pub made_at: String,
    /// The key that it says it was signed with.
    pub public_key: String,
    /// The seal was signed with that key, as it stands.
    pub sealed: bool,
    /// What happened is as it was signed.
    pub timeline: bool,
    /// Everything else is as it was signed.
    pub rest: bool,
}

impl Checked {
    /// Nothing was changed.
    pub fn is_whole(&self) -> bool {
        self.sealed && self.timeline && self.rest
    }
}

/// A file that is no report with a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no report of Liên Gia with a signature: save it again with `Save the report`, and check that file"
)]
pub struct NoReport;

/// Checks a saved report.
pub fn check(report: &Value) -> Result<Checked, NoReport> {
    let signed = words(report).ok_or(NoReport)?;
    let text = |name: &str| text(report, &["seal", name]).ok_or(NoReport);
    let (public_key, signature) = (text("public_key")?, text("signature")?);
    let sealed = bytes(&public_key).zip(bytes(&signature)).is_some_and(|(key, signature)| {
        UnparsedPublicKey::new(&ED25519, key).verify(signed.as_bytes(), &signature).is_ok()
    });
    Ok(Checked {
        alarm: report.get("alarm").and_then(Value::as_str).unwrap_or_default().to_owned(),
        made_at: text("made_at")?,
        timeline: digest(report.get("timeline").unwrap_or(&Value::Null)) == text("timeline_digest")?,
        rest: digest(&rest(report)) == text("rest_digest")?,
        public_key,
        sealed,
    })
}

/// The words that are signed, one line each; none where something is missing.
fn words(report: &Value) -> Option<String> {
    const LINES: [&str; 9] = [
        "made_at",
        "entries",
        "first_seq",
        "last_seq",
        "last_hash",
        "head_seq",
        "head_hash",
        "timeline_digest",
        "rest_digest",
    ];
    let mut words = format!("{SIGNED}\nalarm {}\n", text(report, &["alarm"])?);
    for name in LINES {
        // Writing to a text cannot fail.
        let _ = writeln!(words, "{name} {}", text(report, &["seal", name])?);
    }
    Some(words)
}

/// A text or a number at this place.
fn text(report: &Value, place: &[&str]) -> Option<String> {
    match place.iter().try_fold(report, |value, name| value.get(name))? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A report without what happened and without its seal.
fn rest(report: &Value) -> Value {
    let mut rest = report.clone();
    if let Some(fields) = rest.as_object_mut() {
        fields.remove("timeline");
        fields.remove("seal");
    }
    rest
}

fn digest(value: &Value) -> String {
    let mut plain = String::new();
    write_plainly(&mut plain, value);
    hex(&Sha256::digest(plain.as_bytes()).into())
}

/// JSON with its names in order, without spaces, and with whole numbers written as such: whichever program saved it.
fn write_plainly(to: &mut String, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<_> = fields.iter().collect();
            names.sort_by_key(|(name, _)| *name);
            to.push('{');
            for (place, (name, value)) in names.into_iter().enumerate() {
                to.push_str(if place == 0 { "" } else { "," });
                to.push_str(&Value::from(name.as_str()).to_string());
                to.push(':');
                write_plainly(to, value);
            }
            to.push('}');
        }
        Value::Array(values) => {
            to.push('[');
            for (place, value) in values.iter().enumerate() {
                to.push_str(if place == 0 { "" } else { "," });
                write_plainly(to, value);
            }
            to.push(']');
        }
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => {
                // Writing to a text cannot fail.
                let _ = write!(to, "{float:.0}");
            }
            _ => to.push_str(&number.to_string()),
        },
        plain => to.push_str(&plain.to_string()),
    }
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;
    use serde_json::json;

    #[test]
    fn a_saved_key_is_the_same_key_and_does_not_print() {
        let seed = ReportKey::generate(&SeededEntropy::new(1));
        let (one, other) = (ReportKey::load(&seed).unwrap(), ReportKey::load(&seed).unwrap());
        assert_eq!(one.public_key(), other.public_key());
        assert_eq!((one.public_key().len(), format!("{one:?}").as_str()), (64, "ReportKey(..)"));
        assert_eq!(ReportKey::load(b"short").unwrap_err(), BadReportKey);
    }

    #[test]
    fn a_report_is_the_same_whichever_program_wrote_it() {
        let one: Value = serde_json::from_str(r#"{"b": 60.0, "a": ["é", 1.5, null, true]}"#).unwrap();
        let other: Value =
            serde_json::from_str("{ \"a\": [\"\\u00e9\", 1.5, null, true], \"b\": 60 }").unwrap();
        assert_eq!(digest(&one), digest(&other));
        for changed in
            [json!({ "a": ["é", 1.5, null, true], "b": 61 }), json!({ "a": ["é", 1.5, null], "b": 60 })]
        {
            assert_ne!(digest(&one), digest(&changed));
        }
    }

    #[test]
    fn what_is_no_report_is_told_from_one_that_was_changed() {
        for other in [json!({}), json!([]), json!({ "alarm": "x", "seal": {} })] {
            assert_eq!(check(&other), Err(NoReport));
        }
    }
}
