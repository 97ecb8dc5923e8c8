//! What buttons, detectors and phones have pressed, kept and sent again until it is said to be recorded.

use liengia_fire::engine::Press;
use std::time::Duration;

pub struct Pressed {
    pub press: Press,
    /// When the finger was there.
    pub at: u64,
    /// A phone without a network holds it until then.
    pub offline_until: u64,
    pub tries: u32,
    pub recorded: bool,
}

impl Pressed {
    pub fn new(press: Press, at: u64, offline_until: u64) -> Self {
        Self { press, at, offline_until, tries: 0, recorded: false }
    }

    /// The press as it is sent now, and how long until it is sent again.
    pub fn send(&mut self, now: u64) -> (Press, u64) {
        self.tries += 1;
        let held = Some(Duration::from_millis(now - self.at));
        (Press { held, ..self.press.clone() }, (1_000 << self.tries.min(5)).min(30_000))
    }
}
