//! No one can grant more than he has, by whatever way: a binding, a role that is bound already, namespaces that join a
//! project, labels that bring a cluster under a binding; and not for longer than he has it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kube_access::{BindingObject, BindingSubject, Metadata, PolicyRule, RoleObject, RoleReference, covers};
use muster_api::access::{Permission, Rule};
use uuid::Uuid;

use super::grants::place_of;
use super::snapshot::{KnownCluster, Snapshot, selects};
use super::{Access, AccessError, Place};
use crate::context::RequestContext;
use crate::database::role_bindings::{BindingRecord, Scope};

impl Access {
    /// Fails when the actor would give a role that allows more than he may himself, there and for so long (for ever, when
    /// no end is given).
    pub(super) fn ensure_may_grant(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        role: Uuid,
        scope: &Scope,
        until: Option<Timestamp>,
    ) -> Result<(), AccessError> {
        let place = place_of(scope);
        self.require(context, Permission::ManageBindings, &place)?;
        self.ensure_role_within_own(context, snapshot, role, &place, until)
    }

    /// Fails when a role allows more than the actor may himself, at this place and for so long.
    pub(super) fn ensure_role_within_own(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        role: Uuid,
        place: &Place,
        until: Option<Timestamp>,
    ) -> Result<(), AccessError> {
        if context.actor.is_administrator() {
            return Ok(());
        }
        let within = |held: &[&BindingRecord]| {
            within(snapshot, held, &snapshot.rules_of(role))?;
            for permission in snapshot.permissions_of(role) {
                let has = |binding: &&BindingRecord| {
                    let held = snapshot.permissions_of(binding.role_id);
                    held.contains(&permission) || held.contains(&Permission::Administer)
                };
                if !held.iter().any(has) {
                    return Err(AccessError::Escalation(format!(
                        "You cannot grant this role here: it has the permission {permission:?}, which you do not have \
                         there yourself."
                    )));
                }
            }
            Ok(())
        };
        let held = self.held_at(context, snapshot, place);
        within(&held)?;
        let lasting = |binding: &&BindingRecord| outlasts(binding.expires_at, until);
        let lasting: Vec<&BindingRecord> = held.iter().copied().filter(lasting).collect();
        within(&lasting).map_err(|_| {
            let ends = held.iter().filter_map(|binding| binding.expires_at).min();
            let ends = ends.map(|end| end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
            AccessError::Escalation(format!(
                "You cannot grant this for longer than you have it yourself: some of what you have there ends at {ends}. \
                 Let the binding end by then."
            ))
        })
    }

    /// What the actor's bindings are at a place, now.
    fn held_at<'s>(
        &self,
        context: &'s RequestContext,
        snapshot: &'s Snapshot,
        place: &Place,
    ) -> Vec<&'s BindingRecord> {
        let clusters = self.known_clusters();
        snapshot
            .bindings_of(&context.actor, context.now())
            .filter(|binding| snapshot.covers(&binding.scope, place, &clusters))
            .collect()
    }

    /// Fails when other labels would bring a cluster under bindings that give more there than the actor may himself.
    pub fn ensure_may_relabel(
        &self,
        context: &RequestContext,
        cluster: Uuid,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), AccessError> {
        let snapshot = self.snapshot();
        let before = self.known_clusters().into_iter().find(|known| known.id == cluster);
        let after = KnownCluster {
            id: cluster,
            labels: labels.clone().into_iter().collect(),
        };
        for binding in snapshot.bindings() {
            let Scope::Clusters(selector) = &binding.scope else {
                continue;
            };
            let was_meant = before.as_ref().is_some_and(|before| selects(selector, before));
            if selects(selector, &after) && !was_meant {
                let place = Place::Cluster(cluster);
                self.ensure_role_within_own(context, &snapshot, binding.role_id, &place, binding.expires_at)?;
            }
        }
        Ok(())
    }

    /// Fails when rules allow more than the actor may himself, at this place.
    pub(super) fn ensure_within_own(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        rules: &[Rule],
        place: &Place,
    ) -> Result<(), AccessError> {
        if context.actor.is_administrator() {
            return Ok(());
        }
        within(snapshot, &self.held_at(context, snapshot, place), rules)
    }
}

/// Fails when rules allow more than these bindings together.
fn within(snapshot: &Snapshot, held: &[&BindingRecord], rules: &[Rule]) -> Result<(), AccessError> {
    let held: Vec<Rule> = held
        .iter()
        .flat_map(|binding| snapshot.rules_of(binding.role_id))
        .collect();
    covers(
        &holding(&held),
        &rules.iter().map(policy_rule).collect::<Vec<_>>(),
        None,
    )
    .map_err(|lacking| {
        let first: Vec<String> = lacking.iter().take(3).map(in_words).collect();
        AccessError::Escalation(format!(
            "You cannot grant more than you have there yourself. You lack: {}{}.",
            first.join("; "),
            if lacking.len() > 3 {
                format!("; and {} more", lacking.len() - 3)
            } else {
                String::new()
            }
        ))
    })
}

/// Does what ends then last until that time? None is for ever.
fn outlasts(end: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    match (end, until) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(end), Some(until)) => end >= until,
    }
}

/// A rule as `kube-access` knows it.
pub(super) fn policy_rule(rule: &Rule) -> PolicyRule {
    PolicyRule {
        verbs: rule.verbs.clone(),
        api_groups: rule.api_groups.clone(),
        resources: rule.resources.clone(),
        resource_names: rule.resource_names.clone(),
        non_resource_urls: rule.non_resource_urls.clone(),
    }
}

/// What somebody may do who has exactly these rules everywhere.
fn holding(rules: &[Rule]) -> kube_access::Access {
    let named = |name: &str| Metadata {
        name: name.to_owned(),
        namespace: None,
    };
    let mut policy = kube_access::Policy::default();
    policy.put_cluster_role(RoleObject {
        metadata: named("held"),
        rules: rules.iter().map(policy_rule).collect(),
    });
    policy.put_cluster_role_binding(BindingObject {
        metadata: named("holder"),
        role_ref: RoleReference {
            kind: "ClusterRole".to_owned(),
            name: "held".to_owned(),
        },
        subjects: vec![BindingSubject {
            kind: "User".to_owned(),
            name: "holder".to_owned(),
            namespace: None,
        }],
    });
    policy.access_of(&kube_access::Identity {
        user: "holder".to_owned(),
        groups: Vec::new(),
    })
}

/// A single rule in words: `delete pods`, `get deployments.apps`.
pub(super) fn in_words(rule: &PolicyRule) -> String {
    let verbs = rule.verbs.join(", ");
    if !rule.non_resource_urls.is_empty() {
        return format!("{verbs} {}", rule.non_resource_urls.join(", "));
    }
    let group = rule.api_groups.first().map(String::as_str).unwrap_or_default();
    let resources: Vec<String> = rule
        .resources
        .iter()
        .map(|resource| match group {
            "" => resource.clone(),
            group => format!("{resource}.{group}"),
        })
        .collect();
    let names = if rule.resource_names.is_empty() {
        String::new()
    } else {
        format!(" named {}", rule.resource_names.join(", "))
    };
    format!("{verbs} {}{names}", resources.join(", "))
}
