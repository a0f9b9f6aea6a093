//! Granting a role: to whom, within which, what, until when.

use super::Given;
use super::expiry::Expiry;
use super::scope::{ScopeDraft, ScopeKind, kind_of};
use super::subject::{PrincipalName, SubjectPicker, reference_to};
use super::table::role_name;
use super::typed::TypedSubject;
use crate::api_client::failure::field_sentence;
use crate::api_client::{access, bindings, projects, roles};
use crate::browser;
use crate::i18n::{self, text};
use crate::state::access::use_access;
use crate::state::clusters::use_clusters;
use crate::state::loader::Loader;
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{Button, ButtonKind, Dialog, FieldProblems, FormFailure, LoadFrame, Select, SelectOption, TextField};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::access::{Binding, BindingRequest, Permission, Project, Role};
use muster_api::problem::FieldProblem;

/// The dialog that grants a role. It is open while `open` is true.
#[component]
pub fn GrantDialog(
    /// Is it open?
    open: RwSignal<bool>,
    /// What is given already.
    #[prop(optional)]
    given: Given,
    /// A role was granted.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let given = StoredValue::new(given);
    view! {
        <Dialog open title=text::bindings::GRANT_TITLE>
            <GrantForm open given=given.get_value() on_done />
        </Dialog>
    }
    .into_any()
}

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    kind: RwSignal<String>,
    labels: RwSignal<String>,
    cluster: RwSignal<String>,
    project: RwSignal<String>,
    namespace: RwSignal<String>,
    role: RwSignal<String>,
    expiry: RwSignal<String>,
    day: RwSignal<String>,
}

impl Form {
    fn scope(self) -> ScopeDraft {
        ScopeDraft {
            kind: self.kind.get_untracked(),
            labels: self.labels.get_untracked(),
            cluster: self.cluster.get_untracked(),
            project: self.project.get_untracked(),
            namespace: self.namespace.get_untracked(),
        }
    }
}

#[component]
fn GrantForm(open: RwSignal<bool>, given: Given, on_done: Callback<()>) -> impl IntoView {
    let (toasts, access, clusters) = (use_toasts(), use_access(), use_clusters());
    let loader = Loader::new(|| async { roles::list().await });
    let first_cluster = clusters
        .list()
        .with_untracked(|list| list.first().map(|cluster| cluster.id.clone()).unwrap_or_default());
    let first_kind = given
        .scope
        .as_ref()
        .map_or(ScopeKind::Cluster, |(scope, _)| kind_of(scope));
    let form = Form {
        kind: RwSignal::new(first_kind.word().to_owned()),
        labels: RwSignal::new(String::new()),
        cluster: RwSignal::new(first_cluster),
        project: RwSignal::new(String::new()),
        namespace: RwSignal::new(String::new()),
        role: RwSignal::new(given.role.clone().unwrap_or_default()),
        expiry: RwSignal::new(Expiry::Never.word().to_owned()),
        day: RwSignal::new(String::new()),
    };
    let subject = RwSignal::new(given.subject.clone());
    let work = Work::new();
    let shown: FieldProblems = work.problems.into();
    let given_scope = StoredValue::new(given.scope.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut problems = Vec::new();
        let required = |field: &str| FieldProblem::new(field, "required", text::bindings::REQUIRED.get());
        let who = subject.get_untracked();
        if who.is_none() {
            problems.push(required("subject"));
        }
        let role = form.role.get_untracked();
        if role.is_empty() {
            problems.push(required("role"));
        }
        let scope = match given_scope.get_value() {
            Some((scope, _)) => Ok(scope),
            None => form.scope().scope(),
        };
        let typed = form.day.with_untracked(|day| browser::end_of_day(day));
        let expiry = form
            .expiry
            .with_untracked(|word| Expiry::parse(word))
            .unwrap_or(Expiry::Never);
        let until = expiry
            .moment(browser::now(), typed)
            .map_err(|say| FieldProblem::new("expiresAt", "", say.get()));
        if let Err(problem) = &scope {
            problems.push(problem.clone());
        }
        if let Err(problem) = &until {
            problems.push(problem.clone());
        }
        if work.refuses(problems) {
            return;
        }
        let (Some(who), Ok(scope), Ok(until)) = (who, scope, until) else {
            return;
        };
        let name = who.display_name.clone();
        let request = BindingRequest {
            role,
            subject: reference_to(&who),
            scope,
            expires_at: until.map(browser::rfc3339),
        };
        work.run(async move { bindings::create(&request).await }, move |()| {
            let _page_may_be_gone = open.try_set(false);
            toasts.success(text::bindings::GRANTED.with(&[("name", &name)]));
            access.forget();
            on_done.run(());
        });
    };
    // The server names the part of the subject that is wrong; the form has one field for all of it.
    let subject_problem = Signal::derive(move || {
        let of_subject = |problem: &&FieldProblem| problem.field.split('/').next() == Some("subject");
        shown.with(|problems| problems.iter().find(of_subject).map(field_sentence))
    });
    let expiries = Signal::derive(|| {
        Expiry::ALL
            .map(|expiry| SelectOption::new(expiry.word(), expiry.words().get()))
            .to_vec()
    });
    let fixed_subject = given.subject.clone();
    let fixed_scope = given.scope.clone();
    let fixed_role = given.role.is_some();
    view! {
        <form class="stack" novalidate on:submit=submit>
            {match fixed_subject {
                Some(principal) => view! { <p><PrincipalName principal /></p> }.into_any(),
                None => {
                    view! {
                        <SubjectPicker chosen=subject problem=subject_problem />
                        <TypedSubject chosen=subject />
                    }
                        .into_any()
                }
            }}
            {match fixed_scope {
                Some((_, name)) => {
                    view! { <p class="dim">{move || text::bindings::WITHIN.with(&[("name", &name)])}</p> }.into_any()
                }
                None => view! { <ScopeFields form problems=shown loader role_given=fixed_role /> }.into_any(),
            }}
            <Show when=move || !fixed_role>
                <LoadFrame loader lines=2>
                    <RoleField form loader problems=shown />
                </LoadFrame>
            </Show>
            <Select label=text::bindings::UNTIL value=form.expiry options=expiries path="expiry" />
            <Show when=move || form.expiry.get() == Expiry::OnDay.word()>
                <TextField label=text::bindings::DAY value=form.day kind="date" path="expiresAt" problems=shown />
            </Show>
            <FormFailure work />
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::common::CANCEL}</Button>
                <Button kind=ButtonKind::Primary submit=true busy=work.busy>
                    {text::bindings::GRANT_SUBMIT}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

/// The roles that may be bound within such a scope.
fn fitting(loader: Loader<Collection<Role>>, kind: &str) -> Vec<Role> {
    let Some(kind) = ScopeKind::parse(kind) else {
        return Vec::new();
    };
    let roles = loader.value().map(|roles| roles.items).unwrap_or_default();
    roles.into_iter().filter(|role| kind.takes(role.level)).collect()
}

#[component]
fn RoleField(form: Form, loader: Loader<Collection<Role>>, problems: FieldProblems) -> impl IntoView {
    let fits = Memo::new(move |_| form.kind.with(|kind| fitting(loader, kind)));
    // A role that does not fit the new scope is no choice any more.
    Effect::new(move |_| {
        let is_gone = fits.with(|fits| {
            let chosen = form.role.read_untracked();
            !chosen.is_empty() && fits.iter().all(|fit| fit.id != *chosen)
        });
        if is_gone {
            form.role.set(String::new());
        }
    });
    let options = Signal::derive(move || {
        let mut options = vec![SelectOption::new("", text::bindings::CHOOSE.get())];
        let own = fits.get();
        options.extend(
            own.iter()
                .map(|role| SelectOption::new(role.id.clone(), role_name(&role.name))),
        );
        options
    });
    let description = Signal::derive(move || {
        let chosen = form.role.get();
        fits.with(|fits| {
            let role = fits.iter().find(|role| role.id == chosen);
            role.map(|role| i18n::lookup_or("roles.built_in_what", &role.name, &role.description))
                .unwrap_or_default()
        })
    });
    view! { <Select label=text::bindings::ROLE value=form.role options hint=description problems path="role" /> }
        .into_any()
}

/// The kinds of places in which the person on screen may grant; none while that is not known.
fn open_kinds(roles: Loader<Collection<Role>>) -> Memo<Option<Vec<ScopeKind>>> {
    let session = use_session();
    let own = Loader::new(|| async { access::my_permissions("", "").await });
    Memo::new(move |_| {
        if session.may(Permission::Administer) {
            return None;
        }
        let (own, roles) = (own.value()?.bindings, roles.value()?.items);
        let grants = |binding: &&Binding| {
            let role = roles.iter().find(|role| role.id == binding.role.id);
            role.is_some_and(|role| {
                let permissions = &role.effective.permissions;
                permissions.contains(&Permission::ManageBindings) || permissions.contains(&Permission::Administer)
            })
        };
        let held: Vec<&Binding> = own.iter().filter(grants).collect();
        let is_open = |kind: &ScopeKind| held.iter().any(|binding| kind.is_open_to(&binding.scope));
        Some(ScopeKind::ALL.into_iter().filter(is_open).collect())
    })
}

/// Within which: the kind, and what names it.
#[component]
fn ScopeFields(
    form: Form,
    problems: FieldProblems,
    loader: Loader<Collection<Role>>,
    /// The role is given: only scopes that take it are offered.
    role_given: bool,
) -> impl IntoView {
    let clusters = use_clusters();
    let level = Memo::new(move |_| {
        let chosen = form.role.get();
        let roles = loader.value()?.items;
        roles.into_iter().find(|role| role.id == chosen).map(|role| role.level)
    });
    let open = open_kinds(loader);
    let kinds = Memo::new(move |_| {
        let level = level.get().filter(|_| role_given);
        ScopeKind::ALL
            .into_iter()
            .filter(|kind| level.is_none_or(|level| kind.takes(level)))
            .filter(|kind| open.with(|open| open.as_ref().is_none_or(|open| open.contains(kind))))
            .collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        let now = form.kind.with_untracked(|kind| ScopeKind::parse(kind));
        let kinds = kinds.get();
        if let Some(first) = kinds.first()
            && !now.is_some_and(|now| kinds.contains(&now))
        {
            form.kind.set(first.word().to_owned());
        }
    });
    let kind_options = Signal::derive(move || {
        let kinds = kinds.get().into_iter();
        kinds
            .map(|kind| SelectOption::new(kind.word(), kind.words().get()))
            .collect::<Vec<_>>()
    });
    let cluster_options = Signal::derive(move || {
        let list = clusters.list().get().into_iter();
        list.map(|cluster| SelectOption::new(cluster.id, cluster.name))
            .collect::<Vec<_>>()
    });
    let is = move |wanted: ScopeKind| form.kind.with(|kind| kind == wanted.word());
    view! {
        <Select label=text::bindings::PLACE value=form.kind options=kind_options path="scope" problems />
        <Show when=move || is(ScopeKind::Clusters)>
            <TextField
                label=text::bindings::LABELS
                value=form.labels
                hint=text::bindings::LABELS_HINT
                path="scope/labelSelector"
                monospace=true
                problems
            />
        </Show>
        <Show when=move || is(ScopeKind::Cluster) || is(ScopeKind::Namespace)>
            <Select label=text::common::CLUSTER value=form.cluster options=cluster_options path="scope/cluster" problems />
        </Show>
        <Show when=move || is(ScopeKind::Namespace)>
            <TextField
                label=text::common::NAMESPACE
                value=form.namespace
                path="scope/namespace"
                monospace=true
                problems
                suggestions=crate::state::namespace_names::suggestions(form.cluster.into())
            />
        </Show>
        <Show when=move || is(ScopeKind::Project)>
            <ProjectField form problems />
        </Show>
    }
    .into_any()
}

#[component]
fn ProjectField(form: Form, problems: FieldProblems) -> impl IntoView {
    let loader: Loader<Collection<Project>> = Loader::new(|| async { projects::list("").await });
    let options = Signal::derive(move || {
        let projects = loader.value().map(|projects| projects.items).unwrap_or_default();
        let mut options = vec![SelectOption::new("", text::bindings::CHOOSE.get())];
        let named = projects
            .into_iter()
            .map(|project| SelectOption::new(project.id, format!("{} ({})", project.name, project.cluster.name)));
        options.extend(named);
        options
    });
    view! {
        <LoadFrame loader lines=1>
            <Select label=text::bindings::scope::PROJECT value=form.project options path="scope/project" problems />
        </LoadFrame>
    }
    .into_any()
}
