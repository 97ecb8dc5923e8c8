//! What the entries of this bench are about: homes that were heard, each with a state row and a tally.

use liengia_journal::{Actor, BadBody, Context, Entry, Event, Migration, Part, Statement, statement};
use liengia_kernel::{CommuneId, DeviceId, HouseholdId, SeededEntropy, Timestamp};
use serde::{Deserialize, Serialize};

/// The tables.
pub const PART: Part = Part {
    slice: Heard::SLICE,
    migrations: &[Migration { name: "bench/0001_homes", sql: include_str!("homes.sql") }],
    views: &["home_states", "village_tallies"],
    vault: &[],
    apply,
};

/// Upserts a state row.
pub const STATE: &str = "INSERT INTO home_states (commune, home, state, at, seq) VALUES ($1, $2, $3, $4, $5) \
                         ON CONFLICT (commune, home) DO UPDATE SET state = excluded.state, at = excluded.at, \
                         seq = excluded.seq";

/// Upserts a tally.
pub const TALLY: &str = "INSERT INTO village_tallies (commune, village, state, count) VALUES ($1, $2, $3, 1) \
                         ON CONFLICT (commune, village, state) DO UPDATE SET count = village_tallies.count + 1";

/// Villages that are tallied, as many as in the sample province.
const VILLAGES: u64 = 1_452;

/// Whose chain it is.
pub const COMMUNE: CommuneId = CommuneId::from_bytes([0xbe; 16]);

/// How a home is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It was heard.
    Heard,
    /// It rings.
    Ringing,
    /// It is clear.
    Clear,
    /// It is silent.
    Silent,
}

impl State {
    const ALL: [Self; 4] = [Self::Heard, Self::Ringing, Self::Clear, Self::Silent];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Heard => "heard",
            Self::Ringing => "ringing",
            Self::Clear => "clear",
            Self::Silent => "silent",
        }
    }
}

/// How a home was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Which.
    pub home: HouseholdId,
    /// Where it is.
    pub village: u64,
    /// How it is.
    pub state: State,
}

impl Heard {
    /// Any of the first `homes` homes, in any state.
    pub fn any(homes: u64, chance: &SeededEntropy) -> Self {
        Self::of(chance.below(homes), chance)
    }

    /// This home, in any state.
    pub fn of(home: u64, chance: &SeededEntropy) -> Self {
        let state = State::ALL[usize::from(chance.next().to_le_bytes()[0] % 4)];
        Self { home: home_of(home), village: home % VILLAGES, state }
    }
}

/// The home of that number; numbers in a row lie far apart, as ids made by chance do.
fn home_of(number: u64) -> HouseholdId {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&SeededEntropy::new(number).next().to_be_bytes());
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    HouseholdId::from_bytes(bytes)
}

/// A device at work at that second.
pub fn context(second: i64) -> Context {
    let actor = Actor::Device(DeviceId::from_bytes([0xde; 16]));
    Context { actor, purpose: "bench".into(), at: Timestamp::from_seconds(1_764_000_000 + second) }
}

impl Event for Heard {
    const SLICE: &'static str = "bench";

    fn kind(&self) -> &'static str {
        "home_heard"
    }

    fn subject(&self) -> String {
        self.home.to_string()
    }
}

fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    let Heard { home, village, state } = entry.event()?;
    let word = state.word();
    Ok(vec![
        statement!(STATE, entry.commune, home, word, entry.at, entry.seq),
        statement!(TALLY, entry.commune, village, word),
    ])
}
