//! Cameras that each do something else wrong, side by side: what the desk is told of each, and what is recorded of it.
//!
//! They are simulated, and spoken to by real RTSP over TCP.

use crate::{
    http::Browser,
    node::{Node, until},
    watched::{can_probe, look_back, probe, probed, put_up, shown, site, street, whole},
};
use liengia_kernel::{Clock as _, SystemClock, Timestamp};
use liengia_sim::camera::{Camera, Misbehaviour, Size};
use serde_json::Value;
use std::{fs, num::NonZeroU32, time::Duration};

/// How soon each is known for what it does: the slowest is one that stands still twice.
const KNOWN_WITHIN: Duration = Duration::from_mins(2);

/// How often what was recorded is looked at while it is waited for.
const LOOKED_EVERY: Duration = Duration::from_secs(2);

/// What the clock of one camera is ahead, in milliseconds; and what may come between that and what is told.
const AHEAD_MS: i64 = 90_000;
const NEARLY_MS: i64 = 2_000;

/// Between two spans of a timeline there is more than this.
const MERGED: Duration = Duration::from_secs(2);

/// The cameras, by what they do.
#[derive(Clone, Copy)]
enum Does {
    Well,
    Freeze,
    SendNoKey,
    LeapBack,
    Lose,
    ChangeSize,
    NeverPlay,
    RunAhead,
    HangUp,
}

const ALL: [Does; 9] = [
    Does::Well,
    Does::Freeze,
    Does::SendNoKey,
    Does::LeapBack,
    Does::Lose,
    Does::ChangeSize,
    Does::NeverPlay,
    Does::RunAhead,
    Does::HangUp,
];

fn wrong(does: Does) -> Misbehaviour {
    let (nothing, soon) = (Misbehaviour::default(), Some(Duration::from_secs(4)));
    match does {
        Does::Well => nothing,
        Does::Freeze => Misbehaviour { freeze_after: soon, ..nothing },
        Does::SendNoKey => Misbehaviour { no_key_pictures: true, ..nothing },
        Does::LeapBack => Misbehaviour { timestamps_backwards_at: soon, ..nothing },
        Does::Lose => Misbehaviour { drop_every_nth_packet: NonZeroU32::new(30), ..nothing },
        Does::ChangeSize => Misbehaviour { change_size_at: Some(Duration::from_secs(8)), ..nothing },
        Does::NeverPlay => Misbehaviour { never_answer_play: true, ..nothing },
        Does::RunAhead => Misbehaviour { clock_off_by: AHEAD_MS, ..nothing },
        Does::HangUp => Misbehaviour { close_after: soon, ..nothing },
    }
}

/// What the desk is shown.
struct Desk {
    officer: Browser,
    ids: Vec<String>,
    /// Since when they record.
    began: Timestamp,
}

impl Desk {
    fn id(&self, does: Does) -> &str {
        &self.ids[does as usize]
    }

    fn health(&mut self, does: Does) -> Value {
        let path = format!("/api/cameras/{}", self.id(does));
        self.officer.get(&path).done()["health"].clone()
    }

    /// Waits until the camera is said to be so.
    fn is(&mut self, does: Does, state: &str) {
        until(state, KNOWN_WITHIN, || (self.health(does)["state"] == state).then_some(()));
    }

    /// The timeline or the fragments of a camera until now.
    fn recorded(&mut self, does: Does, what: &str) -> Vec<Value> {
        let id = self.id(does).to_owned();
        let span = (self.began, SystemClock::new().now());
        let look = look_back(&mut self.officer, std::slice::from_ref(&id), span);
        let all = shown(&mut self.officer, &look, (&id, what), span);
        let list = if what == "timeline" { "spans" } else { "fragments" };
        all[list].as_array().unwrap().clone()
    }

    /// After each span but the first there is a gap, which is more than nothing.
    fn has_gaps(&mut self, does: Does, least: Duration) {
        let spans = self.recorded(does, "timeline");
        assert!(spans.len() >= 2, "{spans:?}");
        for pair in spans.windows(2) {
            let (ended, began) = (moment(&pair[0]["to"]), moment(&pair[1]["from"]));
            assert!(began >= ended + least && pair[1]["gap"] == true, "{pair:?}");
        }
    }

    /// One span from soon after the beginning until now: no gap in time.
    fn has_one_span(&mut self, does: Does) -> Vec<Value> {
        let spans = self.recorded(does, "timeline");
        let [span] = &spans[..] else { panic!("{spans:?}") };
        let now = SystemClock::new().now();
        assert!(moment(&span["to"]) <= now && now.since(moment(&span["to"])) < KNOWN_WITHIN / 4, "{span}");
        let pieces = self.recorded(does, "fragments");
        assert!(in_order(&pieces), "{pieces:?}");
        pieces
    }
}

fn moment(value: &Value) -> Timestamp {
    serde_json::from_value(value.clone()).unwrap()
}

/// Whether each piece begins later than the one before.
fn in_order(pieces: &[Value]) -> bool {
    pieces.windows(2).all(|pair| moment(&pair[0]["at"]) < moment(&pair[1]["at"]))
}

/// How many of these pieces, but for the first, say that something is missing before them.
fn gaps(pieces: &[Value]) -> usize {
    pieces.iter().skip(1).filter(|piece| piece["gap"] == true).count()
}

#[test]
fn each_camera_that_does_something_wrong_is_known_for_it_and_what_is_recorded_of_it_is_whole() {
    if !can_probe("odd cameras") {
        return;
    }
    let mut node = Node::new("odd");
    node.start();
    let camera = |does: Does| Camera {
        size: Size::Small,
        rate: 10,
        misbehaviour: wrong(does),
        ..Camera::new(format!("CAM {}", does as usize), does as u64 + 1)
    };
    let cameras = street(ALL.map(camera).into());
    let mut officer = node.sign_in("officer");
    let site = site(&mut officer, "traffic");
    let began = SystemClock::new().now();
    let ids: Vec<_> = ALL.map(|does| put_up(&mut officer, &site, &cameras.url(does as usize), None)).into();
    let mut desk = Desk { officer, ids, began };
    told_of_each(&mut desk);
    recorded_of_each(&mut desk);
    let footage = node.data.join("footage");
    let resized = footage.join(desk.id(Does::ChangeSize).replace('-', ""));
    node.stop();
    whole(&footage);
    probed(&footage);
    let mut files: Vec<_> = fs::read_dir(resized).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let sizes: Vec<_> = files.iter().map(|file| probe(file)).collect();
    assert!(
        sizes.len() == 2 && sizes[0].starts_with("320,192,") && sizes[1].starts_with("640,360,"),
        "{sizes:?}"
    );
    node.verifies();
    node.views_agree();
}

/// What the health of each camera says.
fn told_of_each(desk: &mut Desk) {
    for does in [Does::Well, Does::LeapBack, Does::Lose, Does::RunAhead] {
        desk.is(does, "recording");
    }
    for (does, state) in [
        (Does::HangUp, "closed"),
        (Does::SendNoKey, "no_key_picture"),
        (Does::Freeze, "frozen"),
        (Does::NeverPlay, "no_answer"),
    ] {
        desk.is(does, state);
    }
    until("the larger pictures are recorded", KNOWN_WITHIN, || {
        (desk.health(Does::ChangeSize)["width"] == 640).then_some(())
    });
    assert_eq!(desk.health(Does::ChangeSize)["height"], 360);
    for (does, error) in [(Does::RunAhead, AHEAD_MS), (Does::Well, 0)] {
        let told = desk.health(does)["clock_error_ms"].as_i64().unwrap();
        assert!((told - error).abs() < NEARLY_MS, "{told} ms");
    }
    assert!(desk.health(Does::Lose)["lost_packets"].as_u64() > Some(0));
    for does in [Does::Well, Does::LeapBack, Does::ChangeSize, Does::RunAhead] {
        assert_eq!(desk.health(does)["lost_packets"], 0);
    }
}

/// What of each camera is there to be looked at.
fn recorded_of_each(desk: &mut Desk) {
    for does in [Does::Freeze, Does::HangUp] {
        until("it came back once, and more was missing than is passed over", KNOWN_WITHIN, || {
            // Each look is a write, and stands in the journal: not too many of them.
            std::thread::sleep(LOOKED_EVERY);
            (desk.recorded(does, "timeline").len() >= 2).then_some(())
        });
    }
    desk.has_gaps(Does::HangUp, MERGED);
    // The node waits for it before it calls it again.
    desk.has_gaps(Does::Freeze, Duration::from_secs(10));
    for does in [Does::SendNoKey, Does::NeverPlay] {
        assert_eq!(desk.recorded(does, "timeline"), [] as [Value; 0]);
    }
    // Its clock is its own affair: what it sends is recorded under the node's time.
    for does in [Does::Well, Does::RunAhead, Does::ChangeSize] {
        let pieces = desk.has_one_span(does);
        assert_eq!(gaps(&pieces), 0, "{pieces:?}");
    }
    // Its time leapt once; until the next key picture, which is up to two seconds, nothing can be shown.
    let (pieces, spans) =
        (desk.recorded(Does::LeapBack, "fragments"), desk.recorded(Does::LeapBack, "timeline"));
    assert!(gaps(&pieces) == 1 && in_order(&pieces), "{pieces:?}");
    assert!(spans.len() <= 2 && gaps(&spans) == spans.len() - 1, "{spans:?}");
    let pieces = desk.has_one_span(Does::Lose);
    assert!(gaps(&pieces) > 0, "{pieces:?}");
}
