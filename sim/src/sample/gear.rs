//! A home's bells, buttons and detectors, as plain values.

use liengia_kernel::DeviceId;

/// A bell, button or detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The device.
    pub id: DeviceId,
    /// What it is.
    pub kind: DeviceKind,
    /// Where in the house: "Chuông tầng 1".
    pub label: String,
    /// It has a second sound, so that a drill cannot be taken for a fire.
    pub second_sound: bool,
    /// It sends at quality of service 0 and does not hear whether anything arrives.
    pub qos0: bool,
    /// How it does.
    pub condition: Condition,
    /// Its secret for a simulated device: made from the seed, so worth nothing elsewhere.
    pub secret: [u8; 16],
}

impl Device {
    /// The secret as the device sends it: 32 hexadecimal digits.
    pub fn password(&self) -> String {
        use std::fmt::Write as _;
        self.secret.iter().fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// What a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceKind {
    /// Rings.
    Bell,
    /// Is pressed.
    Button,
    /// Smells smoke or feels heat.
    Detector,
    /// Rings and is pressed.
    Combined,
}

impl DeviceKind {
    /// It can ring.
    pub const fn rings(self) -> bool {
        matches!(self, Self::Bell | Self::Combined)
    }

    /// It can be pressed.
    pub const fn presses(self) -> bool {
        matches!(self, Self::Button | Self::Combined)
    }

    /// As the API spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Button => "button",
            Self::Detector => "detector",
            Self::Combined => "combined",
        }
    }
}

/// How a device does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Well, with this charge.
    Well {
        /// Percent.
        battery: u8,
    },
    /// Its battery runs out.
    LowBattery {
        /// Percent.
        battery: u8,
    },
    /// It was there once and fell silent.
    Silent,
    /// It was registered and never switched on.
    NeverSeen,
    /// Somebody opened it.
    Tampered,
    /// Its link comes and goes.
    Flapping,
}
