//! Pages of entries: all of the chain, or those of some subjects, kinds or a capability.

use crate::{
    Entry, Journal, QueryError, Row, Statement,
    chain::COLUMNS,
    statement,
    subscribe::{Names, read_entry},
    writer::Failure,
};
use std::sync::Arc;

/// Most subjects that are asked for together.
const SUBJECTS: usize = 500;

/// Which entries of this node's chain: those to which every line of it applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// After the entry with this number.
    pub after: u64,
    /// Of this capability.
    pub slice: Option<&'static str>,
    /// Of this kind.
    pub kind: Option<&'static str>,
    /// Of one of these subjects; of any if there are none.
    pub subjects: Vec<String>,
    /// At most so many.
    pub limit: usize,
}

impl Journal {
    /// The entries that the filter names, in the order of the chain.
    pub async fn entries(&self, filter: &EntryFilter) -> Result<Vec<Arc<Entry>>, QueryError> {
        if filter.subjects.len() <= SUBJECTS {
            return read(&self.query(self.asked(filter, &filter.subjects)).await?);
        }
        let questions = filter.subjects.chunks(SUBJECTS).map(|some| self.asked(filter, some)).collect();
        let mut entries = Vec::new();
        for rows in self.query_all(questions).await? {
            entries.extend(read(&rows)?);
        }
        entries.sort_unstable_by_key(|entry| entry.seq);
        // A subject may have been named twice.
        entries.dedup_by_key(|entry| entry.seq);
        entries.truncate(filter.limit);
        Ok(entries)
    }

    /// At most `limit` entries of this node's chain after `seq`, in order.
    pub async fn entries_after(&self, seq: u64, limit: usize) -> Result<Vec<Arc<Entry>>, QueryError> {
        self.entries(&EntryFilter { after: seq, limit, ..EntryFilter::default() }).await
    }

    /// The history of one subject: at most `limit` of its entries after `seq`, in order.
    pub async fn history(
        &self,
        subject: &str,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Entry>>, QueryError> {
        let subjects = vec![subject.to_owned()];
        self.entries(&EntryFilter { after: seq, subjects, limit, ..EntryFilter::default() }).await
    }

    fn asked(&self, filter: &EntryFilter, subjects: &[String]) -> Statement {
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE commune = $1 AND seq > $2");
        let mut query = statement!(sql, self.commune(), filter.after);
        for (column, value) in [("slice", filter.slice), ("kind", filter.kind)] {
            if let Some(value) = value {
                let mark = query.place(value);
                query.add(&format!(" AND {column} = {mark}"));
            }
        }
        if !subjects.is_empty() {
            let marks: Vec<String> = subjects.iter().map(|subject| query.place(subject)).collect();
            query.add(&format!(" AND subject IN ({})", marks.join(", ")));
        }
        let limit = query.place(filter.limit);
        query.add(&format!(" ORDER BY seq LIMIT {limit}"));
        query
    }
}

fn read(rows: &[Row]) -> Result<Vec<Arc<Entry>>, QueryError> {
    let mut names = Names::default();
    let told = |failure: Failure| QueryError::Storage(failure.to_string());
    rows.iter().map(|row| read_entry(row, &mut names).map(Arc::new).map_err(told)).collect()
}
