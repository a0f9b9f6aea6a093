//! Short messages about what just happened. Failures stay until they are closed.

use crate::api_client::ApiFailure;
use crate::i18n::text;
use leptos::prelude::*;
use muster_api::resource::Health;
use std::time::Duration;

/// How long a message stays that needs no answer.
const SHOWN_FOR: Duration = Duration::from_secs(6);

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Names it.
    pub id: u32,
    /// Which icon and colour.
    pub health: Health,
    /// The sentence.
    pub sentence: String,
    /// A second line: the request's id of a failure.
    pub detail: Option<String>,
}

/// The messages on screen.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

/// The messages.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_toasts() -> Toasts {
    use_context().expect("toasts are provided")
}

pub(super) fn provide() {
    provide_context(Toasts {
        shown: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
    });
}

impl Toasts {
    /// What is on screen, oldest first.
    pub fn shown(self) -> Signal<Vec<Toast>> {
        self.shown.into()
    }

    /// Something was done.
    pub fn success(self, sentence: impl Into<String>) {
        self.show(Health::Good, sentence.into(), None);
    }

    /// Something worth knowing.
    pub fn info(self, sentence: impl Into<String>) {
        self.show(Health::Idle, sentence.into(), None);
    }

    /// Something failed.
    pub fn failure(self, failure: &ApiFailure) {
        let detail = failure.request_id().map(|id| text::ui::REQUEST_ID.with(&[("id", &id)]));
        if *failure != ApiFailure::SignedOut {
            self.show(Health::Bad, failure.sentence(), detail);
        }
    }

    /// Something failed that is not a request.
    pub fn problem(self, sentence: impl Into<String>) {
        self.show(Health::Bad, sentence.into(), None);
    }

    /// Takes a message away.
    pub fn close(self, id: u32) {
        let _gone = self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }

    fn show(self, health: Health, sentence: String, detail: Option<String>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.shown.update(|shown| {
            shown.retain(|toast| toast.sentence != sentence);
            shown.push(Toast {
                id,
                health,
                sentence,
                detail,
            });
        });
        if health != Health::Bad {
            set_timeout(move || self.close(id), SHOWN_FOR);
        }
    }
}
