//! Changing other users: nobody becomes somebody who may do more than himself.

use super::grants::place_of;
use super::{Access, AccessError};
use crate::context::{Actor, RequestContext};

impl Access {
    /// Fails when the actor may not change this user. Whoever sets a password can sign in with it: for that (`takes_over`)
    /// he must hold everything that the user holds.
    pub fn ensure_may_change(
        &self,
        context: &RequestContext,
        other: &Actor,
        takes_over: bool,
    ) -> Result<(), AccessError> {
        if context.actor.is_administrator() {
            return Ok(());
        }
        if other.is_administrator() {
            return Err(AccessError::Escalation(
                "Only administrators change administrators.".to_owned(),
            ));
        }
        if !takes_over {
            return Ok(());
        }
        let snapshot = self.snapshot();
        for binding in snapshot.bindings_of(other, context.now()) {
            let place = place_of(&binding.scope);
            let within = self.ensure_within_own(context, &snapshot, &snapshot.rules_of(binding.role_id), &place);
            let permissions = snapshot.permissions_of(binding.role_id);
            if within.is_err()
                || permissions
                    .into_iter()
                    .any(|permission| !self.may(context, permission, &place))
            {
                let role = snapshot.role(binding.role_id).map_or("", |role| role.name.as_str());
                return Err(AccessError::Escalation(format!(
                    "You cannot set the password of {}, who has the role {role} and so may do more than you: whoever knows \
                     a password can sign in with it. Ask an administrator.",
                    other.name
                )));
            }
        }
        Ok(())
    }
}
