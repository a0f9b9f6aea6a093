//! One object as it is now: read once, read again whenever the live list says that it changed.

use crate::api_client::objects::{self, ObjectAddress};
use crate::api_client::{ApiFailure, ApiResult};
use crate::i18n::text;
use crate::state::live::{LiveEvent, use_live};
use crate::ui::{Button, IconName, Notice};
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
    /// Why its changes are not heard of, when they are not.
    unfollowed: RwSignal<Option<Unfollowed>>,
    list: StoredValue<Option<ResourceList>>,
    reading: StoredValue<Reading>,
}

/// Is it being read?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// No.
    Idle,
    /// Yes.
    Asked,
    /// Yes, and it changed since it was asked for: it is read once more afterwards.
    AskedAndChanged,
}

/// Why changes of the object are not heard of.
#[derive(Debug, Clone, PartialEq)]
enum Unfollowed {
    /// The list could not be opened.
    Refused(ApiFailure),
    /// The server ended the list.
    Ended(String),
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
            unfollowed: RwSignal::new(None),
            list: StoredValue::new(None),
            reading: StoredValue::new(Reading::Idle),
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
    ///
    /// It may be asked for after the page is left: then there is nothing to read for.
    pub fn reload(self) {
        let Some(address) = self.address.try_get_value() else {
            return;
        };
        // One question at a time: answers cannot overtake each other, and an object that changes faster than it is read is
        // seen all the same.
        if self.reading.get_value() != Reading::Idle {
            self.reading.set_value(Reading::AskedAndChanged);
            return;
        }
        self.reading.set_value(Reading::Asked);
        spawn_local(async move {
            let answer = objects::read(&address).await;
            let Some(reading) = self.reading.try_get_value() else {
                return;
            };
            self.reading.set_value(Reading::Idle);
            self.take(answer);
            if reading == Reading::AskedAndChanged {
                self.reload();
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
            LiveEvent::Snapshot(list) => {
                self.unfollowed.set(None);
                self.list.set_value(Some(list));
            }
            LiveEvent::Delta(delta) => self.apply(delta),
            // The page shows the object all the same; only its changes are not heard.
            LiveEvent::Problem(problem) => {
                let failure = ApiFailure::Problem(Box::new(problem));
                return self.unfollowed.set(Some(Unfollowed::Refused(failure)));
            }
            LiveEvent::Ended(reason) => return self.unfollowed.set(Some(Unfollowed::Ended(reason))),
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
    let unfollowed = move || {
        let reason = match live.unfollowed.get()? {
            Unfollowed::Refused(failure) => failure.sentence(),
            Unfollowed::Ended(reason) => reason,
        };
        Some(text::object::UNFOLLOWED.with(&[("reason", &reason)]))
    };
    view! {
        {move || {
            unfollowed()
                .map(|sentence| {
                    view! {
                        <Notice>
                            <p>{sentence}</p>
                            <Button icon=IconName::Restart on_press=move |_| live.reload()>
                                {text::object::events::RELOAD}
                            </Button>
                        </Notice>
                    }
                })
        }}
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
