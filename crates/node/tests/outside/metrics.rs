//! /metrics: what whoever runs the node reads, and nobody else.

use crate::kit::Node;
use std::collections::BTreeMap;

/// Every sample of the page, after every line of it was held to the format.
fn samples(page: &str) -> BTreeMap<String, String> {
    let mut kinds = BTreeMap::new();
    let mut samples = BTreeMap::new();
    for line in page.lines() {
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert!(kinds.insert(name.to_owned(), kind.to_owned()).is_none(), "{name} twice");
            continue;
        }
        if let Some(help) = line.strip_prefix("# HELP ") {
            assert!(help.ends_with('.'), "{help}");
            continue;
        }
        let (name, value) = line.rsplit_once(' ').unwrap();
        let base = name.split('{').next().unwrap();
        let family =
            ["_bucket", "_sum", "_count"].iter().find_map(|end| base.strip_suffix(end)).unwrap_or(base);
        let kind = kinds.get(base).or(kinds.get(family)).unwrap_or_else(|| panic!("{name} has no kind"));
        assert_eq!(base.ends_with("_total"), kind == "counter", "{name}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
        assert!(samples.insert(name.to_owned(), value.to_owned()).is_none(), "{name} twice");
    }
    samples
}

#[test]
fn the_machine_itself_reads_whole_metrics_without_a_name_in_them() {
    let mut node = Node::of_the_sample("metrics");
    node.start();
    let page = node.anyone().get("/metrics");
    let samples = samples(&page.text());
    assert_eq!(samples["liengia_journal_writing"], "1");
    assert_eq!(samples["liengia_alarms_open"], "0");
    assert_eq!(samples["liengia_press_recorded_seconds_bucket{le=\"+Inf\"}"], "0");
    assert!(samples.contains_key("liengia_mqtt_refused_full_total"));
    assert!(samples.contains_key("liengia_http_answers_total{class=\"2xx\"}"));
    let proxied = node.anyone().send("GET", "/metrics", &[("X-Forwarded-For", "10.0.0.9".to_owned())], b"");
    assert_eq!(proxied.status, 401);
}
