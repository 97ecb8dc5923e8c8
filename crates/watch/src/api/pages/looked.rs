//! Who looked at a camera, as the public page tells it: for the last 30 days by unit and purpose, for the last days by day.
//!
//! Promises: a page stays short whatever the cameras of a site were used for; all days are in `/api/public/sites/{id}`.

use super::{super::public::LooksOpen, text, word};
use crate::event::{LookKind, LookPurpose};
use liengia_http::Language;
use liengia_kernel::Timestamp;
use std::{collections::BTreeMap, fmt::Write as _};

/// Days that are told each on its own: the latest on which somebody looked.
const DAYS: usize = 7;

/// How often, and for how many seconds together.
type Sum = (u64, u64);

pub(super) fn looks(body: &mut String, language: Language, looks: &[LooksOpen], utc_offset_hours: i8) {
    if looks.is_empty() {
        // Writing to a String cannot fail, here and below.
        let _ = write!(body, "<p>{}</p>", word(language, "public-no-looks"));
        return;
    }
    let mut by_purpose: BTreeMap<(&str, LookPurpose, LookKind), Sum> = BTreeMap::new();
    let mut by_day: BTreeMap<(Timestamp, &str), Sum> = BTreeMap::new();
    for look in looks {
        add(by_purpose.entry((&look.unit, look.purpose, look.kind)).or_default(), look);
        add(by_day.entry((look.day, &look.unit)).or_default(), look);
    }
    begin(body, language, "public-looks", &["public-look-who", "public-look-why", "public-look-how"]);
    for ((unit, purpose, kind), sum) in by_purpose {
        let why = word(language, &format!("look-purpose-{purpose}").replace('_', "-"));
        let how = word(language, &format!("look-kind-{kind}"));
        row(body, &[text(unit), why, how], sum);
    }
    body.push_str("</table>");
    begin(body, language, "public-looks-by-day", &["public-look-day", "public-look-who"]);
    let mut days: Vec<Timestamp> = by_day.keys().map(|(day, _)| *day).collect();
    days.dedup();
    let first = days.get(days.len().saturating_sub(DAYS)).copied();
    for ((day, unit), sum) in by_day.iter().rev().filter(|((day, _), _)| Some(*day) >= first) {
        row(body, &[day.at_offset(utc_offset_hours).date().to_string(), text(unit)], *sum);
    }
    body.push_str("</table>");
}

const fn add(sum: &mut Sum, look: &LooksOpen) {
    *sum = (sum.0 + look.times, sum.1 + look.seconds);
}

fn begin(body: &mut String, language: Language, caption: &str, columns: &[&str]) {
    let columns = columns.iter().chain(&["public-look-times", "public-look-minutes"]);
    let head = columns.map(|name| format!("<th scope=\"col\">{}</th>", word(language, name)));
    let (caption, head) = (word(language, caption), head.collect::<String>());
    let _ = write!(body, "<table><caption>{caption}</caption><tr>{head}</tr>");
}

/// Cells that are HTML already, and how often and long that was.
fn row(body: &mut String, cells: &[String], (times, seconds): Sum) {
    body.push_str("<tr>");
    for cell in cells {
        let _ = write!(body, "<td>{cell}</td>");
    }
    let _ = write!(body, "<td>{times}</td><td>{}</td></tr>", seconds.div_ceil(60));
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::Timestamp;

    #[test]
    fn a_page_tells_the_sums_of_a_month_and_only_its_last_days_one_by_one() {
        let day = |n: i64| Timestamp::from_seconds(1_800_000_000 - 1_800_000_000 % 86_400 + n * 86_400);
        let look = |n: i64, purpose| LooksOpen {
            day: day(n),
            unit: "Xã <An>".into(),
            purpose,
            kind: LookKind::Live,
            times: 2,
            seconds: 61,
        };
        let all: Vec<_> = (0..30)
            .rev()
            .flat_map(|n| [look(n, LookPurpose::DutyWatch), look(n, LookPurpose::Accident)])
            .collect();
        let mut body = String::new();
        looks(&mut body, Language::En, &all, 0);
        assert!(body.contains("<td>60</td><td>31</td>"), "thirty days, twice each: {body}");
        let days = |n: i64| body.matches(&day(n).at_offset(0).date().to_string()).count();
        assert_eq!((days(29), days(23), days(22)), (1, 1, 0), "{body}");
        assert!(body.contains("Xã &lt;An&gt;") && !body.contains("<An>"));
        assert!(body.len() < 2_000, "ten such cameras stay below 30 kB: {}", body.len());
    }
}
