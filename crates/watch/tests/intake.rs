//! Recorded streams through the intake: what comes out are files that verify and that ffprobe reads without a word.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod peers;
mod recording;

use liengia_watch::{
    fmp4::Track,
    media::Codec,
    record::{Chain, Filled, Intake, Moment, Stuck, Waiting},
    rtp::packet,
    rtsp::{Format, Heard},
    segment::{Buffers, verify, walk},
};
use recording::{format, packets};
use std::{fs, path::Path, process::Command, sync::Arc, time::Duration};

const BEGAN_US: i64 = 1_790_000_000_000_000;
const CAMERA: [u8; 16] = [7; 16];

struct Camera {
    intake: Intake,
    out: Vec<Filled>,
    /// How far the wall clock was set.
    set_us: i64,
    first: Option<u32>,
    elapsed: Duration,
}

impl Camera {
    fn new() -> Self {
        let intake = Intake::new(Buffers::new(4), Duration::from_mins(10), Waiting::default());
        Self { intake, out: Vec::new(), set_us: 0, first: None, elapsed: Duration::from_secs(1) }
    }

    fn now(&self) -> Moment {
        let since = i64::try_from(self.elapsed.as_micros()).unwrap();
        Moment { elapsed: self.elapsed, wall_us: BEGAN_US + self.set_us + since }
    }

    fn hear(&mut self, heard: Heard<'_>) {
        self.intake.hear(heard, self.now(), &mut self.out);
    }

    /// The packets at the time at which they are due.
    fn play(&mut self, formats: &[Format], packets: &[Vec<u8>]) {
        self.hear(Heard::Playing(formats));
        self.first = None;
        for bytes in packets {
            let timestamp = packet(bytes).unwrap().timestamp;
            let first = *self.first.get_or_insert(timestamp);
            let since = timestamp.wrapping_sub(first).cast_signed().max(0);
            let due = Duration::from_secs_f64(f64::from(since) / f64::from(formats[0].clock_rate));
            self.elapsed = self.elapsed.max(Duration::from_secs(1) + due);
            self.hear(Heard::Rtp { track: 0, packet: bytes });
        }
    }

    fn end(&mut self) {
        self.intake.end(&mut self.out);
    }

    /// The files as they would be written.
    fn bytes(&mut self) -> Vec<Vec<u8>> {
        let mut files: Vec<Vec<u8>> = Vec::new();
        let (mut chain, mut open, mut decoded) = (Chain::default(), None, [None; 2]);
        for filled in self.out.drain(..) {
            let file = filled.file.clone();
            if !open.as_ref().is_some_and(|open| Arc::ptr_eq(open, &file)) {
                decoded = [None; 2];
                files.push(file.init.clone());
                open = Some(file);
            }
            let fragment = chain.seal(CAMERA, filled, decoded, false).unwrap();
            files.last_mut().unwrap().extend_from_slice(fragment.bytes());
            (chain, decoded) = (Chain::after(&fragment), fragment.decoded);
        }
        files
    }
}

/// Key flags of the pictures that ffprobe finds in the file, about which it must not say a word.
fn probed(name: &str, bytes: &[u8]) -> Vec<bool> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("intake-{name}.mp4"));
    fs::write(&path, bytes).unwrap();
    let said = Command::new("ffprobe")
        .args(["-v", "warning", "-of", "csv=p=0", "-show_entries", "packet=flags"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{name}");
    let text = String::from_utf8(said.stdout).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(|line| line.starts_with('K')).collect()
}

#[test]
fn every_picture_of_a_camera_is_in_a_file_that_verifies_and_plays() {
    if peers::no_ffmpeg("every_picture_of_a_camera_is_in_a_file_that_verifies_and_plays") {
        return;
    }
    for name in ["h264_1080", "h264_b_frames", "h264_slices", "h264_baseline", "h265_1080", "h265_in_band"] {
        let mut camera = Camera::new();
        camera.play(&[format(name)], &packets(name));
        camera.end();
        let files = camera.bytes();
        assert_eq!(files.len(), 1, "{name}");
        let verified = verify(files.iter().map(Vec::as_slice), Some([0; 32])).unwrap();
        assert_eq!(verified.files, 1);
        let units = fs::read_to_string(recording::file(&format!("{name}.units"))).unwrap();
        let keys: Vec<_> =
            units.lines().filter(|line| !line.is_empty()).map(|line| line.contains(",K")).collect();
        assert_eq!(probed(name, &files[0]), keys, "{name}");
        assert_eq!(camera.intake.taken().pictures, keys.len() as u64);
        assert_eq!(camera.intake.taken().left_out, 0);
        let begun: Vec<_> = walk(&files[0][..]).map(|one| one.unwrap().header.key).collect();
        assert!(!begun.is_empty() && begun.iter().all(|key| *key), "{name}: each begins with a key picture");
    }
}

#[test]
fn after_a_lost_connection_the_chain_goes_on_in_a_new_file_and_says_that_something_is_missing() {
    let mut camera = Camera::new();
    let (formats, packets) = ([format("h264_baseline")], packets("h264_baseline"));
    camera.play(&formats, &packets);
    camera.end();
    camera.elapsed += Duration::from_mins(1);
    camera.play(&formats, &packets);
    camera.end();
    let files = camera.bytes();
    assert_eq!(files.len(), 2);
    let verified = verify(files.iter().map(Vec::as_slice), Some([0; 32])).unwrap();
    assert_eq!(verified.files, 2);
    let gaps = |file: &[u8]| walk(file).map(|one| one.unwrap().header.gap).collect::<Vec<_>>();
    assert!(gaps(&files[0]).iter().all(|gap| !gap));
    assert!(gaps(&files[1])[0] && gaps(&files[1])[1..].iter().all(|gap| !gap));
}

#[test]
fn a_lost_packet_costs_its_picture_and_is_counted() {
    let (formats, mut packets) = ([format("h264_baseline")], packets("h264_baseline"));
    let mut whole = Camera::new();
    whole.play(&formats, &packets);
    packets.remove(packets.len() / 2);
    let mut camera = Camera::new();
    camera.play(&formats, &packets);
    camera.end();
    whole.end();
    assert_eq!(camera.intake.taken().lost_packets, 1);
    assert_eq!(camera.intake.taken().pictures, whole.intake.taken().pictures - 1);
    let files = camera.bytes();
    assert_eq!(verify(files.iter().map(Vec::as_slice), None).unwrap().files, 1);
}

#[test]
fn when_the_nodes_clock_is_set_a_new_file_begins_at_the_next_key_picture() {
    let (formats, packets) = ([format("h264_baseline")], packets("h264_baseline"));
    let half = packets.len() / 2;
    let mut camera = Camera::new();
    camera.play(&formats, &packets[..half]);
    camera.set_us = 3_600_000_000;
    // Files are kept apart.
    camera.elapsed += Duration::from_secs(6);
    for bytes in &packets[half..] {
        camera.hear(Heard::Rtp { track: 0, packet: bytes });
    }
    camera.end();
    let files = camera.bytes();
    assert_eq!(files.len(), 2);
    let walls: Vec<_> =
        files.iter().map(|file| walk(&file[..]).next().unwrap().unwrap().header.wall_us).collect();
    assert!(walls[1] - walls[0] > 3_599_000_000, "{walls:?}");
    assert!(!walk(&files[1][..]).next().unwrap().unwrap().header.gap, "nothing is missing");
}

#[test]
fn a_stream_that_begins_in_the_middle_is_recorded_from_its_first_key_picture() {
    let (formats, packets) = ([format("h264_baseline")], packets("h264_baseline"));
    let mut camera = Camera::new();
    camera.play(&formats, &packets[3..]);
    camera.end();
    let files = camera.bytes();
    assert!(walk(&files[0][..]).next().unwrap().unwrap().header.key);
    assert!(camera.intake.taken().left_out > 0);
}

#[test]
fn when_was_it_taken_follows_the_pictures_and_not_the_moment_they_were_read() {
    let (formats, packets) = ([format("h264_baseline")], packets("h264_baseline"));
    let mut camera = Camera::new();
    camera.play(&formats, &packets);
    camera.end();
    let files = camera.bytes();
    let infos: Vec<_> = walk(&files[0][..]).map(Result::unwrap).collect();
    let mut due = infos[0].header.wall_us;
    for info in infos {
        assert!((info.header.wall_us - due).abs() < 2_000, "{} {due}", info.header.wall_us);
        due += i64::try_from(info.duration).unwrap() * 1_000_000 / 90_000;
    }
}

#[test]
fn a_camera_that_says_goodbye_or_sends_nothing_to_record_is_given_up() {
    let formats = [format("h264_baseline")];
    let mut camera = Camera::new();
    camera.hear(Heard::Playing(&formats));
    assert_eq!(camera.intake.stuck(camera.now()), None);
    camera.elapsed += Duration::from_secs(31);
    assert_eq!(camera.intake.stuck(camera.now()), Some(Stuck::NoPictures));
    camera.hear(Heard::Ended);
    assert_eq!(camera.intake.stuck(camera.now()), Some(Stuck::Goodbye));
    camera.hear(Heard::Playing(&formats));
    assert_eq!(camera.intake.stuck(camera.now()), None);
    let interleaved = Format { fmtp: vec![("packetization-mode".into(), "2".into())], ..format("h264_1080") };
    camera.hear(Heard::Playing(&[interleaved]));
    assert!(matches!(camera.intake.stuck(camera.now()), Some(Stuck::Unsupported(_))));
}

#[test]
fn a_camera_whose_time_leaps_all_the_while_fills_no_disk_with_files() {
    let (formats, packets) = ([format("h264_baseline")], packets("h264_baseline"));
    let mut camera = Camera::new();
    camera.hear(Heard::Playing(&formats));
    // A hundred times from the beginning, each an hour of the camera's later than the one before, within seconds.
    for round in 0..100_u32 {
        for bytes in &packets[..20] {
            let mut bytes = bytes.clone();
            let time = packet(&bytes).unwrap().timestamp.wrapping_add(round.wrapping_mul(3_600 * 90_000));
            bytes[4..8].copy_from_slice(&time.to_be_bytes());
            camera.hear(Heard::Rtp { track: 0, packet: &bytes });
        }
        camera.elapsed += Duration::from_millis(100);
    }
    camera.end();
    assert!(camera.bytes().len() <= 3, "{}", camera.bytes().len());
}

#[test]
fn a_camera_of_key_pictures_only_makes_no_flood_of_fragments() {
    let (formats, packets) = ([format("h264_baseline")], packets("h264_baseline"));
    let first = packet(&packets[0]).unwrap().timestamp;
    let key: Vec<_> = packets.iter().filter(|bytes| packet(bytes).unwrap().timestamp == first).collect();
    let mut camera = Camera::new();
    camera.hear(Heard::Playing(&formats));
    for picture in 0..250_u16 {
        for (place, bytes) in (0_u16..).zip(&key) {
            let mut bytes = (*bytes).clone();
            let many = u16::try_from(key.len()).unwrap();
            bytes[2..4].copy_from_slice(&(picture * many + place).to_be_bytes());
            bytes[4..8].copy_from_slice(&(u32::from(picture) * 3_600).to_be_bytes());
            camera.hear(Heard::Rtp { track: 0, packet: &bytes });
        }
        camera.elapsed += Duration::from_millis(40);
    }
    camera.end();
    assert_eq!(camera.intake.taken().pictures, 250);
    let files = camera.bytes();
    let fragments = walk(&files[0][..]).count();
    assert!((10..=40).contains(&fragments), "{fragments}");
}

/// 20 ms of sound.
fn sound(number: u16) -> Vec<u8> {
    let mut packet = vec![0x80, 8];
    packet.extend_from_slice(&number.to_be_bytes());
    packet.extend_from_slice(&(u32::from(number) * 160 + 77_000).to_be_bytes());
    packet.extend_from_slice(&[9; 4]);
    packet.extend_from_slice(&[0xD5; 160]);
    packet
}

#[test]
fn sound_keeps_to_the_pictures_from_file_to_file() {
    let pcma =
        Format { codec: Codec::Pcma, payload_type: 8, clock_rate: 8_000, channels: 1, fmtp: Vec::new() };
    let (formats, packets) = ([format("h264_baseline"), pcma], packets("h264_baseline"));
    let begins = packet(&packets[0]).unwrap().timestamp;
    let mut camera = Camera::new();
    camera.hear(Heard::Playing(&formats));
    let (mut numbers, mut sounded) = (0_u16.., 0);
    for (place, bytes) in packets.iter().enumerate() {
        let since = packet(bytes).unwrap().timestamp.wrapping_sub(begins).cast_signed().max(0);
        while sounded < since / 90 {
            camera.hear(Heard::Rtp { track: 1, packet: &sound(numbers.next().unwrap()) });
            sounded += 20;
        }
        camera.hear(Heard::Rtp { track: 0, packet: bytes });
        if place == packets.len() / 2 {
            (camera.set_us, camera.elapsed) = (7_000_000, camera.elapsed + Duration::from_secs(6));
        }
    }
    camera.end();
    let files = camera.bytes();
    assert_eq!(files.len(), 2, "the clock was set");
    for file in &files {
        let samples: Vec<_> = walk(&file[..]).flat_map(|one| one.unwrap().samples).collect();
        let times = |track, rate| {
            let ours = samples.iter().filter(move |one| one.track == track);
            ours.map(move |one| one.presentation * 1_000 / rate).collect::<Vec<_>>()
        };
        let (pictures, sound) = (times(Track::Pictures, 90_000), times(Track::Sound, 8_000));
        assert!(sound.len() > 10);
        assert!(sound.windows(2).all(|pair| pair[1] - pair[0] == 20), "{sound:?}");
        assert!(
            sound[0] <= 100 && sound[sound.len() - 1] <= pictures.iter().max().unwrap() + 100,
            "{sound:?}"
        );
    }
}
