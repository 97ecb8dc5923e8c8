//! What browsers reach: the API, the apps, and the pages for whoever runs the node.

use super::{Devices, Eyes, Ground, Outgoing, Tasks};
use crate::{
    alarm_loop::{Answering, Desk},
    api::{self, MetricsDoor},
    backups::{Backups, Watched},
    ca_page,
    cap::Feeds,
    config::Config,
    listen, pages,
    ports::{Reached, Screens, Wrong, topics},
    tend,
};
use anyhow::Context as _;
use axum::{Router, http::Method, routing::get};
use liengia_access::{Built, RouteEntry};
use liengia_fire::settings::{Faults, Mqtt, Settings};
use liengia_http::ShellConfig;
use liengia_signal::mqtt::Broker;
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// How often a phone hears from the node.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// What browsers reach.
pub struct Browsers {
    /// What the endpoints are.
    pub document: api::Document,
    /// Who may come through which.
    pub routes: Vec<RouteEntry>,
    /// Where browsers connect.
    pub listening: Vec<SocketAddr>,
}

/// The parts of the node that browsers reach.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// Identity, journal, register, accounts.
    pub ground: &'a Ground,
    /// What rings.
    pub devices: &'a Devices,
    /// What tells people.
    pub outgoing: &'a Outgoing,
    /// Cameras.
    pub eyes: &'a Eyes,
}

impl Browsers {
    /// Opens the doors for browsers.
    pub async fn open(
        config: &Config,
        parts: Parts<'_>,
        extra: Router,
        tasks: &mut Tasks,
    ) -> anyhow::Result<Self> {
        let Parts { ground, devices, .. } = parts;
        let backups = Backups::default();
        let shared = shared(config, parts, backups.clone(), tasks)?;
        let watched = Watched::of(&config.backup, ground.journal.commune(), ground.set_up_at);
        tasks.run(backups.watch(watched, ground.clock.clone(), tasks.stopping()));
        let desk =
            Desk { kit: ground.kit.clone(), alarms: devices.alarms.clone(), screens: shared.screens.clone() };
        tasks.run(desk.watch(tasks.stopping()));
        tasks.run(tend::keep_small(
            ground.kit.clone(),
            ground.clock.clone(),
            config.clone(),
            tasks.stopping(),
        ));
        if let Some(certificates) = &devices.certificates {
            let keeper = certificates.keeper(config, devices.broker.clone(), ground.clock.clone());
            tasks.run(keeper.keep(tasks.stopping()));
        }
        let document = api::Document::default();
        let Built { router, document: text, table } =
            api::routes(&shared, document.clone()).build(&ground.access);
        document.write(text);
        let shell = ShellConfig {
            urgent,
            ..ShellConfig::new(ground.origins.clone(), ground.clock.clone(), ground.entropy.clone())
        };
        // Not the fallback: that one is the shell's, and says so of methods too.
        let pages = Router::new().route("/", get(pages::page)).route("/{*path}", get(pages::page));
        let whole = router.merge(extra).merge(pages);
        let (router, counts) = liengia_http::shell(whole, shell);
        let door = MetricsDoor::of(config)?;
        let router = router.merge(api::health(&shared, counts, door));
        if let Some(page) = &config.http.ca {
            let listener = ca_page::listener(page).await?;
            tasks.run(listen::serve(listener, None, ca_page::router(page)?, tasks.stopping()));
        }
        let mut listening = Vec::new();
        for address in &config.http.listen {
            let listener = listen::bind(*address).with_context(|| format!("cannot listen on {address}"))?;
            listening.push(listener.local_addr()?);
            let certificates = devices.certificates.clone();
            let served = listen::serve(listener, certificates, router.clone(), tasks.stopping());
            tasks.run_needed("what browsers reach", served);
        }
        Ok(Self { document, routes: table, listening })
    }
}

/// What the node's own handlers share.
fn shared(
    config: &Config,
    Parts { ground, devices, outgoing, eyes }: Parts<'_>,
    backups: Backups,
    tasks: &Tasks,
) -> anyhow::Result<api::Shared> {
    let wrong = wrong(config, ground, devices, outgoing, backups.clone());
    let faults: Arc<dyn Faults> = Arc::new(ground.keys.beside(wrong.clone()));
    let screens = Screens::default();
    let settings = Settings {
        emergency_number: config.alarm.emergency_number.as_str().into(),
        utc_offset_hours: config.alarm.utc_offset_hours,
        heartbeat: HEARTBEAT,
        mqtt: mqtt_for_devices(config, &devices.broker),
        outline: None,
        phones: Arc::new(Reached { screens: screens.clone(), book: outgoing.woken.clone() }),
        faults: faults.clone(),
        report_key: ground.keys.report.clone(),
        admitted: Some(devices.gate.clone()),
    };
    let fire = liengia_fire::api::Api::new(
        devices.alarms.clone(),
        ground.kit.clone(),
        ground.register.clone(),
        ground.access.clone(),
        devices.directory.clone(),
        settings,
    );
    let answering = Answering::new(
        &outgoing.gateways,
        outgoing.calls.clone(),
        devices.alarms.clone(),
        devices.directory.clone(),
    );
    Ok(api::Shared {
        fire,
        watch: eyes.api.clone(),
        screens,
        access: ground.access.clone(),
        register: ground.register.clone(),
        alarms: devices.alarms.clone(),
        hub: devices.hub.clone(),
        book: outgoing.book.clone(),
        push_key: outgoing.push_key.clone(),
        pusher: outgoing.pusher.clone(),
        hook: outgoing.hook.clone(),
        calls: outgoing.calls.clone(),
        undelivered: outgoing.undelivered.clone(),
        answering: Arc::new(answering),
        feeds: Arc::new(Feeds::new(config, ground, devices)?),
        timing: devices.timing.clone(),
        postman: devices.postman.clone(),
        faults,
        backups,
        broker: devices.broker.clone(),
        clock: ground.clock.clone(),
        stopping: tasks.stopping(),
    })
}

/// What knows what is wrong with the node.
fn wrong(
    config: &Config,
    ground: &Ground,
    devices: &Devices,
    outgoing: &Outgoing,
    backups: Backups,
) -> Arc<Wrong> {
    Arc::new(Wrong {
        journal: ground.journal.clone(),
        alarms: devices.alarms.clone(),
        hook: outgoing.hook.clone(),
        on_call: config.alarm.on_call.is_some(),
        certificates: devices.certificates.clone(),
        backups,
        clock: ground.clock.clone(),
        failing_since: Mutex::new(None),
    })
}

/// Where devices are told to connect.
fn mqtt_for_devices(config: &Config, broker: &Broker) -> Mqtt {
    let addresses = broker.addresses();
    let (port, tls, plain_port) = ports(&addresses.tls, &addresses.plain);
    Mqtt { host: config.host.as_str().into(), port, tls, plain_port, topics }
}

/// The port for devices, whether it is TLS, and the plain one besides where devices can reach it.
fn ports(tls: &[SocketAddr], plain: &[SocketAddr]) -> (u16, bool, Option<u16>) {
    let besides = plain.iter().find(|address| !address.ip().is_loopback()).map(SocketAddr::port);
    match (tls.first(), plain.first()) {
        (Some(tls), _) => (tls.port(), true, besides),
        (None, plain) => (plain.map_or(1883, SocketAddr::port), false, None),
    }
}

/// Requests that have places of their own when all others are taken, and no pace: the press, and the answers to it. A note
/// is none: whoever writes without end would fill the journal, and what the report has room for.
fn urgent(method: &Method, path: &str) -> bool {
    let note = path.ends_with("/note");
    let alarm = path == "/api/alarms" || (path.starts_with("/api/alarms/") && !note);
    method == Method::POST && (alarm || path == "/api/hook/answers")
}

#[cfg(test)]
mod tests {
    use super::{ports, urgent};
    use axum::http::Method;

    #[test]
    fn a_press_and_what_is_answered_to_it_are_urgent_and_a_note_is_not() {
        let posts = |path: &str| urgent(&Method::POST, path);
        for path in ["/api/alarms", "/api/alarms/1/answers", "/api/alarms/1/close", "/api/hook/answers"] {
            assert!(posts(path), "{path}");
        }
        for path in ["/api/alarms/1/note", "/api/teams", "/api/alarms-of-old"] {
            assert!(!posts(path), "{path}");
        }
        assert!(!urgent(&Method::GET, "/api/alarms"));
    }

    #[test]
    fn a_device_without_tls_is_told_the_plain_port_that_it_can_reach() {
        let at = |address: &str| address.parse().unwrap();
        let (tls, open, own) = (at("0.0.0.0:8883"), at("0.0.0.0:1883"), at("127.0.0.1:1883"));
        assert_eq!(ports(&[tls], &[open]), (8883, true, Some(1883)));
        assert_eq!(ports(&[tls], &[own]), (8883, true, None));
        assert_eq!(ports(&[], &[own]), (1883, false, None));
    }
}
