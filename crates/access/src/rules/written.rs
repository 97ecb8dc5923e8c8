//! The table of roles as people read it: docs/reference/roles.md.

use super::{Action, Reach, Role, TABLE};
use std::fmt::Write;
use strum::VariantArray;

/// The table in Markdown, a row for each action. A test holds docs/reference/roles.md to it.
pub fn table_text() -> String {
    let mut text = String::from("| action |");
    for role in Role::VARIANTS {
        // Writing into memory does not fail.
        let _ = write!(text, " {} |", role.to_string().replace('_', " "));
    }
    text += "\n|---|";
    text += &"---|".repeat(Role::VARIANTS.len());
    text.push('\n');
    for (action, reaches) in TABLE {
        let _ = write!(text, "| `{action}` |");
        for reach in reaches {
            let _ = match reach {
                Reach::Nowhere => write!(text, " |"),
                reach => write!(text, " {reach} |"),
            };
        }
        text.push('\n');
    }
    text
}

/// All actions, in the order of the table.
pub fn actions() -> &'static [Action] {
    Action::VARIANTS
}
