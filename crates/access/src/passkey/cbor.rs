//! CBOR, as much as authenticators write: definite lengths, no tags, no floats.

/// Most values inside values.
const MAX_DEPTH: usize = 8;

/// Most members of one array or map.
const MAX_MEMBERS: u64 = 64;

/// A value, borrowing from the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cbor<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Cbor<'a>>),
    Map(Vec<(Cbor<'a>, Cbor<'a>)>),
    /// false, true, null, undefined.
    Simple(u8),
}

impl<'a> Cbor<'a> {
    /// The first value of a message, and what follows it. `None`: not the CBOR that authenticators write.
    pub(super) fn read(message: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut reader = Reader { rest: message };
        let value = reader.value(MAX_DEPTH)?;
        Some((value, reader.rest))
    }

    /// The member of a map under a key.
    pub(super) fn get(&self, key: &Cbor<'_>) -> Option<&Cbor<'a>> {
        match self {
            Self::Map(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<Cbor<'a>> {
        let depth = depth.checked_sub(1)?;
        let (major, argument) = self.head()?;
        Some(match major {
            0 => Cbor::Int(i64::try_from(argument).ok()?),
            1 => Cbor::Int(-1 - i64::try_from(argument).ok()?),
            2 => Cbor::Bytes(self.take(argument)?),
            3 => Cbor::Text(std::str::from_utf8(self.take(argument)?).ok()?),
            4 if argument <= MAX_MEMBERS => {
                Cbor::Array((0..argument).map(|_| self.value(depth)).collect::<Option<_>>()?)
            }
            5 if argument <= MAX_MEMBERS => {
                let member = |_| Some((self.value(depth)?, self.value(depth)?));
                let members: Vec<_> = (0..argument).map(member).collect::<Option<_>>()?;
                let twice = members
                    .iter()
                    .enumerate()
                    .any(|(n, (key, _))| members[..n].iter().any(|(other, _)| other == key));
                if twice {
                    return None;
                }
                Cbor::Map(members)
            }
            7 if (20..=23).contains(&argument) => Cbor::Simple(u8::try_from(argument).ok()?),
            _ => return None,
        })
    }

    /// The major type of the next value, and the number in its head.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let length = match first & 0x1f {
            small @ 0..=23 => return Some((first >> 5, u64::from(small))),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return None,
        };
        // Simple values stand in the first byte; what is longer is a float.
        if first >> 5 == 7 {
            return None;
        }
        let bytes = self.take(length)?;
        Some((first >> 5, bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))))
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn what_authenticators_write_is_read() {
        let message = hex("a301022001636b657943010203ff");
        let (value, rest) = Cbor::read(&message).unwrap();
        assert_eq!(value.get(&Cbor::Int(1)), Some(&Cbor::Int(2)));
        assert_eq!(value.get(&Cbor::Int(-1)), Some(&Cbor::Int(1)));
        assert_eq!(value.get(&Cbor::Text("key")).and_then(Cbor::bytes), Some(&[1, 2, 3][..]));
        assert_eq!(rest, [0xff]);
        assert_eq!(Cbor::read(&hex("3903e7")).unwrap().0, Cbor::Int(-1000));
        assert_eq!(
            Cbor::read(&hex("82f5f6")).unwrap().0,
            Cbor::Array(vec![Cbor::Simple(21), Cbor::Simple(22)])
        );
    }

    #[test]
    fn what_is_cut_short_endless_or_too_deep_is_refused() {
        for wrong in [
            "",
            "58",
            "5820ff",
            "5f41ff",
            "9fff",
            "bf",
            "f93c00",
            "c0",
            "1bffffffffffffffff",
            "a20102",
            "a201020103",
            "61ff",
            "9841",
        ] {
            assert_eq!(Cbor::read(&hex(wrong)), None, "{wrong}");
        }
        assert_eq!(Cbor::read(&[0x81; 100]), None);
        assert_eq!(Cbor::read(&hex("5bffffffffffffffff00")), None);
    }

    #[test]
    fn no_bytes_at_all_make_it_fall_over() {
        use liengia_kernel::{Entropy, SeededEntropy};
        let entropy = SeededEntropy::new(9);
        for _ in 0..20_000 {
            let length = usize::try_from(entropy.below(48)).unwrap();
            let mut bytes = vec![0; length];
            entropy.fill(&mut bytes);
            let _ = Cbor::read(&bytes);
        }
    }
}
