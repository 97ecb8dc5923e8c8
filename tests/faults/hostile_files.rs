//! Files that somebody broke: the configuration, certificates, keys, the node's identity; and calls of gateways. The
//! program says what is wrong and ends with 1, and never by a panic.

use crate::{
    mutate,
    node::{Folder, Node, binary, told},
    scene::seed,
};
use liengia_kernel::{SeededEntropy, Timestamp};
use liengia_signal::hook::{Answers, Channel, Gateway, Refusal, Secret, Signed};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

/// How many broken certificates and identities are started with.
const STARTS: usize = 15;

const CONFIG: &str = "data = '/nowhere/liengia'\nhost = \"xa-hoa-an.example.vn\"\n[http]\nlisten = [\"127.0.0.1:0\"]\n\
    tls = { certificate = \"/nowhere/a.pem\", key = \"/nowhere/a.key\" }\n[mqtt]\nlisten = \"127.0.0.1:0\"\n\
    max_connections = 20000\n[database]\npostgres = \"postgres://a:b@127.0.0.1/c\"\n[alarm]\nemergency_number = \"114\"\n\
    utc_offset_hours = 7\non_call = \"0912345678\"\n[[alarm.gateways]]\nname = \"a\"\nurl = \"https://sms.example/x\"\n\
    secret_file = \"/nowhere/secret\"\nchannels = [\"sms\", \"voice\"]\n[log]\nlevel = \"info\"\nformat = \"json\"\n";

/// It ended with 0 or 1, and said why.
fn judge(done: &Output, what: impl FnOnce() -> String) {
    let said = told(done);
    let code = done.status.code();
    assert!(matches!(code, Some(0 | 1)) && !said.contains("panicked"), "{}: {said}", what());
    assert!(code == Some(0) || said.contains("liengia: "), "{}: {said}", what());
}

#[test]
fn no_configuration_whatever_makes_the_check_panic() {
    let chance = seed("hostile configuration");
    let folder = Folder::new("config");
    let path = folder.path().join("liengia.toml");
    mutate::run("configuration", &chance, |chance| {
        let text = mutate::bytes(chance, CONFIG.as_bytes(), b"[http]\nlisten = [[]]\nport = 1e400\n\"\"\"");
        fs::write(&path, &text).unwrap();
        let done = Command::new(binary()).arg("check").arg("--config").arg(&path).output().unwrap();
        judge(&done, || String::from_utf8_lossy(&text).into_owned());
    });
}

/// Starts with this file broken: it says so and ends. A chain whose first certificate is whole may serve.
fn starts_broken(node: &mut Node, chance: &SeededEntropy, path: &Path, sound: &[u8]) -> bool {
    let broken = mutate::bytes(chance, sound, b"-----BEGIN CERTIFICATE-----\n");
    // A change that leaves the file as good as it was would serve: much of it is gone in any case.
    let broken = &broken[..broken.len() / 3];
    fs::write(path, broken).unwrap();
    let ended = node.ends_or_serves();
    fs::write(path, sound).unwrap();
    let Some(status) = ended else { return false };
    let (what, log) = (format!("{}: {}", path.display(), String::from_utf8_lossy(broken)), node.logged());
    assert_eq!(status.code(), Some(1), "{what}: {log}");
    assert!(log.contains("liengia: ") && !log.contains("panicked"), "{what}: {log}");
    true
}

#[test]
fn a_broken_certificate_key_or_identity_is_said_and_nothing_starts() {
    let chance = seed("hostile files");
    let mut node = Node::new("broken-files");
    let [chain, key] = node.certify();
    let config = node.folder.path().join("liengia.toml");
    let text = fs::read_to_string(&config).unwrap();
    let tls = format!("tls = {{ certificate = '{}', key = '{}' }}\n[mqtt]", chain.display(), key.display());
    fs::write(&config, text.replace("[mqtt]", &tls)).unwrap();
    let files = [chain, key, node.data.join("identity.json")];
    let mut refused = 0;
    for path in &files {
        let sound = fs::read(path).unwrap();
        for _ in 0..STARTS / files.len() {
            refused += usize::from(starts_broken(&mut node, &chance, path, &sound));
        }
    }
    assert!(refused >= STARTS * 3 / 4, "{refused} of {STARTS} were refused");
    // What signs reports and pushes is missed, and keeps no bell from ringing.
    for name in ["keys/push.key", "keys/report.key"] {
        let path = node.data.join(name);
        let sound = fs::read(&path).unwrap();
        assert!(!starts_broken(&mut node, &chance, &path, &sound), "{name}: {}", node.logged());
    }
    // As it was, it starts.
    fs::write(&config, text).unwrap();
    node.start();
    node.stop();
}

#[test]
fn no_call_whatever_breaks_the_judge_of_gateways_and_none_counts_without_a_signature() {
    let chance = seed("hostile gateways");
    let secret = Secret::generate(&chance);
    let gateway = Gateway::new("a", "https://sms.example/x", [Channel::Sms], secret.clone(), None).unwrap();
    let mut answers = Answers::of(&[gateway]);
    let body = b"{\"message_id\":\"0190b5f27c1e7a3b8d4e5f60718293a4\",\"digit\":\"1\"}";
    let rounds = mutate::run("gateways", &chance, |chance| {
        let body = mutate::bytes(chance, body, b"{\"digit\":1e99}");
        let words = [&b"call-1"[..], b"1793577600", b"v1,aGVsbG8=", b"-9223372036854775808"];
        let header = |_| {
            String::from_utf8_lossy(&mutate::bytes(chance, mutate::pick(chance, &words), b"v1,")).into_owned()
        };
        let [id, timestamp, signature] = [0, 1, 2].map(header);
        let now = Timestamp::from_seconds(1_793_577_600);
        let call = Signed { id: &id, timestamp: &timestamp, signature: &signature, body: &body };
        let heard = answers.hear(&call, now);
        assert!(matches!(heard, Err(Refusal::Malformed | Refusal::NotSigned)), "{heard:?}");
        // The gateway itself may say nonsense too: it is read, and no answer is made up.
        let (id, timestamp) = (format!("call-{}", chance.next()), "1793577600");
        let signature = secret.sign(&id, timestamp, &body);
        let call = Signed { id: &id, timestamp, signature: &signature, body: &body };
        let heard = answers.hear(&call, now);
        assert!(!matches!(heard, Err(Refusal::NotSigned)), "{heard:?}");
    });
    assert!(rounds > 500, "{rounds}");
}
