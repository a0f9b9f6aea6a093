//! Why a pod does not run: in plain words, with what the cluster said and the last lines of its log.

use crate::i18n::{self, text};
use crate::ui::{Icon, health_class, health_icon};
use leptos::prelude::*;
use muster_api::resource::Health;
use muster_api::rollout::Explanation;

/// The headline of an explanation in the person's language, by its code.
pub fn headline(code: &str) -> &'static str {
    i18n::lookup("rollout.why", code).unwrap_or_else(|| text::rollout::why::OTHER.get())
}

/// An explanation.
#[component]
pub fn ExplanationView(
    /// Why it does not run.
    explanation: Explanation,
    /// How bad it is.
    health: Health,
) -> impl IntoView {
    let code = explanation.code.clone();
    let last_lines = explanation.last_log_lines.join("\n");
    let container = explanation.container.clone();
    let said = explanation.said;
    view! {
        <div class=format!("rollout-explanation {}", health_class(health))>
            <h3>
                <Icon name=health_icon(health) />
                {move || headline(&code)}
            </h3>
            <p>{move || i18n::all_said(&said)}</p>
            {container
                .map(|name| {
                    view! {
                        <p class="rollout-label">{move || text::rollout::CONTAINER.with(&[("name", &name)])}</p>
                    }
                })}
            {explanation
                .evidence
                .map(|evidence| {
                    view! {
                        <div>
                            <p class="rollout-label">{text::rollout::EVIDENCE}</p>
                            <blockquote>{evidence}</blockquote>
                        </div>
                    }
                })}
            {(!last_lines.is_empty())
                .then(|| {
                    view! {
                        <div>
                            <p class="rollout-label">{text::rollout::LAST_LINES}</p>
                            <pre tabindex="0" role="region" aria-label=move || text::rollout::LAST_LINES.get()>
                                {last_lines}
                            </pre>
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}
