//! The steps of a test as they are gone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use muster_api::provider::{FoundGroup, FoundPerson, ProviderTest, TestStep};
use muster_api::said::{Said, directory_test as sentence};

use crate::identity::providers::PersonGroup;
use crate::identity::providers::directory::failure::{Failure, Outcome};

/// What was found so far; readable whatever became of the task that finds it.
#[derive(Clone, Default)]
pub(super) struct Report(Arc<Mutex<Progress>>);

#[derive(Default)]
struct Progress {
    steps: Vec<TestStep>,
    warnings: Vec<Said>,
    user: Option<FoundPerson>,
    current: Option<(&'static str, Instant)>,
}

impl Report {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step begins.
    pub(super) fn begin(&self, code: &'static str) {
        self.progress().current = Some((code, Instant::now()));
    }

    /// How long the step takes already, in milliseconds.
    pub(super) fn elapsed(&self) -> u64 {
        let began = self.progress().current.map(|(_, began)| began.elapsed());
        began.map_or(0, |took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
    }

    /// The step worked.
    pub(super) fn pass(&self, found: Said) {
        let milliseconds = self.elapsed();
        let code = self.progress().current.take().map(|(code, _)| code);
        self.add(code.unwrap_or("connect"), found, milliseconds);
    }

    /// A step worked that was timed elsewhere.
    pub(super) fn add(&self, code: &str, found: Said, milliseconds: u64) {
        self.progress().steps.push(TestStep {
            code: code.to_owned(),
            works: true,
            said: vec![found],
            milliseconds,
        });
    }

    pub(super) fn warn(&self, warning: Said) {
        self.progress().warnings.push(warning);
    }

    /// Something failed that the test goes on without.
    pub(super) fn warn_of(&self, failure: Failure) {
        self.progress().warnings.extend(failure.into_reason().0);
    }

    pub(super) fn found(&self, person: FoundPerson) {
        self.progress().user = Some(person);
    }

    pub(super) fn found_groups(&self, groups: Vec<PersonGroup>) {
        let mut progress = self.progress();
        if groups.is_empty() {
            progress.warnings.push(sentence::NO_GROUPS_SEEN.say());
        }
        if let Some(user) = &mut progress.user {
            user.groups = groups.into_iter().map(FoundGroup::from).collect();
        }
    }

    /// The whole report; a step that failed is its last.
    pub(super) fn finish(&self, outcome: Outcome<()>) -> ProviderTest {
        let milliseconds = self.elapsed();
        let mut progress = self.progress();
        let works = outcome.is_ok();
        if let Err(failure) = outcome {
            let code = progress.current.take().map_or("connect", |(code, _)| code);
            progress.steps.push(TestStep {
                code: code.to_owned(),
                works: false,
                said: failure.into_reason().0,
                milliseconds,
            });
        }
        ProviderTest {
            works,
            steps: std::mem::take(&mut progress.steps),
            user: progress.user.take(),
            warnings: std::mem::take(&mut progress.warnings),
        }
    }
}
