//! The registered clusters, asked for again while somebody looks.

use crate::api_client::{self, ApiFailure};
use crate::browser;
use crate::state::session::use_session;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use muster_api::cluster::Cluster;
use std::time::Duration;

const ASKED_EVERY: Duration = Duration::from_secs(10);

/// The registered clusters.
#[derive(Clone, Copy)]
pub struct Clusters {
    list: RwSignal<Vec<Cluster>>,
    loaded: RwSignal<bool>,
    failure: RwSignal<Option<ApiFailure>>,
    /// Counts sign-outs: what was asked for an earlier user is not shown to the next.
    era: StoredValue<u32>,
}

/// The registered clusters.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_clusters() -> Clusters {
    use_context().expect("the clusters are provided")
}

pub(super) fn provide() {
    let clusters = Clusters {
        list: RwSignal::new(Vec::new()),
        loaded: RwSignal::new(false),
        failure: RwSignal::new(None),
        era: StoredValue::new(0),
    };
    provide_context(clusters);
    let session = use_session();
    Effect::new(move |_| {
        if session.is_signed_in() {
            clusters.reload();
        } else {
            clusters.era.update_value(|era| *era += 1);
            clusters.list.set(Vec::new());
            clusters.loaded.set(false);
            clusters.failure.set(None);
        }
    });
    let ask = move || {
        if browser::is_visible()
            && session
                .state()
                .with_untracked(|state| matches!(state, crate::state::session::SessionState::SignedIn(_)))
        {
            clusters.reload();
        }
    };
    if let Ok(interval) = set_interval_with_handle(ask, ASKED_EVERY) {
        on_cleanup(move || interval.clear());
    }
}

impl Clusters {
    /// All of them, sorted by name.
    pub fn list(self) -> Signal<Vec<Cluster>> {
        self.list.into()
    }

    /// Was there an answer yet?
    pub fn is_loaded(self) -> bool {
        self.loaded.get()
    }

    /// Why the last question had no answer, when it had none. The list is then that of the last contact.
    pub fn failure(self) -> Signal<Option<ApiFailure>> {
        self.failure.into()
    }

    /// The cluster with this id or name.
    pub fn find(self, id_or_name: &str) -> Option<Cluster> {
        self.list.with(|list| {
            let by_id = list.iter().find(|cluster| cluster.id == id_or_name);
            by_id
                .or_else(|| {
                    list.iter()
                        .find(|cluster| cluster.name.eq_ignore_ascii_case(id_or_name))
                })
                .cloned()
        })
    }

    /// The id of the cluster that an address names by id or name; `None` while the clusters are not known. An address
    /// keeps its cluster when that is renamed; one that names no registered cluster stands for itself.
    pub fn id_of(self, address: Signal<String>) -> Memo<Option<String>> {
        let found = Memo::new(move |before: Option<&(String, Option<String>)>| {
            let address = address.get();
            let known = before
                .filter(|before| before.0 == address)
                .and_then(|before| before.1.clone());
            let id = self.find(&address).map(|cluster| cluster.id).or(known);
            let id = id.or_else(|| self.is_loaded().then(|| address.clone()));
            (address, id)
        });
        Memo::new(move |_| found.with(|found| found.1.clone()))
    }

    /// The name of the cluster with this id; the id itself while it is not known.
    pub fn name_of(self, id: &str) -> String {
        self.find(id).map_or_else(|| id.to_owned(), |cluster| cluster.name)
    }

    /// Asks again now.
    pub fn reload(self) {
        let era = self.era.get_value();
        spawn_local(async move {
            let answer = api_client::clusters::list().await;
            if self.era.try_get_value() != Some(era) {
                return;
            }
            match answer {
                Ok(answer) => {
                    if self.list.try_with_untracked(|list| *list != answer.items) == Some(true) {
                        self.list.set(answer.items);
                    }
                    self.failure.set(None);
                    self.loaded.set(true);
                }
                Err(ApiFailure::SignedOut) => {}
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}

/// The cluster of the page on screen, as its address names it.
pub fn use_current_cluster() -> Memo<Option<String>> {
    let path = use_location().pathname;
    Memo::new(move |_| {
        let path = path.get();
        let mut parts = path.trim_start_matches('/').split('/');
        match (parts.next(), parts.next()) {
            (Some("clusters"), Some(cluster)) if !cluster.is_empty() && cluster != "new" => {
                Some(leptos_router::location::Url::unescape(cluster))
            }
            _ => None,
        }
    })
}
