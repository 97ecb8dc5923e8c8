//! Answers to the question who is there, of cameras and of others.

use super::*;
use proptest::prelude::*;

const ID: &str = "uuid:0a0b0c0d-0000-4000-8000-000000000001";

fn here() -> IpAddr {
    [192, 0, 2, 7].into()
}

/// As gSOAP writes it.
fn answer(addresses: &str, scopes: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV=\"a\" xmlns:wsa=\"b\" xmlns:d=\"c\">\
         <SOAP-ENV:Header><wsa:MessageID>uuid:x</wsa:MessageID><wsa:RelatesTo>urn:{ID}</wsa:RelatesTo></SOAP-ENV:Header>\
         <SOAP-ENV:Body><d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference><wsa:Address>urn:uuid:7\n</wsa:Address>\
         </wsa:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{scopes}</d:Scopes>\
         <d:XAddrs>{addresses}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )
}

fn read(text: &str) -> Vec<Found> {
    answered(text.as_bytes(), here(), ID)
}

#[test]
fn a_camera_says_where_and_what_it_is() {
    let scopes = "onvif://www.onvif.org/type/video_encoder\n onvif://www.onvif.org/hardware/DS-2CD%20x \
        onvif://www.onvif.org/name/C%E1%BB%95ng%0A%1B%5B2J%zz%";
    let found =
        read(&answer("http://[fe80::1]/onvif/device_service http://192.0.2.7/onvif/device_service", scopes));
    let expected = Found {
        host: here(),
        reference: "urn:uuid:7".into(),
        addresses: vec![Address::parse("http://192.0.2.7/onvif/device_service").unwrap()],
        name: Some("Cổng[2J%zz%".into()),
        hardware: Some("DS-2CD x".into()),
    };
    assert_eq!(found, [expected]);
}

#[test]
fn another_makers_prefixes_and_default_namespaces_do_as_well() {
    let other = format!(
        "<Envelope xmlns=\"http://www.w3.org/2003/05/soap-envelope\"><Header><RelatesTo xmlns=\"x\">{}</RelatesTo></Header>\
         <Body><ProbeMatches xmlns=\"y\"><ProbeMatch><XAddrs><![CDATA[https://192.0.2.7:8443/x]]></XAddrs>\
         <EndpointReference><Address>urn:uuid:8</Address></EndpointReference></ProbeMatch></ProbeMatches></Body></Envelope>",
        ID.to_ascii_uppercase().replace("UUID", "uuid"),
    );
    let found = read(&other);
    assert_eq!((found.len(), found[0].addresses[0].secure, found[0].addresses[0].port), (1, true, 8443));
}

#[test]
fn nobody_can_send_us_to_another_machine() {
    for elsewhere in [
        "http://192.0.2.8/onvif/device_service",
        "http://camera.example/onvif/device_service",
        "http://192.0.2.7@192.0.2.8/x",
        "http://192.0.2.7.example/x",
        "ftp://192.0.2.7/x",
        "192.0.2.7",
        "",
    ] {
        assert_eq!(read(&answer(elsewhere, "")), [], "{elsewhere}");
    }
}

#[test]
fn an_answer_to_another_question_is_none() {
    let text = answer("http://192.0.2.7/x", "");
    assert_eq!(read(&text).len(), 1);
    assert_eq!(read(&text.replace("0a0b0c0d", "0a0b0c0e")), []);
    assert_eq!(read(&probe(ID)), []);
    assert_eq!(read(&answer("http://192.0.2.7/x", &" ".repeat(LONGEST))), []);
}

#[test]
fn what_is_cut_off_is_no_camera() {
    let text = answer("http://192.0.2.7/x", "onvif://www.onvif.org/name/a");
    for end in 0..text.len() {
        assert_eq!(answered(&text.as_bytes()[..end], here(), ID), [], "{end}");
    }
}

#[test]
fn a_question_has_a_name_of_its_own() {
    assert_eq!(message_id([0xff; 16]), "uuid:ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert!(xml::read(probe(ID).as_bytes()).is_some());
}

proptest! {
    #[test]
    fn no_scopes_whatsoever_make_it_panic(scopes in "[onvif:/w.rgame%0-9é ]{0,80}") {
        let _ = read(&answer("http://192.0.2.7/x", &scopes));
        let _ = scope(&format!("onvif://www.onvif.org/{scopes}"), "name");
    }

    #[test]
    fn no_bytes_whatsoever_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(answered(&bytes, here(), ID), []);
    }
}
