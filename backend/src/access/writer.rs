//! Keeps the objects of [`super::desired`] true in every cluster: writes what is missing, mends what somebody edited,
//! removes what nobody is bound to any more, and touches nothing that is not this console's.
//!
//! Every run reads what is there and derives what to do from it, so a run that is cut off anywhere is finished by the
//! next one. Rights are taken away before others are given.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use k8s_openapi::api::core::v1::{LimitRange, ResourceQuota};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, RoleBinding};
use kube::api::{Api, DeleteParams, ListParams, PostParams, Preconditions};
use kube::core::NamespaceResourceScope;
use kube::{Client, Resource, ResourceExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::desired::{Desired, Owner};

/// Why a run could not be finished.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    /// The cluster refused, or could not be asked.
    #[error("{what}: {source}")]
    Cluster {
        /// What was being done.
        what: String,
        /// Why it failed.
        #[source]
        source: kube::Error,
    },
}

impl WriteError {
    fn new(what: impl Into<String>, source: kube::Error) -> Self {
        Self::Cluster {
            what: what.into(),
            source,
        }
    }

    /// In words for an administrator.
    pub(super) fn sentence(&self) -> String {
        let Self::Cluster { what, source } = self;
        match source {
            kube::Error::Api(status) if status.code == 403 => format!(
                "The account that Muster uses in this cluster may not {what}: {}. Give it the right to impersonate, \
                 and to write roles and bindings (verbs bind and escalate).",
                status.message
            ),
            kube::Error::Api(status) => format!("The cluster refused to {what}: {}", status.message),
            other => format!("It was not possible to {what}: {other}"),
        }
    }
}

/// What a run gave: the last object of each kind that grants something.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// A role, and the rules that it had before.
    pub(super) role: Option<(Vec<PolicyRule>, ClusterRole)>,
    pub(super) cluster_binding: Option<ClusterRoleBinding>,
    pub(super) binding: Option<RoleBinding>,
}

/// Makes a cluster as it is desired.
pub(super) async fn reconcile(client: &Client, owner: Owner, desired: &Desired) -> Result<Written, WriteError> {
    let mut written = Written::default();
    let listing = ListParams::default().labels(&owner.selector());
    let cluster_bindings = existing::<ClusterRoleBinding>(&Api::all(client.clone()), &listing).await?;
    let bindings = existing::<RoleBinding>(&Api::all(client.clone()), &listing).await?;
    let roles = existing::<ClusterRole>(&Api::all(client.clone()), &listing).await?;
    let quotas = existing::<ResourceQuota>(&Api::all(client.clone()), &listing).await?;
    let limits = existing::<LimitRange>(&Api::all(client.clone()), &listing).await?;

    // First what must go. A binding's role cannot be changed, only replaced.
    let same_binding = |found: &ClusterRoleBinding, wanted: &ClusterRoleBinding| {
        found.role_ref == wanted.role_ref && found.subjects == wanted.subjects
    };
    let kept = |found: &&ClusterRoleBinding| {
        let wanted = desired.cluster_bindings.get(&found.name_any());
        wanted.is_some_and(|wanted| same_binding(found, wanted))
    };
    for found in cluster_bindings.iter().filter(|found| !kept(found)) {
        remove(&Api::all(client.clone()), found).await?;
    }
    let key = |namespace: Option<String>, name: String| (namespace.unwrap_or_default(), name);
    let kept = |found: &&RoleBinding| {
        let wanted = desired.bindings.get(&key(found.namespace(), found.name_any()));
        wanted.is_some_and(|wanted| found.role_ref == wanted.role_ref && found.subjects == wanted.subjects)
    };
    for found in bindings.iter().filter(|found| !kept(found)) {
        remove(&in_namespace(client, found), found).await?;
    }
    let kept = |found: &&ClusterRole| desired.roles.contains_key(&found.name_any());
    for found in roles.iter().filter(|found| !kept(found)) {
        remove(&Api::all(client.clone()), found).await?;
    }
    let kept = |found: &&ResourceQuota| desired.quotas.contains_key(&key(found.namespace(), found.name_any()));
    for found in quotas.iter().filter(|found| !kept(found)) {
        remove(&in_namespace(client, found), found).await?;
    }
    let kept = |found: &&LimitRange| desired.limits.contains_key(&key(found.namespace(), found.name_any()));
    for found in limits.iter().filter(|found| !kept(found)) {
        remove(&in_namespace(client, found), found).await?;
    }

    // Then what is missing or different: roles before the bindings that name them.
    let there: BTreeMap<String, &ClusterRole> = roles.iter().map(|found| (found.name_any(), found)).collect();
    for (name, wanted) in &desired.roles {
        let found = there.get(name).copied();
        let same = found.is_some_and(|found| found.rules == wanted.rules && found.aggregation_rule.is_none());
        if !same {
            put(&Api::all(client.clone()), found, wanted).await?;
            let before = found.and_then(|found| found.rules.clone()).unwrap_or_default();
            written.role = Some((before, wanted.clone()));
        }
    }
    let there: BTreeSet<String> = cluster_bindings
        .iter()
        .filter(|found| {
            let wanted = desired.cluster_bindings.get(&found.name_any());
            wanted.is_some_and(|wanted| same_binding(found, wanted))
        })
        .map(kube::ResourceExt::name_any)
        .collect();
    for (_, wanted) in desired
        .cluster_bindings
        .iter()
        .filter(|(name, _)| !there.contains(*name))
    {
        put(&Api::all(client.clone()), None, wanted).await?;
        written.cluster_binding = Some(wanted.clone());
    }
    let there: BTreeSet<(String, String)> = bindings
        .iter()
        .filter(|found| {
            let wanted = desired.bindings.get(&key(found.namespace(), found.name_any()));
            wanted.is_some_and(|wanted| found.role_ref == wanted.role_ref && found.subjects == wanted.subjects)
        })
        .map(|found| key(found.namespace(), found.name_any()))
        .collect();
    for (_, wanted) in desired.bindings.iter().filter(|(key, _)| !there.contains(*key)) {
        put(&in_namespace(client, wanted), None, wanted).await?;
        written.binding = Some(wanted.clone());
    }
    for (place, wanted) in &desired.quotas {
        let found = quotas
            .iter()
            .find(|found| key(found.namespace(), found.name_any()) == *place);
        let hard = |quota: &ResourceQuota| quota.spec.as_ref().and_then(|spec| spec.hard.clone());
        if found.is_none_or(|found| hard(found) != hard(wanted)) {
            put(&in_namespace(client, wanted), found, wanted).await?;
        }
    }
    for (place, wanted) in &desired.limits {
        let found = limits
            .iter()
            .find(|found| key(found.namespace(), found.name_any()) == *place);
        if found.is_none_or(|found| !same_limits(found, wanted)) {
            put(&in_namespace(client, wanted), found, wanted).await?;
        }
    }
    Ok(written)
}

/// The API server fills in requests from limits; what was asked for must be there as it was asked.
fn same_limits(found: &LimitRange, wanted: &LimitRange) -> bool {
    let first = |limits: &LimitRange| limits.spec.as_ref().and_then(|spec| spec.limits.first().cloned());
    match (first(found), first(wanted)) {
        (Some(found), Some(wanted)) => {
            found.default == wanted.default
                && (wanted.default_request.is_none() || found.default_request == wanted.default_request)
        }
        (found, wanted) => found.is_none() && wanted.is_none(),
    }
}

fn in_namespace<K>(client: &Client, object: &K) -> Api<K>
where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
{
    Api::namespaced(client.clone(), &object.namespace().unwrap_or_default())
}

async fn existing<K>(api: &Api<K>, listing: &ListParams) -> Result<Vec<K>, WriteError>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug,
{
    let what = || format!("list {}", K::plural(&()));
    Ok(api
        .list(listing)
        .await
        .map_err(|error| WriteError::new(what(), error))?
        .items)
}

/// Removes exactly the object that was seen; one that is gone by itself is fine.
async fn remove<K>(api: &Api<K>, object: &K) -> Result<(), WriteError>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug,
{
    let how = DeleteParams {
        preconditions: Some(Preconditions {
            uid: object.uid(),
            resource_version: None,
        }),
        ..DeleteParams::default()
    };
    match api.delete(&object.name_any(), &how).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => Ok(()),
        Err(error) => Err(WriteError::new(format!("delete {}", K::plural(&())), error)),
    }
}

/// Creates an object, or replaces the one that was seen.
async fn put<K>(api: &Api<K>, seen: Option<&K>, wanted: &K) -> Result<(), WriteError>
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Serialize + Debug,
{
    let how = PostParams {
        field_manager: Some("muster".to_owned()),
        ..PostParams::default()
    };
    let done = match seen {
        None => api.create(&how, wanted).await,
        Some(seen) => {
            let mut wanted = wanted.clone();
            wanted.meta_mut().resource_version = seen.resource_version();
            api.replace(&seen.name_any(), &how, &wanted).await
        }
    };
    match done {
        Ok(_) => Ok(()),
        Err(error) => Err(WriteError::new(format!("write {}", K::plural(&())), error)),
    }
}
