//! TLS with real peers.

use crate::{
    peers::{at, listen_at, publish_at, run},
    support::{Node, Paired, an_alarm},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use liengia_signal::mqtt::{BadCertificate, Certificate, Command, Heard, Kind, Profile, Sound};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let text = STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n")).into_bytes()
}

/// An authority in a file, and a certificate of it.
fn authority(name: &str) -> (PathBuf, Certificate) {
    let key = KeyPair::generate().expect("a certificate is made");
    let mut params = CertificateParams::new(Vec::new()).expect("a certificate is made");
    params.distinguished_name.push(DnType::CommonName, format!("authority {name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = params.self_signed(&key).expect("a certificate is made");
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().expect("a certificate is made");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let signed = CertificateParams::new(names)
        .expect("a certificate is made")
        .signed_by(&own, &issuer)
        .expect("a certificate is made");
    let file = std::env::temp_dir().join(format!("liengia-mqtt-{}-{name}.pem", std::process::id()));
    std::fs::write(&file, pem("CERTIFICATE", ca.der())).expect("a certificate is made");
    let certificate = Certificate {
        chain: pem("CERTIFICATE", signed.der()),
        key: pem("PRIVATE KEY", &own.serialize_der()),
    };
    (file, certificate)
}

async fn press(node: &Node, button: &Paired, ca: &Path, version: &str) -> bool {
    let address = node.broker.addresses().tls[0];
    let ca = ca.to_string_lossy();
    let args = ["--cafile", &ca, "-q", "1", "-n", "--tls-version", version];
    publish_at(address, Some(button), &button.topic("press"), &args).await.fine
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_and_a_ring_under_tls() {
    let (ca, certificate) = authority("press");
    let mut node = Node::encrypted(certificate);
    let button = node.pair(Kind::Button, Profile::Liengia);
    for version in ["tlsv1.2", "tlsv1.3"] {
        assert!(press(&node, &button, &ca, version).await, "{version}");
        assert_eq!(node.until(Heard::is_urgent).await.device, button.id);
    }
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let address = node.broker.addresses().tls[0];
    let ca_file = ca.to_string_lossy();
    let mut listener =
        listen_at(address, &bell, &["--cafile", &ca_file, "-q", "1", "-t", &bell.topic("ring")]).await;
    let alarm = an_alarm();
    let ring = Command::Ring { alarm, sound: Sound::Live, lasts: Duration::from_mins(1), origin: None };
    for _ in 0..50 {
        assert_eq!(node.broker.tell(bell.id, &ring).sent, 1);
        listener.line(&alarm.to_string()).await;
    }
    std::fs::remove_file(ca).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_used_without_a_restart() {
    let (first_ca, first) = authority("first");
    let (second_ca, second) = authority("second");
    let node = Node::encrypted(first);
    let button = node.pair(Kind::Button, Profile::Liengia);
    assert!(press(&node, &button, &first_ca, "tlsv1.3").await);
    assert!(!press(&node, &button, &second_ca, "tlsv1.3").await, "it does not know the second authority yet");
    node.broker.replace_certificate(&second).unwrap();
    assert!(press(&node, &button, &second_ca, "tlsv1.3").await);
    assert!(!press(&node, &button, &first_ca, "tlsv1.3").await);
    std::fs::remove_file(first_ca).unwrap();
    std::fs::remove_file(second_ca).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_bytes_on_the_tls_port_get_nowhere() {
    let (ca, certificate) = authority("plain");
    let mut node = Node::encrypted(certificate);
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut command = at("mosquitto_pub", node.broker.addresses().tls[0], Some(&button));
    command.args(["-t", "lg", "-m", "x"]);
    assert!(!run(command).await.fine);
    node.counted("a failed handshake", |counts| counts.tls_failed >= 1).await;
    assert!(press(&node, &button, &ca, "tlsv1.3").await);
    node.until(Heard::is_urgent).await;
    std::fs::remove_file(ca).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_certificate_is_named() {
    let (ca, good) = authority("named");
    let (_, other) = authority("other");
    std::fs::remove_file(ca).unwrap();
    let node = Node::encrypted(good.clone());
    let with = |chain: &[u8], key: &[u8]| {
        node.broker.replace_certificate(&Certificate { chain: chain.to_vec(), key: key.to_vec() })
    };
    assert!(matches!(with(b"", &good.key), Err(BadCertificate::Chain)));
    assert!(matches!(with(&good.chain, b"x"), Err(BadCertificate::Key)));
    assert!(matches!(with(&good.chain, &other.key), Err(BadCertificate::Unusable(_))));
}
