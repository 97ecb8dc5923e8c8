//! Acts on public firefighting points.

use super::{Kit, KitActError, commit};
use crate::{
    rules::{self, KitError, PointParticulars},
    views::Point,
};
use liengia_journal::{Commit, Commitment, Context, Salt, Statement, statement};
use liengia_kernel::{Pii, PointId};

impl Kit {
    /// Adds a point under an id that the caller made.
    #[expect(clippy::unused_async, reason = "acts are alike, and the next one reads")]
    pub async fn add_point(
        &self,
        context: &Context,
        point: PointId,
        particulars: PointParticulars,
    ) -> Result<Commit, KitActError> {
        let PointParticulars { facts, keyholder } = particulars.checked()?;
        let (keyholder, beside) = self.keyholder(point, &keyholder);
        let event = rules::add_point(point, facts, keyholder);
        Ok(commit(context, &[event], beside).expecting(point, 0))
    }

    /// Corrects a point's particulars.
    pub async fn correct_point(
        &self,
        context: &Context,
        point: PointId,
        version: u64,
        particulars: PointParticulars,
        (reason, keep): (Commitment, Statement),
    ) -> Result<Commit, KitActError> {
        let PointParticulars { facts, keyholder } = particulars.checked()?;
        let (keyholder, beside) = self.keyholder(point, &keyholder);
        let event = rules::correct_point(&self.point(point).await?, version, facts, keyholder, reason)?;
        Ok(commit(context, &[event], beside).beside([keep]).expecting(point, version))
    }

    /// Removes a point, and forgets who had its key.
    pub async fn remove_point(
        &self,
        context: &Context,
        point: PointId,
        (reason, keep): (Commitment, Statement),
    ) -> Result<Commit, KitActError> {
        let forget = self.forget_keyholder(point);
        let known = self.point(point).await?;
        let event = rules::remove_point(&known, reason);
        Ok(commit(context, &[event], [forget, keep]).expecting(point, known.version))
    }

    /// Who has the key of a point, and their phone.
    pub async fn keyholder_of(&self, point: PointId) -> Result<Option<Pii<String>>, KitActError> {
        let sql = "SELECT note FROM fire_notes WHERE commune = $1 AND owner = $2";
        let rows = self.journal.query(statement!(sql, self.journal.commune(), point)).await?;
        let read = |row: &liengia_journal::Row| row.text(0).map(|text| Pii::new(text.to_owned()));
        Ok(rows.first().map(read).transpose().map_err(liengia_journal::QueryError::from)?)
    }

    /// The point with this id.
    pub async fn point(&self, point: PointId) -> Result<Point, KitActError> {
        Point::find(&self.journal, point).await?.ok_or(KitActError::Refused(KitError::NoPoint(point)))
    }

    fn keyholder(&self, point: PointId, keyholder: &Pii<String>) -> (Option<Commitment>, Vec<Statement>) {
        let mut statements = vec![self.forget_keyholder(point)];
        if keyholder.expose().is_empty() {
            return (None, statements);
        }
        let (commitment, keep) = self.note(point, Salt::new(&*self.entropy), keyholder);
        statements.push(keep);
        (Some(commitment), statements)
    }

    fn forget_keyholder(&self, point: PointId) -> Statement {
        statement!("DELETE FROM fire_notes WHERE commune = $1 AND owner = $2", self.journal.commune(), point)
    }

    /// Keeps a note that may be personal, and gives the commitment to it.
    pub(super) fn note(
        &self,
        owner: impl std::fmt::Display,
        salt: Salt,
        note: &Pii<String>,
    ) -> (Commitment, Statement) {
        let commitment = salt.commit(note.expose().as_bytes());
        let keep = statement!(
            "INSERT INTO fire_notes (commune, commitment, owner, salt, note) VALUES ($1, $2, $3, $4, $5)",
            self.journal.commune(),
            commitment.to_string(),
            owner.to_string(),
            salt.0.as_slice(),
            note.expose()
        );
        (commitment, keep)
    }
}
