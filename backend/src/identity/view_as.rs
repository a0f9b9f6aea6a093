//! Looking at the console as somebody else: which session looks as whom.
//!
//! That only administrators look, and that nothing is changed meanwhile, is seen to where requests come in
//! (`app::admission`, `http::middleware::viewing`). To look as another administrator is allowed: it shows nothing that an
//! administrator does not see anyway, and gives less, since nothing can be changed.

use std::sync::Arc;

use muster_api::access::{Principal, SubjectReference};
use muster_api::provider::PrincipalKind;
use muster_api::session::Role;
use uuid::Uuid;

use super::{Identity, IdentityError};
use crate::context::{Actor, Credential, RequestContext};
use crate::database::role_bindings::Subject;
use crate::database::sessions::View;
use crate::database::{groups, principals, sessions, users};

/// As whom a session looked until now, and looks from now on; none: as oneself.
#[derive(Clone, Debug)]
pub struct ChangedView {
    /// Until now.
    pub before: Option<Principal>,
    /// From now on.
    pub after: Option<Principal>,
}

impl Identity {
    /// Looks at the console as somebody else from now on, in the session that asks and in every tab of it; or as oneself
    /// again. None when it is so already.
    pub async fn view_as(
        &self,
        context: &RequestContext,
        reference: Option<&SubjectReference>,
    ) -> Result<Option<ChangedView>, IdentityError> {
        let Credential::Session(session) = context.credential else {
            return Err(IdentityError::Forbidden(
                "Only people who are signed in by browser look at the console as somebody else. An API token is always \
                 its owner's.",
            ));
        };
        let viewed = match reference {
            None => None,
            Some(reference) => Some(self.subject(context, reference).await?),
        };
        let now = context.now();
        let before = sessions::find_view(&self.database, session, now, self.idle_since(now)).await?;
        if !sessions::change_view(&self.database, session, View::of(viewed)).await? {
            return Ok(None);
        }
        let changed = ChangedView {
            before: self.described(before.and_then(View::subject)).await?,
            after: self.described(viewed).await?,
        };
        let name = |view: &Option<Principal>| view.as_ref().map(|principal| principal.name.clone());
        tracing::info!(user = %context.person().name, before = name(&changed.before), after = name(&changed.after),
            "somebody looks at the console as somebody else, or as oneself again");
        Ok(Some(changed))
    }

    /// Ends the view of the session that asks, whose user may not look as others any more. Gives as whom it looked, once.
    pub async fn end_view(&self, context: &RequestContext) -> Result<Option<Principal>, IdentityError> {
        let Credential::Session(session) = context.credential else {
            return Ok(None);
        };
        let ended = sessions::change_view(&self.database, session, View::default()).await?;
        Ok(self.viewed(context).await?.filter(|_| ended))
    }

    /// As whom the request looks at the console; none: as oneself.
    pub async fn viewed(&self, context: &RequestContext) -> Result<Option<Principal>, IdentityError> {
        let subject = context.viewed().map(|id| {
            if context.actor.is_nobody() {
                Subject::Group(id)
            } else {
                Subject::User(id)
            }
        });
        self.described(subject).await
    }

    /// The same context as it is when the console is looked at as somebody else.
    pub(super) async fn looking(&self, context: RequestContext, view: View) -> Result<RequestContext, IdentityError> {
        let actor = match view.subject() {
            None => return Ok(context),
            Some(Subject::User(id)) => match users::find(&self.database, id).await? {
                Some(user) => self.actor_of(&user).await?,
                None => gone(id),
            },
            Some(Subject::Group(id)) => match groups::find(&self.database, id).await? {
                Some(group) => Actor::member_of(id, &group.name),
                None => Actor::member_of(id, &id.to_string()),
            },
        };
        Ok(RequestContext {
            looked_at_by: Some(Arc::new(context.actor)),
            actor,
            ..context
        })
    }

    async fn described(&self, subject: Option<Subject>) -> Result<Option<Principal>, IdentityError> {
        let Some(subject) = subject else {
            return Ok(None);
        };
        let known = principals::find(&self.database, subject).await?;
        Ok(Some(known.unwrap_or_else(|| unknown(subject))))
    }
}

/// Somebody who was removed while somebody looked as him: without any right, so that nothing is seen.
fn gone(id: Uuid) -> Actor {
    Actor {
        user_id: id,
        name: id.to_string().into(),
        role: Role::User,
        provider: None,
        groups: Arc::default(),
        standing: Arc::default(),
    }
}

/// The same, to show.
fn unknown(subject: Subject) -> Principal {
    let (kind, id) = match subject {
        Subject::User(id) => (PrincipalKind::User, id),
        Subject::Group(id) => (PrincipalKind::Group, id),
    };
    Principal {
        kind,
        id: Some(id.to_string()),
        provider: None,
        external_id: None,
        name: id.to_string(),
        display_name: id.to_string(),
        place: None,
    }
}
