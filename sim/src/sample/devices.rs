//! Which devices a home has, and how they do.

use super::chance::{Chance, Mint};
use super::gear::{Condition, Device, DeviceKind};
use super::model::HouseholdKind;
use super::village::Style;
use liengia_kernel::DeviceId;

/// Makes a home's devices.
pub(super) struct Fitter<'a> {
    pub(super) chance: &'a Chance,
    pub(super) mint: &'a Mint,
}

impl Fitter<'_> {
    /// A bell and two buttons in most homes, a detector in some, nothing at all in a few.
    pub(super) fn fit(&self, kind: HouseholdKind, style: Style) -> Vec<Device> {
        let chance = self.chance;
        let outside = if kind == HouseholdKind::Boat {
            "Nút trên bờ, đầu cầu ván"
        } else {
            OUTSIDE[chance.below(3)]
        };
        let mut devices = match kind {
            HouseholdKind::Home if chance.percent(5) => return Vec::new(),
            HouseholdKind::Home if chance.percent(4) => {
                vec![self.device(DeviceKind::Combined, "Chuông liền nút, tầng 1")]
            }
            HouseholdKind::Boat => vec![
                self.device(DeviceKind::Combined, "Chuông liền nút, ca-bin"),
                self.device(DeviceKind::Button, outside),
            ],
            HouseholdKind::School | HouseholdKind::BoardingHouse | HouseholdKind::Company => vec![
                self.device(DeviceKind::Bell, "Chuông tầng 1"),
                self.device(DeviceKind::Bell, "Chuông dãy sau"),
                self.device(DeviceKind::Button, "Nút ở phòng bảo vệ"),
                self.device(DeviceKind::Button, outside),
            ],
            HouseholdKind::Home | HouseholdKind::Agency => vec![
                self.device(DeviceKind::Bell, "Chuông tầng 1"),
                self.device(DeviceKind::Button, INSIDE[chance.below(3)]),
                self.device(DeviceKind::Button, outside),
            ],
        };
        let detectors = match kind {
            HouseholdKind::BoardingHouse | HouseholdKind::Company => 2,
            HouseholdKind::School | HouseholdKind::Agency => 1,
            HouseholdKind::Boat => 0,
            HouseholdKind::Home => usize::from(chance.percent(if style == Style::Street { 30 } else { 14 })),
        };
        let places = ["Đầu báo khói, bếp", "Đầu báo khói, chân cầu thang"];
        devices.extend(places[..detectors].iter().map(|place| self.device(DeviceKind::Detector, place)));
        devices
    }

    fn device(&self, kind: DeviceKind, label: &str) -> Device {
        let chance = self.chance;
        Device {
            id: self.mint.id(DeviceId::new),
            kind,
            label: label.to_owned(),
            second_sound: kind.rings() && chance.percent(70),
            qos0: chance.percent(8),
            condition: self.condition(),
            secret: chance.bytes(),
        }
    }

    fn condition(&self) -> Condition {
        let percent = |low, high| u8::try_from(self.chance.among(low, high)).unwrap_or(u8::MAX);
        match self.chance.below(1000) {
            0..28 => Condition::LowBattery { battery: percent(4, 19) },
            28..44 => Condition::Silent,
            44..56 => Condition::NeverSeen,
            56..60 => Condition::Tampered,
            60..65 => Condition::Flapping,
            _ => Condition::Well { battery: percent(45, 100) },
        }
    }
}

const INSIDE: [&str; 3] =
    ["Nút trong nhà, chân cầu thang", "Nút trong nhà, cạnh cửa bếp", "Nút trong nhà, phòng khách"];
const OUTSIDE: [&str; 3] = ["Nút ngoài cổng", "Nút ngoài hiên, bên phải cửa", "Nút ngoài tường, dưới đèn"];
