//! Reading one .ftl file into what the rules compare.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use liengia_tests::{File, Finding, files};
use std::collections::{BTreeMap, BTreeSet};

/// Message id (or `id.attribute`) -> the variables in it.
pub type Messages = BTreeMap<String, BTreeSet<String>>;

/// Every text file.
pub fn texts() -> Vec<File> {
    files().into_iter().filter(|file| file.path.starts_with("texts/") && file.ends_with(&["ftl"])).collect()
}

/// `texts/vi/fire.ftl` -> `("vi", "fire")`.
pub fn language_and_area(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("texts/")?.strip_suffix(".ftl")?.split_once('/')
}

/// The messages of one file, and what could not be read or stands twice.
pub fn messages(file: &File) -> (Messages, Vec<Finding>) {
    let mut found = Vec::new();
    let resource = fluent_syntax::parser::parse(file.text.as_str()).unwrap_or_else(|(resource, errors)| {
        for error in errors {
            let line = file.text[..error.pos.start.min(file.text.len())].lines().count().max(1);
            found.push(Finding::at(&file.path, line, format!("is not Fluent: {error}")));
        }
        resource
    });
    let mut messages = Messages::new();
    let mut add = |id: String, pattern: Option<&Pattern<&str>>| {
        let mut variables = BTreeSet::new();
        if let Some(pattern) = pattern {
            in_pattern(pattern, &mut variables);
        }
        if messages.insert(id.clone(), variables).is_some() {
            found.push(Finding::about(&file.path, format!("says {id} twice")));
        }
    };
    for entry in &resource.body {
        let (id, value, attributes) = match entry {
            Entry::Message(message) => {
                (message.id.name.to_owned(), message.value.as_ref(), &message.attributes)
            }
            Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
            _ => continue,
        };
        add(id.clone(), value);
        for attribute in attributes {
            add(format!("{id}.{}", attribute.id.name), Some(&attribute.value));
        }
    }
    (messages, found)
}

fn in_pattern(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, variables);
        }
    }
}

fn in_expression(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, variables),
        Expression::Select { selector, variants } => {
            in_inline(selector, variables);
            for variant in variants {
                in_pattern(&variant.value, variables);
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => drop(variables.insert(id.name.to_owned())),
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                in_inline(argument, variables);
            }
        }
        InlineExpression::Placeable { expression } => in_expression(expression, variables),
        _ => {}
    }
}
