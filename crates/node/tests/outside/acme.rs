//! A certificate by ACME, from Debian's `pebble`, used without a restart.

use crate::kit::{Folder, Node, free, until};
use liengia_journal::testing::not_installed;
use std::{
    fs::{self, File},
    io::Write as _,
    net::{SocketAddr, TcpStream, UdpSocket},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

/// A process that ends with the test.
struct Beside(Child);

impl Drop for Beside {
    fn drop(&mut self) {
        // It ended by itself: then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A name server for one TXT record: the one in the hook's file.
fn name_server(file: std::path::PathBuf, asked: Arc<Mutex<u32>>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut packet = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut packet) {
            *asked.lock().unwrap() += 1;
            let value = fs::read_to_string(&file).unwrap_or_default();
            let _ = socket.send_to(&answer(&packet[..length], value.trim()), from);
        }
    });
    address
}

/// The answer to a question: the record if one for TXT was asked and is there, else that there is none.
fn answer(question: &[u8], value: &str) -> Vec<u8> {
    let end = 12 + question[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
    let is_txt = question[end - 4..end - 2] == [0, 16];
    let there = is_txt && !value.is_empty();
    let mut packet = question[..2].to_vec();
    packet.extend([0x84, 0, 0, 1, 0, u8::from(there), 0, 0, 0, 0]);
    packet.extend(&question[12..end]);
    if there {
        let length = u8::try_from(value.len()).unwrap();
        packet.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 1, 0, length + 1, length]);
        packet.extend(value.as_bytes());
    }
    packet
}

/// Makes what pebble needs to listen with: a CA, and a certificate of it for the loopback address.
fn pebble_certificate(folder: &Folder) {
    let made = |arguments: &[&str]| {
        let done = crate::kit::liengia().arg("tls").args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", crate::kit::told(&done));
    };
    let (ca, server) = (folder.join("ca").display().to_string(), folder.join("server").display().to_string());
    made(&["ca", "--host", "localhost", "--address", "127.0.0.1", "--out", &ca]);
    made(&["server", "--host", "localhost", "--address", "127.0.0.1", "--ca", &ca, "--out", &server]);
}

fn pebble(folder: &Folder, names: SocketAddr) -> Option<(Beside, SocketAddr)> {
    pebble_certificate(folder);
    let (address, management) = (free(), free());
    let config = serde_json::json!({ "pebble": {
        "listenAddress": address.to_string(),
        "managementListenAddress": management.to_string(),
        "certificate": folder.join("server/server.pem"),
        "privateKey": folder.join("server/server.key"),
        "httpPort": 5002, "tlsPort": 5001, "ocspResponderURL": "", "externalAccountBindingRequired": false
    }});
    let path = folder.join("pebble.json");
    fs::write(&path, config.to_string()).unwrap();
    let log = File::create(folder.join("pebble.log")).unwrap();
    let started = Command::new("pebble")
        .arg("-config")
        .arg(&path)
        .arg("-dnsserver")
        .arg(names.to_string())
        .env("PEBBLE_VA_NOSLEEP", "1")
        .env("PEBBLE_WFE_NONCEREJECT", "0")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn();
    let pebble = Beside(started.ok()?);
    until("pebble listens", || TcpStream::connect(address).ok());
    Some((pebble, address))
}

/// What openssl says of the certificate that the node shows now; the certificate is in it.
pub fn shown_by(node: &Node) -> String {
    let mut openssl = Command::new("openssl")
        .args(["s_client", "-servername", "localhost", "-connect", &node.http.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    openssl.stdin.take().unwrap().write_all(b"\n").unwrap();
    String::from_utf8_lossy(&openssl.wait_with_output().unwrap().stdout).into_owned()
}

/// Who signed the certificate that the node shows now.
fn issuer(node: &Node) -> String {
    let shown = shown_by(node);
    shown.lines().find_map(|line| line.strip_prefix("issuer=")).unwrap_or_default().to_owned()
}

#[test]
fn the_node_gets_its_certificate_by_a_txt_record_and_uses_it_without_a_restart() {
    let folder = Folder::new("acme");
    let (record, asked) = (folder.join("record"), Arc::default());
    let Some((_pebble, directory)) = pebble(&folder, name_server(record.clone(), Arc::clone(&asked))) else {
        return not_installed("a certificate by ACME", "pebble is not on this machine");
    };
    let mut node = Node::empty("acme-node");
    let hook = format!(
        "echo \"$1 $2\" >> {0}.log; if [ \"$1\" = set ]; then echo \"$3\" > {0}; else rm {0}; fi",
        record.display()
    );
    let http = format!(
        "[http.acme]\ndns_hook = ['sh', '-c', '{hook}', 'hook']\ndns_wait_seconds = 0\n\
         directory = \"https://{directory}/dir\"\ndirectory_ca = '{}'",
        folder.join("ca/ca.pem").display()
    );
    node.configure(&http, "");
    let text = fs::read_to_string(node.config()).unwrap();
    fs::write(node.config(), text.replace("host = \"localhost\"", "host = \"xa-thu.example.test\"")).unwrap();
    node.start();
    let signed = until("pebble's certificate is used", || {
        Some(issuer(&node)).filter(|issuer| issuer.contains("Pebble"))
    });
    assert!(signed.contains("Pebble"), "{signed}");
    let ran = fs::read_to_string(format!("{}.log", record.display())).unwrap();
    assert_eq!(ran, "set _acme-challenge.xa-thu.example.test\nremove _acme-challenge.xa-thu.example.test\n");
    assert!(*asked.lock().unwrap() > 0, "the authority looked at the record");
    assert!(!record.exists(), "and it is taken away again");
    node.stop();
    node.start();
    assert!(issuer(&node).contains("Pebble"), "it is there after a restart");
}
