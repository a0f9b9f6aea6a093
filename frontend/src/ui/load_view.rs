//! Shows what a [`Loader`] reads: grey lines, the failure with a way to try again, or the thing.

use super::{FailurePanel, Notice, Skeleton};
use crate::i18n::text;
use crate::state::loader::{Load, Loader};
use leptos::prelude::*;

/// The view of a loader. What `view` makes is made anew with every answer; what must keep its state while the answer changes reads
/// `loader.value()` itself.
#[component]
pub fn LoadView<T, F>(
    /// What is read.
    loader: Loader<T>,
    /// Shows it.
    view: F,
    /// How many grey lines while it is read first.
    #[prop(default = 6)]
    lines: usize,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Send + 'static,
{
    let state = Memo::new(move |_| loader.state().get());
    view! {
        {move || {
            loader
                .stale()
                .get()
                .map(|failure| {
                    view! { <Notice>{move || text::ui::STALE.with(&[("reason", &failure.sentence())])}</Notice> }
                })
        }}
        {move || match state.get() {
            Load::Loading => view! { <Skeleton lines /> }.into_any(),
            Load::Failed(failure) => {
                view! { <FailurePanel failure on_retry=move |()| loader.reload() /> }.into_any()
            }
            Load::Ready(value) => view(value),
        }}
    }
    .into_any()
}
