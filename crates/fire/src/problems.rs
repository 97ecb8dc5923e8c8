//! How a refusal of the alarm engine, the kit or the desk reads to the person who asked.

use crate::{
    KitActError,
    engine::{Missing, NotNow, Refusal},
    rules::KitError,
};
use liengia_http::{Args, CHANGED_MEANWHILE, Class, Explain, FAILED, Field, Kind};
use liengia_register::problems::NO_TEAM;
use std::time::Duration;

/// Declares the kinds of problems, and the list of all of them.
macro_rules! kinds {
    ($( $(#[$doc:meta])* $name:ident = $kind:expr; )+) => {
        $( $(#[$doc])* pub const $name: Kind = $kind; )+
        /// All kinds of problems of fire safety, for the texts' test.
        pub const ALL: &[Kind] = &[$($name),+];
    };
}

kinds! {
    /// No alarm, drill or late press has this id.
    NO_ALARM = Kind::new(Class::NotFound, "no_alarm");
    /// The node cannot read its key for reports.
    NO_REPORT_KEY = Kind::new(Class::NotFound, "no_report_key");
    /// It is closed already.
    ALARM_CLOSED = Kind::new(Class::Conflict, "alarm_closed");
    /// The id belongs to a drill, so it cannot be a press.
    ID_OF_A_DRILL = Kind::new(Class::Conflict, "id_of_a_drill");
    /// The id belongs to an alarm of another team.
    ID_OF_ANOTHER_TEAM = Kind::new(Class::Conflict, "id_of_another_team");
    /// A drill has none of this.
    NOT_FOR_A_DRILL = Kind::new(Class::Conflict, "not_for_a_drill");
    /// Whoever answers belongs to no home that the alarm knows.
    NOT_OF_A_HOME = Kind::new(Class::Refused, "not_of_a_home");
    /// No card is offered to this person.
    NO_CARD = Kind::new(Class::Conflict, "no_card");
    /// Somebody else took the card.
    CARD_TAKEN = Kind::new(Class::Conflict, "card_taken");
    /// The person's own home is in danger and not out.
    OWN_HOME_NOT_OUT = Kind::new(Class::Conflict, "own_home_not_out");
    /// Closing needs more; the fields say what.
    CANNOT_CLOSE = Kind::new(Class::Conflict, "cannot_close");
    /// The whole team was told already.
    TOO_LATE_TO_CANCEL = Kind::new(Class::Conflict, "too_late_to_cancel");
    /// Only the warned home can cancel its detector.
    NOT_YOUR_HOME = Kind::new(Class::NotAllowed, "not_your_home");
    /// Drills and ring tests are by day.
    NOT_AT_NIGHT = Kind::new(Class::Conflict, "not_at_night");
    /// A drill is announced a day before.
    DRILL_TOO_SOON = Kind::new(Class::Conflict, "drill_too_soon");
    /// Nobody plans that far ahead.
    DRILL_TOO_FAR = Kind::new(Class::Conflict, "drill_too_far");
    /// The drill's time has not come.
    BEFORE_ITS_TIME = Kind::new(Class::Conflict, "before_its_time");
    /// A live alarm is open, or was until lately, here or next door.
    LIVE_ALARM_NEAR = Kind::new(Class::Conflict, "live_alarm_near");
    /// A drill is running there.
    DRILL_RUNNING = Kind::new(Class::Conflict, "drill_running");
    /// The bells of this home were tested within the minute.
    TESTED_LATELY = Kind::new(Class::Conflict, "tested_lately");
    /// A drill of this id exists already.
    DRILL_EXISTS = Kind::new(Class::Conflict, "drill_exists");
    /// There is no such drill.
    NO_DRILL = Kind::new(Class::NotFound, "no_drill");
    /// What somebody said of an alarm was changed too often.
    CHANGED_TOO_OFTEN = Kind::new(Class::Conflict, "changed_too_often");
    /// More alarms than the node can keep apart at once.
    ALARMS_FULL = Kind::new(Class::Busy, "alarms_full");
    /// Nothing but an alarm is carried out while the journal cannot write.
    JOURNAL_FAILING = Kind::new(Class::Busy, "journal_failing");
    /// A press that names no home, by somebody who has none.
    WHICH_HOME = Kind::new(Class::Refused, "which_home");

    /// A setting of the ladder is beyond what keeps an alarm heard; the fields say which.
    LADDER_OUT_OF_BOUNDS = Kind::new(Class::Refused, "ladder_out_of_bounds");

    /// No pairing has this code, or it was used.
    NO_PAIRING = Kind::new(Class::NotFound, "no_pairing");
    /// The pairing's time is over.
    PAIRING_EXPIRED = Kind::new(Class::Gone, "pairing_expired");
    /// Too many wrong codes were tried.
    TOO_MANY_CODES_TRIED = Kind::new(Class::TooMany, "too_many_codes_tried");
    /// There is no such device.
    NO_DEVICE = Kind::new(Class::NotFound, "no_device");
    /// The device to be replaced is another household's.
    NOT_THIS_HOME = Kind::new(Class::Refused, "not_this_home");
    /// There is no such firefighting point.
    NO_POINT = Kind::new(Class::NotFound, "no_point");
    /// There is no such shift, or it is over.
    NO_SHIFT = Kind::new(Class::NotFound, "no_shift");
    /// Another officer's shift is on.
    SHIFT_IS_ON = Kind::new(Class::Conflict, "shift_is_on");
    /// It is another officer's shift.
    NOT_YOUR_SHIFT = Kind::new(Class::Conflict, "not_your_shift");
    /// Nobody who may sit at the desk is named.
    NO_OFFICER = Kind::new(Class::Refused, "no_officer");
}

impl Explain for Refusal {
    fn kind(&self) -> Kind {
        match self {
            Self::UnknownAlarm { .. } => NO_ALARM,
            Self::AlreadyClosed { .. } => ALARM_CLOSED,
            Self::IdOfADrill => ID_OF_A_DRILL,
            Self::IdOfAnotherTeam => ID_OF_ANOTHER_TEAM,
            Self::NotForADrill => NOT_FOR_A_DRILL,
            Self::UnknownDevice { .. } => NO_DEVICE,
            Self::UnknownPerson => NOT_OF_A_HOME,
            Self::UnknownTeam => NO_TEAM,
            Self::NoCardOffered => NO_CARD,
            Self::CardTaken => CARD_TAKEN,
            Self::OwnHomeNotOut => OWN_HOME_NOT_OUT,
            Self::CannotClose { .. } => CANNOT_CLOSE,
            Self::TooLateToCancel => TOO_LATE_TO_CANCEL,
            Self::NotYourHome => NOT_YOUR_HOME,
            Self::NotNow { why } => not_now(*why),
            Self::DrillExists => DRILL_EXISTS,
            Self::ChangedTooOften => CHANGED_TOO_OFTEN,
            Self::Full { .. } => ALARMS_FULL,
        }
    }

    fn fields(&self) -> Vec<Field> {
        match self {
            Self::CannotClose { missing } => missing.iter().copied().map(needed).collect(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::Full { .. }).then_some(Duration::from_secs(2))
    }
}

fn not_now(why: NotNow) -> Kind {
    match why {
        NotNow::Night => NOT_AT_NIGHT,
        NotNow::TooSoon => DRILL_TOO_SOON,
        NotNow::TooFar => DRILL_TOO_FAR,
        NotNow::BeforeItsTime => BEFORE_ITS_TIME,
        NotNow::LiveAlarmNear => LIVE_ALARM_NEAR,
        NotNow::DrillRunning => DRILL_RUNNING,
        NotNow::TestedLately => TESTED_LATELY,
    }
}

fn needed(missing: Missing) -> Field {
    match missing {
        Missing::SomeoneWhoLooked => Field::new("looked_by", "someone_who_looked"),
        Missing::LookedAndSawNoFire => Field::new("reason", "looked_and_saw_no_fire"),
        Missing::NobodyWhoSeesFire => Field::new("reason", "nobody_who_sees_fire"),
        Missing::LeaderOrDesk => Field::new("by", "leader_or_desk"),
        Missing::SecondPerson => Field::new("looked_by", "second_person"),
        Missing::Reason => Field::new("reason", "reason_needed"),
    }
}

impl Explain for KitError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoPairing => NO_PAIRING,
            Self::PairingExpired => PAIRING_EXPIRED,
            Self::NoDevice(_) => NO_DEVICE,
            Self::NotThisHome => NOT_THIS_HOME,
            Self::NoPoint(_) => NO_POINT,
            Self::ChangedMeanwhile { .. } => CHANGED_MEANWHILE,
            Self::NoShift(_) => NO_SHIFT,
            Self::ShiftIsOn => SHIFT_IS_ON,
            Self::NotYourShift => NOT_YOUR_SHIFT,
            Self::Text(error) => error.kind(),
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::Text(error) => error.args(),
            _ => Args::new(),
        }
    }

    fn fields(&self) -> Vec<Field> {
        match self {
            Self::Text(error) => error.fields(),
            _ => Vec::new(),
        }
    }
}

impl Explain for KitActError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(error) => error.kind(),
            Self::Commit(error) => error.kind(),
            Self::Read(_) => FAILED,
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::Refused(error) => error.args(),
            Self::Commit(_) | Self::Read(_) => Args::new(),
        }
    }

    fn fields(&self) -> Vec<Field> {
        match self {
            Self::Refused(error) => error.fields(),
            Self::Commit(_) | Self::Read(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_http::{Language, says, testing::unsaid};

    #[test]
    fn every_problem_is_said_in_all_languages() {
        assert_eq!(unsaid(ALL), Vec::<String>::new());
    }

    #[test]
    fn everything_that_closing_may_need_is_said_in_all_languages() {
        let all = [
            Missing::SomeoneWhoLooked,
            Missing::LookedAndSawNoFire,
            Missing::NobodyWhoSeesFire,
            Missing::LeaderOrDesk,
            Missing::SecondPerson,
            Missing::Reason,
        ];
        let refusal = Refusal::CannotClose { missing: all.to_vec() };
        assert_eq!(refusal.fields().len(), all.len());
        for field in refusal.fields() {
            let id = format!("field-{}", field.code.replace('_', "-"));
            assert!(Language::ALL.into_iter().all(|language| says(language, &id)), "{id}");
        }
    }
}
