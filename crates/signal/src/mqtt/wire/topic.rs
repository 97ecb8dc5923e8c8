//! Topics and filters: what is valid, and what matches what.

/// The longest topic or filter that is taken, in bytes.
const LONGEST: usize = 512;

/// Whether a text may be the topic of a message.
pub fn name_is_valid(topic: &str) -> bool {
    !topic.is_empty() && topic.len() <= LONGEST && !topic.contains(['+', '#', '\0'])
}

/// Whether a text may be a filter: `+` stands for one whole level, `#` for all that follow and only at the end.
pub fn filter_is_valid(filter: &str) -> bool {
    if filter.is_empty() || filter.len() > LONGEST || filter.contains('\0') {
        return false;
    }
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        let last = levels.peek().is_none();
        match level {
            "+" => {}
            "#" if last => {}
            level if level.contains(['+', '#']) => return false,
            _ => {}
        }
    }
    true
}

/// Whether a message on `topic` goes to someone who subscribed to `filter`. Both are valid.
pub fn matches(filter: &str, topic: &str) -> bool {
    if filter == topic {
        return true;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        match (wanted, levels.next()) {
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (wanted, Some(level)) if wanted == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_whole_levels_only() {
        for valid in ["#", "+", "a/#", "a/+/b", "/", "a//b", "+/+"] {
            assert!(filter_is_valid(valid), "{valid}");
        }
        for invalid in ["", "a#", "a/#/b", "a+/b", "#a", "a\0"] {
            assert!(!filter_is_valid(invalid), "{invalid}");
        }
        assert!(name_is_valid("lg/x/press") && !name_is_valid("lg/+/press") && !name_is_valid(""));
    }

    #[test]
    fn filters_match_as_the_protocol_says() {
        let yes = [
            ("a/b", "a/b"),
            ("a/+", "a/b"),
            ("a/#", "a/b/c"),
            ("a/#", "a"),
            ("#", "a/b"),
            ("+/b", "a/b"),
            ("a/+/c", "a//c"),
        ];
        let no = [("a/+", "a"), ("a/+", "a/b/c"), ("a/b", "a"), ("a/b/#", "a/c"), ("+", "a/b"), ("a", "a/b")];
        assert!(yes.iter().all(|(filter, topic)| matches(filter, topic)));
        assert!(!no.iter().any(|(filter, topic)| matches(filter, topic)));
    }
}
