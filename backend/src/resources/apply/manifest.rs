//! A manifest's documents before any cluster is asked: flattened, checked for what every object needs, cleaned.

use crate::resources::mapping::KindEntry;
use crate::resources::redaction;
use muster_api::object::HIDDEN_DATA;
use serde_json::{Map, Value};

/// One object of a manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its place, from 1; the items of a list count one by one.
    pub number: u32,
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.namespace`, when it says one.
    pub namespace: Option<String>,
    /// `metadata.name`; empty when the cluster shall make one up (`generateName`).
    pub name: String,
    /// The object, cleaned of what only the server writes.
    pub object: Value,
}

/// A document that is no object; the place and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Its place, from 1.
    pub number: u32,
    /// What is missing or wrong.
    pub message: String,
}

/// Reads every document as an object; lists count as their items.
pub fn documents(values: Vec<Value>) -> Vec<Result<Document, Malformed>> {
    let mut objects = Vec::new();
    for value in values {
        flatten(value, &mut objects);
    }
    let numbered = (1_u32..).zip(objects);
    numbered
        .map(|(number, value)| document(number, value).map_err(|message| Malformed { number, message }))
        .collect()
}

fn flatten(value: Value, into: &mut Vec<Value>) {
    let is_list = value["kind"].as_str().is_some_and(|kind| kind.ends_with("List")) && value["items"].is_array();
    match value {
        Value::Object(mut fields) if is_list => {
            if let Some(Value::Array(items)) = fields.remove("items") {
                for item in items {
                    flatten(item, into);
                }
            }
        }
        // kubectl reads a bare sequence of objects in JSON files no more than in YAML: it is left for `document` to refuse.
        value => into.push(value),
    }
}

fn document(number: u32, value: Value) -> Result<Document, String> {
    let Value::Object(mut fields) = value else {
        return Err("this is no object: a document begins with apiVersion, kind and metadata".to_owned());
    };
    let api_version = required(&fields, "apiVersion", "apps/v1")?;
    let kind = required(&fields, "kind", "Deployment")?;
    let (namespace, name) = {
        let metadata = match fields.get_mut("metadata") {
            Some(Value::Object(metadata)) => metadata,
            Some(Value::Null) | None => return Err(format!("this {kind} has no metadata: give it metadata.name")),
            Some(_) => return Err(format!("the metadata of this {kind} must be a map with a name")),
        };
        for key in ["managedFields", "creationTimestamp", "generation", "selfLink"] {
            metadata.remove(key);
        }
        let namespace = optional(metadata, "namespace")?;
        let name = optional(metadata, "name")?;
        let generate_name = optional(metadata, "generateName")?;
        match (name, generate_name) {
            (Some(name), _) => (namespace, name),
            (None, Some(_)) => (namespace, String::new()),
            (None, None) => return Err(format!("this {kind} has no name: give it metadata.name")),
        }
    };
    let mut object = Value::Object(fields);
    if redaction::has_hidden_values(&object) {
        return Err(format!(
            "this text of the Secret {name} was read without its values ({HIDDEN_DATA}) and would lose them: read it with \
             its values as an administrator, or write data and leave {HIDDEN_DATA} out"
        ));
    }
    // `kubectl create --dry-run -o yaml` writes an empty status; nobody sets one by hand.
    if let Value::Object(fields) = &mut object {
        fields.remove("status");
    }
    Ok(Document {
        number,
        api_version,
        kind,
        namespace,
        name,
        object,
    })
}

fn required(fields: &Map<String, Value>, key: &str, example: &str) -> Result<String, String> {
    match fields.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(Value::Null) | None => Err(format!(
            "this document has no {key}: write for example {key}: {example}"
        )),
        Some(_) => Err(format!("{key} must be a text, for example {example}")),
    }
}

fn optional(metadata: &Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match metadata.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(Value::Null | Value::String(_)) | None => Ok(None),
        Some(other) => Err(format!("metadata.{key} must be a text: write \"{other}\" in quotes")),
    }
}

/// The kinds that a CustomResourceDefinition of the manifest brings.
pub fn defined_kinds(document: &Document) -> Vec<KindEntry> {
    if document.kind != "CustomResourceDefinition" {
        return Vec::new();
    }
    let spec = &document.object["spec"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let versions = spec["versions"].as_array().into_iter().flatten();
    let kinds = versions.map(|version| KindEntry {
        group: text(&spec["group"]),
        version: text(&version["name"]),
        resource: text(&spec["names"]["plural"]),
        kind: text(&spec["names"]["kind"]),
        namespaced: spec["scope"] == "Namespaced",
        verbs: Vec::new(),
        subresources: Vec::new(),
    });
    kinds.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::yaml::read_documents;
    use serde_json::json;

    fn read(text: &str) -> Vec<Result<Document, Malformed>> {
        documents(read_documents(text).unwrap())
    }

    #[test]
    fn a_list_counts_as_its_items() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n\
                    - {apiVersion: v1, kind: ConfigMapList, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}]}\n\
                    ---\napiVersion: v1\nkind: Node\nmetadata: {name: c}\n";
        let found = read(text).into_iter().map(|document| document.unwrap());
        let found = found
            .map(|document| (document.number, document.kind, document.name))
            .collect::<Vec<_>>();
        let expected = [(1, "Pod", "a"), (2, "ConfigMap", "b"), (3, "Node", "c")];
        assert_eq!(
            found,
            expected.map(|(number, kind, name)| (number, kind.to_owned(), name.to_owned()))
        );
    }

    #[test]
    fn documents_without_kind_or_name_are_named_one_by_one() {
        let text = "kind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nmetadata: {name: a}\n---\n\
                    apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nmetadata: {labels: {}}\n---\n\
                    apiVersion: v1\nkind: Pod\nmetadata: {name: 12}\n---\njust text\n";
        let problems = read(text).into_iter().map(|document| document.unwrap_err());
        let problems = problems
            .map(|problem| format!("{} {}", problem.number, problem.message))
            .collect::<Vec<_>>();
        assert_eq!(
            problems,
            [
                "1 this document has no apiVersion: write for example apiVersion: apps/v1",
                "2 this document has no kind: write for example kind: Deployment",
                "3 this Pod has no metadata: give it metadata.name",
                "4 this Pod has no name: give it metadata.name",
                "5 metadata.name must be a text: write \"12\" in quotes",
                "6 this is no object: a document begins with apiVersion, kind and metadata",
            ]
        );
    }

    #[test]
    fn a_secret_that_was_read_without_its_values_is_refused() {
        let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nhiddenData: {password: 7}\n";
        let problem = read(text).remove(0).unwrap_err();
        assert!(problem.message.contains("would lose them"), "{}", problem.message);
    }

    #[test]
    fn what_only_the_server_writes_is_dropped() {
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a, creationTimestamp: null, managedFields: []}\nstatus: {}\n";
        let document = read(text).remove(0).unwrap();
        assert_eq!(
            document.object,
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}})
        );
    }

    #[test]
    fn the_kinds_of_a_definition_are_known_before_it_is_written() {
        let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.example.com}\n\
                    spec: {group: example.com, scope: Namespaced, names: {plural: gadgets, kind: Gadget}, versions: [{name: v1}]}\n";
        let kinds = defined_kinds(&read(text).remove(0).unwrap());
        assert_eq!(
            kinds[0].object_path(Some("a"), "b"),
            "/apis/example.com/v1/namespaces/a/gadgets/b"
        );
    }
}
