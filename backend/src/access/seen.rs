//! Which rows of shared tables somebody may see.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use kube_access::Reach;
use live_table::{Namespaces, Objects};
use uuid::Uuid;

use super::Access;
use super::keeper::Keeper;
use crate::context::RequestContext;

/// What of one kind in one cluster somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// All of it.
    Everything,
    /// These namespaces, or these objects.
    Part(Namespaces),
    /// None of it, and why.
    Nothing(String),
    /// It cannot be told yet, and why.
    Unknown(String),
}

impl Seen {
    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Of it, what lies in these namespaces; of namespaces themselves, these.
    fn within(self, namespaces: &BTreeSet<String>, of_namespaces: bool) -> Self {
        let is_reached = |name: &Arc<str>| namespaces.contains(&**name);
        let reached = || namespaces.iter().map(|name| Arc::from(name.as_str())).collect();
        let part = match self {
            Self::Everything | Self::Part(Namespaces::All) if of_namespaces => Namespaces::objects(Objects {
                anywhere: reached(),
                ..Objects::default()
            }),
            Self::Everything | Self::Part(Namespaces::All) => Namespaces::only::<Arc<str>>(reached()),
            Self::Part(Namespaces::Only { namespaces, objects }) => Namespaces::Only {
                namespaces: namespaces.into_iter().filter(is_reached).collect(),
                objects: Objects {
                    anywhere: objects
                        .anywhere
                        .into_iter()
                        .filter(|name| of_namespaces && is_reached(name))
                        .collect(),
                    in_namespaces: objects
                        .in_namespaces
                        .into_iter()
                        .filter(|(namespace, _)| is_reached(namespace))
                        .collect(),
                },
            },
            nothing @ (Self::Nothing(_) | Self::Unknown(_)) => return nothing,
        };
        match &part {
            Namespaces::Only { namespaces, objects } if namespaces.is_empty() && objects.is_empty() => Self::Nothing(
                "this API token is for some projects only, and you may list nothing of this kind in them".to_owned(),
            ),
            _ => Self::Part(part),
        }
    }
}

impl Access {
    /// Waits until it is known, in every cluster that the actor sees, what he may list of these kinds (group and plural
    /// name), or that it cannot be known; not for long.
    pub async fn until_known(&self, context: &RequestContext, kinds: &[(&str, &str)], at_most: Duration) {
        if context.actor.is_administrator() {
            return;
        }
        let seen = &context.actor.standing.clusters;
        let answered = |keeper: &Keeper| {
            let asked = kinds
                .iter()
                .map(|(group, resource)| self.seen_by_asking(context, keeper, group, resource));
            // All are asked, so that all are answered.
            !keeper.asks_others() || asked.filter(Seen::is_unknown).count() == 0
        };
        let known = |id: Uuid| {
            let keeper = self.keeper(id);
            keeper
                .is_some_and(|keeper| keeper.policy.failure().is_some() || (keeper.is_complete() && answered(&keeper)))
        };
        let all = async {
            let mut changes = self.changes();
            while !self
                .0
                .clusters
                .known()
                .iter()
                .all(|cluster| !seen.contains(cluster.id) || known(cluster.id))
            {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let _in_time = tokio::time::timeout(at_most, all).await;
    }

    /// What of a kind the actor may list in a cluster, of what his token is narrowed to. Of namespaces themselves,
    /// everyone sees those that he may get.
    pub fn seen(&self, context: &RequestContext, cluster: Uuid, group: &str, resource: &str) -> Seen {
        let seen = self.seen_by_rights(context, cluster, group, resource);
        match context.scope.namespaces_in(cluster) {
            None => seen,
            Some(namespaces) => seen.within(namespaces, group.is_empty() && resource == "namespaces"),
        }
    }

    fn seen_by_rights(&self, context: &RequestContext, cluster: Uuid, group: &str, resource: &str) -> Seen {
        if context.actor.is_administrator() {
            return Seen::Everything;
        }
        let Some(keeper) = self.keeper(cluster) else {
            return Seen::Unknown("the rights in this cluster are not known yet".to_owned());
        };
        if !keeper.is_complete() {
            return Seen::Unknown(match keeper.policy.failure() {
                Some(failure) => format!("the rights in this cluster cannot be read: {failure}"),
                None => "the rights in this cluster are being read".to_owned(),
            });
        }
        if keeper.asks_others() {
            return self.seen_by_asking(context, &keeper, group, resource);
        }
        let access = keeper.policy.access_of(&self.identity_of(&context.actor));
        let refused = || Seen::Nothing(format!("you may not list {resource} in this cluster"));
        if group.is_empty() && resource == "namespaces" {
            return match access.namespaces("get") {
                Reach::Everything => Seen::Everything,
                Reach::Only { namespaces } if namespaces.is_empty() => refused(),
                Reach::Only { namespaces } => Seen::Part(Namespaces::objects(Objects {
                    anywhere: namespaces,
                    ..Objects::default()
                })),
            };
        }
        match access.reach("list", group, resource, None) {
            Reach::Everything => Seen::Everything,
            Reach::Only { namespaces } if namespaces.is_empty() => refused(),
            Reach::Only { namespaces } => Seen::Part(Namespaces::only(namespaces)),
        }
    }

    /// Does the actor have any right in this namespace? For whoever has none, nothing in it exists.
    pub fn sees_namespace(&self, context: &RequestContext, cluster: Uuid, namespace: &str) -> bool {
        if !context.scope.allows(cluster, Some(namespace)) {
            return false;
        }
        // Where others than RBAC decide, the API server says no before it says whether something is there.
        if self.keeper(cluster).is_some_and(|keeper| keeper.asks_others()) {
            return true;
        }
        match self.visible_namespaces(context, cluster) {
            None => true,
            Some(names) => names.iter().any(|name| name == namespace),
        }
    }

    /// The namespaces in which the actor has any right, of those that his token is narrowed to, sorted; none for all of
    /// them.
    pub fn visible_namespaces(&self, context: &RequestContext, cluster: Uuid) -> Option<Vec<String>> {
        let visible = self.namespaces_by_rights(context, cluster);
        match (visible, context.scope.namespaces_in(cluster)) {
            (visible, None) => visible,
            (None, Some(reached)) => Some(reached.iter().cloned().collect()),
            (Some(mut visible), Some(reached)) => {
                visible.retain(|name| reached.contains(name));
                Some(visible)
            }
        }
    }

    fn namespaces_by_rights(&self, context: &RequestContext, cluster: Uuid) -> Option<Vec<String>> {
        if context.actor.is_administrator() {
            return None;
        }
        let Some(keeper) = self.keeper(cluster).filter(|keeper| keeper.is_complete()) else {
            return Some(Vec::new());
        };
        let mut found = HashSet::new();
        if keeper.asks_others() {
            match self.seen_by_asking(context, &keeper, "", "namespaces") {
                Seen::Everything => return None,
                Seen::Part(Namespaces::Only { objects, .. }) => found = objects.anywhere,
                Seen::Part(Namespaces::All) | Seen::Nothing(_) | Seen::Unknown(_) => {}
            }
        }
        let access = keeper.policy.access_of(&self.identity_of(&context.actor));
        // Whoever may do something in every namespace sees them all. What everybody may ask about himself does not count.
        let about_oneself = |group: &String| matches!(group.as_str(), "authorization.k8s.io" | "authentication.k8s.io");
        let everywhere = access.rules().any(|held| {
            let rule = held.rule;
            held.namespace.is_none() && !rule.resources.is_empty() && !rule.api_groups.iter().all(about_oneself)
        });
        match access.visible_namespaces() {
            Reach::Everything => None,
            Reach::Only { .. } if everywhere => None,
            Reach::Only { namespaces } => {
                found.extend(namespaces);
                let mut names: Vec<String> = found.iter().map(|name| (**name).to_owned()).collect();
                names.sort_unstable();
                Some(names)
            }
        }
    }
}
