//! The keys of the node: with which it signs reports, footage that is handed out, and its word to push services; and with
//! which it seals where cameras are reached.
//!
//! Promises: bells ring without them. What cannot be read is in the log and on the board, and `liengia check` says what to do.
//! Never: another key in the place of one that is damaged. Printed reports name the old one, and phones are bound to it.

use crate::identity::kept_key;
use anyhow::Context as _;
use liengia_fire::{
    seal::ReportKey,
    settings::{Fault, Faults},
};
use liengia_journal::in_words;
use liengia_kernel::Entropy;
use liengia_signal::push::VapidKey;
use liengia_watch::{door::DoorKey, evidence::ExportKey};
use std::{
    fmt::Display,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

const REPORT: &str = "report.key";
const PUSH: &str = "push.key";
const DOOR: &str = "camera.key";
const EXPORT: &str = "export.key";

/// The keys that could be read.
#[derive(Clone)]
pub struct Keys {
    /// The one under reports.
    pub report: Option<ReportKey>,
    /// The one that push services know.
    pub push: Option<VapidKey>,
    /// The one that seals where cameras are reached.
    pub door: Option<DoorKey>,
    /// The one under footage that is handed out.
    pub export: Option<ExportKey>,
}

impl Keys {
    /// Reads the keys of the node whose data is there, and makes them at the first start.
    pub fn open(data: &Path, entropy: &dyn Entropy) -> Self {
        let folder = folder(data);
        let kept = |name, make: &dyn Fn() -> [u8; 32]| kept_key(&folder, name, make);
        let report = kept(REPORT, &|| ReportKey::generate(entropy));
        let push = kept(PUSH, &|| VapidKey::generate(entropy).to_bytes());
        let path = |name| folder.join(name).display().to_string();
        let report = report.and_then(|seed| ReportKey::load(&seed).with_context(|| path(REPORT)));
        let push = push.and_then(|bytes| VapidKey::load(&bytes).with_context(|| path(PUSH)));
        let door = kept(DOOR, &|| DoorKey::generate(entropy));
        let door = door.and_then(|bytes| DoorKey::load(&bytes).with_context(|| path(DOOR)));
        let export = kept(EXPORT, &|| ExportKey::generate(entropy));
        let export = export.and_then(|seed| ExportKey::load(&seed).with_context(|| path(EXPORT)));
        Self {
            report: report.inspect_err(|why| logged("no report can be signed", why)).ok(),
            push: push.inspect_err(|why| logged("no phone whose app is closed is woken", why)).ok(),
            door: door.inspect_err(|why| logged("no camera is recorded", why)).ok(),
            export: export.inspect_err(|why| logged("no footage can be handed out", why)).ok(),
        }
    }

    /// What is wrong with the node, and with these.
    pub fn beside(&self, others: Arc<dyn Faults>) -> impl Faults + use<> {
        let push = self.push.is_none().then(|| Fault::new("push_key_unreadable", None));
        let report = self.report.is_none().then(|| Fault::new("report_key_unreadable", None));
        let door = self.door.is_none().then(|| Fault::new("camera_key_unreadable", None));
        let export = self.export.is_none().then(|| Fault::new("export_key_unreadable", None));
        WithKeys { others, keys: push.into_iter().chain(report).chain(door).chain(export).collect() }
    }
}

struct WithKeys {
    others: Arc<dyn Faults>,
    keys: Vec<Fault>,
}

impl Faults for WithKeys {
    fn faults(&self) -> Vec<Fault> {
        let mut faults = self.others.faults();
        faults.extend(self.keys.iter().cloned());
        faults
    }
}

fn logged(without: &str, why: &anyhow::Error) {
    tracing::error!(why = format!("{why:#}"), "{without}; run `liengia check`. Bells ring all the same");
}

/// What is wrong with the keys that are kept there, each with what to do about it.
pub fn wrong(data: &Path) -> Vec<String> {
    let folder = folder(data);
    let report = looked_at(&folder.join(REPORT), |bytes| ReportKey::load(bytes).map(drop)).map(|wrong| {
        format!(
            "{wrong}. Until it is mended no report can be signed. Where no backup has it, move it away: the next start \
             makes another, and reports that were saved before are checked with the key that is printed on them"
        )
    });
    let push = looked_at(&folder.join(PUSH), |bytes| VapidKey::load(bytes).map(drop)).map(|wrong| {
        format!(
            "{wrong}. Until it is mended no phone whose app is closed is woken. Where no backup has it, move it away: the \
             next start makes another, and on every phone notifications are switched off and on again"
        )
    });
    let no_key = "not a key: 32 bytes are needed, as they were saved";
    let door = looked_at(&folder.join(DOOR), |bytes| DoorKey::load(bytes).map(drop).ok_or(no_key)).map(|wrong| {
        format!(
            "{wrong}. Until it is mended no camera is recorded. Where no backup has it, move it away: the next start makes \
             another, and the address of every camera is entered anew"
        )
    });
    let export = looked_at(&folder.join(EXPORT), |bytes| ExportKey::load(bytes).map(drop)).map(|wrong| {
        format!(
            "{wrong}. Until it is mended no footage can be handed out. Where no backup has it, move it away: the next start \
             makes another, and what was handed out before is checked with the key that was told then"
        )
    });
    report.into_iter().chain(push).chain(door).chain(export).collect()
}

fn looked_at<E: Display>(path: &Path, load: impl FnOnce(&[u8]) -> Result<(), E>) -> Option<String> {
    let why = match std::fs::read(path) {
        Ok(bytes) => load(&bytes).err()?.to_string(),
        // The next start makes it; or this user may not look into the folder, which is said elsewhere.
        Err(error) if error.kind() == ErrorKind::NotFound || !path.exists() => return None,
        Err(error) => in_words(&error),
    };
    Some(format!("{}: {why}", path.display()))
}

fn folder(data: &Path) -> PathBuf {
    data.join("keys")
}
