//! Who may do what where: functions from values to values.

mod decide;
mod giving;
mod policy;
mod role;
mod scope;
mod sign_in;
mod throttle;
mod tree;
mod written;

pub use decide::{Target, Where, allows, reach};
pub use giving::{WrongRole, begins_staff, fits, give, scope_of, scope_word, take as take_role};
pub use policy::{Action, Reach, TABLE};
pub use role::{Grant, Role};
pub use scope::{PlaceKind, Scope};
pub use sign_in::{
    LOGIN_LENGTH, LONGEST_PASSWORD, Login, SHORTEST_PASSWORD, WeakPassword, WrongLogin, composed, judge,
    login,
};
pub use throttle::{Pace, give_back, take};
pub use tree::{Household, Place, Tree, WrongPlace};
pub use written::{actions, table_text};
