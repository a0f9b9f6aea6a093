//! The `ReplicaSets` of a rollout, newest first, each with its pods. Lines keep their place while figures change.

use super::explanation::ExplanationView;
use crate::api_client::objects::ObjectAddress;
use crate::i18n::text;
use crate::routes::{KindPath, ObjectTab, Page};
use crate::state::dock::{DockTab, use_dock};
use crate::state::loader::Loader;
use crate::ui::{Button, ButtonKind, Card, Chip, IconName, StatusBadge};
use leptos::prelude::*;
use muster_api::resource::Health;
use muster_api::rollout::{Rollout, RolloutPod, RolloutReplicaSet};

/// One card a ReplicaSet.
#[component]
pub(super) fn ReplicaSetCards(loader: Loader<Rollout>, address: Memo<ObjectAddress>) -> impl IntoView {
    let names = Memo::new(move |_| {
        let sets = loader.value().map(|rollout| rollout.replica_sets).unwrap_or_default();
        sets.into_iter().map(|set| set.name).collect::<Vec<_>>()
    });
    view! {
        <For each=move || names.get() key=String::clone let:name>
            <ReplicaSetCard loader address name />
        </For>
    }
}

#[component]
fn ReplicaSetCard(loader: Loader<Rollout>, address: Memo<ObjectAddress>, name: String) -> impl IntoView {
    let set_name = StoredValue::new(name.clone());
    let set = Memo::new(move |_| {
        let rollout = loader.value()?;
        rollout
            .replica_sets
            .into_iter()
            .find(|set| set_name.with_value(|name| set.name == *name))
    });
    let of = move |part: fn(&RolloutReplicaSet) -> String| {
        Memo::new(move |_| set.with(|set| set.as_ref().map(part).unwrap_or_default()))
    };
    let ready =
        Memo::new(move |_| set.with(|set| set.as_ref().map(|set| (set.ready, set.desired)).unwrap_or_default()));
    let revision = of(|set| set.revision.to_string());
    let images = of(|set| set.images.join(", "));
    let newest = Memo::new(move |_| set.with(|set| set.as_ref().is_some_and(|set| set.newest)));
    let pods = Memo::new(move |_| set.with(|set| set.as_ref().map(|set| set.pods.clone()).unwrap_or_default()));
    let pod_names = Memo::new(move |_| pods.with(|pods| pods.iter().map(|pod| pod.name.clone()).collect::<Vec<_>>()));
    let explained = Memo::new(move |_| {
        pods.with(|pods| {
            pods.iter()
                .filter(|pod| pod.explanation.is_some())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let beside = move || {
        view! {
            <span class="row">
                <span class="dim">{move || text::rollout::REVISION.with(&[("number", &revision.get())])}</span>
                <Show when=move || newest.get()>
                    <Chip health=Health::Busy>{text::rollout::NEWEST}</Chip>
                </Show>
                <span>
                    {move || {
                        let (ready, desired) = ready.get();
                        text::rollout::OF_WANTED.with(&[("ready", &ready), ("desired", &desired)])
                    }}
                </span>
            </span>
        }
    };
    let nothing = move || {
        let (_, desired) = ready.get();
        if desired == 0 {
            text::rollout::SCALED_TO_ZERO.get()
        } else {
            text::rollout::NO_PODS.get()
        }
    };
    view! {
        <Card title=Signal::stored(name) actions=beside flush=true>
            <p class="rollout-images">{move || images.get()}</p>
            <Show
                when=move || !pod_names.read().is_empty()
                fallback=move || view! { <p class="overview-padded dim">{nothing}</p> }
            >
                <table class="table rollout-pods" aria-label=move || set_name.get_value()>
                    <thead>
                        <tr>
                            <th scope="col">{text::rollout::COLUMN_POD}</th>
                            <th scope="col">{text::rollout::COLUMN_STATUS}</th>
                            <th scope="col" class="rollout-ready">{text::rollout::COLUMN_READY}</th>
                            <th scope="col" class="number rollout-restarts">{text::rollout::COLUMN_RESTARTS}</th>
                            <th scope="col" class="rollout-node">{text::rollout::COLUMN_NODE}</th>
                            <th scope="col">
                                <span class="visually-hidden">{text::rollout::COLUMN_ACTIONS}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || pod_names.get() key=String::clone let:name>
                            <PodLine pods address name />
                        </For>
                    </tbody>
                </table>
            </Show>
            <For
                each=move || explained.get()
                key=|pod| (pod.name.clone(), pod.explanation.as_ref().map(|why| (why.code.clone(), why.message(), why.last_log_lines.len())))
                let:pod
            >
                <PodExplanation pod />
            </For>
        </Card>
    }
    .into_any()
}

#[component]
fn PodExplanation(pod: RolloutPod) -> impl IntoView {
    let name = pod.name;
    // A pod on its way to readiness is explained, too, but is not broken.
    let health = if pod.health == Health::Good {
        Health::Warn
    } else {
        pod.health
    };
    pod.explanation.map(|explanation| {
        view! {
            <section aria-label=move || text::rollout::EXPLANATION.with(&[("name", &name)])>
                <p class="rollout-whose mono">{name.clone()}</p>
                <ExplanationView explanation health />
            </section>
        }
    })
}

#[component]
fn PodLine(pods: Memo<Vec<RolloutPod>>, address: Memo<ObjectAddress>, name: String) -> impl IntoView {
    let pod_name = StoredValue::new(name.clone());
    let dock = use_dock();
    let pod = Memo::new(move |_| {
        pods.with(|pods| {
            pods.iter()
                .find(|pod| pod_name.with_value(|name| pod.name == *name))
                .cloned()
        })
    });
    let of = move |part: fn(&RolloutPod) -> String| {
        Memo::new(move |_| pod.with(|pod| pod.as_ref().map(part).unwrap_or_default()))
    };
    let health = Memo::new(move |_| pod.with(|pod| pod.as_ref().map_or(Health::Unknown, |pod| pod.health)));
    let status = of(|pod| pod.status.clone());
    let ready = of(|pod| pod.ready.clone());
    let restarts = of(|pod| pod.restarts.to_string());
    let node = of(|pod| pod.node.clone().unwrap_or_else(|| "–".into()));
    let href = {
        let ObjectAddress { cluster, namespace, .. } = address.get_untracked();
        let kind = KindPath::new("core", "v1", "pods");
        Page::Object {
            cluster,
            kind,
            namespace,
            name: name.clone(),
            tab: ObjectTab::Overview,
        }
        .href()
    };
    let open_log = move |_| {
        let ObjectAddress { cluster, namespace, .. } = address.get_untracked();
        let namespace = namespace.unwrap_or_default();
        dock.open(DockTab::Log {
            cluster,
            namespace,
            pod: pod_name.get_value(),
            container: None,
        });
    };
    let log_hint = Signal::derive(move || text::rollout::LOGS_OF.with(&[("name", &pod_name.get_value())]));
    view! {
        <tr>
            <th scope="row">
                <a href=href>{name}</a>
            </th>
            <td>
                <StatusBadge health=health word=status />
            </td>
            <td class="rollout-ready">{move || ready.get()}</td>
            <td class="number rollout-restarts">{move || restarts.get()}</td>
            <td class="rollout-node">{move || node.get()}</td>
            <td class="table-actions">
                <Button kind=ButtonKind::Quiet icon=IconName::Logs on_press=open_log hint=log_hint>
                    {text::rollout::LOGS}
                </Button>
            </td>
        </tr>
    }
    .into_any()
}
