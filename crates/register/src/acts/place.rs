//! Acts on the tree of places. The tree is access's; its names are written here.

use super::{ActError, Register};
use crate::{event::RegisterEvent, rules};
use liengia_access::{AccessEvent, PlaceKind, rules::Place};
use liengia_journal::{Commit, Context, Draft};
use liengia_kernel::{Pii, PlaceId};

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

    /// Corrects a place from what it is to what it should be.
    pub fn correct_place(
        &self,
        context: &Context,
        place: PlaceId,
        version: u64,
        (known, right): (&Place, &Place),
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let name = rules::title("name", &right.name)?;
        let (place_kind, parent) = (right.kind, right.parent);
        let (reason, keep) = self.because(place, reason);
        let event = RegisterEvent::PlaceCorrected { place, place_kind, parent, name: name.clone(), reason };
        let mut commit = Self::commit(context, &event, Some(version), [keep]);
        let changed = (known.kind != place_kind, known.parent != parent);
        if changed.0 {
            commit.drafts.push(Draft::of(&AccessEvent::PlaceKindSet { place, place_kind }));
        }
        if changed.1 {
            commit.drafts.push(Draft::of(&AccessEvent::PlaceMoved { place, parent }));
        }
        // The tree keeps a place's version, so its last entry is one of the tree.
        if known.name != name || changed == (false, false) {
            commit.drafts.push(Draft::of(&AccessEvent::PlaceRenamed { place, name }));
        }
        Ok(commit)
    }
}
