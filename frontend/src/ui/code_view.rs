//! YAML to look at: text with light colours, never markup.

use super::CopyButton;
use leptos::prelude::*;
use std::collections::HashMap;

/// A text in the fixed-width face, coloured as YAML.
#[component]
pub fn CodeView(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// For each line: is it marked as changed?
    #[prop(optional, into)]
    changed: Signal<Vec<bool>>,
) -> impl IntoView {
    view! {
        <div class="code-view">
            <CopyButton text />
            <pre tabindex="0" role="region" aria-label=move || label.get()>
                <code>
                    // Lines that stay are not drawn anew: selected text and the place that is read stay.
                    <For
                        each=move || text.with(|text| changed.with(|changed| keyed_lines(text, changed)))
                        key=Clone::clone
                        let:line
                    >
                        {view_of_line(&line.text, line.changed)}
                    </For>
                </code>
            </pre>
        </div>
    }
    .into_any()
}

/// A line, and the how-many-th of its sort it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Line {
    text: String,
    changed: bool,
    number: usize,
}

fn keyed_lines(text: &str, changed: &[bool]) -> Vec<Line> {
    let mut seen = HashMap::<(&str, bool), usize>::new();
    text.lines()
        .enumerate()
        .map(|(index, line)| {
            let changed = changed.get(index).copied().unwrap_or(false);
            let number = seen.entry((line, changed)).or_default();
            *number += 1;
            Line {
                text: line.to_owned(),
                changed,
                number: *number,
            }
        })
        .collect()
}

fn view_of_line(line: &str, changed: bool) -> AnyView {
    let parts = parts_of(line);
    let spans = parts.into_iter().map(|(class, part)| match class {
        "" => part.to_owned().into_any(),
        class => view! { <span class=class>{part.to_owned()}</span> }.into_any(),
    });
    if changed {
        view! { <mark class="code-changed">{spans.collect_view()} "\n"</mark> }.into_any()
    } else {
        view! { {spans.collect_view()} "\n" }.into_any()
    }
}

/// A line in parts: a class and a piece of the line each. Enough YAML for what apiservers write, one line at a time.
fn parts_of(line: &str) -> Vec<(&'static str, &str)> {
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let (lead, rest) = line.split_at(indent);
    if rest.starts_with('#') {
        return vec![("", lead), ("code-comment", rest)];
    }
    let key_end = if rest.ends_with(':') {
        Some(rest.len() - 1)
    } else {
        rest.find(": ")
    };
    let Some(end) = key_end.filter(|_| !rest.starts_with(['"', '\''])) else {
        return vec![("", lead), (class_of_value(rest), rest)];
    };
    let (key, value) = rest.split_at(end);
    let (colon, value) = value.split_at(1);
    vec![
        ("", lead),
        ("code-key", key),
        ("", colon),
        (class_of_value(value), value),
    ]
}

fn class_of_value(value: &str) -> &'static str {
    let value = value.trim();
    if value.starts_with(['"', '\'']) {
        "code-string"
    } else if matches!(value, "true" | "false" | "null" | "{}" | "[]")
        || (!value.is_empty() && value.parse::<f64>().is_ok())
    {
        "code-literal"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::{keyed_lines, parts_of};

    #[test]
    fn a_line_keeps_every_character() {
        for line in [
            "  replicas: 3",
            "- name: web",
            "# note",
            "",
            "  \"a: b\"",
            "key:",
            "url: http://x:80/",
            "---",
        ] {
            let whole: String = parts_of(line).into_iter().map(|(_, part)| part).collect();
            assert_eq!(whole, line);
        }
    }

    #[test]
    fn lines_that_stay_keep_their_keys_when_one_comes_before_them() {
        let before = keyed_lines("a:\n  x\nb:\n  x\n", &[]);
        let after = keyed_lines("a:\n  new\n  x\nb:\n  x\n", &[]);
        assert!(before.iter().all(|line| after.contains(line)));
        assert_eq!(
            after.iter().collect::<std::collections::HashSet<_>>().len(),
            after.len()
        );
    }

    #[test]
    fn keys_and_values_are_told_apart() {
        assert_eq!(
            parts_of("  replicas: 3"),
            [("", "  "), ("code-key", "replicas"), ("", ":"), ("code-literal", " 3")]
        );
    }
}
