//! Creating and changing objects from YAML: what would change is shown before anything is written.

mod draft;
pub mod place;
mod results;
mod running;

pub use draft::hand_over;

use crate::api_client::{ApiFailure, objects};
use crate::browser;
use crate::format::sentence::capitalized;
use crate::i18n::text;
use crate::pages::known_cluster::KnownCluster;
use crate::state::drafts;
use crate::state::session::use_session;
use crate::state::toasts::{Toasts, use_toasts};
use crate::ui::{
    Button, ButtonKind, Card, Checkbox, CodeEditor, EditorProblem, EmptyState, FailurePanel, Icon, IconName, Notice,
    Page, PageHeader, TextField,
};
use draft::Draft;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use muster_api::apply::{ApplyAnswer, ApplyMode, ApplyRequest};
use muster_api::resource::Health;
use results::Results;
use running::{Running, Sent};

/// The page that applies YAML.
#[component]
pub fn ApplyPage() -> impl IntoView {
    let parameters = use_params_map();
    let address = Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("cluster"))
            .unwrap_or_default()
    });
    let session = use_session();
    let user = Memo::new(move |_| session.user().map(|user| user.id).unwrap_or_default());
    view! {
        <Page title=text::apply::TITLE>
            <PageHeader title=text::apply::TITLE detail=text::apply::LEAD />
            // Another cluster, or another user, has another draft.
            {move || {
                let (address, user) = (address.get(), user.get());
                let bench = {
                    let address = address.clone();
                    move |id| view! { <Workbench cluster=address.clone() id user=user.clone() /> }.into_any()
                };
                view! { <KnownCluster address=Signal::stored(address) view=bench /> }
            }}
        </Page>
    }
    .into_any()
}

/// An answer, and the request that it is an answer to.
#[derive(Debug, Clone, PartialEq)]
struct Answered {
    request: ApplyRequest,
    answer: ApplyAnswer,
}

/// What is typed and chosen, and what came of it. Cheap to copy.
#[derive(Clone, Copy)]
struct Bench {
    cluster: StoredValue<String>,
    manifest: RwSignal<String>,
    namespace: RwSignal<String>,
    force: RwSignal<bool>,
    create_only: RwSignal<bool>,
    /// What is sent and not answered yet.
    running: RwSignal<Option<Sent>>,
    answered: RwSignal<Option<Answered>>,
    failure: RwSignal<Option<ApiFailure>>,
    /// Was it tried with nothing typed?
    empty: RwSignal<bool>,
}

impl Bench {
    fn request(self, dry_run: bool) -> ApplyRequest {
        let namespace = self.namespace.get().trim().to_owned();
        ApplyRequest {
            manifest: self.manifest.get(),
            namespace: (!namespace.is_empty()).then_some(namespace),
            mode: if self.create_only.get() {
                ApplyMode::Create
            } else {
                ApplyMode::Apply
            },
            dry_run,
            force: self.force.get(),
            operation: None,
        }
    }

    fn run(self, dry_run: bool, toasts: Toasts) {
        let request = untrack(|| self.request(dry_run));
        let nothing_typed = request.manifest.trim().is_empty();
        self.empty.set(nothing_typed);
        if nothing_typed || self.running.with_untracked(Option::is_some) {
            return;
        }
        let operation = browser::random_word();
        let sent = ApplyRequest {
            operation: Some(operation.clone()),
            ..request.clone()
        };
        self.running.set(Some(Sent { operation, dry_run }));
        self.failure.set(None);
        let cluster = self.cluster.get_value();
        spawn_local(async move {
            let answer = objects::apply(&cluster, &sent).await;
            let is_left = self.running.try_set(None).is_some();
            if let Ok(answer) = &answer
                && answer.applied
            {
                toasts.success(text::apply::APPLIED.get());
            }
            if is_left {
                // Nobody waits for what a check says; what was to be written is told wherever one is now.
                match answer {
                    _ if dry_run => {}
                    Err(failure) => toasts.failure(&failure),
                    Ok(answer) if !answer.applied => toasts.problem(text::apply::NOT_APPLIED_LEFT.get()),
                    Ok(_) => {}
                }
                return;
            }
            match answer {
                Ok(answer) => {
                    self.answered.set(Some(Answered { request, answer }));
                }
                Err(failure) => {
                    self.answered.set(None);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    fn is_running(self, dry_run: bool) -> bool {
        let is = |sent: &Sent| sent.dry_run == dry_run;
        self.running.with(|running| running.as_ref().is_some_and(is))
    }

    /// Where the text is broken, for the editor to mark.
    fn marked_place(self) -> Option<EditorProblem> {
        let failure = self.failure.get()?;
        let problem = failure.field_problems().first()?;
        let found = place::read(&problem.message)?;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Some(EditorProblem {
            line: number(found.line),
            column: number(found.column),
            message: problem.message.clone(),
        })
    }

    /// Is what is shown about something else than what is typed now?
    fn is_outdated(self) -> bool {
        let Some(answered) = self.answered.get() else {
            return false;
        };
        self.request(answered.request.dry_run) != answered.request
    }
}

#[component]
fn Workbench(cluster: String, id: String, user: String) -> impl IntoView {
    let toasts = use_toasts();
    let draft = Draft::open(&user, &id);
    let bench = Bench {
        cluster: StoredValue::new(cluster),
        manifest: RwSignal::new(draft.text()),
        namespace: RwSignal::new("default".to_owned()),
        force: RwSignal::new(false),
        create_only: RwSignal::new(false),
        running: RwSignal::new(None),
        answered: RwSignal::new(None),
        failure: RwSignal::new(None),
        empty: RwSignal::new(false),
    };
    draft.follow(bench.manifest);
    let apply = move |_| bench.run(false, toasts);
    let is_empty = move || bench.manifest.with(String::is_empty);
    view! {
        <div class="apply">
            <div class="apply-form">
                <ManifestField bench />
                <div class="apply-options">
                    <TextField
                        label=text::apply::NAMESPACE
                        value=bench.namespace
                        hint=text::apply::NAMESPACE_HINT
                        path="namespace"
                    />
                    <div class="stack">
                        <Checkbox
                            label=text::apply::FORCE
                            checked=bench.force
                            hint=text::apply::FORCE_HINT
                        />
                        <Checkbox label=text::apply::CREATE_ONLY checked=bench.create_only />
                    </div>
                </div>
                <div class="apply-actions">
                    <Button
                        on_press=move |_| bench.run(true, toasts)
                        busy=Signal::derive(move || bench.is_running(true))
                    >
                        {text::apply::CHECK}
                    </Button>
                    <Button
                        kind=ButtonKind::Primary
                        on_press=apply
                        busy=Signal::derive(move || bench.is_running(false))
                    >
                        {text::apply::APPLY}
                    </Button>
                    <span class="grow"></span>
                    <Show when=move || draft.has_earlier()>
                        <Button kind=ButtonKind::Quiet on_press=move |_| draft.bring_back(bench.manifest)>
                            {text::apply::BRING_BACK}
                        </Button>
                    </Show>
                    <Show when=move || !is_empty()>
                        <span class="dim">{move || drafts::kept_words(text::apply::DRAFT_KEPT)}</span>
                        <Button kind=ButtonKind::Quiet on_press=move |_| draft.discard(bench.manifest)>
                            {text::apply::DISCARD}
                        </Button>
                    </Show>
                </div>
            </div>
            <Outcome bench />
        </div>
    }
    .into_any()
}

/// The text, typed, pasted, dropped or chosen.
#[component]
fn ManifestField(bench: Bench) -> impl IntoView {
    let toasts = use_toasts();
    let picker = NodeRef::<html::Input>::new();
    let unreadable = RwSignal::new(false);
    let take = move |file: Option<web_sys::File>| {
        let Some(file) = file else { return };
        spawn_local(async move {
            let content = wasm_bindgen_futures::JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|text| text.as_string());
            unreadable.try_set(content.is_none());
            if let Some(content) = content {
                bench.manifest.try_set(content);
            }
        });
    };
    let problem = move || {
        let nothing = bench.empty.get() && bench.manifest.with(|manifest| manifest.trim().is_empty());
        let say = match (nothing, unreadable.get()) {
            (true, _) => Some(text::apply::EMPTY),
            (false, true) => Some(text::apply::FILE_UNREADABLE),
            (false, false) => None,
        };
        say.map(|say| {
            view! {
                <p class="field-problem" role="alert">
                    <Icon name=IconName::Bad />
                    <span>{say}</span>
                </p>
            }
        })
    };
    view! {
        <div class="field">
            <span class="apply-label" aria-hidden="true">
                {text::apply::MANIFEST}
            </span>
            <div class="apply-editor">
                <CodeEditor
                    value=bench.manifest
                    label=text::apply::MANIFEST
                    problem=Signal::derive(move || bench.marked_place())
                    on_submit=move |()| bench.run(true, toasts)
                />
            </div>
            {problem}
            <p class="field-hint">{text::apply::MANIFEST_HINT}</p>
        </div>
        <div>
            <input
                node_ref=picker
                type="file"
                accept=".yaml,.yml,.json,text/*"
                hidden
                tabindex="-1"
                aria-label=move || text::apply::CHOOSE_FILE.get()
                on:change=move |_| {
                    if let Some(input) = picker.get_untracked() {
                        take(input.files().and_then(|files| files.get(0)));
                        // The same file can be chosen again after it was changed.
                        input.set_value("");
                    }
                }
            />
            <Button
                icon=IconName::Upload
                on_press=move |_| {
                    if let Some(input) = picker.get_untracked() {
                        input.click();
                    }
                }
            >
                {text::apply::CHOOSE_FILE}
            </Button>
        </div>
    }
    .into_any()
}

/// What came of it.
#[component]
fn Outcome(bench: Bench) -> impl IntoView {
    let running = move || bench.running.get().map(|sent| view! { <Running bench sent /> });
    let cluster = bench.cluster;
    view! {
        <div class="apply-results">
            {running}
            {move || bench.failure.get().map(|failure| view! { <Refused failure /> })}
            <Show when=move || bench.is_outdated()>
                <Notice health=Health::Idle>{text::apply::OUTDATED}</Notice>
            </Show>
            {move || match bench.answered.get() {
                Some(answered) => {
                    let dry_run = answered.request.dry_run;
                    view! { <Results answer=answered.answer dry_run cluster=cluster.get_value() /> }.into_any()
                }
                None if bench.failure.with(Option::is_none) => {
                    view! {
                        <Card title=text::apply::RESULTS>
                            <EmptyState title=text::apply::RESULTS_EMPTY icon=IconName::Code />
                        </Card>
                    }
                        .into_any()
                }
                None => ().into_any(),
            }}
        </div>
    }
    .into_any()
}

/// Why nothing could even be tried: the text is broken (and where), or there is no answer.
#[component]
fn Refused(failure: ApiFailure) -> impl IntoView {
    if failure.code() == Some("cancelled") {
        return view! { <Notice health=Health::Idle>{text::apply::CANCELLED}</Notice> }.into_any();
    }
    let problems = failure.field_problems().to_vec();
    if problems.is_empty() {
        let kept = matches!(failure, ApiFailure::Network) || failure.status().is_some_and(|status| status >= 502);
        return view! {
            <FailurePanel failure />
            {kept.then(|| view! { <Notice health=Health::Idle>{text::apply::AWAY}</Notice> })}
        }
        .into_any();
    }
    let lines = problems
        .into_iter()
        .map(|problem| view! { <li>{capitalized(&problem.message)}</li> });
    view! {
        <Notice health=Health::Bad>
            <p>
                <strong>{text::apply::BROKEN}</strong>
            </p>
            <ul class="apply-problems">{lines.collect_view()}</ul>
        </Notice>
    }
    .into_any()
}

/// The key under which a text is kept in this browser.
fn storage_key(user: &str, cluster_id: &str) -> String {
    drafts::key("apply", user, cluster_id, "")
}

fn keep(key: &str, content: &str) {
    drafts::keep(key, (!content.is_empty()).then_some(content));
}
