//! `liengia tls`: an own CA for the desks of a commune.
//!
//! The CA may sign for one name and nothing else (critical name constraints), its key is meant to be kept offline, and
//! residents' phones are never asked to trust it: they get a public certificate, see docs/guide/certificates.md.

use anyhow::{Context, bail};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};
use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

/// Days for which a CA is good.
const CA_DAYS: i64 = 3650;

/// Days for which a server's certificate is good.
const SERVER_DAYS: i64 = 397;

/// Makes a CA that can sign for `host`, and for `address` if there is one, and for nothing else.
pub fn make_ca(
    host: &str,
    address: Option<IpAddr>,
    out: &Path,
    today: jiff::civil::Date,
) -> anyhow::Result<()> {
    let (certificate, key) = (out.join("ca.pem"), out.join("ca.key"));
    if key.exists() {
        bail!("{} is there already: a second CA would make desks distrust the first", key.display());
    }
    std::fs::create_dir_all(out).with_context(|| format!("cannot make the folder {}", out.display()))?;
    let pair = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = named(&format!("Liên Gia CA, only for {host}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let mut permitted = vec![GeneralSubtree::DnsName(host.to_owned())];
    let whole = |address| match address {
        IpAddr::V4(_) => CidrSubnet::from_addr_prefix(address, 32),
        IpAddr::V6(_) => CidrSubnet::from_addr_prefix(address, 128),
    };
    permitted.extend(address.map(|address| GeneralSubtree::IpAddress(whole(address))));
    // Where no address is permitted, none may be signed for.
    let excluded = if address.is_some() { Vec::new() } else { every_address() };
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: excluded });
    valid(&mut params, today, CA_DAYS)?;
    let ca = params.self_signed(&pair)?;
    write_secret(&key, &pair.serialize_pem())?;
    std::fs::write(&certificate, ca.pem())
        .with_context(|| format!("cannot write {}", certificate.display()))?;
    Ok(())
}

/// Signs a server's certificate for `host` with the CA in `ca`.
pub fn issue(
    ca: &Path,
    host: &str,
    address: Option<IpAddr>,
    out: &Path,
    today: jiff::civil::Date,
) -> anyhow::Result<PathBuf> {
    let read = |name: &str| {
        std::fs::read_to_string(ca.join(name))
            .with_context(|| format!("cannot read {}", ca.join(name).display()))
    };
    let issuer = Issuer::from_ca_cert_pem(&read("ca.pem")?, KeyPair::from_pem(&read("ca.key")?)?)?;
    let pair = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = named(host);
    params.subject_alt_names = vec![SanType::DnsName(host.try_into()?)];
    params.subject_alt_names.extend(address.map(SanType::IpAddress));
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    valid(&mut params, today, SERVER_DAYS)?;
    let server = params.signed_by(&pair, &issuer)?;
    std::fs::create_dir_all(out).with_context(|| format!("cannot make the folder {}", out.display()))?;
    write_secret(&out.join("server.key"), &pair.serialize_pem())?;
    let chain = out.join("server.pem");
    std::fs::write(&chain, server.pem() + &read("ca.pem")?)
        .with_context(|| format!("cannot write {}", chain.display()))?;
    Ok(chain)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn every_address() -> Vec<GeneralSubtree> {
    [IpAddr::from([0_u8; 4]), IpAddr::from([0_u8; 16])]
        .into_iter()
        .map(|zero| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(zero, 0)))
        .collect()
}

fn valid(params: &mut CertificateParams, today: jiff::civil::Date, days: i64) -> anyhow::Result<()> {
    // From the day before: desks' clocks are not all right.
    let first = today.yesterday()?;
    let last = today.checked_add(jiff::Span::new().days(days))?;
    let at = |date: jiff::civil::Date| {
        let (year, month, day) = (date.year(), date.month(), date.day());
        rcgen::date_time_ymd(year.into(), month.unsigned_abs(), day.unsigned_abs())
    };
    params.not_before = at(first);
    params.not_after = at(last);
    Ok(())
}

fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    crate::identity::write_durably(path, text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn openssl(arguments: &[&str]) -> String {
        let ran = Command::new("openssl").args(arguments).output().expect("openssl");
        String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned()
    }

    #[test]
    fn a_ca_signs_for_its_own_name_and_openssl_refuses_any_other() {
        let folder = std::env::temp_dir().join(format!("liengia-ca-{}", std::process::id()));
        let today = jiff::civil::date(2026, 11, 1);
        let path = |name: &str| folder.join(name).display().to_string();
        make_ca("desk.example.vn", None, &folder, today).unwrap();
        assert!(make_ca("desk.example.vn", None, &folder, today).is_err(), "a second CA in one folder");
        let text = openssl(&["x509", "-in", &path("ca.pem"), "-noout", "-text"]);
        assert!(text.contains("Name Constraints: critical"), "{text}");

        issue(&folder, "desk.example.vn", None, &folder.join("good"), today).unwrap();
        issue(&folder, "bank.example.com", None, &folder.join("bad"), today).unwrap();
        let verify = |server: &str| {
            let at = "1793577600"; // 2026-11-02
            openssl(&["verify", "-attime", at, "-CAfile", &path("ca.pem"), &path(server)])
        };
        assert!(verify("good/server.pem").contains("OK"), "{}", verify("good/server.pem"));
        assert!(
            verify("bad/server.pem").contains("permitted subtree violation"),
            "{}",
            verify("bad/server.pem")
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
