//! The page that hands the own CA's certificate to desks.

use crate::{
    http::Browser,
    kit::{Node, free, liengia, told},
};

#[test]
fn a_desk_fetches_the_certificate_from_a_page_that_serves_nothing_else() {
    let mut node = Node::empty("ca-page");
    let ca = node.folder.join("ca");
    let made = liengia().args(["tls", "ca", "--host", "localhost", "--out"]).arg(&ca).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let page = free();
    let more =
        |file: &str| format!("[http.ca]\ncertificate = \"{}\"\nlisten = \"{page}\"", ca.join(file).display());
    node.configure("", &more("ca.key"));
    let check = node.command(&["check"]);
    assert!(told(&check).contains("keep the key offline"), "{}", told(&check));
    node.configure("", &more("ca.pem"));
    node.start();
    let mut desk = Browser::new(page);
    let shown = desk.get("/");
    assert_eq!((shown.status, shown.header("set-cookie")), (200, None));
    let openssl = |arguments: &[&str], file: &std::path::Path| {
        std::process::Command::new("openssl").args(arguments).arg(file).output().unwrap()
    };
    let fetched = desk.get("/liengia-ca.crt");
    let der = node.folder.join("fetched.der");
    std::fs::write(&der, &fetched.body).unwrap();
    let print = ["x509", "-noout", "-fingerprint", "-sha256", "-inform", "DER", "-in"];
    let printed = told(&openssl(&print, &der));
    let fingerprint = printed.trim().split('=').nth(1).unwrap();
    assert!(shown.text().contains(fingerprint), "{printed}");
    for elsewhere in ["/api/session", "/metrics", "/healthz"] {
        assert_eq!(desk.get(elsewhere).status, 404, "{elsewhere}");
    }
}
