//! The public pages of cameras: what each is for, whom to ask, how often somebody looked; and the sign that hangs beside it.
//!
//! Promises: plain HTML without script or cookie, readable without an account and on paper. Everything that comes from the
//! records is written as text, never as HTML.

mod looked;

use super::{
    Api,
    notices::delays_open,
    public::{SiteOpen, sites_open},
};
use crate::rules::{Shut, WatchError};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse as _, Response},
};
use liengia_http::{Args, Language, Path, Problem, say};
use liengia_kernel::{SiteId, Timestamp};
use liengia_paper::qr_svg;
use std::fmt::Write as _;

const STYLE: &str = include_str!("pages.css");

/// All public sites, and the key under footage that is handed out.
#[utoipa::path(get, path = "/cameras", tag = "watch",
    responses((status = 200, description = "a page", content_type = "text/html")))]
pub async fn list_page(State(api): State<Api>, headers: HeaderMap) -> Result<Response, Problem> {
    let language = Language::of(&headers);
    let sites = sites_open(&api, None).await?;
    let mut body = String::new();
    let title = word(language, "public-cameras");
    // Writing to a String cannot fail, here and below.
    let _ = write!(body, "<h1>{title}</h1><p>{}</p><ul>", word(language, "public-cameras-why"));
    for site in &sites {
        let (name, place) = (text(&site.name), text(&site.place_name));
        let purpose = word(language, &format!("site-purpose-{}", site.purpose).replace('_', "-"));
        let _ = write!(body, "<li><a href=\"/cameras/{}\">{name}</a>, {place}: {purpose}</li>", site.id);
    }
    body.push_str("</ul>");
    let put_off = delays_open(&api).await?;
    let counts = Args::from([("now", put_off.now.into()), ("year", put_off.year.into())]);
    let (name, counted) =
        (word(language, "public-delays"), text(&say(language, "public-delays-counted", &counts)));
    let _ = write!(body, "<h2>{name}</h2><p>{counted}</p>");
    if let Some(key) = api.running.public_key() {
        let (name, why) = (word(language, "public-export-key"), word(language, "public-export-key-why"));
        let _ = write!(body, "<h2>{name}</h2><p>{why}</p><p><code>{key}</code></p>");
    }
    Ok(page(language, &title, &body))
}

/// One public site.
#[utoipa::path(get, path = "/cameras/{id}", tag = "watch", params(("id" = SiteId, Path)),
    responses((status = 200, description = "a page", content_type = "text/html")))]
pub async fn site_page(
    State(api): State<Api>,
    Path(id): Path<SiteId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let language = Language::of(&headers);
    let site = one(&api, id).await?;
    let mut body = format!("<h1>{}</h1>", text(&site.name));
    facts(&mut body, language, &site);
    residents(&mut body, language, &site, api.settings.utc_offset_hours);
    let _ = write!(body, "<h2>{}</h2>", word(language, "public-cameras-here"));
    for camera in &site.cameras {
        let _ = write!(body, "<h3>{}</h3>", text(&camera.name));
        let sees = Args::from([
            ("direction", u64::from(camera.direction).into()),
            ("reach", u64::from(camera.reach_m).into()),
        ]);
        let _ = write!(body, "<p>{}</p>", text(&say(language, "public-camera-sees", &sees)));
        if let Some(since) = camera.out_of_order_since {
            let when = since.at_offset(api.settings.utc_offset_hours).date().to_string();
            let said = say(language, "public-camera-dead", &Args::from([("date", when.into())]));
            let _ = write!(body, "<p><strong>{}</strong></p>", text(&said));
        }
        if let Some(percent) = camera.recorded_percent {
            let said = say(language, "public-camera-recorded", &Args::from([("percent", percent.into())]));
            let _ = write!(body, "<p>{}</p>", text(&said));
        }
        if let Some(why) = camera.residents_shut {
            let _ = write!(body, "<p>{}</p>", word(language, shut_to_residents(why)));
        }
        looked::looks(&mut body, language, &camera.looks, api.settings.utc_offset_hours);
    }
    let sign = word(language, "public-sign");
    let _ = write!(
        body,
        "<p><a href=\"/cameras/{id}/sign\">{sign}</a></p><p><a href=\"/cameras\">{}</a></p>",
        word(language, "public-cameras")
    );
    Ok(page(language, &text(&site.name), &body))
}

/// The sign of a site, to be printed and hung up: in three languages, with a code that opens its page.
#[utoipa::path(get, path = "/cameras/{id}/sign", tag = "watch", params(("id" = SiteId, Path)),
    responses((status = 200, description = "a page", content_type = "text/html")))]
pub async fn sign_page(State(api): State<Api>, Path(id): Path<SiteId>) -> Result<Response, Problem> {
    let site = one(&api, id).await?;
    let address = format!("{}/cameras/{id}", api.settings.origin);
    let code = qr_svg(&address, &address).map_err(Problem::failed)?;
    let mut body = String::from("<main class=\"sign\">");
    for (place, language) in Language::ALL.into_iter().enumerate() {
        let title = word(language, "public-sign-title");
        let heading = if place == 0 { format!("<h1>{title}</h1>") } else { format!("<h2>{title}</h2>") };
        let _ = write!(body, "<section lang=\"{}\">{heading}", language.tag());
        facts(&mut body, language, &site);
        body.push_str("</section>");
    }
    let _ = write!(
        body,
        "<div class=\"code\"><p>{}</p>{code}<p>{}</p></div></main>",
        text(&site.name),
        text(&address)
    );
    Ok(page(Language::Vi, &text(&site.name), &body))
}

/// How the public pages look.
#[utoipa::path(get, path = "/cameras.css", tag = "watch",
    responses((status = 200, description = "the style of these pages", content_type = "text/css")))]
pub async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], STYLE)
        .into_response()
}

async fn one(api: &Api, id: SiteId) -> Result<SiteOpen, Problem> {
    let site = sites_open(api, Some(id)).await?.into_iter().next();
    Ok(site.ok_or(WatchError::NoSite(id))?)
}

/// What everyone may know of a site.
fn facts(body: &mut String, language: Language, site: &SiteOpen) {
    let purpose = word(language, &format!("site-purpose-{}", site.purpose).replace('_', "-"));
    let payer = word(language, &format!("site-payer-{}", site.paid_by).replace('_', "-"));
    let kept =
        text(&say(language, "public-kept", &Args::from([("hours", u64::from(site.keep_hours).into())])));
    let sound = word(language, if site.sound { "public-sound" } else { "public-no-sound" });
    body.push_str("<dl>");
    for (name, value) in [
        ("public-purpose", format!("{purpose}. {}", text(&site.words))),
        ("public-where", text(&site.place_name)),
        ("public-contact", text(&site.contact)),
        ("public-payer", payer),
        ("public-keeps", format!("{kept} {sound}")),
    ] {
        let _ = write!(body, "<dt>{}</dt><dd>{value}</dd>", word(language, name));
    }
    body.push_str("</dl>");
}

/// Whether residents may look at what they paid for, and by which vote.
fn residents(body: &mut String, language: Language, site: &SiteOpen, utc_offset_hours: i8) {
    if !site.paid_by.is_residents() {
        return;
    }
    let _ = write!(body, "<h2>{}</h2>", word(language, "public-residents"));
    let Some(open) = &site.residents else {
        let _ = write!(body, "<p>{}</p>", word(language, "public-residents-off"));
        return;
    };
    let day = |at: Timestamp| at.at_offset(utc_offset_hours).date().to_string();
    let dates = Args::from([("from", day(open.from).into()), ("until", day(open.until).into())]);
    let number = |of: u32| u64::from(of).into();
    let vote = Args::from([
        ("date", day(open.vote.held_on).into()),
        ("homes", number(open.vote.homes)),
        ("present", number(open.vote.present)),
        ("for", number(open.vote.in_favour)),
        ("against", number(open.vote.against)),
    ]);
    for said in [
        say(language, "public-residents-on", &dates),
        say(language, "public-residents-vote", &vote),
        say(language, "public-residents-how", &Args::new()),
    ] {
        let _ = write!(body, "<p>{}</p>", text(&said));
    }
}

/// Why residents may not look. How many homes object is not said, nor which.
const fn shut_to_residents(why: Shut) -> &'static str {
    match why {
        Shut::Objected => "public-residents-objected",
        Shut::NotMasked => "public-residents-not-masked",
        _ => "public-residents-not-voted",
    }
}

fn page(language: Language, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><link rel=\"stylesheet\" href=\"/cameras.css\"></head>\
         <body>{body}</body></html>",
        language.tag()
    );
    ([(header::CACHE_CONTROL, "no-cache"), (header::VARY, "accept-language")], Html(html)).into_response()
}

/// A text of ours, as HTML.
fn word(language: Language, id: &str) -> String {
    text(&say(language, id, &Args::new()))
}

/// Whatever somebody typed, as HTML that shows it.
fn text(typed: &str) -> String {
    let mut html = String::with_capacity(typed.len());
    for letter in typed.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push_str("<br>"),
            _ => html.push(letter),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{LookKind, LookPurpose, Payer, SitePurpose};
    use liengia_http::says;
    use strum::VariantArray as _;

    #[test]
    fn what_somebody_typed_is_never_html() {
        assert_eq!(text("<b a='\"'>&\n"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;<br>");
    }

    #[test]
    fn every_word_of_the_pages_is_said_in_all_languages() {
        let all = |kind: &str, words: Vec<String>| {
            words.into_iter().map(move |word| format!("{kind}-{word}").replace('_', "-")).collect::<Vec<_>>()
        };
        let ids = [
            all("site-purpose", SitePurpose::VARIANTS.iter().map(ToString::to_string).collect()),
            all("site-payer", Payer::VARIANTS.iter().map(ToString::to_string).collect()),
            all("look-purpose", LookPurpose::VARIANTS.iter().map(ToString::to_string).collect()),
            all("look-kind", LookKind::VARIANTS.iter().map(ToString::to_string).collect()),
        ];
        for id in ids.concat() {
            assert!(Language::ALL.into_iter().all(|language| says(language, &id)), "{id}");
        }
    }
}
