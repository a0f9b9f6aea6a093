//! Adding a cluster: by a kubeconfig whose context is chosen, or by address and token.
//!
//! What is typed survives a reload as far as it is no secret: name, labels and address are remembered, a kubeconfig, a
//! CA or a token never.

mod contexts;
mod file_drop;
mod remembered;

use super::label_text;
use super::status::sentence_of;
use crate::api_client::{self, ApiFailure};
use crate::format::sentence::capitalized;
use crate::i18n::{self, language, text};
use crate::routes;
use crate::state::clusters::use_clusters;
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::ui::{
    Button, ButtonKind, Card, EmptyState, FailurePanel, FieldProblems, IconName, LinkButton, Page, PageHeader, Tab,
    Tabs, TextArea, TextField, focus_first_problem,
};
use contexts::{ContextChoice, Contexts};
use file_drop::FileDrop;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use muster_api::access::Permission;
use muster_api::cluster::{ClusterState, CreateClusterRequest};
use muster_api::problem::FieldProblem;
use muster_api::session::Language;
use remembered::Remembered;

const KUBECONFIG: &str = "kubeconfig";
const ADDRESS: &str = "address";

/// The page that adds a cluster.
#[component]
pub fn NewClusterPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Page title=text::clusters::ADD_TITLE>
            <PageHeader title=text::clusters::ADD_TITLE detail=text::clusters::ADD_LEAD />
            <Show
                when=move || session.may(Permission::ManageClusters)
                fallback=|| {
                    view! {
                        <EmptyState
                            title=text::clusters::ADMIN_ONLY_TITLE
                            detail=text::clusters::ADMIN_ONLY
                            icon=IconName::Lock
                        >
                            <LinkButton href=routes::Page::Clusters.href()>{text::clusters::TITLE}</LinkButton>
                        </EmptyState>
                    }
                }
            >
                <AddForm />
            </Show>
        </Page>
    }
    .into_any()
}

/// What is typed.
#[derive(Clone, Copy)]
struct Form {
    way: RwSignal<&'static str>,
    name: RwSignal<String>,
    labels: RwSignal<String>,
    kubeconfig: RwSignal<String>,
    url: RwSignal<String>,
    certificate_authority: RwSignal<String>,
    token: RwSignal<String>,
}

impl Form {
    fn request(self, context: Option<String>) -> CreateClusterRequest {
        let filled = |signal: RwSignal<String>| Some(signal.get_untracked()).filter(|text| !text.trim().is_empty());
        let by_kubeconfig = self.way.get_untracked() == KUBECONFIG;
        CreateClusterRequest {
            name: self.name.get_untracked().trim().to_owned(),
            labels: label_text::read(&self.labels.get_untracked()),
            kubeconfig: filled(self.kubeconfig).filter(|_| by_kubeconfig),
            context: context.filter(|_| by_kubeconfig),
            url: filled(self.url)
                .map(|url| url.trim().to_owned())
                .filter(|_| !by_kubeconfig),
            certificate_authority: filled(self.certificate_authority).filter(|_| !by_kubeconfig),
            token: filled(self.token)
                .map(|token| token.trim().to_owned())
                .filter(|_| !by_kubeconfig),
        }
    }
}

/// What the browser can tell by itself before anything is sent.
fn own_problems(request: &CreateClusterRequest, by_kubeconfig: bool, contexts: Contexts) -> Vec<FieldProblem> {
    // The words come from the codes.
    let required = |field: &str| FieldProblem::new(field, "required", "");
    let mut problems = Vec::new();
    if request.name.is_empty() {
        problems.push(required("name"));
    }
    if by_kubeconfig {
        if request.kubeconfig.is_none() {
            problems.push(required("kubeconfig"));
        } else if request.context.is_none() && contexts.has_usable() {
            problems.push(FieldProblem::new("context", "choose-context", ""));
        }
    } else {
        if request.url.is_none() {
            problems.push(required("url"));
        }
        if request.token.is_none() {
            problems.push(required("token"));
        }
    }
    problems
}

#[component]
fn AddForm() -> impl IntoView {
    let remembered = Remembered::read();
    let form = Form {
        way: RwSignal::new(if remembered.url.is_empty() { KUBECONFIG } else { ADDRESS }),
        name: RwSignal::new(remembered.name),
        labels: RwSignal::new(remembered.labels),
        kubeconfig: RwSignal::new(String::new()),
        url: RwSignal::new(remembered.url),
        certificate_authority: RwSignal::new(String::new()),
        token: RwSignal::new(String::new()),
    };
    Effect::new(move |_| {
        Remembered {
            name: form.name.get(),
            labels: form.labels.get(),
            url: form.url.get(),
        }
        .write();
    });
    let contexts = Contexts::follow(form.kubeconfig, form.name);
    let problems = RwSignal::new(Vec::<FieldProblem>::new());
    let failure = RwSignal::new(None::<ApiFailure>);
    let busy = RwSignal::new(false);
    forget_when_changed(problems, form, contexts);

    let (clusters, toasts, navigate) = (use_clusters(), use_toasts(), use_navigate());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let request = form.request(contexts.chosen());
        let found = own_problems(&request, form.way.get_untracked() == KUBECONFIG, contexts);
        failure.set(None);
        problems.set(found);
        if problems.with_untracked(|problems| !problems.is_empty()) {
            focus_first_problem(".add-cluster");
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            let answer = api_client::clusters::create(&request).await;
            let is_left = busy.try_set(false).is_some();
            match answer {
                Ok(cluster) => {
                    Remembered::forget();
                    clusters.reload();
                    if cluster.health.state == ClusterState::Ready {
                        toasts.success(text::clusters::ADDED.with(&[("name", &cluster.name)]));
                    } else {
                        let reason = sentence_of(&cluster.health).unwrap_or_default();
                        toasts.problem(
                            text::clusters::ADDED_NOT_READY.with(&[("name", &cluster.name), ("reason", &reason)]),
                        );
                    }
                    if !is_left {
                        navigate(
                            &routes::Page::Cluster { cluster: cluster.id }.href(),
                            leptos_router::NavigateOptions::default(),
                        );
                    }
                }
                Err(refused) if is_left => toasts.failure(&refused),
                Err(refused) if refused.status() == Some(409) => {
                    problems.try_set(vec![FieldProblem::new("name", "name-taken", refused.sentence())]);
                    focus_first_problem(".add-cluster");
                }
                Err(refused) if !refused.field_problems().is_empty() => {
                    problems.try_set(refused.field_problems().to_vec());
                    focus_first_problem(".add-cluster");
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let shown: FieldProblems = Signal::derive(move || {
        let own = problems.get();
        own.into_iter().chain(contexts.problem()).map(worded).collect()
    });
    let tabs = vec![
        Tab::new(KUBECONFIG, text::clusters::WAY_KUBECONFIG),
        Tab::new(ADDRESS, text::clusters::WAY_ADDRESS),
    ];
    let tabs = StoredValue::new(tabs);
    view! {
        <div class="add-cluster">
            <form novalidate on:submit=submit>
                <Card>
                    <div class="stack">
                        <Tabs
                            label=text::clusters::WAY
                            tabs=Signal::derive(move || tabs.get_value())
                            chosen=Signal::derive(move || form.way.get().to_owned())
                            on_choose=move |way| form.way.set(way)
                        >
                            <div class="stack" hidden=move || form.way.get() != KUBECONFIG>
                                <FileDrop text=form.kubeconfig problems>
                                    <TextArea
                                        label=text::clusters::KUBECONFIG
                                        value=form.kubeconfig
                                        hint=text::clusters::KUBECONFIG_HINT
                                        problems=shown
                                        path="kubeconfig"
                                        rows=10
                                        monospace=true
                                    />
                                </FileDrop>
                                <ContextChoice contexts problems=shown />
                            </div>
                            <div class="stack" hidden=move || form.way.get() != ADDRESS>
                                <TextField
                                    label=text::clusters::URL
                                    value=form.url
                                    kind="url"
                                    hint=text::clusters::URL_HINT
                                    problems=shown
                                    path="url"
                                />
                                <TextArea
                                    label=text::clusters::CA
                                    value=form.certificate_authority
                                    hint=text::clusters::CA_HINT
                                    problems=shown
                                    path="certificateAuthority"
                                    rows=5
                                    monospace=true
                                    optional=true
                                />
                                <TextField
                                    label=text::clusters::TOKEN
                                    value=form.token
                                    kind="password"
                                    hint=text::clusters::TOKEN_HINT
                                    problems=shown
                                    path="token"
                                />
                            </div>
                        </Tabs>
                        <TextField
                            label=text::clusters::NAME_LABEL
                            value=form.name
                            hint=text::clusters::NAME_HINT
                            problems=shown
                            path="name"
                        />
                        <TextField
                            label=text::clusters::LABELS_LABEL
                            value=form.labels
                            hint=text::clusters::LABELS_HINT
                            problems=shown
                            path="labels"
                            optional=true
                        />
                        {move || failure.get().map(|failure| view! { <FailurePanel failure /> })}
                        <div class="add-cluster-actions">
                            <Button kind=ButtonKind::Primary submit=true busy=busy>
                                {text::clusters::SUBMIT}
                            </Button>
                            <LinkButton href=routes::Page::Clusters.href() kind=ButtonKind::Quiet>
                                {text::clusters::CANCEL}
                            </LinkButton>
                            <span class="dim" role="status">
                                {move || busy.get().then(|| text::clusters::CONNECTING.get())}
                            </span>
                        </div>
                    </div>
                </Card>
            </form>
        </div>
    }
    .into_any()
}

/// What was said of a field no longer holds once the field changed.
fn forget_when_changed(problems: RwSignal<Vec<FieldProblem>>, form: Form, contexts: Contexts) {
    let forget = move |field: &'static str, changed: Signal<String>| {
        Effect::new(move |before: Option<String>| {
            let now = changed.get();
            if before.is_some_and(|before| before != now) {
                problems.maybe_update(|problems| {
                    let count = problems.len();
                    problems.retain(|problem| problem.field.split('/').next() != Some(field));
                    problems.len() != count
                });
            }
            now
        });
    };
    forget("name", form.name.into());
    forget("labels", form.labels.into());
    forget("kubeconfig", form.kubeconfig.into());
    forget(
        "kubeconfig",
        Signal::derive(move || contexts.chosen_name().unwrap_or_default()),
    );
    forget(
        "context",
        Signal::derive(move || contexts.chosen_name().unwrap_or_default()),
    );
    forget("url", form.url.into());
    forget("certificateAuthority", form.certificate_authority.into());
    forget("token", form.token.into());
}

/// A problem in the person's language; its field is the one that is on the page.
fn worded(problem: FieldProblem) -> FieldProblem {
    let translated = i18n::lookup("clusters.problem", &problem.code).or_else(|| super::reason_text(&problem.code));
    let detail = capitalized(&problem.message);
    let message = match (language(), translated) {
        (_, Some(translated)) if detail.is_empty() => translated.to_owned(),
        (Language::SimplifiedChinese, Some(translated)) => {
            text::problems::WITH_DETAIL.with(&[("sentence", &translated), ("detail", &problem.message)])
        }
        _ => detail,
    };
    let field = if problem.field.starts_with("labels/") {
        "labels".to_owned()
    } else {
        problem.field
    };
    // Without a code the sentence stands as it is.
    FieldProblem {
        field,
        code: String::new(),
        message,
    }
}
