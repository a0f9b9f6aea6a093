//! Who asks, completed: what `identity` knows of him with what `access` says that he may.

use muster_api::access::Principal;
use muster_api::audit::AuditAction;
use muster_api::provider::PrincipalKind;

use uuid::Uuid;

use super::App;
use crate::audit::{Details, Event, Target};
use crate::context::{Actor, RequestContext};
use crate::database::users::User;
use crate::identity::IdentityError;

impl App {
    /// A user who has just signed in, with what bindings give him.
    pub async fn actor_of(&self, user: &User) -> Result<Actor, IdentityError> {
        let actor = self.identity.actor_of(user).await?;
        Ok(self.access.admit_actor(actor, self.clock.now()))
    }

    /// A user by the id, with what bindings give him.
    pub async fn actor_by_id(&self, id: Uuid) -> Result<Actor, IdentityError> {
        let actor = self.identity.actor_by_id(id).await?;
        Ok(self.access.admit_actor(actor, self.clock.now()))
    }

    /// A context with what bindings give. Only administrators look at the console as somebody else: a view ends with the
    /// first request after its administrator is one no more, and that request is made as oneself.
    pub async fn admit(&self, context: RequestContext) -> Result<RequestContext, IdentityError> {
        let context = self.access.admit(context);
        if context.looked_at_by.is_none() || context.person().is_administrator() {
            return Ok(context);
        }
        if let Some(viewed) = self.identity.end_view(&context).await? {
            let details = Details::new()
                .with("view", "ended")
                .with("why", "Whoever looked is no administrator any more.");
            let event = Event::of(&context, AuditAction::ViewAs)
                .on(view_target(&viewed))
                .details(details);
            // The view has ended either way; an event that is lost is in the server's log.
            let _written = self.audit.record(event).await;
        }
        Ok(context.as_oneself())
    }

    /// Does what a request was let in by still hold, and what may its actor do now? Long-lived connections ask every now
    /// and then; none when they must end. They also end when as whom they look has changed
    /// ([`RequestContext::viewed`]).
    pub async fn still_admitted(&self, context: &RequestContext) -> Result<Option<RequestContext>, IdentityError> {
        match self.identity.renewed(context).await? {
            None => Ok(None),
            Some(renewed) => Ok(Some(self.admit(renewed).await?)),
        }
    }
}

/// As whom somebody looks at the console, for the audit log.
pub fn view_target(viewed: &Principal) -> Target {
    let resource = match viewed.kind {
        PrincipalKind::User => "users",
        PrincipalKind::Group => "groups",
    };
    Target::of_console(resource, viewed.name.as_str())
}
