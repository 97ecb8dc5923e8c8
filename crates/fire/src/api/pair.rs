//! `POST /api/pair`: a device shows its code, and is told where to connect and with what.

use super::Api;
use crate::problems::{NO_PAIRING, TOO_MANY_CODES_TRIED};
use axum::{Extension, Json, extract::State};
use liengia_http::{Body, Peer, Problem};
use liengia_kernel::{DeviceId, Pii, shown};
use liengia_paper::Code;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A code.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PairingCode {
    /// Its six words, as they were typed.
    words: Pii<String>,
    /// The device has a second sound, so that a drill cannot be taken for a fire.
    #[serde(default)]
    second_sound: bool,
}

/// A device that was paired. The password is told once and kept nowhere.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PairedDevice {
    /// Its id.
    pub device: DeviceId,
    /// Where it connects.
    pub mqtt: MqttPlace,
}

/// Where a device connects, and as whom.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MqttPlace {
    /// The host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it is TLS.
    pub tls: bool,
    /// The port without TLS, where there is one besides: for makes that cannot speak TLS.
    pub plain_port: Option<u16>,
    /// The user name.
    pub username: String,
    /// The password.
    #[serde(serialize_with = "shown")]
    pub password: Pii<String>,
    /// The device's topics, by what they are for.
    pub topics: BTreeMap<String, String>,
}

/// Pairs the device that shows a code. A code is used once.
#[utoipa::path(post, path = "/api/pair", tag = "fire", request_body = PairingCode,
    responses((status = 200, body = PairedDevice)))]
pub async fn pair(
    State(api): State<Api>,
    peer: Option<Extension<Peer>>,
    Body(input): Body<PairingCode>,
) -> Result<Json<PairedDevice>, Problem> {
    let from = peer.map(|Extension(Peer(address))| address);
    let now = api.alarms.now();
    let tries = api.memory.tries();
    tries.pass(from, now.steady).map_err(|wait| Problem::new(TOO_MANY_CODES_TRIED).after(wait))?;
    let code: Code = input.words.expose().parse().map_err(|_| Problem::new(NO_PAIRING))?;
    let context = api.kit.by_itself(now.wall);
    let (commit, paired) = api.kit.pair(&context, &code.to_bytes(), input.second_sound).await?;
    let receipt = api.kit.journal.commit(commit).await.map_err(used)?;
    tries.was_right(from);
    api.followed(&receipt.entries).await;
    // The device connects as soon as it has read the answer.
    api.admitted(&receipt.entries).await;
    let mqtt = &api.settings.mqtt;
    let topics = (mqtt.topics)(paired.device);
    Ok(Json(PairedDevice {
        device: paired.device,
        mqtt: MqttPlace {
            host: mqtt.host.to_string(),
            port: mqtt.port,
            tls: mqtt.tls,
            plain_port: mqtt.plain_port,
            username: paired.device.to_string(),
            password: Pii::new(paired.secret.expose().to_owned()),
            topics: topics.into_iter().map(|(what, topic)| (what.to_owned(), topic)).collect(),
        },
    }))
}

/// Another device showed the same code at the same moment.
fn used(error: liengia_journal::CommitError) -> Problem {
    match error {
        liengia_journal::CommitError::KeyReused => Problem::new(NO_PAIRING),
        other => other.into(),
    }
}
