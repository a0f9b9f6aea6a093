//! What stands in the dock: a pod's log, an object's text.

use super::source::StaleNotice;
use super::{LiveObject, LogView, YamlView};
use crate::api_client::objects::ObjectAddress;
use crate::routes::KindPath;
use leptos::prelude::*;

/// The log of a pod's container.
#[component]
pub fn DockLog(
    /// The cluster's id or name.
    cluster: String,
    /// The pod's namespace.
    namespace: String,
    /// The pod.
    pod: String,
    /// Which container; the pod's default one when absent.
    container: Option<String>,
) -> impl IntoView {
    let kind = KindPath::new("core", "v1", "pods");
    let pod = ObjectAddress {
        cluster,
        kind,
        namespace: Some(namespace),
        name: pod,
    };
    view! { <LogView pod container /> }.into_any()
}

/// An object's text, to read.
#[component]
pub fn DockYaml(
    /// The object.
    object: ObjectAddress,
) -> impl IntoView {
    let live = LiveObject::new(object);
    view! {
        <StaleNotice live />
        <YamlView live />
    }
    .into_any()
}
