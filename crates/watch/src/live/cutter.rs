//! From recorded samples to the pieces that viewers get.
//!
//! Promises: a sample's bytes are copied once; within one start times never go back; what follows a start begins with a key
//! picture. Sound that browsers do not take in such pieces (G.711) is left out.

use super::{Piece, pace::Pace};
use crate::{
    fmp4::{
        Track, init,
        live::{Moment, chunk},
    },
    media::{Codec, Parameters},
    rtp::reorder,
};
use bytes::Bytes;

/// So many seconds are added to all times: a camera's may begin a little before zero, and decoding before that.
const LEAD: i64 = 2;
/// Pictures in a second, until it is known.
const GUESS: i64 = 25;
/// Samples of a frame of AAC.
const FRAME: i64 = 1024;

/// A sample that was recorded.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// Its track.
    pub track: Track,
    /// Whether a decoder can begin with it.
    pub key: bool,
    /// When it is shown, in units of its track's clock since the stream's beginning.
    pub time: i64,
    /// When it was taken, in microseconds since 1970 UTC.
    pub wall_us: i64,
    /// Its bytes, as they are recorded.
    pub bytes: &'a [u8],
}

/// Cuts one stream.
#[derive(Debug, Default)]
pub struct Cutter {
    started: Option<Started>,
    sequence: u32,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Started {
    pictures: Parameters,
    sound: Option<Parameters>,
    paces: [Pace; 2],
    /// A key picture came.
    key: bool,
}

impl Cutter {
    /// Whether a start was said, and samples can follow.
    pub const fn is_started(&self) -> bool {
        self.started.is_some()
    }

    /// Says how to play what follows, unless it goes on as before.
    pub fn start(&mut self, pictures: &Parameters, sound: Option<&Parameters>) {
        let sound = sound.filter(|sound| sound.codec == Codec::Aac);
        let same = |now: &Started| now.pictures == *pictures && now.sound.as_ref() == sound;
        if self.started.as_ref().is_some_and(same) {
            return;
        }
        let tracks: Vec<_> = std::iter::once(pictures).chain(sound).cloned().collect();
        let names: Vec<_> = tracks.iter().map(|track| track.name.as_str()).collect();
        self.pieces.push(Piece::Start {
            init: init(&tracks).into(),
            codec: names.join(","),
            width: pictures.width,
            height: pictures.height,
        });
        let guess = i64::from(pictures.clock_rate) / GUESS;
        self.started = Some(Started {
            pictures: pictures.clone(),
            sound: sound.cloned(),
            paces: [Pace::new(reorder(pictures).unwrap_or(0), guess), Pace::new(0, FRAME)],
            key: false,
        });
    }

    /// What follows begins with a start.
    pub fn restart(&mut self) {
        self.started = None;
    }

    /// Nothing follows for a while.
    pub fn gap(&mut self) {
        if self.started.take().is_some() {
            self.pieces.push(Piece::Gap);
        }
    }

    /// Cuts a sample, if it can be played.
    pub fn sample(&mut self, sample: &Sample<'_>) {
        let Some(started) = &mut self.started else { return };
        let pictures = sample.track == Track::Pictures;
        started.key |= pictures && sample.key;
        let parameters = if pictures { Some(&started.pictures) } else { started.sound.as_ref() };
        let Some(parameters) = parameters.filter(|_| started.key) else { return };
        let lead = i64::from(parameters.clock_rate).saturating_mul(LEAD);
        let shown = sample.time.saturating_add(lead).max(0);
        let (decode, duration) = started.paces[usize::from(!pictures)].next(shown);
        self.sequence = self.sequence.wrapping_add(1);
        let moment = Moment {
            track: sample.track,
            sequence: self.sequence,
            decode: u64::try_from(decode).unwrap_or(0),
            presentation: if pictures { shown } else { decode },
            duration: u32::try_from(duration).unwrap_or(u32::MAX),
            key: sample.key,
        };
        let bytes = Bytes::from(chunk(&moment, sample.bytes));
        let Sample { key, wall_us, .. } = *sample;
        let picture = pictures.then(|| Piece::Picture { bytes: bytes.clone(), key, wall_us });
        self.pieces.push(picture.unwrap_or(Piece::Sound { bytes }));
    }

    /// What was cut since it was emptied last.
    pub const fn pieces(&mut self) -> &mut Vec<Piece> {
        &mut self.pieces
    }
}
