//! `POST /api/alarms/{id}/close`: it is over.

use super::{
    Api,
    tell::{Act, shortened},
};
use crate::{
    engine::{Close, CloseReason, Input},
    event::About,
    shown::alarm::Alarm,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{AlarmId, PersonId, Pii};
use serde::Deserialize;

/// Why and by whose word an alarm is closed.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct CloseAlarm {
    /// `fire_out`, `no_fire`, `handed_over` or `other`; or words of one's own, which count as `other`.
    reason: Pii<String>,
    /// Who looked on site: somebody else than who closes.
    looked_by: Option<PersonId>,
    /// What else is to be said.
    words: Option<Pii<String>>,
}

impl CloseAlarm {
    /// The reason of the closed list, and what was said in one's own words.
    fn read(&self) -> (Option<CloseReason>, Pii<String>) {
        let reason = self.reason.expose().trim();
        let words = self.words.clone().unwrap_or_default();
        match reason {
            "" => (None, words),
            "fire_out" => (Some(CloseReason::FireOut), words),
            "no_fire" => (Some(CloseReason::NoFire), words),
            "handed_over" => (Some(CloseReason::HandedOver), words),
            "other" => (Some(CloseReason::Other), words),
            own if words.expose().is_empty() => (Some(CloseReason::Other), Pii::new(own.to_owned())),
            own => (Some(CloseReason::Other), Pii::new(format!("{own}. {}", words.expose()))),
        }
    }
}

/// Closes an alarm. It takes somebody who looked, another person who leads or sits at the desk, and a reason.
#[utoipa::path(post, path = "/api/alarms/{id}/close", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = CloseAlarm, responses((status = 200, body = Alarm)))]
pub async fn close(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
    Body(input): Body<CloseAlarm>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    let (site, _) = api.permit(&caller, id, Action::CloseAlarm).await?;
    let (reason, words) = input.read();
    let by = api.by(&caller, site);
    api.tell_once(&caller, &act, Input::Close(Close { alarm: id, by, looked_by: input.looked_by, reason }))?;
    api.keep_note(site.alarm, caller.person(), About::Close, shortened(&words));
    api.answered(&caller, id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reason: &str, words: Option<&str>) -> (Option<CloseReason>, String) {
        let words = words.map(|words| Pii::new(words.to_owned()));
        let close = CloseAlarm { reason: Pii::new(reason.to_owned()), looked_by: None, words };
        let (reason, words) = close.read();
        (reason, words.into_exposed())
    }

    #[test]
    fn a_reason_is_a_word_of_the_list_or_words_of_ones_own() {
        assert_eq!(read("no_fire", None), (Some(CloseReason::NoFire), String::new()));
        assert_eq!(read(" ", None), (None, String::new()));
        assert_eq!(read("Nấu ăn", None), (Some(CloseReason::Other), "Nấu ăn".into()));
        assert_eq!(read("Nấu ăn", Some("bếp ga")), (Some(CloseReason::Other), "Nấu ăn. bếp ga".into()));
    }
}
