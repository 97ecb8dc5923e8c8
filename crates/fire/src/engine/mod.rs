//! The alarm engine: what happens when somebody presses, and what goes on until it is over.
//!
//! Promises: [`step`] is pure. It reads no clock and no file, makes no ids and no random choice; the same
//! inputs at the same moments give the same outputs in the same order. Everything that is open is a fold
//! of the events that it has recorded, so a restart rings on from the record ([`State::adopt`]). Every
//! memory is bounded by a name in [`limits`].
//!
//! Never: refuses a first press for what it says; silences bells because enough people are coming, a
//! phone failed or the journal cannot be written; sends anybody whose own home is in danger; shows a
//! live alarm as a drill or a drill as live; holds a name, a number or an address.

mod accounting;
mod alarm;
mod alarms;
mod answers;
mod bells;
mod cards;
mod closing;
mod counting;
mod drill;
mod event;
mod input;
mod ladder;
pub mod limits;
mod moment;
mod output;
mod press;
mod refusal;
mod restart;
mod roster;
mod running;
mod showing;
mod snapshot;
mod standing;
mod state;
mod supervision;
mod terms;
mod timers;
mod turn;

#[cfg(test)]
mod tests;

pub use alarm::Out;
pub use event::Event;
pub use input::{Answer, Close, DrillOrder, Heartbeat, Input, Press, Reported, Word};
pub use moment::Moment;
pub use output::{
    BellCommand, Board, CardChange, CardNotice, Channel, Message, Notice, Outcome, Output, Question, Receipt,
    Recipient,
};
pub use refusal::{Missing, NotNow, Refusal};
pub use roster::{
    DeviceKind, DeviceRoster, HouseholdRoster, LadderConfig, PersonRoster, TeamRoster, Training, Trainings,
};
pub use snapshot::{
    AlarmCounts, AlarmSnapshot, AnnouncedDrill, HomeSnapshot, LadderSnapshot, LateSnapshot, Looks, Mine,
    Responder, VoiceSnapshot,
};
pub use state::{Counts, Settings, State};
pub use supervision::{DeviceHealth, Link, Rang};
pub use terms::{
    By, CardState, CloseReason, DrillEnd, DrillOff, Holder, Mode, Phase, PressFacts, Role, Rung, Said, Saw,
    Scope, Sound, Source, TeamReason, Withdrawal,
};

/// Handles one input at one moment. What comes back is to be done in its order, the bells first.
pub fn step(state: &mut State, input: Input, now: Moment) -> Vec<Output> {
    let mut turn = turn::Turn::new(state, now);
    turn.handle(input);
    turn.finish()
}

/// The same, and each bell is told as soon as it is decided, in the order in which they come back: the time from a press to
/// the last bell has nothing in it that is not about bells.
pub fn step_telling(
    state: &mut State,
    input: Input,
    now: Moment,
    tell: &mut dyn FnMut(&[BellCommand]),
) -> Vec<Output> {
    let mut turn = turn::Turn::new(state, now).telling(tell);
    turn.handle(input);
    turn.finish()
}

/// The same for what a device says, and a team's new alarm rings the bells of the team and next door and does nothing more: the
/// rest of its beginning is left to the next tick, which is due at once, or to a person's next act on an alarm.
pub fn step_ringing(
    state: &mut State,
    input: Input,
    now: Moment,
    tell: &mut dyn FnMut(&[BellCommand]),
) -> Vec<Output> {
    let mut turn = turn::Turn::new(state, now).telling(tell).only_ringing();
    turn.handle(input);
    turn.finish()
}
