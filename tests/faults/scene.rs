//! Who is in a test: teams of the sample with their bells and buttons, and the seed that decides.

use crate::commune::sample;
use liengia_kernel::{SeededEntropy, SystemEntropy, TeamId};
use liengia_sim::{
    device::SimDevice,
    sample::{Condition, DeviceKind, Team},
};
use std::{fmt::Display, io::Write as _};

/// The seed of this run, printed so that it can be repeated: `LIENGIA_FAULT_SEED=...`
pub fn seed(test: &str) -> SeededEntropy {
    let mut bytes = [0; 8];
    liengia_kernel::Entropy::fill(&SystemEntropy, &mut bytes);
    let asked = std::env::var("LIENGIA_FAULT_SEED").ok().and_then(|text| text.parse().ok());
    let seed = asked.unwrap_or(u64::from_le_bytes(bytes));
    println!("{test}: LIENGIA_FAULT_SEED={seed}");
    SeededEntropy::new(seed)
}

/// Says that something is left out, and why, where `cargo xtask test` counts it as skipped.
pub fn left_out(test: &str, why: impl Display) {
    // Past the test's own capture of what is printed, and where nobody can read it, nobody can be told.
    let _ = std::io::stderr().write_all(format!("\nLEFT OUT: {test}: {why}\n").as_bytes());
}

/// The same of what `cargo xtask setup` brings: where nobody watches, on CI, it must be there.
pub fn not_installed(test: &str, why: impl Display) {
    let watched = std::env::var_os("CI").is_none_or(|value| value == "false" || value.is_empty());
    assert!(watched, "{test}: {why}; `cargo xtask setup` brings it");
    left_out(test, why);
}

/// The first team: the demo's household, neighbour and leader live in it.
pub fn first_team() -> &'static Team {
    &sample().teams[0]
}

/// The devices of a team that work.
pub fn devices_of(team: TeamId) -> Vec<SimDevice> {
    let homes = sample().members(team);
    let devices = homes.flat_map(|home| home.devices.iter().map(move |device| SimDevice::new(home, device)));
    devices.filter(|device| matches!(device.condition, Condition::Well { .. })).collect()
}

/// Those that ring.
pub fn bells_of(team: TeamId) -> Vec<SimDevice> {
    devices_of(team).into_iter().filter(|device| device.kind.rings()).collect()
}

/// Those that are pressed.
pub fn buttons_of(team: TeamId) -> Vec<SimDevice> {
    let presses = |device: &SimDevice| matches!(device.kind, DeviceKind::Button | DeviceKind::Combined);
    devices_of(team).into_iter().filter(presses).collect()
}

/// One of these, by chance.
pub fn one_of<'a, T>(chance: &SeededEntropy, of: &'a [T]) -> &'a T {
    let limit = u64::try_from(of.len()).unwrap();
    &of[usize::try_from(chance.below(limit)).unwrap()]
}
