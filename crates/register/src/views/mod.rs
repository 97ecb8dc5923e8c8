//! The tables that the screens read, and how each entry changes them.

mod apply;
mod household;
mod person;
mod team;

pub use household::{Household, HouseholdFilter};
pub use person::{HelpNoteRead, Person, reasons_of};
pub use team::{Team, TeamFilter};

use liengia_journal::{Migration, Part, Vault};

/// What the register brings to the database.
pub const PART: Part = Part {
    slice: "register",
    migrations: &[
        Migration { name: "register/0001_register", sql: include_str!("../../migrations/0001_register.sql") },
        Migration {
            name: "register/0002_occupants",
            sql: include_str!("../../migrations/0002_occupants.sql"),
        },
    ],
    views: &["households", "people", "teams", "neighbouring_teams", "help_note_reads"],
    vault: &[
        Vault { table: "household_details", owner: "household" },
        Vault { table: "person_details", owner: "person" },
        Vault { table: "help_notes", owner: "person" },
        Vault { table: "reasons", owner: "owner" },
    ],
    apply: apply::apply,
};
