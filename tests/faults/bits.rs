//! One bit of a dead node's database turns over: `liengia verify` finds it wherever it changes the journal.
//!
//! The journal is the entries and the ends of the chains: the tables `entries` and `heads` with their keys. A bit counts
//! as anywhere in it when, after the flip, those tables cannot be read as before; that is judged here by reading every
//! value of them with SQLite itself, not by the program. Bits that carry nothing (free pages, the unused middle of a
//! page, bytes that an update left behind) change nothing that can be read, and may turn over unseen. Views are looked
//! after by `rebuild --check`, which makes them anew.

use crate::{
    http::new_id,
    journal,
    mqtt::Device,
    node::{Folder, Node, told},
    scene::{buttons_of, first_team, seed},
};
use liengia_kernel::SeededEntropy;
use rusqlite::{Connection, OpenFlags, types::Value};
use std::{collections::BTreeMap, fs, path::Path, time::Duration};

/// How many bits are turned over, one at a time, in the pages of entries and heads; `LIENGIA_FAULT_BITS` changes it.
const FLIPS: usize = 160;

/// And how many anywhere in the file.
const ANYWHERE: usize = 40;

/// Every value of the journal proper.
fn read_all(file: &Path) -> Result<Vec<Vec<Value>>, rusqlite::Error> {
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut all = Vec::new();
    for table in ["entries", "heads"] {
        let order = if table == "entries" { "commune, seq" } else { "commune" };
        let mut statement = database.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            all.push((0..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?);
        }
    }
    Ok(all)
}

/// The pages of each table or index, as SQLite counts them.
fn pages(file: &Path) -> BTreeMap<String, Vec<u64>> {
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut statement = database.prepare("SELECT name, pageno FROM dbstat").unwrap();
    let mut pages: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)));
    for (name, page) in rows.unwrap().map(Result::unwrap) {
        pages.entry(name).or_default().push(u64::try_from(page).unwrap());
    }
    pages
}

struct Flipped<'a> {
    node: &'a Node,
    file: std::path::PathBuf,
    bytes: Vec<u8>,
    sound: Vec<Vec<Value>>,
    chance: &'a SeededEntropy,
    found: usize,
    named: usize,
    idle: usize,
}

impl Flipped<'_> {
    /// Turns one bit of these bytes over, looks, and turns it back.
    fn flip(&mut self, from: u64, length: u64) {
        let at = usize::try_from(from + self.chance.below(length)).unwrap();
        let bit = 1 << self.chance.below(8);
        let mut bytes = self.bytes.clone();
        bytes[at] ^= bit;
        fs::write(&self.file, &bytes).unwrap();
        let changed = read_all(&self.file).ok().as_ref() != Some(&self.sound);
        let done = self.node.command(&["verify"]);
        if done.status.success() {
            assert!(!changed, "byte {at}, bit {bit:#04x}: the journal reads differently, and nobody noticed");
            self.idle += 1;
            return;
        }
        let said = told(&done);
        assert!(!said.contains("panicked"), "byte {at}, bit {bit:#04x}: {said}");
        assert_eq!(done.status.code(), Some(1), "byte {at}, bit {bit:#04x}: {said}");
        self.found += 1;
        self.named += usize::from(said.contains("entry "));
    }
}

#[test]
fn a_bit_that_turns_over_in_the_journal_is_found() {
    let chance = seed("bits");
    let flips = std::env::var("LIENGIA_FAULT_BITS").ok().and_then(|text| text.parse().ok()).unwrap_or(FLIPS);
    let mut node = Node::new("bits");
    node.start();
    let mut button = Device::connect(node.mqtt, &buttons_of(first_team().id)[0]).unwrap();
    let press = new_id();
    button.press(&press).unwrap();
    assert!(button.recorded(&press, Duration::from_secs(20)));
    node.stop();
    node.verifies();
    let data = Folder::new("flipped");
    fs::copy(node.data.join("identity.json"), data.path().join("identity.json")).unwrap();
    let original = node.data.join("journal.db");
    let (size, pages) = (page_size(&original), pages(&original));
    let count = |name: &str| pages.get(name).map_or(0, Vec::len);
    let mut flipped = Flipped {
        file: data.path().join("journal.db"),
        bytes: fs::read(&original).unwrap(),
        sound: read_all(&original).unwrap(),
        node: &node,
        chance: &chance,
        found: 0,
        named: 0,
        idle: 0,
    };
    node.configure(data.path(), "info");
    let own: Vec<u64> = ["entries", "heads"].iter().flat_map(|name| pages[*name].iter().copied()).collect();
    for _ in 0..flips {
        let page = *crate::scene::one_of(&chance, &own);
        flipped.flip((page - 1) * size, size);
    }
    let in_the_journal = (flipped.found, flipped.named, flipped.idle);
    let whole = u64::try_from(flipped.bytes.len()).unwrap();
    for _ in 0..ANYWHERE {
        flipped.flip(0, whole);
    }
    println!(
        "bits: {} pages of entries; of {flips} flips there {} found ({} name an entry), {} carried \
         nothing; of {ANYWHERE} anywhere in {whole} bytes {} were the journal's",
        count("entries"),
        in_the_journal.0,
        in_the_journal.1,
        in_the_journal.2,
        flipped.found - in_the_journal.0,
    );
    assert!(in_the_journal.0 > flips / 3, "most bits of the journal's pages carry something");
    fs::write(&flipped.file, &flipped.bytes).unwrap();
    node.verifies();
}

fn page_size(file: &Path) -> u64 {
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let size: i64 = database.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
    u64::try_from(size).unwrap()
}

#[test]
fn an_entry_whose_bit_turned_over_is_named() {
    let chance = seed("named bits");
    let mut node = Node::new("named");
    node.start();
    node.stop();
    let entries = journal::entries(&node.data, 0);
    let file = node.data.join("journal.db");
    let sound = fs::read(&file).unwrap();
    for _ in 0..12 {
        let entry = crate::scene::one_of(&chance, &entries);
        // Its body stands once in the file, byte for byte.
        let body = entry.body.as_bytes();
        let places: Vec<usize> = memchr(&sound, body);
        let [at] = places[..] else { continue };
        let mut bytes = sound.clone();
        let byte = at + usize::try_from(chance.below(u64::try_from(body.len()).unwrap())).unwrap();
        bytes[byte] ^= 1 << chance.below(8);
        fs::write(&file, bytes).unwrap();
        let done = node.command(&["verify"]);
        let said = told(&done);
        assert!(
            !done.status.success() && said.contains(&format!("entry {} ", entry.seq)),
            "{}: {said}",
            entry.seq
        );
    }
    fs::write(&file, sound).unwrap();
    node.verifies();
}

/// Where these bytes stand.
fn memchr(within: &[u8], wanted: &[u8]) -> Vec<usize> {
    let first = wanted[0];
    let starts = within.iter().enumerate().filter(|(_, byte)| **byte == first);
    starts.map(|(at, _)| at).filter(|at| within[*at..].starts_with(wanted)).collect()
}
