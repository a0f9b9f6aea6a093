//! Nodes, and how much of their CPU, memory and pod slots is taken.

use super::gauge;
use crate::format::number::{percent, with_separators};
use crate::format::quantity;
use crate::i18n::{Text, text};
use crate::routes::{KindPath, Page};
use crate::ui::{Card, StatusBadge};
use leptos::prelude::*;
use muster_api::cluster::{Capacity, NodeSummary};
use muster_api::resource::Health;

/// The cards of nodes and capacity.
#[component]
pub(super) fn CapacityCards(
    nodes: NodeSummary,
    cpu: Capacity,
    memory: Capacity,
    pods: Capacity,
    saw_everything: bool,
    cluster: String,
) -> impl IntoView {
    let href = Page::List {
        cluster: Some(cluster),
        kind: KindPath::new("core", "v1", "nodes"),
    }
    .href();
    let none = nodes.ready + nodes.not_ready == 0;
    let line = |health: Health, say: Text, count: u32| {
        (count > 0).then(|| {
            let word = Signal::derive(move || say.with(&[("count", &count)]));
            view! { <li><StatusBadge health=health word=word /></li> }
        })
    };
    view! {
        <div class="overview-gauges">
            <Card>
                <div class="overview-gauge">
                    <h2><a href=href>{text::cluster_overview::NODES}</a></h2>
                    {(!none || saw_everything)
                        .then(|| {
                            view! { <strong>{with_separators(u64::from(nodes.ready + nodes.not_ready))}</strong> }
                        })}
                    <ul class="overview-nodes">
                        {line(Health::Good, text::cluster_overview::NODES_READY, nodes.ready)}
                        {line(Health::Bad, text::cluster_overview::NODES_NOT_READY, nodes.not_ready)}
                        {line(Health::Warn, text::cluster_overview::NODES_CORDONED, nodes.cordoned)}
                        {none
                            .then(|| {
                                if saw_everything {
                                    view! { <li class="dim">{text::cluster_overview::NO_NODES}</li> }.into_any()
                                } else {
                                    let word = text::cluster_overview::UNREAD;
                                    view! { <li><StatusBadge health=Health::Unknown word=word /></li> }.into_any()
                                }
                            })}
                    </ul>
                </div>
            </Card>
            <CapacityCard label=text::cluster_overview::CPU capacity=cpu write=quantity::cores requests=true />
            <CapacityCard label=text::cluster_overview::MEMORY capacity=memory write=quantity::bytes requests=true />
            <CapacityCard
                label=text::cluster_overview::PODS
                capacity=pods
                write=|count| crate::format::number::trimmed(count, 0)
                requests=false
            />
        </div>
    }
    .into_any()
}

/// One gauge. `requests`: the figure is what pods ask for, not what runs.
#[component]
fn CapacityCard(label: Text, capacity: Capacity, write: fn(f64) -> String, requests: bool) -> impl IntoView {
    let taken = gauge::percent(capacity);
    let health = gauge::health(taken);
    let figures = Signal::derive(move || {
        let say = if requests {
            text::cluster_overview::REQUESTED
        } else {
            text::cluster_overview::RUNNING
        };
        let (requested, allocatable) = (write(capacity.requested), write(capacity.allocatable));
        say.with(&[("requested", &requested), ("allocatable", &allocatable)])
    });
    let warning = match health {
        Health::Warn => Some(text::cluster_overview::NEARLY_FULL),
        Health::Bad => Some(text::cluster_overview::FULL),
        _ => None,
    };
    let limits = (requests && capacity.limits > 0.0)
        .then_some(move || text::cluster_overview::LIMITS.with(&[("limits", &write(capacity.limits))]));
    let body = match taken {
        Some(taken) => view! {
            <strong>{percent(capacity.requested, capacity.allocatable)}</strong>
            <meter
                class="gauge-bar"
                min="0"
                max="100"
                high="80"
                optimum="30"
                aria-label=move || label.get()
                aria-valuetext=move || figures.get()
                prop:value=taken.clamp(0.0, 100.0)
            ></meter>
            <p>{move || figures.get()}</p>
            {limits.map(|limits| view! { <p>{limits}</p> })}
            {warning.map(|warning| view! { <StatusBadge health=health word=warning /> })}
        }
        .into_any(),
        None => view! { <p>{text::cluster_overview::CAPACITY_UNKNOWN}</p> }.into_any(),
    };
    view! {
        <Card>
            <div class="overview-gauge">
                <h2>{label}</h2>
                {body}
            </div>
        </Card>
    }
    .into_any()
}
