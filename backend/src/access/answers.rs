//! "What may I do?" and "why can't I?": answered from the cluster's own rights and the console's bindings.

use std::collections::BTreeMap;
use std::fmt::Display;

use kube_access::Attributes;
use muster_api::access::{
    AccessAnswer, AccessQuestion, AccessReview, KindPermissions, Permission, Permissions, RoleLevel,
};
use muster_api::kind::KINDS;
use muster_api::said::{Said, access as sentence};
use uuid::Uuid;

use super::escalation::policy_rule;
use super::keeper::Keeper;
use super::snapshot::{KnownCluster, Snapshot};
use super::{Access, AccessError, Place};
use crate::context::RequestContext;
use crate::database::{principals, role_bindings::Subject};

const MOST_QUESTIONS: usize = 100;
/// What the matrix shows, beside the kinds: subresources that stand for what people do.
const SUBRESOURCES: [(&str, &str, &str); 6] = [
    ("", "pods", "log"),
    ("", "pods", "exec"),
    ("", "pods", "portforward"),
    ("", "pods", "eviction"),
    ("apps", "deployments", "scale"),
    ("apps", "statefulsets", "scale"),
];
const VERBS: [&str; 8] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
];

impl Access {
    /// Whether each of these things may be done, and why or why not.
    pub async fn review(
        &self,
        context: &RequestContext,
        review: &AccessReview,
    ) -> Result<Vec<AccessAnswer>, AccessError> {
        if review.questions.len() > MOST_QUESTIONS {
            let message = format!("At most {MOST_QUESTIONS} questions at once.");
            return Err(AccessError::field("questions", "too-many", message));
        }
        let snapshot = self.snapshot();
        let clusters = self.known_clusters();
        let names = principals::bound(&self.0.database).await?;
        let mut answers = Vec::with_capacity(review.questions.len());
        for question in &review.questions {
            answers.push(
                self.answer(context, &snapshot, &clusters, question, |subject| {
                    names.get(&subject).map(|principal| principal.display_name.clone())
                })
                .await?,
            );
        }
        Ok(answers)
    }

    /// May the actor do this now, by the cluster's RBAC? None when it cannot be told: the rights in the cluster are not
    /// known, or others decide about them, too.
    pub fn allows(&self, context: &RequestContext, cluster: Uuid, asked: &Attributes<'_>) -> Option<bool> {
        if !context.scope.allows(cluster, asked.namespace) {
            return Some(false);
        }
        if context.actor.is_administrator() {
            return Some(true);
        }
        if !context.actor.standing.clusters.contains(cluster) {
            return Some(false);
        }
        let keeper = self
            .keeper(cluster)
            .filter(|keeper| keeper.is_complete() && !keeper.asks_others())?;
        let access = keeper.policy.access_of(&self.identity_of(&context.actor));
        Some(access.decide(&asked.as_requested()).allowed)
    }

    async fn answer(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        clusters: &[KnownCluster],
        question: &AccessQuestion,
        name_of: impl Fn(Subject) -> Option<String>,
    ) -> Result<AccessAnswer, AccessError> {
        let cluster = self.0.clusters.get(context, &question.cluster)?;
        let id = Uuid::parse_str(&cluster.id).map_err(|_| AccessError::NotFound("such cluster".to_owned()))?;
        let Some(keeper) = self.keeper(id).filter(|keeper| keeper.is_complete()) else {
            return Ok(AccessAnswer {
                allowed: context.actor.is_administrator(),
                why: sentence::STILL_READ.say(),
                roles: Vec::new(),
                grantors: Vec::new(),
            });
        };
        let access = keeper.policy.access_of(&self.identity_of(&context.actor));
        let asked = Attributes {
            verb: &question.verb,
            group: &question.group,
            resource: &question.resource,
            subresource: question.subresource.as_deref(),
            namespace: question.namespace.as_deref(),
            name: question.name.as_deref(),
        };
        let granted = if keeper.asks_others() {
            match self.ask_api_server(context, id, &asked).await {
                Ok(allowed) => allowed.then(|| sentence::ALLOWED_BY_CLUSTER.say()),
                Err(reason) => {
                    return Ok(AccessAnswer {
                        allowed: context.actor.is_administrator(),
                        why: sentence::NOT_ASKED.with(&[("reason", &reason)]),
                        roles: Vec::new(),
                        grantors: Vec::new(),
                    });
                }
            }
        } else {
            let decision = access.decide(&asked.as_requested());
            decision.by.map(|grant| sentence::ALLOWED_BY.with(&[("grant", &grant)]))
        };
        if let Some(why) = granted {
            return Ok(AccessAnswer {
                allowed: true,
                why,
                roles: Vec::new(),
                grantors: Vec::new(),
            });
        }
        let place = match &question.namespace {
            Some(namespace) => Place::Namespace(id, namespace.clone()),
            None => Place::Cluster(id),
        };
        let helps = |role: &&crate::database::roles::RoleRecord| {
            let level = match question.namespace {
                Some(_) => role.level != RoleLevel::Global,
                None => role.level == RoleLevel::Cluster,
            };
            let rules: Vec<_> = snapshot.rules_of(role.id).iter().map(policy_rule).collect();
            level && rules_allow(&rules, &asked)
        };
        let roles = snapshot
            .roles()
            .into_iter()
            .filter(helps)
            .map(|role| role.name.clone())
            .collect();
        let now = context.now();
        let mut grantors: Vec<String> = snapshot
            .bindings()
            .iter()
            .filter(|binding| super::snapshot::holds(binding, now) && snapshot.covers(&binding.scope, &place, clusters))
            .filter(|binding| {
                let held = snapshot.permissions_of(binding.role_id);
                held.contains(&Permission::ManageBindings) || held.contains(&Permission::Administer)
            })
            .filter_map(|binding| name_of(binding.subject))
            .collect();
        grantors.sort_unstable();
        grantors.dedup();
        Ok(AccessAnswer {
            allowed: false,
            why: missing(question, &cluster.name),
            roles,
            grantors,
        })
    }

    /// What the actor may do in a cluster, or in one namespace of it.
    pub async fn permissions(
        &self,
        context: &RequestContext,
        cluster: Option<&str>,
        namespace: Option<&str>,
    ) -> Result<Permissions, AccessError> {
        let mut permissions = Permissions {
            console: context.actor.standing.permissions.iter().copied().collect(),
            kinds: Vec::new(),
            namespaces: None,
            bindings: self.describe_own(context).await?,
            unchecked: None,
        };
        let Some(cluster) = cluster else {
            return Ok(permissions);
        };
        let cluster = self.0.clusters.get(context, cluster)?;
        let id = Uuid::parse_str(&cluster.id).map_err(|_| AccessError::NotFound("such cluster".to_owned()))?;
        permissions.namespaces = self.visible_namespaces(context, id);
        if let Some(keeper) = self.keeper(id).filter(|keeper| keeper.is_complete()) {
            permissions.kinds = self.matrix(context, &keeper, namespace);
            if keeper.asks_others() {
                let others = "This cluster asks others beside RBAC who may do what: this is what RBAC alone gives.";
                permissions.unchecked = Some(others.to_owned());
            }
        } else {
            let failure = self.keeper(id).and_then(|keeper| keeper.policy.failure());
            permissions.unchecked = Some(match failure {
                Some(failure) => format!("The rights in this cluster could not be read: {failure}"),
                None => "The rights in this cluster are still being read.".to_owned(),
            });
        }
        Ok(permissions)
    }

    fn matrix(&self, context: &RequestContext, keeper: &Keeper, namespace: Option<&str>) -> Vec<KindPermissions> {
        let access = keeper.policy.access_of(&self.identity_of(&context.actor));
        let whole = KINDS.iter().map(|kind| (kind.group, kind.resource, None));
        let parts = SUBRESOURCES
            .iter()
            .map(|(group, resource, part)| (*group, *resource, Some(*part)));
        let line = |(group, resource, part): (&str, &str, Option<&str>)| {
            let mut verbs: BTreeMap<&str, bool> = BTreeMap::new();
            for verb in VERBS {
                let attributes = Attributes {
                    verb,
                    group,
                    resource,
                    subresource: part,
                    namespace,
                    name: None,
                };
                if access.decide(&attributes).allowed {
                    verbs.insert(verb, true);
                } else if namespace.is_none() {
                    let somewhere = match access.reach(verb, group, resource, part) {
                        kube_access::Reach::Everything => true,
                        kube_access::Reach::Only { namespaces } => !namespaces.is_empty(),
                    };
                    if somewhere || (part.is_none() && !access.names(verb, group, resource).is_empty()) {
                        verbs.insert(verb, false);
                    }
                }
            }
            let of = |full: bool| {
                let chosen = VERBS.iter().filter(|verb| verbs.get(**verb) == Some(&full));
                chosen.map(|verb| (*verb).to_owned()).collect()
            };
            KindPermissions {
                group: group.to_owned(),
                resource: part.map_or_else(|| resource.to_owned(), |part| format!("{resource}/{part}")),
                verbs: of(true),
                partly: of(false),
            }
        };
        whole.chain(parts).map(line).collect()
    }
}

/// Would these rules allow it, were they held at the asked place?
fn rules_allow(rules: &[kube_access::PolicyRule], asked: &Attributes<'_>) -> bool {
    let mut policy = kube_access::Policy::default();
    let metadata = |name: &str| kube_access::Metadata {
        name: name.to_owned(),
        namespace: None,
    };
    policy.put_cluster_role(kube_access::RoleObject {
        metadata: metadata("role"),
        rules: rules.to_vec(),
    });
    policy.put_cluster_role_binding(kube_access::BindingObject {
        metadata: metadata("binding"),
        role_ref: kube_access::RoleReference {
            kind: "ClusterRole".to_owned(),
            name: "role".to_owned(),
        },
        subjects: vec![kube_access::BindingSubject {
            kind: "User".to_owned(),
            name: "somebody".to_owned(),
            namespace: None,
        }],
    });
    let somebody = kube_access::Identity {
        user: "somebody".to_owned(),
        groups: Vec::new(),
    };
    policy.access_of(&somebody).decide(asked).allowed
}

/// What is missing.
fn missing(question: &AccessQuestion, cluster: &str) -> Said {
    let resource = match &question.subresource {
        Some(part) => format!("{}/{part}", question.resource),
        None => question.resource.clone(),
    };
    let resource = if question.group.is_empty() {
        resource
    } else {
        format!("{resource}.{}", question.group)
    };
    let [verb, resource, cluster]: [(&str, &dyn Display); 3] =
        [("verb", &question.verb), ("resource", &resource), ("cluster", &cluster)];
    match &question.namespace {
        Some(namespace) => sentence::MISSING_IN_NAMESPACE.with(&[verb, resource, cluster, ("namespace", namespace)]),
        None => sentence::MISSING_IN_CLUSTER.with(&[verb, resource, cluster]),
    }
}
