//! Buffers that go round: from a fragment that nobody holds any more to one that begins.
//!
//! Promises: holds no more buffers than it was told, and none that one huge fragment made huge. It never blocks longer
//! than it takes to push or pop.

use std::sync::{Arc, Mutex, PoisonError};

/// A buffer larger than this is not kept, in bytes.
const MOST_KEPT: usize = 4 * 1024 * 1024;

/// A stock of buffers, shared by all who hold a clone.
#[derive(Clone, Debug)]
pub struct Buffers {
    stock: Arc<Mutex<Vec<Vec<u8>>>>,
    most: usize,
}

impl Buffers {
    /// An empty stock that will hold at most `most` buffers.
    pub fn new(most: usize) -> Self {
        Self { stock: Arc::default(), most }
    }

    /// An empty buffer with at least this capacity: one from the stock if one is large enough.
    pub fn take(&self, capacity: usize) -> Vec<u8> {
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = stock.iter().enumerate().filter(|(_, one)| one.capacity() >= capacity);
        let best = fitting.min_by_key(|(_, one)| one.capacity()).map(|(place, _)| place);
        let found = best.map(|place| stock.swap_remove(place));
        drop(stock);
        let mut buffer = found.unwrap_or_else(|| Vec::with_capacity(capacity));
        buffer.clear();
        buffer
    }

    /// Takes a buffer back; the smallest one goes if there are too many.
    pub fn give(&self, buffer: Vec<u8>) {
        if buffer.capacity() == 0 || buffer.capacity() > MOST_KEPT {
            return;
        }
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        stock.push(buffer);
        let smallest = stock.iter().enumerate().min_by_key(|(_, one)| one.capacity()).map(|(place, _)| place);
        let surplus = smallest.filter(|_| stock.len() > self.most).map(|place| stock.swap_remove(place));
        drop(stock);
        drop(surplus);
    }

    /// How many buffers wait.
    pub fn waiting(&self) -> usize {
        self.stock.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_buffer_that_is_large_enough_is_taken() {
        let buffers = Buffers::new(3);
        for capacity in [5000, 100, 900, 300] {
            buffers.give(Vec::with_capacity(capacity));
        }
        assert_eq!(buffers.waiting(), 3);
        assert_eq!(buffers.take(400).capacity(), 900);
        assert!(buffers.take(6000).capacity() >= 6000);
        assert_eq!(buffers.waiting(), 2);
    }

    #[test]
    fn a_huge_buffer_is_not_kept() {
        let buffers = Buffers::new(3);
        buffers.give(Vec::with_capacity(MOST_KEPT + 1));
        assert_eq!(buffers.waiting(), 0);
    }
}
