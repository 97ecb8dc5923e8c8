//! Dead letters on the disk, so that the next start knows of them.
//!
//! Promises: bounded in number and in age. It is the vault's: a row holds a number and a text, goes when its person is
//! erased, and no entry knows more of it than its id.

use super::{
    dead::{DeadLetter, KEPT},
    message::{Message, MessageId},
};
use crate::push::RING_TTL;
use liengia_journal::{Journal, QueryError, Row, Statement, statement};
use liengia_kernel::{AlarmId, CommuneId, PersonId, Pii, Timestamp};
use std::time::Duration;

/// How long a dead letter is kept.
const KEPT_FOR: Duration = Duration::from_hours(24 * 30);

/// A dead letter as it is kept.
#[derive(Clone, Debug)]
pub struct KeptLetter {
    /// What the desk sees of it.
    pub letter: DeadLetter,
    /// What should have gone out.
    pub message: Message,
    /// Its alarm or drill, if it is known.
    pub alarm: Option<AlarmId>,
    /// Whom it was for; none for a number that belongs to no household.
    pub person: Option<PersonId>,
}

impl KeptLetter {
    /// The statement that keeps it.
    /// Nothing of somebody who was erased meanwhile.
    pub fn keeping(&self, commune: CommuneId) -> Statement {
        let Message { to, language, text, answerable, .. } = &self.message;
        // A letter always serialises.
        let about = serde_json::to_string(&self.letter).unwrap_or_default();
        statement!(
            "INSERT INTO dead_letters (commune, letter, person, alarm, died_at, about, number, language, text, answerable) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 \
             WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE commune = $1 AND owner = $3) ON CONFLICT (commune, letter) DO UPDATE SET \
             died_at = excluded.died_at, about = excluded.about",
            commune,
            self.letter.id.as_str(),
            self.person.map_or(String::new(), |person| person.to_string()),
            self.alarm,
            self.letter.died_at,
            about,
            to.expose(),
            language,
            text.expose(),
            *answerable
        )
    }

    /// What was kept and is not too old, the newest first.
    pub async fn all(journal: &Journal, now: Timestamp) -> Result<Vec<Self>, QueryError> {
        let sql = "SELECT about, person, alarm, number, language, text, answerable FROM dead_letters \
                   WHERE commune = $1 AND died_at >= $2 ORDER BY died_at DESC, letter LIMIT $3";
        let rows = journal.query(statement!(sql, journal.commune(), now - KEPT_FOR, KEPT)).await?;
        let letters: Result<Vec<Option<Self>>, QueryError> = rows.iter().map(read).collect();
        Ok(letters?.into_iter().flatten().collect())
    }
}

/// None for what another version of this program wrote and this one cannot read.
fn read(row: &Row) -> Result<Option<KeptLetter>, QueryError> {
    let Ok(letter) = serde_json::from_str::<DeadLetter>(row.text(0)?) else { return Ok(None) };
    let person = Some(row.text(1)?).filter(|person| !person.is_empty());
    let message = Message {
        id: letter.id.clone(),
        at: letter.at,
        mode: letter.mode,
        channel: letter.channel,
        to: Pii::new(row.text(3)?.to_owned()),
        language: row.text(4)?.to_owned(),
        text: Pii::new(row.text(5)?.to_owned()),
        answerable: row.truth(6)?,
        ttl: RING_TTL,
    };
    let alarm = row.maybe(2, Row::parse)?;
    Ok(Some(KeptLetter { person: person.and_then(|person| person.parse().ok()), letter, message, alarm }))
}

/// The statement that forgets a letter.
pub fn forgetting(commune: CommuneId, letter: &MessageId) -> Statement {
    statement!("DELETE FROM dead_letters WHERE commune = $1 AND letter = $2", commune, letter.as_str())
}

/// The statement that forgets what is too old, and the oldest of too many.
pub fn forgetting_old(commune: CommuneId, now: Timestamp) -> Statement {
    statement!(
        "DELETE FROM dead_letters WHERE commune = $1 AND (died_at < $2 OR letter NOT IN \
         (SELECT letter FROM dead_letters WHERE commune = $1 ORDER BY died_at DESC, letter LIMIT $3))",
        commune,
        now - KEPT_FOR,
        KEPT
    )
}
