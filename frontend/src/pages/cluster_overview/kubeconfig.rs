//! A kubeconfig that leads through this console, as a file.

use crate::api_client::{ApiResult, clusters, projects};
use crate::browser;
use crate::i18n::text;
use crate::pages::account::{Lifetime, lifetime_words};
use crate::state::loader::Loader;
use crate::state::toasts::use_toasts;
use crate::state::work::Work;
use crate::ui::{
    Button, ButtonKind, Checkbox, CodeView, Dialog, FieldProblems, FormFailure, IconName, Select, SelectOption,
    TextField,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use muster_api::Collection;
use muster_api::access::Project;
use muster_api::kubeconfig::CreateKubeconfigRequest;

/// The button and its dialog.
#[component]
pub(super) fn KubeconfigButton(
    /// Which cluster, by id or name.
    #[prop(into)]
    cluster: Signal<String>,
    /// The cluster's name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let title = Signal::derive(move || text::cluster_overview::kubeconfig::TITLE.with(&[("name", &name.get())]));
    view! {
        <Button icon=IconName::Terminal on_press=move |_| open.set(true)>
            {text::cluster_overview::kubeconfig::BUTTON}
        </Button>
        <Dialog open title>
            <Form open cluster name />
        </Dialog>
    }
    .into_any()
}

/// What the file is called: the cluster's name without what file systems dislike.
fn file_name(cluster: &str) -> String {
    let kept = cluster.chars().map(|character| {
        if character.is_alphanumeric() || "-_.".contains(character) {
            character
        } else {
            '-'
        }
    });
    format!("{}.kubeconfig.yaml", kept.collect::<String>())
}

/// With a new token, or without one.
async fn read(cluster: String, token: Option<CreateKubeconfigRequest>) -> ApiResult<String> {
    match token {
        Some(token) => clusters::kubeconfig_with_token(&cluster, &token).await,
        None => clusters::kubeconfig(&cluster).await,
    }
}

#[component]
fn Form(open: RwSignal<bool>, cluster: Signal<String>, name: Signal<String>) -> impl IntoView {
    let toasts = use_toasts();
    let with_token = RwSignal::new(true);
    let token_name = RwSignal::new(String::new());
    let lifetime = RwSignal::new(Lifetime::Day.seconds().to_string());
    let project = RwSignal::new(String::new());
    let read_only = RwSignal::new(false);
    let work = Work::new();
    let shown: FieldProblems = work.problems.into();
    let lifetimes = Signal::derive(|| {
        let choice =
            |lifetime: Lifetime| SelectOption::new(lifetime.seconds().to_string(), lifetime_words(lifetime).get());
        Lifetime::ALL.map(choice).to_vec()
    });
    let loader: Loader<Collection<Project>> = Loader::new(move || {
        let cluster = cluster.get();
        async move { projects::list(&cluster).await }
    });
    let projects = Signal::derive(move || loader.value().map(|projects| projects.items).unwrap_or_default());
    let places = Signal::derive(move || {
        let mut places = vec![SelectOption::new(
            "",
            text::cluster_overview::kubeconfig::WHOLE_CLUSTER.get(),
        )];
        let project = |project: Project| {
            let words = text::cluster_overview::kubeconfig::PROJECT.with(&[("name", &project.name)]);
            SelectOption::new(project.id, words)
        };
        places.extend(projects.get().into_iter().map(project));
        places
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let seconds = lifetime.with_untracked(|seconds| Lifetime::from_seconds(seconds));
        let given =
            |text: RwSignal<String>| Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        let token = with_token.get_untracked().then(|| CreateKubeconfigRequest {
            name: given(token_name),
            lifetime_seconds: Some(seconds.unwrap_or(Lifetime::Hour).seconds()),
            projects: given(project).into_iter().collect(),
            read_only: read_only.get_untracked(),
        });
        work.run(read(cluster.get_untracked(), token), move |yaml| {
            let file = file_name(&name.get_untracked());
            browser::download(&file, &yaml);
            let _page_may_be_gone = open.try_set(false);
            toasts.success(text::cluster_overview::kubeconfig::SAVED.with(&[("file", &file)]));
        });
    };
    let command = Signal::derive(move || format!("kubectl --kubeconfig {} get pods", file_name(&name.get())));
    view! {
        <form class="stack" novalidate on:submit=submit>
            <p>{text::cluster_overview::kubeconfig::LEAD}</p>
            <Checkbox
                label=text::cluster_overview::kubeconfig::WITH_TOKEN
                checked=with_token
                hint=text::cluster_overview::kubeconfig::WITH_TOKEN_HINT
            />
            <Show when=move || with_token.get()>
                <TextField
                    label=text::cluster_overview::kubeconfig::TOKEN_NAME
                    value=token_name
                    path="name"
                    problems=shown
                    optional=true
                />
                <Select
                    label=text::account::TOKEN_LIFETIME
                    value=lifetime
                    options=lifetimes
                    path="lifetimeSeconds"
                    problems=shown
                />
                <Show when=move || !projects.get().is_empty()>
                    <Select
                        label=text::cluster_overview::kubeconfig::REACHES
                        value=project
                        options=places
                        path="projects"
                        problems=shown
                    />
                </Show>
                <Checkbox
                    label=text::account::TOKEN_READ_ONLY
                    checked=read_only
                    hint=text::account::TOKEN_READ_ONLY_HINT
                />
            </Show>
            <CodeView text=command label=text::cluster_overview::kubeconfig::COMMAND />
            <FormFailure work />
            <footer class="dialog-footer">
                <Button on_press=move |_| open.set(false)>{text::common::CANCEL}</Button>
                <Button kind=ButtonKind::Primary submit=true icon=IconName::Download busy=work.busy>
                    {text::common::DOWNLOAD}
                </Button>
            </footer>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_takes_the_clusters_name_as_far_as_files_do() {
        assert_eq!(file_name("prod eu/1"), "prod-eu-1.kubeconfig.yaml");
    }
}
