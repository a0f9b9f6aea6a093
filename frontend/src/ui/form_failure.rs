//! Why a form was not taken: the failure as a whole, and the problems that stand at none of its fields.

use super::{FailurePanel, Notice};
use crate::api_client::failure::field_sentence;
use crate::format::sentence::capitalized;
use crate::i18n::text;
use crate::state::work::Work;
use leptos::prelude::*;
use muster_api::resource::Health;

/// Shows what is wrong with a form, once, above its buttons.
#[component]
pub fn FormFailure(
    /// The form's work.
    work: Work,
) -> impl IntoView {
    move || {
        let problems = work.problems.get();
        let failure = work.failure.get();
        if problems.is_empty() {
            return failure.map(|failure| view! { <FailurePanel failure /> }.into_any());
        }
        let lines = problems
            .iter()
            .map(|problem| view! { <li>{capitalized(&field_sentence(problem))}</li> })
            .collect_view();
        Some(
            view! {
                <Notice health=Health::Bad>
                    <p>
                        <strong>{text::ui::MEND}</strong>
                    </p>
                    <ul>{lines}</ul>
                </Notice>
            }
            .into_any(),
        )
    }
}
