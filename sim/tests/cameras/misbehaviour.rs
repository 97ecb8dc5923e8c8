//! Each way in which a camera misbehaves, as a client sees it.

use crate::viewer::{Viewer, bad};
use liengia_sim::camera::Misbehaviour;
use std::{io, num::NonZeroU32, time::Duration};

// Each camera runs on the machine's clock: what it does after a moment is seen after that moment.
const MOMENT: Duration = Duration::from_millis(400);

#[test]
fn a_frozen_camera_says_nothing_and_keeps_the_connection() {
    let camera = bad(Misbehaviour { freeze_after: Some(MOMENT), ..Misbehaviour::default() });
    let mut viewer = Viewer::playing(&camera, "/cam1", 0);
    viewer.patience(2 * MOMENT);
    let mut last = viewer.media();
    let silence = loop {
        match viewer.packet() {
            Ok(packet) => last = packet,
            Err(error) => break error.kind(),
        }
    };
    assert!(matches!(silence, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{silence:?}");
    assert!(last.time() < 36_000, "no picture is later than the moment: {}", last.time());
    assert_eq!(viewer.ask("GET_PARAMETER", &camera.url(0), "").status, 200);
}

#[test]
fn a_camera_without_key_pictures_sends_none() {
    let camera = bad(Misbehaviour { no_key_pictures: true, ..Misbehaviour::default() });
    let mut viewer = Viewer::playing(&camera, "/cam1", 0);
    loop {
        let packet = viewer.media();
        assert_eq!(packet.kind(), 1);
        // Past the moment at which a good camera sends its second one.
        if packet.time() > 2 * 90_000 + 20_000 {
            break;
        }
    }
}

#[test]
fn a_camera_whose_time_leaps_back_leaps_once() {
    let camera = bad(Misbehaviour { timestamps_backwards_at: Some(MOMENT), ..Misbehaviour::default() });
    let mut viewer = Viewer::playing(&camera, "/cam1", 0);
    let mut time = viewer.media().time();
    let mut leaps = Vec::new();
    for _ in 0..60 {
        let step = viewer.media().time().wrapping_sub(time).cast_signed();
        time = time.wrapping_add_signed(step);
        if step < 0 {
            leaps.push(step);
        }
    }
    assert!(matches!(leaps[..], [leap] if (-900_000..-700_000).contains(&leap)), "{leaps:?}");
}

#[test]
fn a_camera_that_loses_packets_loses_every_nth() {
    let camera = bad(Misbehaviour { drop_every_nth_packet: NonZeroU32::new(10), ..Misbehaviour::default() });
    let mut viewer = Viewer::playing(&camera, "/cam1", 0);
    let mut before = viewer.media().sequence();
    let mut gaps = Vec::new();
    for n in 1..45 {
        let sequence = viewer.media().sequence();
        match sequence.wrapping_sub(before) {
            1 => {}
            2 => gaps.push(n),
            other => panic!("a step of {other}"),
        }
        before = sequence;
    }
    assert_eq!(gaps, [9, 18, 27, 36]);
}

#[test]
fn a_camera_that_changes_its_size_sends_new_parameter_sets() {
    let camera = bad(Misbehaviour { change_size_at: Some(MOMENT), ..Misbehaviour::default() });
    let mut viewer = Viewer::playing(&camera, "/cam1", 0);
    let mut sets: Vec<(u32, Vec<u8>)> = Vec::new();
    while sets.len() < 2 {
        let packet = viewer.media();
        if packet.kind() == 7 {
            sets.push((packet.time(), packet.bytes[12..].to_vec()));
        }
    }
    assert_ne!(sets[0].1, sets[1].1);
    // Before the moment at which a good camera repeats its own.
    assert!(sets[1].0 < 2 * 90_000 && sets[1].0 >= 36_000, "{}", sets[1].0);
    assert_eq!([viewer.media().kind(), viewer.media().kind()], [8, 5]);
}

#[test]
fn a_camera_that_closes_can_be_played_anew() {
    let camera = bad(Misbehaviour { close_after: Some(MOMENT), ..Misbehaviour::default() });
    for _ in 0..2 {
        let mut viewer = Viewer::playing(&camera, "/cam1", 0);
        let mut packets = 0;
        let end = loop {
            match viewer.packet() {
                Ok(_) => packets += 1,
                Err(error) => break error.kind(),
            }
        };
        assert_eq!((end, packets > 5), (io::ErrorKind::UnexpectedEof, true), "{packets}");
    }
}

#[test]
fn a_camera_that_never_answers_play_answers_all_else() {
    let camera = bad(Misbehaviour { never_answer_play: true, ..Misbehaviour::default() });
    let mut viewer = Viewer::connect(camera.address());
    viewer.set_up(&camera.url(0), 0);
    viewer.request("PLAY", &camera.url(0), "");
    let answer = viewer.ask("GET_PARAMETER", &camera.url(0), "");
    assert_eq!(answer.status, 200, "the first answer is to the second request");
    viewer.patience(MOMENT);
    assert!(viewer.packet().is_err(), "and nothing is played");
}

#[test]
fn a_camera_whose_clock_is_off_lies_in_its_reports() {
    let hour = 3_600_000;
    let lying = bad(Misbehaviour { clock_off_by: -hour, ..Misbehaviour::default() });
    let honest = bad(Misbehaviour::default());
    let [told, truth] =
        [&lying, &honest].map(|camera| Viewer::playing(camera, "/cam1", 0).report().report().0);
    assert!((truth - told - 3_600.0).abs() < 10.0, "{told} beside {truth}");
}
