//! `liengia check`: everything that is wrong in one run, and nothing that is not.

use crate::{
    certificates::node_with_tls,
    http::{Browser, new_id},
    kit::{Node, told},
};
use liengia_kernel::{Clock as _, SystemClock};
use serde_json::json;
use std::{
    fs,
    net::TcpListener,
    os::unix::fs::{PermissionsExt, chown},
};

/// What `check` says of this node's configuration, and whether it takes it.
fn check(node: &Node) -> (bool, String) {
    let done = node.command(&["check"]);
    (done.status.success(), told(&done))
}

/// Each of these stands in what was said.
fn says(said: &str, all: &[&str]) {
    let missing: Vec<&&str> = all.iter().filter(|part| !said.contains(**part)).collect();
    assert!(missing.is_empty(), "{missing:#?} is not in:\n{said}");
}

#[test]
fn everything_that_is_wrong_is_told_in_one_run() {
    let node = Node::empty("wrong");
    node.configure(
        "colour = 1\nmetrics_token_file = 'token'",
        "max_connections = \"many\"\n[backup]\nfolders = ['/no/such/folder']\n[log]\nlevel = \"loud\"",
    );
    let (taken, said) = check(&node);
    assert!(!taken);
    says(
        &said,
        &[
            "has 6 problems",
            "line 5: http.colour is not known here: use ",
            "line 9: mqtt.max_connections: invalid type",
            "http.metrics_token_file = token cannot be read: it is not there",
            "http.metrics_token_file = token is relative",
            "backup.folders = /no/such/folder is no folder",
            "log.level = \"loud\"",
        ],
    );
    node.configure("", "[log]\nlevel = \"loud\"");
    says(&check(&node).1, &["has a problem:\n"]);
    node.configure("", "");
    let (taken, said) = check(&node);
    assert!(taken && said.contains("is good."), "{said}");
}

#[test]
fn whom_an_alarm_cannot_call_is_noted_until_there_are_gateways_and_numbers() {
    let node = Node::empty("calls-nobody");
    let (taken, said) = check(&node);
    assert!(taken, "{said}");
    let notes =
        ["alarm.gateways names none", "alarm.on_call names no number", "alarm.next_post names no number"];
    says(&said, &notes);
    let secret = node.folder.join("secret");
    fs::write(&secret, "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
    let modem = |channels: &str| {
        let numbers =
            ["on_call", "village_security", "next_post"].map(|key| format!("{key} = \"+84900000001\"\n"));
        let modem = gateway("http://192.168.1.20/send", &secret.display().to_string(), channels);
        format!("[alarm]\n{}{modem}", numbers.concat())
    };
    node.configure("", &modem("[\"loudspeaker\"]"));
    says(&check(&node).1, &["alarm.gateways names none for sms or voice"]);
    node.configure("", &modem("[\"voice\"]"));
    let (taken, said) = check(&node);
    assert!(taken && !said.contains("gateways names") && !said.contains("no number"), "{said}");
}

#[test]
fn the_ports_of_the_node_that_runs_are_its_own_and_anybody_elses_are_taken() {
    let mut node = Node::empty("runs");
    node.start();
    let (taken, said) = check(&node);
    assert!(taken, "{said}");
    says(&said, &["in use, by the node that runs now"]);
    node.stop();
    let _other = TcpListener::bind(node.mqtt).unwrap();
    let (taken, said) = check(&node);
    assert!(!taken);
    says(&said, &["has a problem", "mqtt.listen: ", "in use by another program"]);
    node.configure("", "[backup]\nevery_hours = 12");
    let text = fs::read_to_string(node.config()).unwrap();
    fs::write(node.config(), text.replace(&node.mqtt.to_string(), &node.http.to_string())).unwrap();
    says(&check(&node).1, &["is named twice in this file"]);
}

#[test]
fn a_host_that_changed_and_a_certificate_for_another_are_found_and_so_is_a_key_of_another_user() {
    let mut node = node_with_tls("strange", "localhost");
    node.start();
    node.stop();
    let text = fs::read_to_string(node.config()).unwrap();
    fs::write(node.config(), text.replace("\"localhost\"", "\"xa.example.vn\"")).unwrap();
    let key = node.folder.join("etc/server.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (taken, said) = check(&node);
    assert!(!taken);
    says(
        &said,
        &[
            "this node was set up as localhost",
            "is for localhost, not for host = \"xa.example.vn\"",
            "others can read it; run: chmod 600",
        ],
    );
    // Only root gives files away.
    if chown(&node.data, Some(4321), Some(4321)).is_ok() {
        says(&check(&node).1, &["but the node runs as user 4321", "run: chown -R --reference="]);
    }
}

#[test]
fn a_server_that_is_not_there_is_found() {
    let node = Node::empty("no-server");
    node.configure("", "[database]\npostgres = \"postgres://liengia:secret@127.0.0.1:1/liengia\"");
    let (taken, said) = check(&node);
    assert!(!taken && !said.contains("secret"), "{said}");
    says(&said, &["database.postgres: the server does not let the node in"]);
}

/// A gateway with this in it.
fn gateway(url: &str, secret: &str, channels: &str) -> String {
    format!(
        "[[alarm.gateways]]\nname = \"modem\"\nurl = \"{url}\"\nsecret_file = '{secret}'\nchannels = {channels}\n"
    )
}

#[test]
fn what_would_keep_the_node_from_serving_is_found_in_each_file_and_key() {
    let node = Node::empty("serves-not");
    let file = |name: &str, text: &str| {
        let path = node.folder.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    };
    let good = file("good", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
    let bad = file("bad", "whsec_short");
    let letters = file("letters", "a\u{7}token");
    let token = file("token", "too short");
    let none = file("none.pem", "no certificate");
    let lan = "http://192.168.1.20/send";
    let cases = [
        ("", gateway(lan, &bad, "[\"sms\"]"), vec!["alarm.gateways[1].secret_file = ", "not a hook secret"]),
        ("", gateway(lan, &good, "[]"), vec!["alarm.gateways[1].channels: ", "name at least one channel"]),
        ("", gateway("http://1.1.1.1/send", &good, "[\"sms\"]"), vec!["alarm.gateways[1].url: "]),
        (
            "",
            gateway(lan, &good, "[\"sms\"]").replace("modem", "modem of the office"),
            vec!["alarm.gateways[1].name: "],
        ),
        (
            "",
            format!("{}bearer_file = '{letters}'\n", gateway(lan, &good, "[\"sms\"]")),
            vec!["alarm.gateways[1].bearer_file: "],
        ),
        ("", "[alarm]\npush_contact = \"nobody\"\n".to_owned(), vec!["alarm.push_contact: "]),
        (&*format!("metrics_token_file = '{token}'"), String::new(), vec!["fewer than 24 characters"]),
        (
            &*format!("[http.ca]\ncertificate = '{none}'\nlisten = \"127.0.0.1:0\""),
            String::new(),
            vec!["http.ca.certificate = ", "holds no certificate"],
        ),
    ];
    for (http, more, wanted) in cases {
        node.configure(http, &more);
        let (taken, said) = check(&node);
        assert!(!taken, "{http}{more}");
        says(&said, &wanted);
        says(&said, &["has a problem:\n"]);
    }
    let several = gateway("ftp://a", &bad, "[\"fax\"]").replace("modem", "");
    node.configure("", &several);
    says(&check(&node).1, &["has 4 problems", ".name: ", ".url: ", "\"fax\"", ".secret_file = "]);
    node.configure("", &gateway(lan, &good, "[\"sms\"]"));
    let (taken, said) = check(&node);
    assert!(taken, "a gateway on the office's own network: {said}");
}

#[test]
fn a_damaged_key_keeps_nothing_from_ringing_and_the_check_says_which_it_is() {
    let mut node = Node::of_the_sample("keys");
    let keys = ["report.key", "push.key"].map(|name| node.data.join("keys").join(name));
    let sound = keys.each_ref().map(|key| fs::read(key).unwrap());
    for key in &keys {
        fs::write(key, b"short").unwrap();
    }
    let (taken, said) = check(&node);
    assert!(!taken, "{said}");
    says(
        &said,
        &["has 2 problems", "keys/report.key: not a key for reports", "keys/push.key: not a VAPID key"],
    );

    node.start();
    let (mut household, mut officer) = (node.sign_in("household"), node.sign_in("officer"));
    let (alarm, at) = (new_id(), SystemClock::new().now());
    let press = json!({ "alarm": alarm, "pressed_at": at, "sent_at": at, "source": "phone" });
    assert_eq!(household.post("/api/alarms", &press).status, 202);
    let code = |browser: &mut Browser, path: &str| browser.get(path).json()["code"].clone();
    assert_eq!(code(&mut household, "/api/push/key"), json!("no_push_key"));
    assert_eq!(code(&mut node.anyone(), "/api/report-key"), json!("no_report_key"));
    assert_eq!(code(&mut officer, &format!("/api/alarms/{alarm}/report")), json!("no_report_key"));
    let board = officer.get("/api/board").json()["faults"].to_string();
    says(&board, &["push_key_unreadable", "report_key_unreadable"]);
    says(&node.logged(), &["no report can be signed", "no phone whose app is closed is woken"]);
    node.stop();

    for (key, bytes) in keys.iter().zip(&sound) {
        assert_eq!(fs::read(key).unwrap(), b"short", "what is there is not written over");
        fs::write(key, bytes).unwrap();
    }
    let (taken, said) = check(&node);
    assert!(taken, "{said}");
    node.start();
    assert_eq!(officer.get("/api/push/key").status, 200);
    assert_eq!(officer.get(&format!("/api/alarms/{alarm}/report")).status, 200);
}
