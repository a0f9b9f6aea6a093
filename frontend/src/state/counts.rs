//! How many objects of a kind there are in the cluster on screen, for the side bar; each number follows its list live.

use crate::routes::KindPath;
use crate::state::clusters::use_current_cluster;
use crate::state::live::{Live, LiveEvent, use_live};
use crate::state::namespaces::use_namespaces;
use crate::state::session::use_session;
use leptos::prelude::*;
use muster_api::kind::{KINDS, Kind};
use muster_api::resource::{ClusterCoverage, CoverageState, ResourceQuery};
use std::collections::HashMap;
use std::time::Duration;

/// The kinds that are counted: those that a cluster's overview sums up, and the ways into it. Each is followed in the
/// cluster while somebody looks at it, so the many and the fleeting (events, endpoint slices) are not.
const COUNTED: [&str; 10] = [
    "pods",
    "deployments",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "services",
    "ingresses",
    "persistentvolumeclaims",
    "nodes",
];
/// The page itself comes first, and whoever only passes through a cluster starts nothing there.
const AFTER: Duration = Duration::from_secs(1);

/// What is known of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counted {
    total: u64,
    /// Only a list that is whole and follows its cluster is a number.
    is_whole: bool,
}

/// How many objects there are.
#[derive(Clone, Copy)]
pub struct Counts {
    by_kind: RwSignal<HashMap<&'static str, Counted>>,
}

/// How many objects there are.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_counts() -> Counts {
    use_context().expect("the counts are provided")
}

pub(super) fn provide() {
    let counts = Counts {
        by_kind: RwSignal::new(HashMap::new()),
    };
    provide_context(counts);
    let (session, live, namespaces) = (use_session(), use_live(), use_namespaces());
    let cluster = use_current_cluster();
    let wanted = Memo::new(move |_| {
        let cluster = cluster.get().filter(|_| session.is_signed_in())?;
        let names = namespaces.chosen_in(&cluster);
        Some((cluster, names))
    });
    Effect::new(move |_| {
        let wanted = wanted.get();
        counts.by_kind.update(HashMap::clear);
        let Some((cluster, namespaces)) = wanted else { return };
        let subscriptions = StoredValue::new(Vec::new());
        let begin = move || {
            let counted = KINDS.iter().filter(|kind| COUNTED.contains(&kind.resource));
            subscriptions.set_value(
                counted
                    .map(|kind| counts.follow(live, kind, &cluster, &namespaces))
                    .collect(),
            );
        };
        let waiting = set_timeout_with_handle(begin, AFTER);
        on_cleanup(move || {
            if let Ok(waiting) = waiting {
                waiting.clear();
            }
            for id in subscriptions.try_get_value().unwrap_or_default() {
                live.unsubscribe(&id);
            }
        });
    });
}

impl Counts {
    /// How many of a kind the chosen namespaces of the cluster on screen have; none while that is not known for certain.
    /// Followed when read inside a view.
    pub fn of(self, kind: &Kind) -> Option<u64> {
        self.by_kind.with(|counts| {
            let counted = counts.get(kind.resource).filter(|counted| counted.is_whole);
            counted.map(|counted| counted.total)
        })
    }

    fn follow(self, live: Live, kind: &'static Kind, cluster: &str, namespaces: &[String]) -> String {
        let path = KindPath::from(kind);
        let query = ResourceQuery {
            clusters: vec![cluster.to_owned()],
            namespaces: if kind.namespaced {
                namespaces.to_vec()
            } else {
                Vec::new()
            },
            // The total is what is wanted; a page has a row at least.
            page_size: 1,
            ..ResourceQuery::of(&path.group, &path.version, &path.resource)
        };
        live.subscribe(query, move |event| self.hear(kind.resource, event))
    }

    fn hear(self, kind: &'static str, event: LiveEvent) {
        let before = self.by_kind.with_untracked(|counts| counts.get(kind).cloned());
        let now = match event {
            LiveEvent::Snapshot(list) => Some(Counted {
                total: list.total,
                is_whole: is_whole(&list.clusters),
            }),
            LiveEvent::Delta(delta) => before.clone().map(|before| Counted {
                total: delta.total,
                is_whole: delta.clusters.as_deref().map_or(before.is_whole, is_whole),
            }),
            LiveEvent::Problem(_) | LiveEvent::Ended(_) => None,
        };
        if now == before {
            return;
        }
        self.by_kind.update(|counts| {
            match now {
                Some(now) => counts.insert(kind, now),
                None => counts.remove(kind),
            };
        });
    }
}

fn is_whole(clusters: &[ClusterCoverage]) -> bool {
    clusters.iter().all(|cluster| cluster.state == CoverageState::Live)
}
