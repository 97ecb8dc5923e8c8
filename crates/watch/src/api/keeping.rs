//! `/api/sites/{id}/longer`: footage that is kept longer than is usual. One asks with a reason, another agrees.

use super::{Api, shown::SiteShown, sites::Why};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Permit, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{Pii, SiteId};
use serde::Deserialize;

/// How long footage is to be kept.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct LongerWanted {
    /// For how many hours: more than 72, at most 720.
    hours: u16,
    /// Why.
    reason: Pii<String>,
}

/// Asks that a site's footage be kept longer. It is not until another person agrees.
#[utoipa::path(post, path = "/api/sites/{id}/longer", tag = "watch", params(("id" = SiteId, Path)),
    request_body = LongerWanted, responses((status = 200, body = SiteShown)))]
pub async fn ask_longer(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
    Body(input): Body<LongerWanted>,
) -> Result<Json<SiteShown>, Problem> {
    let permit = api.keeper_of(&caller, id).await?;
    permit
        .commit(async || {
            let (context, asked) = (permit.context(), (permit.person(), input.hours));
            Ok::<_, Problem>((api.cameras.ask_longer(&context, id, asked, &input.reason).await?, ()))
        })
        .await?;
    Ok(Json(api.site_shown(api.cameras.site(id).await?, permit.person())))
}

/// Agrees. Never whoever asked.
#[utoipa::path(post, path = "/api/sites/{id}/longer/agree", tag = "watch", params(("id" = SiteId, Path)),
    responses((status = 200, body = SiteShown)))]
pub async fn agree_longer(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
) -> Result<Json<SiteShown>, Problem> {
    let permit = api.keeper_of(&caller, id).await?;
    permit
        .commit(async || {
            let context = permit.context();
            Ok::<_, Problem>((api.cameras.agree_longer(&context, id, permit.person()).await?, ()))
        })
        .await?;
    api.settled().await;
    Ok(Json(api.site_shown(api.cameras.site(id).await?, permit.person())))
}

/// Does not agree, or takes it back.
#[utoipa::path(post, path = "/api/sites/{id}/longer/refuse", tag = "watch", params(("id" = SiteId, Path)),
    request_body = Why, responses((status = 200, body = SiteShown)))]
pub async fn refuse_longer(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<SiteId>,
    Body(input): Body<Why>,
) -> Result<Json<SiteShown>, Problem> {
    let permit = api.keeper_of(&caller, id).await?;
    permit
        .commit(async || {
            let context = permit.context();
            let refuse = api.cameras.refuse_longer(&context, id, permit.person(), &input.reason);
            Ok::<_, Problem>((refuse.await?, ()))
        })
        .await?;
    Ok(Json(api.site_shown(api.cameras.site(id).await?, permit.person())))
}

impl Api {
    async fn keeper_of(&self, caller: &Caller, site: SiteId) -> Result<Permit, Problem> {
        let known = self.cameras.site(site).await?;
        Ok(caller.permit(Action::KeepSites, Target::place(known.facts.place))?)
    }
}
