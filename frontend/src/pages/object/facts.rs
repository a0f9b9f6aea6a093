//! What the overview of an object says first: a few facts by kind, read from the object itself. Pure.

mod kinds;
mod parts;

pub use parts::{Condition, Container, DataEntry, conditions, containers, data_entries};

use crate::i18n::{Text, text::object::fact};
use crate::routes::KindPath;
use serde_json::Value;

/// One line of the overview.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What it is about.
    pub label: Text,
    /// What it says.
    pub value: FactValue,
}

/// What a fact says, as it should be shown.
#[derive(Debug, Clone, PartialEq)]
pub enum FactValue {
    /// Words.
    Text(String),
    /// Something that a machine reads: an image, an address, an expression.
    Code(Vec<String>),
    /// A moment (RFC 3339), shown as an age.
    Moment(String),
    /// Another object of the same cluster.
    Object {
        /// Its kind.
        kind: KindPath,
        /// Absent for cluster-wide kinds.
        namespace: Option<String>,
        /// What is shown: `Kind name` or the name alone.
        shown: String,
        /// Its name.
        name: String,
    },
    /// Labels and the like.
    Pairs(Vec<(String, String)>),
}

/// The facts of an object, in the order in which a person asks for them. What is not set has no line.
pub fn facts(kind: &KindPath, object: &Value) -> Vec<Fact> {
    let mut found = Facts {
        object,
        lines: Vec::new(),
    };
    found.owner();
    kinds::add(kind, &mut found);
    found.moment(fact::CREATED, "/metadata/creationTimestamp");
    found.moment(fact::DELETED, "/metadata/deletionTimestamp");
    found.pairs(fact::LABELS, "/metadata/labels");
    found.lines
}

/// Collects lines from one object.
struct Facts<'a> {
    object: &'a Value,
    lines: Vec<Fact>,
}

impl Facts<'_> {
    fn add(&mut self, label: Text, value: FactValue) {
        self.lines.push(Fact { label, value });
    }

    fn at(&self, pointer: &str) -> Option<String> {
        self.object.pointer(pointer).and_then(plain)
    }

    fn text(&mut self, label: Text, pointer: &str) {
        if let Some(text) = self.at(pointer) {
            self.add(label, FactValue::Text(text));
        }
    }

    fn words(&mut self, label: Text, text: String) {
        if !text.is_empty() {
            self.add(label, FactValue::Text(text));
        }
    }

    fn code(&mut self, label: Text, lines: Vec<String>) {
        if !lines.is_empty() {
            self.add(label, FactValue::Code(lines));
        }
    }

    fn moment(&mut self, label: Text, pointer: &str) {
        if let Some(time) = self.at(pointer) {
            self.add(label, FactValue::Moment(time));
        }
    }

    fn pairs(&mut self, label: Text, pointer: &str) {
        let pairs: Vec<(String, String)> = self
            .object
            .pointer(pointer)
            .and_then(Value::as_object)
            .map(|members| {
                members
                    .iter()
                    .filter_map(|(key, value)| Some((key.clone(), plain(value)?)))
                    .collect()
            })
            .unwrap_or_default();
        if !pairs.is_empty() {
            self.add(label, FactValue::Pairs(pairs));
        }
    }

    /// A link to an object of a built-in kind that a field names.
    fn link(&mut self, label: Text, kind_name: &str, pointer: &str) {
        let (Some(name), Some(kind)) = (self.at(pointer), muster_api::kind::by_name(kind_name)) else {
            return;
        };
        let namespace = if kind.namespaced {
            self.at("/metadata/namespace")
        } else {
            None
        };
        self.add(
            label,
            FactValue::Object {
                kind: kind.into(),
                namespace,
                shown: name.clone(),
                name,
            },
        );
    }

    fn owner(&mut self) {
        let owners = self
            .object
            .pointer("/metadata/ownerReferences")
            .and_then(Value::as_array);
        let Some(owner) = owners.and_then(|owners| {
            owners
                .iter()
                .find(|owner| owner["controller"] == Value::Bool(true))
                .or_else(|| owners.first())
        }) else {
            return;
        };
        let (Some(kind_name), Some(name)) = (plain(&owner["kind"]), plain(&owner["name"])) else {
            return;
        };
        let shown = format!("{kind_name} {name}");
        let known = muster_api::kind::by_manifest(owner["apiVersion"].as_str().unwrap_or_default(), &kind_name);
        match known {
            Some(kind) => {
                let namespace = if kind.namespaced {
                    self.at("/metadata/namespace")
                } else {
                    None
                };
                self.add(
                    fact::OWNER,
                    FactValue::Object {
                        kind: kind.into(),
                        namespace,
                        shown,
                        name,
                    },
                );
            }
            None => self.add(fact::OWNER, FactValue::Text(shown)),
        }
    }
}

/// A scalar as text; nothing for an empty text, an object or an array.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The texts at `name` in each item of the array at `pointer`.
fn each(object: &Value, pointer: &str, name: &str) -> Vec<String> {
    let items = object.pointer(pointer).and_then(Value::as_array);
    items
        .map(|items| items.iter().filter_map(|item| plain(&item[name])).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value_of(facts: &[Fact], label: Text) -> Option<&FactValue> {
        facts.iter().find(|fact| fact.label == label).map(|fact| &fact.value)
    }

    #[test]
    fn a_pod_says_its_owner_node_and_address() {
        let pod = json!({
            "metadata": {"namespace": "shop", "name": "web-1", "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "controller": true}]},
            "spec": {"nodeName": "node-1", "containers": [{"name": "web", "image": "busybox:1.36"}]},
            "status": {"podIP": "10.0.0.7", "qosClass": "Burstable"},
        });
        let facts = facts(&KindPath::new("core", "v1", "pods"), &pod);
        let Some(FactValue::Object { shown, namespace, .. }) = value_of(&facts, fact::OWNER) else {
            unreachable!("the owner is a link")
        };
        assert_eq!((shown.as_str(), namespace.as_deref()), ("ReplicaSet web", Some("shop")));
        assert!(
            matches!(value_of(&facts, fact::NODE), Some(FactValue::Object { name, namespace: None, .. }) if name == "node-1")
        );
        assert_eq!(
            value_of(&facts, fact::QUALITY_OF_SERVICE),
            Some(&FactValue::Text("Burstable".into()))
        );
    }

    #[test]
    fn an_unknown_kind_has_what_every_object_has() {
        let object =
            json!({"metadata": {"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"a": "b"}}});
        let facts = facts(&KindPath::new("example.com", "v1", "widgets"), &object);
        assert_eq!(facts.len(), 2);
        assert_eq!(
            value_of(&facts, fact::LABELS),
            Some(&FactValue::Pairs(vec![("a".into(), "b".into())]))
        );
    }
}
