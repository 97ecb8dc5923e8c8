//! `/metrics`, in the text format of Prometheus.
//!
//! Promises: counts only, with labels from short fixed lists; read with the token of the configuration and nothing else, or
//! where there is none on the machine itself. Never: a label for a home, a team, a device or a person.

use super::{Shared, health::Looked};
use crate::config::Config;
use anyhow::{Context as _, bail};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use liengia_fire::engine::State as Engine;
use liengia_http::Peer;
use liengia_journal::Writing;
use liengia_kernel::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The shortest token that is taken, in characters.
const SHORTEST_TOKEN: usize = 24;

/// Headers with which a proxy says that it only passes a request on: such a one does not come from this machine.
const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// Who may read the metrics: whoever has the token; where there is none, this machine. Not every proxy says that it passes
/// a request on, so a token is asked for on this machine, too.
pub struct MetricsDoor {
    token: Option<[u8; 32]>,
}

impl MetricsDoor {
    /// The door of this configuration.
    pub fn of(config: &Config) -> anyhow::Result<Self> {
        let Some(path) = &config.http.metrics_token_file else { return Ok(Self { token: None }) };
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        if text.trim().chars().count() < SHORTEST_TOKEN {
            bail!(
                "{}: the token has fewer than {SHORTEST_TOKEN} characters; `openssl rand -hex 32` makes one",
                path.display()
            );
        }
        Ok(Self { token: Some(Sha256::digest(text.trim()).into()) })
    }

    fn opens(&self, peer: Option<Peer>, headers: &HeaderMap) -> bool {
        let Some(token) = self.token else {
            let passed_on = PASSED_ON.iter().any(|name| headers.contains_key(*name));
            return peer.is_some_and(|Peer(address)| address.is_loopback()) && !passed_on;
        };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer "));
        // Hashes are compared, so that the time it takes says nothing of the token.
        given.is_some_and(|given| Sha256::digest(given.trim())[..] == token)
    }
}

pub(super) async fn metrics(
    State(looked): State<Looked>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    if !looked.door.opens(peer.map(|Extension(peer)| peer), &headers) {
        return (StatusCode::UNAUTHORIZED, "metrics: on the node itself, or with its token\n")
            .into_response();
    }
    let mut page = Page::default();
    page.records(&looked.shared);
    page.alarms(&looked.shared);
    page.devices(&looked.shared);
    page.people(&looked.shared);
    page.browsers(&looked);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page.0).into_response()
}

/// The text, as it grows.
#[derive(Default)]
struct Page(String);

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "# HELP liengia_{name} {help}\n# TYPE liengia_{name} {kind}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.head(name, kind, help);
        let _ = writeln!(self.0, "liengia_{name} {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.one(name, "gauge", help, value);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.one(&format!("{name}_total"), "counter", help, value);
    }

    /// Several of one kind, told apart by one label.
    fn family(&mut self, name: &str, help: &str, label: &str, values: &[(&str, u64)]) {
        self.head(&format!("{name}_total"), "counter", help);
        for (which, value) in values {
            let _ = writeln!(self.0, "liengia_{name}_total{{{label}=\"{which}\"}} {value}");
        }
    }

    fn records(&mut self, shared: &Shared) {
        let journal = &shared.register.journal;
        let well = *journal.writing().borrow() == Writing::Well;
        self.gauge("journal_writing", "1 while the journal can write.", u64::from(well));
        self.gauge("journal_waiting", "Commits that wait for the writer.", count(journal.waiting()));
        self.gauge(
            "journal_waiting_most",
            "Commits that may wait; more are refused.",
            count(journal.waiting_most()),
        );
        let unrecorded = count(shared.alarms.unrecorded());
        self.gauge("alarm_events_unrecorded", "Events of alarms that wait for the journal.", unrecorded);
        let dropped = shared.alarms.dropped();
        self.counter("alarm_events_dropped", "Events of alarms that were never written.", dropped);
        let faults = count(shared.faults.faults().len());
        self.gauge("faults", "What is wrong with the node, by its own count.", faults);
        let newest = shared.backups.newest().map_or(0, Timestamp::as_seconds);
        let help = "When the newest backup was made, in seconds since 1970; 0: none was found.";
        self.gauge("backup_newest_timestamp_seconds", help, u64::try_from(newest).unwrap_or(0));
    }

    fn alarms(&mut self, shared: &Shared) {
        let open = shared.alarms.look(|state| state.open().count());
        self.gauge("alarms_open", "Open alarms and drills.", count(open));
        let counts = shared.alarms.look(Engine::counts);
        self.counter("presses_repeated", "Presses that were counted before.", counts.repeated);
        self.counter("presses_limited", "Presses beyond what one source may add.", counts.limited);
        self.counter("alarm_inputs_refused_full", "Inputs refused because something was full.", counts.full);
        self.counter("alarm_inputs_refused", "Inputs refused for other reasons.", counts.refused);
        self.counter("alarms_adopted", "Alarms found ringing on bells.", counts.adopted);
        self.counter("bells_told_again", "Bells told again because they did not confirm.", counts.told_again);
        let (told, confirmed) = shared.timing.rings();
        self.counter("rings_told", "Rings told to bells, renewals among them.", told);
        self.counter("rings_confirmed", "Rings that bells confirmed.", confirmed);
        self.recorded(shared);
    }

    fn recorded(&mut self, shared: &Shared) {
        let told = shared.timing.histogram();
        let name = "press_recorded_seconds";
        self.head(name, "histogram", "From a device's press to the disk.");
        for (end, so_many) in told.up_to {
            let (seconds, millis) = (end / 1_000, end % 1_000);
            let _ = writeln!(self.0, "liengia_{name}_bucket{{le=\"{seconds}.{millis:03}\"}} {so_many}");
        }
        let (seconds, micros) = (told.total_micros / 1_000_000, told.total_micros % 1_000_000);
        let _ = writeln!(
            self.0,
            "liengia_{name}_bucket{{le=\"+Inf\"}} {}\nliengia_{name}_sum {seconds}.{micros:06}\nliengia_{name}_count {}",
            told.count, told.count
        );
    }

    fn devices(&mut self, shared: &Shared) {
        let presence = shared.broker.presence();
        self.gauge("mqtt_connections", "Connections of devices.", count(presence.connections));
        self.gauge(
            "mqtt_strangers",
            "Connections that have not said who they are.",
            count(presence.strangers),
        );
        for (name, help, value) in shared.broker.counts().each() {
            self.counter(&format!("mqtt_{name}"), help, value);
        }
    }

    fn people(&mut self, shared: &Shared) {
        let push = shared.pusher.counts();
        self.gauge("push_subscriptions", "Browsers that may be woken.", count(shared.book.len()));
        self.gauge(
            "push_waiting",
            "Pushes that wait or are under way.",
            count(push.waiting + push.under_way),
        );
        let ends = [
            ("accepted", push.accepted),
            ("gone", push.gone),
            ("failed", push.failed),
            ("expired", push.expired),
            ("refused_full", push.refused),
        ];
        self.family("push", "Pushes, by how they ended.", "outcome", &ends);
        self.gauge(
            "words_waiting",
            "Words to people that wait to be addressed.",
            count(shared.postman.waiting()),
        );
        self.counter(
            "words_lost",
            "Words to people that were let go because too many waited.",
            shared.postman.lost(),
        );
        let Some(hook) = &shared.hook else { return };
        let counts = hook.counts();
        self.gauge(
            "hook_waiting",
            "Texts and calls that wait or are under way.",
            count(counts.waiting + counts.under_way),
        );
        let ends = [("accepted", counts.accepted), ("dead", counts.dead), ("refused_full", counts.refused)];
        self.family("hook", "Texts and calls, by how they ended.", "outcome", &ends);
        let troubled = hook.health().iter().filter(|health| health.trouble.is_some()).count();
        self.gauge("hook_gateways_in_trouble", "Gateways that do not take messages.", count(troubled));
    }

    fn browsers(&mut self, looked: &Looked) {
        let streams = count(looked.shared.hub.listeners());
        self.gauge("event_streams", "Open phones and desks.", streams);
        let attended = u64::from(looked.shared.screens.desk_attended());
        self.gauge("desk_attended", "1 while the officer whose shift is on has a screen open.", attended);
        let hundreds = ["1xx", "2xx", "3xx", "4xx", "5xx"];
        let answers: Vec<(&str, u64)> = hundreds
            .into_iter()
            .enumerate()
            .map(|(place, class)| (class, looked.counts.of_hundred(place + 1)))
            .collect();
        self.family("http_answers", "Answers, by the hundred of their status.", "class", &answers);
        let busy = looked.counts.refused_busy();
        self.counter("http_refused_busy", "Requests refused because too many were worked on.", busy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_token_is_asked_for_on_the_machine_itself_too() {
        let door = MetricsDoor { token: Some(Sha256::digest("a-token-of-the-operator").into()) };
        for address in ["127.0.0.1", "::1", "10.0.0.9"] {
            assert!(!door.opens(Some(at(address)), &headers(&[])), "{address}");
            assert!(
                !door.opens(Some(at(address)), &headers(&[("authorization", "Bearer another")])),
                "{address}"
            );
            let token = headers(&[("authorization", "Bearer a-token-of-the-operator")]);
            assert!(door.opens(Some(at(address)), &token), "{address}");
        }
    }

    #[test]
    fn without_a_token_the_machine_itself_reads_and_nobody_through_a_proxy() {
        let door = MetricsDoor { token: None };
        assert!(
            door.opens(Some(at("127.0.0.1")), &headers(&[])) && door.opens(Some(at("::1")), &headers(&[]))
        );
        assert!(!door.opens(Some(at("10.0.0.9")), &headers(&[("authorization", "Bearer ")])));
        assert!(!door.opens(None, &headers(&[])));
        for name in PASSED_ON {
            assert!(!door.opens(Some(at("127.0.0.1")), &headers(&[(name, "10.0.0.9")])), "{name}");
        }
    }

    fn at(address: &str) -> Peer {
        Peer(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn a_family_has_one_head_and_a_line_for_each() {
        let mut page = Page::default();
        page.family("push", "Pushes.", "outcome", &[("accepted", 2), ("gone", 1)]);
        let wanted = "# HELP liengia_push_total Pushes.\n# TYPE liengia_push_total counter\n\
                      liengia_push_total{outcome=\"accepted\"} 2\nliengia_push_total{outcome=\"gone\"} 1\n";
        assert_eq!(page.0, wanted);
    }
}
