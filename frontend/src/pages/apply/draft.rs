//! The text that is kept in the browser: it survives a reload, a sign-out and a cluster that goes away.

use super::{keep, storage_key};
use crate::browser;
use crate::state::drafts;
use leptos::prelude::*;

const EARLIER: &str = ".earlier";

/// Gives a text to this page, for the next time that it opens. A text that was being written there is not lost.
pub fn hand_over(user: &str, cluster_id: &str, manifest: &str) {
    let key = storage_key(user, cluster_id);
    let before = browser::stored(&key).filter(|before| !before.trim().is_empty() && before != manifest);
    if let Some(before) = before {
        keep(&format!("{key}{EARLIER}"), &before);
    }
    keep(&key, manifest);
}

/// The kept text. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    key: StoredValue<String>,
    earlier: RwSignal<Option<String>>,
}

impl Draft {
    pub(super) fn open(user: &str, cluster_id: &str) -> Self {
        let key = storage_key(user, cluster_id);
        let earlier = RwSignal::new(browser::stored(&format!("{key}{EARLIER}")));
        Self {
            key: StoredValue::new(key),
            earlier,
        }
    }

    pub(super) fn text(self) -> String {
        self.key.with_value(|key| browser::stored(key)).unwrap_or_default()
    }

    /// Keeps what is typed from now on.
    pub(super) fn follow(self, manifest: RwSignal<String>) {
        Effect::new(move |_| manifest.with(|manifest| self.key.with_value(|key| keep(key, manifest))));
    }

    /// Was another text being written before this one was handed over?
    pub(super) fn has_earlier(self) -> bool {
        self.earlier.with(Option::is_some)
    }

    /// Changes places with the earlier text.
    pub(super) fn bring_back(self, manifest: RwSignal<String>) {
        let Some(earlier) = self.earlier.get_untracked() else {
            return;
        };
        let current = manifest.get_untracked();
        let current = (!current.trim().is_empty()).then_some(current);
        self.key
            .with_value(|key| drafts::keep(&format!("{key}{EARLIER}"), current.as_deref()));
        self.earlier.set(current);
        manifest.set(earlier);
    }

    /// Empties the text; it can be brought back once.
    pub(super) fn discard(self, manifest: RwSignal<String>) {
        let current = manifest.get_untracked();
        self.key.with_value(|key| keep(&format!("{key}{EARLIER}"), &current));
        self.earlier.set((!current.is_empty()).then_some(current));
        manifest.set(String::new());
    }
}
