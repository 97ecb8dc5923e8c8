//! `check`: an export, with nothing but the file.
//!
//! Promises: reads and hashes each byte of footage once, a block at a time; every changed byte of the ZIP is found, and the
//! first bad range of each file is named; what was damaged already when it was exported is no change; a hostile file is refused or reported in bounded memory. It never unpacks anything, and it cannot
//! say whose key signed: that is compared with the key on the node's public page.

use super::{
    BadZip, Chain, Copied, FORMAT, Footage, Manifest, ProofFlaw,
    export::MAX_MANIFEST,
    fragments::{Damage, Found, Fragments},
    key::signed,
    papers, parts,
    sums::{Stop, Way},
    zip::{Entry, entries, read},
};
use crate::segment::{Bad, Hash, ReadAt};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, ops::Range};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the export says of itself; worth as much as `signed`.
    pub manifest: Manifest,
    /// The manifest was signed with the key that it names, as it stands.
    pub signed: bool,
    /// SHA-256 of the manifest: the hash that the node's record names.
    pub sha256: Hash,
    /// What is not as it was exported, in the order of the file. What was damaged before stands in the manifest.
    pub findings: Vec<Finding>,
    /// How many fragments are whole.
    pub fragments: u64,
    /// How many proofs lead to a root in the journal.
    pub proofs: u64,
}

impl Report {
    /// Nothing was changed since it was exported; whether what was recorded was whole, the manifest's `damaged` says.
    pub fn is_as_exported(&self) -> bool {
        self.signed && self.findings.is_empty()
    }
}

/// Something that is not as it was exported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}: {what}", .in_zip.as_ref().map(|range| format!(
    ", byte {} to {} of the ZIP{}", range.start, range.end,
    .in_file.as_ref().map(|range| format!(" ({} to {} of the file)", range.start, range.end)).unwrap_or_default(),
)).unwrap_or_default())]
pub struct Finding {
    /// Which file of the ZIP.
    pub name: String,
    /// Bytes of that file; none if what is wrong lies around it.
    pub in_file: Option<Range<u64>>,
    /// Bytes of the ZIP; none if the file is not there.
    pub in_zip: Option<Range<u64>>,
    /// What it means.
    pub what: What,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum What {
    /// The signature does not fit.
    #[error("the signature does not fit: the manifest, its signature or its key was changed after signing")]
    Signature,
    /// A file that the manifest names is not there.
    #[error("the manifest names this file, but it was taken out")]
    Missing,
    /// A file that the manifest does not name.
    #[error("the manifest does not name this file: it was put in")]
    Extra,
    /// It has another length.
    #[error("it is longer or shorter than when it was exported")]
    Length,
    /// What the ZIP says around it was changed.
    #[error("what the ZIP says around this file was changed; the file itself is checked on its own")]
    Around,
    /// The bytes are not those that were exported.
    #[error("these bytes are not those that were exported")]
    Changed,
    /// A fragment is bad.
    #[error("the footage was changed here: {0}")]
    Fragment(#[from] Bad),
    /// The chain does not begin or end as the manifest says.
    #[error("the footage does not begin or end as the manifest says: fragments were left out or put in")]
    Chain,
    /// Two files that should follow one another do not.
    #[error("it does not follow the file before it, although the numbers do: one of them was made anew")]
    Follows,
    /// A proof proves nothing.
    #[error("the proof for fragment {fragment} does not hold: {flaw}")]
    Proof {
        /// Which fragment.
        fragment: u64,
        /// Why.
        flaw: ProofFlaw,
    },
}

/// A file that cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is no export, or its directory was changed.
    #[error(transparent)]
    Zip(#[from] BadZip),
    /// It has no manifest or no signature.
    #[error("{0} is missing: this is no export of Liên Gia, or it was taken out")]
    NoManifest(&'static str),
    /// The manifest is not one.
    #[error("bytes {} to {} of the file, manifest.json, cannot be read as a manifest: they were changed, or a newer program made them", .0.start, .0.end)]
    Manifest(Range<u64>),
}

/// Checks an export.
pub fn check<F: ReadAt + Sync + ?Sized>(zip: &F) -> Result<Report, Unreadable> {
    let entries = entries(zip)?;
    let named = |name| entries.iter().find(|entry| entry.name == name);
    let [json_at, signature_at] = [papers::MANIFEST, papers::SIGNATURE].map(|name| named(name).ok_or(name));
    let json_at = json_at.map_err(Unreadable::NoManifest)?;
    let signature_at = signature_at.map_err(Unreadable::NoManifest)?;
    let json = small(zip, json_at, MAX_MANIFEST)?.ok_or(Unreadable::Manifest(json_at.content()))?;
    let manifest: Manifest =
        serde_json::from_slice(&json).map_err(|_| Unreadable::Manifest(json_at.content()))?;
    if manifest.format != FORMAT {
        return Err(Unreadable::Manifest(json_at.content()));
    }
    let signature = small(zip, signature_at, 64)?.unwrap_or_default();
    let is_signed = signed(&manifest.public_key, &json, &signature);
    let sha256 = Sha256::digest(&json).into();
    let sums = [crc32fast::hash(&json), crc32fast::hash(&signature)];
    drop(json);
    let mut checking = Checking { zip, findings: Vec::new(), fragments: 0, proofs: 0 };
    if !is_signed {
        checking.found(signature_at, None, What::Signature);
    }
    checking.around(json_at, sums[0])?;
    checking.around(signature_at, sums[1])?;
    checking.all(&manifest, &entries)?;
    let Checking { mut findings, fragments, proofs, .. } = checking;
    findings.sort_by_key(|one| one.in_zip.as_ref().map_or(u64::MAX, |range| range.start));
    Ok(Report { manifest, signed: is_signed, sha256, findings, fragments, proofs })
}

/// The content of an entry, if it is no longer than that.
fn small<F: ReadAt + ?Sized>(zip: &F, entry: &Entry, most: u64) -> Result<Option<Vec<u8>>, BadZip> {
    let content = entry.content();
    (entry.length <= most).then(|| read(zip, content.start, entry.length)).transpose()
}

struct Checking<'a, F: ?Sized> {
    zip: &'a F,
    findings: Vec<Finding>,
    fragments: u64,
    proofs: u64,
}

impl<F: ReadAt + Sync + ?Sized> Checking<'_, F> {
    /// Something is wrong with these bytes of an entry's content, or with all of it.
    fn found(&mut self, entry: &Entry, range: Option<Range<u64>>, what: What) {
        let content = entry.content();
        let in_file = range.unwrap_or(0..entry.length);
        let in_file = in_file.start.min(entry.length)..in_file.end.min(entry.length);
        let in_zip = content.start + in_file.start..content.start + in_file.end;
        let name = entry.name.clone();
        self.findings.push(Finding { name, in_file: Some(in_file), in_zip: Some(in_zip), what });
    }

    fn all(&mut self, manifest: &Manifest, entries: &[Entry]) -> Result<(), BadZip> {
        let mut files: BTreeMap<_, _> = manifest.files.iter().map(|file| (&*file.name, file)).collect();
        let mut copies: BTreeMap<_, _> = manifest.copies.iter().map(|one| (&*one.name, one)).collect();
        let mut beside: BTreeMap<_, _> = manifest.papers.iter().map(|one| (&*one.name, one)).collect();
        let mut last: Option<&Footage> = None;
        for entry in entries {
            if let Some(file) = files.remove(&*entry.name) {
                self.around(entry, file.crc32)?;
                self.footage(entry, file)?;
                if last.is_some_and(|last| !follows(last, file)) {
                    self.found(entry, None, What::Follows);
                }
                last = Some(file);
            } else if let Some(copied) = copies.remove(&*entry.name) {
                self.around(entry, copied.crc32)?;
                self.plain(entry, copied.bytes, copied.sha256)?;
                self.original(entry, copied, manifest);
            } else if let Some(paper) = beside.remove(&*entry.name) {
                self.around(entry, paper.crc32)?;
                self.plain(entry, paper.bytes, paper.sha256)?;
            } else if ![papers::MANIFEST, papers::SIGNATURE].contains(&&*entry.name) {
                self.found(entry, None, What::Extra);
            }
        }
        let missing = files.into_keys().chain(copies.into_keys()).chain(beside.into_keys());
        self.findings.extend(missing.map(|name| Finding {
            name: name.into(),
            in_file: None,
            in_zip: None,
            what: What::Missing,
        }));
        self.order(manifest, entries);
        Ok(())
    }

    /// Whether files that are all there also lie in their order.
    fn order(&mut self, manifest: &Manifest, entries: &[Entry]) {
        let beside =
            manifest.papers.iter().map(|one| &*one.name).chain([papers::MANIFEST, papers::SIGNATURE]);
        let copies = manifest.copies.iter().map(|one| &*one.name);
        let expected = manifest.files.iter().map(|file| &*file.name).chain(copies).chain(beside);
        let moved = expected.zip(entries).find(|(name, entry)| *name != entry.name);
        let all = !self.findings.iter().any(|one| matches!(one.what, What::Missing | What::Extra));
        if let Some((_, entry)) = moved.filter(|_| all) {
            self.wrong_around(entry, entry.at..entry.content().start);
        }
    }

    /// What the ZIP says before and behind an entry's content, and its checksum.
    fn around(&mut self, entry: &Entry, crc: u32) -> Result<(), BadZip> {
        let listed = entry.crc == crc;
        let told = Entry { crc, ..entry.clone() };
        for (from, expected, fits) in
            [(entry.at, told.before(), true), (entry.content().end, told.behind(), listed)]
        {
            if read(self.zip, from, expected.len() as u64)? != expected || !fits {
                self.wrong_around(entry, from..from + expected.len() as u64);
            }
        }
        Ok(())
    }

    fn wrong_around(&mut self, entry: &Entry, in_zip: Range<u64>) {
        let name = entry.name.clone();
        self.findings.push(Finding { name, in_file: None, in_zip: Some(in_zip), what: What::Around });
    }

    /// What of a copy's original lies beside it is checked there; of one that stayed with the node, the way to the journal.
    fn original(&mut self, entry: &Entry, copied: &Copied, manifest: &Manifest) {
        if !manifest.files.iter().any(|file| file.name == copied.original.name) {
            self.proofs(entry, &copied.original, copied.original.chain);
        }
    }

    /// A file with a hash of its own.
    fn plain(&mut self, entry: &Entry, bytes: u64, sha256: Hash) -> Result<(), BadZip> {
        let way = Way { from: self.zip, to: None };
        if entry.length != bytes {
            self.found(entry, None, What::Length);
        } else if way.hash(entry.content().start, entry.length).map_err(stopped)? != sha256 {
            self.found(entry, None, What::Changed);
        }
        Ok(())
    }

    fn footage(&mut self, entry: &Entry, file: &Footage) -> Result<(), BadZip> {
        let previous = file.chain.filter(|_| file.damaged.is_empty()).map(|chain| chain.previous_hash);
        let mut fragments = Fragments::new(file.camera, previous);
        let way = Way { from: self.zip, to: None };
        let mut parts = parts::Exported::new(self.zip, entry.content(), file.init_bytes, &file.damaged);
        way.go(&mut parts, &mut |part, sum| fragments.take(part, sum)).map_err(stopped)?;
        let found = fragments.end();
        self.fragments += found.whole;
        if let Some((range, what)) = first(&found, file) {
            self.found(entry, Some(range), what);
        } else if entry.length != file.bytes {
            self.found(entry, None, What::Length);
        } else if found.chain != file.chain {
            self.found(entry, None, What::Chain);
        } else if found.fragments != file.fragments_sha256 {
            self.found(entry, None, What::Changed);
        }
        self.proofs(entry, file, found.chain);
        Ok(())
    }

    fn proofs(&mut self, entry: &Entry, file: &Footage, chain: Option<Chain>) {
        let ends = chain
            .map(|chain| [(chain.first_fragment, chain.first_hash), (chain.last_fragment, chain.last_hash)]);
        for proof in &file.proofs {
            let fragment = proof.fragment_number;
            let end = ends.iter().flatten().find(|(number, _)| *number == fragment);
            let checked =
                end.ok_or(ProofFlaw::Fragment).and_then(|(_, hash)| proof.check(file.camera, *hash));
            match checked {
                Ok(()) => self.proofs += 1,
                Err(flaw) => self.found(entry, None, What::Proof { fragment, flaw }),
            }
        }
    }
}

fn stopped(stop: Stop) -> BadZip {
    match stop {
        Stop::Read(error) | Stop::Write(error) => error.into(),
        Stop::Short => BadZip::End,
    }
}

/// The first range that is not as it was exported.
fn first(found: &Found, file: &Footage) -> Option<(Range<u64>, What)> {
    let cut = found.damage.first().is_some_and(|one| one.why == Bad::NoInit);
    if found.init != file.init_sha256 && !cut {
        return Some((0..file.init_bytes, What::Fragment(Bad::Init)));
    }
    let bad = found.damage.first();
    let bad =
        bad.map(|Damage { offset, length, why }| (*offset..offset + length, What::Fragment(why.clone())));
    let changed = found.changed.clone().map(|range| (range, What::Changed));
    bad.into_iter().chain(changed).min_by_key(|(range, _)| range.start)
}

/// Whether a file can stand behind another: of one camera, the next number must name the last hash.
fn follows(last: &Footage, file: &Footage) -> bool {
    let ends = last.chain.zip(file.chain).filter(|_| last.camera == file.camera);
    ends.is_none_or(|(last, first)| {
        last.last_fragment.checked_add(1) != Some(first.first_fragment)
            || last.last_hash == first.previous_hash
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            ExportKey, Who,
            export::{Order, write},
            zip::directory,
        },
        *,
    };
    use liengia_kernel::Timestamp;
    use std::{fs, path::PathBuf};

    /// An export without footage.
    fn papers(at: &PathBuf) -> Vec<u8> {
        let who = |id: &str| Who { unit: "Công an xã".into(), id: id.into() };
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let order = Order {
            export: "0190".into(),
            node: "Node 1".into(),
            commune: "Xã Thử".into(),
            asked_by: who("one"),
            approved_by: who("other"),
            purpose: "theft".into(),
            case_number: None,
            asked_at: now,
            approved_at: now,
            made_at: now,
        };
        let to = fs::File::create_new(at).unwrap();
        write(&to, &order, std::iter::empty(), &ExportKey::load(&[7; 32]).unwrap(), &mut |_| ()).unwrap();
        let bytes = fs::read(at).unwrap();
        fs::remove_file(at).unwrap();
        bytes
    }

    #[test]
    fn files_that_were_put_in_another_order_are_found() {
        let at = std::env::temp_dir().join(format!("liengia-order-{}.zip", std::process::id()));
        let bytes = papers(&at);
        assert!(check(&bytes[..]).unwrap().is_as_exported());
        let was = entries(&bytes[..]).unwrap();
        let (mut moved, mut now) = (Vec::new(), Vec::new());
        for place in [0, 2, 1, 3, 4, 5] {
            let one = &was[place];
            let content = usize::try_from(one.content().start).unwrap()..;
            let content = &bytes[content][..usize::try_from(one.length).unwrap()];
            let entry = Entry { at: moved.len() as u64, ..one.clone() };
            moved.extend([&entry.before(), content, &entry.behind()].concat());
            now.push(entry);
        }
        moved.extend(directory(&now));
        let findings = check(&moved[..]).unwrap().findings;
        assert!(matches!(&findings[..], [one] if one.what == What::Around && one.name == was[2].name));
    }
}
