//! The language of the caller.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::ACCEPT_LANGUAGE, request::Parts},
};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// A language that the program speaks.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Language {
    /// Vietnamese, where nothing else is asked for.
    #[default]
    Vi,
    /// English.
    En,
    /// Indonesian.
    Id,
}

impl Language {
    /// All of them, in the order of the texts' folders.
    pub const ALL: [Self; 3] = [Self::Vi, Self::En, Self::Id];

    /// Its tag: `vi`, `en`, `id`.
    pub fn tag(self) -> &'static str {
        self.into()
    }

    /// The language that the caller likes best among ours.
    pub fn of(headers: &HeaderMap) -> Self {
        headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map_or(Self::Vi, Self::best)
    }

    /// The best of an `Accept-Language` text; the earlier one where two are liked equally.
    fn best(accepted: &str) -> Self {
        let mut best = (0_u16, Self::Vi);
        for wish in accepted.split(',').take(MAX_WISHES) {
            let (tag, weight) = wish.split_once(';').unwrap_or((wish, "q=1"));
            let primary = tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
            let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(0.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 0..=1000"
            )]
            let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
            if let Ok(language) = primary.parse()
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// Most wishes that are read from one header.
const MAX_WISHES: usize = 16;

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, Id, Vi};

    #[test]
    fn the_heaviest_wish_that_we_speak_wins() {
        assert_eq!(Language::best("fr, en;q=0.8, id;q=0.9"), Id);
        assert_eq!(Language::best("en-GB,en;q=0.9,vi;q=0.8"), En);
        assert_eq!(Language::best("EN"), En);
    }

    #[test]
    fn whoever_asks_for_none_of_ours_reads_vietnamese() {
        for nonsense in ["", "fr", "*", "en;q=0", ";;;,,", "en;q=nan", "en;q=x"] {
            assert_eq!(Language::best(nonsense), Vi, "{nonsense}");
        }
    }
}
