//! What cameras are told about the node they run in, and the ports through which they ask about the rest of it.

use crate::rules::Incident;
use liengia_http::Origins;
use liengia_kernel::{PersonId, ShiftId};
use std::{pin::Pin, sync::Arc};

/// What differs from one node to the next.
#[derive(Clone)]
pub struct Settings {
    /// By how many hours the place's clocks are ahead of UTC.
    pub utc_offset_hours: i8,
    /// Knows which alarms are open.
    pub incidents: Arc<dyn Incidents>,
    /// Where people open pages, for signs.
    pub origin: Arc<str>,
    /// Where pages may come from that open a live view.
    pub origins: Origins,
}

/// The shift of an officer, when it is known.
pub type Shift<'a> = Pin<Box<dyn Future<Output = Option<ShiftId>> + Send + 'a>>;

/// Knows which alarms are open, and who is on duty.
pub trait Incidents: Send + Sync {
    /// Open alarms; drills are none.
    fn open(&self) -> Vec<Incident>;

    /// The shift that is on, if it is this officer's.
    fn shift_of(&self, officer: PersonId) -> Shift<'_>;
}

/// A node where nothing burns and nobody is on duty: for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Incidents for Quiet {
    fn open(&self) -> Vec<Incident> {
        Vec::new()
    }

    fn shift_of(&self, _: PersonId) -> Shift<'_> {
        Box::pin(async { None })
    }
}
