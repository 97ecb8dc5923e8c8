//! Codes in six words: 66 random bits that a person can read aloud, write down and type.
//!
//! The words mean nothing and are the same for all languages. Each has five letters, consonant, vowel, consonant, vowel,
//! consonant, and differs from every other word in at least two of them: one slip of the finger never makes another word.
//! Their letters are on every keyboard, and none is one that Vietnamese typing turns into a tone mark: no f, j, r, s, w,
//! x, z, no d twice, no a, e or o twice.
//!
//! Pure: the bits come from the caller. The list never changes: codes on paper depend on it.

use liengia_kernel::{Entropy, fold};
use std::{fmt, str::FromStr, sync::LazyLock};

/// Words in a code.
pub const WORDS: usize = 6;
/// Random bits in a code.
pub const BITS: u32 = 66;

const BITS_PER_WORD: u32 = 11;
const LIST: usize = 1 << BITS_PER_WORD;
const LETTERS: usize = 5;
/// The most text that is looked at, in bytes.
const LONGEST: usize = 400;
/// Words that are offered for one that is not in the list.
const OFFERED: usize = 5;

const CONSONANTS: [char; 11] = ['b', 'd', 'g', 'h', 'k', 'l', 'm', 'n', 'p', 't', 'v'];
const VOWELS: [char; 5] = ['a', 'e', 'i', 'o', 'u'];

/// What sounds unkind or frightening in one of the three languages; no word holds any of these.
const UNKIND: [&str; 17] = [
    "babi", "bego", "bom", "bugil", "demon", "dit", "gigol", "gila", "lon", "mabok", "nig", "pube", "puki",
    "tahi", "tikam", "tit", "bokep",
];

/// The rows of keys; a slip lands on a neighbour.
const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

static WORD_LIST: LazyLock<Vec<String>> = LazyLock::new(made);

/// In alphabetical order.
fn made() -> Vec<String> {
    let mut words = Vec::with_capacity(LIST);
    for (a, first) in CONSONANTS.iter().enumerate() {
        for (b, vowel) in VOWELS.iter().enumerate() {
            for (c, second) in CONSONANTS.iter().enumerate() {
                for (d, last_vowel) in VOWELS.iter().enumerate() {
                    // Whichever one letter changes, the sum changes, and with it the last letter.
                    let check = CONSONANTS[(a + 2 * b + c + 3 * d) % CONSONANTS.len()];
                    words.push(String::from_iter([*first, *vowel, *second, *last_vowel, check]));
                }
            }
        }
    }
    words.retain(|word| is_typed_as_written(word) && is_heard(word) && is_kind(word));
    words.truncate(LIST);
    words
}

fn is_typed_as_written(word: &str) -> bool {
    !['a', 'd', 'e', 'o'].iter().any(|letter| word.matches(*letter).count() > 1)
}

/// At the beginning v sounds like b, at the end like nothing.
fn is_heard(word: &str) -> bool {
    !word.starts_with('v') && !word.ends_with('v')
}

fn is_kind(word: &str) -> bool {
    !UNKIND.iter().any(|unkind| word.contains(unkind))
}

/// The list, in alphabetical order: for a page that completes words.
pub fn list() -> impl Iterator<Item = &'static str> {
    WORD_LIST.iter().map(String::as_str)
}

/// A code. It is a secret: it does not print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(u128);

/// A text that is not a code. It is not repeated here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadWords {
    /// Too few or too many words.
    #[error("a code has {WORDS} words, here are {0}")]
    Count(usize),
    /// A word that is not in the list, with the words that may have been meant, the likeliest first.
    #[error("word {place} is not one of ours; look at it again")]
    Unknown {
        /// Which word, from 1.
        place: usize,
        /// What may have been meant, one slip away.
        did_you_mean: Vec<&'static str>,
    },
}

impl Code {
    /// A new code.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(u128::from_le_bytes(bytes) >> (u128::BITS - BITS))
    }

    /// The code's words.
    pub fn words(self) -> [&'static str; WORDS] {
        let mut words = [""; WORDS];
        let mut rest = self.0;
        for word in words.iter_mut().rev() {
            let index = rest % LIST as u128;
            // A remainder of the list's length is an index into it.
            *word =
                usize::try_from(index).ok().and_then(|index| WORD_LIST.get(index)).map_or("", String::as_str);
            rest /= LIST as u128;
        }
        words
    }

    /// The same bits as bytes, to keep a hash of.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

impl FromStr for Code {
    type Err = BadWords;

    /// Reads what a person typed: capitals, diacritics, hyphens, line breaks and missing or surplus spaces do not matter.
    fn from_str(text: &str) -> Result<Self, BadWords> {
        let mut code = 0;
        for (number, word) in split(text)?.iter().enumerate() {
            let found = WORD_LIST.binary_search_by(|known| known.as_str().cmp(word));
            let Ok(index) = found else {
                return Err(BadWords::Unknown { place: number + 1, did_you_mean: near(word) });
            };
            code = code * LIST as u128 + index as u128;
        }
        Ok(Self(code))
    }
}

fn split(text: &str) -> Result<Vec<String>, BadWords> {
    if text.len() > LONGEST {
        return Err(BadWords::Count(text.split_whitespace().count()));
    }
    let folded = fold(text);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    if words.len() == WORDS {
        return Ok(words);
    }
    let letters: Vec<char> = words.concat().chars().collect();
    if letters.len() == WORDS * LETTERS {
        return Ok(letters.chunks(LETTERS).map(String::from_iter).collect());
    }
    Err(BadWords::Count(words.len()))
}

/// The words one slip away, the likeliest first.
fn near(typed: &str) -> Vec<&'static str> {
    let typed: Vec<char> = typed.chars().collect();
    let mut found: Vec<(u8, &'static str)> =
        list().filter_map(|word| Some((slip(&typed, word)?, word))).collect();
    found.sort_unstable();
    found.into_iter().take(OFFERED).map(|(_, word)| word).collect()
}

/// How likely `typed` is `word` with one slip, lower being likelier; `None` if it takes more than one.
fn slip(typed: &[char], word: &str) -> Option<u8> {
    let word: Vec<char> = word.chars().collect();
    let same_start = typed.iter().zip(&word).take_while(|(a, b)| a == b).count();
    let (typed, word) = (&typed[same_start..], &word[same_start..]);
    match (typed, word) {
        ([a, b, rest @ ..], [c, d, other @ ..]) if a == d && b == c && rest == other => Some(0),
        ([_, rest @ ..], word) if rest == word => Some(1),
        (typed, [_, rest @ ..]) if typed == rest => Some(1),
        ([a, rest @ ..], [b, other @ ..]) if rest == other => {
            Some(if are_neighbours(*a, *b) { 1 } else { 2 })
        }
        _ => None,
    }
}

fn are_neighbours(a: char, b: char) -> bool {
    let place = |key: char| {
        KEYS.iter().enumerate().find_map(|(row, keys)| keys.find(key).map(|column| (row, column)))
    };
    match (place(a), place(b)) {
        (Some((row, column)), Some((other_row, other_column))) => {
            row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
