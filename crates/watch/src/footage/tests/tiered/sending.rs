//! What is sent, when, and what goes wrong at once.

use super::*;
use crate::tier::{AccessKey, TierError, Trouble};

#[test]
fn what_is_closed_goes_up_under_a_name_of_camera_and_time_and_nothing_of_it_can_be_read() {
    if no_store("what_is_closed_goes_up") {
        return;
    }
    let tiered = Tiered::filled("up", 2);
    let recorder = tiered.rig.recorder();
    write(&recorder, ONE, &start(), BEGAN + 4 * HOUR, 0..2);
    assert_eq!(tiered.report().files, 0, "before it was told of holds and limits");
    assert_eq!((tiered.report().waiting_files, tiered.report().waiting_bytes), (4, 4 * SMALL));
    tiered.keep(0, &[]);
    tiered.until_sent(4);
    let names = |camera| tiered.rig.files(camera).into_iter().take(2).map(move |path| object(camera, &path));
    assert_eq!(tiered.store.objects(), names(ONE).chain(names(TWO)).collect::<Vec<_>>());
    let report = tiered.report();
    assert_eq!((report.bytes, report.waiting_files, report.unwanted), (4 * SMALL, 0, 0));
    assert_eq!((report.sent, report.trouble), (4, None));
    // The file that is being written is on the disk alone, and each of the others is told of once.
    let placed = tiered.placed(ONE);
    assert_eq!(placed.len(), 6);
    assert!(placed.iter().all(|one| &*one.disk == "oak"));
    drop(recorder);
    tiered.settle();
    tiered.keep(0, &[]);
    tiered.until_sent(5);
    assert_eq!(tiered.store.uploads(), Vec::<String>::new());
}

#[test]
fn only_what_is_old_enough_goes_up_and_what_is_held_at_once() {
    if no_store("only_what_is_old_enough_goes_up") {
        return;
    }
    let after = Duration::from_hours(24);
    let tiered = Tiered::start("held", |store| TierSettings { after, ..store.settings() });
    tiered.rig.record(3);
    tiered.settle();
    let hold = Hold { camera: ONE, from_us: BEGAN + HOUR, to_us: BEGAN + HOUR + 1, until_us: None };
    tiered.keep(0, &[hold]);
    tiered.until_sent(1);
    assert_eq!(tiered.store.objects(), [object(ONE, &tiered.rig.files(ONE)[1])]);
    // What is held stays on the disk, too, however full that is.
    tiered.keep(u64::MAX, &[hold]);
    until(|| tiered.rig.files(TWO).is_empty() && tiered.rig.files(ONE).len() == 1);
    assert_eq!(tiered.report().files, 1);
}

#[test]
fn for_room_what_has_a_copy_goes_first_and_what_has_none_after_it() {
    if no_store("for_room_what_has_a_copy_goes_first") {
        return;
    }
    let after = Duration::from_hours(24);
    let tiered = Tiered::start("room", |store| TierSettings { after, ..store.settings() });
    tiered.rig.record(3);
    tiered.settle();
    let hold = |until_us| Hold { camera: TWO, from_us: BEGAN + 2 * HOUR, to_us: BEGAN + 3 * HOUR, until_us };
    tiered.keep(0, &[hold(None)]);
    tiered.until_sent(1);
    // It is not held any more; a full disk asks for less than one file, and the newest goes since it has a copy.
    let asked = stock::Asked { limits: &Limits::default(), holds: &[], now_us: BEGAN + 4 * HOUR, most: 99 };
    let (files, standing) = stock::candidates(&tiered.index.shared, 0, &asked, 1).unwrap();
    let goes = condemned(&files, asked.limits, &[], &standing, asked.now_us);
    assert_eq!(
        goes.iter().map(|file| (file.camera, file.began_us)).collect::<Vec<_>>(),
        [(TWO, BEGAN + 2 * HOUR)]
    );
    let (files, standing) = stock::candidates(&tiered.index.shared, 0, &asked, SMALL + 1).unwrap();
    let goes = condemned(&files, asked.limits, &[], &standing, asked.now_us);
    assert_eq!(goes.iter().map(|file| file.began_us).collect::<Vec<_>>(), [BEGAN + 2 * HOUR, BEGAN]);
}

#[test]
fn a_wrong_key_is_told_in_words_and_nothing_of_it_is_shown() {
    if no_store("a_wrong_key_is_told_in_words") {
        return;
    }
    let wrong = |store: &Store| TierSettings {
        key: AccessKey::parse(&format!("{}\nwrong-secret\n", store.key.0)).unwrap(),
        ..store.settings()
    };
    let tiered = Tiered::beside(Store::start(&["strict"]), "key", wrong);
    tiered.rig.record(1);
    tiered.settle();
    tiered.keep(0, &[]);
    until(|| tiered.report().trouble.is_some());
    assert_eq!(tiered.report().trouble, Some(Trouble::Refused));
    assert_eq!((tiered.report().files, tiered.report().waiting_files), (0, 2));
    let settings = wrong(&tiered.store);
    let refused = tier(&settings).try_out().unwrap_err();
    assert_eq!(refused, TierError::Refused);
    assert!(!format!("{refused} {refused:?} {settings:?} {:?}", tier(&settings)).contains("wrong-secret"));
}

#[test]
fn a_store_is_tried_with_something_small_that_is_gone_afterwards() {
    if no_store("a_store_is_tried_with_something_small") {
        return;
    }
    let store = Store::start(&["strict"]);
    assert_eq!(tier(&store.settings()).try_out(), Ok(()));
    assert_eq!(store.objects(), Vec::<String>::new());
    let tried = |settings: TierSettings| tier(&settings).try_out().unwrap_err();
    assert_eq!(tried(TierSettings { bucket: "elsewhere".into(), ..store.settings() }), TierError::NoBucket);
    let nobody = "http://127.0.0.1:9".to_owned();
    assert_eq!(tried(TierSettings { endpoint: nobody, ..store.settings() }), TierError::Away);
    // What is deleted would stay, as an old version.
    let keeps = Store::start(&["versions"]);
    assert_eq!(tried(keeps.settings()), TierError::Versions);
}

#[test]
fn over_tls_the_authority_that_was_named_is_trusted_and_no_other() {
    if no_store("over_tls_the_authority_that_was_named_is_trusted") {
        return;
    }
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let rig = Rig::new("tier-tls");
    let [certificate, key] = ["store.pem", "store.key"].map(|name| rig.folder.join(name));
    fs::write(&certificate, pem("CERTIFICATE", made.cert.der())).unwrap();
    fs::write(&key, pem("PRIVATE KEY", &made.signing_key.serialize_der())).unwrap();
    let store = Store::start(&[certificate.to_str().unwrap(), key.to_str().unwrap()]);
    let authorities = Some(fs::read(&certificate).unwrap());
    assert_eq!(tier(&TierSettings { authorities, ..store.settings() }).try_out(), Ok(()));
    let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let authorities = Some(pem("CERTIFICATE", other.cert.der()).into_bytes());
    let untrusted = TierSettings { authorities, ..store.settings() };
    assert_eq!(tier(&untrusted).try_out(), Err(TierError::Untrusted));
}

/// DER as PEM.
fn pem(what: &str, der: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))
}
