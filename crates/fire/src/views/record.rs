//! The record of alarms as the journal has it: for what is open after a restart, and for reports on what is over.

use crate::event::{About, FireEvent, KitEvent};
use liengia_journal::{Actor, Entry, EntryFilter, Event, Hash, Journal, QueryError, Row, statement};
use liengia_kernel::{AlarmId, Pii, Timestamp};
use std::{collections::BTreeMap, time::Duration};

/// Most entries of one alarm that are read: days of a large fire.
const MAX_HISTORY: usize = 50_000;

/// What ends an alarm, a drill or a question about a late press.
const ENDS: [&str; 5] = ["closed", "cancelled_at_home", "drill_ended", "drill_cancelled", "late_answered"];

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
    let sql = "SELECT alarm, number FROM alarms WHERE commune = $1 AND (state <> 'over' OR over_at > $2)";
    let mut standing = Standing::default();
    let mut alarms = BTreeMap::new();
    for row in journal.query(statement!(sql, journal.commune(), now - REMEMBERED)).await? {
        let alarm: AlarmId = row.parse(0)?;
        if let Some(number) = row.maybe(1, Row::count)? {
            standing.numbers.insert(alarm, number);
        }
        alarms.insert(alarm.to_string(), alarm);
    }
    if alarms.is_empty() {
        return Ok(standing);
    }
    let mut filter = about(alarms.keys().cloned().collect());
    loop {
        let page = journal.entries(&filter).await?;
        let told = page.iter().filter_map(|entry| Some((*alarms.get(&*entry.subject)?, told(entry)?)));
        standing.told.extend(told);
        match page.last() {
            Some(last) if page.len() == filter.limit => filter.after = last.seq,
            _ => return Ok(standing),
        }
    }
}

/// Everything that the journal tells of one alarm, drill or late press, oldest first.
pub async fn record_of(journal: &Journal, alarm: AlarmId) -> Result<Vec<Told>, QueryError> {
    record_up_to(journal, alarm, MAX_HISTORY).await
}

/// The same of so many entries; and what ended it, however much came before.
async fn record_up_to(journal: &Journal, alarm: AlarmId, most: usize) -> Result<Vec<Told>, QueryError> {
    let filter = EntryFilter { limit: most, ..about(vec![alarm.to_string()]) };
    let mut entries = journal.entries(&filter).await?;
    if let Some(last) = entries.last().map(|entry| entry.seq).filter(|_| entries.len() == most) {
        for kind in ENDS {
            let ending =
                EntryFilter { kind: Some(kind), after: last, limit: 1, ..about(vec![alarm.to_string()]) };
            entries.extend(journal.entries(&ending).await?);
        }
    }
    Ok(entries.iter().filter_map(|entry| told(entry)).collect())
}

/// The first page of what fire safety has on these subjects.
fn about(subjects: Vec<String>) -> EntryFilter {
    EntryFilter { slice: Some(KitEvent::SLICE), subjects, limit: MAX_HISTORY, ..EntryFilter::default() }
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

/// What this entry tells; nothing where its body is withheld or of a newer version.
fn told(entry: &Entry) -> Option<Told> {
    let event = entry.event().ok()?;
    Some(Told { seq: entry.seq, at: entry.at, actor: entry.actor, hash: entry.hash, event })
}

/// What was announced of these drills.
pub async fn drill_texts(
    journal: &Journal,
    drills: &[AlarmId],
) -> Result<BTreeMap<AlarmId, Pii<String>>, QueryError> {
    if drills.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT commitment, note FROM fire_notes WHERE commune = $1";
    let mut query = statement!(sql, journal.commune());
    let marks: Vec<String> = drills.iter().map(|drill| query.place(*drill)).collect();
    query.add(&format!(" AND owner IN ({})", marks.join(", ")));
    let rows = journal.query(query).await?;
    let note = |row: &Row| Ok::<_, QueryError>((row.text(0)?.to_owned(), Pii::new(row.text(1)?.to_owned())));
    let mut notes = rows.iter().map(note).collect::<Result<BTreeMap<String, Pii<String>>, _>>()?;
    let subjects = drills.iter().map(AlarmId::to_string).collect();
    let noted = EntryFilter { kind: Some("alarm_noted"), ..about(subjects) };
    let announced =
        journal.entries(&noted).await?.into_iter().filter_map(|entry| match entry.event().ok()? {
            FireEvent::Kit(KitEvent::AlarmNoted { alarm, about: About::Drill, note }) => {
                notes.remove(&note.to_string()).map(|text| (alarm, text))
            }
            _ => None,
        });
    Ok(announced.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{By, CloseReason, Event as Was},
        views::PART,
    };
    use liengia_journal::{
        Commit, Draft,
        testing::{context, on_both_engines},
    };
    use liengia_kernel::PersonId;

    #[tokio::test]
    async fn however_much_was_said_the_end_is_read_too() {
        let (alarm, someone) = (AlarmId::from_bytes([1; 16]), PersonId::from_bytes([2; 16]));
        on_both_engines(&[liengia_register::views::PART, PART], async |journal| {
            let at = Timestamp::from_seconds(1);
            let mut events = vec![Was::BellsRested { alarm, at }; 5];
            let (by, reason) = (By::desk(someone), CloseReason::FireOut);
            events.push(Was::Closed { alarm, at, by, looked_by: someone, reason });
            let drafts = events.iter().map(Draft::of).collect();
            journal.commit(Commit::new(context(1), drafts)).await.unwrap();
            let told = record_up_to(&journal, alarm, 3).await.unwrap();
            assert_eq!(told.len(), 4);
            assert_eq!(told.last().map(|told| &told.event), Some(&FireEvent::Alarm(events[5].clone())));
            assert_eq!(record_up_to(&journal, alarm, 6).await.unwrap().len(), 6);
        })
        .await;
    }
}
