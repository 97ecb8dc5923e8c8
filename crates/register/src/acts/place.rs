//! Acts on the tree of places. The tree is access's; its names are written here.

use super::{ActError, Register};
use crate::rules;
use liengia_access::{AccessEvent, PlaceKind};
use liengia_journal::{Commit, Context, Draft};
use liengia_kernel::PlaceId;

impl Register {
    /// Adds a place under another one, under an id that the caller made.
    pub fn add_place(
        context: &Context,
        place: PlaceId,
        parent: Option<PlaceId>,
        place_kind: PlaceKind,
        name: &str,
    ) -> Result<Commit, ActError> {
        let name = rules::title("name", name)?;
        let event = AccessEvent::PlaceAdded { place, parent, place_kind, name };
        Ok(Commit::new(context.clone(), vec![Draft::of(&event)]).expecting(place, 0))
    }

    /// Gives a place another name, or hangs it under another one.
    pub fn correct_place(
        context: &Context,
        place: PlaceId,
        name: Option<&str>,
        parent: Option<Option<PlaceId>>,
    ) -> Result<Commit, ActError> {
        let name = name.map(|name| rules::title("name", name)).transpose()?;
        let renamed = name.map(|name| Draft::of(&AccessEvent::PlaceRenamed { place, name }));
        let moved = parent.map(|parent| Draft::of(&AccessEvent::PlaceMoved { place, parent }));
        Ok(Commit::new(context.clone(), renamed.into_iter().chain(moved).collect()))
    }
}
