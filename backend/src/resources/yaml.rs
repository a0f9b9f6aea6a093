//! YAML in and out: manifests as people write them, objects as they want to read them.
//!
//! Reading follows what `kubectl` reads (YAML 1.1 booleans and octal numbers such as `0644`), within budgets, and says
//! where a text is broken. Nothing here knows a cluster.

use muster_api::problem::FieldProblem;
use serde_json::{Map, Value};

/// The longest manifest that is read.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most documents that one manifest may have.
pub const MOST_DOCUMENTS: usize = 2_000;
/// Keys that come first in an object, in this order; `status` comes last, the rest between as it is.
const FIRST_KEYS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];
const FIRST_METADATA_KEYS: [&str; 4] = ["name", "namespace", "labels", "annotations"];

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct YamlError {
    /// From 1; 0 when it is about the whole text.
    pub line: u64,
    /// From 1, in characters; 0 when it is about the whole text.
    pub column: u64,
    /// What is wrong there.
    pub message: String,
    /// The line itself, when there is one.
    pub text: Option<String>,
}

impl YamlError {
    /// The error as a problem of the request's field `field`.
    pub fn into_field_problem(self, field: &str) -> FieldProblem {
        let message = match (&self.text, self.line) {
            (_, 0) => self.message,
            (Some(text), _) => format!("{self}: {}", shortened(text.trim())),
            (None, _) => self.to_string(),
        };
        FieldProblem::new(field, "yaml", message)
    }
}

/// The line is shown beside the message: enough of it to find it again.
fn shortened(text: &str) -> String {
    const MOST_CHARACTERS: usize = 120;
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Every document of a text; empty documents and those with only comments are left out.
pub fn read_documents(text: &str) -> Result<Vec<Value>, YamlError> {
    let whole = |message: String| YamlError {
        line: 0,
        column: 0,
        message,
        text: None,
    };
    if text.len() > MOST_BYTES {
        return Err(whole(format!(
            "the manifest has {} bytes, more than the {MOST_BYTES} that are read at once: apply it in parts",
            text.len()
        )));
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_documents: MOST_DOCUMENTS,
            max_nodes: 400_000,
            max_events: 1_200_000,
            max_aliases: 1_000,
            max_anchors: 1_000,
            max_total_scalar_bytes: MOST_BYTES * 2,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 50_000 },
        emit_comments: false,
        legacy_octal_numbers: true,
        with_snippet: false,
    };
    serde_saphyr::from_multiple_with_options::<Value>(text, options).map_err(|error| {
        let location = error.location();
        let line = location.map_or(0, |location| location.line());
        YamlError {
            line,
            column: location.map_or(0, |location| location.column()),
            message: bare_message(&error),
            text: line
                .checked_sub(1)
                .and_then(|before| text.lines().nth(usize::try_from(before).ok()?))
                .map(str::to_owned),
        }
    })
}

/// The message without its place: the place is said once, by us.
fn bare_message(error: &serde_saphyr::Error) -> String {
    let rendered = error.without_snippet().to_string();
    let first_line = rendered.lines().next().unwrap_or_default();
    let end = first_line.find(" at line ").unwrap_or(first_line.len());
    let message = first_line[..end].trim_end_matches([' ', ',', ':', '(']);
    match message.strip_prefix("budget breached: ") {
        Some(what) => format!("the manifest has more in it than is read at once ({what}): apply it in parts"),
        None => message.to_owned(),
    }
}

/// An object as YAML, keys in the order that people expect.
pub fn write_object(object: &Value) -> String {
    write_value(&in_reading_order(object))
}

/// A value as YAML, its keys as they are.
pub fn write_value(value: &Value) -> String {
    let options = serde_saphyr::ser_options! {
        // Long lines stay whole: a folded one is hard to edit and to search.
        folded_wrap_chars: usize::MAX,
    };
    // Strings, numbers, lists and maps with text keys: there is nothing that YAML could not hold.
    serde_saphyr::to_string_with_options(value, options).unwrap_or_default()
}

fn in_reading_order(object: &Value) -> Value {
    let Value::Object(fields) = object else {
        return object.clone();
    };
    let mut ordered = Map::new();
    for key in FIRST_KEYS {
        if let Some(value) = fields.get(key) {
            let value = if key == "metadata" {
                metadata_in_reading_order(value)
            } else {
                value.clone()
            };
            ordered.insert(key.to_owned(), value);
        }
    }
    for (key, value) in fields {
        if !FIRST_KEYS.contains(&key.as_str()) && key != "status" {
            ordered.insert(key.clone(), value.clone());
        }
    }
    if let Some(status) = fields.get("status") {
        ordered.insert("status".to_owned(), status.clone());
    }
    Value::Object(ordered)
}

fn metadata_in_reading_order(metadata: &Value) -> Value {
    let Value::Object(fields) = metadata else {
        return metadata.clone();
    };
    let first = FIRST_METADATA_KEYS.iter().filter_map(|&key| fields.get_key_value(key));
    let rest = fields
        .iter()
        .filter(|(key, _)| !FIRST_METADATA_KEYS.contains(&key.as_str()));
    Value::Object(
        first
            .chain(rest)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn comments_and_empty_documents_are_left_out() {
        let text = "# only a comment\n---\na: 1 # one\n---\n---\n# nothing\n---\n{\"b\": [true, null]}\n";
        assert_eq!(
            read_documents(text).unwrap(),
            [json!({"a": 1}), json!({"b": [true, null]})]
        );
        assert_eq!(read_documents("").unwrap(), Vec::<Value>::new());
    }

    #[test]
    fn values_are_what_kubectl_reads() {
        let text =
            "mode: 0644\non: yes\nversion: '1.10'\nnumber: 1.10\ndate: 2026-01-01\nbig: 9007199254740993\nempty:\n";
        let expected = json!({
            "mode": 420, "on": true, "version": "1.10", "number": 1.1, "date": "2026-01-01",
            "big": 9_007_199_254_740_993_u64, "empty": null,
        });
        assert_eq!(read_documents(text).unwrap(), [expected]);
    }

    #[test]
    fn a_broken_text_is_named_with_line_column_and_the_line() {
        let error = read_documents("kind: Pod\nmetadata:\n  name: web\n labels: {}\n").unwrap_err();
        assert_eq!(error.line, 4, "{error}");
        let problem = error.into_field_problem("manifest");
        assert_eq!((problem.field.as_str(), problem.code.as_str()), ("manifest", "yaml"));
        assert!(problem.message.starts_with("line 4, column "), "{}", problem.message);
        assert!(problem.message.ends_with("labels: {}"), "{}", problem.message);

        let error = read_documents("a: 1\na: 2\n").unwrap_err();
        assert_eq!(error.line, 2, "{error}");
        assert!(error.message.contains("duplicate"), "{error}");

        let error = read_documents("a: [1, 2\nb: 3\n").unwrap_err();
        assert!(error.line >= 1 && error.column >= 1, "{error}");
        assert_eq!(error.message.matches("line").count(), 0, "{error}");
    }

    #[test]
    fn an_alias_bomb_and_deep_nesting_are_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb = format!("{bomb}a{level}: &a{level} [{aliases}]\n");
        }
        assert!(read_documents(&bomb).is_err());
        assert!(read_documents(&"[".repeat(10_000)).is_err());
        assert!(read_documents(&"a: 1\n---\n".repeat(MOST_DOCUMENTS + 1)).is_err());
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let object = json!({
            "kind": "ConfigMap",
            "apiVersion": "v1",
            "status": {},
            "data": {
                "yes": "no", "number": "12", "float": "1e3", "null": "null", "empty": "", "space": " x ", "tilde": "~",
                "lines": "a\nb\n", "open": "a\nb", "more": "\n\n  a\n", "tab": "\ta: b", "hash": "a # b", "octal": "0644",
                "long": "word ".repeat(60), "colon": "a: b", "date": "2026-01-01", "emoji": "☸ 集群", "dash": "- x",
                "crlf": "a\r\nb\r\n", "trailing": "a \nb\t\n", "quote": "'\"\\", "bell": "\u{7}", "mark": "\u{feff}x",
            },
            "metadata": {"uid": "1", "labels": {}, "name": "web", "finalizers": [], "generation": 3, "ratio": 0.5},
        });
        let text = write_object(&object);
        assert_eq!(read_documents(&text).unwrap(), [object], "{text}");
        assert!(
            text.starts_with("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  labels: {}\n"),
            "{text}"
        );
        assert!(text.ends_with("status: {}\n"), "{text}");
    }
}
