//! XML as a small tree, for answers that are read once (XML 1.0; Namespaces in XML).
//!
//! Promises: names are those without their prefixes, which every maker chooses anew. At most 8,192 elements of 32 levels with
//! 64 attributes each are read; a document type, an entity of its own or anything not well-formed is no tree. What stands
//! behind the first element is not looked at.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use std::borrow::Cow;

/// How many elements are read.
const MOST: usize = 8192;
/// How many attributes of an element are read.
const MOST_ATTRIBUTES: usize = 64;
/// How deep elements stand in each other.
const DEEPEST: usize = 32;

/// An element, its text without that of its children.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    pub children: Vec<Self>,
    text: String,
}

impl Element {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element that is reached by these names, each a child's.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The text of this element without blanks at its ends, if there is any.
    pub fn text(&self) -> Option<&str> {
        Some(self.text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of the element that is reached by these names.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.text()
    }

    /// The value that is reached by these names, read as a number or whatever else.
    pub fn value_at<T: std::str::FromStr>(&self, path: &[&str]) -> Option<T> {
        self.text_at(path)?.parse().ok()
    }

    /// An attribute of this element.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    fn new(start: &BytesStart<'_>) -> Option<Self> {
        let mut attributes = Vec::new();
        // Whether one stands there twice is not asked: that takes time that grows with the square of their number.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
            attributes.push((attribute.key.local_name().as_ref().to_owned(), value));
            if attributes.len() > MOST_ATTRIBUTES {
                return None;
            }
        }
        Some(Self { name: start.local_name().as_ref().to_owned(), attributes, ..Self::default() })
    }
}

/// The first element of a document; none if it is not well-formed, too large, or has what answers need not have. Bytes that
/// are not UTF-8 are replaced: some cameras write a name in the coding of their country.
pub(super) fn read(bytes: &[u8]) -> Option<Element> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']));
    let mut open: Vec<Element> = Vec::new();
    let mut count = 0;
    loop {
        let ended = match reader.read_event().ok()? {
            Event::Start(start) => {
                open.push(Element::new(&start)?);
                None
            }
            Event::Empty(start) => Some(Element::new(&start)?),
            Event::End(_) => Some(open.pop()?),
            Event::Text(part) => {
                say(&mut open, &part.xml10_content());
                None
            }
            Event::CData(part) => {
                say(&mut open, &part.xml10_content());
                None
            }
            Event::GeneralRef(reference) => {
                let part = match reference.resolve_char_ref().ok()? {
                    Some(character) => Cow::Owned(character.to_string()),
                    None => Cow::Borrowed(resolve_predefined_entity(&reference)?),
                };
                say(&mut open, &part);
                None
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => None,
            Event::DocType(_) | Event::Eof => return None,
        };
        if open.len() > DEEPEST {
            return None;
        }
        if let Some(ended) = ended {
            count += 1;
            match open.last_mut() {
                Some(parent) if count < MOST => parent.children.push(ended),
                Some(_) => return None,
                None => return Some(ended),
            }
        }
    }
}

fn say(open: &mut [Element], part: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(part);
    }
}

/// A text as it may stand in an element or an attribute. What XML cannot hold at all is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => coded.push_str("&amp;"),
            '<' => coded.push_str("&lt;"),
            '>' => coded.push_str("&gt;"),
            '"' => coded.push_str("&quot;"),
            '\'' => coded.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if character.is_control() => {}
            _ => coded.push(character),
        }
    }
    coded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_order_cdata_and_references_make_no_difference() {
        let plain = read(b"<a x=\"1\" y=\"&lt;2\"><b>one &amp; two</b></a>").unwrap();
        for other in [
            "<?xml version=\"1.0\"?>\n<p:a xmlns:p='urn:p' p:y='&#60;2' q:x=\"1\"><!-- c --><p:b>one <![CDATA[&]]> two</p:b></p:a>",
            "\u{feff}<a xmlns=\"urn:q\" x = '1' y='&lt;2'><b xml:space='x'>one &#x26; two</b></a>\0\0garbage",
        ] {
            let other = read(other.as_bytes()).unwrap();
            assert_eq!((&other.name, other.text_at(&["b"])), (&plain.name, plain.text_at(&["b"])));
            assert_eq!((other.attribute("x"), other.attribute("y")), (Some("1"), Some("<2")));
        }
    }

    #[test]
    fn document_types_and_entities_are_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert_eq!(read(bomb.as_bytes()), None);
        assert_eq!(read(b"<a>&c;</a>"), None);
        assert_eq!(read(b"<a x=\"&c;\"/>"), None);
        assert_eq!(read(b"<a>&#0;</a>").and_then(|a| a.text().map(str::to_owned)), None);
    }

    #[test]
    fn depth_elements_and_attributes_have_an_end() {
        let nested = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert!(read(nested(DEEPEST).as_bytes()).is_some());
        assert_eq!(read(nested(DEEPEST + 1).as_bytes()), None);
        assert_eq!(read("<a>".repeat(80_000).as_bytes()), None);
        let flat = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count));
        assert!(read(flat(MOST - 1).as_bytes()).is_some());
        assert_eq!(read(flat(MOST).as_bytes()), None);
        assert_eq!(read(format!("<a {}/>", "x='' ".repeat(40_000)).as_bytes()), None);
    }

    #[test]
    fn what_is_escaped_is_read_back() {
        let text = "a<b>&\"'\u{7}ổ\u{ffff}]]>";
        let element = read(format!("<a x=\"{0}\">{0}</a>", escaped(text)).as_bytes()).unwrap();
        assert_eq!((element.text(), element.attribute("x")), (Some("a<b>&\"'ổ]]>"), Some("a<b>&\"'ổ]]>")));
    }

    proptest! {
        #[test]
        fn no_bytes_whatsoever_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_markup_whatsoever_makes_the_reader_panic(text in "[<>/a:&;#x0!\\[\\]CDATA?='\" -]{0,60}") {
            let _ = read(text.as_bytes());
        }
    }
}
