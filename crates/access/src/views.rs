//! The tables of the tree, grants, accounts, sessions and invitations.

mod apply;
mod load;
mod narrow;

use liengia_journal::{Migration, Part, Vault};

pub(crate) use load::{LOAD, loaded, read};
pub use narrow::Columns;

/// What `access` brings to the journal.
pub const PART: Part = Part {
    slice: "access",
    migrations: &[Migration {
        name: "access/0001_access",
        sql: include_str!("../migrations/0001_access.sql"),
    }],
    views: &[
        "access_places",
        "access_above",
        "access_teams",
        "access_adjoining",
        "access_households",
        "access_grants",
        "access_accounts",
        "access_sessions",
        "access_passkeys",
        "access_invitations",
    ],
    vault: &[
        Vault { table: "access_people", owner: "person" },
        Vault { table: "access_logins", owner: "person" },
        Vault { table: "access_tokens", owner: "person" },
        Vault { table: "access_devices", owner: "person" },
        Vault { table: "access_keys", owner: "person" },
        Vault { table: "access_codes", owner: "owner" },
    ],
    apply: apply::apply,
};
