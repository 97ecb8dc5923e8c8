//! The endpoints of cameras, one file for each thing that is done.
//!
//! Promises: nobody gets a picture without a look that is in the journal; every piece of footage is asked for by that look,
//! and whether the camera may still be seen is asked anew each time. Never: an address or password in an answer.

mod camera_shown;
mod cameras;
mod delay_shown;
mod evidence;
mod footage;
mod holds;
mod imaging;
mod keeping;
mod links;
mod live;
mod looks;
mod near;
mod notices;
mod orders;
mod pages;
mod ptz;
mod public;
mod repairs;
mod residents;
mod seek;
mod share;
mod shown;
mod sightings;
mod sites;
mod trial;
mod uptime;
mod village;
mod whep;

pub use public::{SiteOpen, sites_open};

use crate::{
    acts::{Cameras, WatchActError},
    problems::{
        BAD_CAMERA_ADDRESS, BAD_COPY, BAD_OFFER, BAD_SPAN, CAMERA_OUT_OF_RANGE, CAMERA_SAYS_NO, CAMERA_SHUT,
        CAMERA_TURNED, CASE_NEEDED, JOINED_LATER, LINK_OVER, LONGER_KEEPING, NO_CAMERA, NO_CAMERA_KEY,
        NO_CERTIFICATE, NO_DELAY, NO_EXPORT, NO_FFMPEG, NO_FOOTAGE, NO_HOLD, NO_LOOK, NO_MAJORITY, NO_ORDER,
        NO_PURPOSE, NO_SIGHTING, NO_SITE, NO_SOUND, NOT_ASKED, NOT_AT_THIS_STAGE, NOT_OF_A_HOUSEHOLD,
        NOT_OF_RESIDENTS, NOT_OVER_WEBRTC, NOT_PUT_OFF, NOT_RECORDING, OF_A_HOUSEHOLD, ORDER_NEEDED,
        SECOND_PERSON_NEEDED, SITE_HAS_CAMERAS, STORE_AWAY, TOO_MANY_VIEWERS, WHICH_CAMERAS, WRONG_PURPOSE,
    },
    rules::{LONGEST_COPY, WatchError},
    running::Running,
    settings::Settings,
    views::{Camera, Site},
    webrtc::Webrtc,
};
use liengia_access::{Access, AccessError, Action, Caller, Permit, Routes, Target, Where};
use liengia_http::{CHANGED_MEANWHILE, Problem, WRONG_FIELDS, WRONG_MEDIA_TYPE, WRONG_QUERY};
use liengia_kernel::{CameraId, HouseholdId, PlaceId};
use liengia_register::{
    Register,
    problems::{EMPTY_TEXT, NO_HOUSEHOLD, NO_PLACE, NO_REASON},
    rules::RegisterError,
};
use utoipa_axum::routes;

/// Bytes of an order with its copy in base64, and a little more.
const LONGEST_ORDER: usize = LONGEST_COPY / 3 * 4 + 4 * 1024;

/// What the handlers of cameras share. Make one for a node, and clone it.
#[derive(Clone)]
pub struct Api {
    /// What the records say.
    pub cameras: Cameras,
    /// What is recorded and shown now.
    pub running: Running,
    /// The port of live views over WebRTC; none where the configuration names no address for it.
    pub webrtc: Option<Webrtc>,
    /// Who is where.
    pub register: Register,
    /// Who may do what.
    pub access: Access,
    /// What differs from one node to the next.
    pub settings: Settings,
}

/// The endpoints of cameras.
#[rustfmt::skip]
pub fn routes() -> Routes<Api> {
    kept().merge(shared()).merge(voted()).merge(looked()).merge(proved()).merge(told())
}

#[rustfmt::skip]
fn kept() -> Routes<Api> {
    use Action as May;
    const ANYONE: &str = "whoever is in the picture must know what it is for and whom to ask; it names nobody";
    Routes::new()
        .route(&[May::ReadSites], routes!(sites::list_sites), &[WRONG_QUERY])
        .route(&[May::KeepSites], routes!(sites::add_site), 
            &[EMPTY_TEXT, NO_PLACE, CAMERA_OUT_OF_RANGE, LONGER_KEEPING, NO_SOUND, WRONG_FIELDS])
        .route(&[May::KeepSites], routes!(sites::correct_site),
            &[NO_SITE, EMPTY_TEXT, NO_PLACE, NO_REASON, CAMERA_OUT_OF_RANGE, LONGER_KEEPING, NO_SOUND, CHANGED_MEANWHILE])
        .route(&[May::KeepSites], routes!(keeping::ask_longer),
            &[NO_SITE, NO_REASON, CAMERA_OUT_OF_RANGE, NOT_AT_THIS_STAGE])
        .route(&[May::KeepSites], routes!(keeping::agree_longer), &[NO_SITE, SECOND_PERSON_NEEDED, NOT_AT_THIS_STAGE])
        .route(&[May::KeepSites], routes!(keeping::refuse_longer), &[NO_SITE, NO_REASON, NOT_AT_THIS_STAGE])
        .route(&[May::KeepSites], routes!(sites::close_site), &[NO_SITE, NO_REASON, SITE_HAS_CAMERAS])
        .route(&[May::ReadCameras], routes!(cameras::list_cameras), &[WRONG_QUERY])
        .route(&[May::ReadCameras], routes!(cameras::list_removed), &[WRONG_QUERY])
        .route(&[May::ReadCameras], routes!(cameras::read_camera), &[NO_CAMERA])
        .route(&[May::KeepCameras], routes!(cameras::add_camera),
            &[NO_SITE, NO_HOUSEHOLD, EMPTY_TEXT, BAD_CAMERA_ADDRESS, CAMERA_OUT_OF_RANGE, NO_CAMERA_KEY, NO_CERTIFICATE])
        .route(&[May::KeepCameras], routes!(cameras::correct_camera),
            &[NO_CAMERA, NO_SITE, EMPTY_TEXT, NO_REASON, BAD_CAMERA_ADDRESS, CAMERA_OUT_OF_RANGE, CHANGED_MEANWHILE,
                NO_CAMERA_KEY, NO_CERTIFICATE])
        .route(&[May::KeepCameras], routes!(cameras::remove_camera), &[NO_CAMERA, NO_REASON])
        .route(&[May::KeepCameras], routes!(trial::try_camera), &[BAD_CAMERA_ADDRESS, NO_CAMERA, NO_CAMERA_KEY])
        .route(&[May::KeepCameras], routes!(seek::seek_cameras), &[])
        .route(&[May::KeepCameras], routes!(seek::ask_camera), &[BAD_CAMERA_ADDRESS, CAMERA_SAYS_NO])
        .route(&[May::KeepCameras], routes!(imaging::read_imaging),
            &[NO_CAMERA, OF_A_HOUSEHOLD, CAMERA_SAYS_NO, NO_CAMERA_KEY])
        .route(&[May::KeepCameras], routes!(imaging::set_imaging),
            &[NO_CAMERA, OF_A_HOUSEHOLD, CAMERA_SAYS_NO, CAMERA_OUT_OF_RANGE, NO_CAMERA_KEY])
        .route(&[May::KeepCameras], routes!(repairs::take_repair), &[NO_CAMERA, BAD_SPAN, NOT_AT_THIS_STAGE])
        .route(&[May::ReadCameras], routes!(repairs::read_disks), &[])
        .route(&[May::ReadCameras], routes!(uptime::read_uptime), &[NO_CAMERA])
        .public(ANYONE, routes!(pages::list_page), &[])
        .public(ANYONE, routes!(pages::site_page), &[NO_SITE])
        .public(ANYONE, routes!(pages::sign_page), &[NO_SITE])
        .public(ANYONE, routes!(pages::style), &[])
        .public(ANYONE, routes!(public::read_sites), &[])
        .public(ANYONE, routes!(public::read_site), &[NO_SITE])
}

#[rustfmt::skip]
fn shared() -> Routes<Api> {
    use Action as May;
    Routes::new()
        .route(&[May::ShareCamera], routes!(share::give_consent),
            &[NO_CAMERA, NOT_OF_A_HOUSEHOLD, JOINED_LATER, NO_PURPOSE, WRONG_PURPOSE, BAD_SPAN, CAMERA_OUT_OF_RANGE])
        .route(&[May::ShareCamera], routes!(share::withdraw_consent), &[NO_CAMERA, NOT_OF_A_HOUSEHOLD])
        .route(&[May::ShareCamera], routes!(share::pause), &[NO_CAMERA, NOT_OF_A_HOUSEHOLD])
        .route(&[May::ShareCamera], routes!(share::resume), &[NO_CAMERA, NOT_OF_A_HOUSEHOLD, JOINED_LATER])
        .route(&[May::ShareCamera, May::KeepCameras], routes!(share::draw_masks),
            &[NO_CAMERA, CAMERA_OUT_OF_RANGE, JOINED_LATER])
        .route(&[May::AskToReaim], routes!(share::ask_to_reaim), &[NO_CAMERA, NOT_OF_A_HOUSEHOLD, NO_REASON])
        .route(&[May::ShareCamera], routes!(share::answer_reaim), &[NO_CAMERA, NOT_OF_A_HOUSEHOLD, NOT_ASKED])
        .route(&[May::ReadLooks], routes!(looks::list_looks), &[NO_CAMERA, WRONG_QUERY])
}

#[rustfmt::skip]
fn voted() -> Routes<Api> {
    use Action as May;
    Routes::new()
        .route(&[May::KeepResidentsView], routes!(residents::read_residents_view), &[NO_SITE])
        .route(&[May::KeepResidentsView], routes!(residents::ask_residents_view),
            &[NO_SITE, NOT_OF_RESIDENTS, NO_MAJORITY, WHICH_CAMERAS, CAMERA_OUT_OF_RANGE, BAD_SPAN, EMPTY_TEXT])
        .route(&[May::KeepResidentsView], routes!(residents::agree_residents_view),
            &[NO_SITE, SECOND_PERSON_NEEDED, NOT_AT_THIS_STAGE])
        .route(&[May::KeepResidentsView], routes!(residents::end_residents_view), &[NO_SITE, NO_REASON, NOT_AT_THIS_STAGE])
        .route(&[May::LookAsResident], routes!(village::list_village_cameras), &[WRONG_QUERY])
        .route(&[May::ObjectToView], routes!(village::object_to_view), &[NO_CAMERA, NOT_OF_RESIDENTS])
        .route(&[May::ObjectToView], routes!(village::withdraw_objection), &[JOINED_LATER, NO_CAMERA, NOT_OF_RESIDENTS])
}

#[rustfmt::skip]
fn looked() -> Routes<Api> {
    use Action as May;
    const LOOKING: &[Action] = &[May::WatchCameras, May::ShareCamera, May::LookAsResident];
    const LINK: &str = "a player has no session: the link is the secret, for as long as its look is open";
    Routes::new()
        .route(LOOKING, routes!(looks::open_look),
            &[NO_CAMERA, CAMERA_SHUT, WHICH_CAMERAS, CASE_NEEDED, ORDER_NEEDED, NO_ORDER, NO_DELAY, NOT_PUT_OFF,
                WRONG_PURPOSE, BAD_SPAN, TOO_MANY_VIEWERS, NOT_OF_RESIDENTS, JOINED_LATER])
        .route(LOOKING, routes!(looks::end_look), &[NO_LOOK])
        .route(LOOKING, routes!(live::live),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, TOO_MANY_VIEWERS, NOT_RECORDING, WRONG_QUERY])
        .route(LOOKING, routes!(whep::whep),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, TOO_MANY_VIEWERS, NOT_RECORDING, NOT_OVER_WEBRTC, BAD_OFFER, WRONG_MEDIA_TYPE,
                WRONG_QUERY])
        .route(LOOKING, routes!(whep::end_whep), &[NO_LOOK])
        .route(&[May::WatchCameras, May::ShareCamera], routes!(footage::timeline),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, BAD_SPAN, WRONG_QUERY])
        .route(&[May::WatchCameras, May::ShareCamera], routes!(footage::fragments),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, BAD_SPAN, WRONG_QUERY])
        .route(&[May::WatchCameras, May::ShareCamera], routes!(footage::playlist),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, BAD_SPAN, NO_FOOTAGE, WRONG_QUERY])
        .route(&[May::WatchCameras, May::ShareCamera], routes!(footage::file),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, NO_FOOTAGE, STORE_AWAY])
        .route(&[May::WatchCameras, May::ShareCamera], routes!(footage::still),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, NO_FOOTAGE, STORE_AWAY, WRONG_QUERY])
        .route(&[May::WatchCameras, May::ShareCamera], routes!(links::make_link), &[NO_LOOK, NO_CAMERA, CAMERA_SHUT])
        .public(LINK, routes!(links::link_playlist), &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, BAD_SPAN, NO_FOOTAGE])
        .public(LINK, routes!(links::link_file),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, BAD_SPAN, NO_FOOTAGE, STORE_AWAY])
        .route(&[May::WatchCameras], routes!(ptz::read_turns),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, OF_A_HOUSEHOLD, WRONG_QUERY, NO_CAMERA_KEY])
        .route(&[May::WatchCameras], routes!(ptz::move_camera),
            &[NO_LOOK, NO_CAMERA, CAMERA_SHUT, OF_A_HOUSEHOLD, CAMERA_TURNED, CAMERA_SAYS_NO, NO_CAMERA_KEY])
        .route(&[May::WatchCameras], routes!(near::near_cameras), &[])
        .route(&[May::NoteSighting], routes!(sightings::note_sighting), &[NO_CAMERA, BAD_SPAN])
        .route(&[May::NoteSighting], routes!(sightings::end_sighting), &[NO_SIGHTING, NO_REASON, NOT_AT_THIS_STAGE])
        .route(&[May::ReadSightings], routes!(sightings::list_sightings), &[WRONG_QUERY])
        .route(&[May::ReadSightings], routes!(sightings::count_sightings), &[])
}

#[rustfmt::skip]
fn proved() -> Routes<Api> {
    use Action as May;
    const PARCEL: &str = "a browser that saves a file sends no more than its address: the link is the secret, and gives the file once";
    Routes::new()
        .route(&[May::HoldFootage], routes!(holds::place_hold), &[NO_CAMERA, WHICH_CAMERAS, CASE_NEEDED, NO_REASON, BAD_SPAN])
        .route(&[May::HoldFootage], routes!(holds::end_hold), &[NO_HOLD, NO_REASON])
        .route(&[May::ReadEvidence], routes!(holds::list_holds), &[WRONG_QUERY])
        .route(&[May::AskExport], routes!(evidence::ask_export),
            &[NO_CAMERA, CAMERA_SHUT, WHICH_CAMERAS, CASE_NEEDED, ORDER_NEEDED, NO_ORDER, NO_DELAY, NOT_PUT_OFF,
                WRONG_PURPOSE, BAD_SPAN, NO_REASON, CAMERA_OUT_OF_RANGE, NO_FFMPEG])
        .route(&[May::DecideExport], routes!(evidence::approve_export),
            &[NO_EXPORT, NO_CAMERA, CAMERA_SHUT, SECOND_PERSON_NEEDED, NOT_AT_THIS_STAGE])
        .route(&[May::DecideExport], routes!(evidence::refuse_export),
            &[NO_EXPORT, SECOND_PERSON_NEEDED, NOT_AT_THIS_STAGE, NO_REASON])
        .route(&[May::ReadEvidence], routes!(evidence::list_exports), &[WRONG_QUERY])
        .route(&[May::AskExport], routes!(evidence::link_export),
            &[NO_EXPORT, NO_CAMERA, CAMERA_SHUT, NOT_AT_THIS_STAGE, LINK_OVER])
        .public(PARCEL, routes!(evidence::fetch_export), &[NO_EXPORT, CAMERA_SHUT, LINK_OVER])
}

#[rustfmt::skip]
fn told() -> Routes<Api> {
    use Action as May;
    const COUNTS: &str = "how often telling people is put off must be known to all; it names nobody and no camera";
    Routes::new()
        .route_within(LONGEST_ORDER, &[May::KeepOrders], routes!(orders::keep_order), &[EMPTY_TEXT, BAD_COPY])
        .route(&[May::ReadEvidence], routes!(orders::list_orders), &[WRONG_QUERY])
        .route(&[May::ReadEvidence], routes!(orders::read_order), &[NO_ORDER])
        .route(&[May::AskDelay], routes!(notices::ask_delay),
            &[NO_CAMERA, WHICH_CAMERAS, CASE_NEEDED, ORDER_NEEDED, NO_ORDER, WRONG_PURPOSE, NO_REASON])
        .route(&[May::DecideDelay], routes!(notices::agree_delay),
            &[NO_DELAY, NO_CAMERA, SECOND_PERSON_NEEDED, NOT_AT_THIS_STAGE])
        .route(&[May::DecideDelay], routes!(notices::refuse_delay),
            &[NO_DELAY, NO_CAMERA, SECOND_PERSON_NEEDED, NOT_AT_THIS_STAGE, NO_REASON])
        .route(&[May::AskDelay], routes!(notices::renew_delay), &[NO_DELAY, NO_CAMERA, NOT_AT_THIS_STAGE, NO_REASON])
        .route(&[May::AskDelay], routes!(notices::give_notice), &[NO_DELAY, NO_CAMERA, NOT_AT_THIS_STAGE])
        .route(&[May::ReadEvidence], routes!(notices::list_delays), &[WRONG_QUERY])
        .public(COUNTS, routes!(notices::count_delays), &[])
}

impl Api {
    /// The whole of a node's cameras again where something about them changed: what is recorded follows at once.
    async fn settled(&self) {
        if let Err(error) = self.running.align(&self.cameras).await {
            tracing::error!(%error, "what is recorded does not follow what was decided; it is tried again");
        }
    }

    /// A camera and its site, as this caller may do this with it; a home's own people as its own.
    async fn camera_for(
        &self,
        caller: &Caller,
        action: Action,
        id: CameraId,
    ) -> Result<(Camera, Permit), Problem> {
        let camera = self.cameras.camera(id).await?;
        let permit = caller.permit(action, self.target(&camera).await?)?;
        Ok((camera, permit))
    }

    /// The same where its footage is enough, which one that was taken down may have left: that is its home's, and the whole
    /// commune's to decide about.
    async fn footage_for(
        &self,
        caller: &Caller,
        action: Action,
        id: CameraId,
    ) -> Result<(Camera, Permit), Problem> {
        let camera = self.cameras.cameras(&[id]).await?.pop().ok_or(WatchError::NoCamera(id))?;
        let permit = match camera.removed_at {
            None => caller.permit(action, self.target(&camera).await?)?,
            Some(_) => left_permit(caller, action, &camera)?,
        };
        Ok((camera, permit))
    }

    /// Where a camera stands: in its home, or in the place of its site; that of a home that is no more, too.
    async fn target(&self, camera: &Camera) -> Result<Target, WatchActError> {
        let there = |home: &HouseholdId| self.access.tree(|tree| tree.household(*home).is_some());
        if let Some(home) = camera.facts.owner.household().filter(there) {
            return Ok(Target::household(home));
        }
        Ok(Target::place(self.cameras.site(camera.facts.site).await?.facts.place))
    }

    /// Whether a camera stands where the caller may look.
    fn within(&self, reach: &Where, camera: &Camera, sites: &[Site]) -> bool {
        let home = camera.facts.owner.household().map(Into::into);
        let site = sites.iter().find(|site| site.site == camera.facts.site);
        let node = home.or(site.map(|site| site.facts.place.into()));
        let inside = |node| self.access.tree(|tree| reach.nodes.iter().any(|seat| tree.within(*seat, node)));
        reach.everywhere || node.is_some_and(inside)
    }

    /// Refuses a place that is not in the tree.
    fn known_place(&self, place: PlaceId) -> Result<(), RegisterError> {
        let known = self.access.tree(|tree| tree.place(place).is_some());
        if known { Ok(()) } else { Err(RegisterError::NoPlace(place)) }
    }

    /// What a place is called.
    fn place_name(&self, place: PlaceId) -> String {
        self.access.tree(|tree| tree.place(place).map(|place| place.name.clone())).unwrap_or_default()
    }
}

/// The permit for what a camera left that was taken down.
fn left_permit(caller: &Caller, action: Action, camera: &Camera) -> Result<Permit, AccessError> {
    let home = camera.facts.owner.household().map(Target::household);
    let own = home.and_then(|home| caller.permit(action, home).ok());
    own.map_or_else(|| caller.permit_over_the_whole(action), Ok)
}
