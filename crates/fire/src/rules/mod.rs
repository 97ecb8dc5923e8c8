//! Decisions about the kit and the desk; what an alarm decides is in [`crate::engine`].

mod device;
mod ladder;
mod past;
mod point;
mod report;
mod shift;

pub use device::{PAIRING_LASTS, pair_device, pairing_is_open, remove_device};
pub use ladder::{LadderTimes, OutOfBounds};
pub use past::{as_it_ended, ending};
pub use point::{PointParticulars, add_point, correct_point, remove_point};
pub use report::{CALLED_IN_TIME, Durations, Findings, Gap, HomeGap, RANG_IN_TIME, findings};
pub use shift::{LONGEST_SHIFT, hand_over, start_shift};

use liengia_kernel::{DeviceId, PointId, ShiftId};

/// Why the kit or the desk did not change.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum KitError {
    /// No pairing has this code, or it was used.
    #[error("no device can be paired with this code: check it, or ask for a new one")]
    NoPairing,
    /// The pairing's time is over.
    #[error("this code is too old: ask for a new one")]
    PairingExpired,
    /// There is no such device.
    #[error("there is no device {0}")]
    NoDevice(DeviceId),
    /// The device to be replaced is another household's.
    #[error("the device to replace belongs to another household")]
    NotThisHome,
    /// There is no such firefighting point.
    #[error("there is no firefighting point {0}")]
    NoPoint(PointId),
    /// Somebody changed it since it was read.
    #[error("somebody changed this meanwhile (version {found}): look at it again")]
    ChangedMeanwhile {
        /// The version now.
        found: u64,
    },
    /// There is no such shift, or it is over.
    #[error("there is no shift {0}, or it is over")]
    NoShift(ShiftId),
    /// Another officer's shift is on.
    #[error("another officer is on duty: take the shift over from them")]
    ShiftIsOn,
    /// Handing over is for the officer whose shift it is.
    #[error("this is another officer's shift")]
    NotYourShift,
    /// A text is missing, too long or not readable.
    #[error(transparent)]
    Text(#[from] liengia_register::rules::RegisterError),
}
