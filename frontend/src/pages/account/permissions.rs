//! What I may do in a cluster, as a table, with what gives it.

mod table;

use crate::api_client::access;
use crate::i18n::{self, text};
use crate::pages::bindings::table::BindingTable;
use crate::state::clusters::use_clusters;
use crate::state::loader::{Load, Loader};
use crate::state::namespace_names;
use crate::ui::{
    Card, Checkbox, Chip, EmptyState, IconName, LoadFrame, Matrix, Notice, Select, SelectOption, TextField,
};
use leptos::prelude::*;
use muster_api::access::Permissions;
use muster_api::resource::Health;
use std::time::Duration;
use table::{COLUMNS, lines};

/// How long nobody types before another namespace is asked about.
const REST: Duration = Duration::from_millis(400);

/// The card.
#[component]
pub(super) fn PermissionsCard() -> impl IntoView {
    let clusters = use_clusters();
    let cluster = RwSignal::new(String::new());
    Effect::new(move |_| {
        let first = clusters
            .list()
            .with(|list| list.first().map(|cluster| cluster.id.clone()));
        if cluster.with_untracked(String::is_empty)
            && let Some(first) = first
        {
            cluster.set(first);
        }
    });
    let has_clusters = Memo::new(move |_| clusters.list().with(|list| !list.is_empty()));
    view! {
        <Card title=text::access::MINE>
            <p class="dim">{text::access::MINE_LEAD}</p>
            <Show
                when=move || has_clusters.get()
                fallback=move || {
                    clusters
                        .is_loaded()
                        .then(|| view! { <EmptyState title=text::access::NO_CLUSTERS icon=IconName::Shield /> })
                }
            >
                <Show when=move || !cluster.read().is_empty()>
                    <Asked cluster />
                </Show>
            </Show>
        </Card>
    }
    .into_any()
}

#[component]
fn Asked(cluster: RwSignal<String>) -> impl IntoView {
    let clusters = use_clusters();
    let typed = RwSignal::new(String::new());
    let namespace = RwSignal::new(String::new());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let wanted = typed.get().trim().to_owned();
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        if namespace.with_untracked(|namespace| *namespace != wanted) {
            let waiting = set_timeout_with_handle(
                move || {
                    let _page_may_be_gone = namespace.try_set(wanted.clone());
                },
                REST,
            );
            timer.set_value(waiting.ok());
        }
    });
    let loader = Loader::new(move || {
        let (cluster, namespace) = (cluster.get(), namespace.get());
        async move { access::my_permissions(&cluster, &namespace).await }
    });
    let options = Signal::derive(move || {
        let list = clusters.list().get().into_iter();
        list.map(|cluster| SelectOption::new(cluster.id, cluster.name))
            .collect::<Vec<_>>()
    });
    view! {
        <div class="account-fields">
            <Select label=text::common::CLUSTER value=cluster options />
            <TextField
                label=text::common::NAMESPACE
                value=typed
                hint=text::access::NAMESPACE_HINT
                monospace=true
                optional=true
                suggestions=namespace_names::suggestions(cluster.into())
            />
        </div>
        <LoadFrame loader>
            <Answer loader />
        </LoadFrame>
    }
    .into_any()
}

#[component]
fn Answer(loader: Loader<Permissions>) -> impl IntoView {
    let with_nothing = RwSignal::new(false);
    let all = Memo::new(move |_| {
        loader.state().with(|state| match state {
            Load::Ready(permissions) => lines(&permissions.kinds, permissions.unchecked.is_some()),
            Load::Loading | Load::Failed(_) => Vec::new(),
        })
    });
    let shown = Memo::new(move |_| {
        let every = with_nothing.get();
        all.with(|all| {
            all.iter()
                .filter(|line| every || line.allows)
                .map(|line| line.line.clone())
                .collect::<Vec<_>>()
        })
    });
    let console = move || {
        let permissions = loader
            .value()
            .map(|permissions| permissions.console)
            .unwrap_or_default();
        (!permissions.is_empty()).then(|| {
            view! {
                <div class="chip-list">
                    {permissions
                        .into_iter()
                        .map(|permission| {
                            let word = serde_json::to_value(permission)
                                .ok()
                                .and_then(|word| word.as_str().map(str::to_owned))
                                .unwrap_or_default();
                            view! { <Chip>{move || i18n::lookup_or("roles.permission", &word, &word)}</Chip> }
                        })
                        .collect_view()}
                </div>
            }
        })
    };
    let bindings = Signal::derive(move || {
        loader
            .value()
            .map(|permissions| permissions.bindings)
            .unwrap_or_default()
    });
    let unchecked = move || {
        let why = loader.value()?.unchecked?;
        Some(view! {
            <Notice health=Health::Unknown>
                <p>
                    <strong>{text::access::UNCHECKED}</strong>
                </p>
                <p>{crate::format::sentence::capitalized(&why)}</p>
            </Notice>
        })
    };
    let places = move || {
        let namespaces = loader.value()?.namespaces?;
        Some(view! {
            <p class="dim">
                {move || {
                    if namespaces.is_empty() {
                        text::access::NO_NAMESPACES.get().to_owned()
                    } else {
                        text::access::NAMESPACES.with(&[("names", &namespaces.join(", "))])
                    }
                }}
            </p>
        })
    };
    view! {
        {unchecked}
        {console}
        {places}
        <Show
            when=move || !shown.read().is_empty()
            fallback=|| view! { <EmptyState title=text::access::NOTHING icon=IconName::Shield /> }
        >
            <Matrix
                label=text::access::MATRIX
                corner=text::common::KIND
                columns=&COLUMNS
                more=text::access::MORE_VERBS
                lines=shown
            />
        </Show>
        <Checkbox label=text::access::WITH_NOTHING checked=with_nothing />
        <h3>{text::access::GIVEN_BY}</h3>
        <BindingTable bindings empty=text::access::NO_BINDINGS />
    }
    .into_any()
}
