//! How a refusal about cameras reads to the person who asked.

use crate::{
    acts::WatchActError,
    footage::FootageError,
    rules::{Shut, WatchError},
    running::{NoCertificate, NoFootage},
    tier::TierError,
};
use liengia_http::{Args, CHANGED_MEANWHILE, Class, Explain, FAILED, Field, Kind, NOT_SAVED};

/// Declares the kinds of problems, and the list of all of them.
macro_rules! kinds {
    ($( $(#[$doc:meta])* $name:ident = $kind:expr; )+) => {
        $( $(#[$doc])* pub const $name: Kind = $kind; )+
        /// All kinds of problems of cameras, for the texts' test.
        pub const ALL: &[Kind] = &[$($name),+];
    };
}

kinds! {
    /// There is no such site.
    NO_SITE = Kind::new(Class::NotFound, "no_site");
    /// There is no such camera.
    NO_CAMERA = Kind::new(Class::NotFound, "no_camera");
    /// There is no such look, or it is over.
    NO_LOOK = Kind::new(Class::NotFound, "no_look");
    /// There is no such hold.
    NO_HOLD = Kind::new(Class::NotFound, "no_hold");
    /// There is no such export.
    NO_EXPORT = Kind::new(Class::NotFound, "no_export");
    /// There is no such sighting.
    NO_SIGHTING = Kind::new(Class::NotFound, "no_sighting");
    /// Nothing was recorded there, or it is gone.
    NO_FOOTAGE = Kind::new(Class::NotFound, "no_footage");
    /// It lies in the tier, and the store does not give it now.
    STORE_AWAY = Kind::new(Class::Busy, "store_away");
    /// A site with cameras cannot be closed.
    SITE_HAS_CAMERAS = Kind::new(Class::Conflict, "site_has_cameras");
    /// The address of a camera cannot be one.
    BAD_CAMERA_ADDRESS = Kind::new(Class::Refused, "bad_camera_address");
    /// A camera does not tell what it is asked; the fields say why.
    CAMERA_SAYS_NO = Kind::new(Class::Refused, "camera_says_no");
    /// A camera shows no certificate where it should; the fields say which address.
    NO_CERTIFICATE = Kind::new(Class::Refused, "no_certificate");
    /// More than a camera or site can have; the fields say which.
    CAMERA_OUT_OF_RANGE = Kind::new(Class::Refused, "camera_out_of_range");
    /// A camera may not be looked at; the fields say which and why.
    CAMERA_SHUT = Kind::new(Class::NotAllowed, "camera_shut");
    /// No camera, or too many.
    WHICH_CAMERAS = Kind::new(Class::Refused, "which_cameras");
    /// The purpose needs a number.
    CASE_NEEDED = Kind::new(Class::Refused, "case_needed");
    /// An order needs its copy kept, and only an order does.
    ORDER_NEEDED = Kind::new(Class::Refused, "order_needed");
    /// There is no such order.
    NO_ORDER = Kind::new(Class::NotFound, "no_order");
    /// No copy of an order.
    BAD_COPY = Kind::new(Class::Refused, "bad_copy");
    /// Telling those concerned was not put off for this.
    NOT_PUT_OFF = Kind::new(Class::NotAllowed, "not_put_off");
    /// There is no such request to tell those concerned later.
    NO_DELAY = Kind::new(Class::NotFound, "no_delay");
    /// Keeping footage longer than is usual needs a second person.
    LONGER_KEEPING = Kind::new(Class::Refused, "longer_keeping");
    /// Sound where the site's purpose needs none.
    NO_SOUND = Kind::new(Class::Refused, "no_sound");
    /// The purpose does not go with what is asked.
    WRONG_PURPOSE = Kind::new(Class::Refused, "wrong_purpose");
    /// A stretch of time that is none.
    BAD_SPAN = Kind::new(Class::Refused, "bad_span");
    /// A consent that allows nothing.
    NO_PURPOSE = Kind::new(Class::Refused, "no_purpose");
    /// It is not the camera of a household.
    NOT_OF_A_HOUSEHOLD = Kind::new(Class::Conflict, "not_of_a_household");
    /// It is the camera of a household.
    OF_A_HOUSEHOLD = Kind::new(Class::Conflict, "of_a_household");
    /// A camera is turned by somebody else.
    CAMERA_TURNED = Kind::new(Class::Busy, "camera_turned");
    /// Nobody asked the home to turn its camera.
    NOT_ASKED = Kind::new(Class::Conflict, "not_asked");
    /// The phone joined after the camera was put up.
    JOINED_LATER = Kind::new(Class::NotAllowed, "joined_later");
    /// A second person is needed.
    SECOND_PERSON_NEEDED = Kind::new(Class::NotAllowed, "second_person_needed");
    /// Decided already, or not ready.
    NOT_AT_THIS_STAGE = Kind::new(Class::Conflict, "not_at_this_stage");
    /// Not public cameras that the residents of a village paid for.
    NOT_OF_RESIDENTS = Kind::new(Class::Conflict, "not_of_residents");
    /// A vote that did not carry.
    NO_MAJORITY = Kind::new(Class::Refused, "no_majority");
    /// The link was used, or is too old.
    LINK_OVER = Kind::new(Class::Gone, "link_over");
    /// The node cannot read the key that addresses are sealed with.
    NO_CAMERA_KEY = Kind::new(Class::NotFound, "no_camera_key");
    /// No copy of footage can be made: ffmpeg is not there.
    NO_FFMPEG = Kind::new(Class::NotFound, "no_ffmpeg");
    /// More screens than the node can serve.
    TOO_MANY_VIEWERS = Kind::new(Class::Busy, "too_many_viewers");
    /// No offer to see a picture over WebRTC.
    BAD_OFFER = Kind::new(Class::Refused, "bad_offer");
    /// This cannot be seen over WebRTC.
    NOT_OVER_WEBRTC = Kind::new(Class::Refused, "not_over_webrtc");
    /// This node records nothing: it has no disk for footage.
    NOT_RECORDING = Kind::new(Class::NotFound, "not_recording");
}

impl Explain for WatchError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSite(_) => NO_SITE,
            Self::NoCamera(_) => NO_CAMERA,
            Self::NoLook(_) => NO_LOOK,
            Self::NoHold(_) => NO_HOLD,
            Self::NoExport(_) => NO_EXPORT,
            Self::NoSighting(_) => NO_SIGHTING,
            Self::SiteHasCameras => SITE_HAS_CAMERAS,
            Self::ChangedMeanwhile { .. } => CHANGED_MEANWHILE,
            Self::BadAddress | Self::InTheOpen => BAD_CAMERA_ADDRESS,
            Self::OutOfRange { .. } => CAMERA_OUT_OF_RANGE,
            Self::Shut { .. } => CAMERA_SHUT,
            Self::WhichCameras => WHICH_CAMERAS,
            Self::CaseNeeded => CASE_NEEDED,
            Self::OrderNeeded => ORDER_NEEDED,
            Self::NoOrder(_) => NO_ORDER,
            Self::BadCopy => BAD_COPY,
            Self::NotPutOff => NOT_PUT_OFF,
            Self::NoDelay(_) => NO_DELAY,
            Self::LongerKeeping => LONGER_KEEPING,
            Self::NoSound => NO_SOUND,
            Self::WrongPurpose => WRONG_PURPOSE,
            Self::BadSpan => BAD_SPAN,
            Self::NoPurpose => NO_PURPOSE,
            Self::NotOfAHome => NOT_OF_A_HOUSEHOLD,
            Self::OfAHome => OF_A_HOUSEHOLD,
            Self::NotAsked => NOT_ASKED,
            Self::JoinedLater => JOINED_LATER,
            Self::SamePerson => SECOND_PERSON_NEEDED,
            Self::NotAtThisStage => NOT_AT_THIS_STAGE,
            Self::NotOfResidents => NOT_OF_RESIDENTS,
            Self::NoMajority => NO_MAJORITY,
            Self::LinkOver => LINK_OVER,
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
            Self::OutOfRange { field, least, most } => {
                vec![
                    Field::new(*field, "not_within")
                        .with("least", u64::from(*least))
                        .with("most", u64::from(*most)),
                ]
            }
            Self::Shut { camera, why } => vec![Field::new(camera.to_string(), shut(*why))],
            Self::CaseNeeded => vec![Field::new("case", "case_needed")],
            Self::OrderNeeded => vec![Field::new("order", "order_needed")],
            Self::BadCopy => vec![Field::new("copy", "bad_copy")],
            Self::LongerKeeping => vec![Field::new("keep_hours", "longer_keeping")],
            Self::NoSound => vec![Field::new("sound", "no_sound")],
            Self::InTheOpen => vec![Field::new("transport", "udp_in_the_open")],
            _ => Vec::new(),
        }
    }
}

/// What a field says of a camera that is shut; its text is `field-CODE`.
const fn shut(why: Shut) -> &'static str {
    match why {
        Shut::NoConsent => "camera_no_consent",
        Shut::NotForThis => "camera_not_for_this",
        Shut::NotThisWay => "camera_not_this_way",
        Shut::NotNow => "camera_not_now",
        Shut::Over => "camera_consent_over",
        Shut::Paused => "camera_paused",
        Shut::NotMasked => "camera_not_masked",
        Shut::OnlyAsCopy => "camera_only_as_copy",
        Shut::NoAlarm => "camera_no_alarm",
        Shut::OrderNotLive => "camera_order_not_live",
        Shut::NotYours => "camera_not_yours",
        Shut::NotVoted => "camera_not_voted",
        Shut::NotYourVillage => "camera_not_your_village",
        Shut::Objected => "camera_objected",
        Shut::ResidentsOnlyLive => "camera_residents_only_live",
        Shut::TakenDown => "camera_taken_down",
    }
}

impl Explain for NoFootage {
    fn kind(&self) -> Kind {
        match self {
            Self::NotRecording => NOT_RECORDING,
            Self::Footage(FootageError::Database(_)) => NOT_SAVED,
            Self::Footage(FootageError::File(error)) if TierError::of(error).is_some() => STORE_AWAY,
            Self::Footage(_) | Self::Stopping => FAILED,
        }
    }
}

impl Explain for NoCertificate {
    fn kind(&self) -> Kind {
        NO_CERTIFICATE
    }

    fn fields(&self) -> Vec<Field> {
        let field = match self {
            Self::Pictures => "url",
            Self::Onvif => "onvif",
        };
        vec![Field::new(field, "no_certificate_shown")]
    }
}

impl Explain for WatchActError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(error) => error.kind(),
            Self::Commit(error) => error.kind(),
            Self::Read(_) => FAILED,
            Self::Footage(error) => error.kind(),
            Self::NoKey => NO_CAMERA_KEY,
        }
    }

    fn args(&self) -> Args {
        match self {
            Self::Refused(error) => error.args(),
            _ => Args::new(),
        }
    }

    fn fields(&self) -> Vec<Field> {
        match self {
            Self::Refused(error) => error.fields(),
            _ => Vec::new(),
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
    fn why_a_camera_is_shut_is_said_in_all_languages() {
        let all = [
            Shut::NoConsent,
            Shut::NotForThis,
            Shut::NotThisWay,
            Shut::NotNow,
            Shut::Over,
            Shut::Paused,
            Shut::NotMasked,
            Shut::OnlyAsCopy,
            Shut::NoAlarm,
            Shut::OrderNotLive,
            Shut::NotYours,
            Shut::NotVoted,
            Shut::NotYourVillage,
            Shut::Objected,
            Shut::ResidentsOnlyLive,
            Shut::TakenDown,
        ];
        for code in all.map(shut) {
            let id = format!("field-{}", code.replace('_', "-"));
            assert!(Language::ALL.into_iter().all(|language| says(language, &id)), "{id}");
        }
    }
}
