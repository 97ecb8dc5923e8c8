//! Real streams from ffmpeg, as packets with the times of a camera's clock, and what ffprobe sees in a file.

use liengia_watch::{
    fmp4::Track,
    media::{Codec, Parameters},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// An access unit: length-prefixed NAL units, or a bare sound frame.
pub struct Packet {
    /// When it is shown, in units of the clock.
    pub time: i64,
    /// When it comes, in the same units.
    pub arrival: i64,
    pub key: bool,
    pub bytes: Vec<u8>,
}

pub struct Stream {
    pub parameters: Parameters,
    pub packets: Vec<Packet>,
}

/// A packet as ffprobe sees it.
pub struct Seen {
    pub time: i64,
    pub decode: i64,
    pub key: bool,
    pub size: usize,
    place: usize,
}

/// Where the files of these tests lie.
pub fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("played");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs ffmpeg; it must neither fail nor warn.
pub fn ffmpeg(arguments: &[&str]) {
    let said = Command::new("ffmpeg").args(["-v", "warning", "-y"]).args(arguments).output().unwrap();
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success() && words.is_empty(), "{arguments:?}: {words}");
}

/// The packets of a stream of a file; ffprobe must not warn.
pub fn probe(path: &str, stream: usize) -> Vec<Seen> {
    let said = Command::new("ffprobe")
        .args(["-v", "warning", "-select_streams", &stream.to_string(), "-of", "csv=p=0"])
        .args(["-show_entries", "packet=pts,dts,size,pos,flags", path])
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success() && words.is_empty(), "{path}: {words}");
    let text = String::from_utf8(said.stdout).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(seen).collect()
}

fn seen(line: &str) -> Seen {
    let fields: Vec<_> = line.split(',').collect();
    Seen {
        time: fields[0].parse().unwrap(),
        decode: fields[1].parse().unwrap(),
        size: fields[2].parse().unwrap(),
        place: fields[3].parse().unwrap(),
        key: fields[4].starts_with('K'),
    }
}

impl Stream {
    pub fn track(&self) -> Track {
        if self.parameters.codec.is_video() { Track::Pictures } else { Track::Sound }
    }

    /// Whether it is not shown in the order in which it comes.
    pub fn reordered(&self) -> bool {
        self.packets.windows(2).any(|pair| pair[1].time < pair[0].time)
    }

    /// Ten seconds of pictures with a key picture every two; none without ffmpeg.
    pub fn pictures(name: &str, coder: &[&str]) -> Option<Self> {
        let made = Self::make(
            name,
            &["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25"],
            &[coder, &["-g", "50", "-pix_fmt", "yuv420p", "-video_track_timescale", "90000"]].concat(),
        )?;
        let h265 = coder.contains(&"libx265");
        let kind = if h265 { b"hvcC" } else { b"avcC" };
        let at = made.windows(4).position(|four| four == kind).unwrap();
        let length = u32::from_be_bytes(made[at - 4..at].try_into().unwrap());
        let parameters = Parameters {
            codec: if h265 { Codec::H265 } else { Codec::H264 },
            config: made[at + 4..at - 4 + usize::try_from(length).unwrap()].into(),
            width: 320,
            height: 180,
            clock_rate: 90_000,
            channels: 0,
            name: String::new(),
        };
        Some(Self { parameters, packets: packets(name, &made) })
    }

    /// Ten seconds of a tone, 16 kHz.
    pub fn aac(name: &str) -> Option<Self> {
        let made = Self::make(
            name,
            &["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=16000"],
            &["-c:a", "aac", "-b:a", "32k"],
        )?;
        let at = made.windows(4).position(|four| four == b"esds").unwrap();
        let at = at + made[at..].windows(4).position(|four| four == [5, 0x80, 0x80, 0x80]).unwrap();
        let config = made[at + 5..at + 5 + usize::from(made[at + 4])].into();
        let parameters = sound(Codec::Aac, config, 16_000);
        let mut packets = packets(name, &made);
        let first = packets[0].time;
        for packet in &mut packets {
            packet.time -= first;
            packet.arrival = packet.time;
        }
        Some(Self { parameters, packets })
    }

    /// Ten seconds of a tone, 8 kHz, in packets of 20 ms.
    pub fn g711(name: &str, codec: Codec) -> Option<Self> {
        let kind = if codec == Codec::Pcmu { "mulaw" } else { "alaw" };
        let raw = folder().join(format!("{name}.raw"));
        let raw = raw.to_str().unwrap();
        let input = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=8000", "-t", "10"];
        Command::new("ffmpeg").arg("-version").output().ok()?;
        ffmpeg(&[&input[..], &["-f", kind, raw]].concat());
        let bytes = fs::read(raw).unwrap();
        let packets = bytes.chunks(160).zip((0..).step_by(160));
        let packets =
            packets.map(|(bytes, time)| Packet { time, arrival: time, key: true, bytes: bytes.into() });
        Some(Self { parameters: sound(codec, Box::default(), 8000), packets: packets.collect() })
    }

    fn make(name: &str, input: &[&str], coder: &[&str]) -> Option<Vec<u8>> {
        Command::new("ffmpeg").arg("-version").output().ok()?;
        let path = folder().join(format!("{name}.source.mp4"));
        let path = path.to_str().unwrap();
        let arguments = [&["-v", "error", "-y"], input, &["-t", "10"], coder, &[path]].concat();
        assert!(Command::new("ffmpeg").args(arguments).status().unwrap().success());
        Some(fs::read(path).unwrap())
    }
}

fn sound(codec: Codec, config: Box<[u8]>, clock_rate: u32) -> Parameters {
    Parameters { codec, config, width: 0, height: 0, clock_rate, channels: 1, name: String::new() }
}

fn packets(name: &str, made: &[u8]) -> Vec<Packet> {
    let path = folder().join(format!("{name}.source.mp4"));
    probe(path.to_str().unwrap(), 0)
        .into_iter()
        .map(|one| Packet {
            time: one.time,
            arrival: one.decode,
            key: one.key,
            bytes: made[one.place..one.place + one.size].to_vec(),
        })
        .collect()
}
