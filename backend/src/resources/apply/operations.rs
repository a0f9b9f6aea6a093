//! Applies that are under way: how far each is, and how it is stopped.
//!
//! Whoever applies names the work by an id of the own choice, follows it by that id, and may stop it: before the first
//! object is written nothing is, after that no further one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use muster_api::apply::{ApplyProgress, ApplyStep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ApplyError;
use crate::context::Credential;
use crate::locks::lock;

/// The longest id of the caller's.
const LONGEST_ID: usize = 64;

/// Whose work it is, in which cluster, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OperationKey {
    /// The session or token: a narrow token does not see what its owner does besides.
    pub credential: Credential,
    /// The cluster's id.
    pub cluster: Uuid,
    /// The caller's own id.
    pub id: String,
}

/// What is under way; cheap to clone, the same for everyone.
#[derive(Clone, Debug, Default)]
pub struct Operations(Arc<Mutex<HashMap<OperationKey, Arc<State>>>>);

#[derive(Debug, Default)]
struct State {
    stop: CancellationToken,
    step: AtomicU8,
    done: AtomicU32,
    total: AtomicU32,
}

/// One apply, for as long as it runs.
#[derive(Debug)]
pub struct Operation {
    state: Arc<State>,
    /// Where it is known; nowhere when its caller gave it no id.
    known: Option<(Operations, OperationKey)>,
}

impl Operations {
    /// Begins one. `id` is what its caller calls it: 1 to 64 letters, digits and dashes.
    pub fn begin(&self, credential: Credential, cluster: Uuid, id: Option<&str>) -> Result<Operation, ApplyError> {
        let state = Arc::new(State::default());
        let Some(id) = id else {
            return Ok(Operation { state, known: None });
        };
        let harmless = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if id.is_empty() || id.len() > LONGEST_ID || !id.bytes().all(harmless) {
            return Err(ApplyError::InvalidOperation);
        }
        let key = OperationKey {
            credential,
            cluster,
            id: id.to_owned(),
        };
        let mut running = lock(&self.0);
        if running.contains_key(&key) {
            return Err(ApplyError::OperationRuns);
        }
        running.insert(key.clone(), Arc::clone(&state));
        Ok(Operation {
            state,
            known: Some((self.clone(), key)),
        })
    }

    /// How far one is; none when it is not under way.
    pub fn progress(&self, key: &OperationKey) -> Option<ApplyProgress> {
        let running = lock(&self.0);
        let state = running.get(key)?;
        Some(ApplyProgress {
            step: if state.step.load(Ordering::Relaxed) == WRITING {
                ApplyStep::Writing
            } else {
                ApplyStep::Trying
            },
            done: state.done.load(Ordering::Relaxed),
            total: state.total.load(Ordering::Relaxed),
        })
    }

    /// Stops one; false when it is not under way.
    pub fn cancel(&self, key: &OperationKey) -> bool {
        let running = lock(&self.0);
        let state = running.get(key);
        state.inspect(|state| state.stop.cancel()).is_some()
    }
}

const TRYING: u8 = 0;
const WRITING: u8 = 1;

impl Operation {
    /// The documents are tried now.
    pub fn tries(&self, total: usize) {
        self.begin_step(TRYING, total);
    }

    /// The objects are written now.
    pub fn writes(&self, total: usize) {
        self.begin_step(WRITING, total);
    }

    fn begin_step(&self, step: u8, total: usize) {
        self.state.done.store(0, Ordering::Relaxed);
        self.state
            .total
            .store(u32::try_from(total).unwrap_or(u32::MAX), Ordering::Relaxed);
        self.state.step.store(step, Ordering::Relaxed);
    }

    /// One more is done.
    pub fn one_done(&self) {
        self.state.done.fetch_add(1, Ordering::Relaxed);
    }

    /// Was it stopped?
    pub fn is_cancelled(&self) -> bool {
        self.state.stop.is_cancelled()
    }

    /// Waits until it is stopped.
    pub async fn cancelled(&self) {
        self.state.stop.cancelled().await;
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if let Some((operations, key)) = &self.known {
            lock(&operations.0).remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(credential: Credential, id: &str) -> OperationKey {
        OperationKey {
            credential,
            cluster: Uuid::nil(),
            id: id.to_owned(),
        }
    }

    #[test]
    fn an_operation_is_followed_and_stopped_by_whoever_began_it_while_it_runs() {
        let operations = Operations::default();
        let (ada, eve) = (Credential::Session(Uuid::new_v4()), Credential::Token(Uuid::new_v4()));
        let operation = operations.begin(ada, Uuid::nil(), Some("first")).unwrap();
        assert!(operations.begin(ada, Uuid::nil(), Some("first")).is_err());
        operation.writes(3);
        operation.one_done();
        let progress = operations.progress(&key(ada, "first")).unwrap();
        assert_eq!(
            (progress.step, progress.done, progress.total),
            (ApplyStep::Writing, 1, 3)
        );
        assert!(operations.progress(&key(eve, "first")).is_none());
        assert!(!operations.cancel(&key(eve, "first")) && !operation.is_cancelled());
        assert!(operations.cancel(&key(ada, "first")) && operation.is_cancelled());
        drop(operation);
        assert!(!operations.cancel(&key(ada, "first")));
        assert!(operations.begin(ada, Uuid::nil(), Some("first")).is_ok());
    }

    #[test]
    fn an_id_is_short_and_harmless() {
        let operations = Operations::default();
        let begins = |id: &str| operations.begin(Credential::System, Uuid::nil(), Some(id)).is_ok();
        assert!(begins("0f3-Ab"));
        for id in ["", "a/b", "a b", "ä", &"a".repeat(65)] {
            assert!(!begins(id), "{id:?}");
        }
    }
}
