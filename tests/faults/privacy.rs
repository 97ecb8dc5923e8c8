//! A whole day of the sample commune, everything logged that can be: nothing of anybody that the vault holds, and nothing
//! that opens a door, reaches the log, an entry of the journal, or what a backup says without its key.

use crate::{
    commune::sample,
    day::{Day, in_address},
    journal,
    node::{Node, binary, told},
    typed::TYPED,
};
use liengia_kernel::fold;
use liengia_tests::{files, rust};
use rusqlite::types::ValueRef;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::Path,
    process::Command,
};

/// Columns of the vault that hold words of a closed list, an id in another form, or what stands in an entry on purpose.
const CLOSED: [&str; 8] = ["owner", "letter", "kind", "profile", "spot", "siren", "language", "commitment"];

/// Words of the program that an official of the sample happens to sign in with.
const ROLES: [&str; 6] = ["duty_officer", "administrator", "clerk", "analyst", "auditor", "mediator"];

/// What is shorter stands anywhere by chance: in letters, and in the bytes of a sealed file.
const LETTERS: usize = 4;
const BYTES: usize = 10;

/// The tables of the vault, as the capabilities declare them.
fn vault() -> BTreeSet<String> {
    let own = files().into_iter().filter(|file| {
        file.path.starts_with("crates/") && file.path.contains("/src/") && !rust::is_test_file(&file.path)
    });
    let tables = own.flat_map(|file| {
        let named = file.text.split("Vault { table: \"").skip(1).filter_map(|rest| rest.split('"').next());
        named.map(str::to_owned).collect::<Vec<_>>()
    });
    tables.collect()
}

/// What is looked for: how it would stand there, and which text that is.
#[derive(Default)]
struct Wanted(BTreeMap<Vec<u8>, String>);

impl Wanted {
    /// A text about somebody: as it is, as it is searched, in an address, and as bytes are printed.
    fn text(&mut self, text: &str) {
        let folded = fold(text);
        for text in [text, &folded].into_iter().filter(|text| text.chars().count() >= LETTERS) {
            let printed = text.as_bytes().escape_ascii().to_string();
            for form in [text.to_owned(), in_address(text), printed] {
                self.0.insert(form.into_bytes(), text.to_owned());
            }
        }
    }

    /// Salts and hashes: as they are, and as they are printed.
    fn bytes(&mut self, bytes: &[u8], what: &str) {
        if bytes.len() >= BYTES {
            let printed = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            self.0.insert(printed.clone().into_bytes(), format!("{what} {printed}"));
            self.0.insert(bytes.to_vec(), format!("{what} {printed}"));
        }
    }

    /// Everything that the vault of this folder holds of anybody.
    fn vault(&mut self, data: &Path) {
        let database = journal::open(data);
        for table in vault() {
            let mut all = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let names: Vec<String> = all.column_names().map(str::to_owned).collect();
            let mut rows = all.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                for (column, name) in
                    names.iter().enumerate().filter(|(_, name)| !CLOSED.contains(&name.as_str()))
                {
                    match row.get_ref(column).unwrap() {
                        ValueRef::Text(text) if !is_id(text) => {
                            self.text(std::str::from_utf8(text).unwrap());
                        }
                        ValueRef::Blob(bytes) => self.bytes(bytes, &format!("{table}.{name}")),
                        _ => {}
                    }
                }
            }
        }
    }

    /// What a public name contains, like a shop's sign that a point is named after, is public.
    fn without_public(&mut self) {
        let commune = sample();
        let places = commune.places.iter().map(|place| place.name.as_str());
        let teams = commune.teams.iter().map(|team| team.name.as_str());
        let points = commune.points.iter().flat_map(|point| [point.name.as_str(), point.access.as_str()]);
        let public: Vec<&str> = places.chain(teams).chain(points).chain(ROLES).collect();
        let public = [public.join("\n"), fold(&public.join("\n"))];
        self.0.retain(|_, text| !public.iter().any(|public| public.contains(text.as_str())));
    }

    /// Which of them stand in these bytes.
    fn found_in(&self, bytes: &[u8], at_least: usize) -> BTreeSet<&str> {
        let mut by_beginning: HashMap<&[u8], Vec<(&[u8], &str)>> = HashMap::new();
        for (form, text) in self.0.iter().filter(|(form, _)| form.len() >= at_least) {
            by_beginning.entry(&form[..LETTERS]).or_default().push((form, text));
        }
        let mut found = BTreeSet::new();
        for (at, beginning) in bytes.windows(LETTERS).enumerate() {
            let forms = by_beginning.get(beginning).into_iter().flatten();
            found.extend(forms.filter(|(form, _)| bytes[at..].starts_with(form)).map(|(_, text)| *text));
        }
        found
    }
}

fn is_id(text: &[u8]) -> bool {
    text.len() == 36 && text.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}

/// Every byte of every column of every entry.
fn raw_entries(data: &Path) -> Vec<u8> {
    let database = journal::open(data);
    let mut all = database.prepare("SELECT * FROM entries").unwrap();
    let (columns, mut rows) = (all.column_count(), all.query([]).unwrap());
    let mut bytes = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            match row.get_ref(column).unwrap() {
                ValueRef::Text(value) | ValueRef::Blob(value) => bytes.extend(value),
                _ => {}
            }
            bytes.push(b'\n');
        }
    }
    bytes
}

/// A backup, with the list of erased ids beside it, and what making it printed.
fn backup(node: &Node) -> Vec<u8> {
    let folder = node.folder.path().join("backups");
    fs::create_dir(&folder).unwrap();
    let path = |name: &str| folder.join(name).display().to_string();
    let (key, file) = (path("key"), path("day.liengia-backup"));
    let made = Command::new(binary()).args(["backup-key", &key]).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let done = node.command(&["backup", &file, "--key", &key]);
    assert!(done.status.success(), "{}", told(&done));
    let list = fs::read(node.data.join("journal.db-erased-ids")).unwrap();
    assert!(!list.is_empty(), "somebody was erased");
    [fs::read(file).unwrap(), list, told(&done).into_bytes()].concat()
}

#[test]
fn nothing_of_anybody_reaches_the_log_an_entry_or_the_plain_part_of_a_backup_in_a_whole_day() {
    let mut node = Node::new("privacy");
    let mut wanted = Wanted::default();
    wanted.vault(&node.data);
    let mut day = Day::begin(&mut node);
    day.ways_in(&node);
    day.register();
    day.alarms(&node);
    day.mistakes(&node);
    day.announce();
    // Killed and started again in between: what is logged then counts as well.
    node.kill();
    wanted.vault(&node.data);
    day.go_on(&mut node);
    day.mistakes(&node);
    node.stop();
    node.verifies();

    wanted.vault(&node.data);
    for text in TYPED.into_iter().chain(day.secrets.iter().map(String::as_str)) {
        wanted.text(text);
    }
    wanted.without_public();
    // A backslash of JSON stands twice.
    let log = node.logged().replace("\\\\", "\\");
    let (entries, backup) = (raw_entries(&node.data), backup(&node));
    for (place, bytes, at_least) in [
        ("the log", log.as_bytes(), LETTERS),
        ("the entries", &entries, LETTERS),
        ("the backup", &backup, BYTES),
    ] {
        let found = wanted.found_in(bytes, at_least);
        assert!(found.is_empty(), "{place}: {found:#?}");
    }
    // JSON may write a letter as an escape: then this test could not read it.
    for bytes in [log.as_bytes(), &entries] {
        let escape = bytes
            .windows(6)
            .find(|six| six.starts_with(b"\\u") && six[2..].iter().all(u8::is_ascii_hexdigit));
        assert_eq!(escape.map(String::from_utf8_lossy), None);
    }
    assert!(
        log.contains("answered") && log.contains("a gateway did not take a message"),
        "the log was written"
    );
    println!(
        "privacy: {} forms of what is somebody's looked for in {} bytes of log, {} of entries and {} of a backup, \
         none found",
        wanted.0.len(),
        log.len(),
        entries.len(),
        backup.len()
    );
}

#[test]
fn a_name_in_any_form_is_known_to_be_found() {
    let mut wanted = Wanted::default();
    wanted.text("Lò Văn Kiểm");
    wanted.bytes(&[0xab; 16], "a salt");
    let printed = format!("b\"{}\"", "Lò Văn Kiểm".as_bytes().escape_ascii());
    let seen = [
        "by Lò Văn Kiểm at noon",
        "?search=lo van kiem",
        "/api/L%C3%B2%20V%C4%83n%20Ki%E1%BB%83m/x",
        printed.as_str(),
        "salt=abababababababababababababababab",
    ];
    for text in seen {
        assert_eq!(wanted.found_in(text.as_bytes(), LETTERS).len(), 1, "{text}");
    }
    assert!(wanted.found_in("Lò Văn K and others".as_bytes(), LETTERS).is_empty());
    assert!(vault().len() >= 10, "{:?}", vault());
}
