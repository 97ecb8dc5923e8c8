//! Acts on devices: pairing with a code, taking away, and the secrets that the broker checks.

use super::{Kit, KitActError, commit};
use crate::{
    event::{Kind, Profile, SirenKind, Spot},
    rules::{self, KitError, PAIRING_LASTS},
    views::{Device, Pairing, forget_trend},
};
use liengia_journal::{Actor, Commit, Context, Hash, Idempotency, Statement, statement};
use liengia_kernel::{DeviceId, HouseholdId, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;

/// Bytes of a device's secret.
pub const SECRET_BYTES: usize = 16;

/// What a device signs in with: 128 random bits, as 32 hexadecimal digits. Only its SHA-256 is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The digits, to be shown once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The secret with these bits: for a device that is simulated.
    pub fn of(bits: [u8; SECRET_BYTES]) -> Self {
        Self(hex(&bits))
    }

    pub(super) fn sha256(&self) -> Hash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A device that was just paired, and its secret.
#[derive(Clone, Debug)]
pub struct Paired {
    /// Its id, which is also its user name at the broker.
    pub device: DeviceId,
    /// Its secret.
    pub secret: Secret,
    /// What the pairing said of it.
    pub pairing: Pairing,
}

impl Kit {
    /// Opens a pairing: a device that shows this code within [`PAIRING_LASTS`] becomes this household's, under this
    /// id. Answers until when.
    pub async fn open_pairing(
        &self,
        context: &Context,
        (device, code): (DeviceId, &[u8]),
        household: HouseholdId,
        (kind, profile, spot, siren): (Kind, Profile, Spot, Option<SirenKind>),
        replaces: Option<DeviceId>,
    ) -> Result<(Commit, Timestamp), KitActError> {
        let replaced = match replaces {
            Some(device) => Some(self.device(device).await?),
            None => None,
        };
        rules::pairing_is_open(household, replaced.as_ref())?;
        let (commune, now) = (self.journal.commune(), context.at);
        let expires_at = now + PAIRING_LASTS;
        let forget = statement!("DELETE FROM pairings WHERE commune = $1 AND expires_at < $2", commune, now);
        let keep = statement!(
            "INSERT INTO pairings (commune, device, code_sha256, household, kind, profile, spot, replaces, expires_at, siren) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            commune,
            device,
            Sha256::digest(code).as_slice(),
            household,
            kind.to_string(),
            profile.to_string(),
            spot.to_string(),
            replaces,
            expires_at,
            siren.map(|siren| siren.to_string())
        );
        Ok((Commit::new(context.clone(), Vec::new()).beside([forget, keep]), expires_at))
    }

    /// Gives an open pairing another code: the one before it opens nothing any more. Answers until when.
    pub async fn another_code(
        &self,
        context: &Context,
        (device, code): (DeviceId, &[u8]),
    ) -> Result<(Commit, Timestamp), KitActError> {
        let open = Pairing::open(&self.journal, device).await?.ok_or(KitError::NoPairing)?;
        if open.expires_at <= context.at {
            return Err(KitError::PairingExpired.into());
        }
        let change = statement!(
            "UPDATE pairings SET code_sha256 = $3 WHERE commune = $1 AND device = $2",
            self.journal.commune(),
            device,
            Sha256::digest(code).as_slice()
        );
        Ok((Commit::new(context.clone(), Vec::new()).beside([change]), open.expires_at))
    }

    /// The context of a device that pairs itself: nobody else is there.
    pub fn by_itself(&self, at: Timestamp) -> Context {
        Context { actor: Actor::Node, purpose: "pair_device".into(), at }
    }

    /// Pairs the device that shows this code. A device that takes another's place takes over its household and spot,
    /// and the other one's secret opens nothing any more.
    pub async fn pair(
        &self,
        context: &Context,
        code: &[u8],
        second_sound: bool,
    ) -> Result<(Commit, Paired), KitActError> {
        let commune = self.journal.commune();
        let code_sha256 = Sha256::digest(code);
        let pairing = Pairing::find(&self.journal, &code_sha256).await?;
        let event = rules::pair_device(pairing.as_ref(), second_sound, context.at)?;
        let pairing = pairing.ok_or(KitError::NoPairing)?;
        let device = pairing.device;
        let secret = self.new_secret();
        let mut beside = vec![
            statement!(
                "INSERT INTO device_secrets (commune, device, sha256) VALUES ($1, $2, $3)",
                commune,
                device,
                secret.sha256()
            ),
            statement!("DELETE FROM pairings WHERE commune = $1 AND device = $2", commune, device),
        ];
        beside.extend(pairing.replaces.into_iter().flat_map(|old| self.forget(old)));
        // A code is used once, however many devices show it at the same moment: only the first one's fingerprint
        // stays, and the others are refused as a reused key.
        let fingerprint = Sha256::digest(secret.expose()).into();
        let used =
            Idempotency { key: format!("pairing/{}", hex(&code_sha256)), fingerprint, answer: String::new() };
        Ok((commit(context, &[event], beside).once(Some(used)), Paired { device, secret, pairing }))
    }

    /// Forgets pairing codes whose time is over.
    pub fn forget_expired_pairings(&self, context: Context) -> Commit {
        let forget = statement!(
            "DELETE FROM pairings WHERE commune = $1 AND expires_at < $2",
            self.journal.commune(),
            context.at
        );
        Commit::new(context, Vec::new()).beside([forget])
    }

    /// Takes a device away.
    pub async fn remove_device(&self, context: &Context, device: DeviceId) -> Result<Commit, KitActError> {
        let known = self.device(device).await?;
        let event = rules::remove_device(&known);
        Ok(commit(context, &[event], self.forget(device)).expecting(device, known.version))
    }

    /// Takes away what a household that is no more still has: its devices, their secrets, and pairings that are open for it.
    /// Nothing where it has none.
    pub async fn remove_devices_of(
        &self,
        household: HouseholdId,
        at: Timestamp,
    ) -> Result<Option<Commit>, KitActError> {
        let devices = Device::of_household(&self.journal, household).await?;
        let sql = "SELECT device FROM pairings WHERE commune = $1 AND household = $2";
        let open = self.journal.query(statement!(sql, self.journal.commune(), household)).await?;
        if devices.is_empty() && open.is_empty() {
            return Ok(None);
        }
        let events: Vec<_> = devices.iter().map(rules::remove_device).collect();
        let mut beside: Vec<_> = devices.iter().flat_map(|device| self.forget(device.device)).collect();
        let sql = "DELETE FROM pairings WHERE commune = $1 AND household = $2";
        beside.push(statement!(sql, self.journal.commune(), household));
        let context = Context { actor: Actor::Node, purpose: "remove_household".into(), at };
        let commit = commit(&context, &events, beside);
        let known = devices.iter();
        Ok(Some(known.fold(commit, |commit, device| commit.expecting(device.device, device.version))))
    }

    /// Every device's secret, as its SHA-256.
    pub async fn secrets(&self) -> Result<Vec<(DeviceId, Hash)>, KitActError> {
        let all = statement!(
            "SELECT device, sha256 FROM device_secrets WHERE commune = $1",
            self.journal.commune()
        );
        let secrets = self.journal.read_each(all, |row| {
            let sha256: Option<Hash> = row.bytes(1)?.try_into().ok();
            Ok((row.parse(0)?, sha256))
        });
        Ok(secrets.await?.into_iter().filter_map(|(device, sha256)| Some((device, sha256?))).collect())
    }

    /// One device's secret, as its SHA-256.
    pub async fn secret(&self, device: DeviceId) -> Result<Option<Hash>, KitActError> {
        let sql = "SELECT sha256 FROM device_secrets WHERE commune = $1 AND device = $2";
        let rows = self.journal.query(statement!(sql, self.journal.commune(), device)).await?;
        let bytes =
            rows.first().map(|row| row.bytes(0)).transpose().map_err(liengia_journal::QueryError::from)?;
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()))
    }

    /// The device with this id.
    pub async fn device(&self, device: DeviceId) -> Result<Device, KitActError> {
        Device::find(&self.journal, device).await?.ok_or(KitActError::Refused(KitError::NoDevice(device)))
    }

    fn new_secret(&self) -> Secret {
        let mut bytes = [0; SECRET_BYTES];
        self.entropy.fill(&mut bytes);
        Secret(hex(&bytes))
    }

    /// What goes with a device: its secret and its trend.
    fn forget(&self, device: DeviceId) -> [Statement; 2] {
        let sql = "DELETE FROM device_secrets WHERE commune = $1 AND device = $2";
        [statement!(sql, self.journal.commune(), device), forget_trend(&self.journal, device)]
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
