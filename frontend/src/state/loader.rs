//! Something that is read from the server for a page: loading, there, or failed; read again on demand or by the clock.

use crate::api_client::{ApiFailure, ApiResult};
use crate::browser;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::time::Duration;

/// What there is of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Load<T> {
    /// Asked, no answer yet.
    Loading,
    /// The newest answer.
    Ready(T),
    /// There was never an answer, and why.
    Failed(ApiFailure),
}

type Fetch<T> = Rc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = ApiResult<T>>>>>;

/// Reads something, and again when told. A `Copy` handle.
pub struct Loader<T: Send + Sync + 'static> {
    state: RwSignal<Load<T>>,
    /// Why the last reading failed, while an older answer is still shown.
    stale: RwSignal<Option<ApiFailure>>,
    fetch: StoredValue<Fetch<T>, LocalStorage>,
    /// The newest question.
    round: StoredValue<u32>,
    /// The newest question whose answer is shown: older answers come too late.
    shown: StoredValue<u32>,
    /// How many questions wait for their answer.
    waiting: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loader<T> {}

impl<T: Clone + Send + Sync + 'static> Loader<T> {
    /// Reads with `fetch`, now and whenever a signal changes that it reads before its first `await`.
    pub fn new<F, R>(fetch: F) -> Self
    where
        F: Fn() -> R + 'static,
        R: Future<Output = ApiResult<T>> + 'static,
    {
        let fetch: Fetch<T> = Rc::new(move || Box::pin(fetch()));
        let loader = Self {
            state: RwSignal::new(Load::Loading),
            stale: RwSignal::new(None),
            fetch: StoredValue::new_local(fetch),
            round: StoredValue::new(0),
            shown: StoredValue::new(0),
            waiting: StoredValue::new(0),
        };
        Effect::new(move |_| {
            let reading = loader.fetch.with_value(|fetch| fetch());
            loader.shown.set_value(loader.round.get_value());
            // What was read for another address must not stand under the new one.
            loader.state.set(Load::Loading);
            loader.stale.set(None);
            loader.run(reading);
        });
        loader
    }

    /// Reads again; what is shown stays until the answer is there.
    pub fn reload(self) {
        let Some(reading) = untrack(|| self.fetch.try_with_value(|fetch| fetch())) else {
            return;
        };
        self.run(reading);
    }

    /// Reads again in this rhythm while the tab is in front, until the component goes.
    #[must_use]
    pub fn every(self, pause: Duration) -> Self {
        let ask = move || {
            if browser::is_visible() && !self.is_waiting() {
                self.reload();
            }
        };
        if let Ok(interval) = set_interval_with_handle(ask, pause) {
            on_cleanup(move || interval.clear());
        }
        self
    }

    fn run(self, reading: std::pin::Pin<Box<dyn Future<Output = ApiResult<T>>>>) {
        let round = self.round.get_value().wrapping_add(1);
        self.round.set_value(round);
        self.waiting.update_value(|waiting| *waiting += 1);
        spawn_local(async move {
            let answer = reading.await;
            // The page may be gone, or a newer answer shown. An answer counts although a newer question is on its way: a
            // server that answers slower than it is asked would otherwise never be heard.
            let Some(shown) = self.shown.try_get_value() else {
                return;
            };
            self.waiting
                .update_value(|waiting| *waiting = waiting.saturating_sub(1));
            if round <= shown {
                return;
            }
            self.shown.set_value(round);
            match answer {
                Ok(value) => {
                    self.stale.set(None);
                    self.state.set(Load::Ready(value));
                }
                Err(failure) => {
                    let had_answer = self.state.with_untracked(|state| matches!(state, Load::Ready(_)));
                    if had_answer {
                        self.stale.set(Some(failure));
                    } else {
                        self.state.set(Load::Failed(failure));
                    }
                }
            }
        });
    }

    /// Is an answer on its way?
    pub fn is_waiting(self) -> bool {
        self.waiting.try_get_value().is_some_and(|waiting| waiting > 0)
    }

    /// What there is now.
    pub fn state(self) -> Signal<Load<T>> {
        self.state.into()
    }

    /// The newest answer, if there was one.
    pub fn value(self) -> Option<T> {
        self.state.with(|state| match state {
            Load::Ready(value) => Some(value.clone()),
            _ => None,
        })
    }

    /// Puts an answer in that came another way (the answer of a change).
    pub fn set(self, value: T) {
        self.shown.set_value(self.round.get_value());
        self.stale.set(None);
        self.state.set(Load::Ready(value));
    }

    /// Why the newest reading failed although an older answer is shown.
    pub fn stale(self) -> Signal<Option<ApiFailure>> {
        self.stale.into()
    }
}
