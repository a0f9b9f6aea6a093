//! What the whole application knows: who is signed in, the clusters, the live socket, the dock, messages.
//!
//! Each part is a small `Copy` handle on signals, provided as a context by [`provide`] and taken with its `use_…`
//! function in a component's body (never inside an event handler).

pub mod access;
pub mod clusters;
pub mod counts;
pub mod dock;
pub mod drafts;
pub mod live;
pub mod loader;
pub mod namespace_names;
pub mod namespaces;
pub mod preferences;
pub mod session;
pub mod toasts;
pub mod work;

/// Provides every part to the components below.
pub fn provide() {
    toasts::provide();
    preferences::apply_remembered();
    session::provide();
    access::provide();
    clusters::provide();
    live::provide();
    dock::provide();
    namespaces::provide();
    counts::provide();
}
