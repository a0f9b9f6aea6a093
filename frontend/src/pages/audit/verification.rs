//! Verifying the whole log.

use crate::api_client::audit;
use crate::format::number::with_separators;
use crate::i18n::text;
use crate::state::toasts::use_toasts;
use crate::ui::{Button, Dialog, IconName, Notice};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::audit::AuditVerification;
use muster_api::resource::Health;

/// Verifies the log and says what was found.
#[component]
pub(super) fn VerifyButton() -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let open = RwSignal::new(false);
    let found = RwSignal::new(None::<AuditVerification>);
    let verify = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer = audit::verify().await;
            busy.try_set(false);
            match answer {
                Ok(verification) => {
                    found.try_set(Some(verification));
                    open.try_set(true);
                }
                Err(failure) => toasts.failure(&failure),
            }
        });
    };
    view! {
        <Button icon=IconName::Check busy=busy on_press=verify>
            {text::audit::VERIFY}
        </Button>
        <Dialog open title=text::audit::VERIFICATION>
            {move || found.get().map(|found| view! { <Found found /> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Found(found: AuditVerification) -> impl IntoView {
    let count = with_separators(found.events);
    let hash = found.last_hash.clone();
    let verdict = match found.fault {
        None => view! {
            <Notice health=Health::Good>
                {move || text::audit::INTACT.with(&[("count", &count)])}
            </Notice>
        }
        .into_any(),
        Some(fault) => view! {
            <Notice health=Health::Bad>
                {move || text::audit::DAMAGED.with(&[("count", &count)])} " " {fault.message}
            </Notice>
        }
        .into_any(),
    };
    view! {
        <div class="stack">
            {verdict}
            {hash
                .map(|hash| {
                    view! {
                        <p class="dim">{text::audit::LAST_HASH}</p>
                        <p class="mono audit-hash">{hash}</p>
                    }
                })}
        </div>
    }
    .into_any()
}
