//! `GET /api/cameras/{id}/uptime`: how much of each day and month a camera was recorded.
//!
//! Promises: longer than footage is kept, as far back as the index of footage remembers; where it was made anew since, what
//! came before counts neither for the camera nor against it.

use super::Api;
use crate::{
    footage::Span,
    running::NoFootage,
    views::{Camera, Site},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::{CameraId, MICROS_PER_SECOND, Timestamp};
use serde::Serialize;

/// Days that are told.
const DAYS: i64 = 30;

/// Months that are told, this one with them: more than 400 days.
const MONTHS: usize = 14;

/// A day, in microseconds.
const DAY_US: i64 = 86_400 * MICROS_PER_SECOND;

/// Less than that says nothing yet.
const LEAST_S: u64 = 3_600;

/// How much of the last days and months a camera was recorded.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Uptime {
    /// The last 30, the oldest first; those before the camera was there are left out.
    days: Vec<TimeUp>,
    /// The last 14 with this one, the oldest first, in the same way.
    months: Vec<TimeUp>,
}

/// How much of a day or month a camera was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TimeUp {
    /// When it began, by the place's clocks.
    starts_at: Timestamp,
    /// Seconds of it that were recorded.
    recorded_seconds: u64,
    /// Seconds of it in which the camera was there.
    of_seconds: u64,
    /// The one in per cent of the other, rounded down: what is not whole is not called whole.
    percent: u64,
}

/// How much of each of the last 30 days and 14 months a camera was recorded, also of footage that is gone.
#[utoipa::path(get, path = "/api/cameras/{id}/uptime", tag = "watch", params(("id" = CameraId, Path)),
    responses((status = 200, body = Uptime)))]
pub async fn read_uptime(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CameraId>,
) -> Result<Json<Uptime>, Problem> {
    let (camera, _) = api.camera_for(&caller, Action::ReadCameras, id).await?;
    let site = api.cameras.site(camera.facts.site).await?;
    let now = api.running.now();
    let (days, months) =
        (days(now, api.settings.utc_offset_hours), months(now, api.settings.utc_offset_hours));
    let (since, spans) = api.recorded(&camera, &site, months.first().copied().unwrap_or(now)).await?;
    Ok(Json(Uptime { days: shares(&days, since, now, &spans), months: shares(&months, since, now, &spans) }))
}

impl Api {
    /// How much of the last 30 days a camera was recorded, in per cent; none where nothing can be said.
    pub(super) async fn recorded_percent(&self, camera: &Camera, site: &Site) -> Option<u64> {
        let now = self.running.now();
        let days = days(now, self.settings.utc_offset_hours);
        let from = days.first().copied().unwrap_or(now);
        let (since, spans) = self.recorded(camera, site, from).await.ok()?;
        let whole = share(from.as_micros().max(since), now.as_micros(), &spans);
        (whole.of_seconds >= LEAST_S).then_some(whole.percent)
    }

    /// From when on a camera can be told of, and what was recorded since, in microseconds.
    async fn recorded(
        &self,
        camera: &Camera,
        site: &Site,
        from: Timestamp,
    ) -> Result<(i64, Vec<Span>), NoFootage> {
        let id = *camera.camera.as_bytes();
        let now = self.running.now().as_micros();
        let kept = now - i64::from(site.facts.keep_hours) * 3_600 * MICROS_PER_SECOND;
        let added = camera.added_at.as_micros();
        let from = from.as_micros();
        self.running
            .ask(move |index| {
                let known = index.remembers_since_us()?.map_or(kept, |since| since.min(kept));
                let since = added.max(known);
                Ok((since, index.recorded(id, from.max(since), now)?))
            })
            .await
    }
}

/// When the last days began, the oldest first.
fn days(now: Timestamp, utc_offset_hours: i8) -> Vec<Timestamp> {
    let today = midnight(now, utc_offset_hours);
    (0..DAYS).rev().map(|before| Timestamp::from_micros(today - before * DAY_US)).collect()
}

/// When the last months began, the oldest first.
fn months(now: Timestamp, utc_offset_hours: i8) -> Vec<Timestamp> {
    let mut date = now.at_offset(utc_offset_hours).date();
    let mut begins = midnight(now, utc_offset_hours) + DAY_US;
    let mut months = Vec::with_capacity(MONTHS);
    for _ in 0..MONTHS {
        begins -= i64::from(date.day()) * DAY_US;
        months.push(Timestamp::from_micros(begins));
        let Ok(before) = date.first_of_month().yesterday() else { break };
        date = before;
    }
    months.reverse();
    months
}

/// When the day began, by the place's clocks, in microseconds.
const fn midnight(now: Timestamp, utc_offset_hours: i8) -> i64 {
    let offset = utc_offset_hours as i64 * 3_600 * MICROS_PER_SECOND;
    (now.as_micros() + offset).div_euclid(DAY_US) * DAY_US - offset
}

/// How much of each was recorded, from one beginning to the next; those that were over before `since` are left out.
fn shares(begins: &[Timestamp], since: i64, now: Timestamp, spans: &[Span]) -> Vec<TimeUp> {
    let ends = begins.iter().skip(1).chain([&now]);
    let times = begins.iter().zip(ends).map(|(begins, ends)| (begins.as_micros(), ends.as_micros()));
    let times = times.filter(|(begins, ends)| since.max(*begins) < *ends);
    let told = times.map(|(begins, ends)| TimeUp {
        starts_at: Timestamp::from_micros(begins),
        ..share(begins.max(since), ends, spans)
    });
    told.collect()
}

/// How much of a time was recorded, in microseconds.
fn share(from: i64, to: i64, spans: &[Span]) -> TimeUp {
    let inside = |span: &Span| (span.ended_us.min(to) - span.began_us.max(from)).max(0);
    let seconds = |us: i64| u64::try_from(us / MICROS_PER_SECOND).unwrap_or(0);
    let (recorded_seconds, of_seconds) = (seconds(spans.iter().map(inside).sum()), seconds(to - from));
    let percent = recorded_seconds.saturating_mul(100).checked_div(of_seconds).unwrap_or(0).min(100);
    TimeUp { starts_at: Timestamp::from_micros(from), recorded_seconds, of_seconds, percent }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By clocks that are seven hours ahead.
    fn at(text: &str) -> Timestamp {
        format!("{text}+07:00").parse().unwrap()
    }

    fn span(from: &str, to: &str) -> Span {
        Span { began_us: at(from).as_micros(), ended_us: at(to).as_micros(), gap: false }
    }

    #[test]
    fn months_begin_by_the_places_clocks_also_beyond_a_year_and_a_leap_day() {
        let months = months(at("2028-03-31T23:59:59"), 7);
        assert_eq!(months.len(), 14);
        assert_eq!(months[0], at("2027-02-01T00:00:00"));
        assert_eq!(months[12..], [at("2028-02-01T00:00:00"), at("2028-03-01T00:00:00")]);
        // It is March in Greenwich still, and April there.
        assert_eq!(super::months(at("2028-04-01T03:00:00"), 7)[13], at("2028-04-01T00:00:00"));
    }

    #[test]
    fn each_time_counts_from_when_the_camera_was_there_and_up_to_now() {
        let now = at("2028-03-02T12:00:00");
        let since = at("2028-02-28T12:00:00").as_micros();
        let spans = [
            span("2028-02-28T12:00:00", "2028-02-29T06:00:00"),
            span("2028-03-01T00:00:00", "2028-03-02T12:00:00"),
        ];
        let told = |times: &[TimeUp]| {
            times.iter().map(|one| (one.recorded_seconds, one.of_seconds, one.percent)).collect::<Vec<_>>()
        };
        let days = shares(&days(now, 7), since, now, &spans);
        assert_eq!(days[0].starts_at, at("2028-02-28T00:00:00"));
        let (half, day) = (43_200, 86_400);
        assert_eq!(told(&days), [(half, half, 100), (21_600, day, 25), (day, day, 100), (half, half, 100)]);
        let months = shares(&months(now, 7), since, now, &spans);
        assert_eq!(months[0].starts_at, at("2028-02-01T00:00:00"));
        assert_eq!(told(&months), [(half + 21_600, half + day, 50), (day + half, day + half, 100)]);
    }
}
