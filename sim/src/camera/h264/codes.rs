//! The variable-length codes of CAVLC that flat cells need: ITU-T H.264, tables 9-5 and 9-7 to 9-10, in its notation.

/// One code: its bits and how many they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

const fn code(text: &str) -> Code {
    let (text, mut bits, mut at) = (text.as_bytes(), 0, 0);
    while at < text.len() {
        bits = bits << 1 | (text[at] - b'0') as u16;
        at += 1;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the longest code has sixteen bits")]
    Code { bits, length: at as u8 }
}

const fn codes<const N: usize>(texts: [&str; N]) -> [Code; N] {
    let mut codes = [Code { bits: 0, length: 0 }; N];
    let mut at = 0;
    while at < N {
        codes[at] = code(texts[at]);
        at += 1;
    }
    codes
}

/// How many levels there are and how many of the last are ones, where no neighbour has any: by count (0 to 16), then by ones.
#[rustfmt::skip]
pub(super) static LUMA_COUNT: [[Code; 4]; 17] = [
    codes(["1", "", "", ""]),
    codes(["000101", "01", "", ""]),
    codes(["00000111", "000100", "001", ""]),
    codes(["000000111", "00000110", "0000101", "00011"]),
    codes(["0000000111", "000000110", "00000101", "000011"]),
    codes(["00000000111", "0000000110", "000000101", "0000100"]),
    codes(["0000000001111", "00000000110", "0000000101", "00000100"]),
    codes(["0000000001011", "0000000001110", "00000000101", "000000100"]),
    codes(["0000000001000", "0000000001010", "0000000001101", "0000000100"]),
    codes(["00000000001111", "00000000001110", "0000000001001", "00000000100"]),
    codes(["00000000001011", "00000000001010", "00000000001101", "0000000001100"]),
    codes(["000000000001111", "000000000001110", "00000000001001", "00000000001100"]),
    codes(["000000000001011", "000000000001010", "000000000001101", "00000000001000"]),
    codes(["0000000000001111", "000000000000001", "000000000001001", "000000000001100"]),
    codes(["0000000000001011", "0000000000001110", "0000000000001101", "000000000001000"]),
    codes(["0000000000000111", "0000000000001010", "0000000000001001", "0000000000001100"]),
    codes(["0000000000000100", "0000000000000110", "0000000000000101", "0000000000001000"]),
];

/// The same for the four levels of a chroma plane.
#[rustfmt::skip]
pub(super) static CHROMA_COUNT: [[Code; 4]; 5] = [
    codes(["01", "", "", ""]),
    codes(["000111", "1", "", ""]),
    codes(["000100", "000110", "001", ""]),
    codes(["000011", "0000011", "0000010", "000101"]),
    codes(["000010", "00000011", "00000010", "0000000"]),
];

/// How many zeros stand before the last level, of sixteen places: by count (1 to 15).
#[rustfmt::skip]
pub(super) static LUMA_ZEROS: [&[Code]; 15] = [
    &codes(["1", "011", "010", "0011", "0010", "00011", "00010", "000011", "000010", "0000011", "0000010",
        "00000011", "00000010", "000000011", "000000010", "000000001"]),
    &codes(["111", "110", "101", "100", "011", "0101", "0100", "0011", "0010", "00011", "00010", "000011", "000010",
        "000001", "000000"]),
    &codes(["0101", "111", "110", "101", "0100", "0011", "100", "011", "0010", "00011", "00010", "000001", "00001",
        "000000"]),
    &codes(["00011", "111", "0101", "0100", "110", "101", "100", "0011", "011", "0010", "00010", "00001", "00000"]),
    &codes(["0101", "0100", "0011", "111", "110", "101", "100", "011", "0010", "00001", "0001", "00000"]),
    &codes(["000001", "00001", "111", "110", "101", "100", "011", "010", "0001", "001", "000000"]),
    &codes(["000001", "00001", "101", "100", "011", "11", "010", "0001", "001", "000000"]),
    &codes(["000001", "0001", "00001", "011", "11", "10", "010", "001", "000000"]),
    &codes(["000001", "000000", "0001", "11", "10", "001", "01", "00001"]),
    &codes(["00001", "00000", "001", "11", "10", "01", "0001"]),
    &codes(["0000", "0001", "001", "010", "1", "011"]),
    &codes(["0000", "0001", "01", "1", "001"]),
    &codes(["000", "001", "1", "01"]),
    &codes(["00", "01", "1"]),
    &codes(["0", "1"]),
];

/// The same of the four places of a chroma plane: by count (1 to 3).
pub(super) static CHROMA_ZEROS: [&[Code]; 3] =
    [&codes(["1", "01", "001", "000"]), &codes(["1", "01", "00"]), &codes(["1", "0"])];

/// How many zeros stand right before a level: by how many are left (1 to 6, then all above).
#[rustfmt::skip]
pub(super) static RUN: [&[Code]; 7] = [
    &codes(["1", "0"]),
    &codes(["1", "01", "00"]),
    &codes(["11", "10", "01", "00"]),
    &codes(["11", "10", "01", "001", "000"]),
    &codes(["11", "10", "011", "010", "001", "000"]),
    &codes(["11", "000", "001", "011", "010", "101", "100"]),
    &codes(["111", "110", "101", "100", "011", "010", "001", "0001", "00001", "000001", "0000001", "00000001",
        "000000001", "0000000001", "00000000001"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The room that codes take of all there is, in 65536ths; none may begin another.
    fn room<'a>(codes: impl Iterator<Item = &'a Code>) -> u32 {
        let codes: Vec<&Code> = codes.filter(|code| code.length > 0).collect();
        for (n, one) in codes.iter().enumerate() {
            for other in codes.iter().skip(n + 1) {
                let shared = one.length.min(other.length);
                assert_ne!(one.bits >> (one.length - shared), other.bits >> (other.length - shared));
            }
        }
        codes.iter().map(|code| 0x1_0000 >> code.length).sum()
    }

    #[test]
    fn no_code_begins_another_and_the_short_tables_leave_no_room() {
        assert!(room(LUMA_COUNT.iter().flatten()) <= 0x1_0000);
        assert!(room(CHROMA_COUNT.iter().flatten()) <= 0x1_0000);
        for table in LUMA_ZEROS.iter().skip(1).chain(&CHROMA_ZEROS).chain(&RUN[..6]) {
            assert_eq!(room(table.iter()), 0x1_0000);
        }
        assert!(room(LUMA_ZEROS[0].iter()) < 0x1_0000 && room(RUN[6].iter()) < 0x1_0000);
    }
}
