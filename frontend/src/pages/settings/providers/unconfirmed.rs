//! A change that is taken back by itself unless somebody says that it works: nobody locks everybody out by a typing error.

use crate::api_client::providers;
use crate::browser;
use crate::format::{age, time};
use crate::i18n::text;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{Button, ButtonKind, FailurePanel, Notice};
use leptos::prelude::*;
use muster_api::provider::Provider;
use muster_api::resource::Health;
use std::time::Duration;

/// Says until when, and takes the word for it.
#[component]
pub(super) fn Unconfirmed(
    /// Whose change waits.
    provider: Provider,
    /// It was confirmed, or the time is over.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let work = Work::new();
    let until = provider
        .unconfirmed_until
        .as_deref()
        .and_then(time::parse)
        .unwrap_or_default();
    let left = RwSignal::new(until - browser::now());
    let over = StoredValue::new(false);
    let tick = move || {
        let rest = until - browser::now();
        left.set(rest);
        if rest <= 0 && !over.get_value() {
            over.set_value(true);
            on_done.run(());
        }
    };
    if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || interval.clear());
    }
    let name = provider.name.clone();
    let id = StoredValue::new(provider.id);
    let confirm = move |_| {
        work.run(async move { providers::confirm(&id.get_value()).await }, move |()| {
            toasts.success(text::providers::unconfirmed::DONE.get());
            on_done.run(());
        });
    };
    view! {
        <Notice health=Health::Warn>
            <p>
                <strong>{move || text::providers::unconfirmed::TITLE.with(&[("name", &name)])}</strong>
            </p>
            <p>
                {move || {
                    let time = age::duration((left.get() / 1000).max(0));
                    text::providers::unconfirmed::BODY.with(&[("time", &time)])
                }}
            </p>
            {move || work.failure.get().map(|failure| view! { <FailurePanel failure /> })}
            <div class="row">
                <Button kind=ButtonKind::Primary on_press=confirm busy=work.busy>
                    {text::providers::unconfirmed::CONFIRM}
                </Button>
            </div>
        </Notice>
    }
    .into_any()
}
