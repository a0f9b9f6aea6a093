//! Sentences for people that the browser can say in their language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A sentence in English, and the same as a code with what stands in its places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// What is said, as a word that the browser translates by.
    pub code: String,
    /// What stands in the places of its text, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// The same in an English sentence.
    pub message: String,
}

impl Said {
    /// A sentence without places.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            parameters: BTreeMap::new(),
            message: message.into(),
        }
    }

    /// With what stands in the place of this name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }
}
