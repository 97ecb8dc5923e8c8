//! Which gateway is asked next: in the configured order, those in trouble last.
//!
//! Promises: a message goes to the next gateway at once when one does not take it; a gateway in trouble is left alone for
//! [`REST`], then one single message tries it again; a message is given up only when every gateway has refused it by
//! itself, or when its time is over. Pure: the time comes in as an argument.

use super::{
    dead::Why,
    gateway::{Channel, Gateway},
};
use crate::outgoing::{Answer, Failure};
use liengia_kernel::Timestamp;
use std::time::Duration;

/// How long a gateway in trouble is left alone while others can do its work.
pub(super) const REST: Duration = Duration::from_secs(30);

/// Gateways, by their place in the configured order; at most [`super::MOST_GATEWAYS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places(u32);

impl Places {
    pub(super) fn add(&mut self, place: usize) {
        self.0 |= 1 << place;
    }

    pub(super) fn has(self, place: usize) -> bool {
        self.0 & (1 << place) != 0
    }
}

/// What one gateway made of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It has it.
    Taken,
    /// It does not want this message, now or later.
    Refused(Why),
    /// It is in trouble, or does not know this node. It may ask for a pause.
    Trouble(Why, Duration),
}

pub(super) fn judge(said: Result<Answer, Failure>) -> Said {
    let Answer { status, retry_after } = match said {
        Ok(answer) => answer,
        Err(failure) => return Said::Trouble(failure.into(), Duration::ZERO),
    };
    match status {
        // 409: it has this id already.
        200..=299 | 409 => Said::Taken,
        300..=399 => Said::Trouble(Why::SentElsewhere, Duration::ZERO),
        401 | 403 => Said::Trouble(Why::NotKnown(status), Duration::ZERO),
        408 | 429 | 500..=599 => Said::Trouble(Why::Trouble(status), retry_after.unwrap_or_default()),
        other => Said::Refused(Why::Refused(other)),
    }
}

/// How one gateway does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its name.
    pub name: String,
    /// What it said last, and since when it has been in trouble.
    pub trouble: Option<(Why, Timestamp)>,
    /// Messages it took.
    pub taken: u64,
    /// Times it was in trouble or refused.
    pub not_taken: u64,
}

#[derive(Debug)]
struct Watched {
    health: Health,
    /// On the clock that never jumps.
    rests_until: Duration,
}

/// All gateways' health.
#[derive(Debug)]
pub(super) struct Ward(Vec<Watched>);

impl Ward {
    pub(super) fn of(gateways: &[Gateway]) -> Self {
        let well = |gateway: &Gateway| Watched {
            health: Health { name: gateway.name().to_owned(), trouble: None, taken: 0, not_taken: 0 },
            rests_until: Duration::ZERO,
        };
        Self(gateways.iter().map(well).collect())
    }

    /// The gateways to ask, in this order. Where a rest is over, this caller tries it out, and others wait for the
    /// result.
    pub(super) fn order(
        &mut self,
        gateways: &[Gateway],
        channel: Channel,
        refused: Places,
        now: Duration,
    ) -> Vec<usize> {
        let able = |&place: &usize| gateways[place].sends(channel) && !refused.has(place);
        let (mut first, mut last) = (Vec::new(), Vec::new());
        for place in (0..self.0.len()).filter(able) {
            let watched = &mut self.0[place];
            if watched.health.trouble.is_none() {
                first.push(place);
            } else if watched.rests_until <= now {
                watched.rests_until = now + REST;
                first.push(place);
            } else {
                last.push(place);
            }
        }
        first.append(&mut last);
        first
    }

    pub(super) fn note(&mut self, place: usize, said: Said, now: Duration, at: Timestamp) {
        let Watched { health, rests_until } = &mut self.0[place];
        match said {
            Said::Taken => {
                health.taken += 1;
                health.trouble = None;
            }
            Said::Refused(_) => health.not_taken += 1,
            Said::Trouble(why, pause) => {
                health.not_taken += 1;
                let since = health.trouble.map_or(at, |(_, since)| since);
                health.trouble = Some((why, since));
                *rests_until = now + REST.max(pause);
            }
        }
    }

    pub(super) fn report(&self) -> Vec<Health> {
        self.0.iter().map(|watched| watched.health.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hook::Secret;
    use liengia_kernel::SeededEntropy;

    const AT: Timestamp = Timestamp::from_seconds(1000);
    const NOW: Duration = Duration::from_secs(100);
    const BUSY: Said = Said::Trouble(Why::Trouble(503), Duration::ZERO);

    fn gateways() -> Vec<Gateway> {
        let made = |name, channels: &[Channel]| {
            let secret = Secret::generate(&SeededEntropy::new(1));
            Gateway::new(name, "https://gateway.example/", channels.iter().copied(), secret, None).unwrap()
        };
        vec![
            made("modem", &[Channel::Sms]),
            made("service", &[Channel::Sms, Channel::Voice]),
            made("loudspeakers", &[Channel::Loudspeaker]),
        ]
    }

    fn order(ward: &mut Ward, channel: Channel, now: Duration) -> Vec<usize> {
        ward.order(&gateways(), channel, Places::default(), now)
    }

    #[test]
    fn gateways_are_asked_in_the_configured_order_if_they_can_send_it() {
        let mut ward = Ward::of(&gateways());
        assert_eq!(order(&mut ward, Channel::Sms, NOW), [0, 1]);
        assert_eq!(order(&mut ward, Channel::Voice, NOW), [1]);
        assert_eq!(order(&mut ward, Channel::Loudspeaker, NOW), [2]);
        let mut refused = Places::default();
        refused.add(0);
        assert_eq!(ward.order(&gateways(), Channel::Sms, refused, NOW), [1]);
    }

    #[test]
    fn one_in_trouble_is_asked_last_until_one_message_finds_it_well() {
        let mut ward = Ward::of(&gateways());
        ward.note(0, BUSY, NOW, AT);
        assert_eq!(order(&mut ward, Channel::Sms, NOW), [1, 0]);
        assert_eq!(order(&mut ward, Channel::Sms, NOW + REST), [0, 1], "one tries it out");
        assert_eq!(order(&mut ward, Channel::Sms, NOW + REST), [1, 0], "the others do not wait for it");
        ward.note(0, Said::Taken, NOW + REST, AT);
        assert_eq!(order(&mut ward, Channel::Sms, NOW + REST), [0, 1]);
    }

    #[test]
    fn trouble_is_reported_from_when_it_began() {
        let mut ward = Ward::of(&gateways());
        ward.note(0, BUSY, NOW, AT);
        ward.note(0, Said::Trouble(Why::TimedOut, Duration::ZERO), NOW, AT + REST);
        let health = &ward.report()[0];
        assert_eq!((health.trouble, health.not_taken), (Some((Why::TimedOut, AT)), 2));
        ward.note(0, Said::Taken, NOW, AT);
        assert_eq!((ward.report()[0].trouble, ward.report()[0].taken), (None, 1));
    }

    #[test]
    fn what_a_gateway_says_is_told_apart() {
        let said = |status| judge(Ok(Answer { status, retry_after: None }));
        for taken in [200, 202, 204, 409] {
            assert_eq!(said(taken), Said::Taken);
        }
        for refused in [400, 404, 413, 422] {
            assert_eq!(said(refused), Said::Refused(Why::Refused(refused)));
        }
        assert_eq!(said(503), BUSY);
        assert_eq!(said(401), Said::Trouble(Why::NotKnown(401), Duration::ZERO));
        assert_eq!(said(302), Said::Trouble(Why::SentElsewhere, Duration::ZERO));
        assert_eq!(judge(Err(Failure::TimedOut)), Said::Trouble(Why::TimedOut, Duration::ZERO));
        let pause = Duration::from_secs(9);
        let asked = judge(Ok(Answer { status: 429, retry_after: Some(pause) }));
        assert_eq!(asked, Said::Trouble(Why::Trouble(429), pause));
    }
}
