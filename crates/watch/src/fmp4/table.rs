//! The samples of a fragment while it grows, and their `moof` when it is whole.
//!
//! Promises: a table that took a sample has room for its `moof`; decode times are the sorted presentation times of the
//! fragment, so that they need not come from the camera (14496-12 §8.8.8: composition offsets may be negative). It never
//! holds a sample's bytes.

use super::{
    Boxes, Track,
    moof::{self, Entry, Traf},
};

/// One sample, in the order in which it came, which is that of decoding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) track: Track,
    pub(crate) key: bool,
    /// Where it begins in the payload, and how long it is, in bytes.
    pub(crate) offset: u32,
    pub(crate) length: u32,
    /// When it is shown, in units of its track's clock.
    pub(crate) time: i64,
}

impl Sample {
    const fn entry(&self) -> Entry {
        Entry { offset: self.offset, length: self.length, duration: 0, composition: 0, key: self.key }
    }
}

/// What counts for the length of a track's part of the `moof`.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    samples: usize,
    runs: usize,
    keys: usize,
    /// The last of its samples.
    last: Option<Sample>,
    /// Some sample is shown before one that came earlier.
    reordered: bool,
}

impl Tally {
    fn with(mut self, sample: &Sample) -> Self {
        let goes_on = self.last.is_some_and(|last| last.entry().goes_on_with(&sample.entry(), sample.track));
        self.samples += 1;
        self.runs += usize::from(!goes_on);
        self.keys += usize::from(sample.key && sample.track == Track::Pictures);
        self.reordered |= self.last.is_some_and(|last| sample.time < last.time);
        self.last = Some(*sample);
        self
    }

    /// Most bytes that this track takes.
    fn bytes(&self) -> usize {
        let sample = moof::PER_SAMPLE + if self.reordered { moof::PER_COMPOSITION } else { 0 };
        let track = if self.samples > 0 { moof::PER_TRACK } else { 0 };
        track + self.runs * moof::PER_RUN + self.keys * moof::PER_KEY + self.samples * sample
    }
}

/// What lies around a fragment in its file: for each track, pictures first, in units of its clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    /// When the last sample before the fragment is decoded; none for the first fragment of a file.
    pub after: [Option<i64>; 2],
    /// When the first sample after the fragment is decoded, as far as that is known: the last sample in it lasts until
    /// then, and otherwise as long as the one before it.
    pub until: [Option<i64>; 2],
}

/// A `moof` and what it says.
#[derive(Debug)]
pub(crate) struct Moof {
    pub(crate) bytes: Vec<u8>,
    /// How long the pictures last together.
    pub(crate) duration: u64,
    /// When the last sample of each track is decoded.
    pub(crate) decoded: [Option<i64>; 2],
}

/// The samples of a fragment.
#[derive(Debug)]
pub(crate) struct Table {
    room: usize,
    samples: Vec<Sample>,
    tallies: [Tally; 2],
}

impl Table {
    /// No sample yet; its `moof` will have at most `room` bytes.
    pub(crate) fn new(room: usize) -> Self {
        Self { room, samples: Vec::with_capacity(room / moof::PER_SAMPLE), tallies: [Tally::default(); 2] }
    }

    pub(crate) fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// Takes a sample, unless the `moof` would not have room for it.
    pub(crate) fn push(&mut self, sample: Sample) -> bool {
        let mut tallies = self.tallies;
        let place = sample.track.place();
        tallies[place] = tallies[place].with(&sample);
        let fits = bytes(&tallies) <= self.room;
        if fits {
            self.tallies = tallies;
            self.samples.push(sample);
        }
        fits
    }

    /// Whether there may be no room for one more picture and one more sound frame, each in a run of its own.
    pub(crate) fn is_full(&self) -> bool {
        let sample = moof::PER_RUN + moof::PER_KEY + moof::PER_SAMPLE + moof::PER_COMPOSITION;
        bytes(&self.tallies) + 2 * (moof::PER_TRACK + sample) > self.room
    }

    /// Whether the first picture is a key picture.
    pub(crate) fn begins_with_key(&self) -> bool {
        self.samples.iter().find(|sample| sample.track == Track::Pictures).is_some_and(|first| first.key)
    }

    /// When the first picture in decode order is shown; without pictures, the first sound frame.
    pub(crate) fn first(&self) -> Option<(Track, i64)> {
        let of = |track| self.samples.iter().find(|sample| sample.track == track);
        of(Track::Pictures).or_else(|| of(Track::Sound)).map(|sample| (sample.track, sample.time))
    }

    /// The `moof`, for a fragment between two others.
    pub(crate) fn moof(&self, sequence: u32, between: Between) -> Moof {
        // Moving decode times may make offsets necessary for which a full table has no room.
        let moved = self.write(sequence, between, true);
        if moved.bytes.len() <= self.room { moved } else { self.write(sequence, between, false) }
    }

    fn write(&self, sequence: u32, between: Between, moving: bool) -> Moof {
        let times = Track::ALL.map(|track| self.decode_times(track, between, moving));
        let [pictures, sound] = Track::ALL.map(|track| {
            let place = track.place();
            self.entries(track, &times[place], between.until[place])
        });
        let trafs: Vec<_> = Track::ALL
            .into_iter()
            .zip([&pictures, &sound])
            .filter_map(|(track, entries)| {
                let decode = u64::try_from(*times[track.place()].first()?).unwrap_or(0);
                Some(Traf { track, decode, entries })
            })
            .collect();
        let mut to = Boxes::with_capacity(self.room);
        moof::write(&mut to, sequence, &trafs);
        Moof {
            bytes: to.into_bytes(),
            duration: pictures.iter().map(|entry| u64::from(entry.duration)).sum(),
            decoded: Track::ALL.map(|track| {
                let place = track.place();
                times[place].last().copied().or(between.after[place])
            }),
        }
    }

    /// When each sample of a track is decoded: the sorted presentation times, each later than the one before, and if
    /// `moving` all of them within what the fragments around this one leave.
    fn decode_times(&self, track: Track, between: Between, moving: bool) -> Vec<i64> {
        let ours = self.samples.iter().filter(|sample| sample.track == track);
        let mut times: Vec<i64> = ours.map(|sample| sample.time).collect();
        times.sort_unstable();
        if moving {
            end_before(&mut times, between.until[track.place()]);
            let mut earliest = between.after[track.place()].map_or(0, |after| after.saturating_add(1));
            for time in &mut times {
                *time = (*time).max(earliest);
                earliest = time.saturating_add(1);
            }
        }
        times
    }

    /// The samples of a track with their durations and composition offsets.
    fn entries(&self, track: Track, decode: &[i64], until: Option<i64>) -> Vec<Entry> {
        let ours = self.samples.iter().filter(|sample| sample.track == track);
        let next = decode.iter().skip(1).copied().map(Some).chain([until]);
        let mut step = 0;
        let entry = |((sample, decode), next): ((&Sample, &i64), Option<i64>)| {
            step = next.map(|next| next.saturating_sub(*decode)).filter(|step| *step >= 0).unwrap_or(step);
            let composition = sample.time.saturating_sub(*decode);
            let most = if composition < 0 { i32::MIN } else { i32::MAX };
            Entry {
                duration: u32::try_from(step).unwrap_or(u32::MAX),
                composition: i32::try_from(composition).unwrap_or(most),
                ..sample.entry()
            }
        };
        ours.zip(decode).zip(next).map(entry).collect()
    }
}

/// Pulls the last decode times forward to before `until`: a long group of pictures may be cut where a picture is still to
/// come that is shown before some that are there. An end that is not after the first is none.
fn end_before(times: &mut [i64], until: Option<i64>) {
    let Some(first) = times.first().copied() else { return };
    let Some(mut latest) = until.filter(|until| *until > first) else { return };
    for time in times.iter_mut().rev() {
        latest = (latest - 1).max(first);
        if *time <= latest {
            return;
        }
        *time = latest;
    }
}

fn bytes(tallies: &[Tally; 2]) -> usize {
    moof::FIXED + tallies.iter().map(Tally::bytes).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fmp4::samples;
    use proptest::prelude::*;

    fn picture(place: u32, time: i64) -> Sample {
        Sample { track: Track::Pictures, key: place == 0, offset: place * 10, length: 10, time }
    }

    fn read(table: &Table, after: Option<i64>, until: Option<i64>) -> Vec<crate::fmp4::SampleInfo> {
        let between = Between { after: [after, None], until: [until, None] };
        samples(&table.moof(1, between).bytes[8..]).unwrap()
    }

    #[test]
    fn decode_times_are_the_sorted_presentation_times() {
        let mut table = Table::new(4000);
        for (place, time) in [300, 600, 400, 500].into_iter().enumerate() {
            assert!(table.push(picture(u32::try_from(place).unwrap(), time)));
        }
        let samples = read(&table, Some(299), Some(700));
        let times: Vec<_> = samples.iter().map(|one| (one.decode, one.presentation, one.duration)).collect();
        assert_eq!(times, [(300, 300, 100), (400, 600, 100), (500, 400, 100), (600, 500, 100)]);
    }

    #[test]
    fn the_last_sample_lasts_until_the_next_fragment_or_as_long_as_the_one_before() {
        let mut table = Table::new(4000);
        assert!(table.push(picture(0, 100)) && table.push(picture(1, 200)));
        for (end, duration) in [(Some(350), 150), (Some(100), 100), (None, 100)] {
            assert_eq!(read(&table, None, end)[1].duration, duration, "{end:?}");
        }
    }

    #[test]
    fn decode_times_end_before_the_next_fragment_even_if_its_first_picture_is_shown_earlier() {
        let mut table = Table::new(4000);
        for (place, time) in [0, 30, 10, 20, 60, 70].into_iter().enumerate() {
            assert!(table.push(picture(u32::try_from(place).unwrap(), time)));
        }
        let samples = read(&table, None, Some(40));
        let decode: Vec<_> = samples.iter().map(|one| one.decode).collect();
        assert_eq!(decode, [0, 10, 20, 30, 38, 39]);
        assert_eq!(samples.iter().map(|one| u64::from(one.duration)).sum::<u64>(), 40);
        assert_eq!(samples[5].presentation, 70);
    }

    #[test]
    fn decode_times_never_go_back_behind_the_fragment_before_nor_stand_still() {
        let mut table = Table::new(4000);
        for (place, time) in [60, 40, 50, 70, 70].into_iter().enumerate() {
            assert!(table.push(picture(u32::try_from(place).unwrap(), time)));
        }
        let samples = read(&table, Some(55), None);
        let decode: Vec<_> = samples.iter().map(|one| one.decode).collect();
        assert_eq!(decode, [56, 57, 60, 70, 71]);
        let shown: Vec<_> = samples.iter().map(|one| one.presentation).collect();
        assert_eq!(shown, [60, 40, 50, 70, 70]);
    }

    #[test]
    fn samples_that_lie_together_share_a_run() {
        let mut table = Table::new(4000);
        for place in 0..100 {
            assert!(table.push(picture(place, i64::from(place) * 3600)));
        }
        assert!(table.moof(1, Between::default()).bytes.len() < 100 * 4 + 120);
    }

    proptest! {
        #[test]
        fn a_table_that_took_a_sample_has_room_for_its_moof(
            steps in prop::collection::vec((any::<bool>(), any::<bool>(), -5_i64..40, 1_u32..9), 1..400),
            after in any::<[Option<u8>; 2]>(), until in any::<[Option<u16>; 2]>(),
        ) {
            let (mut table, mut offset, mut time) = (Table::new(3900), 0, 1000);
            for (sound, key, step, length) in steps {
                let track = if sound { Track::Sound } else { Track::Pictures };
                time += step;
                let was_full = table.is_full();
                let reordered = table.tallies[track.place()].reordered;
                let took = table.push(Sample { track, key, offset, length, time });
                prop_assert!(took || was_full || !reordered);
                offset += length;
            }
            let between = Between { after: after.map(|time| time.map(|time| 900 + i64::from(time))), until: until.map(|time| time.map(i64::from)) };
            let moof = table.moof(7, between).bytes;
            prop_assert!(moof.len() <= 3900);
            let read = samples(&moof[8..]).unwrap();
            prop_assert_eq!(read.len(), table.samples().len());
            for track in Track::ALL {
                let ours = read.iter().filter(|one| one.track == track);
                for (one, wrote) in ours.zip(table.samples().iter().filter(|one| one.track == track)) {
                    prop_assert_eq!(one.presentation, wrote.time);
                    prop_assert_eq!(one.offset, i64::from(wrote.offset) + 8 + i64::try_from(moof.len()).unwrap());
                    prop_assert_eq!(one.length, wrote.length);
                    prop_assert_eq!(one.key, wrote.key || track == Track::Sound);
                }
            }
        }
    }
}
