//! A try of settings, step by step.

use std::time::Instant;

use muster_api::provider::{ProviderTest, TestStep};
use muster_api::said::Said;

use super::{ProviderError, web};

/// The steps so far.
#[derive(Default)]
pub(super) struct Steps {
    steps: Vec<TestStep>,
}

impl Steps {
    /// Does one step; false when it failed.
    pub async fn run(&mut self, code: &str, step: impl Future<Output = Result<Said, ProviderError>>) -> bool {
        let started = Instant::now();
        let outcome = web::in_time(step).await;
        let works = outcome.is_ok();
        let said = outcome.map_or_else(|error| error.into_reason().0, |found| vec![found]);
        self.steps.push(TestStep {
            code: code.to_owned(),
            works,
            said,
            milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        works
    }

    /// What the try found.
    pub fn finish(self, works: bool) -> ProviderTest {
        ProviderTest {
            works,
            steps: self.steps,
            user: None,
            warnings: Vec::new(),
        }
    }
}
