//! The contexts of the pasted kubeconfig: read by the server, chosen here. One that cannot be used says why.

use crate::api_client::{ApiFailure, clusters};
use crate::i18n::{self, text};
use crate::ui::{Chip, FieldProblems, Icon, IconName, Notice, first_problem};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::cluster::KubeconfigContext;
use muster_api::problem::FieldProblem;
use muster_api::resource::Health;

/// How long the typing must rest before the server is asked.
const REST_MILLISECONDS: u32 = 300;
/// The server takes no larger kubeconfig.
const MOST_BYTES: usize = 1_048_576;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reading {
    Nothing,
    Underway,
    Found(Vec<KubeconfigContext>),
    Failed(ApiFailure),
    TooLarge,
}

/// The contexts of a kubeconfig, and which one is chosen. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Contexts {
    reading: RwSignal<Reading>,
    chosen: RwSignal<Option<String>>,
    question: StoredValue<u64>,
}

impl Contexts {
    /// Reads the contexts whenever the kubeconfig changes; proposes the chosen one's name while none is typed.
    pub(super) fn follow(kubeconfig: RwSignal<String>, name: RwSignal<String>) -> Self {
        let contexts = Self {
            reading: RwSignal::new(Reading::Nothing),
            chosen: RwSignal::new(None),
            question: StoredValue::new(0),
        };
        Effect::new(move |_| contexts.ask(kubeconfig.get()));
        Effect::new(move |proposed: Option<String>| {
            let proposal = contexts.chosen.get().unwrap_or_default();
            // What a person typed is not overwritten; an earlier proposal is.
            let typed = name.with_untracked(|name| !name.is_empty() && Some(name) != proposed.as_ref());
            let proposal = as_name(&proposal);
            if !typed && !proposal.is_empty() {
                name.set(proposal.clone());
            }
            proposal
        });
        contexts
    }

    fn ask(self, kubeconfig: String) {
        self.question.update_value(|question| *question += 1);
        let question = self.question.get_value();
        if kubeconfig.trim().is_empty() {
            self.take(Reading::Nothing);
            return;
        }
        if kubeconfig.len() > MOST_BYTES {
            self.take(Reading::TooLarge);
            return;
        }
        spawn_local(async move {
            TimeoutFuture::new(REST_MILLISECONDS).await;
            let is_newest = move || self.question.try_get_value() == Some(question);
            if !is_newest() {
                return;
            }
            self.reading.set(Reading::Underway);
            let answer = clusters::inspect_kubeconfig(kubeconfig).await;
            if is_newest() {
                self.take(answer.map_or_else(Reading::Failed, |found| Reading::Found(found.items)));
            }
        });
    }

    fn take(self, reading: Reading) {
        let usable = |context: &&KubeconfigContext| context.problem.is_none();
        let choice = match &reading {
            Reading::Found(found) => {
                let current = found.iter().filter(usable).find(|context| context.current);
                current
                    .or_else(|| found.iter().find(usable))
                    .map(|context| context.name.clone())
            }
            _ => None,
        };
        self.chosen.set(choice);
        self.reading.set(reading);
    }

    /// The chosen context's name.
    pub(super) fn chosen(self) -> Option<String> {
        self.chosen.get_untracked()
    }

    /// The chosen context's name, followed.
    pub(super) fn chosen_name(self) -> Option<String> {
        self.chosen.get()
    }

    /// Is there a context to choose?
    pub(super) fn has_usable(self) -> bool {
        self.reading.with_untracked(
            |reading| matches!(reading, Reading::Found(found) if found.iter().any(|context| context.problem.is_none())),
        )
    }

    /// Why the kubeconfig cannot be read, as a problem of its field.
    pub(super) fn problem(self) -> Option<FieldProblem> {
        let problem = |code: &str, message: String| Some(FieldProblem::new("kubeconfig", code, message));
        match self.reading.get() {
            Reading::Failed(failure) => match failure.field_problems().first() {
                Some(found) => Some(FieldProblem {
                    field: "kubeconfig".into(),
                    ..found.clone()
                }),
                None => problem("", failure.sentence()),
            },
            Reading::TooLarge => problem(
                "",
                text::clusters::FILE_TOO_LARGE.with(&[("name", &text::clusters::KUBECONFIG.get())]),
            ),
            Reading::Found(found) if found.is_empty() => problem("", text::clusters::NO_CONTEXTS.get().to_owned()),
            Reading::Nothing | Reading::Underway | Reading::Found(_) => None,
        }
    }
}

/// A context's name as a cluster's name: signs that a cluster's name must not have become dashes.
fn as_name(context: &str) -> String {
    context
        .chars()
        .map(|character| {
            if character.is_alphanumeric() || " ._-".contains(character) {
                character
            } else {
                '-'
            }
        })
        .take(63)
        .collect()
}

/// The list of contexts.
#[component]
pub(super) fn ContextChoice(contexts: Contexts, problems: FieldProblems) -> impl IntoView {
    let problem = move || first_problem(problems, "context");
    move || match contexts.reading.get() {
        Reading::Underway => view! { <p class="dim" role="status">{text::clusters::INSPECTING}</p> }.into_any(),
        Reading::Found(found) if !found.is_empty() => {
            let none_usable = found.iter().all(|context| context.problem.is_some());
            view! {
                <fieldset class="contexts-field">
                    <legend>{text::clusters::CONTEXTS}</legend>
                    {none_usable
                        .then(|| view! { <Notice health=Health::Bad>{text::clusters::NO_USABLE_CONTEXT}</Notice> })}
                    <div class="contexts">
                        {found
                            .into_iter()
                            .map(|context| view! { <ContextLine context chosen=contexts.chosen /> })
                            .collect_view()}
                    </div>
                    {move || {
                        problem()
                            .map(|problem| {
                                view! {
                                    <p class="field-problem" role="alert">
                                        <Icon name=IconName::Bad />
                                        <span>{problem}</span>
                                    </p>
                                }
                            })
                    }}
                </fieldset>
            }
            .into_any()
        }
        Reading::Nothing | Reading::Found(_) | Reading::Failed(_) | Reading::TooLarge => ().into_any(),
    }
}

#[component]
fn ContextLine(context: KubeconfigContext, chosen: RwSignal<Option<String>>) -> impl IntoView {
    let name = StoredValue::new(context.name.clone());
    let usable = context.problem.is_none();
    view! {
        <label>
            <input
                type="radio"
                name="context"
                value=context.name.clone()
                disabled=!usable
                prop:checked=move || chosen.with(|chosen| name.with_value(|name| chosen.as_ref() == Some(name)))
                on:change=move |_| chosen.set(Some(name.get_value()))
            />
            <span class="context-name">{context.name.clone()}</span>
            <span>{context.current.then(|| view! { <Chip>{text::clusters::CONTEXT_CURRENT}</Chip> })}</span>
            {context.server.clone().map(|server| view! { <span class="context-server mono">{server}</span> })}
            {context
                .problem
                .clone()
                .map(|problem| view! { <span class="context-problem">{move || i18n::said(&problem)}</span> })}
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::as_name;

    #[test]
    fn a_context_proposes_a_name_that_the_server_takes() {
        assert_eq!(as_name("kubernetes-admin@kubernetes"), "kubernetes-admin-kubernetes");
        assert_eq!(as_name("arn:aws:eks:1/shop").len(), 18);
        assert_eq!(as_name(&"x".repeat(99)).len(), 63);
    }
}
