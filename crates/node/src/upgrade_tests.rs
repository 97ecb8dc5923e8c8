//! A store that came up step by step over the years is what a fresh one is, and goes on; no step changes once it is listed.

use crate::node::PARTS;
use liengia_journal::{
    Commit, Draft, Part, Schema, rebuild,
    testing::{Engine, Fresh, bring_to, context, shape, steps},
    verify,
};
use liengia_kernel::{AlarmId, SeededEntropy, Timestamp};
use liengia_signal::event::SignalEvent;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fmt::Write as _};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// Written by `cargo xtask migrations --lock`.
const LIST: &str = include_str!("../../../docs/reference/migrations.lock");

#[tokio::test]
async fn a_store_that_came_up_step_by_step_has_the_schema_of_a_fresh_one() {
    let steps = steps(&PARTS);
    for engine in ENGINES {
        let (fresh, old) = (Fresh::new(engine).await, Fresh::new(engine).await);
        fresh.open(&PARTS).await.close().await;
        for known in 1..=steps.len() {
            let came = bring_to(&old.database(), &steps[..known]).await;
            assert_eq!(came, Ok(()), "{engine:?}, {}", steps[known - 1].name);
        }
        let (fresh, old) = (shape(&fresh.database()).await.unwrap(), shape(&old.database()).await.unwrap());
        assert!(fresh.len() > 100, "{fresh:?}");
        let (missing, more) = (fresh.difference(&old), old.difference(&fresh));
        let differ: Vec<_> = missing.chain(more).collect();
        assert!(differ.is_empty(), "{engine:?}: only one of the two has {differ:#?}");
    }
}

/// What a program brought that did not know the last step of this part yet.
fn before_the_last(slice: &str) -> Vec<Part> {
    let mut parts = PARTS.to_vec();
    for part in parts.iter_mut().filter(|part| part.slice == slice) {
        part.migrations = part.migrations.split_last().map_or(&[], |(_, before)| before);
    }
    parts
}

#[tokio::test]
async fn a_journal_that_an_older_program_wrote_goes_on_after_the_last_step() {
    let test = |number| SignalEvent::CapTested {
        test: AlarmId::new(Timestamp::from_seconds(number), &SeededEntropy::new(1)),
    };
    let later = PARTS.iter().filter(|part| part.migrations.len() > 1);
    for (engine, part) in later.flat_map(|part| ENGINES.map(|engine| (engine, part))) {
        let store = Fresh::new(engine).await;
        let mut number = 0;
        for parts in [before_the_last(part.slice), PARTS.to_vec()] {
            let journal = store.open(&parts).await;
            for _ in 0..3 {
                number += 1;
                let commit = Commit::new(context(number), vec![Draft::of(&test(number))]);
                journal.commit(commit).await.unwrap();
            }
            journal.close().await;
        }
        let chain = verify(store.database(), |_| ()).await.unwrap();
        assert_eq!(chain.entries(), 6, "{engine:?}, {}", part.slice);
        rebuild::check(store.database(), Schema::new(PARTS), |_| ()).await.unwrap();
    }
}

#[test]
fn the_program_brings_the_very_steps_that_are_listed() {
    let listed: BTreeSet<String> =
        LIST.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let schema = Schema::new(PARTS);
    let brought = schema.migrations().map(|step| {
        let mut line = String::new();
        for byte in Sha256::digest(step.sql) {
            write!(line, "{byte:02x}").unwrap();
        }
        let (part, file) = step.name.split_once('/').unwrap();
        format!("{line}  crates/{part}/migrations/{file}.sql")
    });
    let brought: BTreeSet<String> = brought.collect();
    let not: Vec<_> = listed.symmetric_difference(&brought).collect();
    assert!(
        not.is_empty(),
        "only listed, or only brought: {not:#?}. A listed step never changes: undo that, write a new one after it, \
         name it in its part's migrations, and run `cargo xtask migrations --lock`"
    );
}
