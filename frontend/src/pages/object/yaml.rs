//! An object's text: read, edited, checked against the cluster, saved. A typed text is kept until it is saved or discarded
//! by hand.

use super::source::LiveObject;
use crate::api_client::objects::{self, ObjectAddress};
use crate::api_client::{ApiFailure, ApiResult};
use crate::browser;
use crate::i18n::text;
use crate::pages::permission::{Guarded, about};
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::ui::{
    Button, ButtonKind, Checkbox, CodeComparison, CodeEditor, CodeView, ConfirmDialog, EditorProblem, FailurePanel,
    IconName, LoadView, Notice,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::apply::{ApplyAnswer, ApplyMode, ApplyOutcome, ApplyRequest, ApplyResult};
use muster_api::resource::Health;

/// An object's YAML.
#[component]
pub fn YamlView(
    /// The object.
    live: LiveObject,
    /// May it be edited here?
    #[prop(optional)]
    editable: bool,
) -> impl IntoView {
    let address = live.address();
    let key = draft_key(&address);
    let kept = browser::stored(&key);
    let editing = RwSignal::new(kept.is_some());
    let draft = RwSignal::new(kept.unwrap_or_default());
    let managed_fields = RwSignal::new(false);
    let is_secret = address.kind.is("core", "secrets");
    let address = StoredValue::new(address);
    let loader = Loader::new(move || {
        let (address, managed_fields) = (address.get_value(), managed_fields.get());
        async move { objects::read_yaml(&address, managed_fields, false).await }
    });
    Effect::new(move |before: Option<()>| {
        live.value().track();
        if before.is_some() {
            loader.reload();
        }
    });
    let edit = move |_| {
        if let Some(text) = loader.value() {
            draft.set(text);
            editing.set(true);
        }
    };
    view! {
        <div class="yaml-view">
            <Show
                when=move || editing.get()
                fallback=move || {
                    view! {
                        <div class="tab-tools">
                            <Checkbox label=text::object::yaml::MANAGED_FIELDS checked=managed_fields />
                            <span class="grow"></span>
                            {is_secret.then(|| view! { <span class="dim">{text::object::yaml::SECRET_HINT}</span> })}
                            {(editable && !is_secret)
                                .then(|| {
                                    view! {
                                        <Guarded questions=vec![address.with_value(|address| about(address, "patch", None))]>
                                            <Button icon=IconName::Edit on_press=edit>
                                                {text::object::yaml::EDIT}
                                            </Button>
                                        </Guarded>
                                    }
                                })}
                        </div>
                        <LoadView loader view=yaml_view lines=12 />
                    }
                }
            >
                <YamlEditor address=address.get_value() draft editing latest=loader live />
            </Show>
        </div>
    }
    .into_any()
}

fn yaml_view(yaml: String) -> AnyView {
    view! { <CodeView text=Signal::stored(yaml) label=text::object::tabs::YAML /> }.into_any()
}

/// Where a typed text is kept in the browser.
fn draft_key(address: &ObjectAddress) -> String {
    let namespace = address.namespace.as_deref().unwrap_or("-");
    format!(
        "muster.draft.yaml/{}/{}/{namespace}/{}",
        address.cluster,
        address.kind.path(),
        address.name
    )
}

#[component]
fn YamlEditor(
    address: ObjectAddress,
    draft: RwSignal<String>,
    editing: RwSignal<bool>,
    latest: Loader<String>,
    live: LiveObject,
) -> AnyView {
    let key = StoredValue::new(draft_key(&address));
    let name = StoredValue::new(address.name.clone());
    let address = StoredValue::new(address);
    let toasts = use_toasts();
    let answer = RwSignal::new(None::<ApiResult<ApplyAnswer>>);
    let busy = RwSignal::new(false);
    let discarding = RwSignal::new(false);
    let was_kept = browser::stored(&key.get_value()).is_some();
    Effect::new(move |before: Option<String>| {
        let text = draft.get();
        if before.is_some_and(|before| before != text) {
            key.with_value(|key| browser::store(key, Some(&text)));
            answer.set(None);
        }
        text
    });
    let stop = move || {
        key.with_value(|key| browser::store(key, None));
        editing.set(false);
    };
    let send = move |dry_run: bool| {
        if busy.get_untracked() {
            return;
        }
        let request = ApplyRequest {
            manifest: draft.get_untracked(),
            namespace: address.with_value(|address| address.namespace.clone()),
            mode: ApplyMode::Replace,
            dry_run,
            force: false,
        };
        let cluster = address.with_value(|address| address.cluster.clone());
        busy.set(true);
        spawn_local(async move {
            let result = objects::apply(&cluster, &request).await;
            let _page_is_gone = busy.try_set(false);
            if let Ok(saved) = &result
                && saved.applied
            {
                toasts.success(text::object::yaml::SAVED.with(&[("name", &name.get_value())]));
                stop();
                live.reload();
                latest.reload();
            } else {
                let _page_is_gone = answer.try_set(Some(result));
            }
        });
    };
    let problem = Signal::derive(move || answer.with(|answer| answer.as_ref().and_then(place_of_failure)));
    let leave = move |_| {
        let unchanged = latest.value().is_some_and(|text| text == draft.get_untracked());
        if unchanged { stop() } else { discarding.set(true) }
    };
    view! {
        <div class="tab-tools">
            {was_kept.then(|| view! { <span class="dim">{text::object::yaml::DRAFT_KEPT}</span> })}
            <span class="grow"></span>
            <Button kind=ButtonKind::Quiet on_press=leave>
                {text::object::yaml::CANCEL}
            </Button>
            <Button busy on_press=move |_| send(true)>
                {text::object::yaml::CHECK}
            </Button>
            <Button kind=ButtonKind::Primary busy on_press=move |_| send(false)>
                {text::object::yaml::SAVE}
            </Button>
        </div>
        {move || answer.get().map(answer_view)}
        <CodeEditor
            value=draft
            label=Signal::derive(move || text::object::yaml::EDITOR.with(&[("name", &name.get_value())]))
            problem
            on_submit=move |()| send(true)
        />
        <ConfirmDialog
            open=discarding
            title=text::object::yaml::DISCARD_TITLE
            action=text::object::yaml::DISCARD
            on_confirm=move |()| {
                discarding.set(false);
                stop();
            }
        >
            <p>{move || text::object::yaml::DISCARD_TEXT.with(&[("name", &name.get_value())])}</p>
        </ConfirmDialog>
    }
    .into_any()
}

/// The place that a refused text names.
fn place_of_failure(answer: &ApiResult<ApplyAnswer>) -> Option<EditorProblem> {
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

fn answer_view(answer: ApiResult<ApplyAnswer>) -> AnyView {
    match answer {
        Ok(answer) => answer.results.into_iter().map(result_view).collect_view().into_any(),
        Err(failure) => failure_view(failure),
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

fn result_view(result: ApplyResult) -> AnyView {
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
            let owners = conflicts.into_iter().map(|conflict| {
                view! { <li><span class="mono">{conflict.field}</span>" · "{conflict.manager}</li> }
            });
            view! {
                <Notice health=Health::Warn>
                    <p>{text::object::yaml::CONFLICT}</p>
                    {message.map(|message| view! { <p class="dim">{message}</p> })}
                    <ul>{owners.collect_view()}</ul>
                </Notice>
            }
            .into_any()
        }
        ApplyOutcome::Invalid => view! { <Notice health=Health::Bad>{message.unwrap_or_default()}</Notice> }.into_any(),
    }
}
