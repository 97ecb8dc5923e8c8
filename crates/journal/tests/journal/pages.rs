//! Pages of entries: what a filter names, in the order of the chain, and the end of the chain.

use crate::bells::{BELLS, commit, moved, rang, silenced};
use liengia_journal::{EntryFilter, Journal, testing::on_both_engines};

async fn seqs(journal: &Journal, filter: EntryFilter) -> Vec<u64> {
    journal.entries(&filter).await.unwrap().iter().map(|entry| entry.seq).collect()
}

fn of(subjects: &[&str]) -> EntryFilter {
    let subjects = subjects.iter().map(ToString::to_string).collect();
    EntryFilter { subjects, limit: 100, ..EntryFilter::default() }
}

#[tokio::test]
async fn a_page_holds_what_its_filter_names_in_the_order_of_the_chain() {
    on_both_engines(&[BELLS], async |journal| {
        assert_eq!((journal.head().await.unwrap().seq, journal.head().await.unwrap().hash), (0, [0; 32]));
        let drafts = vec![rang("a", 1), rang("b", 1), moved("a", "h"), silenced("h"), rang("a", 2)];
        commit(&journal, 1, drafts).await;
        assert_eq!(seqs(&journal, of(&["a"])).await, [1, 3, 5]);
        assert_eq!(seqs(&journal, of(&["h", "b"])).await, [2, 4]);
        assert_eq!(seqs(&journal, EntryFilter { kind: Some("rang"), ..of(&["a"]) }).await, [1, 5]);
        assert_eq!(seqs(&journal, EntryFilter { after: 1, limit: 1, ..of(&["a"]) }).await, [3]);
        assert_eq!(seqs(&journal, EntryFilter { slice: Some("bells"), ..of(&[]) }).await, [1, 2, 3, 4, 5]);
        assert!(seqs(&journal, EntryFilter { slice: Some("fire"), ..of(&[]) }).await.is_empty());
        let last = journal.entries_after(4, 1).await.unwrap();
        let head = journal.head().await.unwrap();
        assert_eq!((head.seq, head.epoch, head.hash), (5, 0, last[0].hash));
    })
    .await;
}

#[tokio::test]
async fn a_page_of_more_subjects_than_are_asked_for_together_is_one_page() {
    on_both_engines(&[BELLS], async |journal| {
        let bell = |number: u64| format!("bell-{}", number * 7 % 1200);
        commit(&journal, 1, (0..1200).map(|number| rang(&bell(number), 1)).collect()).await;
        let mut subjects: Vec<String> = (0..1100).map(|number| format!("bell-{number}")).collect();
        subjects.push("bell-0".into());
        let filter = EntryFilter { subjects, limit: 1000, ..EntryFilter::default() };
        let wanted: Vec<u64> = (1..=1200).filter(|seq| (seq - 1) * 7 % 1200 < 1100).take(1000).collect();
        assert_eq!(seqs(&journal, filter).await, wanted);
    })
    .await;
}
