//! `POST /api/pairings`: a code with which a device becomes a household's.

use super::Api;
use crate::event::{Kind, Profile, SirenKind, Spot};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Permit, Target};
use liengia_http::{Args, Body, Problem, say};
use liengia_kernel::{DeviceId, HouseholdId, Pii, Timestamp, shown};
use liengia_paper::{Code, WORDS, qr_svg};
use serde::{Deserialize, Serialize};

/// A device that is to be paired.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewPairing {
    /// Whose it will be.
    household: HouseholdId,
    /// What it is.
    kind: Kind,
    /// How it speaks.
    profile: Profile,
    /// Where in the home it will be.
    #[serde(default = "ground_floor")]
    spot: Spot,
    /// The device whose place it takes.
    replaces: Option<DeviceId>,
    /// How it is rung, if it is a siren behind a Zigbee bridge and not of the usual kind.
    siren: Option<SirenKind>,
}

const fn ground_floor() -> Spot {
    Spot::GroundFloor
}

/// A pairing that waits for its device.
#[expect(clippy::struct_field_names, reason = "the field is the API's word")]
#[derive(Serialize, utoipa::ToSchema)]
pub struct Pairing {
    /// Its id, which is the id that the device will have.
    pub pairing: DeviceId,
    /// The code in six words, to be typed.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = Vec<String>)]
    pub words: Pii<Vec<String>>,
    /// The code as a picture, to be shown as it is.
    #[serde(serialize_with = "shown")]
    pub qr_svg: Pii<String>,
    /// When the code is over.
    pub expires_at: Timestamp,
}

/// Opens a pairing for a quarter of an hour.
///
/// The code is told in this answer alone. The same request again gives another code for the same device, and the one
/// before it opens nothing any more.
#[utoipa::path(post, path = "/api/pairings", tag = "fire", request_body = NewPairing,
    responses((status = 201, body = Pairing)))]
pub async fn open_pairing(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewPairing>,
) -> Result<(StatusCode, Json<Pairing>), Problem> {
    let permit = caller.permit(Action::KeepDevices, Target::household(input.household))?;
    let (id, code) = (DeviceId::new(permit.now(), permit.entropy()), Code::new(permit.entropy()));
    let done = permit
        .commit(async || {
            api.register.household(input.household).await?;
            let what = (input.kind, input.profile, input.spot, input.siren);
            let (household, replaces) = (input.household, input.replaces);
            let context = permit.context();
            let named = (id, code.to_bytes());
            let opening = api.kit.open_pairing(&context, (named.0, &named.1), household, what, replaces);
            let (commit, until) = opening.await?;
            Ok::<_, Problem>((commit, (id, until)))
        })
        .await?;
    let (pairing, expires_at) = done.answer;
    if done.repeated {
        api.another_code(&permit, pairing, code).await?;
    }
    let link = format!("{}/api/pair#{}", api.access.origin(), code.words().join("-"));
    let title = say(caller.language(), "fire-pairing-code", &Args::new());
    let qr_svg = Pii::new(qr_svg(&link, &title).map_err(Problem::failed)?);
    let words = Pii::new(code.words().map(str::to_owned).to_vec());
    debug_assert_eq!(words.expose().len(), WORDS);
    Ok((StatusCode::CREATED, Json(Pairing { pairing, words, qr_svg, expires_at })))
}

impl Api {
    async fn another_code(&self, permit: &Permit, pairing: DeviceId, code: Code) -> Result<(), Problem> {
        let bytes = code.to_bytes();
        let (commit, _) = self.kit.another_code(&permit.context(), (pairing, &bytes)).await?;
        self.kit.journal.commit(commit).await?;
        Ok(())
    }
}
