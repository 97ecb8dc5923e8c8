//! Words that every part of the program shares.
//!
//! Promises: no I/O, no async, no clock and no randomness of its own. Time and chance are reached
//! only through the ports [`Clock`] and [`Entropy`], which the binary fills with the system's and
//! tests with simulated ones.

mod geo;
mod id;
mod pii;
mod port;
mod text;
mod time;

pub use geo::{BadPosition, Position};
pub use id::{
    AccountId, AlarmId, BadId, CameraId, CommuneId, DelayId, DeviceId, EntryId, ExportId, HoldId,
    HouseholdId, InvitationId, LookId, OrderId, PasskeyId, PersonId, PlaceId, PointId, SessionId, ShiftId,
    SightingId, SiteId, TeamId,
};
pub use pii::{Pii, shown};
pub use port::{Clock, Entropy, SeededEntropy, SimulatedClock, SystemClock, SystemEntropy};
pub use text::{fold, nfc};
pub use time::{BadTimestamp, MICROS_PER_SECOND, Timestamp};
