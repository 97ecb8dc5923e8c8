//! Pictures that come behind a file's first key picture and are shown before it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod recording;

use liengia_watch::{
    live::Piece,
    record::{Chain, Intake, Moment, Waiting},
    rtp::packet,
    rtsp::Heard,
    segment::Buffers,
};
use recording::{format, packets};
use std::time::Duration;

#[test]
fn what_leads_a_files_first_picture_is_left_out_and_counted() {
    let (formats, mut packets) = ([format("h264_baseline")], packets("h264_baseline"));
    let first = packet(&packets[0]).unwrap().timestamp;
    let second =
        packets.iter().map(|bytes| packet(bytes).unwrap().timestamp).find(|time| *time != first).unwrap();
    for bytes in packets.iter_mut().filter(|bytes| packet(bytes).unwrap().timestamp == second) {
        bytes[4..8].copy_from_slice(&first.wrapping_sub(3_600).to_be_bytes());
    }
    let mut intake = Intake::new(Buffers::new(1), Duration::from_mins(10), Waiting::default());
    intake.watch(true);
    let (now, mut out) = (Moment { elapsed: Duration::from_secs(1), wall_us: 0 }, Vec::new());
    intake.hear(Heard::Playing(&formats), now, &mut out);
    for bytes in &packets {
        intake.hear(Heard::Rtp { track: 0, packet: bytes }, now, &mut out);
    }
    let pieces = std::mem::take(intake.pieces().unwrap());
    intake.end(&mut out);
    assert_eq!(intake.taken().left_out, 1);
    let fragment = Chain::default().seal([1; 16], out.remove(0), [None; 2], false).unwrap();
    let shown = liengia_watch::fmp4::boxes(fragment.media()).next().unwrap().unwrap();
    let samples = liengia_watch::fmp4::samples(shown.content).unwrap();
    assert_eq!(samples.iter().filter(|sample| sample.presentation == 0).count(), 1, "only the first");
    let watched = pieces.iter().filter(|piece| matches!(piece, Piece::Picture { .. })).count() as u64;
    assert_eq!(watched, intake.taken().pictures);
}
