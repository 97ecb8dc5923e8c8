//! What a bench found: rows for a table, a plot, and one line of JSON.

use crate::{
    machine,
    plot::{self, Panel},
};
use serde_json::{Value, json};
use std::{fmt::Write as _, path::Path};

/// What is wanted of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
    /// At most so many times the peer's.
    TimesAtMost(f64),
    /// At least so many times the peer's.
    TimesAtLeast(f64),
    /// Nothing: it is told, not judged.
    Told,
}

/// One figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name, unit last.
    pub name: &'static str,
    /// What it is, for people.
    pub what: &'static str,
    /// The program's.
    pub ours: f64,
    /// The peer's, and who that is.
    pub peer: Option<(f64, String)>,
    /// What is wanted.
    pub wanted: Wanted,
    /// How many devices, entries or the like.
    pub n: String,
    /// Whether the connections are encrypted; `None` where there are none.
    pub tls: Option<bool>,
    /// Whether what is acknowledged was flushed to the disk; `None` where nothing is written.
    pub fsync: Option<bool>,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        // Beside nothing at all there is no ratio.
        self.peer.as_ref().filter(|(peer, _)| *peer > 0.0).map(|(peer, _)| self.ours / peer)
    }

    fn is_met(&self) -> Option<bool> {
        Some(match self.wanted {
            Wanted::AtMost(most) => self.ours <= most,
            Wanted::AtLeast(least) => self.ours >= least,
            Wanted::TimesAtMost(most) => self.ratio()? <= most,
            Wanted::TimesAtLeast(least) => self.ratio()? >= least,
            Wanted::Told => return None,
        })
    }

    fn json(&self) -> Value {
        let (peer, peer_name) = self.peer.clone().unzip();
        json!({
            "name": self.name,
            "ours": rounded(self.ours),
            "peer": peer.map(rounded),
            "ratio": self.ratio().map(rounded),
            "peer_name": peer_name,
            "n": self.n,
            "tls": self.tls,
            "fsync": self.fsync,
        })
    }
}

/// What a bench found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The bench.
    pub bench: &'static str,
    /// What is measured and how, in a paragraph.
    pub says: String,
    /// The figures.
    pub rows: Vec<Row>,
    /// The pictures of its plot.
    pub panels: Vec<Panel>,
    /// Whether time was shortened.
    pub quick: bool,
}

impl Report {
    /// Writes the table and the plot.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join(format!("{}.md", self.bench)), self.markdown())?;
        std::fs::write(folder.join(format!("{}.svg", self.bench)), plot::svg(self.bench, &self.panels))
    }

    /// The table.
    pub fn markdown(&self) -> String {
        let Self { bench, says, .. } = self;
        let mut page = format!("# Bench: {bench}\n\n{says}\n\n![{bench}, drawn]({bench}.svg)\n\n");
        page += "| figure | what | ours | peer | ratio | wanted | met | N | TLS | fsync |\n";
        page += "|---|---|---:|---:|---:|---|---|---|---|---|\n";
        for row in &self.rows {
            let peer = row
                .peer
                .as_ref()
                .map_or("–".to_owned(), |(peer, who)| format!("{} ({who})", figure(*peer)));
            let ratio = row.ratio().map_or("–".to_owned(), |ratio| format!("{ratio:.2}"));
            let wanted = match row.wanted {
                Wanted::AtMost(most) => format!("at most {}", figure(most)),
                Wanted::AtLeast(least) => format!("at least {}", figure(least)),
                Wanted::TimesAtMost(most) => format!("ratio at most {most}"),
                Wanted::TimesAtLeast(least) => format!("ratio at least {least}"),
                Wanted::Told => "told".to_owned(),
            };
            // Writing to a text cannot fail.
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {peer} | {ratio} | {wanted} | {} | {} | {} | {} |",
                row.name,
                row.what,
                figure(row.ours),
                row.is_met().map_or("–", |met| if met { "yes" } else { "no" }),
                row.n,
                on_off(row.tls),
                on_off(row.fsync),
            );
        }
        let build =
            if cfg!(debug_assertions) { " A development build: figures are indicative only." } else { "" };
        let short = if self.quick { " A quick run: less time, the same numbers." } else { "" };
        let _ = writeln!(page, "\nMeasured on {}.{short}{build}", machine::told());
        page
    }

    /// The figures as one line of JSON.
    pub fn json(&self) -> Value {
        json!({ "bench": self.bench, "rows": self.rows.iter().map(Row::json).collect::<Vec<_>>() })
    }
}

fn on_off(truth: Option<bool>) -> &'static str {
    match truth {
        Some(true) => "on",
        Some(false) => "off",
        None => "–",
    }
}

/// Four digits after the point say more than any of these measurements knows.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// A figure as people read it: three digits that count, thousands apart.
pub fn figure(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude >= 1000.0 {
        let digits = format!("{value:.0}");
        let mut told = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) && !told.ends_with('-') {
                told.push(',');
            }
            told.push(digit);
        }
        return told;
    }
    match magnitude {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        0.0005..0.1 => format!("{value:.3}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let row = Row {
            name: "ring_p50_ms",
            what: "press to the last bell",
            ours: 0.9,
            peer: Some((0.6, "mosquitto 2.0.11".into())),
            wanted: Wanted::TimesAtMost(1.6),
            n: "10,008 devices".into(),
            tls: Some(false),
            fsync: None,
        };
        let alone =
            Row { name: "start_s", peer: None, wanted: Wanted::AtMost(0.5), tls: None, ..row.clone() };
        Report {
            bench: "alarm",
            says: "How.".into(),
            rows: vec![row, alone],
            panels: Vec::new(),
            quick: true,
        }
    }

    #[test]
    fn the_last_line_is_one_object_with_a_null_for_a_peer_that_is_not_there() {
        let line = report().json().to_string();
        assert!(!line.contains('\n'));
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&read["bench"], read["rows"].as_array().unwrap().len()), (&json!("alarm"), 2));
        let (first, second) = (&read["rows"][0], &read["rows"][1]);
        assert_eq!((first["ours"].as_f64(), first["ratio"].as_f64()), (Some(0.9), Some(1.5)));
        assert_eq!(first["peer_name"], "mosquitto 2.0.11");
        assert!(second["peer"].is_null() && second["ratio"].is_null() && second["peer_name"].is_null());
    }

    #[test]
    fn the_table_says_what_is_met_and_under_what_conditions() {
        let page = report().markdown();
        assert!(page.contains(
            "| 0.90 | 0.60 (mosquitto 2.0.11) | 1.50 | ratio at most 1.6 | yes | 10,008 devices | off | – |"
        ));
        assert!(page.contains("| 0.90 | – | – | at most 0.50 | no |"), "{page}");
        assert!(page.contains("A quick run"));
    }

    #[test]
    fn figures_keep_three_digits() {
        let told: Vec<String> =
            [0.0254, 0.123, 9.876, 45.67, 567.8, 12_345.6, 1_234_567.0].map(figure).into();
        assert_eq!(told, ["0.025", "0.12", "9.88", "45.7", "568", "12,346", "1,234,567"]);
    }
}
