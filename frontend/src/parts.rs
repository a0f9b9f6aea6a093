//! What of the console is loaded only when it is wanted. Everything that is reached through a function marked
//! `wasm_split`, and through nothing else, becomes a file of its own (xtask/src/frontend/parts.rs).

mod administration;

use crate::i18n::text;
use crate::ui::{Button, EmptyState, IconName, Page, PageHeader, Skeleton};
use futures::FutureExt as _;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;
use wasm_split_helpers::SplitLoaderError;

pub use administration::Administration;

/// A part is taken for lost when it has not come within this time.
const PATIENCE_MILLISECONDS: u32 = 30_000;

/// Makes a page. What is loaded with a part is code: the page is made where it stands.
type MakePage = fn() -> AnyView;
/// A page that may have to be loaded first.
type Loading = Pin<Box<dyn Future<Output = Result<MakePage, SplitLoaderError>>>>;

/// How far a page's part has come.
#[derive(Clone, Copy)]
enum Part {
    Loading,
    Here(MakePage),
    Missing,
}

/// A page of a part: at once when the part is here, else as soon as it is.
#[component]
fn PageOfPart(
    /// Loads it; asked again after a failure.
    load: impl Fn() -> Loading + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let part = RwSignal::new(Part::Loading);
    let begin = move || {
        let mut loading = load();
        // A part that is here is not waited for: the page stands without a flash of anything else.
        if let Some(outcome) = loading.as_mut().now_or_never() {
            part.set(outcome.map_or(Part::Missing, Part::Here));
            return;
        }
        part.set(Part::Loading);
        spawn_local(async move {
            let outcome = match select(loading, TimeoutFuture::new(PATIENCE_MILLISECONDS)).await {
                Either::Left((Ok(page), _)) => Part::Here(page),
                Either::Left((Err(_), _)) | Either::Right(_) => Part::Missing,
            };
            // Whoever went on waits for it no more.
            part.try_set(outcome);
        });
    };
    begin();
    move || match part.get() {
        Part::Here(page) => page(),
        Part::Loading => view! { <div class="page"><Skeleton lines=6 /></div> }.into_any(),
        Part::Missing => view! { <Missing on_retry=move |()| begin() /> }.into_any(),
    }
}

/// The part did not come.
#[component]
fn Missing(#[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    let reload = |_| {
        // A page that cannot be reloaded stays as it is.
        let _reloaded = window().location().reload();
    };
    view! {
        <Page title=text::shell::PART_MISSING>
            <PageHeader title=text::shell::PART_MISSING />
            <EmptyState title=text::shell::PART_MISSING_DETAIL icon=IconName::Offline>
                <Button icon=IconName::Restart on_press=move |_| on_retry.run(())>{text::common::RETRY}</Button>
                <Button on_press=reload>{text::shell::RELOAD}</Button>
            </EmptyState>
        </Page>
    }
    .into_any()
}
