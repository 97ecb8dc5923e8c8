//! No request leaves for a host that the operator did not name.
//!
//! Every address in code, texts and pages is loopback, an example, or listed below with why it is never contacted
//! unasked. Comments in Rust may point anywhere, since nothing follows them, and so may tests, which only read them.

use liengia_tests::{File, Finding, files, nothing_found, rust};

/// Hosts that may stand in code, each with why.
const NAMED: [(&str, &str); 7] = [
    ("www.onvif.org", "the name of an XML namespace, not an address"),
    ("docs.oasis-open.org", "the name of an XML namespace, not an address"),
    ("schemas.xmlsoap.org", "the name of an XML namespace, not an address"),
    ("www.w3.org", "the name of an XML namespace, not an address"),
    (
        "acme-v02.api.letsencrypt.org",
        "the authority that a node asks for its certificate, if its configuration says so",
    ),
    ("svelte.dev", "where the type checker's own settings file says what it is"),
    ("json.schemastore.org", "the name of a schema in a settings file; editors read it, the program never"),
];

const SCHEMES: [&str; 4] = ["http://", "https://", "ws://", "wss://"];
const FOLDERS: [&str; 6] = ["crates/", "ui/", "texts/", "sim/", "bench/", "xtask/"];
const KINDS: [&str; 12] =
    ["rs", "ts", "js", "mjs", "svelte", "css", "html", "json", "ftl", "toml", "webmanifest", "service"];

fn is_at_home(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    let loopback = host.starts_with("[::1]")
        || name.starts_with("127.")
        || name == "0.0.0.0"
        || name == "localhost"
        || name.ends_with(".localhost");
    // A name without a dot leads nowhere on the Internet: `https://HOST/` in a sentence.
    let word = !name.contains('.') && !name.starts_with('[');
    let example = name.split('.').any(|part| matches!(part, "example" | "test" | "invalid"));
    loopback || word || example || NAMED.iter().any(|(named, _)| *named == name)
}

/// The hosts of all addresses in `line`. An address put together while running (`https://{host}`) names none.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    SCHEMES.iter().flat_map(move |scheme| line.match_indices(scheme)).filter_map(move |(at, scheme)| {
        let before = line[..at].chars().next_back();
        let rest = &line[at + scheme.len()..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "-._:[]".contains(c))).unwrap_or(rest.len());
        let host = rest[..end].trim_end_matches(['.', ':']);
        (!before.is_some_and(char::is_alphanumeric) && !host.is_empty()).then_some(host)
    })
}

fn findings(file: &File) -> Vec<Finding> {
    let ours = FOLDERS.iter().any(|folder| file.path.starts_with(folder)) && file.ends_with(&KINDS);
    let tests = rust::is_test_file(&file.path) || file.path.contains(".test.");
    if !ours || tests || file.is_generated() {
        return Vec::new();
    }
    let lines: Vec<String> = if file.ends_with(&["rs"]) {
        let lines = rust::read(&file.text).into_iter();
        lines.map(|line| if line.in_test { String::new() } else { line.code_and_strings }).collect()
    } else {
        file.text.lines().map(ToOwned::to_owned).collect()
    };
    let strangers = lines.iter().enumerate().flat_map(|(number, line)| {
        hosts(line).filter(|host| !is_at_home(host)).map(move |host| (number + 1, host))
    });
    strangers
        .map(|(line, host)| {
            Finding::at(
                &file.path,
                line,
                format!("names {host}; list it in hosts.rs with why, or take it out"),
            )
        })
        .collect()
}

#[test]
fn no_address_leads_away() {
    nothing_found(files().iter().flat_map(findings));
}

#[test]
fn an_address_of_a_stranger_is_known_to_fail() {
    let found = |path: &str, text: &str| findings(&File { path: path.into(), text: text.into() }).len();
    assert_eq!(found("ui/home/index.html", "<script src=\"https://cdn.stranger.net/a.js\">\n"), 1);
    assert_eq!(found("crates/node/src/a.rs", "get(\"http://stranger.vn:80/x\"); // https://why.org\n"), 1);
    assert_eq!(found("ui/shared/a.ts", "new WebSocket('wss://stranger.net')\n"), 1);
    let fine = "a('http://127.0.0.1:8080'); b('https://node.example.vn/'); c(`https://${host}/`); d('http://desk.localhost:1')\n";
    assert_eq!(found("ui/shared/a.ts", fine), 0);
    assert_eq!(found("ui/shared/a.svg.ts", "'http://www.w3.org/2000/svg'\n"), 0);
    assert_eq!(found("crates/signal/src/a.rs", "#[cfg(test)]\nmod tests { f(\"http://10.0.0.1\"); }\n"), 0);
    assert_eq!(found("docs/guide/a.md", "https://stranger.net\n"), 0);
}
