//! Text that people type: normalised, bounded, and refused with advice.

use super::RegisterError;
use liengia_kernel::{Pii, nfc};

/// Most characters of a name or label.
const TITLE_CHARS: usize = 120;

/// Most characters of a note or reason.
const NOTE_CHARS: usize = 1_000;

/// A name or label: one line, not empty.
pub fn title(field: &'static str, text: &str) -> Result<String, RegisterError> {
    let text = line(field, text, TITLE_CHARS)?;
    if text.is_empty() { Err(RegisterError::Empty { field }) } else { Ok(text) }
}

/// A note: may be empty, may have several lines.
pub fn note(field: &'static str, text: &str) -> Result<String, RegisterError> {
    let text = nfc(&text.replace("\r\n", "\n"));
    if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        return Err(RegisterError::BadText { field });
    }
    if text.chars().count() > NOTE_CHARS {
        return Err(RegisterError::TooLong { field, most: NOTE_CHARS });
    }
    Ok(text)
}

/// Why something changes: never empty.
pub fn reason(text: &str) -> Result<Pii<String>, RegisterError> {
    let text = note("reason", text)?;
    if text.is_empty() { Err(RegisterError::NoReason) } else { Ok(Pii::new(text)) }
}

/// A phone number as digits with its country code (`+84912345678`), or empty.
pub fn phone(text: &str) -> Result<Pii<String>, RegisterError> {
    let text = nfc(text);
    if text.is_empty() {
        return Ok(Pii::default());
    }
    if !text.chars().all(|letter| letter.is_ascii_digit() || " .-()+".contains(letter)) {
        return Err(RegisterError::BadPhone);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = match digits.strip_prefix('0') {
        Some(rest) if !text.starts_with('+') => format!("84{rest}"),
        _ => digits,
    };
    if (8..=15).contains(&international.len()) {
        Ok(Pii::new(format!("+{international}")))
    } else {
        Err(RegisterError::BadPhone)
    }
}

fn line(field: &'static str, text: &str, most: usize) -> Result<String, RegisterError> {
    let text = nfc(text);
    if text.chars().any(char::is_control) {
        return Err(RegisterError::BadText { field });
    }
    if text.chars().count() > most {
        return Err(RegisterError::TooLong { field, most });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_the_same_however_it_is_written() {
        for text in ["0912 345 678", "+84 912.345.678", "(+84)912-345-678", "84912345678"] {
            assert_eq!(phone(text).unwrap().expose(), "+84912345678", "{text}");
        }
        assert_eq!(phone(" ").unwrap().expose(), "");
        for text in ["114", "call me", "0912345678901234"] {
            assert_eq!(phone(text), Err(RegisterError::BadPhone), "{text}");
        }
    }

    #[test]
    fn a_title_is_one_line_and_a_note_may_be_several() {
        assert_eq!(title("name", " Nhà bà Lan "), Ok("Nhà bà Lan".into()));
        assert_eq!(title("name", "  "), Err(RegisterError::Empty { field: "name" }));
        assert_eq!(title("name", "a\nb"), Err(RegisterError::BadText { field: "name" }));
        assert_eq!(title("name", &"ă".repeat(121)), Err(RegisterError::TooLong { field: "name", most: 120 }));
        assert_eq!(note("note", "a\r\nb"), Ok("a\nb".into()));
        assert_eq!(reason(" "), Err(RegisterError::NoReason));
    }
}
