//! Roles, bindings and projects as they are now, read once and shared; and what follows from them for one actor.
//!
//! Nothing here asks a database or a cluster: every request is decided from a snapshot that is replaced as a whole.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use live_table::LabelSelector;
use muster_api::access::{Permission, RoleLevel, Rule};
use uuid::Uuid;

use super::built_in;
pub use crate::clusters::KnownCluster;
use crate::context::{Actor, VisibleClusters};
use crate::database::projects::{self, ProjectRecord};
use crate::database::role_bindings::{self, BindingRecord, Scope, Subject};
use crate::database::roles::{self, RoleRecord};
use crate::database::{Database, DatabaseError};

/// Something that a permission is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The console as a whole.
    Console,
    /// One cluster.
    Cluster(Uuid),
    /// A project of a cluster.
    Project(Uuid),
    /// A namespace of a cluster.
    Namespace(Uuid, String),
}

/// Roles, bindings and projects at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    roles: HashMap<Uuid, RoleRecord>,
    bindings: Vec<BindingRecord>,
    of_subject: HashMap<Subject, Vec<usize>>,
    projects: HashMap<Uuid, ProjectRecord>,
}

impl Snapshot {
    /// Reads everything.
    pub async fn read(database: &Database) -> Result<Self, DatabaseError> {
        let roles = roles::list(database).await?;
        let projects = projects::list(database).await?;
        let bindings = role_bindings::list(database).await?;
        Ok(Self::of(roles, bindings, projects))
    }

    /// A snapshot of these, and the built-in roles.
    pub fn of(roles: Vec<RoleRecord>, bindings: Vec<BindingRecord>, projects: Vec<ProjectRecord>) -> Self {
        let mut of_subject: HashMap<Subject, Vec<usize>> = HashMap::new();
        for (place, binding) in bindings.iter().enumerate() {
            of_subject.entry(binding.subject).or_default().push(place);
        }
        let all = built_in::roles().iter().cloned().chain(roles);
        Self {
            roles: all.map(|role| (role.id, role)).collect(),
            bindings,
            of_subject,
            projects: projects.into_iter().map(|project| (project.id, project)).collect(),
        }
    }

    /// Every role, the built-in ones first, then by name.
    pub fn roles(&self) -> Vec<&RoleRecord> {
        let mut roles: Vec<&RoleRecord> = self.roles.values().collect();
        roles.sort_by_key(|role| {
            (
                !built_in::is_built_in(role.id),
                role.created_at,
                role.name.to_lowercase(),
            )
        });
        let order = |role: &RoleRecord| built_in::roles().iter().position(|known| known.id == role.id);
        roles.sort_by_key(|role| order(role).unwrap_or(usize::MAX));
        roles
    }

    /// A role by its id.
    pub fn role(&self, id: Uuid) -> Option<&RoleRecord> {
        self.roles.get(&id)
    }

    /// A role by its id or name.
    pub fn find_role(&self, text: &str) -> Option<&RoleRecord> {
        match Uuid::parse_str(text) {
            Ok(id) => self.roles.get(&id),
            Err(_) => self.roles.values().find(|role| role.name.eq_ignore_ascii_case(text)),
        }
    }

    /// Every binding, oldest first.
    pub fn bindings(&self) -> &[BindingRecord] {
        &self.bindings
    }

    /// A binding by its id.
    pub fn binding(&self, id: Uuid) -> Option<&BindingRecord> {
        self.bindings.iter().find(|binding| binding.id == id)
    }

    /// Every project, by name.
    pub fn projects(&self) -> Vec<&ProjectRecord> {
        let mut projects: Vec<&ProjectRecord> = self.projects.values().collect();
        projects.sort_by_cached_key(|project| (project.name.to_lowercase(), project.id));
        projects
    }

    /// A project by its id.
    pub fn project(&self, id: Uuid) -> Option<&ProjectRecord> {
        self.projects.get(&id)
    }

    /// A role with every role that it includes, itself first, each once.
    pub fn with_included(&self, id: Uuid) -> Vec<&RoleRecord> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            if let Some(role) = self.roles.get(&next) {
                found.push(role);
                open.extend(role.inherits.iter().rev());
            }
        }
        found
    }

    /// What a role allows in clusters, with everything that it includes.
    pub fn rules_of(&self, role: Uuid) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        for role in self.with_included(role) {
            for rule in &role.rules {
                if !rules.contains(rule) {
                    rules.push(rule.clone());
                }
            }
        }
        rules
    }

    /// What a role allows in the console, with everything that it includes.
    pub fn permissions_of(&self, role: Uuid) -> BTreeSet<Permission> {
        let roles = self.with_included(role);
        roles.iter().flat_map(|role| role.permissions.iter().copied()).collect()
    }

    /// The bindings of an actor and of his groups that hold at `now`.
    pub fn bindings_of<'s>(&'s self, actor: &'s Actor, now: Timestamp) -> impl Iterator<Item = &'s BindingRecord> {
        let user = std::iter::once(Subject::User(actor.user_id));
        let subjects = user.chain(actor.groups.iter().map(|group| Subject::Group(*group)));
        subjects
            .filter_map(|subject| self.of_subject.get(&subject))
            .flatten()
            .map(|place| &self.bindings[*place])
            .filter(move |binding| holds(binding, now))
    }

    /// Does a scope reach a place?
    pub fn covers(&self, scope: &Scope, place: &Place, clusters: &[KnownCluster]) -> bool {
        let cluster_of = |place: &Place| match place {
            Place::Console => None,
            Place::Cluster(cluster) | Place::Namespace(cluster, _) => Some(*cluster),
            Place::Project(project) => self.projects.get(project).map(|project| project.cluster_id),
        };
        match scope {
            Scope::Everything => true,
            Scope::Clusters(selector) => cluster_of(place).is_some_and(|id| {
                let known = clusters.iter().find(|cluster| cluster.id == id);
                known.is_some_and(|cluster| selects(selector, cluster))
            }),
            Scope::Cluster(cluster) => cluster_of(place) == Some(*cluster),
            Scope::Project(project) => match place {
                Place::Project(asked) => asked == project,
                Place::Namespace(cluster, namespace) => self
                    .projects
                    .get(project)
                    .is_some_and(|project| project.cluster_id == *cluster && project.namespaces.contains(namespace)),
                Place::Console | Place::Cluster(_) => false,
            },
            Scope::Namespace(cluster, namespace) => {
                matches!(place, Place::Namespace(asked, name) if asked == cluster && name == namespace)
            }
        }
    }

    /// May an actor do this at this place?
    pub fn may(
        &self,
        actor: &Actor,
        permission: Permission,
        place: &Place,
        clusters: &[KnownCluster],
        now: Timestamp,
    ) -> bool {
        if actor.is_administrator() {
            return true;
        }
        self.bindings_of(actor, now).any(|binding| {
            let held = self.permissions_of(binding.role_id);
            (held.contains(&permission) || held.contains(&Permission::Administer))
                && self.covers(&binding.scope, place, clusters)
        })
    }

    /// The permissions that an actor has somewhere.
    pub fn permissions_anywhere(&self, actor: &Actor, now: Timestamp) -> BTreeSet<Permission> {
        if actor.is_administrator() {
            return Permission::ALL.into();
        }
        let held = self
            .bindings_of(actor, now)
            .flat_map(|binding| self.permissions_of(binding.role_id));
        let held: BTreeSet<Permission> = held.collect();
        if held.contains(&Permission::Administer) {
            return Permission::ALL.into();
        }
        held
    }

    /// Has the actor the right to everything, by a binding?
    pub fn administers(&self, actor: &Actor, now: Timestamp) -> bool {
        self.bindings_of(actor, now).any(|binding| {
            binding.scope == Scope::Everything && self.permissions_of(binding.role_id).contains(&Permission::Administer)
        })
    }

    /// The clusters in which an actor has anything.
    pub fn visible_clusters(&self, actor: &Actor, clusters: &[KnownCluster], now: Timestamp) -> VisibleClusters {
        if actor.is_administrator() {
            return VisibleClusters::All;
        }
        let mut visible = BTreeSet::new();
        for binding in self.bindings_of(actor, now) {
            match &binding.scope {
                // Roles that are only about the console show no cluster.
                Scope::Everything if self.rules_of(binding.role_id).is_empty() => {}
                Scope::Everything => return VisibleClusters::All,
                Scope::Clusters(selector) => {
                    let selected = clusters.iter().filter(|cluster| selects(selector, cluster));
                    visible.extend(selected.map(|cluster| cluster.id));
                }
                Scope::Cluster(cluster) | Scope::Namespace(cluster, _) => {
                    visible.insert(*cluster);
                }
                Scope::Project(project) => visible.extend(self.projects.get(project).map(|project| project.cluster_id)),
            }
        }
        VisibleClusters::Only(visible)
    }

    /// When the next binding ends by itself.
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.bindings.iter().filter_map(|binding| binding.expires_at).min()
    }

    /// In how many bindings a role is.
    pub fn uses_of_role(&self, role: Uuid) -> u64 {
        self.bindings.iter().filter(|binding| binding.role_id == role).count() as u64
    }
}

/// Does a binding hold at this time?
pub fn holds(binding: &BindingRecord, now: Timestamp) -> bool {
    binding.expires_at.is_none_or(|end| end > now)
}

/// May a role of this level be bound within this scope?
pub fn fits(level: RoleLevel, scope: &Scope) -> bool {
    match level {
        RoleLevel::Global => matches!(scope, Scope::Everything),
        RoleLevel::Cluster => matches!(scope, Scope::Everything | Scope::Clusters(_) | Scope::Cluster(_)),
        RoleLevel::Namespace => matches!(scope, Scope::Project(_) | Scope::Namespace(..)),
    }
}

/// Does a label selector select a cluster? One that does not parse selects none.
pub fn selects(selector: &str, cluster: &KnownCluster) -> bool {
    let labels: Vec<(&str, &str)> = cluster
        .labels
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    LabelSelector::parse(selector).is_ok_and(|selector| selector.matches(&labels))
}
