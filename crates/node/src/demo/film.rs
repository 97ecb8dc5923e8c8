//! What the first cameras of the demo recorded yesterday evening, so that there is something to look back at.
//!
//! Written into the folders of footage before the node starts, which finds and indexes it like footage after a lost index.

use super::cameras::{self, Filmed};
use anyhow::{Context as _, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liengia_kernel::{Clock, Timestamp};
use liengia_sim::{camera::Film, sample::Commune};
use liengia_watch::{
    fmp4::{Track, init},
    media::{Codec, Parameters},
    record::{Disk, FileStart, Filled, Nobody, Waiting, camera_folder},
    rtp::Depacketiser,
    rtsp::Format,
    segment::{Buffers, Builder, hash_of},
};
use std::{path::Path, sync::Arc, thread, time::Duration};

/// How long before the midnight that begins today: 18:03.
const BEFORE_MIDNIGHT: Duration = Duration::from_mins(5 * 60 + 57);
/// How long it is.
const LENGTH: Duration = Duration::from_mins(5);
/// Units of a picture's time in a second.
const CLOCK: u32 = 90_000;
/// Bytes that are expected of two seconds.
const EXPECTED: usize = 256 * 1024;

/// Pours it in, unless these cameras have footage already.
pub fn pour(footage: &Path, commune: &Commune, utc_offset: i8, clock: &Arc<dyn Clock>) -> anyhow::Result<()> {
    let filmed = cameras::filmed(commune);
    if filmed.iter().any(|one| camera_folder(footage, *one.id.as_bytes()).exists()) {
        return Ok(());
    }
    std::fs::create_dir_all(footage)?;
    let disk = Disk::start(footage, 0, clock.clone(), Arc::new(Nobody))?;
    let began = yesterday_evening(clock.now(), utc_offset);
    for one in &filmed {
        shoot(&disk, one, began, utc_offset)?;
    }
    Ok(())
}

/// 18:03 of yesterday, by the clocks there.
fn yesterday_evening(now: Timestamp, utc_offset: i8) -> Timestamp {
    let offset = i64::from(utc_offset) * 3_600_000_000;
    let day = 86_400_000_000;
    let midnight = (now.as_micros() + offset).div_euclid(day) * day - offset;
    Timestamp::from_micros(midnight) - BEFORE_MIDNIGHT
}

/// How its pictures are coded.
fn parameters(film: &Film) -> anyhow::Result<Parameters> {
    let sets = film.parameter_sets().map(|set| STANDARD.encode(set)).join(",");
    let fmtp = [("packetization-mode", "1".to_owned()), ("sprop-parameter-sets", sets)];
    let format = Format {
        codec: Codec::H264,
        payload_type: 96,
        clock_rate: CLOCK,
        channels: 0,
        fmtp: fmtp.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    };
    let depacketiser = Depacketiser::new(&format)?;
    depacketiser.parameters().cloned().context("the simulated camera tells no parameters")
}

fn shoot(disk: &Disk, one: &Filmed, began: Timestamp, utc_offset: i8) -> anyhow::Result<()> {
    let mut film = Film::new(&one.camera, began, utc_offset);
    let parameters = parameters(&film)?;
    let init = init(std::slice::from_ref(&parameters));
    let start = Arc::new(FileStart { hash: hash_of(&init), init, pictures: Some(parameters) });
    let (buffers, waiting) = (Buffers::new(2), Waiting::default());
    let mut open: Option<(Builder, Duration)> = None;
    let mut written = disk.counts().fragments;
    loop {
        let frame = film.shoot();
        let time = |at: Duration| i64::try_from(at.as_micros() * u128::from(CLOCK) / 1_000_000).unwrap_or(0);
        if let Some((builder, from)) = open.take_if(|_| frame.key) {
            let (file, until) = (start.clone(), Some(time(frame.at)));
            let wall_us = (began + from).as_micros();
            let filled = Filled { file, builder, wall_us, gap: false, until, waiting: waiting.clone() };
            ensure!(disk.write(*one.id.as_bytes(), filled), "the demo's footage finds no room");
            written += 1;
            while disk.counts().fragments < written {
                ensure!(!disk.counts().failing, "the demo's footage cannot be written");
                // It is on its own thread.
                thread::yield_now();
            }
        }
        if frame.at >= LENGTH {
            return Ok(());
        }
        let at = frame.at;
        let (builder, _) = open.get_or_insert_with(|| (Builder::new(&buffers, EXPECTED), at));
        let length = u32::try_from(frame.unit.len())?.to_be_bytes();
        let bytes = builder.payload(4 + frame.unit.len());
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(frame.unit);
        builder.sample(Track::Pictures, time(at), 4 + frame.unit.len(), frame.key)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yesterday_evening_is_by_the_clocks_there() {
        // 2026-08-19, 00:30 and 23:59 in Vietnam.
        for now in ["2026-08-18T17:30:00Z", "2026-08-19T16:59:00Z"] {
            let now = now.parse().unwrap();
            assert_eq!(yesterday_evening(now, 7).to_string(), "2026-08-18T11:03:00.000000Z");
        }
    }
}
