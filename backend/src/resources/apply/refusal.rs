//! A cluster's refusal of one document, in words that say what to do.

use crate::resources::remote::Refusal;
use muster_api::apply::FieldConflict;
use muster_api::said::{Said, apply as sentence};

/// The fields that others own, when that is why the document was refused.
pub fn conflicts(refusal: &Refusal) -> Vec<FieldConflict> {
    let causes = refusal
        .causes()
        .into_iter()
        .filter(|cause| cause.reason == "FieldManagerConflict");
    let conflicts = causes.map(|cause| FieldConflict {
        manager: cause.message.split('"').nth(1).unwrap_or(&cause.message).to_owned(),
        field: cause.field,
    });
    conflicts.collect()
}

/// Why a document was refused, where the console has a sentence of its own for it.
pub fn said(refusal: &Refusal, namespace: Option<&str>) -> Option<Said> {
    let namespace = namespace.unwrap_or_default();
    if refusal.is_namespace_missing() {
        return Some(sentence::NO_NAMESPACE.with(&[("namespace", &namespace)]));
    }
    if refusal.is_namespace_terminating() {
        return Some(sentence::NAMESPACE_GOES.with(&[("namespace", &namespace)]));
    }
    let message = refusal.message();
    match refusal.code() {
        405 => Some(sentence::NOT_WRITABLE.say()),
        409 if message.contains("UID in precondition") => Some(sentence::OTHER_UID.say()),
        409 if message.contains("the object has been modified") => Some(sentence::CHANGED_SINCE.say()),
        _ => None,
    }
}

/// Why a document was refused, in the cluster's words.
pub fn sentence(refusal: &Refusal) -> String {
    let message = refusal.message();
    if let Some((_, problems)) = message.split_once("failed to create typed patch object") {
        return typed_patch_problems(problems);
    }
    if let Some((_, problems)) = message.split_once("strict decoding error: ") {
        return problems.replace("unknown field", "there is no field");
    }
    refusal.sentence()
}

/// `(ns/name; apps/v1, Kind=Deployment): errors:\n  .spec.x: field not declared in schema\n  …`
fn typed_patch_problems(text: &str) -> String {
    let problems = text.split_once("): ").map_or(text, |(_, problems)| problems);
    let problems = problems.strip_prefix("errors:").unwrap_or(problems);
    let sentences = problems.lines().map(|line| {
        let line = line.trim().trim_start_matches('.');
        line.replace("field not declared in schema", "there is no such field")
    });
    sentences
        .filter(|sentence| !sentence.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests {
    use super::{FieldConflict, Refusal, conflicts, said};
    use serde_json::{Value, json};

    fn refusal(status: Value) -> Refusal {
        Refusal {
            status: serde_json::from_value(status).unwrap(),
        }
    }

    #[test]
    fn unknown_fields_and_wrong_types_are_named_without_the_servers_wrapping() {
        let cases = [
            (
                "failed to create typed patch object (b/a; apps/v1, Kind=Deployment): errors:\n  \
                 .spec.template.spec.containers[name=\"c\"].foo: field not declared in schema\n  \
                 .spec.replicaz: field not declared in schema",
                "spec.template.spec.containers[name=\"c\"].foo: there is no such field; \
                 spec.replicaz: there is no such field",
            ),
            (
                "failed to create typed patch object (b/a; apps/v1, Kind=Deployment): .spec.replicas: expected numeric \
                 (int or float), got string",
                "spec.replicas: expected numeric (int or float), got string",
            ),
            (
                "Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \
                 \"spec.replicaz\"",
                "there is no field \"spec.replicaz\"",
            ),
        ];
        for (message, expected) in cases {
            assert_eq!(
                super::sentence(&refusal(json!({"code": 500, "message": message}))),
                expected
            );
        }
    }

    #[test]
    fn conflicts_name_field_and_owner() {
        let conflict = refusal(json!({
            "code": 409, "reason": "Conflict", "message": "Apply failed with 1 conflict",
            "details": {"causes": [{
                "reason": "FieldManagerConflict", "field": ".spec.replicas",
                "message": "conflict with \"kubectl-client-side-apply\" using apps/v1",
            }]},
        }));
        let expected = FieldConflict {
            field: ".spec.replicas".into(),
            manager: "kubectl-client-side-apply".into(),
        };
        assert_eq!(conflicts(&conflict), [expected]);
    }

    #[test]
    fn a_missing_namespace_says_what_to_do() {
        let missing = refusal(json!({
            "code": 404, "reason": "NotFound", "message": "namespaces \"x\" not found",
            "details": {"name": "x", "kind": "namespaces"},
        }));
        let said = said(&missing, Some("x")).unwrap();
        assert!(
            said.message
                .starts_with("The namespace x does not exist: create it first")
        );
    }
}
