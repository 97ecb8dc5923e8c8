//! Viewers that keep up, lag, join late and are sent away.

use super::*;
use bytes::Bytes;

fn start(name: &str) -> Piece {
    Piece::Start { init: Bytes::new(), codec: name.into(), width: 1, height: 1 }
}

fn picture(number: i64, key: bool) -> Piece {
    Piece::Picture { bytes: Bytes::from_static(b"picture"), key, wall_us: number }
}

/// What a viewer can take without waiting: pictures by their numbers, starts and gaps by a word.
fn taken(following: &mut Following) -> Vec<String> {
    let mut words = Vec::new();
    while let Taken::Piece(piece) = following.place.take(&following.screen) {
        words.push(match piece {
            Piece::Start { codec, .. } => codec,
            Piece::Picture { wall_us, .. } => wall_us.to_string(),
            Piece::Sound { .. } => "sound".into(),
            Piece::Gap => "gap".into(),
        });
    }
    words
}

#[test]
fn whoever_joins_begins_with_the_open_group_of_pictures() {
    let screen = Arc::new(Screen::default());
    let mut early = screen.follow();
    screen.show(&mut vec![
        start("a"),
        picture(0, true),
        picture(1, false),
        picture(2, true),
        picture(3, false),
    ]);
    let mut late = screen.follow();
    assert_eq!(taken(&mut late), ["a", "2", "3"]);
    assert_eq!(taken(&mut early), ["a", "2", "3"], "who waited begins as late as can be");
    screen.show(&mut vec![picture(4, false), Piece::Gap, start("b"), picture(5, true)]);
    for viewer in [&mut early, &mut late] {
        assert_eq!(taken(viewer), ["4", "gap", "b", "5"]);
    }
}

#[test]
fn whoever_lags_skips_to_the_newest_key_picture_and_is_told_a_start_only_if_it_is_another() {
    let screen = Arc::new(Screen::default());
    screen.show(&mut vec![start("a"), picture(0, true)]);
    let mut slow = screen.follow();
    assert_eq!(taken(&mut slow), ["a", "0"]);
    screen.show(&mut (1..2_000).map(|number| picture(number, number % 500 == 0)).collect());
    let words = taken(&mut slow);
    assert_eq!((words.len(), words[0].as_str()), (500, "1500"));
    screen.show(&mut (2_000..5_000).map(|number| picture(number, false)).collect());
    assert_eq!(taken(&mut slow), [""; 0], "nothing that it could play is kept");
    screen.show(&mut vec![Piece::Gap, start("b"), picture(5_000, true)]);
    assert_eq!(taken(&mut slow), ["b", "5000"]);
}

#[test]
fn what_is_kept_is_bounded_in_pieces_and_bytes() {
    let screen = Arc::new(Screen::default());
    let large = Piece::Picture { bytes: vec![0; 1 << 20].into(), key: false, wall_us: 0 };
    screen.show(&mut vec![large; 30]);
    assert!(screen.ring().bytes <= MOST_BYTES && screen.ring().entries.len() == 8);
    screen.show(&mut (0..5_000).map(|number| picture(number, false)).collect());
    assert_eq!(screen.ring().entries.len(), MOST_PIECES);
    screen.show(&mut (0..5_000).map(|number| picture(number, true)).collect());
    assert_eq!(screen.ring().entries.len(), LEAST_PIECES);
    screen.show(&mut vec![Piece::Sound { bytes: vec![0; MOST_BYTES + 1].into() }]);
    assert_eq!(screen.ring().entries.len(), 1);
    screen.clear();
    assert_eq!(screen.ring().bytes, 0);
}

#[tokio::test]
async fn closing_ends_who_waits_and_not_who_comes_after() {
    let screen = Arc::new(Screen::default());
    let mut waits = screen.follow();
    let waiting = tokio::spawn(async move { waits.next().await });
    screen.close();
    assert_eq!(waiting.await.unwrap(), None);
    let mut after = screen.follow();
    assert!(screen.is_watched());
    screen.show(&mut vec![start("a"), picture(0, true)]);
    assert_eq!(after.next().await, Some(start("a")));
    drop(after);
    assert!(!screen.is_watched());
}

#[tokio::test]
async fn who_waits_is_woken_by_what_comes() {
    let screen = Arc::new(Screen::default());
    let mut viewer = screen.follow();
    let waiting = tokio::spawn(async move { (viewer.next().await, viewer.next().await) });
    screen.show(&mut vec![start("a"), picture(0, true)]);
    assert_eq!(waiting.await.unwrap(), (Some(start("a")), Some(picture(0, true))));
}
