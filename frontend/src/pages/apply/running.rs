//! An apply that is under way: how far it is, and a button that stops it.

use super::Bench;
use crate::api_client::objects;
use crate::i18n::text;
use crate::ui::{Button, ProgressBar};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::apply::{ApplyProgress, ApplyStep};
use std::time::Duration;

const ASKED_EVERY: Duration = Duration::from_millis(500);
const ASKED_AGAIN_MILLISECONDS: u32 = 200;

/// What is sent and not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    /// By what the server knows it.
    pub(super) operation: String,
    /// Is nothing to be written?
    pub(super) dry_run: bool,
}

#[component]
pub(super) fn Running(bench: Bench, sent: Sent) -> impl IntoView {
    let progress = RwSignal::new(None::<ApplyProgress>);
    let stopping = RwSignal::new(false);
    let cluster = bench.cluster;
    let operation = StoredValue::new(sent.operation);
    let ask = move || {
        let (cluster, operation) = (cluster.get_value(), operation.get_value());
        spawn_local(async move {
            // It may have ended meanwhile: then its answer is on its way.
            let answer = objects::apply_progress(&cluster, &operation).await;
            if let Ok(now) = answer {
                progress.try_set(Some(now));
            }
        });
    };
    if let Ok(interval) = set_interval_with_handle(ask, ASKED_EVERY) {
        on_cleanup(move || interval.clear());
    }
    let stop = move |_| {
        stopping.set(true);
        spawn_local(async move {
            // It may still be on its way to the server: asked again until it stops, or its answer takes this away.
            while stopping.try_get_untracked() == Some(true) {
                let (cluster, operation) = (cluster.get_value(), operation.get_value());
                if objects::cancel_apply(&cluster, &operation).await.is_ok() {
                    return;
                }
                TimeoutFuture::new(ASKED_AGAIN_MILLISECONDS).await;
            }
        });
    };
    let say = if sent.dry_run {
        text::apply::CHECKING
    } else {
        text::apply::APPLYING
    };
    let words = Signal::derive(move || {
        progress
            .get()
            .filter(|now| now.total > 0)
            .map_or_else(String::new, |now| {
                let words = match now.step {
                    ApplyStep::Trying => text::apply::TRYING_OF,
                    ApplyStep::Writing => text::apply::WRITING_OF,
                };
                words.with(&[("done", &now.done), ("total", &now.total)])
            })
    });
    let part = Signal::derive(move || {
        let now = progress.get().filter(|now| now.total > 0)?;
        Some(f64::from(now.done) / f64::from(now.total))
    });
    view! {
        <div class="apply-running">
            <p class="dim" role="status">
                {say}
            </p>
            <ProgressBar part label=say />
            <div class="row">
                <span class="dim grow">{words}</span>
                <Button on_press=stop busy=stopping>
                    {text::common::CANCEL}
                </Button>
            </div>
        </div>
    }
    .into_any()
}
