//! What stands around the rows: what could not be seen and why; and what stands in their place.

use super::data::{Again, Phase, coverage_sentence};
use super::table::ListTable;
use super::{Footer, ListContext};
use crate::i18n::{self, Text, text};
use crate::pages::clusters::status::sentence_of;
use crate::shell::kinds;
use crate::state::clusters::use_clusters;
use crate::ui::{Button, EmptyState, FailurePanel, IconName, Notice, Skeleton};
use leptos::prelude::*;
use muster_api::resource::{ClusterCoverage, CoverageState, Health};
use muster_api::session::Language;

/// Clusters whose rows are not, or not all, here.
#[component]
pub fn CoverageNotices() -> impl IntoView {
    let list = ListContext::take();
    let of_state = move |state: CoverageState| {
        list.data
            .coverage
            .with(|all| all.iter().filter(|one| one.state == state).cloned().collect::<Vec<_>>())
    };
    // A list of every cluster does not complain of a kind that some of them do not have; a list of one does.
    let single = list.address.place.with_value(|place| place.cluster.is_some());
    let states = [
        CoverageState::Unreachable,
        CoverageState::Forbidden,
        CoverageState::Stale,
        CoverageState::NotInstalled,
    ];
    view! {
        <div class="coverage" aria-live="polite">
            {states
                .into_iter()
                .filter(|state| single || *state != CoverageState::NotInstalled)
                .map(|state| {
                    let clusters = Memo::new(move |_| of_state(state));
                    view! {
                        <Show when=move || {
                            !clusters.read().is_empty()
                        }>
                            <Notice health=health_of(state)>
                                {move || clusters.get().iter().map(line).collect_view()}
                            </Notice>
                        </Show>
                    }
                })
                .collect_view()}
        </div>
    }
    .into_any()
}

const fn health_of(state: CoverageState) -> Health {
    match state {
        CoverageState::Live => Health::Good,
        CoverageState::Loading => Health::Busy,
        CoverageState::Stale | CoverageState::Forbidden => Health::Warn,
        CoverageState::Unreachable => Health::Bad,
        CoverageState::NotInstalled => Health::Idle,
    }
}

fn line(coverage: &ClusterCoverage) -> AnyView {
    let message = reason_of(coverage).unwrap_or_default();
    view! {
        <p>
            <strong>{coverage_sentence(coverage)}</strong>
            " "
            {message}
        </p>
    }
    .into_any()
}

/// Why rows are not here, in the person's language where there is a text for it: the server's own sentences are English.
fn reason_of(coverage: &ClusterCoverage) -> Option<String> {
    let given = coverage.message.clone();
    match (i18n::language(), coverage.state) {
        (Language::English, _) => given,
        // The headline says as much.
        (_, CoverageState::Forbidden) => None,
        (_, CoverageState::Unreachable | CoverageState::Stale) => use_clusters()
            .find(&coverage.id)
            .and_then(|cluster| sentence_of(&cluster.health))
            .or(given),
        _ => given,
    }
}

/// What stands in the list's place.
#[derive(Clone, PartialEq)]
enum Shown {
    Phase(Phase),
    BadFilter,
    Empty { filtered: bool },
    Rows,
}

/// The table, or what stands in its place.
#[component]
pub fn Body() -> impl IntoView {
    let list = ListContext::take();
    let again = use_context::<Again>();
    let shown = Memo::new(move |_| match list.data.phase.get() {
        Phase::Ready if list.data.total.get() == 0 && list.data.rows.read().is_empty() => {
            let filtered = list.address.query.with(|query| {
                !query.filter.is_empty() || !query.namespaces.is_empty() || !query.label_selector.is_empty()
            });
            if list.data.filter_problem.read().is_some() {
                Shown::BadFilter
            } else {
                Shown::Empty {
                    filtered: filtered && !list.data.is_empty_of_everything(),
                }
            }
        }
        Phase::Ready => Shown::Rows,
        other => Shown::Phase(other),
    });
    let retry = move || {
        if let Some(again) = &again {
            list.data.phase.set(Phase::Loading);
            again.now();
        }
    };
    view! {
        {move || {
            let retry = retry.clone();
            match shown.get() {
                Shown::Rows => {
                    view! {
                        <div class="table-card">
                            <ListTable />
                            <Footer />
                        </div>
                    }
                        .into_any()
                }
                Shown::Phase(Phase::Failed(failure)) => {
                    view! { <FailurePanel failure on_retry=move |()| retry() /> }.into_any()
                }
                Shown::Phase(Phase::Ended(reason)) => {
                    view! {
                        <Notice health=Health::Bad>
                            <p>{move || text::list::ENDED.with(&[("reason", &reason)])}</p>
                            <Button icon=IconName::Restart on_press=move |_| retry()>{text::common::RETRY}</Button>
                        </Notice>
                    }
                        .into_any()
                }
                Shown::Phase(_) => view! { <div class="table-card table-loading"><Skeleton lines=12 /></div> }.into_any(),
                Shown::BadFilter => view! { <NothingMatches title=text::list::empty::BAD_FILTER detail=text::list::empty::BAD_FILTER_DETAIL /> }.into_any(),
                Shown::Empty { filtered: true } => view! { <NothingMatches title=text::list::empty::NO_MATCH detail=text::list::empty::NO_MATCH_DETAIL /> }.into_any(),
                Shown::Empty { filtered: false } => view! { <NothingThere /> }.into_any(),
            }
        }}
    }
    .into_any()
}

#[component]
fn NothingMatches(title: Text, detail: Text) -> impl IntoView {
    let list = ListContext::take();
    view! {
        <EmptyState title detail icon=IconName::Filter>
            <Button on_press=move |_| {
                list.address
                    .go(|query| {
                        query.filter.clear();
                        query.namespaces.clear();
                        query.label_selector.clear();
                        query.page = 1;
                    });
            }>{text::list::CLEAR_FILTER}</Button>
        </EmptyState>
    }
    .into_any()
}

/// There are none at all; or none could be seen, which is something else.
#[component]
fn NothingThere() -> impl IntoView {
    let list = ListContext::take();
    let kind = StoredValue::new(list.address.place.with_value(|place| place.kind.clone()));
    // While a cluster is still being read, nothing can be said of what it has.
    let coming = Memo::new(move |_| {
        list.data.coverage.with(|all| {
            let loading = all.iter().filter(|one| one.state == CoverageState::Loading);
            loading.map(|one| one.name.clone()).collect::<Vec<_>>().join(", ")
        })
    });
    let unseen = Memo::new(move |_| {
        list.data.coverage.with(|all| {
            all.iter()
                .any(|one| !matches!(one.state, CoverageState::Live | CoverageState::NotInstalled))
        })
    });
    let title = Signal::derive(move || {
        if unseen.get() {
            text::list::empty::NOT_SEEN.get().to_owned()
        } else {
            text::list::empty::NONE.with(&[("kind", &kind.with_value(kinds::plural))])
        }
    });
    let detail = Signal::derive(move || {
        let text = if unseen.get() {
            text::list::empty::NOT_SEEN_DETAIL
        } else {
            text::list::empty::NONE_DETAIL
        };
        text.get().to_owned()
    });
    view! {
        <Show
            when=move || !coming.read().is_empty()
            fallback=move || view! { <EmptyState title detail /> }
        >
            <div class="table-card table-loading">
                <p class="dim list-coming" role="status">
                    {move || text::list::coverage::COMING.with(&[("cluster", &coming.get())])}
                </p>
                <Skeleton lines=6 />
            </div>
        </Show>
    }
    .into_any()
}
