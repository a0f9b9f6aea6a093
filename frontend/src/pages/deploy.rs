//! Deploying an application by a form, with what will happen shown beside it before anything is written.

mod changed_lines;
mod command_line;
mod draft;
mod fields;
mod form;
mod outlook;
mod preview;
mod sections;
mod state;

use crate::api_client::{ApiFailure, deployments};
use crate::i18n::text;
use crate::pages::apply::hand_over;
use crate::pages::known_cluster::KnownCluster;
use crate::routes;
use crate::state::clusters::use_clusters;
use crate::state::drafts;
use crate::state::session::use_session;
use crate::state::toasts::use_toasts;
use crate::ui::{
    Button, ButtonKind, ConfirmDialog, FailurePanel, Icon, IconName, Notice, Page, PageHeader, VisuallyHidden,
    focus_first_problem,
};
use draft::Draft;
use form::{Sections, title_of};
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_api::cluster::ClusterState;
use muster_api::problem::FieldProblem;
use muster_api::resource::Health;
use outlook::Outlook;
use sections::{Section, Standing};
use state::DeployState;
use wasm_bindgen::JsCast;

/// The page of the deployment form.
#[component]
pub fn DeployPage() -> impl IntoView {
    let parameters = use_params_map();
    let address = Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("cluster"))
            .unwrap_or_default()
    });
    let session = use_session();
    let user = Memo::new(move |_| session.user().map(|user| user.id).unwrap_or_default());
    view! {
        <Page title=text::deploy::TITLE>
            // Another cluster, or another user, has another draft.
            {move || {
                let (address, user) = (address.get(), user.get());
                let form = {
                    let address = address.clone();
                    move |id| view! { <Form state=DeployState::open(address.clone(), id, &user) /> }.into_any()
                };
                view! { <KnownCluster address=Signal::stored(address) view=form /> }
            }}
        </Page>
    }
    .into_any()
}

#[component]
fn Form(state: DeployState) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let discarding = RwSignal::new(false);
    let mend = RwSignal::new(false);
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let session = use_session();
    let user = untrack(|| session.user()).map(|user| user.id).unwrap_or_default();
    let is_empty = Memo::new(move |_| state.draft.with(Draft::is_empty));

    // What failed was about the form as it was.
    Effect::new(move |first: Option<()>| {
        state.draft.track();
        if first.is_some() {
            failure.set(None);
        }
    });

    let after_deploy = navigate.clone();
    let deploy = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        state.submitted.set(true);
        failure.set(None);
        let checked = state.checked.get_untracked();
        mend.set(!checked.problems.is_empty());
        if !checked.problems.is_empty() {
            focus_first_problem(".deploy-form");
            return;
        }
        busy.set(true);
        let navigate = after_deploy.clone();
        let (cluster, storage_key) = (state.cluster.get_value(), state.storage_key());
        spawn_local(async move {
            let answer = deployments::create(&cluster, &checked.form).await;
            let is_left = busy.try_set(false).is_some();
            match answer {
                Ok(_) => {
                    // What it describes exists now.
                    drafts::keep(&storage_key, None);
                    toasts.success(text::deploy::DEPLOYED.with(&[("name", &checked.form.name)]));
                    if is_left {
                        return;
                    }
                    let (namespace, name) = (checked.form.namespace, checked.form.name);
                    let next = routes::Page::Rollout {
                        cluster,
                        namespace,
                        name,
                    };
                    navigate(&next.href(), NavigateOptions::default());
                }
                Err(refused) if is_left => toasts.failure(&refused),
                Err(refused) if refused.status() == Some(409) => {
                    let problem =
                        |field| FieldProblem::new(field, refused.code().unwrap_or_default(), refused.sentence());
                    match refused.code() {
                        Some("exists") => state.show_server_problems(&[problem("name")]),
                        Some("namespace-terminating") => state.show_server_problems(&[problem("namespace")]),
                        // Of what was written only in part, no field is wrong.
                        _ => state.show_server_problems(&[]),
                    }
                    failure.try_set(Some(refused));
                    // Says what exists, with a link to it.
                    state.preview.ask();
                }
                Err(refused) => {
                    state.show_server_problems(refused.field_problems());
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let edit_as_yaml = move |_| {
        let cluster = state.cluster.get_value();
        hand_over(&user, &state.cluster_id.get_value(), &state.preview.manifest());
        navigate(&routes::Page::Apply { cluster }.href(), NavigateOptions::default());
    };
    let has_objects = move || state.preview.objects.with(|objects| !objects.is_empty());
    let submit_words = move || {
        let count = state.preview.objects.with(Vec::len) as u64;
        match (busy.get(), count) {
            (true, _) => text::deploy::SUBMITTING.get().to_owned(),
            (false, 0) => text::deploy::SUBMIT_NONE.get().to_owned(),
            (false, count) => text::deploy::SUBMIT.count(count),
        }
    };
    view! {
        <form class="deploy-page" novalidate autocomplete="off" on:submit=deploy>
            <PageHeader title=text::deploy::TITLE>
                <Show when=move || !is_empty.get()>
                    <span class="deploy-kept dim">{move || drafts::kept_words(text::deploy::DRAFT_KEPT)}</span>
                    <Button kind=ButtonKind::Quiet on_press=move |_| discarding.set(true)>
                        {text::deploy::DISCARD}
                    </Button>
                </Show>
                <Button on_press=edit_as_yaml disabled=Signal::derive(move || !has_objects())>
                    {text::deploy::EDIT_YAML}
                </Button>
                <Button kind=ButtonKind::Primary submit=true busy=busy>
                    {submit_words}
                </Button>
            </PageHeader>
            <AwayNotice state />
            {move || {
                failure
                    .get()
                    .map(|failure| {
                        view! {
                            <p class="visually-hidden" role="alert">{text::deploy::FAILED}</p>
                            <FailurePanel failure />
                        }
                    })
            }}
            <Show when=move || mend.get() && state.shown.with(|shown| !shown.is_empty())>
                <Notice health=Health::Bad>{text::deploy::MEND}</Notice>
            </Show>
            <div class="deploy">
                <SectionList state />
                <div class="deploy-form">
                    <Sections state />
                </div>
                <Outlook state />
            </div>
        </form>
        <ConfirmDialog
            open=discarding
            title=text::deploy::DISCARD_TITLE
            action=text::deploy::DISCARD
            on_confirm=move |()| {
                state.discard();
                failure.set(None);
                mend.set(false);
                discarding.set(false);
            }
        >
            <p>{text::deploy::DISCARD_BODY}</p>
        </ConfirmDialog>
    }
    .into_any()
}

/// The server or the cluster is away: says so, that nothing is lost, and asks again when the cluster is back.
#[component]
fn AwayNotice(state: DeployState) -> impl IntoView {
    let clusters = use_clusters();
    let cluster_state = Memo::new(move |_| {
        clusters
            .find(&state.cluster.get_value())
            .map(|cluster| cluster.health.state)
    });
    Effect::new(move |before: Option<Option<ClusterState>>| {
        let now = cluster_state.get();
        let was_away = before.is_some_and(|before| before != Some(ClusterState::Ready));
        if was_away && now == Some(ClusterState::Ready) && state.preview.had_no_answer() {
            state.preview.ask();
        }
        now
    });
    let sentence = move || {
        let failed = state.preview.failure.get();
        let is_away = cluster_state.get() == Some(ClusterState::Unreachable);
        match failed {
            Some(ApiFailure::Network) => Some((text::deploy::SERVER_AWAY.get().to_owned(), None)),
            Some(failure) if is_away || failure.status().is_some_and(|status| status >= 502) => {
                Some((text::deploy::AWAY.get().to_owned(), Some(failure.sentence())))
            }
            Some(failure) => Some((failure.sentence(), None)),
            None => is_away.then(|| (text::deploy::AWAY.get().to_owned(), None)),
        }
    };
    move || {
        sentence().map(|(sentence, detail)| {
            view! {
                <Notice health=Health::Bad>
                    <p>{sentence}</p>
                    {detail.map(|detail| view! { <p class="dim">{detail}</p> })}
                    <Button icon=IconName::Restart on_press=move |_| state.preview.ask()>
                        {text::deploy::RETRY}
                    </Button>
                </Notice>
            }
        })
    }
}

/// The list of sections at the left: how each stands, and the way to it.
#[component]
fn SectionList(state: DeployState) -> impl IntoView {
    let lines = Section::ALL
        .into_iter()
        .map(|section| {
            let standing = Memo::new(move |_| {
                state
                    .shown
                    .with(|shown| state.draft.with(|draft| section.standing(draft, shown)))
            });
            let (icon, class) = (move || icon_of(standing.get()), move || class_of(standing.get()));
            let go = move |event: MouseEvent| {
                event.prevent_default();
                if let Some(target) = document().get_element_by_id(section.anchor()) {
                    target.scroll_into_view();
                    if let Ok(target) = target.dyn_into::<web_sys::HtmlElement>() {
                        let _focus_is_a_courtesy = target.focus();
                    }
                }
            };
            view! {
                <li>
                    <a class=class href=format!("#{}", section.anchor()) on:click=go>
                        <Icon name=Signal::derive(icon) />
                        {title_of(section)}
                        <VisuallyHidden>{move || format!(" ({})", words_of(standing.get()))}</VisuallyHidden>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="deploy-sections" aria-label=move || text::deploy::SECTIONS.get()>
            <ol>{lines}</ol>
        </nav>
    }
    .into_any()
}

const fn icon_of(standing: Standing) -> IconName {
    match standing {
        Standing::Untouched => IconName::Idle,
        Standing::Fine => IconName::Good,
        Standing::Problem => IconName::Bad,
    }
}

const fn class_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Untouched => "status status-idle",
        Standing::Fine => "status status-good",
        Standing::Problem => "status status-bad",
    }
}

fn words_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Untouched => text::deploy::STANDING_UNTOUCHED.get(),
        Standing::Fine => text::deploy::STANDING_FINE.get(),
        Standing::Problem => text::deploy::STANDING_PROBLEM.get(),
    }
}
