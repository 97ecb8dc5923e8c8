//! Decisions about cameras: pure, from what is known and what is asked to what happened, or why not.

mod copy;
mod export;
mod hold;
mod look;
mod notice;
mod order;
mod place;
mod ptz;
mod residents;
mod share;
mod sighting;
#[cfg(test)]
pub(crate) mod testing;

pub use copy::{copy, may_hand_out};
pub use export::{EXPORT_LASTS, LINK_LASTS, approve, asked, fetched};
pub use hold::{AROUND_ALARM, LONGEST_HOLD, NEAREST, around_alarm, held, nearest_to_keep, nearest_to_look};
pub use look::{Incident, LookAsked, MAX_CAMERAS_OF_A_LOOK, Shut, may_see, opened, shows_newest};
pub use notice::{
    PUT_OFF, Stage, delay_agreed, delay_asked, delay_refused, delay_renewed, notice_given, stage, told_later,
};
pub use order::{LONGEST_COPY, media_of};
pub use place::{USUAL_HOURS, camera, keep_hours, longer_agreed, longer_asked, site};
pub use ptz::{imaging, may_move};
pub use residents::{MOST_OF_RESIDENT, longest_look, open_to_residents, residents_agreed, residents_asked};
pub use share::{consent, masks, reaim_answered};
pub use sighting::noted;

use liengia_kernel::{CameraId, DelayId, ExportId, HoldId, LookId, OrderId, SightingId, SiteId};

/// Why nothing happened.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum WatchError {
    /// There is no such site.
    #[error("there is no site {0}")]
    NoSite(SiteId),
    /// There is no such camera.
    #[error("there is no camera {0}")]
    NoCamera(CameraId),
    /// There is no such look, or it is over.
    #[error("there is no look {0}, or it is over: name the purpose again")]
    NoLook(LookId),
    /// There is no such hold, or it is over.
    #[error("there is no hold {0}, or it is over")]
    NoHold(HoldId),
    /// There is no such export.
    #[error("there is no export {0}")]
    NoExport(ExportId),
    /// There is no such sighting.
    #[error("there is no sighting {0}")]
    NoSighting(SightingId),
    /// A site with cameras cannot be closed.
    #[error("cameras still belong to this site: take them down first")]
    SiteHasCameras,
    /// Somebody changed it since it was read.
    #[error("somebody changed this meanwhile (version {found}): look at it again")]
    ChangedMeanwhile {
        /// The version now.
        found: u64,
    },
    /// The address of a camera cannot be one.
    #[error(
        "this is no address of a camera: it looks like rtsp://192.168.1.20:554/stream1, without name and password"
    )]
    BadAddress,
    /// Pictures over TLS cannot come by UDP, where they would be in the open.
    #[error("by UDP pictures cross the network in the open: choose TCP for an rtsps:// address")]
    InTheOpen,
    /// More than a camera or site can have.
    #[error("{field} must be from {least} to {most}")]
    OutOfRange {
        /// Which field.
        field: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// Somebody may not look; the field says which camera and why.
    #[error("{camera} may not be looked at: {why}")]
    Shut {
        /// Which camera.
        camera: CameraId,
        /// Why.
        why: Shut,
    },
    /// No camera, or too many.
    #[error("name 1 to {MAX_CAMERAS_OF_A_LOOK} cameras")]
    WhichCameras,
    /// The purpose needs a number.
    #[error("this purpose needs the number of the case, the request or the order")]
    CaseNeeded,
    /// An order of which no copy is kept, or one where the purpose is another.
    #[error("an order needs its copy kept, and only an order does")]
    OrderNeeded,
    /// There is no such order.
    #[error("there is no order {0}")]
    NoOrder(OrderId),
    /// A copy of an order that is no picture or document, or too long.
    #[error("a copy of an order is a PDF, JPEG or PNG of at most 2 MB")]
    BadCopy,
    /// Nobody put off telling those concerned, or not of this.
    #[error("telling those concerned was not put off for this")]
    NotPutOff,
    /// There is no such request to tell those concerned later.
    #[error("there is no request {0} to tell those concerned later")]
    NoDelay(DelayId),
    /// Keeping footage longer than is usual needs a second person.
    #[error(
        "keeping footage longer than {USUAL_HOURS} hours is asked for with a reason, and another person agrees"
    )]
    LongerKeeping,
    /// Sound where the site's purpose needs none.
    #[error("what this site is for needs no sound: record its pictures alone")]
    NoSound,
    /// The purpose does not go with what is asked.
    #[error("this cannot be done for that purpose")]
    WrongPurpose,
    /// A stretch of time that is none, too long, or in the future.
    #[error("this is no stretch of time that can be asked for")]
    BadSpan,
    /// A consent that allows nothing.
    #[error("say at least one purpose for which the camera may be used")]
    NoPurpose,
    /// It is not the camera of a household.
    #[error("this camera is not a household's")]
    NotOfAHome,
    /// It is a household's: only its own people touch it.
    #[error("this camera is a household's: only its own people turn it or set its picture")]
    OfAHome,
    /// Nobody asked the home to turn its camera.
    #[error("nobody asked you to turn this camera")]
    NotAsked,
    /// The phone joined after the camera was put up: it closes it to others, and opens nothing.
    #[error("this phone joined after the camera was put up: it can pause and withdraw, no more")]
    JoinedLater,
    /// A second person is needed.
    #[error("another person must decide this, not the one who asked")]
    SamePerson,
    /// It was decided already, or is not ready yet.
    #[error("this cannot be done at this stage: look at it again")]
    NotAtThisStage,
    /// A site that the residents did not pay for, or a camera that is not a public one of it.
    #[error("residents vote only about public cameras, in a village, that they paid for")]
    NotOfResidents,
    /// The vote did not carry.
    #[error("more than half of all homes of the village must be in favour")]
    NoMajority,
    /// The link was used, or its time is over.
    #[error("this link was used, or is too old: ask for the footage again")]
    LinkOver,
    /// A text is missing, too long or not readable.
    #[error(transparent)]
    Text(#[from] liengia_register::rules::RegisterError),
}
