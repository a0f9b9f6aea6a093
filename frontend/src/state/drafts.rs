//! Typed texts that this browser keeps until they are saved or discarded: they survive a reload, a sign-out and a cluster
//! that goes away.
//!
//! A text belongs to a user and to a cluster's id: another person at the same browser does not see it, and renaming the
//! cluster does not lose it.

use crate::browser;
use crate::i18n::{Text, text};
use leptos::prelude::*;
use std::sync::LazyLock;

/// Did the browser refuse to keep the newest text?
static REFUSED: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(false));

/// The key of a text: what it is for, whose it is, in which cluster (by id), and of what there.
pub fn key(purpose: &str, user: &str, cluster_id: &str, rest: &str) -> String {
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!("/{rest}")
    };
    format!("muster.draft.{purpose}/{user}/{cluster_id}{rest}")
}

/// Keeps a text; `None` forgets it.
pub fn keep(key: &str, content: Option<&str>) {
    let is_kept = browser::store(key, content);
    if REFUSED.get_untracked() == is_kept {
        REFUSED.set(!is_kept);
    }
}

/// That the browser has no room for the newest text; empty when it has. Follows what happens.
pub fn refusal() -> &'static str {
    if REFUSED.get() {
        text::ui::DRAFT_NOT_KEPT.get()
    } else {
        ""
    }
}

/// The words beside a form: `kept`, or that the browser has no room for the text. Follows what happens.
pub fn kept_words(kept: Text) -> &'static str {
    if REFUSED.get() {
        text::ui::DRAFT_NOT_KEPT.get()
    } else {
        kept.get()
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_text_belongs_to_a_user_and_a_cluster() {
        assert_eq!(key("deploy", "u1", "c1", ""), "muster.draft.deploy/u1/c1");
        assert_ne!(key("yaml", "u1", "c1", "a"), key("yaml", "u2", "c1", "a"));
        assert_ne!(key("yaml", "u1", "c1", "a"), key("yaml", "u1", "c2", "a"));
    }
}
