//! Rust source line by line, as the rules need it: code apart from comments and strings, tests apart from the rest.
//!
//! Promises: one output line for one input line. It is a reader of tokens, not a parser: it knows comments, strings
//! and braces, and nothing of types.

/// One line of Rust.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The code alone; strings are empty (`""`), comments are gone.
    pub code: String,
    /// The code with its strings, without comments.
    pub code_and_strings: String,
    /// Whether a comment stands on it.
    pub has_comment: bool,
    /// Whether it is compiled for tests only.
    pub in_test: bool,
}

#[derive(Clone, Copy)]
enum Within {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text { hashes: Option<usize> },
}

/// Reads one file.
pub fn read(text: &str) -> Vec<Line> {
    let mut lines = split(text);
    mark_tests(&mut lines);
    lines
}

/// Whether the whole file at `path` is no part of the program, by its name: tests, `testing`, which a crate lends to
/// others', or an example that somebody runs by hand.
pub fn is_test_file(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let named = matches!(name, "tests.rs" | "testing.rs") || name.ends_with("_tests.rs");
    named || folders.split('/').any(|folder| matches!(folder, "tests" | "testing" | "examples"))
}

/// `word` in `line`, not as a part of a longer word. A word that ends with a sign, like `f(`, may go on.
pub fn stands_alone(line: &str, word: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(is_letter);
    let (opens, ends) = (word.starts_with(is_letter), word.ends_with(is_letter));
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let part_of_another = (opens && joins(before)) || (ends && joins(after));
        !part_of_another
    })
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn split(text: &str) -> Vec<Line> {
    let chars: Vec<char> = text.chars().collect();
    let mut lines = vec![Line::default()];
    let mut within = Within::Code;
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == '\n' {
            if matches!(within, Within::LineComment) {
                within = Within::Code;
            }
            lines.push(Line::default());
            at += 1;
            continue;
        }
        let last = lines.len() - 1;
        (within, at) = match within {
            Within::Code => in_code(&chars, at, &mut lines[last]),
            Within::LineComment => (within, at + 1),
            Within::BlockComment { depth } => in_block_comment(&chars, at, depth, &mut lines[last]),
            Within::Text { hashes } => in_text(&chars, at, hashes, &mut lines[last]),
        };
    }
    lines
}

fn in_code(chars: &[char], at: usize, line: &mut Line) -> (Within, usize) {
    let next = chars.get(at + 1).copied();
    let here = chars[at];
    if here == '/' && (next == Some('/') || next == Some('*')) {
        line.has_comment = true;
        let within = if next == Some('/') { Within::LineComment } else { Within::BlockComment { depth: 1 } };
        return (within, at + 2);
    }
    if let Some((hashes, after)) = raw_string_start(chars, at) {
        both(line, '"');
        return (Within::Text { hashes: Some(hashes) }, after);
    }
    if here == '"' {
        both(line, '"');
        return (Within::Text { hashes: None }, at + 1);
    }
    if here == '\''
        && let Some(after) = char_literal_end(chars, at)
    {
        both(line, '\'');
        both(line, '\'');
        return (Within::Code, after);
    }
    both(line, here);
    (Within::Code, at + 1)
}

fn in_block_comment(chars: &[char], at: usize, depth: usize, line: &mut Line) -> (Within, usize) {
    line.has_comment = true;
    match (chars[at], chars.get(at + 1)) {
        ('/', Some('*')) => (Within::BlockComment { depth: depth + 1 }, at + 2),
        ('*', Some('/')) if depth == 1 => (Within::Code, at + 2),
        ('*', Some('/')) => (Within::BlockComment { depth: depth - 1 }, at + 2),
        _ => (Within::BlockComment { depth }, at + 1),
    }
}

fn in_text(chars: &[char], at: usize, hashes: Option<usize>, line: &mut Line) -> (Within, usize) {
    let here = chars[at];
    match hashes {
        None if here == '\\' && chars.get(at + 1) != Some(&'\n') => {
            line.code_and_strings.extend(chars.get(at..at + 2).into_iter().flatten());
            (Within::Text { hashes }, at + 2)
        }
        None if here == '"' => {
            both(line, '"');
            (Within::Code, at + 1)
        }
        Some(count)
            if here == '"' && chars[at + 1..].iter().take(count).filter(|c| **c == '#').count() == count =>
        {
            both(line, '"');
            (Within::Code, at + 1 + count)
        }
        _ => {
            line.code_and_strings.push(here);
            (Within::Text { hashes }, at + 1)
        }
    }
}

fn both(line: &mut Line, c: char) {
    line.code.push(c);
    line.code_and_strings.push(c);
}

/// `r"`, `r#"`, `br##"`: how many hashes, and where the text begins.
fn raw_string_start(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let after_a_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
    if chars[at] != 'r' || (after_a_word && chars[at - 1] != 'b' && chars[at - 1] != 'c') {
        return None;
    }
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(at + 1 + hashes) == Some(&'"')).then_some((hashes, at + 2 + hashes))
}

/// Where a character literal that opens at `at` ends; nothing when it is a lifetime.
fn char_literal_end(chars: &[char], at: usize) -> Option<usize> {
    if chars.get(at + 1) == Some(&'\\') {
        let close = chars.get(at + 3..)?.iter().position(|c| *c == '\'')?;
        return Some(at + 3 + close + 1);
    }
    (chars.get(at + 2) == Some(&'\'')).then_some(at + 3)
}

fn mark_tests(lines: &mut [Line]) {
    let mut line = 0;
    while line < lines.len() {
        let code = lines[line].code.trim_start();
        let opens = ["#[cfg(test)]", "#[cfg(all(test", "#[test]", "#[tokio::test"];
        if opens.iter().any(|attribute| code.starts_with(attribute)) {
            let end = item_end(lines, line);
            for inside in &mut lines[line..=end] {
                inside.in_test = true;
            }
            line = end;
        }
        line += 1;
    }
}

/// The last line of the item whose attributes begin at `start`.
fn item_end(lines: &[Line], start: usize) -> usize {
    let (mut braces, mut brackets) = (0_i32, 0_i32);
    for (number, line) in lines.iter().enumerate().skip(start) {
        for c in line.code.chars() {
            match c {
                '[' | '(' => brackets += 1,
                ']' | ')' => brackets -= 1,
                '{' => braces += 1,
                '}' => {
                    braces -= 1;
                    if braces == 0 {
                        return number;
                    }
                }
                ';' if braces == 0 && brackets == 0 => return number,
                _ => {}
            }
        }
    }
    lines.len() - 1
}

#[cfg(test)]
mod tests {
    use super::{is_test_file, read, stands_alone};

    fn code(text: &str) -> Vec<String> {
        read(text).into_iter().map(|line| line.code).collect()
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        assert_eq!(code("let a = \"HashMap\"; // HashMap"), ["let a = \"\"; "]);
        assert_eq!(code("a /* one /* two */ still */ b"), ["a  b"]);
        assert_eq!(code("r#\"say \"tokio\" \"#.len()"), ["\"\".len()"]);
        assert_eq!(code("\"a \\\" b\" + c"), ["\"\" + c"]);
    }

    #[test]
    fn a_quote_in_a_character_and_a_lifetime_do_not_open_a_string() {
        assert_eq!(code("f('\"', '\\'', b'\\n'); g::<'a>(x)"), ["f('', '', b''); g::<'a>(x)"]);
    }

    #[test]
    fn a_string_over_two_lines_keeps_both_lines() {
        let lines = read("let a = \"one\n two\"; b");
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1].code, "\"; b");
        assert_eq!(lines[1].code_and_strings, " two\"; b");
    }

    #[test]
    fn a_test_module_ends_with_its_brace() {
        let lines = read("fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n");
        let in_test: Vec<bool> = lines.iter().map(|line| line.in_test).collect();
        assert_eq!(in_test, [false, true, true, true, true, false, false]);
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_ends_with_its_semicolon() {
        let lines = read("#[cfg(test)]\nmod tests;\nfn c() {}\n");
        assert_eq!(lines.iter().map(|line| line.in_test).collect::<Vec<_>>(), [true, true, false, false]);
    }

    #[test]
    fn a_word_within_another_does_not_stand_alone() {
        assert!(stands_alone("a().await?", ".await"));
        assert!(!stands_alone("self.awaited", ".await"));
        assert!(!stands_alone("MyHashMap", "HashMap") && !stands_alone("HashMaps", "HashMap"));
        assert!(stands_alone("rand::random()", "rand::") && !stands_alone("my_rand::x", "rand::"));
    }

    #[test]
    fn a_file_is_for_tests_by_its_name_or_folder() {
        assert!(is_test_file("crates/fire/src/rules/tests.rs"));
        assert!(is_test_file("tests/tidy/main.rs"));
        assert!(is_test_file("crates/journal/src/testing.rs"));
        assert!(!is_test_file("crates/fire/src/ring_tests/bell.rs"));
        assert!(!is_test_file("crates/fire/src/rules.rs"));
    }
}
