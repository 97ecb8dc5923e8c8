//! The ONVIF client against simulated devices, over real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use liengia_kernel::{Clock as _, SeededEntropy, SystemClock, SystemEntropy};
use liengia_sim::camera::onvif::{
    Answers, Device, Devices, Masking, Misbehaviour, Position, Setup, SignIn, Stream,
};
use liengia_watch::{
    event::Mask,
    onvif::{Address, CannotMask, Client, Codec, Flaw, Imaging, IrCut, Masked, Range, Speed, discover, pick},
};
use std::{net::Ipv4Addr, sync::Arc, time::Duration};

const PATIENCE: Duration = Duration::from_secs(5);
const PASSWORD: &str = "geh<e>im & \"ổ\"";

fn device() -> Device {
    let stream = |path: &str, width, height| Stream {
        url: format!("rtsp://127.0.0.1:8554/{path}"),
        width,
        height,
        rate: 15,
    };
    let user = Some(("admin".to_owned(), PASSWORD.to_owned()));
    Device { user, ..Device::new("Cổng chợ", 7, stream("cam1", 1280, 720), stream("cam1/sub", 640, 360)) }
}

fn start(device: Device) -> Devices {
    let setup = Setup { listen: ([127, 0, 0, 1], 0).into(), devices: vec![device], found_on: None };
    Devices::start(setup, Arc::new(SystemClock::new())).unwrap()
}

/// Asks the one device of these, with a password.
fn with<T>(
    devices: &Devices,
    password: &str,
    ask: impl FnOnce(&mut Client<'_>) -> Result<T, Flaw>,
) -> Result<T, Flaw> {
    // Random: a camera refuses a proof that it has seen before.
    let (clock, entropy) = (SystemClock::new(), SystemEntropy);
    let user = Some(("admin".to_owned(), password.to_owned()));
    let address = Address::parse(&devices.url(0)).unwrap();
    ask(&mut Client::connect(address, user, PATIENCE, &clock, &entropy)?)
}

fn ask<T>(device: Device, ask: impl FnOnce(&mut Client<'_>) -> Result<T, Flaw>) -> Result<T, Flaw> {
    with(&start(device), PASSWORD, ask)
}

#[test]
fn a_camera_is_found_by_who_asks_in_its_network() {
    let (clock, entropy) = (SystemClock::new(), SeededEntropy::new(11));
    let elsewhere = Misbehaviour { wrong_host: Some("192.0.2.9".into()), ..Misbehaviour::default() };
    let liar = Device { seed: 77, misbehaviour: elsewhere, ..device() };
    let setup = Setup {
        listen: ([127, 0, 0, 1], 0).into(),
        devices: vec![Device { seed: 76, ..device() }, liar, Device { seed: 75, ..device() }],
        found_on: Some(Ipv4Addr::LOCALHOST),
    };
    let devices = Devices::start(setup, Arc::new(SystemClock::new())).unwrap();
    let found = discover(&[Ipv4Addr::LOCALHOST], Duration::from_millis(900), &clock, &entropy).unwrap();
    let port = devices.address().port();
    let ours: Vec<_> = found.iter().filter(|found| found.addresses[0].port == port).collect();
    assert_eq!(ours.len(), 2, "{found:?}");
    assert!(ours[0].reference < ours[1].reference);
    assert_eq!(ours[1].addresses[0].to_string(), devices.url(0));
    assert_eq!((ours[0].name.as_deref(), ours[0].hardware.as_deref()), (Some("Cổng chợ"), Some("SIM-1")));
    assert!(discover(&[], Duration::ZERO, &clock, &entropy).is_err());
}

#[test]
fn profiles_and_streams_are_told_by_old_and_new_cameras() {
    for (has_media2, sign_in) in
        [(true, SignIn::Token), (false, SignIn::Token), (true, SignIn::Http), (false, SignIn::Either)]
    {
        let device = Device { has_media2, sign_in, ..device() };
        ask(device, |client| {
            let profiles = client.profiles()?;
            let (main, sub) = pick(&profiles);
            let (main, sub) = (main.unwrap(), sub.unwrap());
            assert_eq!((main.codec, main.width, main.height), (Codec::H264, 1280, 720));
            assert_eq!(
                (main.pictures_per_s, main.kilobits_per_s, main.key_interval),
                (Some(15.0), Some(2048), Some(15))
            );
            assert_eq!((sub.width, sub.has_ptz, sub.configuration.as_deref()), (640, true, Some("view")));
            assert_eq!(client.stream_uri(&main.token)?, "rtsp://127.0.0.1:8554/cam1");
            assert_eq!(client.stream_uri(&sub.token)?, "rtsp://127.0.0.1:8554/cam1/sub");
            assert!(matches!(client.stream_uri("<no>"), Err(Flaw::Refused { .. })));
            let maker = client.maker()?;
            assert_eq!((maker.name.as_str(), maker.model.as_str()), ("liengia", "SIM-1"));
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn a_wrong_password_is_refused_however_it_is_asked_for() {
    for sign_in in [SignIn::Token, SignIn::Http, SignIn::Either] {
        let devices = start(Device { sign_in, ..device() });
        assert_eq!(
            with(&devices, "wrong", |client| client.profiles().map(drop)).unwrap_err(),
            Flaw::NotAuthorized
        );
        assert!(with(&devices, PASSWORD, |client| client.profiles().map(drop)).is_ok());
    }
}

#[test]
fn a_user_name_cannot_break_out_of_its_line() {
    let devices = start(Device { sign_in: SignIn::Http, ..device() });
    let (clock, entropy) = (SystemClock::new(), SystemEntropy);
    let user = Some(("admin\r\nX: y".to_owned(), PASSWORD.to_owned()));
    let address = Address::parse(&devices.url(0)).unwrap();
    assert_eq!(Client::connect(address, user, PATIENCE, &clock, &entropy).err(), Some(Flaw::NotAuthorized));
}

#[test]
fn the_password_is_never_sent_in_plain() {
    let flaw =
        ask(Device { sign_in: SignIn::Plain, ..device() }, |client| client.profiles().map(drop)).unwrap_err();
    assert_eq!(flaw, Flaw::WantsPlain);
}

#[test]
fn a_clock_that_is_an_hour_off_is_told_and_reckoned_with() {
    for hours in [1, -1, 24 * 365] {
        let device = Device { clock_off_by: hours * 3_600_000, ..device() };
        let error = ask(device, |client| {
            client.profiles()?;
            Ok(client.clock_error_ms().unwrap())
        });
        let off = error.unwrap() - hours * 3_600_000;
        assert!((-1500..1500).contains(&off), "{off}");
    }
}

const MASKS: [Mask; 2] =
    [Mask { x: 0, y: 0, width: 500, height: 250 }, Mask { x: 333, y: 700, width: 100, height: 299 }];

fn mask(devices: &Devices, masks: &[Mask]) -> Masked {
    with(devices, PASSWORD, |client| client.set_masks("view", masks)).unwrap()
}

fn drawn(devices: &Devices) -> Vec<[u16; 4]> {
    let masks = devices.masks(0).unwrap();
    let mut drawn: Vec<_> =
        masks.lock().unwrap().iter().map(liengia_sim::camera::onvif::Mask::thousandths).collect();
    drawn.sort_unstable();
    drawn
}

#[test]
fn masks_become_exactly_those_that_are_asked_for() {
    let devices = start(Device { masking: Masking::Can { most: 2 }, ..device() });
    assert_eq!(mask(&devices, &MASKS), Masked::MasksSet);
    assert_eq!(drawn(&devices), [[0, 0, 500, 250], [333, 700, 433, 999]]);
    let other = Mask { x: 900, y: 900, width: 100, height: 100 };
    assert_eq!(mask(&devices, &[MASKS[1], other]), Masked::MasksSet);
    assert_eq!(drawn(&devices), [[333, 700, 433, 999], [900, 900, 1000, 1000]]);
    assert_eq!(mask(&devices, &[MASKS[0]]), Masked::MasksSet);
    assert_eq!(drawn(&devices), [[0, 0, 500, 250]]);
    assert_eq!(mask(&devices, &[]), Masked::MasksSet);
    assert!(drawn(&devices).is_empty());
}

#[test]
fn masks_that_a_camera_forgot_are_missed() {
    let devices = start(device());
    assert_eq!(mask(&devices, &MASKS), Masked::MasksSet);
    let hides = || with(&devices, PASSWORD, |client| client.hides("view", &MASKS)).unwrap();
    assert!(hides());
    devices.masks(0).unwrap().lock().unwrap().pop();
    assert!(!hides());
    devices.masks(0).unwrap().lock().unwrap().clear();
    assert!(!hides());
    assert_eq!(mask(&devices, &MASKS), Masked::MasksSet);
    assert!(hides());
}

#[test]
fn what_a_camera_cannot_mask_is_said() {
    for (masking, has_media2, why) in [
        (Masking::Cannot, true, CannotMask::NotOffered),
        (Masking::Can { most: 8 }, false, CannotMask::NotOffered),
        (Masking::Can { most: 0 }, true, CannotMask::NotOffered),
        (Masking::Can { most: 1 }, true, CannotMask::TooMany { most: 1 }),
        (Masking::Ignores, true, CannotMask::NotDone),
        (Masking::Shrinks, true, CannotMask::NotDone),
    ] {
        let devices = start(Device { masking, has_media2, ..device() });
        assert_eq!(mask(&devices, &MASKS), Masked::CannotMask(why), "{masking:?}");
    }
    let devices = start(device());
    assert_eq!(
        with(&devices, PASSWORD, |client| client.set_masks("<no>", &MASKS)).unwrap(),
        Masked::CannotMask(CannotMask::NotOffered)
    );
    assert_eq!(with(&devices, "wrong", |client| client.set_masks("view", &MASKS)), Err(Flaw::NotAuthorized));
}

#[test]
fn a_camera_is_turned_and_stops_by_itself() {
    let devices = start(device());
    let at = |devices: &Devices| devices.position(0).unwrap();
    with(&devices, PASSWORD, |client| {
        let presets = client.presets("main")?;
        assert_eq!((presets.len(), presets[1].name.as_str()), (2, "Sân <sau>"));
        client.goto_preset("main", &presets[0].token)?;
        assert_eq!(at(&devices), Position { pan: 0.5, tilt: -0.25, zoom: 0.1 });
        assert!(matches!(client.goto_preset("main", "none"), Err(Flaw::Refused { .. })));
        client.turn("main", Speed { pan: -1.0, ..Speed::default() }, Duration::from_millis(200))?;
        let clock = SystemClock::new();
        while (at(&devices).pan - 0.4).abs() > 1e-9 && clock.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        assert!((at(&devices).pan - 0.4).abs() < 1e-9);
        client.turn("main", Speed { tilt: 7.0, ..Speed::default() }, Duration::from_secs(30))?;
        client.stop("main")?;
        let there = at(&devices);
        assert!(there.tilt > -0.25 && there.tilt < 1.0 && there == at(&devices), "{there:?}");
        assert!(client.has_home()?);
        client.goto_home("main")?;
        assert_eq!(at(&devices), Position::default());
        Ok(())
    })
    .unwrap();
    let fixed = Device { has_ptz: false, ..device() };
    assert_eq!(ask(fixed, |client| client.presets("main")), Err(Flaw::NotSupported));
}

#[test]
fn only_the_settings_that_are_given_are_changed() {
    let devices = start(device());
    with(&devices, PASSWORD, |client| {
        client.set_imaging(
            "source",
            Imaging {
                brightness: Some(61.5),
                ir_cut: Some(IrCut::Off),
                wide_range: Some(true),
                ..Imaging::default()
            },
        )?;
        let expected = Imaging {
            brightness: Some(61.5),
            contrast: Some(50.0),
            ir_cut: Some(IrCut::Off),
            wide_range: Some(true),
        };
        assert_eq!(client.imaging("source")?, expected);
        let options = client.imaging_options("source")?;
        assert_eq!(options.brightness, Some(Range { least: 0.0, most: 100.0 }));
        assert_eq!((options.ir_cut.len(), options.wide_range), (3, true));
        let beyond = Imaging { contrast: Some(900.0), ..Imaging::default() };
        assert!(matches!(client.set_imaging("source", beyond), Err(Flaw::Refused { .. })));
        Ok(())
    })
    .unwrap();
}

fn misbehaving(misbehaviour: Misbehaviour) -> Device {
    Device { misbehaviour, ..device() }
}

#[test]
fn a_wrong_host_and_a_password_in_an_address_do_not_come_through() {
    let misbehaviour =
        Misbehaviour { wrong_host: Some("192.0.2.9".into()), password_in_uri: true, answers: Answers::Well };
    for has_media2 in [true, false] {
        let device = Device {
            has_media2,
            user: Some(("admin".into(), "geheim".into())),
            ..misbehaving(misbehaviour.clone())
        };
        let devices = start(device);
        let url = with(&devices, "geheim", |client| client.stream_uri("sub")).unwrap();
        assert_eq!(url, "rtsp://127.0.0.1:8554/cam1/sub");
    }
}

#[test]
fn whatever_a_camera_answers_is_a_flaw_in_time() {
    for (answers, flaw) in [
        (Answers::Garbage, "not_onvif"),
        (Answers::Elsewhere, "not_onvif"),
        (Answers::Giant, "refused"),
        (Answers::Never, "timeout"),
        (Answers::BytePerSecond, "timeout"),
    ] {
        let devices = start(misbehaving(Misbehaviour { answers, ..Misbehaviour::default() }));
        let (clock, entropy) = (SystemClock::new(), SeededEntropy::new(7));
        let address = Address::parse(&devices.url(0)).unwrap();
        let patience = Duration::from_millis(1500);
        let told = Client::connect(address, None, patience, &clock, &entropy).err().unwrap();
        assert_eq!(told.code(), flaw, "{answers:?}");
        assert!(clock.elapsed() < 3 * patience, "{answers:?}");
    }
}

#[test]
fn who_must_be_done_asks_no_longer() {
    let flaw = ask(device(), |client| {
        client.end_within(Duration::from_secs(5));
        client.profiles()?;
        client.end_within(Duration::ZERO);
        client.profiles().map(drop)
    });
    assert_eq!(flaw, Err(Flaw::Timeout));
}
