//! One page of a kind, as `GET /api/v1/resources/…` answers it.

use super::answer::{ListAnswer, RowView, status_counts};
use super::columns::Layout;
use super::query::{ListError, check_page, prepare};
use super::tables::{FIRST_ROWS, KindKey, Tables, Viewing};
use crate::access::Seen;
use crate::clusters::{ClusterHandle, Clusters};
use crate::context::RequestContext;
use live_table::{Namespaces, Reach, Scope};
use muster_api::cluster::ClusterState;
use muster_api::problem::FieldProblem;
use muster_api::resource::{ClusterCoverage, CoverageState, ResourceQuery, StatusCount};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl Tables {
    /// Answers a list. A first viewer waits a moment for the first rows; what is not there by then is said.
    pub async fn list(&self, context: &RequestContext, query: &ResourceQuery) -> Result<ListAnswer, ListError> {
        let wrong = check_page(query);
        if !wrong.is_empty() {
            return Err(ListError::Invalid(wrong));
        }
        if let Some(key) = KindKey::new(&query.group, &query.version, &query.resource) {
            let kinds = [(key.group.as_str(), key.resource.as_str())];
            self.access().until_known(context, &kinds, FIRST_ROWS).await;
        }
        let viewing = self.open(context, query)?;
        viewing.first_rows(FIRST_ROWS).await;
        let coverage = coverage(&viewing, self.clusters());
        let layout = layout(&viewing, query)?;
        let prepared = prepare(query, &layout, scope(&viewing)).map_err(ListError::Invalid)?;
        let now = self.now();
        let (page, counts) = viewing.table.look(|rows| match rows {
            Some(rows) => {
                let counts = rows
                    .layout
                    .count_by()
                    .map(|field| rows.table.counts(&prepared.in_scope, now, field));
                (Some(rows.table.query(&prepared.page, now)), counts.unwrap_or_default())
            }
            None => (None, Vec::new()),
        });
        let (rows, total, revision) = page.map_or((Vec::new(), 0, 0), |page| (page.rows, page.total, page.revision));
        Ok(ListAnswer {
            view: RowView {
                layout,
                names: names(&viewing),
            },
            rows,
            total,
            revision,
            counts: status_counts(counts),
            clusters: coverage,
        })
    }

    /// Begins to look at what a query asks for.
    pub(super) fn open(&self, context: &RequestContext, query: &ResourceQuery) -> Result<Viewing, ListError> {
        let key = KindKey::new(&query.group, &query.version, &query.resource)
            .ok_or_else(|| ListError::UnknownKind(path_of(query)))?;
        let within = self.within(context, query)?;
        let handles = self.meant(context, query, within.as_deref())?;
        let mut viewing = self.view(context, &key, handles);
        viewing.within = within;
        Ok(viewing)
    }

    /// The clusters that a query means; `within` are the places of the projects that it asks for.
    pub(super) fn meant(
        &self,
        context: &RequestContext,
        query: &ResourceQuery,
        within: Option<&Reach>,
    ) -> Result<Vec<ClusterHandle>, ListError> {
        let mut handles = self.clusters().handles(context, &query.clusters)?;
        if let Some(Reach::Clusters(places)) = within {
            handles.retain(|handle| places.contains_key(handle.id.to_string().as_str()));
        }
        Ok(handles)
    }

    /// Do the projects that were asked for have other namespaces by now?
    pub(super) fn within_changed(
        &self,
        context: &RequestContext,
        query: &ResourceQuery,
        viewing: &Viewing,
    ) -> Result<bool, ListError> {
        Ok(self.within(context, query)? != viewing.within)
    }

    /// The places of the projects that were asked for.
    fn within(&self, context: &RequestContext, query: &ResourceQuery) -> Result<Option<Arc<Reach>>, ListError> {
        if query.projects.is_empty() {
            return Ok(None);
        }
        let mut places: HashMap<Arc<str>, HashSet<Arc<str>>> = HashMap::new();
        for project in &query.projects {
            let found = self.access().namespaces_of_project(context, project);
            let (cluster, namespaces) = found.map_err(|_| {
                let message = format!("there is no project {project:?}");
                ListError::Invalid(vec![FieldProblem::new("project", "unknown-project", message)])
            })?;
            let place = places.entry(cluster.to_string().into()).or_default();
            place.extend(namespaces.into_iter().map(Arc::from));
        }
        let only = |(cluster, namespaces)| (cluster, Namespaces::only(namespaces));
        Ok(Some(Arc::new(Reach::Clusters(places.into_iter().map(only).collect()))))
    }
}

fn path_of(query: &ResourceQuery) -> String {
    format!("{}/{}/{}", query.group, query.version, query.resource)
}

/// The columns; while no cluster has named those of its own kind, the ones that every row has.
pub(super) fn layout(viewing: &Viewing, query: &ResourceQuery) -> Result<Arc<Layout>, ListError> {
    let missing = |state| state == CoverageState::NotInstalled;
    let nobody_has_it = viewing.clusters.iter().all(|cluster| missing(cluster.presence.state()));
    match viewing.table.layout() {
        Some(layout) if viewing.clusters.is_empty() || !nobody_has_it => Ok(layout),
        _ if nobody_has_it => Err(ListError::UnknownKind(path_of(query))),
        _ => Ok(Arc::new(Layout::new(Vec::new(), true))),
    }
}

/// Has the table rows of the viewed clusters only?
pub(super) fn has_only_viewed(viewing: &Viewing) -> bool {
    viewing
        .table
        .has_only(|cluster| viewing.clusters.iter().any(|viewed| viewed.handle.id == cluster))
}

/// What may be seen: of the viewed clusters, what the viewer may see there and asked for.
pub(super) fn scope(viewing: &Viewing) -> Scope {
    let all = viewing.clusters.iter().all(|cluster| cluster.seen == Seen::Everything);
    let scope = if !all {
        let places = viewing.clusters.iter().filter_map(|cluster| {
            let part = match &cluster.seen {
                Seen::Everything => Namespaces::All,
                Seen::Part(part) => part.clone(),
                Seen::Nothing(_) | Seen::Unknown(_) => return None,
            };
            Some((Arc::from(cluster.presence.cluster_key()), part))
        });
        Scope::of(Reach::Clusters(places.collect()))
    } else if has_only_viewed(viewing) {
        // Most often these are all that the table has; then rows need not be asked one by one.
        Scope::everything()
    } else {
        Scope::everything().in_clusters(viewing.clusters.iter().map(|cluster| cluster.presence.cluster_key()))
    };
    match &viewing.within {
        Some(within) => scope.and(Arc::clone(within)),
        None => scope,
    }
}

/// The clusters' names by their ids.
pub(super) fn names(viewing: &Viewing) -> Arc<HashMap<String, String>> {
    let names = viewing
        .clusters
        .iter()
        .map(|cluster| (cluster.presence.cluster_key().to_owned(), cluster.handle.name.clone()));
    Arc::new(names.collect())
}

/// Whether each cluster's rows are there.
pub(super) fn coverage(viewing: &Viewing, clusters: &Clusters) -> Vec<ClusterCoverage> {
    let in_no_namespace = viewing.table.layout().is_some_and(|layout| !layout.is_namespaced());
    let mut all = Vec::with_capacity(viewing.clusters.len());
    for cluster in &viewing.clusters {
        let (mut state, mut message) = cluster.presence.coverage();
        match &cluster.seen {
            // Rights in namespaces show nothing of what is in none.
            Seen::Part(Namespaces::Only { objects, .. }) if in_no_namespace && objects.is_empty() => {
                let why = format!("you may not list {} in this cluster", viewing.table.key.resource);
                (state, message) = (CoverageState::Forbidden, Some(why));
            }
            Seen::Everything | Seen::Part(_) => {}
            // A kind that the cluster does not have is no secret.
            Seen::Nothing(_) if state == CoverageState::NotInstalled => {}
            Seen::Nothing(why) => (state, message) = (CoverageState::Forbidden, Some(why.clone())),
            Seen::Unknown(why) => (state, message) = (CoverageState::Loading, Some(why.clone())),
        }
        // The health check notices sooner than a quiet connection that nobody answers any more.
        if matches!(state, CoverageState::Live | CoverageState::Loading) {
            let health = clusters.health(cluster.handle.id);
            if health.state == ClusterState::Unreachable {
                let has_rows = state == CoverageState::Live || cluster.presence.has_rows();
                state = if has_rows {
                    CoverageState::Stale
                } else {
                    CoverageState::Unreachable
                };
                message = health.message;
            }
        }
        all.push(ClusterCoverage {
            id: cluster.presence.cluster_key().to_owned(),
            name: cluster.handle.name.clone(),
            state,
            message,
        });
    }
    all
}

/// How many rows in scope have which status.
pub(super) fn count(viewing: &Viewing, in_scope: &live_table::Query, now: i64) -> Vec<StatusCount> {
    viewing.table.look(
        |rows| match rows.and_then(|rows| Some((rows, rows.layout.count_by()?))) {
            Some((rows, field)) => status_counts(rows.table.counts(in_scope, now, field)),
            None => Vec::new(),
        },
    )
}
