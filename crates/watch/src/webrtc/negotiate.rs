//! What is agreed on with a browser: one picture, H.264, sent only.
//!
//! Promises: an offer is bounded and whatever stands in it, the answer is a value or a [`WebrtcError`]; addresses that it
//! tells are not kept, for the browser comes to us (ICE lite, RFC 8445 §2.5).

use super::{MAX_OFFER, StartError, WebrtcError, crypto};
use std::{net::SocketAddr, sync::Arc};
use str0m::{
    Candidate, IceCreds, Rtc,
    change::SdpOffer,
    config::{CryptoProvider, DtlsCert},
    format::Codec,
    media::{Media, Mid, Pt},
    rtp::{Extension, ExtensionMap},
};
use tokio::time::Instant;

/// What is offered us under other numbers: number, number for what is sent again, profile and level (RFC 6184 §8.1).
const PROFILES: [(u8, u8, u32); 5] = [
    (96, 97, 0x42_E01F),
    (98, 99, 0x42_001F),
    (100, 101, 0x4D_001F),
    (102, 103, 0x64_001F),
    (104, 105, 0x64_0C1F),
];
/// Packets that are kept for a browser which missed them: two seconds of a large picture.
const KEPT_PACKETS: usize = 1_024;

/// What is the same in all answers.
pub(super) struct Terms {
    provider: Arc<CryptoProvider>,
    certificate: DtlsCert,
    candidates: Vec<Candidate>,
}

/// One view's.
pub(super) struct Agreed {
    pub(super) rtc: Box<Rtc>,
    pub(super) mid: Mid,
    /// The numbers of what may be sent, each with its profile and level.
    pub(super) formats: Vec<(Pt, u32)>,
    pub(super) answer: String,
}

impl Terms {
    /// With a certificate made now.
    pub(super) fn new(addresses: &[SocketAddr]) -> Result<Self, StartError> {
        let candidate = |at: &SocketAddr| Candidate::host(*at, "udp").map_err(|_| StartError::Address(*at));
        let candidates = addresses.iter().map(candidate).collect::<Result<Vec<_>, _>>()?;
        if candidates.is_empty() {
            return Err(StartError::NoAddress);
        }
        Ok(Self { provider: Arc::new(crypto::provider()), certificate: crypto::certificate()?, candidates })
    }

    /// Agrees to an offer, under a name and a secret that ICE asks for.
    pub(super) fn agree(&self, offer: &str, name: &str, secret: &str) -> Result<Agreed, WebrtcError> {
        let offer = read(offer)?;
        let mut rtc = self.rtc(name, secret);
        for candidate in &self.candidates {
            rtc.add_local_candidate(candidate.clone());
        }
        let answer = rtc.sdp_api().accept_offer(offer).map_err(|_| WebrtcError::BadOffer)?.to_sdp_string();
        let mid = picture(&answer).ok_or(WebrtcError::BadOffer)?;
        let direction = rtc.media(mid).map(Media::direction);
        if !direction.is_some_and(|direction| direction.is_sending()) {
            return Err(WebrtcError::BadOffer);
        }
        let writer = rtc.writer(mid).ok_or(WebrtcError::NoH264)?;
        let h264 = writer.payload_params().filter(|params| {
            let spec = params.spec();
            spec.codec == Codec::H264 && spec.format.packetization_mode == Some(1)
        });
        let formats: Vec<_> = h264
            .map(|params| (params.pt(), params.spec().format.profile_level_id.unwrap_or(PROFILES[0].2)))
            .collect();
        if formats.is_empty() {
            return Err(WebrtcError::NoH264);
        }
        Ok(Agreed { rtc, mid, formats, answer })
    }

    fn rtc(&self, name: &str, secret: &str) -> Box<Rtc> {
        let mut extensions = ExtensionMap::empty();
        extensions.set(1, Extension::RtpMid);
        extensions.set(2, Extension::PlayoutDelay);
        let mut config = Rtc::builder()
            .set_crypto_provider(self.provider.clone())
            .set_dtls_cert(self.certificate.clone())
            .set_ice_lite(true)
            .set_local_ice_credentials(IceCreds { ufrag: name.to_owned(), pass: secret.to_owned() })
            .set_extension_map(extensions)
            .set_send_buffer_video(KEPT_PACKETS)
            .set_stats_interval(None)
            .clear_codecs();
        for (number, again, profile) in PROFILES {
            config.codec_config().add_h264(number.into(), Some(again.into()), true, profile);
        }
        Box::new(config.build(Instant::now().into_std()))
    }
}

/// Reads an offer of one picture, without the addresses in it.
fn read(offer: &str) -> Result<SdpOffer, WebrtcError> {
    if offer.len() > MAX_OFFER {
        return Err(WebrtcError::BadOffer);
    }
    let mut lines = offer.lines().filter(|line| line.starts_with("m="));
    if !lines.next().is_some_and(|line| line.starts_with("m=video ")) || lines.next().is_some() {
        return Err(WebrtcError::BadOffer);
    }
    let h264 =
        |line: &str| line.starts_with("a=rtpmap:") && line.to_ascii_uppercase().contains(" H264/90000");
    if !offer.lines().any(h264) {
        return Err(WebrtcError::NoH264);
    }
    let told = |line: &&str| !line.starts_with("a=candidate:") && *line != "a=end-of-candidates";
    let kept: String = offer.lines().filter(told).flat_map(|line| [line, "\r\n"]).collect();
    SdpOffer::from_sdp_string(&kept).map_err(|_| WebrtcError::BadOffer)
}

/// The name of the one picture in an answer.
fn picture(answer: &str) -> Option<Mid> {
    answer.lines().find_map(|line| line.strip_prefix("a=mid:")).map(|name| Mid::from(name.trim_end()))
}

/// The number under which a camera's pictures go: that of their profile, or else of one whose decoder takes them most
/// likely. Browsers decode more than they offer.
pub(super) fn choose(formats: &[(Pt, u32)], camera: [u8; 3]) -> Option<Pt> {
    let [profile, constraints, _] = camera;
    let distance = |offered: u32| {
        let [_, their_profile, their_constraints, _] = offered.to_be_bytes();
        // The second flag: what is coded so can be decoded as baseline and as main (ITU-T H.264, A.2.1).
        let constrained = (constraints ^ their_constraints) & 0x40 != 0;
        match (profile, their_profile) {
            (ours, theirs) if ours == theirs => u8::from(constrained && ours == 66),
            (66, 77) | (77, 100) => 2,
            (66, 100) => 3,
            (100, 77) => 4,
            _ => 5,
        }
    };
    formats.iter().min_by_key(|(_, offered)| distance(*offered)).map(|(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_goes_under_its_own_number_or_the_nearest() {
        let formats = [(1, 0x42_001F), (2, 0x42_E01F), (3, 0x4D_001F), (4, 0x64_001F)]
            .map(|(pt, id)| (Pt::from(pt), id));
        let chosen = |profile, constraints| choose(&formats, [profile, constraints, 40]).map(|pt| *pt);
        assert_eq!(
            [chosen(66, 0xE0), chosen(66, 0), chosen(77, 0x40), chosen(100, 0)].map(Option::unwrap),
            [2, 1, 3, 4]
        );
        assert_eq!(choose(&formats[..2], [100, 0, 31]), Some(1.into()));
        assert_eq!(choose(&formats[..3], [100, 0, 31]), Some(3.into()));
        assert_eq!(choose(&formats[3..], [66, 0, 31]), Some(4.into()));
        assert_eq!(choose(&[], [66, 0, 31]), None);
    }
}
