//! What the cluster said to a text.

use crate::api_client::{ApiFailure, ApiResult};
use crate::i18n::text;
use crate::ui::{CodeComparison, EditorProblem, FailurePanel, Notice};
use leptos::prelude::*;
use muster_api::apply::{ApplyAnswer, ApplyOutcome, ApplyResult};
use muster_api::resource::Health;

/// Did the object change in the cluster since the text was made from it?
pub fn is_outdated(answer: &ApiResult<ApplyAnswer>) -> bool {
    match answer {
        Ok(answer) => answer
            .results
            .iter()
            .any(|result| result.outcome == ApplyOutcome::Conflict),
        Err(failure) => failure.status() == Some(409),
    }
}

/// The place that a refused text names.
pub fn place_of_failure(answer: &ApiResult<ApplyAnswer>) -> Option<EditorProblem> {
    let Err(failure) = answer else { return None };
    let problem = failure.field_problems().first()?;
    let place = crate::pages::apply::place::read(&problem.message)?;
    let number = |value: usize| u32::try_from(value).unwrap_or(1);
    Some(EditorProblem {
        line: number(place.line),
        column: number(place.column),
        message: problem.message.clone(),
    })
}

/// The answer in words. `compare` stands under a conflict: the way out of it.
pub fn answer_view(answer: ApiResult<ApplyAnswer>, compare: impl Fn() -> AnyView + Copy + 'static) -> AnyView {
    let outdated = is_outdated(&answer);
    match answer {
        Ok(answer) => answer
            .results
            .into_iter()
            .map(|result| result_view(result, compare))
            .collect_view()
            .into_any(),
        Err(failure) => view! {
            {failure_view(failure)}
            {outdated.then(compare)}
        }
        .into_any(),
    }
}

fn failure_view(failure: ApiFailure) -> AnyView {
    let sentences: Vec<String> = failure
        .field_problems()
        .iter()
        .map(|problem| problem.message.clone())
        .collect();
    if sentences.is_empty() {
        return view! { <FailurePanel failure /> }.into_any();
    }
    let lines = sentences
        .into_iter()
        .map(|sentence| view! { <p>{sentence}</p> })
        .collect_view();
    view! { <Notice health=Health::Bad>{lines}</Notice> }.into_any()
}

fn result_view(result: ApplyResult, compare: impl Fn() -> AnyView) -> AnyView {
    let ApplyResult {
        outcome,
        changes,
        before,
        after,
        message,
        conflicts,
        ..
    } = result;
    match outcome {
        ApplyOutcome::Unchanged => {
            view! { <Notice health=Health::Idle>{text::object::yaml::UNCHANGED}</Notice> }.into_any()
        }
        ApplyOutcome::Created | ApplyOutcome::Changed | ApplyOutcome::Skipped => {
            let count = changes.len() as u64;
            view! {
                <Notice health=Health::Good>
                    {move || format!("{} {}", text::object::yaml::CHECKED.get(), text::object::yaml::CHANGES.count(count))}
                </Notice>
                {before
                    .zip(after)
                    .map(|(before, after)| {
                        view! {
                            <CodeComparison
                                before
                                before_label=text::object::yaml::BEFORE
                                after
                                after_label=text::object::yaml::AFTER
                            />
                        }
                    })}
            }
            .into_any()
        }
        ApplyOutcome::Conflict => {
            let way_out = compare();
            let owners = conflicts.into_iter().map(|conflict| {
                view! { <li><span class="mono">{conflict.field}</span>" · "{conflict.manager}</li> }
            });
            view! {
                <Notice health=Health::Warn>
                    <p>{text::object::yaml::CONFLICT}</p>
                    {message.map(|message| view! { <p class="dim">{message}</p> })}
                    <ul>{owners.collect_view()}</ul>
                    {way_out}
                </Notice>
            }
            .into_any()
        }
        ApplyOutcome::Invalid => view! { <Notice health=Health::Bad>{message.unwrap_or_default()}</Notice> }.into_any(),
    }
}
