//! What a page shows only once the cluster in its address is known by its id: kept texts belong to the id.

use crate::state::clusters::use_clusters;
use crate::ui::{FailurePanel, Skeleton};
use leptos::prelude::*;

/// Calls `view` with the id of the cluster that the address names; again when it is another one, and not when it is only
/// renamed.
#[component]
pub fn KnownCluster<F>(
    /// The cluster, as the address names it.
    #[prop(into)]
    address: Signal<String>,
    /// Shows the page.
    view: F,
) -> impl IntoView
where
    F: Fn(String) -> AnyView + Send + 'static,
{
    let clusters = use_clusters();
    let id = clusters.id_of(address);
    move || match id.get() {
        Some(id) => view(id),
        None => match clusters.failure().get() {
            Some(failure) => view! { <FailurePanel failure on_retry=move |()| clusters.reload() /> }.into_any(),
            None => view! { <Skeleton lines=8 /> }.into_any(),
        },
    }
}
