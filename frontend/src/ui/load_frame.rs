//! The frame of something that is read again and again while somebody looks.

use super::{FailurePanel, Notice, Skeleton};
use crate::api_client::ApiFailure;
use crate::i18n::text;
use crate::state::loader::{Load, Loader};
use leptos::prelude::*;

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Loading,
    Failed(ApiFailure),
    Ready,
}

/// Grey lines, the failure with a way to try again, or the content. Unlike `LoadView` it makes the content once and leaves
/// it to read `loader.value()`: focus, selection and scrolling survive each answer.
#[component]
pub fn LoadFrame<T>(
    /// What is read.
    loader: Loader<T>,
    /// How many grey lines while it is read first.
    #[prop(default = 6)]
    lines: usize,
    /// What stands in place of the failure panel, for failures that the page has more to say about.
    #[prop(optional, into)]
    on_failure: Option<Callback<ApiFailure, Option<AnyView>>>,
    /// The content.
    children: ChildrenFn,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let stage = Memo::new(move |_| {
        loader.state().with(|state| match state {
            Load::Loading => Stage::Loading,
            Load::Failed(failure) => Stage::Failed(failure.clone()),
            Load::Ready(_) => Stage::Ready,
        })
    });
    view! {
        {move || {
            loader
                .stale()
                .get()
                .map(|failure| {
                    view! { <Notice>{move || text::ui::STALE.with(&[("reason", &failure.sentence())])}</Notice> }
                })
        }}
        {move || match stage.get() {
            Stage::Loading => view! { <Skeleton lines /> }.into_any(),
            Stage::Failed(failure) => {
                on_failure
                    .and_then(|on_failure| on_failure.run(failure.clone()))
                    .unwrap_or_else(|| {
                        view! { <FailurePanel failure on_retry=move |()| loader.reload() /> }.into_any()
                    })
            }
            Stage::Ready => children().into_any(),
        }}
    }
    .into_any()
}
