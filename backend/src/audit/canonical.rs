//! What is hashed of a row: JSON with sorted names, without spaces, whole numbers only, and without whatever is empty
//! (RFC 8785 gives the same bytes). A column that a later version adds is empty in older rows, and so their hashes stay.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::database::audit_events::AuditRow;

/// The hash of a row that follows one with this hash.
pub(super) fn hash(previous: &[u8], row: &AuditRow) -> Vec<u8> {
    let digest = Sha256::new()
        .chain_update(previous)
        .chain_update(canonical(row))
        .finalize();
    digest.to_vec()
}

fn canonical(row: &AuditRow) -> String {
    // Taken apart by name: a new column does not compile before it is hashed.
    let AuditRow {
        sequence,
        hash: _,
        occurred_at,
        actor_id,
        actor_name,
        actor_key,
        provider_id,
        provider_name,
        credential,
        credential_id,
        impersonated,
        impersonated_groups,
        action,
        cluster_id,
        cluster_name,
        api_group,
        api_version,
        resource,
        namespace,
        name,
        subresource,
        decision,
        reason,
        result,
        status,
        code,
        address,
        user_agent,
        request_id,
        duration_ms,
        details,
        search,
    } = row;
    let texts = [
        ("actor_key", actor_key),
        ("actor_name", actor_name),
        ("action", action),
        ("address", address),
        ("api_group", api_group),
        ("api_version", api_version),
        ("cluster_name", cluster_name),
        ("code", code),
        ("credential", credential),
        ("decision", decision),
        ("details", details),
        ("impersonated", impersonated),
        ("impersonated_groups", impersonated_groups),
        ("name", name),
        ("namespace", namespace),
        ("provider_name", provider_name),
        ("reason", reason),
        ("request_id", request_id),
        ("resource", resource),
        ("result", result),
        ("search", search),
        ("subresource", subresource),
        ("user_agent", user_agent),
    ];
    let ids: [(&str, &Option<Uuid>); 4] = [
        ("actor_id", actor_id),
        ("cluster_id", cluster_id),
        ("credential_id", credential_id),
        ("provider_id", provider_id),
    ];
    let numbers = [
        ("duration_ms", Some(*duration_ms)),
        ("occurred_at", Some(*occurred_at)),
        ("sequence", Some(*sequence)),
        ("status", *status),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let fields: BTreeMap<&str, Value> = texts
        .map(|(name, text)| (name, Value::String(text.clone())))
        .chain(
            ids.into_iter()
                .filter_map(|(name, id)| Some((name, Value::String(id.as_ref()?.to_string())))),
        )
        .chain(
            numbers
                .into_iter()
                .filter_map(|(name, number)| Some((name, Value::from(number?)))),
        )
        .collect();
    // A map of texts and numbers always makes JSON.
    serde_json::to_string(&fields).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> AuditRow {
        AuditRow {
            sequence: 7,
            occurred_at: 1_764_000_000_000,
            actor_id: Some(Uuid::from_u128(1)),
            actor_name: "ada \"the\" first\n".into(),
            action: "scale".into(),
            status: Some(200),
            details: r#"{"replicas":{"from":1,"to":3}}"#.into(),
            ..AuditRow::default()
        }
    }

    /// Logs that exist depend on these bytes: when this test fails, every log of every console would be called damaged.
    #[test]
    fn the_bytes_that_are_hashed_never_change() {
        assert_eq!(
            canonical(&row()),
            r#"{"action":"scale","actor_id":"00000000-0000-0000-0000-000000000001","actor_name":"ada \"the\" first\n","details":"{\"replicas\":{\"from\":1,\"to\":3}}","duration_ms":0,"occurred_at":1764000000000,"sequence":7,"status":200}"#
        );
        let hash = hash(&[0; 32], &row());
        assert_eq!(
            hex::encode(hash),
            "25bd19e6b6ab29bcf924a9f755a3dbd07ba2cc4d0a279281bbb4f42e53858e88"
        );
    }

    #[test]
    fn a_value_counts_only_in_its_own_column() {
        let mut moved = row();
        moved.actor_key = std::mem::take(&mut moved.actor_name);
        assert_ne!(hash(&[0; 32], &moved), hash(&[0; 32], &row()));
        assert_ne!(hash(&[1; 32], &row()), hash(&[0; 32], &row()));
    }
}
