//! Why a pod does not run: the sentence first, what the cluster said and the last log lines as its proof.

use crate::i18n::{self, text};
use leptos::prelude::*;
use muster_api::rollout::Explanation;
use muster_api::session::Language;

/// One explanation.
#[component]
pub fn ExplanationView(
    /// What to say.
    explanation: Explanation,
) -> impl IntoView {
    let Explanation {
        code,
        message,
        container,
        evidence,
        last_log_lines,
    } = explanation;
    // English has the server's sentence, which names the thing; another language its own sentence for the code first.
    let translated = {
        let code = code.clone();
        move || match i18n::language() {
            Language::English => None,
            Language::SimplifiedChinese => i18n::lookup("rollout.why", &code),
        }
    };
    view! {
        <div class="explanation">
            {move || match translated() {
                Some(sentence) => {
                    view! {
                        <p class="explanation-sentence">{sentence}</p>
                        <p class="dim">{message.clone()}</p>
                    }
                    .into_any()
                }
                None => view! { <p class="explanation-sentence">{message.clone()}</p> }.into_any(),
            }}
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
