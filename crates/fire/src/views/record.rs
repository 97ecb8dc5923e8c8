//! The record of alarms as the journal has it: for what is open after a restart, and for reports on what is over.

use crate::event::{About, FireEvent, KitEvent};
use liengia_journal::{Actor, Hash, Journal, QueryError, Row, statement};
use liengia_kernel::{AlarmId, Pii, Timestamp};
use std::{collections::BTreeMap, time::Duration};

/// Most entries of one alarm that are read: days of a large fire.
const MAX_HISTORY: usize = 50_000;

/// How long a closed alarm is remembered, so that a late repeat of its press does not ring again.
const REMEMBERED: Duration = Duration::from_hours(24);

/// One entry of an alarm's record.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its place in the chain.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What seals it and all that was before it.
    pub hash: Hash,
    /// What happened.
    pub event: FireEvent,
}

/// What is not over, and what was over within a day.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The entries, in the order of the chain, each with the alarm, drill or late press that it belongs to.
    pub told: Vec<(AlarmId, Told)>,
    /// The numbers of those that rang.
    pub numbers: BTreeMap<AlarmId, u64>,
}

/// What the engine takes up after a restart: the entries of all that is not over, and of what was over within a day.
pub async fn standing(journal: &Journal, now: Timestamp) -> Result<Standing, QueryError> {
    let sql = "SELECT e.seq, e.at, e.actor, e.hash, e.body, a.alarm, a.number FROM alarms a \
               JOIN entries e ON e.commune = a.commune AND e.subject = a.alarm \
               WHERE a.commune = $1 AND (a.state <> 'over' OR a.over_at > $2) AND e.slice = 'fire' ORDER BY e.seq";
    let mut standing = Standing::default();
    for row in journal.query(statement!(sql, journal.commune(), now - REMEMBERED)).await? {
        let alarm = row.parse(5)?;
        if let Some(number) = row.maybe(6, Row::count)? {
            standing.numbers.insert(alarm, number);
        }
        standing.told.extend(read(&row)?.map(|told| (alarm, told)));
    }
    Ok(standing)
}

/// Everything that the journal tells of one alarm, drill or late press, oldest first.
pub async fn record_of(journal: &Journal, alarm: AlarmId) -> Result<Vec<Told>, QueryError> {
    let sql = "SELECT seq, at, actor, hash, body FROM entries WHERE commune = $1 AND subject = $2 AND slice = 'fire' \
               ORDER BY seq LIMIT $3";
    let rows = journal.query(statement!(sql, journal.commune(), alarm, MAX_HISTORY)).await?;
    let told: Result<Vec<Option<Told>>, QueryError> = rows.iter().map(read).collect();
    Ok(told?.into_iter().flatten().collect())
}

/// The notes in one alarm or drill, oldest first.
pub async fn notes_of(
    journal: &Journal,
    alarm: AlarmId,
) -> Result<Vec<(Told, About, Pii<String>)>, QueryError> {
    let mut texts = note_texts(journal, alarm).await?;
    let told = record_of(journal, alarm).await?.into_iter().filter_map(|told| match told.event {
        FireEvent::Kit(KitEvent::AlarmNoted { about, note, .. }) => {
            texts.remove(&note.to_string()).map(|text| (told, about, text))
        }
        _ => None,
    });
    Ok(told.collect())
}

/// The words of the notes in one alarm or drill, by their commitment.
pub async fn note_texts(
    journal: &Journal,
    alarm: AlarmId,
) -> Result<BTreeMap<String, Pii<String>>, QueryError> {
    let sql = "SELECT commitment, note FROM fire_notes WHERE commune = $1 AND owner = $2";
    let rows = journal.query(statement!(sql, journal.commune(), alarm)).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), Pii::new(row.text(1)?.to_owned())))).collect()
}

/// The entry in this row; none where its body is withheld or of a newer version.
fn read(row: &Row) -> Result<Option<Told>, QueryError> {
    let event = row.maybe(4, Row::text)?.and_then(|body| serde_json::from_str(body).ok());
    let hash: Hash = row.bytes(3)?.try_into().unwrap_or_default();
    let (seq, at, actor) = (row.count(0)?, row.time(1)?, row.parse(2)?);
    Ok(event.map(|event| Told { seq, at, actor, hash, event }))
}

/// What was announced of these drills.
pub async fn drill_texts(
    journal: &Journal,
    drills: &[AlarmId],
) -> Result<BTreeMap<AlarmId, Pii<String>>, QueryError> {
    if drills.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT e.subject, e.body, n.note FROM entries e JOIN fire_notes n ON n.commune = e.commune \
               AND n.owner = e.subject WHERE e.commune = $1 AND e.kind = 'alarm_noted'";
    let mut query = statement!(sql, journal.commune());
    let marks: Vec<String> = drills.iter().map(|drill| query.place(*drill)).collect();
    query.add(&format!(" AND e.subject IN ({}) AND n.owner IN ({})", marks.join(", "), marks.join(", ")));
    query.add(
        " AND e.body LIKE '%\"about\":\"drill\"%' AND e.body LIKE '%' || n.commitment || '%' ORDER BY e.seq",
    );
    let rows = journal.query(query).await?;
    rows.iter().map(|row| Ok((row.parse(0)?, Pii::new(row.text(2)?.to_owned())))).collect()
}
