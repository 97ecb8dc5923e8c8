//! Who may do what where: functions from values to values.

mod decide;
mod policy;
mod role;
mod scope;
mod tree;

pub use decide::{Target, Where, allows, reach};
pub use policy::{Action, Reach, TABLE};
pub use role::{Grant, Role};
pub use scope::{PlaceKind, Scope};
pub use tree::{Household, Place, Tree, WrongPlace};
