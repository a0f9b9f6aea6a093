//! The form of a project: its namespaces, its quota, and what containers get that ask for nothing.

use super::draft::{Pair, ProjectDraft};
use crate::api_client::projects;
use crate::i18n::text;
use crate::state::loader::Load;
use crate::state::namespace_names;
use crate::state::work::Work;
use crate::ui::{
    Button, ButtonKind, Card, FieldProblems, FormFailure, IconName, KeyValueEditor, KeyValueRow, Notice, Picker,
    PickerOption, RemovableChip, TextField, first_problem, focus_first_problem, narrowed,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use muster_api::access::Project;
use muster_api::problem::FieldProblem;
use muster_api::resource::Health;

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    description: RwSignal<String>,
    namespaces: RwSignal<Vec<String>>,
    quota: RwSignal<Vec<KeyValueRow>>,
    requests: RwSignal<Vec<KeyValueRow>>,
    limits: RwSignal<Vec<KeyValueRow>>,
}

fn rows(pairs: &[Pair]) -> RwSignal<Vec<KeyValueRow>> {
    let rows = pairs
        .iter()
        .zip(0..)
        .map(|((name, value), id)| KeyValueRow::new(id, name, value));
    RwSignal::new(rows.collect())
}

fn pairs(rows: RwSignal<Vec<KeyValueRow>>) -> Vec<Pair> {
    rows.get()
        .into_iter()
        .map(|row| (row.name.get(), row.value.get()))
        .collect()
}

impl Form {
    fn new(draft: &ProjectDraft) -> Self {
        Self {
            name: RwSignal::new(draft.name.clone()),
            description: RwSignal::new(draft.description.clone()),
            namespaces: RwSignal::new(draft.namespaces.clone()),
            quota: rows(&draft.quota),
            requests: rows(&draft.requests),
            limits: rows(&draft.limits),
        }
    }

    fn draft(self) -> ProjectDraft {
        ProjectDraft {
            name: self.name.get(),
            description: self.description.get(),
            namespaces: self.namespaces.get(),
            quota: pairs(self.quota),
            requests: pairs(self.requests),
            limits: pairs(self.limits),
        }
    }
}

/// The form.
#[component]
pub(super) fn ProjectForm(
    /// The cluster, by id or name.
    cluster: String,
    /// The project as it is, when there is one.
    #[prop(optional_no_strip)]
    project: Option<Project>,
    /// It was saved.
    #[prop(into)]
    on_saved: Callback<Project>,
    /// It is not wanted.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> impl IntoView {
    let draft = project.as_ref().map_or_else(ProjectDraft::default, ProjectDraft::of);
    let id = StoredValue::new(project.map(|project| project.id));
    let form = Form::new(&draft);
    let work = Work::new();
    let cluster = StoredValue::new(cluster);
    let shown: FieldProblems = Signal::derive(move || {
        let draft = untrack(|| form.draft());
        let problems = work.problems.get().into_iter();
        problems
            .map(|problem| draft.placed(problem))
            .collect::<Vec<FieldProblem>>()
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let draft = untrack(|| form.draft());
        if work.refuses(draft.problems()) {
            focus_first_problem(".project-form");
            return;
        }
        let request = draft.request(&cluster.get_value());
        let task = async move {
            match id.get_value() {
                Some(id) => projects::replace(&id, &request).await,
                None => projects::create(&request).await,
            }
        };
        work.run(task, move |project| on_saved.run(project));
    };
    let is_new = id.with_value(Option::is_none);
    view! {
        <form class="project-form stack" novalidate autocomplete="off" on:submit=submit>
            <Card title=text::projects::BASICS>
                <div class="stack">
                    <TextField label=text::common::NAME value=form.name path="name" problems=shown />
                    <TextField
                        label=text::projects::DESCRIPTION
                        value=form.description
                        path="description"
                        problems=shown
                        optional=true
                    />
                    <Namespaces form cluster problems=shown />
                </div>
            </Card>
            <Card title=text::projects::QUOTA>
                <KeyValueEditor
                    legend=text::projects::QUOTA_LEGEND
                    rows=form.quota
                    add=text::projects::QUOTA_ADD
                    hint=text::projects::QUOTA_HINT
                    problems=shown
                    path="quota"
                />
            </Card>
            <Card title=text::projects::DEFAULTS>
                <div class="stack">
                    <p class="dim">{text::projects::DEFAULTS_HINT}</p>
                    <div class="two-columns">
                        <KeyValueEditor
                            legend=text::projects::REQUESTS
                            rows=form.requests
                            add=text::projects::REQUESTS_ADD
                            problems=shown
                            path="defaults/requests"
                        />
                        <KeyValueEditor
                            legend=text::projects::LIMITS
                            rows=form.limits
                            add=text::projects::LIMITS_ADD
                            problems=shown
                            path="defaults/limits"
                        />
                    </div>
                </div>
            </Card>
            <FormFailure work />
            <div class="row">
                <Button kind=ButtonKind::Primary submit=true busy=work.busy>
                    {if is_new { text::projects::CREATE_SUBMIT } else { text::common::SAVE }}
                </Button>
                <Button kind=ButtonKind::Quiet on_press=move |_| on_cancel.run(())>
                    {text::common::CANCEL}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// The namespaces: picked from those of the cluster, or typed where they cannot be read.
#[component]
fn Namespaces(form: Form, cluster: StoredValue<String>, problems: FieldProblems) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let loader = namespace_names::load(Signal::derive(move || cluster.get_value()));
    let known = Memo::new(move |_| {
        loader.state().with(|state| match state {
            Load::Ready(list) => namespace_names::names(list),
            Load::Loading | Load::Failed(_) => None,
        })
    });
    let is_loading = Memo::new(move |_| loader.state().with(|state| matches!(state, Load::Loading)));
    let options = Signal::derive(move || {
        let chosen = form.namespaces.get();
        let typed = query.with(|query| query.trim().to_owned());
        let names = known.get().unwrap_or_default().into_iter();
        let option = |name: String, detail: String| PickerOption {
            value: name.clone(),
            label: name,
            detail,
            icon: IconName::Namespace,
        };
        let free: Vec<PickerOption> = names
            .filter(|name| !chosen.contains(name))
            .map(|name| option(name, String::new()))
            .collect();
        let mut fitting = narrowed(&free, &typed, 12);
        // A namespace that is not there yet, or that cannot be seen, may be meant.
        let is_listed = fitting.iter().any(|fit| fit.value == typed) || chosen.contains(&typed);
        if !typed.is_empty() && !is_listed {
            fitting.push(option(typed, text::projects::NAMESPACE_TYPED.get().to_owned()));
        }
        fitting
    });
    let pick = move |name: String| {
        form.namespaces.update(|namespaces| {
            namespaces.push(name);
            namespaces.sort();
            namespaces.dedup();
        });
        query.set(String::new());
    };
    let problem = Signal::derive(move || {
        let any = |problem: &FieldProblem| problem.field == "namespaces" || problem.field.starts_with("namespaces/");
        let field = problems.with(|problems| {
            problems
                .iter()
                .find(|problem| any(problem))
                .map(|found| found.field.clone())
        });
        field.and_then(|field| first_problem(problems, &field))
    });
    view! {
        <Picker
            label=text::projects::NAMESPACES
            query
            options
            on_pick=pick
            hint=text::projects::NAMESPACES_HINT
            problem
            busy=is_loading
        />
        <Show when=move || !is_loading.get() && known.read().is_none()>
            <Notice health=Health::Unknown>{text::projects::NAMESPACES_UNREAD}</Notice>
        </Show>
        <ul class="chip-list" aria-label=move || text::projects::NAMESPACES.get()>
            <For each=move || form.namespaces.get() key=|name| name.clone() let:name>
                <li>
                    <RemovableChip
                        label=name.clone()
                        on_remove=move |()| form.namespaces.update(|namespaces| namespaces.retain(|other| *other != name))
                    />
                </li>
            </For>
        </ul>
    }
    .into_any()
}
