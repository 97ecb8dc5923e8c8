//! The courier with carriers that only pretend to carry.

use super::*;
use liengia_kernel::{SeededEntropy, SystemClock};
use std::collections::BTreeMap;

const PACE: Pace = Pace {
    waiting: 4,
    at_once: 2,
    first_retry: Duration::from_millis(1),
    longest_retry: Duration::from_millis(8),
};
const LONG: Duration = Duration::from_hours(1);

/// Fails each load as often as it says, then delivers it.
struct Stubborn;

#[derive(Debug)]
struct Load {
    name: &'static str,
    failures: u32,
    wait: Duration,
}

impl Carrier for Stubborn {
    type Load = Load;
    type Verdict = ();
    type Outcome = (&'static str, &'static str, u32);

    fn way(&self, load: &Load) -> Option<String> {
        load.name.split_once('/').map(|(way, _)| way.to_owned())
    }

    async fn attempt(&self, load: &mut Load, _: Duration) -> Next<()> {
        if load.name.starts_with("hangs/") {
            return std::future::pending().await;
        }
        if load.failures == 0 {
            return Next::End(());
        }
        load.failures -= 1;
        Next::Again(load.wait)
    }

    fn outcome(&self, load: Load, end: End<()>, attempts: u32) -> Self::Outcome {
        let end = match end {
            End::Reached(()) => "reached",
            End::Expired => "expired",
            End::Stopped => "stopped",
        };
        (load.name, end, attempts)
    }
}

fn begin(pace: Pace) -> Started<Stubborn> {
    start(Arc::new(Stubborn), pace, Arc::new(SystemClock::new()), Arc::new(SeededEntropy::new(7)))
}

fn errand(name: &'static str, failures: u32) -> Errand<Load> {
    let load = Load { name, failures, wait: Duration::ZERO };
    Errand { load, rank: 0, expires: LONG, attempts: 0 }
}

#[tokio::test]
async fn a_message_is_carried_again_until_it_arrives() {
    let Started { courier, mut outcomes } = begin(PACE);
    assert!(courier.take(errand("fire", 5)).is_ok());
    assert_eq!(outcomes.recv().await, Some(("fire", "reached", 6)));
    assert_eq!(courier.waiting(), 0);
}

#[tokio::test]
async fn a_message_whose_next_attempt_would_come_too_late_expires_at_once() {
    let Started { courier, mut outcomes } = begin(PACE);
    let mut late = errand("late", 9);
    late.load.wait = LONG;
    assert!(courier.take(late).is_ok());
    assert_eq!(outcomes.recv().await, Some(("late", "expired", 1)));
    let over = Errand { expires: Duration::ZERO, ..errand("over", 0) };
    assert!(courier.take(over).is_ok());
    assert_eq!(outcomes.recv().await, Some(("over", "expired", 0)));
}

#[tokio::test]
async fn a_full_line_refuses_and_gives_the_message_back() {
    let Started { courier, mut outcomes } = begin(Pace { at_once: 0, ..PACE });
    for name in ["a", "b", "c", "d"] {
        assert!(courier.take(errand(name, 0)).is_ok());
    }
    let (refused, Full) = courier.take(errand("e", 0)).err().unwrap();
    assert_eq!(refused.load.name, "e");
    courier.stop();
    let mut ends = BTreeMap::new();
    while let Some((name, end, _)) = outcomes.recv().await {
        ends.insert(name, end);
    }
    assert_eq!(
        ends,
        BTreeMap::from([("a", "stopped"), ("b", "stopped"), ("c", "stopped"), ("d", "stopped")])
    );
}

#[tokio::test]
async fn a_way_that_hangs_leaves_the_others_their_places() {
    let Started { courier, mut outcomes } = begin(Pace { waiting: 100, at_once: 8, ..PACE });
    for _ in 0..50 {
        assert!(courier.take(errand("hangs/fire", 0)).is_ok());
    }
    for _ in 0..20 {
        assert!(courier.take(errand("goes/fire", 0)).is_ok());
    }
    for _ in 0..20 {
        assert_eq!(outcomes.recv().await, Some(("goes/fire", "reached", 1)));
    }
    while courier.under_way() > 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!((courier.under_way(), courier.waiting()), (2, 48), "a quarter hangs, the rest waits");
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_outcomes() {
    let Started { courier, mut outcomes } = begin(PACE);
    drop(courier);
    assert_eq!(outcomes.recv().await, None);
}

#[tokio::test]
async fn a_slow_listener_slows_the_courier_and_loses_nothing() {
    let Started { courier, mut outcomes } = begin(Pace { waiting: 100, ..PACE });
    for _ in 0..50 {
        assert!(courier.take(errand("fire", 1)).is_ok());
    }
    let mut heard = 0;
    while heard < 50 {
        tokio::task::yield_now().await;
        assert!(courier.under_way() <= PACE.at_once);
        assert_eq!(outcomes.recv().await, Some(("fire", "reached", 2)));
        heard += 1;
    }
}

#[test]
fn repetitions_come_later_and_later_and_never_together() {
    let pace = Pace { first_retry: Duration::from_secs(1), longest_retry: Duration::from_secs(30), ..PACE };
    let entropy = SeededEntropy::new(3);
    let waits: Vec<_> = (1..=8).map(|attempts| backoff(&pace, attempts, &entropy).as_secs_f64()).collect();
    for (wait, whole) in waits.iter().zip([1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]) {
        assert!((whole / 2.0..=whole).contains(wait), "{waits:?}");
    }
    assert!((waits[6] - waits[7]).abs() > 1e-6, "{waits:?}");
    assert!(backoff(&pace, u32::MAX, &entropy) <= pace.longest_retry);
}
