//! A certificate that somebody else renews: the node takes the new one while it runs.

use crate::{
    acme::shown_by,
    kit::{Node, liengia, told, until},
};
use std::fs;

/// Signs a new certificate for this host into the node's folder, as docs/guide/certificates.md says.
pub fn sign(node: &Node, host: &str) {
    let path = |name: &str| node.folder.join(name).display().to_string();
    let tls = |arguments: &[&str]| {
        let done = liengia().arg("tls").args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", told(&done));
    };
    if !node.folder.join("ca").exists() {
        tls(&["ca", "--host", host, "--out", &path("ca")]);
    }
    tls(&["server", "--ca", &path("ca"), "--host", host, "--out", &path("etc")]);
}

/// A node with TLS by files of its own.
pub fn node_with_tls(name: &str, host: &str) -> Node {
    let node = Node::empty(name);
    sign(&node, host);
    let path = |name: &str| node.folder.join(name).display().to_string();
    let tls =
        format!("tls = {{ certificate = '{}', key = '{}' }}", path("etc/server.pem"), path("etc/server.key"));
    node.configure(&tls, "");
    node
}

/// Whether the node shows the first certificate in its file now.
fn shows_its_file(node: &Node) -> bool {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let file = fs::read_to_string(node.folder.join("etc/server.pem")).unwrap();
    let first = file.split("-----END").next().unwrap();
    bare(&shown_by(node)).contains(&bare(first))
}

#[test]
fn a_renewed_certificate_is_taken_without_a_restart() {
    let mut node = node_with_tls("renewed", "localhost");
    node.start();
    assert!(shows_its_file(&node));
    sign(&node, "localhost");
    assert!(!shows_its_file(&node), "the node has not looked yet");
    until("the node shows the new certificate", || shows_its_file(&node).then_some(()));
    node.stop();
}
