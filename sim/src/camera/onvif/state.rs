//! What a device keeps: masks, where it looks, its settings, and what was used to sign in.
//!
//! Promises: everything has a limit; the oldest goes where something must.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How many presets a device keeps.
pub(super) const MOST_PRESETS: usize = 32;
/// How many nonces it remembers.
const MOST_NONCES: usize = 256;
/// How far it turns in a second at full speed.
const PACE: f64 = 0.5;

/// A privacy mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// What requests call it.
    pub token: String,
    /// Its corners: x to the right and y upwards, each from -1 to 1.
    pub corners: Vec<(f64, f64)>,
    /// Whether it is drawn.
    pub enabled: bool,
}

impl Mask {
    /// The rectangle around it, in thousandths of the picture from its upper left corner: left, top, right, bottom.
    pub fn thousandths(&self) -> [u16; 4] {
        let edges = self.corners.iter().fold([1.0_f64, -1.0, -1.0, 1.0], |edges, (x, y)| {
            [edges[0].min(*x), edges[1].max(*y), edges[2].max(*x), edges[3].min(*y)]
        });
        let part = |edge: f64| {
            let part = ((edge.clamp(-1.0, 1.0) + 1.0) * 500.0).round();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
            let part = part as u16;
            part
        };
        [part(edges[0]), part(-edges[1]), part(edges[2]), part(-edges[3])]
    }
}

/// Where a device looks: each from -1 to 1, the zoom from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    /// To the right.
    pub pan: f64,
    /// Upwards.
    pub tilt: f64,
    /// Closer.
    pub zoom: f64,
}

/// A motor that turns for a while.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ptz {
    from: Position,
    speed: Position,
    since: Duration,
    until: Duration,
}

impl Ptz {
    /// Where it looks at that time.
    pub(super) fn at(&self, now: Duration) -> Position {
        let passed = now.min(self.until).saturating_sub(self.since).as_secs_f64() * PACE;
        Position {
            pan: (self.from.pan + self.speed.pan * passed).clamp(-1.0, 1.0),
            tilt: (self.from.tilt + self.speed.tilt * passed).clamp(-1.0, 1.0),
            zoom: (self.from.zoom + self.speed.zoom * passed).clamp(0.0, 1.0),
        }
    }

    /// Whether it turns at that time.
    pub(super) fn turns(&self, now: Duration) -> bool {
        now < self.until && self.speed != Position::default()
    }

    /// Turns from now on, for so long.
    pub(super) fn turn(&mut self, speed: Position, now: Duration, span: Duration) {
        *self = Self { from: self.at(now), speed, since: now, until: now.saturating_add(span) };
    }

    /// Looks there.
    pub(super) fn look(&mut self, at: Position) {
        *self = Self { from: at, ..Self::default() };
    }
}

/// How pictures are made, in the words of the standard.
pub(super) struct Imaging {
    pub(super) brightness: f64,
    pub(super) contrast: f64,
    pub(super) ir_cut: &'static str,
    pub(super) wide_range: &'static str,
}

/// What a device keeps besides its masks.
pub(super) struct State {
    pub(super) ptz: Ptz,
    /// Where it is sent home.
    pub(super) home: Position,
    /// Token, name and where.
    pub(super) presets: Vec<(String, String, Position)>,
    pub(super) imaging: Imaging,
    /// Nonces that served to sign in, or were given out for that.
    pub(super) used: Nonces,
    pub(super) given: Nonces,
    /// Counts whatever needs a name.
    pub(super) count: u64,
}

impl Default for State {
    fn default() -> Self {
        let preset = |token: &str, name: &str, pan, tilt, zoom| {
            (token.to_owned(), name.to_owned(), Position { pan, tilt, zoom })
        };
        Self {
            ptz: Ptz::default(),
            home: Position::default(),
            presets: vec![preset("1", "Cổng", 0.5, -0.25, 0.1), preset("2", "Sân <sau>", -0.5, 0.0, 0.0)],
            imaging: Imaging { brightness: 50.0, contrast: 50.0, ir_cut: "AUTO", wide_range: "OFF" },
            used: Nonces::default(),
            given: Nonces::default(),
            count: 0,
        }
    }
}

/// The last nonces.
#[derive(Default)]
pub(super) struct Nonces(VecDeque<String>);

impl Nonces {
    pub(super) fn has(&self, nonce: &str) -> bool {
        self.0.iter().any(|known| known == nonce)
    }

    pub(super) fn keep(&mut self, nonce: String) {
        if self.0.len() >= MOST_NONCES {
            self.0.pop_front();
        }
        self.0.push_back(nonce);
    }
}

/// What is behind a lock; a thread that panicked left nothing half done.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_told_in_thousandths_from_the_upper_left() {
        let corners = vec![(-1.0, 1.0), (0.0, 1.0), (0.0, 0.5), (-1.0, 0.5)];
        let mask = Mask { token: "m".into(), corners, enabled: true };
        assert_eq!(mask.thousandths(), [0, 0, 500, 250]);
    }

    #[test]
    fn a_motor_stops_by_itself_and_at_its_end() {
        let second = Duration::from_secs(1);
        let mut ptz = Ptz::default();
        ptz.turn(Position { pan: 0.5, ..Position::default() }, second, second);
        assert!(ptz.turns(second) && !ptz.turns(2 * second));
        assert_eq!(ptz.at(9 * second).pan.to_string(), "0.25");
        ptz.turn(Position { pan: 1.0, ..Position::default() }, second, 9 * second);
        assert_eq!(ptz.at(9 * second).pan.to_string(), "1");
    }
}
