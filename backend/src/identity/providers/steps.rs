//! A try of settings, step by step.

use std::time::Instant;

use muster_api::provider::{ProviderTest, TestStep};

use super::{ProviderError, web};

/// The steps so far.
#[derive(Default)]
pub(super) struct Steps {
    steps: Vec<TestStep>,
    /// What works but should not stay.
    pub warnings: Vec<String>,
}

impl Steps {
    /// Does one step; false when it failed.
    pub async fn run(&mut self, code: &str, step: impl Future<Output = Result<String, ProviderError>>) -> bool {
        let started = Instant::now();
        let outcome = web::in_time(step).await;
        let works = outcome.is_ok();
        let message = outcome.unwrap_or_else(|error| match error {
            ProviderError::Refused { reason }
            | ProviderError::Unavailable { reason }
            | ProviderError::Misconfigured { reason } => reason,
            ProviderError::NeedsAction { sentence } => sentence,
        });
        self.steps.push(TestStep {
            code: code.to_owned(),
            works,
            message,
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
            warnings: self.warnings,
        }
    }
}
