//! Who is signed in.

use crate::api_client::{self, ApiFailure};
use crate::state::preferences;
use crate::state::toasts::{Toasts, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use muster_api::access::{Permission, Principal, SubjectReference};
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
    SignedIn(Box<CurrentUser>),
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
            SessionState::SignedIn(user) => Some(*user),
            _ => None,
        }
    }

    /// May the signed-in user, or the one as whom the console is looked at, administer everything?
    pub fn is_administrator(self) -> bool {
        self.may(Permission::Administer)
    }

    /// Has the signed-in user, or the one as whom the console is looked at, this permission in the console?
    pub fn may(self, permission: Permission) -> bool {
        self.user().is_some_and(|user| allows(&user, permission))
    }

    /// Has the user any permission in the console?
    pub fn may_anything(self) -> bool {
        Permission::ALL.into_iter().any(|permission| self.may(permission))
    }

    /// As whom the console is looked at, when it is not as oneself.
    pub fn viewing_as(self) -> Option<Principal> {
        self.user().and_then(|user| user.viewing_as)
    }

    /// Looks at the console as somebody else, or as oneself again. Everything is read anew: nothing that one may see must
    /// stand among what the other sees.
    pub async fn view_as(self, subject: Option<SubjectReference>) -> Result<(), ApiFailure> {
        api_client::session::view_as(subject).await?;
        let _navigation_is_allowed = window().location().set_href("/clusters");
        Ok(())
    }

    /// The server was asked again. Another tab may have begun or stopped to look as somebody else: what stands in this one
    /// is not what the session is given any more.
    pub fn read_again(self, user: &CurrentUser) {
        let is_other = self.state.with_untracked(
            |state| matches!(state, SessionState::SignedIn(known) if known.viewing_as != user.viewing_as),
        );
        if is_other {
            let _navigation_is_allowed = window().location().set_href("/clusters");
        }
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
        self.state.set(SessionState::SignedIn(Box::new(user)));
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

fn allows(user: &CurrentUser, permission: Permission) -> bool {
    let by_binding = user.permissions.contains(&permission) || user.permissions.contains(&Permission::Administer);
    // Looked at as somebody else, the own role says nothing.
    by_binding || (user.viewing_as.is_none() && user.role == Role::Administrator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_api::provider::PrincipalKind;
    use muster_api::session::Preferences;

    fn user(role: Role, permissions: &[Permission]) -> CurrentUser {
        CurrentUser {
            id: "1".into(),
            name: "ada".into(),
            display_name: "Ada".into(),
            role,
            preferences: Preferences::default(),
            provider: None,
            permissions: permissions.to_vec(),
            viewing_as: None,
        }
    }

    #[test]
    fn administrators_may_everything_and_others_what_they_were_given() {
        assert!(allows(&user(Role::Administrator, &[]), Permission::ManageRoles));
        assert!(allows(
            &user(Role::User, &[Permission::Administer]),
            Permission::ManageRoles
        ));
        let manager = user(Role::User, &[Permission::ManageUsers]);
        assert!(allows(&manager, Permission::ManageUsers));
        assert!(!allows(&manager, Permission::ManageRoles));
    }

    #[test]
    fn an_administrator_who_looks_as_somebody_else_is_shown_that_ones_permissions() {
        let mut looking = user(Role::Administrator, &[]);
        looking.viewing_as = Some(Principal {
            kind: PrincipalKind::User,
            id: Some("2".into()),
            provider: None,
            external_id: None,
            name: "bob".into(),
            display_name: "Bob".into(),
            place: None,
        });
        assert!(!allows(&looking, Permission::ManageUsers));
    }
}
