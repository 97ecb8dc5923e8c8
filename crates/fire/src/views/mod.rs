//! The tables that the screens read, and how each entry changes them.

mod alarm;
mod apply;
mod device;
mod ladder;
mod point;
mod record;
mod ring_test;
mod shift;
mod trend;

pub use alarm::{AlarmFilter, AlarmRow};
pub use device::{Device, Pairing};
pub use ladder::Ladder;
pub use point::{Point, nearest};
pub use record::{Standing, Told, drill_texts, note_texts, notes_of, record_of, standing};
pub use ring_test::RingTest;
pub use shift::Shift;
pub(crate) use trend::forget_trend;
pub use trend::{HOUR, Span, Tally, TrendSpan, begun};

use liengia_journal::{Migration, Part, Vault};

/// What fire safety brings to the database.
pub const PART: Part = Part {
    slice: "fire",
    migrations: &[
        Migration { name: "fire/0001_fire", sql: include_str!("../../migrations/0001_fire.sql") },
        Migration { name: "fire/0002_ladders", sql: include_str!("../../migrations/0002_ladders.sql") },
        Migration { name: "fire/0003_sirens", sql: include_str!("../../migrations/0003_sirens.sql") },
        Migration {
            name: "fire/0004_device_spans",
            sql: include_str!("../../migrations/0004_device_spans.sql"),
        },
    ],
    views: &["alarms", "devices", "ladders", "points", "ring_tests", "shifts"],
    vault: &[
        Vault { table: "device_secrets", owner: "device" },
        Vault { table: "pairings", owner: "household" },
        Vault { table: "fire_notes", owner: "owner" },
    ],
    apply: apply::apply,
};
