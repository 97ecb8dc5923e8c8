//! An export as whoever holds the file sees it: whole, changed at any byte, or made by somebody hostile.
#![expect(clippy::unwrap_used, reason = "a test that cannot make its footage has failed")]

mod exported;

use exported::{CAMERA, Recorded, empty, folder, key, order, piece, recorded, with_proofs, zip};
use liengia_watch::evidence::{
    ProofFlaw,
    export::{ExportError, write},
    verify::{Report, Unreadable, What, check},
};
use liengia_watch::segment::{Bad, Buffers};
use proptest::prelude::*;
use std::{fs, process::Command, sync::OnceLock, time::Instant};

fn small() -> &'static [u8] {
    static ZIP: OnceLock<Vec<u8>> = OnceLock::new();
    ZIP.get_or_init(|| zip("small", &with_proofs("small")).0)
}

fn checked(bytes: &[u8]) -> Report {
    check(bytes).unwrap()
}

#[test]
fn an_export_is_as_it_was_exported_and_holds_recorded_bytes() {
    let pieces = with_proofs("whole");
    let (bytes, exported) = zip("whole", &pieces);
    let report = checked(&bytes);
    assert!(report.is_as_exported(), "{report:?}");
    assert_eq!((report.fragments, report.proofs), (4, 3));
    assert_eq!(report.manifest, exported.manifest);
    assert_eq!(report.sha256, exported.sha256);
    assert_eq!(exported.bytes, bytes.len() as u64);
    let first = fs::read(pieces[0].source.path().unwrap()).unwrap();
    assert!(bytes.windows(first.len()).any(|window| window == first));
    let name = &exported.manifest.files[0].name;
    assert_eq!(name, "Cổng-A--nhà-2-67617465/000000000000-20270115T080000Z.mp4");
    assert_eq!(
        exported.manifest.public_key,
        *liengia_watch::evidence::hex::bytes(&key().public_key()).unwrap()
    );
}

#[test]
fn strangers_check_it_with_unzip_python_and_openssl() {
    let folder = folder("strangers");
    let (bytes, exported) = zip("strangers", &with_proofs("strangers"));
    fs::write(folder.join("export.zip"), &bytes).unwrap();
    let script = "set -e; unzip -q export.zip; python3 check.py; \
        openssl pkeyutl -verify -pubin -inkey node-key.pem -rawin -in manifest.json -sigfile manifest.sig; \
        openssl pkey -pubin -in node-key.pem -outform DER | tail -c 32 | od -An -v -tx1 | tr -d ' \\n'; \
        python3 -c 'import zipfile; assert zipfile.ZipFile(\"export.zip\").testzip() is None'; \
        sha256sum manifest.json >&2";
    let said = Command::new("sh").args(["-c", script]).current_dir(&folder).output().unwrap();
    let (out, sum) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "{out} {sum}");
    assert!(out.ends_with(&key().public_key()), "{out}");
    assert!(sum.contains(&liengia_watch::evidence::hex::digits(&exported.sha256)), "{sum}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn one_changed_byte_anywhere_is_found_and_named(place in any::<prop::sample::Index>(), change in 1_u8..) {
        let mut bytes = small().to_vec();
        let at = place.index(bytes.len());
        bytes[at] ^= change;
        match check(&bytes[..]) {
            Ok(report) => {
                prop_assert!(!report.is_as_exported());
                let at = at as u64;
                let hit = |one: &liengia_watch::evidence::verify::Finding| {
                    one.in_zip.as_ref().is_some_and(|range| range.contains(&at)) || one.what == What::Signature
                };
                prop_assert!(report.findings.iter().any(hit) || at > bytes.len() as u64 - 1200, "{at}: {report:?}");
            }
            Err(refused) => prop_assert!(!refused.to_string().is_empty()),
        }
    }

    #[test]
    fn whatever_is_read_is_a_report_or_a_refusal(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<[u8; 8]>()), 1..5), cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = small().to_vec();
        for (place, change) in changes {
            let at = place.index(bytes.len() - 8);
            bytes[at..at + 8].copy_from_slice(&change);
        }
        let _ = check(&bytes[..]);
        prop_assert!(check(&bytes[..cut.index(bytes.len())]).is_err());
    }
}

#[test]
fn what_was_damaged_before_is_exported_as_it_is_and_said() {
    let Recorded { path, bytes, .. } = recorded("damaged", 0..6, [0; 32]);
    for (at, length, why) in [
        (4096 + 8192 + 5000, 8192, "its hash does not fit"),
        (4096 + 8192 + 4088, 8192, "its boxes are not"),
        (4096 + 8192 + 60, 8192, "its hash does not fit"),
        (4096 + 8192, 8192, "its boxes are not"),
        (100, 6 * 8192, "the init segment of the file"),
    ] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        fs::write(&path, &damaged).unwrap();
        let (export, exported) = zip("damaged", &[piece(&path, 0..6)]);
        let told = &exported.manifest.files[0].damaged;
        let begin = if at < 4096 { 4096 } else { 4096 + 8192 };
        assert_eq!((told.len(), told[0].offset, told[0].length), (1, begin, length), "{at}: {told:?}");
        assert!(told[0].why.starts_with(why), "{told:?}");
        assert!(checked(&export).is_as_exported(), "{:?}", checked(&export).findings);
        // What is changed afterwards within the damage is still told from it.
        let start = export.windows(damaged.len()).position(|window| window == damaged).unwrap();
        let mut changed = export.clone();
        changed[start + 4096 + 8192 + 6000] ^= 1;
        let report = checked(&changed);
        assert_eq!(report.findings[0].what, What::Changed);
        assert_eq!(report.findings[0].in_file.as_ref().unwrap().start, begin);
    }
}

/// An export in which every second of so many fragments was damaged before, each for another reason than the last.
fn broken(name: &str, fragments: u64) -> (Vec<u8>, usize, u64) {
    let Recorded { path, mut bytes, .. } = recorded(name, 0..fragments, [0; 32]);
    for place in (1..usize::try_from(fragments).unwrap()).step_by(2) {
        bytes[4096 + 8192 * place + if place % 4 == 1 { 5000 } else { 4 }] ^= 1;
    }
    fs::write(&path, &bytes).unwrap();
    let (export, exported) = zip(name, &[piece(&path, 0..fragments)]);
    let start = export.windows(bytes.len()).position(|window| window == bytes).unwrap();
    (export, start, exported.manifest.files[0].damaged.len() as u64)
}

/// The same with a whole fragment between two damaged ones that was made anew, chain and hash and all.
fn made_anew(name: &str) -> Vec<u8> {
    let (mut export, start, damaged) = broken(name, 7);
    assert_eq!(damaged, 3);
    let report = checked(&export);
    assert!(report.is_as_exported() && report.fragments == 4, "{report:?}");
    let anew = exported::fragment(&Buffers::new(1), 2, [8; 32], 401);
    let at = start + 4096 + 2 * 8192;
    export[at..at + 8192].copy_from_slice(anew.bytes());
    export
}

#[test]
fn what_is_made_anew_between_damage_is_found() {
    let report = checked(&made_anew("anew"));
    assert!(matches!(report.findings[..], [ref one] if one.what == What::Changed), "{report:?}");
}

#[test]
fn of_a_file_with_damage_all_over_every_byte_is_still_bound() {
    let (export, start, damaged) = broken("all-over", 600);
    assert_eq!(damaged, 256);
    let report = checked(&export);
    assert!(report.is_as_exported() && report.fragments == 256, "{report:?}");
    for place in [0, 4096, 4096 + 511 * 8192 + 9, 4096 + 512 * 8192, 4096 + 599 * 8192, 4096 + 600 * 8192 - 1]
    {
        let mut changed = export.clone();
        changed[start + place] ^= 1;
        let report = checked(&changed);
        let range = report.findings[0].in_file.clone().unwrap();
        assert!(range.contains(&(place as u64)) && report.findings.len() == 1, "{place}: {report:?}");
    }
}

#[test]
fn a_last_fragment_that_was_damaged_before_needs_no_proof() {
    let pieces = with_proofs("damaged-end");
    let mut bytes = fs::read(pieces[0].source.path().unwrap()).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(pieces[0].source.path().unwrap(), &bytes).unwrap();
    let (export, exported) = zip("damaged-end", &pieces);
    let file = &exported.manifest.files[0];
    assert_eq!((file.damaged.len(), file.proofs.len(), pieces[0].proofs.len()), (1, 1, 2));
    assert!(checked(&export).is_as_exported());
}

#[test]
fn a_checksum_that_was_changed_wherever_it_stands_is_found() {
    let mut changed = small().to_vec();
    let crc = checked(small()).manifest.files[0].crc32.to_le_bytes();
    let places: Vec<usize> = (0..changed.len() - 4).filter(|at| changed[*at..*at + 4] == crc).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        changed[at] ^= 1;
        assert_eq!(checked(&changed).findings[0].what, What::Around);
    }
}

#[test]
fn a_fragment_left_out_is_damage_and_files_that_follow_must_follow() {
    let Recorded { path, end, .. } = recorded("left-out", 0..6, [0; 32]);
    let mut without = piece(&path, 0..6);
    without.fragments.remove(2);
    let (export, exported) = zip("left-out", &[without]);
    assert!(exported.manifest.files[0].damaged[0].why.starts_with("it does not follow"));
    assert!(checked(&export).is_as_exported());

    let next = recorded("left-out-next", 6..8, end);
    let other = recorded("left-out-other", 6..8, [7; 32]);
    let (fits, _) = zip("left-out", &[piece(&path, 0..6), piece(&next.path, 6..8)]);
    assert!(checked(&fits).is_as_exported());
    let (anew, _) = zip("left-out", &[piece(&path, 0..6), piece(&other.path, 6..8)]);
    assert_eq!(checked(&anew).findings[0].what, What::Follows);
}

type Change = fn(&mut liengia_watch::evidence::Proof);

#[test]
fn a_proof_that_does_not_hold_is_named() {
    let whole = with_proofs("proofs");
    let changes: [(Change, ProofFlaw); 6] = [
        (|proof| proof.root[0] ^= 1, ProofFlaw::AnchorPath),
        (|proof| proof.anchor_place += 1, ProofFlaw::AnchorPath),
        (|proof| proof.fragment_path.clear(), ProofFlaw::FragmentPath),
        (|proof| proof.segment_leaf[9] ^= 1, ProofFlaw::Segment),
        (|proof| proof.segment_leaf.push(0), ProofFlaw::Segment),
        (|proof| proof.fragment_number = 1, ProofFlaw::Fragment),
    ];
    for (change, flaw) in changes {
        let mut pieces = whole.clone();
        change(&mut pieces[0].proofs[0]);
        let report = checked(&zip("proofs", &pieces).0);
        assert!(
            matches!(report.findings[..], [ref one] if matches!(one.what, What::Proof { flaw: is, .. } if is == flaw)),
            "{flaw}: {report:?}"
        );
    }
}

#[test]
fn what_cannot_be_exported_is_refused() {
    let Recorded { path, .. } = recorded("refused", 0..3, [0; 32]);
    let refused = |pieces: Vec<_>| {
        write(&empty("refused"), &order(), pieces.into_iter(), &key(), &mut |_| {}).unwrap_err()
    };
    let whole = piece(&path, 0..3);
    assert!(matches!(refused(vec![whole.clone(), whole.clone()]), ExportError::Twice { fragment: 0 }));
    for ranges in [
        vec![],
        vec![(4096, 9_000_000)],
        vec![(12_288, 8192), (4096, 8192)],
        vec![(u64::MAX, 1)],
        vec![(0, 4096)],
    ] {
        let bad = liengia_watch::evidence::export::Piece { fragments: ranges, ..whole.clone() };
        assert!(matches!(refused(vec![bad]), ExportError::Index { .. }));
    }
    let mut gone = whole.clone();
    gone.source = whole.source.path().unwrap().join("gone").into();
    assert!(matches!(refused(vec![gone]), ExportError::Read { .. }));
    let mut alone = order();
    alone.approved_by.id.clone_from(&alone.asked_by.id);
    let one = write(&empty("refused"), &alone, std::iter::empty(), &key(), &mut |_| {});
    assert!(matches!(one, Err(ExportError::OnePerson)));
}

/// What the page would say of a report, in its words.
fn in_words(report: Result<Report, Unreadable>) -> serde_json::Value {
    let Ok(report) = report else { return "refused".into() };
    let found = report.findings.iter().map(|one| {
        let word = match &one.what {
            // The page does not look into every box.
            What::Fragment(Bad::Boxes(_) | Bad::NoTrailer | Bad::Hash) => "Hash".into(),
            What::Fragment(bad) => format!("{bad:?}"),
            What::Proof { .. } => "Proof".into(),
            what => format!("{what:?}"),
        };
        let range = one.in_zip.as_ref().map(|range| format!("{}-{}", range.start, range.end));
        (one.name.clone(), word, range.unwrap_or_default())
    });
    let found: Vec<_> = found.collect();
    let sha256 = liengia_watch::evidence::hex::digits(&report.sha256);
    serde_json::json!([report.signed, sha256, report.fragments, report.proofs, found])
}

/// Needs node; without it there is nobody who could be asked.
#[test]
fn the_page_says_the_same() {
    let folder = folder("page");
    let (page, mut exports) =
        (folder.join("verify.html"), vec![small().to_vec(), broken("page-broken", 7).0]);
    fs::write(&page, liengia_watch::evidence::PAGE).unwrap();
    for whole in exports.clone() {
        for place in 0..90 {
            let at = (place * 7919 + place * place * 131) % whole.len();
            let mut changed = whole.clone();
            changed[at] ^= 1 << (place % 8);
            exports.push(changed);
        }
        exports.push(whole[..whole.len() - 1].to_vec());
    }
    exports.push(made_anew("page-anew"));
    let names: Vec<_> = (0..exports.len()).map(|place| folder.join(format!("{place}.zip"))).collect();
    for (name, export) in names.iter().zip(&exports) {
        fs::write(name, export).unwrap();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exported/page.mjs");
    let Ok(said) = Command::new("node").arg(script).arg(&page).args(&names).output() else { return };
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said = String::from_utf8(said.stdout).unwrap().replace("\"Boxes\"", "\"Hash\"");
    let said: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), exports.len());
    for ((export, said), name) in exports.iter().zip(said).zip(&names) {
        assert_eq!(said, in_words(check(&export[..])), "{}", name.display());
    }
}

#[test]
fn other_files_are_no_exports() {
    for other in [&b""[..], b"PK\x05\x06", &[0; 98], &[b'P'; 5000]] {
        assert!(matches!(check(other), Err(Unreadable::Zip(_))));
    }
    assert!(check(&small()[1..]).is_err());
    assert!(check(&[b"x", small()].concat()[..]).is_err());
}

/// How quick both are, beside `cp` and `sha256sum`; prints, and needs some 2 GiB of room.
#[test]
#[ignore = "takes a while and needs room: a measurement"]
#[expect(clippy::disallowed_methods, reason = "a measurement takes the time")]
fn export_beside_cp_and_check_beside_sha256sum() {
    let folder = folder("quick");
    let (pieces, bytes) = exported::large(&folder, 512 * 1024 * 1024);
    let (copy, export) = (folder.join("copy.mp4"), folder.join("export.zip"));
    let timed = |what: &mut dyn FnMut()| {
        let begin = Instant::now();
        what();
        begin.elapsed().as_secs_f64()
    };
    let run = |program: &str, arguments: &[&std::path::Path]| {
        assert!(Command::new(program).args(arguments).output().unwrap().status.success());
    };
    for _ in 0..3 {
        let _ = (fs::remove_file(&copy), fs::remove_file(&export));
        let cp = timed(&mut || run("cp", &[pieces[0].source.path().unwrap(), &copy]));
        let wrote = timed(&mut || {
            let to = fs::File::options().read(true).write(true).create_new(true).open(&export).unwrap();
            write(&to, &order(), pieces.clone().into_iter(), &key(), &mut |_| {}).unwrap();
        });
        let sum = timed(&mut || run("sha256sum", &[&export]));
        let check =
            timed(&mut || assert!(check(&fs::File::open(&export).unwrap()).unwrap().is_as_exported()));
        println!(
            "{} MiB: export {wrote:.2} s = {:.2} x cp, check {check:.2} s = {:.2} x sha256sum",
            bytes >> 20,
            cp / wrote,
            sum / check
        );
    }
    assert_eq!(pieces[0].camera, CAMERA);
    fs::remove_dir_all(&folder).unwrap();
}
