//! What runs, by kind and status; each figure leads to the list of just those.

use crate::i18n::text;
use crate::routes::{KindPath, Page, encode};
use crate::ui::{Card, health_class};
use leptos::prelude::*;
use muster_api::cluster::KindSummary;
use muster_api::resource::StatusCount;

/// The card of kinds.
#[component]
pub(super) fn WorkloadsCard(kinds: Vec<KindSummary>, cluster: String, saw_everything: bool) -> impl IntoView {
    let kinds: Vec<_> = kinds.into_iter().filter(|kind| kind.total > 0).collect();
    let body = if kinds.is_empty() {
        let say = if saw_everything {
            text::cluster_overview::WORKLOADS_EMPTY
        } else {
            text::cluster_overview::WORKLOADS_UNSURE
        };
        view! { <p class="overview-padded dim">{say}</p> }.into_any()
    } else {
        let lines = kinds
            .into_iter()
            .map(|kind| view! { <KindLine summary=kind cluster=cluster.clone() /> });
        view! {
            <table class="overview-kinds" aria-label=move || text::cluster_overview::WORKLOADS.get()>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <Card title=text::cluster_overview::WORKLOADS flush=true>
            {body}
        </Card>
    }
    .into_any()
}

#[component]
fn KindLine(summary: KindSummary, cluster: String) -> impl IntoView {
    let kind = KindPath::parse(&summary.kind);
    let list = kind.clone().map(|kind| {
        Page::List {
            cluster: Some(cluster),
            kind,
        }
        .href()
    });
    let name = move || kind.as_ref().map(crate::shell::kinds::plural);
    let chips = summary
        .counts
        .into_iter()
        .map(|count| view! { <CountLink count list=list.clone() /> })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <a href=list.clone()>{name}</a>
            </th>
            <td class="overview-total">{crate::format::number::with_separators(summary.total)}</td>
            <td>
                <div class="overview-counts">{chips}</div>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn CountLink(count: StatusCount, list: Option<String>) -> impl IntoView {
    // A status may have spaces or a comma (`Ready,SchedulingDisabled`): quoted, the filter takes it as one value.
    let filter = format!("status=\"{}\"", count.status);
    let href = list.map(|list| format!("{list}?filter={}", encode(&filter)));
    view! {
        <a class=format!("chip chip-{}", health_class(count.health)) href=href>
            <crate::ui::Icon name=crate::ui::health_icon(count.health) />
            {count.status}
            " "
            {crate::format::number::with_separators(count.count)}
        </a>
    }
    .into_any()
}
