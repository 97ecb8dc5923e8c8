//! Footage is put together once two people agreed, and goes a day later.

use super::{Copies, Ffmpeg, Running};
use crate::{
    acts::{Cameras, WatchActError},
    event::{Masking, WatchEvent},
    evidence::{
        self, ExportKey, Who,
        export::{Exported, Order, Piece},
    },
    footage::{Index, Placed, Proof},
    record::FileName,
    rules::{EXPORT_LASTS, LINK_LASTS, Shut, WatchError},
    segment::init_length,
    views::{Anchor, Camera, Export, notes_of},
};
use liengia_access::Scope;
use liengia_journal::{Actor, Commitment, Context, EntryFilter};
use liengia_kernel::{ExportId, PersonId, Timestamp};
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// Fragments of one camera in an export: a day of half seconds.
const MOST_FRAGMENTS: usize = 200_000;
/// Fragments that are asked for at a time.
const AT_A_TIME: usize = 5_000;

/// How often it is looked whether something was agreed to.
const EVERY: Duration = Duration::from_secs(5);
/// An export that failed is tried again after so long: each try puts a root into the journal.
const TRIED_AGAIN: Duration = Duration::from_mins(5);

/// A longer pause between two fragments is a gap, in microseconds.
const GAP_US: i64 = 2_000_000;

/// Where in the journal a root stands, by root.
type Roots = BTreeMap<[u8; 32], (Anchor, [u8; 32])>;

impl Running {
    /// Where an export lies.
    pub(super) fn export_path(&self, export: ExportId) -> PathBuf {
        self.0.config.data.join("exports").join(format!("{export}.zip"))
    }

    /// Puts together what was agreed to, until `stop` is true; beside everything else, since a copy may take hours.
    pub(super) async fn hand_out(&self, cameras: &Cameras, mut stop: watch::Receiver<bool>) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut not_before = Duration::ZERO;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.0.exports.notified() => not_before = Duration::ZERO,
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let now = self.0.config.clock.elapsed();
            if now < not_before {
                continue;
            }
            let made = self.make_exports(cameras).await;
            let made = made.inspect_err(|error| tracing::warn!(%error, "nothing is put together just now"));
            if !made.unwrap_or(true) {
                not_before = now + TRIED_AGAIN;
            }
        }
    }

    /// Puts together what was agreed to, one after another; false if something failed, and is to be tried again later.
    async fn make_exports(&self, cameras: &Cameras) -> Result<bool, WatchActError> {
        let mut all = true;
        for export in Export::to_be_made(&cameras.journal, self.now() - EXPORT_LASTS).await? {
            let id = export.export;
            if let Err(error) = self.make(cameras, export).await {
                tracing::warn!(export = %id, %error, "footage that is to be handed out is not put together yet");
                all = false;
            }
        }
        self.remove_old_exports();
        Ok(all)
    }

    async fn make(&self, cameras: &Cameras, export: Export) -> Result<(), WatchActError> {
        let (Some(key), Some(index)) = (self.0.config.key.clone(), self.index()) else {
            return Err(WatchActError::NoKey);
        };
        if !self.has_room(&index, &export).await? {
            return Err(storage("there is no room on the disk of the node's data"));
        }
        // So that what is handed out can be proved by a hash that stands in the journal.
        self.anchor(cameras).await?;
        let known = Camera::ever(&cameras.journal).await?;
        let copies = self.copies(&export, &known).await?;
        let name = |id| {
            let camera = known.iter().find(|camera| camera.camera == id);
            camera.map_or_else(|| "camera".to_owned(), |camera| camera.facts.name.clone())
        };
        let named: Vec<_> = export.cameras.iter().map(|id| (*id.as_bytes(), name(*id))).collect();
        let span = (export.span.from.as_micros(), export.span.to.as_micros());
        let working = index.clone();
        let found = tokio::task::spawn_blocking(move || {
            named
                .into_iter()
                .map(|(id, name)| pieces(&working, id, &name, span))
                .collect::<Result<Vec<_>, _>>()
        });
        let found = found.await.map_err(|_| storage("the node is stopping"))?.map_err(storage)?;
        let mut found: Vec<Found> = found.into_iter().flatten().collect();
        let roots = roots(cameras, &found).await?;
        for one in &mut found {
            one.piece.proofs = one.proofs.iter().filter_map(|proof| proved(proof, &roots)).collect();
        }
        let order = self.order(cameras, &export).await?;
        let path = self.export_path(export.export);
        let made = tokio::task::spawn_blocking(move || {
            let pieces = found.into_iter().map(|one| one.piece);
            write(&path, &order, pieces, copies.as_ref(), &key)
        });
        let made = made.await.map_err(|_| storage("the node is stopping"))?.map_err(storage)?;
        let damaged = made.manifest.files.iter().map(|file| file.damaged.len() as u64).sum();
        let context = Context { actor: Actor::Node, purpose: "export".into(), at: self.now() };
        let commit = cameras.made_export(&context, export.export, (made.sha256, made.bytes, damaged)).await?;
        cameras.journal.commit(commit).await?;
        Ok(())
    }

    /// The copies that belong to it. What homes drew is covered in them, as they want it now; and where that is not on the
    /// recorded picture, nothing but copies is put together.
    async fn copies(&self, export: &Export, known: &[Camera]) -> Result<Option<Copies>, WatchActError> {
        let of_homes = || {
            let ours = known.iter().filter(|camera| export.cameras.contains(&camera.camera));
            ours.filter(|camera| camera.facts.owner.household().is_some())
        };
        let bare = of_homes().find(|camera| camera.is_bare(Some(export.span)));
        if let Some(bare) = bare.filter(|_| !export.copy.as_ref().is_some_and(|copy| copy.only_copy)) {
            return Err(WatchError::Shut { camera: bare.camera, why: Shut::OnlyAsCopy }.into());
        }
        let Some(copy) = &export.copy else { return Ok(None) };
        // Nobody knows what is to be covered of one that is not in the records.
        let gone = export.cameras.iter().find(|id| !known.iter().any(|camera| camera.camera == **id));
        if let Some(gone) = gone {
            return Err(WatchError::NoCamera(*gone).into());
        }
        let ffmpeg = Ffmpeg::find().await.ok_or_else(|| storage("ffmpeg is not there: install it"))?;
        let mut masks: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for one in &copy.masks {
            masks.entry(*one.camera.as_bytes()).or_default().extend(&one.masks);
        }
        for camera in of_homes().filter(|camera| camera.masking != Masking::OwnerSaysFine) {
            masks.entry(*camera.camera.as_bytes()).or_default().extend(&camera.masks);
        }
        let (only, span) = (copy.only_copy, (export.span.from, export.span.to));
        let folder = self.export_path(export.export).with_extension("copies");
        Ok(Some(Copies { only, masks, span, folder, ffmpeg, halted: self.0.halted.clone() }))
    }

    async fn order(&self, cameras: &Cameras, export: &Export) -> Result<Order, WatchActError> {
        let filter =
            EntryFilter { subjects: vec![export.export.to_string()], limit: 2, ..EntryFilter::default() };
        let entries = cameras.journal.entries(&filter).await?;
        let notes = notes_of(&cameras.journal, export.export).await?;
        let (mut case, mut agreed) = (None, None);
        for entry in entries {
            match entry.event() {
                Ok(WatchEvent::ExportAsked { case: Some(named), .. }) => case = notes.get(&named.to_string()),
                Ok(WatchEvent::ExportApproved { person, unit, .. }) => agreed = Some(who(person, unit)),
                _ => {}
            }
        }
        // Nothing is put together that nobody agreed to.
        let approved_by = agreed.ok_or(WatchError::NotAtThisStage)?;
        Ok(Order {
            export: export.export.to_string(),
            node: self.0.config.node.clone(),
            commune: cameras.journal.commune().to_string(),
            asked_by: who(export.asked_by, export.unit),
            approved_by,
            purpose: export.purpose.to_string(),
            case_number: case.map(|note| note.expose().clone()),
            asked_at: export.asked_at,
            approved_at: export.decided_at.unwrap_or(export.asked_at),
            made_at: self.now(),
        })
    }

    fn remove_old_exports(&self) {
        let now = self.0.config.clock.now();
        let Ok(folder) = fs::read_dir(self.0.config.data.join("exports")) else { return };
        for file in folder.flatten() {
            let written = file.metadata().and_then(|about| about.modified()).ok();
            let since = written.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
            let old = since.is_none_or(|since| Timestamp::from_micros(0) + since + LINK_LASTS < now);
            let remove = || {
                let path = file.path();
                if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
            };
            if old && let Err(error) = remove() {
                tracing::warn!(file = %file.path().display(), %error, "an export whose time is over is still there");
            }
        }
    }
}

/// A person as the archive names them: by unit and id.
fn who(person: PersonId, unit: Scope) -> Who {
    Who { unit: format!("{} {}", unit.kind(), unit.id()), id: person.to_string() }
}

/// What is taken of one file, and the proofs of its first and last fragment.
struct Found {
    piece: Piece,
    proofs: Vec<(u64, Proof)>,
}

pub(super) fn storage(error: impl Into<String>) -> WatchActError {
    WatchActError::Read(liengia_journal::QueryError::Storage(error.into()))
}

/// All fragments of a camera in this stretch, in microseconds.
pub(super) fn placed(index: &Index, camera: [u8; 16], (from, to): (i64, i64)) -> Result<Vec<Placed>, String> {
    let mut placed: Vec<Placed> = Vec::new();
    let mut at = from;
    loop {
        let more = index.fragments(camera, at, to, AT_A_TIME).map_err(|error| error.to_string())?;
        let full = more.len() == AT_A_TIME;
        let known = placed.last().map(|last| last.number);
        placed.extend(more.into_iter().filter(|one| known.is_none_or(|known| one.number > known)));
        let next = placed.last().map_or(to, |last| last.wall_us + 1);
        if !full || next <= at || placed.len() >= MOST_FRAGMENTS {
            break;
        }
        at = next;
    }
    Ok(placed)
}

fn pieces(index: &Index, camera: [u8; 16], name: &str, span: (i64, i64)) -> Result<Vec<Found>, String> {
    let mut files: BTreeMap<(FileName, std::sync::Arc<str>), Vec<Placed>> = BTreeMap::new();
    for one in placed(index, camera, span)? {
        files.entry((one.file, one.disk.clone())).or_default().push(one);
    }
    files.into_values().filter_map(|of_file| found(index, camera, name, &of_file).transpose()).collect()
}

fn found(index: &Index, camera: [u8; 16], name: &str, of_file: &[Placed]) -> Result<Option<Found>, String> {
    let Some((first, last)) = of_file.first().zip(of_file.last()) else { return Ok(None) };
    let file = match first.source.open() {
        // It went meanwhile: what is there is handed out.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| error.to_string())?,
    };
    let init_bytes = init_length(&file).map_err(|error| error.to_string())?;
    let at = Timestamp::from_micros;
    let gaps = of_file.windows(2).filter_map(|pair| {
        let [before, after] = pair else { return None };
        let ended = before.wall_us + before.duration_us;
        let missing = after.gap || after.wall_us - ended > GAP_US;
        missing.then(|| evidence::Span { from: at(ended), until: at(after.wall_us.max(ended)) })
    });
    let mut proofs = Vec::new();
    for number in [first.number, last.number] {
        if let Some(proof) = index.proof(camera, number).map_err(|error| error.to_string())? {
            proofs.push((number, proof));
        }
    }
    let piece = Piece {
        camera,
        camera_name: name.to_owned(),
        source: first.source.clone(),
        init_bytes,
        fragments: of_file.iter().map(|one| (one.offset, one.length)).collect(),
        first_fragment: first.number,
        from: at(first.wall_us),
        until: at(last.wall_us + last.duration_us),
        gaps: gaps.collect(),
        proofs: Vec::new(),
    };
    Ok(Some(Found { piece, proofs }))
}

/// Where in the journal the roots of these proofs stand.
async fn roots(cameras: &Cameras, found: &[Found]) -> Result<Roots, WatchActError> {
    let mut roots = Roots::new();
    for (_, proof) in found.iter().flat_map(|one| &one.proofs) {
        if roots.contains_key(&proof.root) {
            continue;
        }
        let Some(anchor) = Anchor::of(&cameras.journal, Commitment(proof.root)).await? else { continue };
        let filter = EntryFilter { after: anchor.seq - 1, limit: 1, ..EntryFilter::default() };
        if let Some(entry) = cameras.journal.entries(&filter).await?.first() {
            roots.insert(proof.root, (anchor, entry.hash));
        }
    }
    Ok(roots)
}

fn proved((number, proof): &(u64, Proof), roots: &Roots) -> Option<evidence::Proof> {
    let (anchor, entry_hash) = roots.get(&proof.root)?;
    let proof = proof.clone();
    Some(evidence::Proof {
        root: proof.root,
        fragment_number: *number,
        fragment_path: proof.fragment_path,
        fragment_place: proof.fragment_place,
        fragment_count: proof.fragment_count,
        segment_leaf: proof.content,
        anchor_path: proof.anchor_path,
        anchor_place: proof.place,
        anchor_count: proof.count,
        entry_seq: anchor.seq,
        entry_id: anchor.entry.to_string(),
        entry_hash: *entry_hash,
    })
}

/// Writes it beside its place, and moves it there when it is whole and on the disk.
fn write(
    path: &std::path::Path,
    order: &Order,
    pieces: impl Iterator<Item = Piece>,
    copies: Option<&Copies>,
    key: &ExportKey,
) -> Result<Exported, String> {
    let beside = path.with_extension("part");
    let said = |error: io::Error| error.to_string();
    let mut open = OpenOptions::new();
    open.read(true).write(true).create(true).truncate(true).mode(0o600);
    let file = open.open(&beside).map_err(said)?;
    let made = match copies {
        Some(copies) => copies.write(&file, order, pieces, key),
        None => evidence::export::write(&file, order, pieces, key, &mut |_| ()),
    };
    let made = made.map_err(|error| error.to_string()).and_then(|made| {
        file.sync_all().map_err(said)?;
        fs::rename(&beside, path).map_err(said)?;
        Ok(made)
    });
    if made.is_err() {
        let _ = fs::remove_file(&beside);
    }
    made
}
