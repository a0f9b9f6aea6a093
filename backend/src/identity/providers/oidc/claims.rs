//! Claims: found by path, and read as text or as groups.

use std::collections::BTreeSet;

use muster_api::said::oidc as sentence;
use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::web::quoted;
use super::super::{PersonGroup, ProviderError};

/// More groups of one person than this are an error.
const MOST_GROUPS: usize = 5_000;

/// Claims besides the usual ones.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Claims(Map<String, Value>);

impl AdditionalClaims for Claims {}

/// What a claim of groups says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Groups {
    /// These, and no others.
    These(Vec<PersonGroup>),
    /// There is no such claim.
    NotSaid,
}

/// The value at a path. Names of claims may have dots themselves (`https://example.com/groups`), so the longest name that
/// is there wins.
pub(super) fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return (!value.is_null()).then_some(value);
    }
    let mut dots = path.rmatch_indices('.');
    dots.find_map(|(dot, _)| at(claims.get(&path[..dot])?.as_object()?, &path[dot + 1..]))
}

/// The text at a path, when there is one.
pub(super) fn text(claims: &Map<String, Value>, path: &str) -> Option<String> {
    let text = at(claims, path)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Does the token say that this claim is to be had elsewhere? Entra ID does so for people in too many groups.
pub(super) fn is_elsewhere(claims: &Map<String, Value>, path: &str) -> bool {
    let first = path.split('.').next().unwrap_or(path);
    let named = claims.get("_claim_names").and_then(Value::as_object);
    named.is_some_and(|names| names.contains_key(path) || names.contains_key(first))
}

/// The groups in the claim at this path; an empty path: no groups are wanted.
pub(super) fn groups(claims: &Map<String, Value>, path: &str) -> Result<Groups, ProviderError> {
    if path.is_empty() {
        return Ok(Groups::These(Vec::new()));
    }
    let Some(value) = at(claims, path) else {
        if is_elsewhere(claims, path) {
            return Err(ProviderError::unavailable(
                sentence::GROUPS_ELSEWHERE.with(&[("claim", &quoted(path))]),
            ));
        }
        return Ok(Groups::NotSaid);
    };
    let unreadable = || ProviderError::misconfigured(sentence::CLAIM_UNREADABLE.with(&[("claim", &quoted(path))]));
    let names: BTreeSet<&str> = match value {
        Value::String(name) => BTreeSet::from([name.as_str()]),
        Value::Array(names) => names
            .iter()
            .map(|name| name.as_str().ok_or_else(unreadable))
            .collect::<Result<_, _>>()?,
        _ => return Err(unreadable()),
    };
    if names.len() > MOST_GROUPS {
        return Err(ProviderError::unavailable(
            sentence::TOO_MANY_GROUPS.with(&[("claim", &quoted(path)), ("most", &MOST_GROUPS)]),
        ));
    }
    let groups = names
        .into_iter()
        .filter(|name| !name.trim().is_empty())
        .map(|name| PersonGroup {
            external_id: name.to_owned(),
            name: name.to_owned(),
            place: name.to_owned(),
            how: "claim",
        });
    Ok(Groups::These(groups.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(claims: Value, path: &str) -> Result<Option<Vec<String>>, ProviderError> {
        let Value::Object(claims) = claims else {
            panic!("not an object")
        };
        groups(&claims, path).map(|groups| match groups {
            Groups::These(groups) => Some(groups.into_iter().map(|group| group.external_id).collect()),
            Groups::NotSaid => None,
        })
    }

    #[test]
    fn groups_are_found_by_path_as_text_and_as_list() {
        let nested = json!({"realm_access": {"roles": ["b", "a", "b", ""]}});
        assert_eq!(found(nested, "realm_access.roles").unwrap().unwrap(), ["a", "b"]);
        assert_eq!(found(json!({"groups": "a"}), "groups").unwrap().unwrap(), ["a"]);
        let dotted = json!({"https://example.com/groups": ["a"]});
        assert_eq!(found(dotted, "https://example.com/groups").unwrap().unwrap(), ["a"]);
        let both = json!({"a.b": {"c": ["x"]}, "a": {"b": {"c": ["y"]}}});
        assert_eq!(found(both, "a.b.c").unwrap().unwrap(), ["x"]);
    }

    #[test]
    fn no_claim_is_no_statement_and_no_path_is_no_group() {
        assert_eq!(found(json!({"groups": null}), "groups").unwrap(), None);
        assert_eq!(found(json!({}), "a.b").unwrap(), None);
        assert_eq!(found(json!({"a": "text"}), "a.b").unwrap(), None);
        assert_eq!(found(json!({"groups": ["a"]}), "").unwrap().unwrap(), [""; 0]);
    }

    #[test]
    fn what_is_not_the_whole_of_the_groups_is_an_error() {
        let overage = json!({"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {}}});
        let error = found(overage, "groups").unwrap_err().to_string();
        assert!(error.contains("more groups than fit"), "{error}");
        for wrong in [
            json!({"groups": [1]}),
            json!({"groups": {"a": true}}),
            json!({"groups": [["a"]]}),
        ] {
            assert!(matches!(
                found(wrong, "groups"),
                Err(ProviderError::Misconfigured { .. })
            ));
        }
        let many: Vec<String> = (0..=MOST_GROUPS).map(|number| number.to_string()).collect();
        assert!(found(json!({"groups": many}), "groups").is_err());
    }
}
