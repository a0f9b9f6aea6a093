//! Something that a form or a dialog sends: whether it is on its way, and why it did not work.

use crate::api_client::{ApiFailure, ApiResult};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::problem::FieldProblem;

/// The work of one form. A `Copy` handle.
#[derive(Clone, Copy)]
pub struct Work {
    /// It is on its way.
    pub busy: RwSignal<bool>,
    /// Why it failed as a whole.
    pub failure: RwSignal<Option<ApiFailure>>,
    /// What is wrong with which field.
    pub problems: RwSignal<Vec<FieldProblem>>,
}

impl Default for Work {
    fn default() -> Self {
        Self::new()
    }
}

impl Work {
    /// Nothing is sent yet.
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            problems: RwSignal::new(Vec::new()),
        }
    }

    /// The work of a dialog: what was wrong the last time is forgotten when it opens.
    pub fn of_dialog(open: RwSignal<bool>) -> Self {
        let work = Self::new();
        Effect::new(move |_| {
            if open.get() {
                work.forget();
            }
        });
        work
    }

    /// Forgets what was wrong.
    pub fn forget(self) {
        self.failure.set(None);
        self.problems.set(Vec::new());
    }

    /// Shows the form's own problems. Answers whether there are any.
    pub fn refuses(self, problems: Vec<FieldProblem>) -> bool {
        let refuses = !problems.is_empty();
        self.failure.set(None);
        self.problems.set(problems);
        refuses
    }

    /// Sends, unless something is on its way; calls `done` when it went well, and keeps what is wrong when it did not.
    pub fn run<T: 'static>(self, task: impl Future<Output = ApiResult<T>> + 'static, done: impl FnOnce(T) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = task.await;
            let _page_may_be_gone = self.busy.try_set(false);
            match answer {
                Ok(value) => done(value),
                Err(failure) => {
                    let _page_may_be_gone = self.problems.try_set(failure.field_problems().to_vec());
                    let _page_may_be_gone = self.failure.try_set(Some(failure));
                }
            }
        });
    }
}
