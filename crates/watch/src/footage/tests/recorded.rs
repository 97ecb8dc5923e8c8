//! How much was recorded, longer than footage is kept.

use super::*;

/// What is known of the first ten hours, in seconds.
fn seconds(index: &Index, camera: CameraId) -> Vec<(i64, i64)> {
    let spans = index.recorded(camera, BEGAN, BEGAN + 10 * HOUR).unwrap();
    let since = |us: i64| (us - BEGAN) / SECOND;
    spans.iter().map(|span| (since(span.began_us), since(span.ended_us))).collect()
}

#[test]
fn what_was_recorded_is_known_after_its_footage_went() {
    let rig = Rig::new("uptime");
    let index = rig.settled();
    rig.record(4);
    until(|| index.state().settled);
    let before = seconds(&index, ONE);
    assert_eq!(before, [0, 1, 2, 3].map(|hour| (hour * 3_600, hour * 3_600 + 4)));
    assert_eq!(index.remembers_since_us().unwrap(), None);
    index.anchor(BEGAN + 4 * HOUR).unwrap();
    assert_eq!(index.remembers_since_us().unwrap(), Some(BEGAN + 4 * HOUR));
    // All goes for room, after it was recorded.
    rig.clock.set(Timestamp::from_micros(BEGAN + 4 * HOUR));
    let keeper = Keeper::start(&index).unwrap();
    keeper.set(Limits { floor: Some(u64::MAX), ..Limits::default() }, Vec::new());
    until(|| {
        keeper.report().unwrap().removed >= 8 && rows(&index, ONE).iter().all(|row| row.gone_at.is_some())
    });
    assert_eq!(rig.files(ONE), Vec::<PathBuf>::new());
    assert!(index.spans(ONE, 0, i64::MAX).unwrap().is_empty());
    assert_eq!(seconds(&index, ONE), before);
    let half = index.recorded(ONE, BEGAN + HOUR + SECOND, BEGAN + 2 * HOUR + SECOND).unwrap();
    assert_eq!(half.iter().map(|span| span.ended_us - span.began_us).sum::<i64>(), 4 * SECOND);
}
