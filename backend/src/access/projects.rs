//! Projects: named sets of namespaces of one cluster, with what their namespaces may use.
//!
//! Which namespaces a project has decides who has rights in them, and its quota what its people may use: both are the
//! business of whoever manages projects in the whole cluster. Owners of a project change only its name and description.

use std::collections::BTreeMap;

use muster_api::access::{ContainerDefaults, Named, Permission, Project, ProjectRequest};
use muster_api::kubernetes_name;
use muster_api::problem::FieldProblem;
use muster_api::quantity;
use uuid::Uuid;

use super::{Access, AccessError, Place, Snapshot};
use crate::context::RequestContext;
use crate::database::DatabaseError;
use crate::database::projects::{self as table, ProjectRecord};
use crate::database::role_bindings::Scope;

const LONGEST_NAME: usize = 63;
const LONGEST_DESCRIPTION: usize = 500;
const MOST_NAMESPACES: usize = 1000;

impl Access {
    /// The projects that the actor sees, of one cluster or of all: those that he manages or has a binding in.
    pub fn list_projects(&self, context: &RequestContext, cluster: Option<&str>) -> Result<Vec<Project>, AccessError> {
        let snapshot = self.snapshot();
        let cluster = match cluster {
            None => None,
            Some(text) => Uuid::parse_str(&self.0.clusters.get(context, text)?.id).ok(),
        };
        let projects = snapshot.projects();
        let asked = projects
            .into_iter()
            .filter(|project| cluster.is_none_or(|id| project.cluster_id == id));
        let seen = asked.filter(|project| self.sees_project(context, &snapshot, project));
        Ok(seen
            .filter_map(|project| self.describe_project(context, &snapshot, project))
            .collect())
    }

    /// One project.
    pub fn read_project(&self, context: &RequestContext, id: &str) -> Result<Project, AccessError> {
        let snapshot = self.snapshot();
        let project = self.seen_project(context, &snapshot, id)?;
        self.describe_project(context, &snapshot, project)
            .ok_or_else(|| unknown(id))
    }

    /// Makes a project.
    pub async fn create_project(
        &self,
        context: &RequestContext,
        request: ProjectRequest,
    ) -> Result<Project, AccessError> {
        let cluster = self.0.clusters.get(context, &request.cluster)?;
        let cluster_id = Uuid::parse_str(&cluster.id).map_err(|_| unknown(&cluster.id))?;
        self.require(context, Permission::ManageProjects, &Place::Cluster(cluster_id))?;
        let project = checked(&request, Uuid::now_v7(), cluster_id, context)?;
        self.keep_project(context, project).await
    }

    /// Replaces a project. Its cluster stays.
    pub async fn replace_project(
        &self,
        context: &RequestContext,
        id: &str,
        request: ProjectRequest,
    ) -> Result<Project, AccessError> {
        let snapshot = self.snapshot();
        let known = self.seen_project(context, &snapshot, id)?;
        self.require(context, Permission::ManageProjects, &Place::Project(known.id))?;
        let mut project = checked(&request, known.id, known.cluster_id, context)?;
        project.created_at = known.created_at;
        let same = project.namespaces == known.namespaces
            && project.quota == known.quota
            && project.defaults == known.defaults;
        if !same {
            self.require(context, Permission::ManageProjects, &Place::Cluster(known.cluster_id))?;
        }
        self.ensure_may_widen(context, &snapshot, known, &project.namespaces)?;
        self.keep_project(context, project).await
    }

    /// Fails when the project's bindings would give more in a namespace that joins it than the actor may himself there.
    fn ensure_may_widen(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        project: &ProjectRecord,
        namespaces: &[String],
    ) -> Result<(), AccessError> {
        let scope = Scope::Project(project.id);
        for namespace in namespaces.iter().filter(|name| !project.namespaces.contains(name)) {
            let place = Place::Namespace(project.cluster_id, namespace.clone());
            for binding in snapshot.bindings().iter().filter(|binding| binding.scope == scope) {
                self.ensure_role_within_own(context, snapshot, binding.role_id, &place, binding.expires_at)?;
            }
        }
        Ok(())
    }

    /// Forgets a project and revokes its bindings; its namespaces and what runs in them stay.
    pub async fn delete_project(&self, context: &RequestContext, id: &str) -> Result<(), AccessError> {
        let snapshot = self.snapshot();
        let known = self.seen_project(context, &snapshot, id)?;
        self.require(context, Permission::ManageProjects, &Place::Cluster(known.cluster_id))?;
        if !table::delete(&self.0.database, known.id).await? {
            return Err(unknown(id));
        }
        self.reload().await?;
        self.settle().await;
        Ok(())
    }

    /// The namespaces of a project, with its cluster.
    pub fn namespaces_of_project(
        &self,
        context: &RequestContext,
        id: &str,
    ) -> Result<(Uuid, Vec<String>), AccessError> {
        let snapshot = self.snapshot();
        let project = self.seen_project(context, &snapshot, id)?;
        Ok((project.cluster_id, project.namespaces.clone()))
    }

    /// Fails unless each of these is the id of a project that the actor sees, in this cluster when one is given.
    pub fn check_projects(
        &self,
        context: &RequestContext,
        ids: &[String],
        cluster: Option<&str>,
    ) -> Result<(), AccessError> {
        for id in ids {
            let found = self.namespaces_of_project(context, id);
            let there = found.is_ok_and(|(place, _)| cluster.is_none_or(|cluster| place.to_string() == cluster));
            if !there {
                let message = format!("There is no project {id:?}. Projects are named by their ids.");
                return Err(AccessError::field("projects", "unknown-project", message));
            }
        }
        Ok(())
    }

    async fn keep_project(&self, context: &RequestContext, project: ProjectRecord) -> Result<Project, AccessError> {
        let snapshot = self.snapshot();
        for other in snapshot.projects() {
            if other.id == project.id || other.cluster_id != project.cluster_id {
                continue;
            }
            if other.name.eq_ignore_ascii_case(&project.name) {
                return Err(AccessError::Conflict {
                    code: "name-taken",
                    detail: format!("The cluster has a project named {:?} already.", other.name),
                });
            }
            if let Some(shared) = project.namespaces.iter().find(|name| other.namespaces.contains(name)) {
                let message = format!("The namespace {shared} is in the project {} already.", other.name);
                return Err(AccessError::field("namespaces", "taken", message));
            }
        }
        match table::put(&self.0.database, &project).await {
            Err(DatabaseError::Duplicate) => {
                return Err(AccessError::Conflict {
                    code: "project-changed",
                    detail: "Another project has this name or one of these namespaces by now.".to_owned(),
                });
            }
            other => other?,
        }
        self.reload().await?;
        self.settle().await;
        let snapshot = self.snapshot();
        let missing = || unknown(&project.id.to_string());
        let kept = snapshot.project(project.id).ok_or_else(missing)?;
        self.describe_project(context, &snapshot, kept).ok_or_else(missing)
    }

    fn seen_project<'s>(
        &self,
        context: &RequestContext,
        snapshot: &'s Snapshot,
        id: &str,
    ) -> Result<&'s ProjectRecord, AccessError> {
        let found = Uuid::parse_str(id).ok().and_then(|id| snapshot.project(id));
        let seen = found.filter(|project| self.sees_project(context, snapshot, project));
        seen.ok_or_else(|| unknown(id))
    }

    pub(super) fn sees_project(&self, context: &RequestContext, snapshot: &Snapshot, project: &ProjectRecord) -> bool {
        let clusters = self.known_clusters();
        let place = Place::Project(project.id);
        context.actor.is_administrator()
            || snapshot
                .bindings_of(&context.actor, context.now())
                .any(|binding| snapshot.covers(&binding.scope, &place, &clusters))
    }

    fn describe_project(
        &self,
        context: &RequestContext,
        snapshot: &Snapshot,
        project: &ProjectRecord,
    ) -> Option<Project> {
        let cluster = self.0.clusters.get(context, &project.cluster_id.to_string()).ok()?;
        let bound = |scope: &Scope| *scope == Scope::Project(project.id);
        Some(Project {
            id: project.id.to_string(),
            cluster: Named {
                id: cluster.id,
                name: cluster.name,
            },
            name: project.name.clone(),
            description: project.description.clone(),
            namespaces: project.namespaces.clone(),
            quota: project.quota.clone(),
            defaults: project.defaults.clone(),
            bindings: snapshot
                .bindings()
                .iter()
                .filter(|binding| bound(&binding.scope))
                .count() as u64,
        })
    }
}

fn unknown(id: &str) -> AccessError {
    AccessError::NotFound(format!("project {id:?}"))
}

fn checked(
    request: &ProjectRequest,
    id: Uuid,
    cluster_id: Uuid,
    context: &RequestContext,
) -> Result<ProjectRecord, AccessError> {
    let mut problems = Vec::new();
    let name = request.name.trim();
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, ' ' | '.' | '_' | '-');
    if name.is_empty() {
        problems.push(FieldProblem::new("name", "required", "Give the project a name."));
    } else if name.chars().count() > LONGEST_NAME || !name.chars().all(allowed) {
        let message = "Use 1 to 63 letters, digits, spaces, dots, underscores and dashes.";
        problems.push(FieldProblem::new("name", "invalid-name", message));
    }
    if request.description.chars().count() > LONGEST_DESCRIPTION {
        let message = format!("The description may have at most {LONGEST_DESCRIPTION} characters.");
        problems.push(FieldProblem::new("description", "too-long", message));
    }
    let mut namespaces: Vec<String> = request.namespaces.iter().map(|name| name.trim().to_owned()).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    if namespaces.len() > MOST_NAMESPACES {
        let message = format!("A project has at most {MOST_NAMESPACES} namespaces.");
        problems.push(FieldProblem::new("namespaces", "too-many", message));
    }
    for namespace in namespaces.iter().filter(|name| !kubernetes_name::is_dns_label(name)) {
        let message =
            format!("{namespace:?} cannot be a namespace: lower-case letters, digits and dashes, at most 63.");
        problems.push(FieldProblem::new("namespaces", "invalid-name", message));
    }
    quantity_problems("quota", &request.quota, &mut problems);
    quantity_problems("defaults/requests", &request.defaults.requests, &mut problems);
    quantity_problems("defaults/limits", &request.defaults.limits, &mut problems);
    smaller_requests(&request.defaults, &mut problems);
    if !problems.is_empty() {
        return Err(AccessError::Fields(problems));
    }
    Ok(ProjectRecord {
        id,
        cluster_id,
        name: name.to_owned(),
        description: request.description.trim().to_owned(),
        namespaces,
        quota: request.quota.clone(),
        defaults: request.defaults.clone(),
        created_at: context.now(),
    })
}

fn quantity_problems(field: &str, values: &BTreeMap<String, String>, problems: &mut Vec<FieldProblem>) {
    for (key, value) in values {
        let place = format!("{field}/{key}");
        if !kubernetes_name::is_label_key(key) && !key.contains('.') {
            let message =
                format!("{key:?} cannot be the name of a resource; write for example cpu or requests.memory.");
            problems.push(FieldProblem::new(place, "invalid-resource", message));
        } else if quantity::parse(value).is_none_or(|amount| amount < 0.0) {
            let message = format!("{value:?} is not an amount; write for example 500m, 2, 512Mi or 4Gi.");
            problems.push(FieldProblem::new(place, "invalid-quantity", message));
        }
    }
}

/// The API server refuses defaults that ask for more than they allow.
fn smaller_requests(defaults: &ContainerDefaults, problems: &mut Vec<FieldProblem>) {
    for (key, request) in &defaults.requests {
        let Some(limit) = defaults.limits.get(key) else {
            continue;
        };
        let (request, limit) = (quantity::parse(request), quantity::parse(limit));
        if request.zip(limit).is_some_and(|(request, limit)| request > limit) {
            let message = "The default request is larger than the default limit.";
            problems.push(FieldProblem::new(
                format!("defaults/requests/{key}"),
                "contradiction",
                message,
            ));
        }
    }
}
