//! YAML to look at: text with light colours, never markup.

use super::CopyButton;
use leptos::prelude::*;

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
                    {move || {
                        let changed = changed.get();
                        let mark = |index: usize| changed.get(index).copied().unwrap_or(false);
                        text.with(|text| {
                            text.lines().enumerate().map(|(index, line)| view_of_line(line, mark(index))).collect_view()
                        })
                    }}
                </code>
            </pre>
        </div>
    }
    .into_any()
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
    use super::parts_of;

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
    fn keys_and_values_are_told_apart() {
        assert_eq!(
            parts_of("  replicas: 3"),
            [("", "  "), ("code-key", "replicas"), ("", ":"), ("code-literal", " 3")]
        );
    }
}
