//! Requests as a small tree of elements without prefixes.
//!
//! Promises: at most 2,000 elements of 32 levels; what is not well-formed is none.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

const MOST: usize = 2000;
const DEEPEST: usize = 32;

/// An element of a request.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) children: Vec<Self>,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn new(start: &BytesStart<'_>) -> Option<Self> {
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false).take(MOST) {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
        }
        Some(Self { name: start.local_name().as_ref().to_owned(), attributes, ..Self::default() })
    }

    /// The first of this name at whatever depth.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// The text of the first of this name at whatever depth.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.find(name).map(Self::own_text)
    }

    pub(super) fn own_text(&self) -> &str {
        self.text.trim()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An attribute that is a number.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.attribute(name)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }
}

/// The element that a document is.
pub(super) fn read(bytes: &[u8]) -> Option<Element> {
    let mut reader = Reader::from_str(std::str::from_utf8(bytes).ok()?);
    let mut open: Vec<Element> = Vec::new();
    for _ in 0..MOST {
        let (mut ended, mut part) = (None, None);
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() < DEEPEST => open.push(Element::new(&start)?),
            Event::Empty(start) => ended = Some(Element::new(&start)?),
            Event::End(_) => ended = Some(open.pop()?),
            Event::Text(text) => part = Some(text.xml10_content().into_owned()),
            Event::CData(text) => part = Some(text.xml10_content().into_owned()),
            Event::GeneralRef(reference) => {
                part = Some(match reference.resolve_char_ref().ok()? {
                    Some(character) => character.to_string(),
                    None => resolve_predefined_entity(&reference)?.to_owned(),
                });
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Start(_) | Event::DocType(_) | Event::Eof => return None,
        }
        if let (Some(part), Some(element)) = (part, open.last_mut()) {
            element.text.push_str(&part);
        }
        if let Some(ended) = ended {
            match open.last_mut() {
                Some(parent) => parent.children.push(ended),
                None => return Some(ended),
            }
        }
    }
    None
}

/// A text as it may stand in an answer.
pub(super) fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace(|c: char| c.is_control(), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_whatever_its_prefixes() {
        let element =
            read(b"<?xml version='1.0'?><s:E xmlns:s='x'><B><t:A n=' 1.5 '>a &amp; b</t:A></B></s:E>")
                .unwrap();
        assert_eq!((element.name.as_str(), element.text("A")), ("E", Some("a & b")));
        assert_eq!(element.find("A").unwrap().number("n"), Some(1.5));
        assert_eq!(escaped("<a\u{7}&\">"), "&lt;a&amp;&quot;&gt;");
    }

    #[test]
    fn what_is_not_well_formed_or_has_no_end_is_none() {
        let (deep, many) = ("<a>".repeat(1000), format!("<a>{}</a>", "<b/>".repeat(MOST)));
        for bytes in ["", "<a>", "<a></b>", "<!DOCTYPE a []><a/>", "<a>&b;</a>", &deep, &many] {
            assert!(read(bytes.as_bytes()).is_none(), "{bytes}");
        }
        assert!(read(b"<a>\xff</a>").is_none());
    }
}
