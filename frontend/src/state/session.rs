//! Who is signed in.

use crate::api_client::{self, ApiFailure};
use crate::state::preferences;
use crate::state::toasts::{Toasts, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::session::{CurrentUser, Role};

/// What is known of who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// Not asked yet.
    Checking,
    /// The server could not be asked.
    Failed(ApiFailure),
    /// Nobody.
    SignedOut,
    /// This user.
    SignedIn(CurrentUser),
}

/// The session of this browser.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    /// Did the person leave by themselves? Then the next one begins at the beginning.
    left: RwSignal<bool>,
    toasts: Toasts,
}

/// The session.
///
/// # Panics
/// Outside the application: [`super::provide`] provides it.
#[expect(
    clippy::expect_used,
    reason = "provided by `state::provide` before any component runs"
)]
pub fn use_session() -> Session {
    use_context().expect("the session is provided")
}

pub(super) fn provide() {
    let session = Session {
        state: RwSignal::new(SessionState::Checking),
        left: RwSignal::new(false),
        toasts: use_toasts(),
    };
    provide_context(session);
    session.check();
    let signed_out = api_client::signed_out();
    Effect::new(move |first: Option<()>| {
        signed_out.track();
        if first.is_some() {
            session.state.set(SessionState::SignedOut);
        }
    });
}

impl Session {
    /// What is known now.
    pub fn state(self) -> Signal<SessionState> {
        self.state.into()
    }

    /// The signed-in user, if any.
    pub fn user(self) -> Option<CurrentUser> {
        match self.state.get() {
            SessionState::SignedIn(user) => Some(user),
            _ => None,
        }
    }

    /// Is the signed-in user an administrator?
    pub fn is_administrator(self) -> bool {
        self.user().is_some_and(|user| user.role == Role::Administrator)
    }

    /// Is somebody signed in?
    pub fn is_signed_in(self) -> bool {
        self.state.with(|state| matches!(state, SessionState::SignedIn(_)))
    }

    /// Asks the server again.
    pub fn check(self) {
        spawn_local(async move {
            match api_client::session::read_session().await {
                Ok(user) => self.signed_in(user),
                // Already noticed by the request itself.
                Err(ApiFailure::SignedOut) => self.state.set(SessionState::SignedOut),
                Err(failure) => self.state.set(SessionState::Failed(failure)),
            }
        });
    }

    /// A form signed somebody in: from now on the console is theirs, in their language and theme.
    pub fn signed_in(self, user: CurrentUser) {
        preferences::apply(&user.preferences);
        self.left.set(false);
        self.state.set(SessionState::SignedIn(user));
    }

    /// Signs out; the sign-in page follows by itself.
    pub fn sign_out(self) {
        spawn_local(async move {
            match api_client::session::sign_out().await {
                Ok(()) | Err(ApiFailure::SignedOut) => {
                    self.left.set(true);
                    self.state.set(SessionState::SignedOut);
                }
                // Still signed in: the console stays as it is.
                Err(failure) => self.toasts.failure(&failure),
            }
        });
    }

    /// Did the person sign out, rather than the session end by itself?
    pub fn was_left(self) -> Signal<bool> {
        self.left.into()
    }

    /// Changes language or theme here at once, and on the server for the user's other browsers.
    pub fn prefer(self, change: impl FnOnce(&mut muster_api::session::Preferences)) {
        let mut wanted = preferences::current();
        change(&mut wanted);
        preferences::apply(&wanted);
        let signed_in = self
            .state
            .with_untracked(|state| matches!(state, SessionState::SignedIn(_)));
        if !signed_in {
            return;
        }
        self.state.update_untracked(|state| {
            if let SessionState::SignedIn(user) = state {
                user.preferences = wanted.clone();
            }
        });
        spawn_local(async move {
            // The choice holds in this browser either way; the next change tries again.
            let _kept_here = api_client::session::save_preferences(&wanted).await;
        });
    }
}
