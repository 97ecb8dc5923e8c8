//! Acts on cameras: putting up, correcting, taking down, repairing.

use super::{Cameras, WatchActError, commit};
use crate::{
    door::Door,
    event::{CameraFacts, WatchEvent},
    rules::{self, WatchError},
};
use liengia_journal::{Commit, Context, QueryError, Row, Statement, statement};
use liengia_kernel::{CameraId, PersonId, Pii, Timestamp};
use std::collections::BTreeMap;

impl Cameras {
    /// Puts a camera up under an id that the caller made.
    pub async fn add_camera(
        &self,
        context: &Context,
        camera: CameraId,
        facts: CameraFacts,
        door: &Door,
    ) -> Result<Commit, WatchActError> {
        let facts = rules::camera(facts)?;
        self.site(facts.site).await?;
        let keep = self.keep_door(camera, door)?;
        Ok(commit(context, &WatchEvent::CameraAdded { camera, facts }, [keep]).expecting(camera, 0))
    }

    /// Corrects a camera's particulars, and where it is reached if that is another. Whose it is never changes: it would be
    /// another camera.
    pub async fn correct_camera(
        &self,
        context: &Context,
        camera: CameraId,
        version: u64,
        facts: CameraFacts,
        door: Option<&Door>,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.camera(camera).await?;
        if known.version != version {
            return Err(WatchError::ChangedMeanwhile { found: known.version }.into());
        }
        let facts = rules::camera(CameraFacts { owner: known.facts.owner, ..facts })?;
        self.site(facts.site).await?;
        let (reason, keep) = self.because(camera, reason)?;
        let kept = door.map(|door| self.keep_door(camera, door)).transpose()?;
        let event = WatchEvent::CameraCorrected { camera, facts, door: door.is_some(), reason };
        Ok(commit(context, &event, kept.into_iter().chain([keep])).expecting(camera, version))
    }

    /// Takes a camera down, and forgets where it was reached. What it recorded is kept for as long as all footage is.
    pub async fn remove_camera(
        &self,
        context: &Context,
        camera: CameraId,
        reason: &Pii<String>,
    ) -> Result<Commit, WatchActError> {
        let known = self.camera(camera).await?;
        let (reason, keep) = self.because(camera, reason)?;
        let forget = statement!(
            "DELETE FROM camera_doors WHERE commune = $1 AND camera = $2",
            self.journal.commune(),
            camera
        );
        let event = WatchEvent::CameraRemoved { camera, reason };
        Ok(commit(context, &event, [forget, keep]).expecting(camera, known.version))
    }

    /// Says who sees to a dead camera, and until when.
    pub async fn take_repair(
        &self,
        context: &Context,
        camera: CameraId,
        person: PersonId,
        until: Timestamp,
    ) -> Result<Commit, WatchActError> {
        let known = self.camera(camera).await?;
        if known.died_at.is_none() {
            return Err(WatchError::NotAtThisStage.into());
        }
        if until <= context.at {
            return Err(WatchError::BadSpan.into());
        }
        let event = WatchEvent::RepairTaken { camera, person, until };
        Ok(commit(context, &event, []).expecting(camera, known.version))
    }

    /// Where all cameras are reached; those whose door cannot be opened are left out.
    pub async fn all_doors(&self) -> Result<BTreeMap<CameraId, Door>, QueryError> {
        let Some(key) = &self.doors else { return Ok(BTreeMap::new()) };
        let sql = "SELECT camera, sealed FROM camera_doors WHERE commune = $1";
        let rows = self.journal.query(statement!(sql, self.journal.commune())).await?;
        let open = |row: &Row| {
            let camera: CameraId = row.parse(0)?;
            Ok(key.open(camera, row.bytes(1)?).ok().map(|door| (camera, door)))
        };
        rows.iter().filter_map(|row| open(row).transpose()).collect()
    }

    /// Where one camera is reached.
    pub async fn door(&self, camera: CameraId) -> Result<Door, WatchActError> {
        let key = self.doors.as_ref().ok_or(WatchActError::NoKey)?;
        let sql = "SELECT sealed FROM camera_doors WHERE commune = $1 AND camera = $2";
        let rows = self.journal.query(statement!(sql, self.journal.commune(), camera)).await?;
        let row = rows.first().ok_or(WatchError::NoCamera(camera))?;
        Ok(key.open(camera, row.bytes(0).map_err(QueryError::from)?)?)
    }

    fn keep_door(&self, camera: CameraId, door: &Door) -> Result<Statement, WatchActError> {
        let key = self.doors.as_ref().ok_or(WatchActError::NoKey)?;
        let sealed = key.seal(camera, door, &*self.entropy)?;
        Ok(statement!(
            "INSERT INTO camera_doors (commune, camera, sealed) VALUES ($1, $2, $3) \
             ON CONFLICT (commune, camera) DO UPDATE SET sealed = excluded.sealed",
            self.journal.commune(),
            camera,
            sealed
        ))
    }
}
