//! Text in Vietnamese: normalised where it enters, folded where it is searched.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The text in Unicode normal form C, without surrounding white space: the form in which every
/// text enters the program.
pub fn nfc(text: &str) -> String {
    text.trim().nfc().collect()
}

/// The text as search sees it: lower case, no diacritics, `đ` as `d`, runs of white space as one
/// space. `"Nguyễn  Thị Đào"` folds to `"nguyen thi dao"`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfd().filter(|&letter| !is_combining_mark(letter)).flat_map(char::to_lowercase) {
        match letter {
            'đ' => folded.push('d'),
            space if space.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            other => folded.push(other),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_folds_to_ascii() {
        let letters = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";
        for letters in [letters.to_owned(), letters.to_uppercase()] {
            assert!(fold(&letters).is_ascii(), "{}", fold(&letters));
        }
    }

    #[test]
    fn composed_and_decomposed_text_are_the_same_text() {
        let decomposed: String = "Nguyễn  Thị Đào".nfd().collect();
        assert_eq!(nfc(&decomposed), "Nguyễn  Thị Đào");
        assert_eq!(fold(&decomposed), "nguyen thi dao");
        assert_eq!(fold("  Tổ\t7 "), "to 7");
    }
}
