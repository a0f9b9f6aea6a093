//! What could not be had, and why.

use super::{Button, Icon, IconName, health_class, health_icon};
use crate::api_client::ApiFailure;
use crate::i18n::text;
use leptos::prelude::*;
use muster_api::resource::Health;

/// Says what failed, with the request's id and a way to try again.
#[component]
pub fn FailurePanel(
    /// What failed.
    failure: ApiFailure,
    /// Tries again.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let forbidden = failure.is_forbidden();
    let (icon, title) = match &failure {
        ApiFailure::Network => (IconName::Offline, text::ui::NO_ANSWER),
        _ if forbidden => (IconName::Lock, text::ui::FORBIDDEN),
        ApiFailure::Problem(problem) if problem.status == 404 => (IconName::Unknown, text::ui::NOT_FOUND),
        _ => (IconName::Bad, text::ui::FAILED),
    };
    let request_id = failure.request_id().map(str::to_owned);
    let class = if forbidden {
        "failure failure-forbidden"
    } else {
        "failure"
    };
    view! {
        <div class=class role="alert">
            <Icon name=icon />
            <div class="failure-text">
                <p class="failure-title">{title}</p>
                <p>{move || failure.sentence()}</p>
                {request_id
                    .map(|id| {
                        view! { <p class="dim mono">{move || text::ui::REQUEST_ID.with(&[("id", &id)])}</p> }
                    })}
            </div>
            {on_retry
                .map(|on_retry| {
                    view! {
                        <Button icon=IconName::Restart on_press=move |_| on_retry.run(())>{text::common::RETRY}</Button>
                    }
                })}
        </div>
    }
    .into_any()
}

/// A sentence that stands in the page: something to know about what is shown.
#[component]
pub fn Notice(
    /// How grave.
    #[prop(default = Health::Warn)]
    health: Health,
    /// The sentence.
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("notice notice-{}", health_class(health)) role="status">
            <Icon name=health_icon(health) />
            <div>{children()}</div>
        </div>
    }
    .into_any()
}
