//! What of the form survives a reload: never a secret.

use crate::browser;
use serde::{Deserialize, Serialize};

const KEY: &str = "muster.draft.cluster";

/// The parts of the form that may be kept in the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Remembered {
    pub(super) name: String,
    pub(super) labels: String,
    pub(super) url: String,
}

impl Remembered {
    pub(super) fn read() -> Self {
        browser::stored(KEY)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    pub(super) fn write(&self) {
        let text = if *self == Self::default() {
            None
        } else {
            serde_json::to_string(self).ok()
        };
        let _forgotten_is_fine = browser::store(KEY, text.as_deref());
    }

    pub(super) fn forget() {
        let _forgotten_is_fine = browser::store(KEY, None);
    }
}
