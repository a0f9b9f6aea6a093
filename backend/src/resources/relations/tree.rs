//! Owners and what they own, told by owner references.

use crate::resources::mapping::KindEntry;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// An object's owner references.
pub fn owner_references(object: &Value) -> impl Iterator<Item = &Value> {
    object["metadata"]["ownerReferences"].as_array().into_iter().flatten()
}

/// The one that controls the object, else the first.
pub fn controller(references: &[Value]) -> Option<&Value> {
    references
        .iter()
        .find(|reference| reference["controller"] == true)
        .or(references.first())
}

/// Those of the candidates that the object with this uid owns, or that these own: parents before children, each with its
/// depth.
pub fn descendants<'a>(uid: &str, candidates: &'a [(KindEntry, Value)]) -> Vec<(u32, &'a (KindEntry, Value))> {
    let mut owned: HashMap<&str, Vec<&'a (KindEntry, Value)>> = HashMap::new();
    for candidate in candidates {
        for reference in owner_references(&candidate.1) {
            if let Some(owner) = reference["uid"].as_str() {
                owned.entry(owner).or_default().push(candidate);
            }
        }
    }
    let mut found = Vec::new();
    let mut seen = HashSet::from([uid.to_owned()]);
    descend(uid, 1, &owned, &mut seen, &mut found);
    found
}

fn descend<'a>(
    uid: &str,
    depth: u32,
    owned: &HashMap<&str, Vec<&'a (KindEntry, Value)>>,
    seen: &mut HashSet<String>,
    found: &mut Vec<(u32, &'a (KindEntry, Value))>,
) {
    for child in owned.get(uid).into_iter().flatten() {
        let Some(child_uid) = child.1["metadata"]["uid"].as_str() else {
            continue;
        };
        // Owner references may be written in a circle.
        if seen.insert(child_uid.to_owned()) {
            found.push((depth, child));
            descend(child_uid, depth + 1, owned, seen, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(resource: &str, uid: &str, owner: &str) -> (KindEntry, Value) {
        let group = if resource == "pods" { "" } else { "apps" };
        let kind = KindEntry::built_in(muster_api::kind::by_path(group, "v1", resource).unwrap());
        (
            kind,
            json!({"metadata": {"uid": uid, "name": uid, "ownerReferences": [{"uid": owner, "controller": true}]}}),
        )
    }

    #[test]
    fn children_follow_their_parents_with_their_depth() {
        let candidates = [
            object("pods", "pod-1", "set-1"),
            object("pods", "stranger", "set-9"),
            object("replicasets", "set-1", "root"),
            object("replicasets", "set-2", "root"),
            object("pods", "pod-2", "set-2"),
        ];
        let found = descendants("root", &candidates);
        let found = found
            .iter()
            .map(|(depth, (_, object))| (*depth, object["metadata"]["uid"].as_str().unwrap()));
        assert_eq!(
            found.collect::<Vec<_>>(),
            [(1, "set-1"), (2, "pod-1"), (1, "set-2"), (2, "pod-2")]
        );
    }

    #[test]
    fn a_circle_of_owners_ends() {
        let candidates = [object("replicasets", "a", "b"), object("replicasets", "b", "a")];
        assert_eq!(descendants("a", &candidates).len(), 1);
    }
}
