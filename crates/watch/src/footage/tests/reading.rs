//! Spans, fragments and moments, of open files and of closed ones.

use super::*;
use crate::record::FileName;
use liengia_journal::statement;

#[test]
fn an_open_file_reads_like_a_closed_one() {
    let rig = Rig::new("open");
    let index = rig.settled();
    let recorder = rig.recorder();
    let one = start();
    write(&recorder, ONE, &one, BEGAN, 0..3);
    let all = || index.fragments(ONE, i64::MIN, i64::MAX, 99).unwrap();
    let open = all();
    assert_eq!(open.len(), 3);
    assert_eq!((open[1].number, open[1].offset, open[1].length), (1, 4096 + 8192, 8192));
    assert_eq!((open[1].wall_us, open[1].duration_us), (BEGAN + 2 * SECOND, 2 * SECOND));
    assert_eq!((open[1].key, open[1].gap, &*open[1].codec, open[1].width), (true, false, "avc1.64001f", 640));
    assert_eq!((open[1].source.path(), &*open[1].disk), (Some(&*rig.files(ONE)[0]), "oak"));
    let spans = index.spans(ONE, 0, i64::MAX).unwrap();
    assert_eq!(spans, [Span { began_us: BEGAN, ended_us: BEGAN + 6 * SECOND, gap: false }]);
    assert_eq!(index.usage().unwrap()[0].bytes, 4096 + 3 * 8192);
    assert_eq!(index.of_file(ONE, 1).unwrap(), None);
    drop(recorder);
    until(|| index.state().settled);
    assert_eq!(all(), open);
    assert_eq!(index.spans(ONE, 0, i64::MAX).unwrap(), spans);
    assert_eq!(index.of_file(ONE, 1).unwrap().unwrap().last_number, 2);
    assert_eq!(index.of_file(ONE, 3).unwrap(), None);
}

#[test]
fn a_moment_is_in_the_fragment_that_holds_it_or_before_the_next() {
    let rig = Rig::new("moment");
    let index = rig.settled();
    rig.record(2);
    let recorder = rig.recorder();
    write(&recorder, ONE, &start(), BEGAN + 2 * HOUR, 0..1);
    until(|| index.state().settled);
    let at = |us| index.at(ONE, us).unwrap().map(|placed| placed.number);
    for (us, number) in [
        (i64::MIN, Some(0)),
        (BEGAN - 1, Some(0)),
        (BEGAN, Some(0)),
        (BEGAN + 2 * SECOND - 1, Some(0)),
        (BEGAN + 2 * SECOND, Some(1)),
        (BEGAN + 4 * SECOND, Some(2)),
        (BEGAN + HOUR + 3 * SECOND, Some(3)),
        (BEGAN + HOUR + 4 * SECOND, Some(4)),
        (BEGAN + 2 * HOUR + SECOND, Some(4)),
        (BEGAN + 2 * HOUR + 2 * SECOND, None),
        (i64::MAX, None),
    ] {
        assert_eq!(at(us), number, "{us}");
    }
    assert_eq!(index.at([9; 16], BEGAN).unwrap(), None);
}

#[test]
fn a_range_gives_what_overlaps_it_and_no_more_than_was_asked_for() {
    let rig = Rig::new("range");
    let index = rig.settled();
    rig.record(40);
    until(|| index.state().settled);
    let numbers = |from: i64, to: i64, limit| -> Vec<u64> {
        let placed = index.fragments(ONE, BEGAN + from, BEGAN + to, limit).unwrap();
        placed.iter().map(|placed| placed.number).collect()
    };
    assert_eq!(numbers(2 * SECOND - 1, HOUR + 1, 99), [0, 1, 2]);
    assert_eq!(numbers(2 * SECOND, HOUR, 99), [1]);
    assert_eq!(numbers(4 * SECOND, HOUR, 99), [] as [u64; 0]);
    assert_eq!(numbers(0, 99 * HOUR, 99), (0..80).collect::<Vec<_>>());
    assert_eq!(numbers(0, 99 * HOUR, 33), (0..33).collect::<Vec<_>>());
    assert_eq!(numbers(0, 99 * HOUR, 0), [] as [u64; 0]);
    assert_eq!(numbers(HOUR, 0, 99), [] as [u64; 0]);
    let spans = |hours| index.spans(ONE, BEGAN, BEGAN + hours * HOUR).unwrap();
    assert_eq!(spans(24).len(), 24, "told by fragments");
    assert_eq!(spans(25)[..24], spans(24)[..], "told by rows");
    let used = index.usage().unwrap();
    assert_eq!(used.len(), 2);
    assert_eq!((used[0].files, used[0].bytes), (40, 40 * (4096 + 2 * 8192)));
    assert_eq!((used[0].oldest_us, used[0].newest_us), (BEGAN, BEGAN + 39 * HOUR + 4 * SECOND));
}

#[test]
fn any_moment_of_a_hundred_thousand_files_is_one_look_up() {
    let rig = Rig::new("many");
    rig.record(1);
    let index = rig.settled();
    let model = rows(&index, ONE).remove(0);
    let minutes = |at: i64| BEGAN + at * 600 * SECOND;
    let mut statements = Vec::new();
    for at in 0..100_000_i64 {
        let number = u64::try_from(at).unwrap() * 2;
        let camera = [u8::try_from(at % 20).unwrap() + 10; 16];
        let wall_us = minutes(at);
        let packed = Some(packed::pack(
            wall_us,
            &model
                .lines()
                .map(|line| Line { wall_us: line.wall_us - BEGAN + wall_us, ..line })
                .collect::<Vec<_>>(),
        ));
        let (began_us, ended_us) = (wall_us, wall_us + 4 * SECOND);
        let file = FileName { number, wall_us };
        let row =
            Segment { camera, file, last_number: number + 1, began_us, ended_us, packed, ..model.clone() };
        statements.push(row.store());
    }
    index.shared.aside.write(&statements).unwrap();
    for at in [0, 1, 19, 20, 777, 50_001, 99_998, 99_999] {
        let camera = [u8::try_from(at % 20).unwrap() + 10; 16];
        let number = u64::try_from(at).unwrap() * 2;
        let found = |us| index.at(camera, us).unwrap().map(|placed| placed.number);
        assert_eq!(found(minutes(at) - 1), Some(number));
        assert_eq!(found(minutes(at) + 3 * SECOND), Some(number + 1));
        let next = (at + 20 < 100_000).then_some(number + 40);
        assert_eq!(found(minutes(at) + 4 * SECOND), next);
    }
    let plan = |sql: &str, values: &[i64]| {
        let mut query = statement!(format!("EXPLAIN QUERY PLAN {sql}"), [10_u8; 16].as_slice());
        query.values.extend(values.iter().map(|value| (*value).into()));
        let rows = index.shared.aside.read(&query).unwrap();
        rows.iter().map(|row| row.text(3).unwrap().to_owned() + "\n").collect::<String>()
    };
    let at = plan(
        "SELECT * FROM footage_segments WHERE camera = $1 AND gone_at IS NULL AND ended_us > $2 \
         ORDER BY ended_us LIMIT 1",
        &[0],
    );
    let by_time = "INDEX footage_segments_by_time (camera=? AND gone_at=? AND ended_us>?)\n";
    assert_eq!(at, format!("SEARCH footage_segments USING {by_time}"));
    let spans = plan(
        "SELECT began_us, ended_us, gap FROM footage_segments WHERE camera = $1 AND gone_at IS NULL \
         AND ended_us > $2 AND began_us < $3",
        &[0, 1],
    );
    assert_eq!(spans, format!("SEARCH footage_segments USING COVERING {by_time}"));
}
