//! What differs between an object before and after, without what the server manages by itself.

use crate::resources::redaction;
use muster_api::apply::FieldChange;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What the server counts and stamps by itself.
const MANAGED_METADATA: [&str; 6] = [
    "managedFields",
    "resourceVersion",
    "generation",
    "uid",
    "creationTimestamp",
    "selfLink",
];

/// The object as a person compares it: without status and without what the server manages by itself.
pub fn comparable(object: &Value) -> Value {
    let mut object = object.clone();
    if let Value::Object(fields) = &mut object {
        fields.remove("status");
        if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
            for key in MANAGED_METADATA {
                metadata.remove(key);
            }
        }
    }
    object
}

/// The changes from one comparable object to another; the values of a Secret are only told apart, never shown.
pub fn between(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(&mut String::new(), before, after, &mut changes);
    if redaction::is_secret(before) || redaction::is_secret(after) {
        for change in &mut changes {
            hide(change);
        }
    }
    changes
}

fn compare(path: &mut String, before: &Value, after: &Value, changes: &mut Vec<FieldChange>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(before), Value::Object(after)) => compare_fields(path, before, after, changes),
        (Value::Array(before), Value::Array(after)) => compare_lists(path, before, after, changes),
        _ => changes.push(FieldChange {
            path: path.clone(),
            before: Some(before.clone()),
            after: Some(after.clone()),
        }),
    }
}

fn compare_fields(
    path: &mut String,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    changes: &mut Vec<FieldChange>,
) {
    for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        descend(path, key, before.get(key), after.get(key), changes);
    }
}

/// Lists of named things (containers, ports, variables) are compared by name, others place by place.
fn compare_lists(path: &mut String, before: &[Value], after: &[Value], changes: &mut Vec<FieldChange>) {
    let (Some(named_before), Some(named_after)) = (by_name(before), by_name(after)) else {
        for index in 0..before.len().max(after.len()) {
            descend(path, &index.to_string(), before.get(index), after.get(index), changes);
        }
        return;
    };
    for (name, &index) in &named_before {
        if !named_after.contains_key(name) {
            descend(path, &index.to_string(), before.get(index), None, changes);
        }
    }
    for (name, &index) in &named_after {
        let earlier = named_before.get(name).and_then(|&earlier| before.get(earlier));
        descend(path, &index.to_string(), earlier, after.get(index), changes);
    }
}

fn by_name(list: &[Value]) -> Option<BTreeMap<&str, usize>> {
    let mut names = BTreeMap::new();
    for (index, item) in list.iter().enumerate() {
        let name = item.get("name")?.as_str()?;
        if names.insert(name, index).is_some() {
            return None;
        }
    }
    Some(names)
}

fn descend(
    path: &mut String,
    key: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    changes: &mut Vec<FieldChange>,
) {
    let length = path.len();
    path.push('/');
    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
    match (before, after) {
        (Some(before), Some(after)) => compare(path, before, after, changes),
        _ => changes.push(FieldChange {
            path: path.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
    path.truncate(length);
}

fn hide(change: &mut FieldChange) {
    let holds_values = ["/data", "/stringData", "/metadata/annotations"]
        .iter()
        .any(|field| change.path == *field || change.path.starts_with(&format!("{field}/")));
    if !holds_values {
        return;
    }
    for value in [&mut change.before, &mut change.after].into_iter().flatten() {
        hide_texts(value);
    }
    if change.before == change.after {
        // Same length, other value: say so, or the change would look like none.
        if let Some(Value::String(after)) = &mut change.after {
            after.push_str(", another value");
        }
    }
}

fn hide_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = format!("hidden, {} characters", text.chars().count()),
        Value::Object(fields) => fields.values_mut().for_each(hide_texts),
        Value::Array(items) => items.iter_mut().for_each(hide_texts),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(path: &str, before: Option<Value>, after: Option<Value>) -> FieldChange {
        FieldChange {
            path: path.into(),
            before,
            after,
        }
    }

    #[test]
    fn what_the_server_manages_is_no_change() {
        let before = json!({"metadata": {"name": "a", "resourceVersion": "1", "generation": 1, "managedFields": []},
                            "spec": {"replicas": 1}, "status": {"replicas": 0}});
        let mut after = before.clone();
        after["metadata"]["resourceVersion"] = "2".into();
        after["status"]["replicas"] = 1.into();
        assert_eq!(between(&comparable(&before), &comparable(&after)), []);
    }

    #[test]
    fn fields_are_named_by_pointer_and_lists_by_their_items_names() {
        let before = json!({"metadata": {"labels": {"a/b": "1"}},
                            "containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}], "args": [1, 2]});
        let after = json!({"metadata": {"labels": {"a/b": "2"}},
                           "containers": [{"name": "b", "image": "z"}, {"name": "c"}], "args": [1]});
        let expected = [
            change("/args/1", Some(json!(2)), None),
            change("/containers/0", Some(json!({"name": "a", "image": "x"})), None),
            change("/containers/0/image", Some(json!("y")), Some(json!("z"))),
            change("/containers/1", None, Some(json!({"name": "c"}))),
            change("/metadata/labels/a~1b", Some(json!("1")), Some(json!("2"))),
        ];
        assert_eq!(between(&before, &after), expected);
    }

    #[test]
    fn the_values_of_a_secret_are_told_apart_but_not_shown() {
        let secret = |password: &str| json!({"apiVersion": "v1", "kind": "Secret", "data": {"password": password}});
        let changes = between(&secret("YWJj"), &secret("eHl6"));
        let expected = change(
            "/data/password",
            Some(json!("hidden, 4 characters")),
            Some(json!("hidden, 4 characters, another value")),
        );
        assert_eq!(changes, [expected]);
        let empty = json!({"apiVersion": "v1", "kind": "Secret"});
        let text = serde_json::to_string(&between(&empty, &secret("YWJj"))).unwrap();
        assert!(
            !text.contains("YWJj") && text.contains("hidden, 4 characters"),
            "{text}"
        );
    }
}
