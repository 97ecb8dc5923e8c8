//! Erasing on both engines: rows, bytes, kept answers, and the lists; and forgetting old answers.

use crate::bells::{BELLS, commit, name_of, named, rang};
use liengia_journal::{
    Commit, CommitError, Database, EraseError, Idempotency, Journal, QueryError, statement,
    testing::{COMMUNE, Engine, Fresh, context, on_both_engines},
};
use liengia_kernel::{SeededEntropy, Timestamp};
use std::path::Path;

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

fn erasing(seconds: i64) -> Commit {
    Commit::new(context(seconds), vec![rang("farewell", 0)])
}

fn once(key: &str, answer: &str) -> Idempotency {
    Idempotency { key: key.into(), fingerprint: [1; 32], answer: answer.into() }
}

async fn name(journal: &Journal, owner: &str, name: &str) {
    let naming = Commit::new(context(1), vec![rang("hello", 0)]).beside([named(owner, name)]);
    journal.commit(naming).await.unwrap();
}

async fn answers(journal: &Journal) -> u64 {
    let rows = journal.query(statement!("SELECT COUNT(*) FROM answers WHERE commune = $1", COMMUNE)).await;
    rows.unwrap()[0].count(0).unwrap()
}

#[tokio::test]
async fn an_erased_owner_is_gone_listed_and_recorded_in_one_act() {
    for engine in ENGINES {
        let fresh = Fresh::new(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        let (main, copy) = (fresh.folder().join("main"), fresh.folder().join("copy"));
        journal.list_erased_in(vec![main.clone(), copy.clone()]).await.unwrap();
        name(&journal, "person-1", "Bà Lan").await;
        name(&journal, "person-2", "Ông Minh").await;
        let shown = Commit::new(context(2), Vec::new())
            .once(Some(once("k", r#"{"person":"person-1","name":"Lan"}"#)));
        journal.commit(shown).await.unwrap();
        let receipt = journal.erase(["person-1"], erasing(3)).await.unwrap();
        let kinds: Vec<&str> = receipt.entries.iter().map(|entry| &*entry.kind).collect();
        assert_eq!(kinds, ["rang", "erased"]);
        assert_eq!(name_of(&journal, "person-1").await, None);
        assert_eq!(name_of(&journal, "person-2").await.as_deref(), Some("Ông Minh"));
        assert_eq!(answers(&journal).await, 0);
        let listed = std::fs::read_to_string(&main).unwrap();
        assert!(listed.contains("person-1") && !listed.contains("person-2"));
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), listed);
    }
}

#[tokio::test]
async fn nothing_is_erased_where_it_cannot_be_listed_or_the_id_is_none() {
    for engine in ENGINES {
        let fresh = Fresh::new(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        name(&journal, "person-1", "Bà Lan").await;
        for bad in ["", "person 1", "%", "a\nb"] {
            let refused = journal.erase([bad], erasing(2)).await.unwrap_err();
            assert!(matches!(refused, EraseError::BadOwner(_)), "{refused}");
        }
        journal.list_erased_in(vec![fresh.folder().join("no/such/folder")]).await.unwrap();
        assert!(matches!(journal.erase(["person-1"], erasing(2)).await, Err(EraseError::List(_))));
        journal.list_erased_in(Vec::new()).await.unwrap();
        assert!(matches!(journal.erase(["person-1"], erasing(2)).await, Err(EraseError::NoList)));
        journal.list_erased_in(vec![fresh.folder().join("list")]).await.unwrap();
        let stale = journal.erase(["person-1"], erasing(2).expecting("hello", 99)).await;
        assert!(matches!(stale, Err(EraseError::Commit(CommitError::Conflict { .. }))));
        assert!(name_of(&journal, "person-1").await.is_some());
        assert!(!fresh.folder().join("list").exists() || list(&fresh.folder().join("list")).is_empty());
    }
}

fn list(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_list_that_was_lost_or_unplugged_is_brought_up_to_date() {
    for engine in ENGINES {
        let fresh = Fresh::new(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        let disk = fresh.folder().join("disk");
        let lists = vec![fresh.folder().join("main"), disk.join("copy")];
        journal.list_erased_in(lists.clone()).await.unwrap();
        journal.erase(["person-1", "person-2"], erasing(1)).await.unwrap();
        std::fs::create_dir(&disk).unwrap();
        journal.erase(["person-3"], erasing(2)).await.unwrap();
        assert_eq!(list(&lists[1]), ["person-1", "person-2", "person-3"]);
        std::fs::remove_file(&lists[0]).unwrap();
        journal.close().await;
        let journal = fresh.open(&[BELLS]).await;
        journal.list_erased_in(lists.clone()).await.unwrap();
        assert_eq!(list(&lists[0]), ["person-1", "person-2", "person-3"]);
    }
}

/// Names of all lengths, corrected, moved between pages and erased while others stay and readers look on.
#[tokio::test]
async fn the_bytes_of_an_erased_name_are_nowhere_in_the_files() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let Database::Sqlite(path) = fresh.database() else { unreachable!() };
    let journal = fresh.open(&[BELLS]).await;
    let entropy = SeededEntropy::new(11);
    let secret = |person: u64, word: &str| {
        format!("Secret{person}{word}{}!", "x".repeat((person * 37 % 1500) as usize))
    };
    for start in (0..300).step_by(25) {
        let all = (start..start + 25).map(|person| named(&format!("p-{person}"), &secret(person, "Old")));
        journal.commit(Commit::new(context(1), Vec::new()).beside(all)).await.unwrap();
        let some = (start..start + 25).filter(|person| person % 3 == 0);
        let corrected = some.map(|person| named(&format!("p-{person}"), &secret(person, "New")));
        journal.commit(Commit::new(context(2), Vec::new()).beside(corrected)).await.unwrap();
    }
    let mut erased: Vec<u64> = (0..300).filter(|_| entropy.below(2) == 0).collect();
    erased.sort_unstable_by_key(|person| person * 7919 % 300);
    for some in erased.chunks(9) {
        let owners: Vec<String> = some.iter().map(|person| format!("p-{person}")).collect();
        let (erased, looked) = tokio::join!(
            journal.erase(&owners, erasing(3)),
            journal.query(statement!("SELECT name FROM owners"))
        );
        assert!(erased.is_ok() && looked.is_ok());
        let bytes = all_bytes(&path);
        for person in some {
            for word in ["Old", "New"] {
                let mark = format!("Secret{person}{word}");
                assert!(!holds(&bytes, mark.as_bytes()), "{mark} is still there");
            }
        }
    }
    let kept = (0..300_u64).filter(|person| !erased.contains(person));
    assert_eq!(kept.count(), journal.query(statement!("SELECT name FROM owners")).await.unwrap().len());
}

/// Everything in the database's folder: the file, its log, its index of the log, and whatever else lies there.
fn all_bytes(path: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[tokio::test]
async fn old_answers_are_forgotten_and_young_ones_kept() {
    on_both_engines(&[BELLS], async |journal| {
        for start in (0..2500).step_by(250) {
            let commands = (start..start + 250).map(|second| {
                journal.commit(
                    Commit::new(context(second), Vec::new()).once(Some(once(&second.to_string(), "a"))),
                )
            });
            futures_util::future::try_join_all(commands).await.unwrap();
        }
        journal.prune_answers(context(9999), Timestamp::from_seconds(2400)).await.unwrap();
        assert_eq!(answers(&journal).await, 100);
        let again = Commit::new(context(2400), Vec::new()).once(Some(once("2400", "b")));
        assert_eq!(journal.commit(again).await.unwrap().repeated.as_deref(), Some("a"));
        commit(&journal, 1, vec![rang("a", 1)]).await;
        let oldest = journal.query(statement!("SELECT MIN(at) FROM answers")).await;
        assert_eq!(
            oldest.map_err(|error: QueryError| error.to_string()).unwrap()[0].int(0),
            Ok(2_400_000_000)
        );
    })
    .await;
}
