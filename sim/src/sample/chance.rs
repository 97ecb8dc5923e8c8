//! Chance and identifiers from a seed: the same seed gives the same neighbourhood, to the last id.

use liengia_kernel::{Entropy, SeededEntropy, Timestamp};
use std::{cell::Cell, time::Duration};

/// Draws from a seed.
pub(super) struct Chance(SeededEntropy);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// Draws of their own for one part, so that a change in one part does not shift every other.
    pub(super) fn of(seed: u64, part: u64) -> Self {
        let mixed = SeededEntropy::new(seed ^ part.wrapping_mul(0xd134_2543_de82_ef95));
        Self::new(mixed.next())
    }

    /// A number below `limit`; 0 if the limit is 0.
    pub(super) fn below(&self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        usize::try_from(self.0.below(limit)).unwrap_or(0)
    }

    /// A number from `low` up to and including `high`.
    pub(super) fn among(&self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A real number from `low` to `high`.
    pub(super) fn between(&self, low: f64, high: f64) -> f64 {
        let upper = u32::try_from(self.0.next() >> 32).unwrap_or(0);
        low + (high - low) * f64::from(upper) / f64::from(u32::MAX)
    }

    /// True that many times in a hundred.
    pub(super) fn percent(&self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these; the list is never empty.
    pub(super) fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of these, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&self, from: &[(T, usize)]) -> T {
        let mut left = self.below(from.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in from {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        from[from.len() - 1].0
    }

    /// The same things in another order.
    pub(super) fn shuffle<T>(&self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }

    /// 16 bytes.
    pub(super) fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.0.fill(&mut bytes);
        bytes
    }
}

/// Makes identifiers that sort in the order in which they were made: one millisecond after another.
pub(super) struct Mint {
    entropy: SeededEntropy,
    next: Cell<Timestamp>,
}

/// When the sample's first record was made: 09:00 on 5 January 2026 in Hanoi.
const FIRST_RECORD: Timestamp = Timestamp::from_seconds(1_767_578_400);

impl Mint {
    pub(super) fn new(seed: u64) -> Self {
        Self { entropy: SeededEntropy::new(seed ^ 0x1d5_0f71_e5ed), next: Cell::new(FIRST_RECORD) }
    }

    /// A new id of the kind that `make` makes.
    pub(super) fn id<T>(&self, make: fn(Timestamp, &dyn Entropy) -> T) -> T {
        let now = self.next.get();
        self.next.set(now + Duration::from_millis(1));
        make(now, &self.entropy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::HouseholdId;

    #[test]
    fn ids_sort_in_the_order_they_were_made() {
        let mint = Mint::new(1);
        let ids: Vec<HouseholdId> = (0..100).map(|_| mint.id(HouseholdId::new)).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn a_weighted_choice_keeps_to_its_weights() {
        let chance = Chance::new(3);
        let heavy = (0..1000).filter(|_| chance.weighted(&[("a", 9), ("b", 1)]) == "a").count();
        assert!((850..950).contains(&heavy), "{heavy}");
    }

    #[test]
    fn parts_of_one_seed_differ() {
        assert_ne!(Chance::of(1, 1).bytes(), Chance::of(1, 2).bytes());
    }
}
