//! What may be set of a team's ladder, and how far.
//!
//! Never: anything that would silence a bell, leave a rung out, or let an alarm be said less than once a minute. There is
//! no such setting, and a time beyond its bounds is refused rather than bent.

use crate::engine::LadderConfig;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A team's ladder, as people set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LadderTimes {
    /// Seconds from the first ring to texts and calls that can be answered: at most 120.
    pub hook_seconds: u16,
    /// Seconds to the leader and the deputy, and to the on-call phone if the desk is silent: at most 300, and not before
    /// the texts.
    pub leaders_seconds: u16,
    /// Seconds to the adjacent teams, the village security team and the next post: at most 600, and not before the
    /// leader.
    pub wider_seconds: u16,
    /// Every rung taken is repeated after so many seconds: 10 to 60.
    pub repeat_seconds: u16,
    /// Seconds for which a lone detector warns its own home before the team: at most 60.
    pub own_home_seconds: u16,
    /// How many people coming are enough to stop recruiting: 1 to 50. Bells go on.
    pub enough: u16,
    /// The bells of adjacent teams ring, too, once the widest rung is taken.
    pub ring_adjacent_bells: bool,
}

/// A setting that is out of its bounds: its name, and the least and the most that it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfBounds {
    /// Which.
    pub field: &'static str,
    /// The least.
    pub least: u16,
    /// The most.
    pub most: u16,
}

impl From<LadderConfig> for LadderTimes {
    fn from(config: LadderConfig) -> Self {
        let seconds = |span: Duration| u16::try_from(span.as_secs()).unwrap_or(u16::MAX);
        Self {
            hook_seconds: seconds(config.hook),
            leaders_seconds: seconds(config.leaders),
            wider_seconds: seconds(config.wider),
            repeat_seconds: seconds(config.repeat),
            own_home_seconds: seconds(config.own_home),
            enough: config.enough,
            ring_adjacent_bells: config.ring_adjacent_bells,
        }
    }
}

impl From<LadderTimes> for LadderConfig {
    fn from(times: LadderTimes) -> Self {
        let span = |seconds: u16| Duration::from_secs(seconds.into());
        let config = Self {
            hook: span(times.hook_seconds),
            leaders: span(times.leaders_seconds),
            wider: span(times.wider_seconds),
            repeat: span(times.repeat_seconds),
            own_home: span(times.own_home_seconds),
            enough: times.enough,
            ring_adjacent_bells: times.ring_adjacent_bells,
        };
        // Whatever an older program may have let through.
        config.bounded()
    }
}

impl LadderTimes {
    /// Everything that is out of its bounds.
    pub fn out_of_bounds(&self) -> Vec<OutOfBounds> {
        let bounds = [
            ("hook_seconds", self.hook_seconds, 0, 120),
            ("leaders_seconds", self.leaders_seconds, self.hook_seconds.min(300), 300),
            ("wider_seconds", self.wider_seconds, self.leaders_seconds.min(600), 600),
            ("repeat_seconds", self.repeat_seconds, 10, 60),
            ("own_home_seconds", self.own_home_seconds, 0, 60),
            ("enough", self.enough, 1, 50),
        ];
        let wrong = bounds.into_iter().filter(|(_, value, least, most)| !(least..=most).contains(&value));
        wrong.map(|(field, _, least, most)| OutOfBounds { field, least, most }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> LadderTimes {
        LadderConfig::default().into()
    }

    #[test]
    fn the_usual_ladder_is_within_its_bounds_and_comes_back_as_it_was() {
        assert_eq!(usual().out_of_bounds(), []);
        assert_eq!(LadderConfig::from(usual()), LadderConfig::default());
    }

    #[test]
    fn what_is_within_the_bounds_is_what_the_engine_takes_unbent() {
        for hook in [0, 60, 120] {
            for repeat in [10, 60] {
                let times = LadderTimes {
                    hook_seconds: hook,
                    leaders_seconds: 300,
                    wider_seconds: 600,
                    repeat_seconds: repeat,
                    own_home_seconds: 0,
                    enough: 50,
                    ring_adjacent_bells: true,
                };
                assert_eq!(times.out_of_bounds(), []);
                assert_eq!(LadderTimes::from(LadderConfig::from(times)), times);
            }
        }
    }

    #[test]
    fn no_ladder_says_an_alarm_less_than_once_a_minute_or_in_another_order() {
        let wrong =
            |times: LadderTimes| times.out_of_bounds().iter().map(|wrong| wrong.field).collect::<Vec<_>>();
        assert_eq!(wrong(LadderTimes { repeat_seconds: 61, ..usual() }), ["repeat_seconds"]);
        assert_eq!(wrong(LadderTimes { own_home_seconds: 61, ..usual() }), ["own_home_seconds"]);
        assert_eq!(wrong(LadderTimes { leaders_seconds: 10, ..usual() }), ["leaders_seconds"]);
        assert_eq!(wrong(LadderTimes { wider_seconds: 601, ..usual() }), ["wider_seconds"]);
        assert_eq!(wrong(LadderTimes { enough: 0, ..usual() }), ["enough"]);
    }
}
