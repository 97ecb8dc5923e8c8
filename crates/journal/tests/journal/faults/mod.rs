//! What a journal must outlive: killed processes, full and failing disks, power cuts, a server that goes away.
//!
//! The rule is one: whatever was acknowledged is there afterwards, once, and the chain is whole.

mod child;
mod disk;
mod killed;
mod machine;
mod power;
mod server;

use crate::bells::BELLS;
use liengia_journal::{Commitment, Database, Entry, Schema, rebuild, statement, testing::raw, verify};
use std::collections::BTreeMap;

/// An entry that was acknowledged.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    seq: u64,
    hash: String,
}

impl Acknowledged {
    pub fn of(entry: &Entry) -> Self {
        Self { seq: entry.seq, hash: Commitment(entry.hash).to_string() }
    }
}

/// Checks that all of these are in the journal, as they were acknowledged, and that it is whole.
pub async fn nothing_is_lost(database: &Database, acknowledged: &[Acknowledged]) {
    let verified = verify(database.clone(), |_| ()).await.expect("the chain is whole");
    let rows = raw(database, &statement!("SELECT seq, hash FROM entries")).await.unwrap();
    let hash = |bytes: &[u8]| Commitment(bytes.try_into().unwrap()).to_string();
    let there: BTreeMap<u64, String> =
        rows.iter().map(|row| (row.count(0).unwrap(), hash(row.bytes(1).unwrap()))).collect();
    for Acknowledged { seq, hash } in acknowledged {
        assert_eq!(there.get(seq), Some(hash), "entry {seq} was acknowledged");
    }
    assert_eq!(verified.entries(), there.len() as u64);
    rebuild::check(database.clone(), Schema::new([BELLS]), |_| ())
        .await
        .expect("the views are as the entries say");
}
