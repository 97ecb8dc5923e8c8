//! What is said, and how: loud or not, beside what, by which ways, and the place in words. Pure but for the texts.

use liengia_fire::{
    engine::{Channel, Message, Mode, Moment, State},
    live::Directory,
};
use liengia_http::{Args, Language, say};
use liengia_kernel::{AlarmId, HouseholdId, TeamId};
use liengia_signal::hook;

/// One word, said to one person.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub alarm: AlarmId,
    pub mode: Mode,
    pub key: &'a str,
    pub said: Channel,
    pub answerable: bool,
    pub round: u32,
}

impl Word<'_> {
    /// Whether it wakes the phone. Whatever a fire has to say does, until it is over: a quiet word would take the place
    /// of a ring that is still on its way.
    pub fn is_loud(&self) -> bool {
        match self.mode {
            Mode::Live => self.key != Message::Closed.key(),
            Mode::Drill => self.key == Message::DrillStarted.key(),
        }
    }

    /// Beside the ring itself, what stands for itself on a phone: it takes the place of its own kind only.
    pub fn part(&self) -> Option<&'static str> {
        if self.key == CARD {
            return Some("card");
        }
        if self.key == Message::EmergencyNotCalled.key() {
            return Some("114");
        }
        let news = [Message::FalseAlarmClaimed, Message::FireSeen, Message::StillOpen];
        news.iter().any(|message| message.key() == self.key).then_some("news")
    }

    /// Whether a person is told it by telephone. Children are not called to help; but out they get.
    pub fn is_for(&self, adult: bool) -> bool {
        adult || self.key == Message::GetOut.key()
    }
}

/// The key of a role card's text.
pub(super) const CARD: &str = "fire-notice-card";

/// Where it burns, as far as that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub home: Option<HouseholdId>,
    pub team: Option<TeamId>,
}

/// Where an open alarm, drill or late press is.
pub(super) fn place_of(state: &State, alarm: AlarmId, now: Moment) -> Place {
    let open = state.snapshot(alarm, now).map(|open| Place { home: open.origin, team: open.team });
    let late = || {
        let late = state.late_presses().find(|late| late.press.press == alarm)?;
        Some(Place { home: late.press.household, team: late.team })
    };
    open.or_else(late).unwrap_or_default()
}

impl Place {
    /// The same in words, also where something is not known.
    pub fn named(self, directory: &Directory, language: Language) -> Args {
        let home = self.home.and_then(|home| directory.households.get(&home));
        let team = self.team.and_then(|team| directory.teams.get(&team));
        let unknown = |key| say(language, key, &Args::new());
        let home = home.map_or_else(|| unknown("fire-notice-some-home"), |home| home.label().into_exposed());
        let team = team.map_or_else(|| unknown("fire-notice-some-team"), |team| team.name.clone());
        Args::from([("home", home.into()), ("team", team.into())])
    }
}

/// The ways by which something is said, the surest first: a text and a call, or a call, as far as there are gateways for
/// it. Where there are none the usual way is tried, so that the desk sees what could not go out.
pub(super) fn ways(channel: Channel, carries: impl Fn(hook::Channel) -> bool) -> Vec<hook::Channel> {
    use hook::Channel::{Sms, Voice};
    let wanted: &[hook::Channel] = match channel {
        Channel::Call if carries(Voice) => &[Voice],
        Channel::Call if carries(Sms) => &[Sms],
        Channel::Call => &[Voice],
        _ if carries(Sms) && carries(Voice) => &[Sms, Voice],
        _ if carries(Voice) => &[Voice],
        _ => &[Sms],
    };
    wanted.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hook::Channel::{Sms, Voice};
    use liengia_fire::engine;
    use liengia_kernel::Timestamp;
    use std::time::Duration;

    fn word(mode: Mode, key: &str) -> Word<'_> {
        let alarm = AlarmId::from_bytes([1; 16]);
        Word { alarm, mode, key, said: Channel::Push, answerable: false, round: 0 }
    }

    #[test]
    fn a_resident_gets_a_text_and_a_call_as_far_as_there_are_gateways() {
        let said = |channel, carried: &[hook::Channel]| ways(channel, |way| carried.contains(&way));
        assert_eq!(said(Channel::Hook, &[Voice, Sms]), [Sms, Voice]);
        assert_eq!(said(Channel::Hook, &[Voice]), [Voice], "no text dies where nobody sends any");
        assert_eq!(said(Channel::Hook, &[Sms]), [Sms]);
        assert_eq!(said(Channel::Call, &[Voice, Sms]), [Voice]);
        assert_eq!(said(Channel::Call, &[Sms]), [Sms]);
        assert_eq!((said(Channel::Call, &[]), said(Channel::Hook, &[])), (vec![Voice], vec![Sms]));
    }

    #[test]
    fn a_late_press_has_a_place_and_what_is_not_known_is_said_in_words() {
        let (home, team) = (HouseholdId::from_bytes([2; 16]), TeamId::from_bytes([3; 16]));
        let mut state = State::new(engine::Settings::default());
        let now = Moment { wall: Timestamp::from_seconds(1_787_108_400), steady: Duration::from_secs(1000) };
        let press = engine::Press {
            alarm: AlarmId::from_bytes([1; 16]),
            source: engine::Source::Desk,
            device: None,
            by: None,
            household: Some(home),
            team: Some(team),
            pressed_at: None,
            held: Some(Duration::from_mins(6)),
        };
        let alarm = press.alarm;
        engine::step(&mut state, engine::Input::Press(press), now);
        assert_eq!(place_of(&state, alarm, now), Place { home: Some(home), team: Some(team) });
        let unknown = Place::default().named(&Directory::default(), Language::Vi);
        for key in [Message::Help, Message::LatePress].map(Message::key) {
            let said = say(Language::Vi, key, &unknown);
            assert!(said.contains("một nhà chưa rõ, tổ chưa rõ"), "{said}");
        }
    }

    #[test]
    fn a_child_is_told_to_get_out_and_not_called_to_help() {
        assert!(word(Mode::Live, Message::GetOut.key()).is_for(false));
        assert!(!word(Mode::Live, Message::Help.key()).is_for(false));
        assert!(word(Mode::Live, Message::Help.key()).is_for(true));
    }

    #[test]
    fn whatever_a_fire_says_is_loud_until_it_is_over_and_no_other_word_takes_the_place_of_the_ring() {
        let ring = [Message::GetOut, Message::Help, Message::OwnHomeWarning];
        let beside =
            [Message::EmergencyNotCalled, Message::FalseAlarmClaimed, Message::FireSeen, Message::StillOpen];
        for message in ring {
            let word = word(Mode::Live, message.key());
            assert!(word.is_loud() && word.part().is_none(), "{message:?}");
        }
        for key in beside.map(Message::key).into_iter().chain([CARD]) {
            let word = word(Mode::Live, key);
            assert!(word.is_loud() && word.part().is_some(), "{key}");
        }
        assert_ne!(word(Mode::Live, CARD).part(), word(Mode::Live, Message::EmergencyNotCalled.key()).part());
        let closed = word(Mode::Live, Message::Closed.key());
        assert!(!closed.is_loud() && closed.part().is_none(), "the end takes the place of the ring");
        assert!(!word(Mode::Drill, CARD).is_loud());
    }
}
