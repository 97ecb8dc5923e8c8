//! The description of a stream (SDP; RFC 4566, RFC 2326 appendix C): which pictures and which sound it has.
//!
//! Promises: takes the first pictures and the first sound that are known here and leaves out the rest: metadata, other
//! codecs, encrypted media, sound that the camera wants to be sent. Forgives lines without CR, attributes in any case
//! and text that is not UTF-8. Reads at most 32 media with 32 formats each. It never looks into parameter sets.

use super::{Flaw, flaw::shown};
use crate::media::Codec;
use std::fmt::Write as _;

/// How many media, formats of one media, and parameters of one format are read.
const MOST: usize = 32;

/// One media of the description, as a depacketiser needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// How it is coded.
    pub codec: Codec,
    /// The type that its RTP packets bear, 0 to 127 (RFC 3550, 5.1).
    pub payload_type: u8,
    /// RTP clock, units per second; never 0.
    pub clock_rate: u32,
    /// Channels of sound; 0 for pictures.
    pub channels: u8,
    /// Parameters of the format in order: lower-case names, values as they came (RFC 4566, 6, fmtp).
    pub fmtp: Vec<(String, String)>,
}

/// A track to be set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Track {
    pub format: Format,
    /// Its `a=control`, if it has one.
    pub control: Option<String>,
}

/// What is wanted of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Description {
    /// The `a=control` of the whole, if it has one.
    pub control: Option<String>,
    /// Pictures, then sound if it is wanted and there.
    pub tracks: Vec<Track>,
}

/// A media as it is written.
#[derive(Default)]
struct Media<'a> {
    kind: &'a str,
    encrypted: bool,
    payload_types: Vec<u8>,
    rtpmap: Vec<(u8, &'a str)>,
    fmtp: Vec<(u8, &'a str)>,
    control: Option<&'a str>,
    /// `a=sendonly`: we are to send, not the camera (RFC 4566, 6; ONVIF Streaming, 5.3).
    for_us_to_send: bool,
}

/// Reads a description; without pictures that are known here it is a [`Flaw::NoVideo`].
pub(super) fn read(body: &[u8], sound: bool) -> Result<Description, Flaw> {
    let text = String::from_utf8_lossy(body);
    let (control, media) = media_of(&text);
    let Some((video, pictures)) = media.iter().find_map(|media| Some((media, media.format("video")?))) else {
        return Err(Flaw::NoVideo(offered(&media)));
    };
    let track = |media: &Media<'_>, format| Track { format, control: media.control.map(str::to_owned) };
    let mut tracks = vec![track(video, pictures)];
    if sound {
        // A camera that marks its pictures so too means it the other way round.
        let mut hearable = media.iter().filter(|media| !media.for_us_to_send || video.for_us_to_send);
        tracks.extend(hearable.find_map(|media| Some(track(media, media.format("audio")?))));
    }
    Ok(Description { control: control.map(str::to_owned), tracks })
}

fn media_of(text: &str) -> (Option<&str>, Vec<Media<'_>>) {
    let mut control = None;
    let mut media: Vec<Media<'_>> = Vec::new();
    for line in text.lines().map(str::trim) {
        let Some((kind, value)) = line.split_once('=') else { continue };
        match kind.trim_end() {
            "m" | "M" if media.len() == MOST => break,
            "m" | "M" => media.push(Media::begin(value)),
            "a" | "A" => {
                let (name, value) = value.split_once(':').unwrap_or((value, ""));
                let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
                match media.last_mut() {
                    Some(media) => media.attribute(&name, value),
                    None if name == "control" && control.is_none() => control = Some(value),
                    None => {}
                }
            }
            _ => {}
        }
    }
    (control, media)
}

impl<'a> Media<'a> {
    /// `video 0 RTP/AVP 96 97` (RFC 4566, 5.14).
    fn begin(line: &'a str) -> Self {
        let mut words = line.split_ascii_whitespace();
        let (kind, _port, profile) = (words.next(), words.next(), words.next());
        let types = words.filter_map(|word| word.parse().ok()).filter(|payload_type| *payload_type < 128);
        Self {
            kind: kind.unwrap_or_default(),
            encrypted: profile.unwrap_or_default().to_ascii_uppercase().contains("SAVP"),
            payload_types: types.take(MOST).collect(),
            ..Self::default()
        }
    }

    fn attribute(&mut self, name: &str, value: &'a str) {
        let of_type = || {
            let (payload_type, rest) = value.split_once(|c: char| c.is_ascii_whitespace())?;
            Some((payload_type.parse().ok()?, rest.trim_start()))
        };
        match name {
            "rtpmap" if self.rtpmap.len() < MOST => self.rtpmap.extend(of_type()),
            "fmtp" if self.fmtp.len() < MOST => self.fmtp.extend(of_type()),
            "control" if self.control.is_none() => self.control = Some(value),
            "sendonly" => self.for_us_to_send = true,
            _ => {}
        }
    }

    /// The first of its formats that is known here, if it is of that kind.
    fn format(&self, kind: &str) -> Option<Format> {
        if !self.kind.eq_ignore_ascii_case(kind) || self.encrypted {
            return None;
        }
        self.payload_types.iter().find_map(|payload_type| {
            let mapped = self.rtpmap.iter().find(|(of, _)| of == payload_type).map(|(_, map)| *map);
            let (codec, clock_rate, channels) = match (mapped, payload_type) {
                (Some(map), _) => coding(map)?,
                // Types that need no map (RFC 3551, 6).
                (None, 0) => (Codec::Pcmu, 8000, 1),
                (None, 8) => (Codec::Pcma, 8000, 1),
                (None, _) => return None,
            };
            let fmtp =
                self.fmtp.iter().filter(|(of, _)| of == payload_type).flat_map(|(_, line)| parameters(line));
            let fmtp = fmtp.take(MOST).collect();
            let format = Format { codec, payload_type: *payload_type, clock_rate, channels, fmtp };
            (codec.is_video() == kind.eq_ignore_ascii_case("video")).then_some(format)
        })
    }
}

/// `H264/90000`, `MPEG4-GENERIC/48000/2`: the codec, its clock and its channels.
fn coding(map: &str) -> Option<(Codec, u32, u8)> {
    let mut parts = map.split('/').map(str::trim);
    let codec = match parts.next()?.to_ascii_uppercase().as_str() {
        "H264" => Codec::H264,
        "H265" | "HEVC" => Codec::H265,
        "MPEG4-GENERIC" => Codec::Aac,
        "PCMU" => Codec::Pcmu,
        "PCMA" => Codec::Pcma,
        _ => return None,
    };
    let clock_rate = match (parts.next(), codec) {
        (Some(clock), _) => clock.parse().ok().filter(|clock| *clock > 0)?,
        (None, Codec::H264 | Codec::H265) => 90_000,
        (None, Codec::Pcmu | Codec::Pcma) => 8000,
        (None, Codec::Aac) => return None,
    };
    let channels = match parts.next() {
        _ if codec.is_video() => 0,
        None | Some("") => 1,
        Some(channels) => channels.parse().ok().filter(|channels| *channels > 0)?,
    };
    Some((codec, clock_rate, channels))
}

fn parameters(line: &str) -> impl Iterator<Item = (String, String)> {
    line.split(';').map(str::trim).filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (name.trim().to_ascii_lowercase(), value.trim().to_owned())
    })
}

/// What there was, to be shown: `video JPEG, application vnd.onvif.metadata`.
fn offered(media: &[Media<'_>]) -> String {
    let mut text = String::new();
    for media in media {
        let first = media.rtpmap.first().map(|(_, map)| map.split('/').next().unwrap_or_default());
        let first = first.map_or_else(
            || media.payload_types.first().map(|of| format!("type {of}")),
            |name| Some(name.to_owned()),
        );
        let (comma, encrypted) =
            (if text.is_empty() { "" } else { ", " }, if media.encrypted { " (encrypted)" } else { "" });
        let _ = write!(text, "{comma}{} {}{encrypted}", media.kind, first.unwrap_or_default());
    }
    if text.is_empty() { "no media at all".to_owned() } else { shown(text.as_bytes(), 200) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn formats(text: &str) -> Vec<Format> {
        read(text.as_bytes(), true).unwrap().tracks.into_iter().map(|track| track.format).collect()
    }

    #[test]
    fn pictures_and_sound_are_found_among_other_media() {
        let text = "v=0\r\na=control:*\r\nm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n\
            m=audio 0 RTP/AVP 97 0\r\na=rtpmap:97 G726-32/8000\r\na=control:track2\r\n\
            m=video 0 RTP/AVP 26\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n\
            a=fmtp:96 packetization-mode=1; Profile-Level-ID=64001F;sprop-parameter-sets=Z2QAH6w=,aO48gA==;\r\na=control:track1\r\n";
        let got = read(text.as_bytes(), true).unwrap();
        assert_eq!(got.control.as_deref(), Some("*"));
        assert_eq!(got.tracks[0].control.as_deref(), Some("track1"));
        assert_eq!(got.tracks[0].format.fmtp[1], ("profile-level-id".into(), "64001F".into()));
        assert_eq!(got.tracks[0].format.fmtp[2].1, "Z2QAH6w=,aO48gA==");
        let sound = &got.tracks[1].format;
        assert_eq!(
            (sound.codec, sound.payload_type, sound.clock_rate, sound.channels),
            (Codec::Pcmu, 0, 8000, 1)
        );
        assert_eq!(read(text.as_bytes(), false).unwrap().tracks.len(), 1, "sound is not wanted");
    }

    #[test]
    fn sloppy_lines_are_understood() {
        let text = "m=Video 0 rtp/avp 98\nA=RtpMap:98  hevc\na=Control: trackID=0 \na=FMTP:98 a\nm=audio 0 RTP/AVP 104\n\
            a=rtpmap:104 mpeg4-generic/16000/2\ns=\u{FFFD}\n=\na\n";
        let got = formats(text);
        assert_eq!((got[0].codec, got[0].clock_rate, got[0].channels), (Codec::H265, 90_000, 0));
        assert_eq!(got[0].fmtp, [("a".into(), String::new())]);
        assert_eq!((got[1].codec, got[1].clock_rate, got[1].channels), (Codec::Aac, 16_000, 2));
        let mut latin = b"s=C\xF4ng\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n".to_vec();
        assert!(read(&latin, true).is_ok());
        latin.retain(|byte| *byte != b'6');
        assert!(read(&latin, true).is_err());
    }

    #[test]
    fn a_back_channel_is_not_mistaken_for_the_cameras_sound() {
        let video = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n";
        let back = "m=audio 0 RTP/AVP 8\na=control:back\na=sendonly\n";
        assert_eq!(formats(&format!("{video}{back}")).len(), 1);
        assert_eq!(formats(&format!("{video}a=recvonly\n{back}m=audio 0 RTP/AVP 0\n"))[1].codec, Codec::Pcmu);
        assert_eq!(formats(&format!("{video}a=sendonly\n{back}")).len(), 2, "the other way round");
    }

    #[test]
    fn without_known_pictures_what_was_offered_is_said() {
        let offered = |text: &str| match read(text.as_bytes(), true) {
            Err(Flaw::NoVideo(offered)) => offered,
            other => panic!("{other:?}"),
        };
        assert_eq!(offered("v=0"), "no media at all");
        let text =
            "m=video 0 RTP/AVP 26\nm=audio 0 RTP/AVP 0\nm=video 0 RTP/SAVP 96\na=rtpmap:96 H264/90000\n";
        assert_eq!(offered(text), "video type 26, audio type 0, video H264 (encrypted)");
        let text = "m=application 0 RTP/AVP 107\na=rtpmap:107 \x07vnd.onvif.metadata/90000\n";
        assert_eq!(offered(text), "application ?vnd.onvif.metadata");
        assert_eq!(offered("m=video 0 RTP/AVP 96\na=rtpmap:96 H264/0\n"), "video H264");
        assert_eq!(offered("m=audio 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"), "audio H264");
        assert!(offered(&format!("m={} 0 RTP/AVP\n", "x".repeat(999))).len() <= 200);
    }

    #[test]
    fn a_description_of_any_length_stays_small() {
        let one = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n";
        let many = format!("{one}{}{}", "a=fmtp:96 a=b;c=d\n".repeat(900), one.repeat(900));
        let (_, media) = media_of(&many);
        assert_eq!((media.len(), media[0].fmtp.len(), formats(&many)[0].fmtp.len()), (MOST, MOST, MOST));
    }

    proptest! {
        #[test]
        fn no_text_whatsoever_makes_the_reader_panic(
            lines in proptest::collection::vec("(m=video |a=rtpmap:|a=fmtp:|a=control)?[a-zH264/ 0-9:;=\u{e9}]{0,30}", 0..20),
        ) {
            let _ = read(lines.join("\n").as_bytes(), true);
        }
    }
}
