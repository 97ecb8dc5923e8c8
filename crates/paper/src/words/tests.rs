//! The list and the codes made of it.

use super::*;
use liengia_kernel::SeededEntropy;

fn code(seed: u64) -> Code {
    Code::new(&SeededEntropy::new(seed))
}

fn typed(text: &str) -> Result<Code, BadWords> {
    text.parse()
}

fn differing(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).filter(|(a, b)| a != b).count()
}

#[test]
fn the_list_has_2048_words_that_one_slip_never_turns_into_each_other() {
    let words: Vec<_> = list().collect();
    assert_eq!(words.len(), LIST);
    assert!(words.is_sorted());
    for (number, word) in words.iter().enumerate() {
        // All have the same length, so a letter too many or too few makes none of them either.
        assert_eq!(word.len(), LETTERS);
        assert!(words[..number].iter().all(|other| differing(word, other) >= 2), "{word}");
    }
}

#[test]
fn vietnamese_typing_leaves_every_word_as_it_is() {
    for word in list() {
        assert!(!word.contains(['f', 'j', 'r', 's', 'w', 'x', 'z']), "{word}");
        assert!(is_typed_as_written(word), "{word}");
    }
}

/// Codes on paper depend on it.
#[test]
fn the_list_never_changes() {
    let hash = |hash: u64, letter: u8| (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3);
    let fingerprint = list().flat_map(str::bytes).fold(0xcbf2_9ce4_8422_2325, hash);
    assert_eq!(
        (list().next(), list().last(), fingerprint),
        (Some("babeh"), Some("tudup"), 1_804_557_150_846_631_904)
    );
}

#[test]
fn a_code_goes_to_words_and_back() {
    for seed in 0..500 {
        let code = code(seed);
        assert_eq!(typed(&code.words().join(" ")), Ok(code));
        assert!(code.0 < 1 << BITS);
    }
    let highest = Code((1 << BITS) - 1);
    assert_eq!(typed(&highest.words().join(" ")), Ok(highest));
    assert_ne!(code(1), code(2));
}

#[test]
fn how_it_is_written_does_not_matter() {
    let code = code(7);
    let words = code.words();
    let plain = words.join(" ");
    let marked: String = plain.replace('a', "ạ").replace('e', "ế").replace('o', "Ờ").replace('d', "Đ");
    for written in [
        plain.to_uppercase(),
        format!("  {}\n", words.join("  ")),
        words.join("-"),
        words.join(",\n"),
        words.concat(),
        format!("{}{} {}", words[0], words[1], words[2..].join(" ")),
        marked,
    ] {
        assert_eq!(typed(&written), Ok(code), "{written}");
    }
}

#[test]
fn too_few_or_too_many_words_are_counted() {
    let words = code(7).words();
    assert_eq!(typed(""), Err(BadWords::Count(0)));
    assert_eq!(typed(&words[..5].join(" ")), Err(BadWords::Count(5)));
    assert_eq!(typed(&format!("{} more", words.join(" "))), Err(BadWords::Count(7)));
    assert!(matches!(typed(&"word ".repeat(1000)), Err(BadWords::Count(1000))));
    assert!(matches!(typed(&"a".repeat(100_000)), Err(BadWords::Count(1))));
}

/// Every way to get one letter of `word` wrong.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut slips = Vec::new();
    for place in 0..letters.len() {
        let mut missing = letters.clone();
        missing.remove(place);
        slips.push(missing);
        if place > 0 {
            let mut swapped = letters.clone();
            swapped.swap(place - 1, place);
            slips.push(swapped);
        }
        for letter in 'a'..='z' {
            let mut other = letters.clone();
            other[place] = letter;
            slips.push(other);
            let mut surplus = letters.clone();
            surplus.insert(place, letter);
            slips.push(surplus);
        }
    }
    slips.into_iter().map(String::from_iter).filter(|slip| slip != word).collect()
}

#[test]
fn one_slip_is_told_and_the_word_that_was_meant_is_offered() {
    let words = code(7).words();
    for place in [0, 3, 5] {
        for slip in slips(words[place]) {
            let mut written = words.map(str::to_owned);
            written[place].clone_from(&slip);
            match typed(&written.join(" ")) {
                Err(BadWords::Unknown { place: told, did_you_mean }) => {
                    assert_eq!(told, place + 1);
                    assert!(
                        did_you_mean.contains(&words[place]),
                        "{slip} for {}: {did_you_mean:?}",
                        words[place]
                    );
                    assert!(did_you_mean.len() <= OFFERED);
                }
                other => panic!("{slip}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_swapped_pair_is_the_first_guess() {
    for word in ["bilat", "kugem", "nutip"] {
        let swapped: String = [1, 0, 2, 3, 4].map(|place| word.chars().nth(place).unwrap()).iter().collect();
        assert_eq!(near(&swapped).first(), Some(&word));
    }
}

#[test]
fn what_is_no_word_at_all_gets_no_guess() {
    let mut words = code(7).words().map(str::to_owned);
    words[2] = "zzzzz".to_owned();
    let expected = BadWords::Unknown { place: 3, did_you_mean: vec![] };
    assert_eq!(typed(&words.join(" ")), Err(expected));
}

#[test]
fn a_code_does_not_print() {
    assert_eq!(format!("{:?}", code(1)), "Code(..)");
}
