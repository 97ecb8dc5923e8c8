//! RTCP as far as a recorder needs it (RFC 3550, 6): sender reports and goodbyes in, the shortest report out.
//!
//! Promises: reads compound packets to their end or to the first part that does not fit, and skips what it does not
//! know. It never reports loss: over TCP there is none, and a camera that is told of any sends worse pictures.

/// What a part of a compound packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Report {
    /// A moment on both clocks (6.4.1): NTP as sent, and in units of the RTP clock.
    Clock { ntp: u64, timestamp: u32 },
    /// The source leaves (6.6).
    Bye,
}

/// The parts of a compound packet that matter.
pub(super) fn reports(mut packet: &[u8]) -> impl Iterator<Item = Report> {
    std::iter::from_fn(move || {
        loop {
            let [first, kind, high, low, ..] = packet else { return None };
            let words = usize::from(u16::from_be_bytes([*high, *low]));
            let (part, rest) = packet.split_at_checked(4 * (words + 1)).filter(|_| first >> 6 == 2)?;
            packet = rest;
            match *kind {
                200 => {
                    if let Some(clock) = clock(part) {
                        return Some(clock);
                    }
                }
                203 => return Some(Report::Bye),
                _ => {}
            }
        }
    })
}

fn clock(part: &[u8]) -> Option<Report> {
    let ntp = part.get(8..16)?.try_into().ok()?;
    let timestamp = part.get(16..20)?.try_into().ok()?;
    Some(Report::Clock { ntp: u64::from_be_bytes(ntp), timestamp: u32::from_be_bytes(timestamp) })
}

/// A receiver report without blocks (6.4.2) and the name that must go with it (6.5.1). Some cameras end a session in
/// which none arrives.
pub(super) fn receiver_report(ssrc: u32) -> Vec<u8> {
    let ssrc_bytes = ssrc.to_be_bytes();
    let mut packet = vec![0x80, 201, 0, 1];
    packet.extend_from_slice(&ssrc_bytes);
    packet.extend_from_slice(&[0x81, 202, 0, 4]);
    packet.extend_from_slice(&ssrc_bytes);
    packet.extend_from_slice(&[1, 8]);
    packet.extend_from_slice(format!("{ssrc:08x}").as_bytes());
    packet.extend_from_slice(&[0, 0]);
    packet
}

/// The same, ready for its channel of the connection.
pub(super) fn interleaved(channel: u8, report: &[u8]) -> Vec<u8> {
    let length = u16::try_from(report.len()).unwrap_or(0).to_be_bytes();
    [&[b'$', channel], &length[..], report].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A sender report with one block, a source description, a goodbye.
    const COMPOUND: [u8; 72] = [
        0x81, 200, 0, 12, 1, 2, 3, 4, 0xE0, 0, 0, 1, 0x80, 0, 0, 0, 0, 1, 0x5F, 0x90, 0, 0, 0, 9, 0, 0, 9, 9,
        5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x81, 202, 0, 2, 1, 2, 3, 4,
        1, 1, b'a', 0, 0x81, 203, 0, 1, 1, 2, 3, 4,
    ];

    #[test]
    fn a_compound_packet_is_read_to_its_end() {
        let read: Vec<_> = reports(&COMPOUND).collect();
        assert_eq!(read, [Report::Clock { ntp: 0xE000_0001_8000_0000, timestamp: 90_000 }, Report::Bye]);
    }

    #[test]
    fn a_part_that_does_not_fit_ends_the_reading() {
        assert_eq!(reports(&COMPOUND[..71]).count(), 1);
        assert_eq!(reports(&COMPOUND[..51]).count(), 0);
        assert_eq!(
            reports(&[0x80, 200, 0, 1, 1, 2, 3, 4, 0x80, 203, 0, 0]).collect::<Vec<_>>(),
            [Report::Bye]
        );
        assert_eq!(reports(&[0x40, 203, 0, 0]).count(), 0, "another version");
    }

    #[test]
    fn our_report_is_a_valid_compound_packet() {
        let packet = interleaved(3, &receiver_report(0xDEAD_BEEF));
        assert_eq!((packet.len(), &packet[..4]), (32, &[b'$', 3, 0, 28][..]));
        let (report, name) = packet[4..].split_at(8);
        assert_eq!(report, [0x80, 201, 0, 1, 0xDE, 0xAD, 0xBE, 0xEF]);
        assert_eq!(name.len(), 4 * (4 + 1));
        assert_eq!(&name[..10], [0x81, 202, 0, 4, 0xDE, 0xAD, 0xBE, 0xEF, 1, 8]);
    }

    proptest! {
        #[test]
        fn no_bytes_whatsoever_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(reports(&bytes).count() <= 50);
        }
    }
}
