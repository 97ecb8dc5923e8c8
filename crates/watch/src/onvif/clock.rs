//! A camera's clock (ONVIF Device, `GetSystemDateAndTime`), and times as it reads them.
//!
//! Promises: a date that is none is no date; no camera's time makes ours overflow.

use super::xml::Element;
use liengia_kernel::Timestamp;

/// How far a camera's clock is ahead of ours, in microseconds. It tells whole seconds: it may be ahead one second more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ahead(i64);

impl Ahead {
    /// From the answer of a camera that was asked at `asked` and answered by `answered`.
    pub fn read(answer: &Element, asked: Timestamp, answered: Timestamp) -> Option<Self> {
        let utc = answer.at(&["SystemDateAndTime", "UTCDateTime"])?;
        let date = |name| utc.value_at::<u16>(&["Date", name]);
        let time = |name| utc.value_at::<u8>(&["Time", name]);
        let (year, month, day) = (date("Year")?, date("Month")?, date("Day")?);
        let (hour, minute, second) = (time("Hour")?, time("Minute")?, time("Second")?);
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        let told: Timestamp = text.parse().ok()?;
        let middle = asked.as_micros().midpoint(answered.as_micros());
        Some(Self(told.as_micros().saturating_sub(middle)))
    }

    /// The likeliest error in milliseconds: what it did not tell of its second is half a second on average.
    pub const fn error_ms(self) -> i64 {
        self.0.saturating_add(500_000) / 1000
    }

    /// A moment of ours as the camera's clock shows it (`xs:dateTime`, whole seconds of UTC).
    pub fn shown(self, now: Timestamp) -> String {
        let there = Timestamp::from_seconds(
            Timestamp::from_micros(now.as_micros().saturating_add(self.0)).as_seconds(),
        );
        format!("{}Z", there.at_offset(0))
    }

    /// That of a camera that tells no time: it is taken to be right.
    pub const fn unknown() -> Self {
        Self(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onvif::xml;

    fn told(date: &str, time: &str) -> Option<Ahead> {
        let text = format!(
            "<r><SystemDateAndTime><DateTimeType>NTP</DateTimeType><UTCDateTime>{time}{date}</UTCDateTime></SystemDateAndTime></r>"
        );
        let now = Timestamp::from_seconds(1_787_101_282);
        Ahead::read(&xml::read(text.as_bytes()).unwrap(), now, now)
    }

    #[test]
    fn the_cameras_time_is_ours_and_its_error() {
        let date = "<Date><Year>2026</Year><Month>8</Month><Day>19</Day></Date>";
        let ahead = told(date, "<Time><Hour>2</Hour><Minute>01</Minute><Second>22</Second></Time>").unwrap();
        assert_eq!(ahead.error_ms(), 3_600_500);
        let now = Timestamp::from_micros(1_787_101_282_000_000 + 5_700_000);
        assert_eq!(ahead.shown(now), "2026-08-19T02:01:27Z");
        assert_eq!(Ahead::unknown().shown(now), "2026-08-19T01:01:27Z");
    }

    #[test]
    fn a_date_that_is_none_is_no_date() {
        let time = "<Time><Hour>2</Hour><Minute>1</Minute><Second>22</Second></Time>";
        for date in [
            "",
            "<Date><Year>2026</Year><Month>13</Month><Day>19</Day></Date>",
            "<Date><Year>2026</Year><Month>2</Month><Day>30</Day></Date>",
            "<Date><Year>99999999</Year><Month>1</Month><Day>1</Day></Date>",
            "<Date><Year>-1</Year><Month>1</Month><Day>1</Day></Date>",
            "<Date><Year>60000</Year><Month>1</Month><Day>1</Day></Date>",
        ] {
            assert_eq!(told(date, time), None, "{date}");
        }
        assert!(told("<Date><Year>1970</Year><Month>1</Month><Day>1</Day></Date>", time).is_some());
        assert_eq!(told("<Date><Year>2026</Year><Month>1</Month><Day>1</Day></Date>", ""), None);
    }
}
