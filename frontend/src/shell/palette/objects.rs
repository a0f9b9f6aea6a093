//! Objects with the typed name, of every kind and in every cluster.

use super::{Does, Hit};
use crate::api_client::resources;
use crate::routes::{KindPath, ObjectTab, Page};
use crate::shell::kinds;
use crate::state::clusters::{Clusters, use_clusters};
use crate::ui::health_icon;
use futures::StreamExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::kind::{KINDS, Kind};
use muster_api::resource::{CoverageState, ResourceList, ResourceQuery};
use std::time::Duration;

/// These are looked for first: they are what people name.
const FIRST: [&str; 6] = ["deployments", "pods", "services", "statefulsets", "nodes", "namespaces"];
const PER_KIND: u32 = 6;
/// So many kinds are asked for at a time.
const AT_A_TIME: usize = 4;
const REST: Duration = Duration::from_millis(200);

/// The search for objects. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct ObjectSearch {
    /// What was found so far.
    pub found: RwSignal<Vec<Hit>>,
    /// How many kinds have not answered yet.
    pub waiting: RwSignal<usize>,
    /// Why something may be missing.
    pub unseen: RwSignal<Option<String>>,
    /// The newest question: answers to an older one are dropped.
    round: StoredValue<u32>,
    clusters: Clusters,
}

impl ObjectSearch {
    /// Looks for what is typed, once nobody types.
    pub(super) fn follow(typed: RwSignal<String>) -> Self {
        let search = Self {
            found: RwSignal::new(Vec::new()),
            waiting: RwSignal::new(0),
            unseen: RwSignal::new(None),
            round: StoredValue::new(0),
            clusters: use_clusters(),
        };
        Effect::new(move |_| {
            let name = typed.get().trim().to_lowercase();
            let now = search.round.get_value() + 1;
            search.round.set_value(now);
            search.found.set(Vec::new());
            search.waiting.set(0);
            search.unseen.set(None);
            // One letter finds everything and helps nobody.
            let searchable = name.len() >= 2
                && name
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || "-.".contains(character));
            if searchable {
                set_timeout(move || search.look(name, now), REST);
            }
        });
        search
    }

    fn is_newest(self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    fn look(self, name: String, round: u32) {
        if !self.is_newest(round) {
            return;
        }
        let kinds = searched();
        self.waiting.set(kinds.len());
        spawn_local(async move {
            futures::stream::iter(kinds)
                .for_each_concurrent(AT_A_TIME, |kind| self.ask(kind, name.clone(), round))
                .await;
        });
    }

    async fn ask(self, kind: &'static Kind, name: String, round: u32) {
        if !self.is_newest(round) {
            return;
        }
        let path = KindPath::from(kind);
        let mut query = ResourceQuery::of(&path.group, &path.version, &path.resource);
        query.filter = format!("name~{name}");
        query.page_size = PER_KIND;
        let answer = resources::list(&query).await;
        if !self.is_newest(round) {
            return;
        }
        self.waiting.update(|waiting| *waiting = waiting.saturating_sub(1));
        match answer {
            Ok(list) => self.take(&path, list),
            Err(failure) => self.unseen.set(Some(failure.sentence())),
        }
    }

    fn take(self, kind: &KindPath, list: ResourceList) {
        let away = list
            .clusters
            .iter()
            .find(|cluster| matches!(cluster.state, CoverageState::Unreachable | CoverageState::Stale));
        if let Some(away) = away {
            self.unseen.set(Some(crate::pages::list::coverage_sentence(away)));
        }
        let hits = list.rows.into_iter().map(|row| {
            let cluster = untrack(|| self.clusters.name_of(&row.cluster));
            let place = row
                .namespace
                .as_ref()
                .map_or_else(|| cluster.clone(), |namespace| format!("{cluster} / {namespace}"));
            let page = Page::Object {
                cluster,
                kind: kind.clone(),
                namespace: row.namespace,
                name: row.name.clone(),
                tab: ObjectTab::Overview,
            };
            Hit {
                icon: health_icon(row.health),
                label: row.name,
                detail: format!("{} · {place}", untrack(|| kinds::singular(kind))),
                does: Does::Open(page.href()),
            }
        });
        let hits: Vec<Hit> = hits.collect();
        self.found.update(|found| found.extend(hits));
    }
}

/// Every kind but events, whose names say nothing.
fn searched() -> Vec<&'static Kind> {
    let mut kinds: Vec<&Kind> = KINDS.iter().filter(|kind| kind.resource != "events").collect();
    kinds.sort_by_key(|kind| {
        FIRST
            .iter()
            .position(|first| *first == kind.resource)
            .unwrap_or(FIRST.len())
    });
    kinds
}

#[cfg(test)]
mod tests {
    use super::searched;

    #[test]
    fn every_kind_with_telling_names_is_searched_and_the_nearest_first() {
        let kinds = searched();
        assert_eq!(kinds[0].resource, "deployments");
        assert!(kinds.iter().any(|kind| kind.resource == "configmaps"));
        assert!(kinds.iter().all(|kind| kind.resource != "events"));
    }
}
