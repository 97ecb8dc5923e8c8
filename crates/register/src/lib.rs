//! Who lives where: households and other members of teams, people, teams, and the places they are in.
//!
//! Promises: every change is an entry with a reason; names, phones, addresses and notes are in the vault
//! alone. Never: a score of a person, or a list of people who need help for anyone but responders.

mod acts;
pub mod api;
pub mod event;
mod names;
pub mod problems;
pub mod rules;
mod vault;
pub mod views;

pub use acts::{ActError, NewHome, NewPerson, NewTeam, Register};
