//! `/api/sites/{id}/residents`: what a village voted about looking at a public cluster that its residents paid for.

use super::{Api, sites::Why};
use crate::{
    event::{Masking, Owner, ResidentsVote, Vote, VotedCamera, residents_of},
    rules::WatchError,
    views::{Camera, Entered, ResidentsView, notes_of},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Permit, PlaceKind, Scope, Target};
use liengia_http::{Body, Path, Problem};
use liengia_journal::Commitment;
use liengia_kernel::{CameraId, PersonId, Pii, PlaceId, SiteId, Timestamp, shown};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a village voted, as its minutes have it.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewResidentsVote {
    /// How it voted.
    vote: Vote,
    /// About which cameras of the site.
    cameras: Vec<VotedCamera>,
    /// Until when residents may look: a year after the meeting at most.
    until: Timestamp,
    /// The number of the minutes.
    minutes: Pii<String>,
    /// What else is to be known of it.
    #[serde(default)]
    note: Pii<String>,
}

/// What residents may look at of a site.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ResidentsShown {
    /// The village in which the site is; null where it is in none, and nobody can vote.
    village: Option<PlaceId>,
    /// What that is called.
    village_name: String,
    /// How many homes and other members the register has of it, to compare with what was entered.
    homes_known: u64,
    /// The public cameras of the site.
    cameras: Vec<ResidentsCamera>,
    /// What was entered last and waits for a second person.
    asked: Option<VoteShown>,
    /// What holds at this moment.
    vote: Option<VoteShown>,
}

/// A public camera, as far as residents' viewing is concerned. How many homes object is not said, nor which.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ResidentsCamera {
    /// Its id.
    id: CameraId,
    /// What it is called.
    name: String,
    /// What becomes of what must not be seen.
    masking: Masking,
}

/// A vote that was entered.
#[derive(Serialize, utoipa::ToSchema)]
pub struct VoteShown {
    /// How the village voted.
    vote: Vote,
    /// About which cameras.
    cameras: Vec<VotedCamera>,
    /// Until when residents may look.
    until: Timestamp,
    /// The number of the minutes.
    #[serde(serialize_with = "shown")]
    minutes: Option<Pii<String>>,
    /// What was noted with it.
    #[serde(serialize_with = "shown")]
    note: Option<Pii<String>>,
    /// Who entered it.
    #[serde(serialize_with = "shown")]
    entered_by: Pii<String>,
    /// Whether that was the caller, who therefore cannot agree.
    entered_by_me: bool,
    /// When.
    entered_at: Timestamp,
    /// Who agreed.
    #[serde(serialize_with = "shown")]
    agreed_by: Option<Pii<String>>,
    /// When: since then residents may look.
    agreed_at: Option<Timestamp>,
}

/// What a village voted about a site.
#[utoipa::path(get, path = "/api/sites/{id}/residents", tag = "watch", params(("id" = SiteId, Path)),
    responses((status = 200, body = ResidentsShown)))]
pub async fn read_residents_view(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
) -> Result<Json<ResidentsShown>, Problem> {
    let permit = kept(&api, &caller, id).await?;
    api.residents_shown(id, permit.person()).await
}

/// Enters what a village voted. It holds once another person agrees; what held before goes on until then.
#[utoipa::path(post, path = "/api/sites/{id}/residents", tag = "watch", params(("id" = SiteId, Path)),
    request_body = NewResidentsVote, responses((status = 200, body = ResidentsShown)))]
pub async fn ask_residents_view(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
    Body(input): Body<NewResidentsVote>,
) -> Result<Json<ResidentsShown>, Problem> {
    let permit = kept(&api, &caller, id).await?;
    permit
        .commit(async || {
            let place = api.cameras.site(id).await?.facts.place;
            let village = api.village_of(place).ok_or(WatchError::NotOfResidents)?;
            let (vote, cameras, until) = (input.vote, input.cameras.clone(), input.until);
            let voted = ResidentsVote { village, vote, cameras, until };
            let (context, who) = (permit.context(), (id, permit.person()));
            let minutes = input.minutes.expose();
            let ask = api.cameras.ask_residents_view(&context, who, voted, minutes, &input.note);
            Ok::<_, Problem>((ask.await?, ()))
        })
        .await?;
    api.residents_shown(id, permit.person()).await
}

/// Agrees to what was entered: another person than who entered it, and with a duty over the whole commune.
#[utoipa::path(post, path = "/api/sites/{id}/residents/agree", tag = "watch", params(("id" = SiteId, Path)),
    responses((status = 200, body = ResidentsShown)))]
pub async fn agree_residents_view(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
) -> Result<Json<ResidentsShown>, Problem> {
    kept(&api, &caller, id).await?;
    let permit = caller.permit_over_the_whole(Action::KeepResidentsView)?;
    permit
        .commit(async || {
            let who = (id, permit.person());
            Ok::<_, Problem>((api.cameras.agree_residents_view(&permit.context(), who).await?, ()))
        })
        .await?;
    api.settled().await;
    api.residents_shown(id, permit.person()).await
}

/// Residents may look no longer; open views close at once. What waits for a second person ends, too.
#[utoipa::path(delete, path = "/api/sites/{id}/residents", tag = "watch", params(("id" = SiteId, Path)),
    request_body = Why, responses((status = 200, body = ResidentsShown)))]
pub async fn end_residents_view(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
    Body(input): Body<Why>,
) -> Result<Json<ResidentsShown>, Problem> {
    let permit = kept(&api, &caller, id).await?;
    permit
        .commit(async || {
            let (context, who) = (permit.context(), (id, permit.person()));
            Ok::<_, Problem>((api.cameras.end_residents_view(&context, who, &input.reason).await?, ()))
        })
        .await?;
    api.settled().await;
    api.residents_shown(id, permit.person()).await
}

async fn kept(api: &Api, caller: &Caller, id: SiteId) -> Result<Permit, Problem> {
    let place = api.cameras.site(id).await?.facts.place;
    Ok(caller.permit(Action::KeepResidentsView, Target::place(place))?)
}

impl Api {
    /// The village in which a place is.
    pub(super) fn village_of(&self, place: PlaceId) -> Option<PlaceId> {
        self.access.tree(|tree| tree.enclosing(Scope::Place(place), PlaceKind::Village))
    }

    async fn residents_shown(&self, id: SiteId, me: PersonId) -> Result<Json<ResidentsShown>, Problem> {
        let journal = &self.cameras.journal;
        let site = self.cameras.site(id).await?;
        let village = self.village_of(site.facts.place);
        let homes = village.map_or(0, |place| self.access.tree(|tree| tree.households_in(place)));
        let view = ResidentsView::find(journal, id).await?;
        let notes = notes_of(journal, residents_of(id)).await?;
        let cameras = Camera::all(journal).await?.into_iter();
        let public = |camera: &Camera| camera.facts.site == id && camera.facts.owner == Owner::Public;
        let asked = match &view.asked {
            Some(entered) => Some(self.vote_shown(entered, None, &notes, me).await?),
            None => None,
        };
        let vote = match view.in_force(&site, self.running.now()) {
            Some((entered, _)) => Some(self.vote_shown(entered, view.agreed, &notes, me).await?),
            None => None,
        };
        Ok(Json(ResidentsShown {
            village,
            village_name: village.map(|place| self.place_name(place)).unwrap_or_default(),
            homes_known: u64::try_from(homes).unwrap_or(u64::MAX),
            cameras: cameras
                .filter(public)
                .map(|camera| ResidentsCamera {
                    id: camera.camera,
                    name: camera.facts.name,
                    masking: camera.masking,
                })
                .collect(),
            asked,
            vote,
        }))
    }

    async fn vote_shown(
        &self,
        entered: &Entered,
        agreed: Option<(PersonId, Timestamp)>,
        notes: &BTreeMap<String, Pii<String>>,
        me: PersonId,
    ) -> Result<VoteShown, Problem> {
        let noted = |commitment: Commitment| notes.get(&commitment.to_string()).cloned();
        let agreed_by = match agreed {
            Some((person, _)) => Some(self.access.spoken_to(person).await?.0.unwrap_or_default()),
            None => None,
        };
        Ok(VoteShown {
            vote: entered.voted.vote,
            cameras: entered.voted.cameras.clone(),
            until: entered.voted.until,
            minutes: noted(entered.minutes),
            note: entered.note.and_then(noted),
            entered_by: self.access.spoken_to(entered.person).await?.0.unwrap_or_default(),
            entered_by_me: entered.person == me,
            entered_at: entered.at,
            agreed_by,
            agreed_at: agreed.map(|(_, at)| at),
        })
    }
}
