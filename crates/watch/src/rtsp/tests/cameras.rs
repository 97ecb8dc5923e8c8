//! The dialogues in `cameras/`, whole and cut at every byte.

use super::Talk;
use std::{iter::Peekable, mem, str::Lines};

const CAMERAS: [(&str, &str); 5] = [
    ("hikvision", include_str!("cameras/hikvision.txt")),
    ("dahua", include_str!("cameras/dahua.txt")),
    ("axis", include_str!("cameras/axis.txt")),
    ("sloppy", include_str!("cameras/sloppy.txt")),
    ("gstreamer", include_str!("cameras/gstreamer.txt")),
];

/// Plays a fixture. What the camera says between two of our requests arrives in the parts that `cut` makes of it.
fn play(name: &str, fixture: &str, cut: impl Fn(usize) -> Vec<usize>) {
    let mut lines = fixture.lines().peekable();
    let url = lines.next().and_then(|line| line.strip_prefix("url ")).unwrap();
    let mut talk = Talk::new(url, lines.next_if(|line| *line == "sound").is_some());
    let end = if lines.next_if(|line| *line == "lf").is_some() { "\n" } else { "\r\n" };
    let (mut bytes, mut heard) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next() {
        let rest = line[1..].trim_start();
        match line.as_bytes()[0] {
            b'<' => bytes.extend_from_slice(&message(&block(rest, &mut lines, '<', end), end)),
            b'$' => bytes.extend_from_slice(&packet(rest)),
            b'!' => bytes.extend_from_slice(&hex(rest)),
            b'=' => heard.push(rest.to_owned()),
            _ => {
                let bytes = mem::take(&mut bytes);
                let mut from = 0;
                for to in cut(bytes.len()).into_iter().chain([bytes.len()]) {
                    talk.receive(&bytes[from..to]).unwrap();
                    from = to;
                }
            }
        }
        match line.as_bytes()[0] {
            b'>' => {
                let text = block(rest, &mut lines, '>', "\r\n");
                assert_eq!(talk.said(), text.replace(" 28\r\n", " 28\n"), "{name}");
            }
            b'@' => talk.at(rest.parse().unwrap()).unwrap(),
            b'e' => talk.session.end(),
            b'c' => {
                let counts = format!("{:?}", talk.session.counts());
                assert!(counts.contains(line.strip_prefix("count ").unwrap()), "{name}: {counts}");
            }
            _ => {}
        }
    }
    assert_eq!((talk.heard, talk.session.outgoing()), (heard, Vec::new()), "{name}");
}

/// The text of `first` and of the lines after it that begin with the same sign, each with this end.
fn block(first: &str, lines: &mut Peekable<Lines<'_>>, sign: char, end: &str) -> String {
    let mut text = first.to_owned() + end;
    while let Some(line) = lines.next_if(|line| line.starts_with(sign)) {
        text.extend([line[1..].trim_start(), end]);
    }
    text
}

fn message(text: &str, end: &str) -> Vec<u8> {
    let body = text.split_once(&end.repeat(2)).map_or(0, |(_, body)| body.len());
    text.replace("{length}", &body.to_string()).into_bytes()
}

fn packet(line: &str) -> Vec<u8> {
    let (channel, packet) = line.split_once(' ').unwrap_or((line, ""));
    let packet = hex(packet);
    let head = [b'$', channel.parse().unwrap(), 0, u8::try_from(packet.len()).unwrap()];
    [&head, packet.as_slice()].concat()
}

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.bytes().filter(|byte| *byte != b' ').collect();
    digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

#[test]
fn each_camera_is_set_up_played_and_left() {
    for (name, fixture) in CAMERAS {
        play(name, fixture, |_| Vec::new());
    }
}

#[test]
fn one_cut_at_any_byte_changes_nothing() {
    for (name, fixture) in CAMERAS {
        for at in 0..2000 {
            play(name, fixture, |length| vec![at.min(length)]);
        }
    }
}

#[test]
fn parts_of_any_size_change_nothing() {
    for (name, fixture) in CAMERAS {
        for size in (1..50).chain([100, 1000]) {
            play(name, fixture, |length| (0..length).step_by(size).collect());
        }
    }
}
