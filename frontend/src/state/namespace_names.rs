//! The names of a cluster's namespaces, for fields that take one.

use crate::api_client::resources;
use crate::state::loader::{Load, Loader};
use leptos::prelude::*;
use muster_api::resource::{CoverageState, MAX_PAGE_SIZE, ResourceList, ResourceQuery};

/// Reads the namespaces of a cluster; an empty name reads none.
pub fn load(cluster: Signal<String>) -> Loader<ResourceList> {
    Loader::new(move || {
        let mut wanted = ResourceQuery::of("core", "v1", "namespaces");
        wanted.clusters = vec![cluster.get()];
        wanted.sort = "name".into();
        wanted.page_size = MAX_PAGE_SIZE;
        async move { resources::list(&wanted).await }
    })
}

/// The names in an answer; none when the cluster could not say.
pub fn names(list: &ResourceList) -> Option<Vec<String>> {
    let readable = list.clusters.iter().all(|cluster| {
        matches!(
            cluster.state,
            CoverageState::Live | CoverageState::Loading | CoverageState::Stale
        )
    });
    readable.then(|| list.rows.iter().map(|row| row.name.clone()).collect())
}

/// Names to choose from while typing; empty where they cannot be read.
pub fn suggestions(cluster: Signal<String>) -> Signal<Vec<String>> {
    let loader = load(cluster);
    Signal::derive(move || {
        loader.state().with(|state| match state {
            Load::Ready(list) => names(list).unwrap_or_default(),
            Load::Loading | Load::Failed(_) => Vec::new(),
        })
    })
}
