//! Bindings in words: for those who manage them, and for whoever has one.

use std::collections::HashMap;

use muster_api::access::{Binding, BindingScope, BindingState, Named, Principal};
use muster_api::provider::PrincipalKind;
use muster_api::said::binding as sentence;
use uuid::Uuid;

use super::snapshot::{KnownCluster, Snapshot};
use super::{Access, AccessError, Place};
use crate::context::RequestContext;
use crate::database::principals;
use crate::database::role_bindings::{BindingRecord, Scope, Subject};

impl Access {
    pub(super) fn describe(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        binding: &BindingRecord,
        principals: &HashMap<Subject, Principal>,
        clusters: &[KnownCluster],
    ) -> Binding {
        let name_of = |cluster: Uuid| {
            self.0
                .clusters
                .get(context, &cluster.to_string())
                .map(|found| found.name)
                .ok()
        };
        let role = snapshot
            .role(binding.role_id)
            .map(|role| role.name.clone())
            .unwrap_or_default();
        let scope_name = match &binding.scope {
            Scope::Everything => String::new(),
            Scope::Clusters(labels) => labels.clone(),
            Scope::Cluster(cluster) => name_of(*cluster).unwrap_or_default(),
            Scope::Project(project) => snapshot.project(*project).map_or_else(String::new, |project| {
                format!("{} ({})", project.name, name_of(project.cluster_id).unwrap_or_default())
            }),
            Scope::Namespace(cluster, namespace) => {
                format!("{namespace} ({})", name_of(*cluster).unwrap_or_default())
            }
        };
        let newest = *self.0.changed.borrow();
        let in_clusters = !snapshot.rules_of(binding.role_id).is_empty();
        let concerned = clusters
            .iter()
            .filter(|cluster| in_clusters && concerns(snapshot, binding, cluster.id, clusters));
        let states = concerned.filter_map(|cluster| {
            let problem = match self.keeper(cluster.id) {
                Some(keeper) => keeper.problem_of(binding.id, newest),
                None => Some(sentence::NOT_FOLLOWED.say()),
            };
            Some(BindingState {
                cluster: Named {
                    name: name_of(cluster.id)?,
                    id: cluster.id.to_string(),
                },
                written: problem.is_none(),
                problem,
            })
        });
        Binding {
            id: binding.id.to_string(),
            role: Named {
                id: binding.role_id.to_string(),
                name: role,
            },
            subject: principals
                .get(&binding.subject)
                .cloned()
                .unwrap_or_else(|| unknown(binding.subject)),
            scope: BindingScope::from(&binding.scope),
            scope_name,
            expires_at: binding.expires_at.map(|time| time.to_string()),
            granted_by: binding.granted_by.clone(),
            created_at: binding.created_at.to_string(),
            clusters: states.collect(),
        }
    }

    /// A binding in words, for whoever has it.
    pub(super) async fn describe_own(&self, context: &RequestContext) -> Result<Vec<Binding>, AccessError> {
        let snapshot = self.snapshot();
        let principals = principals::bound(&self.0.database).await?;
        let clusters = self.known_clusters();
        Ok(snapshot
            .bindings_of(&context.actor, context.now())
            .map(|binding| self.describe(context, &snapshot, binding, &principals, &clusters))
            .collect())
    }
}

/// Does a binding give anything in a cluster?
pub(super) fn concerns(snapshot: &Snapshot, binding: &BindingRecord, cluster: Uuid, clusters: &[KnownCluster]) -> bool {
    match &binding.scope {
        Scope::Project(project) => snapshot
            .project(*project)
            .is_some_and(|project| project.cluster_id == cluster),
        Scope::Namespace(of, _) => *of == cluster,
        scope => snapshot.covers(scope, &Place::Cluster(cluster), clusters),
    }
}

fn unknown(subject: Subject) -> Principal {
    let (kind, id) = match subject {
        Subject::User(id) => (PrincipalKind::User, id),
        Subject::Group(id) => (PrincipalKind::Group, id),
    };
    Principal {
        kind,
        id: Some(id.to_string()),
        provider: None,
        external_id: None,
        name: id.to_string(),
        display_name: id.to_string(),
        place: None,
    }
}
