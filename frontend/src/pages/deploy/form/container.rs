//! Image, command and arguments.

use crate::i18n::{Text, text};
use crate::pages::deploy::command_line;
use crate::pages::deploy::draft::Draft;
use crate::pages::deploy::fields::{DraftSelect, DraftText, Place};
use crate::pages::deploy::state::DeployState;
use crate::ui::SelectOption;
use leptos::prelude::*;
use muster_api::deployment::PullPolicy;

/// The fields of the container.
#[component]
pub(super) fn ContainerSection(state: DeployState) -> impl IntoView {
    view! {
        <div class="deploy-fields">
            <DraftText
                state
                key="image"
                place=Place::single(|draft, _| draft.image.clone(), |draft, _, typed| draft.image = typed)
                label=text::deploy::IMAGE
                hint=text::deploy::IMAGE_HINT
                monospace=true
            />
            <DraftSelect
                state
                key="pullPolicy"
                place=Place::single(
                    |draft, _| policy_name(draft.pull_policy).to_owned(),
                    |draft, _, chosen| draft.pull_policy = policy_of(&chosen),
                )
                label=text::deploy::PULL_POLICY
                options=Signal::derive(policies)
            />
            <div class="wide">
                <DraftText
                    state
                    key="command"
                    place=Place::single(|draft, _| draft.command.clone(), |draft, _, typed| draft.command = typed)
                    label=text::deploy::COMMAND
                    hint=text::deploy::COMMAND_HINT
                    monospace=true
                />
                <Words state label=text::deploy::COMMAND line=|draft| &draft.command />
            </div>
            <div class="wide">
                <DraftText
                    state
                    key="arguments"
                    place=Place::single(|draft, _| draft.arguments.clone(), |draft, _, typed| draft.arguments = typed)
                    label=text::deploy::ARGUMENTS
                    monospace=true
                />
                <Words state label=text::deploy::ARGUMENTS line=|draft| &draft.arguments />
            </div>
        </div>
    }
    .into_any()
}

const fn policy_name(policy: PullPolicy) -> &'static str {
    match policy {
        PullPolicy::Always => "Always",
        PullPolicy::IfNotPresent => "IfNotPresent",
        PullPolicy::Never => "Never",
    }
}

fn policy_of(name: &str) -> PullPolicy {
    match name {
        "Always" => PullPolicy::Always,
        "Never" => PullPolicy::Never,
        _ => PullPolicy::IfNotPresent,
    }
}

fn policies() -> Vec<SelectOption> {
    [
        (PullPolicy::IfNotPresent, text::deploy::PULL_IF_NOT_PRESENT),
        (PullPolicy::Always, text::deploy::PULL_ALWAYS),
        (PullPolicy::Never, text::deploy::PULL_NEVER),
    ]
    .into_iter()
    .map(|(policy, label)| SelectOption::new(policy_name(policy), label.get()))
    .collect()
}

/// The line as the words that the container gets, so that a missing quote is seen.
#[component]
pub(in crate::pages::deploy) fn Words(
    state: DeployState,
    label: Text,
    line: for<'a> fn(&'a Draft) -> &'a String,
) -> impl IntoView {
    let words = Memo::new(move |_| {
        state
            .draft
            .with(|draft| command_line::split(line(draft)).unwrap_or_default())
    });
    let name = move || format!("{}: {}", label.get(), text::deploy::WORDS.get());
    move || {
        let words = words.get();
        (!words.is_empty()).then(|| {
            let words = words
                .into_iter()
                .map(|word| view! { <code role="listitem">{word}</code> })
                .collect_view();
            view! { <div class="deploy-words" role="list" aria-label=name>{words}</div> }
        })
    }
}
