//! One object as it is now: read once, read again whenever the live list says that it changed.

use crate::api_client::objects::{self, ObjectAddress};
use crate::api_client::{ApiFailure, ApiResult};
use crate::i18n::text;
use crate::state::live::{LiveEvent, use_live};
use crate::ui::Notice;
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::live::Delta;
use muster_api::resource::{Column, Health, ResourceList, ResourceQuery, Row};
use serde_json::Value;

/// How far the reading is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Asked, no answer yet.
    Loading,
    /// It is there.
    Ready,
    /// It was never read, and why.
    Failed(ApiFailure),
}

/// What the object's row in its list says.
#[derive(Debug, Clone, PartialEq)]
pub struct RowFacts {
    /// The status word; empty for kinds without one.
    pub status: String,
    /// How it is.
    pub health: Health,
}

/// One object, followed live. A `Copy` handle.
#[derive(Clone, Copy)]
pub struct LiveObject {
    address: StoredValue<ObjectAddress>,
    value: RwSignal<Value>,
    phase: RwSignal<Phase>,
    stale: RwSignal<Option<ApiFailure>>,
    gone: RwSignal<bool>,
    row: RwSignal<Option<RowFacts>>,
    list: StoredValue<Option<ResourceList>>,
    round: StoredValue<u32>,
}

impl LiveObject {
    /// Reads the object and follows it until the component goes.
    pub fn new(address: ObjectAddress) -> Self {
        let object = Self {
            address: StoredValue::new(address.clone()),
            value: RwSignal::new(Value::Null),
            phase: RwSignal::new(Phase::Loading),
            stale: RwSignal::new(None),
            gone: RwSignal::new(false),
            row: RwSignal::new(None),
            list: StoredValue::new(None),
            round: StoredValue::new(0),
        };
        object.reload();
        let live = use_live();
        let subscription = live.subscribe(query_of(&address), move |event| object.hear(event));
        on_cleanup(move || live.unsubscribe(&subscription));
        object
    }

    /// Which object.
    pub fn address(self) -> ObjectAddress {
        self.address.get_value()
    }

    /// The object as it was last read; null before.
    pub fn value(self) -> Signal<Value> {
        self.value.into()
    }

    /// How far the reading is.
    pub fn phase(self) -> Signal<Phase> {
        self.phase.into()
    }

    /// Was it deleted while it was looked at?
    pub fn gone(self) -> Signal<bool> {
        self.gone.into()
    }

    /// What its row in the list says, once the list was heard.
    pub fn row(self) -> Signal<Option<RowFacts>> {
        self.row.into()
    }

    /// Reads it again; what is shown stays until the answer is there.
    pub fn reload(self) {
        let address = self.address.get_value();
        let round = self.round.get_value().wrapping_add(1);
        self.round.set_value(round);
        spawn_local(async move {
            let answer = objects::read(&address).await;
            if self.round.try_get_value() == Some(round) {
                self.take(answer);
            }
        });
    }

    fn take(self, answer: ApiResult<Value>) {
        match answer {
            Ok(value) => {
                self.stale.set(None);
                self.gone.set(false);
                self.value.set(value);
                if self.phase.with_untracked(|phase| *phase != Phase::Ready) {
                    self.phase.set(Phase::Ready);
                }
            }
            Err(failure) if self.phase.with_untracked(|phase| *phase == Phase::Ready) => {
                if failure.status() == Some(404) {
                    self.gone.set(true);
                } else {
                    self.stale.set(Some(failure));
                }
            }
            Err(failure) => self.phase.set(Phase::Failed(failure)),
        }
    }

    fn hear(self, event: LiveEvent) {
        let first = self.list.try_with_value(Option::is_none);
        match event {
            LiveEvent::Snapshot(list) => self.list.set_value(Some(list)),
            LiveEvent::Delta(delta) => self.apply(delta),
            // The page shows the object all the same; only its changes are not heard.
            LiveEvent::Problem(_) | LiveEvent::Ended(_) => return,
        }
        let facts = self
            .list
            .with_value(|list| list.as_ref().and_then(|list| self.facts_in(list)));
        if self.row.with_untracked(|row| *row != facts) {
            self.row.set(facts);
        }
        if first == Some(false) {
            self.reload();
        }
    }

    fn apply(self, delta: Delta) {
        self.list.update_value(|list| {
            if let Some(list) = list {
                delta.apply_to(list);
            }
        });
    }

    fn facts_in(self, list: &ResourceList) -> Option<RowFacts> {
        let name = self.address.with_value(|address| address.name.clone());
        let row = list.rows.iter().find(|row| row.name == name)?;
        Some(RowFacts {
            status: status_of(&list.columns, row),
            health: row.health,
        })
    }
}

fn status_of(columns: &[Column], row: &Row) -> String {
    let place = columns.iter().position(|column| column.id == "status");
    place
        .and_then(|place| row.cells.get(place)?.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// The list that holds only this object.
fn query_of(address: &ObjectAddress) -> ResourceQuery {
    let mut query = ResourceQuery::of(&address.kind.group, &address.kind.version, &address.kind.resource);
    query.clusters = vec![address.cluster.clone()];
    query.namespaces = address.namespace.iter().cloned().collect();
    query.filter = format!("name=\"{}\"", address.name);
    query.page_size = 1;
    query
}

/// Says that what is shown may be old, and why.
#[component]
pub fn StaleNotice(live: LiveObject) -> AnyView {
    view! {
        {move || {
            live.stale
                .get()
                .map(|failure| {
                    view! { <Notice>{move || text::ui::STALE.with(&[("reason", &failure.sentence())])}</Notice> }
                })
        }}
    }
    .into_any()
}
