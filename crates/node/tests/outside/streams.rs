//! Event streams, from the program as it runs: how many there may be, and whom an alarm reaches.

use crate::{
    http::{Browser, new_id},
    kit::{Node, sample},
};
use liengia_kernel::{Clock as _, SystemClock};
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
};

/// FIRE, pressed on this phone; which alarm that is.
fn press(browser: &mut Browser) -> String {
    let (alarm, at) = (new_id(), SystemClock::new().now());
    let press = json!({ "alarm": alarm, "pressed_at": at, "sent_at": at, "source": "phone" });
    let answer = browser.post("/api/alarms", &press);
    assert_eq!(answer.status, 202, "{}", answer.text());
    alarm
}

/// The lines of a stream until one holds this.
fn lines_until(stream: TcpStream, wanted: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(stream).lines() {
        lines.push(line.unwrap());
        if lines.last().is_some_and(|line| line.contains(wanted)) {
            return lines;
        }
    }
    panic!("the stream ended without {wanted}: {lines:?}")
}

#[test]
fn the_ninth_screen_of_a_session_ends_the_first_and_leaves_the_others() {
    let mut node = Node::of_the_sample("screens");
    node.start();
    let mut household = node.sign_in("household");
    let mut screens: Vec<TcpStream> = (0..9).map(|_| household.follow()).collect();
    let first = BufReader::new(screens.remove(0));
    let end = first.lines().find(|line| line.as_ref().unwrap() == "0");
    assert!(end.is_some(), "its last chunk comes, with nothing in it");
    let alarm = press(&mut household);
    for screen in screens {
        lines_until(screen, &alarm);
    }
}

#[test]
fn an_alarm_is_on_no_screen_of_somebody_who_may_not_read_it() {
    let mut node = Node::of_the_sample("concerned");
    node.start();
    let (mut household, mut clerk) = (node.sign_in("household"), node.sign_in("clerk"));
    let (analyst, neighbour) = (node.sign_in("analyst").follow(), node.sign_in("neighbour").follow());
    let alarm = press(&mut household);
    lines_until(neighbour, &alarm);

    // What the register tells afterwards marks how far the analyst's screen has come.
    let place = sample().teams[0].place;
    let team = clerk.post("/api/teams", &json!({ "place": place, "name": "Tổ mới" }));
    assert_eq!(team.status, 200, "{}", team.text());
    let id = team.json()["id"].as_str().unwrap().to_owned();
    let told = lines_until(analyst, &id);
    assert!(told.iter().all(|line| !line.contains(&alarm)), "{told:?}");
}

#[test]
fn a_screen_that_was_cut_off_hears_what_it_missed() {
    let mut node = Node::of_the_sample("cut-off");
    node.start();
    let mut clerk = node.sign_in("clerk");
    let mut correct = |team: usize| {
        let id = sample().teams[team].id.to_string();
        let path = format!("/api/teams/{id}");
        let version = clerk.get(&path).json()["version"].clone();
        let body = json!({ "version": version, "reason": "ghi nhầm", "name": format!("Tổ số {team}") });
        let answer = clerk.write("PATCH", &path, &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        id
    };
    let screen = node.sign_in("officer");
    let stream = screen.follow();
    let before = correct(0);
    let told = lines_until(stream, &before);
    let ids: Vec<&str> = told.iter().filter_map(|line| line.strip_prefix("id: ")).collect();
    let last = ids.last().expect("what the register tells has an id");
    let missed = [correct(1), correct(2)];
    let stream = screen.follow_after(last);
    let next = correct(3);
    let told = lines_until(stream, &next).concat();
    let places: Vec<Option<usize>> =
        missed.iter().chain([&next]).map(|team| told.find(team.as_str())).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "all of them, in their order: {told}");
    assert!(!told.contains(&before), "and nothing twice: {told}");
}
