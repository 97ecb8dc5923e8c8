//! `backup` and `restore`, from each engine to each: what comes back, who does not, and what is refused.

use crate::bells::{BELLS, commit, name_of, named, rang, times, weeks};
use liengia_journal::{
    Commit, Database, ERASED_IDS, Idempotency, Journal, JournalEvent, Migration, Part, Schema, Vault,
    backup::{
        BackupError, BackupHeader, BackupKey, BackupMade, BackupOrder, BesideFile, RestoreError,
        RestoreOrder, Restored, Unreadable, backup, beside_in, newest, remove_expired, restore,
    },
    rebuild, statement,
    testing::{COMMUNE, Engine, Fresh, context, raw},
    verify,
};
use liengia_kernel::{SeededEntropy, Timestamp};
use std::{path::PathBuf, sync::Arc};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
const DAY: i64 = 86_400;

fn key(seed: u64) -> BackupKey {
    BackupKey::new(&SeededEntropy::new(seed))
}

fn list(fresh: &Fresh) -> PathBuf {
    fresh.folder().join("erased-ids")
}

async fn save(fresh: &Fresh, name: &str) -> Result<(PathBuf, BackupMade), BackupError> {
    let folder = fresh.folder().join("backups");
    std::fs::create_dir_all(&folder).unwrap();
    let order = BackupOrder {
        database: fresh.database(),
        schema: Schema::new([BELLS]),
        commune: COMMUNE,
        file: folder.join(name),
        key: key(1),
        erased_ids: list(fresh),
        made_at: Timestamp::from_seconds(100 * DAY),
        expires_at: Timestamp::from_seconds(130 * DAY),
        beside: vec![BesideFile { name: "node.key".into(), contents: vec![1, 2, 3] }],
        entropy: Arc::new(SeededEntropy::new(5)),
    };
    Ok((order.file.clone(), backup(order, |_| ()).await?))
}

async fn saved(fresh: &Fresh) -> PathBuf {
    save(fresh, "one.liengia-backup").await.unwrap().0
}

/// An order to restore this file to this empty place, with the newest list of the journal it came from.
fn order(file: PathBuf, from: &Fresh, to: &Fresh) -> RestoreOrder {
    RestoreOrder {
        file,
        key: key(1),
        schema: Schema::new([BELLS]),
        target: to.database(),
        erased_ids: list(from),
        now: Timestamp::from_seconds(101 * DAY),
        accept_expired: false,
        entropy: Arc::new(SeededEntropy::new(6)),
    }
}

async fn restored(order: RestoreOrder) -> Result<Restored, RestoreError> {
    restore(order, |_| ()).await
}

/// A journal with something in every table, and the node that writes it.
async fn full(engine: Engine) -> (Fresh, Journal) {
    let fresh = Fresh::new(engine).await;
    let journal = fresh.open(&[BELLS]).await;
    weeks(&journal, 2000).await;
    for (person, name) in [("person-1", "Bà Lan"), ("person-2", "Ông Minh")] {
        let answer = format!(r#"{{"person":"{person}","name":"{name}"}}"#);
        let once = Idempotency { key: person.into(), fingerprint: [1; 32], answer };
        let heard = statement!("INSERT INTO heard (commune, bell, at) VALUES ($1, $2, 5)", COMMUNE, person);
        let naming = Commit::new(context(1), vec![rang("hello", 0)]).once(Some(once));
        journal.commit(naming.beside([named(person, name), heard])).await.unwrap();
    }
    journal.advance(context(1), "siren", 17).await.unwrap();
    (fresh, journal)
}

const TABLES: [&str; 5] = [
    "SELECT * FROM bells ORDER BY bell",
    "SELECT * FROM rings ORDER BY day",
    "SELECT * FROM heard ORDER BY bell",
    "SELECT * FROM cursors ORDER BY name",
    "SELECT * FROM entries WHERE seq <= 2002 ORDER BY seq",
];

#[tokio::test]
async fn a_journal_saved_while_it_is_written_comes_back_on_either_engine_in_a_new_epoch() {
    for from in ENGINES {
        let (fresh, journal) = full(from).await;
        let before = async |database: &Database| {
            let mut rows = Vec::new();
            for sql in TABLES {
                rows.push(raw(database, &statement!(sql)).await.unwrap());
            }
            rows
        };
        let kept = before(&fresh.database()).await;
        let (saving, ()) = tokio::join!(save(&fresh, "one.liengia-backup"), async {
            for second in 0..20 {
                journal.commit(Commit::new(context(second), Vec::new())).await.unwrap();
            }
        });
        let (file, made) = saving.unwrap();
        commit(&journal, 5, vec![rang("after the backup", 1)]).await;
        for to in ENGINES {
            let target = Fresh::new(to).await;
            let done = restored(order(file.clone(), &fresh, &target)).await.unwrap();
            assert_eq!((done.commune, done.old_seq, done.epoch, done.left_out), (COMMUNE, 2002, 1, 0));
            assert_eq!((done.old_hash, done.rows), (made.chains[0].hash, made.rows));
            assert_eq!(done.beside[0].contents, [1, 2, 3]);
            assert!(before(&target.database()).await == kept, "{from:?} to {to:?}");
            let end = verify(target.database(), |_| ()).await.unwrap().chains[0];
            assert_eq!((end.seq, end.epoch), (2003, 1));
            rebuild::check(target.database(), Schema::new([BELLS]), |_| ()).await.unwrap();
            let again = target.open(&[BELLS]).await;
            let opening = again.entries_after(2002, 1).await.unwrap();
            let JournalEvent::EpochOpened { old_seq, old_hash, .. } = opening[0].event().unwrap() else {
                panic!("no epoch was opened")
            };
            assert_eq!((old_seq, old_hash.0), (2002, done.old_hash));
            let elsewhere = journal.entries_after(2002, 1).await.unwrap();
            assert_ne!(elsewhere[0].hash, opening[0].hash);
            commit(&again, 6, vec![rang("hello", 1)]).await;
            assert_eq!((times(&again, "hello").await, again.cursor("siren").await.unwrap()), (1, 17));
            assert_eq!(name_of(&again, "person-1").await.as_deref(), Some("Bà Lan"));
        }
    }
}

#[tokio::test]
async fn who_was_erased_after_the_backup_does_not_come_back() {
    for from in ENGINES {
        let (fresh, journal) = full(from).await;
        let file = saved(&fresh).await;
        journal.erase(["person-1"], Commit::new(context(2), Vec::new())).await.unwrap();
        for to in ENGINES {
            let target = Fresh::new(to).await;
            let done = restored(order(file.clone(), &fresh, &target)).await.unwrap();
            assert_eq!(done.left_out, 2); // the name, and the answer that showed it
            let again = target.open(&[BELLS]).await;
            assert_eq!(name_of(&again, "person-1").await, None);
            assert_eq!(name_of(&again, "person-2").await.as_deref(), Some("Ông Minh"));
            let history = again.history("person-1", 0, 10).await.unwrap();
            assert_eq!(
                history[0].event::<JournalEvent>().unwrap(),
                JournalEvent::Erased { owner: "person-1".into() }
            );
            let kept = again.query(statement!("SELECT key FROM answers")).await.unwrap();
            assert_eq!(kept.len(), 1);
            let listed = std::fs::read_to_string(target.folder().join("erased-ids")).unwrap();
            assert!(listed.contains("person-1"));
            verify(target.database(), |_| ()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_list_older_than_the_backup_is_refused_and_the_copy_beside_the_backup_is_not() {
    for engine in ENGINES {
        let (fresh, journal) = full(engine).await;
        journal.erase(["person-1"], Commit::new(context(2), Vec::new())).await.unwrap();
        let first = std::fs::read(list(&fresh)).unwrap();
        journal.erase(["person-9"], Commit::new(context(3), Vec::new())).await.unwrap();
        let file = saved(&fresh).await;
        let target = Fresh::new(engine).await;
        let lists = [first, b"# another list\n".to_vec(), Vec::new()];
        for bytes in lists {
            let mut restoring = order(file.clone(), &fresh, &target);
            restoring.erased_ids = target.folder().join("given");
            std::fs::write(&restoring.erased_ids, &bytes).unwrap();
            assert!(matches!(restored(restoring).await, Err(RestoreError::Erased(_))));
        }
        let mut restoring = order(file.clone(), &fresh, &target);
        restoring.erased_ids = file.with_file_name(ERASED_IDS);
        restored(restoring).await.unwrap();
    }
}

#[tokio::test]
async fn a_backup_without_its_key_tells_nothing_and_damaged_it_leaves_nothing_behind() {
    let (fresh, journal) = full(Engine::Sqlite).await;
    let file = saved(&fresh).await;
    journal.close().await;
    let whole = std::fs::read(&file).unwrap();
    for word in ["Lan", "Minh", "person-1", "siren", "bell-1"] {
        assert!(!whole.windows(word.len()).any(|bytes| bytes == word.as_bytes()), "{word}");
    }
    let target = Fresh::new(Engine::Sqlite).await;
    let there = |fresh: &Fresh| std::fs::read_dir(fresh.folder()).unwrap().count();
    let wrong = RestoreOrder { key: key(2), ..order(file.clone(), &fresh, &target) };
    assert!(matches!(restored(wrong).await, Err(RestoreError::Unreadable(Unreadable::WrongKey(_)))));
    let damaged = fresh.folder().join("damaged");
    let mut tries: Vec<Vec<u8>> = Vec::new();
    tries.extend([0, 10, 200, whole.len() / 2, whole.len() - 1].map(|end| whole[..end].to_vec()));
    tries.extend((0..60).map(|round| {
        let mut bytes = whole.clone();
        let bit = round * 1_000_003 % (whole.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    }));
    tries.push([whole.as_slice(), b"more"].concat());
    for bytes in tries {
        std::fs::write(&damaged, &bytes).unwrap();
        let refused = restored(order(damaged.clone(), &fresh, &target)).await;
        assert!(matches!(refused, Err(RestoreError::Unreadable(_))), "{refused:?}");
        assert!(there(&target) <= 1, "only the lock may be left");
    }
    restored(order(file.clone(), &fresh, &target)).await.unwrap();
    let again = restored(order(file, &fresh, &target)).await;
    assert!(matches!(again, Err(RestoreError::NotEmpty(_))));
}

#[tokio::test]
async fn a_damaged_backup_leaves_nothing_in_postgres() {
    let (fresh, _journal) = full(Engine::Postgres).await;
    let file = saved(&fresh).await;
    let target = Fresh::new(Engine::Postgres).await;
    let whole = std::fs::read(&file).unwrap();
    let damaged = fresh.folder().join("damaged");
    std::fs::write(&damaged, &whole[..whole.len() - 1]).unwrap();
    assert!(restored(order(damaged, &fresh, &target)).await.is_err());
    restored(order(file.clone(), &fresh, &target)).await.unwrap();
    assert!(matches!(restored(order(file, &fresh, &target)).await, Err(RestoreError::NotEmpty(_))));
}

#[tokio::test]
async fn a_backup_expires() {
    for engine in ENGINES {
        let (fresh, _journal) = full(engine).await;
        let file = saved(&fresh).await;
        let header = BackupHeader::read(&file).unwrap();
        assert_eq!((header.commune, header.key), (COMMUNE, key(1).id()));
        let target = Fresh::new(engine).await;
        let late = Timestamp::from_seconds(130 * DAY);
        let mut order = RestoreOrder { now: late, ..order(file.clone(), &fresh, &target) };
        assert!(matches!(
            restored(RestoreOrder { key: key(1), ..order }).await,
            Err(RestoreError::Expired(_))
        ));
        order = self::order(file.clone(), &fresh, &target);
        restored(RestoreOrder { now: late, accept_expired: true, ..order }).await.unwrap();
        let folder = file.parent().unwrap();
        assert!(remove_expired(folder, header.made_at).unwrap().is_empty());
        assert_eq!(remove_expired(folder, late).unwrap(), std::slice::from_ref(&file));
        assert!(!file.exists());
    }
}

#[tokio::test]
async fn no_backup_is_made_of_a_broken_chain_or_over_another() {
    for engine in ENGINES {
        let (fresh, journal) = full(engine).await;
        save(&fresh, "one.liengia-backup").await.unwrap();
        for name in ["one.liengia-backup", "one.zip"] {
            assert!(matches!(save(&fresh, name).await, Err(BackupError::Name { .. })));
        }
        journal.close().await;
        raw(&fresh.database(), &statement!("UPDATE entries SET purpose = 'fun' WHERE seq = 1500"))
            .await
            .unwrap();
        let refused = save(&fresh, "two.liengia-backup").await;
        assert!(matches!(&refused, Err(BackupError::Broken(broken)) if broken.seq == 1500), "{refused:?}");
        let files = std::fs::read_dir(fresh.folder().join("backups")).unwrap();
        assert_eq!(files.count(), 1, "only the first backup is there");
    }
}

const LATER: Part = Part {
    migrations: &[
        BELLS.migrations[0],
        Migration {
            name: "bells/0002",
            sql: "ALTER TABLE owners ADD COLUMN phone TEXT NOT NULL DEFAULT '';\n\
                  UPDATE owners SET phone = 'none';\n\
                  CREATE TABLE phones (commune TEXT NOT NULL, phone TEXT NOT NULL, PRIMARY KEY (commune, phone));\n",
        },
    ],
    vault: &[Vault { table: "owners", owner: "owner" }],
    ..BELLS
};

#[tokio::test]
async fn an_old_backup_is_brought_up_to_date_and_a_newer_one_refused() {
    for engine in ENGINES {
        let (fresh, _journal) = full(engine).await;
        let file = saved(&fresh).await;
        let target = Fresh::new(engine).await;
        let newer = RestoreOrder { schema: Schema::new([LATER]), ..order(file.clone(), &fresh, &target) };
        restored(newer).await.unwrap();
        let journal = target.open(&[LATER]).await;
        let phones = journal.query(statement!("SELECT DISTINCT phone FROM owners")).await.unwrap();
        assert_eq!(phones[0].text(0), Ok("none"));
        journal.close().await;
        let other = Fresh::new(engine).await;
        let older = RestoreOrder { schema: Schema::new([]), ..order(file, &fresh, &other) };
        assert!(matches!(restored(older).await, Err(RestoreError::Schema(_))));
    }
}

#[tokio::test]
async fn a_folder_knows_its_newest_backup_and_refuses_where_the_next_cannot_be_written() {
    let (fresh, _journal) = full(Engine::Sqlite).await;
    let folder = fresh.folder().join("backups");
    assert!(newest(&folder, COMMUNE).is_err(), "it is not there");
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(newest(&folder, COMMUNE).unwrap(), None);
    let file = saved(&fresh).await;
    assert_eq!(newest(&folder, COMMUNE).unwrap(), Some(Timestamp::from_seconds(100 * DAY)));
    assert_eq!(beside_in(&file, &key(1)).unwrap()[0].name, "node.key");
    assert!(matches!(beside_in(&file, &key(2)), Err(Unreadable::WrongKey(_))));
    let missing = beside_in(&folder.join("none"), &key(1)).map(drop).unwrap_err();
    assert!(missing.to_string().ends_with("none: it is not there"), "{missing}");
}
