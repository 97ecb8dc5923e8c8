//! Real streams through the builder, and what ffprobe and ffmpeg make of the file.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod peers;
mod stream;

use liengia_watch::{
    fmp4::{Between, Track, init, live},
    media::Codec,
    segment::{Buffers, Builder, Fragment, Header, hash_of, tail, verify, walk},
};
use std::{fs, path::PathBuf, sync::Arc};
use stream::{Packet, Stream, ffmpeg, probe};

const CAMERA: [u8; 16] = [9; 16];

/// A recorded file, and its fragments.
struct Recorded {
    path: PathBuf,
    init: Vec<u8>,
    fragments: Vec<Arc<Fragment>>,
}

/// Records streams as a camera's session would: packets in the order of their arrival, a fragment from key picture to
/// key picture but of no more than `most` samples, in buffers that go round.
fn record(name: &str, streams: &[&Stream], most: usize) -> Recorded {
    let parameters: Vec<_> = streams.iter().map(|stream| stream.parameters.clone()).collect();
    let init = init(&parameters);
    let mut packets: Vec<(Track, &Packet, i64)> = Vec::new();
    for stream in streams {
        let rate = i64::from(stream.parameters.clock_rate);
        packets
            .extend(stream.packets.iter().map(|one| (stream.track(), one, one.arrival * 1_000_000 / rate)));
    }
    packets.sort_by_key(|one| one.2);
    let buffers = Buffers::new(2);
    let mut builder = Builder::new(&buffers, 400_000);
    let mut fragments: Vec<Arc<Fragment>> = Vec::new();
    let mut samples = 0;
    let header = |number: usize, previous| Header {
        camera: CAMERA,
        number: number as u64,
        wall_us: 1_790_000_000_000_000 + 2_000_000 * i64::try_from(number).unwrap(),
        previous,
        init: hash_of(&init),
        key: false,
        gap: false,
    };
    let close = |builder: Builder, fragments: &mut Vec<Arc<Fragment>>, until| {
        let between = Between { after: fragments.last().map_or([None; 2], |last| last.decoded), until };
        let previous = fragments.last().map_or([0; 32], |last| last.hash);
        fragments.push(Arc::new(builder.close(header(fragments.len(), previous), between).unwrap()));
    };
    for (place, (track, packet, _)) in packets.iter().enumerate() {
        builder.payload(packet.bytes.len()).extend_from_slice(&packet.bytes);
        let full = builder.is_full() || samples == most;
        samples += 1;
        if full || *track == Track::Pictures && packet.key && !builder.is_empty() {
            let mut next = Builder::new(&buffers, 400_000);
            builder.split_last(packet.bytes.len(), &mut next);
            let first = |track| packets[place..].iter().find(|one| one.0 == track).map(|one| one.1.time);
            samples = 1;
            close(
                std::mem::replace(&mut builder, next),
                &mut fragments,
                [first(Track::Pictures), first(Track::Sound)],
            );
        }
        builder.sample(*track, packet.time, packet.bytes.len(), packet.key).unwrap();
    }
    close(builder, &mut fragments, [None; 2]);
    let path = stream::folder().join(format!("{name}.mp4"));
    let mut bytes = init.clone();
    for fragment in &fragments {
        bytes.extend_from_slice(fragment.bytes());
    }
    fs::write(&path, bytes).unwrap();
    Recorded { path, init, fragments }
}

/// What ffprobe sees in a file is what was put in, picture by picture; nobody warns; it can be copied and cut.
fn plays(name: &str, streams: &[&Stream], most: usize) -> Recorded {
    let recorded = record(name, streams, most);
    let path = recorded.path.to_str().unwrap();
    for (place, stream) in streams.iter().enumerate() {
        let seen = probe(path, place);
        assert_eq!(seen.len(), stream.packets.len(), "{name}, stream {place}");
        // ffmpeg shows a track with negative composition offsets later by the most negative one, all of it alike.
        let later = seen[0].time - stream.packets[0].time;
        assert!(later == 0 || stream.reordered(), "{name}, stream {place} is {later} late");
        for (seen, put) in seen.iter().zip(&stream.packets) {
            assert_eq!(
                (seen.time - later, seen.key, seen.size),
                (put.time, put.key, put.bytes.len()),
                "{name}"
            );
        }
    }
    ffmpeg(&["-i", path, "-map", "0", "-f", "null", "-"]);
    let g711 = streams.iter().any(|one| matches!(one.parameters.codec, Codec::Pcmu | Codec::Pcma));
    let copy = format!("{path}.copy.{}", if g711 { "mov" } else { "mp4" });
    ffmpeg(&["-i", path, "-map", "0", "-c", "copy", &copy]);
    for (place, stream) in streams.iter().enumerate().filter(|(place, _)| *place == 0 || !g711) {
        let seen = probe(&copy, place);
        assert_eq!(seen.len(), stream.packets.len(), "{name}, copied");
        assert!(seen.iter().zip(&stream.packets).all(|(seen, put)| seen.size == put.bytes.len()));
    }
    if !name.starts_with("open") {
        each_fragment_plays_alone(&recorded, streams);
    }
    file_reads_back(&recorded, streams);
    recorded
}

fn each_fragment_plays_alone(recorded: &Recorded, streams: &[&Stream]) {
    for (place, fragment) in recorded.fragments.iter().enumerate().filter(|(place, _)| place % 2 == 1) {
        if !fragment.header.key {
            continue;
        }
        let alone = format!("{}.{place}.mp4", recorded.path.display());
        fs::write(&alone, [&recorded.init, fragment.bytes()].concat()).unwrap();
        ffmpeg(&["-i", &alone, "-map", "0", "-f", "null", "-"]);
        let count: usize = (0..streams.len()).map(|stream| probe(&alone, stream).len()).sum();
        assert_eq!(count, fragment.samples);
    }
}

fn file_reads_back(recorded: &Recorded, streams: &[&Stream]) {
    let file = fs::File::open(&recorded.path).unwrap();
    let fragments: Vec<_> = walk(&file).map(Result::unwrap).collect();
    assert_eq!(fragments.len(), recorded.fragments.len());
    for (read, wrote) in fragments.iter().zip(&recorded.fragments) {
        assert_eq!((read.header, read.hash, read.duration), (wrote.header, wrote.hash, wrote.duration));
        assert_eq!((read.samples.len(), read.length), (wrote.samples, wrote.bytes().len() as u64));
    }
    let samples: usize = fragments.iter().map(|one| one.samples.len()).sum();
    assert_eq!(samples, streams.iter().map(|stream| stream.packets.len()).sum::<usize>());
    let verified = verify([&file], Some([0; 32])).unwrap();
    assert_eq!(
        (verified.fragments, verified.bytes),
        (fragments.len() as u64, file.metadata().unwrap().len())
    );
    assert_eq!(tail(&file).unwrap().last.as_ref(), fragments.last());
}

#[test]
fn h264_without_b_frames_plays() {
    if peers::no_ffmpeg("h264_without_b_frames_plays") {
        return;
    }
    let Some(pictures) = Stream::pictures("h264", &["-c:v", "libx264", "-tune", "zerolatency"]) else {
        return;
    };
    let recorded = plays("h264", &[&pictures], 1000);
    assert_eq!(recorded.fragments.len(), 5);
    assert!(recorded.fragments.iter().all(|one| one.header.key && one.duration == 180_000));
}

#[test]
fn h264_with_b_frames_plays() {
    if peers::no_ffmpeg("h264_with_b_frames_plays") {
        return;
    }
    let Some(pictures) = Stream::pictures("h264b", &["-c:v", "libx264", "-bf", "3"]) else { return };
    assert!(pictures.reordered());
    plays("h264b", &[&pictures], 1000);
}

#[test]
fn long_groups_that_are_cut_where_pictures_are_out_of_order_play() {
    if peers::no_ffmpeg("long_groups_that_are_cut_where_pictures_are_out_of_order_play") {
        return;
    }
    let Some(pictures) = Stream::pictures("long", &["-c:v", "libx264", "-bf", "3"]) else { return };
    for most in [7, 16, 29] {
        let recorded = plays(&format!("long{most}"), &[&pictures], most);
        assert!(recorded.fragments.iter().any(|one| !one.header.key));
    }
}

/// Pictures before the key picture need the group before it, so a fragment does not play alone without complaint.
#[test]
fn open_groups_play() {
    if peers::no_ffmpeg("open_groups_play") {
        return;
    }
    let made = Stream::pictures("open", &["-c:v", "libx264", "-bf", "3", "-x264-params", "open-gop=1"]);
    let Some(pictures) = made else { return };
    plays("open", &[&pictures], 1000);
}

#[test]
fn h265_with_and_without_b_frames_plays() {
    if peers::no_ffmpeg("h265_with_and_without_b_frames_plays") {
        return;
    }
    for (name, b_frames) in [("h265", "bframes=0"), ("h265b", "bframes=3:open-gop=0")] {
        let options = format!("log-level=none:keyint=50:min-keyint=50:scenecut=0:{b_frames}");
        let made = Stream::pictures(name, &["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", &options]);
        let Some(pictures) = made else { return };
        plays(name, &[&pictures], 1000);
    }
}

#[test]
fn pictures_with_aac_play_together() {
    if peers::no_ffmpeg("pictures_with_aac_play_together") {
        return;
    }
    let made = Stream::pictures("h264aac", &["-c:v", "libx264", "-tune", "zerolatency"]);
    let (Some(pictures), Some(sound)) = (made, Stream::aac("aac")) else { return };
    plays("h264aac", &[&pictures, &sound], 1000);
}

#[test]
fn pictures_with_g711_play_together() {
    if peers::no_ffmpeg("pictures_with_g711_play_together") {
        return;
    }
    let Some(pictures) = Stream::pictures("h264g711", &["-c:v", "libx264", "-tune", "zerolatency"]) else {
        return;
    };
    for (name, codec) in [("ulaw", Codec::Pcmu), ("alaw", Codec::Pcma)] {
        let Some(sound) = Stream::g711(name, codec) else { return };
        plays(name, &[&pictures, &sound], 1000);
    }
}

#[test]
fn chunks_and_the_media_of_fragments_play_one_after_another() {
    if peers::no_ffmpeg("chunks_and_the_media_of_fragments_play_one_after_another") {
        return;
    }
    let Some(pictures) = Stream::pictures("live", &["-c:v", "libx264", "-tune", "zerolatency"]) else {
        return;
    };
    let recorded = record("live", &[&pictures], 1000);
    let mut bytes = recorded.init.clone();
    bytes.extend_from_slice(recorded.fragments[0].media());
    for (place, packet) in pictures.packets.iter().enumerate().skip(50) {
        let moment = live::Moment {
            track: Track::Pictures,
            sequence: u32::try_from(place).unwrap(),
            decode: u64::try_from(packet.time).unwrap(),
            presentation: packet.time,
            duration: 3600,
            key: packet.key,
        };
        bytes.extend_from_slice(&live::chunk(&moment, &packet.bytes));
    }
    let path = recorded.path.with_extension("live.mp4");
    fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap();
    ffmpeg(&["-i", path, "-f", "null", "-"]);
    let seen = probe(path, 0);
    assert_eq!(seen.len(), pictures.packets.len());
    assert!(
        seen.iter().zip(&pictures.packets).all(|(seen, put)| (seen.time, seen.key) == (put.time, put.key))
    );
}

#[test]
fn anyone_checks_a_fragment_with_sha256sum() {
    if peers::no_ffmpeg("anyone_checks_a_fragment_with_sha256sum") {
        return;
    }
    let Some(pictures) = Stream::pictures("sum", &["-c:v", "libx264", "-tune", "zerolatency"]) else {
        return;
    };
    let recorded = record("sum", &[&pictures], 1000);
    let file = fs::File::open(&recorded.path).unwrap();
    let one = walk(&file).nth(2).unwrap().unwrap();
    let path = recorded.path.display();
    let range = format!("tail -c +{} {path} | head -c {} | sha256sum", one.offset + 1, one.length - 32);
    let told = std::process::Command::new("sh").args(["-c", &range]).output().unwrap().stdout;
    let hash = one.hash.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(String::from_utf8(told).unwrap(), format!("{hash}  -\n"));
}
