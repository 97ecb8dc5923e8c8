//! Devices as the screens and the roster read them.

use crate::event::{Kind, Profile, SirenKind, Spot};
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{DeviceId, HouseholdId, TeamId, Timestamp};

/// A bell, button or detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub device: DeviceId,
    /// Whose it is.
    pub household: HouseholdId,
    /// The team of that household.
    pub team: Option<TeamId>,
    /// What it is.
    pub kind: Kind,
    /// How it speaks.
    pub profile: Profile,
    /// Where it is.
    pub spot: Spot,
    /// Whether a drill sounds different on it.
    pub second_sound: bool,
    /// How it is rung, where it is a Zigbee siren of another kind than most.
    pub siren: Option<SirenKind>,
    /// When it was paired.
    pub paired_at: Timestamp,
    /// When its fault began, if it has one.
    pub fault_at: Option<Timestamp>,
    /// When it was last opened or taken off.
    pub tampered_at: Option<Timestamp>,
    /// When its battery was last found low.
    pub battery_low_at: Option<Timestamp>,
    /// When somebody last heard it ringing.
    pub heard_at: Option<Timestamp>,
    /// When it last gave a sign of life, as far as that was written.
    pub last_heard: Option<Timestamp>,
    /// Its charge, as far as that was written.
    pub battery_percent: Option<u8>,
    /// The `seq` of its last entry.
    pub version: u64,
}

const COLUMNS: &str = "SELECT d.device, d.household, h.team, d.kind, d.profile, d.spot, d.second_sound, d.paired_at, \
    d.fault_at, d.tampered_at, d.battery_low_at, d.heard_at, b.at, b.battery_percent, d.version, d.siren FROM devices d \
    LEFT JOIN households h ON h.commune = d.commune AND h.household = d.household \
    LEFT JOIN heartbeats b ON b.commune = d.commune AND b.device = d.device \
    WHERE d.commune = $1 AND d.removed_at IS NULL";

impl Device {
    /// The device with this id.
    pub async fn find(journal: &Journal, device: DeviceId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND d.device = $2");
        journal.query(statement!(sql, journal.commune(), device)).await?.first().map(read).transpose()
    }

    /// All devices, in no order.
    pub async fn all(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        journal.read_each(statement!(COLUMNS, journal.commune()), read).await
    }

    /// The devices of a household.
    pub async fn of_household(journal: &Journal, household: HouseholdId) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND d.household = $2 ORDER BY d.device");
        journal.query(statement!(sql, journal.commune(), household)).await?.iter().map(read).collect()
    }

    /// The devices of a team's households.
    pub async fn of_team(journal: &Journal, team: TeamId) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND h.team = $2 ORDER BY d.household, d.device");
        journal.query(statement!(sql, journal.commune(), team)).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Device, QueryError> {
    Ok(Device {
        device: row.parse(0)?,
        household: row.parse(1)?,
        team: row.maybe(2, Row::parse)?,
        kind: row.parse(3)?,
        profile: row.parse(4)?,
        spot: row.parse(5)?,
        second_sound: row.truth(6)?,
        paired_at: row.time(7)?,
        fault_at: row.maybe(8, Row::time)?,
        tampered_at: row.maybe(9, Row::time)?,
        battery_low_at: row.maybe(10, Row::time)?,
        heard_at: row.maybe(11, Row::time)?,
        last_heard: row.maybe(12, Row::time)?,
        battery_percent: row.maybe(13, Row::int)?.map(|percent| u8::try_from(percent).unwrap_or(100)),
        version: row.count(14)?,
        siren: row.maybe(15, Row::parse)?,
    })
}

/// A pairing that waits for its device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// The id that the device will have.
    pub device: DeviceId,
    /// Whose the device will be.
    pub household: HouseholdId,
    /// What it is.
    pub kind: Kind,
    /// How it speaks.
    pub profile: Profile,
    /// Where it is.
    pub spot: Spot,
    /// Whose place it takes.
    pub replaces: Option<DeviceId>,
    /// How it is rung, if it is a Zigbee siren.
    pub siren: Option<SirenKind>,
    /// When the code stops working.
    pub expires_at: Timestamp,
}

impl Pairing {
    /// The pairing whose code has this hash.
    pub async fn find(journal: &Journal, code_sha256: &[u8]) -> Result<Option<Self>, QueryError> {
        let sql = format!("{PAIRINGS} AND code_sha256 = $2");
        journal.query(statement!(sql, journal.commune(), code_sha256)).await?.first().map(pairing).transpose()
    }

    /// The pairing that waits for the device of this id.
    pub async fn open(journal: &Journal, device: DeviceId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{PAIRINGS} AND device = $2");
        journal.query(statement!(sql, journal.commune(), device)).await?.first().map(pairing).transpose()
    }
}

const PAIRINGS: &str = "SELECT device, household, kind, profile, spot, replaces, expires_at, siren FROM pairings \
                        WHERE commune = $1";

fn pairing(row: &Row) -> Result<Pairing, QueryError> {
    Ok(Pairing {
        device: row.parse(0)?,
        household: row.parse(1)?,
        kind: row.parse(2)?,
        profile: row.parse(3)?,
        spot: row.parse(4)?,
        replaces: row.maybe(5, Row::parse)?,
        expires_at: row.time(6)?,
        siren: row.maybe(7, Row::parse)?,
    })
}
