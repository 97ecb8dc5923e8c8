//! A stable runner for hostile input: a corpus of what is right, and a seeded way to make it wrong.
//!
//! No nightly compiler and no coverage feedback: what it finds less cleverly it makes up for by running everywhere and
//! each time with another seed. `LIENGIA_FUZZ_SECONDS` says how long each target runs.

use liengia_kernel::{Clock as _, Entropy as _, SeededEntropy, SystemClock};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How long each target runs where nothing else is said; all of them together take some twenty seconds.
const SECONDS: u64 = 2;

/// Pieces that have broken decoders before.
const PIECES: [&[u8]; 12] = [
    b"\0",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x80\x80\x80\x80",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xef\xbb\xbf",
    b"#/+/#",
    b"$share/a/#",
    b"{\"a\":",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"-1e999",
];

/// Texts that have broken programs before.
const TEXTS: [&str; 10] = [
    "",
    "\0",
    "a\u{202e}b",
    "'; DROP TABLE entries; --",
    "../../../etc/passwd",
    "{\"a\":1}",
    "999999999999999999999999999999",
    "2026-13-45T99:99:99Z",
    "-292277022657-01-27T08:29:52Z",
    "\u{1f525}\u{301}\u{301}\u{301}",
];

/// How long a target runs.
fn duration() -> Duration {
    let asked = std::env::var("LIENGIA_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(asked.unwrap_or(SECONDS))
}

/// Runs a target until its time is over. How many rounds that were.
pub fn run(name: &str, chance: &SeededEntropy, mut round: impl FnMut(&SeededEntropy)) -> u64 {
    let (clock, longest) = (SystemClock::new(), duration());
    let mut rounds = 0;
    while clock.elapsed() < longest {
        round(chance);
        rounds += 1;
    }
    println!("fuzz {name}: {rounds} rounds in {:.1} s", clock.elapsed().as_secs_f64());
    rounds
}

/// A number below this.
pub fn below(chance: &SeededEntropy, limit: usize) -> usize {
    usize::try_from(chance.below(u64::try_from(limit).unwrap())).unwrap()
}

/// One of these.
pub fn pick<'a, T: ?Sized>(chance: &SeededEntropy, of: &[&'a T]) -> &'a T {
    of[below(chance, of.len())]
}

/// Makes bytes wrong in one to four ways: flipped, cut, doubled, filled in, spliced with another of the corpus.
pub fn bytes(chance: &SeededEntropy, from: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = from.to_vec();
    for _ in 0..=below(chance, 4) {
        let at = below(chance, bytes.len() + 1);
        match below(chance, 7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << below(chance, 8),
            1 => bytes.truncate(at),
            2 => drop(bytes.splice(at..at, pick(chance, &PIECES).iter().copied())),
            3 => {
                let end = at + below(chance, bytes.len() - at + 1);
                let part = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, part));
            }
            4 => {
                let end = at + below(chance, bytes.len() - at + 1);
                bytes.drain(at..end);
            }
            5 => {
                let from = below(chance, other.len() + 1);
                bytes.truncate(at);
                bytes.extend(&other[from..]);
            }
            _ => {
                let mut random = vec![0; below(chance, 40)];
                chance.fill(&mut random);
                drop(bytes.splice(at..at, random));
            }
        }
    }
    bytes
}

/// A JSON value that nobody expects there.
pub fn odd_value(chance: &SeededEntropy) -> Value {
    match below(chance, 12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(1e308),
        5 => json!([]),
        6 => json!({}),
        7 => json!("a".repeat(1 << below(chance, 14))),
        8 => (0..below(chance, 120)).fold(json!(1), |inner, _| json!([inner])),
        9 => json!([{}, [], "", null]),
        _ => json!(pick(chance, &TEXTS)),
    }
}

/// Makes a JSON value wrong somewhere: a field taken out, put in, or replaced.
pub fn value(chance: &SeededEntropy, value: &mut Value) {
    match value {
        Value::Object(fields) if !fields.is_empty() && below(chance, 6) > 0 => field(chance, fields),
        Value::Array(items) if !items.is_empty() && below(chance, 3) > 0 => {
            let at = below(chance, items.len());
            if below(chance, 8) == 0 {
                let item = items[at].clone();
                items.extend(vec![item; below(chance, 400)]);
            } else {
                self::value(chance, &mut items[at]);
            }
        }
        other => *other = odd_value(chance),
    }
}

fn field(chance: &SeededEntropy, fields: &mut Map<String, Value>) {
    let names: Vec<String> = fields.keys().cloned().collect();
    let name = &names[below(chance, names.len())];
    match below(chance, 8) {
        0 => drop(fields.remove(name)),
        1 => drop(fields.insert(pick(chance, &TEXTS).to_owned(), odd_value(chance))),
        2 | 3 => drop(fields.insert(name.clone(), odd_value(chance))),
        _ => {
            if let Some(inner) = fields.get_mut(name) {
                value(chance, inner);
            }
        }
    }
}
