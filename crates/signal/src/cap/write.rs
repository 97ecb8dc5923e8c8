//! Values to XML. Everything that is written here is well-formed, whatever the texts hold.

use super::{
    alert::{Alert, BadAlert, Certainty, Info, Reference, Stage, Status},
    time,
};
use std::fmt::Write as _;

/// The message as CAP 1.2 (`application/cap+xml`).
pub fn xml(alert: &Alert) -> Result<String, BadAlert> {
    alert.check()?;
    let mut page = Page::new();
    page.open("alert", &[("xmlns", "urn:oasis:names:tc:emergency:cap:1.2")]);
    page.text("identifier", &alert.identifier());
    page.text("sender", alert.sender.as_str());
    page.text("sent", &time(alert.sent));
    page.text("status", status(alert.status));
    page.text("msgType", stage(alert.stage));
    page.text("scope", "Public");
    if let Some(note) = &alert.note {
        page.text("note", note);
    }
    if !alert.earlier.is_empty() {
        let earlier: Vec<_> = alert.earlier.iter().map(Reference::text).collect();
        page.text("references", &earlier.join(" "));
    }
    page.text("incidents", &alert.alarm.to_string());
    for info in &alert.infos {
        write_info(&mut page, alert, info);
    }
    page.close("alert");
    Ok(page.0)
}

fn write_info(page: &mut Page, alert: &Alert, info: &Info) {
    let over = alert.stage == Stage::Cancel;
    let meant = alert.status == Status::Actual;
    page.open("info", &[]);
    page.text("language", &info.language);
    page.text("category", "Fire");
    page.text("event", &info.event);
    // Nothing is asked of anybody by an exercise.
    page.text(
        "responseType",
        if !meant {
            "None"
        } else if over {
            "AllClear"
        } else {
            "Avoid"
        },
    );
    page.text("urgency", if over { "Past" } else { "Immediate" });
    page.text("severity", if over { "Minor" } else { "Severe" });
    page.text("certainty", certainty(alert.certainty));
    page.text("effective", &time(alert.sent));
    page.text("expires", &time(alert.expires));
    page.text("senderName", &info.sender_name);
    page.text("headline", &info.headline);
    page.text("description", &info.description);
    page.text("instruction", &info.instruction);
    page.open("area", &[]);
    page.text("areaDesc", &info.place);
    if let Some((shape, corners)) = alert.area.element() {
        page.text(shape, &corners);
    }
    page.close("area");
    page.close("info");
}

pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Actual => "Actual",
        Status::Exercise => "Exercise",
        Status::Test => "Test",
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Alert => "Alert",
        Stage::Update => "Update",
        Stage::Cancel => "Cancel",
    }
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Observed => "Observed",
        Certainty::Likely => "Likely",
    }
}

/// An XML document that is being written.
pub(super) struct Page(pub(super) String);

impl Page {
    pub(super) fn new() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.0.push_str(">\n");
    }

    pub(super) fn close(&mut self, name: &str) {
        // Writing to a string never fails.
        let _ = writeln!(self.0, "</{name}>");
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.begin(name, &[]);
        self.0.push('>');
        escape(text, &mut self.0);
        self.close(name);
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.0.push_str("/>\n");
    }

    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.0, "<{name}");
        for (attribute, value) in attributes {
            let _ = write!(self.0, " {attribute}=\"");
            escape(value, &mut self.0);
            self.0.push('"');
        }
    }
}

/// Escapes what XML reads as its own, and leaves out what XML 1.0 cannot hold at all.
fn escape(text: &str, page: &mut String) {
    for c in text.chars() {
        match c {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\r' => page.push_str("&#13;"),
            '\t' | '\n' => page.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other < ' ' => {}
            other => page.push(other),
        }
    }
}
