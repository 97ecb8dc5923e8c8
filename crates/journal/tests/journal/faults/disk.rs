//! Disks that are full, read-only or failing while the journal writes.

use super::{
    Acknowledged,
    machine::{Disk, or_skip},
    nothing_is_lost,
};
use crate::bells::{BELLS, rang};
use liengia_journal::{
    Commit, CommitError, Database, Draft, Journal, JournalConfig, Schema, Writing,
    testing::{COMMUNE, context, folder, left_out},
};
use liengia_kernel::SystemEntropy;
use std::{path::Path, sync::Arc};

async fn open(path: &Path) -> Journal {
    let config = JournalConfig {
        database: Database::Sqlite(path.to_owned()),
        commune: COMMUNE,
        schema: Schema::new([BELLS]),
        entropy: Arc::new(SystemEntropy),
        readers: 1,
    };
    Journal::open(config).await.unwrap()
}

/// Commits until the disk refuses; what was acknowledged until then.
async fn until_refused(journal: &Journal, most: usize) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    let long = "bell-".repeat(1000);
    for number in 0..most {
        let bell = format!("{number}-{long}");
        match journal.commit(Commit::new(context(1), vec![rang(&bell, 0)])).await {
            Ok(receipt) => acknowledged.extend(receipt.entries.iter().map(|entry| Acknowledged::of(entry))),
            Err(refused) => {
                assert!(matches!(refused, CommitError::Storage(_)), "{refused}");
                return acknowledged;
            }
        }
    }
    panic!("the disk never refused")
}

fn short() -> Vec<Draft> {
    vec![rang("short", 1)]
}

#[tokio::test]
async fn a_full_disk_refuses_says_so_and_writes_again_once_there_is_room() {
    let Some(disk) = or_skip(Disk::memory(6)) else { return };
    let ballast = disk.path().join("ballast");
    std::fs::write(&ballast, vec![0; 2 * 1024 * 1024]).unwrap();
    let path = disk.path().join("journal.db");
    let journal = open(&path).await;
    let writing = journal.writing();
    let mut acknowledged = until_refused(&journal, 2000).await;
    assert!(matches!(&*writing.borrow(), Writing::Failing(why) if why.contains("full")), "{writing:?}");
    assert_eq!(journal.entries_after(0, 10_000).await.unwrap().len(), acknowledged.len());
    std::fs::remove_file(&ballast).unwrap();
    let receipt = journal.commit(Commit::new(context(2), short())).await.unwrap();
    assert_eq!(*writing.borrow(), Writing::Well);
    acknowledged.push(Acknowledged::of(&receipt.entries[0]));
    journal.close().await;
    nothing_is_lost(&Database::Sqlite(path), &acknowledged).await;
}

#[tokio::test]
async fn a_disk_that_turns_read_only_refuses_and_loses_nothing() {
    let folder = folder();
    let Some(disk) = or_skip(Disk::in_file(&folder, 40)) else { return };
    let image = disk.image.clone().unwrap();
    let journal = open(&disk.path().join("journal.db")).await;
    let mut acknowledged = Vec::new();
    for _ in 0..50 {
        let receipt = journal.commit(Commit::new(context(1), vec![rang("a", 0)])).await.unwrap();
        acknowledged.push(Acknowledged::of(&receipt.entries[0]));
    }
    if let Err(why) = disk.break_it() {
        return left_out("a disk that turns read-only", why);
    }
    let refused = journal.commit(Commit::new(context(2), short())).await;
    assert!(matches!(refused, Err(CommitError::Storage(_))), "{refused:?}");
    assert!(matches!(*journal.writing().borrow(), Writing::Failing(_)));
    assert_eq!(journal.entries_after(0, 100).await.unwrap().len(), 50);
    journal.close().await;
    drop(disk);
    let disk = Disk::of_image(&image).unwrap();
    let database = Database::Sqlite(disk.path().join("journal.db"));
    nothing_is_lost(&database, &acknowledged).await;
}

/// The disk lies in a file on another one that is too small for it: at some point its blocks cannot be written.
#[tokio::test]
async fn a_disk_that_fails_refuses_and_loses_nothing() {
    let Some(outer) = or_skip(Disk::memory(12)) else { return };
    let ballast = outer.path().join("ballast");
    std::fs::write(&ballast, vec![0; 4 * 1024 * 1024]).unwrap();
    let Some(disk) = or_skip(Disk::in_file(outer.path(), 100)) else { return };
    let image = disk.image.clone().unwrap();
    let journal = open(&disk.path().join("journal.db")).await;
    let acknowledged = until_refused(&journal, 5000).await;
    assert!(matches!(*journal.writing().borrow(), Writing::Failing(_)));
    assert!(!acknowledged.is_empty());
    std::fs::remove_file(&ballast).unwrap();
    journal.close().await;
    drop(disk);
    let disk = Disk::of_image(&image).unwrap();
    let database = Database::Sqlite(disk.path().join("journal.db"));
    nothing_is_lost(&database, &acknowledged).await;
}
