//! The broker's side: every press rings the twelve bells of its team.

use crate::TEAM;
use base64::{Engine, engine::general_purpose::STANDARD};
use liengia_kernel::{AlarmId, DeviceId, SystemClock, SystemEntropy, Timestamp};
use liengia_signal::mqtt::{
    Broker, BrokerConfig, Certificate, Command, Credentials, Heard, Inbox, Kind, Pass, Profile, SecretHash,
    Sound,
};
use std::{sync::Arc, time::Duration};

/// The device of that number.
pub fn device(number: usize) -> DeviceId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&u64::try_from(number).expect("a number").to_be_bytes());
    DeviceId::from_bytes(bytes)
}

/// Its secret.
pub fn secret(number: usize) -> String {
    format!("{number:032x}")
}

pub async fn run(devices: usize, tls: bool) {
    let roster = Arc::new(Credentials::new());
    for number in 0..devices {
        let pass = Pass::for_device(device(number), Kind::Combined, Profile::Liengia);
        roster.put(SecretHash::of(secret(number).as_bytes()), pass);
    }
    let any = vec!["127.0.0.1:0".parse().expect("an address")];
    let (certificate, der) = if tls { certificate() } else { (None, String::new()) };
    let (plain, encrypted) = if tls { (Vec::new(), any) } else { (any, Vec::new()) };
    let config = BrokerConfig { plain, tls: encrypted, certificate, ..BrokerConfig::default() };
    let (broker, inbox) =
        Broker::start(&config, roster, Arc::new(SystemClock::new()), Arc::new(SystemEntropy))
            .expect("it starts");
    let addresses = broker.addresses();
    println!("{}", if tls { addresses.tls[0] } else { addresses.plain[0] });
    if tls {
        println!("{der}");
    }
    // A task of its own: the thread that heard the press then rings the bells, too, without waking another.
    tokio::spawn(ring(broker, inbox)).await.expect("it rings");
}

async fn ring(broker: Broker, mut inbox: Inbox) {
    while let Some(inbound) = inbox.next().await {
        let Heard::Press(press) = inbound.heard else { continue };
        let number = u64::from_be_bytes(inbound.device.as_bytes()[8..].try_into().expect("eight bytes"));
        let first = usize::try_from(number).expect("a number") / TEAM * TEAM;
        let alarm = press.alarm.unwrap_or_else(|| AlarmId::new(Timestamp::from_seconds(1), &SystemEntropy));
        let ring = Command::Ring { alarm, sound: Sound::Live, lasts: Duration::from_mins(5), origin: None };
        broker.tell_all((first..first + TEAM).map(device), &ring);
    }
}

fn certificate() -> (Option<Certificate>, String) {
    let key = rcgen::KeyPair::generate().expect("a key");
    let names = vec!["localhost".to_owned()];
    let made = rcgen::CertificateParams::new(names).expect("a name").self_signed(&key).expect("signed");
    let pem = |label: &str, der: &[u8]| {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der)).into_bytes()
    };
    let certificate =
        Certificate { chain: pem("CERTIFICATE", made.der()), key: pem("PRIVATE KEY", &key.serialize_der()) };
    let listed: Vec<String> = made.der().iter().map(u8::to_string).collect();
    (Some(certificate), listed.join(","))
}
