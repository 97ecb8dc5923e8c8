//! Packets that came by UDP, put back into the order of their numbers.
//!
//! Promises: what is given on comes in order and each packet once; where some are missing the numbers say so, so that a gap
//! stays a gap. A packet waits for those before it no longer than [`PATIENCE`], and no more than [`MOST`] packets of
//! [`MOST_BYTES`] wait. One that is due is given on where it lies: no copy and no allocation. Another source, or a count that
//! leaps, is believed only after the one before has been silent for [`SILENCE`]: a forged packet changes nothing while the
//! camera sends.

use super::{Packet, packet};
use std::{collections::VecDeque, time::Duration};

/// How long a missing packet is waited for.
const PATIENCE: Duration = Duration::from_millis(200);
/// How many packets wait at the most.
const MOST: usize = 256;
/// How many bytes of them.
const MOST_BYTES: usize = 512 * 1024;
/// After so long without a packet the camera may have begun anew.
const SILENCE: Duration = Duration::from_millis(500);
/// As far ahead, some are missing; beyond, it is another count.
const AHEAD: u16 = 3_000;
/// As far behind, it is late or came twice.
const BEHIND: u16 = 1_000;

/// A packet that is not due yet.
struct Waiting {
    number: u16,
    since: Duration,
    bytes: Vec<u8>,
}

/// The order of one track's packets.
#[derive(Default)]
pub struct Order {
    /// The source, and the number that is due; none before the first packet.
    due: Option<(u32, u16)>,
    /// By their numbers.
    waiting: VecDeque<Waiting>,
    /// Of all that wait.
    bytes: usize,
    /// When the last one was taken.
    taken: Duration,
}

impl Order {
    /// Takes a packet in, and gives on what is due; `now` never goes back. False if it is no packet at all.
    pub fn take(&mut self, bytes: &[u8], now: Duration, give: &mut impl FnMut(&[u8])) -> bool {
        let Ok(packet) = packet(bytes) else { return false };
        if let Some(ahead) = self.ahead(&packet, now, give) {
            self.taken = now;
            if ahead == 0 {
                give(bytes);
                self.due = Some((packet.ssrc, packet.sequence.wrapping_add(1)));
                self.go_on(give);
            } else {
                self.keep(packet.sequence, ahead, bytes, now);
                while self.waiting.len() > MOST || self.bytes > MOST_BYTES {
                    self.skip(give);
                }
            }
        }
        true
    }

    /// Time passes: what was waited for too long is not waited for any more.
    pub fn pass(&mut self, now: Duration, give: &mut impl FnMut(&[u8])) {
        while self.waiting.front().is_some_and(|first| now.saturating_sub(first.since) >= PATIENCE) {
            self.skip(give);
        }
    }

    /// How far ahead of what is due a packet is; none if it is not to be taken.
    fn ahead(&mut self, packet: &Packet<'_>, now: Duration, give: &mut impl FnMut(&[u8])) -> Option<u16> {
        let Some((source, due)) = self.due else { return Some(0) };
        let ahead = packet.sequence.wrapping_sub(due);
        let same = packet.ssrc == source;
        match ahead {
            ..=AHEAD if same => Some(ahead),
            _ if same && ahead.wrapping_neg() <= BEHIND => None,
            _ if now.saturating_sub(self.taken) < SILENCE => None,
            _ => {
                while !self.waiting.is_empty() {
                    self.skip(give);
                }
                Some(0)
            }
        }
    }

    fn keep(&mut self, number: u16, ahead: u16, bytes: &[u8], now: Duration) {
        let due = number.wrapping_sub(ahead);
        let place = self.waiting.partition_point(|one| one.number.wrapping_sub(due) < ahead);
        if self.waiting.get(place).is_none_or(|one| one.number != number) {
            self.bytes += bytes.len();
            self.waiting.insert(place, Waiting { number, since: now, bytes: bytes.to_vec() });
        }
    }

    /// Gives on those that are due.
    fn go_on(&mut self, give: &mut impl FnMut(&[u8])) {
        let Some((_, due)) = &mut self.due else { return };
        while let Some(first) = self.waiting.pop_front_if(|first| first.number == *due) {
            self.bytes -= first.bytes.len();
            give(&first.bytes);
            *due = due.wrapping_add(1);
        }
    }

    /// What is missing before the first that waits is waited for no longer.
    fn skip(&mut self, give: &mut impl FnMut(&[u8])) {
        if let (Some((_, due)), Some(first)) = (&mut self.due, self.waiting.front()) {
            *due = first.number;
            self.go_on(give);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: [u16; 0] = [];

    fn bytes(ssrc: u32, number: u16) -> Vec<u8> {
        let mut bytes = vec![0x80, 96];
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&ssrc.to_be_bytes());
        bytes
    }

    fn take(order: &mut Order, ssrc: u32, number: u16, millis: u64) -> Vec<u16> {
        let mut given = Vec::new();
        let mut give = |bytes: &[u8]| given.push(packet(bytes).unwrap().sequence);
        let now = Duration::from_millis(millis);
        assert!(order.take(&bytes(ssrc, number), now, &mut give));
        order.pass(now, &mut give);
        given
    }

    fn all(numbers: impl IntoIterator<Item = u16>) -> Vec<u16> {
        let mut order = Order::default();
        numbers.into_iter().flat_map(|number| take(&mut order, 1, number, 0)).collect()
    }

    #[test]
    fn packets_come_out_in_the_order_of_their_numbers_and_once() {
        assert_eq!(all([7, 9, 8, 10]), [7, 8, 9, 10]);
        assert_eq!(all([65_534, 1, 0, 65_535, 2]), [65_534, 65_535, 0, 1, 2]);
        assert_eq!(all([7, 8, 8, 7, 10, 10, 9, 9, 11]), [7, 8, 9, 10, 11]);
        assert_eq!(all([7, 11, 9, 10, 8]), [7, 8, 9, 10, 11]);
    }

    #[test]
    fn what_never_comes_is_waited_for_a_while_and_leaves_a_gap() {
        let mut order = Order::default();
        assert_eq!(take(&mut order, 1, 7, 0), [7]);
        assert_eq!(take(&mut order, 1, 9, 10), NONE);
        assert_eq!(take(&mut order, 1, 12, 150), NONE);
        assert_eq!(take(&mut order, 1, 10, 210), [9, 10]);
        assert_eq!(take(&mut order, 1, 8, 220), NONE, "too late");
        assert_eq!(take(&mut order, 1, 13, 350), [12, 13]);
        assert_eq!(order.bytes, 0);
    }

    #[test]
    fn no_more_waits_than_there_is_room_for() {
        let mut order = Order::default();
        take(&mut order, 1, 0, 0);
        let given: Vec<_> = (2..1_000).flat_map(|number| take(&mut order, 1, number, 0)).collect();
        assert_eq!(given, (2..1_000).collect::<Vec<_>>(), "all but the one that is missing");
        take(&mut order, 1, 1_000, 0);
        let mut large = bytes(1, 0);
        large.resize(60_000, 0);
        let mut given = 0;
        for number in 1_002..1_020_u16 {
            large[2..4].copy_from_slice(&number.to_be_bytes());
            assert!(order.take(&large, Duration::ZERO, &mut |_| given += 1));
            assert!(order.bytes <= MOST_BYTES && order.waiting.len() <= MOST);
        }
        assert_eq!(given, 18);
    }

    #[test]
    fn a_forged_packet_changes_nothing_while_the_camera_sends() {
        let mut order = Order::default();
        for number in 0..100 {
            assert_eq!(take(&mut order, 1, number, u64::from(number) * 400), [number]);
            assert_eq!(take(&mut order, 2, number + 1, u64::from(number) * 400 + 100), NONE);
            assert_eq!(take(&mut order, 1, number + 30_000, u64::from(number) * 400 + 200), NONE);
        }
    }

    #[test]
    fn a_camera_that_begins_anew_is_believed_once_it_was_silent() {
        let mut order = Order::default();
        assert_eq!(take(&mut order, 1, 7, 0), [7]);
        assert_eq!(take(&mut order, 1, 9, 0), NONE);
        assert_eq!(take(&mut order, 2, 40_000, 499), [9], "its time is over");
        assert_eq!(take(&mut order, 2, 40_001, 500), [40_001]);
        assert_eq!(take(&mut order, 2, 40_002, 501), [40_002]);
        assert_eq!(take(&mut order, 2, 3, 1_500), [3], "another count");
    }

    #[test]
    fn what_is_no_packet_is_said_to_be_none() {
        let mut order = Order::default();
        for none in [&b""[..], b"\x80", &[0; 500], &[0xFF; 1_500]] {
            assert!(!order.take(none, Duration::ZERO, &mut |_| panic!("given on")));
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_given_in_order(
            came in proptest::collection::vec((0_u16..600, 0_u64..50), 0..600),
            first in any::<u16>(),
        ) {
            let (mut order, mut now, mut last) = (Order::default(), 0, None);
            for (number, millis) in came {
                now += millis;
                for given in take(&mut order, 1, first.wrapping_add(number), now) {
                    let after = last.map_or(1, |last| given.wrapping_sub(last));
                    prop_assert!(0 < after && after <= AHEAD + 1, "{given} after {last:?}");
                    last = Some(given);
                }
                prop_assert!(order.waiting.len() <= MOST && order.bytes <= MOST_BYTES);
            }
        }

        #[test]
        fn what_is_only_mixed_up_loses_nothing(
            places in proptest::collection::vec(0_usize..20, 300),
            first in any::<u16>(),
        ) {
            let sorted: Vec<u16> = (0..300).map(|number| first.wrapping_add(number)).collect();
            // The first stays: with it the count begins.
            let places = sorted.iter().zip(places).enumerate();
            let mut mixed: Vec<_> =
                places.map(|(at, (number, place))| (if at == 0 { 0 } else { at + place }, *number)).collect();
            mixed.sort_by_key(|(place, _)| *place);
            let numbers = mixed.into_iter().map(|(_, number)| number);
            prop_assert_eq!(all(numbers), sorted);
        }

        #[test]
        fn no_bytes_whatsoever_make_it_panic(
            came in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..40),
        ) {
            let mut order = Order::default();
            for bytes in came {
                order.take(&bytes, Duration::ZERO, &mut |_| {});
            }
        }
    }
}
