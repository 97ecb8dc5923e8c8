//! Who did what an event tells, and when: what the journal writes above the event's body.

use crate::engine::{By, Event, Holder, PressFacts};
use liengia_journal::Actor;

fn presser(press: &PressFacts) -> Actor {
    match (press.by, press.device) {
        (Some(person), _) => Actor::Person(person),
        (None, Some(device)) => Actor::Device(device),
        (None, None) => Actor::Node,
    }
}

fn by(by: By) -> Actor {
    Actor::Person(by.person)
}

fn holder(holder: Holder) -> Actor {
    match holder {
        Holder::Person(person) => Actor::Person(person),
        Holder::Household(_) | Holder::Desk => Actor::Node,
    }
}

/// Who did it.
pub fn actor_of(event: &Event) -> Actor {
    match event {
        Event::Raised { press, .. } | Event::Joined { press, .. } => presser(press),
        Event::LateAsked { facts, .. } => presser(facts),
        Event::Adopted { device, .. }
        | Event::AliasAdopted { device, .. }
        | Event::Rang { device, .. }
        | Event::DeviceFirstHeard { device, .. }
        | Event::DeviceBack { device, .. }
        | Event::DeviceTampered { device, .. }
        | Event::BatteryLow { device, .. }
        | Event::WrongSound { device, .. } => Actor::Device(*device),
        Event::CancelledAtHome { by, .. } => by.map_or(Actor::Node, Actor::Person),
        Event::Seen { person, .. } | Event::Answered { person, .. } => {
            person.map_or(Actor::Node, Actor::Person)
        }
        Event::CardAccepted { by, .. } | Event::CardDeclined { by, .. } => holder(*by),
        Event::Looked { by, told_to, .. } => Actor::Person(told_to.unwrap_or(*by)),
        Event::BellHeard { by, .. } => Actor::Person(*by),
        Event::EmergencyCalled { by: who, .. }
        | Event::FalseAlarmClaimed { by: who, .. }
        | Event::AllOut { by: who, .. }
        | Event::Escalated { by: who, .. }
        | Event::Closed { by: who, .. }
        | Event::DrillAnnounced { by: who, .. }
        | Event::RingTested { by: who, .. } => by(*who),
        Event::LateAnswered { by: who, .. }
        | Event::DrillCancelled { by: who, .. }
        | Event::DrillStarted { by: who, .. }
        | Event::DrillEnded { by: who, .. } => who.map_or(Actor::Node, by),
        Event::WentToTeam { .. }
        | Event::LateToDesk { .. }
        | Event::Linked { .. }
        | Event::RungTaken { .. }
        | Event::Delivered { .. }
        | Event::CardOffered { .. }
        | Event::CardMovedOn { .. }
        | Event::CardWithdrawn { .. }
        | Event::BellsRested { .. }
        | Event::BellsResumed { .. }
        | Event::Reached { .. }
        | Event::DeviceFault { .. } => Actor::Node,
    }
}
