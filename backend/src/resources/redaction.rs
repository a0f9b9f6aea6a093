//! Keeps the values of Secrets back: a reader sees keys and sizes, and text without values cannot be applied.

use base64::Engine as _;
use muster_api::object::HIDDEN_DATA;
use serde_json::{Map, Value};

/// `kubectl apply` keeps the whole object here, a Secret's values among it.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Is it a Secret of the core group?
pub fn is_secret(object: &Value) -> bool {
    object["kind"] == "Secret" && object["apiVersion"] == "v1"
}

/// Replaces a Secret's values by their sizes; leaves every other object alone.
pub fn hide_values(object: &mut Value) {
    if !is_secret(object) {
        return;
    }
    let mut sizes = Map::new();
    for (key, text) in values(object, "data") {
        let decoded = base64::engine::general_purpose::STANDARD.decode(text);
        sizes.insert(key.clone(), decoded.map_or(text.len(), |bytes| bytes.len()).into());
    }
    for (key, text) in values(object, "stringData") {
        sizes.insert(key.clone(), text.len().into());
    }
    let Value::Object(fields) = object else { return };
    fields.remove("data");
    fields.remove("stringData");
    if !sizes.is_empty() {
        fields.insert(HIDDEN_DATA.to_owned(), Value::Object(sizes));
    }
    if let Some(Value::Object(annotations)) = fields.get_mut("metadata").and_then(|it| it.get_mut("annotations")) {
        annotations.remove(LAST_APPLIED);
    }
}

/// Was this text read with its values hidden?
pub fn has_hidden_values(object: &Value) -> bool {
    is_secret(object) && object.get(HIDDEN_DATA).is_some()
}

fn values<'a>(object: &'a Value, field: &str) -> impl Iterator<Item = (&'a String, &'a str)> {
    let fields = object.get(field).and_then(Value::as_object);
    fields
        .into_iter()
        .flatten()
        .map(|(key, value)| (key, value.as_str().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_shows_keys_and_sizes_only() {
        let mut secret = json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": {"name": "a", "annotations": {LAST_APPLIED: "{\"data\": {\"password\": \"aHVudGVyMg==\"}}", "b": "c"}},
            "data": {"password": "aHVudGVyMg=="}, "stringData": {"plain": "four"},
        });
        hide_values(&mut secret);
        let expected = json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "annotations": {"b": "c"}},
            "hiddenData": {"password": 7, "plain": 4},
        });
        assert_eq!(secret, expected);
        assert!(has_hidden_values(&secret));
    }

    #[test]
    fn other_objects_stay_as_they_are() {
        let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}});
        let mut same = map.clone();
        hide_values(&mut same);
        assert_eq!(same, map);
    }
}
