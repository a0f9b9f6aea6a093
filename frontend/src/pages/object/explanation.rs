//! Why a pod does not run: the sentence first, what the cluster said and the last log lines as its proof.

use crate::i18n::{self, text};
use leptos::prelude::*;
use muster_api::rollout::Explanation;

/// One explanation.
#[component]
pub fn ExplanationView(
    /// What to say.
    explanation: Explanation,
) -> impl IntoView {
    let Explanation {
        said,
        container,
        evidence,
        last_log_lines,
        ..
    } = explanation;
    view! {
        <div class="explanation">
            <p class="explanation-sentence">{move || i18n::all_said(&said)}</p>
            {container
                .map(|container| {
                    view! {
                        <p class="dim">
                            {move || text::object::why::CONTAINER.with(&[("container", &container)])}
                        </p>
                    }
                })}
            {evidence
                .map(|evidence| {
                    view! {
                        <details class="explanation-evidence">
                            <summary>{text::object::why::EVIDENCE}</summary>
                            <p class="mono">{evidence}</p>
                        </details>
                    }
                })}
            {(!last_log_lines.is_empty())
                .then(|| {
                    view! {
                        <p class="dim">{text::object::why::LAST_LINES}</p>
                        <pre class="explanation-log">{last_log_lines.join("\n")}</pre>
                    }
                })}
        </div>
    }
    .into_any()
}
