//! The numbers of one source's packets (RFC 3550, appendix A.1): what was lost, what came twice, what began anew.
//! Nothing is put back into order: over TCP nothing is out of order, and over UDP that is done before ([`super::Order`]).

use super::Packet;

/// A gap that is no loss but another count (`MAX_DROPOUT`).
const GAP: u16 = 3_000;
/// As far behind, a packet is late or repeated, and no new count (`MAX_MISORDER`).
const BEHIND: u16 = 100;

/// What a packet's number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is the one after the last, or the very first.
    InOrder,
    /// So many are missing before it. Tell the depacketiser, then take this one.
    Lost(u16),
    /// It was here before, or comes too late. Leave it out.
    Repeated,
    /// Another source or another count: the camera began anew. Give the open unit up and begin a new timeline.
    Restarted,
}

/// The count of one track's packets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequence {
    /// Source and number of the last packet.
    last: Option<(u32, u16)>,
}

impl Sequence {
    /// Judges the next packet. Only packets that should be taken move the count.
    pub fn see(&mut self, packet: &Packet<'_>) -> Seen {
        let seen = match self.last {
            None => Seen::InOrder,
            Some((ssrc, _)) if ssrc != packet.ssrc => Seen::Restarted,
            Some((_, last)) => match packet.sequence.wrapping_sub(last) {
                1 => Seen::InOrder,
                ahead @ 2..=GAP => Seen::Lost(ahead - 1),
                other if other == 0 || other.wrapping_neg() <= BEHIND => Seen::Repeated,
                _ => Seen::Restarted,
            },
        };
        if seen != Seen::Repeated {
            self.last = Some((packet.ssrc, packet.sequence));
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(numbers: &[(u32, u16)]) -> Vec<Seen> {
        let mut sequence = Sequence::default();
        let packet = |ssrc, sequence| Packet {
            sequence,
            ssrc,
            timestamp: 0,
            marker: false,
            payload_type: 96,
            payload: b"",
        };
        numbers.iter().map(|(ssrc, number)| sequence.see(&packet(*ssrc, *number))).collect()
    }

    #[test]
    fn the_count_goes_on_after_the_largest_number() {
        assert_eq!(seen(&[(1, 65_534), (1, 65_535), (1, 0), (1, 1)]), [Seen::InOrder; 4]);
    }

    #[test]
    fn missing_numbers_are_counted_across_the_wrap_too() {
        assert_eq!(seen(&[(1, 7), (1, 9)])[1], Seen::Lost(1));
        assert_eq!(seen(&[(1, 65_530), (1, 4)])[1], Seen::Lost(9));
    }

    #[test]
    fn a_late_or_repeated_packet_does_not_move_the_count() {
        let got = seen(&[(1, 7), (1, 7), (1, 9), (1, 8), (1, 10)]);
        assert_eq!(got, [Seen::InOrder, Seen::Repeated, Seen::Lost(1), Seen::Repeated, Seen::InOrder]);
    }

    #[test]
    fn another_source_or_a_leap_is_a_restart() {
        assert_eq!(seen(&[(1, 7), (2, 8), (2, 9)]), [Seen::InOrder, Seen::Restarted, Seen::InOrder]);
        assert_eq!(seen(&[(1, 7), (1, 40_000), (1, 40_001)])[1..], [Seen::Restarted, Seen::InOrder]);
        assert_eq!(seen(&[(1, 500), (1, 3)])[1], Seen::Restarted);
    }
}
