//! `check`: an export, with nothing but the file.
//!
//! Promises: reads each byte of footage once, a block at a time; every changed byte is found, and the first bad range of
//! each file is named; a hostile file is refused or reported in bounded memory. It never unpacks anything, and it cannot
//! say whose key signed: that is compared with the key on the node's public page.

use super::{
    BadZip, Chain, FORMAT, Footage, Manifest, Paper, ProofFlaw,
    export::{BLOCK, MAX_MANIFEST},
    fragments::{Damage, Fragments, Known},
    key::signed,
    papers,
    zip::{Entry, entries, read},
};
use crate::segment::{Bad, Hash, ReadAt};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, ops::Range, thread};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the export says of itself; worth as much as `signed`.
    pub manifest: Manifest,
    /// The manifest was signed with the key that it names, as it stands.
    pub signed: bool,
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
pub fn check<F: ReadAt + ?Sized>(zip: &F) -> Result<Report, Unreadable> {
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
    drop(json);
    let mut checking = Checking { zip, block: vec![0; BLOCK], findings: Vec::new(), fragments: 0, proofs: 0 };
    if !is_signed {
        checking.found(signature_at, None, What::Signature);
    }
    checking.all(&manifest, &entries)?;
    let Checking { mut findings, fragments, proofs, .. } = checking;
    findings.sort_by_key(|one| one.in_zip.as_ref().map_or(u64::MAX, |range| range.start));
    Ok(Report { manifest, signed: is_signed, findings, fragments, proofs })
}

/// The content of an entry, if it is no longer than that.
fn small<F: ReadAt + ?Sized>(zip: &F, entry: &Entry, most: u64) -> Result<Option<Vec<u8>>, BadZip> {
    let content = entry.content();
    (entry.length <= most).then(|| read(zip, content.start, entry.length)).transpose()
}

struct Checking<'a, F: ?Sized> {
    zip: &'a F,
    block: Vec<u8>,
    findings: Vec<Finding>,
    fragments: u64,
    proofs: u64,
}

impl<F: ReadAt + ?Sized> Checking<'_, F> {
    /// Something is wrong with these bytes of an entry's content, or with all of it.
    fn found(&mut self, entry: &Entry, range: Option<Range<u64>>, what: What) {
        let content = entry.content();
        let in_file = range.unwrap_or(0..entry.length);
        let in_zip = content.start + in_file.start..content.start + in_file.end;
        let name = entry.name.clone();
        self.findings.push(Finding { name, in_file: Some(in_file), in_zip: Some(in_zip), what });
    }

    fn all(&mut self, manifest: &Manifest, entries: &[Entry]) -> Result<(), BadZip> {
        let mut files: BTreeMap<_, _> = manifest.files.iter().map(|file| (&*file.name, file)).collect();
        let mut beside: BTreeMap<_, _> = manifest.papers.iter().map(|one| (&*one.name, one)).collect();
        let mut last: Option<&Footage> = None;
        for entry in entries {
            self.around(entry)?;
            if let Some(file) = files.remove(&*entry.name) {
                self.footage(entry, file)?;
                if last.is_some_and(|last| !follows(last, file)) {
                    self.found(entry, None, What::Follows);
                }
                last = Some(file);
            } else if let Some(paper) = beside.remove(&*entry.name) {
                self.paper(entry, paper)?;
            } else if ![papers::MANIFEST, papers::SIGNATURE].contains(&&*entry.name) {
                self.found(entry, None, What::Extra);
            }
        }
        let missing = files.into_keys().chain(beside.into_keys());
        self.findings.extend(missing.map(|name| Finding {
            name: name.into(),
            in_file: None,
            in_zip: None,
            what: What::Missing,
        }));
        Ok(())
    }

    /// What the ZIP says before and behind an entry's content.
    fn around(&mut self, entry: &Entry) -> Result<(), BadZip> {
        for (from, expected) in [(entry.at, entry.before()), (entry.content().end, entry.behind())] {
            if read(self.zip, from, expected.len() as u64)? != expected {
                let in_zip = from..from + expected.len() as u64;
                let name = entry.name.clone();
                self.findings.push(Finding { name, in_file: None, in_zip: Some(in_zip), what: What::Around });
            }
        }
        Ok(())
    }

    fn paper(&mut self, entry: &Entry, told: &Paper) -> Result<(), BadZip> {
        if entry.length != told.bytes {
            self.found(entry, None, What::Length);
        } else if self.through(entry, None)? != told.sha256 {
            self.found(entry, None, What::Changed);
        }
        Ok(())
    }

    fn footage(&mut self, entry: &Entry, file: &Footage) -> Result<(), BadZip> {
        let damaged = file.damaged.iter().map(|one| (one.offset, one.length)).collect();
        let previous = file.chain.filter(|_| file.damaged.is_empty()).map(|chain| chain.previous_hash);
        let known = Known::Damaged(damaged);
        let mut fragments = Fragments::new(file.camera, file.init_bytes, known, previous);
        let fits = self.through(entry, Some(&mut fragments))? == file.sha256;
        let found = fragments.end();
        self.fragments += found.whole;
        if let Some(Damage { offset, length, why }) = found.damage.into_iter().next() {
            let init = why == Bad::Init;
            let range = if init { 0..file.init_bytes.min(entry.length) } else { offset..offset + length };
            self.found(entry, Some(range), What::Fragment(why));
        } else if entry.length != file.bytes {
            self.found(entry, None, What::Length);
        } else if !fits {
            self.found(entry, damaged_before(file), What::Changed);
        } else if found.chain != file.chain {
            self.found(entry, None, What::Chain);
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

    /// Reads an entry's content once; gives its hash.
    fn through(&mut self, entry: &Entry, mut fragments: Option<&mut Fragments>) -> Result<Hash, BadZip> {
        let mut whole = Sha256::new();
        let Range { start: mut at, end } = entry.content();
        while at < end {
            let most = self.block.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
            let count = self.zip.read_at(&mut self.block[..most], at)?;
            let bytes = self.block.get(..count).filter(|bytes| !bytes.is_empty()).ok_or(BadZip::End)?;
            match fragments.as_deref_mut() {
                // Both hashes of a large block at once: each is as slow as the other.
                Some(fragments) if bytes.len() >= BLOCK / 8 => thread::scope(|scope| {
                    scope.spawn(|| whole.update(bytes));
                    fragments.take(bytes);
                }),
                fragments => {
                    whole.update(bytes);
                    if let Some(fragments) = fragments {
                        fragments.take(bytes);
                    }
                }
            }
            at += count as u64;
        }
        Ok(whole.finalize().into())
    }
}

/// From the first byte to the last of what was damaged before: fragments there tell no more whether they were changed.
fn damaged_before(file: &Footage) -> Option<Range<u64>> {
    let (first, last) = (file.damaged.first()?, file.damaged.last()?);
    let end = last.offset.saturating_add(last.length).min(file.bytes);
    (first.offset < end).then_some(first.offset..end)
}

/// Whether a file can stand behind another: of one camera, the next number must name the last hash.
fn follows(last: &Footage, file: &Footage) -> bool {
    let ends = last.chain.zip(file.chain).filter(|_| last.camera == file.camera);
    ends.is_none_or(|(last, first)| {
        last.last_fragment.checked_add(1) != Some(first.first_fragment)
            || last.last_hash == first.previous_hash
    })
}
