//! Profiles as several makers write them.

use super::*;
use crate::onvif::xml;

fn profiles(text: &str, read: fn(&Element, bool) -> Option<Profile>) -> Vec<Profile> {
    let answer = xml::read(text.as_bytes()).unwrap();
    answer.all("Profiles").filter_map(|profile| read(profile, true)).collect()
}

/// Media2 with prefixes, attributes in another order, a number with a point, and a name in CDATA.
const MODERN: &str = "<tr2:GetProfilesResponse xmlns:tr2='a' xmlns:tt='b'><tr2:Profiles fixed=\"true\" token=\"Profile_1\">\
    <tr2:Name><![CDATA[Luồng <chính>]]></tr2:Name><tr2:Configurations><tr2:VideoSource token=\"VideoSourceToken\">\
    <tt:Name>x</tt:Name><tt:SourceToken>VideoSource_1</tt:SourceToken></tr2:VideoSource>\
    <tr2:VideoEncoder Profile=\"Main\" GovLength=\"50\" token=\"e\"><tt:Encoding>H265</tt:Encoding><tt:Resolution>\
    <tt:Width>2560</tt:Width><tt:Height>1440</tt:Height></tt:Resolution><tt:RateControl ConstantBitRate=\"false\">\
    <tt:FrameRateLimit>25.0</tt:FrameRateLimit><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl></tr2:VideoEncoder>\
    <tr2:PTZ token=\"p\"/></tr2:Configurations></tr2:Profiles>\
    <tr2:Profiles token=\"empty\"><tr2:Name/></tr2:Profiles><tr2:Profiles><tr2:Name>no token</tr2:Name></tr2:Profiles>\
    </tr2:GetProfilesResponse>";

/// Media by default namespaces, with blanks around everything.
const OLDER: &str = "<GetProfilesResponse xmlns=\"http://www.onvif.org/ver10/media/wsdl\">\n<Profiles token='000'>\n\
    <Name xmlns=\"http://www.onvif.org/ver10/schema\"> main\n</Name>\n\
    <VideoSourceConfiguration xmlns=\"http://www.onvif.org/ver10/schema\" token=\"v&amp;0\"><SourceToken>s</SourceToken>\
    </VideoSourceConfiguration><VideoEncoderConfiguration xmlns=\"http://www.onvif.org/ver10/schema\" token=\"0\">\
    <Encoding> H264 </Encoding><Resolution><Width>\n704\n</Width><Height>576</Height></Resolution><RateControl>\
    <FrameRateLimit>15</FrameRateLimit><EncodingInterval>1</EncodingInterval><BitrateLimit>512</BitrateLimit></RateControl>\
    <H264><GovLength>30</GovLength><H264Profile>Main</H264Profile></H264></VideoEncoderConfiguration></Profiles>\
    <Profiles token='j'><VideoEncoderConfiguration><Encoding>JPEG</Encoding><Resolution><Width>-5</Width>\
    <Height>99999999999</Height></Resolution><RateControl><FrameRateLimit>NaN</FrameRateLimit></RateControl>\
    </VideoEncoderConfiguration></Profiles></GetProfilesResponse>";

#[test]
fn profiles_are_read_whatever_their_maker() {
    let modern_ones = profiles(MODERN, modern);
    assert_eq!(modern_ones.len(), 2);
    let first = Profile {
        token: "Profile_1".into(),
        name: "Luồng <chính>".into(),
        codec: Codec::H265,
        width: 2560,
        height: 1440,
        pictures_per_s: Some(25.0),
        kilobits_per_s: Some(4096),
        key_interval: Some(50),
        has_ptz: true,
        configuration: Some("VideoSourceToken".into()),
        source: Some("VideoSource_1".into()),
    };
    assert_eq!(modern_ones[0], first);
    assert_eq!((modern_ones[1].codec, modern_ones[1].pixels()), (Codec::Other, 0));
    let older_ones = profiles(OLDER, older);
    let first = &older_ones[0];
    assert_eq!((first.codec, first.width, first.height), (Codec::H264, 704, 576));
    assert_eq!((first.name.as_str(), first.configuration.as_deref()), ("main", Some("v&0")));
    assert_eq!((first.kilobits_per_s, first.key_interval, first.has_ptz), (Some(512), Some(30), false));
    let odd = &older_ones[1];
    assert_eq!((odd.codec, odd.width, odd.height, odd.pictures_per_s), (Codec::Other, 0, 0, None));
}

#[test]
fn an_answer_cut_anywhere_is_no_answer() {
    for text in [MODERN, OLDER] {
        for end in 0..text.len() {
            assert_eq!(xml::read(&text.as_bytes()[..end]), None, "{end}");
        }
    }
}

#[test]
fn the_largest_is_recorded_and_a_small_one_looked_at() {
    let profile = |token: &str, codec, width, height| Profile {
        token: token.into(),
        codec,
        width,
        height,
        ..profiles(OLDER, older)[1].clone()
    };
    let picked = |profiles: &[Profile]| {
        let (main, sub) = pick(profiles);
        [main, sub].map(|profile| profile.map_or("none".to_owned(), |profile| profile.token.clone()))
    };
    let large = profile("large", Codec::H264, 1920, 1080);
    let huge = profile("huge", Codec::H265, 3840, 2160);
    let small = profile("small", Codec::H264, 640, 360);
    let tiny = profile("tiny", Codec::H264, 320, 240);
    let other = profile("other", Codec::Other, 4000, 3000);
    let all = [tiny.clone(), other.clone(), small.clone(), huge.clone(), large.clone()];
    assert_eq!(picked(&all), ["large", "small"]);
    assert_eq!(picked(&[huge.clone(), other.clone()]), ["huge", "none"]);
    assert_eq!(picked(&[small.clone(), huge]), ["small", "none"]);
    assert_eq!(picked(&[tiny, small]), ["small", "tiny"]);
    assert_eq!(picked(&[large.clone(), profile("twin", Codec::H264, 1920, 1080)]), ["large", "none"]);
    assert_eq!(picked(&[other]), ["none", "none"]);
    assert_eq!(picked(&[]), ["none", "none"]);
}
