//! CAP 1.2: alarms in the words that warning centres, radio stations and signs understand, and an Atom feed of them.
//!
//! Promises: well-formed XML in the order that the standard asks for; the same alarm at the same revision has the same
//! identifier for ever; an exercise says so in its status, and in a note besides. Never: a person, a household, or a
//! place so small that it is one: an [`Area`] cannot be drawn smaller than a neighbourhood. Pure functions from values to
//! text; which texts, and whether an alarm is told to the public at all, the caller decides.

mod alert;
mod area;
mod atom;
pub(crate) mod tried;
mod write;

pub use alert::{Alert, BadAlert, Certainty, Info, Reference, Sender, Stage, Status, identifier};
pub use area::{Area, BadArea, LEAST_RADIUS_M};
pub use atom::{Feed, MOST_ENTRIES, feed};
pub use tried::{test, tests};
pub use write::xml;

use liengia_kernel::Timestamp;

/// Vietnam, in hours ahead of UTC. The standard wants an offset, and forbids `Z`.
const OFFSET: i8 = 7;

/// A time as the standard writes it: `2026-08-19T08:01:22+07:00`.
fn time(at: Timestamp) -> String {
    let at = at.at_offset(OFFSET);
    let (date, time) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+{OFFSET:02}:00",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
#[path = "tests.rs"]
mod checked;
