//! Any history, with refusals, repeats, erasures, reopens and crashes, gives a chain that verifies and views that are what
//! a rebuild makes; and one changed bit of any column of any entry in it is found and named.

use crate::{
    bells::{BELLS, moved, named, rang, silenced},
    faults::{Acknowledged, nothing_is_lost},
};
use liengia_journal::{
    Broken, Commit, CommitError, Database, Idempotency, Journal, JournalConfig, Schema, Statement, Value,
    VerifyError, statement,
    testing::{COMMUNE, Engine, Folder, Fresh, context, folder, raw},
    verify,
};
use liengia_kernel::SystemEntropy;
use proptest::{collection::vec, prelude::*, sample::Index};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Something that is asked of a journal.
#[derive(Clone, Debug)]
enum Act {
    Ring {
        bell: u8,
        times: u8,
    },
    Move {
        bell: u8,
        house: u8,
    },
    Silence {
        house: u8,
    },
    /// A repeat, if the key came before.
    Once {
        key: u8,
        bell: u8,
    },
    /// Decided on what may have changed since.
    Stale {
        bell: u8,
        version: u64,
    },
    Name {
        owner: u8,
    },
    Erase {
        owner: u8,
    },
    Withhold {
        seq: u64,
    },
}

/// What happens to the node meanwhile.
#[derive(Clone, Debug)]
enum Step {
    /// These come at the same time.
    Acts(Vec<Act>),
    Reopen,
    /// It ends without a word while these are asked.
    Crash(Vec<Act>),
}

fn act() -> impl Strategy<Value = Act> {
    let bell = 0..4_u8;
    prop_oneof![
        // 100 and more is what the view refuses.
        6 => (bell.clone(), 0..=130_u8).prop_map(|(bell, times)| Act::Ring { bell, times }),
        2 => (bell.clone(), 0..3_u8).prop_map(|(bell, house)| Act::Move { bell, house }),
        1 => (0..3_u8).prop_map(|house| Act::Silence { house }),
        2 => (0..6_u8, bell.clone()).prop_map(|(key, bell)| Act::Once { key, bell }),
        2 => (bell, 0..12_u64).prop_map(|(bell, version)| Act::Stale { bell, version }),
        1 => (0..3_u8).prop_map(|owner| Act::Name { owner }),
        1 => (0..3_u8).prop_map(|owner| Act::Erase { owner }),
    ]
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let acts = || vec(act(), 1..8);
    let step = prop_oneof![
        6 => acts().prop_map(Step::Acts),
        1 => Just(Step::Reopen),
        1 => acts().prop_map(Step::Crash),
    ];
    vec(step, 1..12)
}

async fn done(journal: &Journal, act: Act) -> Option<Vec<Acknowledged>> {
    let bell = |bell: u8| format!("bell-{bell}");
    let commit = |drafts| Commit::new(context(1), drafts);
    let command = match act {
        Act::Ring { bell: of, times } => commit(vec![rang(&bell(of), times.into())]),
        Act::Move { bell: of, house } => commit(vec![moved(&bell(of), &format!("house-{house}"))]),
        Act::Silence { house } => commit(vec![silenced(&format!("house-{house}"))]),
        Act::Once { key, bell: of } => {
            let once = Idempotency { key: key.to_string(), fingerprint: [1; 32], answer: "done".into() };
            commit(vec![rang(&bell(of), 1)]).once(Some(once))
        }
        Act::Stale { bell: of, version } => commit(vec![rang(&bell(of), 1)]).expecting(bell(of), version),
        Act::Name { owner } => commit(Vec::new()).beside([named(&format!("owner-{owner}"), "Bà Lan")]),
        Act::Erase { owner } => {
            let erased = journal.erase([format!("owner-{owner}")], commit(Vec::new())).await;
            return erased
                .ok()
                .map(|receipt| receipt.entries.iter().map(|entry| Acknowledged::of(entry)).collect());
        }
        Act::Withhold { seq } => {
            let receipt = journal.withhold(context(1), seq).await;
            return receipt
                .ok()
                .map(|receipt| receipt.entries.iter().map(|entry| Acknowledged::of(entry)).collect());
        }
    };
    match journal.commit(command).await {
        Ok(receipt) => Some(receipt.entries.iter().map(|entry| Acknowledged::of(entry)).collect()),
        Err(refused) => {
            assert!(matches!(
                refused,
                CommitError::Storage(_) | CommitError::Conflict { .. } | CommitError::Closed(_)
            ));
            None
        }
    }
}

/// A node: a runtime of its own, which can be made to end without a word.
struct Node {
    runtime: Runtime,
    journal: Journal,
    database: Database,
    /// Where the files are after a crash.
    folder: Folder,
}

impl Node {
    fn open(database: Database, folder: Folder) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let journal = runtime.block_on(async {
            let journal = Journal::open(JournalConfig {
                database: database.clone(),
                commune: COMMUNE,
                schema: Schema::new([BELLS]),
                entropy: Arc::new(SystemEntropy),
                readers: 1,
            });
            let journal = journal.await.unwrap();
            journal.list_erased_in(vec![folder.join("erased-ids")]).await.unwrap();
            journal
        });
        Self { runtime, journal, database, folder }
    }

    fn acts(&self, acts: Vec<Act>) -> Vec<Acknowledged> {
        let acts = acts.into_iter().map(|act| done(&self.journal, act));
        let told = self.runtime.block_on(futures_util::future::join_all(acts));
        told.into_iter().flatten().flatten().collect()
    }

    fn reopened(self) -> Self {
        let Self { runtime, journal, database, folder } = self;
        runtime.block_on(journal.close());
        Self::open(database, folder)
    }

    /// On SQLite the node goes on with what a dead one would leave behind: the file and its log as they are now. On
    /// PostgreSQL its connections end in the middle of whatever they do.
    fn crashed(self, acts: Vec<Act>, told: &mut Vec<Acknowledged>) -> Self {
        let Database::Sqlite(path) = &self.database else {
            let Self { runtime, journal, database, folder } = self;
            for act in acts {
                let journal = journal.clone();
                runtime.spawn(async move { done(&journal, act).await });
            }
            runtime.shutdown_background();
            drop(journal);
            return Self::open(database, folder);
        };
        told.extend(self.acts(acts));
        let left = folder();
        for name in ["journal.db", "journal.db-wal", "erased-ids"] {
            let from = path.with_file_name(name);
            if from.exists() {
                std::fs::copy(&from, left.join(name)).unwrap();
            }
        }
        let database = Database::Sqlite(left.join("journal.db"));
        self.runtime.block_on(self.journal.close());
        Self::open(database, left)
    }

    fn close(self) -> (Database, Folder, Runtime) {
        self.runtime.block_on(self.journal.close());
        (self.database, self.folder, self.runtime)
    }
}

fn run(engine: Engine, history: Vec<Step>) -> (Database, Folder, Runtime, Vec<Acknowledged>, Option<Fresh>) {
    let folder = folder();
    let (database, fresh) = match engine {
        Engine::Sqlite => (Database::Sqlite(folder.join("journal.db")), None),
        Engine::Postgres => {
            let fresh = Runtime::new().unwrap().block_on(Fresh::new(engine));
            (fresh.database(), Some(fresh))
        }
    };
    let mut node = Node::open(database, folder);
    let mut told = Vec::new();
    for step in history {
        node = match step {
            Step::Acts(acts) => {
                told.extend(node.acts(acts));
                node
            }
            Step::Reopen => node.reopened(),
            Step::Crash(acts) => node.crashed(acts, &mut told),
        };
    }
    let (database, folder, runtime) = node.close();
    (database, folder, runtime, told, fresh)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() }
}

const COLUMNS: [&str; 15] = [
    "commune",
    "seq",
    "id",
    "at",
    "actor",
    "purpose",
    "slice",
    "kind",
    "subject",
    "version",
    "epoch",
    "salt",
    "body",
    "body_hash",
    "hash",
];

/// The value with one of its bits changed; where there is none, something. Text as bytes, for it may be none any more.
fn changed(value: &Value, bit: Index) -> Value {
    let flipped = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let bit = bit.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        Value::Bytes(bytes)
    };
    match value {
        Value::Int(number) => Value::Int(number ^ (1 << bit.index(64))),
        Value::Text(text) => flipped(text.as_bytes()),
        Value::Bytes(bytes) => flipped(bytes),
        Value::Null => Value::Bytes(vec![0; 32]),
        Value::Real(_) => unreachable!(),
    }
}

async fn broken(database: &Database) -> Option<Broken> {
    match verify(database.clone(), |_| ()).await {
        Err(VerifyError::Broken(broken)) => Some(broken),
        _ => None,
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn any_history_on_sqlite_verifies_and_its_views_are_what_a_rebuild_makes(history in history()) {
        let (database, _folder, runtime, told, _) = run(Engine::Sqlite, history);
        runtime.block_on(async {
            nothing_is_lost(&database, &told).await;
            // Everything was waited for, so that nothing else may be there either.
            let ends = verify(database.clone(), |_| ()).await.unwrap();
            assert_eq!(ends.entries(), told.len() as u64);
        });
    }

    #[test]
    fn a_changed_bit_anywhere_in_any_entry_is_found_and_the_entry_named(
        acts in vec(vec(act(), 1..6), 1..5), place in any::<[Index; 3]>(), withheld in any::<Index>()
    ) {
        let folder = folder();
        let node = Node::open(Database::Sqlite(folder.join("journal.db")), folder);
        node.acts(vec![Act::Ring { bell: 1, times: 1 }]);
        for acts in acts {
            node.acts(acts);
        }
        node.acts(vec![Act::Withhold { seq: 1 + withheld.index(4) as u64 }]);
        let (database, _folder, runtime) = node.close();
        runtime.block_on(async {
            let entries = verify(database.clone(), |_| ()).await.unwrap().entries();
            let seq = 1 + place[0].index(usize::try_from(entries).unwrap()) as u64;
            let column = COLUMNS[place[1].index(COLUMNS.len())];
            let read = statement!(format!("SELECT {column} FROM entries WHERE seq = $1"), seq);
            let kept = raw(&database, &read).await.unwrap()[0].0[0].clone();
            let changed = changed(&kept, place[2]);
            let text = matches!(kept, Value::Text(_)) || column == "body";
            let value = if text { "CAST($1 AS TEXT)" } else { "$1" };
            let change = Statement::new(format!("UPDATE entries SET {column} = {value} WHERE seq = $2"), [changed.clone(), seq.into()]);
            if raw(&database, &change).await.is_err() {
                return; // Two entries cannot have one number.
            }
            let found = broken(&database).await.unwrap_or_else(|| panic!("{column} of {seq}: {changed:?} went unseen"));
            // An entry that says it is another's, or stands elsewhere, leaves a gap or comes too early.
            let elsewhere = column == "commune" || column == "seq" && found.seq < seq;
            assert!(found.seq == seq || elsewhere, "{column} of {seq}, {changed:?}: {found}");
        });
    }
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn any_history_on_postgres_verifies_and_its_views_are_what_a_rebuild_makes(history in history()) {
        let (database, _folder, runtime, told, _fresh) = run(Engine::Postgres, history);
        runtime.block_on(nothing_is_lost(&database, &told));
    }
}
